"""Children whose survival follows the model itself, or a model whose baseline hazard is a multiple
of it."""

import numpy as np
import pandas as pd

from model.survival.prediction import HORIZON_DAYS, PooledModel
from model.validation.expected import expected

# Days on which follow-up may end: some children are censored before the horizon.
FOLLOW_UP = (180, 4 * HORIZON_DAYS)


def simulated(
    model: PooledModel, children: pd.DataFrame, rng: np.random.Generator, factor: float = 1.0
) -> pd.DataFrame:
    """The children with another `os_days` and `death`, drawn from what the model expects of them,
    every hazard being `factor` times as large."""
    survival = expected(model, children).survival
    alive_at_least = rng.random((len(children), 1)) ** (1 / factor)
    # The first day on which survival is no more than drawn; a day past the horizon for none.
    days = (survival > alive_at_least).sum(axis=1)
    last_seen = rng.integers(*FOLLOW_UP, len(children))
    death = (days <= HORIZON_DAYS) & (days <= last_seen)
    return children.assign(os_days=np.where(death, days, last_seen), death=death)
