"""What the ways of seeing one case share: the numbers of every option shown, and how they read.

A `Prediction` is arrays; here it becomes one `OptionResult` an option, in the fixed order, with
the children behind each number (Figure 3 of Roux et al. 2017, and the cohorts between its columns).
The chart, the table and the downloads all read from it, so that none can differ from another.
Where the child is known to be alive on some day after relapse, every number is given that, and
days are still counted from relapse.
"""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from model.case import Case
from model.language import _, code, counted, listed
from model.options import CHOICES_AT_RELAPSE, TREATMENTS, arms_of, treatment_label
from model.survival.choices import load_choices
from model.survival.pattern import patterns_of
from model.survival.prediction import (
    HORIZON_DAYS,
    TABLE_DAYS,
    PooledModel,
    Prediction,
    load_model,
    predict_patterns,
)
from model.survival.recalibrated import Recalibration
from model.survival.support import FEWEST_KNOWN, known_until
from model.survival.three_alike import ALIKE_TREATMENTS, load_alike
from ui.session.language import number
from ui.session.model_in_use import model_of

DAYS_PER_MONTH = 365.25 / 12
MONTHS_PER_YEAR = 12
ONE_YEAR, TWO_YEARS = (
    next(day for day in TABLE_DAYS if round(day / DAYS_PER_MONTH) == years * MONTHS_PER_YEAR)
    for years in (1, 2)
)


@dataclass(frozen=True)
class AtRisk:
    """Children of an arm still at risk: median, fewest and most over the cohorts."""

    middle: float
    fewest: int
    most: int


@dataclass(frozen=True)
class Horizon:
    """Predicted survival on one reported day, what supports it (one of
    `model.survival.support.SUPPORT`), and the children of the arm still at risk then; `supported`
    says whether these are enough, as files have it.

    The three numbers are NaN on a day that is past, and on one too soon after the day on which the
    child is known to be alive.
    """

    day: int
    survival: float
    lower: float
    upper: float
    supported: bool
    support: str
    at_risk: AtRisk

    @property
    def known(self) -> bool:
        return not math.isnan(self.survival)


@dataclass(frozen=True)
class OptionResult:
    """One option for one case. A median that is not reached within the horizon is None.

    `children` were treated so; `at_risk_then` of them were at risk on the day on which the child is
    known to be alive. Enough of them were at risk until `supported_until`, as files have it.
    Children like this one support its curve until the day `own_until`, all children given that
    option until `arm_until`; -1 where never.
    """

    treatment: str
    label: str
    children: int
    days_survived: int
    at_risk_then: AtRisk
    supported_until: int
    own_until: int
    arm_until: int
    median: int | None
    median_lower: int | None
    median_upper: int | None
    horizons: tuple[Horizon, ...]

    @property
    def is_compared(self) -> bool:
        """Whether some child with the option lived as long as this one."""
        return not nobody_to_compare(self.treatment, self.days_survived)

    @property
    def median_supported(self) -> bool:
        return self.median is not None and self.median <= self.supported_until

    def support_on(self, day: int) -> str:
        """What supports a number on a day, one of `model.survival.support.SUPPORT`."""
        return support_on(day, self.own_until, self.arm_until)


@dataclass(frozen=True)
class ShownPattern:
    """A child as the model sees it (`child` is an index into `PATTERNS`), and the options to show:
    two children of one pattern have the same curves, which are computed once. `alike` asks for the
    model in which the options of `model.survival.three_alike` are; `at_relapse` for the one whose
    options are what can be chosen at relapse; `recalibration` makes another model of the paper's,
    and is all that tells the curves of one session from those of another."""

    child: int
    treatments: tuple[str, ...]
    days_survived: int = 0
    alike: bool = False
    recalibration: Recalibration | None = None
    at_relapse: bool = False

    @property
    def model(self) -> PooledModel:
        if self.at_relapse:
            return load_choices()
        return load_alike() if self.alike else model_of(self.recalibration)

    def named(self, treatment: str, name: str) -> str:
        """A name of an option, with what is assumed of it, if anything is."""
        if self.alike and treatment in ALIKE_TREATMENTS:
            return _("{option} (assumed alike)").format(option=name)
        return name

    def predict(self, model: PooledModel, days: Sequence[int]) -> Prediction:
        """Predict the options; none of those of which no child lived as long as this one."""
        prediction = predict_patterns(
            model,
            np.array([self.child]),
            [self.days_survived],
            treatments=self.treatments,
            days=days,
        )
        compared = self.compared.treatments
        if compared == self.treatments:
            return prediction
        by_option = np.isin(self.treatments, compared)[None, :]
        by_day = by_option[..., None]
        return replace(
            prediction,
            survival=np.where(by_day, prediction.survival, np.nan),
            lower=np.where(by_day, prediction.lower, np.nan),
            upper=np.where(by_day, prediction.upper, np.nan),
            median=np.where(by_option, prediction.median, np.nan),
            median_lower=np.where(by_option, prediction.median_lower, np.nan),
            median_upper=np.where(by_option, prediction.median_upper, np.nan),
        )

    @property
    def compared(self) -> "ShownPattern":
        """With those options alone of which some child lived as long as this one."""
        kept = (t for t in self.treatments if not nobody_to_compare(t, self.days_survived))
        return replace(self, treatments=tuple(kept))


