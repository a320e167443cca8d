"""Where the annealing of a cohort starts: at random, with every printed count as it is.

What the paper fixes is set at the start and never moves: the arms (Table 2), the intervals
(Table 1), the numbers at risk (Figure 3). What it leaves open starts at random, so that an
ensemble shows how far the printed figures pin a prediction down. What could not be otherwise in
children, though no figure says so, is assumed, each assumption anew in every list and within the
range that is stated here.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.case import INTERVAL_FIRST_DAYS, INTERVALS, interval_of
from model.options import TREATMENTS
from model.paper import evidence
from model.reconstruction.moves import INTERVAL, REMISSION, TREATMENT
from model.reconstruction.targets import CODES, MISSING

# The printed precision of DLI alone, 1.03-3.64 on 13 children, leaves no room for a censored one.
ALL_DIED = ("dli",)
# Children without post-transplant remission: how many is not printed. 52 of the 288 were not in
# remission at transplant (18%); most of such children reach one afterwards, and some others never
# do.
NO_REMISSION_RANGE = (36, 100)
# Of the 46 whose treatment is missing, nothing is printed: at most half.
NO_REMISSION_RANGE_MISSING = (0, 23)
# How many of the 40 children alive are among the analysed is not printed: at least so many.
FEWEST_ALIVE = 32
# How far a start that leans moves the children of an arm towards early or late failure, as a share
# of all children.
LEANING = 0.2
# First day on which a child may have died after a treatment, on the reading that the arms mean
# treatment received: conditioning and transplant, or chemotherapy before the infusion of
# lymphocytes, take their time, and who dies before has not received them. (Were they treatments
# intended, a death on the first day would be as legitimate here as elsewhere.) Drawn anew for each
# list from these days: sequential conditioning begins within two weeks, a search for a donor can
# take two months; lymphocytes follow the first course of chemotherapy.
EARLIEST_DEATH = {"second_sct": (14, 60), "chemo_dli": (14, 35)}
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


@dataclass(frozen=True)
class Assumptions:
    """What one list assumes where the paper prints nothing, in days; see `EARLIEST_DEATH`."""

    earliest_second_sct: int
    earliest_chemo_dli: int

    def earliest(self) -> NDArray[np.int64]:
        """First day on which a child of each arm may die: (n_arms + 1,), the unknown the last."""
        days = np.ones(len(TREATMENTS) + 1, np.int64)
        days[TREATMENTS.index("second_sct")] = self.earliest_second_sct
        days[TREATMENTS.index("chemo_dli")] = self.earliest_chemo_dli
        return days


def draw_assumptions(rng: np.random.Generator) -> Assumptions:
    """Draw the assumptions of one list, each evenly from its range."""
    drawn = (rng.integers(*EARLIEST_DEATH[arm], endpoint=True) for arm in EARLIEST_DEATH)
    return Assumptions(*(int(day) for day in drawn))


def at_risk_windows(
    assumptions: Assumptions, rng: np.random.Generator
) -> list[tuple[int, int, int, int]]:
    """List (arm, first day, last day, number of children whose time lies between).

    From the numbers at risk of Figure 3; the last window ends at the longest follow-up printed, the
    first begins when a child of the arm may first have died. The children whose treatment is
    missing are laid along the course of the others, scaled to their own median.
    """
    longest = int(evidence.select(quantity="follow_up_max")[0].value)
    earliest = assumptions.earliest()
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
            first_day = int(earliest[arm]) if day == 0 else day + COLUMN_GUARD_DAYS
            last_day = longest if last else columns[k + 1][0] - COLUMN_GUARD_DAYS
            windows.append((arm, first_day, last_day, leaving))
    return windows + windows_of_missing(longest, rng)


def windows_of_missing(longest: int, rng: np.random.Generator) -> list[tuple[int, int, int, int]]:
    """Windows of the children whose treatment is missing: half leave up to their median, the others
    as the analysed children leave after theirs, the days of Figure 3 scaled by the two medians.
    """
    edges = edges_of_missing(longest)
    at_risk: dict[int, float] = {}
    for figure in evidence.select(quantity="at_risk"):
        at_risk[figure.day] = at_risk.get(figure.day, 0.0) + figure.value
    days = sorted(at_risk)[1:]
    left = np.array([at_risk[0] / 2, *(at_risk[day] for day in days), 0.0])
    n = int(evidence.value("txt.n.excluded"))
    early = n // 2
    later = rng.multinomial(n - early, -np.diff(left) / left[0])
    arm = CODES["treatment"].index(MISSING)
    return [
        (arm, 1, edges[0], early),
        *(
            (arm, first + 1, last, int(count))
            for first, last, count in zip(edges[:-1], edges[1:], later, strict=True)
            if count
        ),
    ]


def edges_of_missing(longest: int) -> list[int]:
    """Last days of the windows of the children whose treatment is missing: their own median, then
    the days of Figure 3 scaled by the two medians, then the longest follow-up.
    """
    own = round(evidence.value("txt.median_follow_up.excluded"))
    scale = own / evidence.value("txt.median.all")
    days = sorted({figure.day for figure in evidence.select(quantity="at_risk")})[1:]
    return [own, *(round(scale * day) for day in days), longest]


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


@dataclass(frozen=True)
class Lean:
    """A start that is deliberately one-sided, to see whether it is forgotten.

    `alive_in` has every survivor it can hold; `early_in` (or, with `late`, late) has more of the
    children who failed early than chance gives it.
    """

    alive_in: str
    early_in: str
    late: bool = False


# Every start leans one of these ways, drawn by lot, so that the ensemble itself shows whether
# starts are forgotten: see `model.reconstruction.forgetting`.
LEANS = tuple(
    Lean(alive_in=arm, early_in="chemo", late=late)
    for arm in ("second_sct", "chemo")
    for late in (False, True)
)


def random_start(
    assumptions: Assumptions, rng: np.random.Generator, lean: Lean | None = None
) -> Cohort:
    """Draw a cohort that holds every fixed count and is otherwise at random, or leans."""
    arms, firsts, lasts, sizes = np.array(at_risk_windows(assumptions, rng), np.int64).T
    arm, first, last = (np.repeat(x, sizes) for x in (arms, firsts, lasts))
    n = len(arm)
    # Early deaths crowd towards the start; the annealing does the rest.
    time = (first + (last - first) * rng.random(n) ** 2).astype(np.int64)
    death = np.ones(n, np.int64)
    # Those still alive are first sought among the longest observed, in arms where any were.
    known = arm < len(TREATMENTS)
    at_the_end = last == lasts.max()
    long_observed = at_the_end.astype(int) + np.isin(arm, arm[at_the_end])
    may_be_alive = ~np.isin(np.array(CODES["treatment"])[arm], ALL_DIED)
    wish = rng.random(n) - long_observed - (first > 1) - 9 * may_be_alive
    if lean is not None:
        wish -= 20.0 * (arm == TREATMENTS.index(lean.alive_in))
    alive = int(evidence.value("dis.n.alive"))
    alive_known = rng.integers(FEWEST_ALIVE, alive, endpoint=True)
    death[np.argsort(wish + 99 * ~known)[:alive_known]] = 0
    death[np.argsort(wish + 99 * known)[: alive - alive_known]] = 0
    codes = np.zeros((n, len(CODES)), np.int64)
    codes[:, TREATMENT] = arm
    draw_intervals(codes, rng, lean)
    without = rng.integers(*NO_REMISSION_RANGE, endpoint=True)
    codes[known, REMISSION] = rng.permutation(int(known.sum())) >= without
    share = without / known.sum()
    codes[~known, REMISSION] = rng.random(int((~known).sum())) >= share
    return Cohort(codes, time, death, np.column_stack([first, last]))


def draw_intervals(codes: NDArray[np.int64], rng: np.random.Generator, lean: Lean | None) -> None:
    """Draw the intervals of a start: the printed counts of the analysed, in random order or
    leaning; of the unknown by the same shares; every printed median in its interval.
    """
    known = codes[:, TREATMENT] < len(TREATMENTS)
    intervals = np.repeat(np.arange(len(INTERVALS)), interval_counts())
    towards = np.zeros(len(intervals))
    if lean is not None:
        early = codes[known, TREATMENT] == TREATMENTS.index(lean.early_in)
        towards[early] = LEANING if lean.late else -LEANING
    middle = middle_intervals()
    n_arms = len(TREATMENTS)
    while True:
        place = rng.random(len(intervals)) + towards
        codes[known, INTERVAL] = intervals[np.argsort(np.argsort(place))]
        if all(middle_is_kept(codes, arm, middle[arm]) for arm in range(n_arms)):
            break
    while True:
        codes[~known, INTERVAL] = rng.choice(intervals, int((~known).sum()))
        if middle_is_kept(codes, n_arms, middle[n_arms]):
            break


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
