"""What the clinician has chosen for the talk with a family, and where it is kept.

The choices stand in the address, in codes: which options are left out, the time, whose children are
drawn, whether the talk is on, and its step. The team's own words stand in the session and nowhere
else: they are lost when the page is reloaded, and forgotten with the child.
"""

from collections.abc import Collection
from dataclasses import dataclass

import streamlit as st

from model.case import Case, one_of
from model.language import _
from model.options import TREATMENTS
from model.survival.prediction import TABLE_DAYS
from ui.family.burdens import burdens, general_words, is_general
from ui.family.family import GENERAL, times, usual_time
from ui.family.matters import begin_matters
from ui.session.address import given, keep
from ui.session.keys import began_with, begin, forgotten_with_the_child, give_way, held, key_of
from ui.session.words import literal

STEPS = ("words", "icons", "curves", "matters")
YES = "yes"
SEPARATOR = ","
# Names in the session. Choices are kept under them also while no widget shows them.
ON, STEP, DAY, PICTURED = "talk_on", "talk_step", "talk_day", "talk_pictured"
READ, NOTICE, WRITTEN_FOR = "talk_read", "talk_notice", "talk_notes_written_for"
NOTED = (GENERAL, *TREATMENTS)


@dataclass(frozen=True)
class Talk:
    """The talk as it is prepared: on or not, its step, its time, its options and those drawn."""

    on: bool
    step: str
    day: int
    treatments: tuple[str, ...]
    pictured: tuple[str, ...]


def note_key(name: str) -> str:
    """Where the session keeps the team's words on an option, or on none in particular."""
    return key_of(_note(name))


def shown_key(treatment: str) -> str:
    """Where the session keeps whether an option is in the talk."""
    return key_of(_shows(treatment))


def begins_shown(treatment: str) -> bool:
    """Whether the field of an option begins ticked."""
    shown: bool = began_with(_shows(treatment))
    return shown


def is_shown(treatment: str) -> bool:
    """Whether an option is in the talk."""
    shown: bool = held(_shows(treatment))
    return shown


def _note(name: str) -> str:
    return f"talk_note_{name}"


def _shows(treatment: str) -> str:
    return f"talk_shows_{treatment}"


def current_talk(case: Case, treatments: Collection[str]) -> Talk:
    """The talk for a case of which these options are shown, and keep it in the address.

    What was chosen for another case and does not fit this one gives way to what is usual.
    """
    _fill_in_from_link()
    _follow_the_language()
    state = st.session_state
    shown = tuple(t for t in TREATMENTS if t in treatments and is_shown(t))
    if state[DAY] not in times(case):
        state[DAY] = usual_time(case)
    # Given anew, a choice keeps its place when the language or the list of choices changes.
    state[PICTURED] = [t for t in shown if t in state[PICTURED]]
    state[DAY] = state[DAY]
    talk = Talk(
        on=state[ON],
        step=state[STEP],
        day=state[DAY],
        treatments=shown,
        pictured=tuple(state[PICTURED]),
    )
    left_out = [t for t in TREATMENTS if not is_shown(t)]
    keep("talk", YES if talk.on else None)
    keep("step", talk.step if talk.step != STEPS[0] else None)
    keep("when", str(talk.day) if talk.day != usual_time(case) else None)
    keep("left_out", SEPARATOR.join(left_out) or None)
    keep("icons", SEPARATOR.join(talk.pictured) or None)
    return talk


def notes() -> dict[str, str]:
    """The team's own words, without the blanks around them."""
    return {name: st.session_state.get(note_key(name), "").strip() for name in NOTED}


def burden_key(option: str, heading: str) -> str:
    """Where the session keeps a sentence of general knowledge, as the team has it."""
    return key_of(_burden(option, heading))


def burden_begins(option: str, heading: str) -> str:
    """What the field of such a sentence begins with."""
    words: str = began_with(_burden(option, heading))
    return words


