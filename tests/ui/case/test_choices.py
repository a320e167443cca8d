"""What can be chosen at relapse, on the case page: its numbers, and the sentences about them."""

import csv
import io
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from model.case import Case
from model.options import CHOICES_AT_RELAPSE, REINDUCTION
from model.paper.evidence import value
from model.scoring.stream import prediction_rows
from model.survival.choices import load_choices
from model.survival.prediction import predict_case
from tests.ui.case.test_survival_table import Cells
from tests.whole_app import all_said, entry_script_first, open_app
from ui.case.choices import who_went_on
from ui.case.survival_table import survival_table
from ui.shown.charts.series import option_series
from ui.shown.downloads import numbers_as_csv
from ui.shown.options import SHOWN, shown_option
from ui.shown.results import choices_pattern, option_results
from ui.shown.table import as_html

CASE = Case("AML", 200, True, 8)
SAMPLE = {"leukemia": "AML", "days": "200", "cr": "yes", "age": "8"}
HEAD = 'class="shown survival"'
FOLD = "Of 208 children who began chemotherapy"


@pytest.fixture(autouse=True)
def _entry_script_first() -> Iterator[None]:
    with entry_script_first():
        yield


def opened(app: AppTest) -> AppTest:
    app.session_state["choices"] = True
    return app.run()


def test_those_who_went_on_are_counted_from_the_paper():
    assert who_went_on().startswith(
        "Of 208 children who began chemotherapy, 70 went on to a second transplant and 30 to DLI."
    )
    assert value("f3.at_risk.chemo.0") == 208 - 70 - 30


@pytest.mark.parametrize("days", [40, 200, 400])
@pytest.mark.parametrize("remission", [True, False])
def test_table_curve_and_file_have_the_numbers_of_the_command_line(days, remission):
    case = Case("AML", days, remission, 8)
    pattern = choices_pattern(case)
    expected = prediction_rows(["x"], predict_case(load_choices(), case))
    cells = [
        cell
        for cell in Cells(as_html(survival_table(option_results(pattern)))).cells
        if "data-day" in cell
    ]
    rows = list(csv.DictReader(io.StringIO(numbers_as_csv(case, pattern))))
    assert len(expected) == len(cells) == len(rows) == 3 * 5
    curves = {series.id: series for series in option_series(pattern)}
    for (_id, option, day, survival, lower, upper, _median, supported), cell, row in zip(
        expected, cells, rows, strict=True
    ):
        assert (cell["data-treatment"], row["treatment"]) == (option, option)
        assert (cell["data-day"], row["day"]) == (str(day), str(day))
        assert [cell[f"data-{name}"] for name in ("survival", "lower", "upper")] == [
            survival,
            lower,
            upper,
        ]
        assert [row[name] for name in ("survival", "lower", "upper", "supported")] == [
            survival,
            lower,
            upper,
            supported,
        ]
        assert row["all_options"] == "at_relapse"
        curve = curves[option]
        assert f"{curve.survival[curve.days.index(day)]:.4f}" == survival


def test_a_choice_has_a_look_of_its_own():
    own = shown_option(REINDUCTION)
    for treatment, shown in SHOWN.items():
        assert shown_option(treatment) is shown
        assert (own.color, own.marker, own.short) != (shown.color, shown.marker, shown.short)
        assert own.color != shown.color
        assert own.marker != shown.marker


def test_the_fold_is_closed_until_it_is_asked_for_and_shows_three_choices():
    app = open_app(**SAMPLE)
    assert not app.error
    assert FOLD not in all_said(app)
    said = all_said(opened(app))
    assert not app.error
    assert FOLD in said
    assert "Start reinduction, whatever followed" in said
    assert "no longer set the options apart" in said
    tables = [
        said for html in app.main if (said := str(getattr(html, "value", ""))) and HEAD in said
    ]
    named = [
        [f'data-treatment="{option}"' in table for option in CHOICES_AT_RELAPSE] for table in tables
    ]
    assert [all(of_table) for of_table in named] == [False, True]


def test_in_french_the_fold_says_the_same():
    app = opened(open_app(**SAMPLE, lang="fr"))
    assert not app.error
    said = all_said(app)
    assert "Sur 208 enfants" in said
    assert "Débuter une réinduction, quelle que soit la suite" in said


def test_where_the_model_of_the_choices_is_missing_the_rest_of_the_page_stands(monkeypatch):
    def missing() -> None:
        raise FileNotFoundError("alike.npz is missing")

    monkeypatch.setattr("ui.shown.results.load_choices", missing)
    # A child whom no other test has asked about: what was computed once is remembered.
    app = opened(open_app(**(SAMPLE | {"days": "400", "alive": "77"})))
    assert ["data/alike.npz" in error.value for error in app.error] == [True]
    assert "Download" in all_said(app)
    assert FOLD not in all_said(app)
