"""Tables as they leave the program: CSV, whole or not at all.

The output grows beside its place under another name and takes its own name at the end; what goes to
standard output waits in a temporary file.
"""

import contextlib
import csv
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np

from model.language import _
from model.tables.refused import UnusableInputError

# A spreadsheet takes what begins with one of these for a formula, wherever it comes from.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@contextlib.contextmanager
def written_whole(output: Path | None) -> Iterator[BinaryIO]:
    """Give a file whose content becomes the output's, or standard output's, once all is written.

    Raises
    ------
    UnusableInputError
        If the output cannot be written; what was there before is then as it was.
    """
    place = _("standard output") if output is None else str(output)
    try:
        if output is None or (output.exists() and not output.is_file()):
            # Not a place where a file can be renamed into: a device, a pipe.
            with contextlib.ExitStack() as stack:
                target = (
                    sys.stdout.buffer if output is None else stack.enter_context(output.open("wb"))
                )
                waiting = stack.enter_context(tempfile.TemporaryFile())
                yield waiting
                waiting.seek(0)
                shutil.copyfileobj(waiting, target)
                target.flush()
            return
        # A link stays a link: what it points to is replaced.
        output = output.resolve()
        if output.exists() and not os.access(output, os.W_OK):
            raise UnusableInputError(_("{place}: may not be written").format(place=place))
        unfinished = output.with_name(f".{os.getpid()}.unfinished")
        try:
            with unfinished.open("xb") as file:
                yield file
            if output.exists():
                shutil.copymode(output, unfinished)
            unfinished.replace(output)
        finally:
            unfinished.unlink(missing_ok=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UnusableInputError(f"{place}: {error.strerror}") from None


def write_rows(
    columns: tuple[str, ...], rows: Iterable[Sequence[object]], output: Path | None
) -> None:
    """Write rows as CSV to a file, or to standard output."""
    with written_whole(output) as file:
        file.write(as_csv([columns, *rows]).encode())


def as_csv(rows: Iterable[Sequence[object]]) -> str:
    """Lay rows out as lines of CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def harmless(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula (OWASP)."""
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def in_digits(value: float, places: int) -> str:
    """A number for a file; nothing where the model says nothing."""
    return "" if np.isnan(value) else f"{value:.{places}f}"
