"""Survival curves on shared axes: numbers in, Vega-Lite out.

A chart is made of `Series`, one a curve, each with its name, its own colour and marker, and its
numbers; on the case page they are the options. Nothing here draws or asks Streamlit anything; the
page and the downloads give the same specification to their own renderers. A specification is a
plain dict with its numbers as short text, because to build and check it through Altair costs more
than all the rest of the page.

Colours pass 3:1 against both backgrounds and stay apart for every common kind of colour blindness;
each option also has its own marker and its name at the end of its curve. None is a colour of
warning or approval. Text takes the colour of the page around it ("currentColor"), so that the same
chart is right in both themes.
"""

import functools
import json
import math
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.case import Case
from model.language import _, code, listed
from model.options import TREATMENTS, treatment_label
from model.survival.prediction import (
    FEWEST_AT_RISK,
    HORIZON_DAYS,
    TABLE_DAYS,
    PooledModel,
    load_model,
)
from model.survival.recalibrated import Recalibration
from ui.session.language import number
from ui.session.model_in_use import in_use_words
from ui.shown.labels import limits_line, source_line
from ui.shown.options import SHOWN, short_label
from ui.shown.results import (
    DAYS_PER_MONTH,
    MONTHS_PER_YEAR,
    OptionResult,
    Pattern,
    assumption,
    describe,
    given_alive,
    horizon_months,
    horizon_name,
    in_months,
    named_day,
    nothing_said,
    percent,
    percent_interval,
    whole_months,
)

Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
DASH = [5, 4]
INK_OF_PAGE = "currentColor"
INK_OF_FILE = "#111111"
FONT_OF_FILE = "Arial, Helvetica, Liberation Sans, sans-serif"
WIDTH_OF_FILE = 760
CHARACTERS_OF_FILE = 150
CHARACTERS_ONE_BY_ONE = 30
FONT_SIZE = 13
SMALL_FONT_SIZE = 12
LINE_HEIGHT = 15
HEIGHT = 430
HEIGHT_ONE_BY_ONE = 250
# A label takes two lines; labels nearer than this, in pixels, are moved apart.
LABEL_DISTANCE = 39
LABEL_LINES = 2
LABEL_CHARACTERS, SHORT_CHARACTERS = 36, 16
# On a phone, names at the ends of the curves are short.
NARROW = "containerSize()[0] < 600"
# How far the title of an axis may reach beyond the plot, and about how wide a letter of it is.
TITLE_REACH, LETTER_WIDTH = 45, 6
DAYS_PER_WEEK = 7


# ----------------------------------------------------------------------------------- numbers


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
    pattern: Pattern,
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
        supported_until=int(model.supported_until[TREATMENTS.index(treatment)]),
        days=days,
        survival=prediction.survival[0, j],
        lower=prediction.lower[0, j],
        upper=prediction.upper[0, j],
    )


def option_series(pattern: Pattern) -> tuple[Series, ...]:
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
            color=SHOWN[treatment].color,
            shape=SHOWN[treatment].marker,
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
            for day, survival, lower, upper in _numbers(one)
            if not math.isnan(survival)
        ]
        for point, following in pairwise(points):
            yield point
            if point.solid and not following.solid:
                yield point._replace(solid=False, marked=False)
        yield points[-1]


def _numbers(series: Series) -> Iterator[tuple[int, float, float, float]]:
    return zip(
        series.days,
        series.survival.tolist(),
        series.lower.tolist(),
        series.upper.tolist(),
        strict=True,
    )


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
    labels = [[*textwrap.wrap(one.label, LABEL_CHARACTERS), *_extrapolation(one)] for one in series]
    shorts = [textwrap.wrap(one.short, SHORT_CHARACTERS) for one in series]
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
    for numbers in zip(*map(_numbers, series), strict=True):
        day = numbers[0][0]
        if day > first or not first:
            columns = (said(one, *column) for one, column in zip(series, numbers, strict=True))
            yield str(day), when.format(day=number(day), months=in_months(day)), *columns


def _extrapolation(series: Series) -> list[str]:
    if series.supported_until >= HORIZON_DAYS:
        return []
    if series.supported_until <= series.days_survived:
        return [_("extrapolated throughout")]
    return [
        _("extrapolated after {months} months").format(months=in_months(series.supported_until))
    ]


# ------------------------------------------------------------------------------- whole charts


