"""The form in the sidebar that describes a child, and what has been made of it.

Every input but the two dates is kept in the address of the page, under its own name and in codes of
no language, so that a reload or a link brings it back. Dates are turned into a number of days here
and go nowhere. What can be used is decided by `model.case.read_case` alone: numbers and dates are
typed as text, so that what is read, or refused, is what was typed and nothing that a browser made
of it.
"""

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from model.case import (
    AGE_END,
    CHOICES,
    LEUKEMIAS,
    REQUIRED,
    YES_NO,
    Case,
    CaseError,
    Problem,
    read_case,
)
from model.language import _, counted, listed
from model.number import whole_number
from model.options import TREATMENTS, treatment_label
from ui.session.address import forget_link, given, keep
from ui.session.dates import (
    DATES,
    begin_dates_anew,
    date_labels,
    date_problem,
    dates_as_read,
    days_between,
    note_dates_as_read,
    note_days_and_dates,
    settle_days_and_dates,
)
from ui.session.first_field import draw_show_result, draw_to_first_field, lead_to_first_field
from ui.session.keys import (
    began_with,
    begin,
    entered,
    forget_the_child,
    give_way,
    have_begun,
    held,
    key_of,
)
from ui.session.language import language_has_changed
from ui.session.navigation import start_at_the_entry
from ui.session.not_applied import say_applied
from ui.session.words import CHOICE_LABELS, field_label, leukemia_label, refusal, whom_it_is_for

# The fields of a case by their names in the address. Each treatment stands there under its own
# identifier, as true or false.
INPUTS_BY_NAME = {
    "leukemia": "leukemia",
    "days": "days_to_failure",
    "alive": "days_survived",
    "cr": "post_transplant_cr",
    "age": "age_years",
    "mrd": "mrd",
    "performance": "performance",
    "tbi": "tbi",
    "gvhd": "gvhd",
    "myeloablative": "myeloablative",
}
REQUIRED_NAMES = tuple(name for name, field in INPUTS_BY_NAME.items() if field in REQUIRED)
CHOICES_BY_NAME = {
    name: CHOICES[field] for name, field in INPUTS_BY_NAME.items() if field in CHOICES
}
NUMBERS = tuple(name for name in INPUTS_BY_NAME if name not in CHOICES_BY_NAME)
# Kept also while a page without the form is shown.
REMEMBERED: Final = "session"
TRUE_OR_FALSE = {"true": True, "false": False}
EMPTY_FORM: dict[str, Any] = (
    dict.fromkeys(CHOICES_BY_NAME)
    | dict.fromkeys((*NUMBERS, *DATES), "")
    | dict.fromkeys(TREATMENTS, True)
)
# What is refused stays in its field, as long as it is a text of this length.
LONGEST_TEXT = 40
# Of what is refused the address keeps only what looks like a count, no name and no date; of
# anything else that there was something, so that a reload refuses it as well.
COUNT = re.compile(r"[+-]?\d{1,4}([.,]\d)?", re.ASCII)
UNUSABLE = "?"
STATE = "form_state"


@dataclass(frozen=True)
class FormState:
    """What the form holds.

    Attributes
    ----------
    case : Case or None
        None while something is missing or cannot be used.
    missing : tuple of str
        Labels, in the form's order, of inputs not given yet that survival needs.
    problems : tuple of Problem
        Inputs given and refused; `field` is the label on screen.
    treatments : tuple of str
        Options to show, in the fixed order; may be empty.
    missing_for_guidance : tuple of str
        As `missing`, of what guidance, talk and record need: the leukemia as well.
    """

    case: Case | None
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]
    treatments: tuple[str, ...]
    missing_for_guidance: tuple[str, ...] = ()


def current_form() -> FormState:
    """What the form held when it was last drawn."""
    start_at_the_entry()
    state: FormState = st.session_state[STATE]
    return state


def case_form(drawn: bool) -> FormState:
    """Read the form, and draw it in the sidebar of a page that depends on it."""
    if not have_begun("days"):
        begin(EMPTY_FORM | _from_link())
        note_days_and_dates()
    if language_has_changed():
        # The browser knows a choice by its words, and these are now of another language.
        for name in CHOICES_BY_NAME:
            give_way(name, entered(name))
        begin_dates_anew()
    settle_days_and_dates()
    if drawn:
        with st.sidebar:
            state = _draw_form()
    else:
        state = _read_form()
    note_dates_as_read()
    st.session_state[STATE] = state
    _keep_in_address()
    return state


