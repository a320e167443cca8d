"""Which recalibration is worth its parameters: all of them compared by optimism-corrected scores.

Every method looks best on the children it was fitted to. So it is fitted again to bootstrap
samples of them, and what it does better on a sample than on all the children is, on average, its
optimism, which is taken off (Harrell 1996).
The paper's model is not fitted to the children and has none; how it does on a sample shows what of
a difference is the luck of the sample alone. Scored are the log-likelihood, by which the simplest
adequate method is suggested, and the integrated Brier score, which is easier to picture.

References
----------
Harrell FE, Lee KL, Mark DB. Multivariable prognostic models: issues in developing models,
evaluating assumptions and adequacy, and measuring and reducing errors. Stat Med 1996;15:361-387.
Hastie T, Tibshirani R, Friedman J. The Elements of Statistical Learning, 2009, section 7.10 (the
one-standard-error rule).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.recalibration.applied import RecalibrationError, line, log_baseline
from model.recalibration.fit import (
    Followed,
    followed,
    log_likelihood,
    maximised,
    recalibrate,
    usable,
)
from model.survival.pooling import Floats
from model.survival.prediction import PooledModel
from model.survival.recalibrated import METHODS, Recalibration, Score
from model.validation.brier import INTEGRATION_DAYS, integrated_brier
from model.validation.expected import Outcome

REPLICATES = 60


@dataclass(frozen=True)
class Candidate:
    """One method on the children: what it found, or why it could not, and how it scores.

    Attributes
    ----------
    method : str
    recalibration : Recalibration or None
    refusal : str
        Why there is none; empty where there is one.
    score, optimism, error : Score or None
        Corrected for optimism, what was taken off, and the standard error, which is that over the
        bootstrap samples.
    """

    method: str
    recalibration: Recalibration | None
    refusal: str = ""
    score: Score | None = None
    optimism: Score | None = None
    error: Score | None = None


@dataclass(frozen=True)
class Choice:
    """The methods beside each other, in their order.

    Attributes
    ----------
    candidates : tuple of Candidate
        One a method of `METHODS`.
    suggested : str
        The simplest whose corrected log-likelihood is within one standard error of the best.
    replicates : int
        Bootstrap samples.
    """

    candidates: tuple[Candidate, ...]
    suggested: str
    replicates: int


def compare_methods(
    model: PooledModel,
    children: pd.DataFrame,
    *,
    replicates: int = REPLICATES,
    seed: int = 2017,
    progress: Callable[[float], None] = lambda _share: None,
) -> Choice:
    """Fit every method, and score it with its optimism taken off.

    Parameters
    ----------
    model : PooledModel
        The paper's.
    children : DataFrame
        As for `model.recalibration.fit.recalibrate`.
    replicates : int
        Bootstrap samples.
    seed : int
        Same children, same seed: same result.
    progress : callable, optional
        Told the share that is done, from 0 to 1.

    Raises
    ------
    RecalibrationError
        Where the children are too few for any of them.
    """
    data = followed(model, usable(children))
    fitted, refusals = _fitted(model, children)
    estimates = {method: np.array(found.estimates) for method, found in fitted.items()}
    apparent = {method: _scores(model, data, method, estimates[method]) for method in fitted}
    optimism, there = _resampled(model, data, apparent, replicates, seed, progress)
    corrected = {
        method: apparent[method] - _mean(optimism[method], apparent[method]) for method in fitted
    }

    def candidate(method: str) -> Candidate:
        if method in refusals:
            return Candidate(method, None, refusals[method])
        gain, brier = (corrected[method] - [corrected["none"][0], 0.0]).tolist()
        return Candidate(
            method,
            fitted[method],
            "",
            Score(method, gain, brier),
            Score(method, *(apparent[method] - corrected[method]).tolist()),
            Score(method, *_spread(there[method], apparent[method]).tolist()),
        )

    each = {m: log_likelihood(model, data, m, estimates[m]) for m in fitted}
    suggested = _simplest_adequate(corrected, each)
    return Choice(tuple(map(candidate, METHODS)), suggested, replicates)


def _resampled(
    model: PooledModel,
    data: Followed,
    apparent: dict[str, Floats],
    replicates: int,
    seed: int,
    progress: Callable[[float], None],
) -> tuple[dict[str, list[Floats]], dict[str, list[Floats]]]:
    """Of each method in each bootstrap sample: its optimism, and its own scores there."""
    optimism: dict[str, list[Floats]] = {method: [] for method in apparent}
    there: dict[str, list[Floats]] = {method: [] for method in apparent}
    rng = np.random.default_rng(seed)
    for replicate in range(replicates):
        progress(replicate / replicates)
        rows = rng.integers(len(data.death), size=len(data.death))
        sample = data.take(rows)
        papers = _scores(model, sample, "none", np.zeros(0))
        luck = papers - apparent["none"]
        for method in apparent:
            try:
                found = maximised(model, sample, method)[0]
            except RecalibrationError:
                continue
            own = _scores(model, sample, method, found)
            optimism[method].append(own - _scores(model, data, method, found) - luck)
            there[method].append(own - [papers[0], 0.0])
    progress(1.0)
    return optimism, there


def _fitted(
    model: PooledModel, children: pd.DataFrame
) -> tuple[dict[str, Recalibration], dict[str, str]]:
    """The methods that could be fitted, and why the others could not; an error if none could."""
    fitted: dict[str, Recalibration] = {}
    refusals: dict[str, str] = {}
    for method in METHODS:
        try:
            fitted[method] = recalibrate(model, children, method)
        except RecalibrationError as error:
            refusals[method] = str(error)
    if len(fitted) == 1:
        raise RecalibrationError(refusals["baseline"])
    return fitted, refusals


def _scores(model: PooledModel, data: Followed, method: str, estimates: Floats) -> Floats:
    """Log-likelihood and integrated Brier score of a method on children."""
    alpha, gamma, beta = line(model, method, estimates)
    days = INTEGRATION_DAYS
    log_hazard = alpha + gamma * log_baseline(model)[days] + (data.x @ beta)[:, None]
    survival = np.exp(-np.exp(log_hazard))
    outcome = Outcome(data.os_days, data.death)
    return np.array(
        [
            log_likelihood(model, data, method, estimates).sum(),
            integrated_brier(outcome, survival, days),
        ]
    )


def _mean(optimism: list[Floats], apparent: Floats) -> Floats:
    """Mean optimism; unknown where no sample could be fitted."""
    if not optimism:
        return np.full_like(apparent, np.nan)
    mean: Floats = np.mean(optimism, axis=0)
    return mean


def _spread(there: list[Floats], apparent: Floats) -> Floats:
    """Standard deviation over the samples; unknown where fewer than two could be fitted."""
    if len(there) < 2:
        return np.full_like(apparent, np.nan)
    spread: Floats = np.std(there, axis=0, ddof=1)
    return spread


def _simplest_adequate(corrected: dict[str, Floats], each: dict[str, Floats]) -> str:
    """The simplest method within one standard error of the best, by the log-likelihood.

    The standard error is that of the difference from the best, child by child.
    """
    gains = {method: float(score[0]) for method, score in corrected.items()}
    known = [method for method in METHODS if method in gains and np.isfinite(gains[method])]
    best = max(known, key=gains.__getitem__)
    for method in known:
        apart = each[best] - each[method]
        error = np.sqrt(len(apart)) * apart.std()
        if gains[best] - gains[method] <= error:
            return method
    return best
