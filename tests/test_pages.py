"""Every page opens, and what goes wrong is said in a sentence."""

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_cache import populate_hash_if_needed
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from model.paper.evidence import value
from model.survival.prediction import MODEL, PooledModel, load_model
from tests.whole_app import ENTRY, SECONDS, entry_script_first, open_app

SAMPLE = {"leukemia": "AML", "days": "200", "cr": "yes", "age": "8"}


@pytest.fixture(autouse=True)
def _entry_script_first() -> Iterator[None]:
    with entry_script_first():
        yield


def about(app: AppTest) -> AppTest:
    app.switch_page("pages/about.py")
    return app.run()


def text_of(app: AppTest) -> str:
    return "\n".join(line.value for line in [*app.main.header, *app.main.markdown])


def test_the_case_page_opens_first_and_waits_for_a_case() -> None:
    app = open_app()
    assert not app.exception
    assert not app.error
    assert not app.main.title
    assert "Nothing is predicted yet." in app.main.info[0].value


def test_every_message_is_sent_whole() -> None:
    # One that is only named may be one that the browser has forgotten: the page is dead then.
    message = ForwardMsg()
    message.delta.new_element.markdown.body = "x" * 10_000_000
    populate_hash_if_needed(message)
    assert message.hash
    assert not message.metadata.cacheable


def test_the_case_page_opens_from_the_sample_link() -> None:
    app = open_app(**SAMPLE)
    assert not app.exception
    assert not app.error


def test_about_names_what_it_rests_on() -> None:
    app = about(open_app())
    assert not app.exception
    text = text_of(app)
    model = load_model()
    for named in ("10.1038/bmt.2016.360", "GPL-3.0-or-later", model.version, model.source_hash):
        assert named in text
    assert f"{model.n_cohorts} pseudo-cohorts" in text
    for figure in ("txt.n.failures", "txt.n.all", "txt.centres", "abs.n.dli", "abs.n.chemo_dli"):
        assert f"{value(figure):.0f}" in text


def test_about_names_the_limits() -> None:
    text = text_of(about(open_app()))
    for limit in ("linatumomab", "notuzumab", "CAR T", "not randomized", "48 months", "certified"):
        assert limit in text


def test_the_case_stays_when_pages_change() -> None:
    app = about(open_app(**SAMPLE))
    assert app.session_state["form_state"].case.days_to_failure == 200
    app.switch_page("pages/case.py")
    app.run()
    assert app.session_state["form_state"].case.days_to_failure == 200
    assert app.query_params == SAMPLE


def test_about_opened_before_anything_else_comes_with_the_form() -> None:
    app = AppTest.from_file(str(ENTRY), default_timeout=SECONDS)
    app.query_params.update(SAMPLE)
    with patch("streamlit.testing.v1.app_test.PagesManager", PagesManager):
        app.switch_page("pages/about.py")
        app.run()
    assert app.main.title[0].value == "About Aftergraft"
    assert app.session_state["form_state"].case.days_to_failure == 200


# NumPy leaves a file open that it cannot read.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("content", [None, b"", b"not a model", b"PK\x03\x04 cut off"])
def test_a_missing_or_unreadable_model_is_said_in_one_sentence(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "model.npz"
    if content is not None:
        broken.write_bytes(content)

    def load_broken_model(path: Path = MODEL) -> PooledModel:
        return load_model.__wrapped__(broken)

    monkeypatch.setattr("model.survival.prediction.load_model", load_broken_model)
    app = open_app(**SAMPLE)
    assert not app.exception
    assert len(app.error) == 1
    assert "python -m model fit" in app.error[0].value
    assert str(tmp_path) not in app.error[0].value
    assert app.session_state["form_state"].case.days_to_failure == 200


def test_an_unforeseen_error_is_a_sentence_and_the_case_stays(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("a secret of the machine")

    monkeypatch.setattr("model.survival.prediction.load_model", fail)
    app = open_app(**SAMPLE)
    assert not app.exception
    assert len(app.error) == 1
    assert "Something went wrong" in app.error[0].value
    assert "secret" not in app.error[0].value
    assert "secret" in caplog.text
    assert app.session_state["form_state"].case.days_to_failure == 200
