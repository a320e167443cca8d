"""Cox models of the pseudo-cohorts (Table 4), and one pooled model of them all.

Coefficients come from lifelines (Efron's handling of ties). The baseline cumulative hazard and its
variance follow the same tied-deaths weights, as in R's `survfit(coxph(ties = "efron"))`. How the
cohorts are pooled is in `model.survival.pooling`; it is the way the paper pooled its ten
imputations.

References
----------
Tsiatis AA. A large sample study of Cox's regression model. Ann Stat 1981;9:93-108.
Therneau TM, Grambsch PM. Modeling Survival Data, 2000, section 10.2.
"""

import warnings

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter
from numpy.typing import NDArray

from model.case import COVARIATES
from model.cohort import design_matrix, each_cohort
from model.options import TREATMENTS
from model.survival.pattern import patterns_of
from model.survival.pooling import Ensemble
from model.survival.prediction import HORIZON_DAYS, PooledModel, children_at_risk, pooled_model
from model.survival.support import Lists

Floats = NDArray[np.float64]


def fit_lifelines(
    covariates: pd.DataFrame, os_days: pd.Series, death: pd.Series, penalizer: float | Floats = 0.0
) -> CoxPHFitter:
    """Fit a Cox model with lifelines, to a tighter tolerance than its default.

    `penalizer` is lifelines': a ridge penalty on standardized covariates, one for all or one each.
    """
    records = covariates.assign(os_days=os_days.astype(float), death=death.astype(bool))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return CoxPHFitter(penalizer=penalizer).fit(
            records, "os_days", "death", fit_options={"precision": 1e-9, "max_steps": 200}
        )


def fit_ensemble(
    cohorts: list[pd.DataFrame],
    covariates: tuple[tuple[str, str], ...] = COVARIATES,
    penalizer: float | Floats = 0.0,
) -> Ensemble:
    """Fit the Table 4 model, or one with other covariates, to each cohort.

    Parameters
    ----------
    cohorts : list of DataFrame
        As `model.cohort.each_cohort` gives them.
    covariates : tuple of (column, code)
    penalizer : float or ndarray, shape (p,)
        As in `fit_lifelines`.
    """
    betas, sigmas, steps = [], [], []
    for cohort in cohorts:
        x = design_matrix(cohort, covariates)
        fitted = fit_lifelines(x, cohort["os_days"], cohort["death"], penalizer)
        betas.append(fitted.params_.to_numpy(float))
        sigmas.append(fitted.variance_matrix_.to_numpy(float))
        steps.append(
            baseline_steps(
                x.to_numpy(float),
                cohort["os_days"].to_numpy(),
                cohort["death"].to_numpy(bool),
                betas[-1],
            )
        )
    hazard, variance, mean = (np.stack(step) for step in zip(*steps, strict=True))
    return Ensemble(np.stack(betas), np.stack(sigmas), hazard, variance, mean)


def baseline_steps(
    x: Floats, os_days: NDArray[np.int64], death: NDArray[np.bool_], beta: Floats
) -> tuple[Floats, Floats, Floats]:
    """Compute the daily steps of the baseline cumulative hazard, with Efron's weights for ties.

    Parameters
    ----------
    x : ndarray, shape (n_children, p)
    os_days, death : ndarray, shape (n_children,)
    beta : ndarray, shape (p,)

    Returns
    -------
    hazard, variance : ndarray, shape (n_days,)
    mean : ndarray, shape (n_days, p)
        As in `model.survival.pooling.Ensemble`, of one cohort.
    """
    risk = np.exp(x @ beta)
    hazard = np.zeros(HORIZON_DAYS + 1)
    variance = np.zeros(HORIZON_DAYS + 1)
    mean = np.zeros((HORIZON_DAYS + 1, len(beta)))
    for day in np.unique(os_days[death & (os_days <= HORIZON_DAYS)]):
        at_risk = os_days >= day
        dying = death & (os_days == day)
        s0, s1 = risk[at_risk].sum(), risk[at_risk] @ x[at_risk]
        d0, d1 = risk[dying].sum(), risk[dying] @ x[dying]
        share = np.arange(dying.sum()) / dying.sum()
        total = s0 - share * d0
        hazard[day] = (1 / total).sum()
        variance[day] = (1 / total**2).sum()
        mean[day] = ((s1 - share[:, None] * d1) / (total**2)[:, None]).sum(axis=0)
    return hazard, variance, mean


def lists_of(cohorts: list[pd.DataFrame]) -> Lists:
    """What is counted of the analysed children of each cohort."""
    arms = [cohort["treatment"].map(TREATMENTS.index).to_numpy() for cohort in cohorts]
    return Lists(
        cell=np.array(
            [
                patterns_of(cohort) * len(TREATMENTS) + arm
                for cohort, arm in zip(cohorts, arms, strict=True)
            ],
            np.uint8,
        ),
        os_days=np.array([cohort["os_days"] for cohort in cohorts], np.int16),
        death=np.array([cohort["death"] for cohort in cohorts], bool),
    )


def fit_pooled(cohorts: pd.DataFrame, version: str, source_hash: str) -> PooledModel:
    """Fit every cohort and pool them.

    Parameters
    ----------
    cohorts : DataFrame
        The analysed children of the ensemble, as `model.cohort.analysed` gives them.
    version, source_hash : str
        Carried by the artefact.
    """
    lists = lists_of(each_cohort(cohorts))
    return pooled_model(
        fit_ensemble(each_cohort(cohorts)),
        version=version,
        source_hash=source_hash,
        lists=lists,
        **children_at_risk(lists, TREATMENTS),
    )
