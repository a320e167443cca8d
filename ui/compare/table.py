"""Columns side by side: the cards that say what each column holds, as HTML, and the tables.

On a phone a row becomes a block with one line a column. Every number also stands, unrounded, in
data attributes of its cell.
"""

from collections.abc import Sequence
from html import escape

from model.language import _
from ui.compare.comparison import (
    LETTERS,
    Comparison,
    Scenario,
    at_day,
    differing_fields,
    input_words,
)
from ui.compare.looks import looks_of_columns
from ui.compare.words import (
    ColumnCell,
    QuantityRow,
    notes,
    rows_beside_reference,
    rows_by_themselves,
    rows_of_days_lived,
)
from ui.shown.table import Cell, Head, Row, Table, marker_as_html

DIFFERS_SIGN = "≠"

STYLE_OF_CARDS = """
<style>
.column-card { border-left: 4px solid; padding: 0 0 0 0.7rem; margin: 0; line-height: 1.35;
  overflow-wrap: break-word; }
.column-card .name { font-weight: 600; margin: 0; }
.column-card .tag { font-weight: 400; font-size: 0.85rem; }
.column-card ul { list-style: none; margin: 0.2rem 0 0; padding: 0; font-size: 0.92rem; }
.column-card li { margin: 0; padding: 0; }
.column-card .differs { font-weight: 700; }
.out-of-sight { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
</style>
"""


def column_card(place: int, own_name: str, scenarios: Sequence[Scenario], reference: int) -> str:
    """What one column holds that is not the same in all, marked where the reference has another."""
    mine, letter = scenarios[place], LETTERS[place]
    items = []
    for field in differing_fields(scenarios):
        words = escape(input_words(field, mine))
        if mine.held(field) == scenarios[reference].held(field):
            items.append(f'<li data-field="{field}">{words}</li>')
        else:
            sign = f'<span aria-hidden="true">{DIFFERS_SIGN} </span>'
            said = escape(_("differs from {column}:").format(column=LETTERS[reference]))
            items.append(
                f'<li class="differs" data-field="{field}">{sign}'
                f'<span class="out-of-sight">{said} </span>{words}</li>'
            )
    look = looks_of_columns(scenarios)[place]
    title = f"{marker_as_html(look.sign, look.color_of_page)}{letter}"
    if own_name:
        title += f" {escape(own_name)}"
    if place == reference and len(scenarios) > 1:
        title += f' <span class="tag">{escape(_("reference"))}</span>'
    inputs = f"<ul>{''.join(items)}</ul>" if items else ""
    return (
        f'{STYLE_OF_CARDS}<div class="column-card" style="border-color: {look.color_of_page}" '
        f'data-column="{letter}"><p class="name">{title}</p>{inputs}</div>'
    )


def comparison_tables(shown: Comparison, alike: bool = True) -> tuple[Table, Table, Table]:
    """The tables of a comparison: at the chosen day, of days lived, and of each column by itself;
    `alike`: whether this has the children like each."""
    beside, lived = rows_beside_reference(shown), rows_of_days_lived(shown)
    alone = [row for row in rows_by_themselves(shown) if alike or row.quantity != "alike"]
    by_itself = _("every estimate with its 95% interval")
    against = by_itself
    if shown.has_contrasts:
        against = _("beside {reference}; every estimate with its 95% interval").format(
            reference=shown.columns[shown.reference].title
        )
    said = notes(shown, [*beside, *lived, *alone])
    heads: list[str | Head] = ["", *_heads(shown)]
    days_lived = _("Days lived on average after relapse or progression")
    by_themselves = _("Each column by itself")
    of_day, of_lived, of_each = (
        Table(caption, heads, [_row(row) for row in rows], below, "compared", below_caption=detail)
        for caption, rows, below, detail in (
            (at_day(shown.day), beside, said, against),
            (days_lived, lived, (), against),
            (by_themselves, alone, (), by_itself),
        )
    )
    return of_day, of_lived, of_each


def _heads(shown: Comparison) -> list[Head]:
    looks = looks_of_columns([column.scenario for column in shown.columns])
    return [
        Head(
            f"{column.letter} {column.shown_name}",
            _("reference") if place == shown.reference and shown.has_contrasts else "",
            carries={"column": column.letter},
            letter=column.letter,
            marker=look.sign,
            color=look.color_of_page,
        )
        for place, (column, look) in enumerate(zip(shown.columns, looks, strict=True))
    ]


def _row(row: QuantityRow) -> Row:
    cells = (_cell(row, *pair) for pair in zip(LETTERS, row.cells, strict=False))
    return Cell(row.head, row.detail, strong=True), *cells


def _cell(row: QuantityRow, letter: str, cell: ColumnCell) -> Cell:
    numbers = row.in_digits(cell)
    day = {} if row.day is None else {"day": str(row.day)}
    return Cell(
        cell.estimate,
        cell.details,
        strong=bool(numbers["estimate"]),
        carries={"column": letter, "quantity": row.quantity} | day | numbers,
        support=cell.shown_support,
    )
