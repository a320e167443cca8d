"""Make the model theirs: recalibrate it to a centre's children, take it away, and use it.

What is kept of the children in a session is what was found of them all: estimates, counts, scores.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
import streamlit as st

from model.case import CATEGORIES, COVARIATES, REFERENCES
from model.language import _, counted
from model.options import treatment_label
from model.recalibration.applied import RecalibrationError, hazard_multiple
from model.recalibration.file import LONGEST_LABEL, read_recalibration, write_recalibration
from model.survival.prediction import HORIZON_DAYS, Z_95, load_model
from model.survival.recalibrated import (
    COEFFICIENTS,
    METHOD_LABELS,
    METHODS,
    PARAMETERS,
    Recalibration,
)
from ui.registry.children import table_key
from ui.registry.language import choose, draw_radio
from ui.registry.upload import draw_uploader
from ui.session.language import date_in_words, number
from ui.session.model_in_use import (
    draw_model_in_use,
    missing_file,
    recalibration_in_use,
    use,
    use_the_papers,
)
from ui.session.words import literal
from ui.shown.downloads import draw_save_button
from ui.shown.labels import chemo_alone_in_paper
from ui.shown.results import ONE_YEAR, horizon_name, interval_words
from ui.shown.table import Cell, Row, Table, as_html

if TYPE_CHECKING:
    from model.recalibration.choice import Candidate, Choice

COMPARED, SAID, CHOSEN, LABEL = (
    "registry_compared",
    "registry_model_said",
    "registry_method",
    "registry_centre",
)
PLACES = 2
PLACES_OF_SCORE = 4


class Compared(NamedTuple):
    """The methods compared, and the table they were compared on."""

    table: str
    choice: "Choice"


# --------------------------------------------------------------------------------- four steps


def draw_recalibration(children: pd.DataFrame) -> None:
    """Draw the section in which the model is recalibrated to the children."""
    st.header(_("Make it theirs"))
    st.markdown(steps())
    if st.button(_("Compare the four")):
        _compare(children)
    compared: Compared | None = st.session_state.get(COMPARED)
    if compared is None or compared.table != table_key():
        st.session_state.pop(COMPARED, None)
        return
    choice = compared.choice
    st.html(as_html(choice_table(choice)))
    st.caption(table_notes(choice))
    st.markdown(suggestion(choice))
    refitted = next((c.recalibration for c in choice.candidates if c.method == "refit"), None)
    if refitted is not None:
        with st.expander(_("Hazard ratios of the refit, beside the paper's")):
            st.html(as_html(coefficients_table(refitted)))
            st.caption(chemo_alone_in_paper())
    _draw_choice(choice)


def steps() -> str:
    """What each of the four does, in words."""
    return _(
        "The usual four, each with more of its own than the one before:\n\n"
        "1. **The paper's model as it is.**\n"
        "2. **Baseline only**: the level of the risk and its course over time become theirs; how "
        "options and children differ stays the paper's.\n"
        "3. **Baseline and slope**: the differences also all grow or shrink by one factor.\n"
        "4. **Refit**: each hazard ratio becomes theirs, pulled towards the paper's, which is as "
        "strong as the paper's own precision makes it.\n\n"
        "All are fitted by maximum likelihood to the children whose treatment and remission are "
        "known. The intervals of the result hold the uncertainty of both the paper's hazard "
        "ratios and these children."
    )


def _compare(children: pd.DataFrame) -> None:
    from model.recalibration.choice import compare_methods

    said = _("Comparing on bootstrap samples")
    bar = st.progress(0.0, said)

    def progress(share: float) -> None:
        bar.progress(share, said)

    try:
        choice = compare_methods(load_model(), children, progress=progress)
    except RecalibrationError as error:
        unknown = children[list(CATEGORIES)].isna().any(axis=1)
        why = _("None of them can be made: {why}").format(why=error)
        st.info(" ".join([why, *left_out_words(int(unknown.sum()))]))
        return
    finally:
        bar.empty()
    st.session_state[COMPARED] = Compared(table_key(), choice)
    choose(CHOSEN, choice.suggested)


def suggestion(choice: "Choice") -> str:
    """Which method is suggested, by which rule, and that it is no more than that."""
    return _(
        "Suggested: **{method}**, the simplest whose corrected log-likelihood is within one "
        "standard error of the best. The choice is yours."
    ).format(method=_(METHOD_LABELS[choice.suggested]))


def choice_table(choice: "Choice") -> Table:
    """The methods beside each other, as HTML with every text escaped."""
    heads = [
        _("Method"),
        _("Cumulative hazard at {time}, times the paper's").format(time=horizon_name(ONE_YEAR)),
        _("Course over time (γ)"),
        _("Slope (θ)"),
        _("Log-likelihood gained"),
        _("Integrated Brier score"),
    ]
    rows = [_candidate_row(candidate) for candidate in choice.candidates]
    return Table(_("The four on these children; 95% intervals"), heads, rows)


def _candidate_row(candidate: "Candidate") -> Row:
    named = Cell(_(METHOD_LABELS[candidate.method]), carries={"method": candidate.method})
    found = candidate.recalibration
    if found is None:
        return (named, Cell(candidate.refusal), *(Cell("–") for _place in range(4)))
    return (
        named,
        _multiple_cell(found),
        _parameter_cell(found, "gamma"),
        _parameter_cell(found, "theta"),
        _score_cell(candidate, "log_gain", 1),
        _score_cell(candidate, "brier", PLACES_OF_SCORE),
    )


def _multiple_cell(found: Recalibration) -> Cell:
    if found.method == "none":
        return Cell(number(1))
    value, lower, upper = hazard_multiple(load_model(), found, ONE_YEAR)
    return Cell(number(value, PLACES), _limits(lower, upper), strong=True)


def _parameter_cell(found: Recalibration, name: str) -> Cell:
    if name not in PARAMETERS[found.method]:
        return Cell(number(1) if found.method != "refit" else _("each its own"))
    place = PARAMETERS[found.method].index(name)
    value = found.estimates[place]
    reach = Z_95 * float(found.own_covariance[place, place]) ** 0.5
    return Cell(number(value, PLACES), _limits(value - reach, value + reach), strong=True)


def _score_cell(candidate: "Candidate", name: str, places: int) -> Cell:
    value, optimism, error = (
        getattr(score, name) for score in (candidate.score, candidate.optimism, candidate.error)
    )
    if not error:  # of what is the measure of the others
        return Cell(number(value, places))
    if not math.isfinite(value + error):
        return Cell(_("not known"))
    limits = _limits(value - Z_95 * error, value + Z_95 * error, places)
    taken_off = _("optimism {optimism}").format(optimism=number(optimism, places))
    return Cell(number(value, places), f"{limits}; {taken_off}" if optimism else limits)


def _limits(lower: float, upper: float, places: int = PLACES) -> str:
    said = _("{lower} to {upper}") if lower < 0 else _("{lower}–{upper}")
    return said.format(lower=number(lower, places), upper=number(upper, places))


def table_notes(choice: "Choice") -> str:
    """How to read the table, and which children it rests on."""
    found = next(c.recalibration for c in choice.candidates if c.recalibration is not None)
    notes = [
        _(
            "Hazard: that of a child with every characteristic at its reference. γ above 1: the "
            "risk comes later than in the paper, below 1 earlier. θ below 1: options and children "
            "differ less than in the paper. Log-likelihood: more is closer, against the paper's "
            "model. Brier score: less is closer. Both corrected for optimism on {replicates} "
            "bootstrap samples."
        ).format(replicates=number(choice.replicates)),
        counted(
            "On {number} child, with {deaths} deaths within {time}.",
            "On {number} children, with {deaths} deaths within {time}.",
            found.n_children,
        ).format(
            number=number(found.n_children),
            deaths=number(found.n_deaths),
            time=horizon_name(HORIZON_DAYS),
        ),
    ]
    return " ".join([*notes, *left_out_words(found.n_left_out)])


def left_out_words(n_left_out: int) -> Sequence[str]:
    """How many children are left out, where any is."""
    if not n_left_out:
        return ()
    said = counted(
        "Left out here: {number} child whose treatment or remission is missing.",
        "Left out here: {number} children whose treatment or remission is missing.",
        n_left_out,
    )
    return (said.format(number=number(n_left_out)),)


def coefficients_table(found: Recalibration) -> Table:
    """Hazard ratios of a refit beside those of the paper's model, as HTML."""
    model, first = load_model(), PARAMETERS["refit"].index(COEFFICIENTS[0])
    own = found.own_covariance
    rows: list[Row] = []
    for place, (column, code) in enumerate(COVARIATES):
        if code == next(c for c in CATEGORIES[column] if c != REFERENCES[column]):
            rows.append((Cell(_group_words(column)),))
        theirs = _ratio_cell(found.estimates[first + place], own[first + place, first + place])
        papers = _ratio_cell(model.beta[place], model.sigma[place, place])
        rows.append((Cell(_level_words(column, code)), theirs, papers))
    heads = ["", _("Refit"), _("Paper's model")]
    return Table(_("Hazard ratios of death, with 95% intervals"), heads, rows, layout="compact")


