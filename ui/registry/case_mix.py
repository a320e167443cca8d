"""Table 1 for a centre's children, beside the paper's."""

from collections.abc import Sequence

from model.language import _, counted
from model.validation.case_mix import CaseMixRow
from ui.evidence.words import COLUMN_NAMES, level_words
from ui.session.language import number
from ui.shown.table import Cell, Row, Table


def case_mix_table(rows: Sequence[CaseMixRow]) -> Table:
    """Table 1 of the paper, and the same of these children."""
    drawn: list[Row] = []
    last = ""
    for row in rows:
        if row.column not in (last, "all"):
            missing = rows[0].theirs - row.known
            note = ""
            if missing:
                note = counted("{number} unknown", "{number} unknown", missing).format(
                    number=number(missing)
                )
            drawn.append((Cell(_(COLUMN_NAMES[row.column]), note),))
        last = row.column
        name = _("All children") if row.column == "all" else level_words(row.column, (row.code,))
        drawn.append(
            (
                Cell(name),
                Cell(_counted_share(row.theirs, row.percent)),
                Cell(_counted_share(row.published, row.published_percent)),
            )
        )
    return Table(
        _("Table 1 for these children; shares are of those of whom it is known"),
        (_("Children"), _("These children"), _("The paper, as printed")),
        drawn,
        layout="compact",
    )


def _counted_share(children: int, percent: float | None) -> str:
    if percent is None:
        return number(children)
    return _("{children} ({percent}%)").format(
        children=number(children), percent=number(percent, 1)
    )
