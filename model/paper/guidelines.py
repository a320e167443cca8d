"""What the paper proposes for a family of leukemia at a time since transplant.

Roux et al., *Bone Marrow Transplantation* 2017;52:678-682 (doi 10.1038/bmt.2016.360) close their
Discussion with guidelines for AML and for ALL by the time from first transplant to failure.
`data/guidelines.toml` carries them over in our own words, each with its place in the paper; this
module finds the part that concerns one child and settles the conditions that the child's inputs can
settle. The guidance is always the paper's: nothing here ranks or recommends.
"""

import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from model.case import (
    DAYS_TO_FAILURE_RANGE,
    LEUKEMIA_LABELS,
    LEUKEMIAS,
    CaseError,
    Problem,
    days_expected,
    one_of,
)
from model.language import _, marked
from model.options import TREATMENTS
from model.paper.guidelines_file import (
    OPTIONAL_INPUTS,
    SETTLED,
    ConditionEntry,
    FamilyEntry,
    GuidelinesFile,
    OptionEntry,
    RemarkEntry,
    load,
)

RANK_WORDS = {
    "preferred": marked("preferred"),
    "alternative": marked("one alternative"),
    "only_if": marked("under its condition only"),
    "doubtful": marked("benefit doubted"),
}
STATUS_WORDS = {
    "met": marked("met"),
    "not met": marked("not met"),
    "not given": marked("input not given"),
    "to be weighed": marked("to be weighed"),
}
INPUT_WORDS = {
    "performance": marked("performance status"),
    "mrd": marked("MRD after reinduction"),
    "tbi": marked("TBI in the first conditioning"),
}


@dataclass(frozen=True)
class Period:
    """A stretch of time from first transplant to failure, both days included.

    Attributes
    ----------
    id : str
        One of `PERIODS`.
    name : str
        The paper's own name of the period, for the family of leukemia at hand.
    first_day, last_day : int, int or None
        Days from first transplant; the last period has no last day.
    source : str
        Where the paper draws the bounds.
    """

    id: str
    name: str
    first_day: int
    last_day: int | None
    source: str


@dataclass(frozen=True)
class ProposedOption:
    """One option that the paper names for a child.

    Attributes
    ----------
    id : str
    text : str
        The option in our own words.
    rank : str
        One of `RANKS`. A "doubtful" option is one whose benefit the paper doubts.
    condition : str or None
        What the option depends on.
    condition_input : str or None
        The optional input that the condition is about, one of `OPTIONAL_INPUTS`.
    condition_status : str
        "none", "met", "not met", "not given", or "to be weighed" where the paper gives no rule.
    closest_arm : str or None
        The treatment whose curve stands nearest, or None where no curve does.
    arm_note : str
        Why there is no such treatment, or how it differs; may be empty.
    source : str
        The place in the paper.
    """

    id: str
    text: str
    rank: str
    condition: str | None
    condition_input: str | None
    condition_status: str
    closest_arm: str | None
    arm_note: str
    source: str


@dataclass(frozen=True)
class Remark:
    """Something that the paper says beside its options.

    Attributes
    ----------
    id, text, source : str
    condition, condition_input, condition_status
        As in `ProposedOption`.
    """

    id: str
    text: str
    condition: str | None
    condition_input: str | None
    condition_status: str
    source: str


@dataclass(frozen=True)
class Reason:
    """An input, the value it was given, and a sentence on what the paper makes of it."""

    input: str
    value: str
    sentence: str


