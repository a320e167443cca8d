"""Cohorts pooled into one baseline, from relapse or from a later day on which the child is alive.

Each cohort's Cox fit is kept as the daily steps of its baseline cumulative hazard L0, of its
variance at fixed coefficients, and of the part that moves with the coefficients (Tsiatis 1981).
Sums of steps after a day s give the hazard since s, so that the same few lines serve the curve from
relapse (s = 0) and the curve of a child known to be alive on day s:
log(L0(t) - L0(s)), its variance, and its covariance with the coefficients. Cohorts are pooled by
Rubin's rules on that scale. Only NumPy is needed.

References
----------
Tsiatis AA. A large sample study of Cox's regression model. Ann Stat 1981;9:93-108.
Rubin DB. Multiple Imputation for Nonresponse in Surveys. Wiley, 1987 (eq. 3.1.2-3.1.5).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ensemble:
    """The Cox fits of all cohorts, m of them, on days 0, 1, ... to the horizon.

    Attributes
    ----------
    beta : ndarray, shape (m, p)
        Log hazard ratios.
    sigma : ndarray, shape (m, p, p)
        Their covariance.
    hazard : ndarray, shape (m, n_days)
        Steps of the baseline cumulative hazard.
    variance : ndarray, shape (m, n_days)
        Steps of its variance at fixed coefficients.
    mean : ndarray, shape (m, n_days, p)
        Each step of the hazard times the mean covariates of the children at risk: minus its
        derivative by the coefficients.
    """

    beta: Floats
    sigma: Floats
    hazard: Floats
    variance: Floats
    mean: Floats


@dataclass(frozen=True, eq=False)
class Baseline:
    """The pooled baseline since some day, where all covariates are at their reference.

    Attributes
    ----------
    log_hazard, variance : ndarray, shape (n_days,)
        Log cumulative hazard since that day, and its variance; -inf and 0 until every cohort has
        seen a death since then.
    covariance : ndarray, shape (n_days, p)
        Of `log_hazard` with the coefficients.
    """

    log_hazard: Floats
    variance: Floats
    covariance: Floats


def between_cohorts(m: int) -> float:
    """What turns a sum of squares between m cohorts into Rubin's share of the total variance."""
    return (1 + 1 / m) / max(m - 1, 1)


def pooled_coefficients(cohorts: Ensemble) -> tuple[Floats, Floats]:
    """Log hazard ratios (p,) and their covariance (p, p)."""
    beta = cohorts.beta.mean(axis=0)
    off = cohorts.beta - beta
    return beta, cohorts.sigma.mean(axis=0) + between_cohorts(len(off)) * off.T @ off


def pooled_baseline(cohorts: Ensemble, since: int = 0) -> Baseline:
    """Pool the baseline since a day, counted from relapse or progression.

    Parameters
    ----------
    cohorts : Ensemble
    since : int
        0 for the curve from relapse; later, for a child alive on that day.
    """
    m, n_days = cohorts.hazard.shape
    after = np.arange(n_days) > since
    if since == 0:
        after[0] = True  # a death on the very day of relapse counts
    hazard = np.cumsum(cohorts.hazard * after, axis=1)
    started = (hazard > 0).all(axis=0)
    hazard = hazard[:, started]
    own = np.cumsum(cohorts.variance * after, axis=1)[:, started] / hazard**2
    mean = np.cumsum(cohorts.mean * after[:, None], axis=1)[:, started] / hazard[..., None]
    mean_sigma = mean @ cohorts.sigma
    log_hazard = np.log(hazard)
    pooled = log_hazard.mean(axis=0)
    off = log_hazard - pooled
    beta_off = cohorts.beta - cohorts.beta.mean(axis=0)
    between = between_cohorts(m)
    baseline = Baseline(
        np.full(n_days, -np.inf), np.zeros(n_days), np.zeros((n_days, beta_off.shape[1]))
    )
    baseline.log_hazard[started] = pooled
    baseline.variance[started] = (own + (mean_sigma * mean).sum(axis=2)).mean(axis=0) + between * (
        off**2
    ).sum(axis=0)
    baseline.covariance[started] = -mean_sigma.mean(axis=0) + between * off.T @ beta_off
    return baseline
