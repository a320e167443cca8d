"""The charts as Altair builds them: one specification a kind, for every case,
language and theme.

What differs from chart to chart is put in where it is drawn (`ui.shown.charts.drawing`): the rows
of its named data sets, and what stands here as a name behind an @. So each specification is built
once, checked against Altair's schema, and kept in `templates.json`, which

    python -m ui.shown.charts.templates

writes anew. Nobody who reads a page waits for Altair. The charts of curves are here, those of
Evidence and Registry in modules of their own.
"""

import json
from typing import Any

import altair as alt

from model.survival.prediction import HORIZON_DAYS
from ui.shown.charts import templates_of_evidence, templates_of_registry
from ui.shown.charts.drawing import NAMED_DAYS, TEMPLATES, TITLE_REACH
from ui.shown.charts.look import DASHES, FONT_SIZE, LINE_HEIGHT, MOST_SERIES, SMALL_FONT_SIZE
from ui.shown.charts.parts import YEARS, Part, by_series, framed, ink, survival

# How dark the band of the curve is whose name is pointed at.
PICKED = 0.2


def main() -> None:
    TEMPLATES.write_text(as_json(templates()), encoding="utf-8")


def as_json(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=1, sort_keys=True) + "\n"


def templates() -> dict[str, Any]:
    """Every template by its name; validated by Altair against its schema."""
    own = {"curves": curves(), "talk": talk()}
    every = own | templates_of_evidence.charts() | templates_of_registry.charts()
    return {name: framed(chart).to_dict() for name, chart in every.items()}


def curves() -> Part:
    """Curves with their names at their ends, for a page, a file or a sheet."""
    axes: dict[str, Any] = {
        "x": _time().axis(
            **ink(),
            title="@time",
            values=NAMED_DAYS,
            # Vega leaves out every second value where there are more than it would have chosen.
            tickCount=len(NAMED_DAYS),
            labelExpr="(@narrow ? few_names : all_names)[datum.value] || ''",
            labelOverlap="greedy",
            labelSeparation=2,
            labelFlush=False,
            # Where long names leave the plot narrow, the title begins under the other axis.
            titleAlign=alt.ExprRef("@is_cramped ? 'left' : 'center'"),
            titleX=alt.ExprRef(f"@is_cramped ? {-TITLE_REACH} : width / 2"),
        ),
        "y": survival(),
    }
    picked = alt.selection_point(
        name="picked", fields=["series"], on="pointerover", clear="pointerout"
    )
    layers = (
        *_alive_since(),
        _rule_at("chosen", [2, 3], 0.7),
        _bands(axes, picked),
        _lines(axes),
        _whiskers(),
        _markers(axes, 70),
        _inside(),
        *_names(picked),
        _pointed(),
    )
    return alt.layer(*layers).add_params(
        alt.param(name="all_names", value="@all_names"),
        alt.param(name="few_names", value="@few_names"),
    )


def talk() -> Part:
    """Few elements and large letters, for the talk with a family."""
    size = 17
    axes: dict[str, Any] = {
        "x": _time().axis(
            **ink(size) | {"labelPadding": 8, "grid": False},
            title="@time",
            values=YEARS,
            tickCount=len(YEARS),
            labelExpr="all_names[datum.value] || ''",
        ),
        "y": survival(
            **ink(size) | {"labelPadding": 8, "labelExpr": "round(@hundred * datum.value)"}
        ),
    }
    layers = (
        _rule_at("chosen", [2, 4], 0.8),
        _bands(axes, None),
        _lines(axes),
        _markers(axes, 130),
    )
    return alt.layer(*layers).add_params(alt.param(name="all_names", value="@all_names"))


def _time() -> Part:
    return alt.X("day:Q").scale(domain=[0, HORIZON_DAYS], nice=False)


def _alive_since() -> tuple[Part, Part]:
    """A rule on each day, after relapse, from which curves are given that the child is alive."""
    x = alt.X("day:Q")
    chart = alt.Chart(alt.NamedData("alive"))
    rule = chart.mark_rule(color="@ink", strokeWidth=1, strokeDash=[1, 3], opacity=0.8).encode(x=x)
    # Above the plot, where no curve is, and on the side of the rule that has more room.
    text = chart.mark_text(
        align=alt.ExprRef(f"datum.day > {HORIZON_DAYS // 2} ? 'right' : 'left'"),
        baseline="bottom",
        y=alt.ExprRef(f"-5 - {LINE_HEIGHT} * datum.place"),
        fontSize=SMALL_FONT_SIZE,
        color="@ink",
        text=alt.ExprRef("datum.said"),
    ).encode(x=x)
    return rule, text


def _rule_at(data: str, dash: list[int], opacity: float) -> Part:
    return (
        alt.Chart(alt.NamedData(data))
        .mark_rule(color="@ink", strokeWidth=1, strokeDash=dash, opacity=opacity)
        .encode(x=alt.X("day:Q"))
    )


