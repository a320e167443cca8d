"""What else the paper tells of the children, filled in once their outcomes are there.

A ratio of Table 3 is univariate: it depends on one column and on the outcomes of all 334 children,
on nothing else. So the columns (leukemia, age, sex, total body irradiation, source of the stem
cells, GvHD, conditioning) are filled in one after the other, each from a random start that holds
the printed counts. How they go together, beyond what their own ratios say of the outcome, the paper
does not print; here it is left to chance, anew in every cohort.

With leukemia come the points read off Figure 2, if `data/digitised.csv` has any.

Of the 46 children whose treatment is missing no count is printed. Theirs stay within two standard
deviations of what the shares of the others let expect.
"""

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model.case import AGE_END, AGE_FIRST_YEARS, BACKGROUND
from model.cohort import TRANSPLANT_STATUS
from model.paper import evidence
from model.paper.digitised import CURVES, Reading, readings
from model.paper.evidence import Figure
from model.reconstruction.annealing import energy
from model.reconstruction.statistics import chi_squared_tail, compile_cox, kaplan_meier
from model.reconstruction.targets import COX_SLOTS, SURVIVAL_SLOT, Aims, lay_out, target

# Covariates of the largest column.
K = max(len(codes) for codes in BACKGROUND.values()) - 1
_score, fit_column = compile_cox(K, 1)
FACTOR, LOGRANK = 4 * K, 4 * K + 1
N_SLOTS = LOGRANK + 1
# Weight of a figure being outside its rounding at all.
OUTSIDE = 0.02
# Newton steps from the current fit.
PASSES = 3

STEPS, TEMPERATURES, STARTS = 100_000, (3.0, 0.003), 6
# A start that leaves more than this is tried anew: units of the last digit, all figures together.
GOOD_ENOUGH = 0.3
# Table 3's GvHD is present in about as many as the precision of its ratio asks for; how many is not
# printed, and the annealing decides.
SHARE_AT_START = {"gvhd": (0.86, 0.14)}
STANDARD_DEVIATIONS = 2.0


@njit(nogil=True, cache=True)
def logrank_p(code, n_analysed, time, death, order):
    """P-value of the log-rank test between code 0 and codes 1 and 2, of the analysed children.

    Where code 0 fares better, 2 less it: the paper's difference is the other way round, and no
    p-value may be reached from the wrong side.
    """
    at_risk_0, at_risk_1 = 0, 0
    difference, variance = 0.0, 0.0
    position = order.shape[0] - 1
    while position >= 0:
        now = time[order[position]]
        dead_0, dead_1 = 0, 0
        while position >= 0 and time[order[position]] == now:
            child = order[position]
            position -= 1
            if child >= n_analysed or code[child] > 2:
                continue
            if code[child] == 0:
                at_risk_0 += 1
                dead_0 += death[child]
            else:
                at_risk_1 += 1
                dead_1 += death[child]
        deaths, at_risk = dead_0 + dead_1, at_risk_0 + at_risk_1
        if deaths == 0:
            continue
        difference += dead_0 - deaths * at_risk_0 / at_risk
        if at_risk > 1:
            share = at_risk_0 / at_risk
            variance += deaths * share * (1.0 - share) * (at_risk - deaths) / (at_risk - 1)
    return math.erfc(difference / math.sqrt(2.0 * variance))


@njit(nogil=True, cache=True)
def curve_statistics(code, n_analysed, curves, time, death, order, belongs, out):
    """Fill the Kaplan-Meier slots, behind `N_SLOTS`, of the analysed children.

    `curves` are bit masks of codes (n_curves,) and days (n_days,): see `curves_of`.
    """
    masks, horizons = curves
    size = SURVIVAL_SLOT + horizons.shape[0]
    for curve in range(masks.shape[0]):
        for child in range(code.shape[0]):
            belongs[child] = (masks[curve] >> code[child]) & 1 if child < n_analysed else 0
        slots = out[N_SLOTS + curve * size : N_SLOTS + (curve + 1) * size]
        kaplan_meier(belongs, 0, time, death, order, horizons, slots)


