"""Children of a table: the rows that can be used, and all that is wrong with the others.

The schema is written in pandera and checked in full, so that every problem of a file is told at
once. A row with a problem is never used. Treatment and remission status may be missing.
"""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from model.cohort import with_interval
from model.dates import read_date
from model.language import _, listed
from model.survival.pattern import INPUTS
from model.tables.checks import MAY_BE_MISSING, contradictions, described, failures
from model.tables.columns import unused_names, wrong_names
from model.tables.doubts import doubts_of
from model.tables.left_out import is_at_least, left_out_words
from model.tables.mapping import (
    BETWEEN,
    CODES,
    DATES,
    DAYS_PER_UNIT,
    IDENTIFIER,
    LARGEST_JSON,
    NO_NUMBER,
    OPTIONAL,
    REQUIRED_COLUMNS,
    Mapping,
    code_of,
    missing_columns,
    needs_date_order,
    read_number,
    still_open,
    suggest_mapping,
    with_own_codes,
)
from model.tables.read import read_table
from model.tables.table import LARGEST_MEGABYTES, MEGABYTE, Table, TableError, too_large

COLUMNS = ("treatment", *INPUTS, "interval", "os_days", "death", *OPTIONAL)


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
    failed = failures(values, mapping)
    told_twice = contradictions(table, values, mapping)
    problems = pd.concat(
        [table.problems, described(failed, cells, mapping), told_twice], ignore_index=True
    )
    problems = problems.sort_values("row", kind="stable", ignore_index=True)
    valid = values[~values.index.isin({*failed["row"], *told_twice["row"]})]
    children = _as_children(valid)
    # With the rows that could not even be told apart into columns.
    every = values.index.union(pd.Index(table.problems["row"], dtype="int64"))
    left_out = left_out_words(
        cells.reindex(every, fill_value=""), values.reindex(every), valid.index, mapping
    )
    complete = valid.index[valid[["treatment", *INPUTS]].notna().all(axis=1)]
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


def _as_children(valid: pd.DataFrame) -> pd.DataFrame:
    """Rows without problems as children, in `COLUMNS`; None for what is missing but an age."""
    columns = [column for column in COLUMNS if column != "interval"]
    children = with_interval(valid.reindex(columns=columns))[list(COLUMNS)]
    children = children.astype({"days_to_failure": int, "os_days": int, "age_years": float})
    children["death"] = children["death"] == "yes"
    for column in MAY_BE_MISSING:
        if column != "age_years":
            children[column] = children[column].astype(object).where(children[column].notna(), None)
    return children


@dataclass(frozen=True)
class Source:
    """A file with a table, and its mapping if there is one, as they were when they were read."""

    name: str
    content: bytes
    mapping: bytes | None


def read_source(path: Path, mapping_path: Path | None) -> Source:
    """Read a file, and its mapping, once: what comes through a pipe cannot be read again.

    Raises
    ------
    TableError
        If one of them cannot be read, or is too large.
    """
    content = _read(path, LARGEST_MEGABYTES * MEGABYTE, too_large())
    mapping = None
    if mapping_path is not None:
        mapping = _read(mapping_path, LARGEST_JSON, _("The mapping is too large to be one."))
    return Source(path.name, content, mapping)


def load_children(path: Path, mapping_path: Path | None = None) -> Checked:
    """Read and check a file; with the mapping that its names suggest if no other is given.

    Raises
    ------
    TableError
        As `read_source` and `children_of`.
    """
    return children_of(read_source(path, mapping_path))


def children_of(source: Source) -> Checked:
    """Check what was read of a file, and say what is to be said in the language in use.

    Raises
    ------
    TableError
        If the file, or the mapping, cannot be used at all. Problems of rows are in the result.
    """
    table = read_table(source.content, source.name)
    if source.mapping is None:
        mapping = suggest_mapping(table)
        refuse_uncertain(table, mapping)
        way_out = _(
            "Say it in a mapping file: bring the table to the Registry page, choose there what "
            "each value means, save the mapping, and give it with --mapping FILE.json."
        )
    else:
        try:
            text = source.mapping.decode("utf-8-sig")
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
    found = [name for name in REQUIRED_COLUMNS if name not in lacking]
    # What no measure needs, and is not there under its name, is missed by nobody.
    known = dict.fromkeys((*sorted(_used(mapping)), *REQUIRED_COLUMNS, *dates))
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


def _read(path: Path, most_bytes: int, too_many: str) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(most_bytes + 1)
    except OSError:
        raise TableError(_("The file cannot be found or read.")) from None
    if len(content) > most_bytes:
        raise TableError(too_many)
    return content
