"""How many children a number rests on: counted in the lists, not modelled.

A curve of the Cox model borrows from every child of the study. How many were *like this one* (the
same treatment, time to failure and remission; any leukemia, age or fitness) and what became of them
is counted here, in every list of children, so that the median and the range over the lists say what
the paper leaves open.

Children who died were followed fully: their fate on a later day is known. So a number is supported
on a day by those who died by then and those still followed, not by those at risk alone, who are few
where survival is low because survival is low.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.options import TREATMENTS
from model.survival.pattern import PATTERNS

Counts = NDArray[np.int64]

# A number is supported by children like this one where the fate of so many of them, and of so many
# of the arm, is known on the day, in this share of the lists; borrowed where that is so of the arm
# alone. Below ten a share is known to within thirty points at best (a 95% interval of 24-76% for
# 5 of 10): fewer cannot speak for a curve.
FEWEST_KNOWN, SHARE_OF_LISTS = 10, 0.9
SUPPORT = ("no", "borrowed", "yes")
N_CELLS = len(PATTERNS) * len(TREATMENTS)


@dataclass(frozen=True, eq=False)
class Lists:
    """The analysed children of every list, as far as they are counted.

    Attributes
    ----------
    cell : ndarray of int, shape (n_lists, n_children)
        Place in `PATTERNS`, times the number of `TREATMENTS`, plus place in these.
    os_days : ndarray of int, shape (n_lists, n_children)
    death : ndarray of bool, shape (n_lists, n_children)
    """

    cell: NDArray[np.uint8]
    os_days: NDArray[np.int16]
    death: NDArray[np.bool_]

    def cells_of(self, inside: NDArray[np.bool_]) -> Counts:
        """Count children by list and cell: shape (n_lists, n_patterns, n_treatments)."""
        n_lists = len(self.cell)
        place = self.cell + np.arange(n_lists)[:, None] * N_CELLS
        counts = np.bincount(place[inside], minlength=n_lists * N_CELLS)
        return counts.reshape(n_lists, len(PATTERNS), len(TREATMENTS))

    def at_risk(self, arms: tuple[tuple[str, ...], ...], last_day: int) -> NDArray[np.int16]:
        """Count the children at risk of options, each standing for some treatments.

        Returns
        -------
        ndarray of int, shape (n_lists, n_options, last_day + 1)
            Those with os >= day, on days 0, 1, ... to the last.
        """
        days = np.arange(last_day + 1)
        counts = np.empty((len(self.cell), len(arms), len(days)), np.int16)
        for k, together in enumerate(arms):
            places = [TREATMENTS.index(arm) for arm in together]
            inside = np.isin(self.cell % len(TREATMENTS), places)
            for m, times in enumerate(self.os_days):
                own = np.sort(times[inside[m]])
                counts[m, k] = len(own) - np.searchsorted(own, days, side="left")
        return counts


@dataclass(frozen=True, eq=False)
class Counted:
    """Children like one, under each option: medians over the lists, and of all of them the range.

    Attributes
    ----------
    children, fewest, most : ndarray, shape (n_patterns, n_options)
        All such children; of those alive on a later day, the ones still followed then.
    died, followed, lost : ndarray, shape (n_patterns, n_options, n_days)
        Of these, who had died by the day, was still followed on it, or was followed no longer.
    support : ndarray of int, shape (n_patterns, n_options, n_days)
        Place in `SUPPORT`.
    """

    children: NDArray[np.float64]
    fewest: Counts
    most: Counts
    died: NDArray[np.float64]
    followed: NDArray[np.float64]
    lost: NDArray[np.float64]
    support: Counts


def counted(
    lists: Lists, arms: tuple[tuple[str, ...], ...], days: tuple[int, ...], since: int = 0
) -> Counted:
    """Count the children of every pattern under options on days.

    Parameters
    ----------
    lists : Lists
    arms : tuple of tuple of str
        The treatments that each option stands for.
    days : tuple of int
        Days since relapse or progression.
    since : int
        Day on which the child is known to be alive; 0 for all children.
    """
    there = ~lists.death & (lists.os_days >= since) | (lists.os_days > since)
    if not since:
        there = np.ones_like(there)

    def of_options(inside: NDArray[np.bool_]) -> Counts:
        counts = lists.cells_of(inside & there)
        columns = [
            counts[..., [TREATMENTS.index(arm) for arm in together]].sum(axis=-1)
            for together in arms
        ]
        return np.stack(columns, axis=-1)

    def by_day(inside: Sequence[NDArray[np.bool_]]) -> Counts:
        each = [of_options(one) for one in inside]
        shape = (len(lists.cell), len(PATTERNS), len(arms), len(each))
        return np.stack(each, axis=-1) if each else np.zeros(shape, np.int64)

    children = of_options(there)
    died = by_day([lists.death & (lists.os_days <= day) for day in days])
    followed = by_day(
        [(lists.os_days >= day) & ~(lists.death & (lists.os_days <= day)) for day in days]
    )
    known = died + followed
    alike = _in_enough_lists(known)
    arm = _in_enough_lists(known.sum(axis=1, keepdims=True))
    return Counted(
        children=np.median(children, axis=0),
        fewest=children.min(axis=0),
        most=children.max(axis=0),
        died=np.median(died, axis=0),
        followed=np.median(followed, axis=0),
        lost=np.median(children[..., None] - known, axis=0),
        support=arm.astype(np.int64) + (arm & alike),
    )


def known_until(
    lists: Lists, arms: tuple[tuple[str, ...], ...], child: int, last: int, since: int = 0
) -> tuple[list[int], list[int]]:
    """Last day on which a number is supported, by children like one and by all of an option.

    As `counted` on every day, in closed form: whose fate is known only grows fewer, by those who
    were followed no longer.

    Parameters
    ----------
    lists : Lists
    arms : tuple of tuple of str
        The treatments that each option stands for.
    child : int
        Index into `PATTERNS`.
    last : int
        The last day asked for, given where the support lasts longer.
    since : int
        Day on which the child is known to be alive.

    Returns
    -------
    own, arm : list of int
        One an option: by children like the one, and by the option's. -1 where it never has it.
    """
    there = ~lists.death & (lists.os_days >= since) | (lists.os_days > since)
    if not since:
        there = np.ones_like(there)
    own: list[int] = []
    arm: list[int] = []
    for together in arms:
        places = [TREATMENTS.index(treatment) for treatment in together]
        of_arm = there & np.isin(lists.cell % len(TREATMENTS), places)
        alike = of_arm & (lists.cell // len(TREATMENTS) == child)
        for inside, until in ((alike, own), (of_arm, arm)):
            until.append(_until(lists, inside, last))
    return own, arm


def _until(lists: Lists, inside: NDArray[np.bool_], last: int) -> int:
    days = []
    for time, death, of_list in zip(lists.os_days, lists.death, inside, strict=True):
        spare = int(of_list.sum()) - FEWEST_KNOWN
        lost = np.sort(time[of_list & ~death])
        days.append(-1 if spare < 0 else last if spare >= len(lost) else int(lost[spare]))
    days.sort(reverse=True)
    return min(last, days[math.ceil(SHARE_OF_LISTS * len(days)) - 1])


def _in_enough_lists(known: Counts) -> NDArray[np.bool_]:
    enough: NDArray[np.bool_] = (known >= FEWEST_KNOWN).mean(axis=0) >= SHARE_OF_LISTS
    return enough
