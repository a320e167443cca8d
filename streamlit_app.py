"""Aftergraft on screen: page settings, language, the case form, and the pages."""

import logging
from typing import Literal

import streamlit as st

from model.language import _
from model.survival.prediction import UNREADABLE, load_model
from ui.session.address import LANGUAGE, draw_one_step_a_page, start_keeping, write_address
from ui.session.collected import set_aside_what_is_loaded
from ui.session.form import case_form
from ui.session.language import choose_language, draw_language_of_page, draw_language_switch
from ui.session.link import draw_link_notice, read_link
from ui.session.model_in_use import read_model_of_link
from ui.session.navigation import depends_on_the_child, navigation
from ui.session.not_applied import draw_watch
from ui.session.page_style import draw_page_style
from ui.session.reconnected import hear_browser, listen_to_browser
from ui.session.switches import read_switches
from ui.shown.table import STYLE_OF_TABLES


def app() -> None:
    listen_to_browser()
    link = read_link()
    start_keeping()
    choose_language()
    draw_page_style(STYLE_OF_TABLES)
    page = navigation()
    with st.sidebar:
        draw_language_switch()
    form = case_form(drawn=depends_on_the_child(page))
    read_switches()
    read_model_of_link()
    with st.sidebar:
        draw_language_of_page()
        draw_one_step_a_page()
        draw_watch()
    draw_link_notice(link, form)
    if model_is_there():
        page.run()
    set_aside_what_is_loaded(page.url_path)


def sidebar_state() -> Literal["auto", "expanded"]:
    """Open, except that on a phone a link shows its case first and the form on demand."""
    opened_by_link: bool = st.session_state.setdefault(
        "opened_by_link", any(name != LANGUAGE for name in st.query_params)
    )
    return "auto" if opened_by_link else "expanded"


def model_is_there() -> bool:
    try:
        load_model()
    except UNREADABLE:
        st.error(
            _(
                "The survival model, data/model.npz, is missing or cannot be read. "
                "Run `python -m model fit` in the folder of the program, then reload this page."
            )
        )
        return False
    return True


st.set_page_config(page_title="Aftergraft", layout="wide", initial_sidebar_state=sidebar_state())
# Whatever goes wrong, nobody is to read a traceback on screen: it goes to the terminal.
try:
    app()
except Exception:
    logging.getLogger("aftergraft").exception("this page could not be shown")
    st.error(
        _(
            "Something went wrong and this page could not be shown. What was entered is still in "
            "the form. Reload the page; if it happens again, start a new case, and report it with "
            "what the terminal says."
        )
    )
hear_browser()
write_address()
