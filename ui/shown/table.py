"""Tables as plain HTML, so that they are tables to a screen reader too.

`html_table` is the frame of every table of the program; `table` is the kind that Evidence and
Registry are made of. In a narrow place a row becomes a block, each cell with the head of its column
before it; a compact table stays a table. A long table scrolls in a box of its own, which the
keyboard reaches, and is whole on paper.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from html import escape

# Two numbers and the dash between them, such as 53–61.
RANGE = re.compile(r"[\d.,]+–[\d.,]*\d")
STYLE_OF_TABLES = """
<style>
.evidence { width: 100%; border-collapse: collapse; line-height: 1.3; font-size: 0.88rem;
  font-variant-numeric: tabular-nums; }
.evidence caption { text-align: left; padding: 0 0 0.4rem; font-weight: 600; }
.evidence th, .evidence td { text-align: left; vertical-align: top; font-weight: 400; border: 0;
  padding: 0.35rem 0.6rem 0.35rem 0;
  border-top: 1px solid color-mix(in srgb, currentColor 22%, transparent); }
.evidence thead th { border-top: 0; font-weight: 600; }
.evidence .group th { font-weight: 600; padding-top: 0.9rem; }
.evidence .detail { display: block; font-size: 0.8rem; font-weight: 400; }
.evidence .strong { font-weight: 600; }
.evidence .whole { white-space: nowrap; }
.evidence .shaded { padding-left: 0.35rem; }
.evidence-box { max-height: 36rem; overflow-y: auto; }
.evidence-box thead th { position: sticky; top: 0; background: Canvas; z-index: 1; }
.evidence-room { container-type: inline-size; }
@media print { .evidence-box { max-height: none; overflow: visible; } }
@container (max-width: 620px) {
  .evidence.compact { font-size: 0.72rem; table-layout: fixed; }
  .evidence.compact thead th:first-child { width: 34%; }
  .evidence.compact th, .evidence.compact td { padding-right: 0.1rem; }
  .evidence.compact .shaded { padding-left: 0.1rem; }
  .evidence.cards, .evidence.cards :is(caption, tbody, tr, th, td) {
    display: block; }
  .evidence.cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); }
  .evidence.cards tr { padding: 0.4rem 0;
    border-top: 1px solid color-mix(in srgb, currentColor 30%, transparent); }
  .evidence.cards :is(th, td) { border: 0; padding: 0.1rem 0; }
  .evidence.cards tbody th { font-weight: 600; }
  .evidence.cards td { display: grid; grid-template-columns: 7.5rem 1fr;
    column-gap: 0.6rem; }
  .evidence.cards td::before { content: attr(data-label); font-size: 0.8rem;
    grid-row: 1 / span 3; }
  .evidence.cards td > * { grid-column: 2; }
}
.evidence.answer { font-size: 0.85rem; table-layout: fixed; }
.evidence.answer :is(th, td) { padding: 0.22rem 0.6rem 0.22rem 0; }
.evidence.answer .detail { font-size: 0.78rem; }
.evidence.answer caption { font-weight: 400; }
.evidence.answer thead th { vertical-align: bottom; }
.evidence.answer thead th:first-child { width: 23%; }
.evidence.answer thead th:nth-child(2), .evidence.answer thead th:nth-child(3),
.evidence.answer thead th:nth-child(4) { width: 10.5%; }
.evidence.answer th[data-after] { padding-left: 1.2rem; font-weight: 400; }
.evidence.answer th[data-after] .strong { font-weight: 400; }
.evidence.answer td[data-alive] { font-size: 1rem; }
/* On a phone each option is a line of its name, its three numbers side by side, so that those of a
   time stand under each other, and two lines of words. */
