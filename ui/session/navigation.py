"""The pages, and the way into them."""

import streamlit as st

from model.language import _

ENTERED = "entered"
# Addresses of the pages that the form belongs to; the first page has none.
WITH_THE_FORM = ("", "compare", "counselling")


def navigation() -> st.Page:
    """Draw the list of pages and give the one that is asked for."""
    st.session_state[ENTERED] = True
    return st.navigation(
        [
            st.Page("pages/case.py", title=_("Case"), default=True),
            st.Page("pages/compare.py", title=_("Compare")),
            st.Page("pages/counselling.py", title=_("Talk with the family")),
            st.Page("pages/evidence.py", title=_("Evidence")),
            st.Page("pages/registry.py", title=_("Registry")),
            st.Page("pages/about.py", title=_("About")),
        ],
        position="top",
    )


def depends_on_the_child(page: st.Page) -> bool:
    """Whether what a page shows follows from the form."""
    return page.url_path in WITH_THE_FORM


def start_at_the_entry() -> None:
    """Called by a page: run the entry script first, if it has not run in this session.

    Until a program has called `st.navigation` once, Streamlit serves each file of a folder named
    pages as a program of its own. That would be the fate of whoever first opens About directly.
    """
    if ENTERED not in st.session_state:
        navigation()
        st.rerun()