def page_chart(pattern: Pattern) -> Spec:
    """`all_together` for the page, made once for a pattern and a language."""
    return _page_chart(pattern, code())


@functools.lru_cache(maxsize=256)
def _page_chart(pattern: Pattern, language: str) -> Spec:
    return curves_chart(option_series(pattern))


def page_charts(pattern: Pattern) -> tuple[Spec, ...]:
    """`one_by_one` for the page, made once for a pattern and a language."""
    return _page_charts(pattern, code())


@functools.lru_cache(maxsize=64)
def _page_charts(pattern: Pattern, language: str) -> tuple[Spec, ...]:
    return tuple(one_by_one(option_series(pattern)))


def curves_chart(
    series: Sequence[Series], *, ink: str = INK_OF_PAGE, narrow: str = NARROW, height: int = HEIGHT
) -> Spec:
    """All series in one chart: bands, curves, markers on the reported days, names at the ends.

    Parameters
    ----------
    series : sequence of Series
        In the order in which they are named to who points at the chart.
    ink : str
        Colour of text, axes and gridlines.
    narrow : str
        Vega expression that says whether there is room for short names only.
    height : int
        Of the plot, in pixels.
    """
    axes = {"x": _x_axis(ink, narrow, _("Months since relapse or progression")), "y": _y_axis(ink)}
    curves = {
        "data": _curve_data(series),
        "encoding": axes,
        "layer": [interval_bands(series, 0.18, 0.08), curve_lines(series, 2.5), _markers(series)],
    }
    names = {
        "data": {"values": label_rows(series, height)},
        "encoding": {"x": {"datum": HORIZON_DAYS}},
        "layer": _end_labels(series, ink, narrow),
    }
    return framed([*_alive_since(series, ink), curves, names, _hover(series, ink)], height)


def one_by_one(series: Sequence[Series], *, ink: str = INK_OF_PAGE) -> list[Spec]:
    """A chart for each series: its own band and curve before thin lines for the others."""
    return [_single(series, one, [_others(series, one, ink)], ink) for one in series]


def laid_under(one: Series, under: Series, *, ink: str = INK_OF_PAGE) -> Spec:
    """A chart of one series, and under it, with its limits and by its name, another of its own
    dashes for the same option."""
    drawn = {"color": {"value": ink}, "strokeDash": {"value": list(under.dash)}}
    line = curve_lines([under], 1.5)
    line["encoding"] |= drawn
    limits = [
        {
            "mark": {"type": "line", "strokeWidth": 1},
            "encoding": drawn | {"y": {"field": limit, "type": "quantitative"}},
        }
        for limit in ("lower", "upper")
    ]
    above = max(under.survival[-1], LINE_HEIGHT / HEIGHT_ONE_BY_ONE) >= one.survival[-1]
    name = {
        "data": {
            "values": [{"day": HORIZON_DAYS, "survival": round(float(under.survival[-1]), 4)}]
        },
        "mark": {
            "type": "text",
            "text": under.label,
            "align": "right",
            "baseline": "bottom" if above else "top",
            "dy": -3 if above else 3,
            "fontSize": SMALL_FONT_SIZE,
            "color": ink,
        },
    }
    filtered = {"transform": [{"filter": f"datum.series == '{under.id}'"}]}
    return _single([one, under], one, [filtered | {"layer": [*limits, line]}, name], ink)


def chart_file(case: Case, pattern: Pattern) -> Spec:
    """The chart of all options as a file of its own: the case, how to read it, and the limits."""
    said_above = [
        describe(case) + ".",
        *given_alive(case),
        *assumption(pattern.alike),
        how_to_read(),
    ]
    return as_file(
        curves_chart(option_series(pattern), ink=INK_OF_FILE, narrow="false"),
        _("Predicted survival after failure of a first transplant"),
        said_above,
        pattern.recalibration,
    )


