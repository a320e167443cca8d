"""Every measure of how well the model fits a cohort, each with a bootstrap interval.

Children are drawn with replacement, as many as there are, and the model stays what it is; limits
are the 2.5th and 97.5th percentile over the samples (Efron & Tibshirani 1993, section 13.3). The
first of the samples is the cohort itself. A measure is given only where it and its interval can
be had; where not, the reason is.

References
----------
Efron B, Tibshirani RJ. An Introduction to the Bootstrap. Chapman & Hall, 1993.
Steyerberg EW, Vickers AJ, Cook NR, et al. Assessing the performance of prediction models.
Epidemiology 2010;21:128-138.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.case import CATEGORIES
from model.survival.comparison import Estimate
from model.survival.prediction import TABLE_DAYS, PooledModel
from model.validation import brier as scores
from model.validation.calibration import (
    Slope,
    Smoothed,
    all_alike,
    observed_over_expected,
    observed_over_expected_by,
    slope,
    slopes,
    smoothed,
)
from model.validation.decision import net_benefit
from model.validation.discrimination import auc, harrell_c, uno_c
from model.validation.expected import Expected, Outcome, expected
from model.validation.groups import GroupCurves, group_curves
from model.validation.reference import Reference

Floats = NDArray[np.float64]
Progress = Callable[[float], None]

REPLICATES = 200
SEED = 2017
DAYS = np.array(TABLE_DAYS)
ALL_DAYS = np.concatenate([scores.INTEGRATION_DAYS, DAYS])
# Measures of the whole follow-up, and measures of each reported day, in the order they are told.
OVERALL = (
    "harrell_c",
    "uno_c",
    "integrated_brier",
    "integrated_brier_reference",
    "integrated_brier_scaled",
    "log_observed_expected",
    "observed_expected",
    "slope",
)
OF_A_DAY = (
    "auc",
    "brier",
    "brier_reference",
    "brier_scaled",
    "observed_expected_by",
    "ici",
    "e50",
    "e90",
)
# Those that compare children with each other: without two different predictions they say nothing.
OF_DIFFERENCES = ("harrell_c", "uno_c", "slope", "auc", "ici", "e50", "e90")
# A measure of fewer deaths is chance alone.
FEWEST_DEATHS = 10
# An interval needs most of its samples: in the others the measure could not be had.
LEAST_SHARE = 0.8

# Why a measure is not given.
TOO_FEW_DEATHS = "too_few_deaths"
ALL_ALIKE = "all_alike"
NOT_FOLLOWED = "not_followed"
NOT_ESTIMABLE = "not_estimable"


def key_of(name: str, day: int | None) -> str:
    """Name a measure for files: "auc_365", or "slope"."""
    return name if day is None else f"{name}_{day}"


@dataclass(frozen=True)
class Measure:
    """One measure of a cohort.

    Attributes
    ----------
    name : str
        From `OVERALL` or `OF_A_DAY`.
    day : int or None
    estimate : Estimate or None
        With its bootstrap limits.
    reason : str
        Why there is no estimate; "" where there is one.
    n_children, n_deaths : int
        What it rests on: deaths by the day.
    """

    name: str
    day: int | None
    estimate: Estimate | None
    reason: str
    n_children: int
    n_deaths: int

    @property
    def key(self) -> str:
        """Name for files."""
        return key_of(self.name, self.day)


@dataclass(frozen=True, eq=False)
class CalibrationCurve:
    """What `model.validation.calibration.Smoothed` is, with limits, (3, k), in place of samples."""

    day: int
    predicted: Floats
    observed: Floats
    children: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class DecisionCurve:
    """Net benefit on a day with its limits: by the model and for all, (3, n_thresholds) each."""

    day: int
    by_model: Floats
    for_all: Floats


@dataclass(frozen=True, eq=False)
class Performance:
    """How well a model fits a cohort.

    Attributes
    ----------
    n_children, n_deaths : int
        Children used, and deaths among them by the horizon.
    n_left_out, n_averaged : int
        As in `Expected`.
    last_day : int
        Last day on which any child was followed, at most the horizon.
    replicates, seed : int
    measures : tuple of Measure
    slope : Slope or None
        With the standard error that a sample size is reckoned from.
    curves : dict of int to CalibrationCurve
        By day; days on which there is none are absent.
    decisions : dict of int to DecisionCurve
    groups : tuple of GroupCurves
    """

    n_children: int
    n_deaths: int
    n_left_out: int
    n_averaged: int
    last_day: int
    replicates: int
    seed: int
    measures: tuple[Measure, ...]
    slope: Slope | None
    curves: dict[int, CalibrationCurve]
    decisions: dict[int, DecisionCurve]
    groups: tuple[GroupCurves, ...]

    def measure(self, name: str, day: int | None = None) -> Measure:
        """Find one measure."""
        return next(one for one in self.measures if (one.name, one.day) == (name, day))


def performance(
    expected: Expected,
    *,
    replicates: int = REPLICATES,
    seed: int = SEED,
    progress: Progress | None = None,
) -> Performance:
    """Measure how well what was expected fits what happened.

    Parameters
    ----------
    expected : Expected
    replicates : int
        Bootstrap samples.
    seed : int
        Of the draws.
    progress : callable, optional
        Told the share done, 0 to 1.
    """
    outcome = expected.outcome
    n = len(outcome.os_days)
    rng = np.random.default_rng(seed)
    draws = (
        np.concatenate([np.arange(n)[None], rng.integers(n, size=(replicates, n))])
        if n
        else (np.zeros((0, 0), np.int64))
    )
    values: dict[str, Floats] = {}
    curves, decisions = {}, {}
    fitted = None
    if outcome.death.sum() >= FEWEST_DEATHS:
        weights = _weights(draws)
        fitted = slope(outcome, expected.prognostic_index)
        values = _measured(expected, draws, weights, progress)
        if fitted is not None:
            values["slope"][0] = fitted.value
        for day in _days_followed(outcome):
            smooth = smoothed(expected, weights, day)
            if smooth is not None and _enough(smooth.distance[:, 0]):
                values |= _distances(smooth, day)
                limits = _limits(smooth.observed)
                curves[day] = CalibrationCurve(day, smooth.predicted, limits, smooth.children)
            by_model, for_all = net_benefit(expected, weights, day)
            decisions[day] = DecisionCurve(day, _limits(by_model), _limits(for_all))
    return Performance(
        n_children=n,
        n_deaths=int(outcome.death.sum()),
        n_left_out=expected.n_left_out,
        n_averaged=expected.n_averaged,
        last_day=int(outcome.os_days.max()) if n else 0,
        replicates=replicates,
        seed=seed,
        measures=_measures(values, expected),
        slope=fitted,
        curves=curves,
        decisions=decisions,
        groups=group_curves(expected),
    )


def _measures(values: dict[str, Floats], expected: Expected) -> tuple[Measure, ...]:
    named: list[tuple[str, int | None]] = [(name, None) for name in OVERALL]
    named += [(name, int(day)) for name in OF_A_DAY for day in TABLE_DAYS]
    return tuple(
        _measure(name, day, values.get(key_of(name, day)), expected) for name, day in named
    )


def measured(expected: Expected) -> dict[str, float]:
    """The measures themselves by their keys, without intervals; NaN where there is none."""
    draws = np.arange(len(expected.children))[None]
    weights = _weights(draws)
    values = _measured(expected, draws, weights, None)
    for day in _days_followed(expected.outcome):
        smooth = smoothed(expected, weights, day)
        values |= {} if smooth is None else _distances(smooth, day)
    return {key: float(value[0]) for key, value in values.items()}


def reference_of(cohorts: list[pd.DataFrame], model: PooledModel) -> Reference:
    """What the pseudo-cohorts say beside a centre's children.

    Parameters
    ----------
    cohorts : list of DataFrame
        The children of each cohort whose treatment is known.
    model : PooledModel
        The one fitted to them.
    """
    every = pd.MultiIndex.from_product(list(CATEGORIES.values()), names=list(CATEGORIES))
    counts = pd.concat(cohorts).value_counts(list(CATEGORIES)).reindex(every, fill_value=0)
    shape = [len(codes) for codes in CATEGORIES.values()]
    joint = counts.to_numpy(float).reshape(shape) / len(cohorts)
    found = [measured(expected(model, cohort)) for cohort in cohorts]
    spread = {
        key: (float(np.median(values)), float(np.min(values)), float(np.max(values)))
        for key in found[0]
        for values in [[one[key] for one in found if key in one]]
        if np.isfinite(values).all()
    }
    return Reference(joint, spread, len(cohorts[0]), len(cohorts), model.version, model.source_hash)


# ------------------------------------------------------------------------------------ samples


def _measured(
    expected: Expected, draws: NDArray[np.int64], weights: Floats, progress: Progress | None
) -> dict[str, Floats]:
    """Every measure but those of the calibration curve, in every sample: (n_samples,) by key."""
    ratio = observed_over_expected(expected, weights)
    with np.errstate(divide="ignore"):
        values = {"log_observed_expected": np.log(ratio), "observed_expected": ratio}
    values["slope"] = slopes(expected.outcome, expected.prognostic_index, weights)
    ratios = observed_over_expected_by(expected, weights, DAYS)
    values |= {
        key_of("observed_expected_by", day): ratios[:, k] for k, day in enumerate(TABLE_DAYS)
    }
    survival = expected.survival_on(ALL_DAYS)
    samples = []
    for k, drawn in enumerate(draws):
        samples.append(_of_sample(expected, survival, drawn))
        if progress is not None:
            progress((k + 1) / len(draws))
    return values | {key: np.array([one[key] for one in samples]) for key in samples[0]}


def _of_sample(expected: Expected, survival: Floats, drawn: NDArray[np.int64]) -> dict[str, float]:
    outcome = expected.outcome
    outcome = Outcome(outcome.os_days[drawn], outcome.death[drawn])
    index = expected.prognostic_index[drawn]
    found = {"harrell_c": harrell_c(outcome, index), "uno_c": uno_c(outcome, index)}
    areas = auc(outcome, index, DAYS)
    both = {
        "": scores.brier(outcome, survival[drawn], ALL_DAYS),
        "_reference": scores.brier(
            outcome, scores.kaplan_meier_reference(outcome, ALL_DAYS), ALL_DAYS
        ),
    }
    for ending, score in both.items():
        found |= _by_day(f"brier{ending}", score[len(scores.INTEGRATION_DAYS) :])
        found[f"integrated_brier{ending}"] = scores.mean_over(
            score[: len(scores.INTEGRATION_DAYS)], scores.INTEGRATION_DAYS
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = 1 - both[""] / both["_reference"]
    found |= _by_day("brier_scaled", scaled[len(scores.INTEGRATION_DAYS) :])
    found["integrated_brier_scaled"] = (
        1 - found["integrated_brier"] / found["integrated_brier_reference"]
    )
    return found | _by_day("auc", areas)


def _by_day(name: str, numbers: Floats) -> dict[str, float]:
    return {key_of(name, day): float(x) for day, x in zip(TABLE_DAYS, numbers, strict=True)}


def _distances(smooth: Smoothed, day: int) -> dict[str, Floats]:
    return {
        key_of(name, day): smooth.distance[:, k] for k, name in enumerate(("ici", "e50", "e90"))
    }


def _weights(draws: NDArray[np.int64]) -> Floats:
    n = draws.shape[1]
    return np.array([np.bincount(drawn, minlength=n) for drawn in draws], float)


def _days_followed(outcome: Outcome) -> list[int]:
    return [int(day) for day in DAYS[scores.followed(outcome, DAYS)]]


def _limits(values: Floats) -> Floats:
    """The first sample, and limits over the others: (n_samples, k) to (3, k).

    A distance cannot be negative and grows with every chance difference, so that in most samples it
    is larger than in the cohort. Limits that would leave the cohort out are widened to hold it.
    """
    own, others = values[0], values[1:]
    if not len(others):
        return np.stack([own, np.full_like(own, np.nan), np.full_like(own, np.nan)])
    lower, upper = np.nanquantile(others, (0.025, 0.975), axis=0)
    return np.stack([own, np.fmin(lower, own), np.fmax(upper, own)])


def _enough(values: Floats) -> bool:
    """Whether a measure, and most of its samples, are numbers."""
    return bool(
        np.isfinite(values[0])
        and np.isfinite(values[1:]).sum() >= LEAST_SHARE * (len(values) - 1) > 0
    )


def _measure(name: str, day: int | None, values: Floats | None, expected: Expected) -> Measure:
    outcome = expected.outcome
    deaths = int(outcome.death[outcome.os_days <= day].sum() if day else outcome.death.sum())
    estimate, reason = None, ""
    if deaths < FEWEST_DEATHS:
        reason = TOO_FEW_DEATHS
    elif name in OF_DIFFERENCES and all_alike(expected.prognostic_index):
        reason = ALL_ALIKE
    elif day is not None and day not in _days_followed(outcome):
        reason = NOT_FOLLOWED
    elif values is None or not _enough(values):
        reason = NOT_ESTIMABLE
    else:
        finite = np.where(np.isfinite(values), values, np.nan)
        estimate = Estimate(*_limits(finite[:, None])[:, 0].tolist())
    return Measure(name, day, estimate, reason, len(outcome.os_days), deaths)
