"""Recalibration: the pooled model made to fit a centre's own children, in the usual steps.

With L0(t) the model's baseline cumulative hazard and x'b its prognostic index, the model of the
centre's children is

    log L(t|x) = alpha + gamma log L0(t) + theta x'b,

a Weibull model on the time scale of L0 (van Houwelingen 2000). `none` leaves the paper's model as
it is; `baseline` estimates alpha and gamma, `slope` theta as well, and `refit` puts coefficients of
its own in the place of theta b, with the paper's as prior: normal around b, as precise as the
paper is. All are fitted by full likelihood with censoring at the horizon; their covariance is the
inverse of the observed information.

The covariance holds the paper's own uncertainty of b as well, and what it does to the estimates
that follow it: a higher b lowers alpha, since the children settle the level again (delta method;
under `refit` both are in the posterior density).

The result is again a `PooledModel`. The steps of every cohort's baseline hazard are weighted by
what the recalibration multiplies the hazard by on that day, and the covariance is carried by draws,
one a cohort, whose share by Rubin's rules it is exactly. The point estimate is the line above
exactly. What is left in the intervals of the paper's baseline is its shape, with what little of its
level does not go with b: that part is counted although the children settle it, on the safe side.

How the estimates are found is in `model.recalibration.fit`; to use them only NumPy is needed.

References
----------
van Houwelingen HC. Validation, calibration, revision and combination of prognostic survival models.
Stat Med 2000;19:3401-3415.
"""

import functools
from dataclasses import replace

import numpy as np

from model.survival.pooling import Ensemble, Floats, between_cohorts, log_hazards
from model.survival.prediction import HORIZON_DAYS, TABLE_DAYS, Z_95, PooledModel, pooled_beside
from model.survival.recalibrated import Recalibration

# Beyond these a fit says that the table is not of the model's kind of children, or a file is wrong.
BOUNDS = {"alpha": (-5.0, 5.0), "gamma": (0.2, 5.0), "theta": (0.05, 5.0)}
BOUNDS_OF_COEFFICIENT = (-10.0, 10.0)


class RecalibrationError(ValueError):
    """Raised where a recalibration cannot be made or read; says why in one sentence."""


def model_name(model: PooledModel) -> str:
    """What files call a recalibrated model: its method and file; empty for the paper's."""
    if model.recalibration is None:
        return ""
    return f"recalibrated {model.recalibration.method} {model.recalibration.short_checksum}"


def full_version(model: PooledModel) -> str:
    """The version of a model, with what it was recalibrated by."""
    return f"{model.version} {model_name(model)}".rstrip()


def log_baseline(model: PooledModel) -> Floats:
    """Log baseline cumulative hazard on every day, shape (n_days,).

    Before the first death that all cohorts know of it is that of this death, so that an early death
    of the centre's counts as one on that day.
    """
    known = np.flatnonzero(np.isfinite(model.log_hazard))
    baseline: Floats = model.log_hazard[np.maximum(np.arange(HORIZON_DAYS + 1), known[0])]
    return baseline


def in_bounds(name: str, value: float) -> bool:
    """Whether a parameter is within what is believed of it."""
    low, high = BOUNDS.get(name, BOUNDS_OF_COEFFICIENT)
    return low <= value <= high


def line(model: PooledModel, method: str, estimates: Floats) -> tuple[float, float, Floats]:
    """What log hazard is on the paper's scale: alpha, gamma, and the coefficients (p,)."""
    if method == "none":
        return 0.0, 1.0, model.beta
    beta = model.beta
    if method == "slope":
        beta = estimates[2] * model.beta
    elif method == "refit":
        beta = np.asarray(estimates[2:])
    return float(estimates[0]), float(estimates[1]), beta


