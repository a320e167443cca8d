"""Options and scenarios side by side: which columns, and everything that is said of them.

A column is an option and a child: the child of the form, or the same with another time to failure,
remission or day alive. A `Comparison` holds its columns with all their numbers; the page, the
downloads and the report read from it, so that none can differ from another.
"""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from model.case import ANY_CASE, Case, Problem, as_code, read_case
from model.language import _, code, listed
from model.options import REINDUCTION, treatment_label
from model.paper.guidelines import STATUS_WORDS, stance
from model.survival.choices import load_choices
from model.survival.comparison import Compared
from model.survival.prediction import TABLE_DAYS, UNREADABLE
from model.survival.recalibrated import Recalibration
from ui.case.guidance import guidance_of
from ui.compare.address import OWN_INPUTS, Column
from ui.compare.estimates import beside_reference
from ui.session.form import current_form
from ui.session.language import number
from ui.session.model_in_use import recalibration_in_use
from ui.session.words import leukemia_label, told_input
from ui.shown.labels import remission_label
from ui.shown.results import (
    ONE_YEAR,
    OptionResult,
    ShownPattern,
    choices_pattern,
    horizon_name,
    in_months,
    interval_words,
    option_results,
    shown_pattern,
)

# What was asked for, in the session.
COMPARISON = "comparison"
LETTERS = ("A", "B", "C", "D")
# What a column may hold of its own, in the order in which it is said.
COMPARED_FIELDS = ("treatment", *OWN_INPUTS.values())


@dataclass(frozen=True)
class Scenario:
    """A child under one option. What the model does not see of the child is that of the form."""

    treatment: str
    case: Case

    @property
    def days_survived(self) -> int:
        return self.case.days_survived

    @property
    def at_relapse(self) -> bool:
        """Whether it is what can be chosen at relapse and no treatment: of a model of its own."""
        return self.treatment == REINDUCTION

    def held(self, field: str) -> Any:
        return self.treatment if field == "treatment" else getattr(self.case, field)

    def shown_pattern(self, recalibration: Recalibration | None = None) -> ShownPattern:
        if self.at_relapse:
            return choices_pattern(self.case, (self.treatment,))
        return shown_pattern(self.case, (self.treatment,), recalibration=recalibration)


@dataclass(frozen=True)
class Proposal:
    """What the paper says of a column's option for its child: its stance, the condition if there
    is one, and the period it says it of."""

    stance: str
    condition: str
    period: str


@dataclass(frozen=True)
class ComparedColumn:
    """One column with its numbers.

    Attributes
    ----------
    place : int
        From 0; decides letter, colour and marker.
    name : str
        The reader's own, or else the option, told apart where another column has the same.
    scenario : Scenario
    result : OptionResult
        By itself: median, and survival on the reported days.
    day : int
        The chosen day.
    compared : Compared
        On the chosen day, and beside the reference.
    proposal : Proposal or None
        None where the form holds no leukemia.
    """

    place: int
    name: str
    scenario: Scenario
    result: OptionResult
    day: int
    compared: Compared
    proposal: Proposal | None

    @property
    def is_past(self) -> bool:
        """Whether its child is known to be alive on the chosen day."""
        return 0 < self.day <= self.scenario.days_survived

    @property
    def has_survival(self) -> bool:
        """Whether something can be said of its child on the chosen day."""
        return not math.isnan(self.compared.survival.value) and not self.is_past

    @property
    def pattern(self) -> ShownPattern:
        """What the curves see of it."""
        return self.scenario.shown_pattern()

    @property
    def letter(self) -> str:
        return LETTERS[self.place]

    @property
    def shown_name(self) -> str:
        """Its name with the option that it is: one of the reader's own may say something else."""
        option = treatment_label(self.scenario.treatment)
        if self.name.startswith(option):
            return self.name
        return _("{name} ({option})").format(name=self.name, option=option)

    @property
    def title(self) -> str:
        return _("{letter}: {name}").format(letter=self.letter, name=self.shown_name)


@dataclass(frozen=True)
class Comparison:
    """Columns side by side on a day, each beside the one that is the reference.

    `case` is that of the form, or None where the columns need none. `recalibration` is that of the
    model, None for the paper's.
    """

    case: Case | None
    columns: tuple[ComparedColumn, ...]
    reference: int
    day: int
    recalibration: Recalibration | None = None

    @property
    def has_contrasts(self) -> bool:
        """Whether there is anything beside the reference."""
        return len(self.columns) > 1

    def is_of_another_model(self, column: ComparedColumn) -> bool:
        """Whether a column has no difference from the reference: two models share nothing."""
        return column.scenario.at_relapse != self.columns[self.reference].scenario.at_relapse

    @property
    def differing(self) -> tuple[str, ...]:
        """Fields that are not the same in every column."""
        return differing_fields([column.scenario for column in self.columns])


