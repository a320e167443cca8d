"""Where the annealing of a cohort starts: at random, with every printed count as it is.

What the paper fixes is set at the start and never moves: the arms (Table 2), the intervals
(Table 1), the numbers at risk (Figure 3). What it leaves open starts at random, so that an
ensemble shows how far the printed figures pin a prediction down.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.case import INTERVAL_FIRST_DAYS, INTERVALS, interval_of
from model.options import TREATMENTS
from model.paper import evidence
from model.reconstruction.annealing import INTERVAL, REMISSION, TREATMENT
from model.reconstruction.targets import CODES, MISSING

# The printed precision of DLI alone, 1.03-3.64 on 13 children, leaves no room for a censored one.
ALL_DIED = ("dli",)
# Children without post-transplant remission: 52 had detectable disease at transplant (18%), and
# the count among those who failed is not printed.
NO_REMISSION_RANGE = (44, 60)
# Of the 46 whose treatment is missing, nothing is printed: at most half.
NO_REMISSION_RANGE_MISSING = (0, 23)
# No time lies this close to a Figure 3 column, so that a number at risk is the same whether a
# month is 30.4 days or a twelfth of 365, and whether "at risk" means at or after that day.
COLUMN_GUARD_DAYS = 2
# A late failure is spread beyond one year with this mean; the paper prints no longest interval.
MEAN_EXCESS_AFTER_ONE_YEAR = 400.0
LATEST_FAILURE = 3000


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
    Of the children whose treatment is missing only that end is known.
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
    missing = int(evidence.value("txt.n.excluded"))
    return [*windows, (CODES["treatment"].index(MISSING), 1, longest, missing)]


def interval_counts() -> list[int]:
    """Number of children in each interval from first SCT to failure (Table 1)."""
    return [int(evidence.value(f"t1.n.interval.{interval}")) for interval in INTERVALS]


def middle_intervals() -> NDArray[np.int64]:
    """Interval in which both middle children of an arm lie, from its median; -1 if not printed."""
    middle = np.full(len(CODES["treatment"]), -1, np.int64)
    for arm, median in median_days_to_failure().items():
        middle[CODES["treatment"].index(arm)] = INTERVALS.index(interval_of(median))
    return middle


def median_days_to_failure() -> dict[str, int]:
    """Printed median days to failure of the arms that have one, missing treatment among them."""
    medians = {}
    for figure in evidence.select(role="target", quantity="median_days_to_failure"):
        if figure.group == "excluded":
            medians[MISSING] = int(figure.value)
        elif figure.group != "all":
            medians[evidence.conditions(figure.group)["treatment"][0]] = int(figure.value)
    return medians


def random_start(rng: np.random.Generator) -> Cohort:
    """Draw a cohort that holds every fixed count and is otherwise at random."""
    arms, firsts, lasts, sizes = np.array(at_risk_windows(), np.int64).T
    arm, first, last = (np.repeat(x, sizes) for x in (arms, firsts, lasts))
    n = len(arm)
    # Early deaths crowd towards the start; the annealing does the rest.
    time = (first + (last - first) * rng.random(n) ** 2).astype(np.int64)
    death = np.ones(n, np.int64)
    # Those still alive are first sought among the longest observed, in arms where any were.
    known = arm < len(TREATMENTS)
    at_the_end = first == firsts.max()
    long_observed = at_the_end.astype(int) + np.isin(arm, arm[at_the_end])
    may_be_alive = ~np.isin(np.array(CODES["treatment"])[arm], ALL_DIED)
    wish = rng.random(n) - long_observed - (first > 1) - 9 * may_be_alive
    alive = int(evidence.value("dis.n.alive"))
    death[np.argsort(wish + 99 * ~known)[:ALIVE_AT_START]] = 0
    death[np.argsort(wish + 99 * known)[: alive - ALIVE_AT_START]] = 0
    time[~known & (death == 0)] = int(evidence.value("txt.median_follow_up.alive"))
    codes = np.zeros((n, len(CODES)), np.int64)
    codes[:, TREATMENT] = arm
    middle = middle_intervals()
    intervals = np.repeat(np.arange(len(INTERVALS)), interval_counts())
    while True:
        codes[known, INTERVAL] = rng.permutation(intervals)
        codes[~known, INTERVAL] = rng.choice(intervals, int((~known).sum()))
        if all(middle_is_kept(codes, a, m) for a, m in enumerate(middle)):
            break
    without = sum(NO_REMISSION_RANGE) // 2
    codes[known, REMISSION] = rng.permutation(int(known.sum())) >= without
    codes[~known, REMISSION] = rng.random(int((~known).sum())) >= without / known.sum()
    return Cohort(codes, time, death, np.column_stack([first, last]))


def middle_is_kept(codes: NDArray[np.int64], arm: int, wanted: int) -> bool:
    """Whether an arm's two middle children, by interval, are in the wanted interval."""
    inside = np.sort(codes[codes[:, TREATMENT] == arm, INTERVAL])
    half = len(inside) // 2
    return wanted < 0 or bool(inside[half - 1] == inside[half] == wanted)


def draw_days_to_failure(cohort: Cohort, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw days to failure within each child's interval so that the printed medians come out.

    Returns
    -------
    ndarray of int, shape (n_children,)
        Days; medians exactly as printed, overall and in the arms whose median is printed.
    """
    interval = cohort.codes[:, INTERVAL]
    treatment = cohort.codes[:, TREATMENT]
    first = np.array(INTERVAL_FIRST_DAYS)[interval]
    ends = np.array([*INTERVAL_FIRST_DAYS[1:], LATEST_FAILURE + 1])
    days = rng.integers(first, ends[interval])
    late = interval == len(INTERVALS) - 1
    excess = rng.exponential(MEAN_EXCESS_AFTER_ONE_YEAR, int(late.sum())).astype(np.int64)
    days[late] = np.minimum(first[late] + excess, LATEST_FAILURE)
    medians = median_days_to_failure()
    for arm, median in medians.items():
        inside = np.flatnonzero(treatment == CODES["treatment"].index(arm))
        centre_days(days, inside, median, interval, first, ends[interval] - 1)
    # Half the children fall on either side of the boundary between the second and third interval,
    # so the overall median is the mean of the last day before it and the first after it.
    overall = int(evidence.value("txt.median_days_to_failure.all"))
    boundary = INTERVAL_FIRST_DAYS[2]
    known = treatment < len(TREATMENTS)
    below = np.flatnonzero((interval == 1) & known)
    days[below] = np.minimum(days[below], 2 * overall - boundary)
    free = known & ~np.isin(treatment, [CODES["treatment"].index(arm) for arm in medians])
    days[np.flatnonzero((interval == 1) & free)[0]] = 2 * overall - boundary
    days[np.flatnonzero((interval == 2) & free)[0]] = boundary
    return days


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


# Assumptions of the reconstruction, not figures of the paper. How many of the 40 children alive are
# among the analysed is not printed: at least so many; and so many to start with.
FEWEST_ALIVE, ALIVE_AT_START = 32, 38
