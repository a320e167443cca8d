"""The survival curves of one case: numbers in, Vega-Lite out.

Nothing here draws or asks Streamlit anything; the page and the downloads give the same
specification to their own renderers. A specification is a plain dict with its numbers as short
text, because to build and check it through Altair costs more than all the rest of the page.

Colours pass 3:1 against both backgrounds and stay apart for every common kind of colour blindness;
each option also has its own marker and its name at the end of its curve. None is a colour of
warning or approval. Text takes the colour of the page around it ("currentColor"), so that the same
chart is right in both themes.
"""

import functools
import json
import textwrap
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from model.case import TREATMENTS, Case
from model.language import _, code
from model.prediction import (
    FEWEST_AT_RISK,
    HORIZON_DAYS,
    TABLE_DAYS,
    PooledModel,
    Prediction,
    load_model,
)
from ui.results import (
    DAYS_PER_MONTH,
    MONTHS_PER_YEAR,
    OptionResult,
    Pattern,
    describe,
    horizon_months,
    in_months,
    one_year,
    option_results,
    percent,
    percent_interval,
    whole_months,
)
from ui.wording import limits_line

Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
COLORS = {
    "second_sct": "#6049c0",
    "chemo_dli": "#879319",
    "chemo": "#3d8ffe",
    "dli": "#c966a3",
    "palliative": "#8f533f",
}
SHAPES = {
    "second_sct": "circle",
    "chemo_dli": "square",
    "chemo": "triangle-up",
    "dli": "diamond",
    "palliative": "triangle-down",
}
DASH = [5, 4]
INK_OF_PAGE = "currentColor"
INK_OF_FILE = "#111111"
FONT_OF_FILE = "Arial, Helvetica, Liberation Sans, sans-serif"
WIDTH_OF_FILE = 760
CHARACTERS_OF_FILE = 150
FONT_SIZE = 13
SMALL_FONT_SIZE = 12
LINE_HEIGHT = 15
HEIGHT = 430
HEIGHT_ONE_BY_ONE = 250
# A label takes two lines; labels nearer than this, in survival, are moved apart.
LABEL_DISTANCE = 0.09
# On a phone, names at the ends of the curves are short.
NARROW = "containerSize()[0] < 600"
DAYS_PER_WEEK = 7


# ----------------------------------------------------------------------------------- numbers


def curve_days(model: PooledModel) -> tuple[int, ...]:
    """Days on which curves are computed: weekly for a year, then every second week, and always
    the reported days and the days on which a curve turns into extrapolation."""
    year = round(MONTHS_PER_YEAR * DAYS_PER_MONTH)
    weekly = range(0, year, DAYS_PER_WEEK)
    later = range(year, HORIZON_DAYS, 2 * DAYS_PER_WEEK)
    turning = (int(day) for day in model.supported_until)
    return tuple(sorted({*weekly, *later, *TABLE_DAYS, *turning, HORIZON_DAYS}))


def predict_curves(pattern: Pattern) -> Prediction:
    """Predict a pattern on the days that a curve needs."""
    model = load_model()
    return pattern.predict(model, curve_days(model))


class CurvePoint(NamedTuple):
    """One point of one curve; `solid` where enough children support it, `marked` if reported."""

    option: str
    day: int
    survival: float
    lower: float
    upper: float
    solid: bool
    marked: bool


def curve_points(prediction: Prediction) -> Iterator[CurvePoint]:
    """The curves of the first case, option after option.

    The last supported day stands twice, so that the solid line and the dashed one meet.
    """
    days = prediction.days.tolist()
    for j, treatment in enumerate(prediction.treatments):
        columns = zip(
            days,
            prediction.survival[0, j].tolist(),
            prediction.lower[0, j].tolist(),
            prediction.upper[0, j].tolist(),
            prediction.supported[j].tolist(),
            strict=True,
        )
        points = [CurvePoint(treatment, *numbers, numbers[0] in TABLE_DAYS) for numbers in columns]
        for point, following in pairwise(points):
            yield point
            if point.solid and not following.solid:
                yield point._replace(solid=False, marked=False)
        yield points[-1]


