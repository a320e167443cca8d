"""The exploratory model on screen and in the record, and what stands there while it is off: the
child's rows of the paper's Table 3.

Every number of the model carries the word "exploratory". Its curve lies under the curve of Table
4's model, which stays what the page, the comparison and the talk with the family rest on.
"""

import functools
import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import starmap

import streamlit as st

from model.case import BACKGROUND, Case
from model.language import _, code, listed
from model.options import TREATMENTS
from model.paper.evidence import figures, value
from model.survival.exploratory import (
    ADDED_COLUMNS,
    ExploratoryModel,
    load_exploratory,
    not_given,
    predict_exploratory,
)
from model.survival.prediction import HORIZON_DAYS, TABLE_DAYS, UNREADABLE
from ui.session.language import number
from ui.session.model_in_use import recalibration_in_use
from ui.session.switches import EXPLORATORY, draw_switch, is_on
from ui.session.words import field_label, leukemia_label
from ui.shown.alike import SIGN_OF_SUPPORT, with_sign
from ui.shown.charts.look import INK_OF_PAGE
from ui.shown.charts.page import laid_under
from ui.shown.charts.series import Series, Spec, all_curves, days_straight_between, option_series
from ui.shown.options import SHOWN
from ui.shown.results import (
    Horizon,
    OptionResult,
    horizon_name,
    named_day,
    nothing_said,
    option_results,
    percent,
    percent_interval,
    shown_pattern,
    supported_until,
)
from ui.shown.sheet import Words, for_sheet
from ui.shown.table import Cell, Table, as_html

WIDTH = 250


# ---------------------------------------------------------------------------------------- words


def why_not_to_rely_on_it(case: Case) -> list[str]:
    """What the exploratory numbers are, why they are not to be relied upon, and what of the child
    they take as average."""
    said = [
        _(
            "Exploratory, not to be relied upon. It adds leukemia, age, GvHD and conditioning to "
            "treatment, time to failure and remission. The paper prints how each of them goes with "
            "survival by itself, and not how they go together: the reconstructed cohorts each "
            "hold one possibility, and how far they differ is part of the interval."
        ),
        _(
            "The part of what was added is shrunk towards none, by a penalty chosen once for all "
            "cohorts. The interval does not hold what the shrinking takes away."
        ),
    ]
    missing = not_given(case)
    if missing:
        said.append(
            _("Not given, and taken as it is on average in the cohorts: {inputs}.").format(
                inputs=listed(field_label(INPUT_OF_COLUMN[column]) for column in missing)
            )
        )
    return said


# The field of a case that each column of the model is read from.
INPUT_OF_COLUMN = {column: column for column in ADDED_COLUMNS} | {"age": "age_years"}


def level(column: str, code_of_column: str) -> str:
    """What is known of a child, in a few words: B-ALL, aged 5 to 9, no TBI."""
    if column == "leukemia":
        return leukemia_label(code_of_column)
    if column == "age":
        first, last = code_of_column.split("-")
        return _("aged {first} to {last}").format(first=first, last=last)
    yes, no = {
        "gvhd": (_("GvHD"), _("no GvHD")),
        "myeloablative": (_("myeloablative conditioning"), _("no myeloablative conditioning")),
        "tbi": (_("TBI"), _("no TBI")),
    }[column]
    return yes if code_of_column == "yes" else no


def table_3_rows(case: Case) -> list[str]:
    """The rows of Table 3 that the child stands in, as printed."""
    given = {column: getattr(case, column) for column in ADDED_COLUMNS}
    return [_table_3_row(column, held) for column, held in given.items() if held is not None]


def _table_3_row(column: str, held: str) -> str:
    reference = BACKGROUND[column][0]
    if held == reference:
        return _("{level}: the reference of its group").format(level=level(column, held))
    printed = {}
    stem = f"t3.hr.{column}.{held.lower()}"
    for name, figure_id in (
        ("ratio", stem),
        ("lower", f"{stem}.lower"),
        ("upper", f"{stem}.upper"),
    ):
        figure = figures()[figure_id]
        printed[name] = number(figure.value, round(-math.log10(figure.step)))
    return _("{level}, against {reference}: {ratio} ({lower}–{upper})").format(
        level=level(column, held), reference=level(column, reference), **printed
    )


