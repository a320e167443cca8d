"""Columns side by side as HTML: the cards that say what each column holds, and the tables.

On a phone a row becomes a block with one line a column. Every number also stands, unrounded, in
data attributes of its cell.
"""

from collections.abc import Sequence
from html import escape

from model.language import _
from ui.compare.comparison import LETTERS, Comparison, Scenario, differing_fields, input_words
from ui.compare.looks import Look, looks_of_columns
from ui.compare.words import ColumnCell, QuantityRow
from ui.shown.alike import support_words
from ui.shown.table import html_table

DIFFERS_SIGN = "≠"

STYLE_OF_COMPARED = """
<style>
.compared { width: 100%; border-collapse: collapse; line-height: 1.3; font-size: 0.92rem;
  table-layout: fixed; font-variant-numeric: tabular-nums; }
.compared caption { text-align: left; font-size: 1.1rem; font-weight: 600;
  padding: 0 0 0.4rem; }
.compared caption .detail { font-weight: 400; }
.compared th, .compared td { text-align: left; vertical-align: top; overflow-wrap: break-word;
  padding: 0.3rem 0.6rem 0.3rem 0; border: 0;
  border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
.compared thead th, .compared thead td { border-top: 0; }
.compared th { font-weight: 600; }
.compared .estimate { font-weight: 600; }
.compared td.said .estimate { font-weight: 400; }
.compared .detail { font-size: 0.85rem; font-weight: 400; }
.compared td :is(.estimate, .detail) { margin-right: 0.6rem; }
.compared td .detail { display: inline-block; }
.compared .extrapolated { font-size: 0.78rem; }
.compared .column-label { display: none; }
.compared-notes { font-size: 0.85rem; margin: 0.5rem 0 0; }
.compared-room { container-type: inline-size; }
.column-marker { font-weight: 400; }
.column-card { border-left: 4px solid; padding: 0 0 0 0.7rem; margin: 0; line-height: 1.35;
  overflow-wrap: break-word; }
.column-card .name { font-weight: 600; margin: 0; }
.column-card .tag { font-weight: 400; font-size: 0.85rem; }
.column-card ul { list-style: none; margin: 0.2rem 0 0; padding: 0; font-size: 0.92rem; }
.column-card li { margin: 0; padding: 0; }
.column-card .differs { font-weight: 700; }
.out-of-sight { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
@container (max-width: 560px) {
  .compared, .compared caption, .compared tbody, .compared tr, .compared th, .compared td {
    display: block; }
  .compared thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); }
  .compared tr { padding: 0.5rem 0 0.4rem;
    border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
  .compared tbody th, .compared td { border: 0; padding: 0.15rem 0; }
  .compared td { display: flex; flex-wrap: wrap; align-items: baseline; column-gap: 0.6rem;
    position: relative; padding-left: 2.6rem; }
  .compared .column-label { display: block; position: absolute; left: 0; font-weight: 600; }
}
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
    title = f"{_marker(look)}{letter}"
    if own_name:
        title += f" {escape(own_name)}"
    if place == reference and len(scenarios) > 1:
        title += f' <span class="tag">{escape(_("reference"))}</span>'
    inputs = f"<ul>{''.join(items)}</ul>" if items else ""
    return (
        f'{STYLE_OF_COMPARED}<div class="column-card" style="border-color: {look.color_of_page}" '
        f'data-column="{letter}"><p class="name">{title}</p>{inputs}</div>'
    )


def comparison_table(
    shown: Comparison,
    rows: Sequence[QuantityRow],
    caption: str,
    detail: str,
    notes: Sequence[str] = (),
) -> str:
    """One table of a comparison, with every text escaped."""
    looks = looks_of_columns([column.scenario for column in shown.columns])
    named = "".join(_head(shown, place, look) for place, look in enumerate(looks))
    heads = f'<td role="cell"></td>{named}'
    said = f'{escape(caption)} <span class="detail">{escape(detail)}</span>'
    below = f'<p class="compared-notes">{escape(" ".join(notes))}</p>' if notes else ""
    return (
        f'{STYLE_OF_COMPARED}<div class="compared-room">'
        f"{html_table('compared', said, heads, (_row(row, looks) for row in rows))}{below}</div>"
    )


def _head(shown: Comparison, place: int, look: Look) -> str:
    column = shown.columns[place]
    tag = ""
    if place == shown.reference and shown.has_contrasts:
        tag = f' <span class="detail">{escape(_("reference"))}</span>'
    return (
        f'<th scope="col" role="columnheader" data-column="{column.letter}">'
        f"{_marker(look)}{escape(column.letter)} {escape(column.shown_name)}{tag}</th>"
    )


def _marker(look: Look) -> str:
    return (
        f'<span class="column-marker" aria-hidden="true" style="color: {look.color_of_page}">'
        f"{look.sign}</span> "
    )


def _row(row: QuantityRow, looks: Sequence[Look]) -> str:
    detail = f' <span class="detail">{escape(row.detail)}</span>' if row.detail else ""
    cells = "".join(_cell(row, place, cell, looks[place]) for place, cell in enumerate(row.cells))
    return (
        f'<tr role="row"><th scope="row" role="rowheader">{escape(row.head)}{detail}</th>'
        f"{cells}</tr>"
    )


def _cell(row: QuantityRow, place: int, cell: ColumnCell, look: Look) -> str:
    lines = [f'<span class="estimate">{escape(cell.estimate)}</span>']
    lines += [f'<span class="detail">{escape(text)}</span>' for text in cell.details]
    if cell.shown_support != "yes":
        text = escape(support_words(cell.shown_support))
        lines.append(f'<span class="detail extrapolated">{text}</span>')
    label = f'<span class="column-label" aria-hidden="true">{_marker(look)}{LETTERS[place]}</span>'
    numbers = "".join(f' data-{name}="{text}"' for name, text in row.in_digits(cell).items())
    day = "" if row.day is None else f' data-day="{row.day}"'
    said = "" if row.in_digits(cell)["estimate"] else ' class="said"'
    return (
        f'<td role="cell"{said} data-column="{LETTERS[place]}" data-quantity="{row.quantity}"'
        f"{day}{numbers}>{label}{' '.join(lines)}</td>"
    )
