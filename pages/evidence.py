"""Evidence: what the paper prints, what the cohorts give back, and what neither can say."""

from collections.abc import Iterable
from functools import partial

import streamlit as st

from model.language import _
from model.options import TREATMENTS, treatment_label
from model.reconstruction.freedom import ASSUMPTIONS, load_freedom
from model.reconstruction.reproduction import load_reproduction
from model.survival.prediction import UNREADABLE
from ui.evidence.assumptions import (
    assumption_alt,
    assumption_chart,
    assumption_name,
    assumption_words,
    assumptions_table,
    early_alt,
    early_chart,
    early_words,
    forgetting_words,
    how_to_read_assumptions,
    remembered_table,
)
from ui.evidence.curves import (
    FIGURES,
    arm_chart,
    arm_words,
    at_risk_table,
    figure_alt,
    figure_chart,
    figure_title,
    proportionality_table,
    proportionality_words,
)
from ui.evidence.e_values import e_values_table, e_values_words
from ui.evidence.external import external_table, external_words
from ui.evidence.figures import (
    always_within,
    figures_as_csv,
    figures_of,
    figures_table,
    glance_figure,
    glance_words,
    how_to_read_glance,
    parts,
)
from ui.evidence.forest import forest_alt, forest_chart, forest_table, how_to_read_forest
from ui.evidence.precision import precision_table, precision_words
from ui.evidence.slips import slips_tables
from ui.evidence.spread import spread_table, spread_words
from ui.evidence.verdict import verdict_lines
from ui.evidence.waiting import how_to_read_waiting, waiting_table, waiting_words
from ui.evidence.widest import found_ranges, pushed_table, reading_words, widest_table, widest_words
from ui.evidence.words import part_name
from ui.session.model_in_use import draw_not_recalibrated
from ui.session.navigation import start_at_the_entry
from ui.session.page_style import ON_SCREEN_ONLY
from ui.shown.charts.series import Spec
from ui.shown.charts.words import model_line
from ui.shown.downloads import draw_save_button
from ui.shown.labels import citation, limits_line, what_intervals_cover
from ui.shown.table import as_html

# Two charts stand side by side where the page is wide.
WIDTH_OF_ARM = 345
EVERYTHING = "all"
# The section that is unfolded from the start.
FIRST = "glance"


def page() -> None:
    st.title(_("Evidence"))
    st.caption(limits_line())
    draw_not_recalibrated()
    try:
        reproduction = load_reproduction()
        load_freedom()
    except UNREADABLE:
        st.error(
            _(
                "What this page shows, data/reproduction.npz and data/freedom.npz, is missing "
                "or cannot be read. Run `python -m model fit` in the folder of the program, then "
                "reload this page."
            )
        )
        return
    st.markdown(
        _(
            "The records of the children are not public. What is shown elsewhere in Aftergraft "
            "rests on {cohorts} invented lists of children, *cohorts*, each of which gives back "
            "what the paper prints. Here is how well they do, and where they differ: there the "
            "paper leaves the answer open."
        ).format(cohorts=reproduction.n_cohorts)
    )
    st.header(_("In five lines"), anchor="verdict")
    for line in verdict_lines():
        st.markdown(line)
    sections = {
        "glance": (_("All figures at a glance"), draw_glance),
        "figures": (_("Published against reproduced"), draw_figures),
        "curves": (_("Figures 1 to 3, redrawn"), draw_curves),
        "table4": (_("Table 4, and its secondary analyses"), draw_table_4),
        "table3": (_("Table 3"), draw_table_3),
        "spread": (_("How far the tables pin a prediction down"), draw_spread),
        "hazards": (_("Limits of proportional hazards"), draw_hazards),
        "assumptions": (_("What the lists assume"), draw_assumptions),
        "waiting": (_("Waiting for a treatment"), draw_waiting),
        "evalues": (_("What could explain a difference away"), draw_e_values),
        "external": (_("The model against other patients"), draw_external),
        "slips": (_("Slips of the paper"), draw_slips),
        "source": (_("Where every number comes from"), draw_source),
    }
    with st.container(key=f"{ON_SCREEN_ONLY}_contents"):
        st.markdown("\n".join(f"- [{title}](#{name})" for name, (title, _draw) in sections.items()))
    for name, (title, draw) in sections.items():
        st.header(title, anchor=name)
        fold = st.expander(
            _("In full: {section}").format(section=title),
            key=f"evidence_{name}",
            expanded=name == FIRST,
            on_change="rerun",
        )
        # What is not unfolded is neither computed nor drawn.
        if fold.open:
            with fold:
                draw()
    st.caption(model_line())


def draw_beside_each_other(charts: Iterable[tuple[str, Spec, str, str, str]]) -> None:
    """Charts in rows: of each its title, itself, its alternative text, its key, and its caption."""
    with st.container(horizontal=True):
        for title, chart, alt, key, caption in charts:
            with st.container(width=WIDTH_OF_ARM):
                st.markdown(f"**{title}**")
                draw_chart(chart, alt, key)
                st.caption(caption)


def draw_chart(chart: Spec, alt: str, key: str) -> None:
    st.vega_lite_chart(chart, alt=alt, key=f"evidence_{key}")


def draw_glance() -> None:
    st.markdown(glance_words())
    st.html(glance_figure())
    st.caption(how_to_read_glance())


