"""The form in the sidebar that describes a child, and what has been made of it.

Every input but the two dates is kept in the address of the page, under its own name and in codes of
no language, so that a reload or a link brings it back. Dates are turned into a number of days here
and go nowhere. What can be used is decided by `model.case.read_case` alone.

No field is written to while the browser shows it: a run that comes too soon after would bring what
the browser still says of it. A field that is to hold something else gives way to a new one.
"""

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import streamlit as st

from model.case import (
    LEUKEMIAS,
    MRD,
    PERFORMANCE,
    TREATMENTS,
    YES_NO,
    Case,
    CaseError,
    Problem,
    read_case,
)
from model.language import _, counted, listed, marked
from ui.address import given, keep
from ui.family_state import forget_talk
from ui.language import language_has_changed
from ui.navigation import start_at_the_entry
from ui.switches import forget_switches
from ui.wording import field_label, leukemia_label, refusal, treatment_label

# The fields of a case by their names in the address. Each treatment stands there under its own
# identifier, as true or false.
FIELD_OF = {
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
REQUIRED = ("leukemia", "days", "cr", "age")
CHOICES = {
    "leukemia": LEUKEMIAS,
    "cr": YES_NO,
    "mrd": MRD,
    "performance": PERFORMANCE,
    "tbi": YES_NO,
    "gvhd": YES_NO,
    "myeloablative": YES_NO,
}
CHOICE_LABELS = {
    "yes": marked("yes"),
    "no": marked("no"),
    "positive": marked("positive"),
    "negative": marked("negative"),
    "good": marked("good"),
    "poor": marked("poor"),
}
NUMBERS = tuple(name for name in FIELD_OF if name not in CHOICES)
SHOWN = {"true": True, "false": False}
TRANSPLANT_DATE, FAILURE_DATE = "date_of_transplant", "date_of_failure"
DATES = (TRANSPLANT_DATE, FAILURE_DATE)
EMPTY_FORM: dict[str, object] = dict.fromkeys((*FIELD_OF, *DATES)) | dict.fromkeys(TREATMENTS, True)
# Any day that a calendar offers can be entered, so that what is refused is refused in our words.
FIRST_DATE, LAST_DATE = date.min, date.max
STATE = "form_state"
# What the Compare page was asked for; forgotten together with the child.
COMPARISON = "comparison"
# Streamlit remembers what a field holds, and tells the browser in every run until it says it back.
# What is said only once, of a field still being loaded, is lost when another run comes before.
REMEMBERED: Final = "session"
# How many fields of each name have given way to a new one.
GIVEN_WAY = "form_fields_given_way"


@dataclass(frozen=True)
class FormState:
    """What the form holds.

    Attributes
    ----------
    case : Case or None
        None while something is missing or cannot be used.
    missing : tuple of str
        Labels, in the form's order, of required inputs not given yet.
    problems : tuple of Problem
        Inputs given and refused; `field` is the label on screen.
    treatments : tuple of str
        Options to show, in the fixed order; may be empty.
    """

    case: Case | None
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]
    treatments: tuple[str, ...]


def current_form() -> FormState:
    """What the form held when it was last drawn."""
    start_at_the_entry()
    state: FormState = st.session_state[STATE]
    return state


def case_form() -> FormState:
    """Draw the form in the sidebar and read it."""
    if GIVEN_WAY not in st.session_state:
        st.session_state[GIVEN_WAY] = {}
        st.session_state.update(EMPTY_FORM | _from_link())
    if language_has_changed():
        # The browser knows a choice by its words, and these are now of another language.
        for name in CHOICES:
            _begin_anew(name, _held(name))
    with st.sidebar:
        st.subheader(_("The child"))
        places = {
            "leukemia": _leukemia(),
            "days": _days(),
            "alive": _alive(),
            "cr": _remission(),
            "age": _age(),
        }
        _guidance_only()
        _exploratory_only()
        _options()
        still_missing = st.container()
        st.button(_("Start a new case"), on_click=clear_form, width="stretch")
    state = _read_form()
    for name, place in places.items():
        for problem in state.problems:
            if _held(name) is not None and problem.field == field_label(FIELD_OF[name]):
                place.warning(f":small[{refusal(problem)}]")
    if state.missing:
        still_missing.caption(_("Still missing: {inputs}.").format(inputs=listed(state.missing)))
    st.session_state[STATE] = state
    _keep_in_address()
    return state


def clear_form() -> None:
    """Forget the child: every input, and with it the address."""
    for name, empty in EMPTY_FORM.items():
        _begin_anew(name, empty)
    st.session_state.pop(STATE, None)
    st.session_state.pop(COMPARISON, None)
    forget_talk()
    forget_switches()


def usable(name: str, text: str) -> object:
    """What a text of a link puts into the form; None where it cannot stand in its field."""
    if name in NUMBERS:
        try:
            number = float(text)
        except ValueError:
            return None
        # Out of range, it is refused beside its field, like a number that was typed.
        return number if math.isfinite(number) else None
    if name in TREATMENTS:
        return SHOWN.get(text.lower())
    return text if text in CHOICES[name] else None


def _from_link() -> dict[str, object]:
    """What the link that opened the session puts into the form."""
    texts = {name: given(name) for name in (*FIELD_OF, *TREATMENTS)}
    values = {name: usable(name, text) for name, text in texts.items() if text is not None}
    return {name: value for name, value in values.items() if value is not None}


def _key(name: str) -> str:
    given_way = st.session_state[GIVEN_WAY].get(name, 0)
    return f"{name}_{given_way}" if given_way else name


