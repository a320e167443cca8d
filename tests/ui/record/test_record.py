"""The sheets of paper, opened: their words and numbers, their tags and fonts, page by page."""

import io
import re
from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any, cast

import pypdf
import pypdfium2
import pytest
from pypdf.generic import DictionaryObject

from model import language
from model.case import INTERVAL_FIRST_DAYS, LEUKEMIAS, Case
from model.catalogues import LOCALES, catalogues
from model.language import ENGLISH, _
from model.options import REINDUCTION, TREATMENT_LABELS, TREATMENTS
from model.paper.guidelines import RANK_WORDS, STATUS_WORDS
from model.survival.prediction import TABLE_DAYS, load_model, predict_case
from tests.seen import holds
from ui.case.answer import DAYS, answer_days, answer_table, answers, without_curve
from ui.case.guidance import guidance_of
from ui.case.survival_table import median_interval, table_notes
from ui.compare.address import Column
from ui.compare.comparison import Asked, Comparison, comparison
from ui.compare.words import rows_beside_reference, rows_by_themselves, rows_of_days_lived
from ui.family.family import GENERAL, FamilySheet, family_sheet
from ui.family.matters import prompts, questions
from ui.family.outcome import outcome
from ui.family.paper import family_pdf, words_of
from ui.record.record import MOST_WITH_CHILDREN, record_pdf
from ui.session.language import date_in_words
from ui.session.words import field_label
from ui.shown.alike import SIGN_OF_SUPPORT
from ui.shown.charts.words import how_to_read
from ui.shown.labels import limits_line
from ui.shown.results import (
    at_risk_words,
    few_then,
    given_alive,
    option_results,
    percent,
    percent_interval,
    shown_pattern,
)
from ui.shown.sheet import for_sheet, unprintable

TODAY, TOMORROW = date(2026, 11, 23), date(2026, 11, 24)
CASE = Case("AML", 200, True, 8, mrd="positive")
# What takes most room: every optional input, and a day alive after which little is known.
LONG = Case("B-ALL", 91, False, 3, "good", "negative", "yes", days_survived=200)
# Each with whether the three active options are assumed alike.
RECORDS = {
    "AML": (Case("AML", 200, True, 8), False),
    "ALL early without remission": (Case("B-ALL", 40, False, 8, mrd="positive"), False),
    "alive on a later day": (LONG, False),
    "assumed alike": (Case("B-ALL", 200, True, 8), True),
    "without age": (Case("AML", 200, True), False),
}
COLUMNS = (
    holds("second_sct"),
    holds("chemo_dli"),
    holds("chemo", days_to_failure=400),
    holds("palliative", name="A name of forty characters, which is it.", days_survived=120),
)


@pytest.fixture(params=sorted(catalogues(LOCALES)))
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    """Every language in turn."""
    language.use(catalogues(LOCALES)[request.param], request.param)
    yield request.param
    language.use(catalogues(LOCALES)[ENGLISH], ENGLISH)


def record(
    case: Case = CASE,
    treatments: tuple[str, ...] = TREATMENTS,
    compared: Comparison | None = None,
    today: date = TODAY,
    alike: bool = False,
) -> bytes:
    return record_pdf(case, treatments, guidance_of(case), compared, today, alike)


def family(
    case: Case = CASE,
    treatments: tuple[str, ...] = TREATMENTS,
    day: int = 365,
    pictured: tuple[str, ...] = ("second_sct", "palliative"),
    notes: dict[str, str] | None = None,
    today: date = TODAY,
) -> bytes:
    return family_pdf(family_sheet(case, treatments, day, pictured, notes or {}), today)


def compared(columns: tuple[Column, ...] = COLUMNS[:2], case: Case = CASE) -> Comparison:
    shown = comparison(Asked(columns, 0, 365), case)
    assert shown is not None
    return shown


def record_with_comparison(today: date = TODAY) -> bytes:
    return record(compared=compared(), today=today)


