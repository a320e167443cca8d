"""Columns side by side: how they stand in the address, what is said of them, and their numbers."""

import csv
import dataclasses
import io
import math
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.case import DAYS_SURVIVED_RANGE, DAYS_TO_FAILURE_RANGE, Case
from model.cli.main import main
from model.options import REINDUCTION
from model.survival.choices import load_choices
from model.survival.comparison import RESTRICTED_MEAN_DAYS, Estimate, compare
from model.survival.pattern import pattern_of
from model.survival.prediction import HORIZON_DAYS, TABLE_DAYS, load_model, predict_case
from model.survival.recalibrated import Recalibration
from model.tables.written import harmless
from tests.drawn import rows_of
from tests.seen import holds
from tests.whole_app import entry_script_first, open_app
from ui.compare.address import (
    LONGEST_NAME,
    MOST_COLUMNS,
    OPTIONS_OF_COLUMNS,
    Column,
    LinkError,
    clean_name,
    column_as_text,
    column_from_text,
    columns_from_link,
    number_from_link,
)
from ui.compare.chart import chart_words, comparison_chart
from ui.compare.comparison import (
    COMPARED_FIELDS,
    LETTERS,
    Asked,
    Comparison,
    cautions,
    comparison,
    same_curves,
    same_in_all,
    scenario_of,
    without_model,
)
from ui.compare.files import comparison_as_csv, comparison_as_svg
from ui.compare.looks import looks_of_columns
from ui.compare.table import column_card, comparison_tables
from ui.compare.words import (
    QuantityRow,
    of_100_children,
    rows_beside_reference,
    rows_by_themselves,
    rows_of_days_lived,
)
from ui.session.model_in_use import IN_USE
from ui.shown.alike import alike_of
from ui.shown.differences import points, points_interval
from ui.shown.options import SHOWN, shown_option
from ui.shown.results import choices_pattern, option_results
from ui.shown.table import as_html

CASE = Case("AML", 200, True, 8)
SAMPLE = {"leukemia": "AML", "days": "200", "cr": "yes", "age": "8"}
# No cohort has a death on the day after it.
SURVIVED = 1095
HOSTILE_NAME = "<img src=x onerror=alert(1)>{n}|`**_"

columns = st.builds(
    holds,
    treatment=st.sampled_from(OPTIONS_OF_COLUMNS),
    days_to_failure=st.none() | st.integers(*DAYS_TO_FAILURE_RANGE),
    post_transplant_cr=st.none() | st.booleans(),
    days_survived=st.none() | st.integers(*DAYS_SURVIVED_RANGE),
    name=st.text(max_size=60).map(clean_name),
)
fractions = st.floats(-1, 1, allow_nan=False)


def compared(*asked: Column, reference: int = 0, day: int = 365, case: Case | None = CASE):
    shown = comparison(Asked(asked, reference, day), case)
    assert shown is not None
    return shown


FOUR = (
    holds("second_sct"),
    holds("chemo_dli", days_to_failure=400, name="Had it come later"),
    holds("chemo", post_transplant_cr=False),
    holds("palliative", days_survived=60),
)


# -------------------------------------------------------------------------------- address


@given(columns)
def test_a_column_comes_back_from_the_address_as_it_was(column):
    assert column_from_text(column_as_text(column)) == column


@given(
    st.text(max_size=500)
    | st.builds("{}~{}".format, st.sampled_from(OPTIONS_OF_COLUMNS), st.text())
)
def test_any_text_is_a_column_or_is_refused_in_words(text):
    kept, left_out = columns_from_link([text])
    assert len(kept) == 1 or "expected" in left_out[0]
    assert all(column.treatment in OPTIONS_OF_COLUMNS for column in kept)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bone_marrow",
        "chemo~days-",
        "chemo~days-6571",
        "chemo~days--1",
        "chemo~days-4e2",
        "chemo~days-1~days-2",
        "chemo~cr-maybe",
        "chemo~alive-1096",
        "chemo~age-4",
        "chemo~",
        "chemo~" + "x" * 500,
    ],
)
def test_what_makes_no_column_is_refused(text):
    with pytest.raises(LinkError):
        column_from_text(text)


