"""Pseudo-cohorts from a seed: assumptions, a random start, the annealing, the days to failure.

Every list has its own seed, its own assumptions and its own start, so that no list follows from
another. What a list keeps of its start, `forgetting` beside this measures.
"""

import contextlib
import hashlib
import math
from collections.abc import Iterable, Iterator
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from model.case import BACKGROUND, COVARIATES
from model.cluster import connected
from model.cohort import ASSUMED, COLUMNS
from model.options import TREATMENTS
from model.paper import evidence
from model.reconstruction import plausible
from model.reconstruction.annealing import N_SLOTS, Fit, Wanted, all_statistics, anneal
from model.reconstruction.background import draw_ages, draw_transplant_status, fill_column
from model.reconstruction.moves import REMISSION, TREATMENT, Limits, Walk, empty_move
from model.reconstruction.start import (
    ALL_DIED,
    FEWEST_ALIVE,
    NO_REMISSION_RANGE,
    NO_REMISSION_RANGE_MISSING,
    Assumptions,
    Cohort,
    draw_assumptions,
    draw_days_to_failure,
    middle_intervals,
    random_start,
)
from model.reconstruction.targets import CODES, MARGIN, Aims, Layout, compile_targets

# The modules beside this one on which a cohort depends; what only judges it is none of them.
CODE = (
    "annealing",
    "background",
    "ensemble",
    "moves",
    "plausible",
    "start",
    "statistics",
    "targets",
)
COARSE_STEPS, COARSE_TEMPERATURES = 1_500_000, (30.0, 0.1)
HINGE_STEPS, HINGE_TEMPERATURES = 1_500_000, (1.0, 0.003)
REHEATS, REHEAT_STEPS, REHEAT_TEMPERATURES = 2, 700_000, (0.5, 0.003)
# Weight of a figure being outside its rounding at all, beside how far it is.
OUTSIDE = 0.1
# Weight of what could not be true while the printed figures are met: units of a miss, a death.
STRAIN = 3.0
# A start that has more energy left than this after the coarse annealing, or after the first hinge,
# is stuck with a censored child in the wrong place: another start is tried. One with less than the
# third is good enough. Energies are sums of misses, in units of the last digit, and of their
# squares.
HOPELESS, PROMISING, GOOD_ENOUGH, STARTS = 100.0, 4.0, 0.5, 4
# Farthest from its rounding interval, in units of the last digit, that a figure of a cohort may
# stay: within one unit of what is printed; and the share of figures that may be outside rounding.
ACCEPTED, OUTSIDE_ROUNDING, ATTEMPTS = 0.5, 0.03, 6


def is_acceptable(parts: list[tuple[Aims, NDArray[np.float64]]], strained: float) -> bool:
    """Whether it could be true, no figure is off by more than a unit and few enough are outside
    their rounding.
    """
    if strained > plausible.MARGIN:
        return False
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


class Annealing:
    """A cohort and what is known of it, annealed in place."""

    def __init__(
        self, cohort: Cohort, assumptions: Assumptions, layout: Layout, rng: np.random.Generator
    ) -> None:
        n, n_groups = len(cohort.time), len(layout.masks) - 2
        self.cohort, self.layout, self.rng = cohort, layout, rng
        self.limits = limits_of(cohort, assumptions, layout)
        known = cohort.codes[:, TREATMENT] < len(TREATMENTS)
        without = cohort.codes[:, REMISSION] == 0
        self.walk = Walk(
            codes=cohort.codes,
            time=cohort.time,
            death=cohort.death,
            window=cohort.window,
            order=np.argsort(cohort.time, kind="stable"),
            belongs=np.empty(n, np.int64),
            on_table_4=np.empty((n, 3), np.uint64),
            on_cells=np.empty((n, 4), np.uint64),
            counts=np.array(
                [
                    (known & (cohort.death == 0)).sum(),
                    (known & without).sum(),
                    (~known & without).sum(),
                ]
            ),
        )
        n_slots = (4 + len(layout.horizons)) * n_groups + N_SLOTS
        self.fit, self.trial = (
            Fit(np.zeros(n_slots), np.zeros(1), np.zeros(len(COVARIATES)), np.zeros(n_groups + 1))
            for _ in range(2)
        )
        all_statistics(self.walk, self.fit, layout.masks, layout.horizons)

    def coarse(self, temperatures: tuple[float, float], steps: int) -> float:
        """Anneal towards the middle of every rounding interval, by least squares."""
        aims = self.layout.aims
        cuts = self.layout.cuts
        wanted = Wanted(aims.index, aims.centre, aims.centre, aims.spread, 0.0, 1.0, 0.0, cuts, 0.0)
        return self._anneal(wanted, temperatures, steps)

    def hinge(self, temperatures: tuple[float, float], steps: int) -> float:
        """Anneal into every rounding interval, and into what could be true."""
        aims = self.layout.aims
        cuts = self.layout.cuts
        # A figure that is printed three times is outside three times.
        scale = aims.scale / np.maximum(aims.n_figures, 1)
        wanted = Wanted(aims.index, aims.low, aims.high, scale, 1.0, 1.0, OUTSIDE, cuts, STRAIN)
        return self._anneal(wanted, temperatures, steps)

    def strain(self) -> float:
        """How far the cohort is from what could be true: see `model.reconstruction.plausible`."""
        passed: float = plausible.strain(self.walk, self.fit.beta_table_4, self.limits.earliest)
        return passed

    def _anneal(self, wanted: Wanted, temperatures: tuple[float, float], steps: int) -> float:
        left: float = anneal(
            self.walk,
            self.fit,
            self.trial,
            empty_move(),
            self.limits,
            wanted,
            self.layout.horizons,
            np.geomspace(*temperatures, steps),
            self.rng,
        )
        return left


