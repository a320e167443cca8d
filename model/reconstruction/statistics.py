"""Compiled Kaplan-Meier and Cox statistics of a pseudo-cohort, as SPSS prints them.

Only the annealing calls these: it evaluates a cohort some ten thousand times a second.
`python -m model check` recomputes every figure with lifelines and shares no code with this module.

A cohort is `codes` (n_children, n_columns), small integers naming each child's category in each
column; `time` (n_children,) in days; `death` (n_children,); and `order`, the children sorted by
time. A *group* is a bit mask per column: a child belongs if its code's bit is set in every column.
`belongs` (n_children,) holds one bit a group.

References
----------
Collett D. Modelling Survival Data in Medical Research, 3rd ed., 2015: eq. 2.4 (Kaplan-Meier),
eq. 2.12-2.14 (standard error of the median), section 3.3 (Newton-Raphson for the Cox model).
Efron B. The efficiency of Cox's likelihood function for censored data. JASA 1977;72:557-565.
"""

import math

import numpy as np
from numba import njit

Z_95 = 1.959963984540054
# S(t) = 0.5 exactly does occur (30 children); floating point must not decide such a tie.
TIE = 1e-9


@njit(nogil=True, cache=True)
def groups_of(code, masks):
    """Bits of the groups, one a row of `masks` (n_groups, n_columns), that codes belong to."""
    bits = 0
    for g in range(masks.shape[0]):
        inside = 1
        for column in range(code.shape[0]):
            inside &= masks[g, column] >> code[column]
        bits |= (inside & 1) << g
    return bits


@njit(nogil=True, cache=True)
def kaplan_meier(belongs, group, time, death, order, horizons, out):
    """Kaplan-Meier summary of one group, as SPSS reports it.

    Writes into `out`: median (smallest t with S(t) <= 0.5), its lower and upper 95% limits
    (median -/+ 1.96 SE, SE = Greenwood's at the median over the density between the last death
    with S >= 0.55 and the first with S <= 0.45), the median of all observed times, and survival at
    each of `horizons` (days, ascending). Days; fractions; NaN where not reached.
    """
    n = order.shape[0]
    size = 0
    for position in range(n):
        size += (belongs[order[position]] >> group) & 1
    for k in range(out.shape[0]):
        out[k] = np.nan
    n_horizons = horizons.shape[0]
    survival = 1.0
    greenwood = 0.0
    at_risk = size
    seen = 0
    middle_low = np.nan
    median = np.nan
    median_deviation = np.nan
    upper_time, upper_survival = 0.0, 1.0
    lower_time, lower_survival = np.nan, np.nan
    horizon = 0
    position = 0
    while position < n:
        now = time[order[position]]
        while horizon < n_horizons and horizons[horizon] < now:
            out[4 + horizon] = survival
            horizon += 1
        deaths = 0
        leaving = 0
        while position < n and time[order[position]] == now:
            child = order[position]
            inside = (belongs[child] >> group) & 1
            leaving += inside
            deaths += inside & death[child]
            position += 1
        if leaving == 0:
            continue
        if deaths > 0:
            survival *= 1.0 - deaths / at_risk
            if at_risk > deaths:
                greenwood += deaths / (at_risk * (at_risk - deaths))
            if survival >= 0.55 - TIE:
                upper_time, upper_survival = now, survival
            if math.isnan(median) and survival <= 0.5 + TIE:
                median = now
                median_deviation = survival * math.sqrt(greenwood)
            if math.isnan(lower_time) and survival <= 0.45 + TIE:
                lower_time, lower_survival = now, survival
        before = seen
        seen += leaving
        at_risk -= leaving
        if 2 * before < size <= 2 * seen:
            middle_low = now
            if 2 * seen > size:
                out[3] = now
        elif 2 * before == size:
            out[3] = 0.5 * (middle_low + now)
    while horizon < n_horizons:
        out[4 + horizon] = survival
        horizon += 1
    if not math.isnan(lower_time):
        density = (upper_survival - lower_survival) / (lower_time - upper_time)
        out[0] = median
        out[1] = median - Z_95 * median_deviation / density
        out[2] = median + Z_95 * median_deviation / density