def shown_pattern(
    case: Case,
    treatments: Sequence[str],
    alike: bool = False,
    recalibration: Recalibration | None = None,
) -> ShownPattern:
    """The pattern of a case with the options to show: as printed, assumed alike or recalibrated."""
    child = int(patterns_of(vars(case)))
    return ShownPattern(child, tuple(treatments), case.days_survived, alike, recalibration)


def choices_pattern(case: Case, choices: Sequence[str] = tuple(CHOICES_AT_RELAPSE)) -> ShownPattern:
    """The pattern of a case with what can be chosen on the day of relapse as its options."""
    return replace(shown_pattern(case, choices), at_relapse=True)


def option_results(pattern: ShownPattern) -> tuple[OptionResult, ...]:
    """Predict the options to show, with the children behind every number."""
    return _option_results(pattern, code())


@functools.lru_cache(maxsize=256)
def _option_results(pattern: ShownPattern, language: str) -> tuple[OptionResult, ...]:
    model = pattern.model
    prediction = pattern.predict(model, TABLE_DAYS)
    since = pattern.days_survived
    until = supported_until(model.options, pattern.child, since)
    ahead = [not since or day > since for day in TABLE_DAYS]
    # What is past is certain, and no estimate.
    survival, lower, upper = (
        np.where(ahead, curve[0], np.nan).tolist()
        for curve in (prediction.survival, prediction.lower, prediction.upper)
    )
    results = []
    for j, treatment in enumerate(prediction.treatments):
        arm = model.options.index(treatment)
        medians = (prediction.median, prediction.median_lower, prediction.median_upper)
        median, median_lower, median_upper = (_day_or_none(days[0, j]) for days in medians)
        horizons = tuple(
            Horizon(
                day=day,
                survival=survival[j][k],
                lower=lower[j][k],
                upper=upper[j][k],
                supported=bool(prediction.supported[j, k]),
                support=support_on(day, *until[treatment]),
                at_risk=_at_risk(model, arm, day),
            )
            for k, day in enumerate(TABLE_DAYS)
        )
        results.append(
            OptionResult(
                treatment=treatment,
                label=pattern.named(treatment, treatment_label(treatment)),
                children=int(model.at_risk_high[arm, 0]),
                days_survived=since,
                at_risk_then=_at_risk(model, arm, since),
                supported_until=int(model.supported_until[arm]),
                own_until=until[treatment][0],
                arm_until=until[treatment][1],
                median=median,
                median_lower=median_lower,
                median_upper=median_upper,
                horizons=horizons,
            )
        )
    return tuple(results)


@functools.lru_cache(maxsize=256)
def supported_until(
    options: tuple[str, ...], child: int, since: int = 0
) -> dict[str, tuple[int, int]]:
    """Until which day children like one, and all with an option, support its curve."""
    # Every model, whatever its options, is of the same lists.
    own, arm = known_until(load_model().lists, arms_of(options), child, HORIZON_DAYS, since)
    return dict(zip(options, zip(own, arm, strict=True), strict=True))


def support_on(day: int, own_until: int, arm_until: int) -> str:
    """What supports a number on a day, one of `model.survival.support.SUPPORT`."""
    if day > arm_until:
        return "no"
    return "yes" if day <= own_until else "borrowed"


def _at_risk(model: PooledModel, arm: int, day: int) -> AtRisk:
    return AtRisk(
        float(model.at_risk[arm, day]),
        int(model.at_risk_low[arm, day]),
        int(model.at_risk_high[arm, day]),
    )


def _day_or_none(day: float) -> int | None:
    return None if math.isnan(day) else int(day)


def named_day(days_survived: int) -> int:
    """The reported day that stands for a curve in one sentence: that of one year or, where nothing
    can be said of it any more, the next of which something can."""
    return _named_day(load_model(), days_survived)