def apart(heights: Sequence[float], distance: float) -> list[float]:
    """Move labels no nearer to each other than `distance`, in their order, as little as needed.

    Labels that would overlap are spread evenly around their mean; none goes below zero. Of two
    at one height, the first given stands above.
    """
    order = sorted(range(len(heights)), key=lambda i: (heights[i], -i))
    clusters: list[list[int]] = []

    def bottom(cluster: Sequence[int]) -> float:
        mean = sum(heights[i] for i in cluster) / len(cluster)
        return max(0.0, mean - distance * (len(cluster) - 1) / 2)

    for i in order:
        clusters.append([i])
        while len(clusters) > 1 and (
            bottom(clusters[-1]) < bottom(clusters[-2]) + distance * len(clusters[-2])
        ):
            clusters[-2:] = [clusters[-2] + clusters[-1]]
    moved = list(heights)
    for cluster in clusters:
        for place, i in enumerate(cluster):
            moved[i] = bottom(cluster) + distance * place
    return moved


def label_rows(prediction: Prediction, results: Sequence[OptionResult]) -> list[Spec]:
    """Where each curve ends, where its label stands, and what it says."""
    ends = prediction.survival[0, :, -1].tolist()
    return [
        {
            "option": result.treatment,
            "end": round(end, 4),
            "height": round(height, 4),
            "label": [result.label, *_extrapolation(result)],
            "short": short_label(result.treatment),
        }
        for result, end, height in zip(results, ends, apart(ends, LABEL_DISTANCE), strict=True)
    ]


def hover_rows(prediction: Prediction) -> Iterator[tuple[str, ...]]:
    """One row a day: the day, the same in words, and every option's survival with its interval."""
    plain, extrapolated = _("{survival} ({interval})"), _("{survival} ({interval}), extrapolated")
    when = _("day {day} ({months} months)")
    numbers = zip(
        prediction.days.tolist(),
        prediction.survival[0].T.tolist(),
        prediction.lower[0].T.tolist(),
        prediction.upper[0].T.tolist(),
        prediction.supported.T.tolist(),
        strict=True,
    )
    for day, *columns in numbers:
        said = (
            (plain if supported else extrapolated).format(
                survival=percent(survival), interval=percent_interval(lower, upper)
            )
            for survival, lower, upper, supported in zip(*columns, strict=True)
        )
        yield str(day), when.format(day=day, months=in_months(day)), *said


def _extrapolation(result: OptionResult) -> list[str]:
    if result.supported_until >= HORIZON_DAYS:
        return []
    return [
        _("extrapolated after {months} months").format(months=in_months(result.supported_until))
    ]


def _supported_throughout() -> str:
    return _("at least {fewest} children throughout").format(fewest=FEWEST_AT_RISK)


def short_label(treatment: str) -> str:
    """A name for where there is no room for the label."""
    return {
        "second_sct": _("2nd SCT"),
        "chemo_dli": _("Chemo + DLI"),
        "chemo": _("Chemo"),
        "dli": _("DLI"),
        "palliative": _("Palliative"),
    }[treatment]


# ------------------------------------------------------------------------------- whole charts


def page_chart(pattern: Pattern) -> Spec:
    """`all_together` for the page, made once for a pattern and a language."""
    return _page_chart(pattern, code())


@functools.lru_cache(maxsize=256)
def _page_chart(pattern: Pattern, language: str) -> Spec:
    return all_together(predict_curves(pattern), option_results(pattern))


def page_charts(pattern: Pattern) -> tuple[Spec, ...]:
    """`one_by_one` for the page, made once for a pattern and a language."""
    return _page_charts(pattern, code())


@functools.lru_cache(maxsize=64)
def _page_charts(pattern: Pattern, language: str) -> tuple[Spec, ...]:
    return tuple(one_by_one(predict_curves(pattern), option_results(pattern)))


def all_together(
    prediction: Prediction,
    results: Sequence[OptionResult],
    *,
    ink: str = INK_OF_PAGE,
    narrow: str = NARROW,
) -> Spec:
    """All options in one chart: bands, curves, markers on the reported days, names at the ends.

    Parameters
    ----------
    prediction : Prediction
        Of one case, on `curve_days`.
    results : sequence of OptionResult
        Of the same case and options.
    ink : str
        Colour of text, axes and gridlines.
    narrow : str
        Vega expression that says whether there is room for short names only.
    """
    axes = {"x": _x_axis(ink, narrow, _("Months since relapse or progression")), "y": _y_axis(ink)}
    curves = {
        "data": _curve_data(prediction),
        "encoding": axes,
        "layer": [_band(0.18, 0.08), _line(2.5), _markers()],
    }
    names = {
        "data": {"values": label_rows(prediction, results)},
        "encoding": {"x": {"datum": HORIZON_DAYS}},
        "layer": _end_labels(ink, narrow),
    }
    return _framed([curves, names, _hover(prediction, results, ink)], HEIGHT)


