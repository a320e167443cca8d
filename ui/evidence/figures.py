"""Published against reproduced: every figure that the cohorts must give back, at a glance, as a
table and as a file."""

import functools
from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from model.language import _, code, counted
from model.reconstruction.reproduction import Reproduced, load_reproduction, verdict_on
from model.tables.written import as_csv
from ui.evidence.words import (
    TEXT,
    group_words,
    is_limit_of_median,
    part,
    part_name,
    place,
    printed_words,
    quantity_words,
    value_words,
)
from ui.session.language import number
from ui.shown.labels import PAPER_IN_FILE
from ui.shown.table import Cell, Table

COLOR = "#2b7cb2"
# In units of the last printed digit: what lies within half of one prints alike, one is tolerated.
ROUNDING, TOLERATED, FARTHEST = 0.5, 1.0, 1.6
# Half the width of the drawing, in percent; a mark at its edge is still inside.
HALF = 48
PIXELS_A_FIGURE = 4
# Between the parts of the paper, in figures.
GAP = 4
FIGURE_FILE_COLUMNS = (
    "figure",
    "source",
    "quantity",
    "group",
    "model",
    "time_months",
    "unit",
    "role",
    "printed",
    "median",
    "lowest",
    "highest",
    "worst",
    "within_rounding",
    "accepted",
    "cohorts",
    "model_version",
    "model_hash",
    "paper",
)


def parts() -> tuple[str, ...]:
    """The parts of the paper that figures stand in: its text, its tables, its figures."""
    found = {part(row.figure) for row in load_reproduction().rows}
    return tuple(sorted(found, key=lambda name: (name != TEXT, name.startswith("Figure"), name)))


def figures_of(wanted: str | None = None, only_off: bool = False) -> tuple[Reproduced, ...]:
    """The figures of one part of the paper, or of all, in the paper's order; all of them, or only
    those that some cohort does not print as the paper does."""
    return tuple(
        row
        for name in parts()
        if wanted in (None, name)
        for row in load_reproduction().rows
        if part(row.figure) == name and not (only_off and always_within(row))
    )


def farthest_off() -> tuple[Reproduced, float]:
    """Of all figures but the limits of medians the one that a cohort misses by most, and by how
    many units of its last digit."""
    judged = [row for row in figures_of() if not is_limit_of_median(row.figure)]
    away = [float(np.abs(distances(row)).max()) for row in judged]
    return judged[int(np.argmax(away))], max(away)


def always_within(row: Reproduced) -> bool:
    """Whether every cohort prints a figure as the paper does."""
    return bool(row.within_rounding.all())


def worst(row: Reproduced) -> float:
    """The worst cohort's value: farthest from what is printed or, of a bound, nearest to breaking
    it."""
    if row.figure.relation in ("<", "<="):
        return float(row.values.max())
    if row.figure.relation in (">", ">="):
        return float(row.values.min())
    return row.worst


def distances(row: Reproduced) -> NDArray[np.float64]:
    """How far each cohort's value lies from what is printed, in units of the last digit.

    The limits of a median are measured in what is tolerated of them instead, and a bound that is
    kept has no distance.
    """
    away = (row.values - row.figure.value) / (row.tolerated or row.figure.step)
    return np.where(row.within_rounding, 0.0, away) if row.figure.relation else away


# ----------------------------------------------------------------------------------- the figure


