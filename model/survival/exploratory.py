"""The exploratory model: Table 4's covariates, and leukemia, age, GvHD and conditioning with them.

The paper prints how each of those goes with survival by itself (Table 3), and not how they go
together. So each cohort holds one arrangement that the tables allow, and what the cohorts disagree
about widens the intervals. A ridge penalty keeps the coefficients of the added covariates small
(`model.survival.refit` says how it was chosen); those of Table 4 are not penalized. The intervals
are those of the shrunken coefficients, from the inverse of the penalized information, and do not
hold what the shrinking itself takes away.

What is not given of a child is taken as it is in the cohorts on average: each covariate at its
mean, so that the curve is that of an average child, not the mean of the children's curves.

References
----------
Gray RJ. Flexible methods for analyzing survival data using splines, with applications to breast
cancer prognosis. J Am Stat Assoc 1992;87:942-951 (variance under a penalty).
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.case import BACKGROUND, Case
from model.paper.evidence import DATA
from model.survival.pattern import pattern_covariates, patterns_of
from model.survival.prediction import (
    TABLE_DAYS,
    Floats,
    PooledModel,
    Prediction,
    curves_since,
    first_day_at_most_half,
    model_of_arrays,
    prediction_of,
    read_arrays_beside_model,
    save_model,
)

EXPLORATORY = DATA / "exploratory.npz"
ADDED_COLUMNS = ("leukemia", "age", "gvhd", "myeloablative", "tbi")
# The added covariates as (column, code), in the order of the coefficients after Table 4's.
ADDED = tuple((column, code) for column in ADDED_COLUMNS for code in BACKGROUND[column][1:])


@dataclass(frozen=True, eq=False)
class ExploratoryModel:
    """The exploratory model as the app loads it.

    Attributes
    ----------
    pooled : PooledModel
        Its coefficients are those of Table 4, then of `ADDED`.
    average : ndarray, shape (n_added,)
        Share of the cohorts' analysed children who have each of `ADDED`.
    penalizer : float
        The ridge penalty on the standardized added covariates, per child, as lifelines has it.
    """

    pooled: PooledModel
    average: Floats
    penalizer: float


def save_exploratory(model: ExploratoryModel, path: Path = EXPLORATORY) -> None:
    """Write the model as plain arrays; same model, same bytes."""
    save_model(model.pooled, path, average=model.average, penalizer=model.penalizer)


@functools.cache
def load_exploratory(path: Path = EXPLORATORY) -> ExploratoryModel:
    """Read the model. Nothing is unpickled.

    Raises
    ------
    FileNotFoundError
        Naming the command that makes the file.
    ValueError
        If it is not of the cohorts that the main model was fitted to.
    """
    arrays = read_arrays_beside_model(path)
    return ExploratoryModel(model_of_arrays(arrays), arrays["average"], float(arrays["penalizer"]))


def not_given(case: Case) -> tuple[str, ...]:
    """Those of `ADDED_COLUMNS` that are not known of the child."""
    return tuple(column for column in ADDED_COLUMNS if getattr(case, column) is None)


def predict_exploratory(
    model: ExploratoryModel,
    case: Case,
    *,
    treatments: Sequence[str],
    days: Sequence[int] | NDArray[np.int64] = TABLE_DAYS,
) -> Prediction:
    """Predict one case; arrays as in `model.survival.prediction.predict`, with n_cases = 1."""
    own = pattern_covariates(tuple(treatments))[[patterns_of(vars(case))]]
    given = {column: getattr(case, column) for column in ADDED_COLUMNS}
    added = np.array(
        [
            share if given[column] is None else float(given[column] == code)
            for (column, code), share in zip(ADDED, model.average, strict=True)
        ]
    )
    x = np.concatenate([own, np.broadcast_to(added, (*own.shape[:-1], len(added)))], axis=-1)
    curves = curves_since(model.pooled, x, case.days_survived)
    grid = np.asarray(days, np.int64)
    medians = first_day_at_most_half(curves)
    return prediction_of(model.pooled, treatments, grid, curves[..., grid], medians)
