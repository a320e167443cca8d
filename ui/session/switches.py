"""The switches of the case page that ask another model than Table 4's: whether each is on, and
where that is kept. Off unless somebody turned one on; forgotten together with the child.

While one is on the address says so, in a code, on every page.
"""

from typing import Final

import streamlit as st

from ui.session.address import given, keep
from ui.session.reconnected import newest

EXPLORATORY, ALL_OPTIONS = "exploratory", "all_options"
# What the address says of each that is on.
SWITCHES = {EXPLORATORY: "yes", ALL_OPTIONS: "alike"}
# Kept also while a page without the switch is shown.
REMEMBERED: Final = "session"
BEGINS_WITH, FORGOTTEN = "switches_begin_with", "switches_forgotten"


def read_switches() -> None:
    """Called in every run: let the address say which switches are on."""
    if BEGINS_WITH not in st.session_state:
        # As a field of the form, a switch begins with what the link says and is never told again.
        st.session_state[FORGOTTEN] = max(newest(f"switch_{name}") for name in SWITCHES)
        st.session_state[BEGINS_WITH] = {
            name: given(name) == code for name, code in SWITCHES.items()
        }
    for name, code in SWITCHES.items():
        keep(name, code if is_on(name) else None)


def is_on(name: str) -> bool:
    on: bool = st.session_state.get(_key(name), st.session_state[BEGINS_WITH][name])
    return on


def draw_switch(name: str, label: str) -> None:
    st.toggle(
        label,
        value=st.session_state[BEGINS_WITH][name],
        key=_key(name),
        persist_state=REMEMBERED,
    )


def forget_switches() -> None:
    """Turn all off. New ones take their place, and nothing said of the old ones reaches them."""
    st.session_state[FORGOTTEN] = st.session_state.get(FORGOTTEN, 0) + 1
    st.session_state[BEGINS_WITH] = dict.fromkeys(SWITCHES, False)


def _key(name: str) -> str:
    return f"switch_{name}_{st.session_state[FORGOTTEN]}"
