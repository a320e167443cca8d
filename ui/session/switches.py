"""The switches of the case page that ask another model than Table 4's: whether each is on, and
where that is kept. Off unless somebody turned one on; forgotten together with the child.

While one is on the address says so, in a code, on every page.
"""

from typing import Final

import streamlit as st

from ui.session.address import given, keep
from ui.session.keys import began_with, begin, forgotten_with_the_child, give_way, held, key_of

EXPLORATORY, ALL_OPTIONS = "exploratory", "all_options"
# What the address says of each that is on.
SWITCHES = {EXPLORATORY: "yes", ALL_OPTIONS: "alike"}
# Kept also while a page without the switch is shown.
REMEMBERED: Final = "session"


def read_switches() -> None:
    """Called in every run: let the address say which switches are on."""
    begin({_field(name): given(name) == code for name, code in SWITCHES.items()})
    for name, code in SWITCHES.items():
        keep(name, code if is_on(name) else None)


def is_on(name: str) -> bool:
    on: bool = held(_field(name))
    return on


def draw_switch(name: str, label: str, explained: str | None = None) -> None:
    st.toggle(
        label,
        value=began_with(_field(name)),
        key=key_of(_field(name)),
        persist_state=REMEMBERED,
        help=explained,
        wrap=True,
    )


@forgotten_with_the_child
def turn_off() -> None:
    """Turn all off."""
    for name in SWITCHES:
        give_way(_field(name), value=False)


def _field(name: str) -> str:
    return f"switch_{name}"