def _held(name: str) -> Any:
    return st.session_state[_key(name)]


def _begin_anew(name: str, value: object) -> None:
    """Put a new field with this value in the place of one; nothing said of that one reaches it."""
    del st.session_state[_key(name)]
    given_way = st.session_state[GIVEN_WAY]
    given_way[name] = given_way.get(name, 0) + 1
    st.session_state[_key(name)] = value


def _keep_in_address() -> None:
    for name in FIELD_OF:
        value = _held(name)
        keep(name, None if value is None else str(_plain(value)))
    for treatment in TREATMENTS:
        keep(treatment, None if _held(treatment) else "false")


def _leukemia() -> st.delta_generator.DeltaGenerator:
    st.radio(
        field_label("leukemia"),
        LEUKEMIAS,
        index=None,
        format_func={code: leukemia_label(code) for code in LEUKEMIAS}.__getitem__,
        horizontal=True,
        key=_key("leukemia"),
        persist_state=REMEMBERED,
    )
    return st.container()


def _days() -> st.delta_generator.DeltaGenerator:
    place = _number("days", _forget_dates)
    with st.expander(_("Work it out from two dates"), key="from_dates"):
        for name, label in _date_labels().items():
            st.date_input(
                label,
                value=None,
                min_value=FIRST_DATE,
                max_value=LAST_DATE,
                format="YYYY-MM-DD",
                on_change=_days_from_dates,
                key=_key(name),
                persist_state=REMEMBERED,
            )
        problem = _date_problem()
        if problem:
            st.warning(f":small[{refusal(problem)}]")
        elif (days := _days_between()) is not None:
            st.markdown(counted("{days} day.", "{days} days.", days).format(days=days))
        st.caption(_("The number appears above when you leave a date. Only the number is kept."))
    return place


def _alive() -> st.delta_generator.DeltaGenerator:
    place = _number("alive")
    st.caption(
        _("Optional. Left empty, the curves start on the day of the relapse or progression.")
    )
    return place


def _remission() -> st.delta_generator.DeltaGenerator:
    st.radio(
        field_label("post_transplant_cr"),
        YES_NO,
        index=None,
        format_func=_choice_labels(),
        captions=[
            _("Relapse after remission: complete remission was documented, then blasts returned."),
            _("Progression without remission: the leukemia never cleared after the transplant."),
        ],
        key=_key("cr"),
        persist_state=REMEMBERED,
    )
    return st.container()


def _age() -> st.delta_generator.DeltaGenerator:
    return _number("age")


def _number(
    name: str, on_change: Callable[[], None] | None = None
) -> st.delta_generator.DeltaGenerator:
    st.number_input(
        field_label(FIELD_OF[name]),
        value=None,
        step=1.0,
        format="%g",
        on_change=on_change,
        key=_key(name),
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
        field_label(FIELD_OF[name]),
        CHOICES[name],
        format_func=_choice_labels(),
        key=_key(name),
        persist_state=REMEMBERED,
    )


def _options() -> None:
    st.markdown(_("**Options to show**"))
    for treatment in TREATMENTS:
        st.checkbox(treatment_label(treatment), key=_key(treatment), persist_state=REMEMBERED)
    if not _chosen_treatments():
        st.warning(_("No option is chosen, so none is shown."))


def _chosen_treatments() -> tuple[str, ...]:
    return tuple(treatment for treatment in TREATMENTS if _held(treatment))


def _read_form() -> FormState:
    inputs = {field: _plain(_held(name)) for name, field in FIELD_OF.items()}
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
    date_problem = _date_problem()
    if date_problem:
        problems.insert(0, date_problem)
    missing = tuple(
        field_label(FIELD_OF[name])
        for name in REQUIRED
        if _held(name) is None and not (name == "days" and date_problem)
    )
    if missing or problems:
        case = None
    return FormState(case, missing, tuple(problems), _chosen_treatments())


def _plain(entered: object) -> object:
    """Write a whole number without the decimals that the field adds to it."""
    return str(entered).removesuffix(".0") if isinstance(entered, float) else entered


# ----------------------------------------------------------------------------------- dates


def _date_labels() -> dict[str, str]:
    return {
        TRANSPLANT_DATE: _("Date of the first transplant"),
        FAILURE_DATE: _("Date of relapse or progression"),
    }


def _days_between() -> int | None:
    transplant, failure = (_held(name) for name in DATES)
    if transplant is None or failure is None:
        return None
    days: int = (failure - transplant).days
    return days


def _date_problem() -> Problem | None:
    """Say why the dates cannot be used; None where they can, or are not both given yet."""
    labels = _date_labels()
    for name in DATES:
        entered = _held(name)
        if entered is not None and entered > date.today():
            return Problem(labels[name], entered.isoformat(), _("a date up to today"))
    days = _days_between()
    if days is None:
        return None
    if days < 0:
        return Problem(
            labels[FAILURE_DATE],
            _held(FAILURE_DATE).isoformat(),
            _("on or after the date of the first transplant"),
        )
    try:
        read_case({"days_to_failure": days})
    except CaseError as error:
        for problem in error.problems:
            if problem.field == "days_to_failure":
                return dataclasses.replace(problem, field=field_label(problem.field))
    return None


def _days_from_dates() -> None:
    days = _days_between()
    if _date_problem():
        _begin_anew("days", None)
    elif days is not None:
        _begin_anew("days", float(days))


def _forget_dates() -> None:
    for name in DATES:
        if _held(name) is not None:
            _begin_anew(name, None)
