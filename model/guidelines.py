"""What the paper proposes for a family of leukemia at a time since transplant.

Roux et al., *Bone Marrow Transplantation* 2017;52:678-682 (doi 10.1038/bmt.2016.360) close their
Discussion with guidelines for AML and for ALL by the time from first transplant to failure.
`data/guidelines.toml` carries them over in our own words, each with its place in the paper; this
module finds the part that concerns one child, settles the conditions that the child's inputs can
settle, and says where the guidance and the predicted curves pull apart. The guidance is always
the paper's: nothing here ranks or recommends.
"""

import dataclasses
import operator
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from model.case import (
    DAYS_TO_FAILURE_RANGE,
    LEUKEMIAS,
    MRD,
    PERFORMANCE,
    TREATMENT_LABELS,
    TREATMENTS,
    YES_NO,
    CaseError,
    Problem,
    days_expected,
    one_of,
)
from model.language import _

GUIDELINES = Path(__file__).resolve().parent.parent / "data" / "guidelines.toml"

OPTIONAL_INPUTS = {"performance": PERFORMANCE, "mrd": MRD, "tbi": YES_NO}
PERIODS = ("first", "second", "third")
RANKS = ("preferred", "alternative", "only_if", "doubtful")
SETTLED = ("met", "not met")
CONDITION_STATUSES = ("none", *SETTLED, "not given", "to be weighed")
STANCES = ("proposed", "proposed if", "doubted", "not named")


class GuidelinesError(ValueError):
    """Raised where the guidelines file does not say what it must, naming the place in it."""


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
        One of `CONDITION_STATUSES`; "to be weighed" where the paper gives no rule.
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


# ------------------------------------------------------------------------ reading the file
# One class for each kind of entry in the file. A field without a default must be there; texts
# are as written, not translated.


@dataclass(frozen=True)
class _Paper:
    citation: str


@dataclass(frozen=True)
class _Period:
    id: str
    first_day: int
    source: str
    last_day: int | None = None


@dataclass(frozen=True)
class _Family:
    id: str
    label: str
    leukemias: list[str]
    source: str
    children: int | None = None
    no_guidance: str = ""


@dataclass(frozen=True)
class _ConditionValue:
    status: str
    sentence: str


@dataclass(frozen=True)
class _Condition:
    id: str
    input: str
    text: str
    source: str
    values: dict[str, Any]


@dataclass(frozen=True)
class _Option:
    id: str
    text: str
    rank: str
    closest_arm: str
    source: str
    condition: str = ""
    arm_note: str = ""


@dataclass(frozen=True)
class _Cell:
    family: str
    period: str
    period_name: str
    source: str
    options: list[Any]


@dataclass(frozen=True)
class _Remark:
    id: str
    families: list[str]
    periods: list[str]
    text: str
    source: str
    condition: str = ""


@dataclass(frozen=True)
class _Guidelines:
    citation: str
    periods: Mapping[str, _Period]
    families: Mapping[str, _Family]
    conditions: Mapping[str, _Condition]
    cells: Mapping[tuple[str, str], _Cell]
    remarks: Mapping[str, _Remark]