# Drawn with borders, because a browser leaves out backgrounds on paper.
STYLE_OF_GLANCE = f"""
<style>
.glance {{ font-size: 0.8rem; font-variant-numeric: tabular-nums; }}
.glance-part {{ display: grid; grid-template-columns: 6.5rem 1fr; align-items: center;
  column-gap: 0.5rem; }}
.glance-part > div {{ position: relative; }}
.glance-part + .glance-part > .glance-rows {{
  border-top: 1px solid color-mix(in srgb, currentColor 30%, transparent); }}
.glance-rows > *, .glance-rows > * > *, .glance-axis > div > * {{ position: absolute; }}
.glance .tolerated, .glance .rounding {{ top: 0; bottom: 0; background: {COLOR}1c;
  border: solid {COLOR}55; border-width: 0 1px; }}
.glance .figure {{ left: 0; right: 0; height: {PIXELS_A_FIGURE}px; }}
.glance .range {{ top: 1px; border-top: 1.5px solid
  color-mix(in srgb, currentColor 60%, transparent); }}
.glance .mark {{ box-sizing: border-box; width: 6px; height: 6px; margin: -1px 0 0 -3px;
  border: 1.2px solid {COLOR}; border-radius: 50%; }}
.glance .always .mark {{ border-width: 3px; }}
.glance .limit .mark {{ border-radius: 0; rotate: 45deg; }}
.glance .outside .mark {{ width: 0; height: 0; margin-left: -4px; border-radius: 0;
  border: solid transparent; border-width: 0 4px 7px; border-bottom-color: {COLOR}; }}
.glance-axis > div {{ height: 1.4rem; }}
.glance-axis > div > * {{ translate: -50%; }}
.glance-title {{ text-align: center; }}
</style>
"""


def glance_figure() -> str:
    """All figures in one drawing, made once for a language.

    It is plain HTML, so that it is there with the page and need not wait for what draws charts.
    """
    return _glance_figure(code())


@functools.lru_cache(maxsize=8)
def _glance_figure(language: str) -> str:
    drawn = "".join(_glance_part(name) for name in parts())
    ticks = (-TOLERATED, -ROUNDING, 0, ROUNDING, TOLERATED)
    names = "".join(f'<span style="left:{_across(at)}">{_tick_name(at)}</span>' for at in ticks)
    title = escape(_("Distance from the printed value, in units of its last digit"))
    return (
        f'{STYLE_OF_GLANCE}<div class="glance" role="img" '
        f'aria-label="{escape(glance_words())}">{drawn}'
        f'<div class="glance-part glance-axis"><span></span><div>{names}</div></div>'
        f'<div class="glance-part"><span></span><span class="glance-title">{title}</span></div>'
        "</div>"
    )


