"""Other models fitted to the same cohorts: the exploratory one, and the one with options alike.

How the ridge penalty of the exploratory model is chosen, once for all cohorts: of `PENALIZERS` the
one with the largest cross-validated log partial likelihood (Verweij and van Houwelingen 1993),
summed over `FOLDS` folds of each of the first `COHORTS_SCORED` cohorts, which are as good as any
others. Shrinking more or less by a factor of two changes little beside what the cohorts disagree
about, so that the choice is coarse.

References
----------
Verweij PJM, van Houwelingen HC. Cross-validation in survival analysis. Stat Med 1993;12:2305-2314.
Verweij PJM, van Houwelingen HC. Penalized likelihood in Cox regression. Stat Med 1994;13:2427-2436.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from model.case import COVARIATES, REFERENCES
from model.cohort import design_matrix, each_cohort
from model.survival.cox import Floats, fit_ensemble, fit_lifelines
from model.survival.exploratory import ADDED, ExploratoryModel
from model.survival.prediction import PooledModel, pooled_beside
from model.survival.three_alike import ALIKE_TREATMENTS

EXPLORATORY_COVARIATES = COVARIATES + ADDED
PENALIZERS = tuple(4.0**power for power in range(-3, 3))
FOLDS = 5
COHORTS_SCORED = 10
SEED = 1993


def penalties(penalizer: float) -> Floats:
    """The penalty of each coefficient of the exploratory model: none for those of Table 4."""
    return np.concatenate([np.zeros(len(COVARIATES)), np.full(len(ADDED), penalizer)])


def cross_validated(cohort: pd.DataFrame, penalizer: float) -> float:
    """Log partial likelihood of each fold's children given the others, summed over the folds.

    The contribution of a fold is the likelihood of all children less that of those fitted to, both
    at the coefficients of the fit (Verweij and van Houwelingen 1993, eq. 3).
    """
    x = design_matrix(cohort, EXPLORATORY_COVARIATES)
    records = x.assign(os_days=cohort["os_days"].astype(float), death=cohort["death"])
    fold = np.random.default_rng(SEED).permutation(len(cohort)) % FOLDS
    total = 0.0
    for k in range(FOLDS):
        rest = fold != k
        fitted = fit_lifelines(
            x[rest], cohort.loc[rest, "os_days"], cohort.loc[rest, "death"], penalties(penalizer)
        )
        # lifelines' score is a mean over the children.
        total += fitted.score(records) * len(records)
        total -= fitted.score(records[rest]) * rest.sum()
    return total


def choose_penalizer(cohorts: list[pd.DataFrame]) -> float:
    """The one of `PENALIZERS` under which the cohorts' own children are foretold best."""
    scores = [
        sum(cross_validated(cohort, penalizer) for cohort in cohorts[:COHORTS_SCORED])
        for penalizer in PENALIZERS
    ]
    return PENALIZERS[int(np.argmax(scores))]


def fit_exploratory(
    cohorts: pd.DataFrame, main: PooledModel, penalizer: float | None = None
) -> ExploratoryModel:
    """Fit the exploratory model to every cohort and pool.

    Parameters
    ----------
    cohorts : DataFrame
        The analysed children of the ensemble, as `model.cohort.analysed` gives them.
    main : PooledModel
        The model fitted to the same children, for what the two have in common.
    penalizer : float, optional
        Chosen by `choose_penalizer` if not given.
    """
    each = each_cohort(cohorts)
    if penalizer is None:
        penalizer = choose_penalizer(each)
    fits = fit_ensemble(each, EXPLORATORY_COVARIATES, penalties(penalizer))
    average = design_matrix(cohorts, ADDED).to_numpy().mean(axis=0)
    return ExploratoryModel(pooled_beside(main, fits), average, penalizer)


def fit_alike(cohorts: pd.DataFrame, main: PooledModel) -> PooledModel:
    """Fit Table 4's model with the arms of `ALIKE_TREATMENTS` as one, and pool.

    The coefficients keep Table 4's places; those of the merged arms are zero without variance.
    Parameters as in `fit_exploratory`.
    """
    active = cohorts["treatment"].isin(ALIKE_TREATMENTS)
    merged = cohorts.assign(treatment=cohorts["treatment"].where(~active, REFERENCES["treatment"]))
    kept = [
        place
        for place, (column, code) in enumerate(COVARIATES)
        if not (column == "treatment" and code in ALIKE_TREATMENTS)
    ]
    fits = fit_ensemble(each_cohort(merged), tuple(COVARIATES[place] for place in kept))
    p = len(COVARIATES)
    beta = np.zeros((len(fits.beta), p))
    sigma = np.zeros((len(fits.beta), p, p))
    mean = np.zeros((*fits.hazard.shape, p))
    beta[:, kept] = fits.beta
    sigma[np.ix_(range(len(sigma)), kept, kept)] = fits.sigma
    mean[..., kept] = fits.mean
    return pooled_beside(main, replace(fits, beta=beta, sigma=sigma, mean=mean))
