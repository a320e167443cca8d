"""What a pseudo-cohort must reproduce: a target is a published figure, the statistic that yields
it, the interval of values that print as it does, and the unit in which a miss is counted.

A new target is a new row of `data/evidence.csv` with role ``target``. Its quantity names the
statistic, its group the children, its model the Cox fit; `compile_targets` lays them out for the
compiled statistics.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.case import CATEGORIES, REFERENCES
from model.evidence import LIMITS_OF_MEDIAN, Figure, conditions, select, width

# A median's confidence limit is met within this share of the printed interval's width, and a miss
# beyond it counts in hundredths of the width.
LIMIT_NEAR, LIMIT_SCALE = 0.004, 0.01
# Kept inside the rounding interval, in units of the last digit, so that no other arithmetic
# (lifelines, R, SPSS) falls outside it.
MARGIN = 0.02

# Units of a miss in the least-squares start. Censored children and the categories of small arms
# settle while it is still hot, and only a sharp view of one-year survival and of the hazard ratios
# makes them settle where the printed digits want them: one-year survival is seen in units of the
# last digit, hazard ratios in those or as a share of the printed value, whichever is sharper.
# Medians find their place late. P-values wait for the hinge.
UNITS_OF_SURVIVAL, UNITS_OF_COX = 0.3, 1.0
SHARE_OF_COX, SHARE_OF_MEDIANS = 0.008, 0.05

KAPLAN_MEIER_SLOTS = {
    "median_survival": 0,
    "median_survival_lower": 1,
    "median_survival_upper": 2,
    "median_follow_up": 3,
}
SURVIVAL_SLOT = 4
COX_SLOTS = {"hazard_ratio": 0, "hazard_ratio_lower": 1, "hazard_ratio_upper": 2, "p_wald": 3}
# Columns of each Cox model of the paper.
MODELS = {"multivariable": ("treatment", "interval", "post_transplant_cr")}


@dataclass(frozen=True)
class Target:
    """A published figure, the interval that satisfies it, and the size of one unit of miss.

    `spread` is a coarse unit, of the order of the figure's own sampling error, for the
    least-squares start.
    """

    figure: Figure
    low: float
    high: float
    scale: float
    spread: float


@dataclass(frozen=True)
class Layout:
    """The targets as arrays, for the compiled statistics.

    The statistics vector holds `4 + n_horizons` slots a Kaplan-Meier group, then 4 slots a
    covariate of each Cox model. `index` (n_targets,) points into it; `low`, `high` and `scale`
    (n_targets,) say what is wanted there, `centre` and `spread` (n_targets,) guide the start.
    `names` (n_targets,) are the figures' ids, the first of those that share a statistic, and
    `n_figures` (n_targets,) how many share it; 0 for a median's limit, judged by width alone.
    """

    targets: tuple[Target, ...]
    masks: NDArray[np.int64]  # (n_groups + n_models, n_columns): who is in it
    horizons: NDArray[np.int64]  # (n_horizons,), days
    dummies: NDArray[np.int64]  # (n_models, n_columns, n_codes): covariate or -1
    n_covariates: NDArray[np.int64]  # (n_models,)
    names: tuple[str, ...]
    n_figures: NDArray[np.int64]
    index: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    scale: NDArray[np.float64]
    centre: NDArray[np.float64]
    spread: NDArray[np.float64]


def target(figure: Figure) -> Target:
    """Turn a published figure into a target, percentages into fractions."""
    unit = 0.01 if figure.unit == "percent" else 1.0
    low, high = figure.bounds
    scale = figure.step
    if figure.quantity in LIMITS_OF_MEDIAN:
        # Whole-day times cannot meet both limits to a tenth of a day: see data/README.md.
        near = max(figure.step, LIMIT_NEAR * width(figure))
        low, high = figure.value - near, figure.value + near
        scale = LIMIT_SCALE * width(figure)
    margin = MARGIN * figure.step
    if figure.quantity == "p_wald":
        spread = math.inf
    elif figure.quantity == "survival":
        spread = unit * UNITS_OF_SURVIVAL * figure.step
    elif figure.quantity in COX_SLOTS:
        spread = min(UNITS_OF_COX * figure.step, SHARE_OF_COX * figure.value)
    else:
        spread = SHARE_OF_MEDIANS * figure.value
    return Target(figure, unit * (low + margin), unit * (high - margin), unit * scale, spread)


def annealed(figure: Figure) -> bool:
    """Whether the annealing aims at a figure; what else is a target holds by construction."""
    if figure.quantity in COX_SLOTS:
        return figure.model in MODELS and "=" in figure.group
    return figure.quantity in KAPLAN_MEIER_SLOTS or figure.quantity == "survival"


def mask(group: str) -> tuple[int, ...]:
    """Translate a group of children into one bit mask of codes a column."""
    wanted = conditions(group)
    return tuple(
        sum(1 << code for code, name in enumerate(names) if name in wanted.get(column, names))
        for column, names in CATEGORIES.items()
    )


def compile_targets() -> Layout:
    """Lay out every figure with role ``target`` that the annealing has to reach."""
    targets = tuple(target(figure) for figure in select(role="target") if annealed(figure))
    survival = [t.figure for t in targets if t.figure.quantity == "survival"]
    horizons = sorted({figure.day for figure in survival})
    masks = list(
        dict.fromkeys(mask(t.figure.group) for t in targets if t.figure.quantity not in COX_SLOTS)
    )
    group_size = SURVIVAL_SLOT + len(horizons)
    n_codes = max(len(names) for names in CATEGORIES.values())
    covariate_slots: dict[tuple[str, str], int] = {}
    dummies = np.full((len(MODELS), len(CATEGORIES), n_codes), -1, np.int64)
    n_covariates: list[int] = []
    for m, (model, columns) in enumerate(MODELS.items()):
        j = 0
        for c, (column, names) in enumerate(CATEGORIES.items()):
            for code, name in enumerate(names):
                if column in columns and name != REFERENCES[column]:
                    dummies[m, c, code] = j
                    start = group_size * len(masks) + 4 * (sum(n_covariates) + j)
                    covariate_slots[model, f"{column}={name}"] = start
                    j += 1
        n_covariates.append(j)

    def slot(figure: Figure) -> int:
        if figure.quantity in COX_SLOTS:
            return covariate_slots[figure.model, figure.group] + COX_SLOTS[figure.quantity]
        start = group_size * masks.index(mask(figure.group))
        if figure.quantity == "survival":
            return start + SURVIVAL_SLOT + horizons.index(figure.day)
        return start + KAPLAN_MEIER_SLOTS[figure.quantity]

    # A figure printed twice is one constraint: what satisfies both.
    merged: dict[int, list[Target]] = {}
    for t in targets:
        merged.setdefault(slot(t.figure), []).append(t)
    low = np.array([max(t.low for t in same) for same in merged.values()])
    high = np.array([min(t.high for t in same) for same in merged.values()])
    return Layout(
        targets=targets,
        masks=np.array([*masks, *[mask("all") for _ in MODELS]], np.int64),
        horizons=np.array(horizons, np.int64),
        dummies=dummies,
        n_covariates=np.array(n_covariates, np.int64),
        names=tuple(same[0].figure.id for same in merged.values()),
        n_figures=np.array(
            [
                0 if same[0].figure.quantity in LIMITS_OF_MEDIAN else len(same)
                for same in merged.values()
            ]
        ),
        index=np.array(list(merged), np.int64),
        low=low,
        high=high,
        scale=np.array([min(t.scale for t in same) for same in merged.values()]),
        centre=(np.maximum(low, 0.0) + high) / 2,
        spread=np.array([min(t.spread for t in same) for same in merged.values()]),
    )
