"""Simulated annealing over the records of a pseudo-cohort.

The moves keep what the paper fixes: the size of every arm and interval, the number of children
alive, and each child's at-risk window in its arm (Figure 3). They swap the outcomes of two children
of an arm, swap an interval or a remission status between two children, shift one time inside its
window, move a censoring, and flip a remission status. A move is judged first by the cheap
Kaplan-Meier statistics and, only while it could still be accepted, by the Cox models, the dearest
last.

Reference: Kirkpatrick S, Gelatt CD, Vecchi MP. Optimization by simulated annealing.
Science 1983;220:671-680.
"""

import math

import numpy as np
from numba import njit

from model.case import CATEGORIES, COVARIATES
from model.reconstruction.statistics import (
    chi_squared_tail,
    compile_cox,
    fit_binary,
    follow_up_of_alive,
    groups_of,
    invert,
    kaplan_meier,
    sort_by_time,
)

# A statistic that does not exist (a median never reached) misses by this many units.
ABSENT = 100.0
# Columns of a cohort while it is annealed.
TREATMENT, INTERVAL, REMISSION = range(3)
N_ARMS, N_INTERVALS = len(CATEGORIES["treatment"]), len(CATEGORIES["interval"])
# Table 4 and, behind its covariates, one for each pair of an arm and an interval.
P = len(COVARIATES)
P_CELLS = P + (N_ARMS - 1) * (N_INTERVALS - 1)
_score_table_4, fit_table_4 = compile_cox(P, 3)
score_cells, _fit_cells = compile_cox(P_CELLS, 4)
# Slots of the statistics vector behind the Kaplan-Meier groups.
ALIVE, REMISSION_ALONE, TABLE_4 = 0, 3, 7
INTERACTION = TABLE_4 + 4 * P
N_SLOTS = INTERACTION + 1

# Share of the swaps between two children that stay within an arm: they disturb its ratio less.
WITHIN_ARM = 0.5
# Share of the moves that pick an arm first and then its child, so that small arms are not starved.
SMALL_ARMS = 0.25


@njit(nogil=True, cache=True)
def miss(value, low, high, scale):
    """Distance of a statistic outside its interval, in units of its scale."""
    if math.isnan(value):
        return ABSENT
    return max(low - value, value - high, 0.0) / scale


@njit(nogil=True, cache=True)
def energy(statistics, index, low, high, scale, power, start, stop):
    """Sum of the misses, to a power, of the targets numbered from `start` to before `stop`."""
    total = 0.0
    for k in range(start, stop):
        d = miss(statistics[index[k]], low[k], high[k], scale[k])
        total += d * d if power == 2 else d
    return total


@njit(nogil=True, cache=True)
def keeps_middle(codes, arm, middle):
    """Whether both middle children of an arm, by interval, have the wanted interval."""
    wanted = middle[arm]
    if wanted < 0:
        return True
    size, before, after = 0, 0, 0
    for child in range(codes.shape[0]):
        if codes[child, 0] == arm:
            size += 1
            before += codes[child, 1] < wanted
            after += codes[child, 1] > wanted
    return 2 * before < size - 1 and 2 * after < size - 1


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
def interaction_p(belongs, group, on_cells, time, death, order, beta):
    """P-value of Rao's score test for every pair of an arm and an interval, given Table 4's fit."""
    padded = np.zeros(P_CELLS)
    padded[:P] = beta
    gradient = np.empty(P_CELLS)
    information = np.empty((P_CELLS, P_CELLS))
    variance = np.empty((P_CELLS, P_CELLS))
    score_cells(belongs, group, on_cells, time, death, order, padded, gradient, information)
    rank = invert(information, variance)
    chi_squared = 0.0
    for a in range(P_CELLS):
        for b in range(P_CELLS):
            chi_squared += gradient[a] * variance[a, b] * gradient[b]
    return chi_squared_tail(chi_squared, rank - P)


