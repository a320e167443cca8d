"""Pseudo-cohorts from a seed: a random start, the annealing, and the days to failure.

What the paper fixes is set at the start and never moves: the arms (Table 2), the intervals
(Table 1), the numbers at risk (Figure 3). What it leaves open starts at random, so that an
ensemble shows how far the printed figures pin a prediction down.
"""

import functools
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from model import evidence
from model.case import CATEGORIES, INTERVAL_FIRST_DAYS, INTERVALS, TREATMENTS, interval_of
from model.cohort import COLUMNS
from model.reconstruction.annealing import anneal, fit_models
from model.reconstruction.statistics import groups_of, kaplan_meier
from model.reconstruction.targets import MARGIN, Layout, compile_targets

COLUMN = {name: position for position, name in enumerate(CATEGORIES)}

# Assumptions of the reconstruction, not figures of the paper. Deaths among the analysed children
# are not printed: 40 of all 334 were alive, so at most 40 of these.
FEWEST_ALIVE, CENSORED_AT_START = 32, 38
# The printed precision of DLI alone, 1.03-3.64 on 13 children, leaves no room for a censored one.
ALL_DIED = ("dli",)
# Children without post-transplant remission: 52 had detectable disease at transplant (18%), and
# the count among those who failed is not printed.
NO_REMISSION_RANGE = (44, 60)
# No time lies this close to a Figure 3 column, so that a number at risk is the same whether a
# month is 30.4 days or a twelfth of 365, and whether "at risk" means at or after that day.
COLUMN_GUARD_DAYS = 2
# A late failure is spread beyond one year with this mean; the paper prints no longest interval.
MEAN_EXCESS_AFTER_ONE_YEAR = 400.0
LATEST_FAILURE = 3000

COARSE_STEPS, COARSE_TEMPERATURES = 3_500_000, (30.0, 0.1)
HINGE_STEPS, HINGE_TEMPERATURES = 1_000_000, (0.2, 0.005)
REHEATS, REHEAT_STEPS, REHEAT_TEMPERATURES = 3, 600_000, (0.25, 0.003)
# A start that still misses by more than this after the first hinge, all targets together, in units
# of the last digit, is stuck with a censored child in the wrong place: another start is tried.
PROMISING, STARTS = 1.5, 3
# Farthest from its rounding interval, in units of the last digit, that a figure of a cohort may
# stay: within one unit of what is printed; and the share of figures that may be outside rounding.
ACCEPTED, OUTSIDE_ROUNDING, ATTEMPTS = 0.5, 0.05, 4
SLICE = 20_000


@dataclass
class Cohort:
    """A pseudo-cohort while it is annealed; arrays as in `model.reconstruction.statistics`."""

    codes: NDArray[np.int64]
    time: NDArray[np.int64]
    death: NDArray[np.int64]
    window: NDArray[np.int64]


def at_risk_windows() -> list[tuple[int, int, int, int]]:
    """List (arm, first day, last day, number of children whose time lies between).

    From the numbers at risk of Figure 3; the last window ends at the longest follow-up printed.
    """
    longest = int(evidence.select(quantity="follow_up_max")[0].value)
    windows = []
    for arm, treatment in enumerate(TREATMENTS):
        columns = sorted(
            (figure.day, int(figure.value))
            for figure in evidence.select(quantity="at_risk")
            if figure.group == f"treatment={treatment}"
        )
        for k, (day, at_risk) in enumerate(columns):
            last = k == len(columns) - 1
            leaving = at_risk if last else at_risk - columns[k + 1][1]
            first_day = 1 if day == 0 else day + COLUMN_GUARD_DAYS
            last_day = longest if last else columns[k + 1][0] - COLUMN_GUARD_DAYS
            windows.append((arm, first_day, last_day, leaving))
    return windows


def interval_counts() -> list[int]:
    """Number of children in each interval from first SCT to failure (Table 1)."""
    return [int(evidence.value(f"t1.n.interval.{interval}")) for interval in INTERVALS]


def middle_intervals() -> NDArray[np.int64]:
    """Interval in which both middle children of an arm lie, from its median; -1 if not printed."""
    middle = np.full(len(TREATMENTS), -1, np.int64)
    for figure in evidence.select(role="target", quantity="median_days_to_failure"):
        arm = evidence.conditions(figure.group).get("treatment")
        if arm:
            interval = interval_of(int(figure.value))
            middle[TREATMENTS.index(arm[0])] = INTERVALS.index(interval)
    return middle


