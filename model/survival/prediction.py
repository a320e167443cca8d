"""Predicted survival with its uncertainty, for one case or a million, in closed form.

The pooled model holds, on a daily grid, the log baseline cumulative hazard log L0(t), its variance
v0(t), its covariance c(t) with the coefficients, and the coefficients b with covariance S. For
covariates x, log L(t|x) = log L0(t) + x'b with variance v0(t) + x'Sx + 2x'c(t); survival is
exp(-L), and its 95% limits are those of log L (log-log limits, Collett 2015, section 2.2.3).
Only NumPy is needed, and nothing is fitted here. The model can tell eight children apart (interval
by remission), so that their forty curves are computed once and every prediction looks them up.
"""

import functools
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.case import Case
from model.language import _
from model.options import TREATMENTS, arms_of
from model.paper.evidence import DATA
from model.survival.pattern import PATTERNS, Children, pattern_covariates, patterns_of
from model.survival.pooling import Baseline, Ensemble, pooled_baseline, pooled_coefficients
from model.survival.recalibrated import Recalibration
from model.survival.support import Lists

Floats = NDArray[np.float64]

MODEL = DATA / "model.npz"
HORIZON_DAYS = 1461  # 48 months, the last column of Figure 3
TABLE_DAYS = (100, 182, 365, 730, 1461)
# Curves are called extrapolation where fewer children than this were at risk in the arm.
FEWEST_AT_RISK = 10
Z_95 = 1.959963984540054


@dataclass(frozen=True, eq=False)
class PooledModel:
    """The pooled Cox model and what the cohorts say of the numbers at risk.

    Attributes
    ----------
    beta : ndarray, shape (p,)
        Log hazard ratios, in the order of `COVARIATES`.
    sigma : ndarray, shape (p, p)
    log_hazard, variance : ndarray, shape (n_days,)
        Log baseline cumulative hazard on days 0, 1, ... `HORIZON_DAYS`, and its variance.
    covariance : ndarray, shape (n_days, p)
    at_risk, at_risk_low, at_risk_high : ndarray, shape (n_treatments, n_days)
        Children of the arm at risk: median, fewest and most over the cohorts.
    supported_until : ndarray, shape (n_treatments,)
        Last day on which at least `FEWEST_AT_RISK` children of the arm were at risk in every
        cohort.
    version, source_hash : str
        Version of the model, and hash of the cohorts and the evidence it was fitted to.
    lists : Lists
        The children of the cohorts, for what is counted.
    options : tuple of str
        What it predicts for, in the order of `at_risk`: `TREATMENTS`, or
        `model.options.CHOICES_AT_RELAPSE`.
    cohorts : Ensemble
        The fits that were pooled, for what one curve from relapse does not hold: curves since a
        later day, and what two predictions share.
    recalibration : Recalibration or None
        What made it another than the paper's; None for the paper's.
    """

    beta: Floats
    sigma: Floats
    log_hazard: Floats
    variance: Floats
    covariance: Floats
    at_risk: Floats
    at_risk_low: NDArray[np.int16]
    at_risk_high: NDArray[np.int16]
    supported_until: NDArray[np.int64]
    version: str
    source_hash: str
    cohorts: Ensemble
    lists: Lists
    options: tuple[str, ...] = TREATMENTS
    recalibration: Recalibration | None = None

    @property
    def n_cohorts(self) -> int:
        """How many cohorts were pooled."""
        return len(self.cohorts.beta)


@dataclass(frozen=True)
class Prediction:
    """Predicted survival of cases under treatments on days, with 95% intervals.

    Attributes
    ----------
    treatments : tuple of str
    days : ndarray, shape (n_days,)
    survival, lower, upper : ndarray, shape (n_cases, n_treatments, n_days)
        Fractions; NaN on days before the one on which the child is known to be alive, and for
        the few days after it on which no death is known.
    median, median_lower, median_upper : ndarray, shape (n_cases, n_treatments)
        First day on which survival, its lower limit and its upper limit are at most one half;
        NaN where that is not reached by `HORIZON_DAYS`.
    supported : ndarray of bool, shape (n_treatments, n_days)
        Whether at least `FEWEST_AT_RISK` children of the arm were at risk.
    """

    treatments: tuple[str, ...]
    days: NDArray[np.int64]
    survival: Floats
    lower: Floats
    upper: Floats
    median: Floats
    median_lower: Floats
    median_upper: Floats
    supported: NDArray[np.bool_]


def pooled_model(cohorts: Ensemble, **rest: Any) -> PooledModel:
    """Pool the fits of all cohorts; `rest` are the other fields of `PooledModel`."""
    beta, sigma = pooled_coefficients(cohorts)
    baseline = pooled_baseline(cohorts)
    return PooledModel(
        beta=beta,
        sigma=sigma,
        log_hazard=baseline.log_hazard,
        variance=baseline.variance,
        covariance=baseline.covariance,
        cohorts=cohorts,
        **rest,
    )


