"""The columns of a pseudo-cohort, their codes, and how cohorts are stored.

`data/cohorts.parquet` holds all cohorts of the ensemble, one row a child. No row is a real child.
A cohort is the 334 children of the paper whose first transplant failed. The treatment of 46 is
missing, as it is in the paper; the 288 others are the *analysed* ones, on whom Table 4 rests.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from model.case import AGE_FIRST_YEARS, AGE_GROUPS, COVARIATES, INTERVAL_FIRST_DAYS, INTERVALS
from model.language import _
from model.paper.evidence import DATA

COHORTS = DATA / "cohorts.parquet"

COLUMNS = (
    "cohort",
    "patient",
    "treatment",
    "days_to_failure",
    "post_transplant_cr",
    "leukemia",
    "age_years",
    "sex",
    "tbi",
    "stem_cell_source",
    "gvhd",
    "myeloablative",
    "transplant_status",
    "os_days",
    "death",
)

# What a list assumes, the same in each of its rows, days: see `model.reconstruction.start`.
ASSUMED = ("earliest_second_sct", "earliest_chemo_dli")

TRANSPLANT_STATUS = ("cr1", "cr2", "cr3", "not_cr")


def read_cohorts(path: Path = COHORTS) -> pd.DataFrame:
    """Read the ensemble: one row a child, all 334 of each cohort.

    Beside the columns of the file there are `interval`, which the days to failure fall in, and
    `age`, the age group. A missing treatment or stem cell source is None.

    Raises
    ------
    FileNotFoundError
        Naming the command that makes the file.
    ValueError
        If a column is missing.
    """
    if not path.exists():
        raise FileNotFoundError(
            _("{file} is missing; `python -m model reconstruct` makes it").format(file=path.name)
        )
    cohorts = pd.read_parquet(path)
    missing = [column for column in COLUMNS + ASSUMED if column not in cohorts]
    if missing:
        raise ValueError(
            _("{file} lacks the columns {columns}").format(
                file=path.name, columns=", ".join(missing)
            )
        )
    age = grouped(cohorts["age_years"], AGE_FIRST_YEARS, AGE_GROUPS)
    return with_interval(cohorts).assign(age=age)


def with_interval(cohort: pd.DataFrame) -> pd.DataFrame:
    """Add the column `interval` that `days_to_failure` falls in."""
    return cohort.assign(
        interval=grouped(cohort["days_to_failure"], INTERVAL_FIRST_DAYS, INTERVALS)
    )


def grouped(values: pd.Series, firsts: tuple[int, ...], names: tuple[str, ...]) -> pd.Series:
    """Name the group of each value; each begins with its first value, the last one is open."""
    return pd.cut(values, [*firsts, np.inf], right=False, labels=list(names)).astype(str)


def analysed(cohorts: pd.DataFrame) -> pd.DataFrame:
    """Keep the children whose treatment is known: the 288 of Table 4."""
    return cohorts[cohorts["treatment"].notna()]


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
