"""What a server has loaded for good is left out of its collections of garbage.

Streamlit collects all garbage after every run. Most of what it looks through is the program itself
and its models, which never become garbage: more than half of the time that a run takes. After the
first run of each page what it has loaded is set aside, and the collection goes on for the rest.
"""

import functools
import gc


@functools.cache
def set_aside_what_is_loaded(page: str) -> None:
    """Called where a run ends, with the page that it drew; does its work once a page."""
    gc.collect()
    gc.freeze()