def test_what_of_a_link_cannot_be_used_is_named_and_the_rest_is_kept():
    texts = ["chemo", "chemo~days-9999", "dli~name-" + "a" * 41, *["palliative"] * 3]
    kept, left_out = columns_from_link(texts)
    assert [column.treatment for column in kept] == ["chemo", "dli", "palliative", "palliative"]
    assert len(kept) == MOST_COLUMNS
    assert kept[1].name == "a" * LONGEST_NAME
    assert len(left_out) == 3
    assert "a whole number of days from 0 to 6570" in left_out[0]
    assert "40 characters" in left_out[1]
    assert "room for 4" in left_out[2]


def test_a_name_is_one_line_of_visible_characters():
    assert clean_name("  a\n\tb\x00c‮d​ ") == "a b c d"
    assert clean_name("é" * 50) == "é" * LONGEST_NAME


@pytest.mark.parametrize("text", ["0", "5", "-1", "1.0", "two", "", "٣", "1" * 99])
def test_reference_and_day_of_a_link_are_whole_numbers_in_range(text):
    with pytest.raises(LinkError):
        number_from_link("ref", text, 4)
    assert number_from_link("ref", "4", 4) == 4


# -------------------------------------------------------------------------------- columns


def held(treatment: str, days: int, remission: bool, survived: int = 0) -> tuple[object, ...]:
    return (treatment, days, remission, survived)


def scenario(column: Column, case: Case | None) -> tuple[object, ...]:
    """What a column comes to, in the fields in which columns may differ."""
    found = scenario_of(column, case)
    assert found is not None
    return tuple(map(found.held, COMPARED_FIELDS))


def test_a_column_follows_the_case_in_what_it_does_not_hold_itself():
    column = holds("chemo", post_transplant_cr=False)
    assert scenario(column, CASE) == held("chemo", 200, False)
    later = dataclasses.replace(CASE, days_to_failure=400, days_survived=30)
    assert scenario(column, later) == held("chemo", 400, False, 30)


def test_columns_that_hold_all_they_need_need_no_case():
    whole = holds("chemo", 400, False)
    assert scenario(whole, None) == held("chemo", 400, False)
    assert comparison(Asked((whole,)), None) is not None
    assert comparison(Asked((whole, holds("dli"))), None) is None


def test_columns_of_one_option_are_told_apart_by_name():
    shown = compared(holds("chemo"), holds("chemo", 400), holds("dli", name="Ours"))
    names = [column.name for column in shown.columns]
    assert names == ["Chemotherapy alone, day 200", "Chemotherapy alone, day 400", "Ours"]


def test_of_two_columns_of_one_option_the_one_predicted_from_a_later_day_says_so():
    shown = compared(holds("chemo"), holds("chemo", days_survived=60))
    names = [column.name for column in shown.columns]
    assert names == ["Chemotherapy alone", "Chemotherapy alone, alive on day 60"]


def test_what_is_equal_is_said_once_and_what_differs_is_marked():
    shown = compared(*FOUR[:2])
    said = same_in_all(shown)
    assert "AML" in said
    assert "relapse after remission" in said
    assert "200 days" not in said
    scenarios = [column.scenario for column in shown.columns]
    cards = [column_card(place, "", scenarios, reference=0) for place in range(2)]
    assert "≠" not in cards[0]
    assert re.findall(r'<li class="differs" data-field="(\w+)">', cards[1]) == [
        "treatment",
        "days_to_failure",
    ]
    assert all("relapse after remission" not in card for card in cards)


def test_columns_the_curves_cannot_tell_apart_are_named():
    shown = compared(holds("chemo"), holds("chemo", 300), holds("chemo", 400))
    assert same_curves(shown) == [
        "A and B have one curve: both times to failure fall into one interval of the study."
    ]


def test_other_children_are_not_taken_for_other_treatments():
    assert len(cautions(compared(holds("chemo"), holds("dli")))) == 1
    assert "different children" in cautions(compared(*FOUR[:2]))[1]
    assert len(cautions(compared(*FOUR))) == 3


# -------------------------------------------------------------------------------- numbers


def cells(rows: list[QuantityRow]) -> dict[tuple[str, int | None], list[dict[str, str]]]:
    return {(row.quantity, row.day): [row.in_digits(cell) for cell in row.cells] for row in rows}


