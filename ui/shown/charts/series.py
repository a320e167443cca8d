"""The numbers of a chart: its curves on their days, and their points."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.options import treatment_label
from model.survival.prediction import HORIZON_DAYS, TABLE_DAYS, PooledModel
from ui.shown.options import color_of_page, short_label, shown_option
from ui.shown.results import (
    DAYS_PER_MONTH,
    MONTHS_PER_YEAR,
    ShownPattern,
    support_on,
    supported_until,
)

Spec = dict[str, Any]
DAYS_PER_WEEK = 7
WIDTH_OF_LINE = 2.5


@dataclass(frozen=True, eq=False)
class Series:
    """One curve of a chart: what it is called, how it is told apart, and its numbers.

    `id` is a plain word, the only one of its kind in the chart. The numbers are fractions, one a
    day of `days`, NaN where nothing can be said; all series of a chart share their days. Children
    like the one described support the curve until `own_until`, all with the option until
    `arm_until`. `line` is how it is dashed where that is not said by its support (a name of
    `look.DASHES`); `band` how dark its interval is while nothing is pointed at; `marked` whether
    its reported days are.
    """

    id: str
    label: str
    short: str
    color: str
    shape: str
    days_survived: int
    days: tuple[int, ...]
    survival: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    own_until: int = HORIZON_DAYS
    arm_until: int = HORIZON_DAYS
    dark: str = ""
    line: str = ""
    width: float = WIDTH_OF_LINE
    fade: float = 1.0
    band: float = 0.0
    marked: bool = True

    @property
    def color_of_page(self) -> str:
        """Its color as it follows the theme of the page, where it has one for dark ground."""
        return color_of_page(self.color, self.dark)


def curve_days(model: PooledModel, *also: int) -> tuple[int, ...]:
    """Days on which curves are computed: weekly for a year, then every second week, and always
    the reported days, and those asked for."""
    year = round(MONTHS_PER_YEAR * DAYS_PER_MONTH)
    weekly = range(0, year, DAYS_PER_WEEK)
    later = range(year, HORIZON_DAYS, 2 * DAYS_PER_WEEK)
    asked = (day for day in also if 0 <= day <= HORIZON_DAYS)
    return tuple(sorted({*weekly, *later, *TABLE_DAYS, *asked, HORIZON_DAYS}))


def turning_days(pattern: ShownPattern) -> tuple[int, ...]:
    """Days on which what supports a curve of a pattern changes."""
    until = supported_until(pattern.model.options, pattern.child, pattern.days_survived)
    return tuple(sorted({day for treatment in pattern.treatments for day in until[treatment]}))


def series_of(
    pattern: ShownPattern,
    treatment: str,
    days: tuple[int, ...],
    *,
    id: str,
    label: str,
    short: str,
    color: str,
    shape: str,
    **looks: Any,
) -> Series:
    """The curve of one treatment of a pattern, on the days of `curve_days`."""
    model = pattern.model
    prediction = pattern.predict(model, days)
    j = prediction.treatments.index(treatment)
    until = supported_until(model.options, pattern.child, pattern.days_survived)
    own_until, arm_until = until[treatment]
    return Series(
        id=id,
        label=label,
        short=short,
        color=color,
        shape=shape,
        days_survived=pattern.days_survived,
        own_until=own_until,
        arm_until=arm_until,
        days=days,
        survival=prediction.survival[0, j],
        lower=prediction.lower[0, j],
        upper=prediction.upper[0, j],
        **looks,
    )


def option_series(pattern: ShownPattern, *also: int) -> tuple[Series, ...]:
    """The curve of every option of a pattern, in the options' own colours and markers; also on
    other days than the usual ones."""
    days = curve_days(pattern.model, pattern.days_survived, *turning_days(pattern), *also)
    return tuple(
        series_of(
            pattern,
            treatment,
            days,
            id=treatment,
            label=pattern.named(treatment, treatment_label(treatment)),
            short=pattern.named(treatment, short_label(treatment)),
            color=shown_option(treatment).color,
            dark=shown_option(treatment).dark,
            shape=shown_option(treatment).marker,
        )
        for treatment in pattern.treatments
    )


class CurvePoint(NamedTuple):
    """One point of one curve. `line`: how the line is dashed there; `stretch`: which part of the
    curve, drawn without a break, it belongs to; `marked` if it is to be seen by itself."""

    series: str
    day: int
    survival: float
    lower: float
    upper: float
    line: str
    stretch: int
    marked: bool


def curve_points(series: Sequence[Series]) -> Iterator[CurvePoint]:
    """The curves, one after the other, each from the day on which the child is known to be alive.

    The last day of a stretch stands twice, so that its line and that of the next one meet.
    """
    for one in series:
        stretch = 0
        points = [
            CurvePoint(
                one.id,
                day,
                round(survival, 4),
                round(lower, 4),
                round(upper, 4),
                one.line or support_on(day, one.own_until, one.arm_until),
                0,
                one.marked and day in TABLE_DAYS and day > one.days_survived,
            )
            for day, survival, lower, upper in numbers_of(one)
            if not math.isnan(survival)
        ]
        for point, following in pairwise(points):
            yield point._replace(stretch=stretch)
            if point.line != following.line:
                stretch += 1
                yield point._replace(line=following.line, stretch=stretch, marked=False)
        yield points[-1]._replace(stretch=stretch)


def numbers_of(series: Series) -> Iterator[tuple[int, float, float, float]]:
    return zip(
        series.days,
        series.survival.tolist(),
        series.lower.tolist(),
        series.upper.tolist(),
        strict=True,
    )
