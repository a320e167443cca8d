"""One child: the answer first, then the curves, what the paper proposes, and the rest on demand."""

from functools import partial
from html import escape

import streamlit as st

from model.case import Case
from model.language import _
from model.paper.guidelines import Guidance
from ui.case.answer import draw_answer
from ui.case.choices import draw_choices
from ui.case.exploratory import draw_exploratory
from ui.case.guidance import draw_guidance, draw_notes, guidance_of
from ui.case.sensitivity import draw_sensitivity
from ui.case.survival_table import nobody_note, survival_table
from ui.case.three_alike import draw_alike_switch, is_assumed
from ui.compare.comparison import current_comparison
from ui.record.record import draw_record_download
from ui.session.case_link import draw_case_link
from ui.session.form import current_form
from ui.session.missing import draw_what_is_missing
from ui.session.model_in_use import draw_model_in_use, recalibration_in_use
from ui.session.navigation import start_at_the_entry
from ui.session.not_applied import draw_not_applied
from ui.session.page_style import LEFT_FOLDED
from ui.shown.charts.page import page_chart, page_charts
from ui.shown.charts.words import alt_text, how_to_point, how_to_read
from ui.shown.described import describe
from ui.shown.downloads import chart_as_png, chart_as_svg, draw_downloads, file_name, numbers_as_csv
from ui.shown.labels import limits_line, source_heading
from ui.shown.results import (
    OptionResult,
    ShownPattern,
    few_then,
    given_alive,
    option_results,
    shown_pattern,
)
from ui.shown.table import as_html

WIDTH_ONE_BY_ONE = 250
# Leaves room for a link beside it.
WIDTH_OF_SOURCE = 830
HEADING = """
<style>
h1.child-heading {{ font-size: 0.97rem; font-weight: 600; line-height: 1.35; margin: 0;
  padding: 0; letter-spacing: normal; }}
</style>
<h1 class="child-heading">{child}</h1>
"""


def page() -> None:
    draw_not_applied()
    form = current_form()
    if form.case is None or not form.treatments:
        st.html(HEADING.format(child=escape(_("After failure of a first transplant"))))
        st.caption(f"**Aftergraft** · {source_heading()}")
        st.caption(limits_line())
        draw_model_in_use()
        draw_what_is_missing(form)
        return
    draw_case(form.case, form.treatments)


def draw_case(case: Case, treatments: tuple[str, ...]) -> None:
    pattern = shown_pattern(case, treatments, is_assumed(case), recalibration_in_use())
    results = option_results(pattern)
    guidance = None if case.leukemia is None else guidance_of(case)
    st.html(HEADING.format(child=escape(f"{describe(case)}.")))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"**Aftergraft** · {source_heading()}", width=WIDTH_OF_SOURCE)
        st.page_link("pages/evidence.py", label=f":primary[{_('Evidence')} ›]", width="content")
    draw_model_in_use()
    for said in (*given_alive(case), *few_then(results)):
        st.markdown(said)
    answer = st.container(gap="small")
    controls = st.container(horizontal=True, vertical_alignment="center")
    # Drawing the curves holds the browser up: all the rest is there before.
    curves = st.container()
    with controls:
        view = choose_view()
    with answer:
        draw_answer(case, pattern, guidance, controls)
        draw_alike_switch(case, controls)
    with st.container(key=LEFT_FOLDED):
        draw_guidance(guidance)
        draw_details(case, pattern, results, guidance)
    draw_case_link()
    draw_downloads(
        partial(file_name, case),
        partial(numbers_as_csv, case, pattern),
        partial(chart_as_svg, case, pattern),
        partial(chart_as_png, case, pattern),
        partial(draw_record_download, case, pattern.treatments, guidance, current_comparison()),
    )
    with curves:
        draw_curves(case, pattern, results, view)


def draw_details(
    case: Case, pattern: ShownPattern, results: tuple[OptionResult, ...], guidance: Guidance | None
) -> None:
    """Everything else, each one step away."""
    with st.expander(_("How to read the curves")):
        st.markdown(f"{how_to_read()} {how_to_point()}")
    with st.expander(_("All times, medians, and children at risk"), key="all_times"):
        st.html(as_html(survival_table(results)))
    draw_choices(case)
    if guidance is not None:
        draw_notes(guidance, results)
    draw_sensitivity(pattern.treatments)
    draw_exploratory(case, pattern.treatments)


def choose_view() -> str | None:
    names = {"together": _("All together"), "one_by_one": _("One by one")}
    return st.segmented_control(
        _("Curves"),
        tuple(names),
        format_func=names.__getitem__,
        default="together",
        required=True,
        label_visibility="collapsed",
        key="view",
        persist_state="session",
    )


def draw_curves(
    case: Case, pattern: ShownPattern, results: tuple[OptionResult, ...], view: str | None
) -> None:
    compared = [result for result in results if result.is_compared]
    if not compared:
        st.info(nobody_note(case.days_survived))
        return
    if view == "together":
        st.vega_lite_chart(page_chart(pattern), alt=alt_text(case, results), key="curves")
        return
    with st.container(horizontal=True):
        for result, chart in zip(compared, page_charts(pattern), strict=True):
            with st.container(width=WIDTH_ONE_BY_ONE):
                st.vega_lite_chart(
                    chart, alt=alt_text(case, [result]), key=f"curve_{result.treatment}"
                )


start_at_the_entry()
page()
