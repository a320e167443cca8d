"""How far predicted survival was from what happened: the Brier score, and its integral.

Children censored before a day are made up for by weighting the others by the inverse of the chance
of not being censored (Graf 1999), estimated by Kaplan-Meier from all children. The reference is
the children's own Kaplan-Meier curve, the same for each of them.

References
----------
Graf E, Schmoor C, Sauerbrei W, Schumacher M. Assessment and comparison of prognostic
classification schemes for survival data. Stat Med 1999;18:2529-2545.
"""

import numpy as np
from numpy.typing import NDArray
from sksurv.metrics import brier_score
from sksurv.nonparametric import kaplan_meier_estimator
from sksurv.util import Surv

from model.survival.prediction import HORIZON_DAYS
from model.validation.expected import Outcome

Floats = NDArray[np.float64]
Days = NDArray[np.int64]

# Days over which the score is averaged: monthly steps resolve the early deaths well enough.
INTEGRATION_DAYS = np.append(np.arange(30, HORIZON_DAYS, 30), HORIZON_DAYS)


def survival_array(outcome: Outcome) -> NDArray[np.void]:
    """Lay an outcome out as scikit-survival wants it.

    Who was followed to the horizon is known to be alive on that day: the time of such a child is
    set to the day after, for which scikit-survival counts it as alive on the horizon.
    """
    past = ~outcome.death & (outcome.os_days >= HORIZON_DAYS)
    times = np.where(past, HORIZON_DAYS + 1, outcome.os_days)
    array: NDArray[np.void] = Surv.from_arrays(outcome.death, times)
    return array


def followed(outcome: Outcome, days: Days) -> NDArray[np.bool_]:
    """Mark the days on which the score can be had: from the first time to before the last."""
    times = survival_array(outcome)["time"]
    if not len(times):
        return np.zeros(len(days), bool)
    inside: NDArray[np.bool_] = (days >= times.min()) & (days < times.max())
    return inside


def brier(outcome: Outcome, survival: Floats, days: Days) -> Floats:
    """Brier score on each day; smaller is closer.

    Parameters
    ----------
    outcome : Outcome
        Of n children.
    survival : ndarray, shape (n, k)
        Predicted survival of every child on those days, fractions.
    days : ndarray of int, shape (k,)

    Returns
    -------
    ndarray, shape (k,)
        NaN on days on which the children were not followed.
    """
    days = np.asarray(days)
    each, first, place = np.unique(days, return_index=True, return_inverse=True)
    scores = np.full(len(each), np.nan)
    inside = followed(outcome, each)
    if inside.any():
        truth = survival_array(outcome)
        predicted = survival[:, first[inside]]
        scores[inside] = brier_score(truth, truth, predicted, each[inside])[1]
    return scores[place]


def integrated_brier(outcome: Outcome, survival: Floats, days: Days) -> float:
    """Mean of the Brier score over the days from the first to the last that was followed.

    Parameters are those of `brier`; the integral is by the trapezoidal rule. NaN where fewer than
    two of the days were followed.
    """
    return mean_over(brier(outcome, survival, days), days)


def mean_over(scores: Floats, days: Days) -> float:
    """Mean of a score over the days on which it is known, by the trapezoidal rule."""
    known = np.isfinite(scores)
    if known.sum() < 2:
        return float("nan")
    span = days[known]
    return float(np.trapezoid(scores[known], span) / (span[-1] - span[0]))


def kaplan_meier(outcome: Outcome, days: Days) -> Floats:
    """Kaplan-Meier survival of the children on each day, shape (k,).

    NaN once nobody is followed and not all have died.
    """
    truth = survival_array(outcome)
    if not len(truth):
        return np.full(len(days), np.nan)
    times, survival = kaplan_meier_estimator(truth["event"], truth["time"])
    place = np.searchsorted(times, days, side="right")
    curve = np.append(1.0, survival)[place]
    return np.where((days > times[-1]) & (curve > 0), np.nan, curve)


def kaplan_meier_reference(outcome: Outcome, days: Days) -> Floats:
    """Expect of every child what became of them all: shape (n, k)."""
    return np.tile(kaplan_meier(outcome, days), (len(outcome.os_days), 1))
