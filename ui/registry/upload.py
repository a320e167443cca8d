"""A file that is brought to the Registry page: read at once, and then forgotten by the server.

Nothing of it reaches the disk. Streamlit keeps what is uploaded in memory, but the form it comes in
is received by Starlette, which would write a larger one to a temporary file.
"""

import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import streamlit as st
from starlette.formparsers import MultiPartParser
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from model.tables.table import LARGEST_MEGABYTES, MEGABYTE
from ui.session.keys import give_way, key_of

# More than the server accepts (server.maxUploadSize): a file of rows never leaves memory.
MultiPartParser.spool_max_size = 2 * LARGEST_MEGABYTES * MEGABYTE
UPLOADS = "registry_uploads"


def draw_uploader(
    label: str, endings: Sequence[str], name: str, most_megabytes: int = 1
) -> UploadedFile | None:
    """Draw a place to bring a file to; give the file once, in the run after it was brought."""
    field = f"{UPLOADS}_{name}"
    upload = st.file_uploader(label, endings, key=key_of(field), max_upload_size=most_megabytes)
    if upload is not None:
        # The next run draws another one, which holds nothing.
        give_way(field)
        _forget(upload)
    return upload


def _forget(upload: UploadedFile) -> None:
    """Take a file out of the server's memory, as Streamlit itself does with those of a chat."""
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, upload.file_id)


@contextmanager
def no_value_reaches_the_log() -> Iterator[None]:
    """Let an unforeseen error tell its kind and place only: its words may hold values of rows."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 (it is raised again, in other words)
        place = traceback.extract_tb(error.__traceback__)[-1]
        raise RuntimeError(
            f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"
        ) from None