def children_at_risk(lists: Lists, options: tuple[str, ...]) -> dict[str, Any]:
    """What a model says of the children at risk under its options, as fields of `PooledModel`."""
    counts = lists.at_risk(arms_of(options), HORIZON_DAYS)
    enough = (counts >= FEWEST_AT_RISK).all(axis=0)
    return {
        "at_risk": np.median(counts, axis=0),
        "at_risk_low": counts.min(axis=0),
        "at_risk_high": counts.max(axis=0),
        "supported_until": enough.sum(axis=1).astype(np.int64) - 1,
    }


def pooled_beside(main: PooledModel, fits: Ensemble) -> PooledModel:
    """Pool other fits of the children of a model, whose numbers at risk are the same."""
    return pooled_model(
        fits,
        at_risk=main.at_risk,
        at_risk_low=main.at_risk_low,
        at_risk_high=main.at_risk_high,
        supported_until=main.supported_until,
        version=main.version,
        source_hash=main.source_hash,
        lists=main.lists,
    )


def save_model(model: PooledModel, path: Path = MODEL, **more: ArrayLike) -> None:
    """Write the pooled model, and more beside it, as plain arrays; same model, same bytes."""
    arrays = {name: getattr(model, name) for name in _arrays()}
    arrays |= {f"cohort_{f.name}": getattr(model.cohorts, f.name) for f in fields(Ensemble)}
    arrays |= {f"list_{f.name}": getattr(model.lists, f.name) for f in fields(Lists)}
    np.savez_compressed(path, allow_pickle=False, **arrays, **more)


# What reading a file of arrays raises where it is missing, cut short, or something else.
UNREADABLE = (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile)


def read_arrays(path: Path) -> dict[str, Any]:
    """Read an artefact's arrays by their names, its version and hash as text. Nothing is unpickled.

    Raises
    ------
    FileNotFoundError
        Naming the command that makes the file.
    """
    if not path.exists():
        raise FileNotFoundError(
            _("{file} is missing; `python -m model fit` makes it").format(file=path.name)
        )
    with np.load(path, allow_pickle=False) as arrays:
        content: dict[str, Any] = {name: arrays[name] for name in arrays.files}
    return content | {name: str(content[name]) for name in ("version", "source_hash")}


def read_arrays_beside_model(path: Path) -> dict[str, Any]:
    """Read an artefact that goes with the main model, as `read_arrays` does.

    Raises
    ------
    FileNotFoundError
        Naming the command that makes the file.
    ValueError
        If it was not fitted to the same cohorts and evidence.
    """
    arrays = read_arrays(path)
    if arrays["source_hash"] != load_model().source_hash:
        raise ValueError(
            _("{file} is not of the same cohorts as the main model; run the fit again").format(
                file=path.name
            )
        )
    return arrays


@functools.cache
def load_model(path: Path = MODEL) -> PooledModel:
    """Read the pooled model. Nothing is unpickled.

    Raises
    ------
    FileNotFoundError
        Naming the command that makes the file.
    """
    return model_of_arrays(read_arrays(path))


def model_of_arrays(arrays: dict[str, Any]) -> PooledModel:
    """Make the model that `save_model` wrote; arrays of other names are left alone."""
    cohorts = Ensemble(**{f.name: arrays[f"cohort_{f.name}"] for f in fields(Ensemble)})
    lists = Lists(**{f.name: arrays[f"list_{f.name}"] for f in fields(Lists)})
    return PooledModel(cohorts=cohorts, lists=lists, **{name: arrays[name] for name in _arrays()})


def _arrays() -> list[str]:
    """The fields of a model that are arrays or plain text, and stored as they are."""
    others = ("cohorts", "lists", "options", "recalibration")
    return [f.name for f in fields(PooledModel) if f.name not in others]


def predict(
    model: PooledModel,
    children: Children,
    *,
    treatments: Sequence[str] | None = None,
    days: Sequence[int] | NDArray[np.int64] = TABLE_DAYS,
) -> Prediction:
    """Predict survival with 95% intervals for children, treatments and days.

    Parameters
    ----------
    model : PooledModel
    children : Children
        With what `model.survival.pattern.patterns_of` takes, and `days_survived`, if any: days
        since relapse or progression on which each child is known to be alive. Survival is then
        conditional on it, and days go on being counted from relapse.
    treatments : sequence of str
        Of the model's options; all of them if not given.
    days : sequence of int
        Days since relapse or progression, 0 to `HORIZON_DAYS`.

    Raises
    ------
    ValueError
        For a day outside 0 to `HORIZON_DAYS`: the paper says nothing of later ones.
    """
    survived = children.get("days_survived", 0)
    return predict_patterns(
        model, patterns_of(children), survived, treatments=treatments, days=days
    )


