"""What the model sees of a child, and nothing else of it is seen anywhere.

That is the columns of Table 4 of Roux et al. 2017 other than the treatment, and the day on which
the child is known to be alive. Two children of one pattern have the same curves. Whatever predicts,
scores, compares or validates takes children by their pattern: a covariate more in `model.case` is
one more here without a line of its own.
"""

import functools
import itertools
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.case import CATEGORIES, COVARIATES, INTERVAL_FIRST_DAYS, Case
from model.survival.pooling import Floats

# The columns that describe the child, and the inputs of a case that they are read off.
SEEN = tuple(column for column in CATEGORIES if column != "treatment")
INPUTS = tuple("days_to_failure" if column == "interval" else column for column in SEEN)
# Every child that the model can tell apart: a code of each column of `SEEN`.
PATTERNS = tuple(itertools.product(*(CATEGORIES[column] for column in SEEN)))


class Children(Protocol):
    """Columns by their names, each of shape (n_children,): of a dict, of a `DataFrame`, or of the
    `vars` of a case.
    """

    def __getitem__(self, name: str, /) -> Any: ...
    def get(self, name: str, default: Any, /) -> Any:
        """Give a column, or the default where there is none."""


@dataclass(frozen=True)
class Pattern:
    """One child as the model sees it, under one option.

    Attributes
    ----------
    treatment : str
        One of `model.options.TREATMENTS`, or of `CHOICES_AT_RELAPSE`.
    child : int
        Index into `PATTERNS`.
    days_survived : int
        Days since relapse on which the child is known to be alive.
    """

    treatment: str
    child: int
    days_survived: int = 0

    @property
    def covariates(self) -> Floats:
        """The covariates, shape (p,), in the order of `COVARIATES`."""
        covariates: Floats = pattern_covariates((self.treatment,))[self.child, 0]
        return covariates


def pattern_of(case: Case, treatment: str) -> Pattern:
    """Reduce a case under an option to its pattern."""
    return Pattern(treatment, int(patterns_of(vars(case))), case.days_survived)


def patterns_of(children: Children) -> NDArray[np.intp]:
    """Index into `PATTERNS` for each child.

    Parameters
    ----------
    children : Children
        With `INPUTS`; yes and no also as truth values.

    Raises
    ------
    ValueError
        Naming the input of which a value is none of its codes, or is missing: no child is taken
        for another.
    """
    index: NDArray[np.intp] = np.zeros((), np.intp)
    for column, name in zip(SEEN, INPUTS, strict=True):
        places = _places(column, children[name])
        if ((places < 0) | (places >= len(CATEGORIES[column]))).any():
            raise ValueError(f"{name}: not every value falls in {', '.join(CATEGORIES[column])}")
        index = index * len(CATEGORIES[column]) + places
    return index


def _places(column: str, values: ArrayLike) -> NDArray[np.intp]:
    """The place of each value's code among the codes of its column; outside them for any other."""
    found = np.asarray(values)
    if column == "interval":
        # A missing day is above every other.
        places = np.searchsorted((*INTERVAL_FIRST_DAYS, np.nan), found, "right") - 1
        return np.asarray(places, np.intp)
    if found.dtype.kind in "biu":
        return found.astype(np.intp)  # no and yes, in this order
    places = np.full(found.shape, -1, np.intp)
    for place, code in enumerate(CATEGORIES[column]):
        places[found == code] = place
    return places


@functools.lru_cache(maxsize=64)
def pattern_covariates(treatments: tuple[str, ...]) -> Floats:
    """Covariates of every pattern under every treatment: (n_patterns, n_treatments, p)."""
    return np.array(
        [
            [
                [float({**child, "treatment": one}[column] == code) for column, code in COVARIATES]
                for one in treatments
            ]
            for child in (dict(zip(SEEN, codes, strict=True)) for codes in PATTERNS)
        ]
    )
