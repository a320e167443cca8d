"""A Parquet file as text: plain columns only, measured by its own metadata before it is read."""

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from model.language import _
from model.tables.table import (
    LONGEST_CELL,
    MEGABYTE,
    MOST_COLUMNS,
    MOST_ROWS,
    Table,
    TableError,
    laid_out,
    too_long,
    too_many_columns,
    too_many_rows,
)
from model.tables.workbook import as_text

MOST_INFLATED = 150 * MEGABYTE
ROWS_AT_A_TIME = 1000


def read_parquet(content: bytes) -> Table:
    """Read a Parquet file as text.

    Raises
    ------
    TableError
        If it is damaged, too large, or has columns that hold other than plain values.
    """
    try:
        measured = _opened(content)
        metadata = measured.metadata
        if metadata.num_columns > MOST_COLUMNS:
            raise TableError(too_many_columns())
        if metadata.num_rows > MOST_ROWS:
            raise TableError(too_many_rows())
        groups = (metadata.row_group(i) for i in range(metadata.num_row_groups))
        inflated = sum(
            group.column(i).total_uncompressed_size
            for group in groups
            for i in range(metadata.num_columns)
        )
        if inflated > MOST_INFLATED:
            raise TableError(
                _("The Parquet file is larger than {most} megabytes once it is unpacked.").format(
                    most=MOST_INFLATED // MEGABYTE
                )
            )
        schema = measured.schema_arrow
        for place, column in enumerate(schema, start=1):
            if not _is_plain(column.type):
                raise TableError(
                    _("Column {place} holds other than plain numbers, texts or dates.").format(
                        place=place
                    )
                )
        # A long text that many rows share is stored once, and is measured before it is repeated.
        texts = [column.name for column in schema if pa.types.is_string(column.type)]
        return laid_out(_records(_opened(content, texts)))
    except (pa.ArrowException, OSError, ValueError, OverflowError):
        raise TableError(_("The Parquet file is damaged and cannot be read.")) from None


def _opened(content: bytes, texts: Sequence[str] = ()) -> parquet.ParquetFile:
    return parquet.ParquetFile(
        pa.BufferReader(content), read_dictionary=list(texts), arrow_extensions_enabled=False
    )


def _is_plain(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_plain(kind.value_type)
    return any(
        test(kind)
        for test in (
            pa.types.is_null,
            pa.types.is_boolean,
            pa.types.is_integer,
            pa.types.is_floating,
            pa.types.is_decimal,
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_date,
            pa.types.is_timestamp,
        )
    )


def _records(stored: parquet.ParquetFile) -> Iterator[tuple[int, Sequence[str]]]:
    yield 1, stored.schema_arrow.names
    line = 2
    for batch in stored.iter_batches(batch_size=ROWS_AT_A_TIME, use_threads=False):
        for record in zip(*(_texts(column, line) for column in batch.columns), strict=True):
            yield line, record
            line += 1


def _texts(column: pa.Array, line: int) -> list[str]:
    if pa.types.is_dictionary(column.type):
        lengths = pc.utf8_length(column.dictionary.cast(pa.large_string()))
        if (pc.max(lengths).as_py() or 0) > LONGEST_CELL:
            raise TableError(too_long(line))
    if pa.types.is_timestamp(column.type):
        # Whole seconds without a time zone: only the day is used.
        column = column.cast(pa.timestamp("s"), safe=False)
    return [as_text(value) for value in column.to_pylist()]
