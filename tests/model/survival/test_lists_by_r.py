"""Tables 3 and 4, medians, the pooled curves of every pattern, and what waiting for a treatment may
do to its comparison, from the lists by R alone."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.cohort import each_cohort, read_cohorts
from model.options import CHOICES_AT_RELAPSE, TREATMENTS
from model.reconstruction.freedom import load_freedom
from model.reconstruction.reproduction import load_reproduction
from model.survival.choices import load_choices
from model.survival.pattern import PATTERNS, SEEN
from model.survival.prediction import TABLE_DAYS, PooledModel, load_model, pattern_table
from model.survival.waiting import METHODS, WAITED_FOR, WAITING_DAYS, waiting

R = Path(__file__).parents[2] / "r"
AGAIN = "the lists have changed: see the head of tests/r/lists.R"


def test_every_ratio_and_median_comes_out_of_r_to_the_printed_digit():
    by_r = pd.read_csv(R / "lists.csv").set_index("figure")
    ours = {row.figure.id: row for row in load_reproduction().rows}
    assert set(by_r.index) <= set(ours)
    ratios = [name for name in ours if name.startswith(("t3.hr.", "t4.hr."))]
    # Table 3's own line of remission has no limits but those of the text; all else is here.
    assert [name for name in ratios if name not in by_r.index] == []
    for name, theirs in by_r.iterrows():
        values = ours[str(name)].values
        expected = [np.median(values), values.min(), values.max()]
        # lifelines stops when the likelihood stands still, R when the coefficients do.
        assert theirs.tolist() == pytest.approx(expected, rel=2e-5), f"{name}: {AGAIN}"


@pytest.mark.parametrize(("name", "load"), [("main", load_model), ("choices", load_choices)])
def test_every_pooled_curve_comes_out_of_r(name, load):
    model: PooledModel = load()
    options = TREATMENTS if name == "main" else tuple(CHOICES_AT_RELAPSE)
    curves = pattern_table(model).curves
    by_r = pd.read_csv(R / "lists_curves.csv")
    by_r = by_r[by_r["model"] == name]
    assert len(by_r) == len(options) * len(PATTERNS) * len(TABLE_DAYS)
    for row in by_r.itertuples():
        pattern = PATTERNS.index(tuple(getattr(row, column) for column in SEEN))
        ours = [curve[pattern, options.index(row.option), row.day] for curve in curves]
        assert [row.survival, row.lower, row.upper] == pytest.approx(ours, abs=1e-4), AGAIN


def test_what_waiting_may_do_comes_out_of_r():
    by_r = pd.read_csv(R / "lists_waiting.csv").set_index(["arm", "method", "day"])
    assert list(by_r.index) == list(itertools.product(WAITED_FOR, METHODS, WAITING_DAYS))
    first = waiting(each_cohort(read_cohorts())[0])
    assert by_r["first"].tolist() == pytest.approx(first.ravel().tolist(), rel=1e-6), AGAIN
    # All lists take too long here.
    kept = load_freedom().waiting
    for column, of_lists in (("median", np.median), ("lowest", np.min), ("highest", np.max)):
        ours = of_lists(kept, axis=0).ravel().tolist()
        assert by_r[column].tolist() == pytest.approx(ours, rel=1e-6), f"{column}: {AGAIN}"
