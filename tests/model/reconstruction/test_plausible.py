"""What could not be true of a list of children, counted again without the annealing's code."""

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats

from model.case import BACKGROUND, INTERVALS
from model.cohort import analysed, design_matrix, each_cohort, read_cohorts
from model.options import TREATMENTS
from model.reconstruction import ensemble, moves, plausible, targets
from model.reconstruction.start import (
    EARLIEST_DEATH,
    NO_REMISSION_RANGE,
    draw_assumptions,
    random_start,
)
from model.survival.cox import fit_lifelines
from tests.model.reconstruction.test_reconstruction import as_read

GROUPED_BY = ("treatment", "interval", "post_transplant_cr")
EVERY = {"treatment": TREATMENTS, "interval": INTERVALS, "post_transplant_cr": ("no", "yes")}
Drawn = tuple[ensemble.Annealing, pd.DataFrame]


@pytest.fixture(scope="module", params=range(3))
def drawn(request: pytest.FixtureRequest) -> Drawn:
    """A random start, whose deaths stand at random, and its table."""
    rng = np.random.default_rng(request.param)
    assumptions = draw_assumptions(rng)
    cohort = random_start(assumptions, rng)
    annealing = ensemble.Annealing(cohort, assumptions, targets.compile_targets(), rng)
    nothing = {column: np.zeros(len(cohort.time), np.int64) for column in BACKGROUND}
    return annealing, as_read(cohort, nothing, assumptions, rng)


