"""Whole charts of curves for a page: all together, one by one, and one laid under another."""

import functools
import textwrap
from collections.abc import Sequence
from dataclasses import replace

from model.language import _, code
from model.survival.prediction import HORIZON_DAYS
from ui.session.language import number
from ui.shown.charts.drawing import COLUMNS, Drawing, Rows, curves_spec
from ui.shown.charts.labels import hover_rows, label_rows, support_phrase
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
from ui.shown.charts.series import CurvePoint, Series, Spec, curve_points, option_series
from ui.shown.results import ShownPattern

CHARACTERS_ONE_BY_ONE = 30
# Days between the intervals of two options on one reported day.
BETWEEN_WHISKERS = 11
# How dark the interval is of a curve that stands alone.
BAND_ALONE = 0.2


def page_chart(pattern: ShownPattern) -> Spec:
    """`curves_chart` for the page, made once for a pattern and a language."""
    return _page_chart(pattern, code()).for_page()


@functools.lru_cache(maxsize=256)
def _page_chart(pattern: ShownPattern, language: str) -> Drawing:
    return curves_chart(option_series(pattern))


def page_charts(pattern: ShownPattern) -> tuple[Spec, ...]:
    """`one_by_one` for the page, made once for a pattern and a language."""
    return tuple(drawing.for_page() for drawing in _page_charts(pattern, code()))


@functools.lru_cache(maxsize=64)
def _page_charts(pattern: ShownPattern, language: str) -> tuple[Drawing, ...]:
    return tuple(one_by_one(option_series(pattern)))


def curves_chart(
    series: Sequence[Series],
    *,
    ink: str = INK_OF_PAGE,
    narrow: str = NARROW,
    height: int = HEIGHT,
    whiskers: bool = True,
) -> Drawing:
    """All series in one chart: curves, markers on the reported days, names at the ends.

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
    whiskers : bool
        Whether intervals stand on the reported days; else they are bands, as dark as each series
        says.
    """
    spec = curves_spec(
        series,
        series,
        ink=ink,
        narrow=narrow,
        height=height,
        time_title=_("Months since relapse or progression"),
    )
    points = tuple(curve_points(series))
    return Drawing(
        spec,
        {
            "alive": alive_since(series),
            "chosen": (),
            "points": points,
            "whiskers": whisker_rows(series, points) if whiskers else (),
            "inside": (),
            "names": label_rows(series, height - AROUND_PLOT if ink == INK_OF_PAGE else height),
            "hover": tuple(hover_rows(series)),
        },
    )


def whisker_rows(series: Sequence[Series], points: Sequence[CurvePoint]) -> Rows:
    """The intervals of the marked points, those of one day beside each other."""
    place = {one.id: k - (len(series) - 1) / 2 for k, one in enumerate(series)}
    return tuple(
        (
            p.series,
            min(max(p.day + BETWEEN_WHISKERS * place[p.series], 0.0), float(HORIZON_DAYS)),
            p.lower,
            p.upper,
        )
        for p in points
        if p.marked
    )


def alive_since(series: Sequence[Series]) -> Rows:
    """A rule on each day, after relapse, from which curves are given that the child is alive."""
    said = _("alive on day {day}")
    days = sorted({one.days_survived for one in series} - {0})
    return tuple((day, said.format(day=number(day)), place) for place, day in enumerate(days))


def one_by_one(series: Sequence[Series], *, ink: str = INK_OF_PAGE) -> list[Drawing]:
    """A chart for each series: its own band and curve before thin lines for the others."""
    return [
        _single([*_behind(series, one, ink), replace(one, band=BAND_ALONE)], series, one, ink)
        for one in series
    ]


def _behind(series: Sequence[Series], one: Series, ink: str) -> list[Series]:
    return [
        replace(other, color=ink, dark="", width=1.0, fade=0.4, marked=False)
        for other in series
        if other.id != one.id
    ]


def laid_under(one: Series, under: Series, *, ink: str = INK_OF_PAGE) -> Drawing:
    """A chart of one series, and under it, with its limits and by its name, another of its own
    dashes for the same option."""
    thin = replace(under, color=ink, dark="", width=1.5, marked=False)
    limits = [
        replace(thin, id=f"{under.id}_{name}", survival=limit, lower=limit, upper=limit, width=1.0)
        for name, limit in (("lower", under.lower), ("upper", under.upper))
    ]
    above = max(under.survival[-1], LINE_HEIGHT / HEIGHT_ONE_BY_ONE) >= one.survival[-1]
    away = -0.7 * LINE_HEIGHT if above else 0.7 * LINE_HEIGHT
    name = (HORIZON_DAYS, round(float(under.survival[-1]), 4), under.label, away)
    drawn = [*limits, thin, replace(one, band=BAND_ALONE)]
    return _single(drawn, [one, under], one, ink).with_rows(inside=(name,))


def _single(drawn: Sequence[Series], named: Sequence[Series], one: Series, ink: str) -> Drawing:
    """A chart of one series, over others that are drawn before it."""
    spec = curves_spec(
        drawn, named, ink=ink, narrow="true", height=HEIGHT_ONE_BY_ONE, time_title=_("Months")
    )
    title = {
        "text": textwrap.wrap(one.label, CHARACTERS_ONE_BY_ONE),
        "subtitle": support_phrase(one) or _("children like this one"),
        "anchor": "start",
        "frame": "bounds",
        "color": ink,
        "subtitleColor": ink,
        "fontSize": FONT_SIZE,
        "limit": WIDTH_OF_FILE,
        "subtitleFontSize": SMALL_FONT_SIZE,
        "offset": 8,
    }
    rows: dict[str, Rows] = dict.fromkeys(COLUMNS, ())
    rows |= {
        "alive": alive_since([one]),
        "points": tuple(curve_points(drawn)),
        "hover": tuple(hover_rows(named)),
    }
    return Drawing({**spec, "title": title}, rows)
