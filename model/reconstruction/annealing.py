"""Simulated annealing over the records of a pseudo-cohort.

The moves keep what the paper fixes: the size of every arm and interval, and each child's at-risk
window in its arm (Figure 3). They swap the outcomes of two children of an arm, swap an interval or
a remission status between two children, shift one time inside its window, and move a censoring or
remission flag. A move is judged first by the cheap Kaplan-Meier statistics and, only if it could
still be accepted, by the Cox model.

Reference: Kirkpatrick S, Gelatt CD, Vecchi MP. Optimization by simulated annealing.
Science 1983;220:671-680.
"""

import math

import numpy as np
from numba import njit

from model.reconstruction.statistics import cox_fit, groups_of, kaplan_meier, sort_by_time

# A statistic that does not exist (a median never reached) misses by this many units.
ABSENT = 100.0
# Share of the moves that pick an arm first and then its child, so that small arms are not starved.
SMALL_ARMS = 0.25


@njit(nogil=True, cache=True)
def miss(value, low, high, scale):
    """Distance of a statistic outside its interval, in units of its scale."""
    if math.isnan(value):
        return ABSENT
    return max(low - value, value - high, 0.0) / scale


@njit(nogil=True, cache=True)
def energy(statistics, index, low, high, scale, power, first, last):
    """Sum of the misses, to a power, of the targets whose statistic is in slots [first, last)."""
    total = 0.0
    for k in range(index.shape[0]):
        if first <= index[k] < last:
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
def fit_models(
    belongs, first_group, codes, time, death, order, dummies, n_covariates, betas, out, passes
):
    """Fit every Cox model, filling its slots of the statistics vector."""
    start = 0
    for m in range(n_covariates.shape[0]):
        p = n_covariates[m]
        cox_fit(
            belongs,
            first_group + m,
            codes,
            time,
            death,
            order,
            dummies[m],
            betas[m, :p],
            out[start : start + 4 * p].reshape((p, 4)),
            passes,
        )
        start += 4 * p


