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
# Below this a covariate has nobody in it.
NO_INFORMATION = 1e-9


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
    # Those of the group alone, in their order: written whether inside or not, kept if inside.
    times, deaths_at = np.empty(n, np.int64), np.empty(n, np.int64)
    size = 0
    for child in order:
        times[size], deaths_at[size] = time[child], death[child]
        size += (belongs[child] >> group) & 1
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
    while position < size and (horizon < n_horizons or math.isnan(lower_time) or 2 * seen <= size):
        now = times[position]
        while horizon < n_horizons and horizons[horizon] < now:
            out[4 + horizon] = survival
            horizon += 1
        deaths = 0
        before = seen
        while position < size and times[position] == now:
            deaths += deaths_at[position]
            position += 1
        seen = position
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
        at_risk = size - seen
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


@njit(nogil=True, cache=True)
def invert(matrix, inverse):
    """Invert a small symmetric positive definite matrix into `inverse` (Gauss-Jordan elimination).

    Without LAPACK, whose locks slow down cohorts annealed side by side. A covariate that has nobody
    in it, or that others add up to, is left out: its row is zero. Uses `matrix` up and gives its
    rank.
    """
    p = matrix.shape[0]
    rank = 0
    for a in range(p):
        for b in range(p):
            inverse[a, b] = 1.0 if a == b else 0.0
    for k in range(p):
        if matrix[k, k] < NO_INFORMATION:
            matrix[k] = 0.0
            inverse[k] = 0.0
            continue
        rank += 1
        pivot = 1.0 / matrix[k, k]
        for b in range(p):
            matrix[k, b] *= pivot
            inverse[k, b] *= pivot
        for a in range(p):
            factor = matrix[a, k]
            if a != k and factor != 0.0:
                for b in range(p):
                    matrix[a, b] -= factor * matrix[k, b]
                    inverse[a, b] -= factor * inverse[k, b]
    return rank


def compile_cox(p, n_columns):
    """Compile the Cox model for a fixed number of covariates and columns.

    Fixed numbers let the compiler unroll and vectorize what runs at every death; one function for
    all models would be several times slower.

    Parameters
    ----------
    p : int
        Covariates of the model, each 0 or 1.
    n_columns : int
        Columns that switch them on, at most one covariate a column.

    Returns
    -------
    score, fit : callable
        ``score(belongs, group, on, time, death, order, beta, gradient, information)`` writes the
        gradient (p,) and information (p, p) of Efron's partial likelihood at `beta`, where `on`
        (n_children, n_columns), unsigned, names the covariate that each column switches on, `p`
        for none.
        ``fit(..., order, beta, out, passes)`` improves `beta` in place by Newton-Raphson and
        writes hazard ratio, lower and upper 95% limit and Wald p per covariate into `out`
        (p, 4), and gives Wald's chi-squared of all covariates together.
    """

    @njit(nogil=True, cache=True, fastmath=True, error_model="numpy")
    def score(belongs, group, on, time, death, order, beta, gradient, information):
        # The information is the sum over children of risk times cumulative hazard times xx', less
        # the sum over deaths of the outer product of the mean covariates: the first has few
        # entries a child, the second is a product of two long matrices.
        n = order.shape[0]
        # The last place takes what switches no covariate on.
        ratio = np.ones(p + 1)
        for a in range(p):
            ratio[a] = math.exp(beta[a])
        risk = np.empty(n)
        hazard_step = np.zeros(n)  # at the first position of each death time
        tied_step = np.zeros(n)
        means = np.empty((p, n))  # mean covariates at each death
        n_means = 0
        s0 = 0.0
        s1, d1 = np.zeros(p + 1), np.zeros(p + 1)
        dying = np.zeros(p + 1)
        position = n - 1
        while position >= 0:
            now = time[order[position]]
            deaths = 0
            d0 = 0.0
            last = position
            while position >= 0 and time[order[position]] == now:
                child = order[position]
                position -= 1
                if not (belongs[child] >> group) & 1:
                    continue
                r = 1.0
                for c in range(n_columns):
                    r *= ratio[on[child, c]]
                risk[child] = r
                s0 += r
                for c in range(n_columns):
                    s1[on[child, c]] += r
                if death[child]:
                    deaths += 1
                    d0 += r
                    for c in range(n_columns):
                        dying[on[child, c]] += 1.0
            if deaths == 1:
                weight = 1.0 / s0
                hazard_step[position + 1] = weight
                for a in range(p):
                    means[a, n_means] = s1[a] * weight
                n_means += 1
            elif deaths > 1:
                d1[:] = 0.0
                for k in range(position + 1, last + 1):
                    child = order[k]
                    if death[child] and (belongs[child] >> group) & 1:
                        for c in range(n_columns):
                            d1[on[child, c]] += risk[child]
                for k in range(deaths):
                    share = k / deaths
                    weight = 1.0 / (s0 - share * d0)
                    hazard_step[position + 1] += weight
                    tied_step[position + 1] += weight * share
                    for a in range(p):
                        means[a, n_means] = (s1[a] - share * d1[a]) * weight
                    n_means += 1
        full = np.zeros((p + 1, p + 1))
        hazard, tied = 0.0, 0.0
        before = -1
        for position in range(n):
            child = order[position]
            if time[child] != before:
                before = time[child]
                hazard += hazard_step[position]
                tied = tied_step[position]
            if not (belongs[child] >> group) & 1:
                continue
            weight = risk[child] * (hazard - tied * death[child])
            for c in range(n_columns):
                for other in range(c + 1):
                    full[on[child, c], on[child, other]] += weight
        for a in range(p):
            total = dying[a]
            for k in range(n_means):
                total -= means[a, k]
            gradient[a] = total
            for b in range(a + 1):
                total = full[a, b] if a == b else full[a, b] + full[b, a]
                for k in range(n_means):
                    total -= means[a, k] * means[b, k]
                information[a, b] = total
                information[b, a] = total

    @njit(nogil=True, cache=True)
    def fit(belongs, group, on, time, death, order, beta, out, passes):
        gradient = np.empty(p)
        information = np.empty((p, p))
        kept = np.empty((p, p))
        variance = np.empty((p, p))
        for _ in range(passes):
            score(belongs, group, on, time, death, order, beta, gradient, information)
            kept[:] = information
            invert(information, variance)
            for a in range(p):
                step = 0.0
                for b in range(p):
                    step += variance[a, b] * gradient[b]
                beta[a] += min(max(step, -1.0), 1.0)
        chi_squared = 0.0
        for a in range(p):
            for b in range(p):
                chi_squared += beta[a] * kept[a, b] * beta[b]
            error = math.sqrt(max(variance[a, a], 0.0))
            out[a, 0] = math.exp(beta[a])
            out[a, 1] = math.exp(beta[a] - Z_95 * error)
            out[a, 2] = math.exp(beta[a] + Z_95 * error)
            out[a, 3] = math.erfc(abs(beta[a]) / error / math.sqrt(2.0)) if error > 0.0 else 1.0
        return chi_squared

    return score, fit