def opened(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def said(pdf: bytes) -> str:
    """All text of a PDF, without the spaces and line breaks that only the layout knows."""
    return squeezed("".join(page.extract_text() for page in opened(pdf).pages))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]", "", text)


def structure(pdf: bytes) -> list[DictionaryObject]:
    """Every element of the tree that a screen reader follows, in its order."""
    found = []

    def follow(element: object) -> None:
        if isinstance(element, DictionaryObject):
            if "/S" in element:
                found.append(element)
            kids = element.get("/K", [])
            for kid in kids if isinstance(kids, list) else [kids]:
                follow(kid.get_object())

    follow(opened(pdf).root_object["/StructTreeRoot"].get_object())
    return found


def kinds_of(elements: list[DictionaryObject]) -> list[str]:
    return [str(element["/S"]) for element in elements]


def inside(holder: object, *names: str | int) -> Any:
    """What stands in a PDF object under a name, and under the next name in that."""
    for name in names:
        holder = cast("Any", holder)[name].get_object()
    return holder


# ------------------------------------------------------------------------------ the record


@pytest.mark.parametrize("case", [CASE, LONG], ids=["from relapse", "alive on a later day"])
def test_every_number_of_the_table_is_in_the_record(case, spoken):
    text = said(record(case))
    results = option_results(shown_pattern(case, TREATMENTS))
    for result in results:
        assert squeezed(result.label) in text
        assert squeezed(median_interval(result)) in text
        for horizon in result.horizons:
            if horizon.known:
                cell = percent(horizon.survival)
                cell += SIGN_OF_SUPPORT[horizon.support]
                # What the answer says stands there alone.
                cell += "" if horizon.day in answer_days(case.days_survived) else "·"
                cell += percent_interval(horizon.lower, horizon.upper)
                assert squeezed(cell) in text
                if horizon.day not in answer_days(case.days_survived):
                    assert squeezed(at_risk_words(horizon.at_risk)) in text
    for line in (*table_notes(results), *given_alive(case), *few_then(results)):
        assert text.count(squeezed(line)) == 1


@pytest.mark.parametrize("name", RECORDS)
def test_the_answer_stands_first_in_the_record_with_each_of_its_numbers(name, spoken):
    case, alike = RECORDS[name]
    pdf = record(case, alike=alike)
    pages = [squeezed(page.extract_text()) for page in opened(pdf).pages]
    assert len(pages) == 2
    pattern = shown_pattern(case, TREATMENTS, alike)
    answer = answer_table(case, pattern, answers(case, pattern), guidance_of(case))
    for row in for_sheet(answer)["rows"]:
        assert squeezed("".join(line for cell in row for line in cell["lines"])) in pages[0]
    assert [note for note in answer.notes if squeezed(note) not in pages[0]] == [
        note for note in [without_curve(guidance_of(case))] if note
    ]
    # The child, the answer, the curves, and then what is left of the table.
    order = [_("The child"), answer.caption, how_to_read(), _("Medians and other times")]
    places = [pages[0].index(squeezed(words)) for words in order]
    assert places == sorted(places)
    kinds = kinds_of(structure(pdf))
    assert kinds.index("/Table") < kinds.index("/Figure")
    # Head, reinduction, what it became or three as one, the others; and a head and five options.
    assert kinds.count("/TR") == 1 + (3 if alike else 6) + 1 + 5


def test_the_numbers_of_the_record_are_those_of_the_model():
    prediction = predict_case(load_model(), CASE)
    text = said(record())
    for numbers in zip(
        prediction.survival.flat,
        prediction.lower.flat,
        prediction.upper.flat,
        [
            horizon.support
            for result in option_results(shown_pattern(CASE, TREATMENTS))
            for horizon in result.horizons
        ],
        strict=True,
    ):
        survival, lower, upper = (
            "<1" if number < 0.01 else f"{100 * number:.0f}" for number in numbers[:3]
        )
        sign = SIGN_OF_SUPPORT[numbers[3]]
        assert re.search(rf"{survival}%{sign}·?{lower}–{upper}%", text)


