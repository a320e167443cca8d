"""How far the comparison with second transplant could be wrong: the unmeasured, and the wait.

*E-values.* Options were chosen, not drawn by lot. The E-value of a hazard ratio is the least risk
ratio by which something not measured would have to go with both the option and death, beyond what
the model adjusts for, to explain all of the ratio away (VanderWeele & Ding 2017).

*Immortal time.* Table 4 counts treatment from day 0, but a child has to live until its second
transplant, and the days before are not the transplant's. How long the children waited is not
printed, so the question is turned round: what if they all waited so many days? In every cohort a
child of the second transplant's arm then counts under chemotherapy alone before that day and under
second SCT from that day on (Mantel & Byar 1974, Suissa 2008); its death before that day is a death
under chemotherapy alone. The model of Table 4 is fitted again to these rows, each at risk from its
own first day on, and the cohorts are pooled as before. With no wait it is the model of Table 4. A
curve of second SCT then follows the hazard of chemotherapy alone before that day, and its own from
there on; `after_waiting` makes of each fit a baseline that does so, with the derivatives that its
interval needs.

References
----------
VanderWeele TJ, Ding P. Sensitivity analysis in observational research: introducing the E-value.
Ann Intern Med 2017;167:268-274 (Table 2, hazard ratios of a common outcome).
Mantel N, Byar DP. Evaluation of response-time data involving transient states: an illustration
using heart-transplant data. J Am Stat Assoc 1974;69:81-86.
Suissa S. Immortal time bias in pharmacoepidemiology. Am J Epidemiol 2008;167:492-499.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from model.case import COVARIATES, REFERENCES
from model.comparison import Estimate
from model.evidence import DATA
from model.pooling import Ensemble
from model.prediction import (
    Z_95,
    PooledModel,
    load_model,
    pooled_model,
    read_arrays_beside_model,
)

if TYPE_CHECKING:
    import pandas as pd

SENSITIVITY = DATA / "sensitivity.npz"
# Days from relapse or progression to second transplant, for which the cohorts are fitted again.
WAITING_DAYS = (30, 60, 90)
SECOND_SCT = REFERENCES["treatment"]
MEANWHILE = "chemo"


# --------------------------------------------------------------------------------- E-values


@dataclass(frozen=True)
class EValue:
    """The E-values of one option's hazard ratio against second SCT.

    Attributes
    ----------
    hazard_ratio : Estimate
    value : float
        For the whole ratio to be explained away; 1 or more.
    limit : float
        For the limit nearer 1 to become 1; 1 where the interval already holds 1.
    """

    hazard_ratio: Estimate
    value: float
    limit: float


def hazard_ratios(model: PooledModel) -> dict[str, Estimate]:
    """Hazard ratio of every other option against second SCT, with its 95% limits."""
    reach = Z_95 * np.sqrt(np.diag(model.sigma))
    ratios = np.exp(model.beta + np.array([np.zeros_like(reach), -reach, reach]))
    return {
        code: Estimate(*ratios[:, k].tolist())
        for k, (column, code) in enumerate(COVARIATES)
        if column == "treatment"
    }


def risk_ratio(hazard_ratio: float) -> float:
    """Approximate the risk ratio of a hazard ratio where the outcome is common."""
    root = np.sqrt(hazard_ratio)
    return float((1 - 0.5**root) / (1 - 0.5 ** (1 / root)))


def e_value(risk_ratio: float) -> float:
    """E-value of a risk ratio: the same for a ratio and its inverse."""
    ratio = max(risk_ratio, 1 / risk_ratio)
    return float(ratio + np.sqrt(ratio * (ratio - 1)))


def e_values(model: PooledModel) -> dict[str, EValue]:
    """E-values of every other option's hazard ratio against second SCT, and of its limit."""
    return {
        treatment: EValue(
            hazard_ratio=ratio,
            value=e_value(risk_ratio(ratio.value)),
            limit=e_value(risk_ratio(limit_nearer_one(ratio))),
        )
        for treatment, ratio in hazard_ratios(model).items()
    }


def limit_nearer_one(ratio: Estimate) -> float:
    """Of a ratio's two limits the one nearer 1; 1 where the interval holds it."""
    return float(np.clip(1.0, ratio.lower, ratio.upper))


# ----------------------------------------------------------------------------- immortal time


@dataclass(frozen=True, eq=False)
class WaitingModel:
    """The model of Table 4, fitted again with a wait before second transplant.

    Attributes
    ----------
    day : int
        First day under second SCT.
    refitted : PooledModel
        For every option but second SCT, and for the hazard ratios.
    waited : PooledModel
        For second SCT only: its baseline has the hazard of chemotherapy alone before `day`.
    """

    day: int
    refitted: PooledModel
    waited: PooledModel

    def of(self, treatment: str) -> PooledModel:
        """The model that predicts under a treatment."""
        return self.waited if treatment == SECOND_SCT else self.refitted