def predict_patterns(
    model: PooledModel,
    pattern: NDArray[np.intp],
    days_survived: ArrayLike = 0,
    *,
    treatments: Sequence[str] | None = None,
    days: Sequence[int] | NDArray[np.int64] = TABLE_DAYS,
) -> Prediction:
    """Predict as `predict`, for children by their index into `PATTERNS`, shape (n_cases,)."""
    grid = np.asarray(days, np.int64)
    if grid.size and (grid.min() < 0 or grid.max() > HORIZON_DAYS):
        raise ValueError(f"days: {grid.min()} to {grid.max()} is not within 0 to {HORIZON_DAYS}")
    treatments = model.options if treatments is None else treatments
    arms = np.array([model.options.index(treatment) for treatment in treatments], np.intp)
    # One table of all patterns for each day survived, and every case looks up its row.
    survived = np.asarray(days_survived, np.int64)
    if survived.any():
        since, which = np.unique(survived, return_inverse=True)
        tables = [pattern_table(model, int(day)) for day in since]
        curves = np.concatenate([table.curves for table in tables], axis=1)
        medians = np.concatenate([table.medians for table in tables], axis=1)
        row = pattern + len(PATTERNS) * which.reshape(survived.shape)
    else:
        table = pattern_table(model, 0)
        curves, medians, row = table.curves, table.medians, pattern
    return prediction_of(
        model,
        treatments,
        grid,
        [curve[:, arms[:, None], grid].take(row, axis=0) for curve in curves],
        [day[:, arms].take(row, axis=0) for day in medians],
    )


def prediction_of(
    model: PooledModel,
    treatments: Sequence[str],
    days: NDArray[np.int64],
    curves: Sequence[Floats] | Floats,
    medians: Sequence[Floats] | Floats,
) -> Prediction:
    """Name what was predicted, and say which of it enough children support.

    Parameters
    ----------
    model : PooledModel
    treatments : sequence of str
    days : ndarray, shape (n_days,)
    curves, medians : three arrays each, of shape (n_cases, n_treatments, n_days) and without days
        For the estimate, its lower and its upper limit.
    """
    arms = [model.options.index(treatment) for treatment in treatments]
    survival, lower, upper = curves
    median, median_lower, median_upper = medians
    return Prediction(
        treatments=tuple(treatments),
        days=days,
        survival=survival,
        lower=lower,
        upper=upper,
        median=median,
        median_lower=median_lower,
        median_upper=median_upper,
        supported=days <= model.supported_until[arms][:, None],
    )


def curves_since(model: PooledModel, x: Floats, since: int = 0) -> Floats:
    """Survival and its 95% limits on every day from 0 to the horizon, in closed form.

    Parameters
    ----------
    model : PooledModel
    x : ndarray, shape (..., p)
        Covariates, in the order of `COVARIATES`.
    since : int
        Day on which the child is known to be alive.

    Returns
    -------
    ndarray, shape (3, ..., n_days)
        Survival, lower and upper limit, fractions. NaN before day `since`, and after it until
        a death is known.
    """
    baseline = (
        pooled_baseline(model.cohorts, since)
        if since
        else Baseline(model.log_hazard, model.variance, model.covariance)
    )
    log_hazard = baseline.log_hazard + (x @ model.beta)[..., None]
    variance = (
        baseline.variance
        + np.einsum("...p,pq,...q->...", x, model.sigma, x)[..., None]
        + 2 * x @ baseline.covariance.T
    )
    reach = Z_95 * np.sqrt(np.maximum(variance, 0.0))
    with np.errstate(over="ignore"):  # of a limit that says nothing but that survival is above 0
        curves = np.stack([np.exp(-np.exp(log_hazard + s)) for s in (0.0, reach, -reach)])
    if since:
        # Soon after that day the few deaths since then bound survival less than later ones do:
        # whoever is alive later was alive before.
        curves[1] = np.maximum.accumulate(curves[1, ..., ::-1], axis=-1)[..., ::-1]
        curves[..., ~np.isfinite(baseline.log_hazard)] = np.nan
        curves[..., since] = 1.0
    return curves


@dataclass(frozen=True, eq=False)
class PatternTable:
    """Survival, lower and upper limit of every pattern under every treatment, and their medians.

    Attributes
    ----------
    curves : ndarray, shape (3, n_patterns, n_treatments, n_days)
    medians : ndarray, shape (3, n_patterns, n_treatments)
    """

    curves: Floats
    medians: Floats


@functools.lru_cache(maxsize=32)
def pattern_table(model: PooledModel, since: int = 0) -> PatternTable:
    """Compute every curve the model can give since a day: `PATTERNS` under its options."""
    curves = curves_since(model, pattern_covariates(model.options), since)
    return PatternTable(curves, first_day_at_most_half(curves))


def predict_case(
    model: PooledModel,
    case: Case,
    *,
    treatments: Sequence[str] | None = None,
    days: Sequence[int] | NDArray[np.int64] = TABLE_DAYS,
) -> Prediction:
    """Predict for one case; arrays as in `predict`, with n_cases = 1."""
    seen = np.atleast_1d(patterns_of(vars(case)))
    return predict_patterns(model, seen, [case.days_survived], treatments=treatments, days=days)


def first_day_at_most_half(curve: Floats) -> Floats:
    """First day of the daily grid (last axis) on which a curve is at most one half, else NaN."""
    below = curve <= 0.5
    return np.where(below.any(axis=-1), below.argmax(axis=-1), np.nan)
