"""How well the model in use fits a centre's own children: the measures with their verdicts, the
charts, case mix and sample size.

What is found is kept in the session, under the key of its table, and is gone when the table or its
mapping changes. Nothing is computed before it is asked for.
"""

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
import streamlit as st

from model.language import _, counted
from model.recalibration.applied import full_version
from model.survival.comparison import Estimate
from model.survival.prediction import TABLE_DAYS, UNREADABLE
from model.survival.recalibrated import Recalibration
from ui.registry.children import missing_rule, table_key
from ui.session.language import number
from ui.session.model_in_use import in_use_words, model_of, recalibration_in_use
from ui.session.page_style import ON_SCREEN_ONLY
from ui.session.words import literal
from ui.shown.charts.series import Spec
from ui.shown.downloads import draw_save_button
from ui.shown.results import ONE_YEAR, horizon_name, percent, percent_interval
from ui.shown.table import Cell, Table, as_html

if TYPE_CHECKING:
    from model.validation.performance import CalibrationCurve, DecisionCurve, Performance

FOUND = "registry_fit"
HORIZON = "registry_fit_day"
WIDTH_OF_CURVE, WIDTH_OF_GROUP = 520, 330
# Every so many of the points of a curve stand in its table.
EVERY = 5


class Found(NamedTuple):
    """What was found, and of which table, rule and model."""

    key: tuple[str, str, Recalibration | None]
    performance: "Performance"


def draw_fit(children: pd.DataFrame) -> None:
    """Draw the section on how well the model fits the children."""
    from model.validation.case_mix import case_mix
    from model.validation.expected import MOST_CHILDREN
    from model.validation.reference import load_reference
    from ui.registry.case_mix import case_mix_table

    st.header(_("How well does it fit"), anchor="fit")
    try:
        load_reference()
    except UNREADABLE:
        st.error(
            _(
                "What this section needs, data/validation.json, is missing or cannot be read. "
                "Run `python -m model fit` in the folder of the program, then reload this page."
            )
        )
        return
    st.markdown(_what_is_done(recalibration_in_use()))
    found = None
    if len(children) > MOST_CHILDREN:
        st.warning(
            _("The fit is worked out for at most {most} children.").format(
                most=number(MOST_CHILDREN)
            )
        )
    else:
        found = _draw_button(children)
    if found is not None:
        draw_found(found)
    st.subheader(_("Case mix beside the paper's"), anchor=False)
    st.html(as_html(case_mix_table(case_mix(children))))
    if found is not None:
        draw_precision(found)


def _what_is_done(in_use: Recalibration | None) -> str:
    if in_use is None:
        return _(
            "The paper's model, as it is, predicts survival of each of these children under the "
            "treatment that it had. Predictions are then held against what happened."
        )
    return _(
        "{model} This model predicts survival of each of these children under the treatment that "
        "it had. Predictions are then held against what happened. If it was recalibrated to these "
        "very children, it fits them better than it will fit others."
    ).format(model=in_use_words(in_use, literal))


def _draw_button(children: pd.DataFrame) -> "Performance | None":
    """Draw the button; give what was found of this very table, if it was pressed."""
    deaths = int(children["death"].sum())
    st.markdown(
        _(
            "{children} and {deaths}. Intervals come from bootstrap samples, which take some "
            "seconds."
        ).format(
            children=counted("{number} child", "{number} children", len(children)).format(
                number=number(len(children))
            ),
            deaths=counted("{number} death", "{number} deaths", deaths).format(
                number=number(deaths)
            ),
        )
    )
    key = (table_key(), missing_rule(), recalibration_in_use())
    if st.button(_("Work it out"), type="primary"):
        st.session_state[FOUND] = Found(key, _worked_out(children, key[1], key[2]))
    found: Found | None = st.session_state.get(FOUND)
    if found is None or found.key != key:
        st.session_state.pop(FOUND, None)
        return None
    return found.performance


def _worked_out(children: pd.DataFrame, rule: str, in_use: Recalibration | None) -> "Performance":
    from model.validation.expected import expected
    from model.validation.performance import performance

    said = _("Measuring on bootstrap samples")
    bar = st.progress(0.0, said)

    def progress(share: float) -> None:
        bar.progress(share, said)

    found = performance(expected(model_of(in_use), children, rule), progress=progress)
    bar.empty()
    return found


def draw_found(found: "Performance") -> None:
    """Draw what was found, from the summary to the sample size."""
    from model.validation.verdicts import summary, thresholds
    from ui.registry.words import measures_as_csv, overall_table, reference_note, table_by_day

    st.markdown(summary(found, number))
    st.html(as_html(overall_table(found)))
    st.html(as_html(table_by_day(found)))
    st.caption(reference_note(found))
    st.caption(thresholds(number))
    with st.container(key=f"{ON_SCREEN_ONLY}_measures"):
        draw_save_button(
            _("These measures (CSV)"),
            "aftergraft-validation.csv",
            "text/csv",
            partial(measures_as_csv, found, full_version(model_of(recalibration_in_use()))),
        )
    draw_of_a_day(found)
    draw_groups(found)


def draw_precision(found: "Performance") -> None:
    """Draw what is known of the slope, and how many deaths would tell more."""
    from ui.registry.words import precision_words

    st.subheader(_("How many deaths a slope needs"), anchor=False)
    st.markdown(precision_words(found))


