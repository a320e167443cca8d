"""Children of a table: the rows that can be used, and all that is wrong with the others.

The schema is written in pandera and checked in full, so that every problem of a file is told at
once. A row with a problem is never used. Treatment and remission status may be missing.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from model.case import (
    AGE_END,
    DAYS_TO_FAILURE_RANGE,
    YES_NO,
    asked_about,
    days_expected,
    one_of,
)
from model.cohort import with_interval
from model.dates import read_date
from model.language import _, listed
from model.number import two_readings
from model.tables.columns import unused_names, wrong_names
from model.tables.doubts import doubts_of
from model.tables.left_out import at_least, is_at_least, left_out_words
from model.tables.mapping import (
    BETWEEN,
    CODES,
    DATES,
    DAYS_PER_UNIT,
    IDENTIFIER,
    LARGEST_JSON,
    NO_NUMBER,
    OPTIONAL,
    REQUIRED,
    Mapping,
    code_of,
    found_values,
    missing_columns,
    needs_date_order,
    read_number,
    second_columns,
    still_open,
    suggest_coding,
    suggest_mapping,
    with_own_codes,
)
from model.tables.read import read_table
from model.tables.table import (
    LARGEST_MEGABYTES,
    MEGABYTE,
    PROBLEM_COLUMNS,
    Table,
    TableError,
    too_large,
)
from model.tables.yes_no import AS_NAMED, direction

# Fifty years.
OS_DAYS_RANGE = (0, 18262)
COLUMNS = (
    "treatment",
    "days_to_failure",
    "post_transplant_cr",
    "interval",
    "os_days",
    "death",
    *OPTIONAL,
)
# What can be read whatever the table calls the column.
IN_WORDS = {"death": ("dead", "alive"), "post_transplant_cr": ("CR", "no CR")}
MAY_BE_MISSING = ("treatment", "post_transplant_cr", *OPTIONAL)


@dataclass(frozen=True)
class Checked:
    """What a table holds, read with a mapping.

    Attributes
    ----------
    children : DataFrame, shape (n_children, 13)
        The valid rows, with the columns `COLUMNS`; its index, `row`, is the line in the file.
        None where something that may be missing is (NaN for the age).
    problems : DataFrame
        Columns `PROBLEM_COLUMNS`: line in the file, the table's name of the column ("" for the
        whole row), the value as it stands there, and what was expected.
    doubts : tuple of str
        What is possible but unlikely, and how the file was read; sentences without a value of a
        row.
    doubts_of_valid : tuple of str
        The same where the valid rows alone are used.
    doubts_of_complete : tuple of str
        The same where, of these, the children with treatment and remission alone are used.
    left_out : tuple of str
        How the rows with a problem differ from the valid ones, in sentences to be read before they
        are left out; none if there are none, or no others.
    incomplete : tuple of str
        How, of the valid rows, those without treatment or remission differ from the complete ones.
    n_rows : int
        Rows of the table, valid or not.
    missing : dict of str to int
        How many of the children lack each of `MAY_BE_MISSING`.
    unused : tuple of str
        The columns of the table of which no use was made.
    """

    children: pd.DataFrame = field(repr=False)
    problems: pd.DataFrame = field(repr=False)
    doubts: tuple[str, ...]
    doubts_of_valid: tuple[str, ...]
    doubts_of_complete: tuple[str, ...]
    left_out: tuple[str, ...]
    incomplete: tuple[str, ...]
    n_rows: int
    missing: dict[str, int]
    unused: tuple[str, ...] = field(default=(), repr=False)

    @property
    def n_wrong_rows(self) -> int:
        """Number of rows with one or more problems."""
        return int(self.problems["row"].nunique())

    def doubts_under(self, rule: str) -> tuple[str, ...]:
        """The doubts about the children used under a rule of `expected.MISSING_RULES`."""
        return self.doubts_of_complete if rule == "left_out" else self.doubts_of_valid

    def left_out_under(self, rule: str) -> tuple[str, ...]:
        """Whom such a rule leaves out, in sentences; averaging leaves out nobody."""
        return self.incomplete if rule == "left_out" else ()


def checked(table: Table, mapping: Mapping, way_out: str = "") -> Checked:
    """Read the children of a table, and list every problem of every row.

    Parameters
    ----------
    table : Table
    mapping : Mapping
    way_out : str
        How to say what the table leaves open, beside what that is.

    Raises
    ------
    TableError
        If the mapping does not tell all required columns, names a column that the table lacks, or
        leaves open how its dates, or its yes and no, are read.
    """
    refuse_incomplete(table, mapping)
    if unsettled := still_open(table, mapping):
        raise TableError(" ".join((*unsettled, way_out)).strip())
    cells = pd.DataFrame({name: table.cells[mapping.columns[name]] for name in mapping.fields})
    values = typed(cells, mapping)
    failed = _failures(values, mapping)
    told_twice = _contradictions(table, values, mapping)
    problems = pd.concat(
        [table.problems, _described(failed, cells, mapping), told_twice], ignore_index=True
    )
    problems = problems.sort_values("row", kind="stable", ignore_index=True)
    valid = values[~values.index.isin({*failed["row"], *told_twice["row"]})]
    children = with_interval(
        valid.reindex(columns=[column for column in COLUMNS if column != "interval"])
    )[list(COLUMNS)]
    children = children.astype({"days_to_failure": int, "os_days": int, "age_years": float})
    children["death"] = children["death"] == "yes"
    for column in MAY_BE_MISSING:
        if column != "age_years":
            children[column] = children[column].astype(object).where(children[column].notna(), None)
    # With the rows that could not even be told apart into columns.
    every = values.index.union(pd.Index(table.problems["row"], dtype="int64"))
    left_out = left_out_words(
        cells.reindex(every, fill_value=""), values.reindex(every), valid.index, mapping
    )
    complete = valid.index[valid[["treatment", "post_transplant_cr"]].notna().all(axis=1)]
    incomplete = left_out_words(cells.loc[valid.index], valid, complete, mapping)
    if incomplete:
        said = _("Children of whom treatment or remission status is missing are left out.")
        incomplete = (said, *incomplete)

    def doubts_about(used: pd.Index) -> tuple[str, ...]:
        return (*table.notes, *doubts_of(cells, values, mapping, used))

    doubts = doubts_about(values.index)
    of_valid = doubts if len(valid) == len(values) else doubts_about(valid.index)
    of_complete = of_valid if len(complete) == len(valid) else doubts_about(complete)
    return Checked(
        children,
        problems,
        doubts,
        of_valid,
        of_complete,
        left_out,
        incomplete,
        table.n_rows,
        {column: int(children[column].isna().sum()) for column in MAY_BE_MISSING},
        tuple(unused_names((*table.columns, *table.repeated_columns), _used(mapping))),
    )


def load_children(path: Path, mapping_path: Path | None = None) -> Checked:
    """Read and check a file; with the mapping that its names suggest if no other is given.

    Raises
    ------
    TableError
        If the file, or the mapping, cannot be used at all. Problems of rows are in the result.
    """
    if _size(path) > LARGEST_MEGABYTES * MEGABYTE:
        raise TableError(too_large())
    table = read_table(_read(path), path.name)
    if mapping_path is None:
        mapping = suggest_mapping(table)
        refuse_uncertain(table, mapping)
        way_out = _(
            "Say it in a mapping file: bring the table to the Registry page, choose there what "
            "each value means, save the mapping, and give it with --mapping FILE.json."
        )
    else:
        if _size(mapping_path) > LARGEST_JSON:
            raise TableError(_("The mapping is too large to be one."))
        try:
            text = _read(mapping_path).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise TableError(_("The mapping is not JSON.")) from None
        mapping = with_own_codes(table, Mapping.from_json(text))
        way_out = _("Say it in the mapping, in its “codings”.")
    return checked(table, mapping, way_out)


def refuse_incomplete(table: Table, mapping: Mapping) -> None:
    """Raise `TableError` for a mapping that does not fit a table."""
    if lacking := missing_columns(mapping):
        raise TableError(
            _("No column of the table is known to be: {columns}.").format(columns=listed(lacking))
        )
    if twice := [
        name for name in mapping.fields if mapping.columns[name] in table.repeated_columns
    ]:
        raise TableError(
            _(
                "The mapping names columns whose name stands twice in line 1, for: {columns}."
            ).format(columns=listed(twice))
        )
    if absent := [name for name in mapping.fields if mapping.columns[name] not in table.columns]:
        raise TableError(
            _("The mapping names columns that the table lacks, for: {columns}.").format(
                columns=listed(absent)
            )
        )
    if needs_date_order(table, mapping):
        raise TableError(
            _(
                "Dates such as 03/04/2015 can be read with the day or with the month first. Say in "
                "the mapping which: “date_order” is “day_first” or “month_first”."
            )
        )


def refuse_uncertain(table: Table, mapping: Mapping) -> None:
    """Raise `TableError` if a suggested mapping passes over a column that may have been meant."""
    lacking = missing_columns(mapping)
    dates = [date for name in lacking for date in BETWEEN.get(name, ())]
    found = [name for name in REQUIRED if name not in lacking]
    # What no measure needs, and is not there under its name, is missed by nobody.
    known = dict.fromkeys((*sorted(_used(mapping)), *REQUIRED, *dates))
    if wrong := wrong_names(table.columns, known, found):
        raise TableError(
            _("In line 1, {problems}. Or say in a mapping which columns are meant.").format(
                problems="; ".join(wrong)
            )
        )


def _used(mapping: Mapping) -> set[str]:
    return {mapping.columns[name] for name in mapping.fields}


def typed(cells: pd.DataFrame, mapping: Mapping) -> pd.DataFrame:
    """Turn text into codes, numbers and dates; what cannot be is made to fail in the schema.

    Parameters
    ----------
    cells : DataFrame of str
        One column a field of the mapping, by our names.
    mapping : Mapping

    Returns
    -------
    DataFrame
        With the counts of days that dates give. A code that is none is `UNTOLD`, a number that is
        none is infinite, a date that is none is missing.
    """
    values = {}
    for name in mapping.fields:
        texts = cells[name]
        if name in CODES:
            coding = mapping.codings.get(name, {})
            codes = texts.map({text: code_of(name, coding, text) for text in texts.unique()})
            values[name] = codes.astype(object).where(codes.notna(), None)
        elif name in DATES:
            dates = {text: read_date(text, mapping.date_order) for text in texts.unique()}
            values[name] = pd.to_datetime(texts.map(dates), errors="coerce")
        elif name != IDENTIFIER:
            unit = mapping.units.get(name, "years" if name == "age_years" else "days")
            numbers = texts.map({text: read_number(text, unit) for text in texts.unique()})
            if name == "os_days":
                # "+568" is no number of days but a child who was alive then, as "568+" is.
                numbers = numbers.mask(texts.map(is_at_least), NO_NUMBER)
            per_unit = 1 if name == "age_years" else DAYS_PER_UNIT[unit]
            # Days that are no whole number are a problem; months hardly ever are one of days.
            values[name] = numbers if per_unit == 1 else (numbers * per_unit).round()
    for name, (start, end) in BETWEEN.items():
        if mapping.source(name) == (start, end):
            values[name] = (values[end] - values[start]).dt.days.astype(float)
    return pd.DataFrame(values, index=cells.index)


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
        float,
        pa.Check.in_range(0, AGE_END, include_max=False),
        nullable=True,
        required=False,
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


def _failures(values: pd.DataFrame, mapping: Mapping) -> pd.DataFrame:
    """The rows and columns (by our names) at which the schema fails, each once."""
    described = schema(mapping)
    required = [name for name, column in described.columns.items() if not column.nullable]
    # Told apart from the others: put together with them, pandera has pandas warn, and a warning
    # cannot be silenced for one thread alone.
    failed = [(row, name) for name in required for row in values.index[values[name].isna()]]
    settled = {name: {"nullable": True} for name in required}
    try:
        described.update_columns(settled).validate(values, lazy=True)
    except pa.errors.SchemaErrors as errors:
        failed += errors.failure_cases[["index", "column"]].itertuples(index=False, name=None)
    place = {name: number for number, name in enumerate(described.columns)}
    failed.sort(key=lambda one: place[one[1]])
    return pd.DataFrame(list(dict.fromkeys(failed)), columns=["row", "name"]).astype(
        {"row": "int64"}
    )


def _contradictions(table: Table, values: pd.DataFrame, mapping: Mapping) -> pd.DataFrame:
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


def _described(failed: pd.DataFrame, cells: pd.DataFrame, mapping: Mapping) -> pd.DataFrame:
    described = []
    for row, name in failed.itertuples(index=False):
        sources = mapping.source(name) if name in BETWEEN else (name,)
        # Several columns are set apart as several values are: by an arrow from the first date.
        column = " → ".join(mapping.columns[source] for source in sources)
        value = " → ".join(cells.loc[row, source] for source in sources)
        described.append((row, column, value, _expected_for(name, value, mapping)))
    return pd.DataFrame(described, columns=PROBLEM_COLUMNS)


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


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        raise TableError(_("The file cannot be found or read.")) from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise TableError(_("The file cannot be found or read.")) from None
