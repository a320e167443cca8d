"""What an opened link held that could not be used: Streamlit drops it, and here it is said.

Only the first run of a session reads a link; afterwards the address follows the form.
"""

import streamlit as st

from model.case import TREATMENTS, CaseError, one_of, read_case
from model.language import _
from ui.form import FIELD_OF, FormState
from ui.wording import literal

NAMES = (*FIELD_OF, *TREATMENTS)
MOST_LINES = 8
NOTICE, READ, SEEN_WITH = "link_notice", "link_read", "link_notice_form"


def read_link() -> dict[str, list[str]]:
    """What the opened link says, by name; empty but for the first run of a session."""
    if READ in st.session_state:
        return {}
    st.session_state[READ] = True
    return {name: st.query_params.get_all(name) for name in st.query_params}


def draw_link_notice(link: dict[str, list[str]], form: FormState) -> None:
    """Say what of the link was left out, until the form changes or the reader has seen it."""
    for name in link:
        if name not in NAMES:
            del st.query_params[name]
    left_out = [
        _left_out(name, text)
        for name, texts in link.items()
        for position, text in enumerate(texts, start=1)
        if text and not _used(name, text, last=position == len(texts))
    ]
    if left_out:
        st.session_state[NOTICE] = left_out
        st.session_state[SEEN_WITH] = form
    notice: list[str] = st.session_state.get(NOTICE, [])
    if notice and st.session_state[SEEN_WITH] == form:
        _draw(notice)
    else:
        forget_link_notice()


def forget_link_notice() -> None:
    st.session_state.pop(NOTICE, None)
    st.session_state.pop(SEEN_WITH, None)


def _draw(notice: list[str]) -> None:
    lines = notice[:MOST_LINES]
    if len(notice) > MOST_LINES:
        lines.append(_("and {count} more").format(count=len(notice) - MOST_LINES))
    st.info(
        _("Part of the link could not be used and was left out:")
        + "\n\n"
        + "\n".join(f"- {line}" for line in lines)
    )
    st.button(_("Understood"), on_click=forget_link_notice)


def _used(name: str, text: str, last: bool) -> bool:
    if name not in NAMES or not last:
        return False
    value = st.session_state[name]
    if isinstance(value, bool):
        return text.lower() == str(value).lower()
    # A number reaches its field whatever its notation; a text that is none leaves it empty.
    return value is not None if name in ("days", "age") else text == value


def _left_out(name: str, text: str) -> str:
    given = literal(f"{name}={text}")
    if name not in NAMES:
        return _("{given}: there is no such input. Those that there are: {names}.").format(
            given=given, names=", ".join(map(literal, NAMES))
        )
    if name in TREATMENTS:
        return _("{given}: expected {expected}.").format(
            given=given, expected=one_of(("true", "false"))
        )
    try:
        read_case({FIELD_OF[name]: text})
    except CaseError as error:
        for problem in error.problems:
            if problem.field == FIELD_OF[name]:
                return _("{given}: expected {expected}.").format(
                    given=given, expected=problem.expected
                )
    return _("{given}: given more than once, and the last one counts.").format(given=given)
