"""The paper's secondary analysis: the treatment of 46 children is missing, was imputed ten times,
and the ten Cox models were pooled.

A missing treatment is drawn from a multinomial logistic model of treatment among the children in
whom it is known, by interval, remission and the outcome. Outcome enters as death and the cumulative
hazard at the end of follow-up (White and Royston 2009), and as the logarithm of follow-up, because
palliative care sets the early deaths apart more sharply than the two can say. Each draw refits that
model on a bootstrap sample, so that what it does not know is part of the spread (Rubin 1987,
chapter 4). The paper drew "from scores of similar patients", which says no more than that; its own
predictors, besides the outcome, are not printed.

References
----------
White IR, Royston P. Imputing missing covariate values for the Cox model. Stat Med 2009;28:1982-98.
Rubin DB. Multiple Imputation for Nonresponse in Surveys. Wiley, 1987 (eq. 3.1.2-3.1.10).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from lifelines import NelsonAalenFitter
from scipy import stats
from sklearn.linear_model import LogisticRegression

from model.case import COVARIATES
from model.cohort import analysed, design_matrix, each_cohort
from model.paper.evidence import value
from model.reconstruction.reproduction import Analysis, Secondary
from model.survival.cox import fit_lifelines
from model.survival.pooling import Floats

SEED = 2017
# Of the logistic model, on standardized predictors: weak, and needed since every child of the
# smallest arm dies, which by itself would make death an infinite coefficient.
RIDGE = 0.1
TWO_SIDED_95 = 0.975


@dataclass(frozen=True, eq=False)
class Pooled:
    """Estimates of several imputed data sets pooled by Rubin's rules; all of shape (p,).

    Attributes
    ----------
    estimate, error : ndarray
    degrees_of_freedom : ndarray
        Of Rubin's t distribution; infinite where the data sets agree exactly.
    missing_information : ndarray
        Fraction of information missing, 0 to 1.
    """

    estimate: Floats
    error: Floats
    degrees_of_freedom: Floats
    missing_information: Floats


def rubin(estimates: Floats, variances: Floats) -> Pooled:
    """Pool estimates by Rubin's rules (Rubin 1987, eq. 3.1.2-3.1.10).

    Parameters
    ----------
    estimates, variances : ndarray, shape (n_data_sets, p)
    """
    m = len(estimates)
    within = variances.mean(axis=0)
    added = (1 + 1 / m) * estimates.var(axis=0, ddof=1)
    relative = added / within
    with np.errstate(divide="ignore"):
        freedom = (m - 1) * (1 + 1 / relative) ** 2
    return Pooled(
        estimates.mean(axis=0),
        np.sqrt(within + added),
        freedom,
        (relative + 2 / (freedom + 3)) / (relative + 1),
    )


def predictors(cohort: pd.DataFrame) -> Floats:
    """Standardized predictors of a child's treatment: shape (n_children, n_predictors)."""
    other = tuple(covariate for covariate in COVARIATES if covariate[0] != "treatment")
    hazard = NelsonAalenFitter(nelson_aalen_smoothing=False).fit(cohort["os_days"], cohort["death"])
    x = np.column_stack(
        [
            design_matrix(cohort, other),
            cohort["death"],
            hazard.predict(cohort["os_days"]),
            np.log1p(cohort["os_days"]),
        ]
    )
    standardized: Floats = (x - x.mean(axis=0)) / x.std(axis=0)
    return standardized


def impute(cohort: pd.DataFrame, times: int, rng: np.random.Generator) -> list[pd.DataFrame]:
    """Draw the missing treatments of a cohort.

    Parameters
    ----------
    cohort : DataFrame
        All children; a missing treatment is None.
    times : int
        How many data sets to draw.
    rng : Generator

    Returns
    -------
    list of DataFrame
        The same children, every treatment known.
    """
    x = predictors(cohort)
    missing = cohort["treatment"].isna().to_numpy()
    known = np.flatnonzero(~missing)
    treatment = cohort["treatment"].to_numpy()
    logistic = LogisticRegression(C=1 / RIDGE, solver="newton-cholesky")
    drawn = []
    for _ in range(times):
        sample = rng.choice(known, len(known))
        fitted = logistic.fit(x[sample], treatment[sample])
        reached = fitted.predict_proba(x[missing]).cumsum(axis=1)
        codes = (rng.random((missing.sum(), 1)) > reached[:, :-1]).sum(axis=1)
        filled = treatment.copy()
        filled[missing] = fitted.classes_[codes]
        drawn.append(cohort.assign(treatment=filled))
    return drawn


def table_4(cohort: pd.DataFrame) -> tuple[Floats, Floats]:
    """Log hazard ratios of Table 4's model and their variances: shapes (p,) and (p,)."""
    fitted = fit_lifelines(design_matrix(cohort), cohort["os_days"], cohort["death"])
    return fitted.params_.to_numpy(float), fitted.standard_errors_.to_numpy(float) ** 2


def analysis(deaths: list[int], estimate: Floats, error: Floats, freedom: Floats) -> Analysis:
    """Add limits and p-values of the t distribution to estimates of shape (n_cohorts, p)."""
    reach = stats.t.ppf(TWO_SIDED_95, freedom) * error
    return Analysis(
        deaths=np.array(deaths),
        estimate=estimate,
        error=error,
        lower=estimate - reach,
        upper=estimate + reach,
        p_value=2 * stats.t.sf(np.abs(estimate) / error, freedom),
    )


def secondary_analysis(cohorts: pd.DataFrame, seed: int = SEED) -> Secondary:
    """Fit Table 4's model to every cohort, without the missing treatments and with them imputed.

    Parameters
    ----------
    cohorts : DataFrame
        All children of the ensemble, as `model.cohort.read_cohorts` gives them.
    seed : int
        Same seed, same draws; a cohort's draws do not depend on the other cohorts.
    """
    times = int(value("txt.imputations"))
    everyone = each_cohort(cohorts)
    drawn = (
        impute(cohort, times, np.random.default_rng([seed, cohort["cohort"].iloc[0]]))
        for cohort in everyone
    )
    return both_analyses(everyone, drawn)


def both_analyses(everyone: list[pd.DataFrame], drawn: Iterable[list[pd.DataFrame]]) -> Secondary:
    """Fit Table 4's model to lists without the missing treatments, and with them as drawn.

    Parameters
    ----------
    everyone : list of DataFrame
        All children of each list.
    drawn : iterable of list of DataFrame
        The full data sets of each list.
    """
    complete = [analysed(cohort) for cohort in everyone]
    pooled = []
    for full in drawn:
        fits = [table_4(one) for one in full]
        pooled.append(rubin(*(np.stack(part) for part in zip(*fits, strict=True))))
    estimate, variance = (
        np.stack(part) for part in zip(*(table_4(cohort) for cohort in complete), strict=True)
    )
    return Secondary(
        complete=analysis(
            [int(cohort["death"].sum()) for cohort in complete],
            estimate,
            np.sqrt(variance),
            np.full(estimate.shape, np.inf),
        ),
        imputed=analysis(
            [int(cohort["death"].sum()) for cohort in everyone],
            np.stack([one.estimate for one in pooled]),
            np.stack([one.error for one in pooled]),
            np.stack([one.degrees_of_freedom for one in pooled]),
        ),
        missing_information=np.stack([one.missing_information for one in pooled]),
    )
