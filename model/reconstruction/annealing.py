"""Simulated annealing over the records of a pseudo-cohort.

A move (`model.reconstruction.moves`) is judged first by the cheap Kaplan-Meier statistics and, only
while it could still be accepted, by the Cox models, the dearest last; at the very end by the rules
of what could be true (`model.reconstruction.plausible`).

Reference: Kirkpatrick S, Gelatt CD, Vecchi MP. Optimization by simulated annealing.
Science 1983;220:671-680.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model.reconstruction.moves import (
    N_ARMS,
    P_CELLS,
    REMISSION,
    TREATMENT,
    P,
    affected_by,
    exchange,
    keeps_middle,
    propose,
    recodes,
    switch_on,
)
from model.reconstruction.plausible import strain
from model.reconstruction.statistics import (
    chi_squared_tail,
    compile_cox,
    fit_binary,
    follow_up_of_alive,
    groups_of,
    invert,
    kaplan_meier,
)

# A statistic that does not exist (a median never reached) misses by this many units.
ABSENT = 100.0
_score_table_4, fit_table_4 = compile_cox(P, 3)
score_cells, _fit_cells = compile_cox(P_CELLS, 4)
# Slots of the statistics vector behind the Kaplan-Meier groups.
ALIVE, REMISSION_ALONE, TABLE_4 = 0, 3, 7
INTERACTION = TABLE_4 + 4 * P
N_SLOTS = INTERACTION + 1
# Newton steps that settle a fit from nothing.
PASSES = 12
# Days whose baseline cumulative hazard a list can be pushed along: see `Wanted.goals`.
PUSHED_DAYS = (365, 1461)


class Wanted(NamedTuple):
    """What the statistics are held against; see `model.reconstruction.targets.Aims`.

    Attributes
    ----------
    slots, low, high, scale : (n_targets,) where each target's statistic stands, and what is wanted
    plain, square, outside : weight of a miss as it is, squared, and of there being one
    cuts : (n_groups + 5,) where the targets of each Kaplan-Meier group begin, then those of the
        children alive, of remission alone, of Table 4 and of its interaction; and the end
    strain : weight of what could not be true, in units of a miss a death
    goals : (p + n_pushed_days, 2) between what each coefficient of Table 4's model should lie, and
        the logarithm of its baseline cumulative hazard on each of `PUSHED_DAYS`; all infinite where
        a list is to be met and not pushed (`model.reconstruction.widest`)
    pull : energy a unit of distance from these
    """

    slots: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    scale: NDArray[np.float64]
    plain: float
    square: float
    outside: float
    cuts: NDArray[np.int64]
    strain: float
    goals: NDArray[np.float64]
    pull: float


class Fit(NamedTuple):
    """What is known of a cohort as it stands.

    Attributes
    ----------
    statistics : (n_slots,)
    beta_remission, beta_table_4 : (1,), (p,) coefficients
    parts : (n_groups + 1,) energy of each Kaplan-Meier group, and of the children alive
    """

    statistics: NDArray[np.float64]
    beta_remission: NDArray[np.float64]
    beta_table_4: NDArray[np.float64]
    parts: NDArray[np.float64]


@njit(nogil=True, cache=True)
def miss(value, low, high, scale):
    """Distance of a statistic outside its interval, in units of its scale."""
    if math.isnan(value):
        return ABSENT
    return max(low - value, value - high, 0.0) / scale


@njit(nogil=True, cache=True)
def energy(statistics, index, low, high, scale, plain, square, outside, start, stop):
    """Weighted sum of the misses, of their squares and of their number, of the targets numbered
    from `start` to before `stop`.
    """
    total = 0.0
    for k in range(start, stop):
        d = miss(statistics[index[k]], low[k], high[k], scale[k])
        if d > 0.0:
            total += outside + (plain + square * d) * d
    return total


@njit(nogil=True, cache=True)
def part(fit, wanted, k):
    """Energy of the k-th part of the targets, as `Wanted.cuts` divides them."""
    return energy(
        fit.statistics,
        wanted.slots,
        wanted.low,
        wanted.high,
        wanted.scale,
        wanted.plain,
        wanted.square,
        wanted.outside,
        wanted.cuts[k],
        wanted.cuts[k + 1],
    )


@njit(nogil=True, cache=True)
def take(fit, other):
    """Let one fit be as the other."""
    fit.statistics[:] = other.statistics
    fit.beta_remission[:] = other.beta_remission
    fit.beta_table_4[:] = other.beta_table_4
    fit.parts[:] = other.parts


@njit(nogil=True, cache=True)
def interaction_p(walk, group, beta):
    """P-value of Rao's score test for every pair of an arm and an interval, given Table 4's fit."""
    padded = np.zeros(P_CELLS)
    padded[:P] = beta
    gradient = np.empty(P_CELLS)
    information = np.empty((P_CELLS, P_CELLS))
    variance = np.empty((P_CELLS, P_CELLS))
    score_cells(
        walk.belongs,
        group,
        walk.on_cells,
        walk.time,
        walk.death,
        walk.order,
        padded,
        gradient,
        information,
    )
    rank = invert(information, variance)
    chi_squared = 0.0
    for a in range(P_CELLS):
        for b in range(P_CELLS):
            chi_squared += gradient[a] * variance[a, b] * gradient[b]
    return chi_squared_tail(chi_squared, rank - P)


@njit(nogil=True, cache=True)
def survival_of(walk, fit, g, horizons):
    """Bring the Kaplan-Meier statistics of one group up to date."""
    size = 4 + horizons.shape[0]
    slots = fit.statistics[g * size : (g + 1) * size]
    kaplan_meier(walk.belongs, g, walk.time, walk.death, walk.order, horizons, slots)


@njit(nogil=True, cache=True)
def newton_remission(walk, fit, n_groups, first):
    """One Newton step of the model of remission alone, on all children."""
    fit_binary(
        walk.belongs,
        n_groups,
        walk.codes[:, REMISSION],
        walk.time,
        walk.death,
        walk.order,
        fit.beta_remission,
        fit.statistics[first + REMISSION_ALONE : first + TABLE_4],
    )


@njit(nogil=True, cache=True)
def newton_table_4(walk, fit, n_groups, first, passes):
    """Newton steps of Table 4's model, on the children whose treatment is known."""
    fit_table_4(
        walk.belongs,
        n_groups + 1,
        walk.on_table_4,
        walk.time,
        walk.death,
        walk.order,
        fit.beta_table_4,
        fit.statistics[first + TABLE_4 : first + INTERACTION].reshape((P, 4)),
        passes,
    )