@cache
def load(path: Path = GUIDELINES) -> _Guidelines:
    """Read the guidelines file and check that it is complete and says nothing unknown.

    Parameters
    ----------
    path : Path, optional
        The file; by default the one that comes with the program.

    Returns
    -------
    object
        The content of the file, read once and kept. Ask `guidance` for what it means.

    Raises
    ------
    GuidelinesError
        Naming the place in the file: an unknown, missing or empty key, a wrong type, an unknown
        id, a family and period without a cell or with two, a leukemia without a family or with
        two, periods that leave a gap.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise GuidelinesError(f"{path.name}: {error}") from error
    _check_keys(raw, path.name, ("paper", "periods", "families", "conditions", "cells", "remarks"))
    paper = _entry(_Paper, raw["paper"], "paper")
    periods = {period.id: period for period in _entries(_Period, raw["periods"], "periods")}
    families = {family.id: family for family in _entries(_Family, raw["families"], "families")}
    conditions = {
        condition.id: dataclasses.replace(
            condition,
            values={
                value: _entry(_ConditionValue, said, f"conditions.{condition.id}.{value}")
                for value, said in condition.values.items()
            },
        )
        for condition in _entries(_Condition, raw["conditions"], "conditions")
    }
    cells: dict[tuple[str, str], _Cell] = {}
    for cell in _entries(_Cell, raw["cells"], "cells"):
        place = f"cells.{cell.family}.{cell.period}"
        _check_choice(cell.family, families, place)
        _check_choice(cell.period, PERIODS, place)
        if (cell.family, cell.period) in cells:
            raise GuidelinesError(f"{place}: there are two of it")
        options = _entries(_Option, cell.options, f"{place}.options")
        cells[cell.family, cell.period] = dataclasses.replace(cell, options=options)
    remarks = {remark.id: remark for remark in _entries(_Remark, raw["remarks"], "remarks")}

    _check_periods(periods)
    _check_families(families)
    _check_conditions(conditions)
    _check_cells(cells, families, conditions)
    _check_remarks(remarks, families, conditions)
    return _Guidelines(paper.citation, periods, families, conditions, cells, remarks)


_Entry = TypeVar("_Entry")
_TOML_TYPE: dict[Any, type] = {
    str: str,
    int: int,
    int | None: int,
    list[str]: list,
    list[Any]: list,
    dict[str, Any]: dict,
}
_MAY_BE_EMPTY = ("closest_arm",)


def _entries(kind: type[_Entry], raw: Any, place: str) -> list[_Entry]:
    if not isinstance(raw, list):
        raise GuidelinesError(f"{place}: is not a list of tables")
    entries = [_entry(kind, entry, f"{place}[{n}]") for n, entry in enumerate(raw, start=1)]
    ids = [entry.id for entry in entries if hasattr(entry, "id")]
    for name in ids:
        if ids.count(name) > 1:
            raise GuidelinesError(f"{place}: there are two of {name!r}")
    return entries


def _entry(kind: type[_Entry], entry: Any, place: str) -> _Entry:
    fields = dataclasses.fields(kind)  # type: ignore[arg-type]
    required = [field.name for field in fields if field.default is dataclasses.MISSING]
    _check_keys(entry, place, required, [field.name for field in fields])
    place = entry.get("id", place)
    for field in fields:
        if field.name not in entry:
            continue
        value = entry[field.name]
        # `type` and not `isinstance`: true is no number of days.
        right_type = type(value) is _TOML_TYPE[field.type]
        if not right_type or (field.type == list[str] and {type(item) for item in value} != {str}):
            raise GuidelinesError(f"{place}: {field.name} cannot be {value!r}")
        if value == "" and field.name not in _MAY_BE_EMPTY:
            raise GuidelinesError(f"{place}: {field.name} is empty")
    return kind(**entry)


def _check_periods(periods: Mapping[str, _Period]) -> None:
    if tuple(periods) != PERIODS:
        raise GuidelinesError(f"periods: must be {', '.join(PERIODS)}, in this order")
    next_day: int | None = DAYS_TO_FAILURE_RANGE[0]
    for period in periods.values():
        if period.first_day != next_day:
            raise GuidelinesError(f"periods.{period.id}: first_day must be {next_day}")
        if period.last_day is not None and period.last_day < period.first_day:
            raise GuidelinesError(f"periods.{period.id}: ends before it begins")
        next_day = None if period.last_day is None else period.last_day + 1
    if next_day is not None:
        raise GuidelinesError(f"periods.{PERIODS[-1]}: must not have a last_day")


def _check_families(families: Mapping[str, _Family]) -> None:
    named = [leukemia for family in families.values() for leukemia in family.leukemias]
    if sorted(named) != sorted(LEUKEMIAS):
        raise GuidelinesError(f"families: must name each of {', '.join(LEUKEMIAS)} once")
    for family in families.values():
        if bool(family.no_guidance) != (family.children is not None):
            raise GuidelinesError(f"families.{family.id}: no_guidance and children go together")


def _check_conditions(conditions: Mapping[str, _Condition]) -> None:
    for condition in conditions.values():
        place = f"conditions.{condition.id}"
        _check_choice(condition.input, OPTIONAL_INPUTS, place)
        _check_keys(condition.values, f"{place}.values", OPTIONAL_INPUTS[condition.input])
        for value, said in condition.values.items():
            _check_choice(said.status, (*SETTLED, "to be weighed"), f"{place}.{value}")


def _check_cells(
    cells: Mapping[tuple[str, str], _Cell],
    families: Mapping[str, _Family],
    conditions: Mapping[str, _Condition],
) -> None:
    for family in families.values():
        for period in PERIODS:
            if (family.id, period) not in cells:
                raise GuidelinesError(f"cells.{family.id}.{period}: is missing")
    for cell in cells.values():
        place = f"cells.{cell.family}.{cell.period}"
        if bool(cell.options) == bool(families[cell.family].no_guidance):
            raise GuidelinesError(f"{place}: needs options, or a family with no_guidance")
        for option in cell.options:
            if not option.id.startswith(f"{cell.family}.{cell.period}."):
                raise GuidelinesError(f"{place}: {option.id!r} is not an id of this cell")
            _check_choice(option.rank, RANKS, option.id)
            _check_choice(option.condition, ("", *conditions), option.id)
            _check_choice(option.closest_arm, ("", *TREATMENTS), option.id)
            if not option.closest_arm and not option.arm_note:
                raise GuidelinesError(f"{option.id}: no closest_arm, and no arm_note says why")
            if option.rank == "only_if" and not option.condition:
                raise GuidelinesError(f"{option.id}: only_if, and no condition says what")


def _check_remarks(
    remarks: Mapping[str, _Remark],
    families: Mapping[str, _Family],
    conditions: Mapping[str, _Condition],
) -> None:
    for remark in remarks.values():
        place = f"remarks.{remark.id}"
        for family in remark.families:
            _check_choice(family, families, place)
        for period in remark.periods:
            _check_choice(period, PERIODS, place)
        _check_choice(remark.condition, ("", *conditions), place)


def _check_keys(
    entry: Any, place: str, required: Iterable[str], optional: Iterable[str] = ()
) -> None:
    if not isinstance(entry, dict):
        raise GuidelinesError(f"{place}: is not a table")
    required = set(required)
    if unknown := sorted(entry.keys() - required - set(optional)):
        raise GuidelinesError(f"{place}: unknown key {unknown[0]!r}")
    if missing := sorted(required - entry.keys()):
        raise GuidelinesError(f"{place}: {missing[0]!r} is missing")


def _check_choice(value: str, choices: Iterable[str], place: str) -> None:
    known = tuple(choices)
    if value not in known:
        raise GuidelinesError(f"{place}: {value!r} is not one of {', '.join(filter(None, known))}")


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
    days = _check_inputs(leukemia, days_to_failure, given)
    guidelines = load()
    family = next(f for f in guidelines.families.values() if leukemia in f.leukemias)
    bounds = next(
        p for p in guidelines.periods.values() if p.last_day is None or days <= p.last_day
    )
    cell = guidelines.cells[family.id, bounds.id]
    period = Period(
        bounds.id, _(cell.period_name), bounds.first_day, bounds.last_day, _(bounds.source)
    )

    named: list[_Condition] = []

    def condition_of(entry: _Option | _Remark) -> dict[str, Any]:
        if not entry.condition:
            return {"condition": None, "condition_input": None, "condition_status": "none"}
        condition = guidelines.conditions[entry.condition]
        if condition not in named:
            named.append(condition)
        value = given[condition.input]
        return {
            "condition": _(condition.text),
            "condition_input": condition.input,
            "condition_status": "not given" if value is None else condition.values[value].status,
        }

    options = tuple(
        ProposedOption(
            id=option.id,
            text=_(option.text),
            rank=option.rank,
            closest_arm=option.closest_arm or None,
            arm_note=_(option.arm_note) if option.arm_note else "",
            source=_(option.source),
            **condition_of(option),
        )
        for option in cell.options
    )
    remarks = tuple(
        Remark(id=remark.id, text=_(remark.text), source=_(remark.source), **condition_of(remark))
        for remark in guidelines.remarks.values()
        if family.id in remark.families and bounds.id in remark.periods
    )

    decided_by = [
        Reason("leukemia", leukemia, _leukemia_sentence(leukemia, family)),
        Reason("days_to_failure", str(days), _days_sentence(days, period)),
    ]
    weighed: list[Reason] = []
    for condition in named:
        value = given[condition.input]
        if value is not None:
            said = condition.values[value]
            reason = Reason(condition.input, value, _(said.sentence))
            (decided_by if said.status in SETTLED else weighed).append(reason)
    inputs_named = {condition.input for condition in named}
    return Guidance(
        leukemia=leukemia,
        family=family.id,
        family_label=_(family.label),
        days_to_failure=days,
        period=period,
        options=options,
        no_guidance=_no_guidance_sentence(family),
        remarks=remarks,
        decided_by=tuple(decided_by),
        weighed=tuple(weighed),
        missing=tuple(n for n in given if n in inputs_named and given[n] is None),
        not_used=tuple(n for n in given if n not in inputs_named and given[n] is not None),
        source=_(cell.source if cell.options else family.source),
        citation=guidelines.citation,
    )


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


def _leukemia_sentence(leukemia: str, family: _Family) -> str:
    if family.no_guidance:
        return _("The paper has guidelines for AML and ALL, and none for this leukemia.")
    return _("The paper's guidelines for {family} apply to {leukemia}.").format(
        family=_(family.label), leukemia=leukemia
    )


def _days_sentence(days: int, period: Period) -> str:
    return _("Day {day} falls in {days}: in the paper, {name}.").format(
        day=days, days=_days_of(period), name=period.name
    )


def _days_of(period: Period) -> str:
    if period.last_day is None:
        return _("day {first} and later").format(first=period.first_day)
    return _("days {first} to {last}").format(first=period.first_day, last=period.last_day)


def _no_guidance_sentence(family: _Family) -> str | None:
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
        For every treatment, in the fixed order, one of `STANCES`. "proposed if": proposed under
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


# -------------------------------------------------------------- beside the predicted curves


def disagreements(guidance: Guidance, survival: Mapping[str, float]) -> list[str]:
    """Say where the guidance and the predicted curves pull apart.

    Parameters
    ----------
    guidance : Guidance
    survival : mapping of str to float
        Predicted survival at one year, as a fraction, by treatment. Treatments may be left out;
        they are then not compared.

    Returns
    -------
    list of str
        At most four notes, in the language in use. For AML and ALL the first says that the
        curves do not know the leukemia.

    Raises
    ------
    ValueError
        For an unknown treatment or a survival outside 0 to 1.
    """
    for treatment, probability in survival.items():
        if treatment not in TREATMENTS:
            raise ValueError(str(Problem("treatment", str(treatment), one_of(TREATMENTS))))
        if not 0 <= probability <= 1:
            expected = _("a survival from 0 to 1")
            raise ValueError(str(Problem(treatment, str(probability), expected)))
    if guidance.no_guidance is not None:
        return [guidance.no_guidance]

    stances = stance(guidance)
    notes = [_leukemia_note(guidance, stances)]
    without_curve = [option.text for option in guidance.options if option.closest_arm is None]
    if without_curve:
        notes.append(
            _("The paper proposes what no curve here shows: {options}.").format(
                options="; ".join(without_curve)
            )
        )
    not_met = {o.closest_arm for o in guidance.options if o.condition_status == "not met"}
    proposed = [arm for arm in TREATMENTS if stances[arm] == "proposed"]
    doubted = [arm for arm in TREATMENTS if stances[arm] == "doubted"]
    held_back = [arm for arm in TREATMENTS if stances[arm] == "proposed if" and arm in not_met]
    not_named = [arm for arm in TREATMENTS if stances[arm] == "not named"]
    clauses = (
        (
            doubted,
            _(
                "{others}, whose benefit the paper doubts here, against {proposed}, "
                "which it proposes"
            ),
        ),
        (
            held_back,
            _(
                "{others}, which the paper proposes only under a condition that this child does "
                "not meet, against {proposed}, which it proposes"
            ),
        ),
        (
            not_named,
            _(
                "{others}, which the paper does not name here, against {proposed}, "
                "which it proposes"
            ),
        ),
    )
    for others, clause in clauses:
        if comparisons := _at_or_above(others, proposed, survival):
            notes.append(
                _("One-year survival by the curves: {comparisons}.").format(
                    comparisons="; ".join(
                        clause.format(
                            others=_with_percentages(above, survival),
                            proposed=_with_percentages(below, survival),
                        )
                        for below, above in comparisons.items()
                    )
                )
            )
    return notes


def _leukemia_note(guidance: Guidance, stances: Mapping[str, str]) -> str:
    note = _("The curves do not know the type of leukemia; what the paper proposes depends on it.")
    doubted = [_(TREATMENT_LABELS[arm]) for arm in TREATMENTS if stances[arm] == "doubted"]
    if doubted:
        note += " " + _("Its doubt about {treatments} in {family} is not in the curves.").format(
            treatments=_in_a_row(doubted), family=guidance.family_label
        )
    return note


def _at_or_above(
    others: Sequence[str], proposed: Sequence[str], survival: Mapping[str, float]
) -> dict[tuple[str, ...], list[str]]:
    """Group the other treatments by the proposed ones whose survival theirs equals or exceeds."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for other in others:
        if other not in survival:
            continue
        below = tuple(p for p in proposed if p in survival and survival[p] <= survival[other])
        if below:
            groups.setdefault(below, []).append(other)
    return groups


