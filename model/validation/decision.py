"""Net benefit of acting on the predicted risk of death by a day (decision curve).

Whoever acts where the risk is at least some threshold gains the deaths that it rightly counted on,
and loses, weighed by the odds of the threshold, the children for whom it acted and who lived.
Beside it stand acting for all and for none. Deaths among those above the threshold are counted by
Kaplan-Meier, as some are censored.

References
----------
Vickers AJ, Cronin AM, Elkin EB, Gonen M. Extensions to decision curve analysis, a novel method for
evaluating diagnostic tests, prediction models and molecular markers. BMC Med Inform Decis Mak
2008;8:53.
"""

import numpy as np
from numpy.typing import NDArray

from model.validation.expected import Expected
from model.validation.weighted import kaplan_meier_of

Floats = NDArray[np.float64]

THRESHOLDS = np.arange(5, 100, 5) / 100


def net_benefit(expected: Expected, weights: Floats, day: int) -> tuple[Floats, Floats]:
    """Net benefit of acting by the model, and of acting for all, at `THRESHOLDS`.

    Parameters
    ----------
    expected : Expected
    weights : ndarray, shape (B, n)
        How often each child stands in each sample.
    day : int

    Returns
    -------
    tuple of two ndarrays, shape (B, n_thresholds)
        True positives a child, less false positives weighed by the odds of the threshold.
    """
    days = np.array([day])
    risk = 1 - expected.survival_on(days)[:, 0]
    odds = THRESHOLDS / (1 - THRESHOLDS)
    total = weights.sum(axis=1)

    def benefit(acted_for: NDArray[np.bool_]) -> Floats:
        chosen = weights * acted_for
        dead = 1 - kaplan_meier_of(expected.outcome, chosen, days)
        share: Floats = chosen.sum(axis=1) / total
        return share[:, None] * (dead - (1 - dead) * odds)

    by_model = [benefit(risk >= threshold)[:, k] for k, threshold in enumerate(THRESHOLDS)]
    return np.stack(by_model, axis=1), benefit(np.ones(len(risk), bool))