@njit(nogil=True, cache=True)
def all_statistics(walk, fit, masks, horizons):
    """Fill everything from scratch: who belongs where, and every statistic."""
    n_groups = masks.shape[0] - 2
    first = n_groups * (4 + horizons.shape[0])
    for child in range(walk.codes.shape[0]):
        walk.belongs[child] = groups_of(walk.codes[child], masks)
        switch_on(walk.codes[child], walk.on_table_4[child], walk.on_cells[child])
    for g in range(n_groups):
        survival_of(walk, fit, g, horizons)
    alive = fit.statistics[first + ALIVE : first + ALIVE + 3]
    follow_up_of_alive(walk.time, walk.death, walk.order, alive)
    for _ in range(PASSES):
        newton_remission(walk, fit, n_groups, first)
    newton_table_4(walk, fit, n_groups, first, PASSES)
    fit.statistics[first + INTERACTION] = interaction_p(walk, n_groups + 1, fit.beta_table_4)


@njit(nogil=True, cache=True)
def judge_survival(walk, fit, wanted, horizons, affected, recoded, threshold):
    """Energy of the Kaplan-Meier targets and of the children alive; infinite beyond `threshold`."""
    n_groups = fit.parts.shape[0] - 1
    proposed = 0.0
    for g in range(n_groups):
        if not (affected >> g) & 1:
            proposed += fit.parts[g]
    for g in range(n_groups):
        if (affected >> g) & 1:
            survival_of(walk, fit, g, horizons)
            fit.parts[g] = part(fit, wanted, g)
            proposed += fit.parts[g]
            if proposed > threshold:
                return math.inf
    if not recoded:
        first = n_groups * (4 + horizons.shape[0])
        alive = fit.statistics[first + ALIVE : first + ALIVE + 3]
        follow_up_of_alive(walk.time, walk.death, walk.order, alive)
        fit.parts[n_groups] = part(fit, wanted, n_groups)
    return proposed + fit.parts[n_groups]


@njit(nogil=True, cache=True)
def judge_models(walk, fit, wanted, horizons, earliest, proposed, threshold):
    """Add the energy of the Cox models, and of what could not be true, to what is proposed.

    One Newton step from the current fit decides most moves; what passes is fitted again.
    """
    n_groups = fit.parts.shape[0] - 1
    first = n_groups * (4 + horizons.shape[0])
    without = proposed
    for _ in range(2):
        newton_remission(walk, fit, n_groups, first)
        proposed = without + part(fit, wanted, n_groups + 1)
        if proposed > threshold:
            return math.inf
        newton_table_4(walk, fit, n_groups, first, 1)
        proposed += part(fit, wanted, n_groups + 2)
        if proposed > threshold:
            return math.inf
    if with_interaction(wanted):
        fit.statistics[first + INTERACTION] = interaction_p(walk, n_groups + 1, fit.beta_table_4)
        proposed += part(fit, wanted, n_groups + 3)
    if wanted.strain > 0.0 and proposed <= threshold:
        proposed += wanted.strain * strain(walk, fit.beta_table_4, earliest)
    if wanted.pull > 0.0 and proposed <= threshold:
        proposed += wanted.pull * distance(walk, fit.beta_table_4, wanted.goals)
    return proposed