@njit(nogil=True, cache=True, fastmath=True)
def cox_score(belongs, group, codes, time, death, order, dummy, beta, gradient, information):
    """Efron's partial likelihood at `beta`: gradient (p,) and information matrix (p, p).

    `dummy` (n_columns, n_codes) names the covariate that a code switches on, or -1. The
    information is the sum over children of risk times cumulative hazard times xx', less the
    sum over deaths of the outer product of the mean covariates: the first has few entries a
    child, the second is one small matrix product.
    """
    n = order.shape[0]
    p = beta.shape[0]
    n_columns = codes.shape[1]
    ratio = np.exp(beta)
    risk = np.empty(n)
    on = np.empty((n, n_columns), np.int64)  # covariates switched on, -1 for none
    hazard_step = np.zeros(n)  # at the first position of each death time
    tied_step = np.zeros(n)
    means = np.empty((p, n))  # mean covariates at each death
    n_means = 0
    s0 = 0.0
    s1, d1 = np.zeros(p), np.zeros(p)
    gradient[:] = 0.0
    position = n - 1
    while position >= 0:
        now = time[order[position]]
        deaths = 0
        d0 = 0.0
        d1[:] = 0.0
        while position >= 0 and time[order[position]] == now:
            child = order[position]
            position -= 1
            if not (belongs[child] >> group) & 1:
                continue
            r = 1.0
            for column in range(n_columns):
                j = dummy[column, codes[child, column]]
                on[child, column] = j
                if j >= 0:
                    r *= ratio[j]
            risk[child] = r
            s0 += r
            for column in range(n_columns):
                j = on[child, column]
                if j >= 0:
                    s1[j] += r
            if death[child]:
                deaths += 1
                d0 += r
                for column in range(n_columns):
                    j = on[child, column]
                    if j >= 0:
                        d1[j] += r
                        gradient[j] += 1.0
        if deaths == 1:
            weight = 1.0 / s0
            hazard_step[position + 1] = weight
            for a in range(p):
                means[a, n_means] = s1[a] * weight
                gradient[a] -= means[a, n_means]
            n_means += 1
            continue
        for k in range(deaths):
            share = k / deaths
            weight = 1.0 / (s0 - share * d0)
            hazard_step[position + 1] += weight
            tied_step[position + 1] += weight * share
            for a in range(p):
                means[a, n_means] = (s1[a] - share * d1[a]) * weight
                gradient[a] -= means[a, n_means]
            n_means += 1
    for a in range(p):
        for b in range(a + 1):
            total = 0.0
            for k in range(n_means):
                total += means[a, k] * means[b, k]
            information[a, b] = -total
            information[b, a] = -total
    hazard, tied = 0.0, 0.0
    last = -1
    for position in range(n):
        child = order[position]
        if time[child] != last:
            last = time[child]
            hazard += hazard_step[position]
            tied = tied_step[position]
        if not (belongs[child] >> group) & 1:
            continue
        weight = risk[child] * (hazard - tied * death[child])
        for column in range(n_columns):
            a = on[child, column]
            if a < 0:
                continue
            for other in range(n_columns):
                b = on[child, other]
                if b >= 0:
                    information[a, b] += weight


@njit(nogil=True, cache=True)
def invert(matrix):
    """Inverse of a small symmetric positive definite matrix, by Gauss-Jordan elimination.

    Without LAPACK, whose locks slow down cohorts annealed side by side.
    """
    p = matrix.shape[0]
    left, inverse = matrix.copy(), np.eye(p)
    for k in range(p):
        pivot = 1.0 / left[k, k]
        for b in range(p):
            left[k, b] *= pivot
            inverse[k, b] *= pivot
        for a in range(p):
            factor = left[a, k]
            if a != k and factor != 0.0:
                for b in range(p):
                    left[a, b] -= factor * left[k, b]
                    inverse[a, b] -= factor * inverse[k, b]
    return inverse


@njit(nogil=True, cache=True)
def cox_fit(belongs, group, codes, time, death, order, dummy, beta, out, passes):
    """Cox model by Newton-Raphson from `beta`, which it improves in place.

    Writes hazard ratio, lower and upper 95% limit and Wald p per covariate into `out` (p, 4).
    """
    p = beta.shape[0]
    gradient = np.empty(p)
    information = np.empty((p, p))
    for _ in range(passes):
        cox_score(belongs, group, codes, time, death, order, dummy, beta, gradient, information)
        variance = invert(information)
        for a in range(p):
            step = 0.0
            for b in range(p):
                step += variance[a, b] * gradient[b]
            beta[a] += min(max(step, -1.0), 1.0)
    for a in range(p):
        error = math.sqrt(max(variance[a, a], 0.0))
        out[a, 0] = math.exp(beta[a])
        out[a, 1] = math.exp(beta[a] - Z_95 * error)
        out[a, 2] = math.exp(beta[a] + Z_95 * error)
        out[a, 3] = math.erfc(abs(beta[a]) / error / math.sqrt(2.0))


@njit(nogil=True, cache=True)
def sort_by_time(order, time):
    """Insertion sort of the nearly sorted `order`, in place."""
    for k in range(1, order.shape[0]):
        child = order[k]
        j = k - 1
        while j >= 0 and time[order[j]] > time[child]:
            order[j + 1] = order[j]
            j -= 1
        order[j + 1] = child
