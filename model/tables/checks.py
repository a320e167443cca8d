"""What a value of each column must be, and what is said of one that is not."""

from datetime import date

import pandas as pd
import pandera.pandas as pa

from model.case import AGE_END, DAYS_TO_FAILURE_RANGE, YES_NO, asked_about, days_expected, one_of
from model.language import _
from model.number import two_readings
from model.tables.left_out import at_least
from model.tables.mapping import (
    ANSWERS,
    BETWEEN,
    CODES,
    DATES,
    OPTIONAL,
    Mapping,
    found_values,
    second_columns,
    suggest_coding,
)
from model.tables.table import PROBLEM_COLUMNS, Table
from model.tables.yes_no import AS_NAMED, direction

# Fifty years.
OS_DAYS_RANGE = (0, 18262)
# What can be read whatever the table calls the column.
IN_WORDS = {"death": ("dead", "alive"), "post_transplant_cr": ("CR", "no CR")}
MAY_BE_MISSING = ("treatment", *ANSWERS, *OPTIONAL)


def schema(mapping: Mapping) -> pa.DataFrameSchema:
    """Describe the typed rows of a table."""
    whole = pa.Check(lambda days: days == days.round())
    columns = {
        name: pa.Column(object, pa.Check.isin(codes), nullable=name in MAY_BE_MISSING)
        for name, codes in CODES.items()
        if name in mapping.columns
    }
    for name, (first, last) in {
        "days_to_failure": DAYS_TO_FAILURE_RANGE,
        "os_days": OS_DAYS_RANGE,
    }.items():
        # Where a date is missing the date is the problem, not the days.
        from_dates = len(mapping.source(name)) > 1
        columns[name] = pa.Column(
            float, [pa.Check.in_range(first, last), whole], nullable=from_dates
        )
    columns["age_years"] = pa.Column(
        float, pa.Check.in_range(0, AGE_END, include_max=False), nullable=True, required=False
    )
    today = pd.Timestamp(date.today())
    for name in mapping.dates:
        columns[name] = pa.Column("datetime64[ns]", pa.Check.le(today))
    return pa.DataFrameSchema(columns)


def expectation(name: str, mapping: Mapping) -> str:
    """Say in words what a value of a column must be."""
    if name in CODES:
        if name in IN_WORDS and direction(name, mapping.columns[name]) != AS_NAMED:
            return one_of(IN_WORDS[name])
        return one_of(CODES[name])
    if name in DATES:
        return _("a date such as 2015-03-31 or 31/03/2015, not after today")
    if name == "age_years":
        return _("an age in years from 0 to less than {end}").format(end=AGE_END)
    first, last = DAYS_TO_FAILURE_RANGE if name == "days_to_failure" else OS_DAYS_RANGE
    if len(mapping.source(name)) > 1:
        return _("a second date from {first} to {last} days after the first").format(
            first=first, last=last
        )
    if mapping.units.get(name, "days") != "days":
        return _("a number that makes {first} to {last} days").format(first=first, last=last)
    if name == "days_to_failure":
        return days_expected()
    return _("a whole number of days from {first} to {last}").format(first=first, last=last)


def failures(values: pd.DataFrame, mapping: Mapping) -> pd.DataFrame:
    """The rows and columns (by our names) at which the schema fails, each once."""
    wanted = schema(mapping)
    required = [name for name, column in wanted.columns.items() if not column.nullable]
    # Told apart from the others: put together with them, pandera has pandas warn, and a warning
    # cannot be silenced for one thread alone.
    failed = [(row, name) for name in required for row in values.index[values[name].isna()]]
    settled = {name: {"nullable": True} for name in required}
    try:
        wanted.update_columns(settled).validate(values, lazy=True)
    except pa.errors.SchemaErrors as errors:
        failed += errors.failure_cases[["index", "column"]].itertuples(index=False, name=None)
    place = {name: number for number, name in enumerate(wanted.columns)}
    failed.sort(key=lambda one: place[one[1]])
    return pd.DataFrame(list(dict.fromkeys(failed)), columns=["row", "name"]).astype(
        {"row": "int64"}
    )


def contradictions(table: Table, values: pd.DataFrame, mapping: Mapping) -> pd.DataFrame:
    """The rows of which two columns tell the outcome, or remission, and not the same."""
    told = []
    for name, columns in second_columns(table, mapping).items():
        ours = mapping.columns[name]
        for column in columns:
            codes = suggest_coding(name, column, found_values(table, column))
            other = table.cells[column].map(codes)
            differs = values[name].isin(YES_NO) & other.isin(YES_NO) & (values[name] != other)
            told += [
                (
                    row,
                    f"{ours}, {column}",
                    ", ".join(str(table.cells.at[row, one]) for one in (ours, column)),
                    _("the same in both columns; they contradict each other"),
                )
                for row in values.index[differs]
            ]
    return pd.DataFrame(told, columns=PROBLEM_COLUMNS)


def described(failed: pd.DataFrame, cells: pd.DataFrame, mapping: Mapping) -> pd.DataFrame:
    """Say of each failure what stands in the table and what was expected, as `PROBLEM_COLUMNS`."""
    told = []
    for row, name in failed.itertuples(index=False):
        sources = mapping.source(name) if name in BETWEEN else (name,)
        # Several columns are set apart as several values are: by an arrow from the first date.
        column = " → ".join(mapping.columns[source] for source in sources)
        value = " → ".join(cells.loc[row, source] for source in sources)
        told.append((row, column, value, _expected_for(name, value, mapping)))
    return pd.DataFrame(told, columns=PROBLEM_COLUMNS)


def _expected_for(name: str, value: str, mapping: Mapping) -> str:
    """What would be right in the place of a value; for one of two readings, which is meant."""
    expected = expectation(name, mapping)
    if name not in (*BETWEEN, "age_years"):
        return expected
    unit = mapping.units.get(name, "days")
    number, in_unit = (at_least(value, unit) if name == "os_days" else None) or (value, True)
    if asked := two_readings(number):
        one, other = asked
        # 1.234 in months is written so that it can be read in one way.
        expected = asked_about(number, (one, f"{other}0" if two_readings(other) else other))
    if number == value:
        return expected
    if not in_unit:
        said = _("{expected}: the time in {unit}, without the unit, and “{alive}” in “{death}”")
    elif asked:
        said = _("{expected}; and “{alive}” in “{death}”")
    else:
        said = _("{expected}: the number alone, and “{alive}” in “{death}”")
    death = mapping.columns["death"]
    return said.format(
        expected=expected, unit=_(unit), alive=_code_of_the_living(death), death=death
    )


def _code_of_the_living(column: str) -> str:
    """What says in a column of outcomes, whatever its name, that a child is alive."""
    return "no" if direction("death", column) == AS_NAMED else IN_WORDS["death"][1]
