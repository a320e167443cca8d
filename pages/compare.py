"""Options and scenarios side by side: the tumour board's page."""

from dataclasses import replace
from functools import partial
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from model.language import _
from ui.case.guidance import guidance_of
from ui.case.three_alike import draw_stays_as_printed
from ui.compare.chart import chart_words, comparison_chart
from ui.compare.comparison import (
    Asked,
    Comparison,
    cautions,
    comparison,
    same_curves,
    same_in_all,
    without_model,
)
from ui.compare.controls import (
    asked_comparison,
    draw_add,
    draw_any_day,
    draw_columns,
    draw_link_notice,
    draw_reference,
    draw_reported_day,
    draw_what_is_refused,
)
from ui.compare.files import (
    comparison_as_csv,
    comparison_as_png,
    comparison_as_svg,
    comparison_file_name,
)
from ui.compare.table import comparison_tables
from ui.record.record import draw_record_download
from ui.session.case_link import draw_case_link
from ui.session.form import FormState, current_form
from ui.session.missing import draw_what_is_missing
from ui.session.model_in_use import draw_model_in_use, recalibration_in_use
from ui.session.navigation import start_at_the_entry
from ui.session.not_applied import draw_not_applied
from ui.session.page_style import ON_SCREEN_ONLY
from ui.shown.charts.words import how_to_point, how_to_read
from ui.shown.downloads import draw_downloads
from ui.shown.labels import limits_line
from ui.shown.table import as_html

HEADING = """
<style>
.page-heading {{ display: flex; flex-wrap: wrap; align-items: center; gap: 0.2rem 1rem; }}
.page-heading h1 {{ font-size: 1.25rem; font-weight: 600; line-height: 1.35; margin: 0; padding: 0;
  letter-spacing: normal; }}
.page-heading p {{ flex: 1 1 20rem; font-size: 0.8rem; line-height: 1.4; margin: 0; }}
/* It would lie over what is pressed above the curves. */
.st-key-first_screen [data-testid="stElementToolbar"] {{ top: 0 !important; }}
</style>
<div class="page-heading"><h1>{title}</h1><p>{shared}</p></div>
"""


def page() -> None:
    draw_not_applied()
    form = current_form()
    asked, recalibration = asked_comparison(form), recalibration_in_use()
    shown = None
    # What the form refuses might have changed any column that leaves something to the case.
    if asked is not None and not form.problems:
        shown = comparison(asked, form.case, recalibration)
    for_title, for_one_more = st.columns((3.5, 1), vertical_alignment="center")
    shared = "" if shown is None else same_in_all(shown)
    for_title.html(HEADING.format(title=escape(_("Compare")), shared=escape(shared)))
    with for_one_more.container(horizontal_alignment="right"):
        if asked is not None:
            draw_add(asked)
    draw_model_in_use()
    draw_link_notice()
    if shown is None:
        st.caption(limits_line())
    if asked is None:
        draw_what_is_missing(form)
        return
    draw_stays_as_printed(form.case)
    top = st.container(gap="xsmall", key="first_screen")
    with top:
        draw_columns(asked, shown, form.case)
    if shown is not None:
        draw_comparison(asked, shown, form, top)
    elif asked.refused or without_model(asked, recalibration):
        draw_what_is_refused(asked)
    else:
        draw_what_is_missing(form)


def draw_comparison(asked: Asked, shown: Comparison, form: FormState, top: DeltaGenerator) -> None:
    """The curves and the table of the chosen day at the top, and all the rest after it."""
    with top:
        st.vega_lite_chart(comparison_chart(shown), alt=chart_words(shown), key="comparison")
        with st.container(key=f"{ON_SCREEN_ONLY}_choices"):
            for_day, for_other_day, for_reference = st.columns((2.2, 0.9, 1.1))
            with for_day:
                draw_reported_day(asked)
            with for_other_day:
                draw_any_day(asked)
            with for_reference:
                draw_reference(asked, shown)
    draw_tables(shown, top)
    draw_case_link()
    draw_downloads(
        partial(comparison_file_name, shown),
        partial(comparison_as_csv, shown),
        partial(comparison_as_svg, shown),
        partial(comparison_as_png, shown),
        partial(draw_record, shown, form),
    )


def draw_tables(shown: Comparison, top: DeltaGenerator) -> None:
    """The table of the chosen day at the top, below the curves, and the others after it."""
    beside, *others = comparison_tables(shown)
    beside = replace(beside, notes=(*beside.notes, limits_line()))
    top.html(as_html(beside))
    st.markdown(" ".join((*cautions(shown), *same_curves(shown))))
    for table in others:
        st.html(as_html(table))
    with st.expander(_("How to read the curves")):
        st.markdown(f"{how_to_read()} {how_to_point()}")


def draw_record(shown: Comparison, form: FormState) -> None:
    if form.case is not None and form.treatments:
        guidance = None if form.case.leukemia is None else guidance_of(form.case)
        draw_record_download(form.case, form.treatments, guidance, shown)


start_at_the_entry()
page()