def test_what_supports_a_number_is_marked_in_the_record():
    supports = [
        h.support for r in option_results(shown_pattern(CASE, TREATMENTS)) for h in r.horizons
    ]
    assert supports.count("borrowed")
    cells = re.findall(r"\d%‡", said(record()))
    assert len(cells) == supports.count("borrowed")
    for case in (CASE, LONG):
        pattern = shown_pattern(case, TREATMENTS)
        laid = for_sheet(answer_table(case, pattern, answers(case, pattern), guidance_of(case)))
        signs = [cell["lines"][0].split("\u00a0")[1:] for row in laid["rows"] for cell in row[1:4]]
        horizons = [h for row in answers(case, pattern) for h in row.result.horizons]
        assert ["".join(sign) for sign in signs] == [
            SIGN_OF_SUPPORT[h.support] if h.known else ""
            for h in horizons
            if h.day in answer_days(case.days_survived)
        ]


def test_the_record_says_what_was_entered_and_what_was_not():
    text = said(record(LONG))
    assert squeezed(f"{field_label('days_to_failure')}: 91 (days 0 to 91)") in text
    assert squeezed(f"{field_label('performance')}: good") in text
    assert squeezed(f"{field_label('days_survived')}: 200") in text
    assert squeezed(f"{field_label('tbi')}: not given") in said(record())


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
        if option.condition is not None:
            status = STATUS_WORDS[option.condition_status]
            assert squeezed(f"Condition: {option.condition} ({status})") in text
        if option.closest_arm is not None:
            assert squeezed(f"Closest curve: {TREATMENT_LABELS[option.closest_arm]}") in text
        assert squeezed(option.arm_note) in text
        assert squeezed(option.source) in text
    for remark in guidance.remarks:
        assert squeezed(remark.text) in text
        assert squeezed(remark.source) in text
    for reason in (*guidance.decided_by, *guidance.weighed):
        assert squeezed(reason.sentence) in text
    assert guidance.no_guidance is None or squeezed(guidance.no_guidance) in text
    assert squeezed(guidance.citation) in text


def test_the_record_says_its_limits_its_model_and_its_day(spoken):
    model = load_model()
    pages = [squeezed(page.extract_text()) for page in opened(record()).pages]
    for text in pages:
        assert squeezed(limits_line()) in text
        assert model.source_hash in text
        assert model.version in text
        assert squeezed(date_in_words(TODAY)) in text
    assert squeezed(how_to_read()) in pages[0]


@pytest.mark.parametrize(
    ("leukemia", "day"), list(product(("AML", "T-ALL", "biphenotypic"), INTERVAL_FIRST_DAYS))
)
def test_the_record_has_two_numbered_pages(leukemia, day, spoken):
    case = Case(leukemia, day, True, 8, "good", "negative", "yes", days_survived=200)
    pages = opened(record(case)).pages
    assert len(pages) == 2
    for number, page in enumerate(pages, start=1):
        assert f"{number}/2" in page.extract_text()


def test_an_option_left_out_of_the_form_has_no_row_in_the_record():
    kinds = kinds_of(structure(record(treatments=("second_sct", "dli"))))
    # A head each; and of the answer reinduction, which begins one of them.
    assert kinds.count("/TR") == 1 + 1 + 2 + 1 + 2


