"""A child who has lived longer than any child given an option: no number of it, anywhere."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date

import pytest

from model.case import DAYS_SURVIVED_RANGE, Case
from model.options import CHOICES_AT_RELAPSE, TREATMENTS
from model.survival.prediction import load_model
from tests.drawn import rows_of
from tests.whole_app import entry_script_first, open_app
from ui.case.guidance import guidance_of
from ui.record.record import record_pdf
from ui.shown.charts.page import page_chart, page_charts
from ui.shown.downloads import chart_as_svg, numbers_as_csv
from ui.shown.results import nobody_to_compare, option_results, shown_pattern

ALIVE = {"leukemia": "AML", "days": "200", "cr": "yes", "age": "8", "alive": "1000"}
CASE = Case("AML", 200, True, 8, days_survived=1000)
ALONE = ("dli", "palliative")


@pytest.fixture(autouse=True)
def _entry_script_first() -> Iterator[None]:
    with entry_script_first():
        yield


def test_it_is_so_where_no_list_has_a_child_at_risk_on_the_day() -> None:
    model = load_model()
    for k, treatment in enumerate(TREATMENTS):
        for since in (0, 1, 365, 730, DAYS_SURVIVED_RANGE[1]):
            expected = since > 0 and model.at_risk_high[k, since] == 0
            assert nobody_to_compare(treatment, since) == expected
    assert [t for t in TREATMENTS if nobody_to_compare(t, 1000)] == list(ALONE)
    assert not any(nobody_to_compare(choice, 0) for choice in CHOICES_AT_RELAPSE)


def test_neither_table_nor_curve_nor_file_has_a_number() -> None:
    pattern = shown_pattern(CASE, TREATMENTS)
    for result in option_results(pattern):
        alone = result.treatment in ALONE
        assert result.is_compared is not alone
        assert any(horizon.known for horizon in result.horizons) is not alone
        assert result.median is None or not alone
    drawn = set(rows_of(page_chart(pattern), "points")["series"])
    assert drawn == set(TREATMENTS) - set(ALONE)
    assert len(page_charts(pattern)) == len(drawn)
    for row in csv.DictReader(io.StringIO(numbers_as_csv(CASE, pattern))):
        assert bool(row["survival"]) == (row["treatment"] not in ALONE and row["day"] == "1461")


def test_where_no_option_is_left_the_page_says_so_and_files_are_made() -> None:
    left_out = {t: "false" for t in TREATMENTS if t not in ALONE}
    app = open_app(**ALIVE, **left_out)
    assert not app.main.error
    assert "no child given that option was known to be alive" in app.main.info[0].value
    pattern = shown_pattern(CASE, ALONE)
    assert "<svg" in chart_as_svg(CASE, pattern)
    assert record_pdf(CASE, ALONE, guidance_of(CASE), None, date(2026, 11, 27))


@pytest.mark.parametrize(
    "columns", [["palliative", "chemo"], ["chemo", "dli"], ["dli", "palliative"]]
)
def test_a_comparison_says_of_whom_it_has_no_number(columns: tuple[str, ...]) -> None:
    app = open_app(**ALIVE, column=[f"{option}~alive-1000" for option in columns])
    app.switch_page("pages/compare.py").run()
    assert not app.main.error
    shown = "".join(part.proto.body for part in app.main.get("html"))
    for cell in re.findall(r"<td[^>]*data-column[^>]*>.*?</td>", shown, re.DOTALL):
        column = re.search(r'data-column="(\w)"', cell)
        of_nobody = column is not None and columns[ord(column[1]) - ord("A")] in ALONE
        if of_nobody and 'data-quantity="survival"' in cell:
            assert "no child to compare with" in cell or "already past" in cell
            assert "%" not in cell
