"""What waiting for a treatment may do to its comparison with chemotherapy alone.

A child had to live until it could be transplanted again, or given lymphocytes, to be counted among
those who were. Who died before is counted under chemotherapy alone, and the days of waiting of the
others are counted as survival after the treatment (immortal time). How long they waited is not
printed. Four ways to look at it, each under an assumed day:

- *time-dependent*: a child is under chemotherapy until it is treated, and from then on under the
  treatment. Its wait is drawn evenly from the time up to the day, or up to its own death where that
  comes first, so that nobody dies of a treatment before it. Only time moves, no child. Where
  treatments make no difference and the true waits are spread evenly up to the day, its ratio is 1;
  if all truly waited until the day it takes too little time away.
- *latest*: the same with the longest wait that leaves each child a fifth of its time: the day, or
  four fifths of the time it was followed where that is shorter. A wait that ends the sooner, the
  sooner the child dies, takes too much: before the day, only children who are about to die stand
  under the treatment, and where treatments make no difference the ratio is well below 1. It is an
  extreme and no estimate.
- *landmark*: only children followed beyond the day, from then on, as if all had been treated by
  then.
- *counted against*: all wait until the day, and who died or was lost before it was under
  chemotherapy alone; exact only if the arms mean treatment intended. If they mean treatment
  received, deaths after a treatment before the day count against chemotherapy.

Each is the hazard ratio of chemotherapy alone against the treatment, otherwise as in Table 4. They
are fitted to every list and are as free as the lists are.

References
----------
Suissa S. Immortal time bias in pharmaco-epidemiology. Am J Epidemiol 2008;167:492-499.
Anderson JR, Cain KC, Gelber RD. Analysis of survival by tumor response. J Clin Oncol
1983;1:710-719 (landmark).
"""

import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd

from model.case import REFERENCES
from model.cohort import analysed, design_matrix
from model.survival.pooling import Floats

WAITED_FOR = ("second_sct", "chemo_dli")
COMPARED_WITH = "chemo"
WAITING_DAYS = (30, 60, 90)
# Of the time it was followed, what a child waits at the latest.
SHARE_OF_LIFE = 0.8
# The drawn share of child k is the fraction of k times this: evenly spread in whatever part of a
# list, and the same in every program.
GOLDEN_RATIO = 0.6180339887498949
# By default lifelines stops where the likelihood stands still: too early for the fifth digit.
TO_THE_LAST_DIGIT = {"precision": 1e-9, "r_precision": 1e-14, "max_steps": 200}


def time_dependent(children: pd.DataFrame, arm: str, day: float) -> pd.DataFrame:
    """Split who was treated: under chemotherapy until then, under the treatment afterwards."""
    share = (children["patient"] * GOLDEN_RATIO) % 1
    return _split(children, arm, share * children["os_days"].clip(upper=day))


def latest(children: pd.DataFrame, arm: str, day: float) -> pd.DataFrame:
    """The same, treated as late as each can have been."""
    return _split(children, arm, (SHARE_OF_LIFE * children["os_days"]).clip(upper=day))


def _split(children: pd.DataFrame, arm: str, wait: pd.Series) -> pd.DataFrame:
    """Split each child of an arm at the end of its wait; before, it is under chemotherapy."""
    treated = children["treatment"] == arm
    before = children[treated].assign(
        treatment=COMPARED_WITH, os_days=wait[treated], death=False, entry=0.0
    )
    rest = children.assign(entry=np.where(treated, wait, 0.0))
    return pd.concat([before, rest], ignore_index=True)


def landmark(children: pd.DataFrame, arm: str, day: float) -> pd.DataFrame:
    """Those followed beyond the day, from then on, whatever their treatment."""
    return children[children["os_days"] > day].assign(entry=float(day))


def counted_against(children: pd.DataFrame, arm: str, day: float) -> pd.DataFrame:
    """All wait until the day; who is not followed beyond it, dead or not, had chemotherapy."""
    early = (children["treatment"] == arm) & (children["os_days"] <= day)
    moved = children.assign(treatment=children["treatment"].mask(early, COMPARED_WITH))
    return _split(moved, arm, pd.Series(float(day), index=children.index))


METHODS: dict[str, Callable[[pd.DataFrame, str, float], pd.DataFrame]] = {
    "time_dependent": time_dependent,
    "latest": latest,
    "landmark": landmark,
    "counted_against": counted_against,
}
# Those of them that are no estimate, whatever the true waits.
EXTREMES = ("latest",)


def hazard_ratio(records: pd.DataFrame, arm: str) -> float:
    """Hazard ratio of chemotherapy alone against an arm, in Table 4's model with late entry."""
    from lifelines import CoxPHFitter  # only here: who shows what was found has no need of it

    x = design_matrix(records)
    # A covariate that nobody has says nothing.
    x = x.loc[:, x.nunique() > 1]
    table = x.assign(
        entry=records["entry"].to_numpy(float),
        os_days=records["os_days"].to_numpy(float),
        death=records["death"].to_numpy(bool),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = CoxPHFitter().fit(
            table, "os_days", "death", entry_col="entry", fit_options=TO_THE_LAST_DIGIT
        )
    log_ratios = fitted.params_
    of_arm = 0.0 if arm == REFERENCES["treatment"] else log_ratios[f"treatment={arm}"]
    return float(np.exp(log_ratios[f"treatment={COMPARED_WITH}"] - of_arm))


def waiting(cohort: pd.DataFrame) -> Floats:
    """The ratios of one list: shape (n_arms, n_methods, n_days), in the order of the constants."""
    children = analysed(cohort)
    return np.array(
        [
            [
                [hazard_ratio(change(children, arm, day), arm) for day in WAITING_DAYS]
                for change in METHODS.values()
            ]
            for arm in WAITED_FOR
        ]
    )
