"""What could not be true of a list of children, whatever the paper leaves open.

Three rules, each with a number, on every arm, every interval, either remission status, and the
children whose treatment is missing:

- In groups of `SMALLEST` children or more no stretch without a death over which the list's own Cox
  model expects `EXPECTED_IN_A_GAP` of the group. Of the children whose treatment is missing: over
  which the course of the others, scaled to their median, lets expect so many. A stretch begins no
  earlier than the first day on which a child of an arm may die.
- No more deaths after `LATE` than a constant hazard from `FROM` on allows: given all deaths after
  `FROM`, those after `LATE` are binomial with the share of the time observed that lies there; its
  99th percentile.
- No day with more deaths, of all children, than the 99.9th percentile of a Poisson number whose
  mean is that of the days around it.

The annealing counts what breaks these rules (`strain`) beside what misses the paper; the tests
count it again without this code.
"""

import math

import numpy as np
from numba import njit

from model.reconstruction.moves import INTERVAL, N_ARMS, N_INTERVALS, REMISSION, TREATMENT, P

SMALLEST = 20
EXPECTED_IN_A_GAP = 4.0
# Kept a little inside, so that other arithmetic (ties, the pooled model) does not fall outside.
MARGIN = 0.1
FROM, LATE = 730, 1461
LATE_PERCENTILE, DAY_PERCENTILE = 0.99, 0.999
# Days around one day that its deaths are compared with: so many, or this share of the day, on
# either side.
FEWEST_AROUND, SHARE_AROUND = 7, 0.25
# Arms, intervals, remission no and yes; those of unknown treatment; all.
UNKNOWN = N_ARMS + N_INTERVALS + 2
ALL = UNKNOWN + 1
N_GROUPS = ALL + 1


@njit(nogil=True, cache=True)
def groups_of_child(code, groups):
    """Write the numbers of the groups of a child into `groups` (3,)."""
    if code[TREATMENT] < N_ARMS:
        groups[0] = code[TREATMENT]
        groups[1] = N_ARMS + code[INTERVAL]
        groups[2] = N_ARMS + N_INTERVALS + code[REMISSION]
    else:
        groups[:] = UNKNOWN


@njit(nogil=True, cache=True)
def risks(codes, on_table_4, beta, at_risk, size):
    """Relative hazard of every analysed child, 0 of the others: (n_children,).

    Fills the sum of it, and the number of children, of each group.
    """
    n = codes.shape[0]
    ratio = np.ones(P + 1)
    for a in range(P):
        ratio[a] = math.exp(beta[a])
    risk = np.zeros(n)
    groups = np.empty(3, np.int64)
    for child in range(n):
        groups_of_child(codes[child], groups)
        if groups[0] == UNKNOWN:
            size[UNKNOWN] += 1
            continue
        risk[child] = ratio[on_table_4[child, 0]] * ratio[on_table_4[child, 1]]
        risk[child] *= ratio[on_table_4[child, 2]]
        for g in groups:
            at_risk[g] += risk[child]
            size[g] += 1
    return risk


@njit(nogil=True, cache=True)
def expect(expected, dies, at_risk, size, earliest, now, step):
    """Add the deaths that a step of the baseline hazard lets expect of each group.

    Gives those beyond what is tolerated of the groups in which a stretch ends.
    """
    strain = 0.0
    for g in range(UNKNOWN):
        if size[g] < SMALLEST or (g < N_ARMS and now < earliest[g]):
            continue
        expected[g] += at_risk[g] * step
        if dies[g]:
            strain += max(0.0, expected[g] - EXPECTED_IN_A_GAP + MARGIN)
            expected[g] = 0.0
    dies[:] = False
    return strain


@njit(nogil=True, cache=True)
def gaps(codes, time, death, order, on_table_4, beta, earliest):
    """Deaths beyond those tolerated that are expected in stretches without any, summed."""
    n = order.shape[0]
    at_risk, size = np.zeros(N_GROUPS), np.zeros(N_GROUPS, np.int64)
    risk = risks(codes, on_table_4, beta, at_risk, size)
    groups = np.empty(3, np.int64)
    total = at_risk[:N_ARMS].sum()
    cumulative = np.zeros(n)  # of the analysed, Nelson-Aalen, at each position
    hazard, strain = 0.0, 0.0
    n_at_risk = n - size[UNKNOWN]
    expected = np.zeros(N_GROUPS)
    dies = np.zeros(N_GROUPS, np.bool_)
    position = 0
    while position < n:
        now = time[order[position]]
        first = position
        deaths = 0
        while position < n and time[order[position]] == now:
            child = order[position]
            if risk[child] > 0.0 and death[child]:
                deaths += 1
                groups_of_child(codes[child], groups)
                for g in groups:
                    dies[g] = True
            position += 1
        if deaths:
            hazard += deaths / n_at_risk
            strain += expect(expected, dies, at_risk, size, earliest, now, deaths / total)
        for k in range(first, position):
            child = order[k]
            cumulative[k] = hazard
            if risk[child] > 0.0:
                groups_of_child(codes[child], groups)
                for g in groups:
                    at_risk[g] -= risk[child]
                total -= risk[child]
                n_at_risk -= 1
    for group in range(UNKNOWN):
        strain += max(0.0, expected[group] - EXPECTED_IN_A_GAP + MARGIN)
    return strain + gaps_of_unknown(codes, time, death, order, cumulative, size[UNKNOWN])


