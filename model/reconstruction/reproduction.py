"""What `make model` prepares about the cohorts themselves, for the Evidence page: published against
reproduced, the paper's three figures redrawn, how far the tables pin a prediction down, what can be
said of proportional hazards, and the paper's secondary analysis.

The cohorts were built to satisfy Cox summaries and marginal curves, and nothing else. So what they
say about proportional hazards, or about how two characteristics go together, is what the printed
figures force and no more: where the cohorts agree the paper speaks, where they differ it is silent.

Everything is computed by `compute` and `secondary` beside it; here it is only kept and read, so
that the app needs no fitting library.

References
----------
Rubin DB. Multiple Imputation for Nonresponse in Surveys. Wiley, 1987.
"""

import functools
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.case import COVARIATES
from model.paper.digitised import CURVES
from model.paper.evidence import DATA, DAYS_PER_MONTH, LIMITS_OF_MEDIAN, Figure, figures, select
from model.survival.pooling import Floats
from model.survival.prediction import HORIZON_DAYS, TABLE_DAYS, Z_95, read_arrays

REPRODUCTION = DATA / "reproduction.npz"

# Whom the paper's Figures 1, 2 and 3 draw.
FIGURE_1, FIGURE_2, FIGURE_3 = CURVES[1], CURVES[2], CURVES[3]
CURVE_GROUPS = FIGURE_1 + FIGURE_2 + FIGURE_3
# Months under which the paper prints numbers at risk (Figure 3), and their days.
AT_RISK_MONTHS = tuple(sorted({int(figure.time) for figure in select(quantity="at_risk")}))
AT_RISK_DAYS = tuple(round(month * DAYS_PER_MONTH) for month in AT_RISK_MONTHS)
# Curves are kept once a week, which no eye can tell from daily over four years, and on every day
# that a table or a number at risk names.
CURVE_DAYS = tuple(sorted({*range(0, HORIZON_DAYS + 1, 7), *AT_RISK_DAYS, *TABLE_DAYS}))
# The tests of proportional hazards: one a covariate, as `column=code`, and one of all together.
PROPORTIONALITY_TESTS = (*(f"{column}={code}" for column, code in COVARIATES), "all")
SIGNIFICANT = 0.05
CHEMO = COVARIATES.index(("treatment", "chemo"))
DAYS_PER_YEAR = 365

# Floating point must not decide whether a rounding bound is met, nor (model.check) whether S(t)
# is 0.5.
TIE = 1e-9


@dataclass(frozen=True, eq=False)
class Reproduced:
    """A published figure and its value in every cohort.

    Attributes
    ----------
    figure : Figure
    values : ndarray, shape (n_cohorts,)
        In the figure's printed unit.
    low, high : float
        What prints as the figure does.
    tolerated : float
        Largest distance from the printed value, in its unit.
    """

    figure: Figure
    values: NDArray[np.float64]
    low: float
    high: float
    tolerated: float

    @property
    def within_rounding(self) -> NDArray[np.bool_]:
        """Whether each cohort's value prints as the figure does: shape (n_cohorts,)."""
        slack = TIE * max(1.0, abs(self.figure.value))
        return (self.values >= self.low - slack) & (self.values <= self.high + slack)

    @property
    def accepted(self) -> NDArray[np.bool_]:
        """Whether each cohort's value lies near enough: shape (n_cohorts,)."""
        if self.figure.relation in ("<", "<=", ">", ">="):
            return self.within_rounding
        return np.abs(self.values - self.figure.value) <= self.tolerated + TIE

    @property
    def worst(self) -> float:
        """The cohort's value that lies farthest from the printed one."""
        if self.figure.relation in ("<", "<="):
            return float(self.values.max())
        return float(self.values[np.argmax(np.abs(self.values - self.figure.value))])