@pytest.mark.parametrize("case", [CASE, LONG], ids=["from relapse", "alive on a later day"])
@pytest.mark.parametrize(
    "columns", [COLUMNS[:1], COLUMNS[:2], COLUMNS, (*COLUMNS[1:], holds(REINDUCTION))], ids=len
)
def test_a_comparison_is_in_the_record_on_a_third_page(columns, case, spoken):
    shown = compared(columns, case)
    pages = opened(record(case, compared=shown)).pages
    assert len(pages) == 3
    text = squeezed(pages[2].extract_text())
    assert all(squeezed(column.name) in text for column in shown.columns)
    for row in (
        *rows_beside_reference(shown),
        *rows_of_days_lived(shown),
        *rows_by_themselves(shown),
    ):
        if row.quantity == "alike" and len(shown.columns) > MOST_WITH_CHILDREN:
            continue
        assert squeezed(row.head) in text
        for cell in row.cells:
            assert squeezed(cell.estimate) in text
            assert all(squeezed(detail) in text for detail in cell.details)


def test_without_a_comparison_the_record_speaks_of_none():
    assert "Compared" in said(record(compared=compared()))
    assert "Compared" not in said(record())


# ------------------------------------------------------------------------------- the family


@pytest.mark.parametrize("case", [CASE, LONG], ids=["from relapse", "alive on a later day"])
@pytest.mark.parametrize("day", [100, 365, 1461])
def test_the_family_reads_how_many_of_one_hundred(case, day, spoken):
    sheet = family_sheet(case, TREATMENTS, day, ("second_sct", "palliative"), {})
    text = said(family_pdf(sheet, TODAY))
    for option in sheet.options:
        assert squeezed(option.label) in text
        expected = outcome(case, option.treatment, day)
        if expected is None:
            assert squeezed(option.no_outcome) in text
        else:
            assert expected.alive + expected.died == 100
            if expected.lower > 0 and expected.upper < 100:
                assert re.search(
                    rf"{expected.alive}{expected.lower}\D+{expected.upper}{expected.died}", text
                )
            if option.pictured:
                assert squeezed(expected.sentence) in text
                assert squeezed(expected.uncertainty) in text


# Those with whom the talk was read from the first word to the last.
FAMILIES = (
    Case("AML", 60, False, 8),
    Case("AML", 200, True, 8),
    Case("B-ALL", 300, True, 8),
    Case("T-ALL", 900, True, 8, days_survived=120),
)


def family_cases() -> Iterator[Case]:
    """36 children: every leukemia, interval and remission, and four alive on a later day."""
    for leukemia, day, cr in product(LEUKEMIAS, INTERVAL_FIRST_DAYS, (True, False)):
        yield Case(leukemia, day, cr, 8, "good", "negative", "yes")
    for leukemia in LEUKEMIAS:
        yield Case(leukemia, 200, True, 8, days_survived=400)


def printed_strings(words: object) -> Iterator[str]:
    """Every piece of text that the template of a sheet is given."""
    if isinstance(words, str):
        yield words
    elif isinstance(words, dict):
        for part in words.values():
            yield from printed_strings(part)
    elif isinstance(words, (list, tuple)):
        for part in words:
            yield from printed_strings(part)


def without_feet(text: str, sheet: FamilySheet) -> str:
    """A sentence that goes on overleaf has the foot of the page in its middle."""
    return re.sub(rf"{re.escape(squeezed(sheet.limits))}.*?\d/\d", "", text)


def said_of_options(sheet: FamilySheet) -> Iterator[str]:
    """Every sentence that the talk shows of an option, on any of its steps."""
    for option in sheet.options:
        yield option.label
        yield option.group
        for section in option.sections:
            yield section.heading
            # What it can ask of a child stands in a table, a cell for each heading.
            yield from section.lines[: 1 if section.id == "burdens" else None]
        yield from (said.sentence for said in option.burdens)
        yield from option.beside_number
        yield from option.lived_for
        found = option.outcome
        yield from (
            (found.sentence, found.uncertainty, found.caution, found.from_today)
            if found
            else (option.no_outcome,)
        )


def test_nothing_said_of_an_option_is_missing_on_paper_for_36_children(spoken):
    cases = list(family_cases())
    assert len(cases) == 36
    for case, pictured in zip(cases, [TREATMENTS, (), TREATMENTS[2:4]] * 12, strict=True):
        sheet = family_sheet(case, TREATMENTS, 730, pictured, {})
        given = set(printed_strings(words_of(sheet, TODAY)))
        given |= {re.sub(r"\s?:$", "", text) for text in given}
        whole = " ".join(given)
        assert all(said in whole for said in said_of_options(sheet))


