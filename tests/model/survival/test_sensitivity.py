"""E-values as published and how they are said; that an earlier analysis of the wait for a second
transplant is withdrawn; and that docs/sensitivity.md says what the lists have."""

import io
import itertools
import math
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import language
from model.case import COVARIATES, Case
from model.catalogues import LOCALES, catalogues
from model.options import TREATMENTS, treatment_label
from model.paper.evidence import figures
from model.reconstruction.freedom import load_freedom
from model.reconstruction.start import (
    EARLIEST_DEATH,
    FEWEST_ALIVE,
    NO_REMISSION_RANGE,
    NO_REMISSION_RANGE_MISSING,
)
from model.survival.comparison import Estimate
from model.survival.prediction import load_model
from model.survival.sensitivity import (
    SECOND_SCT,
    e_value,
    e_values,
    hazard_ratio,
    limit_nearer_one,
    risk_ratio,
)
from model.survival.waiting import EXTREMES, METHODS, WAITED_FOR, WAITING_DAYS
from tests.model.survival.waiting_table import DOCUMENT, table_in, table_of, with_table
from tests.whole_app import all_said, entry_script_first, open_app
from ui.case.guidance import guidance_of
from ui.case.sensitivity import e_value_line, e_value_sentences, record_paragraphs
from ui.record.record import record_pdf
from ui.session.link import KNOWN_NAMES
from ui.shown.labels import chemo_alone_in_paper, had_to_reach_transplant

ROOT = Path(__file__).parents[3]
CASE = Case("AML", 200, True, 8)
LINK = {"leukemia": "AML", "days": "200", "cr": "yes", "age": "8"}
# The notice of a link that asks for the withdrawn analysis: that it is gone, why, what is left.
REASONS = {
    "en": ("withdrawn", "too early for a transplant", "wrong way", "rest of the link is used"),
    "fr": ("retirée", "trop précoces", "mauvais sens", "Le reste du lien est utilisé"),
}


# --------------------------------------------------------------------------------- E-values


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        # VanderWeele and Ding 2017: formula feeding and respiratory death, and its lower limit;
        (3.9, 7.26),
        (1.8, 3.0),
        # breastfeeding and childhood leukemia, and its upper limit.
        (0.80, 1.81),
        (0.91, 1.43),
        (1.0, 1.0),
    ],
)
def test_e_values_of_risk_ratios_are_the_published_ones(ratio, expected):
    assert e_value(ratio) == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize(
    ("hazard_ratio", "expected_risk_ratio", "expected"),
    # The example of R's package EValue, evalues.HR(0.56, 0.46, 0.69, rare = FALSE), and its limit.
    [(0.56, 0.670084, 2.349531), (0.69, 0.773527, 1.908004)],
)
def test_e_values_of_hazard_ratios_take_the_way_of_a_common_outcome(
    hazard_ratio, expected_risk_ratio, expected
):
    assert risk_ratio(hazard_ratio) == pytest.approx(expected_risk_ratio, abs=1e-6)
    assert e_value(risk_ratio(hazard_ratio)) == pytest.approx(expected, abs=1e-6)


@given(st.floats(0.01, 100))
def test_an_e_value_is_that_of_the_inverse_and_never_below_one(hazard_ratio):
    found = e_value(risk_ratio(hazard_ratio))
    assert found >= 1
    assert found == pytest.approx(e_value(risk_ratio(1 / hazard_ratio)), rel=1e-9)


@pytest.mark.parametrize(
    ("ratio", "limit"),
    [
        (Estimate(2.0, 1.5, 3.0), 1.5),
        (Estimate(0.5, 0.2, 0.8), 0.8),
        (Estimate(1.2, 0.9, 1.6), 1.0),
        (Estimate(0.8, 0.5, 1.1), 1.0),
    ],
)
def test_the_limit_nearer_one_is_one_where_the_interval_holds_one(ratio, limit):
    assert limit_nearer_one(ratio) == limit


def test_every_comparison_with_second_sct_has_an_e_value_and_its_limit_is_no_greater():
    found = e_values(load_model())
    assert tuple(found) == tuple(t for t in TREATMENTS if t != SECOND_SCT)
    for option in found.values():
        ratio = option.hazard_ratio
        assert ratio.lower < ratio.value < ratio.upper
        assert 1 <= option.limit <= option.value
        assert (option.limit == 1) == (ratio.lower <= 1 <= ratio.upper)