@dataclass(frozen=True, eq=False)
class Analysis:
    """Table 4's Cox model on every cohort, covariates in the order of `model.case.COVARIATES`.

    Attributes
    ----------
    deaths : ndarray, shape (n_cohorts,)
    estimate, error : ndarray, shape (n_cohorts, p)
        Log hazard ratios and their standard errors.
    lower, upper : ndarray, shape (n_cohorts, p)
        95% limits of the log hazard ratios.
    p_value : ndarray, shape (n_cohorts, p)
        Two-sided.
    """

    deaths: NDArray[np.int64]
    estimate: Floats
    error: Floats
    lower: Floats
    upper: Floats
    p_value: Floats

    @property
    def significant(self) -> NDArray[np.int64]:
        """In how many cohorts each covariate has p below `SIGNIFICANT`: shape (p,)."""
        cohorts: NDArray[np.int64] = (self.p_value < SIGNIFICANT).sum(axis=0)
        return cohorts


@dataclass(frozen=True, eq=False)
class Secondary:
    """The paper's two analyses of Table 4: without the children of unknown treatment, and with it
    imputed.

    Attributes
    ----------
    complete : Analysis
        The 288 whose treatment is known.
    imputed : Analysis
        All 334, the missing treatments drawn as often as the paper did; limits and p-values from
        Rubin's t distribution.
    missing_information : ndarray, shape (n_cohorts, p)
        Rubin's fraction of information missing about each covariate in `imputed`, 0 to 1.
    """

    complete: Analysis
    imputed: Analysis
    missing_information: Floats


@dataclass(frozen=True)
class Precision:
    """How precisely Table 4 prints one hazard ratio, and how precise the two analyses are.

    Standard errors are those of the log hazard ratio. The cohorts are built so that `complete`
    prints Table 4's limits: that it does is no evidence. What can be asked is whether the imputed
    analysis could have printed them too. It has more deaths behind it, and for a covariate that is
    known of every child, as remission and interval are, nothing to pay for them: there its standard
    error ought to be smaller by about the square root of the share of deaths (`expected_ratio`),
    and the printed one tells how many deaths it rests on (`deaths_needed`). For treatment it can be
    either, since what the added children say of it is a guess.

    Against it stands a sentence of the paper: without the missing values the difference between
    chemotherapy alone and second transplant was not significant, as if Table 4 had been the imputed
    analysis. `p_without_missing` follows that thought: the printed ratio with the larger error that
    the complete analysis would then have.

    What this cannot show: which children the authors analysed. The 46 are known by a few numbers
    only, and their remission and interval are assumed to be much like the others'. Cohorts that
    give Table 4 from the imputed analysis are made by `model.reconstruction.imputed_table_4`.

    Attributes
    ----------
    covariate : str
        As `column=code`.
    printed, printed_low, printed_high : float
        From the printed limits, and the smallest and largest that print as they do.
    complete, imputed : tuple of float
        Median, lowest and highest over the cohorts.
    ratio : tuple of float
        Imputed over complete in the same cohort: median, lowest, highest.
    expected_ratio : float
        Of a covariate without missing values, from the numbers of deaths alone.
    deaths_needed : tuple of float
        Fewest and most deaths with which the imputed analysis would print Table 4's limits, its
        error going with one over the square root of their number.
    p_without_missing : float
        P-value of the printed ratio in the complete analysis if the printed limits were those of
        the imputed one.
    complete_within, imputed_within : int
        In how many cohorts the error would print as Table 4's limits do.
    """

    covariate: str
    printed: float
    printed_low: float
    printed_high: float
    complete: tuple[float, float, float]
    imputed: tuple[float, float, float]
    ratio: tuple[float, float, float]
    expected_ratio: float
    deaths_needed: tuple[float, float]
    p_without_missing: float
    complete_within: int
    imputed_within: int


def middle_and_range(values: Floats) -> tuple[float, float, float]:
    """Median, lowest and highest."""
    return float(np.median(values)), float(values.min()), float(values.max())