@njit(nogil=True, cache=True)
def where_it_lies(walk, beta):
    """Where the coefficients, and the logarithm of the baseline cumulative hazard (Breslow's) on
    each of `PUSHED_DAYS`, lie: (p + n_pushed_days,).
    """
    found = np.zeros(P + len(PUSHED_DAYS))
    found[:P] = beta
    ratio = np.ones(P + 1)
    for a in range(P):
        ratio[a] = math.exp(beta[a])
    at_risk = 0.0
    position = walk.order.shape[0] - 1
    while position >= 0:
        now = walk.time[walk.order[position]]
        deaths = 0
        while position >= 0 and walk.time[walk.order[position]] == now:
            child = walk.order[position]
            position -= 1
            if walk.codes[child, TREATMENT] < N_ARMS:
                risk = 1.0
                for c in range(walk.on_table_4.shape[1]):
                    risk *= ratio[walk.on_table_4[child, c]]
                at_risk += risk
                deaths += walk.death[child]
        for k in range(len(PUSHED_DAYS)):
            if deaths and now <= PUSHED_DAYS[k]:
                found[P + k] += deaths / at_risk
    found[P:] = np.log(found[P:])
    return found


@njit(nogil=True, cache=True)
def distance(walk, beta, goals):
    """Sum of the distances from where all that should lie: see `Wanted`."""
    found = where_it_lies(walk, beta)
    total = 0.0
    for k in range(found.shape[0]):
        total += miss(found[k], goals[k, 0], goals[k, 1], 1.0)
    return total


@njit(nogil=True, cache=True)
def with_interaction(wanted):
    """Whether anything asks for the test of interaction, the dearest of all."""
    last = wanted.cuts[-2]
    return wanted.cuts[-1] > last and wanted.scale[last] < math.inf


@njit(nogil=True, cache=True)
def energy_now(walk, fit, wanted, horizons, earliest):
    """Energy of a cohort as it stands; fills the parts of the fit."""
    n_groups = fit.parts.shape[0] - 1
    total = 0.0
    for g in range(n_groups + 1):
        fit.parts[g] = part(fit, wanted, g)
        total += fit.parts[g]
    return judge_models(walk, fit, wanted, horizons, earliest, total, math.inf)


@njit(nogil=True, cache=True)
def anneal(walk, fit, trial, move, limits, wanted, horizons, temperatures, rng):
    """Anneal a cohort in place, one step a temperature; stops when nothing misses.

    Parameters
    ----------
    walk, limits, move : see `model.reconstruction.moves`
    fit, trial : Fit
        What is known of the cohort as it stands; and room for that of a move.
    wanted : Wanted
    horizons : (n_horizons,) days
    temperatures : (n_steps,)
    rng : numpy Generator

    Returns
    -------
    float
        The energy left: 0 if every target is met.
    """
    current = energy_now(walk, fit, wanted, horizons, limits.earliest)
    take(trial, fit)
    dirty = False  # whether the trial differs from the fit
    for temperature in temperatures:
        if current == 0.0:
            break
        if not propose(walk, move, limits, rng):
            continue
        recoded = recodes(move.what[2])
        affected = affected_by(walk, move, limits.masks)
        exchange(walk, move, limits.masks)
        threshold = current - temperature * (math.log(1.0 - rng.random()) - move.prior[0])
        proposed = math.inf
        if not recoded or (
            keeps_middle(walk.codes, walk.codes[move.what[0], TREATMENT], limits)
            and keeps_middle(walk.codes, walk.codes[move.what[1], TREATMENT], limits)
        ):
            if dirty:
                take(trial, fit)
            dirty = True
            proposed = judge_survival(walk, trial, wanted, horizons, affected, recoded, threshold)
        if proposed <= threshold:
            proposed = judge_models(
                walk, trial, wanted, horizons, limits.earliest, proposed, threshold
            )
        if proposed <= threshold:
            current = proposed
            take(fit, trial)
            dirty = False
            walk.counts[:] += move.change
        else:
            exchange(walk, move, limits.masks)
    return current
