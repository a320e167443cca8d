"""The paper's slips as tables: what is printed, what is wrong, and what is done about it."""

from model.language import _
from model.paper.slips import KINDS, slips
from ui.shown.table import Cell, Table


def kind_name(kind: str) -> str:
    return {
        "counts": _("Counts and percentages"),
        "times": _("Times"),
        "ratios": _("Hazard ratios and P-values"),
        "lost": _("Lost in the scan, or not printed"),
    }[kind]


def slips_tables() -> tuple[Table, ...]:
    """A table for each kind of slip."""
    return tuple(_table(kind) for kind in KINDS)


def _table(kind: str) -> Table:
    lost = kind == "lost"
    heads = (
        _("Place"),
        _("What is missing") if lost else _("What is printed"),
        _("Why it is missing") if lost else _("Why it cannot be so, or cannot be known"),
        _("What is done"),
    )
    rows = [
        tuple(Cell(_(text)) for text in (slip.where, slip.printed, slip.why, slip.done))
        for slip in slips()
        if slip.kind == kind
    ]
    return Table(kind_name(kind), heads, rows)
