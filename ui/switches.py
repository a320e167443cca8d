"""The switches of the case page that ask another model than Table 4's: whether each is on, and
where that is kept. Off unless somebody turned one on; forgotten together with the child. One has
several positions: the day from which second transplant counts.

While one is on the address says so, in a code, on every page.
"""

from typing import Final

import streamlit as st

from model.sensitivity import WAITING_DAYS
from ui.address import given, keep
from ui.language import number

EXPLORATORY, ALL_OPTIONS = "exploratory", "all_options"
# What the address says of each that is on.
SWITCHES = {EXPLORATORY: "yes", ALL_OPTIONS: "alike"}
WAITING, NO_WAIT = "waiting", 0
# What the address may say of each.
CODES = {name: (code,) for name, code in SWITCHES.items()} | {
    WAITING: tuple(str(day) for day in WAITING_DAYS)
}
# As the fields of the form: told to the browser in every run until it says it back.
REMEMBERED: Final = "session"
FORGOTTEN = "switches_forgotten"


def read_switches() -> None:
    """Called in every run: let the address say which switches are on."""
    for name, code in SWITCHES.items():
        if _key(name) not in st.session_state:
            st.session_state[_key(name)] = given(name) == code
        keep(name, code if is_on(name) else None)
    if _key(WAITING) not in st.session_state:
        days = dict(zip(CODES[WAITING], WAITING_DAYS, strict=True))
        st.session_state[_key(WAITING)] = days.get(given(WAITING) or "", NO_WAIT)
    keep(WAITING, str(waiting()) if waiting() else None)


def is_on(name: str) -> bool:
    on: bool = st.session_state[_key(name)]
    return on


def waiting() -> int:
    """The day from which second transplant counts; `NO_WAIT` as in Table 4."""
    day: int = st.session_state[_key(WAITING)]
    return day


def draw_waiting(label: str) -> None:
    # Digits are the same in every language, so that the browser knows the choice again.
    st.segmented_control(
        label,
        (NO_WAIT, *WAITING_DAYS),
        format_func=number,
        required=True,
        key=_key(WAITING),
        persist_state=REMEMBERED,
    )


def draw_switch(name: str, label: str) -> None:
    st.toggle(label, key=_key(name), persist_state=REMEMBERED)


def forget_switches() -> None:
    """Turn all off. New ones take their place, and nothing said of the old ones reaches them."""
    st.session_state[FORGOTTEN] = st.session_state.get(FORGOTTEN, 0) + 1


def _key(name: str) -> str:
    return f"switch_{name}_{st.session_state.get(FORGOTTEN, 0)}"
