"""A finished list of children taken up again by the search."""

import itertools

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.cohort import ASSUMED
from model.options import TREATMENTS
from model.paper import evidence
from model.reconstruction.ensemble import Annealing
from model.reconstruction.start import Assumptions, Cohort, at_risk_windows, edges_of_missing
from model.reconstruction.targets import CODES, Layout


def annealing_of(cohort: pd.DataFrame, layout: Layout, rng: np.random.Generator) -> Annealing:
    """Take a list up where the search left it.

    Parameters
    ----------
    cohort : DataFrame
        One list, as `model.cohort.each_cohort` gives it, with what it assumes.
    layout : Layout
        What it is to meet from now on.
    rng : Generator
    """
    assumptions = Assumptions(**{name: int(cohort[name].iloc[0]) for name in ASSUMED})
    return Annealing(as_annealed(cohort, assumptions), assumptions, layout, rng)


def as_annealed(cohort: pd.DataFrame, assumptions: Assumptions) -> Cohort:
    """A list in the shape of the search, every child in its window."""
    codes = np.zeros((len(cohort), len(CODES)), np.int64)
    for k, (column, names) in enumerate(CODES.items()):
        filled = cohort[column].astype(object).where(cohort[column].notna(), names[-1])
        codes[:, k] = [names.index(name) for name in filled]
    time = cohort["os_days"].to_numpy(np.int64)
    death = cohort["death"].to_numpy(np.int64)
    return Cohort(codes, time, death, windows_of(codes[:, 0], time, assumptions))


def windows_of(
    arms: NDArray[np.int64], time: NDArray[np.int64], assumptions: Assumptions
) -> NDArray[np.int64]:
    """Days between which each child's time may move: (n_children, 2)."""
    longest = int(evidence.select(quantity="follow_up_max")[0].value)
    edges = [0, *edges_of_missing(longest)]
    of_arm = {len(TREATMENTS): [(first + 1, last) for first, last in itertools.pairwise(edges)]}
    for arm, first, last, _leaving in at_risk_windows(assumptions, np.random.default_rng(0)):
        if arm < len(TREATMENTS):
            of_arm.setdefault(arm, []).append((first, last))
    return np.array(
        [
            next((first, last) for first, last in of_arm[int(arm)] if first <= day <= last)
            for arm, day in zip(arms, time, strict=True)
        ]
    )


def as_list(annealing: Annealing, cohort: pd.DataFrame) -> pd.DataFrame:
    """The list as it stands now. Days to failure and the background, which went with what the
    children were, are left out; the interval is kept as `interval`.
    """
    found = annealing.cohort
    codes = {
        column: np.array(names, object)[found.codes[:, k]]
        for k, (column, names) in enumerate(CODES.items())
        if column != "treatment"
    }
    return cohort[["cohort", "patient", "treatment", *ASSUMED]].assign(
        os_days=found.time, death=found.death.astype(bool), **codes
    )
