"""The parts of a chart of curves: axes, bands, lines, markers, labels, and the pointer's words."""

import json
from collections.abc import Sequence

from model.language import _
from model.survival.prediction import HORIZON_DAYS, TABLE_DAYS
from ui.session.language import number
from ui.shown.charts.labels import hover_rows
from ui.shown.charts.look import DASH, FONT_SIZE, LINE_HEIGHT, SCHEMA, SMALL_FONT_SIZE
from ui.shown.charts.series import CurvePoint, Series, Spec, curve_points
from ui.shown.results import DAYS_PER_MONTH, MONTHS_PER_YEAR, whole_months

# How far the title of an axis may reach beyond the plot, and about how wide a letter of it is.
TITLE_REACH, LETTER_WIDTH = 45, 6


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


def curve_data(series: Sequence[Series]) -> Spec:
    lines = [
        f"{p.series},{p.day},{p.survival:.4f},{p.lower:.4f},{p.upper:.4f},{p.solid:d},{p.marked:d}"
        for p in curve_points(series)
    ]
    parse = dict.fromkeys(CurvePoint._fields[1:], "number")
    return {
        "values": "\n".join([",".join(CurvePoint._fields), *lines]),
        "format": {"type": "csv", "parse": parse},
    }


def x_axis(ink: str, narrow: str, title: str) -> Spec:
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


def y_axis(ink: str) -> Spec:
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


def reported_markers(series: Sequence[Series]) -> Spec:
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


def alive_since(series: Sequence[Series], ink: str) -> list[Spec]:
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


def end_labels(series: Sequence[Series], ink: str, narrow: str) -> list[Spec]:
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


def hover_layer(series: Sequence[Series], ink: str) -> Spec:
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
            {"name": "pointed", "select": nearest | {"on": "pointerover", "clear": "pointerout"}}
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