@pytest.mark.parametrize("reference", range(4))
def test_rows_hold_the_numbers_of_the_model(reference):
    shown = compared(*FOUR, reference=reference, day=400)
    patterns = [pattern_of(c.scenario.case, c.scenario.treatment) for c in shown.columns]
    expected = compare(load_model(), patterns, reference, 400)
    beside = cells(rows_beside_reference(shown))
    lived = cells(rows_of_days_lived(shown))
    for place, one in enumerate(expected):
        assert beside["survival", 400][place]["estimate"] == f"{one.survival.value:.4f}"
        assert beside["survival", 400][place]["supported"] == ("yes" if one.supported else "no")
        for k, until in enumerate(RESTRICTED_MEAN_DAYS):
            mean = one.restricted_mean[k]
            assert lived["restricted_mean", until][place]["upper"] == f"{mean.upper:.1f}"
        if place == reference:
            assert beside["difference", 400][place]["estimate"] == ""
            continue
        assert beside["difference", 400][place]["lower"] == f"{one.difference.lower:.4f}"
        assert beside["children", 400][place] == beside["difference", 400][place]
        assert beside["ratio", 400][place]["upper"] == f"{one.ratio.upper:.4f}"
        apart = one.restricted_mean_difference[0]
        found = lived["restricted_mean_difference", RESTRICTED_MEAN_DAYS[0]][place]
        assert found["estimate"] == f"{apart.value:.1f}"


def test_each_column_by_itself_is_its_own_prediction():
    shown = compared(*FOUR)
    alone = cells(rows_by_themselves(shown))
    for place, column in enumerate(shown.columns):
        of = column.scenario
        curve = predict_case(load_model(), of.case, treatments=(of.treatment,))
        for k, day in enumerate(TABLE_DAYS):
            assert alone["survival", day][place]["lower"] == f"{curve.lower[0, 0, k]:.4f}"
        assert alone["median", None][place]["estimate"] == f"{curve.median[0, 0]:.0f}"


def test_what_the_paper_says_is_that_of_each_columns_own_time():
    shown = compared(holds("second_sct"), holds("second_sct", 400), holds("second_sct", 100))
    said = [cell.estimate for cell in rows_by_themselves(shown)[0].cells]
    assert said[0] == "proposed under a condition"
    assert said[1] == "proposed"
    assert rows_by_themselves(shown)[0].cells[1].details == ("in the paper: relapse after 1 year",)
    without_case = compared(holds("chemo", 400, True), case=None)
    assert rows_by_themselves(without_case)[0].quantity == "alike"


def test_a_day_that_is_past_or_too_near_is_said_in_words():
    late_columns = holds("dli"), holds("chemo", days_survived=SURVIVED)
    for day, words in (
        (SURVIVED - 1, "already past"),
        (SURVIVED, "already past"),
        (SURVIVED + 1, "too soon to say"),
    ):
        rows = rows_beside_reference(compared(*late_columns, day=day))
        assert {row.cells[1].estimate for row in rows} == {words}
    rows = rows_beside_reference(compared(*FOUR, reference=3, day=40))
    assert rows[1].cells[0].estimate == "D has no number"
    late = compared(holds("chemo"), holds("chemo", days_survived=400))
    assert rows_of_days_lived(late)[0].cells[1].estimate == "already past"
    assert rows_of_days_lived(late)[1].cells[1].estimate == "already past"


def test_a_difference_has_the_weaker_support_of_its_two_sides():
    shown = compared(holds("second_sct"), holds("chemo_dli"), day=730)
    assert [column.result.support_on(730) for column in shown.columns] == ["yes", "borrowed"]
    assert rows_beside_reference(shown)[1].cells[1].shown_support == "borrowed"
    other_way = compared(holds("chemo_dli"), holds("second_sct"), day=730)
    assert rows_beside_reference(other_way)[1].cells[1].shown_support == "borrowed"


# ---------------------------------------------------------------------------- reinduction

MIXED = (holds("second_sct"), holds(REINDUCTION), holds(REINDUCTION, 400), holds("dli"))
OTHER_MODEL = "of another model"
THEIRS = Recalibration("baseline", (0.3, 1.0), ((0.0,) * 10,) * 10, 100, 80)


