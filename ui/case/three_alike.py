"""The switch of a child with ALL between options as printed and the three active ones alike, and
the words that mark what is shown under that assumption.
"""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from model.case import Case
from model.language import _
from model.survival.prediction import UNREADABLE
from model.survival.three_alike import ALIKE_LEUKEMIAS, load_alike
from ui.session.model_in_use import recalibration_in_use
from ui.session.switches import ALL_OPTIONS, draw_switch, is_on
from ui.shown.results import assumption


def is_assumed(case: Case) -> bool:
    """Whether the switch is on, the child one whom it concerns, and the model the paper's."""
    return _concerns(case) and is_on(ALL_OPTIONS) and _is_fitted()


def _concerns(case: Case) -> bool:
    return case.leukemia in ALIKE_LEUKEMIAS and recalibration_in_use() is None


def _is_fitted() -> bool:
    try:
        load_alike()
    except UNREADABLE:
        return False
    return True


def draw_alike_switch(case: Case, controls: DeltaGenerator) -> None:
    """Draw the switch among the controls of a child whom it concerns, and say what is assumed."""
    if not _concerns(case):
        return
    with controls:
        draw_switch(ALL_OPTIONS, _("ALL: assume the three active options alike"), off_words())
    if is_on(ALL_OPTIONS) and not _is_fitted():
        st.error(
            _(
                "The model of this assumption, data/alike.npz, is missing or cannot be read: every "
                "option is as printed overall."
            )
        )
        return
    if is_on(ALL_OPTIONS):
        st.caption(" ".join((*assumption(alike=True), *kept_as_printed(alike=True))))


def off_words() -> str:
    """What stands while nothing is assumed."""
    return _(
        "Off: each option as printed overall, for all leukemias together. In its analysis of ALL "
        "alone the paper names second SCT, chemotherapy + DLI and chemotherapy alone together, as "
        "those with which children fared better."
    )


def kept_as_printed(alike: bool) -> list[str]:
    """What is said, where the assumption is made, of what does not follow it."""
    if not alike:
        return []
    return [
        _(
            "What is exploratory, the E-values, the comparison and the talk with the family keep "
            "every option as printed overall."
        )
    ]


def stays_as_printed(alike: bool) -> list[str]:
    """The same, said where the assumption is not made."""
    if not alike:
        return []
    return [
        _(
            "The three active options are assumed alike on the case page only: here every option "
            "is as printed overall."
        )
    ]


def draw_stays_as_printed(case: Case | None) -> None:
    """On other pages, say that they do not follow the switch, while it is on."""
    for said in stays_as_printed(case is not None and is_assumed(case)):
        st.caption(said)
