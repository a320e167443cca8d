"""What the reader does on the Compare page: columns are added, changed, named, copied and removed,
and the reference and the day are chosen.

What was asked for is one value, `Asked`; every field on screen is drawn from it, and every change
makes a new one. So the address, the session and the screen hold the same. What was typed and is
refused stays in its field, and nothing is compared until it is mended.
"""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from model.case import CHOICES, Case, CaseError, as_code
from model.language import _
from model.options import REINDUCTION, TREATMENTS, treatment_label
from model.survival.prediction import HORIZON_DAYS, TABLE_DAYS
from ui.compare.address import (
    LONGEST_NAME,
    MOST_COLUMNS,
    NAME,
    OPTIONS_OF_COLUMNS,
    OWN_INPUTS,
    Column,
    LinkError,
    clean_name,
    column_as_text,
    column_of,
    columns_from_link,
    number_from_link,
)
from ui.compare.comparison import (
    COMPARISON,
    LETTERS,
    Asked,
    Comparison,
    Refused,
    scenario_of,
    without_model,
)
from ui.compare.table import column_card
from ui.session.address import given, given_all, keep
from ui.session.form import FormState
from ui.session.keys import forgotten_with_the_child, give_way, key_of
from ui.session.language import number
from ui.session.link import draw_left_out
from ui.session.model_in_use import recalibration_in_use
from ui.session.not_applied import say_applied
from ui.session.words import field_label, refusal
from ui.shown.labels import choice_words
from ui.shown.results import ONE_YEAR, horizon_name

FIRST_COLUMNS = 2
# Names in the address.
COLUMN, REFERENCE, DAY = "column", "ref", "at"
OPTION = "option"
AS_IN_THE_CASE = "as_in_the_case"
LINK_READ, NOTICE = "comparison_link_read", "comparison_notice"
REPORTED, ANY_DAY, CHOSEN_REFERENCE = "compare_reported_day", "compare_day", "compare_reference"


# ----------------------------------------------------------------------- what was asked for


def asked_comparison(form: FormState) -> Asked | None:
    """What to compare: what the link, then the reader, asked for, or else two of the options.

    None while nothing was asked for and there is no case to begin with.
    """
    _read_link()
    asked: Asked | None = st.session_state.get(COMPARISON)
    if asked is None and form.case is not None and form.treatments:
        asked = st.session_state[COMPARISON] = Asked(
            tuple(Column(treatment) for treatment in form.treatments[:FIRST_COLUMNS])
        )
    if asked is not None:
        keep(COLUMN, [column_as_text(column) for column in asked.columns])
        keep(REFERENCE, str(asked.reference + 1) if asked.reference else None)
        keep(DAY, str(asked.day) if asked.day != ONE_YEAR else None)
    return asked


def _read_link() -> None:
    if LINK_READ in st.session_state:
        return
    st.session_state[LINK_READ] = True
    columns, left_out = columns_from_link(given_all(COLUMN))
    chosen = {REFERENCE: 1, DAY: ONE_YEAR}
    for name, last in ((REFERENCE, max(1, len(columns))), (DAY, HORIZON_DAYS)):
        text = given(name)
        if text:
            try:
                chosen[name] = number_from_link(name, text, last)
            except LinkError as problem:
                left_out.append(str(problem))
    if columns:
        st.session_state[COMPARISON] = Asked(columns, chosen[REFERENCE] - 1, chosen[DAY])
    if left_out:
        st.session_state[NOTICE] = left_out


def draw_link_notice() -> None:
    """Say what of the link was left out, until the reader has seen it or changes something."""
    draw_left_out(st.session_state.get(NOTICE, []), _forget_notice, "comparison_understood")


def _forget_notice() -> None:
    st.session_state.pop(NOTICE, None)


def _asked() -> Asked:
    asked: Asked = st.session_state[COMPARISON]
    return asked


def _ask(**changes: object) -> None:
    st.session_state[COMPARISON] = replace(_asked(), **changes)  # type: ignore[arg-type]
    _forget_notice()


def _close_editors() -> None:
    # A new editor begins closed; the places of the columns have moved.
    for place in range(MOST_COLUMNS):
        give_way(_editor(place))


def _editor(place: int) -> str:
    return f"comparison_editor_{place}"


@forgotten_with_the_child
def forget_comparison() -> None:
    st.session_state.pop(COMPARISON, None)
    _forget_notice()


# --------------------------------------------------------------------------------- columns