@pytest.mark.parametrize(("days", "remission", "survived"), [(200, True, 0), (40, False, 60)])
def test_reinduction_has_the_numbers_of_predict_with_choices(
    days, remission, survived, tmp_path, capsys
):
    header = "case_id,leukemia,days_to_failure,post_transplant_cr,days_survived"
    file = tmp_path / "cases.csv"
    file.write_text(f"{header}\nx,AML,{days},{'yes' if remission else 'no'},{survived}\n")
    assert main(["predict", str(file), "--choices"]) == 0
    of_each = csv.DictReader(io.StringIO(capsys.readouterr().out))
    expected = {row["day"]: row for row in of_each if row["treatment"] == REINDUCTION}
    assert set(expected) == set(map(str, TABLE_DAYS))
    case = Case("AML", days, remission, days_survived=survived)
    for day in TABLE_DAYS:
        shown = compared(*MIXED[:2], day=day, case=case)
        chosen = rows_beside_reference(shown)[0]
        alone = cells(rows_by_themselves(shown))
        row = expected[str(day)]
        numbers = {"estimate": row["survival"]} | {
            name: row[name] for name in ("lower", "upper", "supported")
        }
        assert chosen.in_digits(chosen.cells[1]) == numbers
        assert alone["survival", day][1] == numbers
        assert alone["median", None][1]["estimate"] == row["median_days"]
        (curve,) = rows_of(comparison_chart(shown), "points").query(
            f"series == 'B' and day == {day} and marked"
        )["survival"]
        assert f"{curve:.4f}" == row["survival"]


def test_reinduction_looks_as_on_the_case_page_and_has_its_children():
    shown = compared(*MIXED)
    own = choices_pattern(CASE)
    assert shown.columns[1].result == option_results(own)[own.treatments.index(REINDUCTION)]
    (mine,) = alike_of(shown.columns[1].pattern)
    assert mine == alike_of(own)[own.treatments.index(REINDUCTION)]
    looks = looks_of_columns([column.scenario for column in shown.columns])
    assert looks[1].color == shown_option(REINDUCTION).color
    assert looks[1].marker == shown_option(REINDUCTION).marker
    twice = compared(holds(REINDUCTION), holds("chemo"), holds(REINDUCTION), holds("chemo"))
    looks = looks_of_columns([column.scenario for column in twice.columns])
    assert len({(look.color, look.marker) for look in looks}) == MOST_COLUMNS
    # The usual marker of a second column is that of reinduction.
    assert len({look.marker for look in (looks[0], looks[1], looks[3])}) == 3
    said = rows_by_themselves(shown)[0]
    assert (said.quantity, said.cells[1].estimate) == ("proposal", "by what follows")


@pytest.mark.parametrize("reference", range(4))
def test_between_models_there_is_no_difference_and_within_one_there_is(reference):
    shown = compared(*MIXED, reference=reference, day=400)
    models = [load_choices() if k in (1, 2) else load_model() for k in range(4)]
    others = [k for k in range(4) if models[k] is not models[reference]]
    (twin,) = ({0, 1, 2, 3} - {reference}).difference(others)
    patterns = [pattern_of(c.scenario.case, c.scenario.treatment) for c in shown.columns]
    _own, expected = compare(models[reference], [patterns[reference], patterns[twin]], 0, 400)
    for row in (*rows_beside_reference(shown), *rows_of_days_lived(shown)):
        if row.quantity in ("survival", "restricted_mean"):
            assert all(cell["estimate"] for cell in map(row.in_digits, row.cells))
            continue
        for place in others:
            assert row.cells[place].estimate == OTHER_MODEL
            assert row.in_digits(row.cells[place])["estimate"] == ""
        assert row.in_digits(row.cells[twin])["estimate"]
    beside = cells(rows_beside_reference(shown))
    assert beside["difference", 400][twin]["lower"] == f"{expected.difference.lower:.4f}"
    assert beside["ratio", 400][twin]["upper"] == f"{expected.ratio.upper:.4f}"
    assert any("how it differs from a treatment is not computed" in c for c in cautions(shown))
    for line in csv.DictReader(io.StringIO(comparison_as_csv(shown))):
        if line["quantity"] in ("difference", "ratio", "restricted_mean_difference"):
            assert bool(line["estimate"]) == (line["column"] == LETTERS[twin])
        else:
            assert line["estimate"]
    assert "is of another model" in comparison_as_svg(shown).replace("\n", " ")


