"""The whole app without a browser, as `streamlit.testing` runs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any
from unittest.mock import patch

from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

ENTRY = Path(__file__).parents[1] / "streamlit_app.py"
SECONDS = 60


class PagesOfNavigation(PagesManager):
    """As in an app that has called `st.navigation`; each run of an AppTest forgets that it has,
    and would then run a page of the folder pages without the entry script."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        PagesManager.uses_pages_directory = False
        super().__init__(*arguments, **named)


@contextmanager
def entry_script_first() -> Iterator[None]:
    with patch("streamlit.testing.v1.app_test.PagesManager", PagesOfNavigation):
        yield


def open_app(**link: str | list[str]) -> AppTest:
    """Open the app as a link with these inputs does."""
    app = AppTest.from_file(str(ENTRY), default_timeout=SECONDS)
    app.query_params.update(link)
    return app.run()


def all_said(app: AppTest) -> str:
    """Every word of a page and of the form, those for screen readers and of its charts too."""
    elements = [element for place in (app.main, app.sidebar) for element in place]
    messages = (element.proto for element in elements if element.proto is not None)
    return unescape(" ".join(m.SerializeToString().decode(errors="ignore") for m in messages))
