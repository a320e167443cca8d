"""The columns of a comparison as curves on one pair of axes, and the words that stand for them."""

import functools
from collections.abc import Sequence

from model.language import _, code, listed
from model.survival.recalibrated import Recalibration
from ui.compare.comparison import (
    COMPARED_FIELDS,
    LETTERS,
    Comparison,
    Scenario,
    day_name,
    input_words,
)
from ui.compare.looks import looks_of_columns
from ui.session.language import number
from ui.shown.charts.drawing import Drawing
from ui.shown.charts.look import HEIGHT, INK_OF_FILE, INK_OF_PAGE, NARROW
from ui.shown.charts.page import curves_chart
from ui.shown.charts.series import Series, Spec, curve_days, series_of, turning_days
from ui.shown.results import horizon_months, nothing_said, percent, percent_interval

# Lower than elsewhere: the table of the chosen day stands below it on one screen.
HEIGHT_OF_PAGE = 240


def comparison_chart(shown: Comparison) -> Spec:
    """The curves of all columns on shared axes, with a rule on the chosen day, for the page."""
    return _drawing(shown, INK_OF_PAGE, NARROW, HEIGHT_OF_PAGE).for_page()


def comparison_chart_of_file(shown: Comparison, height: int = HEIGHT) -> Spec:
    """The same for a file or for paper, with room for the names."""
    return _drawing(shown, INK_OF_FILE, "false", height).for_file()


def _drawing(shown: Comparison, ink: str, narrow: str, height: int) -> Drawing:
    scenarios = tuple(column.scenario for column in shown.columns)
    names = tuple(column.title for column in shown.columns)
    curves = _curves(scenarios, names, ink, narrow, height, shown.recalibration, code())
    return curves.with_rows(chosen=((shown.day,),))


@functools.lru_cache(maxsize=64)
def _curves(
    scenarios: tuple[Scenario, ...],
    names: tuple[str, ...],
    ink: str,
    narrow: str,
    height: int,
    recalibration: Recalibration | None,
    language: str,
) -> Drawing:
    series = _series(scenarios, names, recalibration)
    return curves_chart(series, ink=ink, narrow=narrow, height=height)


def _series(
    scenarios: Sequence[Scenario], names: Sequence[str], recalibration: Recalibration | None
) -> list[Series]:
    patterns = [scenario.shown_pattern(recalibration) for scenario in scenarios]
    turns = {day for pattern in patterns for day in turning_days(pattern)}
    days = tuple(sorted({day for pattern in patterns for day in curve_days(pattern, *turns)}))
    return [
        series_of(
            pattern,
            scenario.treatment,
            days,
            id=letter,
            label=name,
            short=letter,
            color=look.color,
            dark=look.dark,
            shape=look.marker,
            width=look.width,
        )
        for pattern, scenario, name, letter, look in zip(
            patterns, scenarios, names, LETTERS, looks_of_columns(scenarios), strict=False
        )
        if pattern.compared.treatments
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
            scenario = column.scenario
            words = nothing_said(shown.day, scenario.days_survived, scenario.treatment)
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
