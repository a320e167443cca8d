"""Templates of Registry: calibration, observed beside predicted survival, and net benefit."""

from typing import Any, Literal

import altair as alt

from model.survival.prediction import HORIZON_DAYS
from ui.shown.charts.look import MODEL_COLOR, OBSERVED_COLOR, SMALL_FONT_SIZE
from ui.shown.charts.parts import YEARS, Part, ink, quarters
from ui.shown.results import DAYS_PER_MONTH

LOWEST_BENEFIT = -0.2
SOLID, DASHED, DOTTED = [1, 0], [6, 3], [1, 3]
# Of each series of a chart, by its name, its color and how its line is dashed.
Looks = dict[str, tuple[str, list[int]]]


def charts() -> dict[str, Part]:
    return {"calibration": calibration(), "group": group(), "decision": decision()}


def calibration() -> Part:
    """Observed along predicted risk, with the diagonal and where the children lie."""
    axes = {"x": _share(alt.X("at:Q"), "@risk"), "y": _share(alt.Y("value:Q"), "@happened")}
    children = (
        alt.Chart(alt.NamedData("children"))
        .mark_rect(opacity=0.25, color="@ink")
        .encode(x=alt.X("from:Q"), x2="to", y=alt.Y("height:Q"), y2=alt.Y2Datum(0))
    )
    as_predicted = (
        alt.Chart(alt.sequence(0, 2, as_="at"))
        .mark_line(color="@ink", strokeWidth=1, strokeDash=DOTTED)
        .encode(x=alt.X("at:Q"), y=alt.Y("at:Q"))
    )
    curves = _curves(axes, {"@observed": (OBSERVED_COLOR, SOLID)}, legend=None)
    return alt.layer(children, as_predicted, *curves)


def group() -> Part:
    """Kaplan-Meier survival of a group, in steps, beside the mean predicted one."""
    time = (
        alt.X("at:Q")
        .scale(domain=[0, HORIZON_DAYS], nice=False)
        .axis(
            **ink(),
            title="@time",
            titleAnchor="start",
            values=YEARS,
            labelExpr=f"round(datum.value / {DAYS_PER_MONTH})",
            labelFlush=False,
        )
    )
    looks: Looks = {
        "@observed": (OBSERVED_COLOR, SOLID),
        "@predicted": (MODEL_COLOR, DASHED),
        "@few": (OBSERVED_COLOR, DOTTED),
    }
    axes = {"x": time, "y": _share(alt.Y("value:Q"), "@alive")}
    legend = _legend("@observed", "@predicted")
    return alt.layer(*_curves(axes, looks, legend, in_steps=("@observed", "@few")))


def decision() -> Part:
    """Net benefit along the threshold: acting by the model, for all, for none."""
    benefit = (
        alt.Y("value:Q")
        .scale(domain=[LOWEST_BENEFIT, 1], nice=False, clamp=False)
        .axis(**ink(), title="@benefit", tickCount=6)
    )
    looks: Looks = {
        "@by_model": (OBSERVED_COLOR, SOLID),
        "@for_all": (MODEL_COLOR, DASHED),
        "@for_none": ("@ink", DOTTED),
    }
    axes = {"x": _share(alt.X("at:Q"), "@threshold"), "y": benefit}
    return alt.layer(*_curves(axes, looks, _legend(*looks)))


def _share(channel: Part, title: str) -> Part:
    return quarters(channel, title, titleAnchor="start")


def _legend(*named: str) -> dict[str, Any]:
    return {
        "orient": "top",
        "title": None,
        "labelColor": "@ink",
        "labelFontSize": SMALL_FONT_SIZE,
        "symbolType": "stroke",
        "symbolSize": 500,
        "symbolStrokeWidth": 2.5,
        "symbolOpacity": 1,
        "columns": 2,
        "values": list(named),
    }


def _curves(
    axes: dict[str, Part],
    looks: Looks,
    legend: dict[str, Any] | None,
    in_steps: tuple[str, ...] = (),
) -> list[Part]:
    """A band and a line for each series, told apart by color and dashes."""
    colors, dashes = ([look[k] for look in looks.values()] for k in range(2))
    shown = None if legend is None else alt.Legend(**legend)
    color = alt.Color("series:N").scale(domain=list(looks), range=colors).legend(shown)
    dash = alt.StrokeDash("series:N").scale(domain=list(looks), range=dashes).legend(shown)
    layers = []
    for name in looks:
        only = alt.Chart(alt.NamedData("curves")).transform_filter(
            alt.FieldEqualPredicate(field="series", equal=name)
        )
        shape: Literal["step-after", "linear"] = "step-after" if name in in_steps else "linear"
        layers += [
            only.mark_area(opacity=0.18, clip=True, interpolate=shape).encode(
                x=axes["x"], y=alt.Y("lower:Q"), y2="upper", color=color
            ),
            only.mark_line(strokeWidth=2, clip=True, interpolate=shape).encode(
                **axes, color=color, strokeDash=dash
            ),
        ]
    return layers
