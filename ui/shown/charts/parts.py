"""Parts that the templates of all charts share, in Altair: the frame, axes, and what tells one
series from another. What stands behind an @ is put in where a chart is drawn."""

from typing import Any

import altair as alt

from ui.shown.charts.look import SMALL_FONT_SIZE
from ui.shown.results import DAYS_PER_MONTH, MONTHS_PER_YEAR

# A layer, or a chart of several. What Altair's methods give has no type of its own.
Part = Any
YEARS = [round(year * MONTHS_PER_YEAR * DAYS_PER_MONTH) for year in range(5)]
QUARTERS = [0, 0.25, 0.5, 0.75, 1]


def framed(chart: Part) -> Part:
    return (
        chart.properties(height=400, usermeta={"embedOptions": {"renderer": "svg"}})
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=SMALL_FONT_SIZE, titleFontSize=SMALL_FONT_SIZE)
        # The chart is described as a whole, and its numbers stand in the table.
        .configure_mark(aria=False)
    )


def ink(size: int = SMALL_FONT_SIZE) -> dict[str, Any]:
    """How every axis looks."""
    return {
        "labelColor": "@ink",
        "titleColor": "@ink",
        "titleFontWeight": "normal",
        "labelFontSize": size,
        "titleFontSize": size,
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
        "grid": True,
        "gridColor": "@ink",
        "gridOpacity": 0.16,
    }


def quarters(channel: Part, title: str, **looks: Any) -> Part:
    """A channel of fractions, its axis in percent."""
    axis: dict[str, Any] = {
        "title": title,
        "values": QUARTERS,
        "tickCount": len(QUARTERS),
        "labelExpr": "round(100 * datum.value)",
    }
    return channel.scale(domain=[0, 1], nice=False).axis(**ink() | axis | looks)


def survival(**looks: Any) -> Part:
    return quarters(alt.Y("survival:Q"), "@alive", labelBaseline="middle", **looks)


def by_series(channel: type[Any], name: str) -> Any:
    """What tells one curve from another: in the order of the series."""
    # Told so: of widths and opacities Vega-Lite would make a scale of even steps.
    scale = {"type": "ordinal", "domain": ["@series"], "range": [f"@{name}"]}
    return channel("series:N").scale(**scale).legend(None)
