"""The five lines that the Evidence page opens with, and the tables they rest on."""

import re
from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest

from model.options import TREATMENTS
from model.paper.evidence import LIMITS_OF_MEDIAN
from model.reconstruction.freedom import load_freedom
from model.reconstruction.reproduction import load_reproduction
from model.survival.prediction import TABLE_DAYS, load_model
from model.survival.sensitivity import SECOND_SCT, e_values
from model.validation.external import MEASURES, YOUNG, load_external
from tests.whole_app import entry_script_first, open_app
from ui.evidence.curves import arm_distance
from ui.evidence.e_values import e_values_table
from ui.evidence.external import external_table, ratio_words
from ui.evidence.figures import always_within, figures_of
from ui.evidence.verdict import verdict_lines
from ui.session.language import number
from ui.shown.table import as_html


@pytest.fixture(autouse=True)
def _entry_script_first() -> Iterator[None]:
    with entry_script_first():
        yield


def test_five_lines_hold_the_numbers_that_are_stored():
    figures, spread, hazards, patients, cohorts = verdict_lines()
    stored = load_reproduction()
    judged = [row for row in stored.rows if row.figure.quantity not in LIMITS_OF_MEDIAN]
    shares = np.array([row.within_rounding for row in judged]).mean(axis=0)
    for said in (len(stored.rows), len(judged)):
        assert number(said) in figures
    for share in (np.median(shares), shares.min()):
        assert f"{number(100 * share, 1)}%" in figures
    year = stored.spread[..., TABLE_DAYS.index(365)].astype(float)
    reach = year.max(axis=0) - year.min(axis=0)
    assert number(100 * reach.max(), 1) in spread
    assert number(100 * float(np.median(reach)), 1) in spread
    farthest = max(abs(arm_distance(arm)[0]) for arm in TREATMENTS)
    assert number(100 * farthest, 1) in hazards
    assert number(load_external()["all"].relapses) in patients
    assert ratio_words(load_external()[YOUNG].measures["observed_expected"]) in patients
    assert number(stored.n_cohorts) in cohorts


def test_the_farthest_figure_is_the_farthest():
    said = verdict_lines()[0]
    apart = [
        np.abs(row.values - row.figure.value).max() / row.figure.step
        for row in load_reproduction().rows
        if row.figure.quantity not in LIMITS_OF_MEDIAN and not row.figure.relation
    ]
    assert f"{number(max(apart), 2)} units" in said


def test_the_last_line_says_of_how_many_quantities_the_start_is_forgotten():
    kept = load_freedom()
    forgotten = (kept.r_hat <= 1.1) & (np.abs(kept.correlation) < 0.2)
    said = verdict_lines()[-1]
    assert f"In {forgotten.sum()} of {len(forgotten)} quantities" in said
    assert f"effective number is {load_reproduction().n_cohorts}" in said


def test_every_comparison_has_its_e_value_once():
    rows = re.findall(r'data-pair="(\w+)/(\w+)" data-value="([\d.]+)"', as_html(e_values_table()))
    assert {frozenset(row[:2]) for row in rows} == {
        frozenset(pair) for pair in combinations(TREATMENTS, 2)
    }
    assert len(rows) == len(TREATMENTS) * (len(TREATMENTS) - 1) // 2
    against_second_sct = e_values(load_model())
    for treatment, reference, value in rows:
        # The E-value of a ratio and of its inverse is the same.
        other = {treatment, reference} - {SECOND_SCT}
        if len(other) == 1:
            assert float(value) == pytest.approx(against_second_sct[other.pop()].value, abs=1e-4)


def test_the_table_of_other_patients_holds_every_measure():
    cells = re.findall(r'data-measure="(\w+)" data-value="([-\d.]+)"', as_html(external_table()))
    stored = [
        (name, found.measures[name].value)
        for found in load_external().values()
        for name in MEASURES
    ]
    assert [name for name, _value in cells] == [name for name, _value in stored]
    assert [float(value) for _name, value in cells] == pytest.approx(
        [value for _name, value in stored], rel=1e-4
    )


def test_the_page_opens_short_and_its_table_begins_with_what_is_off():
    app = open_app()
    app.switch_page("pages/evidence.py")
    app.run()
    assert not app.error
    assert not app.main.get("vega_lite_chart")
    html = "".join(element.proto.body for element in app.main.get("html"))
    assert "data-figure=" not in html
    assert "glance" in html
    app.session_state["evidence_figures"] = True
    app.run()
    html = "".join(element.proto.body for element in app.main.get("html"))
    shown = re.findall(r'data-figure="([^"]+)"', html)
    off = [row.figure.id for row in figures_of() if not always_within(row)]
    assert shown[: len(off)] == off
    assert len(shown) == len(figures_of())