@dataclass(frozen=True)
class Guidance:
    """What the paper says for one child.

    Attributes
    ----------
    leukemia : str
    family, family_label : str
        The family of leukemia whose guidelines apply: "aml", "all" or "biphenotypic".
    days_to_failure : int
    period : Period
    options : tuple of ProposedOption
        In the paper's order; empty where the paper proposes nothing.
    no_guidance : str or None
        Said instead of options where the paper proposes nothing.
    remarks : tuple of Remark
    decided_by : tuple of Reason
        The inputs that decided the result: leukemia, days_to_failure, and each optional input
        that settled a condition.
    weighed : tuple of Reason
        Optional inputs that the paper asks to be taken into account without giving a rule.
    missing : tuple of str
        Optional inputs that a condition names and that were not given.
    not_used : tuple of str
        Optional inputs that were given and that the paper does not use here.
    source : str
        The place in the paper.
    citation : str
    """

    leukemia: str
    family: str
    family_label: str
    days_to_failure: int
    period: Period
    options: tuple[ProposedOption, ...]
    no_guidance: str | None
    remarks: tuple[Remark, ...]
    decided_by: tuple[Reason, ...]
    weighed: tuple[Reason, ...]
    missing: tuple[str, ...]
    not_used: tuple[str, ...]
    source: str
    citation: str


# ------------------------------------------------------------------------------ one child


def guidance(
    leukemia: str,
    days_to_failure: int,
    *,
    performance: str | None = None,
    mrd: str | None = None,
    tbi: str | None = None,
) -> Guidance:
    """Find what the paper says for a leukemia at a time since first transplant.

    Parameters
    ----------
    leukemia : str
        One of `model.case.LEUKEMIAS`.
    days_to_failure : int
        Days from first transplant to relapse or progression, 0 to 6570.
    performance : {"good", "poor"}, optional
        Performance status.
    mrd : {"positive", "negative"}, optional
        Minimal residual disease after reinduction.
    tbi : {"yes", "no"}, optional
        Total body irradiation in the first conditioning.

    Returns
    -------
    Guidance
        In the language in use.

    Raises
    ------
    ValueError
        As a `model.case.CaseError`, naming every input that cannot be used.
    """
    given = {"performance": performance, "mrd": mrd, "tbi": tbi}
    return _gathered(leukemia, _check_inputs(leukemia, days_to_failure, given), given)


def _gathered(leukemia: str, days: int, given: dict[str, str | None]) -> Guidance:
    guidelines = load()
    family = next(f for f in guidelines.families.values() if leukemia in f.leukemias)
    bounds = next(
        p for p in guidelines.periods.values() if p.last_day is None or days <= p.last_day
    )
    cell = guidelines.cells[family.id, bounds.id]
    period = Period(
        bounds.id, _(cell.period_name), bounds.first_day, bounds.last_day, _(bounds.source)
    )
    remarks = [
        remark
        for remark in guidelines.remarks.values()
        if family.id in remark.families and bounds.id in remark.periods
    ]

    def dependent(entry: OptionEntry | RemarkEntry) -> dict[str, Any]:
        return _condition(entry, guidelines, given)

    asked = dict.fromkeys(entry.condition for entry in (*cell.options, *remarks))
    named = [guidelines.conditions[name] for name in asked if name]
    settled, weighed = _reasons(named, given)
    inputs_named = {condition.input for condition in named}
    return Guidance(
        leukemia=leukemia,
        family=family.id,
        family_label=_(family.label),
        days_to_failure=days,
        period=period,
        options=tuple(_proposed(option, dependent(option)) for option in cell.options),
        no_guidance=_no_guidance_sentence(family),
        remarks=tuple(
            Remark(id=remark.id, text=_(remark.text), source=_(remark.source), **dependent(remark))
            for remark in remarks
        ),
        decided_by=(
            Reason("leukemia", leukemia, _leukemia_sentence(leukemia, family)),
            Reason("days_to_failure", str(days), _days_sentence(days, period)),
            *settled,
        ),
        weighed=tuple(weighed),
        missing=tuple(n for n in given if n in inputs_named and given[n] is None),
        not_used=tuple(n for n in given if n not in inputs_named and given[n] is not None),
        source=_(cell.source if cell.options else family.source),
        citation=guidelines.citation,
    )


