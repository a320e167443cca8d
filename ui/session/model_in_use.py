"""Which model the numbers of this session come from: the paper's, or one recalibrated to a centre.

A recalibrated model is in use from when its file was loaded until somebody goes back, also for a
new case. Whatever shows a number says so. The address holds the first signs of the file's
checksum, so that who opens it without the file is told what is missing.
"""

import re
from collections.abc import Callable

import streamlit as st

from model.language import _, counted
from model.recalibration.applied import recalibrated_model
from model.survival.prediction import PooledModel, load_model
from model.survival.recalibrated import METHOD_LABELS, Recalibration
from ui.session.address import RECALIBRATED, given, keep
from ui.session.language import number
from ui.session.words import literal

IN_USE, MISSING = "model_in_use", "model_missing"
# What the address says of a file.
SIGNS = re.compile("[0-9a-f]{8}")


def recalibration_in_use() -> Recalibration | None:
    """The recalibration in use in this session; None for the paper's model."""
    in_use: Recalibration | None = st.session_state.get(IN_USE)
    return in_use


def model_of(recalibration: Recalibration | None) -> PooledModel:
    """The recalibrated model, or the paper's for None."""
    if recalibration is None:
        return load_model()
    return recalibrated_model(load_model(), recalibration)


def use(recalibration: Recalibration) -> None:
    """Let every number of this session come from a recalibrated model."""
    st.session_state[IN_USE] = recalibration
    forget_missing()


def use_the_papers() -> None:
    """Go back to the paper's model."""
    st.session_state.pop(IN_USE, None)
    forget_missing()


def is_file_of_link(text: str) -> bool:
    """Whether a text is what a link may say of a file."""
    return SIGNS.fullmatch(text) is not None


def missing_file() -> str:
    """What the opened link says of a file that has not been loaded; mostly empty."""
    missing: str = st.session_state.get(MISSING, "")
    return missing


def forget_missing() -> None:
    st.session_state.pop(MISSING, None)


def read_model_of_link() -> None:
    """Called in every run: note which file the opened link asks for, and let the address say it."""
    asked, in_use = given(RECALIBRATED), recalibration_in_use()
    if asked and is_file_of_link(asked) and in_use is None:
        st.session_state[MISSING] = asked
    keep(RECALIBRATED, (missing_file() or None) if in_use is None else in_use.short_checksum)


# ---------------------------------------------------------------------------------------- words


def in_use_words(recalibration: Recalibration, shown: Callable[[str], str] = str) -> str:
    """What a recalibrated model is, in one sentence.

    Parameters
    ----------
    recalibration : Recalibration
    shown : callable
        Makes of the centre's label, which is anybody's text, what may stand where it is shown.
    """
    facts = {
        "method": _(METHOD_LABELS[recalibration.method]),
        "children": counted("{number} child", "{number} children", recalibration.n_children).format(
            number=number(recalibration.n_children)
        ),
        "deaths": counted("{number} death", "{number} deaths", recalibration.n_deaths).format(
            number=number(recalibration.n_deaths)
        ),
        "file": recalibration.short_checksum,
    }
    if not recalibration.centre:
        return _(
            "Recalibrated to a centre's own children: {method}, {children}, {deaths}, file {file}."
        ).format(**facts)
    return _("Recalibrated to {centre}: {method}, {children}, {deaths}, file {file}.").format(
        centre=shown(recalibration.centre), **facts
    )


def draw_model_in_use() -> None:
    """Say which model the numbers of a page come from, where it is not the paper's."""
    in_use = recalibration_in_use()
    if in_use is not None:
        st.info(in_use_words(in_use, literal))
    draw_missing_model()


def draw_missing_model() -> None:
    """Say that the opened link asks for a model whose file has not been loaded."""
    if missing_file():
        st.warning(
            _(
                "This link was made with a recalibrated model, file {file}. The numbers shown are "
                "the paper's. To see those of the link, load that file on the Registry page."
            ).format(file=literal(missing_file()))
        )
        st.button(_("Stay with the paper's model"), on_click=forget_missing)


def draw_not_recalibrated() -> None:
    """On a page about the paper's model, say that it is, while another one is in use."""
    in_use = recalibration_in_use()
    if in_use is not None:
        st.info(
            _(
                "This page is about the paper's model, not recalibrated. The other pages use "
                "another one meanwhile: {model}"
            ).format(model=in_use_words(in_use, literal))
        )
