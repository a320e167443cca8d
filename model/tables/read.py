"""A file from outside, read as a table of text: CSV or TSV, Excel (.xlsx) or Parquet.

Nothing is believed of a file: its kind is told by its content, every limit is checked before the
work that it protects, and nothing in it is evaluated.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace

from model.language import _
from model.tables.table import (
    LARGEST_MEGABYTES,
    MEGABYTE,
    MOST_COLUMNS,
    Table,
    TableError,
    laid_out,
    too_large,
    too_many_columns,
)

SEPARATORS = (",", ";", "\t")
XLSX, OLD_EXCEL, PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"
UTF8_MARK = "\ufeff".encode()
UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_table(content: bytes, name: str = "", sheet: str | None = None) -> Table:
    """Read a file as text, whatever its kind.

    Parameters
    ----------
    content : bytes
    name : str
        Of the file. Only its ending counts, and only where a text has a single column.
    sheet : str, optional
        Which sheet of a workbook; the first if not given.

    Raises
    ------
    TableError
        If the file is too large, of another kind, damaged, or has no rows.
    """
    if len(content) > LARGEST_MEGABYTES * MEGABYTE:
        raise TableError(too_large())
    if not content.removeprefix(UTF8_MARK).strip():
        raise TableError(_("The file is empty."))
    if content.startswith(OLD_EXCEL):
        raise TableError(
            _(
                "This is a workbook of an older Excel (.xls), or one that a password protects. "
                "Save it as .xlsx without a password."
            )
        )
    if content.startswith(XLSX):
        from model.tables.workbook import read_workbook

        return read_workbook(content, sheet)
    if content.startswith(PARQUET):
        from model.tables.parquet import read_parquet

        return read_parquet(content)
    return read_text(content, name)


def read_text(content: bytes, name: str = "") -> Table:
    """Read CSV or TSV; the separator is the one that gives most columns in line 1.

    Raises
    ------
    TableError
        As `read_table`.
    """
    first_line = content.lstrip().partition(b"\n")[0]
    # Before anything is parsed: a line of a million names is refused here.
    if max(first_line.count(separator.encode()) for separator in SEPARATORS) >= MOST_COLUMNS:
        raise TableError(too_many_columns())
    text, encoding = decoded(content)
    if text.lstrip().startswith("<"):
        raise TableError(
            _("This is a web page or XML, not a table, whatever its name says. Save it as CSV.")
        )
    separator = "\t" if name.casefold().endswith((".tsv", ".tab")) else ","
    if not any(sign in first_line for sign in (b",", b";", b"\t")):
        raise TableError(
            _("Line 1 has no comma, semicolon or tab, so that no columns can be told apart.")
        )
    try:
        header = text.lstrip()
        separator = max(
            (separator, *SEPARATORS), key=lambda sign: len(next(_records(header, sign))[1])
        )
        return replace(laid_out(_records(text, separator)), encoding=encoding)
    except (csv.Error, StopIteration):
        raise TableError(
            _("The file cannot be read as CSV: a quotation mark is not closed, or stands within.")
        ) from None


def decoded(content: bytes) -> tuple[str, str]:
    """Decode a text as UTF-8, else as Windows-1252, which is then named.

    Raises
    ------
    TableError
        If it is neither, or holds signs that no text holds.
    """
    refusal = _("This is not text in UTF-8. In Excel, save it as “CSV UTF-8”.")
    if content.startswith(UTF16) or b"\x00" in content:
        raise TableError(refusal)
    encoding = ""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            raise TableError(refusal) from None
        encoding = "Windows-1252"
    if any(sign < " " and sign not in "\t\r\n" for sign in set(text)):
        raise TableError(refusal)
    return text, encoding


def _records(text: str, separator: str) -> Iterator[tuple[int, Sequence[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    for record in reader:
        yield line, record
        # A value in quotation marks may go over several lines.
        line = reader.line_num + 1
