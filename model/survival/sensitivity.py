"""How far the comparison with second transplant could be wrong: the E-values of its hazard ratios.

Options were chosen, not drawn by lot. The E-value of a hazard ratio is the least risk ratio by
which something not measured would have to go with both the option and death, beyond what the model
adjusts for, to explain all of the ratio away.

References
----------
VanderWeele TJ, Ding P. Sensitivity analysis in observational research: introducing the E-value.
Ann Intern Med 2017;167:268-274 (Table 2, hazard ratios of a common outcome).
"""

import itertools
from dataclasses import dataclass

import numpy as np

from model.case import COVARIATES, REFERENCES
from model.options import TREATMENTS
from model.survival.comparison import Estimate
from model.survival.prediction import Z_95, PooledModel

SECOND_SCT = REFERENCES["treatment"]


@dataclass(frozen=True)
class EValue:
    """The E-values of one option's hazard ratio against another.

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


def hazard_ratio(model: PooledModel, treatment: str, reference: str) -> Estimate:
    """Hazard ratio of one option against another by the model, with its 95% limits.

    Parameters
    ----------
    model : PooledModel
    treatment, reference : str
        Two of `model.options.TREATMENTS`.
    """
    contrast = np.array([(code == treatment) - (code == reference) for _, code in COVARIATES])
    log_ratio = contrast @ model.beta
    reach = Z_95 * np.sqrt(contrast @ model.sigma @ contrast)
    return Estimate(*np.exp(log_ratio + np.array([0.0, -reach, reach])).tolist())


def risk_ratio(hazard_ratio: float) -> float:
    """Approximate the risk ratio of a hazard ratio where the outcome is common."""
    root = np.sqrt(hazard_ratio)
    return float((1 - 0.5**root) / (1 - 0.5 ** (1 / root)))


def e_value(risk_ratio: float) -> float:
    """E-value of a risk ratio: the same for a ratio and its inverse."""
    ratio = max(risk_ratio, 1 / risk_ratio)
    return float(ratio + np.sqrt(ratio * (ratio - 1)))


def e_value_of(model: PooledModel, treatment: str, reference: str) -> EValue:
    """E-value of one option's hazard ratio against another, and of its limit."""
    ratio = hazard_ratio(model, treatment, reference)
    return EValue(
        hazard_ratio=ratio,
        value=e_value(risk_ratio(ratio.value)),
        limit=e_value(risk_ratio(limit_nearer_one(ratio))),
    )


def e_values(model: PooledModel) -> dict[str, EValue]:
    """E-values of every other option's hazard ratio against second SCT."""
    return {
        treatment: e_value_of(model, treatment, SECOND_SCT)
        for treatment in TREATMENTS
        if treatment != SECOND_SCT
    }


def e_values_of_pairs(model: PooledModel) -> dict[tuple[str, str], EValue]:
    """E-values of every pair of options, the second of the pair being the reference."""
    return {
        (treatment, reference): e_value_of(model, treatment, reference)
        for reference, treatment in itertools.combinations(TREATMENTS, 2)
    }


def limit_nearer_one(ratio: Estimate) -> float:
    """Of a ratio's two limits the one nearer 1; 1 where the interval holds it."""
    return float(np.clip(1.0, ratio.lower, ratio.upper))