def random_start(rng: np.random.Generator) -> Cohort:
    """Draw a cohort that holds every fixed count and is otherwise at random."""
    arms, firsts, lasts, sizes = np.array(at_risk_windows(), np.int64).T
    arm, first, last = (np.repeat(x, sizes) for x in (arms, firsts, lasts))
    n = len(arm)
    # Early deaths crowd towards the start; the annealing does the rest.
    time = (first + (last - first) * rng.random(n) ** 2).astype(np.int64)
    death = np.ones(n, np.int64)
    # Those still alive are first sought among the longest observed, in arms where any were.
    long_observed = (first == firsts.max()).astype(int) + np.isin(arm, arm[first == firsts.max()])
    may_be_alive = ~np.isin(np.array(TREATMENTS)[arm], ALL_DIED)
    candidates = np.argsort(rng.random(n) - long_observed - (first > 1) - 9 * may_be_alive)
    death[candidates[:CENSORED_AT_START]] = 0
    codes = np.zeros((n, len(CATEGORIES)), np.int64)
    codes[:, COLUMN["treatment"]] = arm
    middle = middle_intervals()
    intervals = np.repeat(np.arange(len(INTERVALS)), interval_counts())
    while True:
        codes[:, COLUMN["interval"]] = rng.permutation(intervals)
        if all(middle_is_kept(codes, a, m) for a, m in enumerate(middle)):
            break
    remission = rng.permutation(n) >= sum(NO_REMISSION_RANGE) // 2
    codes[:, COLUMN["post_transplant_cr"]] = remission
    return Cohort(codes, time, death, np.column_stack([first, last]))


def middle_is_kept(codes: NDArray[np.int64], arm: int, wanted: int) -> bool:
    """Whether an arm's two middle children, by interval, are in the wanted interval."""
    inside = np.sort(codes[codes[:, COLUMN["treatment"]] == arm, COLUMN["interval"]])
    half = len(inside) // 2
    return wanted < 0 or bool(inside[half - 1] == inside[half] == wanted)


def free_columns() -> NDArray[np.int64]:
    """Which columns may be swapped between children, which flipped, and up to what count."""
    free = np.zeros((len(CATEGORIES), 3), np.int64)
    free[COLUMN["interval"]] = (1, 0, 0)
    free[COLUMN["post_transplant_cr"]] = (1, 1, NO_REMISSION_RANGE[1])
    return free


