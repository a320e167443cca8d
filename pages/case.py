"""One child: the predicted curves, their numbers, and what the paper proposes."""

from functools import partial

import streamlit as st

from model.case import Case
from model.language import _
from ui.case.choices import draw_choices
from ui.case.exploratory import draw_exploratory
from ui.case.guidance import GUIDANCE, draw_guidance, draw_notes, guidance_of
from ui.case.sensitivity import draw_sensitivity
from ui.case.survival_table import survival_table
from ui.case.three_alike import draw_alike_switch, is_assumed
from ui.compare.comparison import current_comparison
from ui.record.record import draw_record_download
from ui.session.form import current_form
from ui.session.missing import draw_what_is_missing
from ui.session.model_in_use import draw_model_in_use, recalibration_in_use
from ui.session.navigation import start_at_the_entry
from ui.session.not_applied import draw_not_applied
from ui.shown.charts.page import page_chart, page_charts
from ui.shown.charts.words import alt_text, how_to_read
from ui.shown.downloads import chart_as_png, chart_as_svg, draw_downloads, file_name, numbers_as_csv
from ui.shown.labels import limits_line, source_line
from ui.shown.results import (
    OptionResult,
    ShownPattern,
    describe,
    few_then,
    given_alive,
    option_results,
    shown_pattern,
)

WIDTH_ONE_BY_ONE = 250
# Leaves room for a link beside it.
WIDTH_OF_SOURCE = 600


def page() -> None:
    draw_not_applied()
    form = current_form()
    st.title(_("After failure of a first transplant"))
    st.caption(limits_line())
    draw_model_in_use()
    if form.case is None or not form.treatments:
        draw_what_is_missing(form)
        return
    case = form.case
    pattern = shown_pattern(case, form.treatments, is_assumed(case), recalibration_in_use())
    results = option_results(pattern)
    guidance = guidance_of(case)
    st.markdown(f"**{describe(case)}.**")
    for said in (*given_alive(case), *few_then(results)):
        st.markdown(said)
    st.markdown(_("[What the paper proposes for this child](#{place})").format(place=GUIDANCE))
    draw_alike_switch(case)
    # Drawing the curves holds the browser up: all the rest is there before.
    curves = st.container()
    st.html(survival_table(results))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(source_line(), width=WIDTH_OF_SOURCE)
        st.page_link("pages/evidence.py", label=f":primary[{_('Evidence')} ›]", width="content")
    draw_choices(case)
    draw_exploratory(case, form.treatments)
    draw_guidance(guidance)
    draw_notes(guidance, results)
    draw_sensitivity(form.treatments)
    draw_downloads(
        partial(file_name, case),
        partial(numbers_as_csv, case, pattern),
        partial(chart_as_svg, case, pattern),
        partial(chart_as_png, case, pattern),
        partial(draw_record_download, case, pattern.treatments, guidance, current_comparison()),
    )
    with curves:
        draw_curves(case, pattern, results)


def draw_curves(case: Case, pattern: ShownPattern, results: tuple[OptionResult, ...]) -> None:
    names = {"together": _("All together"), "one_by_one": _("One by one")}
    view = st.segmented_control(
        _("Curves"),
        tuple(names),
        format_func=names.__getitem__,
        default="together",
        required=True,
        label_visibility="collapsed",
        key="view",
        persist_state="session",
    )
    if view == "together":
        st.vega_lite_chart(page_chart(pattern), alt=alt_text(case, results), key="curves")
    else:
        with st.container(horizontal=True):
            for result, chart in zip(results, page_charts(pattern), strict=True):
                with st.container(width=WIDTH_ONE_BY_ONE):
                    st.vega_lite_chart(
                        chart, alt=alt_text(case, [result]), key=f"curve_{result.treatment}"
                    )
    st.caption(how_to_read())


start_at_the_entry()
page()
