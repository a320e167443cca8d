"""Parts that charts other than of curves share: the frame, and an axis of survival."""

from model.language import _
from ui.shown.charts.look import SCHEMA, SMALL_FONT_SIZE
from ui.shown.charts.series import Spec


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