def draw_columns(asked: Asked, shown: Comparison | None, case: Case | None) -> None:
    """The columns side by side, each with what it holds and a way to change it."""
    for place, drawn in enumerate(st.columns(len(asked.columns))):
        column = asked.columns[place]
        with drawn, st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            with st.container(width="stretch"):
                if shown is None:
                    st.markdown(f"**{LETTERS[place]}** · {treatment_label(column.treatment)}")
                    if scenario_of(column, case) is None:
                        st.caption(_("Needs the case of the form, or its own inputs."))
                else:
                    scenarios = [column.scenario for column in shown.columns]
                    st.html(column_card(place, column.name, scenarios, asked.reference))
            _draw_editor(place, asked, case)
    places = range(len(asked.columns))
    texts = (*(name for name in OWN_INPUTS if _is_number(name)), NAME)
    say_applied({_key(p, f): str(_entered(p, f)) for p in places for f in texts})


def draw_add(asked: Asked) -> None:
    """The way to one more column."""
    full = len(asked.columns) == MOST_COLUMNS
    st.button(
        _("Add a column"),
        icon=":material/add:",
        on_click=_add,
        disabled=full,
        help=_("{number} columns are the most.").format(number=number(MOST_COLUMNS))
        if full
        else None,
        key="comparison_add",
    )


def _draw_editor(place: int, asked: Asked, case: Case | None) -> None:
    column = asked.columns[place]
    letter = LETTERS[place]
    refused = asked.refused.get(place)
    label = _("Change {column}").format(column=letter)
    with st.popover(label, key=key_of(_editor(place))):
        with st.container(horizontal=True):
            st.button(
                _("Duplicate"),
                on_click=_duplicate,
                args=(place,),
                disabled=len(asked.columns) == MOST_COLUMNS,
                key=_key(place, "duplicate"),
            )
            st.button(
                _("Remove"),
                on_click=_remove,
                args=(place,),
                disabled=len(asked.columns) == 1,
                key=_key(place, "remove"),
            )
        _field(place, OPTION, column.treatment)
        st.selectbox(
            _("Option"),
            _offered(column),
            format_func=treatment_label,
            key=_key(place, OPTION),
            on_change=_change_option,
            args=(place,),
        )
        for name in OWN_INPUTS:
            _own_input(place, name, column, case, {} if refused is None else refused.typed)
        _field(place, NAME, column.name)
        st.text_input(
            _("Short name (optional)"),
            max_chars=LONGEST_NAME,
            key=_key(place, NAME),
            help=_("It stands in the link to this page: not the name of the child."),
            on_change=_rename,
            args=(place,),
        )
        if refused is not None:
            problem = refused.problem
            st.warning(f"{problem.field}: {refusal(problem)}")


def _offered(column: Column) -> tuple[str, ...]:
    """The options to choose from: a recalibrated model has treatments alone."""
    if recalibration_in_use() is not None and column.treatment != REINDUCTION:
        return TREATMENTS
    return OPTIONS_OF_COLUMNS


def _is_number(name: str) -> bool:
    return OWN_INPUTS[name] not in CHOICES


def _own_input(
    place: int, name: str, column: Column, case: Case | None, typed: Mapping[str, str]
) -> None:
    """A field for what a column may hold of its own; left as it is, it follows the case."""
    field = OWN_INPUTS[name]
    own = as_code(column.own.get(field))
    if _is_number(name):
        _field(place, name, typed.get(name, own))
        _number(place, name, None if case is None else getattr(case, field))
    else:
        _field(place, name, typed.get(name, own or AS_IN_THE_CASE))
        _choice(place, name)


def _number(place: int, name: str, in_the_case: int | None) -> None:
    placeholder = _("as in the case")
    if in_the_case is not None:
        placeholder = _("{number}, as in the case").format(number=number(in_the_case))
    st.text_input(
        field_label(OWN_INPUTS[name]),
        type="phone",
        icon="",
        placeholder=placeholder,
        autocomplete="off",
        key=_key(place, name),
        on_change=_change_inputs,
        args=(place,),
    )


def _choice(place: int, name: str) -> None:
    field = OWN_INPUTS[name]
    words = {AS_IN_THE_CASE: _("as in the case")} | {
        code: choice_words(field, code) for code in CHOICES[field]
    }
    st.selectbox(
        field_label(field),
        tuple(words),
        format_func=words.__getitem__,
        key=_key(place, name),
        on_change=_change_inputs,
        args=(place,),
    )


def _key(place: int, field: str) -> str:
    return f"comparison_{place}_{field}"


def _field(place: int, field: str, value: object) -> None:
    _show(_key(place, field), value)


def _entered(place: int, field: str) -> object:
    return st.session_state[_key(place, field)]


def _columns() -> list[Column]:
    return list(_asked().columns)


