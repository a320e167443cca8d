"""An Excel workbook (.xlsx) as text: the values that Excel last saved, never a formula worked out.

A workbook is an archive of XML. Both can blow up when they are opened, so that the archive is
measured by inflating it, and no XML with declarations of its own is let through, before openpyxl
sees it (its documentation names the risk: "Security", openpyxl 3.1). What is read after that is
paid from one budget for the whole file, however many sheets it has.
"""

import io
import time
import zipfile
import zlib
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import time as time_of_day
from typing import IO, Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import FORMULA_TAG, ROW_TAG, WorkSheetParser
from openpyxl.xml.constants import ARC_STYLE, SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from model.language import _
from model.tables.table import (
    MEGABYTE,
    MOST_COLUMNS,
    RepeatedColumnError,
    Table,
    TableError,
    laid_out,
    too_many_columns,
)

MOST_INFLATED = 150 * MEGABYTE
MOST_MEMBERS = 1000
# Of a part, a row or a shared text is held in memory with all of its elements, or all that has none
# of these; and a tag with its attributes. Elements are counted by their tags.
CHUNK = MEGABYTE
LARGEST_PIECE, MOST_TAGS, MOST_TAGS_OF_PIECE = 8 * MEGABYTE, 500_000, 200_000
LARGEST_TAG = MEGABYTE
PIECES = (b"<row", b"<x:row", b"<si>", b"<x:si>", b"<si ", b"<x:si ")
# Excel writes up to 255 characters and 250 formats. To tell a date from a number, openpyxl takes a
# time that grows with the square of the length.
LONGEST_FORMAT, MOST_FORMATS = 1000, 5000
# For all sheets together: cells with something in them, and time of this thread alone as long as no
# table is found; what the cells of a long one need comes on top. A sheet with more than a few is
# never passed over for the next.
MOST_CELLS = 1_500_000
SECONDS, SECONDS_PER_CELL = 6.0, 1.5e-5
MOST_PASSED_OVER = 50_000
NUMBER_FORMAT, CELL_FORMAT, CELL_FORMATS, NUMBER_FORMATS, SHARED_TEXT, TEXT, RUN = (
    f"{{{SHEET_MAIN_NS}}}{name}" for name in ("numFmt", "xf", "cellXfs", "numFmts", "si", "t", "r")
)
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

    until: float = field(default_factory=lambda: time.thread_time() + SECONDS)
    cells: int = field(default_factory=lambda: MOST_CELLS)
    # Filled cells of the sheet that is being read.
    of_this_sheet: int = 0

    def spend(self, cells: int = 0) -> None:
        """Take off cells that were read; raise `OverBudgetError` when nothing is left."""
        self.cells -= cells
        self.of_this_sheet += cells
        until = self.until + self.of_this_sheet * SECONDS_PER_CELL
        if self.cells < 0 or time.thread_time() > until:
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
    _look_through(content)
    try:
        book = _opened(content, budget)
        dates = _date_formats(book, budget)
        parts = {sheet.name: book.parser.rels[sheet.id] for sheet in book.parser.sheets if sheet.id}
        paths = {
            name: part.target
            for name, part in parts.items()
            if "worksheet" in part.Type and part.target in book.valid_files
        }
        names = tuple(paths)
        if not names or (sheet is not None and sheet not in names):
            raise TableError(_("The workbook has no such sheet."))
        refusals = []
        # If none is asked for, the first that is a table.
        for chosen in names if sheet is None else (sheet,):
            sheets = (chosen, *(name for name in names if name != chosen))
            budget.of_this_sheet = 0
            try:
                return laid_out(_records(_rows(book, paths[chosen], dates), budget), sheets)
            except (OverBudgetError, RepeatedColumnError):
                raise
            except TableError as refusal:
                refusals.append(refusal)
                if budget.of_this_sheet > MOST_PASSED_OVER:
                    break
        if len(names) == 1 or sheet is not None or budget.of_this_sheet > MOST_PASSED_OVER:
            raise refusals[-1]
        said_of_all = _(
            "{refusal} None of the other sheets can be read as a table either: save the sheet "
            "that is meant on its own."
        )
        raise TableError(said_of_all.format(refusal=refusals[0]))
    except DAMAGED:
        raise TableError(_("The workbook is damaged and cannot be read.")) from None


class Pieces:
    """The XML of one member of an archive while it goes by: no piece of it may be too large."""

    def __init__(self, name: str) -> None:
        self.is_xml = name.endswith((".xml", ".rels"))
        self.before = b""
        self.size = self.tags = self.of_tag = 0
        self.most_tags = MOST_TAGS

    def look_at(self, inflated: bytes) -> None:
        """Refuse what no spreadsheet writes; `inflated` follows what was looked at before."""
        if not self.is_xml:
            return
        start = max(inflated.rfind(piece) for piece in PIECES)
        if start >= 0:
            self.size = self.tags = 0
            self.most_tags = MOST_TAGS_OF_PIECE
        self.size += len(inflated) - max(start, 0)
        self.tags += inflated.count(b"<", max(start, 0))
        tag = inflated.rfind(b"<")
        self.of_tag = len(inflated) - tag if tag >= 0 else self.of_tag + len(inflated)
        if self.size > LARGEST_PIECE or self.tags > self.most_tags or self.of_tag > LARGEST_TAG:
            raise OverBudgetError()
        # What begins in one chunk and ends in the next is seen as well.
        inflated = self.before + inflated
        self.before = inflated[-len(b"<!DOCTYPE") :]
        # UTF-16, in which a declaration would look otherwise, is full of zeros.
        if any(sign in inflated for sign in (b"<!DOCTYPE", b"<!ENTITY", b"\0")):
            raise TableError(
                _("The workbook holds XML that no spreadsheet writes; it is not read.")
            )


