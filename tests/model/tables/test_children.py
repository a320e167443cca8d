"""A centre's table: whatever it is written like it gives the same children, whatever is wrong with
it is told, and nothing of it stays."""

import asyncio
import contextlib
import csv
import gc
import importlib
import io
import itertools
import json
import re
import sys
import time
import tomllib
import tracemalloc
import warnings
import weakref
import zipfile
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartParser
from streamlit.testing.v1 import AppTest

from model.cli.main import main
from model.cohort import each_cohort, read_cohorts
from model.tables import workbook as workbook_file
from model.tables.children import COLUMNS, Checked, checked, load_children
from model.tables.files import TEMPLATE, problems_as_csv, template_as_workbook
from model.tables.mapping import (
    BETWEEN,
    CODES,
    MAPPED_FIELDS,
    REQUIRED_COLUMNS,
    Coding,
    Mapping,
    missing_columns,
    suggest_mapping,
    uncoded,
)
from model.tables.read import read_table
from model.tables.table import LARGEST_MEGABYTES, MEGABYTE, MOST_COLUMNS, MOST_ROWS, TableError
from model.tables.workbook import LARGEST_PIECE, MOST_TAGS
from tests.whole_app import entry_script_first, open_app

TABLES = Path(__file__).parents[2] / "data" / "tables"
HEADER = ",".join(REQUIRED_COLUMNS)
GOOD_ROWS = ["200,yes,chemo,90,yes", "40,no,palliative,20,yes", "900,yes,second_sct,1500,no"]
# In no message, log or file that is not the table of problems.
SECRET = "Dupont1987"
CHILDREN = each_cohort(read_cohorts())[0].reset_index(drop=True)[list(COLUMNS)].head(24)


def text_table(*rows: str, header: str = HEADER) -> bytes:
    return ("\n".join([header, *rows]) + "\n").encode()


def read_and_check(content: bytes, name: str = "") -> Checked:
    table = read_table(content, name)
    return checked(table, suggest_mapping(table))


def workbook(*rows: Sequence[object], **sheets: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for title, others in sheets.items():
        page = book.create_sheet(title)
        for row in others:
            page.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def as_workbook_of(cells: pd.DataFrame) -> bytes:
    return workbook(list(cells.columns), *cells.to_numpy().tolist())


def as_parquet(cells: pd.DataFrame) -> bytes:
    written = io.BytesIO()
    cells.to_parquet(written, index=False)
    return written.getvalue()


# ------------------------------------------------------------------- what is written in other words

WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=8)
ORDERS = {"day_first": "%d/%m/%Y", "month_first": "%m/%d/%Y", None: "%Y-%m-%d"}


@st.composite
def in_words_of_its_own(draw: st.DrawFn) -> tuple[pd.DataFrame, Mapping]:
    """The children as some centre may have written them, and what its words mean."""
    names = draw(st.permutations([f"c{i} é" for i in range(len(MAPPED_FIELDS))]))
    columns = dict(zip(MAPPED_FIELDS, names, strict=True))
    codings: dict[str, dict[str, str | None]] = {}
    cells = {}
    for name, codes in CODES.items():
        words = draw(st.lists(WORDS, min_size=len(codes) + 1, max_size=9, unique=True))
        meant = [*codes, None, *(draw(st.sampled_from([*codes, None])) for _ in words)]
        codings[name] = dict(zip(words, meant, strict=False))
        values = CHILDREN[name]
        if name == "death":
            values = values.map({True: "yes", False: "no"})
        cells[name] = [
            draw(st.sampled_from([word for word, code in codings[name].items() if code == value]))
            for value in values
        ]
    decimal_comma = draw(st.booleans())
    ages = [str(age) for age in CHILDREN["age_years"]]
    cells["age_years"] = [age.replace(".", ",") if decimal_comma else age for age in ages]
    order = draw(st.sampled_from(list(ORDERS)))
    in_dates = draw(st.booleans())
    if in_dates:
        first = date(2001, 1, 1) + timedelta(draw(st.integers(0, 1000)))
        failure = [first + timedelta(int(days)) for days in CHILDREN["days_to_failure"]]
        last = [
            day + timedelta(int(days))
            for day, days in zip(failure, CHILDREN["os_days"], strict=True)
        ]
        for name, days in zip(
            ("transplant_date", "failure_date", "last_date"),
            ([first] * len(CHILDREN), failure, last),
            strict=True,
        ):
            cells[name] = [day.strftime(ORDERS[order]) for day in days]
    else:
        for name in BETWEEN:
            cells[name] = [str(days) for days in CHILDREN[name]]
    written = pd.DataFrame(cells)[draw(st.permutations(list(cells)))]
    mapping = Mapping(
        {name: columns[name] for name in MAPPED_FIELDS if name in cells}, codings, {}, order
    )
    return written.rename(columns=columns), mapping


@settings(max_examples=15)
@given(
    written=in_words_of_its_own(),
    kind=st.sampled_from([",", ";", "\t", "xlsx", "parquet"]),
    bom=st.sampled_from(["", "\ufeff"]),
)
def test_children_come_back_the_same_from_any_file_coding_and_mapping(
    written: tuple[pd.DataFrame, Mapping], kind: str, bom: str
) -> None:
    cells, mapping = written
    if kind == "xlsx":
        content = as_workbook_of(cells)
    elif kind == "parquet":
        content = as_parquet(cells)
    else:
        content = (bom + cells.to_csv(sep=kind, index=False)).encode()
    found = checked(read_table(content), Mapping.from_json(mapping.to_json()))
    assert found.problems.empty
    expected = CHILDREN.set_axis(pd.RangeIndex(2, len(CHILDREN) + 2, name="row"))
    pd.testing.assert_frame_equal(
        found.children, expected, check_index_type=False, check_dtype=False
    )
    assert found.children["os_days"].dtype == "int64"
    assert found.children["death"].dtype == bool


def test_typed_values_of_a_workbook_and_of_parquet_read_as_their_text_does() -> None:
    rows = [
        [date(2010, 3, 31), date(2010, 5, 1), date(2011, 5, 1), True, "dli", 1, 3.5],
        [date(2010, 3, 31), date(2010, 4, 1), date(2010, 4, 3), False, None, 0, None],
    ]
    header = ["date_greffe", "date_rechute", "date_dernieres_nouvelles"]
    header += ["rc_post_greffe", "traitement", "deces", "age"]
    frame = pd.DataFrame(rows, columns=header)
    for column in header[:3]:
        frame[column] = pd.to_datetime(frame[column])
    for content in (workbook(header, *rows), as_parquet(frame)):
        found = read_and_check(content)
        assert found.problems.empty
        assert found.children["days_to_failure"].tolist() == [31, 1]
        assert found.children["os_days"].tolist() == [365, 2]
        assert found.children["post_transplant_cr"].tolist() == ["yes", "no"]
        assert found.children["treatment"].tolist() == ["dli", None]
        assert found.children["death"].tolist() == [True, False]
        assert found.missing["treatment"] == found.missing["age_years"] == 1


