"""Every shipped list could be true of children: counted again without the annealing's code."""

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats

from model.cohort import analysed, design_matrix, each_cohort, read_cohorts
from model.paper.evidence import value
from model.reconstruction.plausible import (
    EXPECTED_IN_A_GAP,
    FEWEST_AROUND,
    FROM,
    LATE,
    SHARE_AROUND,
    SMALLEST,
)
from model.reconstruction.start import EARLIEST_DEATH, NO_REMISSION_RANGE
from model.survival.cox import fit_lifelines

GROUPED_BY = ("treatment", "interval", "post_transplant_cr")


@pytest.fixture(scope="module")
def cohorts() -> list[pd.DataFrame]:
    return each_cohort(read_cohorts())


def nelson_aalen(times: NDArray[np.int64], deaths: NDArray[np.bool_], risk: NDArray[np.float64]):
    """Days of death, and the steps of the hazard of a child of risk 1 on them (Breslow)."""
    days = np.unique(times[deaths])
    steps = [(deaths & (times == day)).sum() / risk[times >= day].sum() for day in days]
    return days, np.array(steps)


def longest_gap(
    times: NDArray[np.int64],
    deaths: NDArray[np.bool_],
    risk: NDArray[np.float64],
    hazard: tuple[NDArray[np.float64], NDArray[np.float64]],
    first: int = 0,
) -> float:
    """Most deaths that a hazard lets expect of a group over a stretch in which none dies."""
    days, steps = hazard
    at_risk = (risk[:, None] * (times[:, None] >= days)).sum(axis=0)
    expected = np.where(days >= first, at_risk * steps, 0.0)
    own = np.unique(times[deaths])
    stretch = np.searchsorted(own, days, side="left")
    return float(np.bincount(stretch, weights=expected).max())


def gaps_of(cohort: pd.DataFrame) -> dict[str, float]:
    known = analysed(cohort)
    x = design_matrix(known)
    beta = fit_lifelines(x, known["os_days"], known["death"]).params_.to_numpy()
    risk = np.exp(x.to_numpy() @ beta)
    times, deaths = known["os_days"].to_numpy(np.int64), known["death"].to_numpy(bool)
    hazard = nelson_aalen(times, deaths, risk)
    found = {}
    for column in GROUPED_BY:
        for code in known[column].unique():
            inside = (known[column] == code).to_numpy()
            if inside.sum() >= SMALLEST:
                earliest = f"earliest_{code}"
                first = known[earliest].iloc[0] if earliest in known else 0
                found[str(code)] = longest_gap(
                    times[inside], deaths[inside], risk[inside], hazard, first
                )
    others = cohort[cohort["treatment"].isna()]
    own = others["os_days"].to_numpy(np.int64)
    scale = own.max() and np.sort(own)[len(own) // 2] / np.sort(times)[len(times) // 2]
    days, steps = nelson_aalen(times, deaths, np.ones(len(times)))
    found["missing"] = longest_gap(
        own, others["death"].to_numpy(bool), np.ones(len(own)), (days * scale, steps)
    )
    return found


def test_no_child_dies_of_a_treatment_before_it_can_have_had_it(cohorts):
    for cohort in cohorts:
        for arm, (first, last) in EARLIEST_DEATH.items():
            earliest = cohort[f"earliest_{arm}"].unique()
            assert len(earliest) == 1
            assert first <= earliest[0] <= last
            assert cohort.loc[cohort["treatment"] == arm, "os_days"].min() >= earliest[0]


def test_no_group_goes_without_a_death_where_four_are_expected(cohorts):
    for cohort in cohorts:
        assert max(gaps_of(cohort).values()) < EXPECTED_IN_A_GAP, cohort["cohort"].iloc[0]


def groups_of(cohort: pd.DataFrame) -> list[pd.DataFrame]:
    known = analysed(cohort)
    groups = [cohort, cohort[cohort["treatment"].isna()]]
    return groups + [group for column in GROUPED_BY for _, group in known.groupby(column)]


def test_no_group_has_more_late_deaths_than_a_constant_hazard_allows(cohorts):
    for cohort in cohorts:
        for group in groups_of(cohort):
            after = group[group["os_days"] > FROM]
            observed = (after["os_days"] - FROM).sum()
            late = (after["os_days"] - LATE).clip(lower=0).sum()
            allowed = stats.binom.ppf(0.99, after["death"].sum(), late / max(observed, 1))
            assert (after["death"] & (after["os_days"] > LATE)).sum() <= allowed


def test_no_day_has_more_deaths_than_the_days_around_allow(cohorts):
    for cohort in cohorts:
        died = cohort.loc[cohort["death"], "os_days"].to_numpy()
        for day, deaths in zip(*np.unique(died, return_counts=True), strict=True):
            reach = max(FEWEST_AROUND, int(SHARE_AROUND * day))
            around = ((died >= day - reach) & (died <= day + reach)).sum()
            mean = around / (min(day - 1, reach) + 1 + reach)
            assert deaths == 1 or deaths <= stats.poisson.ppf(0.999, mean), day


def test_children_without_remission_are_not_pushed_to_a_bound(cohorts):
    without = np.array([(analysed(c)["post_transplant_cr"] == "no").sum() for c in cohorts])
    low, high = NO_REMISSION_RANGE
    assert ((without >= low) & (without <= high)).all()
    for bound in (low, high):
        assert (np.abs(without - bound) <= 1).mean() <= 0.2


def test_the_order_of_the_lists_follows_no_assumption(cohorts):
    number = np.arange(len(cohorts))
    for arm in EARLIEST_DEATH:
        drawn = [cohort[f"earliest_{arm}"].iloc[0] for cohort in cohorts]
        assert stats.spearmanr(number, drawn).pvalue > 0.001


def test_every_list_has_all_children(cohorts):
    assert {len(cohort) for cohort in cohorts} == {int(value("abs.n.failures"))}
