"""Pseudo-cohorts from a seed: assumptions, a random start, the annealing, the days to failure.

Every list has its own seed, its own assumptions and its own start, so that no list follows from
another. What a list keeps of its start, `forgetting` beside this measures.
"""

import functools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.case import BACKGROUND, COVARIATES
from model.cohort import ASSUMED, COLUMNS
from model.options import TREATMENTS
from model.paper import digitised, evidence
from model.reconstruction import plausible
from model.reconstruction.annealing import N_SLOTS, PUSHED_DAYS, Fit, Wanted, all_statistics, anneal
from model.reconstruction.background import draw_ages, draw_transplant_status, fill_column
from model.reconstruction.kept import hash_of, make_each
from model.reconstruction.moves import REMISSION, TREATMENT, Limits, Walk, empty_move
from model.reconstruction.start import (
    ALL_DIED,
    FEWEST_ALIVE,
    LEANS,
    NO_REMISSION_RANGE,
    NO_REMISSION_RANGE_MISSING,
    Assumptions,
    Cohort,
    Lean,
    draw_assumptions,
    draw_days_to_failure,
    middle_intervals,
    random_start,
)
from model.reconstruction.targets import CODES, MARGIN, Aims, Layout, compile_targets

# Steps, and the temperatures from which to which they cool evenly on the log scale.
Schedule = tuple[tuple[int, tuple[float, float]], ...]
# Nowhere to push a list.
ANYWHERE = np.tile([-np.inf, np.inf], (len(COVARIATES) + len(PUSHED_DAYS), 1))
# The modules beside this one on which a cohort depends; what only judges it is none of them.
CODE = (
    "annealing",
    "background",
    "ensemble",
    "kept",
    "moves",
    "plausible",
    "start",
    "statistics",
    "targets",
)
# Hot enough that a list forgets its start; then slowly through the temperatures at which survivors
# and intervals settle in their arms.
COARSE = ((60_000, (1000.0, 100.0)), (400_000, (100.0, 3.0)))
# Into the rounding intervals: while children still change their places, and once they do not.
MELTED = ((400_000, (1.0, 0.3)),)
SETTLED = ((600_000, (0.3, 0.02)), (100_000, (0.02, 0.003)))
REHEATS, REHEAT = 2, ((250_000, (0.5, 0.005)),)
# Weight of a figure being outside its rounding at all, of how far it is, and of that squared, in
# units of the last digit.
OUTSIDE, PLAIN, SQUARE = 0.2, 1.0, 4.0
# Weight of what could not be true while the printed figures are met: units of a miss, a death.
STRAIN = 3.0
# A list that has more energy left than the first while children still change their places is stuck
# with one where it cannot stay, and another is begun; one with more than the second once it has
# settled is not worth reheating.
HOPELESS, PROMISING = 18.0, 6.0
# Farthest from its rounding interval, in units of the last digit, that a figure of a cohort may
# stay: within one unit of what is printed; and the share of figures that may be outside rounding.
ACCEPTED, OUTSIDE_ROUNDING, ATTEMPTS = 0.5, 0.03, 60
# How often a column of the background is filled to have none of its figures outside rounding.
FILLINGS = 6


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
    return outside <= OUTSIDE_ROUNDING * (len(judged) + len(digitised.readings()))


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

    def coarse(self) -> float:
        """Anneal towards the middle of every rounding interval, by least squares."""
        aims = self.layout.aims
        wanted = Wanted(
            slots=aims.index,
            low=aims.centre,
            high=aims.centre,
            scale=aims.spread,
            plain=0.0,
            square=1.0,
            outside=0.0,
            cuts=self.layout.cuts,
            strain=0.0,
            goals=ANYWHERE,
            pull=0.0,
        )
        return self._anneal(wanted, COARSE)

    def hinge(
        self, schedule: Schedule, goals: NDArray[np.float64] = ANYWHERE, pull: float = 0.0
    ) -> float:
        """Anneal into every rounding interval, and into what could be true; pushed towards goals
        if there are any (`Wanted.goals`).
        """
        aims = self.layout.aims
        wanted = Wanted(
            slots=aims.index,
            low=aims.low,
            high=aims.high,
            # A figure that is printed three times is outside three times.
            scale=aims.scale / np.maximum(aims.n_figures, 1),
            plain=PLAIN,
            square=SQUARE,
            outside=OUTSIDE,
            cuts=self.layout.cuts,
            strain=STRAIN,
            goals=goals,
            pull=pull,
        )
        return self._anneal(wanted, schedule)

    def reached(self) -> tuple[Aims, NDArray[np.float64]]:
        """What was aimed at, and the statistics as they are."""
        return self.layout.aims, self.fit.statistics

    def strain(self) -> float:
        """How far the cohort is from what could be true: see `model.reconstruction.plausible`."""
        passed: float = plausible.strain(self.walk, self.fit.beta_table_4, self.limits.earliest)
        return passed

    def _anneal(self, wanted: Wanted, schedule: Schedule) -> float:
        left: float = anneal(
            self.walk,
            self.fit,
            self.trial,
            empty_move(),
            self.limits,
            wanted,
            self.layout.horizons,
            np.concatenate([np.geomspace(*ends, steps) for steps, ends in schedule]),
            self.rng,
        )
        return left


def reconstruct(
    rng: np.random.Generator, assumptions: Assumptions, lean: Lean, layout: Layout
) -> tuple[Annealing, float]:
    """Reconstruct the outcomes of one pseudo-cohort from one start, as well as that start allows.

    Returns
    -------
    annealing : Annealing
    left : float
        Energy left.
    """
    annealing = Annealing(random_start(assumptions, rng, lean), assumptions, layout, rng)
    annealing.coarse()
    left = annealing.hinge(MELTED)
    if left > HOPELESS:
        return annealing, left
    left = annealing.hinge(SETTLED)
    for _ in range(REHEATS):
        if left > PROMISING or is_acceptable([annealing.reached()], annealing.strain()):
            break
        left = annealing.hinge(REHEAT)
    return annealing, left


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
        held=len(cohort.time),
    )