def hazard_multiple(
    model: PooledModel, recalibration: Recalibration, day: int
) -> tuple[float, float, float]:
    """How many times the paper's the baseline cumulative hazard is on a day, with 95% limits."""
    if recalibration.method == "none":
        return 1.0, 1.0, 1.0
    at = log_baseline(model)[day]
    alpha, gamma = recalibration.estimates[:2]
    by = np.array([1.0, at])
    covariance = recalibration.own_covariance[:2, :2]
    reach = Z_95 * float(np.sqrt(by @ covariance @ by))
    middle = alpha + (gamma - 1) * float(at)
    low, value, high = np.exp([middle - reach, middle, middle + reach]).tolist()
    return value, low, high


# ------------------------------------------------------------------------------ as a model


@functools.lru_cache(maxsize=8)
def recalibrated_model(model: PooledModel, recalibration: Recalibration) -> PooledModel:
    """Make the recalibrated model, which predicts as the paper's does.

    Children at risk, and until when they support a curve, stay those of the paper.

    Raises
    ------
    ValueError
        If the model pools too few cohorts to carry the uncertainty of the estimates.
    """
    if recalibration.method == "none":
        return model
    alpha, gamma, beta = line(model, recalibration.method, np.array(recalibration.estimates))
    cohorts, baseline = model.cohorts, log_baseline(model)
    draws = _draws(model, np.array(recalibration.covariance))
    # What the hazard of a day is multiplied by: the step that exp(alpha) L0^gamma takes there
    # over the step that L0 takes; where L0 stands still, as on the day of its last step.
    old, new = np.exp(baseline), np.exp(alpha + gamma * baseline)
    step = np.diff(old, prepend=0.0)
    last = np.maximum.accumulate(np.where(step > 0, np.arange(len(step)), 0))
    weight = (np.diff(new, prepend=0.0)[last] / step[last])[None, :]
    weighted = np.cumsum(cohorts.hazard * weight, axis=1)
    known = int(np.flatnonzero(np.isfinite(model.log_hazard))[0])
    middle = np.log(weighted[:, known:]).mean(axis=0)[np.maximum(np.arange(len(step)) - known, 0)]
    # Each cohort off the pooled line by its own spread and by its draw, and their mean upon it.
    by_draw = draws[:, :1] + draws[:, 1:2] * baseline
    factor = np.exp(alpha + gamma * baseline - middle + by_draw)
    hazard = np.diff(weighted * factor, axis=1, prepend=0.0)
    by_beta = draws[:, 2:]
    if recalibration.method == "slope":
        theta = recalibration.estimates[2]
        by_beta = np.outer(draws[:, 2], model.beta) + theta * draws[:, 3:]
    # The draws carry what is not known of the coefficients, so that no fit has any of it left.
    made = pooled_beside(
        model,
        Ensemble(
            beta=beta + by_beta,
            sigma=np.zeros_like(cohorts.sigma),
            hazard=hazard,
            variance=(weight * factor) ** 2 * cohorts.variance,
            mean=np.zeros_like(cohorts.mean),
        ),
    )
    return replace(made, recalibration=recalibration)


def _draws(model: PooledModel, covariance: Floats) -> Floats:
    """Draws of the estimates' error, one a cohort, shape (m, q): their mean is zero, and what
    Rubin's rules make of them is the covariance.

    They are slow waves over the cohorts, kept apart from how the cohorts themselves differ, so that
    the two kinds of spread add up and no cohort carries much of it.
    """
    m, q = model.n_cohorts, len(covariance)
    each, pooled = log_hazards(model.cohorts)
    differ = np.column_stack(
        [
            np.ones(m),
            model.cohorts.beta - model.beta,
            each[:, TABLE_DAYS] - pooled[list(TABLE_DAYS)],
        ]
    )
    if m < differ.shape[1] + q:
        raise ValueError(f"a recalibration needs more than {m} cohorts")
    waves = np.cos(np.pi * np.outer(np.arange(m) + 0.5, np.arange(1, q + 1)) / m)
    apart = np.linalg.qr(np.column_stack([differ, waves]))[0][:, -q:]
    eigenvalues, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(eigenvalues, 0.0))
    draws: Floats = apart @ root.T / np.sqrt(between_cohorts(m))
    return draws