def _draw_form() -> FormState:
    """Draw the form, read it, and say beside its fields what cannot be used."""
    st.subheader(_("The child"))
    places = {"leukemia": _leukemia(), "days": _days(), "cr": _remission()}
    still_missing = st.container()
    st.caption(whom_it_is_for())
    places |= {"age": _age(), "alive": _alive()}
    _guidance_only()
    _exploratory_only()
    _options()
    st.button(_("Start a new case"), on_click=clear_form, width="stretch")
    say_applied({key_of(name): held(name) for name in (*NUMBERS, *DATES)})
    draw_to_first_field()
    state = _read_form()
    for name, place in places.items():
        for problem in state.problems:
            if entered(name) and problem.field == field_label(INPUTS_BY_NAME[name]):
                place.error(refusal(problem))
    with still_missing:
        if state.missing:
            st.caption(_("Still missing: {inputs}.").format(inputs=listed(state.missing)))
        if state.case is not None:
            draw_show_result()
    return state


def clear_form() -> None:
    """Forget the child: every input, and with it the address."""
    for name, empty in EMPTY_FORM.items():
        give_way(name, empty)
    note_days_and_dates()
    st.session_state.pop(STATE, None)
    forget_link()
    forget_the_child()
    lead_to_first_field()


def usable(name: str, text: str) -> Any:
    """What a text of a link puts into the form; None where it cannot stand in its field.

    A number stands in its field as it was given: what cannot be used is refused there, and nothing
    is predicted without it.
    """
    if name in NUMBERS:
        line = " ".join(text.split())
        return line if len(line) <= LONGEST_TEXT else line[:LONGEST_TEXT] + "…"
    if name in TREATMENTS:
        return TRUE_OR_FALSE.get(text.lower())
    return next((code for code in CHOICES_BY_NAME[name] if plain(code) == plain(text)), None)


def plain(text: str) -> str:
    """A code of a link as it is compared: aml, or AML with a blank behind it, are AML."""
    return " ".join(text.split()).casefold()


def _from_link() -> dict[str, Any]:
    """What the link that opened the session puts into the form."""
    texts = {name: given(name) for name in (*INPUTS_BY_NAME, *TREATMENTS)}
    values = {name: usable(name, text) for name, text in texts.items() if text is not None}
    return {name: value for name, value in values.items() if value is not None}


def _keep_in_address() -> None:
    for name in INPUTS_BY_NAME:
        value = entered(name) or None
        if name in NUMBERS and value is not None:
            number = whole_number(value)
            value = value if number is None else str(number)
            value = value if COUNT.fullmatch(value) else UNUSABLE
        keep(name, value)
    for treatment in TREATMENTS:
        keep(treatment, None if entered(treatment) else "false")


def _leukemia() -> st.delta_generator.DeltaGenerator:
    st.radio(
        field_label("leukemia"),
        LEUKEMIAS,
        index=_place("leukemia"),
        format_func={code: leukemia_label(code) for code in LEUKEMIAS}.__getitem__,
        horizontal=True,
        key=key_of("leukemia"),
        persist_state=REMEMBERED,
    )
    return st.container()


def _place(name: str) -> int | None:
    """The place of the choice with which a field begins."""
    return None if began_with(name) is None else CHOICES_BY_NAME[name].index(began_with(name))


def _days() -> st.delta_generator.DeltaGenerator:
    place = _number("days")
    with st.expander(_("Work it out from two dates"), key="from_dates"):
        for name, label in date_labels().items():
            st.text_input(
                label,
                value=began_with(name),
                placeholder=_("2015-03-31 or 31/03/2015"),
                autocomplete="off",
                key=key_of(name),
                persist_state=REMEMBERED,
            )
        problem = date_problem()
        if problem:
            st.error(refusal(problem))
        elif (days := days_between()) is not None:
            st.markdown(counted("{days} day.", "{days} days.", days).format(days=days))
            st.caption(dates_as_read())
        st.caption(_("The number appears above when you leave a date. Only the number is kept."))
    return place


