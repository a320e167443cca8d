"""The numbers of a chart: its curves on their days, and their points."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.options import treatment_label
from model.survival.prediction import HORIZON_DAYS, TABLE_DAYS, Prediction
from ui.shown.options import color_of_page, short_label, shown_option
from ui.shown.results import ShownPattern, support_on, supported_until

Spec = dict[str, Any]
DAYS_PER_QUARTER = 91
# How far a line of a chart may be from the model, as a fraction: about one pixel.
MOST_OFF = 0.003
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


def curve_days(pattern: ShownPattern, *also: int) -> tuple[int, ...]:
    """Days on which the curves of a pattern are computed for a chart, as `days_straight_between`
    chooses them."""
    every = pattern.predict(pattern.model, range(HORIZON_DAYS + 1))
    return days_straight_between(all_curves(every), pattern.days_survived, *also)


def all_curves(every: Prediction) -> NDArray[np.float64]:
    """Survival and its limits of the one child of a prediction for every day, a curve a row."""
    return np.concatenate([every.survival[0], every.lower[0], every.upper[0]])


def days_straight_between(curves: NDArray[np.float64], *also: int) -> tuple[int, ...]:
    """Choose days, few, between which straight lines stay as close to curves as `MOST_OFF` says.

    Parameters
    ----------
    curves : ndarray, shape (n_curves, HORIZON_DAYS + 1)
        Fractions, one a day; NaN where nothing can be said.
    also : int
        Days that are to be among them, as the reported days and one a quarter are anyway.
    """
    curves = np.where(np.isnan(curves), 1.0, curves)
    asked = (day for day in also if 0 <= day <= HORIZON_DAYS)
    quarters = range(0, HORIZON_DAYS, DAYS_PER_QUARTER)
    days = np.array(sorted({*quarters, *TABLE_DAYS, *asked, HORIZON_DAYS}))
    grid = np.arange(HORIZON_DAYS + 1)
    while True:
        stretch = np.minimum(np.searchsorted(days, grid, side="right"), len(days) - 1)
        first, last = days[stretch - 1], days[stretch]
        share = (grid - first) / (last - first)
        drawn = curves[:, first] * (1 - share) + curves[:, last] * share
        off = np.abs(drawn - curves).max(axis=0)
        # The day of each stretch on which it is farthest off.
        parts = zip(np.split(off, days[1:-1]), days, strict=False)
        worst = [start + part.argmax() for part, start in parts if part.max() > MOST_OFF]
        if not worst:
            return tuple(days.tolist())
        days = np.union1d(days, worst)


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
    """The curve of every option of a pattern for which there is one, in the options' own colours
    and markers; also on other days than the usual ones."""
    days = curve_days(pattern, *turning_days(pattern), *also)
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
        for treatment in pattern.compared.treatments
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
