"""Registry: a centre's own children. How well the model fits them, and the model made theirs."""

import streamlit as st

from model.language import _
from ui.registry.children import draw_table
from ui.registry.measures import draw_fit
from ui.registry.recalibration import draw_model_file, draw_recalibration
from ui.registry.scores import draw_scores
from ui.registry.upload import no_value_reaches_the_log
from ui.session.navigation import start_at_the_entry
from ui.shown.charts.words import model_line
from ui.shown.labels import limits_line


def page() -> None:
    st.title(_("Registry"))
    st.caption(limits_line())
    st.markdown(
        _(
            "Bring a table of children whose first transplant failed, from your centre or "
            "registry. See how well the model fits them, and recalibrate it to them if you wish."
        )
    )
    with no_value_reaches_the_log():
        children = draw_table()
        if children is not None:
            draw_fit(children)
            draw_recalibration(children)
        draw_model_file()
        if children is not None:
            draw_scores(children)
    st.caption(model_line())


start_at_the_entry()
page()
