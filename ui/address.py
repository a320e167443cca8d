"""What the address of the page holds: the inputs, in codes of no language, never a date or a name.

Streamlit's own binding writes the visible words of a choice into the address. A link must mean the
same in every language, so that choices stand there under their codes, by the two functions below;
numbers and ticks are bound by Streamlit itself.
"""

import streamlit as st

FROM_LINK = "from_link"


def given(name: str) -> str | None:
    """What the link that opened this session says under a name, once; None if it says nothing.

    Whoever asks has to check it: it comes from outside.
    """
    link: dict[str, str] | None = st.session_state.get(FROM_LINK)
    if link is None:
        link = st.session_state[FROM_LINK] = st.query_params.to_dict()
    return link.pop(name, None)


def keep(name: str, code: str | None) -> None:
    """Let the address say a code under a name, or nothing."""
    if code is None:
        if name in st.query_params:
            del st.query_params[name]
    elif st.query_params.get(name) != code:
        st.query_params[name] = code
