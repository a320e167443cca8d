"""What the ways of seeing one case share: the numbers of every option shown, and how they read.

A `Prediction` is arrays; here it becomes one `OptionResult` an option, in the fixed order, with
the children behind each number (Figure 3 of Roux et al. 2017, and the cohorts between its columns).
The chart, the table and the downloads all read from it, so that none can differ from another.
"""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from model.case import INTERVAL_FIRST_DAYS, INTERVALS, TREATMENTS, Case
from model.language import _, code
from model.prediction import HORIZON_DAYS, TABLE_DAYS, PooledModel, Prediction, load_model, predict
from ui.wording import remission_label, treatment_label

DAYS_PER_MONTH = 365.25 / 12
MONTHS_PER_YEAR = 12


@dataclass(frozen=True)
class Horizon:
    """Predicted survival on one reported day, and the children of the arm still at risk then."""

    day: int
    survival: float
    lower: float
    upper: float
    supported: bool
    at_risk: float
    at_risk_low: int
    at_risk_high: int


@dataclass(frozen=True)
class OptionResult:
    """One option for one case. A median that is not reached within the horizon is None."""

    treatment: str
    label: str
    children: int
    supported_until: int
    median: int | None
    median_lower: int | None
    median_upper: int | None
    horizons: tuple[Horizon, ...]

    @property
    def median_supported(self) -> bool:
        return self.median is not None and self.median <= self.supported_until


@dataclass(frozen=True)
class Pattern:
    """All that the model sees of a child, and the options to show: two children of one pattern
    have the same curves, which are computed once."""

    interval: str
    post_transplant_cr: bool
    treatments: tuple[str, ...]

    def predict(self, model: PooledModel, days: Sequence[int]) -> Prediction:
        first_day = INTERVAL_FIRST_DAYS[INTERVALS.index(self.interval)]
        return predict(
            model, [first_day], [self.post_transplant_cr], treatments=self.treatments, days=days
        )


def pattern_of(case: Case, treatments: Sequence[str]) -> Pattern:
    """The pattern of a case with the options to show."""
    return Pattern(case.interval, case.post_transplant_cr, tuple(treatments))


def option_results(pattern: Pattern) -> tuple[OptionResult, ...]:
    """Predict the options to show, with the children behind every number."""
    return _option_results(pattern, code())


@functools.lru_cache(maxsize=256)
def _option_results(pattern: Pattern, language: str) -> tuple[OptionResult, ...]:
    model = load_model()
    prediction = pattern.predict(model, TABLE_DAYS)
    results = []
    for j, treatment in enumerate(prediction.treatments):
        arm = TREATMENTS.index(treatment)
        medians = (prediction.median, prediction.median_lower, prediction.median_upper)
        median, median_lower, median_upper = (_day_or_none(days[0, j]) for days in medians)
        horizons = tuple(
            Horizon(
                day=int(day),
                survival=float(prediction.survival[0, j, k]),
                lower=float(prediction.lower[0, j, k]),
                upper=float(prediction.upper[0, j, k]),
                supported=bool(prediction.supported[j, k]),
                at_risk=float(model.at_risk[arm, day]),
                at_risk_low=int(model.at_risk_low[arm, day]),
                at_risk_high=int(model.at_risk_high[arm, day]),
            )
            for k, day in enumerate(TABLE_DAYS)
        )
        results.append(
            OptionResult(
                treatment=treatment,
                label=treatment_label(treatment),
                children=int(model.at_risk_high[arm, 0]),
                supported_until=int(model.supported_until[arm]),
                median=median,
                median_lower=median_lower,
                median_upper=median_upper,
                horizons=horizons,
            )
        )
    return tuple(results)


def _day_or_none(day: float) -> int | None:
    return None if math.isnan(day) else int(day)


def one_year(result: OptionResult) -> Horizon:
    """The horizon that stands for one year."""
    return next(h for h in result.horizons if round(h.day / DAYS_PER_MONTH) == MONTHS_PER_YEAR)


# ------------------------------------------------------------------------------ how they read


def percent(fraction: float) -> str:
    """A whole percentage; what rounds to a certainty that nobody has is said as a bound."""
    return _("{number}%").format(number=_whole_percent(fraction))


def percent_interval(lower: float, upper: float) -> str:
    """A 95% interval such as 39–64%."""
    low, high = _whole_percent(lower), _whole_percent(upper)
    if low == high:
        return _("{number}%").format(number=low)
    return _("{lower}–{upper}%").format(lower=low, upper=high)


def _whole_percent(fraction: float) -> str:
    if fraction < 0.01:
        return "<1"
    if 0.99 < fraction < 1:
        return ">99"
    return f"{100 * fraction:.0f}"


def horizon_name(day: int) -> str:
    """100 days, 6 months, 1 year: a day as clinicians name it."""
    whole = whole_months(day)
    if whole is None:
        return _("{number} days").format(number=day)
    if whole % MONTHS_PER_YEAR:
        return _("{number} months").format(number=whole)
    if whole == MONTHS_PER_YEAR:
        return _("1 year")
    return _("{number} years").format(number=whole // MONTHS_PER_YEAR)


def whole_months(day: int) -> int | None:
    """The number of months that a day completes; None for a day between months."""
    months = day / DAYS_PER_MONTH
    return round(months) if abs(months - round(months)) < 0.1 else None


def in_months(day: int) -> str:
    """A number of days as months, to one decimal."""
    return f"{day / DAYS_PER_MONTH:.1f}"


def horizon_months() -> int:
    """Months after which nothing is predicted."""
    return round(HORIZON_DAYS / DAYS_PER_MONTH)


def at_risk_words(horizon: Horizon) -> str:
    """Children of the arm at risk: a number where the cohorts agree, else about, and the range."""
    if horizon.at_risk_low == horizon.at_risk_high:
        return str(horizon.at_risk_high)
    return _("about {number} ({low}–{high})").format(
        number=f"{horizon.at_risk:.0f}", low=horizon.at_risk_low, high=horizon.at_risk_high
    )


def interval_words(interval: str) -> str:
    """The Table 4 interval from first transplant to failure, in words."""
    if interval.endswith("+"):
        return _("day {first} or later").format(first=interval.removesuffix("+"))
    first, last = interval.split("-")
    return _("days {first} to {last}").format(first=first, last=last)


def describe(case: Case) -> str:
    """The case in one sentence, so that an input given by mistake is noticed."""
    parts = [
        _("{leukemia}, {how}, {days} days after first transplant ({interval})").format(
            leukemia=case.leukemia,
            how=remission_label(case.post_transplant_cr),
            days=case.days_to_failure,
            interval=interval_words(case.interval),
        )
    ]
    if case.age_years is not None:
        parts.append(_("aged {age} at first transplant").format(age=case.age_years))
    if case.mrd is not None:
        parts.append(
            _("MRD positive after reinduction")
            if case.mrd == "positive"
            else _("MRD negative after reinduction")
        )
    if case.performance is not None:
        parts.append(
            _("performance status good")
            if case.performance == "good"
            else _("performance status poor")
        )
    if case.tbi is not None:
        parts.append(
            _("TBI in the first conditioning")
            if case.tbi == "yes"
            else _("no TBI in the first conditioning")
        )
    return ", ".join(parts)