def _ratio_cell(log_ratio: float, variance: float) -> Cell:
    reach = Z_95 * math.sqrt(variance)
    limits = _limits(math.exp(log_ratio - reach), math.exp(log_ratio + reach))
    return Cell(number(math.exp(log_ratio), PLACES), limits)


def _group_words(column: str) -> str:
    reference = _level_words(column, REFERENCES[column])
    return _("Against: {reference}").format(reference=reference)


def _level_words(column: str, code: str) -> str:
    if column == "treatment":
        return treatment_label(code)
    if column == "interval":
        return interval_words(code)
    return _("remission reached") if code == "yes" else _("no remission")


def _draw_choice(choice: "Choice") -> None:
    fitted = {c.method: c.recalibration for c in choice.candidates if c.recalibration is not None}
    labels = {method: _(METHOD_LABELS[method]) for method in METHODS}
    method = draw_radio(_("Recalibrate by"), tuple(fitted), labels.__getitem__, CHOSEN)
    if method == "none":
        st.caption(_("The paper's model stays as it is: there is nothing to take away."))
        return
    centre = st.text_input(
        _("Name of the centre or registry (optional)"),
        max_chars=LONGEST_LABEL,
        help=_("It stands in the file and beside every number. Please write no name of a child."),
        key=LABEL,
        persist_state="session",
    )
    scores = tuple(c.score for c in choice.candidates if c.score is not None)
    found = replace(fitted[method], scores=scores)

    def file() -> str:
        return write_recalibration(found, load_model(), centre or "", date.today())

    with st.container(horizontal=True):
        draw_save_button(
            _("Model file (JSON)"),
            f"aftergraft-recalibrated-{method}.json",
            "application/json",
            file,
        )
        if st.button(_("Use it in the app"), type="primary"):
            use(read_recalibration(file(), load_model()))
            st.rerun()
    st.caption(
        _(
            "The file holds the estimates with their covariance, counts, scores and where they "
            "come from, and no row of any child; groups of fewer than five are not counted in it. "
            "From the covariance a statistician can work out about how many children of each "
            "treatment died, as from that of any published model."
        )
    )


