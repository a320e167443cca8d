"""An Excel workbook (.xlsx) as text: the values that Excel last saved, never a formula worked out.

A workbook is an archive of XML. Both can blow up when they are opened, so that the archive is
measured by inflating it, and no XML with declarations of its own is let through, before openpyxl
sees it (its documentation names the risk: "Security", openpyxl 3.1).
"""

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import repeat

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from model.language import _
from model.validation.table import (
    MEGABYTE,
    MOST_COLUMNS,
    MOST_ROWS,
    Table,
    TableError,
    laid_out,
    too_many_columns,
)

MOST_INFLATED = 150 * MEGABYTE
MOST_MEMBERS = 1000
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


def read_workbook(content: bytes, sheet: str | None = None) -> Table:
    """Read a sheet of a workbook as text: the one asked for, else the first that is a table.

    Dates are written as 2015-03-31, whole numbers without decimals. A formula counts as the value
    that was saved with it; one that was never worked out is text.

    Raises
    ------
    TableError
        If the archive is damaged, protected, too large once inflated, or not a workbook.
    """
    has_formulas = _looked_through(content)
    try:
        with warnings.catch_warnings():
            # Of styles and extensions that are not read here.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            names = tuple(page.title for page in book.worksheets)
            if not names or (sheet is not None and sheet not in names):
                raise TableError(_("The workbook has no such sheet."))
            formulas = None
            if has_formulas:
                formulas = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
            refusals = []
            # If none is asked for, the first that is a table.
            for chosen in names if sheet is None else (sheet,):
                said = repeat(()) if formulas is None else _rows(formulas, chosen)
                sheets = (chosen, *(name for name in names if name != chosen))
                try:
                    return laid_out(_records(_rows(book, chosen), said), sheets)
                except TableError as refusal:
                    refusals.append(refusal)
            raise refusals[0]
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
                with archive.open(member) as packed:
                    inflated = packed.read(left + 1)
                left -= len(inflated)
                if left < 0:
                    raise TableError(refusal)
                if member.filename.endswith((".xml", ".rels")):
                    # UTF-16, in which a declaration would look otherwise, is full of zeros.
                    if b"<!DOCTYPE" in inflated or b"<!ENTITY" in inflated or b"\0" in inflated:
                        raise TableError(
                            _("The workbook holds XML that no spreadsheet writes; it is not read.")
                        )
                    has_formulas |= b"<f>" in inflated or b"<f " in inflated
            return has_formulas
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError):
        raise TableError(_("The workbook is damaged and cannot be read.")) from None
    except RuntimeError:
        raise TableError(
            _("A password protects this workbook. Save it without a password.")
        ) from None


def _rows(book: openpyxl.Workbook, sheet: str) -> Iterator[Sequence[object]]:
    page = book[sheet]
    # What a sheet says of its own size is not believed.
    page.reset_dimensions()
    return page.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS + 1, values_only=True)


def _records(
    rows: Iterable[Sequence[object]], formulas: Iterable[Sequence[object]]
) -> Iterator[tuple[int, Sequence[str]]]:
    width = 0
    for line, (row, formula) in enumerate(zip(rows, formulas, strict=False), start=1):
        record = [as_text(value) for value in row]
        for place, said in enumerate(formula[: len(record)]):
            if row[place] is None and said is not None:
                record[place] = as_text(said)
        if not width and any(record):
            width = len(record)
            if width > MOST_COLUMNS and record[MOST_COLUMNS]:
                raise TableError(too_many_columns())
        # A row ends at its last value that is filled in.
        yield line, record + [""] * (width - len(record))


def as_text(value: object) -> str:
    """Write a typed value as a CSV file would: dates as 2015-03-31, 12.0 as 12."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return str(value.date() if value.time() == time() else value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        # Twelve digits: a month of 30.4375 days is exact, and 0.1 + 0.2 is 0.3.
        return "" if value != value else f"{value:.12g}"
    return str(value)