def table_3_intro() -> str:
    return _(
        "For context, this child in the paper's Table 3: hazard ratios of death with 95% "
        "intervals, each characteristic by itself, unadjusted, from all {children} children. They "
        "are not in the curves, and overlap with what is."
    ).format(children=number(value("txt.n.failures")))


# -------------------------------------------------------------------------------------- numbers


@functools.lru_cache(maxsize=64)
def exploratory_horizons(
    case: Case, treatments: tuple[str, ...]
) -> tuple[tuple[Horizon, ...], ...]:
    """Exploratory survival of each option on the reported days; at risk, as the main model's."""
    prediction = predict_exploratory(load_exploratory(), case, treatments=treatments)
    main = option_results(shown_pattern(case, treatments))
    numbers = zip(
        prediction.survival[0].tolist(),
        prediction.lower[0].tolist(),
        prediction.upper[0].tolist(),
        strict=True,
    )
    return tuple(
        tuple(
            replace(horizon, survival=survival, lower=lower, upper=upper)
            if horizon.known
            else horizon
            for horizon, survival, lower, upper in zip(result.horizons, *curves, strict=True)
        )
        for result, curves in zip(main, numbers, strict=True)
    )


def in_words(horizon: Horizon) -> str:
    """An exploratory number with its interval and its name."""
    return _("exploratory {survival} ({interval})").format(
        survival=percent(horizon.survival), interval=percent_interval(horizon.lower, horizon.upper)
    )


# --------------------------------------------------------------------------------------- charts


def charts(case: Case, treatments: Sequence[str]) -> tuple[Spec, ...]:
    """One chart an option: Table 4's curve, and under it the exploratory one."""
    return _charts(case, tuple(treatments), code())


@functools.lru_cache(maxsize=64)
def _charts(case: Case, treatments: tuple[str, ...], language: str) -> tuple[Spec, ...]:
    model = load_exploratory()
    pattern = shown_pattern(case, treatments).compared
    if not pattern.treatments:
        return ()
    drawn = pattern.treatments
    every = predict_exploratory(model, case, treatments=drawn, days=range(HORIZON_DAYS + 1))
    # One over the other, they are drawn on the same days: those of both.
    main = option_series(pattern, *days_straight_between(all_curves(every)))
    under = exploratory_series(model, case, drawn, main[0].days)
    return tuple(one.for_page() for one in starmap(laid_under, zip(main, under, strict=True)))


def exploratory_series(
    model: ExploratoryModel, case: Case, treatments: Sequence[str], days: tuple[int, ...]
) -> tuple[Series, ...]:
    pattern = shown_pattern(case, treatments)
    until = supported_until(TREATMENTS, pattern.child, pattern.days_survived)
    prediction = predict_exploratory(model, case, treatments=treatments, days=days)
    return tuple(
        Series(
            id=EXPLORATORY,
            label=_("exploratory"),
            short=_("Exploratory"),
            color=INK_OF_PAGE,
            shape=SHOWN[treatment].marker,
            days_survived=case.days_survived,
            own_until=until[treatment][0],
            arm_until=until[treatment][1],
            days=days,
            survival=prediction.survival[0, place],
            lower=prediction.lower[0, place],
            upper=prediction.upper[0, place],
            line="exploratory",
        )
        for place, treatment in enumerate(treatments)
    )


def alt_text(case: Case, result: OptionResult, horizons: Sequence[Horizon]) -> str:
    day = named_day(case.days_survived)
    main, exploratory = (
        next(horizon for horizon in either if horizon.day == day)
        for either in (result.horizons, horizons)
    )
    return _(
        "{option}: the curve of the main model, and dotted under it the exploratory curve. Alive "
        "at {time}: {survival} ({interval}), {exploratory}. The table has the same numbers."
    ).format(
        option=result.label,
        time=horizon_name(day),
        survival=percent(main.survival),
        interval=percent_interval(main.lower, main.upper),
        exploratory=in_words(exploratory),
    )


# ---------------------------------------------------------------------------------------- table


def caption() -> str:
    return _("Exploratory survival with 95% intervals, and below it that of the main model")


def heads() -> list[str]:
    return [_("Option"), *(horizon_name(day) for day in TABLE_DAYS)]


