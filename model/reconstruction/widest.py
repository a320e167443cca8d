"""How far a list can be pushed while it gives back what is printed.

The lists that the search finds crowd where most lists are. To see how far the figures let a
prediction go, finished lists are pushed on purpose: each coefficient of Table 4's model, and the
logarithm of its baseline cumulative hazard at one year and at four, up and down, harder and harder
until the list is no longer acceptable (`model.reconstruction.ensemble.is_acceptable`). What comes
out is the widest that was found. It is no bound: another search may go farther.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.case import COVARIATES
from model.reconstruction.again import annealing_of, as_list
from model.reconstruction.annealing import PUSHED_DAYS, where_it_lies
from model.reconstruction.ensemble import ANYWHERE, Annealing, fill_background, is_acceptable
from model.reconstruction.targets import compile_targets

# Farther, on the log scale, than any list can be pushed.
BEYOND = 3.0
# Energy a unit of distance, one after the other; a figure outside its rounding costs at least 0.2.
PULLS = (300.0, 1000.0, 3000.0)
PUSHING = ((150_000, (1.0, 0.02)),)
# And the figures that were left outside their rounding, without a push and too cold to go back far.
SETTLING = ((120_000, (0.05, 0.003)),)
# What is pushed, each down and up.
QUANTITIES = (
    *(f"{column}={code}" for column, code in COVARIATES),
    *(f"log H0({day})" for day in PUSHED_DAYS),
)


class Push(NamedTuple):
    """One push: of which list, of what (index into `QUANTITIES`), and whether up."""

    cohort: int
    quantity: int
    up: bool


def pushed(cohort: pd.DataFrame, push: Push, seed: int) -> pd.DataFrame:
    """Push a list as far as it goes.

    Parameters
    ----------
    cohort : DataFrame
        A finished list, with what it assumes.
    push : Push
    seed : int
        Same seed, same result.

    Returns
    -------
    DataFrame
        The farthest acceptable list; the list itself if none is.
    """
    rng = np.random.default_rng([seed, *map(int, push)])
    annealing = annealing_of(cohort, compile_targets(), rng)
    sign = 1.0 if push.up else -1.0
    farthest = standing(annealing, push.quantity)
    best = as_list(annealing, cohort)
    goals = ANYWHERE.copy()
    goals[push.quantity, 0 if push.up else 1] = farthest + sign * BEYOND
    for pull in PULLS:
        annealing.hinge(PUSHING, goals, pull)
        annealing.hinge(SETTLING)
        if not holds(annealing, rng):
            break
        reached = standing(annealing, push.quantity)
        if sign * (reached - farthest) > 0:
            farthest, best = reached, as_list(annealing, cohort)
    return best


def holds(annealing: Annealing, rng: np.random.Generator) -> bool:
    """Whether the list is acceptable, its background filled in anew."""
    if not is_acceptable([annealing.reached()], annealing.strain()):
        return False
    _, parts = fill_background(annealing.cohort, rng)
    return is_acceptable([annealing.reached(), *parts], annealing.strain())


def standing(annealing: Annealing, quantity: int) -> float:
    """Where a quantity stands."""
    found: NDArray[np.float64] = where_it_lies(annealing.walk, annealing.fit.beta_table_4)
    return float(found[quantity])
