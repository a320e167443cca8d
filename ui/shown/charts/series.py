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
from ui.shown.options import short_label, shown_option
from ui.shown.results import DAYS_PER_MONTH, MONTHS_PER_YEAR, ShownPattern

Spec = dict[str, Any]
DAYS_PER_WEEK = 7


@dataclass(frozen=True, eq=False)
class Series:
    """One curve of a chart: what it is called, how it is told apart, and its numbers.

    `id` is a plain word, the only one of its kind in the chart. The numbers are fractions, one a
    day of `days`, NaN where nothing can be said; all series of a chart share their days. `dash` is
    how the line is drawn while enough children support it; empty: solid.
    """

    id: str
    label: str
    short: str
    color: str
    shape: str
    days_survived: int
    supported_until: int
    days: tuple[int, ...]
    survival: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    dash: tuple[int, ...] = ()


def curve_days(model: PooledModel, *also: int) -> tuple[int, ...]:
    """Days on which curves are computed: weekly for a year, then every second week, and always
    the reported days, the days on which a curve turns into extrapolation, and those asked for."""
    year = round(MONTHS_PER_YEAR * DAYS_PER_MONTH)
    weekly = range(0, year, DAYS_PER_WEEK)
    later = range(year, HORIZON_DAYS, 2 * DAYS_PER_WEEK)
    turning = (int(day) for day in model.supported_until)
    return tuple(sorted({*weekly, *later, *TABLE_DAYS, *turning, *also, HORIZON_DAYS}))


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
) -> Series:
    """The curve of one treatment of a pattern, on the days of `curve_days`."""
    model = pattern.model
    prediction = pattern.predict(model, days)
    j = prediction.treatments.index(treatment)
    return Series(
        id=id,
        label=label,
        short=short,
        color=color,
        shape=shape,
        days_survived=pattern.days_survived,
        supported_until=int(model.supported_until[model.options.index(treatment)]),
        days=days,
        survival=prediction.survival[0, j],
        lower=prediction.lower[0, j],
        upper=prediction.upper[0, j],
    )


def option_series(pattern: ShownPattern) -> tuple[Series, ...]:
    """The curve of every option of a pattern, in the options' own colours and markers."""
    days = curve_days(pattern.model, pattern.days_survived)
    return tuple(
        series_of(
            pattern,
            treatment,
            days,
            id=treatment,
            label=pattern.named(treatment, treatment_label(treatment)),
            short=pattern.named(treatment, short_label(treatment)),
            color=shown_option(treatment).color,
            shape=shown_option(treatment).marker,
        )
        for treatment in pattern.treatments
    )


class CurvePoint(NamedTuple):
    """One point of one curve; `solid` where enough children support it, `marked` if reported."""

    series: str
    day: int
    survival: float
    lower: float
    upper: float
    solid: bool
    marked: bool


def curve_points(series: Sequence[Series]) -> Iterator[CurvePoint]:
    """The curves, one after the other, each from the day on which the child is known to be alive.

    The last supported day stands twice, so that the solid line and the dashed one meet.
    """
    for one in series:
        points = [
            CurvePoint(
                one.id,
                day,
                survival,
                lower,
                upper,
                day <= one.supported_until,
                day in TABLE_DAYS and day > one.days_survived,
            )
            for day, survival, lower, upper in numbers_of(one)
            if not math.isnan(survival)
        ]
        for point, following in pairwise(points):
            yield point
            if point.solid and not following.solid:
                yield point._replace(solid=False, marked=False)
        yield points[-1]


def numbers_of(series: Series) -> Iterator[tuple[int, float, float, float]]:
    return zip(
        series.days,
        series.survival.tolist(),
        series.lower.tolist(),
        series.upper.tolist(),
        strict=True,
    )
