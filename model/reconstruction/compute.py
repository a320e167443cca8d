"""Compute what `model.reconstruction.reproduction` keeps: fitting libraries are needed here only.

References
----------
Grambsch PM, Therneau TM. Proportional hazards tests and diagnostics based on weighted residuals.
Biometrika 1994;81:515-26.
"""

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from scipy import stats

from model.cohort import analysed, design_matrix, each_cohort, members
from model.options import TREATMENTS
from model.paper.evidence import conditions
from model.reconstruction.check import reproduced_figures
from model.reconstruction.reproduction import AT_RISK_DAYS, CURVE_DAYS, CURVE_GROUPS, Reproduction
from model.reconstruction.secondary import secondary_analysis
from model.survival.cox import fit_lifelines
from model.survival.pattern import PATTERNS, pattern_covariates, patterns_of
from model.survival.pooling import Ensemble, Floats
from model.survival.prediction import TABLE_DAYS, PooledModel


def compute_reproduction(cohorts: pd.DataFrame, model: PooledModel) -> Reproduction:
    """Compute everything the Evidence page shows of an ensemble.

    Parameters
    ----------
    cohorts : DataFrame
        All children of the ensemble, as `model.cohort.read_cohorts` gives them.
    model : PooledModel
        Fitted to the same cohorts; its version and hash are taken over.
    """
    known = each_cohort(analysed(cohorts))
    curves, at_risk = zip(*(kaplan_meier(cohort) for cohort in known), strict=True)
    return Reproduction(
        rows=tuple(reproduced_figures(cohorts)),
        curves=np.array(curves, np.float32),
        at_risk=np.array(at_risk, np.int16),
        spread=pattern_survival(model.cohorts, TABLE_DAYS).astype(np.float32),
        mean_curves=mean_curves(known, model.cohorts).astype(np.float32),
        proportionality=np.array([proportionality(cohort) for cohort in known]),
        secondary=secondary_analysis(cohorts),
        version=model.version,
        source_hash=model.source_hash,
    )


def kaplan_meier(cohort: pd.DataFrame) -> tuple[Floats, Floats]:
    """Survival on `CURVE_DAYS` and children at risk on `AT_RISK_DAYS`, of each of `CURVE_GROUPS`.

    Returns
    -------
    survival : ndarray, shape (n_groups, n_days)
    at_risk : ndarray, shape (n_groups, n_months)
    """
    survival, at_risk = [], []
    for group in CURVE_GROUPS:
        children = cohort[members(cohort, conditions(group))]
        fitted = KaplanMeierFitter().fit(children["os_days"], children["death"])
        survival.append(fitted.predict(list(CURVE_DAYS)).to_numpy())
        at_risk.append((children["os_days"].to_numpy() >= np.array(AT_RISK_DAYS)[:, None]).sum(1))
    return np.array(survival), np.array(at_risk)


def pattern_survival(fits: Ensemble, days: tuple[int, ...]) -> Floats:
    """Survival that each cohort's own fit predicts for every pattern under every treatment.

    Returns
    -------
    ndarray, shape (n_cohorts, n_patterns, n_treatments, n_days)
    """
    relative = np.exp(np.einsum("atp,mp->mat", pattern_covariates(TREATMENTS), fits.beta))
    hazard = fits.hazard.cumsum(axis=1)[:, list(days)]
    survival: Floats = np.exp(-relative[..., None] * hazard[:, None, None])
    return survival


def mean_curves(cohorts: list[pd.DataFrame], fits: Ensemble) -> Floats:
    """Mean predicted survival on `CURVE_DAYS` of the children of each arm, by their cohort's fit.

    Parameters
    ----------
    cohorts : list of DataFrame
        The analysed children of each cohort.
    fits : Ensemble
        Of the same cohorts, in the same order.

    Returns
    -------
    ndarray, shape (n_cohorts, n_treatments, n_days)
    """
    shares = np.zeros((len(cohorts), len(PATTERNS), len(TREATMENTS)))
    for m, cohort in enumerate(cohorts):
        pattern = patterns_of(cohort)
        for k, treatment in enumerate(TREATMENTS):
            shares[m, :, k] = np.bincount(
                pattern[cohort["treatment"] == treatment], minlength=len(PATTERNS)
            )
    shares /= shares.sum(axis=1, keepdims=True)
    mean: Floats = np.einsum("mat,matd->mtd", shares, pattern_survival(fits, CURVE_DAYS))
    return mean


def proportionality(cohort: pd.DataFrame) -> Floats:
    """P-values of `PROPORTIONALITY_TESTS` on the analysed children of one cohort.

    Children who die on one day share the mean of their ranks, so that the order of the rows does
    not matter.
    """
    covariates = design_matrix(cohort)
    fitted = fit_lifelines(covariates, cohort["os_days"], cohort["death"])
    records = covariates.assign(os_days=cohort["os_days"], death=cohort["death"])
    residuals = fitted.compute_residuals(records, "schoenfeld")
    ranks = stats.rankdata(cohort["os_days"].loc[residuals.index])
    ranks -= ranks.mean()
    variance = fitted.variance_matrix_.to_numpy()
    trend = ranks @ residuals.to_numpy()
    scale = len(ranks) / (ranks @ ranks)
    each = scale * (trend @ variance) ** 2 / np.diag(variance)
    together = scale * trend @ variance @ trend
    return np.array([*stats.chi2.sf(each, 1), stats.chi2.sf(together, len(trend))])
