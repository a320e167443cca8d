"""Published against reproduced: every figure that the cohorts must give back, recomputed with
lifelines from `data/cohorts.parquet`.

Nothing here is shared with the compiled statistics of `model.reconstruction`: an error there shows
here. The median's confidence interval is SPSS's (Collett 2015, eq. 2.12-2.14).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test
from numpy.typing import NDArray
from scipy.stats import chi2

from model.cohort import design_matrix, each_cohort, members
from model.cox import fit_lifelines
from model.evidence import LIMITS_OF_MEDIAN, Figure, conditions, figures, width

# How far a reproduced figure may lie from the printed one, in units of its last digit; for the
# limits of a median, as a share of the printed interval's width.
TOLERATED_UNITS = 1.0
TOLERATED_WIDTH = 0.02
SHARE_WITHIN_ROUNDING = 0.95
# Floating point must not decide whether S(t) is 0.5, nor whether a rounding bound is met.
TIE = 1e-9


@dataclass(frozen=True)
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
        return float(self.values[np.argmax(np.abs(self.values - self.figure.value))])


def is_target(figure: Figure) -> bool:
    """Whether the cohorts must give a figure back."""
    return figure.role in ("target", "input")


def kaplan_meier_table(cohort: pd.DataFrame) -> pd.DataFrame:
    """Survival and Greenwood's standard error at each time of death, from lifelines."""
    fitted = KaplanMeierFitter().fit(cohort["os_days"], cohort["death"])
    events = fitted.event_table.iloc[1:]
    survival = fitted.survival_function_.iloc[1:, 0]
    deaths, at_risk = events["observed"], events["at_risk"]
    with np.errstate(divide="ignore", invalid="ignore"):
        summed = (deaths / (at_risk * (at_risk - deaths))).cumsum()
    table = pd.DataFrame({"survival": survival, "error": survival * np.sqrt(summed)})
    return table[deaths > 0]


def median_with_limits(cohort: pd.DataFrame) -> tuple[float, float, float]:
    """Median survival and its 95% limits as SPSS prints them, days."""
    table = kaplan_meier_table(cohort)
    median = table.index[table["survival"] <= 0.5 + TIE][0]
    before = table.index[table["survival"] >= 0.55 - TIE][-1]
    after = table.index[table["survival"] <= 0.45 + TIE][0]
    fall = table.loc[before, "survival"] - table.loc[after, "survival"]
    error = table.loc[median, "error"] * (after - before) / fall
    half_width = 1.959963984540054 * error
    return float(median), float(median - half_width), float(median + half_width)


def wald_p(fitted: CoxPHFitter, names: list[str]) -> float:
    """Wald p-value of several coefficients together."""
    beta = fitted.params_[names].to_numpy()
    variance = fitted.variance_matrix_.loc[names, names].to_numpy()
    return float(chi2.sf(beta @ np.linalg.solve(variance, beta), len(names)))


def statistic(figure: Figure, cohort: pd.DataFrame, table_4: CoxPHFitter) -> float:
    """Recompute one figure on one cohort, in the figure's unit.

    Raises
    ------
    ValueError
        If there is no rule for the figure's quantity.
    """
    quantity = figure.quantity
    if quantity == "p_wald" and "=" not in figure.group:
        names = [name for name in table_4.params_.index if name.startswith(f"{figure.group}=")]
        return wald_p(table_4, names)
    if quantity == "p_logrank" and figure.group == "treatment":
        groups = cohort["treatment"]
        return float(multivariate_logrank_test(cohort["os_days"], groups, cohort["death"]).p_value)
    wanted = conditions(figure.group)
    if quantity == "p_logrank":
        groups = members(cohort, wanted)
        return float(multivariate_logrank_test(cohort["os_days"], groups, cohort["death"]).p_value)
    if figure.model == "multivariable":
        row = table_4.summary.loc[figure.group]
        return float(
            row[
                {
                    "hazard_ratio": "exp(coef)",
                    "hazard_ratio_lower": "exp(coef) lower 95%",
                    "hazard_ratio_upper": "exp(coef) upper 95%",
                    "p_wald": "p",
                }[quantity]
            ]
        )
    children = cohort[members(cohort, wanted)]
    if quantity == "count":
        return float(len(children))
    if quantity == "at_risk":
        return float((children["os_days"] >= figure.day).sum())
    if quantity == "median_days_to_failure":
        return float(children["days_to_failure"].median())
    if quantity == "median_follow_up":
        return float(children["os_days"].median())
    if quantity == "survival":
        fitted = KaplanMeierFitter().fit(children["os_days"], children["death"])
        return 100 * float(fitted.predict(figure.day))
    if quantity in ("median_survival", *LIMITS_OF_MEDIAN):
        kinds = ("median_survival", *LIMITS_OF_MEDIAN)
        return median_with_limits(children)[kinds.index(quantity)]
    raise ValueError(f"{figure.id}: no rule for the quantity {quantity}")