@njit(nogil=True, cache=True)
def column_statistics(
    code, n_codes, n_analysed, rises, with_logrank, time, death, order, belongs, on, beta, out
):
    """Fill the statistics of one column: see `COX_SLOTS`, `FACTOR` and `LOGRANK`.

    Where a ratio lies on the wrong side of 1, 2 less its p-value, as in `logrank_p`.
    """
    for child in range(code.shape[0]):
        belongs[child] = 1 if code[child] < n_codes else 0
        on[child, 0] = code[child] - 1 if 0 < code[child] < n_codes else K
    chi_squared = fit_column(
        belongs, 0, on, time, death, order, beta, out[: 4 * K].reshape((K, 4)), PASSES
    )
    for k in range(n_codes - 1):
        if (beta[k] > 0.0) != rises[k]:
            out[4 * k + 3] = 2.0 - out[4 * k + 3]
    out[FACTOR] = chi_squared_tail(chi_squared, n_codes - 1)
    if with_logrank:
        out[LOGRANK] = logrank_p(code, n_analysed, time, death, order)


@njit(nogil=True, cache=True)
def anneal_column(
    code,
    n_codes,
    n_analysed,
    rises,
    with_logrank,
    time,
    death,
    order,
    curves,
    index,
    low,
    high,
    scale,
    fewest,
    most,
    temperatures,
    rng,
):
    """Anneal the codes of one column in place; stops when nothing misses.

    Parameters
    ----------
    code : (n_children,) codes, `n_codes` where it is not known; the analysed children first
    n_codes, n_analysed : int
    rises : (n_codes - 1,) whether the hazard ratio of each code but the first exceeds 1
    with_logrank : whether the log-rank test is among the targets
    time, death, order : outcomes, see `model.reconstruction.statistics`
    curves : see `curves_of`
    index, low, high, scale : (n_targets,), see `targets.Aims`
    fewest, most : (2, n_codes + 1) bounds of the count of each code, among the analysed and the
        others; those of the analysed are cumulative
    temperatures : (n_steps,)
    rng : numpy Generator

    Returns
    -------
    float
        The energy left.
    """
    n = code.shape[0]
    belongs = np.empty(n, np.int64)
    on = np.empty((n, 1), np.uint64)
    beta, trial_beta = np.zeros(K), np.zeros(K)
    out = np.full(N_SLOTS + curves[0].shape[0] * (SURVIVAL_SLOT + curves[1].shape[0]), np.nan)
    counts = np.zeros((2, n_codes + 1), np.int64)
    for child in range(n):
        counts[int(child >= n_analysed), code[child]] += 1
    n_targets = index.shape[0]
    current = np.inf
    for temperature in temperatures:
        if current == 0.0:
            break
        a = int(rng.random() * n)
        others = int(a >= n_analysed)
        b = a
        old_a = code[a]
        if rng.random() < 0.7:
            b = (
                n_analysed + int(rng.random() * (n - n_analysed))
                if others
                else int(rng.random() * n_analysed)
            )
            if code[a] == code[b]:
                continue
            new_a, old_b = code[b], code[b]
        else:
            new_a, old_b = int(rng.random() * (n_codes + 1)), old_a
            if new_a == old_a:
                continue
            counts[others, old_a] -= 1
            counts[others, new_a] += 1
            total = 0
            inside = True
            for c in range(n_codes + 1):
                total = counts[others, c] if others else total + counts[others, c]
                inside &= fewest[others, c] <= total <= most[others, c]
            counts[others, old_a] += 1
            counts[others, new_a] -= 1
            if not inside:
                continue
        code[a] = new_a
        if b != a:
            code[b] = old_a
        trial_beta[:] = beta
        column_statistics(
            code,
            n_codes,
            n_analysed,
            rises,
            with_logrank,
            time,
            death,
            order,
            belongs,
            on,
            trial_beta,
            out,
        )
        curve_statistics(code, n_analysed, curves, time, death, order, belongs, out)
        proposed = energy(out, index, low, high, scale, 1.0, 0.0, OUTSIDE, 0, n_targets)
        if proposed <= current - temperature * math.log(1.0 - rng.random()):
            current = proposed
            beta[:] = trial_beta
            if b == a:
                counts[others, old_a] -= 1
                counts[others, new_a] += 1
        else:
            code[a] = old_a
            if b != a:
                code[b] = old_b
    return current


