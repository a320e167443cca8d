"""Templates of Evidence: hazard ratios as a forest, what the lists assume, and their first days."""

import altair as alt

from ui.shown.charts.look import OBSERVED_COLOR, SMALL_FONT_SIZE
from ui.shown.charts.parts import Part, by_series, ink, survival

# More than any axis of named places has: of fewer Vega would leave out every second one.
MOST_PLACES = 40


def charts() -> dict[str, Part]:
    return {"forest": forest(), "assumption": assumption(), "early": early()}


def forest() -> Part:
    """Hazard ratios on one scale, a row a variable, beneath the heads of their groups."""
    named = {"tickCount": MOST_PLACES, "labelOverlap": False}
    place = (
        alt.Y("at:Q")
        .scale(domain=["@rows"], reverse=True, nice=False)
        .axis(
            **ink() | named | {"grid": False, "labelLimit": 150},
            title=None,
            values=["@places"],
            labelExpr="row_names[datum.value] || ''",
        )
    )
    ratio = (
        alt.X("ratio:Q")
        .scale(type="log", domain=[0.15, 7], nice=False)
        .axis(
            **ink() | named,
            title="@ratio",
            titleAnchor="end",
            values=["@ticks"],
            labelExpr="tick_names[datum.value]",
        )
    )
    no_difference = (
        alt.Chart(alt.sequence(1, 2, as_="ratio"))
        .mark_rule(color="@ink", strokeDash=[4, 3], opacity=0.8)
        .encode(x=alt.X("ratio:Q"))
    )
    return alt.layer(no_difference, *_ratios(place, ratio), _heads(place)).add_params(
        alt.param(name="row_names", value="@row_names"),
        alt.param(name="tick_names", value="@tick_names"),
    )


def _ratios(place: Part, ratio: Part) -> tuple[Part, ...]:
    """Of each series how far the cohorts spread, its limits, and its ratio."""
    chart = alt.Chart(alt.NamedData("ratios"))
    color = by_series(alt.Color, "colors")
    over_cohorts = chart.mark_rule(strokeWidth=8, opacity=0.35).encode(
        x=alt.X("least:Q"), x2="most", y=place, color=color
    )
    limits = chart.mark_rule(strokeWidth=1.5).encode(
        x=alt.X("lower:Q"),
        x2="upper",
        y=place,
        color=color,
        strokeDash=by_series(alt.StrokeDash, "dashes"),
    )
    points = chart.mark_point(size=70, opacity=1, strokeWidth=1.6).encode(
        x=ratio,
        y=place,
        stroke=by_series(alt.Stroke, "colors"),
        fill=by_series(alt.Fill, "colors"),
        shape=by_series(alt.Shape, "shapes"),
        fillOpacity=by_series(alt.FillOpacity, "fills"),
        tooltip=[
            alt.Tooltip("what:N", title="@what"),
            alt.Tooltip("said:N", title="@said"),
            alt.Tooltip("spread:N", title="@spread"),
        ],
    )
    return over_cohorts, limits, points


def _heads(place: Part) -> Part:
    return (
        alt.Chart(alt.NamedData("heads"))
        .mark_text(
            align="left",
            baseline="middle",
            # Above the names of the rows, where nothing else stands.
            x=-70,
            fontSize=SMALL_FONT_SIZE,
            lineHeight=SMALL_FONT_SIZE + 2,
            lineBreak="\n",
            fontWeight=600,
            color="@ink",
        )
        .encode(y=place, text="name:N")
    )


def assumption() -> Part:
    """Bars for what the lists have come to, and dashed what could be beforehand."""
    value = (
        alt.X("from:Q")
        .scale(domain=["@domain"], nice=False)
        .axis(**ink() | {"grid": False}, title="@counted", format="d", tickMinStep=1, tickCount=6)
    )
    share = alt.Y("height:Q").axis(**ink() | {"grid": False}, title="@share", labels=False)
    found = (
        alt.Chart(alt.NamedData("bars"))
        .mark_bar(color=OBSERVED_COLOR, opacity=0.85)
        .encode(
            x=value,
            x2="to",
            y=share,
            y2=alt.Y2Datum(0),
            tooltip=[
                alt.Tooltip("range:N", title="@counted"),
                alt.Tooltip("lists:Q", title="@lists"),
            ],
        )
    )
    beforehand = (
        alt.Chart(alt.NamedData("beforehand"))
        .mark_rule(color="@ink", strokeDash=[5, 4], strokeWidth=2)
        .encode(x=value, x2="to", y=share)
    )
    return alt.layer(found, beforehand)


def early() -> Part:
    """The first days after failure, a line for every list."""
    day = (
        alt.X("day:Q")
        .scale(domain=["@domain"], nice=False)
        .axis(**ink(), title="@time", tickCount=5)
    )
    lines = (
        alt.Chart(alt.NamedData("lists"))
        .mark_line(interpolate="step-after", strokeWidth=1, color="@color")
        .encode(x=day, y=survival(), detail="list:N")
    )
    return alt.layer(lines)