@functools.lru_cache(maxsize=256)
def _named_day(model: PooledModel, days_survived: int) -> int:
    later = [day for day in TABLE_DAYS if day >= ONE_YEAR and day > days_survived]
    # What can be said depends on the baseline alone, which all patterns share.
    child = np.array([0])
    anyone = predict_patterns(model, child, [days_survived], treatments=TREATMENTS[:1], days=later)
    return next(
        day
        for day, survival in zip(later, anyone.survival[0, 0], strict=True)
        if not math.isnan(survival)
    )


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
        return _("<{number}").format(number=_whole(1, code()))
    if 0.99 < fraction < 1:
        return _(">{number}").format(number=_whole(99, code()))
    return _whole(round(100 * fraction), code())


# A chart says thousands of percentages, and all are one of a hundred.
@functools.cache
def _whole(value: int, language: str) -> str:
    return number(value)


def horizon_name(day: int) -> str:
    """100 days, 6 months, 1 year: a day as clinicians name it."""
    months = whole_months(day)
    if months is None:
        return in_days(day)
    if months % MONTHS_PER_YEAR:
        return counted("{number} month", "{number} months", months).format(number=number(months))
    years = months // MONTHS_PER_YEAR
    return counted("{number} year", "{number} years", years).format(number=number(years))


def whole_months(day: int) -> int | None:
    """The number of months that a day completes; None for a day between months."""
    months = day / DAYS_PER_MONTH
    return round(months) if abs(months - round(months)) < 0.1 else None


def in_days(days: int) -> str:
    """A number of days, with the word."""
    return counted("{number} day", "{number} days", days).format(number=number(days))


def in_months(day: int) -> str:
    """A number of days as months, to one decimal, without the word."""
    return number(day / DAYS_PER_MONTH, 1)


def horizon_months() -> int:
    """Months after which nothing is predicted."""
    return round(HORIZON_DAYS / DAYS_PER_MONTH)


def at_risk_words(at_risk: AtRisk) -> str:
    """Children of the arm at risk: a number where the cohorts agree, else about, and the range."""
    if at_risk.fewest == at_risk.most:
        return number(at_risk.most)
    return _("about {number} ({low}–{high})").format(
        number=number(at_risk.middle), low=number(at_risk.fewest), high=number(at_risk.most)
    )


def nobody_to_compare(treatment: str, days_survived: int) -> bool:
    """Whether a child has lived longer than any child with an option was known to be alive."""
    model = load_model() if treatment in TREATMENTS else load_choices()
    return (
        bool(days_survived)
        and not _at_risk(model, model.options.index(treatment), days_survived).most
    )


def nothing_said(day: int, days_survived: int, treatment: str | None = None) -> str:
    """Why there is no number on a day for a child alive on another, with an option."""
    if day <= days_survived:
        return _("already past")
    if treatment is not None and nobody_to_compare(treatment, days_survived):
        return _("no child to compare with")
    return _("too soon to say")


def given_alive(case: Case) -> list[str]:
    """What it means that the numbers are given that the child is alive on some day; empty where
    they are from relapse on."""
    if not case.days_survived:
        return []
    return [
        _(
            "Given that the child is alive on day {day}: survival from there on, with days still "
            "counted from relapse or progression. Each curve rests on children who had that option "
            "and reached that day, not on children who began it then. How this child is doing on "
            "that day is not in it."
        ).format(day=number(case.days_survived))
    ]


def assumption(alike: bool) -> list[str]:
    """What is assumed, wherever numbers are shown under it; empty where nothing is."""
    if not alike:
        return []
    return [
        _(
            "Assumed: the three active options alike. In its analysis of ALL alone the paper says "
            "in words that children fared better with second SCT, chemotherapy + DLI or "
            "chemotherapy alone, and does not tell the three apart; its numbers are in a "
            "supplement that is not available here. That they are alike is our reading of that "
            "sentence and rests on no number. The three share one curve, fitted to all leukemias "
            "with their arms as one."
        )
    ]


def few_then(results: Sequence[OptionResult]) -> list[str]:
    """Name the options of which few children reached the day on which the child is known to be
    alive, and some; empty where every option had enough."""
    few = [
        _("{option}, {number}").format(
            option=result.label, number=at_risk_words(result.at_risk_then)
        )
        for result in results
        if result.is_compared and result.days_survived and result.arm_until <= result.days_survived
    ]
    if not few:
        return []
    return [
        _(
            "The whole curve is extrapolated where what became of fewer than {fewest} of all "
            "children given that option is known from day {day} on; still observed then: {options}."
        ).format(
            fewest=number(FEWEST_KNOWN), day=number(results[0].days_survived), options=listed(few)
        )
    ]


def interval_words(interval: str) -> str:
    """The Table 4 interval from first transplant to failure, in words."""
    if interval.endswith("+"):
        return _("day {first} or later").format(first=number(int(interval.removesuffix("+"))))
    first, last = (number(int(day)) for day in interval.split("-"))
    return _("days {first} to {last}").format(first=first, last=last)