@njit(nogil=True, cache=True)
def anneal(
    codes,
    time,
    death,
    window,
    order,
    betas,
    statistics,
    masks,
    horizons,
    dummies,
    n_covariates,
    index,
    low,
    high,
    scale,
    power,
    free,
    bounds,
    middle,
    all_died,
    temperatures,
    rng,
):
    """Anneal one cohort in place, one step a temperature; stops when nothing misses.

    Parameters
    ----------
    codes, time, death, order : the cohort, see `model.reconstruction.statistics`
    window : (n_children, 2) days between which a child's time may move
    betas : (n_models, p) current coefficients
    statistics : (n_slots,) current statistics
    masks, horizons, dummies, n_covariates, index, low, high, scale : see `targets.Layout`
    power : 2 for least squares, 1 for the hinge
    free : (n_columns, 3) whether a column's codes may be swapped, may be flipped, and the largest
        count that column's code 0 may reach when flipped
    bounds : (5,) fewest and most deaths, first and last day of censoring, fewest children with
        code 0 in a flipped column
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
    n_groups = masks.shape[0] - n_covariates.shape[0]  # the models' populations stand last
    cox_start = size * n_groups
    belongs = np.empty(n, np.int64)
    for child in range(n):
        belongs[child] = groups_of(codes[child], masks)
    end = statistics.shape[0]
    trial = statistics.copy()
    trial_betas = betas.copy()
    new_codes = np.empty((2, n_columns), np.int64)
    n_deaths = death.sum()
    swap_columns = np.nonzero(free[:, 0])[0]
    flip_columns = np.nonzero(free[:, 1])[0]
    current = energy(statistics, index, low, high, scale, power, 0, end)
    # Children stand arm by arm, and no move changes an arm.
    n_arms = middle.shape[0]
    arm_end = np.zeros(n_arms + 1, np.int64)
    for child in range(n):
        arm_end[codes[child, 0] + 1 :] += 1
    for step in range(temperatures.shape[0]):
        if current == 0.0:
            break
        a = int(rng.random() * n)
        if rng.random() < SMALL_ARMS:
            arm = int(rng.random() * n_arms)
            a = arm_end[arm] + int(rng.random() * (arm_end[arm + 1] - arm_end[arm]))
        b = a
        kind = rng.random()
        new_codes[0] = codes[a]
        new_codes[1] = codes[a]
        old_time, old_death = time[a], death[a]
        swap_outcome = False
        swap_flag = False
        new_time, new_death = old_time, old_death
        flipped = -1
        if kind < 0.30:  # swap the outcomes of two children of an arm
            arm = codes[a, 0]
            b = arm_end[arm] + int(rng.random() * (arm_end[arm + 1] - arm_end[arm]))
            if (time[a] == time[b] and death[a] == death[b]) or (codes[a] == codes[b]).all():
                continue
            swap_outcome = True
        elif kind < 0.52:  # swap one category between two children
            b = int(rng.random() * n)
            column = swap_columns[int(rng.random() * swap_columns.shape[0])]
            if codes[a, column] == codes[b, column]:
                continue
            new_codes[1] = codes[b]
            new_codes[0, column] = codes[b, column]
            new_codes[1, column] = codes[a, column]
        elif kind < 0.80:  # shift one time inside its window
            width = window[a, 1] - window[a, 0]
            reach = width * math.exp(-6.0 * rng.random())
            new_time = int(old_time + (2.0 * rng.random() - 1.0) * (reach + 1.5))
            if new_time == old_time or new_time < window[a, 0] or new_time > window[a, 1]:
                continue
        elif kind < 0.88:  # swap the censoring of two children
            b = int(rng.random() * n)
            if death[a] == death[b]:
                continue
            swap_flag = True
            censored = b if death[a] == 0 else a
            if all_died[codes[censored, 0]]:
                continue
            if time[censored] < bounds[2] or time[censored] > bounds[3]:
                continue
        elif kind < 0.94:  # set or lift one censoring flag
            new_death = 1 - old_death
            changed = n_deaths + new_death - old_death
            if changed < bounds[0] or changed > bounds[1] or all_died[codes[a, 0]]:
                continue
        else:  # flip a category whose count the paper leaves open
            if flip_columns.shape[0] == 0:
                continue
            flipped = flip_columns[int(rng.random() * flip_columns.shape[0])]
            new_codes[0, flipped] = 1 - codes[a, flipped]
            none = (codes[:, flipped] == 0).sum() + (1 if new_codes[0, flipped] == 0 else -1)
            if none < bounds[4] or none > free[flipped, 2]:
                continue
        stays_censored = new_death == 0 and not swap_outcome and not swap_flag
        if stays_censored and (new_time < bounds[2] or new_time > bounds[3]):
            continue

        # bits of the groups whose outcomes change, judged before anything moves
        trial[:] = statistics
        trial_betas[:] = betas
        old_bits_a, old_bits_b = belongs[a], belongs[b]
        new_bits_a, new_bits_b = old_bits_a, old_bits_b
        if swap_outcome:
            affected = old_bits_a ^ old_bits_b
        elif swap_flag:
            affected = old_bits_a | old_bits_b
        elif new_time != old_time or new_death != old_death:
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
        else:
            codes[a] = new_codes[0]
            if b != a:
                codes[b] = new_codes[1]
            belongs[a], belongs[b] = new_bits_a, new_bits_b
            time[a], death[a] = new_time, new_death
            if new_time != old_time:
                sort_by_time(order, time)

        threshold = current - temperatures[step] * math.log(1.0 - rng.random())
        accepted = True
        if not swap_outcome and not swap_flag:
            accepted = keeps_middle(codes, codes[a, 0], middle) and keeps_middle(
                codes, codes[b, 0], middle
            )
        if accepted:
            for g in range(n_groups):
                if (affected >> g) & 1:
                    slots = trial[g * size : (g + 1) * size]
                    kaplan_meier(belongs, g, time, death, order, horizons, slots)
            proposed = energy(trial, index, low, high, scale, power, 0, cox_start)
            accepted = proposed <= threshold
        if accepted:
            # One Newton step from the current fit decides most moves; what passes is fitted again.
            cox_slots = trial[cox_start:]
            without_cox = proposed
            for _ in range(2):
                fit_models(
                    belongs,
                    n_groups,
                    codes,
                    time,
                    death,
                    order,
                    dummies,
                    n_covariates,
                    trial_betas,
                    cox_slots,
                    1,
                )
                cox_energy = energy(trial, index, low, high, scale, power, cox_start, end)
                proposed = without_cox + cox_energy
                accepted = proposed <= threshold
                if not accepted:
                    break
        if accepted:
            current = proposed
            statistics[:] = trial
            betas[:] = trial_betas
            n_deaths += new_death - old_death
        elif swap_outcome:
            time[a], time[b] = time[b], time[a]
            death[a], death[b] = death[b], death[a]
            for side in range(2):
                window[a, side], window[b, side] = window[b, side], window[a, side]
            sort_by_time(order, time)
        elif swap_flag:
            death[a], death[b] = death[b], death[a]
        else:
            codes[a] = old_a
            if b != a:
                codes[b] = old_b
            belongs[a], belongs[b] = old_bits_a, old_bits_b
            time[a], death[a] = old_time, old_death
            if new_time != old_time:
                sort_by_time(order, time)
    return current