def test_a_recalibrated_model_has_no_column_of_reinduction():
    assert comparison(Asked(MIXED), CASE, THEIRS) is None
    assert without_model(Asked(MIXED), None) == {}
    assert set(without_model(Asked(MIXED), THEIRS)) == {1, 2}
    assert comparison(Asked(MIXED[:1]), CASE, THEIRS) is not None


def test_where_the_model_of_reinduction_is_missing_its_columns_say_so(monkeypatch):
    def missing():
        raise FileNotFoundError("alike.npz is missing")

    monkeypatch.setattr("ui.compare.comparison.load_choices", missing)
    assert "data/alike.npz" in without_model(Asked(MIXED), None)[1]
    assert comparison(Asked(MIXED), CASE) is None
    assert comparison(Asked(MIXED[:1]), CASE) is not None


# ---------------------------------------------------------------------------------- words


@given(st.tuples(fractions, fractions, fractions).map(sorted))
def test_children_and_percentage_points_are_the_same_whole_numbers(limits):
    lower, value, upper = limits
    difference = Estimate(value, lower, upper)
    in_points = [
        int(text.replace("−", "-"))
        for text in (points(difference), *points_interval(difference).split(" to "))
    ]
    words = of_100_children(difference)
    in_words = [abs(number) for number in in_points[1:]]
    said = [int(number) for number in re.findall(r"\d+", words.replace("of 100 children", ""))]
    if any(in_points):
        assert sorted(said[-2:]) == sorted(in_words)
    assert ("more" in words.split("(")[0]) == (in_points[0] > 0)
    assert ("fewer" in words.split("(")[0]) == (in_points[0] < 0)
    if in_points[0]:
        assert said[0] == abs(in_points[0])


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ((0.13, 0.03, 0.25), "about 13 more (from 3 to 25) of 100 children alive"),
        ((-0.13, -0.25, -0.03), "about 13 fewer (from 3 to 25) of 100 children alive"),
        ((-0.13, -0.25, 0.04), "about 13 fewer (from 25 fewer to 4 more) of 100 children alive"),
        ((0.13, -0.04, 0.25), "about 13 more (from 4 fewer to 25 more) of 100 children alive"),
        ((0.001, -0.05, 0.04), "about as many (from 5 fewer to 4 more) of 100 children alive"),
        ((0.0, 0.0, 0.0), "as many of 100 children alive"),
    ],
)
def test_about_so_many_of_100_children(limits, words):
    assert of_100_children(Estimate(*limits)) == words


@pytest.mark.filterwarnings("ignore:(invalid value|divide by zero) encountered:RuntimeWarning")
def test_a_ratio_to_almost_nothing_is_said_as_a_bound_or_not_at_all():
    ratios = [
        rows_beside_reference(
            compared(
                holds("palliative", 20, False, survived),
                holds("second_sct", days_survived=1000),
                day=1005,
            )
        )[3].cells[1]
        for survived in (0, 1000)
    ]
    assert ratios[0].estimate == ">100"
    assert "NaN" not in ratios[1].estimate


def test_two_equal_columns_do_not_differ():
    shown = compared(holds("chemo"), holds("chemo"))
    rows = {row.quantity: row for row in rows_beside_reference(shown)}
    assert rows["difference"].cells[1].estimate == "0"
    assert rows["children"].cells[1].estimate == "as many of 100 children alive"
    assert rows["ratio"].cells[1].estimate == "1.00"


# ------------------------------------------------------------------------ chart and files


def test_columns_look_as_their_options_do_and_the_same_option_twice_has_another_marker():
    scenarios = [column.scenario for column in compared(*FOUR).columns]
    for scenario, look in zip(scenarios, looks_of_columns(scenarios), strict=True):
        assert look.color == SHOWN[scenario.treatment].color
    thrice = looks_of_columns([scenarios[0]] * MOST_COLUMNS)
    assert len({look.color for look in thrice}) == 1
    for what in ("marker", "sign", "width"):
        assert len({getattr(look, what) for look in thrice}) == MOST_COLUMNS
    spec = comparison_chart(compared(holds("chemo"), holds("dli")))
    assert SHOWN["chemo"].color in str(spec)
    assert SHOWN["dli"].dark in str(spec)
    assert SHOWN["second_sct"].color not in str(spec)


