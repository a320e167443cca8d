"""The other reading of Table 4: all children, the missing treatments imputed ten times.

The methods leave the children of unknown treatment out of the Cox models and impute them in a
secondary analysis; the lists are made on that reading. The results say that *omitting* the missing
values made second SCT against chemotherapy alone nonsignificant, as if Table 4 were the imputed
analysis. Here lists are made on that reading: their ten imputations, pooled, give the hazard ratios
of Table 4, and without the children of unknown treatment the comparison with chemotherapy alone is
not significant. What Table 4 prints beside its ratios (limits, P-values) is not aimed at.

The imputed estimates cannot be aimed at while the search runs. So a finished list is taken up
again; what its complete children are to give is shifted by as much as its imputed estimates differ
from theirs (on the log scale), and again. That settles once the children of unknown treatment are
left as they are, for it is they who make the difference. A list holds if ten of its imputations,
chosen from many, print Table 4's ratios (the paper's ten were one draw, too), the comparison is not
significant without them, and what else is printed comes back; those that do not hold are left out.
"""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.case import COVARIATES
from model.cohort import analysed
from model.paper.evidence import value
from model.reconstruction.again import annealing_of, as_list
from model.reconstruction.annealing import INTERACTION, TABLE_4
from model.reconstruction.ensemble import REHEAT, is_acceptable
from model.reconstruction.ranges import POOL
from model.reconstruction.reproduction import CHEMO, SIGNIFICANT, printed_ratios
from model.reconstruction.secondary import impute, table_4
from model.reconstruction.targets import COX_SLOTS, MARGIN, Layout, compile_targets
from model.survival.pooling import Floats

# How often the shift is renewed while every child may change, and at most once only those of known
# treatment may; and imputations by which it is judged.
FREE, HELD, JUDGED_BY = 2, 6, 40
# Random tens from which the ten are looked for.
STARTS = 200
# Share of half a unit of the last digit within which the ten are to lie: not on the very edge.
INSIDE = 0.95
# Columns of the treatments that were drawn.
IMPUTED = "treatment_{}"


def shifted(layout: Layout, shift: Floats) -> Layout:
    """The layout whose complete children give Table 4's ratios shifted (on the log scale, (p,)),
    whose comparison with chemotherapy alone is not significant, and whose other limits and P-values
    of Table 4 are not aimed at.
    """
    aims = layout.aims
    low, high, centre, scale = (
        part.copy() for part in (aims.low, aims.high, aims.centre, aims.scale)
    )
    behind = int(aims.index[layout.cuts[-1] - 1]) - INTERACTION
    for k, slot in enumerate(aims.index - behind - TABLE_4):
        if not 0 <= slot < INTERACTION - TABLE_4:
            continue
        covariate, quantity = divmod(int(slot), len(COX_SLOTS))
        if quantity == COX_SLOTS["hazard_ratio"]:
            factor = math.exp(shift[covariate])
            low[k], high[k], centre[k] = (
                factor * part for part in (aims.low[k], aims.high[k], aims.centre[k])
            )
        elif quantity == COX_SLOTS["p_wald"] and covariate == CHEMO:
            low[k], high[k] = SIGNIFICANT + MARGIN * aims.scale[k], 1.0
        else:
            scale[k] = math.inf
    return replace(layout, aims=replace(aims, low=low, high=high, centre=centre, scale=scale))


def other_reading(cohort: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Make a list on the other reading from a finished one.

    Parameters
    ----------
    cohort : DataFrame
        One list, all children, with what it assumes.
    seed : int
        Same seed, same result.

    Returns
    -------
    DataFrame
        The list with the columns `treatment_1` to `treatment_10`, the treatments as imputed, and
        `holds`: whether they give Table 4's ratios, the list without them none that is significant
        for chemotherapy alone, and all that else is printed as well as any list must, but for
        Table 3, whose columns are not filled in.
    """
    rng = np.random.default_rng([seed, int(cohort["cohort"].iloc[0]), 1])  # a stream of its own
    layout = compile_targets()
    annealing = annealing_of(cohort, layout, rng)
    known = int(cohort["treatment"].notna().sum())
    shift = np.zeros(len(COVARIATES))
    children, holds, chosen = cohort, False, []
    for step in range(FREE + HELD):
        if step >= FREE:
            annealing.limits = annealing.limits._replace(held=known)
        annealing.layout = shifted(layout, shift)
        annealing.hinge(REHEAT)
        children = as_list(annealing, cohort)
        drawn = impute(children, POOL if step >= FREE else JUDGED_BY, rng)
        each = np.array([table_4(one)[0] for one in drawn])
        complete, variance = table_4(analysed(children))
        shift = complete - each.mean(axis=0)
        if step < FREE:
            continue
        numbers, inside = ten_of(each, rng)
        chosen = [drawn[one] for one in numbers]
        holds = (
            inside
            and is_acceptable([annealing.reached()], annealing.strain())
            and p_value(complete[CHEMO], variance[CHEMO]) >= SIGNIFICANT
        )
        if holds:
            break
    return children.assign(
        holds=holds,
        **{IMPUTED.format(k): one["treatment"].to_numpy() for k, one in enumerate(chosen, 1)},
    )


def p_value(estimate: float, variance: float) -> float:
    """Two-sided, of Wald's test."""
    return math.erfc(abs(estimate) / math.sqrt(2 * variance))


def ten_of(each: Floats, rng: np.random.Generator) -> tuple[NDArray[np.int64], bool]:
    """Choose the ten imputations whose pooled hazard ratios are nearest to Table 4's.

    From many random tens, one is exchanged for another as long as that brings them nearer.

    Parameters
    ----------
    each : ndarray, shape (n_imputations, p)
        Log hazard ratios of each.
    rng : Generator

    Returns
    -------
    chosen : ndarray of int, shape (10,)
    inside : bool
        Whether all of them print as Table 4's.
    """
    times = int(value("txt.imputations"))
    _ratios, low, high = np.log(printed_ratios())
    off = (each - (low + high) / 2) / (high - low)  # in units of the last digit

    def outside(totals: Floats) -> Floats:
        beyond: Floats = np.fmax(np.abs(totals / times) - INSIDE / 2, 0.0)
        squares: Floats = (beyond**2).sum(axis=-1)
        return squares

    nearest, least = np.arange(times), math.inf
    for _ in range(STARTS):
        ten = rng.choice(len(each), times, replace=False)
        total = off[ten].sum(axis=0)
        left = float(outside(total))
        while left > 0:
            exchanged = total - off[ten][:, None] + off
            by = outside(exchanged)
            by[:, ten] = math.inf
            out, into = np.unravel_index(by.argmin(), by.shape)
            if by[out, into] >= left:
                break
            left, total, ten[out] = float(by[out, into]), exchanged[out, into], into
        if left < least:
            nearest, least = ten, left
        if left == 0:
            break
    return np.sort(nearest), least == 0


def imputed_sets(children: pd.DataFrame) -> list[pd.DataFrame]:
    """The ten full data sets of a list made by `other_reading`."""
    times = int(value("txt.imputations"))
    return [children.assign(treatment=children[IMPUTED.format(k)]) for k in range(1, times + 1)]
