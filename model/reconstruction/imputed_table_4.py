"""The other reading of Table 4: all children, the missing treatments imputed ten times.

The methods leave the children of unknown treatment out of the Cox models and impute them in a
secondary analysis; the lists are made on that reading. The results say that *omitting* the missing
values made second SCT against chemotherapy alone nonsignificant, as if Table 4 were the imputed
analysis. Here lists are made on that reading: their ten imputations, pooled, give the hazard ratios
of Table 4, and without the children of unknown treatment the comparison with chemotherapy alone is
not significant. What Table 4 prints beside its ratios (limits, P-values) is not aimed at.

The imputed estimates cannot be aimed at while the search runs. So a finished list is taken up
again; what its complete children are to give is shifted by as much as its imputed estimates are off
(on the log scale), and again; and of many sets of ten imputations the one nearest to Table 4
is kept: the paper's ten were one draw, too.
"""

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from model.paper.evidence import value
from model.reconstruction.again import annealing_of, as_list
from model.reconstruction.annealing import INTERACTION, TABLE_4
from model.reconstruction.ensemble import REHEAT, is_acceptable
from model.reconstruction.reproduction import CHEMO, SIGNIFICANT, printed_ratios
from model.reconstruction.secondary import impute, table_4
from model.reconstruction.targets import COX_SLOTS, MARGIN, Layout, compile_targets
from model.survival.pooling import Floats

# How often the shift is renewed, and sets of ten imputations by which it is judged.
ROUNDS, SETS = 3, 4
# Imputations drawn at the end, and sets of ten of them that one is chosen from.
POOL, CHOICES = 100, 20_000
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
        `accepted`: whether it gives all that else is printed back as well as any list must, but for
        Table 3, whose columns are not filled in.
    """
    rng = np.random.default_rng([seed, int(cohort["cohort"].iloc[0]), 1])  # a stream of its own
    times = int(value("txt.imputations"))
    layout = compile_targets()
    ratios, low, high = printed_ratios()
    shift = np.zeros(len(ratios))
    annealing = annealing_of(cohort, layout, rng)
    for last in [False] * ROUNDS + [True]:
        annealing.layout = shifted(layout, shift)
        annealing.hinge(REHEAT)
        children = as_list(annealing, cohort)
        if not last:
            drawn = impute(children, SETS * times, rng)
            shift += np.log(ratios) - np.mean([table_4(one)[0] for one in drawn], axis=0)
    accepted = is_acceptable([annealing.reached()], annealing.strain())
    drawn = impute(children, POOL, rng)
    each = np.array([table_4(one)[0] for one in drawn])
    sets = rng.permuted(np.tile(np.arange(POOL), (CHOICES, 1)), axis=1)[:, :times]
    pooled = np.exp(each[sets].mean(axis=1))
    off = (np.fmax(np.fmax(low - pooled, pooled - high), 0.0) / (high - low)).max(axis=1)
    chosen = sets[off.argmin()]
    return children.assign(
        accepted=accepted,
        **{
            IMPUTED.format(k): drawn[one]["treatment"].to_numpy() for k, one in enumerate(chosen, 1)
        },
    )


def imputed_sets(children: pd.DataFrame) -> list[pd.DataFrame]:
    """The ten full data sets of a list made by `other_reading`."""
    times = int(value("txt.imputations"))
    return [children.assign(treatment=children[IMPUTED.format(k)]) for k in range(1, times + 1)]
