"""Options and scenarios side by side: the tumour board's page."""

from functools import partial
from html import escape

import streamlit as st

from model.language import _
from ui.case.guidance import guidance_of
from ui.case.three_alike import draw_stays_as_printed
from ui.compare.chart import chart_words, comparison_chart
from ui.compare.comparison import Comparison, cautions, comparison, same_curves, same_in_all
from ui.compare.controls import (
    asked_comparison,
    draw_columns,
    draw_day,
    draw_link_notice,
    draw_reference,
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
h1.page-heading {{ font-size: 1.25rem; font-weight: 600; margin: 0; padding: 0;
  letter-spacing: normal; }}
.page-limits {{ font-size: 0.8rem; line-height: 1.4; margin: 0.2rem 0 0; }}
</style>
<h1 class="page-heading">{title}</h1><p class="page-limits">{limits}</p>
"""


def page() -> None:
    draw_not_applied()
    form = current_form()
    st.html(HEADING.format(title=escape(_("Compare")), limits=escape(limits_line())))
    draw_model_in_use()
    asked = asked_comparison(form)
    draw_link_notice()
    if asked is None:
        draw_what_is_missing(form)
        return
    # What the form refuses might have changed any column that leaves something to the case.
    shown = None if form.problems else comparison(asked, form.case, recalibration_in_use())
    draw_stays_as_printed(form.case)
    if shown is not None:
        st.markdown(same_in_all(shown))
    draw_columns(asked, shown, form.case)
    if shown is None:
        if asked.refused:
            draw_what_is_refused(asked)
        else:
            draw_what_is_missing(form)
        return
    st.vega_lite_chart(comparison_chart(shown), alt=chart_words(shown), key="comparison")
    with st.container(key=f"{ON_SCREEN_ONLY}_choices"):
        for_day, for_reference = st.columns((2, 1), gap="large")
        with for_day:
            draw_day(asked)
        with for_reference:
            draw_reference(asked, shown)
    draw_tables(shown)
    draw_case_link()
    draw_downloads(
        partial(comparison_file_name, shown),
        partial(comparison_as_csv, shown),
        partial(comparison_as_svg, shown),
        partial(comparison_as_png, shown),
        partial(draw_record, shown, form),
    )


def draw_tables(shown: Comparison) -> None:
    beside, *others = comparison_tables(shown)
    st.html(as_html(beside))
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