def test_a_hazard_ratio_between_any_two_options_is_that_of_the_model_and_turns_round():
    model = load_model()
    betas = dict(zip((code for _, code in COVARIATES), model.beta, strict=True)) | {SECOND_SCT: 0}
    for treatment, reference in itertools.permutations(TREATMENTS, 2):
        ratio = hazard_ratio(model, treatment, reference)
        assert ratio.value == pytest.approx(math.exp(betas[treatment] - betas[reference]))
        turned = hazard_ratio(model, reference, treatment)
        assert (1 / turned.upper, 1 / turned.lower) == pytest.approx((ratio.lower, ratio.upper))
    # Against the reference of Table 4 it is what that table prints, to its two decimals.
    for treatment in TREATMENTS[1:]:
        ratio = hazard_ratio(model, treatment, SECOND_SCT)
        for limit, found in (("", ratio.value), (".lower", ratio.lower), (".upper", ratio.upper)):
            assert found == pytest.approx(
                figures()[f"t4.hr.treatment.{treatment}{limit}"].value, abs=0.006
            )


# ------------------------------------------------------------------------------- the words


@pytest.fixture(params=sorted(catalogues(LOCALES)))
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    language.use(catalogues(LOCALES)[request.param], request.param)
    yield request.param
    language.use(catalogues(LOCALES)["en"], "en")


def test_each_sentence_has_its_hazard_ratio_and_both_e_values(spoken):
    comma = "," if spoken == "fr" else "."
    for sentence, found in zip(
        e_value_sentences(TREATMENTS), e_values(load_model()).values(), strict=True
    ):
        ratio = found.hazard_ratio
        for value in (ratio.value, ratio.lower, ratio.upper, found.value):
            assert f"{value:.2f}".replace(".", comma) in sentence
        if found.limit > 1:
            assert f"{found.limit:.2f}".replace(".", comma) in sentence
    assert not e_value_sentences([SECOND_SCT])
    assert e_value_line([SECOND_SCT]) == ""


def test_what_the_paper_says_of_chemotherapy_alone_stands_with_its_ratio_and_no_other(spoken):
    for option, sentence in zip(e_values(load_model()), e_value_sentences(TREATMENTS), strict=True):
        assert (chemo_alone_in_paper() in sentence) == (option == "chemo")
    assert chemo_alone_in_paper() in e_value_line(TREATMENTS)
    assert chemo_alone_in_paper() not in e_value_line((SECOND_SCT, "dli"))


@pytest.mark.parametrize("recalibrated", [True, False])
def test_whoever_shows_second_sct_reads_that_a_child_had_to_reach_it(recalibrated, spoken):
    for treatments in (TREATMENTS, (SECOND_SCT, "palliative"), (SECOND_SCT,)):
        said = record_paragraphs(treatments, recalibrated)
        assert said[-1] == had_to_reach_transplant()
        assert (e_value_line(treatments) in said) == (not recalibrated and len(treatments) > 1)
    assert record_paragraphs(("chemo", "dli"), recalibrated) == []


# ------------------------------------------- the earlier analysis of a wait, which is withdrawn

PAGES = ("case", "compare", "counselling", "evidence", "registry", "about")
# Words of the analysis in what is shown, and in what it was made of.
WORDS_SHOWN = (
    "sensitivity analys",
    "sensitivity, from day",
    "Second transplant from day",
    "analyse de sensibilité",
    "analyses de sensibilité",
    "sensibilité, à partir du jour",
    "Deuxième greffe à partir du jour",
    "data-waited",
)
FILES = ("sensitivity.npz", "waiting.R", "waiting.csv", "waiting_ratios.csv")
WORDS_OF_CODE = (*FILES[:2], *FILES[3:], "Mantel")


def test_nothing_of_the_withdrawn_analysis_is_on_a_page_or_in_the_record(spoken):
    with entry_script_first():
        app = open_app(**LINK, lang=spoken)
        for page in PAGES:
            app.switch_page(f"pages/{page}.py").run()
            assert not app.exception
            said = all_said(app)
            assert not [word for word in WORDS_SHOWN if word in said], page
            assert "waiting" not in app.query_params
    pdf = record_pdf(CASE, TREATMENTS, guidance_of(CASE), None, date(2026, 11, 23))
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert not [word for word in WORDS_SHOWN if word in re.sub(r"\s+", " ", text)]


def test_nothing_of_the_withdrawn_analysis_is_in_the_program():
    folders = ("data", "docs", "locales", "model", "pages", "ui", "tests/r")
    files = [path for name in folders for path in (ROOT / name).rglob("*") if path.is_file()]
    assert len(files) > 100
    assert not [path for path in files if path.name in FILES]
    for path in files:
        if path.suffix in (".py", ".md", ".po", ".toml", ".typ", ".R"):
            text = path.read_text(encoding="utf-8")
            assert not [word for word in (*WORDS_OF_CODE, *WORDS_SHOWN) if word in text], path


