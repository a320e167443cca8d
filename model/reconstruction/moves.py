"""A cohort while it is annealed, and the moves that change two of its children at a time.

The moves keep what the paper fixes: the size of every arm and interval, the number of children
alive, and each child's at-risk window in its arm (Figure 3). A move is proposed as what two
children would be, and made by exchanging that with what they are; exchanging again undoes it.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model.case import CATEGORIES, COVARIATES
from model.reconstruction.statistics import groups_of, sort_by_time

# Columns of a cohort while it is annealed.
TREATMENT, INTERVAL, REMISSION = range(3)
N_ARMS, N_INTERVALS = len(CATEGORIES["treatment"]), len(CATEGORIES["interval"])
# Covariates of Table 4; and, behind them, one for each pair of an arm and an interval.
P = len(COVARIATES)
P_CELLS = P + (N_ARMS - 1) * (N_INTERVALS - 1)

# The moves, and up to which share of the draws each is tried.
OUTCOMES, CATEGORY, TIME, CENSORING, CHILDREN, FLIP = range(6)
UP_TO = (
    0.27,  # swap the outcomes of two children of an arm
    0.49,  # swap an interval or a remission status between two children
    0.75,  # shift one time inside its window
    0.85,  # swap the censoring of two children
    0.95,  # swap two children of different arms, all of them but the arm
    1.00,  # flip a remission status, whose count the paper leaves open
)
# Share of the swaps between two children that stay within an arm: they disturb its ratio less.
WITHIN_ARM = 0.5
# Share of the moves that pick an arm first and then its child, so that small arms are not starved.
SMALL_ARMS = 0.25
# Share of the moves that pick a child who is censored: where those few who left before a year stand
# decides survival at one year to the printed digit, and among all moves they are rarely met.
CENSORED = 0.3
# A time is shifted by up to a share of its window between exp(-this) and 1, drawn evenly on the
# log scale.
FINEST_SHIFT = 6.0

# Places of `Walk.counts`.
ALIVE_KNOWN, WITHOUT_KNOWN, WITHOUT_UNKNOWN = range(3)


class Walk(NamedTuple):
    """A cohort while it is annealed, changed in place; its children stand arm by arm, those of
    unknown treatment last.

    Attributes
    ----------
    codes, time, death, order, belongs : see `model.reconstruction.statistics`
    window : (n_children, 2) days between which a child's time may move
    on_table_4, on_cells : (n_children, 3), (n_children, 4) covariates that each child switches on
    counts : (3,) children alive of known treatment, without remission of known and of unknown
    """

    codes: NDArray[np.int64]
    time: NDArray[np.int64]
    death: NDArray[np.int64]
    window: NDArray[np.int64]
    order: NDArray[np.int64]
    belongs: NDArray[np.int64]
    on_table_4: NDArray[np.uint64]
    on_cells: NDArray[np.uint64]
    counts: NDArray[np.int64]


class Limits(NamedTuple):
    """What no move may pass.

    Attributes
    ----------
    masks : (n_groups + 2, n_columns) see `model.reconstruction.targets.Layout`
    arm_start : (n_arms + 2,) where each arm begins, the unknown as the last; the end
    remission : (2, 2) fewest and most without remission, of the known and the unknown
    alive : (2,) fewest and most alive among those whose treatment is known
    censoring_days : (2,) first and last day of censoring
    middle : (n_arms + 1,) interval code that both middle children of an arm must have, or -1
    all_died : (n_arms + 1,) whether no child of an arm may be censored
    earliest : (n_arms + 1,) first day on which a child of an arm may die
    held : children from this one on are left as they are
    """

    masks: NDArray[np.int64]
    arm_start: NDArray[np.int64]
    remission: NDArray[np.int64]
    alive: NDArray[np.int64]
    censoring_days: NDArray[np.int64]
    middle: NDArray[np.int64]
    all_died: NDArray[np.bool_]
    earliest: NDArray[np.int64]
    held: int


class Move(NamedTuple):
    """What two children would be; after the exchange, what they were.

    Attributes
    ----------
    what : (3,) the two children, which may be one, and the kind of move
    codes : (2, n_columns)
    outcomes : (2, 4) time, death, first and last day of the window
    change : (3,) of `Walk.counts`
    prior : (1,) log of how much likelier what would be is beforehand than what is
    """

    what: NDArray[np.int64]
    codes: NDArray[np.int64]
    outcomes: NDArray[np.int64]
    change: NDArray[np.int64]
    prior: NDArray[np.float64]


def empty_move() -> Move:
    """A move without content, to be filled by `propose`."""
    return Move(
        what=np.zeros(3, np.int64),
        codes=np.zeros((2, len(CATEGORIES)), np.int64),
        outcomes=np.zeros((2, 4), np.int64),
        change=np.zeros(3, np.int64),
        prior=np.zeros(1),
    )


@njit(nogil=True, cache=True)
def switch_on(code, on_table_4, on_cells):
    """Write the covariates that a child's codes switch on, one row of each model's array."""
    arm, interval = code[TREATMENT], code[INTERVAL]
    known = arm < N_ARMS
    on_table_4[0] = arm - 1 if known and arm > 0 else P
    on_table_4[1] = N_ARMS - 1 + interval - 1 if interval > 0 else P
    on_table_4[2] = P - 1 if code[REMISSION] == 1 else P
    for c in range(3):
        on_cells[c] = on_table_4[c] if on_table_4[c] < P else P_CELLS
    on_cells[3] = P_CELLS
    if known and arm > 0 and interval > 0:
        on_cells[3] = P + (arm - 1) * (N_INTERVALS - 1) + interval - 1


@njit(nogil=True, cache=True)
def keeps_middle(codes, arm, limits):
    """Whether both middle children of an arm, by interval, have the wanted interval."""
    wanted = limits.middle[arm]
    if wanted < 0:
        return True
    first, end = limits.arm_start[arm], limits.arm_start[arm + 1]
    before, after = 0, 0
    for child in range(first, end):
        before += codes[child, INTERVAL] < wanted
        after += codes[child, INTERVAL] > wanted
    return 2 * before < end - first - 1 and 2 * after < end - first - 1


@njit(nogil=True, cache=True)
def any_of_arm(arm, arm_start, rng):
    """Draw a child of an arm."""
    return arm_start[arm] + int(rng.random() * (arm_start[arm + 1] - arm_start[arm]))


@njit(nogil=True, cache=True)
def propose(walk, move, limits, rng):
    """Fill a move; whether it is one, and passes no limit."""
    a = int(rng.random() * walk.time.shape[0])
    first = rng.random()
    if first < SMALL_ARMS:
        a = any_of_arm(int(rng.random() * (N_ARMS + 1)), limits.arm_start, rng)
    elif first < SMALL_ARMS + CENSORED:
        while walk.death[a]:
            a = int(rng.random() * walk.time.shape[0])
    drawn = rng.random()
    kind = OUTCOMES
    while drawn >= UP_TO[kind] and kind < FLIP:
        kind += 1
    b = partner(a, kind, walk, limits, rng)
    if a >= limits.held or b >= limits.held:
        return False
    move.what[0], move.what[1], move.what[2] = a, b, kind
    move.change[:] = 0
    move.prior[0] = 0.0
    for side in range(2):
        child = move.what[side]
        move.codes[side] = walk.codes[child]
        move.outcomes[side, 0], move.outcomes[side, 1] = walk.time[child], walk.death[child]
        move.outcomes[side, 2:] = walk.window[child]
    if kind == OUTCOMES:
        return swap_outcomes(move)
    if kind == CATEGORY:
        return swap_category(move, rng)
    if kind == TIME:
        return shift_time(move, limits, rng)
    if kind == CENSORING:
        return swap_censoring(walk, move, limits)
    if kind == CHILDREN:
        return swap_children(move, limits)
    return flip_remission(walk, move, limits)


@njit(nogil=True, cache=True)
def partner(a, kind, walk, limits, rng):
    """Draw the second child of a move, or give the first one again where one is enough."""
    if kind in (TIME, FLIP):
        return a
    arm = walk.codes[a, TREATMENT]
    if kind == OUTCOMES or (kind != CHILDREN and rng.random() < WITHIN_ARM):
        return any_of_arm(arm, limits.arm_start, rng)
    if kind == CENSORING:
        return int(rng.random() * walk.time.shape[0])
    if kind == CHILDREN:
        return int(rng.random() * limits.arm_start[N_ARMS])
    # A category moves between two whose treatment is known, or two whose treatment is not.
    n_known = limits.arm_start[N_ARMS]
    if a >= n_known:
        return any_of_arm(N_ARMS, limits.arm_start, rng)
    return int(rng.random() * n_known)


@njit(nogil=True, cache=True)
def swap_outcomes(move):
    """Let two children of an arm change their outcomes."""
    same = True
    for column in range(2):
        same &= move.outcomes[0, column] == move.outcomes[1, column]
    alike = True
    for column in range(move.codes.shape[1]):
        alike &= move.codes[0, column] == move.codes[1, column]
    for column in range(4):
        kept = move.outcomes[0, column]
        move.outcomes[0, column] = move.outcomes[1, column]
        move.outcomes[1, column] = kept
    return not (same or alike)


@njit(nogil=True, cache=True)
def swap_category(move, rng):
    """Let two children change their interval or their remission status."""
    column = INTERVAL if rng.random() < 0.5 else REMISSION
    first, second = move.codes[0, column], move.codes[1, column]
    move.codes[0, column], move.codes[1, column] = second, first
    return first != second


@njit(nogil=True, cache=True)
def shift_time(move, limits, rng):
    """Move one time inside its window."""
    time, death, first, last = move.outcomes[0]
    reach = (last - first) * math.exp(-FINEST_SHIFT * rng.random())
    shifted = int(time + (2.0 * rng.random() - 1.0) * (reach + 1.5))
    move.outcomes[:, 0] = shifted
    if shifted == time or shifted < first or shifted > last:
        return False
    return death == 1 or limits.censoring_days[0] <= shifted <= limits.censoring_days[1]


@njit(nogil=True, cache=True)
def swap_censoring(walk, move, limits):
    """Let a child that was censored die, and one that died be censored, each at its time."""
    if move.outcomes[0, 1] == move.outcomes[1, 1]:
        return False
    censored = 1 if move.outcomes[0, 1] == 0 else 0  # the one who will be
    n_known = limits.arm_start[N_ARMS]
    for side in range(2):
        alive = side == censored
        move.outcomes[side, 1] = 0 if alive else 1
        if move.what[side] < n_known:
            move.change[ALIVE_KNOWN] += 1 if alive else -1
    time = move.outcomes[censored, 0]
    alive = walk.counts[ALIVE_KNOWN] + move.change[ALIVE_KNOWN]
    return (
        not limits.all_died[move.codes[censored, TREATMENT]]
        and limits.censoring_days[0] <= time <= limits.censoring_days[1]
        and limits.alive[0] <= alive <= limits.alive[1]
    )


@njit(nogil=True, cache=True)
def swap_children(move, limits):
    """Let two children of different arms change places, each inside the other's window.

    Nothing changes but the arms: survivors pass from one to another that could not do so alone.
    """
    arms = move.codes[:, TREATMENT].copy()
    if arms[0] == arms[1] or arms[0] >= N_ARMS or arms[1] >= N_ARMS:
        return False
    for column in range(move.codes.shape[1]):
        if column != TREATMENT:
            kept = move.codes[0, column]
            move.codes[0, column] = move.codes[1, column]
            move.codes[1, column] = kept
    for column in range(2):
        kept = move.outcomes[0, column]
        move.outcomes[0, column] = move.outcomes[1, column]
        move.outcomes[1, column] = kept
    for side in range(2):
        time, death, first, last = move.outcomes[side]
        if time < first or time > last or (not death and limits.all_died[arms[side]]):
            return False
    return True


@njit(nogil=True, cache=True)
def flip_remission(walk, move, limits):
    """Give one child the other remission status.

    There are more ways to choose 100 children out of 288 than 50. Every number is to be as likely
    beforehand as every other, so that the paper decides, not the number of ways.
    """
    unknown = int(move.what[0] >= limits.arm_start[N_ARMS])
    remission = 1 - move.codes[0, REMISSION]
    move.codes[:, REMISSION] = remission
    change = -1 if remission else 1
    move.change[WITHOUT_KNOWN + unknown] = change
    before = walk.counts[WITHOUT_KNOWN + unknown]
    without = before + change
    n_known = limits.arm_start[N_ARMS]
    n = limits.arm_start[-1] - n_known if unknown else n_known
    more = n - before if change > 0 else before
    move.prior[0] = -math.log(more / (without if change > 0 else n - without))
    return limits.remission[unknown, 0] <= without <= limits.remission[unknown, 1]


@njit(nogil=True, cache=True)
def affected_by(walk, move, masks):
    """Bits of the groups whose outcomes a proposed move would change."""
    a, b, kind = move.what
    if kind == OUTCOMES:
        return walk.belongs[a] ^ walk.belongs[b]
    if kind in (TIME, CENSORING):
        return walk.belongs[a] | walk.belongs[b]
    if kind == CHILDREN:
        # Of the groups that do not ask for the arm only those that hold one of them and then the
        # other at the same time stay as they are.
        return (walk.belongs[a] ^ groups_of(move.codes[1], masks)) | (
            walk.belongs[b] ^ groups_of(move.codes[0], masks)
        )
    return (walk.belongs[a] ^ groups_of(move.codes[0], masks)) | (
        walk.belongs[b] ^ groups_of(move.codes[1], masks)
    )


@njit(nogil=True, cache=True)
def recodes(kind):
    """Whether a kind of move changes intervals or remission."""
    return kind in (CATEGORY, FLIP, CHILDREN)


@njit(nogil=True, cache=True)
def exchange(walk, move, masks):
    """Exchange what two children are with what the move holds."""
    a, b, kind = move.what
    for side in range(1 if a == b else 2):
        child = move.what[side]
        if recodes(kind):
            for column in range(move.codes.shape[1]):
                kept = walk.codes[child, column]
                walk.codes[child, column] = move.codes[side, column]
                move.codes[side, column] = kept
            walk.belongs[child] = groups_of(walk.codes[child], masks)
            switch_on(walk.codes[child], walk.on_table_4[child], walk.on_cells[child])
        if kind in (CATEGORY, FLIP):
            continue
        time, death = walk.time[child], walk.death[child]
        first, last = walk.window[child]
        walk.time[child], walk.death[child] = move.outcomes[side, 0], move.outcomes[side, 1]
        walk.window[child] = move.outcomes[side, 2:]
        move.outcomes[side, 0], move.outcomes[side, 1] = time, death
        move.outcomes[side, 2], move.outcomes[side, 3] = first, last
    if kind in (OUTCOMES, TIME, CHILDREN):
        sort_by_time(walk.order, walk.time)
