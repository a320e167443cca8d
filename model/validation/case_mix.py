"""Table 1 for a centre's children, beside the paper's."""

from dataclasses import dataclass

import pandas as pd

from model.paper.evidence import conditions, select, value

TABLE_1 = "t1.n."
PERCENT = "t1.pct."


@dataclass(frozen=True)
class CaseMixRow:
    """One row of Table 1, published and theirs.

    Attributes
    ----------
    column, code : str
        What the children of the row share; "all" and "" for all.
    published : int
    published_percent : float or None
        As printed.
    theirs, known : int
        Children of the row, and those of whom the column is known.
    """

    column: str
    code: str
    published: int
    published_percent: float | None
    theirs: int
    known: int

    @property
    def percent(self) -> float | None:
        """Theirs as a percentage of those known; None where there are none, and of all."""
        return 100 * self.theirs / self.known if self.known and self.code else None


def case_mix(children: pd.DataFrame) -> tuple[CaseMixRow, ...]:
    """Count a centre's children by the rows of Table 1, in its order."""
    rows = []
    for figure in select(quantity="count"):
        if not figure.id.startswith(TABLE_1):
            continue
        codes = conditions(figure.group)
        if not codes:
            rows.append(
                CaseMixRow("all", "", int(figure.value), None, len(children), len(children))
            )
            continue
        ((column, (code,)),) = codes.items()
        rows.append(
            CaseMixRow(
                column,
                code,
                int(figure.value),
                value(figure.id.replace(TABLE_1, PERCENT)),
                int((children[column] == code).sum()),
                int(children[column].notna().sum()),
            )
        )
    return tuple(rows)
