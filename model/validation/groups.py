"""What happened to groups of children beside what was expected of them: Kaplan-Meier and mean
predicted survival of all, of each treatment and of each interval.
"""

from dataclasses import dataclass

import numpy as np
from lifelines import KaplanMeierFitter
from numpy.typing import NDArray

from model.case import INTERVALS
from model.options import TREATMENTS
from model.survival.prediction import FEWEST_AT_RISK
from model.validation.expected import Expected

Floats = NDArray[np.float64]

ALL = "all"
GROUPS = (
    (ALL, ""),
    *(("treatment", treatment) for treatment in TREATMENTS),
    *(("interval", interval) for interval in INTERVALS),
)


@dataclass(frozen=True, eq=False)
class GroupCurves:
    """Two curves of one group.

    Attributes
    ----------
    column, code : str
        "all" and "", or what the children of the group share.
    n_children, n_deaths : int
    enough_until, followed_until : int
        Last days on which `FEWEST_AT_RISK` of them, and any of them, were still at risk.
    observed : ndarray, shape (3, HORIZON_DAYS + 1)
        Kaplan-Meier survival and its 95% limits (log-log, Greenwood).
    predicted : ndarray, shape (3, HORIZON_DAYS + 1)
        Mean predicted survival, and the means of the children's 95% limits: what is not known of
        the model moves them all together.
    """

    column: str
    code: str
    n_children: int
    n_deaths: int
    enough_until: int
    followed_until: int
    observed: Floats
    predicted: Floats


def group_curves(expected: Expected) -> tuple[GroupCurves, ...]:
    """Curves of every group of at least `FEWEST_AT_RISK` children with a known code."""
    found = []
    for column, code in GROUPS:
        inside = np.ones(len(expected.children), bool)
        if column != ALL:
            inside = (expected.children[column] == code).to_numpy(bool)
        if inside.sum() < FEWEST_AT_RISK:
            continue
        outcome = expected.outcome
        times, death = outcome.os_days[inside], outcome.death[inside]
        fitted = KaplanMeierFitter().fit(times, death, timeline=expected.days)
        survival = fitted.survival_function_.to_numpy(float)[:, 0]
        lower, upper = fitted.confidence_interval_survival_function_.to_numpy(float).T
        # Greenwood's variance is 0 once all have died; what was not known before is not known then.
        upper = np.fmin.accumulate(np.where(survival == 0, np.nan, upper))
        found.append(
            GroupCurves(
                column,
                code,
                int(inside.sum()),
                int(death.sum()),
                int(np.sort(times)[-FEWEST_AT_RISK]),
                int(times.max()),
                np.stack([survival, lower, upper]),
                expected.curves[:, expected.curve[inside]].mean(axis=1),
            )
        )
    return tuple(found)