@container (max-width: 620px) {
  .evidence.answer, .evidence.answer :is(caption, tbody) { display: block; }
  .evidence.answer tr { display: grid; grid-template-columns: repeat(3, 1fr);
    column-gap: 0.5rem; padding: 0.45rem 0;
    border-top: 1px solid color-mix(in srgb, currentColor 30%, transparent); }
  .evidence.answer thead tr { border-top: 0; padding: 0; }
  .evidence.answer thead th { display: none; }
  .evidence.answer thead th:is(:nth-child(2), :nth-child(3), :nth-child(4)) { display: block;
    width: auto; font-size: 0.8rem; }
  .evidence.answer :is(th, td) { border: 0; padding: 0.05rem 0; }
  .evidence.answer tbody th, .evidence.answer td:not([data-alive]) { grid-column: 1 / -1; }
  .evidence.answer tbody tr:has(th[data-after]) { padding-left: 0.9rem; }
  .evidence.answer th[data-after] { padding-left: 0; }
  .evidence.answer td:not([data-alive]) { font-size: 0.8rem; }
  .evidence.answer td:not([data-alive])::before { content: attr(data-label) ": "; }
  .evidence.answer td:not([data-alive]) :is(span, .detail) { display: inline; font-size: inherit; }
  .evidence.answer td:not([data-alive]) .detail::before { content: " · "; }
}
@container (max-width: 330px) { .evidence.compact thead th:first-child { width: 26%; } }
</style>
"""


@dataclass(frozen=True)
class Cell:
    """What a cell says, and below it in smaller letters; how dark it is shaded, from 0 to 1, and
    what else it carries, by name."""

    text: str
    detail: str = ""
    strong: bool = False
    shade: float | None = None
    carries: dict[str, str] = field(default_factory=dict)


# The first cell is the head of its row; a row of one cell is the head of those below it.
Row = tuple[Cell, ...]


def table(
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Row],
    *,
    compact: bool = False,
    in_box: bool = False,
    layout: str = "cards",
) -> str:
    """A table with every text escaped; `layout` says what becomes of it in a narrow place."""
    kind = f"evidence {'compact' if compact else layout}"
    drawn = html_table(
        kind, escape(caption), column_heads(heads), (_row(row, heads) for row in rows)
    )
    if in_box:
        drawn = (
            f'<div class="evidence-box" role="region" tabindex="0" aria-label="{escape(caption)}">'
            f"{drawn}</div>"
        )
    return f'{STYLE_OF_TABLES}<div class="evidence-room">{drawn}</div>'


def html_table(kind: str, caption: str, heads: str, rows: Iterable[str]) -> str:
    """The frame of a table of a class; everything given is HTML already.

    Roles are spelled out because a table drawn as blocks, as on a phone, loses them in some
    browsers.
    """
    return (
        f'<table class="{kind}" role="table"><caption>{caption}</caption>'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(rows)}</tbody></table>'
    )


def column_heads(heads: Iterable[str]) -> str:
    """The heads of the columns, escaped."""
    return "".join(f'<th scope="col" role="columnheader">{escape(text)}</th>' for text in heads)


def with_whole_ranges(text: str, kind: str) -> str:
    """A text escaped, with no line break within a range such as 53–61, in a span of a class."""
    return RANGE.sub(rf'<span class="{kind}">\g<0></span>', escape(text))


def _row(row: Row, heads: Sequence[str]) -> str:
    first, *others = row
    first = replace(first, text=first.text[:1].upper() + first.text[1:])
    if not others:
        return (
            f'<tr role="row" class="group"><th scope="rowgroup" role="rowheader" '
            f'colspan="{len(heads)}">{_content(first)}</th></tr>'
        )
    cells = "".join(
        f'<td role="cell" data-label="{escape(head)}"{_attributes(cell)}>{_content(cell)}</td>'
        for head, cell in zip(heads[1:], others, strict=True)
    )
    named = f'<th scope="row" role="rowheader"{_attributes(first)}>{_content(first)}</th>'
    return f'<tr role="row">{named}{cells}</tr>'


def _content(cell: Cell) -> str:
    strong = ' class="strong"' if cell.strong else ""
    detail = (
        f'<span class="detail">{with_whole_ranges(cell.detail, "whole")}</span>'
        if cell.detail
        else ""
    )
    return f"<span{strong}>{with_whole_ranges(cell.text, 'whole')}</span>{detail}"


def _attributes(cell: Cell) -> str:
    said = "".join(f' data-{name}="{escape(text)}"' for name, text in cell.carries.items())
    if cell.shade is None:
        return said
    share = round(45 * cell.shade)
    shade = f"background: color-mix(in srgb, #2b7cb2 {share}%, transparent)"
    return f'{said} class="shaded" style="{shade}"'