# ---------------------------------------------------------------------------------- model file


def draw_model_file() -> None:
    """Draw what loads a model file and what goes back to the paper's model."""
    st.header(_("Model in use"))
    in_use = recalibration_in_use()
    draw_model_in_use()
    if in_use is None:
        st.markdown(
            _("The paper's model. A model file made here can be loaded and used in its place.")
        )
    else:
        st.markdown(" ".join(where_from(in_use)))
        st.button(_("Back to the paper's model"), on_click=_back)
    upload = draw_uploader(_("Load a model file"), ["json"], "model_file")
    if upload is not None:
        st.session_state[SAID] = _load(upload.getvalue())
        st.rerun()
    # Said once: it is of that file, and in the language of that moment.
    if said := st.session_state.pop(SAID, None):
        st.warning(said)


def _load(content: bytes) -> str:
    """Use the model of a file; give what has to be said of it, if anything."""
    asked = missing_file()
    try:
        loaded = read_recalibration(content, load_model())
    except RecalibrationError as error:
        return str(error)
    use(loaded)
    if asked and asked != loaded.short_checksum:
        return _("This is another file than that of the link, which was {file}.").format(
            file=literal(asked)
        )
    return ""


def where_from(recalibration: Recalibration) -> Sequence[str]:
    """What the file says of the day it was made, and of the children it rests on."""
    said = []
    if recalibration.made_on:
        made_on = date_in_words(date.fromisoformat(recalibration.made_on))
        said.append(_("Made on {date}.").format(date=made_on))
    if recalibration.arms:
        arms = "; ".join(
            _("{option}: {children}").format(option=treatment_label(arm), children=number(children))
            for arm, children in recalibration.arms
        )
        said.append(_("Children by treatment: {arms}.").format(arms=arms))
    said.append(
        _(
            "It stays in use in this session, also for a new case, until you go back or close the "
            "page. After a reload the file has to be loaded again."
        )
    )
    return said


def _back() -> None:
    use_the_papers()
    st.session_state.pop(SAID, None)