def tolerance(figure: Figure) -> float:
    """Largest accepted distance from the printed value, in the figure's unit."""
    if figure.quantity in ("count", "at_risk"):
        return 0.0
    if figure.quantity in LIMITS_OF_MEDIAN:
        return TOLERATED_WIDTH * width(figure)
    return TOLERATED_UNITS * figure.step


def reproduce(cohorts: pd.DataFrame) -> list[Reproduced]:
    """Recompute every target and input of `data/evidence.csv` on every cohort.

    Parameters
    ----------
    cohorts : DataFrame
        The ensemble, as `model.cohort.read_cohorts` gives it.
    """
    wanted = [figure for figure in figures().values() if is_target(figure)]
    each = []
    for cohort in each_cohort(cohorts):
        table_4 = fit_lifelines(design_matrix(cohort), cohort["os_days"], cohort["death"])
        each.append([statistic(figure, cohort, table_4) for figure in wanted])
    values = np.array(each)
    rows = []
    for k, figure in enumerate(wanted):
        low, high = figure.bounds
        if figure.quantity in ("count", "at_risk"):
            low = high = figure.value
        rows.append(Reproduced(figure, values[:, k], low, high, tolerance(figure)))
    return rows


def share_within_rounding(rows: list[Reproduced]) -> NDArray[np.float64]:
    """Share of the figures within printed rounding in each cohort: shape (n_cohorts,).

    The limits of medians are left out: whole-day times cannot meet them to a tenth of a day
    (see data/README.md), and they are judged by the width of their interval instead.
    """
    judged = [row.within_rounding for row in rows if row.figure.quantity not in LIMITS_OF_MEDIAN]
    return np.mean(judged, axis=0)


def passed(rows: list[Reproduced]) -> bool:
    """Whether every figure is near enough in every cohort, and enough are within rounding."""
    near = all(bool(row.accepted.all()) for row in rows)
    return near and bool((share_within_rounding(rows) >= SHARE_WITHIN_ROUNDING).all())


def report(rows: list[Reproduced]) -> str:
    """One line a figure: id, printed, median and worst over cohorts, cohorts within, verdict."""
    lines = [f"{'figure':<46} {'printed':>9} {'median':>11} {'worst':>11} {'rounding':>9}  verdict"]
    for row in rows:
        n = len(row.values)
        verdict = "ok" if row.accepted.all() else "OFF"
        lines.append(
            f"{row.figure.id:<46} {row.figure.printed:>9} {np.median(row.values):>11.5g} "
            f"{row.worst:>11.5g} {row.within_rounding.sum():>6}/{n}  {verdict}"
        )
    shares = share_within_rounding(rows)
    limits = [row for row in rows if row.figure.quantity in LIMITS_OF_MEDIAN]
    off_width = max(
        float(np.abs(row.values - row.figure.value).max()) / (row.tolerated / TOLERATED_WIDTH)
        for row in limits
    )
    lines.append(
        f"{len(rows)} figures on {len(shares)} cohorts; within printed rounding: "
        f"{shares.min():.1%} in the worst cohort, {np.median(shares):.1%} in the median one; "
        f"limits of medians at most {off_width:.2%} of their width off"
    )
    return "\n".join(lines)
