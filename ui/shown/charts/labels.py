"""What stands at the end of each curve and what a chart says on hover, as rows."""

import math
import textwrap
from collections.abc import Iterator, Sequence

from model.language import _
from model.survival.prediction import HORIZON_DAYS
from ui.session.language import number
from ui.shown.charts.look import HEIGHT, LINE_HEIGHT
from ui.shown.charts.series import Series, Spec, numbers_of
from ui.shown.results import (
    DAYS_PER_MONTH,
    in_days,
    in_months,
    nothing_said,
    percent,
    percent_interval,
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


def label_rows(series: Sequence[Series], height: int = HEIGHT) -> list[Spec]:
    """Where each curve ends, where its label stands, and what it says."""
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
    more_lines = max(0, *(len(label) - LABEL_LINES for label in (*labels, *shorts)))
    places = apart(ends, (LABEL_DISTANCE + more_lines * LINE_HEIGHT) / height)
    return [
        {
            "series": one.id,
            "end": round(end, 4),
            "height": round(place, 4),
            "label": label,
            "short": short,
        }
        for one, end, place, label, short in zip(series, ends, places, labels, shorts, strict=True)
    ]


def hover_rows(series: Sequence[Series]) -> Iterator[tuple[str, ...]]:
    """One row a day: the day, the same in words, and every curve's survival with its interval.

    Days on which every child is known to have been alive have no row.
    """
    plain, extrapolated = _("{survival} ({interval})"), _("{survival} ({interval}), extrapolated")
    when = _("day {day} ({months} months)")

    def said(one: Series, day: int, survival: float, lower: float, upper: float) -> str:
        if one.days_survived and (day <= one.days_survived or math.isnan(survival)):
            return nothing_said(day, one.days_survived)
        return (plain if day <= one.supported_until else extrapolated).format(
            survival=percent(survival), interval=percent_interval(lower, upper)
        )

    first = min(one.days_survived for one in series)
    for numbers in zip(*map(numbers_of, series), strict=True):
        day = numbers[0][0]
        if day > first or not first:
            columns = (said(one, *column) for one, column in zip(series, numbers, strict=True))
            yield str(day), when.format(day=number(day), months=in_months(day)), *columns


def extrapolation(series: Series) -> list[str]:
    if series.supported_until >= HORIZON_DAYS:
        return []
    if series.supported_until <= series.days_survived:
        return [_("extrapolated throughout")]
    if series.supported_until < DAYS_PER_MONTH:
        return [_("extrapolated after {days}").format(days=in_days(series.supported_until))]
    return [
        _("extrapolated after {months} months").format(months=in_months(series.supported_until))
    ]
