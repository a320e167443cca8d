"""Tables 3 and 4 as forest plots, published and reproduced side by side."""

import functools
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.case import COVARIATES
from model.language import _, code
from model.paper.evidence import Figure, figures
from model.reconstruction.reproduction import load_reproduction, middle_and_range
from ui.evidence.words import COLUMN_NAMES, level_words, reference
from ui.session.language import number
from ui.shown.charts.drawing import Rows, drawn
from ui.shown.charts.look import INK_OF_PAGE, OBSERVED_COLOR
from ui.shown.charts.series import Spec
from ui.shown.labels import chemo_alone_in_paper
from ui.shown.options import short_label
from ui.shown.results import interval_words
from ui.shown.table import Cell, Row, Table

TABLES = {3: "t3.hr.", 4: "t4.hr."}
PUBLISHED, REPRODUCED, IMPUTED = "published", "reproduced", "imputed"
# Of each series its color, its marker, whether that is filled, and how its line is dashed.
LOOKS = {
    PUBLISHED: (INK_OF_PAGE, "square", 1, [1, 0]),
    REPRODUCED: (OBSERVED_COLOR, "circle", 0, [1, 0]),
    IMPUTED: ("#9c5a3c", "triangle-up", 0, [3, 2]),
}
PIXELS_A_ROW = 46
TICKS = (0.2, 0.5, 1, 2, 5)
# Columns whose reference is that a child has it not.
PRESENT_OR_NOT = ("post_transplant_cr", "tbi", "gvhd")
# How long a line of the head of a group is, in characters: a phone has no more room.
HEAD_CHARACTERS = 32

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ratio:
    """A hazard ratio and its 95% limits in every cohort, or as printed: shape (n, 3)."""

    values: Values

    @property
    def middle(self) -> Values:
        return np.median(self.values, axis=0)

    def words(self) -> str:
        """Ratio and limits: 1.43 (1.01–2.03)."""
        ratio, lower, upper = (number(float(value), 2) for value in self.middle)
        return _("{ratio} ({lower}–{upper})").format(ratio=ratio, lower=lower, upper=upper)

    def spread_words(self) -> str:
        """The ratio over the cohorts, lowest to highest."""
        _middle, low, high = middle_and_range(self.values[:, 0])
        if round(low, 2) == round(high, 2):
            return _("alike in every cohort")
        return _("ratio {low} to {high} over the cohorts").format(
            low=number(low, 2), high=number(high, 2)
        )


@dataclass(frozen=True, eq=False)
class Variable:
    """One row of a table of hazard ratios: published, and what the cohorts give back, by name."""

    column: str
    level: str
    ratios: dict[str, Ratio]


def variables(number_of_table: int) -> tuple[Variable, ...]:
    """The rows of Table 3 or Table 4, in their order."""
    reproduction = load_reproduction()
    given_back = {row.figure.id: row.values for row in reproduction.rows}
    found = []
    for stem, figure in _printed(TABLES[number_of_table]):
        names = (stem, f"{stem}.lower", f"{stem}.upper")
        ratios = {PUBLISHED: Ratio(np.array([[figures()[name].value for name in names]]))}
        if all(name in given_back for name in names):
            ratios[REPRODUCED] = Ratio(np.stack([given_back[name] for name in names], axis=1))
        column, level = figure.group.split("=")
        if number_of_table == 4:
            imputed = reproduction.secondary.imputed
            k = COVARIATES.index((column, level))
            logs = (imputed.estimate[:, k], imputed.lower[:, k], imputed.upper[:, k])
            ratios[IMPUTED] = Ratio(np.exp(np.stack(logs, axis=1)))
        found.append(Variable(column, level, ratios))
    return tuple(found)


def _printed(prefix: str) -> Iterator[tuple[str, Figure]]:
    for name, figure in figures().items():
        if name.startswith(prefix) and figure.quantity == "hazard_ratio":
            yield name, figure


def series_name(series: str) -> str:
    return {
        PUBLISHED: _("published"),
        REPRODUCED: _("reproduced"),
        IMPUTED: _("imputed ten times"),
    }[series]


def group_name(column: str) -> str:
    """A factor with its reference: Treatment, against Chemotherapy then second SCT."""
    other = reference(column)
    if column in PRESENT_OR_NOT:
        words = _("none")
    elif column == "interval":
        words = interval_words(other)
    else:
        words = level_words(column, (other,))
    return _("{column}, against {reference}").format(
        column=_(COLUMN_NAMES[column]), reference=words
    )


# ------------------------------------------------------------------------------------ the chart


def forest_chart(number_of_table: int) -> Spec:
    """A table's hazard ratios on one scale, made once for a language."""
    return _forest_chart(number_of_table, code())


