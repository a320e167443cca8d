"""The columns of a pseudo-cohort, their codes, and how cohorts are stored.

`data/cohorts.parquet` holds all cohorts of the ensemble, one row a child. No row is a real child.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from model.case import COVARIATES, INTERVAL_FIRST_DAYS, INTERVALS
from model.evidence import DATA

COHORTS = DATA / "cohorts.parquet"

COLUMNS = (
    "cohort",
    "patient",
    "treatment",
    "days_to_failure",
    "post_transplant_cr",
    "os_days",
    "death",
)


def read_cohorts(path: Path = COHORTS) -> pd.DataFrame:
    """Read the ensemble: one row a child, with the `interval` its days to failure fall in.

    Raises
    ------
    FileNotFoundError
        Naming the command that makes the file.
    ValueError
        If a column is missing.
    """
    if not path.exists():
        raise FileNotFoundError(f"{path.name} is missing; `python -m model reconstruct` makes it")
    cohorts = pd.read_parquet(path)
    missing = [column for column in COLUMNS if column not in cohorts]
    if missing:
        raise ValueError(f"{path.name} lacks the columns {', '.join(missing)}")
    return with_interval(cohorts)


def with_interval(cohort: pd.DataFrame) -> pd.DataFrame:
    """Add the column `interval` that `days_to_failure` falls in."""
    bounds = [*INTERVAL_FIRST_DAYS, np.inf]
    intervals = pd.cut(cohort["days_to_failure"], bounds, right=False, labels=list(INTERVALS))
    return cohort.assign(interval=intervals.astype(str))


def each_cohort(cohorts: pd.DataFrame) -> list[pd.DataFrame]:
    """Split an ensemble into its cohorts, in the order of their numbers."""
    return [cohort for _, cohort in cohorts.groupby("cohort")]


def design_matrix(
    cohort: pd.DataFrame, covariates: tuple[tuple[str, str], ...] = COVARIATES
) -> pd.DataFrame:
    """Build the 0/1 covariates of a cohort, one column a covariate, named ``column=code``."""
    return pd.DataFrame(
        {f"{column}={code}": (cohort[column] == code).astype(float) for column, code in covariates},
        index=cohort.index,
    )


def members(cohort: pd.DataFrame, conditions: dict[str, tuple[str, ...]]) -> pd.Series:
    """Mark the children whose codes meet every condition."""
    inside = pd.Series(True, index=cohort.index)
    for column, codes in conditions.items():
        inside &= cohort[column].isin(codes)
    return inside