def hazard_of(
    times: NDArray[np.int64], deaths: NDArray[np.bool_], risk: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Days of death, and the steps of the hazard of a child of risk 1 on them (Breslow)."""
    days = np.unique(times[deaths])
    steps = [(deaths & (times == day)).sum() / risk[times >= day].sum() for day in days]
    return days, np.array(steps)


def stretches(
    times: NDArray[np.int64],
    deaths: NDArray[np.bool_],
    risk: NDArray[np.float64],
    hazard: tuple[NDArray[np.int64], NDArray[np.float64]],
    first: int = 0,
) -> NDArray[np.float64]:
    """Deaths that a hazard lets expect of a group over each stretch in which none dies."""
    days, steps = hazard
    at_risk = (risk[:, None] * (times[:, None] >= days)).sum(axis=0)
    expected = np.where(days >= first, at_risk * steps, 0.0)
    own = np.unique(times[deaths])
    stretch = np.searchsorted(own, days, side="left")
    return np.bincount(stretch, weights=expected).astype(np.float64)


def stretches_of_groups(table: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Of every group of a list that is large enough, and of those of unknown treatment."""
    known = analysed(table)
    x = design_matrix(known)
    beta = fit_lifelines(x, known["os_days"], known["death"]).params_.to_numpy()
    risk = np.exp(x.to_numpy() @ beta)
    times, deaths = known["os_days"].to_numpy(np.int64), known["death"].to_numpy(bool)
    hazard = hazard_of(times, deaths, risk)
    found = {}
    for column in GROUPED_BY:
        for code in EVERY[column]:
            inside = (known[column] == code).to_numpy()
            if inside.sum() >= plausible.SMALLEST:
                first = known[f"earliest_{code}"].iloc[0] if code in EARLIEST_DEATH else 0
                found[code] = stretches(times[inside], deaths[inside], risk[inside], hazard, first)
    others = table[table["treatment"].isna()]
    own = others["os_days"].to_numpy(np.int64)
    scale = np.sort(own)[len(own) // 2] / np.sort(times)[len(times) // 2]
    days, steps = hazard_of(times, deaths, np.ones(len(times)))
    hazard = (days * scale, steps)
    found["missing"] = stretches(own, others["death"].to_numpy(bool), np.ones(len(own)), hazard)
    return found


def test_stretches_without_a_death_are_those_of_the_cox_model(drawn):
    annealing, table = drawn
    each = stretches_of_groups(table)
    tolerated = plausible.EXPECTED_IN_A_GAP - plausible.MARGIN
    excess = sum(np.maximum(0.0, group - tolerated).sum() for group in each.values())
    walk, limits = annealing.walk, annealing.limits
    found = plausible.gaps(
        walk.codes,
        walk.time,
        walk.death,
        walk.order,
        walk.on_table_4,
        annealing.fit.beta_table_4,
        limits.earliest,
    )
    assert excess > 1, "a start without a stretch would show nothing"
    # Whether a child that leaves within a step still counts in it is a matter of taste.
    assert found == pytest.approx(excess, rel=0.02, abs=0.3)


def late_deaths_beyond(table: pd.DataFrame) -> float:
    """Late deaths beyond those that a constant hazard allows, over all groups."""
    known = analysed(table)
    groups = [table, table[table["treatment"].isna()]]
    groups += [group for column in GROUPED_BY for _, group in known.groupby(column)]
    excess = 0.0
    for group in groups:
        after = group[group["os_days"] > plausible.FROM]
        observed = (after["os_days"] - plausible.FROM).sum()
        late = (after["os_days"] - plausible.LATE).clip(lower=0).sum()
        if late:
            allowed = stats.binom.ppf(0.99, after["death"].sum(), late / observed)
            excess += max(0, (after["death"] & (after["os_days"] > plausible.LATE)).sum() - allowed)
    return excess


def test_late_deaths_are_those_beyond_a_constant_hazard(drawn):
    annealing, table = drawn
    # As if whoever lives so long died then, and nobody in the two years before.
    table = table.assign(death=table["os_days"] > plausible.LATE)
    excess = late_deaths_beyond(table)
    assert excess > 5
    walk, death = annealing.walk, table["death"].to_numpy(np.int64)
    assert plausible.late_deaths(walk.codes, walk.time, death) == excess


def crowded(died: NDArray[np.int64]) -> float:
    """Deaths beyond those that the days around each day allow, given the days of all deaths."""
    excess = 0.0
    for day, deaths in zip(*np.unique(died, return_counts=True), strict=True):
        reach = max(plausible.FEWEST_AROUND, int(plausible.SHARE_AROUND * day))
        around = ((died >= day - reach) & (died <= day + reach)).sum()
        mean = around / (min(day - 1, reach) + 1 + reach)
        if deaths > 1:
            excess += max(0, deaths - stats.poisson.ppf(0.999, mean))
    return excess


def test_crowded_days_are_those_above_the_days_around_them(drawn):
    _, table = drawn
    time = table["os_days"].to_numpy(np.int64).copy()
    time[:9], time[9:12] = 40, 900
    death = np.ones(len(time), np.int64)
    excess = crowded(time)
    assert excess > 0
    found = plausible.crowded_days(time, death, np.argsort(time, kind="stable"))
    assert found == excess


def test_a_list_that_could_be_true_strains_nothing():
    """Two hundred children, one death every third day, none of them special."""
    n = 200
    codes = np.zeros((n, 3), np.int64)
    codes[:, 1], codes[:, 2] = np.arange(n) % 4, np.arange(n) % 2
    time = 20 + 3 * np.arange(n)
    death = (np.arange(n) < 180).astype(np.int64)
    on = np.full((n, 3), moves.P, np.uint64)
    earliest = np.ones(6, np.int64)
    order = np.arange(n)
    # Those of unknown treatment are one child only, who says nothing.
    codes[-1, 0] = moves.N_ARMS
    gaps = plausible.gaps(codes, time, death, order, on, np.zeros(moves.P), earliest)
    assert gaps == 0
    assert plausible.late_deaths(codes, time, death) == 0
    assert plausible.crowded_days(time, death, order) == 0
    # Ninety days in which nobody of an interval dies, though they die around them.
    death[(codes[:, 1] == 0) & (time > 100) & (time < 400)] = 0
    assert plausible.gaps(codes, time, death, order, on, np.zeros(moves.P), earliest) > 1


@pytest.fixture(scope="module")
def shipped() -> list[pd.DataFrame]:
    return each_cohort(read_cohorts())


def test_no_child_dies_of_a_treatment_before_it_can_have_had_it(shipped):
    for cohort in shipped:
        for arm, (first, last) in EARLIEST_DEATH.items():
            earliest = cohort[f"earliest_{arm}"].unique()
            assert len(earliest) == 1
            assert first <= earliest[0] <= last
            assert cohort.loc[cohort["treatment"] == arm, "os_days"].min() >= earliest[0]


def test_every_shipped_list_could_be_true(shipped):
    for cohort in shipped:
        for name, expected in stretches_of_groups(cohort).items():
            assert expected.max() < plausible.EXPECTED_IN_A_GAP, name
        assert late_deaths_beyond(cohort) == 0
        assert crowded(cohort.loc[cohort["death"], "os_days"].to_numpy(np.int64)) == 0


def test_no_assumption_is_pushed_to_a_bound_or_followed_by_the_order_of_the_lists(shipped):
    without = np.array([(analysed(c)["post_transplant_cr"] == "no").sum() for c in shipped])
    low, high = NO_REMISSION_RANGE
    assert ((without >= low) & (without <= high)).all()
    for bound in (low, high):
        assert (np.abs(without - bound) <= 1).mean() <= 0.2
    for arm in EARLIEST_DEATH:
        drawn = [cohort[f"earliest_{arm}"].iloc[0] for cohort in shipped]
        assert stats.spearmanr(np.arange(len(shipped)), drawn).pvalue > 0.001
