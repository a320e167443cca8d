"""The talk with the family: prepared by the clinician, then shown to parents and child."""

import streamlit as st

from model.language import _
from ui.family.page import draw_family
from ui.session.form import current_form
from ui.session.missing import draw_what_is_missing
from ui.session.model_in_use import draw_model_in_use
from ui.session.navigation import start_at_the_entry
from ui.session.not_applied import draw_not_applied


def page() -> None:
    draw_not_applied()
    form = current_form()
    if form.case is None or form.case.leukemia is None or not form.treatments:
        st.title(_("Talk with the family"))
        draw_model_in_use()
        draw_what_is_missing(form, with_leukemia=True)
        return
    draw_family(form, form.case)


start_at_the_entry()
page()
