"""What a browser still holds when its session begins anew: after a restart, on another replica, or
after a sleep longer than a session is kept.

The page then stands as it stood, and the first change that is made to it opens the new session. A
session begins from its link, which does not know that change yet. What the browser says wins: the
session is made from the link in a run of which the browser hears nothing, and then hears again what
the browser said, as a change like any other.
"""

import re

import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner import RerunData, ScriptRunContext, get_script_run_ctx
from streamlit.runtime.state.common import user_key_from_element_id

# What the browser said, until a run that drew everything has ended; whether one has; what tells the
# browser of a run; and of numbered fields the last that the browser had.
SAID, HEARD, TELL = "said_by_browser", "browser_was_heard", "tells_browser"
NEWEST = "newest_fields_of_browser"
NUMBERED = re.compile(r"(.+)_(\d{1,9})")


def listen_to_browser() -> None:
    """Called first in every run: note what the browser says while a session is being made."""
    context = get_script_run_ctx()
    if HEARD in st.session_state or context is None:
        # What was typed is kept in no other place than its field.
        st.session_state[SAID] = []
        return
    said = context.session_state.get_widget_states()
    if NEWEST not in st.session_state:
        found = [NUMBERED.fullmatch(user_key_from_element_id(one.id) or "") for one in said]
        fields = sorted((field[1], int(field[2])) for field in found if field)
        st.session_state[NEWEST] = dict(fields)
    # Where a run was cut short, a button that it drew has been heard already.
    st.session_state[SAID] = [
        one for one in said if not (_is_press(one) and _is_drawn(one, context))
    ]
    if is_beginning_again() and context._enqueue is not _tell_nothing:
        # Told what the link says, the browser would forget what it has.
        st.session_state[TELL], context._enqueue = context._enqueue, _tell_nothing


def is_beginning_again() -> bool:
    """Whether this run only makes a session from its link, and the browser is heard in the next."""
    return HEARD not in st.session_state and bool(_said())


def newest(name: str) -> int:
    """Of fields called name_1, name_2 and so on, the last that the browser has; 0 if it has none.

    Fields give way to new ones under such names; a session that begins again goes on from there.
    """
    fields: dict[str, int] = st.session_state.get(NEWEST, {})
    return fields.get(name, 0)


def hear_browser() -> None:
    """Called where a run ends: let the session hear once more what the browser said first."""
    context = get_script_run_ctx()
    begins_again = is_beginning_again()
    st.session_state[HEARD] = True
    if begins_again and context is not None and context.script_requests is not None:
        context._enqueue = st.session_state.pop(TELL)
        context.script_requests.request_rerun(
            RerunData(
                query_string=context.query_string,
                widget_states=WidgetStates(widgets=_said()),
                page_script_hash=context.page_script_hash,
                cached_message_hashes=context.cached_message_hashes,
                context_info=context.context_info,
            )
        )
        # Where the session is asked for anything, this run gives way to that one.
        st.session_state.get(HEARD)


def _tell_nothing(_message: ForwardMsg) -> None:
    """Take the place of what tells the browser what a run draws."""


def _said() -> list[WidgetState]:
    said: list[WidgetState] = st.session_state.get(SAID, [])
    return said


def _is_press(one: WidgetState) -> bool:
    return "trigger" in (one.WhichOneof("value") or "")


def _is_drawn(one: WidgetState, context: ScriptRunContext) -> bool:
    return context.session_state._state.get_widget_metadata(one.id) is not None
