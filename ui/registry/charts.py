"""Charts of how well the model fits a centre's children: calibration, observed beside predicted
survival, and net benefit. Numbers in, Vega-Lite out."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.language import _
from model.survival.prediction import HORIZON_DAYS
from model.validation.decision import THRESHOLDS
from model.validation.groups import GroupCurves
from model.validation.performance import CalibrationCurve, DecisionCurve
from ui.evidence.curves import DASH_OF_MODEL, MODEL_COLOR, OBSERVED_COLOR
from ui.shown.charts.layers import axis_ink, framed
from ui.shown.charts.look import INK_OF_PAGE, SMALL_FONT_SIZE
from ui.shown.charts.series import Spec, days_straight_between
from ui.shown.results import DAYS_PER_MONTH, MONTHS_PER_YEAR

HEIGHT, HEIGHT_OF_GROUP = 400, 290
# How much of the height of the calibration chart the largest tenth of the children takes.
SHARE_OF_BARS = 0.15
SHARES = (0, 0.25, 0.5, 0.75, 1)
LOWEST_BENEFIT = -0.2
SOLID, DOTTED = (1, 0), (1, 3)

Look = tuple[str, str, Sequence[int]]


def calibration_chart(curve: CalibrationCurve) -> Spec:
    """Observed along predicted risk, with the diagonal and where the children lie."""
    tallest = max(1, int(curve.children.max()))
    bars = [
        {"from": k / 10, "to": (k + 1) / 10, "height": SHARE_OF_BARS * int(count) / tallest}
        for k, count in enumerate(curve.children)
        if count
    ]
    points = _points("observed", curve.predicted, curve.observed)
    layers: list[Spec] = [
        {
            "data": {"values": bars},
            "mark": {"type": "rect", "opacity": 0.25, "color": INK_OF_PAGE},
            "encoding": {
                "x": {"field": "from", "type": "quantitative"},
                "x2": {"field": "to"},
                "y": {"field": "height", "type": "quantitative"},
                "y2": {"datum": 0},
            },
        },
        {
            "data": {"values": [{"at": 0, "value": 0}, {"at": 1, "value": 1}]},
            "mark": {
                "type": "line",
                "color": INK_OF_PAGE,
                "strokeWidth": 1,
                "strokeDash": list(DOTTED),
            },
            "encoding": _at_and_value(),
        },
        *_curves(points, (("observed", OBSERVED_COLOR, SOLID),)),
    ]
    axes = {
        "x": _share_axis("at", _("Predicted risk of death (%)")),
        "y": _share_axis("value", _("Observed risk of death (%)")),
    }
    return framed([{"encoding": axes, "layer": layers}], HEIGHT)


def group_chart(group: GroupCurves) -> Spec:
    """Kaplan-Meier survival of a group beside the mean predicted one."""
    # What was observed goes down in steps: each of its days is drawn.
    deaths = np.flatnonzero(np.diff(group.observed, axis=1).any(axis=0)) + 1
    days = days_straight_between(
        group.predicted, group.enough_until, group.followed_until, *deaths.tolist()
    )
    enough = [day for day in days if day <= group.enough_until]
    few = [day for day in days if group.enough_until <= day <= group.followed_until]
    looks = (
        (_("observed"), OBSERVED_COLOR, SOLID),
        (_("predicted"), MODEL_COLOR, DASH_OF_MODEL),
        (_("observed, few followed"), OBSERVED_COLOR, DOTTED),
    )
    points = [
        point
        for (name, *_look), on, curves in zip(
            looks,
            (enough, days, few),
            (group.observed, group.predicted, group.observed),
            strict=True,
        )
        for point in _points(name, on, curves[:, list(on)])
    ]
    years = range(0, round(HORIZON_DAYS / DAYS_PER_MONTH) + 1, MONTHS_PER_YEAR)
    axes = {
        "x": {
            "field": "at",
            "type": "quantitative",
            "scale": {"domain": [0, HORIZON_DAYS], "nice": False},
            "axis": {
                "title": _("Months since failure"),
                "values": [round(month * DAYS_PER_MONTH) for month in years],
                "labelExpr": f"round(datum.value / {DAYS_PER_MONTH})",
                "labelFlush": False,
                "titleAnchor": "start",
            }
            | axis_ink(INK_OF_PAGE),
        },
        "y": _share_axis("value", _("Alive (%)")),
    }
    in_steps = (looks[0][0], looks[2][0])
    layers = _curves(points, looks, in_steps=in_steps, named=looks[:2])
    return framed([{"encoding": axes, "layer": layers}], HEIGHT_OF_GROUP)


def decision_chart(curve: DecisionCurve) -> Spec:
    """Net benefit along the threshold: acting by the model, for all, for none."""
    looks: tuple[Look, ...] = (
        (_("by the model"), OBSERVED_COLOR, SOLID),
        (_("for all"), MODEL_COLOR, DASH_OF_MODEL),
        (_("for none"), INK_OF_PAGE, DOTTED),
    )
    benefits = (curve.by_model, curve.for_all, np.zeros_like(curve.for_all))
    points = [
        point
        for (name, *_look), values in zip(looks, benefits, strict=True)
        for point in _points(name, THRESHOLDS, values)
    ]
    axes = {
        "x": _share_axis("at", _("Threshold: risk of death (%)"))
        | {"scale": {"domain": [0, 1], "nice": False}},
        "y": {
            "field": "value",
            "type": "quantitative",
            "scale": {"domain": [LOWEST_BENEFIT, 1], "nice": False, "clamp": False},
            "axis": {"title": _("Net benefit"), "tickCount": 6} | axis_ink(INK_OF_PAGE),
        },
    }
    layers = _curves(points, looks, named=looks)
    return framed([{"encoding": axes, "layer": layers}], HEIGHT)


def _points(name: str, at: Sequence[float] | NDArray[Any], values: NDArray[Any]) -> list[Spec]:
    """A curve and its limits, (3, k), as rows."""
    return [
        {
            "series": name,
            "at": round(float(place), 4),
            "value": round(float(middle), 4),
            "lower": round(float(lower), 4),
            "upper": round(float(upper), 4),
        }
        for place, middle, lower, upper in zip(at, *values, strict=True)
    ]


def _at_and_value() -> Spec:
    return {
        "x": {"field": "at", "type": "quantitative"},
        "y": {"field": "value", "type": "quantitative"},
    }


def _curves(
    points: list[Spec],
    looks: Sequence[Look],
    *,
    in_steps: Sequence[str] = (),
    named: Sequence[Look] = (),
) -> list[Spec]:
    """A band and a line for each series, told apart by colour and dashes; some are drawn in
    steps, and some are named above the chart."""
    names = [name for name, _color, _dash in looks]
    legend = {
        "orient": "top",
        "title": None,
        "labelColor": INK_OF_PAGE,
        "labelFontSize": SMALL_FONT_SIZE,
        "symbolType": "stroke",
        "symbolSize": 500,
        "symbolStrokeWidth": 2.5,
        "symbolOpacity": 1,
        "columns": 2,
        "values": [name for name, _color, _dash in named],
    }
    color = {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": names, "range": [color for _name, color, _dash in looks]},
        "legend": legend if named else None,
    }
    dash = {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": names, "range": [list(dash) for _name, _color, dash in looks]},
        "legend": legend if named else None,
    }
    layers: list[Spec] = []
    for name in names:
        shape = {"interpolate": "step-after"} if name in in_steps else {}
        only = [{"filter": {"field": "series", "equal": name}}]
        limits = {"y": {"field": "lower", "type": "quantitative"}, "y2": {"field": "upper"}}
        layers += [
            {
                "transform": only,
                "mark": {"type": "area", "opacity": 0.18, "clip": True, **shape},
                "encoding": {"x": _at_and_value()["x"], "color": color, **limits},
            },
            {
                "transform": only,
                "mark": {"type": "line", "strokeWidth": 2, "clip": True, **shape},
                "encoding": {**_at_and_value(), "color": color, "strokeDash": dash},
            },
        ]
    return [{"data": {"values": points}, "layer": layers}]


def _share_axis(field: str, title: str) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [0, 1], "nice": False},
        "axis": {
            "title": title,
            "values": list(SHARES),
            "tickCount": len(SHARES),
            "labelExpr": "round(100 * datum.value)",
            "titleAnchor": "start",
        }
        | axis_ink(INK_OF_PAGE),
    }
