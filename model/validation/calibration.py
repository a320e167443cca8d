"""Whether as many die as the model expects: overall, by the index, and along the risk.

*Observed over expected.* Over the whole time under observation, the deaths over the sum of every
child's expected cumulative hazard at the end of its time (Crowson 2016). Its logarithm is
calibration-in-the-large: the intercept of a Poisson model with the log expected hazard as offset.
By a day, the Kaplan-Meier share of dead over the mean predicted one (McLernon 2023).

*Slope.* The coefficient of Cox's model on the prognostic index alone: 1 where hazards differ as
much as predicted, less where the predictions are too far apart.

*Calibration curve.* On a day, Cox's model on a restricted cubic spline of the complementary
log-log of predicted risk, and what it says of the risk of each child; ICI, E50 and E90 are mean,
median and 90th percentile of the distance between the two (Austin 2020).

References
----------
Crowson CS, Atkinson EJ, Therneau TM. Assessing calibration of prognostic risk scores. Stat Methods
Med Res 2016;25:1692-1706.
McLernon DJ, Giardiello D, Van Calster B, et al. Assessing performance and clinical usefulness in
prediction models with survival outcomes. Ann Intern Med 2023;176:105-114.
Austin PC, Harrell FE, van Klaveren D. Graphical calibration curves and the integrated calibration
index (ICI) for survival models. Stat Med 2020;39:2714-2742.
Harrell FE. Regression Modeling Strategies. Springer, 2015 (section 2.4.5, restricted splines).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from lifelines.exceptions import ConvergenceError
from numpy.typing import NDArray

from model.survival.cox import fit_lifelines
from model.validation.expected import Expected, Outcome
from model.validation.weighted import cox_of, kaplan_meier_of

Floats = NDArray[np.float64]

# Harrell's places for three knots, as shares of the children.
KNOTS = (0.1, 0.5, 0.9)
POINTS_OF_CURVE = 40
TENTHS = np.linspace(0, 1, 11)
# Indices closer than this are one: it is far below what anything here shows.
SAME_INDEX = 1e-6


@dataclass(frozen=True)
class Slope:
    """The calibration slope by lifelines, and its standard error from Cox's information."""

    value: float
    standard_error: float


@dataclass(frozen=True, eq=False)
class Smoothed:
    """Observed risk along predicted risk on one day, in B samples.

    Attributes
    ----------
    predicted : ndarray, shape (k,)
        Risk of death by the day, from the lowest to the highest predicted one.
    observed : ndarray, shape (B, k)
    distance : ndarray, shape (B, 3)
        ICI, E50, E90.
    children : ndarray of int, shape (10,)
        How many children lie in each tenth of predicted risk, from 0 to 1.
    """

    predicted: Floats
    observed: Floats
    distance: Floats
    children: NDArray[np.int64]


def observed_over_expected(expected: Expected, weights: Floats) -> Floats:
    """Deaths over the sum of expected cumulative hazards, of each sample: shape (B,)."""
    outcome = expected.outcome
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = -np.log(expected.curves[0][expected.curve, outcome.os_days])
        ratio: Floats = (weights @ outcome.death) / (weights @ hazard)
    return ratio


def observed_over_expected_by(
    expected: Expected, weights: Floats, days: NDArray[np.int64]
) -> Floats:
    """Kaplan-Meier share of dead over the mean predicted one by each day: shape (B, n_days)."""
    predicted = weights @ (1 - expected.survival_on(days)) / weights.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Floats = (1 - kaplan_meier_of(expected.outcome, weights, days)) / predicted
    return ratio


def all_alike(index: Floats) -> bool:
    """Whether the model expects the same of all these children."""
    return not len(index) or float(np.ptp(index)) < SAME_INDEX


def slope(outcome: Outcome, index: Floats) -> Slope | None:
    """Fit the calibration slope; None where it has no estimate."""
    if all_alike(index) or not outcome.death.any():
        return None
    try:
        fitted = fit_lifelines(
            pd.DataFrame({"index": index}), pd.Series(outcome.os_days), pd.Series(outcome.death)
        )
    except ConvergenceError:
        return None
    return Slope(float(fitted.params_.iloc[0]), float(fitted.standard_errors_.iloc[0]))


def slopes(outcome: Outcome, index: Floats, weights: Floats) -> Floats:
    """The calibration slope of each sample: shape (B,)."""
    return cox_of(index[:, None], outcome, weights).beta[:, 0]


def smoothed(expected: Expected, weights: Floats, day: int) -> Smoothed | None:
    """Smooth observed risk along predicted risk on a day; None where all are predicted alike."""
    risk = 1 - expected.survival_on(np.array([day]))[:, 0]
    along = _complementary_log_log(risk)
    if not np.isfinite(along).all() or all_alike(along):
        return None
    knots = np.quantile(along, KNOTS)
    fitted = cox_of(_spline(along, knots), expected.outcome, weights)
    baseline = fitted.hazard_on(day)

    def observed(at: Floats) -> Floats:
        return 1 - np.exp(-baseline[:, None] * np.exp(fitted.beta @ _spline(at, knots).T))

    predicted = np.linspace(risk.min(), risk.max(), POINTS_OF_CURVE)
    apart = np.abs(observed(along) - risk)
    return Smoothed(
        predicted,
        observed(_complementary_log_log(predicted)),
        _spread(apart, weights),
        np.histogram(risk, TENTHS)[0],
    )


def _spread(apart: Floats, weights: Floats) -> Floats:
    """Weighted mean, median and 90th percentile of each row, (B, n) to (B, 3)."""
    share = weights / weights.sum(axis=1, keepdims=True)
    order = np.argsort(apart, axis=1)
    ranked = np.take_along_axis(apart, order, axis=1)
    below = np.cumsum(np.take_along_axis(share, order, axis=1), axis=1)
    rows = np.arange(len(apart))
    quantiles = [ranked[rows, (below >= q - 1e-12).argmax(axis=1)] for q in (0.5, 0.9)]
    return np.stack([(apart * share).sum(axis=1), *quantiles], axis=1)


def _complementary_log_log(risk: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        value: Floats = np.log(-np.log1p(-risk))
    return value


def _spline(along: Floats, knots: Floats) -> Floats:
    """A line and, where the knots are three, the restricted cubic term: shape (n, 1 or 2)."""
    first, middle, last = knots
    if min(middle - first, last - middle) < SAME_INDEX:
        return along[:, None]

    def cubed(knot: float) -> Floats:
        beyond: Floats = np.maximum(along - knot, 0.0) ** 3
        return beyond

    bend = (
        cubed(first)
        - cubed(middle) * (last - first) / (last - middle)
        + cubed(last) * (middle - first) / (last - middle)
    ) / (last - first) ** 2
    return np.stack([along, bend], axis=1)
