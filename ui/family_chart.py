"""The curves of one or two options for the talk with a family: few elements, large letters.

The same numbers and colours as on the case page, from `ui.charts`; a legend with the names of the
options stands beside the chart, and the sentences around it say how to read it.
"""

import functools
import json

from model.case import Case
from model.language import _, code
from model.prediction import HORIZON_DAYS
from ui.charts import DASH, INK_OF_PAGE, SCHEMA, Series, Spec, curve_points, option_series
from ui.family import HUNDRED, FamilySheet
from ui.language import number
from ui.results import DAYS_PER_MONTH, MONTHS_PER_YEAR, Pattern, pattern_of

HEIGHT = 360
FONT_SIZE = 17
DAYS_PER_YEAR = MONTHS_PER_YEAR * DAYS_PER_MONTH
QUARTERS = (0, 0.25, 0.5, 0.75, 1)


def family_chart(case: Case, pictured: tuple[str, ...], day: int) -> Spec:
    """The curves of some options, with a rule at the time of which the talk speaks."""
    return _chart(pattern_of(case, pictured), day, code())


@functools.lru_cache(maxsize=64)
def _chart(pattern: Pattern, day: int, language: str) -> Spec:
    series = option_series(pattern)
    curves = {
        "data": {"values": [point._asdict() for point in curve_points(series)]},
        "encoding": {"x": _time_axis(), "y": _alive_axis()},
        "layer": [_band(series), _line(series), _markers(series)],
    }
    time = {
        "data": {"values": [{"day": day}]},
        "mark": {"type": "rule", "color": INK_OF_PAGE, "strokeDash": [2, 4], "opacity": 0.8},
        "encoding": {"x": {"field": "day", "type": "quantitative"}},
    }
    return {
        "$schema": SCHEMA,
        "height": HEIGHT,
        # Room for the half of the last label that stands past the end of the curves.
        "padding": {"left": 5, "top": 10, "right": 30, "bottom": 5},
        "usermeta": {"embedOptions": {"renderer": "svg"}},
        "config": {"view": {"stroke": None}, "mark": {"aria": False}},
        "layer": [time, curves],
    }


def family_chart_alt(sheet: FamilySheet) -> str:
    """What the curves show, for those who do not see them."""
    said = [
        _("{option}: {words}").format(option=option.label, words=option.outcome.in_words)
        for option in sheet.options
        if option.pictured and option.outcome
    ]
    return " ".join([f"{sheet.how_to_read_curves.heading}.", *said])


def _time_axis() -> Spec:
    years = range(round(HORIZON_DAYS / DAYS_PER_YEAR) + 1)
    days = {round(year * DAYS_PER_YEAR): number(year) for year in years}
    labels = "".join(f"datum.value == {day} ? {json.dumps(name)} : " for day, name in days.items())
    return {
        "field": "day",
        "type": "quantitative",
        "scale": {"domain": [0, HORIZON_DAYS], "nice": False},
        "axis": {
            "title": _("Years"),
            "values": list(days),
            "tickCount": len(days),
            "labelExpr": labels + "''",
            "grid": False,
        }
        | _ink(),
    }


def _alive_axis() -> Spec:
    return {
        "field": "survival",
        "type": "quantitative",
        "scale": {"domain": [0, 1], "nice": False},
        "axis": {
            "title": _("Children alive out of {hundred}").format(hundred=number(HUNDRED)),
            "values": list(QUARTERS),
            "tickCount": len(QUARTERS),
            "labelExpr": f"round({HUNDRED} * datum.value)",
            "labelBaseline": "middle",
            "gridColor": INK_OF_PAGE,
            "gridOpacity": 0.16,
        }
        | _ink(),
    }


def _ink() -> Spec:
    return {
        "labelColor": INK_OF_PAGE,
        "titleColor": INK_OF_PAGE,
        "titleFontWeight": "normal",
        "labelFontSize": FONT_SIZE,
        "titleFontSize": FONT_SIZE,
        "domain": False,
        "ticks": False,
        "labelPadding": 8,
    }


def _of_option(series: tuple[Series, ...], marks: list[str]) -> Spec:
    return {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": [one.id for one in series], "range": marks},
        "legend": None,
    }


def _colored(series: tuple[Series, ...]) -> Spec:
    return _of_option(series, [one.color for one in series])


def _band(series: tuple[Series, ...]) -> Spec:
    return {
        "mark": {"type": "area"},
        "encoding": {
            "y": {"field": "lower", "type": "quantitative"},
            "y2": {"field": "upper"},
            "color": _colored(series),
            "detail": {"field": "solid"},
            "opacity": {"condition": {"test": "datum.solid", "value": 0.2}, "value": 0.1},
        },
    }


def _line(series: tuple[Series, ...]) -> Spec:
    return {
        "mark": {"type": "line", "strokeWidth": 3.5, "strokeCap": "butt"},
        "encoding": {
            "color": _colored(series),
            "detail": [{"field": "series"}, {"field": "solid"}],
            "strokeDash": {"condition": {"test": "datum.solid", "value": [1, 0]}, "value": DASH},
        },
    }


def _markers(series: tuple[Series, ...]) -> Spec:
    return {
        "transform": [{"filter": "datum.marked"}],
        "mark": {"type": "point", "filled": True, "size": 130, "opacity": 1},
        "encoding": {
            "color": _colored(series),
            "shape": _of_option(series, [one.shape for one in series]),
        },
    }
