"""What makes a model another than the paper's: a recalibration to a centre's own children.

`model.recalibration` finds one, applies it and keeps it in a file; a `PooledModel` carries the one
that made it, so that whatever is shown can say whose numbers they are.
"""

from dataclasses import dataclass

import numpy as np

from model.case import COVARIATES
from model.language import marked
from model.survival.pooling import Floats

METHODS = ("none", "baseline", "slope", "refit")
METHOD_LABELS = {
    "none": marked("the paper's model as it is"),
    "baseline": marked("baseline only"),
    "slope": marked("baseline and slope"),
    "refit": marked("refit, with the paper's coefficients as prior"),
}
COEFFICIENTS = tuple(f"{column}={code}" for column, code in COVARIATES)
PARAMETERS: dict[str, tuple[str, ...]] = {
    "none": (),
    "baseline": ("alpha", "gamma"),
    "slope": ("alpha", "gamma", "theta"),
    "refit": ("alpha", "gamma", *COEFFICIENTS),
}
# What the covariance is of: the estimates and the paper's coefficients, where these are kept.
COVARYING = {
    "none": (),
    "baseline": (*PARAMETERS["baseline"], *COEFFICIENTS),
    "slope": (*PARAMETERS["slope"], *COEFFICIENTS),
    "refit": PARAMETERS["refit"],
}


@dataclass(frozen=True)
class Score:
    """How well a method did on the children it was fitted to, corrected for optimism.

    Attributes
    ----------
    method : str
    log_gain : float
        Log-likelihood above that of the paper's model; larger is closer.
    brier : float
        Integrated Brier score; smaller is closer.
    """

    method: str
    log_gain: float
    brier: float


@dataclass(frozen=True)
class Recalibration:
    """What makes the pooled model a centre's own. It holds no row of any child.

    Attributes
    ----------
    method : str
        One of `METHODS`.
    estimates : tuple of float
        In the order of `PARAMETERS[method]`.
    covariance : tuple of tuple of float
        In the order of `COVARYING[method]`.
    n_children, n_deaths, n_left_out : int
        Children it rests on, deaths among them within the horizon, and children left out since
        treatment or remission status is missing.
    arms : tuple of (str, int)
        Children by treatment, where they are enough not to be recognised.
    scores : tuple of Score
        Of the methods that were compared, if they were.
    centre, made_on : str
        The centre's own label, and the day as year-month-day; empty where not given.
    checksum : str
        Of the file it was read from; empty where it was not.
    """

    method: str
    estimates: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    n_children: int
    n_deaths: int
    n_left_out: int = 0
    arms: tuple[tuple[str, int], ...] = ()
    scores: tuple[Score, ...] = ()
    centre: str = ""
    made_on: str = ""
    checksum: str = ""

    @property
    def short_checksum(self) -> str:
        """The first eight signs of the checksum, by which people know the file."""
        return self.checksum[:8]

    @property
    def own_covariance(self) -> Floats:
        """Covariance of the estimates given the paper's coefficients, shape (q, q)."""
        covariance, q = np.array(self.covariance), len(self.estimates)
        if len(covariance) == q:
            return covariance
        follows = np.linalg.solve(covariance[q:, q:], covariance[q:, :q])
        own: Floats = covariance[:q, :q] - covariance[:q, q:] @ follows
        return own
