"""Kaplan-Meier and Cox for many bootstrap samples of the same children at once.

A bootstrap sample is the children with weights: how often each was drawn. Both estimators follow
from weighted sums over the children at risk, so that all samples are computed together, a hundred
times faster than one fit a sample by scikit-survival or lifelines, with which they agree. Cox's
model has Breslow's handling of ties, as its estimate is then the same whether a child stands twice
or has weight two.

References
----------
Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-481. Breslow N. Biometrics 1974;30:89-99.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.validation.expected import Outcome

Floats = NDArray[np.float64]

# Numbers held at once in a fit.
MOST_NUMBERS = 4_000_000
STEPS = 30
PRECISION = 1e-8
# A coefficient this far off has no maximum: some value alone tells who dies.
LARGEST_COEFFICIENT = 30.0


@dataclass(frozen=True, eq=False)
class Cox:
    """Cox models of B samples.

    Attributes
    ----------
    beta : ndarray, shape (B, p)
        NaN where the likelihood has no maximum.
    days : ndarray of int, shape (n_times,)
        Days on which somebody died or was last seen.
    hazard : ndarray, shape (B, n_times)
        Baseline cumulative hazard at those days.
    """

    beta: Floats
    days: NDArray[np.int64]
    hazard: Floats

    def hazard_on(self, day: int) -> Floats:
        """Baseline cumulative hazard on a day, shape (B,)."""
        place = int(np.searchsorted(self.days, day, side="right"))
        none: Floats = np.zeros(len(self.beta))
        return self.hazard[:, place - 1] if place else none


def kaplan_meier_of(outcome: Outcome, weights: Floats, days: NDArray[np.int64]) -> Floats:
    """Kaplan-Meier survival of each sample on each day; 1 where a sample has no weight.

    Parameters
    ----------
    outcome : Outcome
        Of n children.
    weights : ndarray, shape (B, n)
    days : ndarray of int, shape (k,)

    Returns
    -------
    ndarray, shape (B, k)
    """
    order, times, starts = _by_time(outcome)
    dying = np.add.reduceat((weights * outcome.death)[:, order], starts, axis=1)
    at_risk = _at_risk(np.add.reduceat(weights[:, order], starts, axis=1))
    share = np.divide(dying, at_risk, out=np.zeros_like(dying), where=at_risk > 0)
    curve = np.cumprod(1 - share, axis=1)
    from_start = np.concatenate([np.ones((len(weights), 1)), curve], axis=1)
    return from_start[:, np.searchsorted(times, days, side="right")]


def cox_of(x: Floats, outcome: Outcome, weights: Floats) -> Cox:
    """Fit Cox's model to each sample by Newton's method.

    Parameters
    ----------
    x : ndarray, shape (n, p)
    outcome : Outcome
    weights : ndarray, shape (B, n)
    """
    n, p = x.shape
    block = max(1, MOST_NUMBERS // (n * (p + 1) ** 2))
    fits = [
        _fit(x, outcome, weights[first : first + block]) for first in range(0, len(weights), block)
    ]
    return Cox(
        np.concatenate([beta for beta, _hazard in fits]),
        np.unique(outcome.os_days),
        np.concatenate([hazard for _beta, hazard in fits]),
    )


def _fit(x: Floats, outcome: Outcome, weights: Floats) -> tuple[Floats, Floats]:
    order, _times, starts = _by_time(outcome)
    x, weights = x[order], weights[:, order]
    dying_weights = weights * outcome.death[order]
    dying = np.add.reduceat(dying_weights, starts, axis=1)
    sum_of_dying = dying_weights @ x
    beta = np.zeros((len(weights), x.shape[1]))
    squares = x[:, :, None] * x[:, None, :]
    for _step in range(STEPS):
        risk = weights * np.exp(beta @ x.T)
        s0 = _at_risk(np.add.reduceat(risk, starts, axis=1))
        s1 = _at_risk(np.add.reduceat(risk[:, :, None] * x, starts, axis=1))
        s2 = _at_risk(np.add.reduceat(risk[:, :, None, None] * squares, starts, axis=1))
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = np.where(s0[..., None] > 0, s1 / s0[..., None], 0.0)
            square = np.where(s0[..., None, None] > 0, s2 / s0[..., None, None], 0.0)
        score = sum_of_dying - np.einsum("bt,btp->bp", dying, mean)
        spread = square - mean[..., :, None] * mean[..., None, :]
        information = np.einsum("bt,btpq->bpq", dying, spread)
        usable = np.linalg.det(information) > PRECISION
        information[~usable] = np.eye(x.shape[1])
        step = np.linalg.solve(information, score[..., None])[..., 0]
        beta = np.clip(beta + step, -LARGEST_COEFFICIENT, LARGEST_COEFFICIENT)
        beta[~usable] = np.nan
        if not (np.abs(step[usable]) > PRECISION).any():
            break
    beta[(np.abs(beta) >= LARGEST_COEFFICIENT).any(axis=1)] = np.nan
    risk = weights * np.exp(beta @ x.T)
    s0 = _at_risk(np.add.reduceat(risk, starts, axis=1))
    share = np.divide(dying, s0, out=np.zeros_like(dying), where=dying > 0)
    return beta, np.cumsum(share, axis=1)


def _by_time(outcome: Outcome) -> tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.intp]]:
    """The order of the children by time, the times, and where in that order each begins."""
    order = np.argsort(outcome.os_days, kind="stable")
    times, starts = np.unique(outcome.os_days[order], return_index=True)
    return order, times, starts


def _at_risk(sums: Floats) -> Floats:
    """Sums by time, (B, n_times, ...), as sums over all whose time is that or later."""
    later: Floats = np.cumsum(sums[:, ::-1], axis=1)[:, ::-1]
    return later