def waiting_rows(cohort: "pd.DataFrame", day: int) -> "pd.DataFrame":
    """Split the children of second SCT at a day: chemotherapy alone before, second SCT from then.

    Parameters
    ----------
    cohort : DataFrame
        The analysed children of one cohort.
    day : int
        0 or more.

    Returns
    -------
    DataFrame
        The columns of the cohort and `first_day`, from which on a row is at risk. A child who did
        not reach the day has one row, and its death there; one who did has two.
    """
    import pandas as pd

    transplanted = cohort["treatment"] == SECOND_SCT
    reached = transplanted & (cohort["os_days"] >= day)
    before = cohort[transplanted].assign(
        treatment=MEANWHILE,
        os_days=cohort["os_days"].clip(upper=day - 1),
        death=cohort["death"] * ~reached,
        first_day=0,
    )
    others = cohort[~transplanted].assign(first_day=0)
    rows = pd.concat([others, before, cohort[reached].assign(first_day=day)], ignore_index=True)
    return rows[rows["os_days"] >= rows["first_day"]]


def after_waiting(cohorts: Ensemble, day: int) -> Ensemble:
    """Give fits the baseline of a child who waits: chemotherapy's hazard before a day.

    The coefficient b of chemotherapy moves into the steps before that day: each is multiplied by
    exp(b), its variance by the square of it, and its derivative by b gains the step itself.
    """
    meanwhile = COVARIATES.index(("treatment", MEANWHILE))
    before = np.arange(cohorts.hazard.shape[1]) < day
    factor = np.where(before, np.exp(cohorts.beta[:, meanwhile, None]), 1.0)
    mean = cohorts.mean.copy()
    mean[..., meanwhile] -= cohorts.hazard * before
    return Ensemble(
        beta=cohorts.beta,
        sigma=cohorts.sigma,
        hazard=cohorts.hazard * factor,
        variance=cohorts.variance * factor**2,
        mean=mean * factor[..., None],
    )


def waiting_model(cohorts: Ensemble, day: int, main: PooledModel) -> WaitingModel:
    """Pool fits of rows split at a day.

    Parameters
    ----------
    cohorts : Ensemble
        Fits of the `waiting_rows` of each cohort.
    day : int
    main : PooledModel
        The model without a wait: children at risk, and up to when they support a curve, are those
        of the arms as printed.
    """
    rest = {
        field.name: getattr(main, field.name)
        for field in fields(main)
        if field.name.startswith(("at_risk", "supported", "version", "source"))
    }
    return WaitingModel(
        day, pooled_model(cohorts, **rest), pooled_model(after_waiting(cohorts, day), **rest)
    )


def fit_sensitivity(cohorts: "pd.DataFrame") -> list[Ensemble]:
    """Fit the analysed children of every cohort again, with each of `WAITING_DAYS`."""
    from model.cohort import each_cohort
    from model.cox import fit_ensemble

    split = each_cohort(cohorts)
    return [fit_ensemble([waiting_rows(cohort, day) for cohort in split]) for day in WAITING_DAYS]


def save_sensitivity(
    fits: Sequence[Ensemble], version: str, source_hash: str, path: Path = SENSITIVITY
) -> None:
    """Write the fits as plain arrays, the first axis being that of `WAITING_DAYS`.

    Steps are stored in single precision, whose error is far below a digit that is shown.
    """
    arrays = {
        field.name: np.stack([getattr(fit, field.name) for fit in fits])
        for field in fields(Ensemble)
    }
    steps = {name: arrays[name].astype(np.float32) for name in ("hazard", "variance", "mean")}
    np.savez_compressed(
        path, allow_pickle=False, version=version, source_hash=source_hash, **arrays | steps
    )


@functools.cache
def load_waiting(day: int, path: Path = SENSITIVITY) -> WaitingModel:
    """Read and pool the fits of one of `WAITING_DAYS`.

    Raises
    ------
    FileNotFoundError
        Naming the command that makes the file.
    ValueError
        For another day, or if the file is not of the cohorts that the main model was fitted to.
    """
    if day not in WAITING_DAYS:
        raise ValueError(f"day: {day} is not one of {', '.join(map(str, WAITING_DAYS))}")
    arrays = read_arrays_beside_model(path)
    k = WAITING_DAYS.index(day)
    fits = Ensemble(**{f.name: arrays[f.name][k].astype(float) for f in fields(Ensemble)})
    return waiting_model(fits, day, load_model())
