"""Differences between predictions, with intervals that respect what the predictions share.

Two predictions come from one model: they share its baseline and its coefficients, so that their
difference is known better, or worse, than their two intervals suggest. For each quantity (survival
on a day; time lived up to a horizon, as a share of the longest possible) the derivative of its
log(-log) by every daily step of the baseline hazard and by every coefficient gives the covariance
of any two of them within a cohort, in closed form; Rubin's rules add what lies between cohorts. The
pair is then normal on that scale, as each single prediction already is, and the limits of
difference and ratio are the 2.5% and 97.5% points of the pair pushed through exp(-exp()), computed
by simulation with one fixed, evenly spread set of points: same inputs, same limits. So an interval
for a difference stays within what is possible, is zero for two equal predictions, and, for two
options of one child, leaves out zero on every day or on none, as that of their hazard ratio does.

References
----------
Andersen PK, Borgan O, Gill RD, Keiding N. Statistical Models Based on Counting Processes. Springer,
1993, section VII.2 (delta method for the Cox model).
Royston P, Parmar MKB. Restricted mean survival time. BMC Med Res Methodol 2013;13:152.
Roberts M. The unreasonable effectiveness of quasirandom sequences, 2018 (the R2 sequence).
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from model.case import LEUKEMIAS, CaseError, Problem, one_of, read_case
from model.options import TREATMENTS
from model.survival.pattern import Pattern, pattern_of
from model.survival.pooling import Floats, between_cohorts
from model.survival.prediction import HORIZON_DAYS, Z_95, PooledModel, predict_patterns

# What files say of each quantity that is compared.
QUANTITY_COLUMNS = ("quantity", "day", "estimate", "lower", "upper", "supported")
RESTRICTED_MEAN_DAYS = (365, 730, HORIZON_DAYS)
POINTS = 8192
LARGEST_LOG = 700.0


@dataclass(frozen=True)
class Estimate:
    """A value with its 95% limits; all NaN where nothing can be said."""

    value: float
    lower: float
    upper: float


NOTHING = Estimate(np.nan, np.nan, np.nan)


@dataclass(frozen=True)
class Compared:
    """One pattern beside the reference.

    Attributes
    ----------
    survival : Estimate
        On the chosen day, as a fraction.
    difference, ratio : Estimate
        Survival here minus, and divided by, survival in the reference.
    restricted_mean : tuple of Estimate
        Days lived from relapse up to each of `RESTRICTED_MEAN_DAYS`, on average.
    restricted_mean_difference : tuple of Estimate
        Here minus reference, in days.
    supported, contrast_supported : bool
        Whether at least ten children of the arm were at risk on the chosen day; and of the
        reference's arm as well.
    restricted_mean_supported, restricted_mean_contrast_supported : tuple of bool
        The same for the last day of each horizon.
    """

    survival: Estimate
    difference: Estimate
    ratio: Estimate
    restricted_mean: tuple[Estimate, ...]
    restricted_mean_difference: tuple[Estimate, ...]
    supported: bool
    contrast_supported: bool
    restricted_mean_supported: tuple[bool, ...]
    restricted_mean_contrast_supported: tuple[bool, ...]


def read_pattern(inputs: Mapping[str, object]) -> Pattern:
    """Make a pattern of raw inputs, as they come from a form, a file or a link.

    Parameters
    ----------
    inputs : mapping of str to object
        The treatment and the fields of a case by name, as `model.case.read_case` takes them.

    Raises
    ------
    CaseError
        Naming every input that is missing or cannot be used.
    """
    problems = []
    treatment = str(inputs.get("treatment") or "").strip()
    if treatment not in TREATMENTS:
        problems.append(Problem("treatment", treatment, one_of(TREATMENTS)))
    try:
        # The model does not see the leukemia; any valid one lets the rest be checked.
        case = read_case({**inputs, "leukemia": LEUKEMIAS[0]})
    except CaseError as error:
        raise CaseError([*problems, *error.problems]) from None
    if problems:
        raise CaseError(problems)
    return pattern_of(case, treatment)


def compare(
    model: PooledModel, patterns: Sequence[Pattern], reference: int | None, day: int
) -> tuple[Compared, ...]:
    """Compare patterns with one of them.

    Parameters
    ----------
    model : PooledModel
    patterns : sequence of Pattern
        Each under one of the model's options.
    reference : int or None
        Position of the reference among them. Its own difference is 0 and its own ratio 1. Where
        there is none, nothing differs from it.
    day : int
        Day since relapse or progression on which survival is compared, 0 to `HORIZON_DAYS`.

    Returns
    -------
    tuple of Compared
        One for each pattern, in order. A quantity is NaN where a pattern says nothing of it: up
        to the day on which its child is known to be alive, and while no death after it is known.

    Raises
    ------
    ValueError
        For a day outside 0 to `HORIZON_DAYS`.
    """
    if not 0 <= day <= HORIZON_DAYS:
        raise ValueError(f"day: {day} is not within 0 to {HORIZON_DAYS}")
    quantities = [
        [_survival(model, pattern, day)]
        + [_lived_share(model, pattern, last) for last in RESTRICTED_MEAN_DAYS]
        for pattern in patterns
    ]
    until = [
        int(model.supported_until[model.options.index(pattern.treatment)]) for pattern in patterns
    ]
    theirs: list[_Quantity | None] = [None] * (1 + len(RESTRICTED_MEAN_DAYS))
    theirs_until = -1
    if reference is not None:
        theirs, theirs_until = quantities[reference], until[reference]
    return tuple(
        _compared(model, pattern, day, mine, theirs, own_until, min(own_until, theirs_until))
        for pattern, mine, own_until in zip(patterns, quantities, until, strict=True)
    )


def _compared(
    model: PooledModel,
    pattern: Pattern,
    day: int,
    mine: Sequence["_Quantity | None"],
    theirs: Sequence["_Quantity | None"],
    own_until: int,
    both_until: int,
) -> Compared:
    """One pattern beside the reference; of each survival on the day, then the days lived."""
    difference, *apart = (
        _contrast(model, one, other, "difference") for one, other in zip(mine, theirs, strict=True)
    )
    return Compared(
        survival=_predicted(model, pattern, day),
        difference=difference,
        ratio=_contrast(model, mine[0], theirs[0], "ratio"),
        restricted_mean=tuple(_estimate(model, lived) for lived in mine[1:]),
        restricted_mean_difference=tuple(apart),
        supported=day <= own_until,
        contrast_supported=day <= both_until,
        restricted_mean_supported=tuple(last <= own_until for last in RESTRICTED_MEAN_DAYS),
        restricted_mean_contrast_supported=tuple(
            last <= both_until for last in RESTRICTED_MEAN_DAYS
        ),
    )


def _predicted(model: PooledModel, pattern: Pattern, day: int) -> Estimate:
    prediction = predict_patterns(
        model,
        np.array([pattern.child]),
        [pattern.days_survived],
        treatments=[pattern.treatment],
        days=[day],
    )
    curves = (prediction.survival, prediction.lower, prediction.upper)
    value, lower, upper = (float(curve[0, 0, 0]) for curve in curves)
    return Estimate(value, lower, upper)


# ------------------------------------------------------------------- quantities of a pattern


@dataclass(frozen=True, eq=False)
class _Quantity:
    """A pooled share between 0 and 1, as log(-log(share)), and what each of m cohorts says of it.

    Attributes
    ----------
    value : float
    off : ndarray, shape (m,)
        How far each cohort is off the mean of all.
    by_step : ndarray, shape (m, n_days)
        Derivative by each step of the baseline cumulative hazard.
    by_beta : ndarray, shape (m, p)
        Derivative by the coefficients, the baseline moving along with them.
    start, length : float
        The quantity itself is `start + length * share`.
    """

    value: float
    off: Floats
    by_step: Floats
    by_beta: Floats
    start: float = 0.0
    length: float = 1.0


@functools.lru_cache(maxsize=256)
def _survival(model: PooledModel, pattern: Pattern, day: int) -> _Quantity | None:
    """Survival on a day."""
    cohorts, x, since = model.cohorts, pattern.covariates, pattern.days_survived
    gained = np.exp(model.log_hazard[day]) - (np.exp(model.log_hazard[since]) if since else 0.0)
    if day <= since or gained <= 0:
        return None
    counted = _after(model, pattern) & (np.arange(HORIZON_DAYS + 1) <= day)
    hazard = (cohorts.hazard * counted).sum(axis=1)
    # As in `model.survival.pooling.pooled_baseline`.
    off = (hazard - hazard.mean()) / gained if since else np.log(hazard) - np.log(hazard).mean()
    scale = np.full_like(hazard, gained) if since else hazard
    by_step = counted / scale[:, None]
    by_beta = x - np.einsum("md,mdp->mp", by_step, cohorts.mean)
    beta_off = cohorts.beta - model.beta
    return _Quantity(float(np.log(gained) + x @ model.beta), off + beta_off @ x, by_step, by_beta)


@functools.lru_cache(maxsize=256)
def _lived_share(model: PooledModel, pattern: Pattern, until: int) -> _Quantity | None:
    """Days lived since the child is known to be alive, as a share of those up to a horizon."""
    cohorts, x, since = model.cohorts, pattern.covariates, pattern.days_survived
    length = until - since
    if length <= 0:
        return None
    # Survival is a step function: what it is on a day counts for that day.
    days = np.arange(HORIZON_DAYS + 1)
    counted = (days >= since) & (days < until)
    pooled = np.exp(model.log_hazard)
    gained = np.maximum(pooled - (pooled[since] if since else 0.0), 0.0)
    share = float((np.exp(-np.exp(x @ model.beta) * gained) * counted).sum() / length)
    if not 0 < share < 1:
        return None
    after = _after(model, pattern)
    hazard = np.cumsum(cohorts.hazard * after, axis=1)
    risk = np.exp(cohorts.beta @ x)[:, None]
    alive = np.exp(-risk * hazard) * counted
    outer = 1 / (share * np.log(share) * length)
    falls = -risk * alive  # derivative of each day's survival by the hazard up to it
    by_step = outer * np.cumsum(falls[:, ::-1], axis=1)[:, ::-1] * after
    by_beta = np.outer(outer * (falls * hazard).sum(axis=1), x)
    by_beta -= np.einsum("md,mdp->mp", by_step, cohorts.mean)
    lived = alive.sum(axis=1)
    off = outer * (lived - lived.mean())
    return _Quantity(float(np.log(-np.log(share))), off, by_step, by_beta, since, length)


def _after(model: PooledModel, pattern: Pattern) -> np.ndarray:
    """Days whose deaths count: from relapse, or after the day on which the child is alive."""
    days = np.arange(model.cohorts.hazard.shape[1])
    return days > pattern.days_survived if pattern.days_survived else days >= 0


# ------------------------------------------------------------------------ one, and one another


def _covariance(model: PooledModel, one: _Quantity, other: _Quantity) -> float:
    cohorts = model.cohorts
    within = (one.by_step * other.by_step * cohorts.variance).sum(axis=1) + np.einsum(
        "mp,mpq,mq->m", one.by_beta, cohorts.sigma, other.by_beta
    )
    return float(within.mean() + between_cohorts(len(within)) * (one.off * other.off).sum())


def _estimate(model: PooledModel, quantity: _Quantity | None) -> Estimate:
    if quantity is None:
        return NOTHING
    reach = Z_95 * np.sqrt(_covariance(model, quantity, quantity))
    with np.errstate(over="ignore"):
        shares = np.exp(-np.exp(quantity.value + np.array([0.0, reach, -reach])))
    value, lower, upper = (quantity.start + quantity.length * shares).tolist()
    return Estimate(value, lower, upper)


def _contrast(
    model: PooledModel, one: _Quantity | None, other: _Quantity | None, kind: str
) -> Estimate:
    """Difference of two quantities, or ratio of two survivals."""
    if one is None or other is None:
        return NOTHING
    pair = (one, other)
    covariance = np.array([[_covariance(model, a, b) for b in pair] for a in pair])
    centre = np.array([[quantity.value] for quantity in pair])
    # The square root of the covariance by its eigenvalues, which may be zero for equal quantities.
    eigenvalues, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(eigenvalues, 0.0)) @ vectors.T
    points = np.concatenate([centre, centre + root @ normal_points()], axis=1)
    # No larger than a double holds: of infinities neither a difference nor a quantile can be had.
    hazards = np.exp(np.minimum(points, LARGEST_LOG))
    if kind == "ratio":  # of exp(-hazard), where both may be too small to be divided
        contrast = np.exp(np.minimum(hazards[1] - hazards[0], LARGEST_LOG))
    else:
        mine, theirs = (
            quantity.start + quantity.length * np.exp(-row)
            for quantity, row in zip(pair, hazards, strict=True)
        )
        contrast = mine - theirs
    value = float(contrast[0])
    lower, upper = np.quantile(contrast[1:], (0.025, 0.975)).tolist()
    # Where next to nothing is known both quantities lie at an end, and their contrasts at zero.
    return Estimate(value, min(lower, value), max(upper, value))


@functools.cache
def normal_points() -> Floats:
    """Evenly spread points of the standard normal in two dimensions: shape (2, `POINTS`)."""
    plastic = 1.32471795724474602596  # the root of x^3 = x + 1, which makes the sequence even
    count = np.arange(1, POINTS // 2 + 1)
    uniform = np.stack([(0.5 + count / plastic**k) % 1 for k in (1, 2)])
    normal = np.vectorize(NormalDist().inv_cdf)(uniform)
    # With each point its opposite, so that the points have mean zero.
    return np.concatenate([normal, -normal], axis=1)
