"""What a pseudo-cohort must reproduce: a target is a published figure, the statistic that yields
it, the interval of values that print as it does, and the unit in which a miss is counted.

A new target is a new row of `data/evidence.csv` with role ``target``. Its quantity names the
statistic, its group the children, its model the Cox fit; `lay_out` lays them out for the compiled
statistics. A row of `data/digitised.csv` that has a value is one, too: a point read off a curve,
missed in units of its reading error.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.case import CATEGORIES, COVARIATES
from model.options import TREATMENTS
from model.paper.digitised import Reading, readings
from model.paper.evidence import DAYS_PER_MONTH, LIMITS_OF_MEDIAN, Figure, conditions, select, width
from model.reconstruction.annealing import ALIVE, INTERACTION, N_SLOTS, REMISSION_ALONE, TABLE_4

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
# Medians find their place late, but near enough that the hinge need not give one-year survival up
# for them. P-values wait for the hinge. What was read off a curve is seen in halves of its error,
# so that it does not hold off what is printed.
UNITS_OF_SURVIVAL, UNITS_OF_READING, UNITS_OF_COX = 0.2, 0.5, 1.0
SHARE_OF_COX, SHARE_OF_MEDIANS = 0.008, 0.02
# What is printed as "around" is aimed at a little inside what counts as around, in these units.
AROUND_MARGIN, AROUND_SCALE = 1.0, 2.0

KAPLAN_MEIER_SLOTS = {
    "median_survival": 0,
    "median_survival_lower": 1,
    "median_survival_upper": 2,
    "median_follow_up": 3,
}
SURVIVAL_SLOT = 4
COX_SLOTS = {"hazard_ratio": 0, "hazard_ratio_lower": 1, "hazard_ratio_upper": 2, "p_wald": 3}
ALIVE_SLOTS = {"median_follow_up": 0, "follow_up_min": 1, "follow_up_max": 2}
REMISSION_GROUP = "post_transplant_cr=yes"
TABLE_4_GROUPS = [f"{column}={code}" for column, code in COVARIATES]

# The columns of a cohort while it is annealed: those of Table 4, and the missing treatment.
MISSING = "missing"
CODES = CATEGORIES | {"treatment": (*TREATMENTS, MISSING)}
# Whom a group of `data/evidence.csv` is drawn from; the analysed children unless it says otherwise.
POPULATIONS: dict[str, tuple[str, ...]] = {
    "all": TREATMENTS,
    "failures": CODES["treatment"],
    "excluded": (MISSING,),
}


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
class Aims:
    """What is wanted of a vector of statistics, as arrays for the compiled code.

    `index` (n_targets,), ascending, points into the statistics; `low`, `high` and `scale`
    (n_targets,) say what is wanted there, `centre` and `spread` (n_targets,) guide the start.
    `names` (n_targets,) are the figures' ids, the first of those that share a statistic, and
    `n_figures` (n_targets,) how many share it; 0 for a median's limit, judged by width alone.
    """

    names: tuple[str, ...]
    n_figures: NDArray[np.int64]
    index: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    scale: NDArray[np.float64]
    centre: NDArray[np.float64]
    spread: NDArray[np.float64]

    def misses(self, statistics: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far each target stays from its rounding, in units of the last digit: (n_targets,)."""
        reached = statistics[self.index]
        outside = np.fmax(np.fmax(self.low - reached, reached - self.high), 0.0) / self.scale
        return np.where(np.isnan(reached), np.inf, outside)


@dataclass(frozen=True)
class Layout:
    """The aims of the annealing, and how its statistics are laid out: `4 + n_horizons` slots a
    Kaplan-Meier group, then the slots that `model.reconstruction.annealing` names.
    """

    aims: Aims
    targets: tuple[Target, ...]
    masks: NDArray[np.int64]  # (n_groups + 2, n_columns): who is in it, and in the two Cox models
    horizons: NDArray[np.int64]  # (n_horizons,), days
    cuts: NDArray[np.int64]  # (n_groups + 5,), see `model.reconstruction.annealing.Wanted`


def target(figure: Figure) -> Target:
    """Turn a published figure into a target: percentages into fractions, months into days."""
    unit = {"percent": 0.01, "months": DAYS_PER_MONTH}.get(figure.unit, 1.0)
    low, high = figure.bounds
    scale = figure.step
    margin = MARGIN * figure.step
    if figure.quantity in LIMITS_OF_MEDIAN:
        # Whole-day times cannot meet both limits to a tenth of a day: see data/README.md.
        near = max(figure.step, LIMIT_NEAR * width(figure))
        low, high = figure.value - near, figure.value + near
        scale = LIMIT_SCALE * width(figure)
    if figure.relation == "~":
        margin, scale = AROUND_MARGIN * figure.step, AROUND_SCALE * figure.step
    if figure.unit == "p":
        spread = math.inf
    elif isinstance(figure, Reading):
        spread = unit * UNITS_OF_READING * figure.step
    elif figure.quantity == "survival":
        spread = unit * UNITS_OF_SURVIVAL * figure.step
    elif figure.quantity in COX_SLOTS:
        spread = min(UNITS_OF_COX * figure.step, SHARE_OF_COX * figure.value)
    else:
        spread = unit * SHARE_OF_MEDIANS * figure.value
    return Target(figure, unit * (low + margin), unit * (high - margin), unit * scale, spread)


