"""The form in the sidebar that describes a child, and what has been made of it.

Every input but the two dates is kept in the address of the page, under its own name and in codes of
no language, so that a reload or a link brings it back. Dates are turned into a number of days here
and go nowhere. What can be used is decided by `model.case.read_case` alone.
"""

import dataclasses
import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

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
}
REQUIRED = ("leukemia", "days", "cr", "age")
CHOICES = {
    "leukemia": LEUKEMIAS,
    "cr": YES_NO,
    "mrd": MRD,
    "performance": PERFORMANCE,
    "tbi": YES_NO,
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
FILLED_IN = "form_filled_in"
# A browser with a slow connection has loaded every field of the form by then.
SECONDS_TO_LOAD = 30


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
    _fill_in_from_link()
    if language_has_changed():
        _show_again(CHOICES)
    _show_again(_still_loading())
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
        _options()
        still_missing = st.container()
        st.button(_("Start a new case"), on_click=clear_form, width="stretch")
    state = _read_form()
    for name, place in places.items():
        for problem in state.problems:
            given = st.session_state[name] is not None
            if given and problem.field == field_label(FIELD_OF[name]):
                place.warning(f":small[{refusal(problem)}]")
    if state.missing:
        still_missing.caption(_("Still missing: {inputs}.").format(inputs=listed(state.missing)))
    st.session_state[STATE] = state
    _keep_in_address()
    return state


def clear_form() -> None:
    """Forget the child: every input, and with it the address."""
    for name, empty in EMPTY_FORM.items():
        if st.session_state.get(name) != empty:
            st.session_state[name] = empty
    st.session_state.pop(STATE, None)
    st.session_state.pop(COMPARISON, None)
    forget_talk()


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


def _fill_in_from_link() -> None:
    if FILLED_IN in st.session_state:
        return
    filled = {}
    for name in (*FIELD_OF, *TREATMENTS):
        text = given(name)
        value = None if text is None else usable(name, text)
        if value is not None:
            filled[name] = value
    st.session_state.update(filled)
    st.session_state[FILLED_IN] = time.monotonic(), filled


def _still_loading() -> list[str]:
    """Fields that a link filled in, and that the browser may not have drawn yet.

    None once any field has changed: what is said of a field again undoes what somebody enters.
    """
    since, filled = st.session_state[FILLED_IN]
    began: dict[str, object] = {name: EMPTY_FORM[name] for name in (*FIELD_OF, *TREATMENTS)}
    began |= filled
    untouched = all(st.session_state.get(name, began[name]) == began[name] for name in began)
    if not untouched or time.monotonic() - since > SECONDS_TO_LOAD:
        filled.clear()
    return list(filled)


def _show_again(names: Iterable[str]) -> None:
    """Say to the browser once more what these fields hold.

    It knows a choice by its words, and given anew finds it under those of another language. And
    what a run says of a field that is still being loaded is lost when the next run comes before:
    the field would begin empty, and what the link held would be gone.
    """
    for name in names:
        if name in st.session_state:
            st.session_state[name] = st.session_state[name]


def _keep_in_address() -> None:
    for name in FIELD_OF:
        value = st.session_state[name]
        keep(name, None if value is None else str(_plain(value)))
    for treatment in TREATMENTS:
        keep(treatment, None if st.session_state[treatment] else "false")


def _leukemia() -> st.delta_generator.DeltaGenerator:
    st.radio(
        field_label("leukemia"),
        LEUKEMIAS,
        index=None,
        format_func={code: leukemia_label(code) for code in LEUKEMIAS}.__getitem__,
        horizontal=True,
        key="leukemia",
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
                key=name,
                on_change=_days_from_dates,
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
        key="cr",
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
        key=name,
        on_change=on_change,
    )
    return st.container()


def _choice_labels() -> Callable[[str], str]:
    # Translated now: Streamlit also asks for a label where no language is in use.
    return {choice: _(label) for choice, label in CHOICE_LABELS.items()}.__getitem__


def _guidance_only() -> None:
    with st.expander(_("Used by the guidance only (optional)"), key="guidance_only"):
        st.segmented_control(field_label("mrd"), MRD, format_func=_choice_labels(), key="mrd")
        st.segmented_control(
            field_label("performance"), PERFORMANCE, format_func=_choice_labels(), key="performance"
        )
        st.caption(
            _(
                "Good or poor in your own judgement: whether the child could go through intensive "
                "treatment. The paper names no scale and no threshold."
            )
        )
        st.segmented_control(field_label("tbi"), YES_NO, format_func=_choice_labels(), key="tbi")
        st.caption(_("The curves do not use these. Press a chosen answer again to take it back."))


def _options() -> None:
    st.markdown(_("**Options to show**"))
    for treatment in TREATMENTS:
        st.checkbox(treatment_label(treatment), value=True, key=treatment)
    if not _chosen_treatments():
        st.warning(_("No option is chosen, so none is shown."))


def _chosen_treatments() -> tuple[str, ...]:
    return tuple(treatment for treatment in TREATMENTS if st.session_state[treatment])


def _read_form() -> FormState:
    inputs = {field: _plain(st.session_state[name]) for name, field in FIELD_OF.items()}
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
        if st.session_state[name] is None and not (name == "days" and date_problem)
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
    transplant, failure = (st.session_state.get(name) for name in DATES)
    if transplant is None or failure is None:
        return None
    days: int = (failure - transplant).days
    return days


def _date_problem() -> Problem | None:
    """Say why the dates cannot be used; None where they can, or are not both given yet."""
    labels = _date_labels()
    for name in DATES:
        entered = st.session_state.get(name)
        if entered is not None and entered > date.today():
            return Problem(labels[name], entered.isoformat(), _("a date up to today"))
    days = _days_between()
    if days is None:
        return None
    if days < 0:
        return Problem(
            labels[FAILURE_DATE],
            st.session_state[FAILURE_DATE].isoformat(),
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
        st.session_state["days"] = None
    elif days is not None:
        st.session_state["days"] = days


def _forget_dates() -> None:
    for name in DATES:
        st.session_state[name] = None