@njit(nogil=True, cache=True)
def all_statistics(
    codes,
    time,
    death,
    order,
    masks,
    horizons,
    belongs,
    on_table_4,
    on_cells,
    beta_remission,
    beta_table_4,
    out,
):
    """Fill everything from scratch: who belongs where, and every statistic."""
    size = 4 + horizons.shape[0]
    n_groups = masks.shape[0] - 2
    for child in range(codes.shape[0]):
        belongs[child] = groups_of(codes[child], masks)
        switch_on(codes[child], on_table_4[child], on_cells[child])
    for g in range(n_groups):
        slots = out[g * size : (g + 1) * size]
        kaplan_meier(belongs, g, time, death, order, horizons, slots)
    first = n_groups * size
    follow_up_of_alive(time, death, order, out[first + ALIVE : first + ALIVE + 3])
    for _ in range(12):
        fit_binary(
            belongs,
            n_groups,
            codes[:, REMISSION],
            time,
            death,
            order,
            beta_remission,
            out[first + REMISSION_ALONE : first + TABLE_4],
        )
    fit_table_4(
        belongs,
        n_groups + 1,
        on_table_4,
        time,
        death,
        order,
        beta_table_4,
        out[first + TABLE_4 : first + TABLE_4 + 4 * P].reshape((P, 4)),
        12,
    )
    out[first + INTERACTION] = interaction_p(
        belongs, n_groups + 1, on_cells, time, death, order, beta_table_4
    )


@njit(nogil=True, cache=True)
def any_of_arm(arm, arm_start, rng):
    """Draw a child of an arm, given where each arm begins."""
    return arm_start[arm] + int(rng.random() * (arm_start[arm + 1] - arm_start[arm]))


