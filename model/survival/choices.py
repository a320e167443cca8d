"""The choices as they stand on the day of relapse or progression.

Nobody can choose "chemotherapy, then a transplant" on that day: those who respond to chemotherapy
get there. What can be chosen is to start reinduction, whatever follows; lymphocytes alone; or
palliative care. So the three arms of Table 4 that begin with chemotherapy are one here, in the same
model on the same lists (the fits of `model.survival.three_alike`).

That frees the comparison from the waiting for a transplant and from the selection by response,
which lie inside the arm then. It does not free it from the choice between the arm and the other
two, who were given them.
"""

import functools
from dataclasses import replace

import numpy as np

from model.options import CHOICES_AT_RELAPSE, TREATMENTS
from model.survival.prediction import FEWEST_AT_RISK, HORIZON_DAYS, PooledModel
from model.survival.support import Counts, Lists
from model.survival.three_alike import load_alike


@functools.cache
def load_choices() -> PooledModel:
    """The model whose options are `CHOICES_AT_RELAPSE`; it has Table 4's coefficients, those of
    treatments that began with chemotherapy zero.

    Raises
    ------
    FileNotFoundError, ValueError
        As `load_alike`.
    """
    return choices_of(load_alike())


def choices_of(alike: PooledModel) -> PooledModel:
    """Give the model of the options alike the choices as its options, and their children."""
    at_risk = at_risk_by_choice(alike.lists)
    enough = (at_risk >= FEWEST_AT_RISK).all(axis=0)
    return replace(
        alike,
        options=tuple(CHOICES_AT_RELAPSE),
        at_risk=np.median(at_risk, axis=0),
        at_risk_low=at_risk.min(axis=0).astype(np.int16),
        at_risk_high=at_risk.max(axis=0).astype(np.int16),
        supported_until=enough.sum(axis=1).astype(np.int64) - 1,
    )


def at_risk_by_choice(lists: Lists) -> Counts:
    """Count the children at risk: shape (n_lists, n_choices, n_days), those with os >= day."""
    days = np.arange(HORIZON_DAYS + 1)
    arm = lists.cell % len(TREATMENTS)
    counts = np.empty((len(lists.cell), len(CHOICES_AT_RELAPSE), len(days)), np.int64)
    for k, together in enumerate(CHOICES_AT_RELAPSE.values()):
        inside = np.isin(arm, [TREATMENTS.index(one) for one in together])
        for m, times in enumerate(lists.os_days):
            own = np.sort(times[inside[m]])
            counts[m, k] = len(own) - np.searchsorted(own, days, side="left")
    return counts