def one_by_one(
    prediction: Prediction, results: Sequence[OptionResult], *, ink: str = INK_OF_PAGE
) -> list[Spec]:
    """A chart for each option: its own band and curve before thin lines for the other options."""
    return [_single(prediction, results, result, ink) for result in results]


def chart_file(case: Case, pattern: Pattern) -> Spec:
    """The chart of all options as a file of its own: the case, how to read it, and the limits."""
    spec = all_together(
        predict_curves(pattern), option_results(pattern), ink=INK_OF_FILE, narrow="false"
    )
    said_above = [describe(case) + ".", how_to_read()]
    said_below = [limits_line(), model_line()]
    spec["width"] = WIDTH_OF_FILE
    spec["background"] = "#ffffff"
    spec["padding"] = 20
    spec["config"] |= {"font": FONT_OF_FILE}
    spec["title"] = {
        "text": _("Predicted survival after failure of a first transplant"),
        "subtitle": _wrapped(said_above),
        "anchor": "start",
        "frame": "bounds",
        "color": INK_OF_FILE,
        "subtitleColor": INK_OF_FILE,
        "fontSize": 17,
        "subtitleFontSize": FONT_SIZE,
        "subtitleLineHeight": FONT_SIZE + 4,
        "subtitlePadding": 6,
        "offset": 16,
    }
    spec["layer"].append(
        {
            "data": {"values": [{}]},
            "mark": {
                "type": "text",
                "text": _wrapped(said_below),
                "align": "left",
                "baseline": "top",
                "x": {"expr": "-40"},
                "y": {"expr": "height + 55"},
                "fontSize": SMALL_FONT_SIZE,
                "lineHeight": SMALL_FONT_SIZE + 4,
                "color": INK_OF_FILE,
            },
        }
    )
    return spec


def _single(
    prediction: Prediction, results: Sequence[OptionResult], result: OptionResult, ink: str
) -> Spec:
    own = f"datum.option == '{result.treatment}'"
    behind = {
        "transform": [{"filter": f"!({own})"}],
        **_line(1),
    }
    behind["encoding"] |= {"color": {"value": ink}, "opacity": {"value": 0.4}}
    curves = {
        "data": _curve_data(prediction),
        "encoding": {"x": _x_axis(ink, "true", _("Months")), "y": _y_axis(ink)},
        "layer": [
            behind,
            {
                "transform": [{"filter": own}],
                "layer": [_band(0.22, 0.11), _line(2.5), _markers()],
            },
        ],
    }
    spec = _framed([curves, _hover(prediction, results, ink)], HEIGHT_ONE_BY_ONE)
    spec["title"] = {
        "text": result.label,
        "subtitle": [*_extrapolation(result), _supported_throughout()][0],
        "anchor": "start",
        "frame": "bounds",
        "color": ink,
        "subtitleColor": ink,
        "fontSize": FONT_SIZE,
        "limit": WIDTH_OF_FILE,
        "subtitleFontSize": SMALL_FONT_SIZE,
        "offset": 8,
    }
    return spec


def _wrapped(paragraphs: Sequence[str]) -> list[str]:
    return [line for text in paragraphs for line in textwrap.wrap(text, CHARACTERS_OF_FILE)]


# -------------------------------------------------------------------------------------- parts


def _framed(layers: list[Spec], height: int) -> Spec:
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


def _curve_data(prediction: Prediction) -> Spec:
    lines = [
        f"{p.option},{p.day},{p.survival:.4f},{p.lower:.4f},{p.upper:.4f},{p.solid:d},{p.marked:d}"
        for p in curve_points(prediction)
    ]
    parse = dict.fromkeys(CurvePoint._fields[1:], "number")
    return {
        "values": "\n".join([",".join(CurvePoint._fields), *lines]),
        "format": {"type": "csv", "parse": parse},
    }


def _x_axis(ink: str, narrow: str, title: str) -> Spec:
    # The reported days, and the third year, the one column of Figure 3 between them.
    third_year = round(3 * MONTHS_PER_YEAR * DAYS_PER_MONTH)
    days = [0, *sorted({*TABLE_DAYS, third_year, HORIZON_DAYS})]
    names = ""
    for day in days:
        months = whole_months(day)
        name = _("{number} d").format(number=day) if months is None else str(months)
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
        }
        | _axis_ink(ink),
    }


def _y_axis(ink: str) -> Spec:
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
        | _axis_ink(ink),
    }


