"""The answer first: for each option how many such children are alive, how sure that is, how many
children it rests on, and what the authors proposed.

What can be chosen on the day of relapse or progression stands first: to start reinduction,
whatever follows. What it became is known only afterwards and stands under it, indented.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from model.case import Case
from model.language import _, listed
from model.options import CHOICES_AT_RELAPSE, REINDUCTION, TREATMENTS, treatment_label
from model.paper.evidence import value
from model.paper.guidelines import STATUS_WORDS, Guidance, ProposedOption
from model.survival.comparison import Estimate, compare
from model.survival.pattern import pattern_of
from model.survival.prediction import TABLE_DAYS, UNREADABLE
from ui.case.survival_table import nobody_note, table_caption
from ui.session.keys import forgotten_with_the_child
from ui.session.language import number
from ui.session.model_in_use import model_of
from ui.session.page_style import ON_SCREEN_ONLY
from ui.shown.alike import (
    Alike,
    alike_note,
    alike_of,
    alike_words,
    support_day,
    support_notes,
    support_words,
)
from ui.shown.differences import points, points_interval
from ui.shown.labels import limits_line
from ui.shown.results import (
    ONE_YEAR,
    TWO_YEARS,
    Horizon,
    OptionResult,
    ShownPattern,
    choices_pattern,
    horizon_name,
    nothing_said,
    option_results,
    percent,
    percent_interval,
)
from ui.shown.table import Cell, Row, Table, notes_as_html, table_as_html

# The usual reported days of the answer; all of them stand in the table further down.
DAYS = (TABLE_DAYS[0], ONE_YEAR, TWO_YEARS)
DIFFERENCE_FROM = "difference_from"
AFTER_REINDUCTION = CHOICES_AT_RELAPSE[REINDUCTION]


@dataclass(frozen=True)
class Answer:
    """One row: an option with its numbers and the children like this one; `after`: whether it is
    known only afterwards, under the row of reinduction."""

    result: OptionResult
    alike: Alike
    after: bool


def answers(case: Case, pattern: ShownPattern) -> list[Answer]:
    """The rows, in their order: reinduction, what it became, and the other options."""
    each = dict(
        zip(
            pattern.treatments,
            zip(option_results(pattern), alike_of(pattern), strict=True),
            strict=True,
        )
    )
    reinduction = _reinduction(case, pattern)
    began = [option for option in AFTER_REINDUCTION if option in each]
    rows: list[Answer] = []
    if began and reinduction is not None:
        rows.append(Answer(*reinduction, after=False))
    # Assumed alike the three are one curve, that of reinduction: it stands once, under their name.
    if not (pattern.alike and rows):
        rows += [Answer(*each[option], after=bool(rows)) for option in began]
    rows += [Answer(*each[option], after=False) for option in each if option not in began]
    return rows


def _reinduction(case: Case, pattern: ShownPattern) -> tuple[OptionResult, Alike] | None:
    """What starting reinduction comes to; None where there is no such model to ask."""
    if pattern.recalibration is not None:
        return None
    choices = choices_pattern(case)
    try:
        results = option_results(choices)
    except UNREADABLE:
        return None
    place = choices.treatments.index(REINDUCTION)
    return results[place], alike_of(choices)[place]


# ---------------------------------------------------------------------------------------- words


def heads(difference_from: str | None, since: int) -> list[str]:
    said = [
        _("Option"),
        *(_("Alive at {time}").format(time=horizon_name(day)) for day in answer_days(since)),
        _("Children like this one, died within {time}").format(
            time=horizon_name(answer_days(since)[-1])
        ),
        _("Authors' discussion, 2017"),
    ]
    if difference_from is not None:
        said.insert(
            1 + len(answer_days(since)),
            _("Difference from {option} at {time}").format(
                option=treatment_label(difference_from), time=horizon_name(ONE_YEAR)
            ),
        )
    return said


def discussed(treatment: str, guidance: Guidance | None) -> tuple[str, str]:
    """What the authors say of an option for this child, and the condition if there is one."""
    if guidance is None:
        return _("needs the leukemia"), ""
    if guidance.no_guidance is not None:
        return _("nothing proposed for this leukemia"), ""
    if treatment == REINDUCTION:
        return _("by what follows"), ""
    named = next((o for o in guidance.options if o.closest_arm == treatment), None)
    if named is None:
        return _("not mentioned"), _("neither for nor against")
    return _said_of(named)


def _said_of(option: ProposedOption) -> tuple[str, str]:
    condition = ""
    if option.condition is not None:
        condition = _("{condition}: {status}").format(
            condition=option.condition, status=_(STATUS_WORDS[option.condition_status])
        )
    said = {
        "preferred": _("put first"),
        "alternative": _("one of several"),
        "only_if": _("under one condition"),
        "doubtful": _("benefit doubted"),
    }
    return said[option.rank], condition


def without_curve(guidance: Guidance | None) -> str:
    """What the authors propose that no curve shows; empty where there is nothing."""
    texts = [] if guidance is None else [o.text for o in guidance.options if o.closest_arm is None]
    if not texts:
        return ""
    return _("Proposed too, and without a curve here: {options}.").format(
        options=listed(f"{text[:1].lower()}{text[1:]}" for text in texts)
    )


def proposals_and_curves() -> str:
    """Why neither the proposals nor the curves prove the other."""
    return _(
        "These proposals differ by leukemia and time; in the curves a treatment's ratio is the "
        "same at every time (interaction with time P ≈ {p}) and for every leukemia, which the "
        "model does not know. One does not prove the other."
    ).format(p=number(value("txt.p.interaction"), 2))


def difference_caution() -> str:
    """What a difference between two rows is not."""
    return _(
        "Between children who were *given* these treatments. Not what choosing one would change: "
        "doctors and families chose (the earlier the relapse, the less they wanted aggressive "
        "treatment, the authors say), and a transplant needs a child who lived and responded long "
        "enough."
    )


def known_afterwards() -> str:
    return _("Indented: what reinduction became, known only afterwards.")


# ---------------------------------------------------------------------------------------- table


def answer_table(
    case: Case,
    pattern: ShownPattern,
    shown: Sequence[Answer],
    guidance: Guidance | None,
    difference_from: str | None = None,
) -> Table:
    """The table of `answers`, with what is to be known to read it."""
    differences = differences_from(case, pattern, difference_from)
    rows: list[Row] = [
        (
            _name_cell(answer, pattern),
            *(_day_cell(answer.result, horizon) for horizon in _horizons(answer.result)),
            *(
                [_difference_cell(answer.result, difference_from, differences)]
                if difference_from is not None
                else []
            ),
            _alike_cell(answer),
            _discussed_cell(answer.result.treatment, guidance, pattern),
        )
        for answer in shown
    ]
    return Table(
        table_caption(case.days_survived),
        heads(difference_from, case.days_survived),
        rows,
        _notes(shown, guidance),
        layout="answer",
    )


def _notes(shown: Sequence[Answer], guidance: Guidance | None) -> list[str]:
    supports = {
        answer.alike.support[support_day(answer.result.days_survived)]
        for answer in shown
        if answer.result.is_compared
    }
    lines = [without_curve(guidance), alike_note(), *support_notes(supports)]
    if guidance is not None and guidance.options:
        lines.append(proposals_and_curves())
    if any(answer.after for answer in shown):
        lines.append(known_afterwards())
    if not all(answer.result.is_compared for answer in shown):
        lines.append(nobody_note(shown[0].result.days_survived))
    return [line for line in (*lines, limits_line()) if line]


def _horizons(result: OptionResult) -> list[Horizon]:
    days = answer_days(result.days_survived)
    return [horizon for horizon in result.horizons if horizon.day in days]


def _name_cell(answer: Answer, pattern: ShownPattern) -> Cell:
    label = answer.result.label
    if pattern.alike and answer.result.treatment == REINDUCTION:
        label = _("Three active options, assumed alike")
    carries = {"answer": answer.result.treatment}
    if answer.after:
        carries["after"] = "yes"
    return Cell(label, strong=not answer.after, carries=carries)


def _day_cell(result: OptionResult, horizon: Horizon) -> Cell:
    carries = {"answer": result.treatment, "day": str(horizon.day)}
    if not horizon.known:
        return Cell(
            "–",
            nothing_said(horizon.day, result.days_survived, result.treatment),
            carries=carries | {"alive": ""},
        )
    carries |= {
        "alive": f"{horizon.survival:.4f}",
        "low": f"{horizon.lower:.4f}",
        "high": f"{horizon.upper:.4f}",
    }
    interval = percent_interval(horizon.lower, horizon.upper)
    return Cell(
        percent(horizon.survival), interval, strong=True, carries=carries, support=horizon.support
    )


def _alike_cell(answer: Answer) -> Cell:
    since = answer.result.days_survived
    support = answer.alike.support[support_day(since)]
    last = answer_days(since)[-1]
    died = answer.alike.died[last]
    return Cell(
        alike_words(answer.alike, last),
        support_words(support) if answer.result.is_compared else "",
        carries={"answer": answer.result.treatment, "support": support, "died": f"{died:g}"},
    )


def answer_days(since: int) -> tuple[int, ...]:
    """The reported days of the answer; once the first of the usual ones is past, the last three, so
    that something is said whatever the child has lived."""
    return DAYS if since < DAYS[0] else TABLE_DAYS[-len(DAYS) :]


def _discussed_cell(treatment: str, guidance: Guidance | None, pattern: ShownPattern) -> Cell:
    if pattern.alike and treatment == REINDUCTION and guidance is not None:
        named = [
            _("{option}: {said}").format(
                option=treatment_label(option), said=discussed(option, guidance)[0]
            )
            for option in AFTER_REINDUCTION
        ]
        return Cell(listed(named), carries={"answer": treatment})
    said, condition = discussed(treatment, guidance)
    return Cell(said, condition, carries={"answer": treatment})


# ----------------------------------------------------------------------------------- difference


def differences_from(
    case: Case, pattern: ShownPattern, reference: str | None
) -> dict[str, Estimate]:
    """How survival at one year under each option differs from that under one of them, as
    fractions; empty where none is asked for. Reinduction is of another model, and has none."""
    if reference is None:
        return {}
    model = model_of(pattern.recalibration)
    options = tuple(dict.fromkeys((reference, *pattern.treatments)))
    compared = compare(model, [pattern_of(case, option) for option in options], 0, ONE_YEAR)
    return {
        option: one.difference
        for option, one in zip(options, compared, strict=True)
        if option != reference
    }


def _difference_cell(
    result: OptionResult, reference: str | None, differences: dict[str, Estimate]
) -> Cell:
    treatment = result.treatment
    if treatment == reference:
        return Cell("–", _("compared with"), carries={"answer": treatment})
    found = differences.get(treatment)
    if found is None:
        return Cell("–", _("of another model"), carries={"answer": treatment})
    if math.isnan(found.value):
        said = nothing_said(ONE_YEAR, result.days_survived, treatment)
        return Cell("–", said, carries={"answer": treatment})
    return Cell(
        points(found),
        points_interval(found),
        strong=True,
        carries={"answer": treatment, "difference": f"{found.value:.4f}"},
    )


# ----------------------------------------------------------------------------------------- page


def draw_answer(
    case: Case, pattern: ShownPattern, guidance: Guidance | None, controls: DeltaGenerator
) -> None:
    """Draw the table and what is to be known to read it; among the controls further down, the
    choice of a difference.
    """
    place = st.container(gap="small")
    with controls:
        asked = _draw_choice_of_difference(pattern)
    drawn = answer_table(case, pattern, answers(case, pattern), guidance, asked)
    with place:
        st.html(table_as_html(drawn))
        if asked is not None:
            st.markdown(difference_caution())
        st.html(notes_as_html(drawn.notes))


def _draw_choice_of_difference(pattern: ShownPattern) -> str | None:
    """None unless somebody asks: a difference invites to read it as an effect. Under the assumption
    that three options are alike, differences are those of another model, and not offered."""
    if pattern.alike:
        return None
    labels = {option: treatment_label(option) for option in TREATMENTS}
    with st.container(key=f"{ON_SCREEN_ONLY}_difference"):
        asked: str | None = st.selectbox(
            _("Show differences from"),
            pattern.treatments,
            index=None,
            format_func=labels.__getitem__,
            placeholder=_("Show differences from …"),
            key=DIFFERENCE_FROM,
            persist_state="session",
            label_visibility="collapsed",
            width=340,
        )
    return asked if asked in pattern.treatments else None


@forgotten_with_the_child
def forget_difference() -> None:
    """A new child is shown without."""
    st.session_state.pop(DIFFERENCE_FROM, None)