def _look_through(content: bytes) -> None:
    """Refuse an archive that is not plain."""
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
            for member in members:
                pieces = Pieces(member.filename)
                with archive.open(member) as packed:
                    while inflated := packed.read(CHUNK):
                        left -= len(inflated)
                        if left < 0:
                            raise TableError(refusal)
                        pieces.look_at(inflated)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError):
        raise TableError(_("The workbook is damaged and cannot be read.")) from None
    except RuntimeError:
        raise TableError(
            _("A password protects this workbook. Save it without a password.")
        ) from None


def _opened(content: bytes, budget: Budget) -> ExcelReader:
    """What openpyxl reads of a workbook before its sheets, and the texts that these share."""
    book = ExcelReader(MeteredFile(content, budget), read_only=True, keep_links=False)
    book.read_manifest()
    book.read_workbook()
    if part := book.package.find(SHARED_STRINGS):
        with book.archive.open(part.PartName[1:]) as source:
            for element, _parent in _elements(source, (SHARED_TEXT,)):
                budget.spend()
                book.shared_strings.append(_text(element))
    return book


def _elements(source: IO[bytes], tags: Container[str]) -> Iterator[tuple[Any, Any]]:
    """The elements with certain tags, each with the one that it is in, of a part of any length.

    Whatever has been read is let go: openpyxl keeps it, and makes objects of all that it knows.
    """
    above: list[Any] = []
    inside = 0
    for event, element in iterparse(source, ("start", "end")):
        if event == "start":
            above.append(element)
            inside += element.tag in tags
            continue
        above.pop()
        if element.tag in tags:
            inside -= 1
            yield element, above[-1]
        if not inside and above:
            above[-1].clear()


def _text(element: Any) -> str:
    """A text without its formats and without what tells how to pronounce it."""
    parts = (child.find(TEXT) if child.tag == RUN else child for child in element)
    texts = (part.text or "" for part in parts if part is not None and part.tag == TEXT)
    return "".join(texts).replace("x005F_", "")


def _date_formats(book: ExcelReader, budget: Budget) -> tuple[set[int], set[int]]:
    """The formats of cells, by their place, that make a number a date, and a length of time."""
    if ARC_STYLE not in book.valid_files:
        return set(), set()
    own: dict[int, str] = {}
    used: list[int] = []
    with book.archive.open(ARC_STYLE) as source:
        for element, parent in _elements(source, (NUMBER_FORMAT, CELL_FORMAT)):
            number = int(element.get("numFmtId") or 0)
            if parent.tag == NUMBER_FORMATS:
                own[number] = element.get("formatCode") or ""
                if len(own[number]) > LONGEST_FORMAT or len(own) > MOST_FORMATS:
                    raise OverBudgetError()
            elif parent.tag == CELL_FORMATS:
                used.append(number)
    dates, lengths = set(), set()
    for number in set(used):
        budget.spend()
        code = own.get(number, BUILTIN_FORMATS.get(number))
        if is_date_format(code):
            dates.add(number)
        if is_timedelta_format(code):
            lengths.add(number)
    return (
        {place for place, number in enumerate(used) if number in dates},
        {place for place, number in enumerate(used) if number in lengths},
    )


def _rows(
    book: ExcelReader, path: str, date_formats: tuple[set[int], set[int]]
) -> Iterator[tuple[int, dict[int, object]]]:
    """The rows that a sheet holds, as the number of each and its filled cells by their column.

    Rows that it leaves out are not made up, and what it says of its own size is not believed.
    """
    dates, lengths = date_formats
    with book.archive.open(path) as source:
        # It is told of no dates, since it would warn of those that are on no calendar.
        parser = WorkSheetParser(source, book.shared_strings, data_only=True)
        for element, _parent in _elements(source, (ROW_TAG,)):
            line, cells = parser.parse_row(element)
            parser.row_dimensions.clear()
            row: dict[int, object] = {}
            for cell, said in zip(cells, element, strict=True):
                value, style = cell["value"], cell["style_id"]
                if value is None:
                    formula = said.find(FORMULA_TAG)
                    value = None if formula is None else f"={formula.text or ''}"
                elif style in dates and cell["data_type"] == "n":
                    try:
                        value = from_excel(value, book.wb.epoch, style in lengths)
                    except (OverflowError, ValueError):
                        value = "#VALUE!"
                if value is not None:
                    row[cell["column"]] = value
            yield line, row


def _records(
    rows: Iterable[tuple[int, dict[int, object]]], budget: Budget
) -> Iterator[tuple[int, Sequence[str]]]:
    width = last = 0
    for line, row in rows:
        if line <= last:
            raise ValueError("rows out of order")
        last = line
        filled = {
            place: as_text(value) for place, value in row.items() if place <= MOST_COLUMNS + 1
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
