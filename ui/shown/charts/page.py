"""Whole charts of curves for a page: all together, one by one, and one laid under another."""

import functools
import textwrap
from collections.abc import Sequence

from model.language import _, code
from model.survival.prediction import HORIZON_DAYS
from ui.shown.charts.labels import extrapolation, label_rows
from ui.shown.charts.layers import (
    alive_since,
    curve_data,
    curve_lines,
    end_labels,
    framed,
    hover_layer,
    interval_bands,
    reported_markers,
    x_axis,
    y_axis,
)
from ui.shown.charts.look import (
    AROUND_PLOT,
    FONT_SIZE,
    HEIGHT,
    HEIGHT_ONE_BY_ONE,
    INK_OF_PAGE,
    LINE_HEIGHT,
    NARROW,
    SMALL_FONT_SIZE,
    WIDTH_OF_FILE,
)
from ui.shown.charts.series import Series, Spec, option_series
from ui.shown.results import ShownPattern

CHARACTERS_ONE_BY_ONE = 30


def page_chart(pattern: ShownPattern) -> Spec:
    """`curves_chart` for the page, made once for a pattern and a language."""
    return _page_chart(pattern, code())


@functools.lru_cache(maxsize=256)
def _page_chart(pattern: ShownPattern, language: str) -> Spec:
    return curves_chart(option_series(pattern))


def page_charts(pattern: ShownPattern) -> tuple[Spec, ...]:
    """`one_by_one` for the page, made once for a pattern and a language."""
    return _page_charts(pattern, code())


@functools.lru_cache(maxsize=64)
def _page_charts(pattern: ShownPattern, language: str) -> tuple[Spec, ...]:
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
    axes = {"x": x_axis(ink, narrow, _("Months since relapse or progression")), "y": y_axis(ink)}
    curves = {
        "data": curve_data(series),
        "encoding": axes,
        "layer": [
            interval_bands(series, 0.18, 0.08),
            curve_lines(series, 2.5),
            reported_markers(series),
        ],
    }
    plot = height - AROUND_PLOT if ink == INK_OF_PAGE else height
    names = {
        "data": {"values": label_rows(series, plot)},
        "encoding": {"x": {"datum": HORIZON_DAYS}},
        "layer": end_labels(series, ink, narrow),
    }
    return framed([*alive_since(series, ink), curves, names, hover_layer(series, ink)], height)


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


def _others(series: Sequence[Series], one: Series, ink: str) -> Spec:
    behind = {"transform": [{"filter": f"datum.series != '{one.id}'"}], **curve_lines(series, 1)}
    behind["encoding"] |= {"color": {"value": ink}, "opacity": {"value": 0.4}}
    return behind


def _single(series: Sequence[Series], one: Series, behind: list[Spec], ink: str) -> Spec:
    curves = {
        "data": curve_data(series),
        "encoding": {"x": x_axis(ink, "true", _("Months")), "y": y_axis(ink)},
        "layer": [
            *behind,
            {
                "transform": [{"filter": f"datum.series == '{one.id}'"}],
                "layer": [
                    interval_bands(series, 0.22, 0.11),
                    curve_lines(series, 2.5),
                    reported_markers(series),
                ],
            },
        ],
    }
    layers = [*alive_since([one], ink), curves, hover_layer(series, ink)]
    spec = framed(layers, HEIGHT_ONE_BY_ONE)
    spec["title"] = {
        "text": textwrap.wrap(one.label, CHARACTERS_ONE_BY_ONE),
        "subtitle": [*extrapolation(one), _("not extrapolated")][0],
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