def aims_of(column: str) -> Aims:
    """What a column must give back of Table 3, and of the test and the curves of Figure 2."""
    codes = BACKGROUND[column]
    groups = [f"{column}={code}" for code in codes[1:]]
    read, (_, horizons) = curves_of(column)

    def slot(figure: Figure) -> int:
        if isinstance(figure, Reading):
            before = CURVES[2].index(figure.group) * (SURVIVAL_SLOT + len(horizons))
            return N_SLOTS + before + SURVIVAL_SLOT + int(np.searchsorted(horizons, figure.day))
        if figure.quantity == "p_logrank":
            return LOGRANK
        if figure.group == column:
            return FACTOR
        return 4 * groups.index(figure.group) + COX_SLOTS[figure.quantity]

    figures = [
        figure
        for figure in evidence.select(role="target")
        if figure.model in ("univariate", "logrank") and figure.group.partition("=")[0] == column
    ]
    return lay_out([target(figure) for figure in (*figures, *read)], slot)


def curves_of(
    column: str,
) -> tuple[tuple[Reading, ...], tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Points read off Figure 2, which is by leukemia; a bit mask of codes for each of its curves,
    and the days read, ascending. All are empty where no point was read.
    """
    read = readings(2) if column == "leukemia" else ()
    masks = [
        sum(1 << BACKGROUND[column].index(code) for code in evidence.conditions(curve)[column])
        for curve in CURVES[2]
        if read
    ]
    horizons = sorted({reading.day for reading in read})
    return read, (np.array(masks, np.int64), np.array(horizons, np.int64))


def printed_counts(column: str, codes: tuple[str, ...]) -> dict[str, int]:
    """Count of each code among the analysed children, where the paper prints it."""
    groups = {f"{column}={code}": code for code in codes}
    return {
        groups[figure.group]: int(figure.value)
        for figure in evidence.select(role="input", quantity="count")
        if figure.group in groups
    }


def random_codes(
    codes: tuple[str, ...], counts: dict[str, int], n: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Codes of the analysed children in random order, and the share of each, unknown the last.

    What the counts leave is the one code without a count, or unknown.
    """
    uncounted = [code for code in codes if code not in counts]
    rest = n - sum(counts.values())
    numbers = [counts.get(code, rest if uncounted == [code] else 0) for code in codes]
    numbers.append(n - sum(numbers))
    return rng.permutation(np.repeat(np.arange(len(numbers)), numbers)), np.array(numbers) / n


def start(
    column: str, counts: dict[str, int], n_analysed: int, n_others: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Draw the codes of the analysed children to start with.

    Returns
    -------
    code : ndarray of int, shape (n_analysed,)
    share : ndarray, shape (n_codes + 1,)
        Of each code, unknown the last.
    bounds : ndarray, shape (2, 2, n_codes + 1)
        `fewest` and `most` of `anneal_column`.
    """
    codes = BACKGROUND[column]
    bounds = np.zeros((2, 2, len(codes) + 1))
    fewest, most = bounds
    if counts:
        known, share = random_codes(codes, counts, n_analysed, rng)
        bounds[:, 0] = np.cumsum(np.bincount(known, minlength=len(share)))
        expected = n_others * share
        spread = STANDARD_DEVIATIONS * np.sqrt(expected * (1 - share))
        fewest[1] = expected - spread
        most[1] = expected + spread
        return known, share, bounds
    most[0] = n_analysed
    most[1, : len(codes)] = n_others
    fewest[0, len(codes) - 1 :] = n_analysed
    if column == "age":
        # At most so many are younger than the group of the median, at least so many not older.
        own = int(np.searchsorted(AGE_FIRST_YEARS, evidence.value("abs.median_age.all"))) - 1
        most[0, :own] = n_analysed // 2 - 1
        fewest[0, own : len(codes) - 1] = n_analysed // 2 + 1
    share = np.array([*SHARE_AT_START.get(column, [1 / len(codes)] * len(codes)), 0.0])
    while True:
        known = rng.choice(len(share), n_analysed, p=share)
        total = np.cumsum(np.bincount(known, minlength=len(share)))
        if np.all((fewest[0] <= total) & (total <= most[0])):
            return known, share, bounds


def fill_column(
    column: str, time: NDArray[np.int64], death: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.int64], Aims, NDArray[np.float64]]:
    """Fill one column so that its rows of Table 3 come out.

    Parameters
    ----------
    column : str
        One of `BACKGROUND`.
    time, death : ndarray, shape (n_children,)
        Outcomes; the analysed children first.

    Returns
    -------
    code : ndarray of int, shape (n_children,)
        Position in the column's codes, their number where it is not known.
    aims : Aims
    statistics : ndarray, shape (n_slots,)
        What is reached.
    """
    codes = BACKGROUND[column]
    n, n_analysed = len(time), int(evidence.value("abs.n.all"))
    order = np.argsort(time, kind="stable")
    aims = aims_of(column)
    counts = printed_counts(column, codes)
    with_logrank = bool((aims.index == LOGRANK).any())
    rises = aims.centre[np.searchsorted(aims.index, 4 * np.arange(len(codes) - 1))] > 1.0
    _, curves = curves_of(column)
    judged = (len(codes), n_analysed, rises, with_logrank, time, death, order)
    best, kept = math.inf, np.empty(0, np.int64)
    for _ in range(STARTS):
        known, share, bounds = start(column, counts, n_analysed, n - n_analysed, rng)
        code = np.concatenate([known, rng.choice(len(share), n - n_analysed, p=share)])
        left = anneal_column(  # type: ignore[call-arg]  # numba's types do not unpack
            code,
            *judged,
            curves,
            aims.index,
            aims.low,
            aims.high,
            aims.scale,
            *bounds,
            np.geomspace(*TEMPERATURES, STEPS),
            rng,
        )
        if left < best:
            best, kept = left, code
        if best <= GOOD_ENOUGH:
            break
    statistics = np.full(N_SLOTS + len(curves[0]) * (SURVIVAL_SLOT + len(curves[1])), np.nan)
    _settle_statistics(kept, judged, statistics)
    curve_statistics(kept, n_analysed, curves, time, death, order, np.empty(n, int), statistics)
    return kept, aims, statistics


def _settle_statistics(
    code: NDArray[np.int64], judged: tuple[Any, ...], statistics: NDArray[np.float64]
) -> None:
    """Fill the statistics of a filled column, its coefficients settled by passes from zero."""
    beta = np.zeros(K)
    for _ in range(4):
        column_statistics(  # type: ignore[call-arg]
            code,
            *judged,
            np.empty(len(code), np.int64),
            np.empty((len(code), 1), np.uint64),
            beta,
            statistics,
        )


def draw_ages(
    group: NDArray[np.int64], n_analysed: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw ages in years, to a hundredth, evenly within each age group; the two in the middle of
    the analysed children have the printed median.
    """
    median = evidence.value("abs.median_age.all")
    ends = np.array([*AGE_FIRST_YEARS[1:], AGE_END])
    first, end = np.array(AGE_FIRST_YEARS, float)[group], ends[group].astype(float)
    own = int(np.searchsorted(AGE_FIRST_YEARS, median)) - 1
    inside = np.flatnonzero(group[:n_analysed] == own)
    younger = int(np.sum(group[:n_analysed] < own))
    below = n_analysed // 2 - 1 - younger
    end[inside[:below]] = median
    first[inside[below:]] = median
    # Cut off, not rounded: nobody is 18.
    ages: NDArray[np.float64] = (
        np.floor(100 * (first + (end - first) * rng.random(len(group)))) / 100
    )
    ages[inside[below : below + 2]] = median
    return ages


def draw_transplant_status(
    n: int, n_analysed: int, rng: np.random.Generator
) -> NDArray[np.object_]:
    """Draw the status at first transplant: the printed counts, in random order.

    Nothing else is printed of it; the others are drawn by the same shares.
    """
    counts = printed_counts("transplant_status", TRANSPLANT_STATUS)
    known, share = random_codes(TRANSPLANT_STATUS, counts, n_analysed, rng)
    code = np.concatenate([known, rng.choice(len(share), n - n_analysed, p=share)])
    labels: NDArray[np.object_] = np.array([*TRANSPLANT_STATUS, None], object)[code]
    return labels