@functools.lru_cache(maxsize=8)
def _forest_chart(number_of_table: int, language: str) -> Spec:
    ratios: list[tuple[Any, ...]] = []
    heads, at = [], 0
    names: dict[int, str] = {}
    for column, group in groupby(variables(number_of_table), key=lambda one: one.column):
        heads.append((at, textwrap.fill(group_name(column), HEAD_CHARACTERS)))
        at += 1
        for variable in group:
            names[at] = _row_label(variable)
            ratios += _marks(variable, at)
            at += 1
    series = list(dict.fromkeys(mark[1] for mark in ratios))
    colors, shapes, fills, dashes = zip(*(LOOKS[one] for one in series), strict=True)
    looks = {"colors": colors, "shapes": shapes, "fills": fills, "dashes": dashes}
    words = {
        "series": series,
        "rows": [-0.6, at - 0.4],
        "places": list(names),
        "row_names": names,
        "ticks": TICKS,
        "tick_names": {tick: number(tick, 0 if tick >= 1 else 1) for tick in TICKS},
        "ratio": _("Hazard ratio (log scale)"),
        "what": _("Series"),
        "said": _("Hazard ratio (95% limits)"),
        "spread": _("Cohorts"),
    }
    height = PIXELS_A_ROW * at - 14 * len(heads)
    return drawn("forest", height, looks | words, ratios=ratios, heads=heads).for_page()


def _row_label(variable: Variable) -> str:
    if variable.column == "treatment":
        return short_label(variable.level)
    if variable.column == "interval":
        first = variable.level.removesuffix("+")
        open_end = variable.level.endswith("+")
        return (
            _("day {first} on").format(first=first)
            if open_end
            else _("days {days}").format(days=variable.level.replace("-", "–"))
        )
    if variable.level == "yes":
        return _("yes")
    return level_words(variable.column, (variable.level,))


def _marks(variable: Variable, at: int) -> Rows:
    """The ratios of a variable, one a series, beneath each other."""
    last = len(variable.ratios) - 1
    return [
        (
            at + (k - last / 2) * 0.26,
            series,
            *(round(float(value), 4) for value in ratio.middle),
            round(float(ratio.values[:, 0].min()), 4),
            round(float(ratio.values[:, 0].max()), 4),
            series_name(series),
            ratio.words(),
            "" if series == PUBLISHED else ratio.spread_words(),
        )
        for k, (series, ratio) in enumerate(variable.ratios.items())
    ]


def forest_alt(number_of_table: int) -> str:
    """What a forest plot shows, for those who do not see it."""
    rows = variables(number_of_table)
    return _(
        "Forest plot of the {number} hazard ratios of Table {table} with their 95% limits, "
        "published and reproduced. The table has the same numbers."
    ).format(number=number(len(rows)), table=number_of_table)


def how_to_read_forest(number_of_table: int) -> str:
    """What the marks of a forest plot mean."""
    said = _(
        "Filled square: as printed. Hollow circle: median over the cohorts; the broad bar behind "
        "it reaches from the lowest cohort to the highest. Line: 95% limits. Dashed line: no "
        "difference."
    )
    if number_of_table == 4:
        said += " " + _(
            "Triangle and dashed limits: all children, the missing treatments imputed ten times."
        )
        said += " " + chemo_alone_in_paper()
    return said


# ------------------------------------------------------------------------------------ the table


def forest_table(number_of_table: int) -> Table:
    """The same numbers as the forest plot."""
    heads = [_("Against the reference"), _("Published"), _("Reproduced")]
    if number_of_table == 4:
        heads[2] = _("Complete children only (reproduced)")
        heads.append(_("Imputed ten times"))
    rows: list[Row] = []
    for column, group in groupby(variables(number_of_table), key=lambda one: one.column):
        rows.append((Cell(group_name(column)),))
        rows += [_table_row(variable, len(heads)) for variable in group]
    caption = _("Table {number}: hazard ratios with 95% limits").format(number=number_of_table)
    return Table(caption, heads, rows)


def _table_row(variable: Variable, columns: int) -> Row:
    first = level_words(variable.column, (variable.level,))
    cells = [Cell(first, carries={"covariate": f"{variable.column}={variable.level}"})]
    for series in (PUBLISHED, REPRODUCED, IMPUTED)[: columns - 1]:
        ratio = variable.ratios.get(series)
        if ratio is None:
            cells.append(Cell(_("not given back")))
            continue
        numbers = zip(("ratio", "lower", "upper"), ratio.middle, strict=True)
        cells.append(
            Cell(
                ratio.words(),
                "" if series == PUBLISHED else ratio.spread_words(),
                strong=series == PUBLISHED,
                carries={name: f"{value:.6g}" for name, value in numbers},
            )
        )
    return tuple(cells)


# ------------------------------------------------------------- what the printed precision says