def precision(secondary: Secondary) -> tuple[Precision, ...]:
    """Compare Table 4's printed standard errors with those of both analyses, one a covariate."""
    complete, imputed = secondary.complete, secondary.imputed
    expected = float(np.median(np.sqrt(complete.deaths / imputed.deaths)))
    found = []
    for k, (column, code) in enumerate(COVARIATES):
        ratio, lower, upper = table_4_row(column, code)
        printed, low, high = (
            float(np.log(top / bottom) / (2 * Z_95))
            for top, bottom in (
                (upper.value, lower.value),
                (upper.bounds[0], lower.bounds[1]),
                (upper.bounds[1], lower.bounds[0]),
            )
        )
        of_complete, of_imputed = complete.error[:, k], imputed.error[:, k]
        ratios = middle_and_range(of_imputed / of_complete)
        deaths = imputed.deaths * of_imputed**2
        found.append(
            Precision(
                covariate=f"{column}={code}",
                printed=printed,
                printed_low=low,
                printed_high=high,
                complete=middle_and_range(of_complete),
                imputed=middle_and_range(of_imputed),
                ratio=ratios,
                expected_ratio=expected,
                deaths_needed=(
                    float(np.median(deaths) / high**2),
                    float(np.median(deaths) / low**2),
                ),
                p_without_missing=2
                * NormalDist().cdf(-abs(np.log(ratio.value)) * ratios[0] / printed),
                complete_within=int(((of_complete >= low) & (of_complete <= high)).sum()),
                imputed_within=int(((of_imputed >= low) & (of_imputed <= high)).sum()),
            )
        )
    return tuple(found)


def table_4_row(column: str, code: str) -> tuple[Figure, Figure, Figure]:
    """The hazard ratio and the limits that Table 4 prints for a covariate."""
    stem = f"t4.hr.{column}.{code}"
    return figures()[stem], figures()[f"{stem}.lower"], figures()[f"{stem}.upper"]


def printed_ratios() -> tuple[Floats, Floats, Floats]:
    """Table 4's hazard ratios, and between what each rounds to it: three of shape (p,)."""
    rows = [table_4_row(column, code)[0] for column, code in COVARIATES]
    low, high = np.array([row.bounds for row in rows]).T
    return np.array([row.value for row in rows]), low, high


@dataclass(frozen=True, eq=False)
class Reproduction:
    """What the cohorts give back, prepared for the screen.

    Attributes
    ----------
    rows : tuple of Reproduced
        Published against reproduced: every target and input, in the order of evidence.csv. A
        row's table is in `figure.source`; Table 3's ratios have the model ``univariate``.
    curves : ndarray, shape (n_cohorts, n_groups, n_days)
        Kaplan-Meier survival of `CURVE_GROUPS` on `CURVE_DAYS`, among the analysed children.
    at_risk : ndarray, shape (n_cohorts, n_groups, n_months)
        Children still at risk (os_days >= day) on `AT_RISK_DAYS`.
    spread : ndarray, shape (n_cohorts, n_patterns, n_treatments, n_table_days)
        Survival that each cohort's own fit predicts for `model.survival.pattern.PATTERNS` under
        `TREATMENTS` on `TABLE_DAYS`.
    mean_curves : ndarray, shape (n_cohorts, n_treatments, n_days)
        Mean over the children of an arm of the survival that the cohort's own fit predicts on
        `CURVE_DAYS`: what the arm's Kaplan-Meier curve would be if hazards were proportional.
    proportionality : ndarray, shape (n_cohorts, n_tests)
        P-values of `PROPORTIONALITY_TESTS`: scaled Schoenfeld residuals against the rank of time
        (Grambsch and Therneau 1994).
    secondary : Secondary
    version, source_hash : str
        Version, and hash of the cohorts and the evidence it was computed from.
    """

    rows: tuple[Reproduced, ...]
    curves: NDArray[np.float32]
    at_risk: NDArray[np.int16]
    spread: NDArray[np.float32]
    mean_curves: NDArray[np.float32]
    proportionality: Floats
    secondary: Secondary
    version: str
    source_hash: str

    @property
    def n_cohorts(self) -> int:
        """How many cohorts it speaks of."""
        return len(self.curves)

    @property
    def arm_curves(self) -> NDArray[np.float32]:
        """Kaplan-Meier survival of the arms: shape (n_cohorts, n_treatments, n_days)."""
        return self.curves[:, [CURVE_GROUPS.index(group) for group in FIGURE_3]]


