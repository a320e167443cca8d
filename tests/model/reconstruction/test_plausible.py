"""What could not be true of a list of children, counted again without the annealing's code."""

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats

from model.case import BACKGROUND, INTERVALS
from model.cohort import analysed, design_matrix
from model.options import TREATMENTS
from model.reconstruction import ensemble, moves, plausible, targets
from model.reconstruction.start import EARLIEST_DEATH, draw_assumptions, random_start
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


def test_stretches_without_a_death_are_those_of_the_cox_model(drawn):
    annealing, table = drawn
    known = analysed(table)
    x = design_matrix(known)
    beta = fit_lifelines(x, known["os_days"], known["death"]).params_.to_numpy()
    risk = np.exp(x.to_numpy() @ beta)
    times, deaths = known["os_days"].to_numpy(np.int64), known["death"].to_numpy(bool)
    hazard = hazard_of(times, deaths, risk)
    excess = 0.0
    for column in GROUPED_BY:
        for code in EVERY[column]:
            inside = (known[column] == code).to_numpy()
            if inside.sum() >= plausible.SMALLEST:
                first = known[f"earliest_{code}"].iloc[0] if code in EARLIEST_DEATH else 0
                group = stretches(times[inside], deaths[inside], risk[inside], hazard, first)
                excess += np.maximum(0.0, group - plausible.EXPECTED_IN_A_GAP + 0.1).sum()
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
    others = table[table["treatment"].isna()]
    own = others["os_days"].to_numpy(np.int64)
    scale = np.sort(own)[len(own) // 2] / np.sort(times)[len(times) // 2]
    days, steps = hazard_of(times, deaths, np.ones(len(times)))
    of_unknown = stretches(
        own, others["death"].to_numpy(bool), np.ones(len(own)), (days * scale, steps)
    )
    excess_of_unknown = np.maximum(0.0, of_unknown - plausible.EXPECTED_IN_A_GAP + 0.1).sum()
    assert excess > 1, "a start without a stretch would show nothing"
    # Whether a child that leaves within a step still counts in it is a matter of taste.
    assert found == pytest.approx(excess + excess_of_unknown, rel=0.02, abs=0.3)


def test_late_deaths_are_those_beyond_a_constant_hazard(drawn):
    annealing, table = drawn
    # As if nobody had been censored: many die late.
    death = np.ones(len(table), np.int64)
    table = table.assign(death=True)
    known = analysed(table)
    groups = [table, table[table["treatment"].isna()]]
    groups += [group for column in GROUPED_BY for _, group in known.groupby(column)]
    excess = 0.0
    for group in groups:
        after = group[group["os_days"] > plausible.FROM]
        observed = (after["os_days"] - plausible.FROM).sum()
        late = (after["os_days"] - plausible.LATE).clip(lower=0).sum()
        if late:
            allowed = stats.binom.ppf(0.99, len(after), late / observed)
            excess += max(0, (after["os_days"] > plausible.LATE).sum() - allowed)
    walk = annealing.walk
    assert plausible.late_deaths(walk.codes, walk.time, death) == excess


def test_crowded_days_are_those_above_the_days_around_them(drawn):
    _, table = drawn
    time = table["os_days"].to_numpy(np.int64).copy()
    time[:9], time[9:12] = 40, 900
    death = np.ones(len(time), np.int64)
    excess = 0.0
    for day, deaths in zip(*np.unique(time, return_counts=True), strict=True):
        reach = max(plausible.FEWEST_AROUND, int(plausible.SHARE_AROUND * day))
        around = ((time >= day - reach) & (time <= day + reach)).sum()
        mean = around / (min(day - 1, reach) + 1 + reach)
        if deaths > 1:
            excess += max(0, deaths - stats.poisson.ppf(0.999, mean))
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
