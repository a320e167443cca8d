"""An Excel workbook (.xlsx) as text: the values that Excel last saved, never a formula worked out.

A workbook is an archive of XML. Both can blow up when they are opened, so that the archive is
measured by inflating it, and no XML with declarations of its own is let through, before openpyxl
sees it (its documentation names the risk: "Security", openpyxl 3.1). What is read after that is
paid from one budget for the whole file, however many sheets it has.
"""

import io
import time
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import time as time_of_day
from itertools import repeat

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import WorkSheetParser

from model.language import _
from model.validation.table import (
    MEGABYTE,
    MOST_COLUMNS,
    Table,
    TableError,
    TwinColumnsError,
    laid_out,
    too_many_columns,
)

MOST_INFLATED = 150 * MEGABYTE
MOST_MEMBERS = 1000
# A part, or a row or a shared text of one, is held in memory with all of its elements.
CHUNK = MEGABYTE
LARGEST_PIECE, MOST_ELEMENTS = 8 * MEGABYTE, 500_000
PIECES = (b"<row", b"<x:row", b"<si>", b"<x:si>", b"<si ", b"<x:si ")
# For all sheets together: cells with something in them, and time as long as no table is found; what
# the cells of a long one need comes on top.
MOST_CELLS = 2_000_000
SECONDS, SECONDS_PER_CELL = 6.0, 1e-4
# What openpyxl is known to raise on a damaged workbook, besides what it wraps.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    SyntaxError,  # of which xml.etree's ParseError is one
    NotImplementedError,
    RuntimeError,
    OverflowError,
)


@dataclass
class Budget:
    """What may be spent on a workbook, whatever is in it, before it is given back."""

    until: float = field(default_factory=lambda: time.monotonic() + SECONDS)
    cells: int = field(default_factory=lambda: MOST_CELLS)
    # Filled cells of the sheet that is being read.
    of_this_sheet: int = 0

    def spend(self, cells: int = 0) -> None:
        """Take off cells that were read; raise `OverBudgetError` when nothing is left."""
        self.cells -= cells
        self.of_this_sheet += cells
        until = self.until + self.of_this_sheet * SECONDS_PER_CELL
        if self.cells < 0 or time.monotonic() > until:
            raise OverBudgetError()