def as_file(
    spec: Spec, title: str, said_above: Sequence[str], recalibration: Recalibration | None
) -> Spec:
    """A chart drawn in `INK_OF_FILE` with its title, what is said above it, limits and model."""
    spec = spec | {
        "width": WIDTH_OF_FILE,
        "background": "#ffffff",
        "padding": 20,
        "config": spec["config"] | {"font": FONT_OF_FILE},
        "title": {
            "text": title,
            "subtitle": _wrapped(said_above),
            "anchor": "start",
            "frame": "bounds",
            "color": INK_OF_FILE,
            "subtitleColor": INK_OF_FILE,
            "fontSize": 17,
            "subtitleFontSize": FONT_SIZE,
            "subtitleLineHeight": FONT_SIZE + 4,
            "subtitlePadding": 6,
            "offset": 16,
        },
    }
    said_below = {
        "data": {"values": [{}]},
        "mark": {
            "type": "text",
            "text": _wrapped([limits_line(), source_line(), model_line(recalibration)]),
            "align": "left",
            "baseline": "top",
            "x": {"expr": "-40"},
            "y": {"expr": "height + 55"},
            "fontSize": SMALL_FONT_SIZE,
            "lineHeight": SMALL_FONT_SIZE + 4,
            "color": INK_OF_FILE,
        },
    }
    return spec | {"layer": [*spec["layer"], said_below]}


def _others(series: Sequence[Series], one: Series, ink: str) -> Spec:
    behind = {
        "transform": [{"filter": f"datum.series != '{one.id}'"}],
        **curve_lines(series, 1),
    }
    behind["encoding"] |= {"color": {"value": ink}, "opacity": {"value": 0.4}}
    return behind


def _single(series: Sequence[Series], one: Series, behind: list[Spec], ink: str) -> Spec:
    curves = {
        "data": _curve_data(series),
        "encoding": {"x": _x_axis(ink, "true", _("Months")), "y": _y_axis(ink)},
        "layer": [
            *behind,
            {
                "transform": [{"filter": f"datum.series == '{one.id}'"}],
                "layer": [
                    interval_bands(series, 0.22, 0.11),
                    curve_lines(series, 2.5),
                    _markers(series),
                ],
            },
        ],
    }
    layers = [*_alive_since([one], ink), curves, _hover(series, ink)]
    spec = framed(layers, HEIGHT_ONE_BY_ONE)
    spec["title"] = {
        "text": textwrap.wrap(one.label, CHARACTERS_ONE_BY_ONE),
        "subtitle": [*_extrapolation(one), _("not extrapolated")][0],
        "anchor": "start",
        "frame": "bounds",
        "color": ink,
        "subtitleColor": ink,
        "fontSize": FONT_SIZE,
        "limit": WIDTH_OF_FILE,
        "subtitleFontSize": SMALL_FONT_SIZE,
        "offset": 8,
    }
    return spec


def _wrapped(paragraphs: Sequence[str]) -> list[str]:
    return [line for text in paragraphs for line in textwrap.wrap(text, CHARACTERS_OF_FILE)]


# -------------------------------------------------------------------------------------- parts


def framed(layers: list[Spec], height: int) -> Spec:
    return {
        "$schema": SCHEMA,
        "height": height,
        "usermeta": {"embedOptions": {"renderer": "svg"}},
        "config": {
            "view": {"stroke": None},
            "axis": {"labelFontSize": SMALL_FONT_SIZE, "titleFontSize": SMALL_FONT_SIZE},
            # The chart is described as a whole, and its numbers stand in the table.
            "mark": {"aria": False},
        },
        "layer": layers,
    }


def _curve_data(series: Sequence[Series]) -> Spec:
    lines = [
        f"{p.series},{p.day},{p.survival:.4f},{p.lower:.4f},{p.upper:.4f},{p.solid:d},{p.marked:d}"
        for p in curve_points(series)
    ]
    parse = dict.fromkeys(CurvePoint._fields[1:], "number")
    return {
        "values": "\n".join([",".join(CurvePoint._fields), *lines]),
        "format": {"type": "csv", "parse": parse},
    }


