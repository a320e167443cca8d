"""What is chosen in words on the Registry page, when the words change with the language.

The browser knows a choice by its words, and goes on to tell them after a change of language, when
they mean nothing. So in another language every choice is a new one, which begins as the last stood.
"""

from collections.abc import Callable, Sequence

import streamlit as st

from model.language import code
from ui.session.keys import generation, give_way

CHOICES_IN_WORDS, SPOKEN = "registry_choices_in_words", "registry_language"


def in_this_language(key: str) -> str:
    """Make the key of a field another one after every change of language."""
    if st.session_state.get(SPOKEN, code()) != code():
        give_way(CHOICES_IN_WORDS)
    st.session_state[SPOKEN] = code()
    return f"{key}_{generation(CHOICES_IN_WORDS)}"


def draw_radio(
    label: str,
    options: Sequence[str],
    words: Callable[[str], str],
    key: str,
    captions: Sequence[str] | None = None,
) -> str:
    """Draw a choice, of which the state of the session holds under `key` what was chosen."""
    field = _field(key)
    if field not in st.session_state and st.session_state.get(key) in options:
        st.session_state[field] = st.session_state[key]
    chosen: str = st.radio(
        label, options, format_func=words, captions=captions, key=field, persist_state="session"
    )
    st.session_state[key] = chosen
    return chosen


def choose(key: str, chosen: str) -> None:
    """Let a choice that `draw_radio` draws later in the run be this one."""
    st.session_state[key] = st.session_state[_field(key)] = chosen


def forget_choice(key: str) -> None:
    """Let a choice begin with its first option."""
    for name in [str(name) for name in st.session_state]:
        if name == key or name.startswith(f"{key}_field"):
            del st.session_state[name]


def _field(key: str) -> str:
    return in_this_language(f"{key}_field")
