"""A table as one value, made once by the room whose numbers it holds.

Here it becomes HTML, a table to a screen reader too, in the one look of `table.css`; the sheets of
paper lay out the same value (`ui/shown/sheet.py`). In a narrow place a row becomes a block; a
compact table stays a table. A long one scrolls in a box of its own, which the keyboard reaches, and
is whole on paper.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path

from ui.shown.alike import support_words

# Two numbers and the dash between them, such as 53–61 or, escaped, <1–16%.
RANGE = re.compile(r"(?:&[lg]t;)?[\d.,]+–(?:&[lg]t;)?[\d.,]*\d(?:\s?%)?")
# Drawn once by the entry script, for every page.
STYLE_OF_TABLES = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Cell:
    """What a cell says.

    Attributes
    ----------
    text : str
    detail : str or tuple of str
        Below it in smaller letters, a line each.
    strong : bool
    shade : float, optional
        How dark it is shaded, from 0 to 1.
    carries : dict
        What else it carries, by name; on the page only.
    support : str
        What supports its number, one of `model.survival.support.SUPPORT`: said in words on the
        page, where the row does not say it, and by its sign on paper.
    """

    text: str
    detail: str | tuple[str, ...] = ""
    strong: bool = False
    shade: float | None = None
    carries: dict[str, str] = field(default_factory=dict)
    support: str = "yes"

    @property
    def details(self) -> tuple[str, ...]:
        lines = (self.detail,) if isinstance(self.detail, str) else self.detail
        return tuple(line for line in lines if line)


@dataclass(frozen=True)
class Head(Cell):
    """The head of a column that a letter stands for, with a marker in its color."""

    letter: str = ""
    marker: str = ""
    color: str = ""


# The first cell is the head of its row; a row of one cell is the head of those below it, and the
# last of a row that is short of cells takes the room of those.
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table; `notes` stand below it, a sentence each, and `layout` is its class in `table.css`,
    which says what becomes of it in a narrow place."""

    caption: str
    heads: Sequence[str | Head]
    rows: Sequence[Row]
    notes: Sequence[str] = ()
    layout: str = "cards"
    in_box: bool = False
    below_caption: str = ""

    @property
    def columns(self) -> tuple[Cell, ...]:
        """The heads of the columns as cells."""
        return tuple(Cell(head) if isinstance(head, str) else head for head in self.heads)

    @property
    def body(self) -> tuple[Row, ...]:
        """The rows as they are shown: each begins with a capital."""
        return tuple(
            (replace(first, text=first.text[:1].upper() + first.text[1:]), *others)
            for first, *others in self.rows
        )

    def without(self, heads: Collection[str]) -> "Table":
        """The same table without some columns."""
        left = [place for place, head in enumerate(self.heads) if head not in heads]
        return replace(
            self,
            heads=[self.heads[place] for place in left],
            rows=[tuple(row[place] for place in left) for row in self.rows],
        )


def as_html(table: Table) -> str:
    """A table with its notes, every text escaped."""
    return table_as_html(table) + notes_as_html(table.notes)


def table_as_html(table: Table) -> str:
    """Roles are spelled out because a table drawn as blocks, as on a phone, loses them in some
    browsers."""
    said = escape(table.caption) + _detail(table.below_caption)
    drawn = (
        f'<table class="shown {table.layout}" role="table"><caption>{said}</caption>'
        f'<thead role="rowgroup"><tr role="row">{"".join(map(_head, table.columns))}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(_row(row, table) for row in table.body)}</tbody></table>'
    )
    if table.in_box:
        drawn = (
            '<div class="table-box" role="region" tabindex="0" '
            f'aria-label="{escape(table.caption)}">{drawn}</div>'
        )
    return f'<div class="table-room">{drawn}</div>'


def notes_as_html(notes: Sequence[str]) -> str:
    return f'<p class="table-notes">{escape(" ".join(notes))}</p>' if notes else ""


def marker_as_html(marker: str, color: str) -> str:
    said = f'aria-hidden="true" style="color: {color}"'
    return f'<span class="column-marker" {said}>{marker}</span> '


def _head(cell: Cell) -> str:
    if not cell.text:
        return '<td role="cell"></td>'
    marked = marker_as_html(cell.marker, cell.color) if isinstance(cell, Head) else ""
    return (
        f'<th scope="col" role="columnheader"{_attributes(cell)}>'
        f"{marked}{escape(cell.text)}{_details(cell, True)}</th>"
    )


def _row(row: Row, table: Table) -> str:
    first, *others = row
    if not others:
        return (
            f'<tr role="row" class="group"><th scope="rowgroup" role="rowheader" '
            f'colspan="{len(table.heads)}">{_content(first, table)}</th></tr>'
        )
    cells = "".join(
        f'<td role="cell"{_label(head)}{_attributes(cell)}>'
        f"{_column_label(head)}{_content(cell, table)}</td>"
        for head, cell in zip(table.columns[1:], others, strict=True)
    )
    named = f'<th scope="row" role="rowheader"{_attributes(first)}>{_content(first, table)}</th>'
    return f'<tr role="row">{named}{cells}</tr>'


def _label(head: Cell) -> str:
    return "" if isinstance(head, Head) else f' data-label="{escape(head.text)}"'


def _column_label(head: Cell) -> str:
    if not isinstance(head, Head):
        return ""
    marked = marker_as_html(head.marker, head.color)
    return f'<span class="column-label" aria-hidden="true">{marked}{head.letter}</span>'


def _content(cell: Cell, table: Table) -> str:
    strong = ' class="strong"' if cell.strong else ""
    said = f"<span{strong}>{_with_whole_ranges(cell.text)}</span>"
    said += _details(cell, table.layout == "compared")
    if cell.support != "yes" and table.layout != "answer":
        said += _detail(support_words(cell.support), "detail support")
    return said


def _details(cell: Cell, in_line: bool) -> str:
    """With a blank before each where they stand in one line, for who reads or copies it."""
    blank = " " if in_line else ""
    return "".join(f"{blank}{_detail(text)}" for text in cell.details if text)


def _detail(text: str, kind: str = "detail") -> str:
    return f'<span class="{kind}">{_with_whole_ranges(text)}</span>' if text else ""


def _with_whole_ranges(text: str) -> str:
    """A text escaped, with no line break within a range such as 53–61."""
    return RANGE.sub(r'<span class="whole">\g<0></span>', escape(text))


def _attributes(cell: Cell) -> str:
    said = "".join(f' data-{name}="{escape(text)}"' for name, text in cell.carries.items())
    if cell.shade is None:
        return said
    share = round(45 * cell.shade)
    shade = f"background: color-mix(in srgb, #2b7cb2 {share}%, transparent)"
    return f'{said} class="shaded" style="{shade}"'