def _axis_ink(ink: str) -> Spec:
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


def _by_option(marks: dict[str, str]) -> Spec:
    return {
        "field": "option",
        "type": "nominal",
        "scale": {"domain": list(TREATMENTS), "range": [marks[t] for t in TREATMENTS]},
        "legend": None,
    }


def _band(solid: float, extrapolated: float) -> Spec:
    return {
        "mark": {"type": "area"},
        "encoding": {
            "y": {"field": "lower", "type": "quantitative"},
            "y2": {"field": "upper"},
            "color": _by_option(COLORS),
            "detail": {"field": "solid"},
            "opacity": {
                "condition": {"test": "datum.solid", "value": solid},
                "value": extrapolated,
            },
        },
    }


def _line(width: float) -> Spec:
    return {
        "mark": {"type": "line", "strokeWidth": width, "strokeCap": "butt"},
        "encoding": {
            "color": _by_option(COLORS),
            "detail": [{"field": "option"}, {"field": "solid"}],
            "strokeDash": {"condition": {"test": "datum.solid", "value": [1, 0]}, "value": DASH},
        },
    }


def _markers() -> Spec:
    return {
        "transform": [{"filter": "datum.marked"}],
        "mark": {"type": "point", "size": 70, "opacity": 1, "strokeWidth": 1.5},
        "encoding": {
            "fill": _by_option(COLORS),
            "stroke": _by_option(COLORS),
            "shape": _by_option(SHAPES),
            "fillOpacity": {"condition": {"test": "datum.solid", "value": 1}, "value": 0},
        },
    }


def _end_labels(ink: str, narrow: str) -> list[Spec]:
    height = {"field": "height", "type": "quantitative"}
    return [
        {
            "mark": {"type": "rule", "xOffset": 4, "x2Offset": 18, "opacity": 0.8},
            "encoding": {
                "x2": {"datum": HORIZON_DAYS},
                "y": {"field": "end", "type": "quantitative"},
                "y2": {"field": "height"},
                "color": _by_option(COLORS),
            },
        },
        {
            "mark": {"type": "point", "filled": True, "xOffset": 26, "size": 70, "opacity": 1},
            "encoding": {"y": height, "color": _by_option(COLORS), "shape": _by_option(SHAPES)},
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


def _hover(prediction: Prediction, results: Sequence[OptionResult], ink: str) -> Spec:
    """A rule on the day nearest the pointer, and what every option's curve says of it."""
    rows = ["\t".join(["day", "when", *prediction.treatments])]
    rows += ["\t".join(row) for row in hover_rows(prediction)]
    tooltip = [{"field": "when", "type": "nominal", "title": _("Since failure")}]
    tooltip += [
        {"field": result.treatment, "type": "nominal", "title": short_label(result.treatment)}
        for result in results
    ]
    nearest = {"type": "point", "fields": ["day"], "nearest": True}
    return {
        "data": {"values": "\n".join(rows), "format": {"type": "tsv", "parse": {"day": "number"}}},
        "mark": {"type": "rule", "color": ink, "strokeWidth": 1},
        "params": [
            {
                "name": "pointed",
                "select": nearest | {"on": "pointerover", "clear": "pointerout"},
            }
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


# -------------------------------------------------------------------------------------- words


def how_to_read() -> str:
    """What solid, dashed, hollow and shaded mean."""
    return _(
        "Solid line, filled marker: at least {fewest} children of that group were still observed. "
        "Dashed line, hollow marker: extrapolated, from fewer. Shaded: 95% interval. The curves "
        "see treatment, time to failure and remission, not the leukemia, age or anything else."
    ).format(fewest=FEWEST_AT_RISK)


def model_line() -> str:
    """Which model made the numbers."""
    model = load_model()
    return _("Aftergraft model {version}, {hash}.").format(
        version=model.version, hash=model.source_hash[:12]
    )


def alt_text(case: Case, results: Sequence[OptionResult]) -> str:
    """What the chart shows, for those who do not see it."""
    said = _("{option}: {survival} ({interval})")
    at_one_year = "; ".join(
        said.format(
            option=result.label,
            survival=percent(year.survival),
            interval=percent_interval(year.lower, year.upper),
        )
        for result, year in ((result, one_year(result)) for result in results)
    )
    return _(
        "Predicted survival over {months} months with 95% intervals. {case}. "
        "Alive at one year: {at_one_year}. The table has the same numbers."
    ).format(months=horizon_months(), case=describe(case), at_one_year=at_one_year)