@pytest.mark.parametrize(
    ("case", "pictured"),
    [
        (Case("AML", 200, True, 8), TREATMENTS),
        (Case("B-ALL", 10, False, 8, tbi="yes", days_survived=800), ()),
        (Case("T-ALL", 400, True, 8), ("dli",)),
    ],
    ids=["all drawn", "none drawn", "one drawn"],
)
def test_every_word_of_the_talk_is_on_paper_read_back(case, pictured, spoken):
    sheet = family_sheet(case, TREATMENTS, 1461, pictured, {})
    pdf = family_pdf(sheet, TODAY)
    text = said(pdf)
    running = without_feet(text, sheet)
    for line in said_of_options(sheet):
        assert squeezed(line) in running, line
    # The pictures can be compared: all stand on one page.
    drawn = [element for element in structure(pdf) if str(element["/S"]) == "/Figure"]
    assert len(drawn) == sum(option.drawn for option in sheet.options)
    assert len({figure.raw_get("/Pg").idnum for figure in drawn}) <= 1
    assert (squeezed(sheet.how_to_read.lines[0]) in text) == bool(drawn)


def test_the_sheet_numbers_its_pages_and_no_heading_is_alone_at_a_foot(spoken):
    sheet = family_sheet(LONG, TREATMENTS, 730, TREATMENTS, {})
    pages = [page.extract_text() for page in opened(family_pdf(sheet, TODAY)).pages]
    headings = [squeezed(option.label) for option in sheet.options]
    headings += [squeezed(s.heading) for s in (sheet.unknowns, sheet.questions, sheet.how_to_read)]
    headings += [squeezed(section.heading) for section in sheet.options[0].sections]
    for number, page in enumerate(pages, start=1):
        assert f"{number}/{len(pages)}" in page
        above_the_foot = squeezed(page).split(squeezed(sheet.limits))[0]
        assert not above_the_foot.removesuffix(":").endswith(tuple(headings))


@pytest.mark.parametrize("notes", [{}, dict.fromkeys(TREATMENTS, "A note of this length. " * 4)])
def test_five_options_take_at_most_four_pages(spoken, notes):
    for case in FAMILIES:
        assert len(opened(family(case, notes=notes, pictured=TREATMENTS)).pages) <= 4


def test_the_family_reads_questions_sources_limits_and_what_was_left_out(spoken):
    sheet = family_sheet(CASE, ("chemo_dli", "palliative"), 365, ("palliative",), {})
    text = said(family_pdf(sheet, TODAY))
    lines = [sheet.left_out, sheet.limits, sheet.title, date_in_words(TODAY)]
    for section in (sheet.condition, sheet.decision, sheet.today, sheet.became, sheet.newer):
        lines += section.lines
    for section in (sheet.comfort_team, sheet.unknowns, sheet.how_to_read):
        lines += section.lines
    for one in questions():
        lines += [one.one, one.other]
    lines += [*prompts().values(), *(one.title for one in sheet.read_in)]
    running = without_feet(text, sheet)
    for line in (*lines, *sheet.questions.lines, *sheet.sources.lines):
        assert squeezed(line) in running or line in (sheet.limits, date_in_words(TODAY))
    assert squeezed(sheet.limits) in text
    assert squeezed(date_in_words(TODAY)) in text


HOSTILE = (
    '#import "x": * $a^2$ *bold* _it_ `code` @ref <label> \\ // no /* no */ = head [x] {y} "q" ~ --'
)


def test_what_the_team_wrote_is_printed_as_it_is():
    notes = {
        "second_sct": HOSTILE,
        "palliative": "At home.\nÀ la maison, œuvre – « ça »",
        GENERAL: HOSTILE,
    }
    text = said(family(notes=notes))
    assert text.count(squeezed(HOSTILE)) == 2
    assert squeezed(notes["palliative"]) in text