# ------------------------------------------------------------------------------ on a chosen day


def draw_of_a_day(found: "Performance") -> None:
    """Draw the calibration curve and the decision curve of the day that is chosen."""
    st.subheader(_("Predicted against observed risk"), anchor=False)
    days = [day for day in TABLE_DAYS if day in found.decisions]
    if not days:
        st.markdown(_("There is no curve: too few deaths, or none followed for long enough."))
        return
    day = st.segmented_control(
        _("Death by"),
        days,
        format_func=horizon_name,
        default=ONE_YEAR if ONE_YEAR in days else days[-1],
        required=True,
        key=HORIZON,
    )
    curve = found.curves.get(day)
    if curve is None:
        st.markdown(
            _("There is no calibration curve: the model predicts too much the same for them all.")
        )
    else:
        draw_calibration(curve)
    with st.expander(
        _("Net benefit of acting on the predicted risk (decision curve)"), key="registry_decisions"
    ):
        draw_decision(found.decisions[day])


def draw_calibration(curve: "CalibrationCurve") -> None:
    """Draw the calibration curve with its table."""
    from ui.registry.charts import calibration_chart

    rows = [
        (
            Cell(percent(float(curve.predicted[k]))),
            Cell(percent(float(middle)), percent_interval(float(lower), float(upper))),
        )
        for k, (middle, lower, upper) in enumerate(curve.observed.T)
        if k % EVERY == 0 or k == len(curve.predicted) - 1
    ]
    alt = _(
        "Observed along predicted risk of death by {time}, with its 95% interval. The table below "
        "has the same numbers."
    ).format(time=horizon_name(curve.day))
    with st.container(width=WIDTH_OF_CURVE):
        _draw_chart(calibration_chart(curve), alt, "calibration")
    st.caption(
        _(
            "Line and band: observed risk along predicted risk, smoothed, with its 95% interval. "
            "Dotted: as predicted. Above it, more died than predicted. Bars: how many children "
            "have such a predicted risk, {children} in all; where they are few, the line is a "
            "guess."
        ).format(children=number(int(curve.children.sum())))
    )
    with st.expander(_("The curve as a table"), key="registry_curve_table"):
        caption = _("Risk of death by {time}").format(time=horizon_name(curve.day))
        heads = (_("Predicted"), _("Observed, 95% interval"))
        st.html(as_html(Table(caption, heads, rows, layout="compact")))


def draw_decision(curve: "DecisionCurve") -> None:
    """Draw the decision curve with what it counts and its table."""
    from model.validation.decision import THRESHOLDS
    from ui.registry.charts import decision_chart
    from ui.registry.words import estimate_cell

    time = horizon_name(curve.day)
    st.markdown(
        _(
            "This is no advice, and says nothing of which option to choose. It counts one kind of "
            "decision: to do something more for a child, such as an early talk with the palliative "
            "care team, because its predicted risk of death by {time} reaches a threshold. The "
            "threshold says how many children who live one would do it for in vain, to do it for "
            "one who dies. Net benefit is the share of children rightly acted for, less those "
            "acted for in vain weighed so."
        ).format(time=time)
    )
    alt = _(
        "Net benefit by threshold, with 95% intervals, of acting by the model and for all; for "
        "none it is 0. The table below has the same numbers."
    )
    _draw_chart(decision_chart(curve), alt, "decision")
    rows = [
        (
            Cell(percent(float(threshold))),
            *(
                estimate_cell(Estimate(*values[:, k].tolist()))
                for values in (curve.by_model, curve.for_all)
            ),
        )
        for k, threshold in enumerate(THRESHOLDS)
    ]
    caption = _("Net benefit of acting on the risk of death by {time}; for none it is 0")
    heads = (_("Threshold"), _("By the model"), _("For all"))
    table = Table(caption.format(time=time), heads, rows, layout="compact", in_box=True)
    st.html(as_html(table))


# -------------------------------------------------------------------------------------- groups


def draw_groups(found: "Performance") -> None:
    """Draw observed beside predicted survival of all, by option and by interval."""
    from ui.registry.charts import group_chart
    from ui.registry.words import group_alt, group_name, group_table

    st.subheader(_("Observed beside predicted survival"), anchor=False)
    if not found.groups:
        st.markdown(_("No group has enough children for a curve."))
        return
    with st.container(horizontal=True):
        for group in found.groups:
            with st.container(width=WIDTH_OF_GROUP):
                st.markdown(f"**{group_name(group)}**")
                words = group_alt(group)
                _draw_chart(group_chart(group), words, f"{group.column}_{group.code}")
                st.caption(words)
    st.caption(
        _(
            "Observed: Kaplan-Meier with its 95% interval, dotted once fewer than ten children "
            "were followed. Predicted: mean of the children's predictions, and of their 95% "
            "limits. Groups of fewer than ten children have no curve."
        )
    )
    with st.expander(_("The curves as a table"), key="registry_groups_table"):
        st.html(as_html(group_table(found.groups)))


def _draw_chart(chart: Spec, alt: str, key: str) -> None:
    st.vega_lite_chart(chart, alt=alt, key=f"registry_{key}")