def edited_burdens() -> dict[tuple[str, str], str]:
    """The team's words in the place of general knowledge, by option and heading; "" where they
    removed it. A sentence that nobody touched is not among them."""
    held_words = {place: held(_burden(*place)).strip() for place in burdens()}
    return {place: words for place, words in held_words.items() if not is_general(*place, words)}


def _burden(option: str, heading: str) -> str:
    return f"talk_burden_{option}_{heading}"


def _follow_the_language() -> None:
    """Let fields that hold a sentence as it is given hold it in the language in use."""
    for place in burdens():
        words, given_words = held(_burden(*place)), general_words(*place)
        if words.strip() != given_words and is_general(*place, words):
            give_way(_burden(*place), given_words)


@forgotten_with_the_child
def forget_talk() -> None:
    """Forget the child: the team's words and every choice made for the talk."""
    for name in NOTED:
        give_way(_note(name), "")
    for place in burdens():
        give_way(_burden(*place), general_words(*place))
    for treatment in TREATMENTS:
        give_way(_shows(treatment), value=True)
    st.session_state.update({ON: False, STEP: STEPS[0], DAY: None, PICTURED: []})
    st.session_state.update({READ: True, NOTICE: [], WRITTEN_FOR: None})


def start_talk() -> None:
    """Show the family the words first."""
    st.session_state[ON] = True
    st.session_state[STEP] = STEPS[0]


def end_talk() -> None:
    st.session_state[ON] = False
    st.session_state[STEP] = STEPS[0]


def go_to_step(step: str) -> None:
    st.session_state[STEP] = step


def draw_all(treatments: Collection[str]) -> None:
    """Draw the children and the curves of every option of the talk."""
    st.session_state[PICTURED] = list(treatments)


# -------------------------------------------------------------------------------------- notes


def written_for(case: Case) -> None:
    """Remember which child the team's words were written for."""
    own_words = any(notes().values()) or any(edited_burdens().values())
    st.session_state[WRITTEN_FOR] = case if own_words else None


def written_for_another(case: Case) -> bool:
    """Whether the form has been changed since the team's words were written."""
    return st.session_state.get(WRITTEN_FOR) not in (None, case)


def forget_notes() -> None:
    for name in NOTED:
        st.session_state[note_key(name)] = ""
    for place, words in edited_burdens().items():
        if words:
            give_way(_burden(*place), general_words(*place))
    st.session_state[WRITTEN_FOR] = None


# --------------------------------------------------------------------------------------- link


def link_notice() -> list[str]:
    """What a link said of the talk and could not be used, in words."""
    notice: list[str] = st.session_state[NOTICE]
    return notice


def forget_link_notice() -> None:
    st.session_state[NOTICE] = []


def _fill_in_from_link() -> None:
    if READ in st.session_state:
        return
    state = st.session_state
    state.update({READ: True, NOTICE: [], WRITTEN_FOR: None})
    days = {str(day): day for day in TABLE_DAYS}
    state[ON] = bool(_usable("talk", (YES,), 1))
    state[STEP] = next(iter(_usable("step", STEPS, 1)), STEPS[0])
    state[DAY] = next((days[text] for text in _usable("when", tuple(days), 1)), None)
    without = _usable("left_out", TREATMENTS, len(TREATMENTS))
    begin({_note(name): "" for name in NOTED})
    begin({_burden(*place): general_words(*place) for place in burdens()})
    begin({_shows(treatment): treatment not in without for treatment in TREATMENTS})
    begin(begin_matters())
    state[PICTURED] = _usable("icons", TREATMENTS, len(TREATMENTS))


def _usable(name: str, codes: tuple[str, ...], most: int) -> list[str]:
    """The codes that the link gives under a name; what is none of them is noted and left out."""
    texts = list(dict.fromkeys((given(name) or "").split(SEPARATOR)))
    found = [text for text in texts if text in codes][:most]
    st.session_state[NOTICE] += [
        _("{given}: expected {expected}.").format(
            given=literal(f"{name}={text}"), expected=one_of(codes)
        )
        for text in texts
        if text and text not in found
    ]
    return found
