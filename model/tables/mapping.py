"""Which column of a table is which of ours, and what its values mean.

A mapping holds names of columns and the values that were given a meaning, never a row. It is
suggested from the table, settled by whoever brings it, and kept as JSON to be used again.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from model.case import BACKGROUND, CHOICES, YES_NO
from model.dates import DATE_ORDERS, YEAR_LAST, read_date
from model.language import _
from model.number import two_readings, whole_number
from model.options import TREATMENTS
from model.paper.evidence import DAYS_PER_MONTH
from model.survival.pattern import INPUTS
from model.tables.synonyms import NAMES, OPEN, field_of, meaning, plain, stands_for_missing
from model.tables.table import LONGEST_CELL, Table, TableError
from model.tables.yes_no import AS_NAMED, direction, in_quotes, is_open, open_words, read_yes_no

# What the model sees of a child, its treatment and its outcome.
REQUIRED_COLUMNS = (*INPUTS, "treatment", "os_days", "death")
# Of what the model sees, what is answered by yes or no.
ANSWERS = tuple(name for name in INPUTS if CHOICES.get(name) == YES_NO)
OPTIONAL = ("leukemia", "age_years", "sex", "tbi", "stem_cell_source", "gvhd", "myeloablative")
# In the place of days: each count of days from one date to another.
DATES = ("transplant_date", "failure_date", "last_date")
BETWEEN = {
    "days_to_failure": ("transplant_date", "failure_date"),
    "os_days": ("failure_date", "last_date"),
}
# Only to notice a child that stands twice; dropped after that.
IDENTIFIER = "patient"
# The columns of children of which the model, or the comparison with Table 1, makes use.
MAPPED_FIELDS = (*REQUIRED_COLUMNS, *OPTIONAL, *DATES, IDENTIFIER)

CODES = MappingProxyType(
    {"treatment": TREATMENTS}
    | dict.fromkeys((*ANSWERS, "death"), YES_NO)
    | {column: codes for column, codes in BACKGROUND.items() if column in OPTIONAL}
)
YES_NO_FIELDS = tuple(name for name, codes in CODES.items() if set(codes) == set(YES_NO))
# What a registry may tell in two columns, as "death" and "alive".
TOLD_TWICE = (*ANSWERS, "death")
# With more different values than this a column is not one of categories.
MOST_CODES = 30
DAYS_PER_UNIT = {"days": 1.0, "months": DAYS_PER_MONTH, "years": 12 * DAYS_PER_MONTH}

FORMAT, VERSION = "aftergraft-mapping", 1
KEYS = {"format", "version", "columns", "codings", "units", "date_order"}
LARGEST_JSON = 256 * 1024


NUMBER = re.compile(r"[+-]?\d{1,12}([.,]\d{1,12})?", re.ASCII)
# What is written as a number and is none; out of every range, and not missing.
NO_NUMBER = np.inf
IN_DAYS = re.compile("day|jour")
UNIT_OF_TIME = re.compile("day|jour|month|mois|year|annee|time|delai")

Coding = dict[str, str | None]
# In the place of a code, of a value to which nobody has given one. No code and not missing.
UNTOLD = ""


@dataclass(frozen=True)
class Mapping:
    """How a table is read.

    Attributes
    ----------
    columns : dict of str to str
        Name of the table's column by our name, one of `MAPPED_FIELDS`; what is absent is not in the
        table.
    codings : dict of str to dict
        For a column of categories, the code (or None for missing) of values of the table; "" is an
        empty cell.
    units : dict of str to str
        One of `DAYS_PER_UNIT` for a count of days that the table gives in it; "days" if absent.
    date_order : {"day_first", "month_first"}, optional
        How dates such as 03/04/2015 are read.
    """

    columns: dict[str, str] = field(default_factory=dict)
    codings: dict[str, Coding] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    date_order: str | None = None

    def to_json(self) -> str:
        """Write the mapping as JSON that `from_json` reads."""
        content = {
            "format": FORMAT,
            "version": VERSION,
            "columns": self.columns,
            "codings": self.codings,
            "units": self.units,
            "date_order": self.date_order,
        }
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Mapping":
        """Read a mapping that `to_json` wrote.

        Raises
        ------
        TableError
            Saying in words why the text is not one.
        """
        if len(text) > LARGEST_JSON:
            raise TableError(_("The mapping is too large to be one."))
        try:
            content = json.loads(text)
            # Half of a sign, as "\\ud800" is, could never be written again.
            json.dumps(content, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            raise TableError(_("The mapping is not JSON.")) from None
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise TableError(_("The file is not a mapping saved by this program."))
        if content.get("version") != VERSION:
            raise TableError(
                _(
                    "The mapping is of another version; this program reads version {version}."
                ).format(version=VERSION)
            )
        for wrong, where in (
            (content.keys() != KEYS, "format"),
            (not _is_columns(content.get("columns")), "columns"),
            (not _is_codings(content.get("codings")), "codings"),
            (not _is_units(content.get("units")), "units"),
            (content.get("date_order") not in (None, *DATE_ORDERS), "date_order"),
        ):
            if wrong:
                raise TableError(
                    _("The mapping cannot be used: “{part}” is not as it should be.").format(
                        part=where
                    )
                )
        del content["format"], content["version"]
        return cls(**content)

    def source(self, count: str) -> tuple[str, ...]:
        """The fields that a count of days comes from: itself, else two dates, else none."""
        if count in self.columns:
            return (count,)
        dates = BETWEEN[count]
        return dates if all(name in self.columns for name in dates) else ()

    @property
    def dates(self) -> tuple[str, ...]:
        """The dates of which use is made."""
        used = {name for count in BETWEEN for name in self.source(count)}
        return tuple(name for name in DATES if name in used)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of which use is made."""
        return (
            tuple(name for name in MAPPED_FIELDS if name in self.columns and name not in DATES)
            + self.dates
        )


