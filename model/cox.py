"""Cox models of the pseudo-cohorts (Table 4), and one pooled model of them all.

Coefficients come from lifelines (Efron's handling of ties). The baseline cumulative hazard and its
variance follow the same tied-deaths weights, as in R's `survfit(coxph(ties = "efron"))`. Cohorts
are pooled by Rubin's rules on the scale of the log cumulative hazard, the way the paper pooled its
ten imputations.

References
----------
Tsiatis AA. A large sample study of Cox's regression model. Ann Stat 1981;9:93-108.
Rubin DB. Multiple Imputation for Nonresponse in Surveys. Wiley, 1987 (eq. 3.1.2-3.1.5).
Therneau TM, Grambsch PM. Modeling Survival Data, 2000, section 10.2.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter
from numpy.typing import NDArray

from model.case import TREATMENTS
from model.cohort import design_matrix, each_cohort
from model.prediction import FEWEST_AT_RISK, HORIZON_DAYS, PooledModel

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CohortFit:
    """Cox model of one cohort on the daily grid 0 to the horizon.

    Attributes
    ----------
    beta : ndarray, shape (p,)
    sigma : ndarray, shape (p, p)
        Covariance of `beta`.
    log_hazard : ndarray, shape (n_days,)
        log of the baseline cumulative hazard; -inf before the first death.
    variance : ndarray, shape (n_days,)
        Variance of `log_hazard`.
    covariance : ndarray, shape (n_days, p)
        Covariance of `log_hazard` with `beta`.
    """

    beta: Floats
    sigma: Floats
    log_hazard: Floats
    variance: Floats
    covariance: Floats


def fit_lifelines(covariates: pd.DataFrame, os_days: pd.Series, death: pd.Series) -> CoxPHFitter:
    """Fit a Cox model with lifelines, to a tighter tolerance than its default."""
    records = covariates.assign(os_days=os_days.astype(float), death=death.astype(bool))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return CoxPHFitter().fit(
            records, "os_days", "death", fit_options={"precision": 1e-9, "max_steps": 200}
        )


def fit_cohort(cohort: pd.DataFrame) -> CohortFit:
    """Fit the Table 4 model to one pseudo-cohort.

    Parameters
    ----------
    cohort : DataFrame
        Rows of one cohort as `model.cohort.read_cohorts` gives them.
    """
    covariates = design_matrix(cohort)
    fitted = fit_lifelines(covariates, cohort["os_days"], cohort["death"])
    beta = fitted.params_.to_numpy(float)
    sigma = fitted.variance_matrix_.to_numpy(float)
    return baseline(
        covariates.to_numpy(float),
        cohort["os_days"].to_numpy(),
        cohort["death"].to_numpy(bool),
        beta,
        sigma,
    )


def baseline(
    x: Floats, os_days: NDArray[np.int64], death: NDArray[np.bool_], beta: Floats, sigma: Floats
) -> CohortFit:
    """Compute the baseline cumulative hazard and its delta-method variance (Tsiatis 1981).

    Parameters
    ----------
    x : ndarray, shape (n_children, p)
    os_days, death : ndarray, shape (n_children,)
    beta : ndarray, shape (p,)
    sigma : ndarray, shape (p, p)
    """
    p = len(beta)
    risk = np.exp(x @ beta)
    hazard_steps = np.zeros(HORIZON_DAYS + 1)
    variance_steps = np.zeros(HORIZON_DAYS + 1)
    mean_steps = np.zeros((HORIZON_DAYS + 1, p))
    for day in np.unique(os_days[death & (os_days <= HORIZON_DAYS)]):
        at_risk = os_days >= day
        dying = death & (os_days == day)
        s0, s1 = risk[at_risk].sum(), risk[at_risk] @ x[at_risk]
        d0, d1 = risk[dying].sum(), risk[dying] @ x[dying]
        share = np.arange(dying.sum()) / dying.sum()
        total = s0 - share * d0
        hazard_steps[day] = (1 / total).sum()
        variance_steps[day] = (1 / total**2).sum()
        mean_steps[day] = ((s1 - share[:, None] * d1) / (total**2)[:, None]).sum(axis=0)
    hazard = np.cumsum(hazard_steps)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.cumsum(mean_steps, axis=0) / hazard[:, None]
        own = np.cumsum(variance_steps) / hazard**2
        log_hazard = np.log(hazard)
    return CohortFit(
        beta=beta,
        sigma=sigma,
        log_hazard=log_hazard,
        variance=own + np.einsum("dp,pq,dq->d", mean, sigma, mean),
        covariance=-mean @ sigma,
    )


def pool(fits: list[CohortFit]) -> dict[str, Floats]:
    """Pool cohorts by Rubin's rules on the log cumulative hazard scale.

    Returns
    -------
    dict
        `beta` (p,), `sigma` (p, p), `log_hazard` (n_days,), `variance` (n_days,), `covariance`
        (n_days, p): means over cohorts plus (1 + 1/M) times what lies between them. Before the
        first day on which every cohort has seen a death, `log_hazard` is -inf.
    """
    m = len(fits)
    betas = np.stack([fit.beta for fit in fits])
    hazards = np.stack([fit.log_hazard for fit in fits])
    started = np.isfinite(hazards).all(axis=0)
    between = (1 + 1 / m) / max(m - 1, 1)
    beta = betas.mean(axis=0)
    beta_off = betas - beta
    log_hazard = np.full(hazards.shape[1], -np.inf)
    log_hazard[started] = hazards[:, started].mean(axis=0)
    hazard_off = np.zeros_like(hazards)
    hazard_off[:, started] = hazards[:, started] - log_hazard[started]
    variance = np.stack([fit.variance for fit in fits])[:, started].mean(axis=0)
    covariance = np.stack([fit.covariance for fit in fits])[:, started].mean(axis=0)
    pooled_variance = np.zeros(hazards.shape[1])
    pooled_variance[started] = variance
    pooled_covariance = np.zeros((hazards.shape[1], len(beta)))
    pooled_covariance[started] = covariance
    return {
        "beta": beta,
        "sigma": np.mean([fit.sigma for fit in fits], axis=0) + between * beta_off.T @ beta_off,
        "log_hazard": log_hazard,
        "variance": pooled_variance + between * (hazard_off**2).sum(axis=0),
        "covariance": pooled_covariance + between * np.einsum("md,mp->dp", hazard_off, beta_off),
    }


def at_risk(cohorts: pd.DataFrame) -> NDArray[np.int16]:
    """Count the children at risk: shape (n_cohorts, n_treatments, n_days), those with os >= day."""
    days = np.arange(HORIZON_DAYS + 1)
    counts = []
    for cohort in each_cohort(cohorts):
        arms = []
        for treatment in TREATMENTS:
            times = np.sort(cohort.loc[cohort["treatment"] == treatment, "os_days"].to_numpy())
            arms.append(len(times) - np.searchsorted(times, days, side="left"))
        counts.append(arms)
    return np.array(counts, np.int16)


def fit_pooled(cohorts: pd.DataFrame, version: str, source_hash: str) -> PooledModel:
    """Fit every cohort and pool them.

    Parameters
    ----------
    cohorts : DataFrame
        The ensemble, as `model.cohort.read_cohorts` gives it.
    version, source_hash : str
        Carried by the artefact.
    """
    fits = [fit_cohort(cohort) for cohort in each_cohort(cohorts)]
    counts = at_risk(cohorts)
    enough = (counts >= FEWEST_AT_RISK).all(axis=0)
    return PooledModel(
        **pool(fits),
        at_risk=np.median(counts, axis=0),
        at_risk_low=counts.min(axis=0),
        at_risk_high=counts.max(axis=0),
        supported_until=enough.sum(axis=1).astype(np.int64) - 1,
        n_cohorts=len(fits),
        version=version,
        source_hash=source_hash,
    )
