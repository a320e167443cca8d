"""The sheets of paper, opened: their words and numbers, their tags and fonts, page by page."""

import io
import re
from collections.abc import Iterator
from datetime import date
from itertools import product

import pypdf
import pytest
from pypdf.generic import DictionaryObject

from model.case import INTERVAL_FIRST_DAYS, LEUKEMIAS, TREATMENT_LABELS, TREATMENTS, Case
from model.guidelines import RANK_WORDS, STATUS_WORDS
from model.prediction import load_model, predict_case
from ui.charts import how_to_read
from ui.guidance import guidance_of
from ui.report import record_pdf
from ui.results import (
    at_risk_words,
    describe,
    option_results,
    pattern_of,
    percent,
    percent_interval,
)
from ui.tables import EXTRAPOLATED_SIGN
from ui.wording import field_label, limits_line

TODAY = date(2026, 11, 23)
CASE = Case("AML", 200, True, 8, mrd="positive")
LATER = Case("B-ALL", 91, False, 3, performance="good", tbi="yes", days_survived=200)


def record(case: Case = CASE, treatments: tuple[str, ...] = TREATMENTS, today: date = TODAY):
    return record_pdf(case, treatments, guidance_of(case), today)


def opened(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def said(pdf: bytes) -> str:
    """All text of a PDF, without the spaces and line breaks that only the layout knows."""
    return squeezed("".join(page.extract_text() for page in opened(pdf).pages))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def structure(pdf: bytes) -> Iterator[DictionaryObject]:
    """Every element of the tree that a screen reader follows, in its order."""

    def below(element: object) -> Iterator[DictionaryObject]:
        if isinstance(element, DictionaryObject):
            if "/S" in element:
                yield element
            kids = element.get("/K", [])
            for kid in kids if isinstance(kids, list) else [kids]:
                yield from below(kid.get_object())

    yield from below(opened(pdf).root_object["/StructTreeRoot"].get_object())


# ------------------------------------------------------------------------------ the record


@pytest.mark.parametrize("case", [CASE, LATER], ids=["from relapse", "alive on a later day"])
def test_every_number_of_the_table_is_in_the_record(case):
    text = said(record(case))
    for result in option_results(pattern_of(case, TREATMENTS)):
        assert squeezed(result.label) in text
        for horizon in result.horizons:
            if horizon.known:
                cell = percent(horizon.survival)
                cell += "" if horizon.supported else EXTRAPOLATED_SIGN
                cell += percent_interval(horizon.lower, horizon.upper)
                assert squeezed(cell) in text
            assert squeezed(at_risk_words(horizon.at_risk)) in text


def test_the_numbers_of_the_record_are_those_of_the_model():
    prediction = predict_case(load_model(), CASE)
    text = said(record())
    for numbers in zip(
        prediction.survival.flat, prediction.lower.flat, prediction.upper.flat, strict=True
    ):
        survival, lower, upper = (f"{100 * number:.0f}" for number in numbers)
        if upper != "0" and lower not in ("0", "1") and survival != "0":
            assert re.search(rf"{survival}%{EXTRAPOLATED_SIGN}?{lower}–{upper}%", text)


def test_medians_and_their_limits_are_in_the_record():
    text = said(record())
    for result in option_results(pattern_of(CASE, TREATMENTS)):
        for day in (result.median, result.median_lower, result.median_upper):
            assert day is None or str(day) in text


def test_the_record_says_what_was_entered_and_what_was_not():
    text = said(record(LATER))
    assert squeezed(describe(LATER)) in text
    assert squeezed(f"{field_label('performance')} good") in text
    assert squeezed(f"{field_label('mrd')} not given") in text


@pytest.mark.parametrize(
    "case",
    [
        Case(leukemia, day, True, 8, mrd="positive", performance="poor", tbi="yes")
        for leukemia, day in product(LEUKEMIAS, (0, 183, 365))
    ],
    ids=lambda case: f"{case.leukemia}-{case.days_to_failure}",
)
def test_the_guidance_is_in_the_record_with_its_conditions_and_places(case):
    guidance = guidance_of(case)
    text = said(record(case))
    for option in guidance.options:
        assert squeezed(f"{option.text} ({RANK_WORDS[option.rank]})") in text
        assert option.condition is None or squeezed(option.condition) in text
        assert option.condition is None or STATUS_WORDS[option.condition_status] in text
        assert squeezed(option.arm_note) in text
        assert squeezed(option.source) in text
        if option.closest_arm is not None:
            assert squeezed(TREATMENT_LABELS[option.closest_arm]) in text
    for remark in guidance.remarks:
        assert squeezed(remark.text) in text
        assert squeezed(remark.source) in text
    for reason in (*guidance.decided_by, *guidance.weighed):
        assert squeezed(reason.sentence) in text
    assert guidance.no_guidance is None or squeezed(guidance.no_guidance) in text
    assert squeezed(guidance.citation) in text


def test_the_record_says_its_limits_its_model_and_its_day():
    model = load_model()
    pages = [squeezed(page.extract_text()) for page in opened(record()).pages]
    for text in pages:
        assert squeezed(limits_line()) in text
        assert model.source_hash in text
        assert squeezed("23 November 2026") in text
    assert squeezed(how_to_read()) in pages[0]
    assert squeezed(f"model {model.version}") in pages[0]


@pytest.mark.parametrize(
    "case",
    [
        Case(leukemia, day, cr, 8, days_survived=survived)
        for leukemia, day, cr, survived in product(
            LEUKEMIAS, INTERVAL_FIRST_DAYS, (True,), (0, 200)
        )
    ],
    ids=lambda case: f"{case.leukemia}-{case.days_to_failure}-{case.days_survived}",
)
def test_the_record_has_two_numbered_pages(case):
    pages = opened(record(case)).pages
    assert len(pages) == 2
    for number, page in enumerate(pages, start=1):
        assert f"{number}/2" in page.extract_text()


def test_an_option_left_out_of_the_form_is_not_in_the_record():
    text = said(record(treatments=("second_sct", "palliative")))
    assert squeezed(TREATMENT_LABELS["second_sct"]) in text
    assert squeezed("at risk:") in text
    assert len(option_results(pattern_of(CASE, ("second_sct", "palliative")))) == 2


# ------------------------------------------------------------------------------- every sheet


def test_the_sheet_is_tagged_titled_and_in_a_language():
    pdf = opened(record())
    root = pdf.root_object
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata is not None
    assert pdf.metadata.title == "After failure of a first transplant"
    assert pdf.xmp_metadata is not None
    assert b"<pdfuaid:part>1<" in pdf.xmp_metadata.stream.get_data()


def test_headings_tables_and_pictures_are_what_they_are_to_a_screen_reader():
    elements = list(structure(record()))
    kinds = [element["/S"] for element in elements]
    assert kinds.count("/H1") == 1
    assert kinds.count("/TH") == 7
    figures = [element for element in elements if element["/S"] == "/Figure"]
    assert [squeezed(figure["/Alt"])[:18] for figure in figures] == ["Predictedsurvival"]


def test_every_font_is_embedded():
    for page in opened(record()).pages:
        for font in page["/Resources"]["/Font"].values():
            descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_the_same_inputs_make_the_same_bytes():
    assert record() == record()


def test_another_day_changes_nothing_but_the_date():
    one, other = opened(record()), opened(record(today=date(2026, 11, 24)))
    for page, same in zip(one.pages, other.pages, strict=True):
        assert page.extract_text().replace("23 November", "24 November") == same.extract_text()
