"""Published against reproduced: every figure that the cohorts must give back, recomputed with
lifelines from `data/cohorts.parquet`.

Nothing here is shared with the compiled statistics of `model.reconstruction`: an error there shows
here. The median's confidence interval is SPSS's (Collett 2015, eq. 2.12-2.14).
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test
from numpy.typing import NDArray
from scipy.stats import chi2

from model.case import BACKGROUND, CATEGORIES, COVARIATES
from model.cohort import analysed, design_matrix, each_cohort, members
from model.paper.digitised import Reading
from model.paper.evidence import (
    AROUND,
    DAYS_PER_MONTH,
    LIMITS_OF_MEDIAN,
    Figure,
    conditions,
    figures,
    width,
)
from model.reconstruction.reproduction import TIE, Reproduced
from model.survival.cox import fit_lifelines

# How far a reproduced figure may lie from the printed one, in units of its last digit; for the
# limits of a median, as a share of the printed interval's width. What was read off a curve may lie
# half a reading error outside, as a printed figure may half a unit outside its rounding.
TOLERATED_UNITS = 1.0
TOLERATED_WIDTH = 0.02
SHARE_WITHIN_ROUNDING = 0.95

COLLINEAR = 1e-9

SUMMARY_COLUMNS = {
    "hazard_ratio": "exp(coef)",
    "hazard_ratio_lower": "exp(coef) lower 95%",
    "hazard_ratio_upper": "exp(coef) upper 95%",
    "p_wald": "p",
}
# Of the observed times, whether they end in death or not.
FOLLOW_UP = {"median_follow_up": "median", "follow_up_min": "min", "follow_up_max": "max"}


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
    at_deaths: pd.DataFrame = table[deaths > 0]
    return at_deaths


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


def interaction_p(analysed: pd.DataFrame, table_4: CoxPHFitter) -> float:
    """P-value of the interaction of treatment and interval, given Table 4's model.

    Rao's score test of one more covariate for each arm and interval that has children; it needs no
    fit of its own and so bears small cells. Ties after Efron. The paper does not name its test.
    """
    x = design_matrix(analysed)
    products = {
        f"{arm} {interval}": x[arm] * x[interval]
        for arm in x.columns.astype(str)
        for interval in x.columns.astype(str)
        if arm.startswith("treatment=") and interval.startswith("interval=")
    }
    added = pd.DataFrame({name: product for name, product in products.items() if product.any()})
    covariates = pd.concat([x, added], axis=1).to_numpy()
    risk = np.exp(x.to_numpy() @ table_4.params_.to_numpy())
    os_days, death = analysed["os_days"].to_numpy(), analysed["death"].to_numpy(bool)
    score = covariates[death].sum(axis=0)
    information = np.zeros((covariates.shape[1], covariates.shape[1]))
    for day in np.unique(os_days[death]):
        at_risk, dying = os_days >= day, death & (os_days == day)
        deaths = int(dying.sum())
        for k in range(deaths):
            weight = risk * at_risk - risk * dying * k / deaths
            mean = weight @ covariates / weight.sum()
            score -= mean
            information += (covariates.T * weight) @ covariates / weight.sum()
            information -= np.outer(mean, mean)
    # An arm without a child in one interval leaves its products collinear with the arm itself.
    step, _, rank, _ = np.linalg.lstsq(information, score, rcond=COLLINEAR)
    return float(chi2.sf(score @ step, rank - x.shape[1]))


def logrank_p(cohort: pd.DataFrame, groups: pd.Series) -> float:
    """P-value of the log-rank test between groups of children."""
    return float(multivariate_logrank_test(cohort["os_days"], groups, cohort["death"]).p_value)


class Refitted:
    """The Cox models of one cohort, each fitted when it is first asked for."""

    def __init__(self, cohort: pd.DataFrame) -> None:
        self.cohort = cohort
        self.fits: dict[str, CoxPHFitter] = {}

    def table_4(self) -> CoxPHFitter:
        """The model of Table 4, on the analysed children."""
        return self._fit("", analysed(self.cohort), COVARIATES)

    def alone(self, column: str) -> CoxPHFitter:
        """A model of one column of Table 3, on all children of whom it is known."""
        codes = (CATEGORIES | BACKGROUND)[column]
        covariates = tuple((column, code) for code in codes[1:])
        return self._fit(column, self.cohort[self.cohort[column].notna()], covariates)

    def _fit(
        self, name: str, children: pd.DataFrame, covariates: tuple[tuple[str, str], ...]
    ) -> CoxPHFitter:
        if name not in self.fits:
            x = design_matrix(children, covariates)
            self.fits[name] = fit_lifelines(x, children["os_days"], children["death"])
        return self.fits[name]


def children_of(figure: Figure, cohort: pd.DataFrame) -> pd.DataFrame:
    """The children that a figure is about; analysed ones unless its group says otherwise."""
    if figure.group == "failures":
        return cohort
    if figure.group == "excluded":
        return cohort[cohort["treatment"].isna()]
    if figure.group == "alive":
        return cohort[~cohort["death"].astype(bool)]
    known = analysed(cohort)
    return known[members(known, conditions(figure.group))]


def statistic(figure: Figure, fits: Refitted) -> float:
    """Recompute one figure on one cohort, in the figure's unit.

    Raises
    ------
    ValueError
        If there is no rule for the figure's quantity.
    """
    quantity, cohort = figure.quantity, fits.cohort
    if quantity == "p_interaction":
        return interaction_p(analysed(cohort), fits.table_4())
    if quantity == "p_logrank":
        return logrank_p_of(figure, analysed(cohort))
    if figure.model in ("univariate", "multivariable"):
        column = figure.group.partition("=")[0]
        fitted = fits.table_4() if figure.model == "multivariable" else fits.alone(column)
        if figure.group == column:
            names = [name for name in fitted.params_.index if name.startswith(f"{column}=")]
            return wald_p(fitted, names)
        return float(fitted.summary.loc[figure.group, SUMMARY_COLUMNS[quantity]])
    return of_children(figure, children_of(figure, cohort))


def logrank_p_of(figure: Figure, known: pd.DataFrame) -> float:
    """P of the log-rank test between the groups that a figure names."""
    if figure.group == "treatment":
        return logrank_p(known, known["treatment"])
    inside = members(known, conditions(figure.group))
    if figure.group.startswith("leukemia="):
        # The group names both sides: AML, and ALL of either kind.
        return logrank_p(known[inside], known.loc[inside, "leukemia"] == "AML")
    return logrank_p(known, inside)


def of_children(figure: Figure, children: pd.DataFrame) -> float:
    """Recompute a figure that describes the children of its group, and fits no model."""
    quantity = figure.quantity
    if quantity == "count":
        return float(len(children))
    if quantity == "at_risk":
        return float((children["os_days"] >= figure.day).sum())
    if quantity == "median_days_to_failure":
        return float(children["days_to_failure"].median())
    if quantity == "median_age":
        return float(children["age_years"].median())
    if quantity in FOLLOW_UP:
        return float(children["os_days"].agg(FOLLOW_UP[quantity]))
    if quantity == "survival":
        fitted = KaplanMeierFitter().fit(children["os_days"], children["death"])
        return 100 * float(fitted.predict(figure.day))
    if quantity in ("median_survival", *LIMITS_OF_MEDIAN):
        kinds = ("median_survival", *LIMITS_OF_MEDIAN)
        days = median_with_limits(children)[kinds.index(quantity)]
        return days / DAYS_PER_MONTH if figure.unit == "months" else days
    raise ValueError(f"{figure.id}: no rule for the quantity {quantity}")


def tolerance(figure: Figure) -> float:
    """Largest accepted distance from the printed value, in the figure's unit."""
    if figure.quantity in ("count", "at_risk"):
        return 0.0
    if figure.quantity in LIMITS_OF_MEDIAN:
        return TOLERATED_WIDTH * width(figure)
    if figure.relation == "~":
        return AROUND * figure.step
    if isinstance(figure, Reading):
        return (0.5 + TOLERATED_UNITS) * figure.step
    return TOLERATED_UNITS * figure.step


def reproduced_figures(cohorts: pd.DataFrame, readings: Iterable[Reading] = ()) -> list[Reproduced]:
    """Recompute every target and input of `data/evidence.csv` on every cohort.

    Parameters
    ----------
    cohorts : DataFrame
        The ensemble, as `model.cohort.read_cohorts` gives it.
    readings : iterable of Reading, optional
        Points read off the paper's figures, to be recomputed after these.
    """
    wanted = [*filter(is_target, figures().values()), *readings]
    each = []
    for cohort in each_cohort(cohorts):
        fits = Refitted(cohort)
        each.append([statistic(figure, fits) for figure in wanted])
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
    share: NDArray[np.float64] = np.mean(judged, axis=0)
    return share


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