def suggest_mapping(table: Table) -> Mapping:
    """Suggest a mapping from the names of the columns and the words that stand in them."""
    names = {plain(column): column for column in reversed(table.columns)}
    columns: dict[str, str] = {}
    for our_name in MAPPED_FIELDS:
        words = (plain(our_name), *NAMES.get(our_name, ()))
        if our_name in BETWEEN:
            # "OS" beside "survival_days" may well be in months.
            words = tuple(sorted(words, key=lambda word: not IN_DAYS.search(word)))
        for word in words:
            column = names.get(word)
            if column is None or column in columns.values():
                continue
            if not _is_something_else(our_name, column, table):
                columns[our_name] = column
                break
    codings = {
        our_name: suggest_coding(our_name, column, found_values(table, column))
        for our_name, column in columns.items()
        if our_name in CODES
    }
    order = suggest_date_order(_dates_of(table, Mapping(columns)))
    return Mapping(columns, {name: coding for name, coding in codings.items() if coding}, {}, order)


def suggest_coding(our_name: str, column: str, values: Iterable[str]) -> Coding:
    """Give the values of a column the codes that words tell; what is not clear is left out.

    What yes, no, 0 and 1 mean depends on `column`, the table's name of it: see `read_yes_no`.
    """
    values = list(values)
    known = [value for value in values if not stands_for_missing(value)]
    coding: Coding = {value: None for value in values if stands_for_missing(value) and value}
    if our_name in YES_NO_FIELDS:
        return coding | read_yes_no(our_name, column, known)
    found = {value: code for value in known if (code := meaning(our_name, value))}
    # "M" beside "H" may be a man or, in Spanish, a woman: letters that say the same are asked.
    letters = {plain(value): code for value, code in found.items() if len(plain(value)) == 1}
    clear = len(set(letters.values())) == len(letters)
    return coding | {
        value: code for value, code in found.items() if clear or plain(value) not in letters
    }


def code_of(our_name: str, coding: Coding, value: str) -> str | None:
    """Give the code of a value, None for missing; `UNTOLD` where it has no meaning.

    Our own codes need none, but for yes and no: what they mean depends on the column.
    """
    if value in coding:
        return coding[value]
    if stands_for_missing(value):
        return None
    return value if our_name not in YES_NO_FIELDS and value in CODES[our_name] else UNTOLD


def with_own_codes(table: Table, mapping: Mapping) -> Mapping:
    """Let yes and no in a mapping from a file stand for themselves, as that format has it.

    Only where the table's name of the column says that yes is our yes, and the file turns no word
    for yes or no: there it has to say the other too.
    """
    codings = dict(mapping.codings)
    for name in YES_NO_FIELDS:
        column, coding = mapping.columns.get(name, ""), codings.get(name, {})
        turned = any(
            coding[value] != code
            for value in coding
            for code in read_yes_no(name, name, [value]).values()
        )
        if column in table.columns and not turned and direction(name, column) == AS_NAMED:
            own = {code: code for code in YES_NO if code in set(table.cells[column])}
            codings[name] = {**own, **coding}
    return replace(mapping, codings={name: coding for name, coding in codings.items() if coding})


def found_values(table: Table, column: str) -> tuple[str, ...]:
    """List the different values of a column, most frequent first."""
    return tuple(table.cells[column].value_counts().index)


def uncoded(table: Table, mapping: Mapping, our_name: str) -> tuple[str, ...]:
    """List the values of a column of categories that have no meaning yet."""
    coding = mapping.codings.get(our_name, {})
    return tuple(
        value
        for value in found_values(table, mapping.columns[our_name])
        if code_of(our_name, coding, value) == UNTOLD
    )


