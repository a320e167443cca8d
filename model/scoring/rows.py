"""CSV on the command line: read row by row, what cannot be used said in words.

Rows are streamed, so that a file of any length takes the same memory.
"""

import contextlib
import csv
import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from model.case import CaseError
from model.language import _, counted
from model.tables.columns import in_one_line, unused_names, wrong_names
from model.tables.refused import MOST_NAMED, Problems, UnusableInputError, wrong_length

Read = TypeVar("Read")


@dataclass
class Rows:
    """The rows of a CSV file that is open.

    Attributes
    ----------
    place : str
        How the file is called in a message.
    header : list of str
    size : int or None
        Bytes of the file; None where that is not known.
    """

    place: str
    header: list[str]
    size: int | None
    _bytes: BinaryIO
    _reader: Any

    @property
    def line(self) -> int:
        """Number of the last line read; the header is line 1."""
        number: int = self._reader.line_num
        return number

    def share_read(self) -> float | None:
        """Share of the file that has been read; None where its size is not known."""
        return self._bytes.tell() / self.size if self.size else None

    def each(self, problems: Problems) -> Iterator[list[str]]:
        """Read row after row, each as long as the header; blank lines are passed over.

        A row that is short is never filled up: the field that it lacks may be any, and what comes
        after it would be read under the name before.
        """
        width = len(self.header)
        named = max(place for place, name in enumerate(self.header, start=1) if name.strip())
        for row in self._reader:
            if len(row) != width:
                if not row or (len(row) == 1 and not row[0].strip()):
                    continue
                if len(row) < named or "".join(row[width:]).strip():
                    found, expected = wrong_length(len(row), named)
                    said = _("line {line}: {found}: expected {expected}")
                    problems.add(said.format(line=self.line, found=found, expected=expected))
                    continue
                row = [*row, *[""] * width][:width]
            yield row

    def note(self, error: CaseError, problems: Problems) -> None:
        """Note what is wrong with the row just read."""
        for problem in error.problems:
            said = _("line {line}, column {problem}")
            problems.add(said.format(line=self.line, problem=problem))


@contextlib.contextmanager
def opened_rows(
    name: str, columns: tuple[str, ...], used: tuple[str, ...], known: tuple[str, ...]
) -> Iterator[Rows]:
    """Open a CSV file, or standard input for ``-``, whose header holds certain columns.

    Parameters
    ----------
    name : str
    columns, used, known : tuple of str
        The columns that must be there; those on which the output depends, so that any other is
        named on standard error; and those that are read at all, of which none may be there twice
        or misspelt.

    Raises
    ------
    UnusableInputError
        If it cannot be read, is not UTF-8 or not CSV, lacks a column or has one that cannot be
        told from another; later on as well, at the row where that shows.
    """
    place = _("standard input") if name == "-" else name
    with contextlib.ExitStack() as stack:
        if name == "-":
            source: BinaryIO = sys.stdin.buffer
            size = None
        else:
            source = stack.enter_context(opened(Path(name), place))
            size = os.fstat(source.fileno()).st_size
        text = io.TextIOWrapper(source, encoding="utf-8-sig", newline="")
        # Standard input stays open for others.
        stack.callback(text.detach)
        try:
            reader = csv.reader(text, strict=True)
            header = next(reader, [])
            if not reader.line_num:
                raise UnusableInputError(
                    _("{place}: is empty; {expected}").format(
                        place=place, expected=columns_expected(columns)
                    )
                )
            problems = Problems(place)
            for problem in wrong_header(header, columns, known):
                problems.add(_("line 1: {problem}").format(problem=problem))
            problems.raise_if_any()
            say_unused(place, unused_names(header, used))
            yield Rows(place, header, size, source, reader)
        except UnicodeDecodeError:
            raise UnusableInputError(_("{place}: is not UTF-8 text").format(place=place)) from None
        except csv.Error as error:
            raise UnusableInputError(no_csv(error, place, reader.line_num)) from None


def no_csv(error: csv.Error, place: str, line: int) -> str:
    """Say why a file is no CSV file from some line on."""
    if "limit" in str(error):
        said = _(
            "{place}: is not a CSV file: up to line {line}, a value is longer than {most} "
            "characters, or a quotation mark is not closed"
        )
    else:
        said = _(
            "{place}: is not a CSV file: up to line {line}, a quotation mark is not "
            "closed, or stands within a value"
        )
    return said.format(place=place, line=line, most=f"{csv.field_size_limit():,}")


def wrong_header(
    header: Sequence[str], columns: tuple[str, ...], known: tuple[str, ...]
) -> list[str]:
    """Say what is wrong with the names of the columns; see `opened_rows`."""
    expected = columns_expected(columns)
    if not any(name.strip() for name in header):
        return [_("no column has a name; {expected}").format(expected=expected)]
    said = wrong_names(header, known)
    missing = [column for column in columns if column not in header]
    # The name that is missing is most often the one that is misspelt.
    if missing:
        lacking = _("column {missing} is missing; {expected}")
        said.append(lacking.format(missing=", ".join(missing), expected=expected))
    return said


def columns_expected(columns: tuple[str, ...]) -> str:
    """Say in words which columns must be there."""
    return _("expected the columns {columns}").format(columns=", ".join(columns))


def say_unused(place: str, names: Sequence[str]) -> None:
    """Name on standard error, in one line, the columns of which no use is made."""
    if not names:
        return
    left = len(names) - MOST_NAMED
    more = [counted("{n} more", "{n} more", left).format(n=f"{left:,}")] if left > 0 else []
    listed = ", ".join([*(in_one_line(name) for name in names[:MOST_NAMED]), *more])
    print(
        _("{place}: columns not used: {columns}").format(place=place, columns=listed),
        file=sys.stderr,
    )


def say_no_rows(place: str) -> None:
    """Say on standard error that a table holds nothing but the names of its columns."""
    print(f"{place}: {no_rows()}", file=sys.stderr)


def no_rows() -> str:
    """Say that a table has no rows."""
    return _("has no rows below the names of its columns")


def opened(path: Path, place: str) -> BinaryIO:
    """Open a file to read its bytes, or say in words why it cannot be."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        said = _("{place}: there is no such file")
    except IsADirectoryError:
        said = _("{place}: is a folder, not a CSV file")
    except PermissionError:
        said = _("{place}: may not be read")
    except OSError as error:
        said = f"{{place}}: {error.strerror}"
    raise UnusableInputError(said.format(place=place))


def read_rows(
    name: str,
    columns: tuple[str, ...],
    used: tuple[str, ...],
    known: tuple[str, ...],
    read: Callable[[dict[str, str]], Read],
) -> tuple[list[str], list[Read]]:
    """Read the rows of a CSV file, or of standard input for ``-``, by the names of its columns.

    Parameters
    ----------
    name : str
    columns, used, known : tuple of str
        As `opened_rows`; `case_id` is one of each.
    read : callable
        Makes one row what it stands for, or raises `CaseError`.

    Raises
    ------
    UnusableInputError
        Naming every bad row by line, column, value and what was expected; or if there are none.
    """
    ids, cases = [], []
    with opened_rows(name, columns, used, known) as rows:
        problems = Problems(rows.place)
        for values in rows.each(problems):
            row = dict(zip(rows.header, values, strict=True))
            ids.append(row["case_id"])
            try:
                cases.append(read(row))
            except CaseError as error:
                rows.note(error, problems)
    if not ids and not problems.count:
        problems.add(no_rows())
    problems.raise_if_any()
    return ids, cases
