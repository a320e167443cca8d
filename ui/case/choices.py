"""What can be chosen on the day of relapse or progression: curves, table and file, unfolded on
request.

The arms of the study are known only afterwards: who responds to chemotherapy goes on to a
transplant or to lymphocytes. Here the three that begin with chemotherapy are one.
"""

from functools import partial

import streamlit as st

from model.case import Case
from model.language import _
from model.options import CHOICES_AT_RELAPSE, REINDUCTION
from model.paper.evidence import value
from model.survival.prediction import UNREADABLE
from ui.case.survival_table import survival_table
from ui.session.language import number
from ui.session.model_in_use import recalibration_in_use
from ui.shown.charts.page import page_chart
from ui.shown.charts.words import alt_text
from ui.shown.downloads import draw_save_button, file_name, numbers_as_csv
from ui.shown.results import choices_pattern, option_results
from ui.shown.table import as_html


def draw_choices(case: Case) -> None:
    """Draw the fold; what is in it is computed while it is open. The paper's model only."""
    if recalibration_in_use() is not None:
        return
    fold = st.expander(
        _("What can be chosen on the day of relapse"), key="choices", on_change="rerun"
    )
    if not fold.open:
        return
    with fold:
        pattern = choices_pattern(case)
        try:
            results = option_results(pattern)
        except UNREADABLE:
            st.error(_("The model of these choices, data/alike.npz, is missing or cannot be read."))
            return
        st.markdown(who_went_on())
        st.vega_lite_chart(page_chart(pattern), alt=alt_text(case, results), key="choices_curves")
        st.html(as_html(survival_table(results)))
        st.caption(what_it_is_free_of())
        draw_save_button(
            _("Numbers of these choices (CSV)"),
            file_name(case, "choices.csv"),
            "text/csv",
            partial(numbers_as_csv, case, pattern),
        )


def who_went_on() -> str:
    """How many of those who began with chemotherapy went on, and to what."""
    counts = {arm: value(f"f3.at_risk.{arm}.0") for arm in CHOICES_AT_RELAPSE[REINDUCTION]}
    return _(
        "Of {began} children who began chemotherapy, {transplant} went on to a second transplant "
        "and {dli} to DLI. The paper does not say how many had hoped to."
    ).format(
        began=number(sum(counts.values())),
        transplant=number(counts["second_sct"]),
        dli=number(counts["chemo_dli"]),
    )


def what_it_is_free_of() -> str:
    """What taking the three arms as one removes from the comparison, and what it does not."""
    return _(
        "Waiting for a transplant and response to chemotherapy are part of reinduction here, and "
        "no longer set the options apart. Who was given reinduction, DLI alone or palliative care "
        "was still chosen, not drawn by lot."
    )
