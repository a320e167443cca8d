"""The switches of the case page that ask another model than Table 4's: whether each is on, and
where that is kept. Off unless somebody turned one on; forgotten together with the child.

While one is on the address says so, in a code, on every page.
"""

from typing import Final

import streamlit as st

from ui.address import given, keep

EXPLORATORY, ALL_OPTIONS = "exploratory", "all_options"
# What the address says of each that is on.
SWITCHES = {EXPLORATORY: "yes", ALL_OPTIONS: "alike"}
# As the fields of the form: told to the browser in every run until it says it back.
REMEMBERED: Final = "session"
FORGOTTEN = "switches_forgotten"


def read_switches() -> None:
    """Called in every run: let the address say which switches are on."""
    for name, code in SWITCHES.items():
        if _key(name) not in st.session_state:
            st.session_state[_key(name)] = given(name) == code
        keep(name, code if is_on(name) else None)


def is_on(name: str) -> bool:
    on: bool = st.session_state[_key(name)]
    return on


def draw_switch(name: str, label: str) -> None:
    st.toggle(label, key=_key(name), persist_state=REMEMBERED)


def forget_switches() -> None:
    """Turn all off. New ones take their place, and nothing said of the old ones reaches them."""
    st.session_state[FORGOTTEN] = st.session_state.get(FORGOTTEN, 0) + 1


def _key(name: str) -> str:
    return f"switch_{name}_{st.session_state.get(FORGOTTEN, 0)}"