def drawn_of(number: int, seed: int) -> tuple[Assumptions, Lean]:
    """What one cohort (from 1) of the ensemble of a seed assumes, and how its start leans."""
    drawn = np.random.default_rng(np.random.SeedSequence([seed, number]))
    return draw_assumptions(drawn), LEANS[drawn.integers(len(LEANS))]


def reconstruct_cohort(number: int, seed: int) -> pd.DataFrame:
    """Reconstruct one cohort (from 1) of the ensemble of a seed, as a table.

    One that is not acceptable is left aside and another is begun, under the same assumptions, so
    that none is favoured for being easier to meet. After `ATTEMPTS` the best is kept, and is for
    `python -m model check` and the tests to refuse.
    """
    assumptions, lean = drawn_of(number, seed)
    layout = compile_targets()
    least, best = math.inf, None
    for attempt in range(ATTEMPTS):
        rng = np.random.default_rng(np.random.SeedSequence([seed, number, attempt]))
        annealing, left = reconstruct(rng, assumptions, lean, layout)
        if best is None or left < least:
            least, best = left, annealing
        if not is_acceptable([annealing.reached()], annealing.strain()):
            continue
        background, parts = fill_background(annealing.cohort, rng)
        if is_acceptable([annealing.reached(), *parts], annealing.strain()):
            best = annealing
            break
    else:
        assert best is not None
        background, _ = fill_background(best.cohort, rng)
    table = as_table(best.cohort, background, assumptions, number, rng)
    return refined(table, best.cohort, background, np.random.default_rng([seed, number]))


def fill_background(
    cohort: Cohort, rng: np.random.Generator
) -> tuple[dict[str, NDArray[np.int64]], list[tuple[Aims, NDArray[np.float64]]]]:
    """Fill in the columns of the background; with what each was aimed at and what it reached."""
    background, parts = {}, []
    for column in BACKGROUND:
        background[column], own, filled = fill_column(column, cohort.time, cohort.death, rng)
        parts.append((own, filled))
    return background, parts


def refined(
    table: pd.DataFrame,
    cohort: Cohort,
    background: dict[str, NDArray[np.int64]],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Fill each column of the background again, until no figure is outside its rounding, or the
    fewest of several fillings are; what was filled in before stays where none is acceptable.
    """
    better = dict(background)
    for column in BACKGROUND:
        fewest = math.inf
        for _ in range(FILLINGS):
            codes, aims, filled = fill_column(column, cohort.time, cohort.death, rng)
            misses = aims.misses(filled)
            outside = int(aims.n_figures[misses > MARGIN].sum())
            if outside < fewest and misses.max() <= ACCEPTED:
                fewest, better[column] = outside, codes
            if not outside:
                break
    return table.assign(**background_columns(better, rng))


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
    make = functools.partial(reconstruct_cohort, seed=seed)
    numbers = range(1, n_cohorts + 1)
    tables = make_each(make, numbers, place, "reconstructing", "cohort", jobs, scheduler)
    return pd.concat(tables, ignore_index=True)


def work_hash() -> str:
    """Hash of what a cohort depends on: the evidence, the points read off the paper's figures if
    there are any, and the code that reconstructs.

    Raises
    ------
    ValueError
        Where `data/digitised.csv` cannot be used: see `model.paper.digitised.readings`.
    """
    data = [evidence.DATA / "evidence.csv"]
    if digitised.readings():
        data.append(digitised.DIGITISED)
    return hash_of([*data, *(Path(__file__).with_name(f"{name}.py") for name in CODE)])


def as_table(
    cohort: Cohort,
    background: dict[str, NDArray[np.int64]],
    assumptions: Assumptions,
    number: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Lay a pseudo-cohort out as the rows of `data/cohorts.parquet`."""
    n, n_analysed = len(cohort.time), int(evidence.value("abs.n.all"))
    table = pd.DataFrame(
        {
            "cohort": np.full(n, number, np.int16),
            "patient": np.arange(1, n + 1, dtype=np.int16),
            "treatment": names_of(TREATMENTS, cohort.codes[:, TREATMENT]),
            "days_to_failure": draw_days_to_failure(cohort, rng).astype(np.int16),
            "post_transplant_cr": names_of(("no", "yes"), cohort.codes[:, REMISSION]),
            **background_columns(background, rng),
            "transplant_status": draw_transplant_status(n, n_analysed, rng),
            "os_days": cohort.time.astype(np.int16),
            "death": cohort.death.astype(bool),
            **{name: np.full(n, day, np.int16) for name, day in vars(assumptions).items()},
        }
    )
    return table[list(COLUMNS + ASSUMED)]


def background_columns(
    background: dict[str, NDArray[np.int64]], rng: np.random.Generator
) -> dict[str, NDArray[Any]]:
    """The background as columns of the table; ages are drawn within their groups."""
    ages = draw_ages(background["age"], int(evidence.value("abs.n.all")), rng)
    filled = {
        column: names_of(BACKGROUND[column], code)
        for column, code in background.items()
        if column != "age"
    }
    return {"age_years": ages, **filled}


def names_of(codes: tuple[str, ...], code: NDArray[np.int64]) -> NDArray[np.object_]:
    """Names of codes; None where a code is beyond them."""
    return np.array([*codes, None], object)[code]
