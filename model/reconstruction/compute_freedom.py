"""Compute what `model.reconstruction.freedom` keeps."""

import joblib
import numpy as np
import pandas as pd

from model.cohort import ASSUMED, analysed, each_cohort
from model.options import TREATMENTS
from model.paper.evidence import value
from model.reconstruction.again import as_annealed
from model.reconstruction.ensemble import drawn_of
from model.reconstruction.forgetting import QUANTITIES, remembered
from model.reconstruction.freedom import EARLY_DAYS, Freedom
from model.reconstruction.start import (
    EARLIEST_DEATH,
    FEWEST_ALIVE,
    LEANS,
    NO_REMISSION_RANGE,
    NO_REMISSION_RANGE_MISSING,
    Assumptions,
    Lean,
    random_start,
)
from model.survival.pooling import Floats
from model.survival.prediction import PooledModel
from model.survival.waiting import waiting

# Starts of each kind whose mean stands for where its lists began.
STARTS = 20


def compute_freedom(cohorts: pd.DataFrame, seed: int, model: PooledModel) -> Freedom:
    """Compute everything about lists made with a seed.

    The version and hash of the model, which is fitted to the same lists, are taken over.

    Raises
    ------
    ValueError
        If the lists were made with another seed.
    """
    lists = each_cohort(cohorts)
    names = tuple(QUANTITIES)
    r_hat, correlation = remembered_by(lists, seed)
    return Freedom(
        ranges=np.array(
            [
                *EARLIEST_DEATH.values(),
                NO_REMISSION_RANGE,
                NO_REMISSION_RANGE_MISSING,
                (FEWEST_ALIVE, int(value("dis.n.alive"))),
            ]
        ),
        found=np.array([found_in(one) for one in lists]).T,
        quantities=np.array(names),
        r_hat=r_hat,
        correlation=correlation,
        early=np.array([early_survival(analysed(one)) for one in lists], np.float32),
        waiting=np.array(joblib.Parallel(-1)(joblib.delayed(waiting)(one) for one in lists)),
        version=model.version,
        source_hash=model.source_hash,
    )


def found_in(cohort: pd.DataFrame) -> list[int]:
    """What one list has come to, in the order of `freedom.ASSUMPTIONS`."""
    known = cohort["treatment"].notna()
    without = cohort["post_transplant_cr"] == "no"
    return [
        *(int(cohort[name].iloc[0]) for name in ASSUMED),
        int((known & without).sum()),
        int((~known & without).sum()),
        int((known & ~cohort["death"]).sum()),
    ]


def early_survival(cohort: pd.DataFrame) -> list[list[float]]:
    """Share alive on `EARLY_DAYS` in each arm; the few who are censored so early count as alive."""
    days = np.array(EARLY_DAYS)
    arms = [cohort[cohort["treatment"] == treatment] for treatment in TREATMENTS]
    return [
        [float(1 - (arm["death"] & (arm["os_days"] <= day)).mean()) for day in days] for arm in arms
    ]


def drawn_with(lists: list[pd.DataFrame], seed: int) -> list[tuple[Assumptions, Lean]]:
    """What a seed draws for each list.

    Raises
    ------
    ValueError
        If the lists were made with another seed.
    """
    drawn = [drawn_of(int(one["cohort"].iloc[0]), seed) for one in lists]
    for one, (assumptions, _lean) in zip(lists, drawn, strict=True):
        if vars(assumptions) != {name: int(one[name].iloc[0]) for name in ASSUMED}:
            raise ValueError(f"the lists were not made with seed {seed}")
    return drawn


def remembered_by(lists: list[pd.DataFrame], seed: int) -> tuple[Floats, Floats]:
    """R-hat and correlation of every quantity, (n_quantities,) each, by how the starts leaned."""
    drawn = drawn_with(lists, seed)
    kinds = np.array([LEANS.index(lean) for _assumptions, lean in drawn])
    ends = [
        as_annealed(one, assumptions)
        for one, (assumptions, _lean) in zip(lists, drawn, strict=True)
    ]
    rng = np.random.default_rng(seed)
    starts = [[random_start(drawn[0][0], rng, lean) for _ in range(STARTS)] for lean in LEANS]
    r_hat, correlation = zip(
        *(
            remembered(
                kinds,
                np.array([np.mean([of(start) for start in kind]) for kind in starts])[kinds],
                np.array([of(end) for end in ends]),
            )
            for of in QUANTITIES.values()
        ),
        strict=True,
    )
    return np.array(r_hat), np.array(correlation)