def test_long_notes_are_printed_to_their_end_on_more_pages():
    notes = {GENERAL: "word " * 1000 + "the very end", "chemo": "x" * 300 + "!"}
    pdf = family(notes=notes)
    text = said(pdf)
    assert "theveryend" in text
    assert "x" * 300 + "!" in text
    assert len(opened(pdf).pages) > 2
    for page in pypdfium2.PdfDocument(pdf):
        image = page.render(grayscale=True).to_numpy()
        margin = image[:, round(0.97 * image.shape[1]) :]
        assert (margin == 255).all()


def test_signs_that_no_font_has_are_said_to_be_missing():
    assert unprintable("À bientôt – œuvre « ça » ≥ 5 €") == ""
    assert unprintable("Привет, γειά") == ""
    assert unprintable("好 ok 好") == "好"
    asked = squeezed("are not in the letters of this sheet")
    assert asked in said(family(notes={"dli": "好"}))
    assert asked not in said(family(notes={"dli": "Привет"}))


def test_no_note_is_written_to_disk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    family(notes={GENERAL: "for nobody else"})
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------------- every sheet

SHEETS = pytest.mark.parametrize(
    "make",
    [record, record_with_comparison, family],
    ids=["record", "record with a comparison", "family"],
)


@SHEETS
def test_the_sheet_is_tagged_titled_and_in_its_language(make, spoken):
    pdf = opened(make())
    root = pdf.root_object
    assert root["/Lang"] == spoken
    assert inside(root, "/MarkInfo", "/Marked")
    assert inside(root, "/ViewerPreferences", "/DisplayDocTitle")
    assert pdf.metadata is not None
    assert pdf.metadata.title
    assert pdf.metadata.creation_date is not None
    assert pdf.metadata.creation_date.date() == TODAY
    assert pdf.xmp_metadata is not None
    assert b"<pdfuaid:part>1<" in pdf.xmp_metadata.stream.get_data()


@SHEETS
def test_headings_tables_and_pictures_are_what_they_are_to_a_screen_reader(make):
    elements = structure(make())
    kinds = kinds_of(elements)
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") >= 4
    assert kinds.count("/TH") >= 4
    figures = [element for element in elements if str(element["/S"]) == "/Figure"]
    assert figures
    assert all(len(str(figure["/Alt"])) > 50 for figure in figures)


@SHEETS
def test_every_font_comes_with_the_sheet(make):
    pages = opened(make()).pages
    fonts = [list(inside(page, "/Resources", "/Font").values()) for page in pages]
    # Regular and bold on the first page; a page may go on in one of them.
    assert len(fonts[0]) >= 2
    for of_page in fonts:
        assert of_page
        for font in of_page:
            descriptor = inside(font, "/DescendantFonts", 0, "/FontDescriptor")
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
            assert "Lato" in inside(font, "/BaseFont")


@SHEETS
def test_the_same_inputs_make_the_same_bytes(make):
    assert make() == make()


@SHEETS
def test_another_day_changes_nothing_but_the_date(make):
    texts = [
        [page.extract_text() for page in opened(make(today=day)).pages] for day in (TODAY, TOMORROW)
    ]
    assert texts[0] != texts[1]
    one = [text.replace(date_in_words(TODAY), "then") for text in texts[0]]
    other = [text.replace(date_in_words(TOMORROW), "then") for text in texts[1]]
    assert one == other


def test_every_reported_day_stands_above_its_column(spoken):
    from ui.shown.results import horizon_name

    text = said(record())
    alive = _("Alive at {time}")
    assert "".join(squeezed(alive.format(time=horizon_name(day))) for day in DAYS) in text
    assert "".join(squeezed(horizon_name(day)) for day in TABLE_DAYS if day not in DAYS) in text