def _alive() -> st.delta_generator.DeltaGenerator:
    place = _number("alive")
    st.caption(_("Optional. Left empty, the curves start on the day of relapse or progression."))
    return place


def _remission() -> st.delta_generator.DeltaGenerator:
    st.radio(
        field_label("post_transplant_cr"),
        YES_NO,
        index=_place("cr"),
        format_func=_choice_labels(),
        captions=[
            _("Relapse after remission: complete remission was documented, then blasts returned."),
            _("Progression without remission: the leukemia never cleared after the transplant."),
        ],
        key=key_of("cr"),
        persist_state=REMEMBERED,
    )
    return st.container()


def _age() -> st.delta_generator.DeltaGenerator:
    place = _number("age")
    said = _("Optional: the curves do not use it. The study is of children under {age}.")
    st.caption(said.format(age=AGE_END))
    return place


def _number(name: str) -> st.delta_generator.DeltaGenerator:
    """A field for a number: of text, with the keypad of numbers on a phone. A browser's own number
    field makes 15 of 1,5 in some languages, and 2005 of a pasted 200,5."""
    st.text_input(
        field_label(INPUTS_BY_NAME[name]),
        value=began_with(name),
        type="phone",
        icon="",
        placeholder="",
        autocomplete="off",
        key=key_of(name),
        persist_state=REMEMBERED,
    )
    return st.container()


def _choice_labels() -> Callable[[str], str]:
    # Translated now: Streamlit also asks for a label where no language is in use.
    return {choice: _(label) for choice, label in CHOICE_LABELS.items()}.__getitem__


def _guidance_only() -> None:
    with st.expander(_("Used by the guidance only (optional)"), key="guidance_only"):
        _optional_choice("mrd")
        _optional_choice("performance")
        st.caption(
            _(
                "Good or poor in your own judgement: whether the child could go through intensive "
                "treatment. The paper names no scale and no threshold."
            )
        )
        _optional_choice("tbi")
        st.caption(_("The curves do not use these. Press a chosen answer again to take it back."))


def _exploratory_only() -> None:
    with st.expander(_("Used by the exploratory model only (optional)"), key="exploratory_only"):
        _optional_choice("gvhd")
        st.caption(
            _(
                "As in the paper's Table 3, which does not say which GvHD it counts, acute or "
                "chronic, nor what grade. It cannot be acute GvHD of any grade: far more children "
                "had that than the precision of its ratio allows."
            )
        )
        _optional_choice("myeloablative")
        st.caption(_("The exploratory model also uses leukemia, age and TBI."))


def _optional_choice(name: str) -> None:
    st.segmented_control(
        field_label(INPUTS_BY_NAME[name]),
        CHOICES_BY_NAME[name],
        format_func=_choice_labels(),
        default=began_with(name),
        key=key_of(name),
        persist_state=REMEMBERED,
    )


def _options() -> None:
    st.markdown(_("**Options to show**"))
    for treatment in TREATMENTS:
        st.checkbox(
            treatment_label(treatment),
            value=began_with(treatment),
            key=key_of(treatment),
            persist_state=REMEMBERED,
        )
    if not _chosen_treatments():
        st.warning(_("No option is chosen, so none is shown."))


def _chosen_treatments() -> tuple[str, ...]:
    return tuple(treatment for treatment in TREATMENTS if entered(treatment))


def _read_form() -> FormState:
    inputs = {field: entered(name) for name, field in INPUTS_BY_NAME.items()}
    problems: list[Problem] = []
    case = None
    try:
        case = read_case(inputs)
    except CaseError as error:
        problems = [
            dataclasses.replace(problem, field=field_label(problem.field))
            for problem in error.problems
            if problem.value
        ]
    problem_of_dates = date_problem()
    if problem_of_dates:
        problems.insert(0, problem_of_dates)
    missing = [
        name
        for name in ("leukemia", *REQUIRED_NAMES)
        if not entered(name) and not (name == "days" and problem_of_dates)
    ]
    for_guidance = tuple(field_label(INPUTS_BY_NAME[name]) for name in missing)
    for_survival = tuple(field_label(INPUTS_BY_NAME[n]) for n in missing if n in REQUIRED_NAMES)
    if for_survival or problems:
        case = None
    return FormState(case, for_survival, tuple(problems), _chosen_treatments(), for_guidance)