def test_chart_is_described_with_every_column_on_the_chosen_day():
    said = chart_words(compared(*FOUR, day=182))
    assert "6 months" in said
    for letter, survival in zip(LETTERS, re.findall(r"\): ([<>]?\d+)% \(", said), strict=True):
        assert f"{letter}: " in said
        assert survival


def test_the_chosen_day_moves_without_a_new_curve():
    one, other = (comparison_chart(compared(*FOUR, day=day)) for day in (100, 500))
    assert one["layer"] == other["layer"]
    assert [
        name for name in one["datasets"] if one["datasets"][name] != other["datasets"][name]
    ] == ["chosen"]


def test_a_renamed_column_keeps_its_option_in_legend_and_heads():
    shown = compared(holds("chemo", name="Palliative"), holds("dli"))
    assert shown.columns[0].name == "Palliative"
    assert shown.columns[0].title == "A: Palliative (Chemotherapy alone)"
    assert shown.columns[1].title == "B: DLI alone"
    labels = rows_of(comparison_chart(shown), "names")["label"]
    assert "(Chemotherapy alone)" in labels[0].replace("\n", " ")
    head = as_html(comparison_tables(shown)[0])
    assert "A Palliative (Chemotherapy alone)" in re.sub("<[^>]*>", "", head)


def test_a_name_is_never_markup_nor_a_formula():
    shown = compared(holds("chemo", name=clean_name(HOSTILE_NAME)), holds("dli", name="=1+1"))
    html = as_html(comparison_tables(shown)[0])
    html += column_card(0, HOSTILE_NAME, [column.scenario for column in shown.columns], 0)
    assert "<img" not in html
    assert "&lt;img" in html
    rows = list(csv.DictReader(io.StringIO(comparison_as_csv(shown))))
    assert {row["name"] for row in rows} == {clean_name(HOSTILE_NAME), "'=1+1"}
    assert "<img" not in comparison_as_svg(shown)
    for sign in "=+-@":
        assert harmless(f"{sign}SUM(A1)").startswith("'")


def test_csv_has_every_quantity_of_every_column_once():
    shown = compared(*FOUR, day=400)
    rows = list(csv.DictReader(io.StringIO(comparison_as_csv(shown))))
    keys = [(row["column"], row["quantity"], row["day"]) for row in rows]
    assert len(set(keys)) == len(keys)
    quantities = {key[1:] for key in keys}
    assert {("survival", "400"), ("difference", "400"), ("ratio", "400")} <= quantities
    assert {("survival", str(day)) for day in TABLE_DAYS} <= quantities
    assert {("restricted_mean", str(day)) for day in RESTRICTED_MEAN_DAYS} <= quantities
    assert {row["model_hash"] for row in rows} == {load_model().source_hash}
    for row in rows:
        if row["estimate"]:
            value, lower = float(row["estimate"]), row["lower"]
            assert not math.isnan(value)
            assert lower == "" or float(lower) <= value


def test_one_column_alone_is_compared_with_nothing():
    shown = compared(holds("chemo"))
    assert [row.quantity for row in rows_beside_reference(shown)] == ["survival"]
    assert {row.quantity for row in rows_of_days_lived(shown)} == {"restricted_mean"}
    assert ">reference<" not in as_html(comparison_tables(shown)[0])


def test_every_day_within_the_horizon_can_be_shown():
    for day in (1, 2, 60, 61, HORIZON_DAYS):
        shown: Comparison = compared(*FOUR, day=day)
        assert rows_beside_reference(shown)


# ---------------------------------------------------------------------------- the page


@pytest.fixture
def _entry_script_first() -> Iterator[None]:
    with entry_script_first():
        yield


def open_compare(**link):
    app = open_app(**link)
    app.switch_page("pages/compare.py")
    app.run()
    assert not app.exception
    assert "Something went wrong" not in " ".join(box.value for box in app.error)
    return app


def address_of(app) -> list[str]:
    texts = app.query_params.get("column", [])
    return [texts] if isinstance(texts, str) else list(texts)


def html_of(app) -> str:
    return "\n".join(element.proto.body for element in app.main.get("html"))