def test_the_template_needs_no_mapping_and_holds_one_child_of_each_leukemia() -> None:
    of_text = read_and_check(TEMPLATE.encode())
    of_workbook = read_and_check(template_as_workbook())
    assert of_text.problems.empty
    assert of_text.doubts == ()
    assert set(of_text.children["leukemia"]) == set(CODES["leukemia"])
    pd.testing.assert_frame_equal(of_text.children, of_workbook.children)
    assert of_text.missing["treatment"] == of_text.missing["post_transplant_cr"] == 1


FRENCH = (
    "N° patient;Délai rechute;RC post-greffe;Traitement;Survie (jours);Décès;Leucémie;Âge;Sexe;"
    "ICT\n"
    "1;200;Oui;2e greffe;90;DCD;LAM;3,5;garçon;Oui\n"
    "2;40;Non;Soins palliatifs;20;vivant;LAL-T;12;fille;inconnu\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_french_table_is_understood_and_another_encoding_is_said(encoding: str) -> None:
    found = read_and_check(FRENCH.encode(encoding))
    assert found.problems.empty
    assert found.children["treatment"].tolist() == ["second_sct", "palliative"]
    assert found.children["age_years"].tolist() == [3.5, 12]
    assert found.children["tbi"].tolist() == ["yes", None]
    assert found.children["sex"].tolist() == ["male", "female"]
    assert any("Windows-1252" in doubt for doubt in found.doubts) == (encoding == "cp1252")


def test_one_and_two_are_not_guessed_and_an_uncertain_date_is_asked() -> None:
    header = f"{HEADER},sex,greffe_2".replace("treatment", "bras")
    table = read_table(text_table("200,1,1,90,2,1,x", "40,2,3,20,1,2,y", header=header))
    mapping = suggest_mapping(table)
    for name in ("post_transplant_cr", "treatment", "death", "sex"):
        assert uncoded(table, mapping, name), name
    dates = "date_greffe,date_rechute,date_dernieres_nouvelles,post_transplant_cr,treatment,death"
    for last, order, days in (
        ("07/08/2011", None, None),
        ("17/08/2011", "day_first", (date(2010, 6, 5) - date(2010, 4, 3)).days),
        ("07/18/2011", "month_first", (date(2010, 5, 6) - date(2010, 3, 4)).days),
    ):
        row = f"03/04/2010,05/06/2010,{last},yes,chemo,no"
        table = read_table(text_table(row, header=dates))
        mapping = suggest_mapping(table)
        assert missing_columns(mapping) == ()
        assert mapping.date_order == order
        if order is None:
            with pytest.raises(TableError, match="day_first"):
                checked(table, mapping)
        else:
            assert checked(table, mapping).children["days_to_failure"].item() == days


def test_months_become_whole_days_only_where_somebody_says_months() -> None:
    content = text_table("200,yes,chemo,12,no", "100,yes,chemo,1.5,yes")
    table = read_table(content)
    mapping = suggest_mapping(table)
    assert checked(table, mapping).problems["value"].tolist() == ["1.5"]
    in_months = Mapping(mapping.columns, mapping.codings, {"os_days": "months"})
    assert checked(table, in_months).children["os_days"].tolist() == [365, 46]


# --------------------------------------------------------------------------------- what is wrong


def test_every_problem_is_told_at_once_by_row_column_value_and_expectation() -> None:
    content = text_table(
        "200,yes,chemo,90,yes",
        "-3,perhaps,surgery,12.5,maybe",
        ",,,,",
        "NA,,,,yes",
        '"=1+1",yes,chemo,99999,no',
        "1,234,yes,chemo,90,yes",
        "200,yes,chemo",
        "6571,yes,,90,yes",
    )
    found = read_and_check(content)
    told = [tuple(row) for row in found.problems.itertuples(index=False)]
    days = "a whole number of days from 0 to 6570"
    os_days = "a whole number of days from 0 to 18262"
    assert sorted(told) == sorted(
        [
            (3, "days_to_failure", "-3", days),
            (3, "post_transplant_cr", "perhaps", "one of yes, no"),
            (3, "treatment", "surgery", "one of second_sct, chemo_dli, chemo, dli, palliative"),
            (3, "os_days", "12.5", os_days),
            (3, "death", "maybe", "one of yes, no"),
            (5, "days_to_failure", "NA", days),
            (5, "os_days", "", os_days),
            (6, "days_to_failure", "=1+1", days),
            (6, "os_days", "99999", os_days),
            (7, "", "6 fields", "5 fields, as in line 1"),
            (8, "", "3 fields", "5 fields, as in line 1"),
            (9, "days_to_failure", "6571", days),
        ]
    )
    assert found.children.index.tolist() == [2]
    assert (found.n_rows, found.n_wrong_rows) == (7, 6)


def test_a_wrong_value_beside_a_missing_one_warns_of_nothing() -> None:
    for rows in (
        ("200,yes,chemo,x,yes", ",yes,chemo,90,"),
        (",perhaps,chemo,x,perhaps", "x,yes,x,,yes"),
    ):
        found = read_and_check(text_table(*rows))
        assert (len(found.children), found.n_wrong_rows) == (0, 2)


def test_no_warning_is_silenced_which_would_silence_other_sessions_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    callers = []

    class Noted(warnings.catch_warnings):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            callers.append(sys._getframe(1).f_globals["__name__"])
            super().__init__(*arguments, **options)

    monkeypatch.setattr(warnings, "catch_warnings", Noted)
    rows: list[list[object]] = [[200, "yes", "chemo", 90, "yes"], [None, "yes", "chemo", -90, None]]
    assert read_and_check(workbook(list(REQUIRED_COLUMNS), *rows)).n_wrong_rows == 1
    assert not [name for name in callers if name.startswith("model.")]


@pytest.mark.parametrize("fields", [4, 6])
@pytest.mark.parametrize("n_rows", [1, 3])
def test_a_table_whose_every_row_is_a_field_short_or_long_names_lines_and_numbers(
    fields: int, n_rows: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = ",".join(["200", "yes", "chemo", "90", "yes", "x"][:fields])
    table = tmp_path / "cohort.csv"
    for more_header, more in (("", ""), ("patient,", "1,")):
        content = text_table(*[f"{more}{row}"] * n_rows, header=f"{more_header}{HEADER}")
        table.write_bytes(content)
        n_more = len(more) // 2
        for option in ([], ["--only-valid"]):
            assert main(["validate", str(table), *option]) == 2
            told = capsys.readouterr().err
            for line in range(2, n_rows + 2):
                assert (
                    f"row {line}, -: {fields + n_more} fields: expected {5 + n_more} fields, as in "
                    "line 1"
                ) in told
            assert ("no row can be used" in told) == bool(option)
        found = read_and_check(content)
        assert (found.n_rows, len(found.children), found.doubts) == (n_rows, 0, ())


def test_a_table_none_of_whose_rows_can_be_used_raises_no_doubt_about_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "cohort.csv"
    table.write_bytes(text_table("-1,yes,chemo,90,yes", ",,,x,perhaps"))
    assert main(["validate", str(table), "--only-valid"]) == 2
    told = capsys.readouterr().err
    assert "row 2, days_to_failure: -1: expected" in told
    assert told.endswith("no row can be used\n")


def test_dates_in_the_wrong_order_to_come_or_on_no_calendar_are_problems() -> None:
    header = "date_greffe,date_rechute,date_dernieres_nouvelles,post_transplant_cr,treatment,death"
    tomorrow = date.today() + timedelta(1)
    found = read_and_check(
        text_table(
            "2010-01-01,2009-12-31,2011-01-01,yes,chemo,no",
            "2010-01-01,2010-12-31,2010-12-30,yes,chemo,no",
            "2010-02-30,2010-12-31,2011-01-01,yes,chemo,no",
            f"2020-01-01,2021-01-01,{tomorrow},yes,chemo,no",
            "2010-01-01,2010-01-01,2010-01-01,yes,chemo,yes",
            header=header,
        )
    )
    assert found.problems["row"].tolist() == [2, 3, 4, 5]
    assert found.problems["column"].tolist() == [
        "date_greffe → date_rechute",
        "date_rechute → date_dernieres_nouvelles",
        "date_greffe",
        "date_dernieres_nouvelles",
    ]
    assert found.children["os_days"].tolist() == [0]


def test_a_value_over_two_lines_does_not_shift_the_lines_that_are_named() -> None:
    found = read_and_check(text_table('"2\n00",yes,chemo,90,yes', "x,yes,chemo,90,yes"))
    assert found.problems["row"].tolist() == [2, 4]


def test_what_a_spreadsheet_would_work_out_is_given_back_as_text() -> None:
    formulas = ["=cmd|'/c calc'!A0", "+1+1", "-1", "@SUM(A1)"]
    found = read_and_check(text_table(*(f"{formula},yes,chemo,9,yes" for formula in formulas)))
    rows = list(csv.DictReader(io.StringIO(problems_as_csv(found.problems))))
    assert [row["value"] for row in rows] == [f"'{formula}" for formula in formulas]


def test_a_formula_of_a_workbook_is_what_was_saved_with_it_or_else_text() -> None:
    rows = [[200, "yes", "chemo", "=40+50", "yes"], [200, "yes", "=B7", 90, "yes"]]
    never_worked_out = workbook(list(REQUIRED_COLUMNS), *rows)
    found = read_and_check(never_worked_out)
    assert found.problems["value"].tolist() == ["=40+50", "=B7"]
    saved = replaced(never_worked_out, b"<f>40+50</f><v />", b"<f>40+50</f><v>90</v>")
    assert read_and_check(saved).children["os_days"].tolist() == [90]
    for kind in (b't="array" ref="D2"', b't="shared" si="0"', b't="dataTable" ref="D2"'):
        other = replaced(never_worked_out, b"<f>40+50</f>", b"<f %s>40+50</f>" % kind)
        assert read_and_check(other).problems["value"].tolist() == ["=40+50", "=B7"]


def replaced(content: bytes, old: bytes, new: bytes, member: str = "xl/worksheets/") -> bytes:
    """A workbook with some of its XML replaced, as a program other than openpyxl writes it."""
    written = io.BytesIO()
    done = False
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            text = source.read(name)
            if name.startswith(member):
                done |= old in text
                text = text.replace(old, new)
            target.writestr(name, text)
    assert done
    return written.getvalue()


def bomb() -> bytes:
    """Declares 10 bytes in its sheet and inflates to 200 megabytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(200):
                sheet.write(bytes(MEGABYTE))
    return written.getvalue()


def archive_of(**members: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/") + ".xml", text)
    return written.getvalue()


def protected_archive() -> bytes:
    """Every member marked as encrypted, as zip programs do."""
    content = bytearray(archive_of(xl__workbook="<workbook/>"))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags] |= 1
    return bytes(content)


def entity_bomb() -> bytes:
    declared = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet'
    plain = workbook(list(REQUIRED_COLUMNS), [200, "yes", "chemo", 90, "yes"])
    return replaced(plain, b"<worksheet", declared)


def parquet_table(columns: list[tuple[str, list[Any]]]) -> bytes:
    written = io.BytesIO()
    names = [name for name, _values in columns]
    pq.write_table(pa.table([pa.array(values) for _name, values in columns], names), written)
    return written.getvalue()


def parquet_of(columns: dict[str, object], **options: object) -> bytes:
    written = io.BytesIO()
    pq.write_table(pa.table(columns), written, **options)
    return written.getvalue()


HOSTILE = {
    "empty": (b"", "is empty"),
    "mark-only": (b"\xef\xbb\xbf\r\n", "is empty"),
    "spaces": (b" \n\n", "is empty"),
    "header-only": (text_table(), "no rows"),
    "one-column": (b"treatment\nchemo\n", "no comma"),
    "too-large": (b"x," * (10 * MEGABYTE + 1), f"larger than {LARGEST_MEGABYTES}"),
    "million-columns": (b"," .join(b"c%d" % i for i in range(10**6)) + b"\n1\n", "more than 200"),
    "million-fields": (text_table(*GOOD_ROWS) + b"," * 10**6, None),
    "too-many-rows": (text_table(*["200,yes,chemo,90,yes"] * (MOST_ROWS + 1)), "more than 100000"),
    "same-name": (b"death,b,death\n1,2,3\n", "Columns 1 and 3"),
    "same-name-workbook": (workbook(["b", "Age", "Age"], [1, 2, 3]), "Columns 2 and 3"),
    "same-name-parquet": (
        parquet_table([("death", [1]), ("b", [1]), ("death", [1])]), "Columns 1 and 3"
    ),
    "blank-rows": (text_table(",,,,", ",,,,"), "no rows"),
    "empty-parquet": (parquet_table([]), "is empty"),
    "header-parquet": (parquet_of({"a": pa.array([], pa.int64())}), "no rows"),
    "no-name": (b"a,,c\n1,2,3\n", "Column 2 has no name"),
    "nul": (b"a,b\n1,\x00\n", "not text in UTF-8"),
    "utf-16": (HEADER.encode("utf-16"), "not text in UTF-8"),
    "neither-encoding": (b"a,b\n\x81\x8d,\xff\n", "not text in UTF-8"),
    "control": (b"a,b\n1,\x07\n", "not text in UTF-8"),
    "long-value": (b"a,b\n1," + b"x" * 2000 + b"\n", "longer than 1000"),
    "field-limit": (b"a,b\n1," + b"x" * 200_000 + b"\n", "cannot be read as CSV"),
    "open-quotation": (b'a,b\n1,"x\n', "quotation mark"),
    "web-page": (b"\xef\xbb\xbf <html><table><tr><td>a,b;c</td></tr></table></html>", "web page"),
    "old-excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "older Excel"),
    "zip-bomb": (bomb(), "once it is unpacked"),
    "other-archive": (archive_of(content="<office/>"), "not an Excel workbook"),
    "protected": (protected_archive(), "password"),
    "entities": (entity_bomb(), "no spreadsheet writes"),
    "utf-16-xml": (
        archive_of(xl__workbook="<\0!\0D\0O\0C\0T\0Y\0P\0E\0"),
        "no spreadsheet writes",
    ),
    "cut-workbook": (workbook(["a", "b"], [1, 2])[:-40], "damaged"),
    "odd-workbook": (archive_of(xl__workbook="<workbook/>"), "damaged"),
    "empty-workbook": (workbook(), "no rows"),
    "wide-workbook": (workbook([f"c{i}" for i in range(MOST_COLUMNS + 1)], [1]), "more than 200"),
    "cut-parquet": (parquet_of({"a": [1]})[:-9], "damaged"),
    "nested-parquet": (parquet_of({"a": [1], "b": [[1, 2]]}), "Column 2"),
    "wide-parquet": (parquet_of({f"c{i}": [1] for i in range(MOST_COLUMNS + 1)}), "more than 200"),
    "parquet-bomb": (
        parquet_of({"a": pa.array(range(10_000)), "b": pa.array([bytes(40_000)] * 10_000)},
                   use_dictionary=False, compression="zstd"),
        "once it is unpacked",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_one_sentence(name: str) -> None:
    content, expected = HOSTILE[name]
    if expected is None:
        assert read_and_check(content).n_rows == len(GOOD_ROWS)
        return
    with pytest.raises(TableError, match=re.escape(expected)) as refused:
        read_table(content, "cohort.csv")
    assert str(refused.value).count(". ") <= 1
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_a_long_text_that_many_rows_share_is_never_repeated_in_memory() -> None:
    shared = pa.DictionaryArray.from_arrays(pa.array([0] * 500), ["x" * 400_000])
    content = parquet_of({"a": [1] * 500, "b": shared}, store_schema=False)
    usual = pa.default_memory_pool()
    measured = pa.proxy_memory_pool(usual)
    pa.set_memory_pool(measured)
    try:
        with pytest.raises(TableError, match="longer than"):
            read_table(content)
    finally:
        pa.set_memory_pool(usual)
    assert 0 < measured.max_memory() < 50 * MEGABYTE


def test_a_sheet_that_claims_a_million_rows_and_columns_is_not_believed() -> None:
    plain = workbook(list(REQUIRED_COLUMNS), [200, "yes", "chemo", 90, "yes"])
    claiming = replaced(plain, b'<dimension ref="A1:E2"', b'<dimension ref="A1:XFD1048576"')
    assert len(read_and_check(claiming).children) == 1
    far = replaced(plain, b'<row r="2"', b'<row r="1048576"')
    assert read_and_check(far).children.index.tolist() == [2**20]


# What a sheet may be made of, so that a small file keeps a reader busy.
MANY_SHEETS = {
    "one-value-far-down": b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>',
    "only-claims": b"",
    "one-name": b'<row r="1"><c r="A1"><v>1</v></c></row>',
}
TOO_MUCH = {
    "only-formats": b"".join(b'<row r="%d"/>' % line for line in range(1, 2**20)),
    "too-many-values": b"".join(
        b'<row r="%d">%s</row>' % (line, b"<c><v>1</v></c>" * 100) for line in range(1, 200)
    ),
}


def sheets_of(rows: bytes, n_sheets: int) -> bytes:
    """A workbook all of whose sheets hold the same rows, and claim to be as large as can be."""
    plain = workbook(["x"], **{f"S{number}": [["x"]] for number in range(1, n_sheets)})
    claiming = replaced(plain, b'<dimension ref="A1:A1"', b'<dimension ref="A1:XFD1048576"')
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(claiming)) as source,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            text = source.read(name)
            if name.startswith("xl/worksheets/"):
                head, _begun, rest = text.partition(b"<sheetData>")
                text = head + b"<sheetData>" + rows + b"</sheetData></worksheet>"
                assert rest
            target.writestr(name, text)
    return written.getvalue()


@pytest.mark.parametrize("rows", MANY_SHEETS)
def test_many_sheets_without_a_table_are_read_in_a_moment(rows: str) -> None:
    content = sheets_of(MANY_SHEETS[rows], 300)
    assert len(content) < 200_000
    begun = time.monotonic()
    with pytest.raises(TableError, match=r"no rows.* save the sheet that is meant on its own"):
        read_table(content)
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("rows", TOO_MUCH)
def test_a_workbook_that_would_take_too_long_is_given_back_with_what_to_do(
    rows: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_file, "SECONDS", 0.2)
    monkeypatch.setattr(workbook_file, "MOST_CELLS", 100 * 150)
    begun = time.monotonic()
    with pytest.raises(TableError, match="Save the sheet of the children alone"):
        read_table(sheets_of(TOO_MUCH[rows], 2))
    assert time.monotonic() - begun < 10


MANY_TEXTS = b"".join(b"<si><t>%d</t></si>" % number for number in range(100_000))


@pytest.mark.parametrize(
    ("texts", "rows", "seconds"),
    [
        (MANY_TEXTS, b"", 0.1),
        # What would have to be held at once is refused before anything is parsed.
        (b"<si><t>" + b"a" * 2 * LARGEST_PIECE + b"</t></si>", b"", 1e9),
        (b"<si>" + b"<r><t>a</t></r>" * MOST_TAGS + b"</si>", b"", 1e9),
        (b"", b'<row r="1">' + b"<c/>" * 2 * MOST_TAGS + b"</row>", 1e9),
    ],
    ids=["many-texts", "long-text", "text-of-many-parts", "wide-row"],
)
def test_texts_that_all_sheets_share_and_rows_are_paid_from_the_same_budget(
    texts: bytes, rows: bytes, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_file, "SECONDS", seconds)
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % kind
    written = io.BytesIO(replaced(sheets_of(rows, 1), b"</Types>", part, "[Content_Types]"))
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(written, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b'<sst xmlns="%s">%s</sst>' % (space, texts))
    with pytest.raises(TableError, match="Save the sheet of the children alone"):
        read_table(written.getvalue())


ONE_CHILD: list[Sequence[object]] = [list(REQUIRED_COLUMNS), [200, "yes", "chemo", 90, "yes"]]


def with_styles(content: bytes, *parts: str) -> bytes:
    """A workbook with other formats."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if name != "xl/styles.xml":
                target.writestr(name, source.read(name))
        styles = f'<styleSheet xmlns="{space}">{"".join(parts)}</styleSheet>'
        target.writestr("xl/styles.xml", styles)
    return written.getvalue()


def a_moment() -> float:
    """How long this machine, as busy as it is, takes to read 100,000 elements of XML."""
    begun = time.thread_time()
    for _event, element in ElementTree.iterparse(io.BytesIO(b"<a>%s</a>" % (b"<b/>" * 100_000))):
        element.clear()
    return time.thread_time() - begun


@contextlib.contextmanager
def within_moments(most: float) -> Iterator[None]:
    """Hold what is done within so many moments, as they are before and after it."""
    before = a_moment()
    begun = time.thread_time()
    yield
    took = time.thread_time() - begun
    assert took < most * max(before, a_moment())


@contextlib.contextmanager
def within_calls(most: int) -> Iterator[None]:
    """Hold what is done within so many calls: other work on the machine does not change them."""
    calls = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        yield
    finally:
        sys.setprofile(before)
    assert calls < most


def formats_of(*codes: str) -> tuple[str, str]:
    numbers = range(200, 200 + len(codes))
    own = (
        f'<numFmt numFmtId="{number}" formatCode="{code}"/>'
        for number, code in zip(numbers, codes, strict=True)
    )
    used = (f'<xf numFmtId="{number}"/>' for number in numbers)
    return f"<numFmts>{''.join(own)}</numFmts>", f"<cellXfs>{''.join(used)}</cellXfs>"


@pytest.mark.parametrize(
    "codes",
    [["[" * 200_000], ["[" * 20_000] * 300, ["0", '"' * 1001], [f"0.{i}" for i in range(5001)]],
    ids=["one-long", "many-long", "behind-another", "many"],
)  # fmt: skip
def test_formats_that_no_workbook_has_are_refused_before_they_are_looked_at(
    codes: list[str],
) -> None:
    written = [code.replace('"', "&quot;") for code in codes]
    content = with_styles(workbook(*ONE_CHILD), *formats_of(*written))
    with (
        within_moments(15),
        pytest.raises(TableError, match="Save the sheet of the children alone"),
    ):
        read_table(content)


def test_many_ordinary_formats_are_read_and_only_those_of_cells_make_dates() -> None:
    content = workbook(["a", "b", "c", "d"], [1, 2, 43000, 1e300])
    for cell, style in (("C2", 3), ("D2", 3)):
        content = replaced(content, b'r="%s"' % cell.encode(), b's="%d"' % style)
    other = '<xf numFmtId="14"/>'
    content = with_styles(
        content,
        '<numFmts><numFmt numFmtId="300" formatCode="0"/>',
        '<numFmt numFmtId="301" formatCode="[$-40C]d mmm yyyy"/></numFmts>',
        f"<cellStyleXfs>{other * 4}</cellStyleXfs>",
        f'<cellXfs><xf/><xf numFmtId="300"/><xf/><xf numFmtId="301"/>{other * 60_000}</cellXfs>',
        '<dxfs><dxf><numFmt numFmtId="300" formatCode="yyyy"/></dxf></dxfs>',
    )
    cells = read_table(replaced(content, b'<c r="A2"', b'<c r="A2" s="1"')).cells
    # A number that is on no calendar is none, and warns of nothing.
    assert list(cells.loc[2]) == ["1", "2", "2017-09-22", "#VALUE!"]


ELEMENTS = 30_000
WEIGHTY = {
    "formats": with_styles(workbook(*ONE_CHILD), f"<cellXfs>{'<xf/>' * ELEMENTS}</cellXfs>"),
    "fonts": with_styles(workbook(*ONE_CHILD), f"<fonts>{'<font/>' * ELEMENTS}</fonts>"),
    "breaks": replaced(
        workbook(*ONE_CHILD), b"</sheetData>",
        b"</sheetData><rowBreaks>%s</rowBreaks>" % (b'<brk id="1"/>' * ELEMENTS),
    ),
    "rules": replaced(
        workbook(*ONE_CHILD), b"<sheetData>",
        b"<conditionalFormatting><cfRule/></conditionalFormatting>" * ELEMENTS + b"<sheetData>",
    ),
    "rows": replaced(workbook(*ONE_CHILD), b"</row></sheetData>",
                     b"</row>%s</sheetData>" % (b'<row ht="9"/>' * ELEMENTS)),
}  # fmt: skip


@pytest.mark.parametrize("name", WEIGHTY)
def test_what_is_not_read_of_a_workbook_is_not_made_much_of(name: str) -> None:
    # Counted, not timed: 14 to 37 calls an element; openpyxl left to itself makes 64 to 128.
    with within_calls(45 * ELEMENTS):
        assert len(read_table(WEIGHTY[name]).cells) == 1


def test_rows_that_were_read_are_not_kept() -> None:
    content = replaced(
        workbook(*ONE_CHILD), b"</row></sheetData>", b"</row>%s</sheetData>" % (b"<row/>" * 50_000)
    )
    tracemalloc.start()
    try:
        read_table(content)
        assert tracemalloc.get_traced_memory()[1] < 4 * MEGABYTE
    finally:
        tracemalloc.stop()


def test_a_row_of_attributes_is_refused_before_it_is_parsed() -> None:
    attributes = b"".join(b' a%d="1"' % number for number in range(600_000))
    content = replaced(workbook(*ONE_CHILD), b"<row ", b"<row%s " % attributes)
    with (
        within_moments(15),
        pytest.raises(TableError, match="Save the sheet of the children alone"),
    ):
        read_table(content)


def test_a_long_sheet_that_is_refused_is_not_passed_over_for_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    long = [*ONE_CHILD, *ONE_CHILD[1:] * 30, ["x" * 1001, *ONE_CHILD[1][1:]]]
    content = workbook(*long, Other=ONE_CHILD)
    assert read_table(content).sheets == ("Other", "Sheet")
    monkeypatch.setattr(workbook_file, "MOST_PASSED_OVER", 100)
    with pytest.raises(TableError, match=r"longer than 1000 characters\.$"):
        read_table(content)


def test_a_long_table_has_the_time_that_its_cells_need(monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[Sequence[object]] = [REQUIRED_COLUMNS, *[[200, "yes", "chemo", 90, "yes"]] * 1000]
    content = workbook(["notes"], Children=rows)
    ticks = itertools.count(step=0.01)  # of a clock that goes on whenever it is looked at
    monkeypatch.setattr(workbook_file, "time", SimpleNamespace(thread_time=lambda: next(ticks)))
    monkeypatch.setattr(workbook_file, "SECONDS_PER_CELL", 0.01)
    assert len(read_table(content).cells) == 1000
    monkeypatch.setattr(workbook_file, "SECONDS_PER_CELL", 0)
    with pytest.raises(TableError, match="takes too long"):
        read_table(content)


def test_another_sheet_can_be_asked_for() -> None:
    rows = [REQUIRED_COLUMNS, [200, "yes", "chemo", 90, "yes"]]
    content = workbook(["notes"], ["x"], Children=rows)
    assert read_table(content).sheets == ("Sheet", "Children")
    chosen = read_table(content, sheet="Children")
    assert chosen.sheets == ("Children", "Sheet")
    assert len(checked(chosen, suggest_mapping(chosen)).children) == 1
    assert read_table(workbook(["notes"], Children=rows)).sheets == ("Children", "Sheet")
    with pytest.raises(TableError, match="no such sheet"):
        read_table(content, sheet="Other")


# --------------------------------------------------------------------------------- what is unlikely


def doubtful(**columns: Any) -> str:
    cohort = CHILDREN[list(REQUIRED_COLUMNS)].assign(**columns)
    return " ".join(read_and_check(cohort.to_csv(index=False).encode()).doubts)


def test_units_origin_deaths_and_twins_are_doubted_and_a_plain_cohort_is_not() -> None:
    assert doubtful() == ""
    os_days, days_to_failure = CHILDREN["os_days"], CHILDREN["days_to_failure"]
    assert "Survival is below 365 in every row" in doubtful(os_days=os_days // 30)
    assert "looks like months" in doubtful(os_days=os_days // 30)
    assert "Survival is below 30" in doubtful(os_days=os_days // 365)
    assert "looks like years" in doubtful(os_days=os_days // 365)
    months = doubtful(days_to_failure=days_to_failure // 30)
    assert "Time to failure is below 120" in months
    assert "not a whole number" in doubtful(os_days=os_days + 0.5)
    assert "longer than 20 years in 1 row" in doubtful(os_days=[9000, *os_days[1:]])
    assert "counted from relapse" in doubtful(os_days=os_days + days_to_failure)
    assert "Every child died" in doubtful(death="yes")
    assert "No child died" in doubtful(death="no")
    rows = text_table(*GOOD_ROWS, GOOD_ROWS[0])
    assert "lines 2, 5" in " ".join(read_and_check(rows).doubts)
    with_id = text_table("a,200,yes,chemo,90,yes", "a,20,yes,chemo,91,yes", header=f"id,{HEADER}")
    assert "Rows of the same patient: lines 2, 3" in " ".join(read_and_check(with_id).doubts)


# --------------------------------------------------------------------------------------- mappings


def saved(**changes: object) -> str:
    return json.dumps(json.loads(Mapping({"death": "dc"}).to_json()) | changes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "not JSON"),
        ("[" * 200_000, "not JSON"),
        ('{"\\ud800": 1}', "not JSON"),
        (" " * 300_000, "too large"),
        ("[]", "not a mapping"),
        ("{}", "not a mapping"),
        (saved(version=2), "reads version 1"),
        (saved(rows=[1]), "“format”"),
        (saved(columns={"name": "x"}), "“columns”"),
        (saved(columns={"death": 1}), "“columns”"),
        (saved(columns=[]), "“columns”"),
        (saved(codings={"death": {"x": "perhaps"}}), "“codings”"),
        (saved(codings={"death": ["x"]}), "“codings”"),
        (saved(codings={"age_years": {"x": None}}), "“codings”"),
        (saved(units={"os_days": "weeks"}), "“units”"),
        (saved(units={"os_days": []}), "“units”"),
        (saved(date_order="year_first"), "“date_order”"),
        (saved(date_order=[]), "“date_order”"),
    ],
)
def test_a_mapping_that_is_none_is_refused_in_words(text: str, expected: str) -> None:
    with pytest.raises(TableError, match=expected):
        Mapping.from_json(text)


def test_a_table_is_loaded_from_a_path_with_its_mapping_and_refused_in_words(
    tmp_path: Path,
) -> None:
    table, mapping = tmp_path / "cohort.csv", tmp_path / "mapping.json"
    table.write_bytes(text_table(*GOOD_ROWS).replace(b"death", b"dc"))
    with pytest.raises(TableError, match="known to be: death"):
        load_children(table)
    names = {name: "dc" if name == "death" else name for name in REQUIRED_COLUMNS}
    mapping.write_text(Mapping(names).to_json(), encoding="utf-8")
    with pytest.raises(TableError, match="“dc” holds"):
        load_children(table, mapping)
    codings: dict[str, Coding] = {"death": {"yes": "yes", "no": "no"}}
    mapping.write_text(Mapping(names, codings).to_json(), encoding="utf-8")
    assert len(load_children(table, mapping).children) == len(GOOD_ROWS)
    mapping.write_text(Mapping(names | {"sex": "gender"}).to_json(), encoding="utf-8")
    with pytest.raises(TableError, match="lacks, for: sex"):
        load_children(table, mapping)
    mapping.write_bytes(b"\xff")
    with pytest.raises(TableError, match="not JSON"):
        load_children(table, mapping)
    with pytest.raises(TableError, match="cannot be found"):
        load_children(tmp_path / "none.csv")


def test_no_refusal_holds_a_value_of_the_file() -> None:
    rows = [f"200,yes,{SECRET},90,yes"]
    broken = [
        text_table(*rows, header=f"{SECRET},{SECRET}"),
        text_table(*rows, f'"{SECRET}'),
        text_table(*rows) + b"\x00",
        text_table(*rows, header=f"{SECRET},b,c,d,e"),
    ]
    for content in broken:
        with pytest.raises(TableError) as refused:
            read_and_check(content)
        assert SECRET not in str(refused.value)
    assert SECRET not in repr(read_table(text_table(*rows)))
    assert SECRET not in repr(read_and_check(text_table(*rows)))


# --------------------------------------------------------------------------------------- the page


@pytest.fixture
def registry() -> Iterator[AppTest]:
    with entry_script_first():
        app = open_app()
        app.switch_page("pages/registry.py")
        yield app.run()


def bring(app: AppTest, content: bytes, name: str = "cohort.csv") -> AppTest:
    app.main.file_uploader[0].set_value((name, content, "text/csv")).run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.main.button if button.label == label).click()
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    elements = [*app.main.markdown, *app.main.info, *app.main.warning, *app.main.error]
    return "\n".join(str(element.value) for element in elements)


def choose(app: AppTest, label: str, option: str) -> None:
    next(box for box in app.main.selectbox if box.label == label).set_value(option).run()
    assert not app.exception


def tell_outcome(app: AppTest, **codes: str) -> None:
    """Tell what values of the column of deaths mean, which come after those of other columns."""
    for value, code in codes.items():
        [box for box in app.main.selectbox if box.label == f"`{value}`"][-1].set_value(code).run()
        assert not app.exception


def held(app: AppTest) -> str:
    """All that the session holds, as far as it can be written out."""
    parts = []
    for _, value in app.session_state._state.filtered_state.items():
        parts.append(repr(value))
        table = getattr(value, "table", None)
        if table is not None:
            parts.append(table.cells.to_csv())
    return "\n".join(parts)


def test_a_plain_table_is_settled_by_one_button_and_forgotten_by_another(registry: AppTest) -> None:
    header = f"name,id,{HEADER}"
    rows = [f"{SECRET}{i},kept{i},{row}" for i, row in enumerate(GOOD_ROWS)]
    app = bring(registry, text_table(*rows, header=header))
    assert "1 column is not used" in said(app)
    assert SECRET in held(app)
    press(app, "Use these columns")
    assert "Children: 3, of whom 2 died" in said(app)
    assert SECRET not in held(app)
    assert "kept1" in held(app)
    first_key = app.session_state["registry_brought"].key
    assert first_key
    app.run()
    brought = app.session_state["registry_brought"]
    assert brought.key == first_key
    rows_in_memory = [weakref.ref(brought.checked.children), weakref.ref(brought.table.cells)]
    del brought
    press(app, "Forget this table")
    assert "registry_brought" not in app.session_state
    assert "kept1" not in held(app)
    assert "Children:" not in said(app)
    gc.collect()
    assert [rows() for rows in rows_in_memory] == [None, None]


def test_valid_rows_are_used_alone_only_if_somebody_says_so(registry: AppTest) -> None:
    app = bring(registry, text_table(*GOOD_ROWS, f"{SECRET},,chemo,90,yes", "20,,chemo,91,yes"))
    press(app, "Use these columns")
    assert "1 of 5 rows cannot be used as it stands" in said(app)
    assert "Children:" not in said(app)
    box = next(box for box in app.main.checkbox if "4 valid rows" in box.label)
    box.check().run()
    assert "Children: 4" in said(app)
    assert "Remission status missing: 1" in said(app)
    key = app.session_state["registry_brought"].key
    rule = next(radio for radio in app.main.radio if "remission status" in radio.label)
    rule.set_value("averaged").run()
    assert not app.exception
    assert app.session_state["registry_brought"].key != key


def test_rows_are_left_out_only_as_long_as_they_are_the_same(registry: AppTest) -> None:
    app = bring(registry, text_table(*GOOD_ROWS, "41,no,DLI only,9,yes", f"{SECRET},,chemo,90,yes"))
    press(app, "Use these columns")
    next(box for box in app.main.checkbox if "Leave these rows out" in box.label).check().run()
    assert "Children: 4" in said(app)
    value = next(box for box in app.main.selectbox if box.label == "`DLI only`")
    value.set_value("").run()
    assert "Children:" not in said(app)
    assert not next(box for box in app.main.checkbox if "Leave these" in box.label).value


def test_what_values_mean_is_told_on_screen_and_by_a_saved_mapping(registry: AppTest) -> None:
    content = text_table(*GOOD_ROWS).replace(b"treatment", b"bras").replace(b"chemo", b"B2")
    content = content.replace(b"death", b"dc")
    app = bring(registry, content)
    settle = next(button for button in app.main.button if button.label == "Use these columns")
    assert settle.disabled
    assert "Still to be told" in said(app)
    choose(app, "Death", "dc")
    choose(app, "`B2`", "chemo")
    tell_outcome(app, yes="yes", no="no")
    mapping = app.session_state["registry_brought"].mapping
    press(app, "Use these columns")
    assert "Children: 3, of whom 2 died" in said(app)

    press(app, "Forget this table")
    bring(app, content)
    uploader = next(field for field in app.main.file_uploader if "mapping" in field.label)
    saved_mapping = mapping.to_json().encode()
    uploader.set_value(("mapping.json", saved_mapping, "application/json")).run()
    assert "The mapping is loaded" in "".join(str(line.value) for line in app.main.success)
    press(app, "Use these columns")
    assert "Children: 3, of whom 2 died" in said(app)
    assert app.session_state["registry_brought"].mapping == mapping


def test_a_table_short_in_every_row_stays_on_the_page_with_its_problems(registry: AppTest) -> None:
    content = (TABLES / "validate-all-rows-short.csv").read_bytes()
    app = press(bring(registry, content), "Use these columns")
    assert "1 of 1 rows cannot be used" in said(app)
    assert any("6 fields, as in line 1" in block.proto.body for block in app.main.get("html"))
    assert any(button.label == "Forget this table" for button in app.main.button)


def test_columns_of_the_same_name_are_told_on_the_page_and_not_offered(registry: AppTest) -> None:
    header = f"{HEADER},issue,issue"
    app = bring(registry, text_table(*(f"{row},1,2" for row in GOOD_ROWS), header=header))
    assert "Columns 6, 7 have the same name in line 1" in said(app)
    assert not any("issue" in box.options for box in app.main.selectbox)
    press(app, "Use these columns")
    assert "Children: 3, of whom 2 died" in said(app)


def test_an_outcome_that_may_be_either_has_to_be_told_before_rows_are_used(
    registry: AppTest,
) -> None:
    app = bring(registry, (TABLES / "03-vital-status-1-alive.csv").read_bytes())
    for value in ("1", "0"):
        settle = next(button for button in app.main.button if button.label == "Use these columns")
        assert settle.disabled
        assert "`vital_status` holds" in said(app)
        box = next(box for box in app.main.selectbox if box.label == f"`{value}`")
        assert box.value == ""
        box.set_value({"1": "no", "0": "yes"}[value]).run()
    assert "`vital_status` holds" not in said(app)
    press(app, "Use these columns")
    assert "Children: 2, of whom 1 died" in said(app)
    assert app.session_state["registry_brought"].checked.children["death"].tolist() == [False, True]
    choose(app, "`1`", "")
    assert "`vital_status` holds `1`" in said(app)
    assert "Children:" not in said(app)


def test_what_a_value_meant_in_one_column_is_not_taken_for_another(registry: AppTest) -> None:
    rows = [f"{row.rsplit(',', 1)[0]},{i % 2},{1 - i % 2}" for i, row in enumerate(GOOD_ROWS)]
    header = HEADER.replace("death", "death,vital_status")
    app = bring(registry, text_table(*rows, header=header))
    mapping = app.session_state["registry_brought"].mapping
    assert mapping.codings["death"] == {"0": "no", "1": "yes"}
    choose(app, "Death", "vital_status")
    assert "death" not in app.session_state["registry_brought"].mapping.codings
    assert "`vital_status` holds" in said(app)


def test_whom_the_rows_left_out_were_is_said_above_the_tick_in_the_words_of_the_command_line(
    registry: AppTest,
) -> None:
    path = TABLES / "07-only-valid-drops-the-living.csv"
    app = bring(registry, path.read_bytes())
    press(app, "Use these columns")
    found = load_children(path)
    assert found.left_out
    for sentence in (*found.left_out, *found.doubts):
        assert sentence in said(app)
    assert "Every child died" not in said(app)
    next(box for box in app.main.checkbox if "54 valid rows" in box.label).check().run()
    for doubt in found.doubts_of_valid:
        assert doubt in said(app)
    assert "Every child died" in said(app)
    choose(app, "an empty cell", "no")
    assert "Children: 60, of whom 54 died" in said(app)
    assert "Every child died" not in said(app)
    assert "Rows left out" not in said(app)


def test_whom_the_rule_for_what_is_missing_leaves_out_is_said_below_it(registry: AppTest) -> None:
    rows = [f"200,yes,chemo,{90 + i},yes" for i in range(12)]
    rows += [f"200,yes,,{900 + i},no" for i in range(6)]
    app = press(bring(registry, text_table(*rows)), "Use these columns")
    found = app.session_state["registry_brought"].checked
    assert found.incomplete
    for sentence in (*found.incomplete, *found.doubts_of_complete):
        assert sentence in said(app)
    assert "Every child died" in said(app)
    rule = next(radio for radio in app.main.radio if "remission status" in radio.label)
    rule.set_value("averaged").run()
    assert "Rows left out" not in said(app)
    assert "Every child died" not in said(app)


def test_a_second_column_of_the_outcome_is_kept_to_be_compared_and_a_contradiction_is_shown(
    registry: AppTest,
) -> None:
    rows = [f"{row},{alive},x" for row, alive in zip(GOOD_ROWS, "001", strict=True)]
    header = f"{HEADER},alive,notes"
    app = bring(registry, text_table(*rows, "40,no,chemo,21,yes,1,x", header=header))
    assert "1 column is not used" in said(app)
    press(app, "Use these columns")
    assert "1 of 4 rows cannot be used" in said(app)
    shown = [block.proto.body for block in app.main.get("html")]
    assert any("death, alive" in one and "contradict each other" in one for one in shown)
    found = app.session_state["registry_brought"].checked
    assert found.problems["row"].tolist() == [5]


def test_a_file_that_cannot_be_used_is_refused_on_the_page(registry: AppTest) -> None:
    app = bring(registry, b"\xd0\xcf\x11\xe0" + bytes(100), "cohort.xlsx")
    assert "older Excel" in said(app)
    assert app.main.file_uploader


def test_an_unforeseen_error_tells_the_log_no_value(
    registry: AppTest, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ValueError(f"could not convert {SECRET}")

    monkeypatch.setattr("ui.registry.children.read_table", fail)
    app = bring(registry, text_table(*GOOD_ROWS))
    assert "Something went wrong" in said(app)
    assert "ValueError in test_children.py" in caplog.text
    assert SECRET not in caplog.text


# -------------------------------------------------------------------------------- memory, not disk


def test_what_is_uploaded_is_received_in_memory_however_large() -> None:
    importlib.import_module("ui.registry.upload")
    config = tomllib.loads(Path(".streamlit/config.toml").read_text(encoding="utf-8"))
    assert config["server"]["maxUploadSize"] == LARGEST_MEGABYTES
    largest = LARGEST_MEGABYTES * MEGABYTE
    body = (
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="cohort.csv"\r\n\r\n'
        + bytes(largest)
        + b"\r\n--x--\r\n"
    )

    async def stream() -> AsyncIterator[bytes]:
        for start in range(0, len(body), MEGABYTE):
            yield body[start : start + MEGABYTE]

    headers = Headers({"content-type": "multipart/form-data; boundary=x"})
    form = asyncio.run(MultiPartParser(headers, stream()).parse())  # type: ignore[arg-type]
    received = form["f"]
    assert isinstance(received, UploadFile)
    assert received.size == largest
    assert not received.file._rolled, "on disk"  # type: ignore[attr-defined]
    received.file.close()
