"""How a recalibration is fitted to a centre's children: maximum likelihood, with the paper's
coefficients as prior where they are fitted again. What the estimates mean is in
`model.recalibration.applied`.

References
----------
van Houwelingen HC. Validation, calibration, revision and combination of prognostic survival models.
Stat Med 2000;19:3401-3415.
Steyerberg EW et al. Validation and updating of predictive logistic regression models: a study on
sample size and shrinkage. Stat Med 2004;23:2567-2586.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize

from model.case import CATEGORIES
from model.cohort import design_matrix
from model.language import _, counted
from model.options import TREATMENTS
from model.recalibration.applied import RecalibrationError, in_bounds, line, log_baseline
from model.survival.pooling import Floats
from model.survival.prediction import HORIZON_DAYS, PooledModel
from model.survival.recalibrated import PARAMETERS, Recalibration

# In children drawn from centres whose level, course and coefficients all differ from the paper's,
# two numbers predict better than none from about ten deaths on and the slope from about twenty;
# eight coefficients under the prior predict better than two numbers from about fifty. That simple
# updates win in small samples is what Steyerberg 2004 found.
FEWEST_DEATHS = {"none": 0, "baseline": 10, "slope": 20, "refit": 50}
# Fewer children of an arm than this are not told of.
FEWEST_TOLD = 5


@dataclass(frozen=True, eq=False)
class Followed:
    """Children as the likelihood needs them: on the time scale of the model.

    Attributes
    ----------
    log_hazard : ndarray, shape (n,)
        Log of the model's baseline cumulative hazard at death or last contact.
    x : ndarray, shape (n, p)
    death : ndarray of bool, shape (n,)
    os_days : ndarray of int, shape (n,)
        Censored at the horizon, as `death` is.
    """

    log_hazard: Floats
    x: Floats
    death: NDArray[np.bool_]
    os_days: NDArray[np.int64]

    def take(self, rows: NDArray[np.intp]) -> "Followed":
        """The children at some places, as often as they are named."""
        return Followed(self.log_hazard[rows], self.x[rows], self.death[rows], self.os_days[rows])


def usable(children: pd.DataFrame) -> pd.DataFrame:
    """Leave out the children whose treatment or remission status is missing."""
    return children[children[list(CATEGORIES)].notna().all(axis=1)]


def followed(model: PooledModel, children: pd.DataFrame) -> Followed:
    """Put children whose treatment and remission are known on the time scale of the model."""
    days = children["os_days"].to_numpy(np.int64)
    os_days = np.minimum(days, HORIZON_DAYS)
    return Followed(
        log_baseline(model)[os_days],
        design_matrix(children).to_numpy(float),
        children["death"].to_numpy(bool) & (days <= HORIZON_DAYS),
        os_days,
    )


def recalibrate(model: PooledModel, children: pd.DataFrame, method: str) -> Recalibration:
    """Recalibrate the paper's model to a centre's children.

    Parameters
    ----------
    model : PooledModel
        The paper's.
    children : DataFrame
        One row a child, with `treatment`, `interval`, `post_transplant_cr`, `os_days` and `death`.
    method : str
        One of `METHODS`.

    Raises
    ------
    RecalibrationError
        Where there are too few deaths, or the estimates are beyond `BOUNDS`.
    """
    used = usable(children)
    data = followed(model, used)
    deaths = int(data.death.sum())
    fewest = FEWEST_DEATHS[method]
    if deaths < fewest:
        raise RecalibrationError(
            counted(
                "{number} death is too few: this step needs at least {fewest}.",
                "{number} deaths are too few: this step needs at least {fewest}.",
                deaths,
            ).format(number=deaths, fewest=fewest)
        )
    estimates, covariance = maximised(model, data, method)
    outside = [
        name
        for name, value in zip(PARAMETERS[method], estimates.tolist(), strict=True)
        if not in_bounds(name, value)
    ]
    if outside:
        raise RecalibrationError(
            _(
                "This step gives numbers that no recalibration should need ({names}): the children "
                "of the table go too differently from the paper's."
            ).format(names=", ".join(outside))
        )
    return Recalibration(
        method=method,
        estimates=tuple(estimates.tolist()),
        covariance=tuple(map(tuple, covariance.tolist())),
        n_children=len(used),
        n_deaths=deaths,
        n_left_out=len(children) - len(used),
        arms=_arms_told(used),
    )


def _arms_told(children: pd.DataFrame) -> tuple[tuple[str, int], ...]:
    """Children by arm, without the small groups, and without what one would tell of another."""
    counts = {arm: int((children["treatment"] == arm).sum()) for arm in TREATMENTS}
    small = [arm for arm, count in counts.items() if 0 < count < FEWEST_TOLD]
    hidden = set(small)
    if len(small) == 1:  # the sum would tell it
        larger = [arm for arm in TREATMENTS if counts[arm] >= FEWEST_TOLD]
        hidden.update(sorted(larger, key=counts.__getitem__)[:1])
    return tuple((arm, count) for arm, count in counts.items() if arm not in hidden)


def maximised(model: PooledModel, data: Followed, method: str) -> tuple[Floats, Floats]:
    """Maximise the likelihood, or with a prior the posterior density.

    Returns
    -------
    estimates : ndarray, shape (q,)
        In the order of `PARAMETERS[method]`.
    covariance : ndarray, shape (r, r)
        In the order of `COVARYING[method]`.

    Raises
    ------
    RecalibrationError
        Where there is no maximum.
    """
    if method == "none":
        return np.zeros(0), np.zeros((0, 0))
    index = data.x @ model.beta
    time = np.column_stack([np.ones(len(index)), data.log_hazard])
    offset = index if method == "baseline" else np.zeros(len(index))
    z, start = {
        "baseline": (time, np.array([0.0, 1.0])),
        "slope": (np.column_stack([time, index]), np.array([0.0, 1.0, 1.0])),
        "refit": (np.column_stack([time, data.x]), np.array([0.0, 1.0, *model.beta])),
    }[method]
    precision = np.zeros((len(start), len(start)))
    if method == "refit":
        precision[2:, 2:] = np.linalg.inv(model.sigma)
    likelihood = _Likelihood(data, z, offset, start, precision)
    unfit = RecalibrationError(_("This step could not be fitted to the children of the table."))
    try:
        found = minimize(
            likelihood.loss,
            start,
            jac=likelihood.slope,
            hess=likelihood.information,
            method="trust-exact",
            options={"gtol": 1e-8},
        )
        covariance = np.linalg.inv(likelihood.information(found.x)).astype(float)
    except (np.linalg.LinAlgError, ValueError):
        raise unfit from None
    at_rest = np.abs(likelihood.slope(found.x)).max() < 1e-4 * max(1, data.death.sum())
    if not (at_rest and np.isfinite(covariance).all()):
        raise unfit
    if method != "refit":
        theta = float(found.x[2]) if method == "slope" else 1.0
        hazard = likelihood.expected_deaths(found.x)
        mixed: Floats = theta * (z.T * hazard) @ data.x
        if method == "slope":
            mixed[2] -= (data.death - hazard) @ data.x
        covariance = _with_the_papers(covariance, mixed, model.sigma)
    return found.x, (covariance + covariance.T) / 2


def _with_the_papers(covariance: Floats, mixed: Floats, sigma: Floats) -> Floats:
    """Covariance of the estimates and the paper's coefficients, from that of the estimates alone.

    By implicit differentiation of the score, `mixed` being its derivative by the coefficients.
    """
    follows = -covariance @ mixed
    both = follows @ sigma
    return np.block([[covariance + both @ follows.T, both], [both.T, sigma]])


@dataclass(frozen=True, eq=False)
class _Likelihood:
    """The log-likelihood of one method, with its score and information; `precision` of a prior."""

    data: Followed
    z: Floats
    offset: Floats
    start: Floats
    precision: Floats

    def expected_deaths(self, parameters: Floats) -> Floats:
        with np.errstate(over="ignore"):
            hazard: Floats = np.exp(self.offset + self.z @ parameters)
        return hazard

    def loss(self, parameters: Floats) -> float:
        if parameters[1] <= 0:
            return np.inf
        off = parameters - self.start
        died = (self.offset + self.z @ parameters)[self.data.death]
        fit = len(died) * np.log(parameters[1]) + died.sum()
        return float(self.expected_deaths(parameters).sum() - fit + off @ self.precision @ off / 2)

    def slope(self, parameters: Floats) -> Floats:
        score: Floats = self.z.T @ (self.expected_deaths(parameters) - self.data.death)
        score[1] -= self.data.death.sum() / parameters[1]
        score += self.precision @ (parameters - self.start)
        return score

    def information(self, parameters: Floats) -> Floats:
        curvature: Floats = (self.z.T * self.expected_deaths(parameters)) @ self.z + self.precision
        curvature[1, 1] += self.data.death.sum() / parameters[1] ** 2
        return curvature


def log_likelihood(model: PooledModel, data: Followed, method: str, estimates: Floats) -> Floats:
    """Each child's contribution to the log-likelihood, shape (n,), on the time scale of the model.

    It is a proper score, which methods are compared by.
    """
    alpha, gamma, beta = line(model, method, estimates)
    log_hazard = alpha + gamma * data.log_hazard + data.x @ beta
    contribution: Floats = data.death * (np.log(gamma) + log_hazard) - np.exp(log_hazard)
    return contribution