def still_open(
    table: Table, mapping: Mapping, quoted: Callable[[str], str] = in_quotes
) -> tuple[str, ...]:
    """Say in sentences which columns of yes and no could be read in either direction.

    A stray number in a column whose other values are clear is a problem of its row instead. The
    values that are named are letters, short numbers and words for yes and no; they tell no child.

    Parameters
    ----------
    quoted : callable
        Sets a name or a value of the table apart in the sentence.
    """
    sentences = []
    for name in YES_NO_FIELDS:
        if mapping.columns.get(name) not in table.columns:
            continue
        column = mapping.columns[name]
        values = [value for value in uncoded(table, mapping, name) if is_open(name, value)]
        if values and not (direction(name, column) and _has_yes_and_no(table, mapping, name)):
            sentences.append(open_words(name, column, values, quoted))
    return tuple(sentences)


def second_columns(table: Table, mapping: Mapping) -> dict[str, tuple[str, ...]]:
    """Name the columns beside ours by which the table tells the outcome, or remission, once more.

    No use is made of them but to see that they say the same.
    """
    return {
        name: tuple(
            column
            for column in table.columns
            if column not in mapping.columns.values()
            and (field_of(column) == name or (name == "death" and direction(name, column)))
        )
        for name in TOLD_TWICE
        if name in mapping.columns
    }


def read_number(text: str, unit: str = "days") -> float:
    """Read a number of days, or of another unit, with a decimal point or comma.

    Returns
    -------
    float
        NaN for missing; `NO_NUMBER` for what is no number, or could be one of two, as 1,200 could.
    """
    if stands_for_missing(text):
        return np.nan
    if two_readings(text):
        return NO_NUMBER
    whole = whole_number(text) if unit == "days" else None
    if whole is not None:
        return float(whole)
    return float(text.replace(",", ".")) if NUMBER.fullmatch(text) else NO_NUMBER


def missing_columns(mapping: Mapping) -> tuple[str, ...]:
    """List the required columns that the mapping does not tell."""
    return tuple(
        name
        for name in REQUIRED_COLUMNS
        if not (mapping.source(name) if name in BETWEEN else name in mapping.columns)
    )


def has_dates_in_either_order(table: Table, mapping: Mapping) -> bool:
    """Tell whether a date such as 03/04/2015 is used, which can be read in two ways."""
    return any(YEAR_LAST.fullmatch(value) for value in _dates_of(table, mapping))


def needs_date_order(table: Table, mapping: Mapping) -> bool:
    """Tell whether a date can be read in two ways and nobody has said in which."""
    return mapping.date_order is None and has_dates_in_either_order(table, mapping)


def suggest_date_order(values: Iterable[str]) -> str | None:
    """Tell the order of day and month where only one of both reads every date; else None."""
    written = {value for value in values if YEAR_LAST.fullmatch(value)}
    if not written:
        return None
    fits = [order for order in DATE_ORDERS if all(read_date(text, order) for text in written)]
    return fits[0] if len(fits) == 1 else None


def _has_yes_and_no(table: Table, mapping: Mapping, our_name: str) -> bool:
    coding = mapping.codings.get(our_name, {})
    return {coding.get(value) for value in found_values(table, mapping.columns[our_name])} >= {
        *YES_NO
    }


def _is_something_else(our_name: str, column: str, table: Table) -> bool:
    """Tell whether the values of a column rule out what its name, which may mean more, suggests."""
    values = [value for value in found_values(table, column) if not stands_for_missing(value)]
    if our_name == "os_days":
        # "Survival" may be whether a child survives.
        outcomes = {"0", "1", "2", *suggest_coding("death", "death", values)}
        return bool(values) and outcomes >= {*values} and not UNIT_OF_TIME.search(plain(column))
    if our_name == "death" and plain(column) in OPEN["death"]:
        return len(values) > MOST_CODES or not any(
            is_open("death", value) or meaning("death", value) for value in values
        )
    return False


def _dates_of(table: Table, mapping: Mapping) -> list[str]:
    return [value for name in mapping.dates for value in found_values(table, mapping.columns[name])]


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_CELL


def _is_columns(content: object) -> bool:
    return isinstance(content, dict) and all(
        name in MAPPED_FIELDS and _is_name(column) for name, column in content.items()
    )


def _is_codings(content: object) -> bool:
    return isinstance(content, dict) and all(
        name in CODES
        and isinstance(coding, dict)
        and all(
            (value == "" or _is_name(value)) and code in (None, *CODES[name])
            for value, code in coding.items()
        )
        for name, coding in content.items()
    )


def _is_units(content: object) -> bool:
    return isinstance(content, dict) and all(
        name in BETWEEN and _is_name(unit) and unit in DAYS_PER_UNIT
        for name, unit in content.items()
    )