def reconstruct(seed: int, assumptions: Assumptions) -> Annealing:
    """Reconstruct the outcomes of one pseudo-cohort.

    Parameters
    ----------
    seed : int
        Same seed, same cohort.
    assumptions : Assumptions
    """
    rng = np.random.default_rng(seed)
    layout = compile_targets()
    best, left = None, math.inf
    for _ in range(STARTS):
        annealing = Annealing(random_start(assumptions, rng), assumptions, layout, rng)
        if annealing.coarse(COARSE_TEMPERATURES, COARSE_STEPS) > HOPELESS and best is not None:
            continue
        found = annealing.hinge(HINGE_TEMPERATURES, HINGE_STEPS)
        if best is None or found < left:
            best, left = annealing, found
        if left <= PROMISING:
            break
    assert best is not None
    for _ in range(REHEATS):
        if left > GOOD_ENOUGH:
            left = best.hinge(REHEAT_TEMPERATURES, REHEAT_STEPS)
    return best


def limits_of(cohort: Cohort, assumptions: Assumptions, layout: Layout) -> Limits:
    """What no move of a cohort may pass."""
    arms = np.bincount(cohort.codes[:, TREATMENT], minlength=len(CODES["treatment"]))
    return Limits(
        masks=layout.masks,
        arm_start=np.concatenate([[0], arms.cumsum()]),
        remission=np.array([NO_REMISSION_RANGE, NO_REMISSION_RANGE_MISSING]),
        alive=np.array([FEWEST_ALIVE, int(evidence.value("dis.n.alive"))]),
        censoring_days=np.array(
            [int(evidence.value(f"txt.follow_up_{end}.alive")) for end in ("min", "max")]
        ),
        middle=middle_intervals(),
        all_died=np.isin(CODES["treatment"], ALL_DIED),
        earliest=assumptions.earliest(),
    )


def reconstruct_cohort(number: int, seed: int) -> pd.DataFrame:
    """Reconstruct one cohort (from 1) of the ensemble of a seed, as a table.

    One that is not acceptable is left aside and another is drawn, under the same assumptions, so
    that none is favoured for being easier to meet. After `ATTEMPTS` the last is kept, and is for
    `python -m model check` and the tests to refuse.
    """
    drawn = np.random.default_rng(np.random.SeedSequence([seed, number]))
    assumptions = draw_assumptions(drawn)
    for attempt in range(ATTEMPTS):
        first, second = np.random.SeedSequence([seed, number, attempt]).generate_state(2)
        annealing = reconstruct(int(first), assumptions)
        cohort = annealing.cohort
        rng = np.random.default_rng(int(second))
        parts, background = [(annealing.layout.aims, annealing.fit.statistics)], {}
        for column in BACKGROUND:
            background[column], own, filled = fill_column(column, cohort.time, cohort.death, rng)
            parts.append((own, filled))
        if is_acceptable(parts, annealing.strain()):
            break
    return as_table(cohort, background, assumptions, number, rng)


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
        Cohorts at a time on this machine; -1 for one a core.
    scheduler : str, optional
        Address of a Dask scheduler, whose workers then do the work.
    unfinished : Path, optional
        A folder in which every finished cohort is kept, so that a run that was killed goes on
        where it stopped. What another seed or other code left there is not used.
    """
    place = None if unfinished is None else unfinished / f"{seed}-{work_hash()}"
    numbers = range(1, n_cohorts + 1)
    done = {} if place is None else read_finished(place, numbers)
    missing = [number for number in numbers if number not in done]
    work = [joblib.delayed(reconstruct_cohort)(number, seed) for number in missing]
    with (
        workers(scheduler),
        tqdm(total=n_cohorts, initial=len(done), unit="cohort", desc="reconstructing") as bar,
    ):
        for table in joblib.Parallel(n_jobs=jobs, return_as="generator_unordered")(work):
            number = int(table["cohort"].iloc[0])
            done[number] = table
            if place is not None:
                place.mkdir(parents=True, exist_ok=True)
                write_cohorts(table, place / "being written")
                (place / "being written").replace(place / f"{number}.parquet")
            bar.update()
    return pd.concat([done[number] for number in numbers], ignore_index=True)


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


def read_finished(place: Path, numbers: Iterable[int]) -> dict[int, pd.DataFrame]:
    """Read the cohorts that an earlier run finished."""
    paths = {number: place / f"{number}.parquet" for number in numbers}
    return {number: pd.read_parquet(path) for number, path in paths.items() if path.exists()}


def write_cohorts(cohorts: pd.DataFrame, path: Path) -> None:
    """Write the ensemble as Parquet; same cohorts, same bytes."""
    cohorts.to_parquet(path, index=False, compression="zstd")


def as_table(
    cohort: Cohort,
    background: dict[str, NDArray[np.int64]],
    assumptions: Assumptions,
    number: int,
    rng: np.random.Generator,
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
            **{name: np.full(n, day, np.int16) for name, day in vars(assumptions).items()},
        }
    )
    return table[list(COLUMNS + ASSUMED)]
