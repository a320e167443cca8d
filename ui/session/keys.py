"""Fields that give way to new ones, and what is forgotten with a child.

No field is told what it holds: it begins with something, and from then on the browser says. A field
that is to hold something else gives way to a new one, under a key with a higher number. So nothing
that is typed can be undone by what the server remembers, nor by a session that begins again from
its link, and nothing that a browser still says of an old field reaches the new one.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from ui.session.reconnected import newest

# With what each field began, and how many of its name have given way, by name.
BEGAN_WITH, GIVEN_WAY = "fields_began_with", "fields_given_way"

_forget: dict[str, Callable[[], None]] = {}


def begin(values: Mapping[str, Any]) -> None:
    """Let fields begin with these values, unless they have begun in this session.

    A session that begins again goes on with the fields that the browser has.
    """
    began, given_way = _began(), _given_way()
    for name, value in values.items():
        if name not in began:
            began[name] = value
            given_way[name] = newest(name)


def have_begun(name: str) -> bool:
    return name in _began()


def key_of(name: str) -> str:
    """The key of the field that now goes by a name."""
    count = generation(name)
    return f"{name}_{count}" if count else name


def generation(name: str) -> int:
    """How many fields of a name have given way."""
    return _given_way().get(name, 0)


def began_with(name: str) -> Any:
    return _began()[name]


def held(name: str) -> Any:
    """What a field holds: what the browser says of it, or else what it began with."""
    return st.session_state.get(key_of(name), began_with(name))


def entered(name: str) -> Any:
    """What a field holds; of a text, without the blanks around it."""
    value = held(name)
    return value.strip() if isinstance(value, str) else value


def give_way(name: str, value: Any = None) -> None:
    """Put a new field, with this value, in the place of one."""
    st.session_state.pop(key_of(name), None)
    _given_way()[name] = generation(name) + 1
    _began()[name] = value


def forgotten_with_the_child(forget: Callable[[], None]) -> Callable[[], None]:
    """Register what a room forgets when a new case is started."""
    _forget[f"{forget.__module__}.{forget.__qualname__}"] = forget
    return forget


def forget_the_child() -> None:
    """Let every room forget what it knows of the child."""
    # A room may register meanwhile: another session opens its page for the first time.
    for forget in tuple(_forget.values()):
        forget()


def _began() -> dict[str, Any]:
    began: dict[str, Any] = st.session_state.setdefault(BEGAN_WITH, {})
    return began


def _given_way() -> dict[str, int]:
    given_way: dict[str, int] = st.session_state.setdefault(GIVEN_WAY, {})
    return given_way
