"""The box that says what the paper proposes: its words for the time, its options in its order, what
they depend on, and which inputs decided.

All of it is quoted as the paper's; nothing here ranks or recommends.
"""

from collections.abc import Iterable

import streamlit as st

from model.case import Case
from model.language import _
from model.options import treatment_label
from model.paper.disagreements import disagreements
from model.paper.guidelines import (
    INPUT_WORDS,
    RANK_WORDS,
    STATUS_WORDS,
    Guidance,
    Period,
    ProposedOption,
    Remark,
)
from model.paper.guidelines import guidance as guidance_for
from ui.session.language import number as written
from ui.session.words import field_label, leukemia_label
from ui.shown.results import ONE_YEAR, OptionResult

# The place on the page that a link leads to.
GUIDANCE = "guidance"


def guidance_of(case: Case) -> Guidance:
    """What the paper says for a case whose leukemia is given."""
    return guidance_for(
        case.known_leukemia,
        case.days_to_failure,
        performance=case.performance,
        mrd=case.mrd,
        tbi=case.tbi,
    )


def draw_guidance(guidance: Guidance | None) -> None:
    """Draw the box: the proposals, and folded below them what decided, the remarks and the places;
    without a leukemia, that it is needed."""
    with st.container(border=True, key="guidance_box"):
        st.header(_("What the paper proposes"), anchor=GUIDANCE)
        if guidance is None:
            st.markdown(_("The paper proposes by leukemia and time. Enter the leukemia to see it."))
            return
        st.markdown("\n\n".join(proposal(guidance)))
        with st.expander(_("What decided, remarks, and places in the paper")):
            said = (*decided(guidance), *curves_of_options(guidance), *remarks_and_places(guidance))
            st.markdown("\n\n".join(said))


def draw_notes(guidance: Guidance, results: Iterable[OptionResult]) -> None:
    """Draw what to keep in mind where guidance and curves stand side by side."""
    notes = beside_the_curves(guidance, results)
    if notes:
        with st.expander(_("Guidance beside the curves")):
            st.markdown("\n".join(f"- {note}" for note in notes))


def beside_the_curves(guidance: Guidance, results: Iterable[OptionResult]) -> list[str]:
    """Notes on where guidance and curves pull apart. What they say of the curves is said of one
    year; where nothing can be said of it, as when it is past, nothing is."""
    survival = {
        result.treatment: horizon.survival
        for result in results
        for horizon in result.horizons
        if horizon.day == ONE_YEAR and horizon.known
    }
    return [note for note in disagreements(guidance, survival) if note != guidance.no_guidance]


def proposal(guidance: Guidance) -> list[str]:
    """The box as Markdown paragraphs."""
    paragraphs = [
        _("For **{leukemia}**, {period} ({days}):").format(
            leukemia=leukemia_label(guidance.leukemia),
            period=guidance.period.name,
            days=period_days(guidance.period),
        )
    ]
    if guidance.no_guidance is not None:
        paragraphs.append(guidance.no_guidance)
    else:
        options = [_option(number, o) for number, o in enumerate(guidance.options, start=1)]
        paragraphs.append("\n".join(options))
    paragraphs += [reason.sentence for reason in guidance.weighed]
    said = " ".join(input_lines(guidance, emphasis="**"))
    return [*paragraphs, said] if said else paragraphs


def decided(guidance: Guidance) -> list[str]:
    """Which inputs decided, as Markdown paragraphs."""
    reasons = [
        _("- {input}: {sentence}").format(input=field_label(reason.input), sentence=reason.sentence)
        for reason in guidance.decided_by
    ]
    return [_("**Decided by**"), "\n".join(reasons)]


def _option(number: int, option: ProposedOption) -> str:
    """An option with its rank and condition; which curve stands nearest is said in the fold."""
    said = f"{number}. **{option.text}** ({_(RANK_WORDS[option.rank])})"
    if option.condition is None:
        return said
    return _("{option}; {condition} ({status})").format(
        option=said, condition=option.condition, status=_(STATUS_WORDS[option.condition_status])
    )


def curves_of_options(guidance: Guidance) -> list[str]:
    """Which curve stands nearest to each option, or why none does, as Markdown."""
    lines = []
    for place, option in enumerate(guidance.options, start=1):
        said = [
            _("Closest curve: {treatment}.").format(treatment=treatment_label(option.closest_arm))
            if option.closest_arm is not None
            else "",
            option.arm_note,
        ]
        lines.append(f"{place}. " + " ".join(part for part in said if part))
    return [_("**Options and curves**"), "\n".join(lines)] if lines else []


def option_lines(option: ProposedOption) -> list[str]:
    """What is said of a proposed option besides its name and rank: its condition, and its curve."""
    lines = []
    if option.condition is not None:
        lines.append(
            _("Condition: {condition} ({status}).").format(
                condition=option.condition, status=_(STATUS_WORDS[option.condition_status])
            )
        )
    if option.closest_arm is not None:
        lines.append(
            _("Closest curve: {treatment}.").format(treatment=treatment_label(option.closest_arm))
        )
    if option.arm_note:
        lines.append(option.arm_note)
    return lines


def remarks_and_places(guidance: Guidance) -> list[str]:
    """The remarks, each with its place in the paper, and the places of the options."""
    remarks = ["- " + "  \n  ".join(remark_lines(remark)) for remark in guidance.remarks]
    places = [
        _("- Option {number}: {source}.").format(number=written(number), source=option.source)
        for number, option in enumerate(guidance.options, start=1)
    ]
    places.append(_("- Period: {source}.").format(source=guidance.period.source))
    if not guidance.options:
        places.append(_("- Guidelines: {source}.").format(source=guidance.source))
    return ["\n".join(remarks), _("**Places in the paper**"), "\n".join(places), guidance.citation]


def remark_lines(remark: Remark) -> list[str]:
    """A remark, the child it concerns if not every one, and its place in the paper."""
    lines = [remark.text]
    if remark.condition is not None:
        lines.append(
            _("Concerns a child {condition} ({status}).").format(
                condition=remark.condition, status=_(STATUS_WORDS[remark.condition_status])
            )
        )
    return [*lines, place_in_paper(remark.source)]


def place_in_paper(source: str) -> str:
    """A place in the paper, in a sentence."""
    return _("Place: {source}.").format(source=source)


def period_days(period: Period) -> str:
    """The days of a period, from first transplant."""
    if period.last_day is None:
        return _("day {first} after first transplant, or later").format(
            first=written(period.first_day)
        )
    return _("days {first} to {last} after first transplant").format(
        first=written(period.first_day), last=written(period.last_day)
    )


def input_lines(guidance: Guidance, emphasis: str = "") -> list[str]:
    """Which inputs the paper names here and were not given, and which were given for nothing."""
    lines = []
    if guidance.missing:
        lines.append(
            _("Not given, and the paper names it here: {inputs}.").format(
                inputs=f"{emphasis}{_input_names(guidance.missing)}{emphasis}"
            )
        )
    if guidance.not_used:
        lines.append(
            _("Given, and not used by the paper here: {inputs}.").format(
                inputs=_input_names(guidance.not_used)
            )
        )
    return lines


def _input_names(names: Iterable[str]) -> str:
    return ", ".join(_(INPUT_WORDS[name]) for name in names)
