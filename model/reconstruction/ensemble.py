"""Pseudo-cohorts from a seed: a random start, the annealing, and the days to failure.

What the paper fixes is set at the start and never moves: the arms (Table 2), the intervals
(Table 1), the numbers at risk (Figure 3). What it leaves open starts at random, so that an
ensemble shows how far the printed figures pin a prediction down.
"""

import contextlib
import copy
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from model.case import (
    BACKGROUND,
    COVARIATES,
    INTERVAL_FIRST_DAYS,
    INTERVALS,
    interval_of,
)
from model.cluster import connected
from model.cohort import COLUMNS
from model.options import TREATMENTS
from model.paper import evidence
from model.reconstruction.annealing import (
    INTERVAL,
    N_SLOTS,
    REMISSION,
    TREATMENT,
    all_statistics,
    anneal,
)
from model.reconstruction.background import draw_ages, draw_transplant_status, fill_column
from model.reconstruction.targets import CODES, MARGIN, MISSING, Aims, Layout, compile_targets

# Assumptions of the reconstruction, not figures of the paper. How many of the 40 children alive are
# among the analysed is not printed: at least so many; and so many to start with.
FEWEST_ALIVE, ALIVE_AT_START = 32, 38
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

COARSE_STEPS, COARSE_TEMPERATURES = 3_000_000, (30.0, 0.1)
HINGE_STEPS, HINGE_TEMPERATURES = 800_000, (0.2, 0.005)
# One start gives this many cohorts: what is accepted is heated so far that little of it is left (of
# the 50 or so children without remission and of the intervals no more than chance would have it),
# and annealed to the next. It has then not to find anew where censored children can be.
FAMILY = 5
AGAIN_STEPS, AGAIN_TEMPERATURES = 1_000_000, (2.0, 0.1)
REHEATS, REHEAT_STEPS, REHEAT_TEMPERATURES = 4, 500_000, (0.25, 0.003)
# A start that still misses by more than this after the first hinge, all targets together, in units
# of the last digit, is stuck with a censored child in the wrong place: another start is tried. One
# that misses by less than the other is good enough.
PROMISING, GOOD_ENOUGH, STARTS = 1.0, 0.3, 3
# Farthest from its rounding interval, in units of the last digit, that a figure of a cohort may
# stay: within one unit of what is printed; and the share of figures that may be outside rounding.
ACCEPTED, OUTSIDE_ROUNDING, ATTEMPTS = 0.5, 0.05, 4


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


def is_acceptable(parts: list[tuple[Aims, NDArray[np.float64]]]) -> bool:
    """Whether no figure is off by more than a unit and few enough are outside their rounding."""
    outside = 0
    for aims, statistics in parts:
        miss = aims.misses(statistics)
        if miss.max() > ACCEPTED:
            return False
        outside += int(aims.n_figures[miss > MARGIN].sum())
    judged = [
        figure
        for figure in evidence.figures().values()
        if figure.role in ("target", "input") and figure.quantity not in evidence.LIMITS_OF_MEDIAN
    ]
    return outside <= OUTSIDE_ROUNDING * len(judged)


def reconstruct(
    seed: int, before: Cohort | None = None
) -> tuple[Cohort, Aims, NDArray[np.float64]]:
    """Reconstruct the outcomes of one pseudo-cohort; also give what was aimed at and reached.

    Parameters
    ----------
    seed : int
        Same seed, same cohort.
    before : Cohort, optional
        The one before it of its family; from a random start if not given.
    """
    rng = np.random.default_rng(seed)
    layout = compile_targets()
    aims = layout.aims
    coarse = (aims.index, aims.centre, aims.centre, aims.spread, 2)
    hinge = (aims.index, aims.low, aims.high, aims.scale, 1)
    for _ in range(STARTS):
        cohort = random_start(rng) if before is None else copy.deepcopy(before)
        cool, statistics = annealer(cohort, layout, rng)
        if before is None:
            cool(coarse, COARSE_TEMPERATURES, COARSE_STEPS)
        else:
            cool(coarse, AGAIN_TEMPERATURES, AGAIN_STEPS)
        left = cool(hinge, HINGE_TEMPERATURES, HINGE_STEPS)
        if left <= PROMISING:
            break
    for _ in range(REHEATS):
        if left > GOOD_ENOUGH:
            left = cool(hinge, REHEAT_TEMPERATURES, REHEAT_STEPS)
    return cohort, aims, statistics


def annealer(
    cohort: Cohort, layout: Layout, rng: np.random.Generator
) -> tuple[Callable[[tuple[Any, ...], tuple[float, float], int], float], NDArray[np.float64]]:
    """Give the function that anneals a cohort in place, and the statistics it keeps up to date.

    The function takes the aims (index, low, high, scale, power), the hottest and coldest
    temperature and the number of steps, and gives the energy left.
    """
    records = (cohort.codes, cohort.time, cohort.death)
    n = len(cohort.time)
    order = np.argsort(cohort.time, kind="stable")
    betas = (np.zeros(1), np.zeros(len(COVARIATES)))
    size = 4 + len(layout.horizons)
    statistics = np.empty(size * (len(layout.masks) - 2) + N_SLOTS)
    all_statistics(  # type: ignore[call-arg]  # numba's types do not unpack
        *records,
        order,
        layout.masks,
        layout.horizons,
        np.empty(n, np.int64),
        *(np.empty((n, columns), np.uint64) for columns in (3, 4)),
        *betas,
        statistics,
    )
    alive = int(evidence.value("dis.n.alive"))
    limits = (
        int(evidence.value("abs.n.all")),
        np.array([NO_REMISSION_RANGE, NO_REMISSION_RANGE_MISSING]),
        np.array([FEWEST_ALIVE, alive]),
        np.array([int(evidence.value(f"txt.follow_up_{end}.alive")) for end in ("min", "max")]),
        middle_intervals(),
        np.isin(CODES["treatment"], ALL_DIED),
    )

    def cool(aims: tuple[Any, ...], temperatures: tuple[float, float], steps: int) -> float:
        energy: float = anneal(  # type: ignore[call-arg]
            *records,
            cohort.window,
            order,
            *betas,
            statistics,
            layout.masks,
            layout.horizons,
            *aims,
            *limits,
            np.geomspace(*temperatures, steps),
            rng,
        )
        return energy

    return cool, statistics


