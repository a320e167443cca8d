"""A table from outside as text, and its limits.

Whatever cannot be read ends in a `TableError`, which tells places, and of values none that tells a
child.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from model.language import _
from model.tables.refused import wrong_length
from model.tables.synonyms import field_of

MEGABYTE = 1024 * 1024
LARGEST_MEGABYTES = 20
MOST_COLUMNS = 200
MOST_ROWS = 100_000
# A name or a value. Whatever is longer is a text, and no column here is one.
LONGEST_CELL = 1000
PROBLEM_COLUMNS = ["row", "column", "value", "expected"]


class TableError(Exception):
    """A file that cannot be used at all, said in words.

    They may hold names of columns, and where it is open what yes and no are, the codes of a column
    (see `model.tables.mapping.still_open`); no other value of a row.
    """


class RepeatedColumnError(TableError):
    """A table in which the name of a column that is read stands twice."""


@dataclass(frozen=True)
class Table:
    """A table as text.

    Attributes
    ----------
    cells : DataFrame, shape (n_rows, n_columns)
        Every value as text without spaces around it, "" where there is none. Its index, `row`, is
        the line in the file, of which the names of the columns are line 1.
    problems : DataFrame
        Rows that could not be read, in columns `PROBLEM_COLUMNS`; they are not in `cells`.
    sheets : tuple of str
        The sheets of a workbook, first the one that was read.
    encoding : str
        Of a text that was not UTF-8; "" otherwise.
    repeated_columns : dict of str to tuple of int
        Names that stand twice or more in line 1, and where; these columns are not in `cells`.
    """

    cells: pd.DataFrame = field(repr=False)
    problems: pd.DataFrame = field(repr=False)
    sheets: tuple[str, ...] = ()
    encoding: str = ""
    repeated_columns: dict[str, tuple[int, ...]] = field(default_factory=dict, repr=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in the file's order."""
        return tuple(self.cells.columns)

    @property
    def n_rows(self) -> int:
        """Number of rows with something in them, whether they could be read or not."""
        return len(self.cells) + self.problems["row"].nunique()

    def only(self, columns: Iterable[str]) -> "Table":
        """Drop every column but these; the rest is gone."""
        kept = [column for column in self.columns if column in set(columns)]
        return replace(self, cells=self.cells[kept].copy())

    @property
    def notes(self) -> tuple[str, ...]:
        """How it was read, where that was not plain; sentences."""
        said = [
            _("Columns {places} have the same name in line 1, and none of them is used.").format(
                places=", ".join(map(str, places))
            )
            for places in self.repeated_columns.values()
        ]
        if self.encoding:
            said.append(
                _(
                    "The file is not UTF-8 and was read as {encoding}. See whether accents in the "
                    "names of columns are right."
                ).format(encoding=self.encoding)
            )
        return tuple(said)


def too_large() -> str:
    """Say that a file is larger than `LARGEST_MEGABYTES`."""
    return _("The file is larger than {most} megabytes.").format(most=LARGEST_MEGABYTES)


def laid_out(records: Iterable[tuple[int, Sequence[str]]], sheets: tuple[str, ...] = ()) -> Table:
    """Lay records out as a table: the first names the columns, empty ones are left out.

    Parameters
    ----------
    records : iterable of (int, sequence of str)
        The line of each in the file, and its values.

    Raises
    ------
    TableError
        If names of columns are missing, or one that is read stands twice, or there are too many or
        too few records.
    """
    header: list[str] = []
    lines: list[int] = []
    rows: list[list[str]] = []
    problems: list[tuple[int, str, str, str]] = []
    for line, record in records:
        values = [value.strip() for value in record]
        if not any(values):
            continue
        if max(map(len, values)) > LONGEST_CELL:
            raise TableError(too_long(line))
        if not header:
            header = _named(values)
        elif len(rows) + len(problems) >= MOST_ROWS:
            raise TableError(too_many_rows())
        elif len(values) < len(header) or any(values[len(header) :]):
            problems.append((line, "", *wrong_length(len(values), len(header))))
        else:
            lines.append(line)
            rows.append(values[: len(header)])
    if not header:
        raise TableError(_("The table is empty: it has no rows and no names of columns."))
    if not rows and not problems:
        raise TableError(_("The table has no rows below the names of its columns."))
    index = pd.Index(lines, name="row", dtype="int64")
    cells = pd.DataFrame(rows, columns=header, index=index, dtype=object)
    repeated = _repeated_columns(header)
    return Table(
        cells.loc[:, [name not in repeated for name in header]],
        pd.DataFrame(problems, columns=PROBLEM_COLUMNS),
        sheets,
        repeated_columns=repeated,
    )


def too_many_columns() -> str:
    """Say that there are more columns than `MOST_COLUMNS`."""
    return _("The table has more than {most} columns.").format(most=MOST_COLUMNS)


def too_many_rows() -> str:
    """Say that there are more rows than `MOST_ROWS`."""
    return _("The table has more than {most} rows.").format(most=MOST_ROWS)


def too_long(line: int) -> str:
    """Say that a value is longer than `LONGEST_CELL`."""
    return _("A value in line {line} or below is longer than {most} characters.").format(
        line=line, most=LONGEST_CELL
    )


def _named(header: list[str]) -> list[str]:
    """The names of columns, without the empty ones at the end."""
    while not header[-1]:
        header.pop()
    if len(header) > MOST_COLUMNS:
        raise TableError(too_many_columns())
    for place, name in enumerate(header, start=1):
        if not name:
            raise TableError(_("Column {place} has no name in line 1.").format(place=place))
    for name, places in _repeated_columns(header).items():
        # Beside the name itself, once, another word for it is not what is read.
        if (ours := field_of(name)) and (name == ours or header.count(ours) != 1):
            raise RepeatedColumnError(
                _(
                    "Columns {first} and {second} have the same name in line 1, which is read as "
                    "{column}. Keep the right one."
                ).format(first=places[0], second=places[1], column=ours)
            )
    return header


def _repeated_columns(header: list[str]) -> dict[str, tuple[int, ...]]:
    """The names that stand more than once, and where."""
    return {
        name: tuple(place for place, other in enumerate(header, start=1) if other == name)
        for name in header
        if header.count(name) > 1
    }
