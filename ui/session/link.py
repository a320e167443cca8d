"""What an opened link held that could not be used: it is left out, and here it is said.

Only the first run of a session reads a link; afterwards the address follows the session.
"""

from collections.abc import Callable

import streamlit as st

from model.case import one_of
from model.catalogues import languages
from model.language import _
from model.options import TREATMENTS
from ui.session.address import LANGUAGE, OF_PAGES, RECALIBRATED, opened_link
from ui.session.form import CHOICES_BY_NAME, INPUTS_BY_NAME, TRUE_OR_FALSE, FormState, usable
from ui.session.model_in_use import is_file_of_link
from ui.session.switches import SWITCHES
from ui.session.words import literal

KNOWN_NAMES = (*INPUTS_BY_NAME, *TREATMENTS, *SWITCHES, LANGUAGE, RECALIBRATED, *OF_PAGES)
# An input of earlier versions, which links still hold: the day until which all children wait.
WITHDRAWN = "waiting"
MOST_LINES = 8
NOTICE, READ, SEEN_WITH = "link_notice", "link_read", "link_notice_form"


def read_link() -> dict[str, list[str]]:
    """What the opened link says, by name; empty but for the first run of a session."""
    if READ in st.session_state:
        return {}
    st.session_state[READ] = True
    return {name: list(texts) for name, texts in opened_link().items()}


def draw_link_notice(link: dict[str, list[str]], form: FormState) -> None:
    """Say what of the link was left out, until the form changes or the reader has seen it."""
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
        draw_left_out(notice, forget_link_notice, "link_understood")
    else:
        forget_link_notice()


def forget_link_notice() -> None:
    st.session_state.pop(NOTICE, None)
    st.session_state.pop(SEEN_WITH, None)


def draw_left_out(notice: list[str], forget: Callable[[], None], key: str) -> None:
    """Say, if anything, what of a link was left out, the first `MOST_LINES` of it, and let the
    reader put that away."""
    if not notice:
        return
    lines = notice[:MOST_LINES]
    if len(notice) > MOST_LINES:
        lines.append(_("and {count} more").format(count=len(notice) - MOST_LINES))
    st.info(
        _("Part of the link could not be used and was left out:")
        + "\n\n"
        + "\n".join(f"- {line}" for line in lines)
    )
    st.button(_("Understood"), on_click=forget, key=key)


def _used(name: str, text: str, last: bool) -> bool:
    # What belongs to a page is read, and what is wrong with it said, on that page.
    return name in OF_PAGES or (last and _usable(name, text))


def _usable(name: str, text: str) -> bool:
    if name == LANGUAGE:
        return text in languages()
    if name == RECALIBRATED:
        return is_file_of_link(text)
    if name in SWITCHES:
        return text == SWITCHES[name]
    return name in KNOWN_NAMES and usable(name, text) is not None


def _left_out(name: str, text: str) -> str:
    given = literal(f"{name}={text}")
    if name == WITHDRAWN:
        return _(
            "{given}: the analysis of a wait before second SCT has been withdrawn. It counted "
            "against chemotherapy alone deaths that came too early for a transplant to have been "
            "given, and so pointed the wrong way. The rest of the link is used as before."
        ).format(given=given)
    if name not in KNOWN_NAMES:
        return _("{given}: there is no such input. Those that there are: {names}.").format(
            given=given, names=", ".join(map(literal, KNOWN_NAMES))
        )
    if _usable(name, text):
        return _("{given}: given more than once, and the last one counts.").format(given=given)
    return _("{given}: expected {expected}.").format(given=given, expected=_expected(name))


def _expected(name: str) -> str:
    if name == LANGUAGE:
        return one_of(languages())
    if name == RECALIBRATED:
        return _("the first eight signs of a model file's checksum, as digits and letters a to f")
    if name in SWITCHES:
        return one_of((SWITCHES[name],))
    if name in TREATMENTS:
        return one_of(tuple(TRUE_OR_FALSE))
    return one_of(CHOICES_BY_NAME[name])
