"""What matters to the family: both poles of each question, and which options serve what they chose.

No weights, no totals, and no order but the fixed one: the talk does not choose. What is answered
and written stands in the session and nowhere else, and on paper the questions stand empty.
(Witteman et al. 2021 for having such a step, Hinds et al. 2009 for what parents name. The weighing
that the first also speaks of was left out on purpose.)
"""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from model.language import _, listed
from model.options import TREATMENTS
from ui.family.claims import MADE_OF, Facts, Said, claim, has, lacks, longer, sentence_of
from ui.family.family import FamilySheet
from ui.session.keys import forgotten_with_the_child, give_way, held, key_of
from ui.shown.options import family_label

ONE, BOTH, OTHER = "one", "both", "other"
HARD, CURELESS = "strong medicines", "palliative"


@dataclass(frozen=True)
class Question:
    """One question with its two poles; for each pole what it means for the options, from the facts
    and the options of the talk."""

    id: str
    one: str
    other: str
    if_one: Callable[[Facts, tuple[str, ...]], Said]
    if_other: Callable[[Facts, tuple[str, ...]], Said]


def questions() -> tuple[Question, ...]:
    """The questions in the language in use, in the order in which they stand."""
    return (
        Question(
            "strain",
            _("No strong chemotherapy for our child"),
            _("Strong chemotherapy, if it may help"),
            _without_strong_medicines,
            _with_strong_medicines,
        ),
        Question(
            "time",
            _("As much time at home as can be"),
            _("Every chance to live longer, however small"),
            _at_home,
            _lived_longer,
        ),
        Question(
            "new",
            _("What doctors know well"),
            _("Something new, even if little is known of it"),
            lambda _facts, _shown: _("Ask your team which option they know best."),
            lambda _facts, _shown: _(
                "Ask today about a trial or a newer treatment. The study has no numbers for it."
            ),
        ),
        Question(
            "who",
            _("We decide with what you tell us"),
            _("We would like your recommendation"),
            lambda _facts, _shown: _("Ask for all that you want to know before you decide."),
            lambda _facts, _shown: _(
                "Your team will tell you what they would do, and why. You can choose otherwise."
            ),
        ),
        Question(
            "when",
            _("Decide soon"),
            _("Not decide today"),
            lambda _facts, _shown: _("Ask what happens first, and when."),
            lambda _facts, _shown: _(
                "Ask how long you can wait, and what is done for your child until then."
            ),
        ),
    )


def prompts() -> dict[str, str]:
    """What can be written in one's own words."""
    return {
        "child": _("What our child says, knows, hopes for or fears"),
        "stop": _("When we would want to stop a treatment"),
        "others": _("Who else should hear this: family, a friend, a person of faith"),
        "more": _("What else matters to us"),
    }


def _named(options: tuple[str, ...]) -> str:
    return listed(family_label(option) for option in options)


def _without_strong_medicines(_facts: Facts, shown: tuple[str, ...]) -> Said:
    found = tuple(option for option in shown if HARD not in MADE_OF[option])
    if not found:
        return _("Each option of this talk has strong medicines. Ask your team what else there is.")
    return claim(
        _(
            "These have no strong medicines against the leukemia: {options}. The donor's cells can "
            "still make a child very ill."
        ).format(options=_named(found))
        if "dli" in found
        else _("These have no strong medicines against the leukemia: {options}.").format(
            options=_named(found)
        ),
        *(lacks(option, HARD) for option in found),
    )


def _with_strong_medicines(_facts: Facts, shown: tuple[str, ...]) -> Said:
    found = tuple(option for option in shown if HARD in MADE_OF[option])
    if not found:
        return _("No option of this talk has strong medicines. Ask your team what else there is.")
    return claim(
        _("These have strong medicines against the leukemia: {options}.").format(
            options=_named(found)
        ),
        *(has(option, HARD) for option in found),
    )


def _at_home(_facts: Facts, shown: tuple[str, ...]) -> Said:
    asked = _("Ask for each option how many days it means in the hospital.")
    if CURELESS not in shown:
        return asked
    return (
        _("{option} can be at home, in a hospice or in the hospital.").format(
            option=family_label(CURELESS)
        )
        + " "
        + asked
    )


def _lived_longer(facts: Facts, shown: tuple[str, ...]) -> Said:
    """The options of the talk with which children lived longer than with care without treatment
    meant to cure, and surely so."""
    found = tuple(
        option for option in shown if option != CURELESS and longer(option, CURELESS).holds(facts)
    )
    if not found:
        return _("Ask your team what could give more time.")
    return claim(
        _(
            "On the whole, children who had one of these lived longer than children who had care "
            "without treatment meant to cure: {options}. Nobody can tell if it would be so for "
            "your child."
        ).format(options=_named(found)),
        *(longer(option, CURELESS) for option in found),
    )


# --------------------------------------------------------------------------------- the session


def answer_name(question: str) -> str:
    return f"talk_matters_{question}"


def written_name(prompt: str) -> str:
    return f"talk_written_{prompt}"


def begin_matters() -> dict[str, str | None]:
    """Every field of this step, as it begins."""
    return {answer_name(one.id): None for one in questions()} | {
        written_name(prompt): "" for prompt in prompts()
    }


@forgotten_with_the_child
def forget_matters() -> None:
    for name, value in begin_matters().items():
        give_way(name, value)


def draw_matters(sheet: FamilySheet, facts: Facts) -> None:
    """Draw the questions, what the chosen poles mean for the options, and room to write."""
    shown = tuple(option for option in TREATMENTS if option in {o.treatment for o in sheet.options})
    for one in questions():
        labels = {ONE: one.one, BOTH: _("Both, or not sure"), OTHER: one.other}
        st.radio(
            _("{one}, or: {other}").format(one=one.one, other=one.other),
            tuple(labels),
            index=None,
            format_func=labels.__getitem__,
            key=key_of(answer_name(one.id)),
            persist_state="session",
            label_visibility="collapsed",
        )
        chosen = held(answer_name(one.id))
        for pole, serves in ((ONE, one.if_one), (OTHER, one.if_other)):
            if chosen in (pole, BOTH):
                st.caption(sentence_of(serves(facts, shown)))
    for prompt, label in prompts().items():
        st.text_area(
            label,
            key=key_of(written_name(prompt)),
            height=80,
            max_chars=800,
            persist_state="session",
        )
    st.caption(_("What you choose and write here stays on this page and is kept nowhere."))
