"""Reading `data/guidelines.toml`: what each kind of entry holds, and strict checks of it all.

A guideline with a missing period or a misspelt condition would tell a physician something wrong;
such a file is refused as a whole, with the place in it.
"""

import dataclasses
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from model.case import DAYS_TO_FAILURE_RANGE, LEUKEMIAS, MRD, PERFORMANCE, YES_NO
from model.options import TREATMENTS
from model.paper.evidence import DATA

GUIDELINES = DATA / "guidelines.toml"

OPTIONAL_INPUTS = {"performance": PERFORMANCE, "mrd": MRD, "tbi": YES_NO}
PERIODS = ("first", "second", "third")
RANKS = ("preferred", "alternative", "only_if", "doubtful")
SETTLED = ("met", "not met")


class GuidelinesError(ValueError):
    """Raised where the guidelines file does not say what it must, naming the place in it."""


# One class for each kind of entry in the file. A field without a default must be there; texts
# are as written, not translated.


@dataclass(frozen=True)
class PaperEntry:
    """The paper that all entries come from."""

    citation: str


@dataclass(frozen=True)
class PeriodEntry:
    """A stretch of days from first transplant to failure."""

    id: str
    first_day: int
    source: str
    last_day: int | None = None


@dataclass(frozen=True)
class FamilyEntry:
    """Leukemias that share a guideline, or that the paper proposes nothing for."""

    id: str
    label: str
    leukemias: list[str]
    source: str
    children: int | None = None
    no_guidance: str = ""


@dataclass(frozen=True)
class ConditionValueEntry:
    """What one value of an input means for a condition."""

    status: str
    sentence: str


@dataclass(frozen=True)
class ConditionEntry:
    """What a proposal depends on, and the input that can settle it."""

    id: str
    input: str
    text: str
    source: str
    values: dict[str, Any]


@dataclass(frozen=True)
class OptionEntry:
    """One option the paper names for a family in a period."""

    id: str
    text: str
    rank: str
    closest_arm: str
    source: str
    condition: str = ""
    arm_note: str = ""


@dataclass(frozen=True)
class CellEntry:
    """All options of a family in a period, in the paper's order."""

    family: str
    period: str
    period_name: str
    source: str
    options: list[Any]


@dataclass(frozen=True)
class RemarkEntry:
    """A remark of the paper on families and periods."""

    id: str
    families: list[str]
    periods: list[str]
    text: str
    source: str
    condition: str = ""


@dataclass(frozen=True)
class GuidelinesFile:
    """The whole file, checked."""

    citation: str
    periods: Mapping[str, PeriodEntry]
    families: Mapping[str, FamilyEntry]
    conditions: Mapping[str, ConditionEntry]
    cells: Mapping[tuple[str, str], CellEntry]
    remarks: Mapping[str, RemarkEntry]


@cache
def load(path: Path = GUIDELINES) -> GuidelinesFile:
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
    paper = _entry(PaperEntry, raw["paper"], "paper")
    periods = {period.id: period for period in _entries(PeriodEntry, raw["periods"], "periods")}
    families = {family.id: family for family in _entries(FamilyEntry, raw["families"], "families")}
    conditions = {
        condition.id: dataclasses.replace(
            condition,
            values={
                value: _entry(ConditionValueEntry, said, f"conditions.{condition.id}.{value}")
                for value, said in condition.values.items()
            },
        )
        for condition in _entries(ConditionEntry, raw["conditions"], "conditions")
    }
    cells: dict[tuple[str, str], CellEntry] = {}
    for cell in _entries(CellEntry, raw["cells"], "cells"):
        place = f"cells.{cell.family}.{cell.period}"
        _check_choice(cell.family, families, place)
        _check_choice(cell.period, PERIODS, place)
        if (cell.family, cell.period) in cells:
            raise GuidelinesError(f"{place}: there are two of it")
        options = _entries(OptionEntry, cell.options, f"{place}.options")
        cells[cell.family, cell.period] = dataclasses.replace(cell, options=options)
    remarks = {remark.id: remark for remark in _entries(RemarkEntry, raw["remarks"], "remarks")}

    _check_periods(periods)
    _check_families(families)
    _check_conditions(conditions)
    _check_cells(cells, families, conditions)
    _check_remarks(remarks, families, conditions)
    return GuidelinesFile(paper.citation, periods, families, conditions, cells, remarks)


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


def _check_periods(periods: Mapping[str, PeriodEntry]) -> None:
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


def _check_families(families: Mapping[str, FamilyEntry]) -> None:
    named = [leukemia for family in families.values() for leukemia in family.leukemias]
    if sorted(named) != sorted(LEUKEMIAS):
        raise GuidelinesError(f"families: must name each of {', '.join(LEUKEMIAS)} once")
    for family in families.values():
        if bool(family.no_guidance) != (family.children is not None):
            raise GuidelinesError(f"families.{family.id}: no_guidance and children go together")


def _check_conditions(conditions: Mapping[str, ConditionEntry]) -> None:
    for condition in conditions.values():
        place = f"conditions.{condition.id}"
        _check_choice(condition.input, OPTIONAL_INPUTS, place)
        _check_keys(condition.values, f"{place}.values", OPTIONAL_INPUTS[condition.input])
        for value, said in condition.values.items():
            _check_choice(said.status, (*SETTLED, "to be weighed"), f"{place}.{value}")


def _check_cells(
    cells: Mapping[tuple[str, str], CellEntry],
    families: Mapping[str, FamilyEntry],
    conditions: Mapping[str, ConditionEntry],
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
    remarks: Mapping[str, RemarkEntry],
    families: Mapping[str, FamilyEntry],
    conditions: Mapping[str, ConditionEntry],
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
