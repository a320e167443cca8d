"""Cohorts pooled into one baseline, from relapse or from a later day on which the child is alive.

Each cohort's Cox fit is kept as the daily steps of its baseline cumulative hazard L0, of its
variance at fixed coefficients, and of the part that moves with the coefficients (Tsiatis 1981).
Sums of steps give the log cumulative hazard, its variance and its covariance with the
coefficients, and cohorts are pooled by Rubin's rules on that scale. Sums of the steps after a day s
do the same for a child known to be alive on day s. Only NumPy is needed.

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
        Log cumulative hazard since that day, and its variance; -inf and 0 while no death since
        then is known.
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


def log_hazards(cohorts: Ensemble) -> tuple[Floats, Floats]:
    """Log cumulative hazard from relapse: of each cohort (m, n_days), and pooled (n_days,).

    Pooled, it is -inf until every cohort has seen a death.
    """
    with np.errstate(divide="ignore"):
        each = np.log(np.cumsum(cohorts.hazard, axis=1))
    return each, each.mean(axis=0)


def pooled_baseline(cohorts: Ensemble, since: int = 0) -> Baseline:
    """Pool the baseline since a day, counted from relapse or progression.

    Since a later day the hazard is what the pooled curve from relapse gains after it, so that
    survival is S(t) / S(since). The spread of the cohorts around it is taken in proportion to it,
    as their logarithms say nothing where some of them have no death yet.

    Parameters
    ----------
    cohorts : Ensemble
    since : int
        0 for the curve from relapse; later, for a child alive on that day.
    """
    each, pooled = log_hazards(cohorts)
    m, n_days = each.shape
    days = np.arange(n_days)
    after = days > since if since else days >= 0
    gained = np.exp(pooled) - (np.exp(pooled[since]) if since else 0.0)
    known = after & (gained > 0)
    gained = gained[known]

    def summed(steps: Floats) -> Floats:
        axes = (slice(None), *(None,) * (steps.ndim - 2))
        total: Floats = np.cumsum(steps * after[axes], axis=1)[:, known]
        return total

    if since:
        hazard = summed(cohorts.hazard)
        scale = np.broadcast_to(gained, hazard.shape)
        off = (hazard - hazard.mean(axis=0)) / gained
    else:
        scale = np.exp(each[:, known])
        off = each[:, known] - pooled[known]
    mean = summed(cohorts.mean) / scale[..., None]
    mean_sigma = mean @ cohorts.sigma
    within = summed(cohorts.variance) / scale**2 + (mean_sigma * mean).sum(axis=2)
    between = between_cohorts(m)
    beta_off = cohorts.beta - cohorts.beta.mean(axis=0)
    baseline = Baseline(
        np.full(n_days, -np.inf), np.zeros(n_days), np.zeros((n_days, beta_off.shape[1]))
    )
    baseline.log_hazard[known] = np.log(gained)
    baseline.variance[known] = within.mean(axis=0) + between * (off**2).sum(axis=0)
    baseline.covariance[known] = -mean_sigma.mean(axis=0) + between * off.T @ beta_off
    return baseline