def _change(place: int, column: Column) -> None:
    columns = _columns()
    columns[place] = column
    _ask(columns=tuple(columns))


def _change_option(place: int) -> None:
    treatment = _entered(place, OPTION)
    if treatment in OPTIONS_OF_COLUMNS:
        _change(place, replace(_columns()[place], treatment=str(treatment)))


def _rename(place: int) -> None:
    name = clean_name(str(_entered(place, NAME) or ""))
    _change(place, replace(_columns()[place], name=name))


def _change_inputs(place: int) -> None:
    column = _columns()[place]
    typed = {name: str(_entered(place, name) or "").strip() for name in OWN_INPUTS}
    own = {name: text for name, text in typed.items() if text not in ("", AS_IN_THE_CASE)}
    try:
        changed = column_of(column.treatment, own, column.name)
    except CaseError as error:
        problem = error.problems[0]
        problem = replace(problem, field=field_label(problem.field))
        _ask(refused=_asked().refused | {place: Refused(problem, typed)})
    else:
        _ask(refused={k: r for k, r in _asked().refused.items() if k != place})
        _change(place, changed)


def _add() -> None:
    columns = _columns()
    used = {column.treatment for column in columns}
    treatment = next((option for option in TREATMENTS if option not in used), TREATMENTS[0])
    _ask(columns=(*columns, Column(treatment)))
    _close_editors()


def _duplicate(place: int) -> None:
    asked, columns = _asked(), _columns()
    columns.insert(place + 1, replace(columns[place], name=""))
    moved = asked.reference + (asked.reference > place)
    refused = {k + (k > place): r for k, r in asked.refused.items()}
    _ask(columns=tuple(columns), reference=moved, refused=refused)
    _close_editors()


def _remove(place: int) -> None:
    asked, columns = _asked(), _columns()
    del columns[place]
    moved = 0 if asked.reference == place else asked.reference - (asked.reference > place)
    refused = {k - (k > place): r for k, r in asked.refused.items() if k != place}
    _ask(columns=tuple(columns), reference=moved, refused=refused)
    _close_editors()


def draw_what_is_refused(asked: Asked) -> None:
    """Say what was typed or chosen for a column and cannot be used."""
    lines = [
        _("- {column}, {input}: {sentence}").format(
            column=LETTERS[place],
            input=treatment_label(asked.columns[place].treatment),
            sentence=why,
        )
        for place, why in without_model(asked, recalibration_in_use()).items()
    ]
    lines += [
        _("- {column}, {input}: {sentence}").format(
            column=LETTERS[place], input=refused.problem.field, sentence=refusal(refused.problem)
        )
        for place, refused in sorted(asked.refused.items())
    ]
    st.info(
        "\n\n".join((_("Nothing is compared yet."), _("Cannot be used:") + "\n" + "\n".join(lines)))
    )


# ---------------------------------------------------------------------- reference and day


def draw_reference(asked: Asked, shown: Comparison) -> None:
    """Which column the others are compared with."""
    if len(asked.columns) == 1:
        return
    places = range(len(asked.columns))
    _show(CHOSEN_REFERENCE, asked.reference)
    st.selectbox(
        _("Reference"),
        places,
        format_func=lambda place: shown.columns[place].title,
        key=CHOSEN_REFERENCE,
        on_change=_change_reference,
    )


def draw_reported_day(asked: Asked) -> None:
    """The day on which columns are compared: one of those reported."""
    _show(REPORTED, asked.day if asked.day in TABLE_DAYS else None)
    st.segmented_control(
        _("Time since relapse or progression"),
        TABLE_DAYS,
        format_func=horizon_name,
        key=REPORTED,
        wrap=True,
        on_change=_change_day,
        args=(REPORTED,),
    )


def draw_any_day(asked: Asked) -> None:
    """The same day, or any other."""
    _show(ANY_DAY, asked.day)
    st.slider(
        _("Any other day"),
        min_value=1,
        max_value=HORIZON_DAYS,
        step=1,
        key=ANY_DAY,
        on_change=_change_day,
        args=(ANY_DAY,),
    )


def _show(key: str, value: object) -> None:
    """Let a field show what was asked for, whatever was typed into it before.

    In every run: the browser makes the fields of an editor anew when the editor is opened, from
    what the last run said of them.
    """
    st.session_state[key] = value


def _change_reference() -> None:
    place = st.session_state[CHOSEN_REFERENCE]
    if place in range(len(_columns())):
        _ask(reference=place)


def _change_day(key: str) -> None:
    day = st.session_state[key]
    if day is not None:
        _ask(day=int(day))