def exploratory_table(case: Case, treatments: Sequence[str]) -> Table:
    """The exploratory numbers beside the main ones."""
    results = option_results(shown_pattern(case, treatments))
    each = exploratory_horizons(case, tuple(treatments))
    rows = [
        (
            Cell(result.label, strong=True),
            *(_cell(result, *both) for both in zip(horizons, result.horizons, strict=True)),
        )
        for result, horizons in zip(results, each, strict=True)
    ]
    return Table(caption(), heads(), rows, (notes(),), layout="survival")


def notes() -> str:
    return _("{borrowed} borrowed, {no} extrapolated: as in the table of the main model.").format(
        **SIGN_OF_SUPPORT
    )


def _cell(result: OptionResult, exploratory: Horizon, main: Horizon) -> Cell:
    carries = {"treatment": result.treatment, "day": str(main.day), "exploratory": ""}
    if not main.known:
        return Cell(nothing_said(main.day, result.days_survived, result.treatment), carries=carries)
    return Cell(
        _("exploratory {survival}").format(
            survival=with_sign(percent(exploratory.survival), main.support)
        ),
        (
            percent_interval(exploratory.lower, exploratory.upper),
            _("main model {survival}").format(
                survival=with_sign(percent(main.survival), main.support)
            ),
            percent_interval(main.lower, main.upper),
        ),
        strong=True,
        carries=carries | {"exploratory": f"{exploratory.survival:.4f}"},
    )


# --------------------------------------------------------------------------- page and record


def draw_exploratory(case: Case, treatments: Sequence[str]) -> None:
    """Draw the fold: the switch; while it is off the child's rows of Table 3, else the exploratory
    model. While a recalibrated model is in use there is no switch.
    """
    label = _("Exploratory: with leukemia, age, GvHD and conditioning")
    with st.expander(label, expanded=exploratory_is_shown(), key="exploratory"):
        if recalibration_in_use() is not None:
            st.caption(what_is_the_papers())
        else:
            draw_switch(EXPLORATORY, _("Show the exploratory model"))
            if is_on(EXPLORATORY) and not is_fitted():
                st.error(
                    _("The exploratory model, data/exploratory.npz, is missing or cannot be read.")
                )
        if exploratory_is_shown():
            _draw_model(case, treatments)
        else:
            rows = [f"- {row}" for row in table_3_rows(case)]
            st.caption("\n".join([table_3_intro(), "", *rows]))


def _draw_model(case: Case, treatments: Sequence[str]) -> None:
    for said in why_not_to_rely_on_it(case):
        st.markdown(said)
    each = exploratory_horizons(case, tuple(treatments))
    results = option_results(shown_pattern(case, treatments))
    with st.container(horizontal=True, key="exploratory_charts"):
        drawn = [both for both in zip(results, each, strict=True) if both[0].is_compared]
        for (result, horizons), chart in zip(drawn, charts(case, treatments), strict=True):
            with st.container(width=WIDTH):
                st.vega_lite_chart(
                    chart,
                    alt=alt_text(case, result, horizons),
                    key=f"exploratory_{result.treatment}",
                )
    st.html(as_html(exploratory_table(case, treatments)))


def what_is_the_papers() -> str:
    """What a recalibrated model leaves as it is, and what is left out beside it."""
    return _(
        "The children at risk are the paper's, also with a recalibrated model. What rests on the "
        "paper's model alone is left out beside it: what can be chosen on the day of relapse, the "
        "exploratory model, the E-values and the assumption for ALL."
    )


def exploratory_is_shown() -> bool:
    """Whether the exploratory model is asked for, and stands beside the model it was made for."""
    return is_on(EXPLORATORY) and recalibration_in_use() is None and is_fitted()


def is_fitted() -> bool:
    """Whether the exploratory model can be read, and is that of the main model's cohorts."""
    try:
        load_exploratory()
    except UNREADABLE:
        return False
    return True


def exploratory_words(case: Case, treatments: Sequence[str], shown: bool) -> Words:
    """What the sheet for the record says: the exploratory numbers, or the rows of Table 3."""
    if not shown:
        return {
            "heading": _("This child in Table 3"),
            "paragraphs": [table_3_intro(), listed(table_3_rows(case)) + "."],
            "table": None,
        }
    return {
        "heading": _("Exploratory"),
        "paragraphs": [*why_not_to_rely_on_it(case), caption() + "."],
        "table": for_sheet(exploratory_table(case, treatments)),
    }