@pytest.mark.usefixtures("_entry_script_first")
class TestPage:
    def test_begins_with_the_first_two_options_of_the_form(self):
        assert address_of(open_compare(**SAMPLE)) == ["second_sct", "chemo_dli"]
        app = open_compare(**SAMPLE, second_sct="false", dli="false")
        assert address_of(app) == ["chemo_dli", "chemo"]

    def test_without_a_case_says_what_is_missing(self):
        app = open_compare()
        assert any("Still missing" in info.value for info in app.main.info)
        assert address_of(app) == []

    def test_shows_a_link_whose_columns_need_no_case(self):
        link = ["chemo~days-400~cr-yes", "dli~days-20~cr-no"]
        app = open_compare(column=link)
        assert address_of(app) == link
        assert "Alive" in html_of(app)

    def test_says_what_of_the_link_was_left_out(self):
        app = open_compare(**SAMPLE, column=["chemo", "<b>~x"], ref="7", at="never")
        notice = next(info.value for info in app.main.info if "left out" in info.value)
        assert notice.count("- `") == 3
        assert address_of(app) == ["chemo"]

    def test_columns_not_changed_by_hand_follow_the_form(self):
        app = open_compare(**SAMPLE, column=["chemo", "chemo~days-400"])
        assert "200 days after" in html_of(app)
        app.sidebar.text_input(key="days").set_value("20").run()
        assert "200 days after" not in html_of(app)
        assert "20 days after" in html_of(app)
        assert "400 days after" in html_of(app)
        assert address_of(app) == ["chemo", "chemo~days-400"]

    @pytest.mark.parametrize("typed", ["9999", "1,5", "1,200", "-3", "soon"])
    def test_a_refused_number_stays_in_its_field_and_nothing_is_compared(self, typed):
        app = open_compare(**SAMPLE, column=["chemo~days-400", "dli"])
        app.main.text_input(key="comparison_0_days").set_value(typed).run()
        assert any(f"`{typed}`" in warning.value for warning in app.main.warning)
        assert any(f"`{typed}`" in info.value for info in app.main.info)
        assert app.main.text_input(key="comparison_0_days").value == typed
        assert not app.main.get("vega_lite_chart")
        assert address_of(app) == ["chemo~days-400", "dli"]
        # It stays so, and with its column, until it is mended.
        next(b for b in app.main.button if b.key == "comparison_0_duplicate").click().run()
        next(b for b in app.main.button if b.key == "comparison_1_remove").click().run()
        assert app.main.text_input(key="comparison_0_days").value == typed
        assert not app.main.get("vega_lite_chart")
        app.main.text_input(key="comparison_0_days").set_value("").run()
        assert not app.main.warning
        assert app.main.get("vega_lite_chart")
        assert address_of(app) == ["chemo", "dli"]

    def test_what_the_form_refuses_stops_a_comparison_that_needs_no_case(self):
        column = ["chemo~days-400~cr-yes", "dli~days-20~cr-no"]
        app = open_compare(column=column, alive="6o")
        assert not app.main.get("vega_lite_chart")
        assert any("`6o`" in box.value for box in app.main.error)

    def test_a_new_case_forgets_the_comparison(self):
        app = open_compare(**SAMPLE, column=["chemo~days-400~name-Somebody"])
        next(b for b in app.sidebar.button if b.label == "Start a new case").click().run()
        assert address_of(app) == []
        assert "Somebody" not in html_of(app)

    def test_a_link_opens_reinduction_and_under_a_recalibrated_model_it_is_named(self):
        link = ["second_sct", "reinduction~days-20"]
        app = open_compare(**SAMPLE, column=link)
        assert address_of(app) == link
        assert OTHER_MODEL in html_of(app)
        app.session_state[IN_USE] = THEIRS
        app.run()
        assert not app.main.get("vega_lite_chart")
        assert any(
            "B, Start reinduction, whatever followed: a recalibrated model" in box.value
            for box in app.main.info
        )
        assert (
            "Start reinduction, whatever followed"
            not in app.selectbox(key="comparison_0_option").options
        )
        app.selectbox(key="comparison_1_option").set_value("chemo").run()
        assert app.main.get("vega_lite_chart")
        assert address_of(app) == ["second_sct", "chemo~days-20"]