def draw_days_to_failure(cohort: Cohort, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw days to failure within each child's interval so that the printed medians come out.

    Returns
    -------
    ndarray of int, shape (n_children,)
        Days; medians exactly as printed, overall and in the arms whose median is printed.
    """
    interval = cohort.codes[:, COLUMN["interval"]]
    treatment = cohort.codes[:, COLUMN["treatment"]]
    first = np.array(INTERVAL_FIRST_DAYS)[interval]
    ends = np.array([*INTERVAL_FIRST_DAYS[1:], LATEST_FAILURE + 1])
    days = rng.integers(first, ends[interval])
    late = interval == len(INTERVALS) - 1
    excess = rng.exponential(MEAN_EXCESS_AFTER_ONE_YEAR, int(late.sum())).astype(np.int64)
    days[late] = np.minimum(first[late] + excess, LATEST_FAILURE)
    for figure in evidence.select(role="target", quantity="median_days_to_failure"):
        arm = evidence.conditions(figure.group).get("treatment")
        if arm:
            inside = np.flatnonzero(treatment == TREATMENTS.index(arm[0]))
            centre_days(days, inside, int(figure.value), interval, first, ends[interval] - 1)
    # Half the children fall on either side of the boundary between the second and third interval,
    # so the overall median is the mean of the last day before it and the first after it.
    overall = int(evidence.value("txt.median_days_to_failure.all"))
    boundary = INTERVAL_FIRST_DAYS[2]
    below = np.flatnonzero(interval == 1)
    days[below] = np.minimum(days[below], 2 * overall - boundary)
    pinned = {TREATMENTS.index(a) for a in arms_with_median()}
    open_arm = ~np.isin(treatment, list(pinned))
    days[np.flatnonzero((interval == 1) & open_arm)[0]] = 2 * overall - boundary
    days[np.flatnonzero((interval == 2) & open_arm)[0]] = boundary
    return days


def arms_with_median() -> list[str]:
    """Arms whose median days to failure is printed."""
    groups = [
        evidence.conditions(figure.group).get("treatment")
        for figure in evidence.select(role="target", quantity="median_days_to_failure")
    ]
    return [arm[0] for arm in groups if arm]


def centre_days(
    days: NDArray[np.int64],
    inside: NDArray[np.intp],
    median: int,
    interval: NDArray[np.int64],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
) -> None:
    """Move days of one arm, in place and inside their intervals, until its median is as printed.

    The children of the median's own interval are placed below or above it so that as many stand
    on either side; the two in the middle stand at equal distance from it.
    """
    own = INTERVALS.index(interval_of(median))
    middle = inside[interval[inside] == own]
    below = int(np.sum(interval[inside] < own))
    n_below = len(inside) // 2 - below
    ranked = middle[np.argsort(days[middle], kind="stable")]
    low, high = ranked[:n_below], ranked[n_below:]
    gap = 1 + min(5, median - 1 - first[middle[0]], last[middle[0]] - median - 1)
    # Keep the drawn order and spread, on the proper side of the median.
    days[low] = np.minimum(days[low], median - gap)
    days[high] = np.maximum(days[high], median + gap)
    days[low[-1]], days[high[0]] = median - gap, median + gap


Progress = Callable[[int, tuple[float, str]], None]


def misses(layout: Layout, statistics: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each target stays from its rounding, in units of the last digit: (n_targets,)."""
    reached = statistics[layout.index]
    return np.fmax(np.fmax(layout.low - reached, reached - layout.high), 0.0) / layout.scale


def worst_target(layout: Layout, statistics: NDArray[np.float64]) -> tuple[float, str]:
    """Find the figure that misses its rounding by most, in units of its last digit, and its id."""
    miss = misses(layout, statistics)
    worst = int(np.argmax(miss))
    return float(miss[worst]), layout.names[worst]


def is_acceptable(layout: Layout, statistics: NDArray[np.float64]) -> bool:
    """Whether no figure is off by more than a unit and few enough are outside their rounding."""
    miss = misses(layout, statistics)
    outside = int(layout.n_figures[miss > MARGIN].sum())
    judged = [
        figure
        for figure in evidence.figures().values()
        if figure.role in ("target", "input") and figure.quantity not in evidence.LIMITS_OF_MEDIAN
    ]
    return bool(miss.max() <= ACCEPTED) and outside <= OUTSIDE_ROUNDING * len(judged)


def reconstruct(seed: int, progress: Progress | None = None) -> tuple[Cohort, bool]:
    """Reconstruct one pseudo-cohort; also say whether it is acceptable.

    Parameters
    ----------
    seed : int
        Same seed, same cohort.
    progress : callable, optional
        Told, every moment, the steps done and the worst miss with its figure's id.
    """
    rng = np.random.default_rng(seed)
    layout = compile_targets()
    coarse = (layout.index, layout.centre, layout.centre, layout.spread, 2)
    hinge = (layout.index, layout.low, layout.high, layout.scale, 1)
    for _ in range(STARTS):
        cohort = random_start(rng)
        cool, statistics = annealer(cohort, layout, rng, progress)
        cool(coarse, COARSE_TEMPERATURES, COARSE_STEPS)
        left = cool(hinge, HINGE_TEMPERATURES, HINGE_STEPS)
        if left <= PROMISING:
            break
    for _ in range(REHEATS):
        if left > 0.0:
            left = cool(hinge, REHEAT_TEMPERATURES, REHEAT_STEPS)
    return cohort, is_acceptable(layout, statistics)


def annealer(
    cohort: Cohort, layout: Layout, rng: np.random.Generator, progress: Progress | None
) -> tuple[Callable[[tuple[Any, ...], tuple[float, float], int], float], NDArray[np.float64]]:
    """Give the function that anneals a cohort in place, and the statistics it keeps up to date.

    The function takes the aims (index, low, high, scale, power), the hottest and coldest
    temperature and the number of steps, and gives the energy left.
    """
    records = (cohort.codes, cohort.time, cohort.death)
    order = np.argsort(cohort.time, kind="stable")
    betas = np.zeros((len(layout.n_covariates), int(layout.n_covariates.max())))
    size = 4 + len(layout.horizons)
    n_groups = len(layout.masks) - len(layout.n_covariates)
    statistics = np.empty(size * n_groups + 4 * int(layout.n_covariates.sum()))
    belongs = np.array([groups_of(code, layout.masks) for code in cohort.codes], np.int64)
    for g in range(n_groups):
        slots = statistics[g * size : (g + 1) * size]
        kaplan_meier(belongs, g, cohort.time, cohort.death, order, layout.horizons, slots)
    models = (layout.dummies, layout.n_covariates)
    fit_models(
        belongs, n_groups, *records, order, *models, betas, statistics[n_groups * size :], 12
    )
    n = len(cohort.time)
    first, last = (
        int(evidence.select(quantity=q)[0].value) for q in ("follow_up_min", "follow_up_max")
    )
    bounds = np.array(
        [n - evidence.value("dis.n.alive"), n - FEWEST_ALIVE, first, last, NO_REMISSION_RANGE[0]]
    )
    limits = (free_columns(), bounds, middle_intervals(), np.isin(TREATMENTS, ALL_DIED))
    done = 0

    def cool(aims: tuple[Any, ...], temperatures: tuple[float, float], steps: int) -> float:
        nonlocal done
        schedule = np.geomspace(*temperatures, steps)
        left = math.inf
        for start in range(0, steps, SLICE):
            left = anneal(  # type: ignore[call-arg]  # numba's types do not unpack
                *records,
                cohort.window,
                order,
                betas,
                statistics,
                layout.masks,
                layout.horizons,
                *models,
                *aims,
                *limits,
                schedule[start : start + SLICE],
                rng,
            )
            done += SLICE
            if progress is not None:
                progress(done, worst_target(layout, statistics))
            if left == 0.0:
                break
        return left

    return cool, statistics


def reconstruct_numbered(number: int, seed: int, progress: Progress | None = None) -> pd.DataFrame:
    """Reconstruct cohort `number` (from 1) of the ensemble of a seed, as a table.

    A cohort that is not acceptable is left aside and another is drawn.
    """
    for attempt in range(ATTEMPTS):
        first, second = np.random.SeedSequence([seed, number, attempt]).generate_state(2)
        cohort, acceptable = reconstruct(int(first), progress)
        if acceptable:
            break
    days = draw_days_to_failure(cohort, np.random.default_rng(int(second)))
    return as_table(cohort, number, days)


def reconstruct_ensemble(n_cohorts: int, seed: int, jobs: int = 1) -> pd.DataFrame:
    """Reconstruct an ensemble with a progress bar, `jobs` cohorts at a time.

    The compiled annealing releases Python's lock, so that threads run side by side. Cohort k
    depends on the seed and k alone, not on `n_cohorts` or `jobs`.
    """
    # Of one start without a second; a bar that steps back shows that another start was made.
    steps = COARSE_STEPS + HINGE_STEPS + REHEATS * REHEAT_STEPS
    reached = dict.fromkeys(range(1, n_cohorts + 1), 0)
    worst = dict.fromkeys(reached, (0.0, ""))
    with (
        tqdm(total=n_cohorts * steps, unit="step", unit_scale=True, desc="annealing") as bar,
        ThreadPoolExecutor(jobs) as pool,
    ):

        def progress(number: int, done: int, worst_here: tuple[float, str]) -> None:
            bar.update(done - reached[number])
            reached[number], worst[number] = done, worst_here
            miss, figure = max(worst.values())
            bar.set_postfix_str(f"worst: {figure} by {miss:.2f} of its last digit")

        def one(number: int) -> pd.DataFrame:
            table = reconstruct_numbered(number, seed, functools.partial(progress, number))
            bar.update(steps - reached[number])
            miss, figure = worst[number]
            said = f"{figure} by {miss:.2f} of its last digit" if miss else "none"
            bar.write(f"cohort {number}: outside printed rounding: {said}")
            return table

        return pd.concat(pool.map(one, reached), ignore_index=True)


def write_cohorts(cohorts: pd.DataFrame, path: Path) -> None:
    """Write the ensemble as Parquet; same cohorts, same bytes."""
    cohorts.to_parquet(path, index=False, compression="zstd")


def as_table(cohort: Cohort, number: int, days: NDArray[np.int64]) -> pd.DataFrame:
    """Lay a pseudo-cohort out as the rows of `data/cohorts.parquet`."""
    n = len(cohort.time)

    def names(column: str) -> NDArray[np.str_]:
        return np.array(CATEGORIES[column])[cohort.codes[:, COLUMN[column]]]

    table = pd.DataFrame(
        {
            "cohort": np.full(n, number, np.int16),
            "patient": np.arange(1, n + 1, dtype=np.int16),
            "treatment": names("treatment"),
            "days_to_failure": days.astype(np.int16),
            "post_transplant_cr": names("post_transplant_cr"),
            "os_days": cohort.time.astype(np.int16),
            "death": cohort.death.astype(bool),
        }
    )
    return table[list(COLUMNS)]