class OverBudgetError(TableError):
    """A workbook that would take too long, or too much memory, to read."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The workbook is too large, or takes too long to read. Save the sheet of the "
                "children alone, as a workbook without other sheets or as CSV, with nothing filled "
                "in or formatted outside the table."
            )
        )


class MeteredFile(io.BytesIO):
    """The content of a workbook, which may be read while the budget lasts."""

    def __init__(self, content: bytes, budget: Budget) -> None:
        super().__init__(content)
        self.budget = budget

    def read(self, size: int | None = -1, /) -> bytes:
        """Read on."""
        self.budget.spend()
        return super().read(size)


def read_workbook(content: bytes, sheet: str | None = None) -> Table:
    """Read a sheet of a workbook as text: the one asked for, else the first that is a table.

    Dates are written as 2015-03-31, whole numbers without decimals. A formula counts as the value
    that was saved with it; one that was never worked out is text.

    Raises
    ------
    TableError
        If the archive is damaged, protected, too large once inflated, too long to read, or not a
        workbook.
    """
    budget = Budget()
    has_formulas = _looked_through(content)
    try:
        with warnings.catch_warnings():
            # Of styles and extensions that are not read here.
            warnings.simplefilter("ignore")
            book = _opened(content, budget)
            paths = {
                sheet.name: part.target
                for sheet, part in book.parser.find_sheets()
                if "worksheet" in part.Type and part.target in book.valid_files
            }
            names = tuple(paths)
            if not names or (sheet is not None and sheet not in names):
                raise TableError(_("The workbook has no such sheet."))
            refusals = []
            # If none is asked for, the first that is a table.
            for chosen in names if sheet is None else (sheet,):
                path = paths[chosen]
                said = _rows(book, path, data_only=False) if has_formulas else repeat((0, {}))
                sheets = (chosen, *(name for name in names if name != chosen))
                budget.of_this_sheet = 0
                try:
                    return laid_out(_records(_rows(book, path), said, budget), sheets)
                except (OverBudgetError, TwinColumnsError):
                    raise
                except TableError as refusal:
                    refusals.append(refusal)
            if len(refusals) == 1:
                raise refusals[0]
            said_of_all = _(
                "{refusal} None of the other sheets can be read as a table either: save the sheet "
                "that is meant on its own."
            )
            raise TableError(said_of_all.format(refusal=refusals[0]))
    except DAMAGED:
        raise TableError(_("The workbook is damaged and cannot be read.")) from None


def _looked_through(content: bytes) -> bool:
    """Refuse an archive that is not plain; tell whether a sheet of it has formulas."""
    refusal = _("The workbook is larger than {most} megabytes once it is unpacked.").format(
        most=MOST_INFLATED // MEGABYTE
    )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if not any(member.filename == "xl/workbook.xml" for member in members):
                raise TableError(_("This is a compressed file, but not an Excel workbook (.xlsx)."))
            if sum(member.file_size for member in members) > MOST_INFLATED:
                raise TableError(refusal)
            if len(members) > MOST_MEMBERS:
                raise TableError(_("The workbook is damaged and cannot be read."))
            left = MOST_INFLATED
            has_formulas = False
            for member in members:
                is_xml = member.filename.endswith((".xml", ".rels"))
                before, size, elements = b"", 0, 0
                with archive.open(member) as packed:
                    while inflated := packed.read(CHUNK):
                        left -= len(inflated)
                        if left < 0:
                            raise TableError(refusal)
                        if not is_xml:
                            continue
                        start = max(inflated.rfind(piece) for piece in PIECES)
                        size = len(inflated) - start if start >= 0 else size + len(inflated)
                        found = inflated.count(b"<", max(start, 0))
                        elements = found if start >= 0 else elements + found
                        # What begins in one chunk and ends in the next is seen as well.
                        inflated = before + inflated
                        before = inflated[-len(b"<!DOCTYPE") :]
                        if size > LARGEST_PIECE or elements > MOST_ELEMENTS:
                            raise OverBudgetError()
                        # UTF-16, in which a declaration would look otherwise, is full of zeros.
                        if any(sign in inflated for sign in (b"<!DOCTYPE", b"<!ENTITY", b"\0")):
                            raise TableError(
                                _(
                                    "The workbook holds XML that no spreadsheet writes; it is not "
                                    "read."
                                )
                            )
                        has_formulas |= b"<f>" in inflated or b"<f " in inflated
            return has_formulas
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError):
        raise TableError(_("The workbook is damaged and cannot be read.")) from None
    except RuntimeError:
        raise TableError(
            _("A password protects this workbook. Save it without a password.")
        ) from None


def _opened(content: bytes, budget: Budget) -> ExcelReader:
    """What openpyxl reads of a workbook before its sheets, and of what it says of them nothing."""
    book = ExcelReader(MeteredFile(content, budget), read_only=True, keep_links=False)
    book.read_manifest()
    book.read_strings()
    book.read_workbook()
    apply_stylesheet(book.archive, book.wb)
    return book


def _rows(
    book: ExcelReader, path: str, data_only: bool = True
) -> Iterator[tuple[int, dict[int, object]]]:
    """The rows that a sheet holds, as the number of each and its filled cells by their column.

    Rows that it leaves out are not made up, and what it says of its own size is not believed.
    """
    with book.archive.open(path) as source:
        parser = WorkSheetParser(
            source,
            book.shared_strings,
            data_only=data_only,
            epoch=book.wb.epoch,
            date_formats=book.wb._date_formats,
            timedelta_formats=book.wb._timedelta_formats,
        )
        for line, cells in parser.parse():
            yield line, {cell["column"]: cell["value"] for cell in cells}


def _records(
    rows: Iterable[tuple[int, dict[int, object]]],
    formulas: Iterable[tuple[int, dict[int, object]]],
    budget: Budget,
) -> Iterator[tuple[int, Sequence[str]]]:
    width = last = 0
    for (line, row), (_line, formula) in zip(rows, formulas, strict=False):
        if line <= last:
            raise ValueError("rows out of order")
        last = line
        filled = {
            place: as_text(said)
            for place, value in row.items()
            if place <= MOST_COLUMNS + 1
            and (said := formula.get(place) if value is None else value) is not None
        }
        budget.spend(len(filled))
        if not any(filled.values()):
            continue
        if not width:
            width = max(filled)
            if width > MOST_COLUMNS:
                raise TableError(too_many_columns())
        # A row ends at its last value that is filled in.
        record = [""] * max(width, *filled)
        for place, text in filled.items():
            record[place - 1] = text
        yield line, record


def as_text(value: object) -> str:
    """Write a typed value as a CSV file would: dates as 2015-03-31, 12.0 as 12."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return str(value.date() if value.time() == time_of_day() else value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        # Twelve digits: a month of 30.4375 days is exact, and 0.1 + 0.2 is 0.3.
        return "" if value != value else f"{value:.12g}"
    return str(value)