def _proposed(option: OptionEntry, dependent: dict[str, Any]) -> ProposedOption:
    return ProposedOption(
        id=option.id,
        text=_(option.text),
        rank=option.rank,
        closest_arm=option.closest_arm or None,
        arm_note=_(option.arm_note) if option.arm_note else "",
        source=_(option.source),
        **dependent,
    )


def _condition(
    entry: OptionEntry | RemarkEntry, guidelines: GuidelinesFile, given: Mapping[str, str | None]
) -> dict[str, Any]:
    """What an option or remark depends on, and whether the inputs settle it."""
    if not entry.condition:
        return {"condition": None, "condition_input": None, "condition_status": "none"}
    condition = guidelines.conditions[entry.condition]
    value = given[condition.input]
    return {
        "condition": _(condition.text),
        "condition_input": condition.input,
        "condition_status": "not given" if value is None else condition.values[value].status,
    }


def _reasons(
    named: Iterable[ConditionEntry], given: Mapping[str, str | None]
) -> tuple[list[Reason], list[Reason]]:
    """The optional inputs that settled a condition, and those that are only to be weighed."""
    settled: list[Reason] = []
    weighed: list[Reason] = []
    for condition in named:
        value = given[condition.input]
        if value is not None:
            said = condition.values[value]
            reason = Reason(condition.input, value, _(said.sentence))
            (settled if said.status in SETTLED else weighed).append(reason)
    return settled, weighed


def _check_inputs(leukemia: str, days_to_failure: int, given: Mapping[str, str | None]) -> int:
    problems = []
    if leukemia not in LEUKEMIAS:
        problems.append(Problem("leukemia", str(leukemia), one_of(LEUKEMIAS)))
    first, last = DAYS_TO_FAILURE_RANGE
    try:
        days = operator.index(days_to_failure)
    except TypeError:
        days = first - 1
    if not first <= days <= last:
        problems.append(Problem("days_to_failure", str(days_to_failure), days_expected()))
    for name, value in given.items():
        if value is not None and value not in OPTIONAL_INPUTS[name]:
            problems.append(Problem(name, str(value), one_of(OPTIONAL_INPUTS[name])))
    if problems:
        raise CaseError(problems)
    return days


def _leukemia_sentence(leukemia: str, family: FamilyEntry) -> str:
    if family.no_guidance:
        return _("The paper has guidelines for AML and ALL, and none for this leukemia.")
    return _("The paper's guidelines for {family} apply to {leukemia}.").format(
        family=_(family.label), leukemia=_(LEUKEMIA_LABELS[leukemia])
    )


def _days_sentence(days: int, period: Period) -> str:
    return _("Day {day} falls in {days}: in the paper, {name}.").format(
        day=days, days=days_of(period), name=period.name
    )


def days_of(period: Period) -> str:
    """Name the days of a period in words."""
    if period.last_day is None:
        return _("day {first} and later").format(first=period.first_day)
    return _("days {first} to {last}").format(first=period.first_day, last=period.last_day)


def _no_guidance_sentence(family: FamilyEntry) -> str | None:
    if not family.no_guidance:
        return None
    return _(family.no_guidance).format(children=family.children)


def stance(guidance: Guidance) -> dict[str, str]:
    """Say for each of the five treatments how the guidance stands to it.

    Parameters
    ----------
    guidance : Guidance

    Returns
    -------
    dict of str to str
        For every treatment, in the fixed order: "proposed", "proposed if", "doubted" or "not
        named". "proposed if": proposed under
        a condition that is not met or not known to be met; which of the two, the option's
        `condition_status` says. "doubted": named, and its benefit doubted.
    """
    stances = dict.fromkeys(TREATMENTS, "not named")
    for option in guidance.options:
        if option.closest_arm is not None:
            stances[option.closest_arm] = _stance_of(option)
    return stances


def _stance_of(option: ProposedOption) -> str:
    if option.rank == "doubtful":
        return "doubted"
    if option.rank == "only_if" and option.condition_status != "met":
        return "proposed if"
    return "proposed"