@dataclass(frozen=True)
class Verdict:
    """The reproduction in a few numbers.

    Attributes
    ----------
    n_figures : int
        Given back by each cohort, limits of medians among them.
    n_judged : int
        Those of them that are judged by rounding: all but the limits of medians.
    within : tuple of float
        Share of the judged within rounding: median cohort and worst.
    spread : tuple of float
        Lowest to highest cohort's survival at one year, as a share: median and widest of the
        patterns under every treatment.
    """

    n_figures: int
    n_judged: int
    within: tuple[float, float]
    spread: tuple[float, float]


@functools.cache
def verdict_on(reproduction: Reproduction) -> Verdict:
    """Sum a reproduction up."""
    judged = [
        row.within_rounding
        for row in reproduction.rows
        if row.figure.quantity not in LIMITS_OF_MEDIAN
    ]
    within = np.mean(judged, axis=0)
    year = reproduction.spread[..., TABLE_DAYS.index(DAYS_PER_YEAR)].astype(float)
    reach = np.ptp(year, axis=0)
    return Verdict(
        n_figures=len(reproduction.rows),
        n_judged=len(judged),
        within=(float(np.median(within)), float(within.min())),
        spread=(float(np.median(reach)), float(reach.max())),
    )


def arrays_of(secondary: Secondary) -> dict[str, Any]:
    """Both analyses as plain arrays."""
    return {"missing_information": secondary.missing_information} | {
        f"{name}_{f.name}": getattr(getattr(secondary, name), f.name)
        for name in ("complete", "imputed")
        for f in fields(Analysis)
    }


def analyses_of(content: dict[str, Any]) -> Secondary:
    """Take both analyses out of arrays that were read."""
    complete, imputed = (
        Analysis(**{f.name: content.pop(f"{name}_{f.name}") for f in fields(Analysis)})
        for name in ("complete", "imputed")
    )
    return Secondary(complete, imputed, content.pop("missing_information"))


def save_reproduction(reproduction: Reproduction, path: Path = REPRODUCTION) -> None:
    """Write the reproduction as plain arrays; same reproduction, same bytes."""
    rows = reproduction.rows
    arrays: dict[str, Any] = {
        "row_ids": np.array([row.figure.id for row in rows]),
        "row_values": np.array([row.values for row in rows]),
        "row_bounds": np.array([(row.low, row.high, row.tolerated) for row in rows]),
        **arrays_of(reproduction.secondary),
    }
    for f in fields(Reproduction):
        if f.name not in ("rows", "secondary"):
            arrays[f.name] = getattr(reproduction, f.name)
    np.savez_compressed(path, allow_pickle=False, **arrays)


@functools.cache
def load_reproduction(path: Path = REPRODUCTION) -> Reproduction:
    """Read the reproduction. Nothing is unpickled.

    Raises
    ------
    FileNotFoundError
        Naming the command that makes the file.
    """
    content = read_arrays(path)
    ids, values, bounds = (content.pop(f"row_{name}") for name in ("ids", "values", "bounds"))
    rows = tuple(
        Reproduced(figures()[str(figure_id)], one, *(float(bound) for bound in around))
        for figure_id, one, around in zip(ids, values, bounds, strict=True)
    )
    return Reproduction(rows=rows, secondary=analyses_of(content), **content)
