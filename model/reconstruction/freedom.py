"""What the lists of children assume where the paper prints nothing, and what becomes of it.

Kept for the Evidence page beside `reproduction`: of each assumption its range and what every list
has come to; whether the lists remember how they started; the first hundred days of every list; and
what waiting for a treatment may do to its comparison.
"""

import functools
import math
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.paper.evidence import DATA, value
from model.survival.pooling import Floats
from model.survival.prediction import read_arrays

FREEDOM = DATA / "freedom.npz"
# Days of the overlay of every list.
EARLY_DAYS = tuple(range(0, 101, 4))
# Beyond these a quantity is said to remember its start.
MOST_R_HAT, MOST_CORRELATION = 1.1, 0.2
# What is assumed: two days drawn for each list, three counts that the search decides.
ASSUMPTIONS = (
    "earliest_second_sct",
    "earliest_chemo_dli",
    "without_remission",
    "without_remission_missing",
    "alive_known",
)


@dataclass(frozen=True, eq=False)
class Freedom:
    """What the lists assume and what becomes of it.

    Attributes
    ----------
    ranges : ndarray, shape (n_assumptions, 2)
        First and last value of each of `ASSUMPTIONS`; how likely each is beforehand: `beforehand`.
    found : ndarray, shape (n_assumptions, n_lists)
        What each list has come to.
    quantities : ndarray of str, shape (n_quantities,)
        Names of `model.reconstruction.forgetting.QUANTITIES`.
    r_hat, correlation : ndarray, shape (n_quantities,)
        Rank-normalised split R-hat between the lists whose starts leaned four ways, and the rank
        correlation of each quantity with what such starts have on average.
    early : ndarray, shape (n_lists, n_treatments, n_early_days)
        Share not known to have died on `EARLY_DAYS`.
    waiting : ndarray, shape (n_lists, n_arms, n_methods, n_days)
        See `model.survival.waiting.waiting`.
    version, source_hash : str
        Of the model fitted to the same lists.
    """

    ranges: NDArray[np.int64]
    found: NDArray[np.int64]
    quantities: NDArray[np.str_]
    r_hat: Floats
    correlation: Floats
    early: NDArray[np.float32]
    waiting: Floats
    version: str
    source_hash: str


def save_freedom(freedom: Freedom, path: Path = FREEDOM) -> None:
    """Write it as plain arrays; same lists, same bytes."""
    arrays = {f.name: getattr(freedom, f.name) for f in fields(Freedom)}
    np.savez_compressed(path, allow_pickle=False, **arrays)


@functools.cache
def load_freedom(path: Path = FREEDOM) -> Freedom:
    """Read it. Nothing is unpickled.

    Raises
    ------
    FileNotFoundError
        Naming the command that makes the file.
    """
    return Freedom(**read_arrays(path))


def beforehand(name: str, first: int, last: int) -> Floats:
    """How likely each number from first to last is before any printed figure is met: (n_values,).

    The two days and the children without remission are as likely at every number (see
    `moves.flip_remission`). Survivors pass freely between the children of known treatment and the
    others, so that their number is as likely as there are ways to choose them: among the known
    without the arm in which all died, and among the unknown.
    """
    numbers = range(first, last + 1)
    if name != "alive_known":
        return np.full(len(numbers), 1 / len(numbers))
    alive, unknown = int(value("dis.n.alive")), int(value("txt.n.excluded"))
    may_live = int(value("abs.n.all")) - int(value("f3.at_risk.dli.0"))
    ways = np.array(
        [math.comb(may_live, k) * math.comb(unknown, alive - k) for k in numbers], float
    )
    likely: Floats = ways / ways.sum()
    return likely


def by_chance(survival: Floats, splits: int = 500, seed: int = 2017) -> float:
    """How much a prediction differs between two halves of the lists drawn by lot, for the treatment
    that differs most: the 95th percentile over so many draws.

    Parameters
    ----------
    survival : ndarray, shape (n_lists, n_treatments)
    """
    rng = np.random.default_rng(seed)
    n = len(survival)
    halves = (rng.permutation(n) < n // 2 for _ in range(splits))
    apart = [
        np.abs(survival[half].mean(axis=0) - survival[~half].mean(axis=0)).max() for half in halves
    ]
    return float(np.percentile(apart, 95))


def by_value(freedom: Freedom, survival: Floats) -> Floats:
    """How much a prediction differs between the lists in which an assumption has come out high and
    those in which it has come out low.

    Parameters
    ----------
    survival : ndarray, shape (n_lists, n_treatments)

    Returns
    -------
    ndarray, shape (n_assumptions, n_treatments)
        Mean of the lists above the median less that of those at or below it; NaN where none is.
    """
    differences = np.full((len(freedom.found), survival.shape[1]), np.nan)
    for k, found in enumerate(freedom.found):
        high = found > np.median(found)
        if high.any() and not high.all():
            differences[k] = survival[high].mean(axis=0) - survival[~high].mean(axis=0)
    return differences


def waiting_by_half(freedom: Freedom, arm: int) -> tuple[Floats, Floats]:
    """Median ratios of the lists whose earliest death after an arm is assumed at or below its
    median, and above: each (n_methods, n_days).
    """
    assumed = freedom.found[arm]
    late = assumed > np.median(assumed)
    early, later = (np.median(freedom.waiting[half, arm], axis=0) for half in (~late, late))
    return early, later