@pytest.mark.parametrize(
    ("text", "spoken"), [("60", "en"), ("60", "fr"), ("45", "en"), (["30", "'; drop"], "fr")]
)
def test_a_link_that_asks_for_the_withdrawn_analysis_opens_and_says_why_it_is_gone(text, spoken):
    link = LINK | {"alive": "60", "exploratory": "yes", "lang": spoken}
    with entry_script_first():
        plain, app = open_app(**link), open_app(**link, waiting=text)
    assert not app.exception
    notice = next(info.value for info in app.main.info if "waiting" in info.value)
    for reason in REASONS[spoken]:
        assert reason in notice
    assert not [name for name in KNOWN_NAMES if f"`{name}`" in notice]
    assert "waiting" not in KNOWN_NAMES
    assert app.session_state["form_state"] == plain.session_state["form_state"]
    assert app.query_params == plain.query_params
    assert not plain.main.info


def test_another_unusable_input_beside_the_withdrawn_one_is_still_named():
    with entry_script_first():
        app = open_app(**LINK, waiting="60", dli="perhaps")
    (notice,) = (info.value for info in app.main.info)
    assert "`waiting=60`" in notice
    assert "`dli=perhaps`: expected one of true, false" in notice


# ----------------------------------------------------------------------------- the document


@pytest.fixture(scope="module")
def document() -> str:
    return DOCUMENT.read_text(encoding="utf-8")


def medians_in(document: str) -> dict[tuple[str, str], list[float]]:
    """The numbers of the table, by treatment and way."""
    rows = [line.strip("| ").split(" | ") for line in table_in(document)[2:]]
    return {(against, way): [float(x) for x in numbers] for against, way, *numbers in rows}


def test_the_documents_medians_are_those_of_the_lists(document):
    assert table_in(document) == table_of(load_freedom().waiting)


def test_the_table_written_has_each_median_in_its_place(document):
    n = (len(WAITED_FOR), len(METHODS), len(WAITING_DAYS))
    medians = 1 + np.arange(math.prod(n)).reshape(n) / 100
    lists = np.stack([medians - 0.5, medians, medians + 0.1])
    written = with_table(document, lists)
    found = medians_in(written)
    for k, arm in enumerate(WAITED_FOR):
        for j, method in enumerate(METHODS):
            expected = pytest.approx(medians[k, j])
            assert found[treatment_label(arm), method.replace("_", "-")] == expected
    # Nothing else is touched, and what is there is replaced.
    assert [line for line in written.splitlines() if line not in table_in(written)] == [
        line for line in document.splitlines() if line not in table_in(document)
    ]


def test_the_document_says_what_its_table_has(document):
    found = medians_in(document)
    assert len(found) == len(WAITED_FOR) * len(METHODS)
    extremes = [way.replace("_", "-") for way in EXTREMES]
    of_extremes, of_the_others = (
        min(
            x
            for (against, way), row in found.items()
            if against == treatment_label(SECOND_SCT) and (way in extremes) == extreme
            for x in row
        )
        for extreme in (True, False)
    )
    said = " ".join(document.split())
    assert of_the_others > 1 >= of_extremes
    assert "could be smaller, and in the extreme vanish or reverse" in said
    chemo, lower, upper = (
        figures()[f"t4.hr.treatment.chemo{end}"] for end in ("", ".lower", ".upper")
    )
    assert f"prints {chemo.value} for" in document
    assert f"Table 4's own 95% interval is {lower.value} to {upper.value}." in said


def test_the_document_names_every_way_and_the_ranges_of_the_lists(document):
    for method in METHODS:
        assert f"| {method.replace('_', '-')} | " in document
    said = " ".join(document.split())
    (first, last), (first_dli, last_dli) = EARLIEST_DEATH["second_sct"], EARLIEST_DEATH["chemo_dli"]
    assert f"from day {first} to day {last};" in said
    assert f"from day {first_dli} to day {last_dli}." in said
    fewest, most = NO_REMISSION_RANGE
    assert f"{fewest} to {most} of the {figures()['txt.n.all'].value:.0f} children" in said
    assert f"at most {NO_REMISSION_RANGE_MISSING[1]} of the" in said
    assert f"At least {FEWEST_ALIVE} of the {figures()['dis.n.alive'].value:.0f}" in said
    assert f"day {listed_days(WAITING_DAYS)}, in four ways" in said
    assert len(METHODS) == 4


def listed_days(days: tuple[int, ...]) -> str:
    *first, last = map(str, days)
    return f"{', '.join(first)} or {last}"