def reconstruct_family(family: int, seed: int) -> pd.DataFrame:
    """Reconstruct the cohorts of one family (from 0) of the ensemble of a seed, as a table.

    A cohort that is not acceptable is left aside and another is drawn.
    """
    tables = []
    before = None
    for number in range(family * FAMILY + 1, (family + 1) * FAMILY + 1):
        for attempt in range(ATTEMPTS):
            first, second = np.random.SeedSequence([seed, number, attempt]).generate_state(2)
            cohort, aims, statistics = reconstruct(int(first), before)
            rng = np.random.default_rng(int(second))
            parts, background = [(aims, statistics)], {}
            for column in BACKGROUND:
                background[column], own, filled = fill_column(
                    column, cohort.time, cohort.death, rng
                )
                parts.append((own, filled))
            if is_acceptable(parts):
                break
        before = cohort
        tables.append(as_table(cohort, background, number, rng))
    return pd.concat(tables, ignore_index=True)


def reconstruct_ensemble(
    n_cohorts: int,
    seed: int,
    jobs: int = -1,
    scheduler: str | None = None,
    unfinished: Path | None = None,
) -> pd.DataFrame:
    """Reconstruct an ensemble, with a progress bar.

    Parameters
    ----------
    n_cohorts, seed : int
        Cohort k depends on the seed and k alone, not on `n_cohorts`, `jobs` or `scheduler`.
    jobs : int
        Families at a time on this machine; -1 for one a core.
    scheduler : str, optional
        Address of a Dask scheduler, whose workers then do the work.
    unfinished : Path, optional
        A folder in which every finished family is kept, so that a run that was killed goes on
        where it stopped. What another seed or other code left there is not used.
    """
    place = None if unfinished is None else unfinished / f"{seed}-{work_hash()}"
    families = range(-(-n_cohorts // FAMILY))
    done = {} if place is None else read_finished(place, families)
    missing = [family for family in families if family not in done]
    work = [joblib.delayed(reconstruct_family)(family, seed) for family in missing]
    with (
        workers(scheduler),
        tqdm(total=len(families), initial=len(done), unit="family", desc="reconstructing") as bar,
    ):
        for table in joblib.Parallel(n_jobs=jobs, return_as="generator_unordered")(work):
            family = (int(table["cohort"].iloc[0]) - 1) // FAMILY
            done[family] = table
            if place is not None:
                place.mkdir(parents=True, exist_ok=True)
                write_cohorts(table, place / "being written")
                (place / "being written").replace(place / f"{family}.parquet")
            bar.update()
    cohorts = pd.concat([done[family] for family in families], ignore_index=True)
    return cohorts[cohorts["cohort"] <= n_cohorts]


@contextlib.contextmanager
def workers(scheduler: str | None) -> Iterator[None]:
    """Let joblib's work be done by the workers of a Dask scheduler, if there is one."""
    if scheduler is None:
        yield
        return
    with connected(scheduler), joblib.parallel_config(backend="dask"):
        yield


def work_hash() -> str:
    """Hash of what a cohort depends on: the evidence and the code that reconstructs."""
    digest = hashlib.sha256((evidence.DATA / "evidence.csv").read_bytes())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def read_finished(place: Path, families: Iterable[int]) -> dict[int, pd.DataFrame]:
    """Read the families that an earlier run finished."""
    paths = {family: place / f"{family}.parquet" for family in families}
    return {family: pd.read_parquet(path) for family, path in paths.items() if path.exists()}


def write_cohorts(cohorts: pd.DataFrame, path: Path) -> None:
    """Write the ensemble as Parquet; same cohorts, same bytes."""
    cohorts.to_parquet(path, index=False, compression="zstd")


def as_table(
    cohort: Cohort, background: dict[str, NDArray[np.int64]], number: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Lay a pseudo-cohort out as the rows of `data/cohorts.parquet`."""
    n, n_analysed = len(cohort.time), int(evidence.value("abs.n.all"))

    def names(codes: tuple[str, ...], code: NDArray[np.int64]) -> NDArray[np.object_]:
        return np.array([*codes, None], object)[code]

    treatment = names(TREATMENTS, cohort.codes[:, TREATMENT])
    filled = {
        column: names(BACKGROUND[column], code)
        for column, code in background.items()
        if column != "age"
    }
    table = pd.DataFrame(
        {
            "cohort": np.full(n, number, np.int16),
            "patient": np.arange(1, n + 1, dtype=np.int16),
            "treatment": treatment,
            "days_to_failure": draw_days_to_failure(cohort, rng).astype(np.int16),
            "post_transplant_cr": names(("no", "yes"), cohort.codes[:, REMISSION]),
            "age_years": draw_ages(background["age"], n_analysed, rng),
            **filled,
            "transplant_status": draw_transplant_status(n, n_analysed, rng),
            "os_days": cohort.time.astype(np.int16),
            "death": cohort.death.astype(bool),
        }
    )
    return table[list(COLUMNS)]