def _bands(axes: dict[str, Any], picked: alt.Parameter | None) -> Part:
    """The intervals: as dark as each is at rest, and of one whose name is pointed at."""
    at_rest = by_series(alt.FillOpacity, "bands")
    opacity = (
        at_rest
        if picked is None
        else alt.condition(picked, alt.value(PICKED), at_rest, empty=False)
    )
    return (
        alt.Chart(alt.NamedData("points"))
        .mark_area()
        .encode(
            x=axes["x"],
            y=alt.Y("lower:Q"),
            y2=alt.Y2("upper:Q"),
            fill=by_series(alt.Fill, "colors"),
            fillOpacity=opacity,
            detail=["stretch:N"],
        )
    )


def _lines(axes: dict[str, Any]) -> Part:
    return (
        alt.Chart(alt.NamedData("points"))
        .mark_line(strokeCap="butt")
        .encode(
            x=axes["x"],
            y=axes["y"],
            stroke=by_series(alt.Stroke, "colors"),
            strokeWidth=by_series(alt.StrokeWidth, "widths"),
            opacity=by_series(alt.Opacity, "fades"),
            strokeDash=alt.StrokeDash("line:N")
            .scale(type="ordinal", domain=list(DASHES), range=list(DASHES.values()))
            .legend(None),
            detail=["stretch:N"],
        )
    )


def _whiskers() -> Part:
    """Intervals on the reported days, beside each other."""
    return (
        alt.Chart(alt.NamedData("whiskers"))
        .mark_rule(strokeWidth=1.5)
        .encode(
            x=alt.X("day:Q"),
            y=alt.Y("lower:Q"),
            y2=alt.Y2("upper:Q"),
            stroke=by_series(alt.Stroke, "colors"),
        )
    )


def _markers(axes: dict[str, Any], size: int) -> Part:
    """On the reported days; hollow where the number is not that of children like this one."""
    return (
        alt.Chart(alt.NamedData("points"))
        .transform_filter("datum.marked")
        .mark_point(size=size, opacity=1, strokeWidth=1.5)
        .encode(
            x=axes["x"],
            y=axes["y"],
            fill=by_series(alt.Fill, "colors"),
            stroke=by_series(alt.Stroke, "colors"),
            shape=by_series(alt.Shape, "shapes"),
            fillOpacity=alt.condition(
                "datum.line != 'borrowed' && datum.line != 'no'", alt.value(1), alt.value(0)
            ),
        )
    )


def _inside() -> Part:
    """Words within the plot."""
    return (
        alt.Chart(alt.NamedData("inside"))
        .mark_text(
            align="right",
            baseline="middle",
            dy=alt.ExprRef("datum.dy"),
            text=alt.ExprRef("datum.said"),
            fontSize=SMALL_FONT_SIZE,
            color="@ink",
        )
        .encode(x=alt.X("day:Q"), y=alt.Y("survival:Q"))
    )


def _names(picked: alt.Parameter) -> tuple[Part, ...]:
    """What each curve is called and where it ends, moved apart, with a line to its end."""
    names = alt.Chart(alt.NamedData("names"))
    x = alt.XDatum(HORIZON_DAYS)
    height = alt.Y("height:Q")
    lead = names.mark_rule(xOffset=4, x2Offset=18, tooltip=None).encode(
        x=x,
        x2=alt.X2Datum(HORIZON_DAYS),
        y=alt.Y("end:Q"),
        y2=alt.Y2("height:Q"),
        stroke=by_series(alt.Stroke, "colors"),
    )
    marker = names.mark_point(filled=True, xOffset=26, size=70, opacity=1, tooltip=None).encode(
        x=x, y=height, color=by_series(alt.Color, "colors"), shape=by_series(alt.Shape, "shapes")
    )
    text = (
        names.mark_text(
            align="left",
            baseline="middle",
            xOffset=36,
            fontSize=FONT_SIZE,
            lineHeight=LINE_HEIGHT,
            lineBreak="\n",
            text=alt.ExprRef("@narrow ? datum.short : datum.label"),
            color="@ink",
            # Streamlit would say of whatever is pointed at what its numbers are.
            tooltip=None,
        )
        .encode(x=x, y=height)
        .add_params(picked)
    )
    return lead, marker, text


def _pointed() -> Part:
    """A rule on the day nearest the pointer, and what every curve says of it."""
    pointed = alt.selection_point(
        name="pointed", fields=["day"], nearest=True, on="pointerover", clear="pointerout"
    )
    said = [alt.Tooltip("when:N", title="@since")]
    said += [alt.Tooltip(f"said_{k}:N", title=f"@said_{k}") for k in range(MOST_SERIES)]
    return (
        alt.Chart(alt.NamedData("hover"))
        .mark_rule(color="@ink", strokeWidth=1)
        .encode(
            x=alt.X("day:Q"),
            opacity=alt.condition(pointed, alt.value(0.7), alt.value(0), empty=False),
            tooltip=said,
        )
        .add_params(pointed)
    )


if __name__ == "__main__":
    main()