@njit(nogil=True, cache=True)
def gaps_of_unknown(codes, time, death, order, cumulative, size):
    """The same of those of unknown treatment, by the course of the others scaled to their median.

    `cumulative` (n_children,) is the cumulative hazard of the others at each position.
    """
    n = order.shape[0]
    stretch = middle_of(codes, time, order, n - size, False) / middle_of(
        codes, time, order, size, True
    )
    at_risk = size
    strain, expected, before = 0.0, 0.0, 0.0
    place = 0
    for position in range(n):
        child = order[position]
        if codes[child, TREATMENT] < N_ARMS:
            continue
        while place + 1 < n and time[order[place + 1]] <= time[child] * stretch:
            place += 1
        expected += at_risk * (cumulative[place] - before)
        before = cumulative[place]
        at_risk -= 1
        if death[child]:
            strain += max(0.0, expected - EXPECTED_IN_A_GAP + MARGIN)
            expected = 0.0
    return strain + max(0.0, expected - EXPECTED_IN_A_GAP + MARGIN)


@njit(nogil=True, cache=True)
def middle_of(codes, time, order, size, unknown):
    """Upper of the middle times of the children whose treatment is, or is not, known."""
    seen = 0
    for position in range(order.shape[0]):
        child = order[position]
        if (codes[child, TREATMENT] >= N_ARMS) == unknown:
            seen += 1
            if 2 * seen > size:
                return time[child]
    return np.nan


@njit(nogil=True, cache=True)
def late_deaths(codes, time, death):
    """Deaths after `LATE` beyond those that a constant hazard allows, over all groups."""
    deaths = np.zeros((2, N_GROUPS), np.int64)
    observed = np.zeros((2, N_GROUPS))
    groups = np.empty(3, np.int64)
    for child in range(time.shape[0]):
        if time[child] <= FROM:
            continue
        groups_of_child(codes[child], groups)
        for k in range(4):
            g = groups[k] if k < 3 else ALL
            if k in (1, 2) and g == UNKNOWN:
                continue
            observed[0, g] += time[child] - FROM
            deaths[0, g] += death[child]
            if time[child] > LATE:
                observed[1, g] += time[child] - LATE
                deaths[1, g] += death[child]
    excess = 0
    for g in range(N_GROUPS):
        if deaths[1, g] > 0:
            share = observed[1, g] / observed[0, g]
            excess += max(0, deaths[1, g] - binomial_percentile(deaths[0, g], share))
    return float(excess)


@njit(nogil=True, cache=True)
def binomial_percentile(n, share):
    """Smallest number whose cumulative binomial probability reaches `LATE_PERCENTILE`."""
    if share >= 1.0:
        return n
    term = (1.0 - share) ** n
    total = term
    k = 0
    while total < LATE_PERCENTILE and k < n:
        term *= (n - k) / (k + 1) * share / (1.0 - share)
        total += term
        k += 1
    return k


@njit(nogil=True, cache=True)
def crowded_days(time, death, order):
    """Deaths on days that have more of them than the days around allow, beyond what is allowed."""
    n = order.shape[0]
    excess = 0.0
    position = 0
    while position < n:
        now = time[order[position]]
        first = position
        deaths = 0
        while position < n and time[order[position]] == now:
            deaths += death[order[position]]
            position += 1
        if deaths < 2:
            continue
        reach = max(FEWEST_AROUND, int(SHARE_AROUND * now))
        around = deaths
        k = first - 1
        while k >= 0 and time[order[k]] >= now - reach:
            around += death[order[k]]
            k -= 1
        k = position
        while k < n and time[order[k]] <= now + reach:
            around += death[order[k]]
            k += 1
        mean = around / (min(now - 1, reach) + 1 + reach)
        excess += max(0, deaths - poisson_percentile(mean))
    return excess


@njit(nogil=True, cache=True)
def poisson_percentile(mean):
    """Smallest number whose cumulative Poisson probability reaches `DAY_PERCENTILE`."""
    term = math.exp(-mean)
    total = term
    k = 0
    while total < DAY_PERCENTILE:
        k += 1
        term *= mean / k
        total += term
    return k


@njit(nogil=True, cache=True)
def strain(walk, beta, earliest):
    """How far a cohort breaks the rules, in deaths; 0 if it could be true.

    `beta` (p,) are the coefficients of Table 4's model on it.
    """
    return (
        gaps(walk.codes, walk.time, walk.death, walk.order, walk.on_table_4, beta, earliest)
        + late_deaths(walk.codes, walk.time, walk.death)
        + crowded_days(walk.time, walk.death, walk.order)
    )