def _x_axis(ink: str, narrow: str, title: str) -> Spec:
    # The reported days, and the third year, the one column of Figure 3 between them.
    third_year = round(3 * MONTHS_PER_YEAR * DAYS_PER_MONTH)
    days = [0, *sorted({*TABLE_DAYS, third_year, HORIZON_DAYS})]
    cramped = f"width < {LETTER_WIDTH * len(title) - 2 * TITLE_REACH}"
    names = ""
    for day in days:
        months = whole_months(day)
        name = _("{number} d").format(number=number(day)) if months is None else number(months)
        in_first_year = 0 < day < MONTHS_PER_YEAR * DAYS_PER_MONTH - 1
        room = f"!({narrow})" if in_first_year else "true"
        names += f"datum.value == {day} && {room} ? {json.dumps(name)} : "
    return {
        "field": "day",
        "type": "quantitative",
        "scale": {"domain": [0, HORIZON_DAYS], "nice": False},
        "axis": {
            "title": title,
            "values": days,
            # Vega leaves out every second value where there are more than it would have chosen.
            "tickCount": len(days),
            "labelExpr": names + "''",
            "labelOverlap": "greedy",
            "labelSeparation": 2,
            "labelFlush": False,
            # Where long names leave the plot narrow, the title begins under the other axis.
            "titleAlign": {"expr": f"{cramped} ? 'left' : 'center'"},
            "titleX": {"expr": f"{cramped} ? {-TITLE_REACH} : width / 2"},
        }
        | axis_ink(ink),
    }


def _y_axis(ink: str) -> Spec:
    return {
        "field": "survival",
        "type": "quantitative",
        "scale": {"domain": [0, 1], "nice": False},
        "axis": {
            "title": _("Alive (%)"),
            "values": [0, 0.25, 0.5, 0.75, 1],
            "tickCount": 5,
            "labelExpr": "round(100 * datum.value)",
            "labelBaseline": "middle",
        }
        | axis_ink(ink),
    }


def axis_ink(ink: str) -> Spec:
    return {
        "labelColor": ink,
        "titleColor": ink,
        "titleFontWeight": "normal",
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
        "grid": True,
        "gridColor": ink,
        "gridOpacity": 0.16,
    }


def colored(series: Sequence[Series]) -> Spec:
    """The colour of whatever belongs to a curve."""
    return _by_series(series, [one.color for one in series])


def shaped(series: Sequence[Series]) -> Spec:
    """The shape of a marker that belongs to a curve."""
    return _by_series(series, [one.shape for one in series])


def _by_series(series: Sequence[Series], marks: Sequence[str]) -> Spec:
    return {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": [one.id for one in series], "range": list(marks)},
        "legend": None,
    }


def interval_bands(series: Sequence[Series], solid: float, extrapolated: float) -> Spec:
    """The intervals of `curve_points`, of two opacities."""
    return {
        "mark": {"type": "area"},
        "encoding": {
            "y": {"field": "lower", "type": "quantitative"},
            "y2": {"field": "upper"},
            "color": colored(series),
            "detail": {"field": "solid"},
            "opacity": {
                "condition": {"test": "datum.solid", "value": solid},
                "value": extrapolated,
            },
        },
    }


def curve_lines(series: Sequence[Series], width: float) -> Spec:
    """The lines of `curve_points`, dashed where they are extrapolated."""
    dashes = [
        {"test": f"datum.solid && datum.series == '{one.id}'", "value": list(one.dash)}
        for one in series
        if one.dash
    ]
    return {
        "mark": {"type": "line", "strokeWidth": width, "strokeCap": "butt"},
        "encoding": {
            "color": colored(series),
            "detail": [{"field": "series"}, {"field": "solid"}],
            "strokeDash": {
                "condition": [*dashes, {"test": "datum.solid", "value": [1, 0]}],
                "value": DASH,
            },
        },
    }


def _markers(series: Sequence[Series]) -> Spec:
    return {
        "transform": [{"filter": "datum.marked"}],
        "mark": {"type": "point", "size": 70, "opacity": 1, "strokeWidth": 1.5},
        "encoding": {
            "fill": colored(series),
            "stroke": colored(series),
            "shape": shaped(series),
            "fillOpacity": {"condition": {"test": "datum.solid", "value": 1}, "value": 0},
        },
    }


def _alive_since(series: Sequence[Series], ink: str) -> list[Spec]:
    """A rule on each day, after relapse, from which curves are given that the child is alive."""
    days = sorted({one.days_survived for one in series} - {0})
    if not days:
        return []
    rule = {"type": "rule", "color": ink, "strokeWidth": 1, "strokeDash": [1, 3], "opacity": 0.8}
    # Above the plot, where no curve is, and on the side of the rule that has more room.
    text = {
        "type": "text",
        "align": {"expr": f"datum.day > {HORIZON_DAYS // 2} ? 'right' : 'left'"},
        "baseline": "bottom",
        "y": {"expr": f"-5 - {LINE_HEIGHT} * datum.place"},
        "fontSize": SMALL_FONT_SIZE,
        "color": ink,
        "text": {"expr": "datum.said"},
    }
    said = _("alive on day {day}")
    rows = [
        {"day": day, "said": said.format(day=number(day)), "place": place}
        for place, day in enumerate(days)
    ]
    return [
        {
            "data": {"values": rows},
            "encoding": {"x": {"field": "day", "type": "quantitative"}},
            "layer": [{"mark": rule}, {"mark": text}],
        }
    ]