def annealed(figure: Figure) -> bool:
    """Whether the annealing of the outcomes aims at a figure; what else is a target holds by
    construction, or is reached when the background is filled in.
    """
    if figure.quantity in COX_SLOTS and figure.model == "multivariable":
        return figure.group in TABLE_4_GROUPS
    if figure.quantity in COX_SLOTS:
        return figure.group == REMISSION_GROUP
    return figure.quantity in (*KAPLAN_MEIER_SLOTS, *ALIVE_SLOTS, "survival", "p_interaction")


def mask(group: str) -> tuple[int, ...]:
    """Translate a group of children into one bit mask of codes a column."""
    if group in POPULATIONS:
        wanted = {"treatment": POPULATIONS[group]}
    else:
        wanted = {"treatment": TREATMENTS} | conditions(group)
    return tuple(
        sum(1 << code for code, name in enumerate(names) if name in wanted.get(column, names))
        for column, names in CODES.items()
    )


def compile_targets() -> Layout:
    """Lay out every figure with role ``target`` that the annealing has to reach.

    Raises
    ------
    ValueError
        Where `data/digitised.csv` cannot be used: see `model.paper.digitised.readings`.
    """
    printed = [figure for figure in select(role="target") if annealed(figure)]
    targets = tuple(target(figure) for figure in (*printed, *readings(1, 3)))
    horizons = sorted({t.figure.day for t in targets if t.figure.quantity == "survival"})
    masks = list(
        dict.fromkeys(
            mask(t.figure.group)
            for t in targets
            if t.figure.group != "alive" and t.figure.quantity in (*KAPLAN_MEIER_SLOTS, "survival")
        )
    )
    group_size = SURVIVAL_SLOT + len(horizons)
    behind = group_size * len(masks)

    def slot(figure: Figure) -> int:
        if figure.quantity == "p_interaction":
            return behind + INTERACTION
        if figure.group == "alive":
            return behind + ALIVE + ALIVE_SLOTS[figure.quantity]
        if figure.quantity in COX_SLOTS:
            start = (
                TABLE_4 + 4 * TABLE_4_GROUPS.index(figure.group)
                if figure.model == "multivariable"
                else REMISSION_ALONE
            )
            return behind + start + COX_SLOTS[figure.quantity]
        start = group_size * masks.index(mask(figure.group))
        if figure.quantity == "survival":
            return start + SURVIVAL_SLOT + horizons.index(figure.day)
        return start + KAPLAN_MEIER_SLOTS[figure.quantity]

    aims = lay_out(targets, slot)
    starts = [group_size * g for g in range(len(masks) + 1)]
    starts += [behind + slots for slots in (REMISSION_ALONE, TABLE_4, INTERACTION, N_SLOTS)]
    return Layout(
        aims=aims,
        targets=targets,
        masks=np.array([*masks, mask("failures"), mask("all")], np.int64),
        horizons=np.array(horizons, np.int64),
        cuts=np.searchsorted(aims.index, starts),
    )


def lay_out(targets: Iterable[Target], slot: Callable[[Figure], int]) -> Aims:
    """Turn targets into arrays; `slot` tells which statistic gives a figure.

    A figure printed twice is one constraint: what satisfies both.
    """
    by_slot: dict[int, list[Target]] = {}
    for t in targets:
        by_slot.setdefault(slot(t.figure), []).append(t)
    merged = [by_slot[k] for k in sorted(by_slot)]
    low = np.array([max(t.low for t in same) for same in merged])
    high = np.array([min(t.high for t in same) for same in merged])
    return Aims(
        names=tuple(same[0].figure.id for same in merged),
        n_figures=np.array(
            [0 if same[0].figure.quantity in LIMITS_OF_MEDIAN else len(same) for same in merged]
        ),
        index=np.array(sorted(by_slot), np.int64),
        low=low,
        high=high,
        scale=np.array([min(t.scale for t in same) for same in merged]),
        centre=(np.maximum(low, 0.0) + high) / 2,
        spread=np.array([min(t.spread for t in same) for same in merged]),
    )