@njit(nogil=True, cache=True)
def anneal(
    codes,
    time,
    death,
    window,
    order,
    beta_remission,
    beta_table_4,
    statistics,
    masks,
    horizons,
    index,
    low,
    high,
    scale,
    power,
    n_analysed,
    remission_bounds,
    alive_bounds,
    censoring_days,
    middle,
    all_died,
    temperatures,
    rng,
):
    """Anneal one cohort in place, one step a temperature; stops when nothing misses.

    Parameters
    ----------
    codes, time, death, order : the cohort, see `model.reconstruction.statistics`; its children
        stand arm by arm, those of unknown treatment last
    window : (n_children, 2) days between which a child's time may move
    beta_remission, beta_table_4 : (1,), (p,) current coefficients
    statistics : (n_slots,) current statistics
    masks, horizons, index, low, high, scale : see `targets.Layout`; `index` ascends
    power : 2 for least squares, 1 for the hinge
    n_analysed : children whose treatment is known
    remission_bounds : (2, 2) fewest and most without remission, of the known and the unknown
    alive_bounds : (2,) fewest and most alive among those whose treatment is known
    censoring_days : (2,) first and last day of censoring
    middle : (n_arms,) interval code that both middle children of an arm must have, or -1
    all_died : (n_arms,) whether no child of an arm may be censored
    temperatures : (n_steps,)
    rng : numpy Generator

    Returns
    -------
    float
        The energy left: 0 if every target is met.
    """
    n, n_columns = codes.shape
    size = 4 + horizons.shape[0]
    n_groups = masks.shape[0] - 2  # the populations of the two models stand last
    first = size * n_groups
    belongs = np.empty(n, np.int64)
    remission = codes[:, REMISSION]
    on_table_4 = np.empty((n, 3), np.uint64)
    on_cells = np.empty((n, 4), np.uint64)
    for child in range(n):
        belongs[child] = groups_of(codes[child], masks)
        switch_on(codes[child], on_table_4[child], on_cells[child])
    trial = statistics.copy()
    trial_remission, trial_table_4 = beta_remission.copy(), beta_table_4.copy()
    new_codes = np.empty((2, n_columns), np.int64)
    n_alive = n_analysed - death[:n_analysed].sum()
    n_without = np.array(
        [(codes[:n_analysed, REMISSION] == 0).sum(), (codes[n_analysed:, REMISSION] == 0).sum()]
    )
    # Where the targets of each Kaplan-Meier group, and of what stands behind them, begin and end.
    cuts = np.empty(n_groups + 1, np.int64)
    for g in range(n_groups + 1):
        cuts[g] = np.searchsorted(index, g * size)
    at_remission, at_table_4, at_interaction, n_targets = (
        np.searchsorted(index, first + REMISSION_ALONE),
        np.searchsorted(index, first + TABLE_4),
        np.searchsorted(index, first + INTERACTION),
        index.shape[0],
    )
    aims = (index, low, high, scale, power)
    with_interaction = n_targets > at_interaction and scale[at_interaction] < math.inf
    if with_interaction:  # left out while nothing asked for it
        statistics[first + INTERACTION] = interaction_p(
            belongs, n_groups + 1, on_cells, time, death, order, beta_table_4
        )
    current = energy(statistics, *aims, 0, n_targets)
    group_energy = np.empty(n_groups + 1)
    for g in range(n_groups):
        group_energy[g] = energy(statistics, *aims, cuts[g], cuts[g + 1])
    group_energy[n_groups] = energy(statistics, *aims, cuts[n_groups], at_remission)
    trial_energy = group_energy.copy()
    n_arms = middle.shape[0]
    arm_start = np.zeros(n_arms + 1, np.int64)
    for child in range(n):
        arm_start[codes[child, TREATMENT] + 1 :] += 1
    for step in range(temperatures.shape[0]):
        if current == 0.0:
            break
        a = int(rng.random() * n)
        if rng.random() < SMALL_ARMS:
            a = any_of_arm(int(rng.random() * n_arms), arm_start, rng)
        b = a
        unknown = int(a >= n_analysed)
        kind = rng.random()
        new_codes[0] = codes[a]
        new_codes[1] = codes[a]
        old_time, old_death = time[a], death[a]
        swap_outcome = False
        swap_flag = False
        new_time = old_time
        alive_change = 0
        without_change = 0
        if kind < 0.30:  # swap the outcomes of two children of an arm
            b = any_of_arm(codes[a, TREATMENT], arm_start, rng)
            if (time[a] == time[b] and death[a] == death[b]) or (codes[a] == codes[b]).all():
                continue
            swap_outcome = True
        elif kind < 0.54:  # swap one category between two children, both analysed or both not
            column = INTERVAL if rng.random() < 0.5 else REMISSION
            if unknown or rng.random() < WITHIN_ARM:
                b = any_of_arm(codes[a, TREATMENT], arm_start, rng)
            else:
                b = int(rng.random() * n_analysed)
            if codes[a, column] == codes[b, column]:
                continue
            new_codes[1] = codes[b]
            new_codes[0, column] = codes[b, column]
            new_codes[1, column] = codes[a, column]
        elif kind < 0.82:  # shift one time inside its window
            width = window[a, 1] - window[a, 0]
            reach = width * math.exp(-6.0 * rng.random())
            new_time = int(old_time + (2.0 * rng.random() - 1.0) * (reach + 1.5))
            if new_time == old_time or new_time < window[a, 0] or new_time > window[a, 1]:
                continue
            if old_death == 0 and (new_time < censoring_days[0] or new_time > censoring_days[1]):
                continue
        elif kind < 0.94:  # swap the censoring of two children
            b = int(rng.random() * n)
            if rng.random() < WITHIN_ARM:
                b = any_of_arm(codes[a, TREATMENT], arm_start, rng)
            if death[a] == death[b]:
                continue
            swap_flag = True
            censored = b if death[a] == 0 else a
            lifted = a if death[a] == 0 else b
            if all_died[codes[censored, TREATMENT]]:
                continue
            if time[censored] < censoring_days[0] or time[censored] > censoring_days[1]:
                continue
            alive_change = int(censored < n_analysed) - int(lifted < n_analysed)
            if not alive_bounds[0] <= n_alive + alive_change <= alive_bounds[1]:
                continue
        else:  # flip a remission status, whose count the paper leaves open
            new_codes[0, REMISSION] = 1 - codes[a, REMISSION]
            without_change = 1 if new_codes[0, REMISSION] == 0 else -1
            without = n_without[unknown] + without_change
            if not remission_bounds[unknown, 0] <= without <= remission_bounds[unknown, 1]:
                continue

        # bits of the groups whose outcomes change, judged before anything moves
        trial[:] = statistics
        trial_remission[:] = beta_remission
        trial_table_4[:] = beta_table_4
        old_bits_a, old_bits_b = belongs[a], belongs[b]
        new_bits_a, new_bits_b = old_bits_a, old_bits_b
        if swap_outcome:
            affected = old_bits_a ^ old_bits_b
        elif swap_flag:
            affected = old_bits_a | old_bits_b
        elif new_time != old_time:
            affected = old_bits_a
        else:
            new_bits_a = groups_of(new_codes[0], masks)
            new_bits_b = groups_of(new_codes[1], masks) if b != a else new_bits_a
            affected = (old_bits_a ^ new_bits_a) | (old_bits_b ^ new_bits_b)

        # apply
        old_a, old_b = codes[a].copy(), codes[b].copy()
        if swap_outcome:
            time[a], time[b] = time[b], time[a]
            death[a], death[b] = death[b], death[a]
            for side in range(2):
                window[a, side], window[b, side] = window[b, side], window[a, side]
            sort_by_time(order, time)
        elif swap_flag:
            death[a], death[b] = death[b], death[a]
        elif new_time != old_time:
            time[a] = new_time
            sort_by_time(order, time)
        else:
            codes[a] = new_codes[0]
            if b != a:
                codes[b] = new_codes[1]
            belongs[a], belongs[b] = new_bits_a, new_bits_b

        threshold = current - temperatures[step] * math.log(1.0 - rng.random())
        recoded = not swap_outcome and not swap_flag and new_time == old_time
        accepted = True
        if recoded:
            accepted = keeps_middle(codes, codes[a, TREATMENT], middle) and keeps_middle(
                codes, codes[b, TREATMENT], middle
            )
        if accepted:
            trial_energy[:] = group_energy
            proposed = 0.0
            for g in range(n_groups):
                if not (affected >> g) & 1:
                    proposed += group_energy[g]
            for g in range(n_groups):
                if (affected >> g) & 1:
                    slots = trial[g * size : (g + 1) * size]
                    kaplan_meier(belongs, g, time, death, order, horizons, slots)
                    trial_energy[g] = energy(trial, *aims, cuts[g], cuts[g + 1])
                    proposed += trial_energy[g]
                    if proposed > threshold:
                        break
            if not recoded:
                follow_up_of_alive(time, death, order, trial[first + ALIVE : first + ALIVE + 3])
                trial_energy[n_groups] = energy(trial, *aims, cuts[n_groups], at_remission)
            proposed += trial_energy[n_groups]
            accepted = proposed <= threshold
        if accepted:
            switch_on(codes[a], on_table_4[a], on_cells[a])
            switch_on(codes[b], on_table_4[b], on_cells[b])
            # One Newton step from the current fit decides most moves; what passes is fitted again.
            without_cox = proposed
            for _ in range(2):
                fit_binary(
                    belongs,
                    n_groups,
                    remission,
                    time,
                    death,
                    order,
                    trial_remission,
                    trial[first + REMISSION_ALONE : first + TABLE_4],
                )
                proposed = without_cox + energy(trial, *aims, at_remission, at_table_4)
                accepted = proposed <= threshold
                if not accepted:
                    break
                fit_table_4(
                    belongs,
                    n_groups + 1,
                    on_table_4,
                    time,
                    death,
                    order,
                    trial_table_4,
                    trial[first + TABLE_4 : first + INTERACTION].reshape((P, 4)),
                    1,
                )
                proposed += energy(trial, *aims, at_table_4, at_interaction)
                accepted = proposed <= threshold
                if not accepted:
                    break
            if with_interaction and accepted:
                trial[first + INTERACTION] = interaction_p(
                    belongs, n_groups + 1, on_cells, time, death, order, trial_table_4
                )
                proposed += energy(trial, *aims, at_interaction, n_targets)
                accepted = proposed <= threshold
        if accepted:
            current = proposed
            statistics[:] = trial
            group_energy[:] = trial_energy
            beta_remission[:] = trial_remission
            beta_table_4[:] = trial_table_4
            n_alive += alive_change
            n_without[unknown] += without_change
        elif swap_outcome:
            time[a], time[b] = time[b], time[a]
            death[a], death[b] = death[b], death[a]
            for side in range(2):
                window[a, side], window[b, side] = window[b, side], window[a, side]
            sort_by_time(order, time)
        elif swap_flag:
            death[a], death[b] = death[b], death[a]
        elif new_time != old_time:
            time[a] = old_time
            sort_by_time(order, time)
        else:
            codes[a] = old_a
            if b != a:
                codes[b] = old_b
            belongs[a], belongs[b] = old_bits_a, old_bits_b
            switch_on(codes[a], on_table_4[a], on_cells[a])
            switch_on(codes[b], on_table_4[b], on_cells[b])
    return current