def _with_percentages(treatments: Iterable[str], survival: Mapping[str, float]) -> str:
    return _in_a_row(
        [
            _("{treatment} {percent}%").format(
                treatment=_(TREATMENT_LABELS[treatment]), percent=f"{100 * survival[treatment]:.0f}"
            )
            for treatment in treatments
        ]
    )


def _in_a_row(items: Sequence[str]) -> str:
    if len(items) == 1:
        return items[0]
    return _("{items} and {last}").format(items=", ".join(items[:-1]), last=items[-1])


# ---------------------------------------------------------------------------- ways to show it

RANK_WORDS = {
    "preferred": "preferred",
    "alternative": "one alternative",
    "only_if": "under its condition only",
    "doubtful": "benefit doubted",
}
STATUS_WORDS = {
    "met": "met",
    "not met": "not met",
    "not given": "input not given",
    "to be weighed": "to be weighed",
}
INPUT_WORDS = {
    "performance": "performance status",
    "mrd": "MRD after reinduction",
    "tbi": "TBI in the first conditioning",
}


def as_text(guidance: Guidance) -> str:
    """Write the guidance as plain text, one line an entry, for a terminal.

    Parameters
    ----------
    guidance : Guidance

    Returns
    -------
    str
        Lines without a trailing line break, in the language in use.
    """
    lines = [
        _("{leukemia}, day {day} after first transplant: {name} ({days})").format(
            leukemia=guidance.leukemia,
            day=guidance.days_to_failure,
            name=guidance.period.name,
            days=_days_of(guidance.period),
        ),
        "",
    ]
    if guidance.no_guidance is not None:
        lines.append(guidance.no_guidance)
        lines.append("   " + _("Source: {source}").format(source=guidance.source))
    else:
        lines.append(_("What the paper says"))
    for number, option in enumerate(guidance.options, start=1):
        lines.append(f"{number}. {option.text} [{_(RANK_WORDS[option.rank])}]")
        lines.extend("   " + line for line in _option_lines(option))
    lines += ["", _("Remarks")]
    for remark in guidance.remarks:
        lines.append(f"- {remark.text}")
        lines.append("  " + _("Source: {source}").format(source=remark.source))
    lines += ["", _("Decided by")]
    lines += [f"- {reason.sentence}" for reason in guidance.decided_by]
    if guidance.weighed:
        lines += ["", _("To be weighed")]
        lines += [f"- {reason.sentence}" for reason in guidance.weighed]
    if guidance.missing:
        lines += [
            "",
            _("Not given, and named by the paper here: {inputs}").format(
                inputs=_input_words(guidance.missing)
            ),
        ]
    if guidance.not_used:
        lines += [
            "",
            _("Given, and not used by the paper here: {inputs}").format(
                inputs=_input_words(guidance.not_used)
            ),
        ]
    lines += ["", guidance.citation]
    return "\n".join(lines)


def _option_lines(option: ProposedOption) -> Iterator[str]:
    if option.condition is not None:
        yield _("Condition: {condition} ({status})").format(
            condition=option.condition, status=_(STATUS_WORDS[option.condition_status])
        )
    if option.closest_arm is not None:
        yield _("Closest curve: {treatment}").format(
            treatment=_(TREATMENT_LABELS[option.closest_arm])
        )
    if option.arm_note:
        yield option.arm_note
    yield _("Source: {source}").format(source=option.source)


def _input_words(names: Iterable[str]) -> str:
    return ", ".join(_(INPUT_WORDS[name]) for name in names)


def as_dict(guidance: Guidance) -> dict[str, Any]:
    """Make the guidance ready for JSON.

    Parameters
    ----------
    guidance : Guidance

    Returns
    -------
    dict
        The fields of `Guidance` by name, sequences as lists, and `stance` as said by `stance`.
    """
    return {**_with_lists(dataclasses.asdict(guidance)), "stance": stance(guidance)}


def _with_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_lists(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_lists(item) for item in value]
    return value
