"""The curves of chosen options for the talk with a family: few elements, large letters.

The same numbers and colours as on the case page, from `ui.shown.charts`; a legend with the names of
the options stands beside the chart, and the sentences around it say how to read it.
"""

import functools
import json

from model.case import Case
from model.language import _, code
from model.survival.prediction import HORIZON_DAYS
from model.survival.recalibrated import Recalibration
from ui.family.family import FamilySheet
from ui.family.outcome import HUNDRED
from ui.session.language import number
from ui.shown.charts.layers import axis_ink, colored, curve_lines, framed, interval_bands, shaped
from ui.shown.charts.look import INK_OF_PAGE
from ui.shown.charts.series import Series, Spec, curve_points, option_series
from ui.shown.results import DAYS_PER_MONTH, MONTHS_PER_YEAR, ShownPattern, shown_pattern

HEIGHT = 360
FONT_SIZE = 17
DAYS_PER_YEAR = MONTHS_PER_YEAR * DAYS_PER_MONTH
QUARTERS = (0, 0.25, 0.5, 0.75, 1)


def family_chart(
    case: Case, pictured: tuple[str, ...], day: int, recalibration: Recalibration | None = None
) -> Spec:
    """The curves of some options, with a rule at the time of which the talk speaks."""
    return _chart(shown_pattern(case, pictured, recalibration=recalibration), day, code())


@functools.lru_cache(maxsize=64)
def _chart(pattern: ShownPattern, day: int, language: str) -> Spec:
    series = option_series(pattern)
    curves = {
        "data": {"values": [point._asdict() for point in curve_points(series)]},
        "encoding": {"x": _time_axis(), "y": _alive_axis()},
        "layer": [interval_bands(series, 0.2, 0.1), curve_lines(series, 3.5), _markers(series)],
    }
    time = {
        "data": {"values": [{"day": day}]},
        "mark": {"type": "rule", "color": INK_OF_PAGE, "strokeDash": [2, 4], "opacity": 0.8},
        "encoding": {"x": {"field": "day", "type": "quantitative"}},
    }
    # Room for the half of the last label that stands past the end of the curves.
    return framed([time, curves], HEIGHT) | {
        "padding": {"left": 5, "top": 10, "right": 30, "bottom": 5}
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
        "axis": _ink()
        | {
            "title": _("Years"),
            "values": list(days),
            "tickCount": len(days),
            "labelExpr": labels + "''",
            "grid": False,
        },
    }


def _alive_axis() -> Spec:
    return {
        "field": "survival",
        "type": "quantitative",
        "scale": {"domain": [0, 1], "nice": False},
        "axis": _ink()
        | {
            "title": _("Children alive out of {hundred}").format(hundred=number(HUNDRED)),
            "values": list(QUARTERS),
            "tickCount": len(QUARTERS),
            "labelExpr": f"round({HUNDRED} * datum.value)",
            "labelBaseline": "middle",
        },
    }


def _ink() -> Spec:
    return axis_ink(INK_OF_PAGE) | {
        "labelFontSize": FONT_SIZE,
        "titleFontSize": FONT_SIZE,
        "labelPadding": 8,
    }


def _markers(series: tuple[Series, ...]) -> Spec:
    return {
        "transform": [{"filter": "datum.marked"}],
        "mark": {"type": "point", "filled": True, "size": 130, "opacity": 1},
        "encoding": {"color": colored(series), "shape": shaped(series)},
    }
