"""Pseudo-cohorts from a seed: a random start, the annealing, and the days to failure."""

import contextlib
import copy
import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from model.case import BACKGROUND, COVARIATES
from model.cluster import connected
from model.cohort import COLUMNS
from model.options import TREATMENTS
from model.paper import evidence
from model.reconstruction.annealing import N_SLOTS, REMISSION, TREATMENT, all_statistics, anneal
from model.reconstruction.background import draw_ages, draw_transplant_status, fill_column
from model.reconstruction.start import (
    ALL_DIED,
    FEWEST_ALIVE,
    NO_REMISSION_RANGE,
    NO_REMISSION_RANGE_MISSING,
    Cohort,
    draw_days_to_failure,
    middle_intervals,
    random_start,
)
from model.reconstruction.targets import CODES, MARGIN, Aims, Layout, compile_targets

# The modules beside this one on which a cohort depends; what only judges it is none of them.
CODE = ("annealing", "background", "ensemble", "start", "statistics", "targets")
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
    for name in CODE:
        digest.update(Path(__file__).with_name(f"{name}.py").read_bytes())
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
