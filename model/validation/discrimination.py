"""How well the model tells apart who dies sooner: concordance and area under the ROC curve.

References
----------
Harrell FE, Lee KL, Mark DB. Multivariable prognostic models. Stat Med 1996;15:361-387.
Uno H, Cai T, Pencina MJ, et al. On the C-statistics for evaluating overall adequacy of risk
prediction procedures with censored survival data. Stat Med 2011;30:1105-1117.
Hung H, Chiang CT. Estimation methods for time-dependent AUC models with survival data.
Can J Stat 2010;38:8-26.
"""

from contextlib import suppress

import numpy as np
from numpy.typing import NDArray
from sksurv.metrics import (
    concordance_index_censored,
    concordance_index_ipcw,
    cumulative_dynamic_auc,
)

from model.validation.brier import followed, survival_array
from model.validation.expected import Outcome

Floats = NDArray[np.float64]


def harrell_c(outcome: Outcome, index: Floats) -> float:
    """Share of comparable pairs in which the child of larger index dies first; ties count half.

    NaN where no two children are comparable.
    """
    truth = survival_array(outcome)
    try:
        return float(concordance_index_censored(truth["event"], truth["time"], index)[0])
    except (ValueError, ZeroDivisionError):
        return float("nan")


def uno_c(outcome: Outcome, index: Floats) -> float:
    """Concordance that does not depend on who was censored, up to the horizon.

    NaN where no two children are comparable, or no child is followed beyond the last death.
    """
    truth = survival_array(outcome)
    try:
        return float(concordance_index_ipcw(truth, truth, index)[0])
    except (ValueError, ZeroDivisionError):
        return float("nan")


def auc(outcome: Outcome, index: Floats, days: NDArray[np.int64]) -> Floats:
    """Share of pairs, one dead by the day and one alive, in which the dead had the larger index.

    Returns
    -------
    ndarray, shape (len(days),)
        NaN on days on which the children were not followed, or all or none have died.
    """
    truth = survival_array(outcome)
    areas = np.full(len(days), np.nan)
    inside = followed(outcome, days)
    if inside.any():
        # Before the first death there is nothing to divide by.
        with np.errstate(invalid="ignore", divide="ignore"), suppress(ValueError):
            areas[inside] = cumulative_dynamic_auc(truth, truth, index, days[inside])[0]
    return areas