def draw_figures() -> None:
    names = {EVERYTHING: _("All")} | {part: part_name(part) for part in parts()}
    wanted = st.segmented_control(
        _("Place in the paper"),
        tuple(names),
        format_func=names.__getitem__,
        default=EVERYTHING,
        required=True,
        key="evidence_part",
        persist_state="session",
    )
    only_off = st.checkbox(
        _("Only figures that are not within rounding in every cohort"), key="evidence_only_off"
    )
    rows = figures_of(None if wanted == EVERYTHING else wanted, only_off)
    if rows:
        st.html(as_html(figures_table(sorted(rows, key=always_within))))
    else:
        st.markdown(_("Every cohort prints each of these figures as the paper does."))
    with st.container(key=f"{ON_SCREEN_ONLY}_figures"):
        draw_save_button(
            _("These figures (CSV)"),
            "aftergraft-evidence.csv",
            "text/csv",
            partial(figures_as_csv, rows),
        )


def draw_curves() -> None:
    st.markdown(
        _(
            "Kaplan-Meier curves of the children of known treatment. The line is the median over "
            "the cohorts. The shaded band reaches from the lowest cohort to the highest: it is "
            "what the printed figures leave open, not a confidence interval. Numbers at risk are "
            "those printed beneath Figure 3; the paper prints none for the others, which have the "
            "range over the cohorts."
        )
    )
    for figure in FIGURES:
        st.subheader(figure_title(figure), anchor=False)
        draw_chart(figure_chart(figure), figure_alt(figure), f"figure_{figure}")
        st.html(as_html(at_risk_table(figure)))


def draw_table_4() -> None:
    draw_forest(4)
    st.subheader(_("What the printed precision of Table 4 speaks for"), anchor=False)
    for paragraph in precision_words():
        st.markdown(paragraph)
    st.html(as_html(precision_table()))
    if found_ranges() is not None:
        st.subheader(_("Lists on the other reading"), anchor=False)
        for paragraph in reading_words():
            st.markdown(paragraph)


def draw_table_3() -> None:
    st.markdown(
        _(
            "Univariate, on all children whose transplant failed. None of these variables but "
            "remission is in the model; how they go together is not printed."
        )
    )
    draw_forest(3)


def draw_forest(number_of_table: int) -> None:
    draw_chart(
        forest_chart(number_of_table), forest_alt(number_of_table), f"forest_{number_of_table}"
    )
    st.caption(how_to_read_forest(number_of_table))
    st.html(as_html(forest_table(number_of_table)))


def draw_spread() -> None:
    st.markdown(
        _(
            "Many cohorts give back the same tables. Where their predictions agree, the tables "
            "settle the prediction; where they differ, no printed figure does."
        )
    )
    st.markdown(what_intervals_cover())
    st.markdown(spread_words())
    st.html(as_html(spread_table()))
    if found_ranges() is not None:
        st.subheader(_("How far a list can be pushed"), anchor="widest")
        for paragraph in widest_words():
            st.markdown(paragraph)
        st.html(as_html(widest_table()))
        st.html(as_html(pushed_table()))


def draw_hazards() -> None:
    st.markdown(
        _(
            "The model takes each treatment to change the risk by the same factor at all times. "
            "The cohorts are held to Cox summaries and to points of the survival curves, and to "
            "nothing else. What they show about proportional hazards is what these figures force; "
            "where they agree with it, that may be because they were built from it."
        )
    )
    draw_beside_each_other(
        (treatment_label(one), arm_chart(one), arm_words(one), f"arm_{one}", arm_words(one))
        for one in TREATMENTS
    )
    st.markdown(proportionality_words())
    st.html(as_html(proportionality_table()))


def draw_assumptions() -> None:
    st.markdown(
        _(
            "Where the paper prints nothing the lists are free, within ranges that are ours. "
            "Dashed line: beforehand, when no figure is looked at. Bars: what the lists have come "
            "to, once they give back what is printed."
        )
    )
    st.html(as_html(assumptions_table()))
    st.caption(how_to_read_assumptions())
    draw_beside_each_other(
        (
            assumption_name(name),
            assumption_chart(name),
            assumption_alt(name),
            f"assumed_{name}",
            assumption_words(name),
        )
        for name in ASSUMPTIONS
    )
    st.subheader(_("Whether the start is forgotten"), anchor=False)
    st.markdown(forgetting_words())
    remembered = remembered_table()
    if remembered.rows:
        st.html(as_html(remembered))
    st.subheader(_("The first hundred days of every list"), anchor=False)
    st.markdown(
        _(
            "A line for every list. The curves of the paper's Figure 3 would decide between them; "
            "the scan has lost them."
        )
    )
    draw_beside_each_other(
        (treatment_label(one), early_chart(one), early_alt(one), f"early_{one}", early_words(one))
        for one in TREATMENTS
    )


def draw_waiting() -> None:
    for paragraph in waiting_words():
        st.markdown(paragraph)
    st.html(as_html(waiting_table()))
    st.caption(how_to_read_waiting())


def draw_e_values() -> None:
    st.markdown(e_values_words())
    st.html(as_html(e_values_table()))


def draw_external() -> None:
    for paragraph in external_words():
        st.markdown(paragraph)
    st.html(as_html(external_table()))


def draw_slips() -> None:
    st.markdown(
        _(
            "Nothing is repaired: what is printed stays as printed. Where two places contradict "
            "each other, the table is given back and the text is not. Whatever can be recomputed "
            "and is not listed here agrees."
        )
    )
    for drawn in slips_tables():
        st.html(as_html(drawn))


def draw_source() -> None:
    st.markdown(
        _(
            "Every clinical number is typed from one paper into `data/evidence.csv`, with its "
            "place and the rounding it was printed in. The cohorts, `data/cohorts.parquet`, are "
            "made from these numbers by search. **No row of them is a patient**, and none can be "
            "traced to one. `python -m model check` recomputes every figure from them, and this "
            "page shows what the same computation gave when the model was made."
        )
    )
    st.markdown(citation())


start_at_the_entry()
page()