@dataclass(frozen=True)
class Refused:
    """What was typed into the fields of a column, by their names in the address, and why it cannot
    be used."""

    problem: Problem
    typed: dict[str, str]


@dataclass(frozen=True)
class Asked:
    """What was asked to be compared: the columns, the place of the reference, and the day.

    `refused` holds, by the place of its column, what cannot be used; nothing is compared with it.
    """

    columns: tuple[Column, ...]
    reference: int = 0
    day: int = ONE_YEAR
    refused: dict[int, Refused] = field(default_factory=dict)


def current_comparison() -> Comparison | None:
    """What the Compare page compares in this session; None if nothing."""
    asked: Asked | None = st.session_state.get(COMPARISON)
    if asked is None:
        return None
    return comparison(asked, current_form().case, recalibration_in_use())


# ------------------------------------------------------------------------------- of columns


def scenario_of(column: Column, case: Case | None) -> Scenario | None:
    """The option and child of a column; None where it leaves to the case what there is not."""
    if case is None and not column.is_complete:
        return None
    own: dict[str, Any] = dict(column.own)
    return Scenario(column.treatment, replace(case or read_case(ANY_CASE), **own))


def differing_fields(scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """The fields that are not the same in all scenarios."""
    return tuple(
        field
        for field in COMPARED_FIELDS
        if len({scenario.held(field) for scenario in scenarios}) > 1
    )


def comparison(
    asked: Asked, case: Case | None, recalibration: Recalibration | None = None
) -> Comparison | None:
    """Compare what was asked for; None where a column needs a case and there is none, or holds what
    cannot be used."""
    if asked.refused or without_model(asked, recalibration):
        return None
    scenarios = [scenario_of(column, case) for column in asked.columns]
    complete = tuple(scenario for scenario in scenarios if scenario is not None)
    if not scenarios or len(complete) < len(scenarios):
        return None
    names = tuple(column.name for column in asked.columns)
    return _comparison(complete, names, case, asked.reference, asked.day, recalibration, code())


def without_model(asked: Asked, recalibration: Recalibration | None) -> dict[int, str]:
    """By the place of its column, why reinduction has no numbers; empty where all columns have."""
    places = [k for k, column in enumerate(asked.columns) if column.treatment == REINDUCTION]
    said = ""
    if recalibration is not None:
        said = _(
            "a recalibrated model has the treatments of its centre's children, not what was chosen "
            "at relapse. Choose another option, or remove the column."
        )
    elif places:
        try:
            load_choices()
        except UNREADABLE:
            said = _("The model of these choices, data/alike.npz, is missing or cannot be read.")
    return dict.fromkeys(places, said) if said else {}


@functools.lru_cache(maxsize=64)
def _comparison(
    scenarios: tuple[Scenario, ...],
    names: tuple[str, ...],
    case: Case | None,
    reference: int,
    day: int,
    recalibration: Recalibration | None,
    language: str,
) -> Comparison:
    compared = beside_reference(scenarios, reference, day, recalibration)
    columns = tuple(
        ComparedColumn(
            place,
            names[place] or _usual_name(place, scenarios),
            scenario,
            option_results(scenario.shown_pattern(recalibration))[0],
            day,
            compared[place],
            _proposal(scenario, case),
        )
        for place, scenario in enumerate(scenarios)
    )
    return Comparison(case, columns, reference, day, recalibration)


def _usual_name(place: int, scenarios: Sequence[Scenario]) -> str:
    """The option, and where others have the same what tells this one from them."""
    own = scenarios[place]
    alike = [scenario for scenario in scenarios if scenario.treatment == own.treatment]
    case = own.case
    told_apart_by = {
        "days_to_failure": _("day {day}").format(day=number(case.days_to_failure)),
        "post_transplant_cr": _("after remission")
        if case.post_transplant_cr
        else _("without remission"),
        "days_survived": _("alive on day {day}").format(day=number(case.days_survived))
        if case.days_survived
        else "",
    }
    apart = (
        told_apart_by[field] if field in told_apart_by else input_words(field, own)
        for field in differing_fields(alike)
    )
    parts = [treatment_label(own.treatment), *apart]
    return ", ".join(part for part in parts if part)


def _proposal(scenario: Scenario, case: Case | None) -> Proposal | None:
    if case is None or case.leukemia is None:
        return None
    guidance = guidance_of(scenario.case)
    named = [option for option in guidance.options if option.closest_arm == scenario.treatment]
    conditions = [
        _("Condition: {condition} ({status}).").format(
            condition=option.condition, status=_(STATUS_WORDS[option.condition_status])
        )
        for option in named
        if option.condition is not None
    ]
    if guidance.no_guidance is not None:
        said = _("nothing proposed for this leukemia")
    elif scenario.at_relapse:
        said = _("by what follows")
    else:
        said = {
            "proposed": _("proposed"),
            "proposed if": _("proposed under a condition"),
            "doubted": _("named, and its benefit doubted"),
            "not named": _("not named"),
        }[stance(guidance)[scenario.treatment]]
    return Proposal(said, " ".join(conditions), guidance.period.name)


# ------------------------------------------------------------------------- what columns hold


def input_words(field: str, scenario: Scenario) -> str:
    """What a scenario holds in a field, in words."""
    case = scenario.case
    said = {
        "treatment": treatment_label(scenario.treatment),
        "days_to_failure": _("{days} days after first transplant ({interval})").format(
            days=number(case.days_to_failure), interval=interval_words(case.interval)
        ),
        "post_transplant_cr": remission_label(case.post_transplant_cr),
        "days_survived": alive_words(scenario),
    }
    return said[field] if field in said else told_input(field, as_code(scenario.held(field)))


def alive_words(scenario: Scenario) -> str:
    """From which day on a scenario is predicted."""
    if scenario.days_survived:
        return _("alive on day {day} after relapse or progression").format(
            day=number(scenario.days_survived)
        )
    return _("predicted from the day of relapse or progression on")


def same_in_all(shown: Comparison) -> str:
    """One sentence that says what all columns share; "" where they share nothing."""
    first = shown.columns[0].scenario
    leukemia = None if shown.case is None else shown.case.leukemia
    parts = [] if leukemia is None else [leukemia_label(leukemia)]
    parts += [
        input_words(field, first) for field in COMPARED_FIELDS if field not in shown.differing
    ]
    if not parts:
        return ""
    if len(shown.columns) == 1:
        return _("In this column: {inputs}.").format(inputs=listed(parts))
    return _("The same in every column: {inputs}.").format(inputs=listed(parts))


def cautions(shown: Comparison) -> list[str]:
    """What a difference between these columns need not mean."""
    said = [
        _(
            "Treatments were chosen for each child, not randomized: a difference between two "
            "curves need not be the effect of the treatment."
        )
    ]
    if len({column.scenario.at_relapse for column in shown.columns}) > 1:
        said.append(
            _(
                "Starting reinduction is of another model, in which the three options that begin "
                "with chemotherapy are one: how it differs from a treatment is not computed."
            )
        )
    if {"days_to_failure", "post_transplant_cr"} & set(shown.differing):
        said.append(
            _(
                "Columns with another time to failure or another remission compare different "
                "children, not one child treated in two ways."
            )
        )
    if "days_survived" in shown.differing:
        said.append(
            _(
                "Columns that start on different days alive compare children of whom some had "
                "already died by the later day with children who had reached it."
            )
        )
    return said


def same_curves(shown: Comparison) -> list[str]:
    """Name the columns that differ in what the curves cannot tell apart."""
    said = []
    for i, one in enumerate(shown.columns):
        for other in shown.columns[i + 1 :]:
            if one.scenario != other.scenario and one.pattern == other.pattern:
                said.append(
                    _(
                        "{one} and {other} have one curve: both times to failure fall into one "
                        "interval of the study."
                    ).format(one=one.letter, other=other.letter)
                )
    return said


# ------------------------------------------------------------------------------- as a chart


def day_name(day: int) -> str:
    """A day as clinicians name it where it is a reported one, or else in days and months."""
    if day in TABLE_DAYS:
        return horizon_name(day)
    return _("day {day} ({months} months)").format(day=number(day), months=in_months(day))


def at_day(day: int) -> str:
    """At that day, to begin a sentence or a caption."""
    if day in TABLE_DAYS:
        return _("At {time}").format(time=horizon_name(day))
    return _("On day {day} ({months} months)").format(day=number(day), months=in_months(day))