def _glance_part(name: str) -> str:
    rows = figures_of(name)
    bands = "".join(
        f'<div class="{band}" style="left:{_across(-reach)};'
        f'width:{2 * HALF * reach / FARTHEST:.2f}%"></div>'
        for band, reach in (("tolerated", TOLERATED), ("rounding", ROUNDING))
    )
    marks = "".join(_mark(row, PIXELS_A_FIGURE * (at + GAP // 2)) for at, row in enumerate(rows))
    return (
        f'<div class="glance-part"><span>{escape(part_name(name))}</span>'
        f'<div class="glance-rows" style="height:{PIXELS_A_FIGURE * (len(rows) + GAP)}px">'
        f"{bands}{marks}</div></div>"
    )


def _mark(row: Reproduced, top: int) -> str:
    away = distances(row)
    low, middle, high = float(away.min()), float(np.median(away)), float(away.max())
    # What lies outside the drawing is a triangle at its edge.
    outside = max((low, high), key=abs)
    kind = "limit" if is_limit_of_median(row.figure) else "plain"
    if abs(outside) > FARTHEST:
        kind, middle = "outside", outside
    always = "always" if always_within(row) else "sometimes"
    right = 100 - _share(high)
    return (
        f'<div class="figure {kind} {always}" data-low="{low:.3f}" data-high="{high:.3f}" '
        f'style="top:{top}px" title="{escape(_said(row))}">'
        f'<span class="range" style="left:{_across(low)};right:{right:.2f}%"></span>'
        f'<span class="mark" style="left:{_across(middle)}"></span></div>'
    )


def _said(row: Reproduced) -> str:
    figure = row.figure
    return _(
        "{place}: {what}, {whom}. Printed {printed}, median {median}, worst {worst}; within "
        "rounding in {within} cohorts."
    ).format(
        place=place(figure),
        what=quantity_words(figure),
        whom=group_words(figure),
        printed=printed_words(figure),
        median=value_words(figure, float(np.median(row.values))),
        worst=value_words(figure, worst(row)),
        within=within_words(row),
    )


def _share(away: float) -> float:
    """Where a distance stands, in percent of the width; what lies outside stands at the edge."""
    return 50 + HALF * min(max(away, -FARTHEST), FARTHEST) / FARTHEST


def _across(away: float) -> str:
    return f"{_share(away):.2f}%"


def _tick_name(away: float) -> str:
    size = number(abs(away), 0 if away == round(away) else 1)
    return {1: "+", -1: "−"}.get(int(np.sign(away)), "") + size


def within_words(row: Reproduced) -> str:
    return _("{number} of {all}").format(
        number=number(int(row.within_rounding.sum())), all=number(len(row.values))
    )


def how_to_read_glance() -> str:
    """What the marks and the shades of the chart mean."""
    return _(
        "One line a figure: the dot is the median over the cohorts, the line reaches from the "
        "lowest to the highest. Dark band: prints as the paper does. Light band: tolerated, one "
        "unit of the last digit. Filled: within rounding in every cohort. Diamond: a limit of a "
        "median, measured against what is tolerated of it, because whole days cannot meet it to a "
        "tenth of a day. Triangle at the edge: farther off than the chart reaches. A figure "
        "printed as a bound that is kept stands in the middle."
    )


def glance_words() -> str:
    """What the chart shows, for those who do not see it, and for those who do."""
    rows = load_reproduction().rows
    within = sum(always_within(row) for row in rows)
    near = sum(bool(row.accepted.all()) for row in rows)
    _median, worst_share = verdict_on(load_reproduction()).within
    return _(
        "{all} figures must come out of each of the {cohorts} cohorts. {within} of them print as "
        "the paper does in every cohort, {near} lie within what is tolerated in every cohort. "
        "Leaving out the limits of medians, {share}% are within rounding in the worst cohort."
    ).format(
        all=number(len(rows)),
        cohorts=number(load_reproduction().n_cohorts),
        within=number(within),
        near=number(near),
        share=number(100 * worst_share, 1),
    )


# ---------------------------------------------------------------------------- table and file


def figures_table(rows: Sequence[Reproduced]) -> Table:
    """Published against reproduced, one row a figure."""
    caption = counted(
        "Published against reproduced: {number} figure",
        "Published against reproduced: {number} figures",
        len(rows),
    ).format(number=number(len(rows)))
    heads = (
        _("Figure"),
        _("Place"),
        _("Printed"),
        _("Median over cohorts"),
        _("Worst cohort"),
        _("Cohorts within rounding"),
    )
    return Table(caption, heads, [_row(row) for row in rows], in_box=True)


def _row(row: Reproduced) -> tuple[Cell, ...]:
    figure = row.figure
    median = float(np.median(row.values))
    return (
        Cell(quantity_words(figure), group_words(figure), carries={"figure": figure.id}),
        Cell(place(figure)),
        Cell(printed_words(figure), strong=True),
        Cell(value_words(figure, median), carries={"median": f"{median:.6g}"}),
        Cell(value_words(figure, worst(row)), carries={"worst": f"{worst(row):.6g}"}),
        Cell(within_words(row), carries={"within": str(int(row.within_rounding.sum()))}),
    )


def figures_as_csv(rows: Sequence[Reproduced]) -> str:
    """The same figures with their names in `data/evidence.csv`, and the model they belong to."""
    reproduction = load_reproduction()
    written: list[Sequence[object]] = [FIGURE_FILE_COLUMNS]
    for row in rows:
        figure, values = row.figure, row.values
        numbers = (np.median(values), values.min(), values.max(), worst(row))
        written.append(
            [
                figure.id,
                figure.source,
                figure.quantity,
                figure.group,
                figure.model,
                figure.time,
                figure.unit,
                figure.role,
                figure.printed,
                *(f"{float(value):.6g}" for value in numbers),
                int(row.within_rounding.sum()),
                int(row.accepted.sum()),
                len(values),
                reproduction.version,
                reproduction.source_hash,
                PAPER_IN_FILE,
            ]
        )
    return as_csv(written)