def _end_labels(series: Sequence[Series], ink: str, narrow: str) -> list[Spec]:
    height = {"field": "height", "type": "quantitative"}
    return [
        {
            "mark": {"type": "rule", "xOffset": 4, "x2Offset": 18, "opacity": 0.8},
            "encoding": {
                "x2": {"datum": HORIZON_DAYS},
                "y": {"field": "end", "type": "quantitative"},
                "y2": {"field": "height"},
                "color": colored(series),
            },
        },
        {
            "mark": {"type": "point", "filled": True, "xOffset": 26, "size": 70, "opacity": 1},
            "encoding": {"y": height, "color": colored(series), "shape": shaped(series)},
        },
        {
            "mark": {
                "type": "text",
                "align": "left",
                "baseline": "middle",
                "xOffset": 36,
                "fontSize": FONT_SIZE,
                "lineHeight": LINE_HEIGHT,
                "text": {"expr": f"{narrow} ? datum.short : datum.label"},
                "color": ink,
            },
            "encoding": {"y": height},
        },
    ]


def _hover(series: Sequence[Series], ink: str) -> Spec:
    """A rule on the day nearest the pointer, and what every curve says of it."""
    rows = ["\t".join(["day", "when", *(one.id for one in series)])]
    rows += ["\t".join(row) for row in hover_rows(series)]
    tooltip = [{"field": "when", "type": "nominal", "title": _("Since failure")}]
    tooltip += [{"field": one.id, "type": "nominal", "title": one.short} for one in series]
    nearest = {"type": "point", "fields": ["day"], "nearest": True}
    return {
        "data": {"values": "\n".join(rows), "format": {"type": "tsv", "parse": {"day": "number"}}},
        "mark": {"type": "rule", "color": ink, "strokeWidth": 1},
        "params": [
            {
                "name": "pointed",
                "select": nearest | {"on": "pointerover", "clear": "pointerout"},
            }
        ],
        "encoding": {
            "x": {"field": "day", "type": "quantitative"},
            "opacity": {
                "condition": {"param": "pointed", "empty": False, "value": 0.7},
                "value": 0,
            },
            "tooltip": tooltip,
        },
    }


# -------------------------------------------------------------------------------------- words


def how_to_read() -> str:
    """What solid, dashed, hollow and shaded mean."""
    return _(
        "Solid line, filled marker: at least {fewest} of all children given that option, similar "
        "or not, were still observed. Dashed line, hollow marker: extrapolated, from fewer. "
        "Shaded: 95% interval. The curves see treatment, time to failure and remission, not the "
        "leukemia, age or anything else."
    ).format(fewest=number(FEWEST_AT_RISK))


def model_line(
    recalibration: Recalibration | None = None, shown: Callable[[str], str] = str
) -> str:
    """Which model made the numbers; `shown` is that of `ui.session.model_in_use.in_use_words`."""
    model = load_model()
    line = _("Aftergraft model {version}, {hash}.").format(
        version=model.version, hash=model.source_hash[:12]
    )
    return line if recalibration is None else f"{line} {in_use_words(recalibration, shown)}"


def alt_text(case: Case, results: Sequence[OptionResult]) -> str:
    """What the chart shows, for those who do not see it."""
    said = _("{option}: {survival} ({interval})")
    day = named_day(case.days_survived)
    named = listed(
        said.format(
            option=result.label,
            survival=percent(horizon.survival),
            interval=percent_interval(horizon.lower, horizon.upper),
        )
        for result in results
        for horizon in result.horizons
        if horizon.day == day
    )
    return _(
        "Predicted survival over {months} months with 95% intervals. {case}. "
        "Alive at {time}: {numbers}. The table has the same numbers."
    ).format(
        months=number(horizon_months()),
        case=describe(case),
        time=horizon_name(day),
        numbers=named,
    )
