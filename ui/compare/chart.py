"""The columns of a comparison as curves on one pair of axes, and the words that stand for them."""

import functools
from collections.abc import Sequence

from model.language import _, code, listed
from model.survival.recalibrated import Recalibration
from ui.compare.comparison import (
    COLUMN_COLORS,
    COLUMN_MARKERS,
    COMPARED_FIELDS,
    LETTERS,
    Comparison,
    Scenario,
    day_name,
    input_words,
)
from ui.session.language import number
from ui.session.model_in_use import model_of
from ui.shown.charts.look import HEIGHT, INK_OF_FILE, INK_OF_PAGE, NARROW
from ui.shown.charts.page import curves_chart
from ui.shown.charts.series import Series, Spec, curve_days, series_of
from ui.shown.results import horizon_months, nothing_said, percent, percent_interval


def comparison_chart(shown: Comparison) -> Spec:
    """The curves of all columns on shared axes, with a rule on the chosen day, for the page."""
    return _with_chosen_day(shown, INK_OF_PAGE, NARROW)


def comparison_chart_of_file(shown: Comparison, height: int = HEIGHT) -> Spec:
    """The same for a file or for paper, with room for the names."""
    return _with_chosen_day(shown, INK_OF_FILE, "false", height)


def _with_chosen_day(shown: Comparison, ink: str, narrow: str, height: int = HEIGHT) -> Spec:
    scenarios = tuple(column.scenario for column in shown.columns)
    names = tuple(column.title for column in shown.columns)
    curves = _curves(scenarios, names, ink, narrow, height, shown.recalibration, code())
    chosen: Spec = {
        "data": {"values": [{"day": shown.day}]},
        "mark": {"type": "rule", "color": ink, "strokeWidth": 1, "strokeDash": [2, 3]},
        "encoding": {"x": {"field": "day", "type": "quantitative"}, "opacity": {"value": 0.7}},
    }
    return curves | {"layer": [chosen, *curves["layer"]]}


@functools.lru_cache(maxsize=64)
def _curves(
    scenarios: tuple[Scenario, ...],
    names: tuple[str, ...],
    ink: str,
    narrow: str,
    height: int,
    recalibration: Recalibration | None,
    language: str,
) -> Spec:
    series = _series(scenarios, names, recalibration)
    return curves_chart(series, ink=ink, narrow=narrow, height=height)


def _series(
    scenarios: Sequence[Scenario], names: Sequence[str], recalibration: Recalibration | None
) -> list[Series]:
    days = curve_days(model_of(recalibration), *(scenario.days_survived for scenario in scenarios))
    return [
        series_of(
            scenario.shown_pattern(recalibration),
            scenario.treatment,
            days,
            id=letter,
            label=name,
            short=letter,
            color=color,
            shape=shape,
        )
        for scenario, name, letter, color, shape in zip(
            scenarios, names, LETTERS, COLUMN_COLORS, COLUMN_MARKERS, strict=False
        )
    ]


def chart_words(shown: Comparison) -> str:
    """What the chart shows, for those who do not see it."""
    said = []
    for column in shown.columns:
        survival = column.compared.survival
        if column.has_survival:
            words = _("{survival} ({interval})").format(
                survival=percent(survival.value),
                interval=percent_interval(survival.lower, survival.upper),
            )
        else:
            words = nothing_said(shown.day, column.scenario.days_survived)
        inputs = ", ".join(input_words(field, column.scenario) for field in COMPARED_FIELDS)
        said.append(
            _("{column} ({inputs}): {survival}").format(
                column=column.title, inputs=inputs, survival=words
            )
        )
    return _(
        "Predicted survival over {months} months with 95% intervals, one curve a column. Alive on "
        "the chosen day, {day}: {columns}. The tables have the same numbers."
    ).format(months=number(horizon_months()), day=day_name(shown.day), columns=listed(said))
