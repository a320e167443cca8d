"""What stands at the end of each curve and what a chart says on hover, as rows."""

import math
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from model.language import _
from model.survival.prediction import HORIZON_DAYS
from ui.session.language import number
from ui.shown.charts.look import HEIGHT, LINE_HEIGHT, MOST_SERIES
from ui.shown.charts.series import Series, numbers_of
from ui.shown.results import (
    DAYS_PER_MONTH,
    in_days,
    in_months,
    nothing_said,
    percent,
    percent_interval,
    support_on,
)

# A label takes two lines; labels nearer than this, in pixels, are moved apart.
LABEL_DISTANCE = 39
LABEL_LINES = 2
LABEL_CHARACTERS, SHORT_CHARACTERS = 36, 16


def apart(heights: Sequence[float], distance: float) -> list[float]:
    """Move labels no nearer to each other than `distance`, in their order, as little as needed.

    Labels that would overlap are spread evenly around their mean; none goes below zero. Of two
    at one height, the first given stands above.
    """
    order = sorted(range(len(heights)), key=lambda i: (heights[i], -i))
    clusters: list[list[int]] = []

    def bottom(cluster: Sequence[int]) -> float:
        mean = sum(heights[i] for i in cluster) / len(cluster)
        return max(0.0, mean - distance * (len(cluster) - 1) / 2)

    for i in order:
        clusters.append([i])
        while len(clusters) > 1 and (
            bottom(clusters[-1]) < bottom(clusters[-2]) + distance * len(clusters[-2])
        ):
            clusters[-2:] = [clusters[-2] + clusters[-1]]
    moved = list(heights)
    for cluster in clusters:
        for place, i in enumerate(cluster):
            moved[i] = bottom(cluster) + distance * place
    return moved


def label_rows(
    series: Sequence[Series], height: int = HEIGHT
) -> tuple[tuple[str, float, float, str, str], ...]:
    """Where each curve ends, where its label stands, and what it says: with how many are alive
    there, and in short."""
    ends = [float(one.survival[-1]) for one in series]
    named = _("{survival} {option}")
    full, brief = (
        [
            named.format(survival=percent(end), option=name)
            for end, name in zip(ends, names, strict=True)
        ]
        for names in ([one.label for one in series], [one.short for one in series])
    )
    labels = [
        [*textwrap.wrap(text, LABEL_CHARACTERS), *extrapolation(one)]
        for one, text in zip(series, full, strict=True)
    ]
    shorts = [textwrap.wrap(text, SHORT_CHARACTERS) for text in brief]
    more_lines = max([0, *(len(label) - LABEL_LINES for label in (*labels, *shorts))])
    places = apart(ends, (LABEL_DISTANCE + more_lines * LINE_HEIGHT) / height)
    return tuple(
        (one.id, round(end, 4), round(place, 4), "\n".join(label), "\n".join(short))
        for one, end, place, label, short in zip(series, ends, places, labels, shorts, strict=True)
    )


def hover_rows(series: Sequence[Series]) -> Iterator[tuple[Any, ...]]:
    """One row a day: the day, the same in words, and every curve's survival with its interval, as
    many as a chart may hold.

    Days on which every child is known to have been alive have no row.
    """
    said_of = {
        "yes": _("{survival} ({interval})"),
        "borrowed": _("{survival} ({interval}), borrowed"),
        "no": _("{survival} ({interval}), extrapolated"),
    }
    when = _("day {day} ({months} months)")

    def said(one: Series, day: int, survival: float, lower: float, upper: float) -> str:
        if one.days_survived and (day <= one.days_survived or math.isnan(survival)):
            return nothing_said(day, one.days_survived)
        return said_of[support_on(day, one.own_until, one.arm_until)].format(
            survival=percent(survival), interval=percent_interval(lower, upper)
        )

    first = min((one.days_survived for one in series), default=0)
    rest = ("",) * (MOST_SERIES - len(series))
    for numbers in zip(*map(numbers_of, series), strict=True):
        day = numbers[0][0]
        if day > first or not first:
            columns = (said(one, *column) for one, column in zip(series, numbers, strict=True))
            yield day, when.format(day=number(day), months=in_months(day)), *columns, *rest


def extrapolation(series: Series) -> list[str]:
    """From when on a curve is extrapolated, as a line of its label; none where it is not."""
    if series.arm_until >= HORIZON_DAYS:
        return []
    return [support_phrase(series)]


def support_phrase(series: Series) -> str:
    """What a curve rests on other than children like the one described, and from when on."""
    begins = series.days_survived
    if series.arm_until < HORIZON_DAYS:
        if series.arm_until <= begins:
            return _("extrapolated throughout")
        return _("extrapolated after {time}").format(time=_time(series.arm_until))
    if series.own_until >= HORIZON_DAYS:
        return ""
    if series.own_until <= begins:
        return _("borrowed from all with this option")
    return _("borrowed after {time}").format(time=_time(series.own_until))


def _time(day: int) -> str:
    """A day in the unit in which it is read best."""
    if day < DAYS_PER_MONTH:
        return in_days(day)
    return _("{months} months").format(months=in_months(day))
