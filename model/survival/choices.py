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

from model.options import CHOICES_AT_RELAPSE
from model.survival.prediction import PooledModel, children_at_risk
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
    alike, options = load_alike(), tuple(CHOICES_AT_RELAPSE)
    return replace(alike, options=options, **children_at_risk(alike.lists, options))
