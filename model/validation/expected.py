"""What became of a centre's children, and what the model expected of each of them.

Survival is expected for every child under the treatment that it had. Where treatment or remission
status is missing, the child is left out, or what is expected is averaged over the distribution of
what is missing given what is known (`model.validation.reference`). Everything ends at the horizon:
a child followed for longer counts as alive on that day.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.case import CATEGORIES
from model.options import TREATMENTS
from model.survival.pattern import PATTERNS
from model.survival.prediction import HORIZON_DAYS, PooledModel, pattern_table
from model.validation.reference import load_reference

Floats = NDArray[np.float64]

MISSING_RULES = ("left_out", "averaged")
# Of more children no measure is worked out: concordance compares every child with every other.
MOST_CHILDREN = 10_000


@dataclass(frozen=True, eq=False)
class Outcome:
    """Survival of the children, censored at `HORIZON_DAYS`.

    Attributes
    ----------
    os_days : ndarray of int, shape (n,)
        Days from relapse or progression to death or last contact.
    death : ndarray of bool, shape (n,)
    """

    os_days: NDArray[np.int64]
    death: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Expected:
    """What the model expected of the children used.

    Children of whom the model sees the same share a curve, so that a large table takes little
    room.

    Attributes
    ----------
    children : DataFrame
        Those used, n of them.
    days : ndarray of int, shape (n_days,)
        0, 1, ... `HORIZON_DAYS`.
    curves : ndarray, shape (3, n_curves, n_days)
        Survival and its lower and upper 95% limit, fractions.
    curve : ndarray of int, shape (n,)
        Which of the curves is that of each child.
    prognostic_index : ndarray, shape (n,)
        Log of the cumulative hazard at the horizon, less that of the reference child.
    n_left_out : int
        Children not used, as their treatment or remission status is missing.
    n_averaged : int
        Children used for whom something missing was averaged over.
    """

    children: pd.DataFrame
    days: NDArray[np.int64]
    curves: Floats
    curve: NDArray[np.intp]
    prognostic_index: Floats
    n_left_out: int
    n_averaged: int

    @property
    def survival(self) -> Floats:
        """Expected survival of every child on every day, shape (n, n_days)."""
        return self.survival_on(self.days)

    def survival_on(self, days: NDArray[np.int64]) -> Floats:
        """Expected survival of every child on some days, shape (n, len(days))."""
        survival: Floats = self.curves[0][:, days][self.curve]
        return survival

    @property
    def outcome(self) -> Outcome:
        """What became of the children used."""
        return outcome_of(self.children)


def outcome_of(children: pd.DataFrame) -> Outcome:
    """Read the outcome of children, censored at the horizon."""
    os_days = children["os_days"].to_numpy(np.int64)
    death = children["death"].to_numpy(bool) & (os_days <= HORIZON_DAYS)
    return Outcome(np.minimum(os_days, HORIZON_DAYS), death)


def expected(model: PooledModel, children: pd.DataFrame, missing: str = "left_out") -> Expected:
    """Expect survival of children under the treatment that each of them had.

    Parameters
    ----------
    model : PooledModel
        As fitted, or recalibrated.
    children : DataFrame
        With the columns `treatment`, `interval`, `post_transplant_cr`, `os_days` and `death`; the
        first and the third may be None.
    missing : {"left_out", "averaged"}
        What to do with children of whom treatment or remission is missing.

    Raises
    ------
    ValueError
        For another rule.
    """
    if missing not in MISSING_RULES:
        raise ValueError(f"missing: {missing} is not one of {', '.join(MISSING_RULES)}")
    incomplete = children[list(CATEGORIES)].isna().any(axis=1)
    used = children if missing == "averaged" else children[~incomplete]
    # What is known of each child, by the place of its code; -1 for what is missing.
    known = np.array(
        [
            pd.Categorical(used[column], categories=list(codes)).codes
            for column, codes in CATEGORIES.items()
        ],
        np.intp,
    ).T
    seen, curve = np.unique(known.reshape(-1, len(CATEGORIES)), axis=0, return_inverse=True)
    weights = np.array([_weights(one) for one in seen.tolist()]).reshape(
        -1, len(PATTERNS), len(TREATMENTS)
    )
    curves = np.einsum("kpt,cptd->ckd", weights, pattern_table(model).curves)
    # A model recalibrated to extremes may leave nobody alive, or all: the index stays a number.
    last = np.clip(curves[0, :, -1], np.finfo(float).tiny, 1 - np.finfo(float).eps)
    index = np.log(-np.log(last)) - model.log_hazard[-1]
    curve = curve.reshape(-1)
    return Expected(
        children=used,
        days=np.arange(HORIZON_DAYS + 1),
        curves=curves,
        curve=curve,
        prognostic_index=index[curve],
        n_left_out=len(children) - len(used),
        n_averaged=int(incomplete[used.index].sum()) if missing == "averaged" else 0,
    )


def _weights(known: Sequence[int]) -> Floats:
    """The weight of every pattern under every treatment in what is expected of one child."""
    likely = np.zeros([len(codes) for codes in CATEGORIES.values()])
    here = tuple(slice(None) if place < 0 else slice(place, place + 1) for place in known)
    likely[here] = load_reference().joint[here] if min(known) < 0 else 1.0
    shares: Floats = likely / likely.sum()
    # The treatment comes first among the columns; the patterns run over the others.
    return np.moveaxis(shares, 0, -1).reshape(len(PATTERNS), len(TREATMENTS))