@njit(nogil=True, cache=True, error_model="numpy")
def fit_binary(belongs, group, on, time, death, order, beta, out):
    """One Newton step of a Cox model of a single 0/1 covariate, several times faster than `fit`.

    `on` (n_children,) is the covariate; `beta` (1,) is improved in place; `out` (4,) as `fit`'s.
    """
    ratio = math.exp(beta[0])
    at_risk_on, at_risk_off = 0, 0
    gradient, information = 0.0, 0.0
    position = order.shape[0] - 1
    while position >= 0:
        now = time[order[position]]
        dead_on, dead_off = 0, 0
        while position >= 0 and time[order[position]] == now:
            child = order[position]
            position -= 1
            inside = (belongs[child] >> group) & 1
            switched_on = inside & on[child]
            at_risk_on += switched_on
            at_risk_off += inside - switched_on
            dead_on += switched_on & death[child]
            dead_off += (inside - switched_on) & death[child]
        deaths = dead_on + dead_off
        for k in range(deaths):
            share = k / deaths
            risk_on = ratio * (at_risk_on - share * dead_on)
            mean = risk_on / (risk_on + at_risk_off - share * dead_off)
            gradient -= mean
            information += mean * (1.0 - mean)
        gradient += dead_on
    beta[0] += min(max(gradient / information, -1.0), 1.0)
    error = 1.0 / math.sqrt(information)
    out[0] = math.exp(beta[0])
    out[1] = math.exp(beta[0] - Z_95 * error)
    out[2] = math.exp(beta[0] + Z_95 * error)
    out[3] = math.erfc(abs(beta[0]) / error / math.sqrt(2.0))


@njit(nogil=True, cache=True)
def chi_squared_tail(x, df):
    """Probability that chi-squared with `df` degrees of freedom exceeds `x`."""
    half = 0.5 * x
    if df % 2:
        total = math.erfc(math.sqrt(half))
        term = math.exp(-half) * math.sqrt(half) / math.gamma(1.5)
        for k in range((df - 1) // 2):
            total += term
            term *= half / (k + 1.5)
        return total
    term = math.exp(-half)
    total = 0.0
    for k in range(df // 2):
        total += term
        term *= half / (k + 1)
    return total


@njit(nogil=True, cache=True)
def follow_up_of_alive(time, death, order, out):
    """Write the median, shortest and longest time of the children alive; NaN if there are none."""
    out[:] = np.nan
    n_alive = death.shape[0] - death.sum()
    seen = 0
    for position in range(order.shape[0]):
        child = order[position]
        if death[child]:
            continue
        seen += 1
        now = float(time[child])
        if seen == 1:
            out[1] = now
        if 2 * seen == n_alive or 2 * seen == n_alive + 1:
            out[0] = now
        elif 2 * seen == n_alive + 2:
            out[0] = 0.5 * (out[0] + now)
        out[2] = now


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
