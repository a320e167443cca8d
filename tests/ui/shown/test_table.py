"""One table is one value: on the page and on a sheet of paper its cells say the same."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import language
from model.case import Case
from model.catalogues import LOCALES, catalogues
from model.language import ENGLISH
from model.options import TREATMENTS
from model.survival.support import SUPPORT
from tests.seen import holds
from ui.case.answer import answer_table, answers
from ui.case.exploratory import exploratory_table
from ui.case.guidance import guidance_of
from ui.case.survival_table import survival_table
from ui.compare.comparison import Asked, comparison
from ui.compare.table import comparison_tables
from ui.evidence.assumptions import assumptions_table
from ui.evidence.curves import FIGURES, at_risk_table, proportionality_table
from ui.evidence.e_values import e_values_table
from ui.evidence.external import external_table
from ui.evidence.figures import figures_of, figures_table
from ui.evidence.forest import forest_table
from ui.evidence.precision import precision_table
from ui.evidence.slips import slips_tables
from ui.evidence.spread import spread_table
from ui.evidence.waiting import waiting_table
from ui.shown.alike import support_words, with_sign
from ui.shown.results import choices_pattern, option_results, shown_pattern
from ui.shown.sheet import for_sheet
from ui.shown.table import Cell, Head, Table, as_html

CELL = re.compile(r"<(?:th|td)\b[^>]*>(.*?)</(?:th|td)>", re.S)
HIDDEN = re.compile(r'<span class="column-[^>]*>(?:<span[^>]*>[^<]*</span> )?[^<]*</span> ?')
SUPPORT_LINE = re.compile(r'<span class="detail support">([^<]*)</span>')
CASES = {
    "AML": (Case("AML", 200, True, 8), False),
    "without age": (Case("AML", 400, False), False),
    "alive on a later day": (Case("B-ALL", 40, False, 3, mrd="positive", days_survived=364), False),
    "assumed alike": (Case("T-ALL", 200, True, 8), True),
}


@pytest.fixture(params=sorted(catalogues(LOCALES)))
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    language.use(catalogues(LOCALES)[request.param], request.param)
    yield request.param
    language.use(catalogues(LOCALES)[ENGLISH], ENGLISH)


def on_page(part: str) -> list[list[list[str]]]:
    """The lines of every cell of every row of a table's HTML, without what supports a number."""
    rows = []
    for row in part.split("<tr")[1:]:
        cells = (SUPPORT_LINE.sub("", HIDDEN.sub("", cell)) for cell in CELL.findall(row))
        lines = (re.split(r' ?<span class="detail">', cell) for cell in cells)
        rows.append([[unescape(re.sub(r"<[^>]+>", "", one)) for one in cell] for cell in lines])
    return rows


def says_the_same(table: Table) -> None:
    html = as_html(table)
    heads, *rows = on_page(html)
    sheet = for_sheet(table)
    assert [cell["lines"] for cell in sheet["heads"]] == heads
    assert len(rows) == len(sheet["rows"])
    for body, seen, laid in zip(table.body, rows, sheet["rows"], strict=True):
        for cell, (first, *others), printed in zip(body, seen, laid, strict=True):
            assert printed["lines"] == [with_sign(first, cell.support), *others]
    said = [unescape(words) for words in SUPPORT_LINE.findall(html)]
    supports = [cell.support for row in table.body for cell in row if cell.support != "yes"]
    # What supports a row of the answer is said in a cell of its own.
    assert said == ([] if table.layout == "answer" else [*map(support_words, supports)])
    below = html.partition('<p class="table-notes">')[2].removesuffix("</p></div>")
    assert unescape(below.removesuffix("</p>")) == sheet["notes"] == " ".join(table.notes)


@pytest.mark.parametrize("name", CASES)
def test_every_table_of_a_case_says_the_same_on_the_page_and_on_paper(name, spoken):
    case, alike = CASES[name]
    pattern = shown_pattern(case, TREATMENTS, alike)
    shown = answers(case, pattern)
    for difference_from in (None, "chemo"):
        says_the_same(answer_table(case, pattern, shown, guidance_of(case), difference_from))
    says_the_same(survival_table(option_results(pattern)))
    says_the_same(survival_table(option_results(choices_pattern(case))))
    says_the_same(exploratory_table(case, TREATMENTS))


def test_every_table_of_a_comparison_says_the_same_on_the_page_and_on_paper(spoken):
    columns = (
        holds("second_sct"),
        holds("second_sct", 400),
        holds("dli", days_survived=400, name="<b>Ours</b> & theirs"),
    )
    for several in (columns, columns[:1]):
        compared = comparison(Asked(several, 0, 365), CASES["AML"][0])
        assert compared is not None
        for table in comparison_tables(compared):
            says_the_same(table)


def test_every_table_of_evidence_says_the_same_on_the_page_and_on_paper(spoken):
    for table in (
        assumptions_table(),
        *map(at_risk_table, FIGURES),
        proportionality_table(),
        e_values_table(),
        external_table(),
        figures_table(figures_of()),
        *map(forest_table, (3, 4)),
        precision_table(),
        *slips_tables(),
        spread_table(),
        waiting_table(),
    ):
        says_the_same(table)


TEXT = st.text("abcé <>&\"'%–‡.,0159", min_size=1).filter(lambda text: text == text.strip())


@st.composite
def tables(draw: st.DrawFn) -> Table:
    columns = draw(st.integers(2, 4))
    cell = st.builds(
        Cell,
        TEXT,
        st.one_of(TEXT, st.lists(TEXT, max_size=3).map(tuple)),
        strong=st.booleans(),
        support=st.sampled_from(SUPPORT),
    )
    head = st.one_of(TEXT, st.builds(Head, TEXT, TEXT, letter=st.just("A"), marker=st.just("●")))
    whole = st.tuples(*[cell] * columns)
    rows = st.lists(st.one_of(whole, st.tuples(st.builds(Cell, TEXT))), min_size=1, max_size=4)
    heads = draw(st.lists(head, min_size=columns, max_size=columns))
    notes = draw(st.lists(TEXT, max_size=2))
    layout = draw(st.sampled_from(("cards", "answer", "survival", "compared", "compact")))
    return Table(draw(TEXT), heads, draw(rows), notes, layout)


@given(tables())
def test_any_table_says_the_same_on_the_page_and_on_paper(table: Table) -> None:
    says_the_same(table)


def test_a_table_without_some_columns_is_the_same_in_the_others():
    table = Table("", ("a", "b", "c"), [(Cell("1"), Cell("2"), Cell("3"))])
    left = table.without({"b"})
    assert list(left.heads) == ["a", "c"]
    assert [[cell.text for cell in row] for row in left.body] == [["1", "3"]]
