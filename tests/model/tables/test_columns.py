"""No column is taken twice, for another one, or passed over without a word, in any kind of file."""

import io
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from model.case import FIELDS
from model.cli.main import main
from model.tables.columns import meant_by
from model.tables.synonyms import NAMES, plain
from model.tables.written import as_csv

TABLES = Path(__file__).parents[2] / "data" / "tables"
CASE = {"case_id": "a", "leukemia": "AML", "days_to_failure": "200", "post_transplant_cr": "yes"}
SCENARIO = {
    "case_id": "a",
    "treatment": "chemo",
    "days_to_failure": "9",
    "post_transplant_cr": "no",
}
CHILD = {"treatment": "chemo", "days_to_failure": "200", "post_transplant_cr": "yes"} | {
    "os_days": "90",
    "death": "yes",
}
Columns = Sequence[tuple[str, str]]
# Foreign to the model; some are like a name that it reads.
INNOCENT = (
    "age sex centre notes day date leukemia_subtype mrd_day28 tbi_dose hospital weight "
    "height relapse_site birth_year donor cmv karyotype wbc mrd_1 mrd_2 treatment_2 "
    "treatment_date post_transplant_mrd posttransplant_mrd  days_in_hospital "
    "days_to_engraftment days_to_death age_months gvhd_grade failure_type failure_rate "
    "last_day cr cr1 performance_status conditioning_drug case_number non_myeloablative "
    "transplant_number stem_cell_dose survived"
)


def csv_file(columns: Columns) -> bytes:
    return as_csv(zip(*columns, strict=True)).encode()


def parquet_file(columns: Columns) -> bytes:
    written = io.BytesIO()
    names = [name for name, _value in columns]
    pq.write_table(pa.table([pa.array([value]) for _name, value in columns], names), written)
    return written.getvalue()


def workbook_file(columns: Columns) -> bytes:
    book = openpyxl.Workbook()
    for row in zip(*columns, strict=True):
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


Run = Callable[[Columns], tuple[int, str, bool]]


@pytest.fixture(params=["predict csv", "predict parquet", "predict folder", "compare csv"] + [
    f"validate {kind}" for kind in ("csv", "parquet", "xlsx")
])  # fmt: skip
def verb(
    request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[str, Run]:
    """A verb and kind of file; what it says of columns, with its status, and whether it wrote."""
    name, kind = request.param.split()
    make = {"csv": csv_file, "xlsx": workbook_file}.get(kind, parquet_file)

    def run(columns: Columns) -> tuple[int, str, bool]:
        source, output = tmp_path / f"cases.{kind}", tmp_path / f"written.{kind}"
        if kind == "folder":
            source.mkdir(exist_ok=True)
            (source / "1.parquet").write_bytes(make(columns))
            shutil.rmtree(output, ignore_errors=True)
        else:
            source.write_bytes(make(columns))
        arguments = ["-o", str(output)]
        if name == "validate":
            arguments = ["--only-valid", "--replicates", "20"]
        status = main([name, str(source), *arguments])
        said = capsys.readouterr()
        return status, said.err.replace(str(source), "FILE"), output.exists() or bool(said.out)

    return name, run


def good(name: str) -> dict[str, str]:
    return {"predict": CASE, "compare": SCENARIO, "validate": CHILD}[name]


OPTIONAL = {"predict": "days_survived", "compare": "days_survived", "validate": "stem_cell_source"}


def test_a_used_column_that_stands_twice_is_refused_with_both_places(verb: tuple[str, Run]) -> None:
    name, run = verb
    for column in good(name):
        columns = [*good(name).items(), (column, "1")]
        first = list(good(name)).index(column) + 1
        status, said, wrote = run(columns)
        assert (status, wrote) == (2, False), column
        assert f"olumns {first} and {len(columns)} " in said
        assert column in said


@pytest.mark.parametrize(
    "other",
    [
        str.upper,
        str.title,
        "{} ".format,
        "\ufeff{}".format,
        lambda name: name.replace("_", "-"),
        lambda name: name.replace("_", " "),
        lambda name: name.replace("_", ""),
        "{}.1".format,
        "{}_1".format,
        "{} (1)".format,
        "{}_right".format,
        "{}.x".format,
        "{}:1".format,
        "{} [days]".format,
        "{} (in days)".format,
        lambda name: name[:-4] + name[-3:],  # a letter less
        lambda name: name[:-3] + name[-2] + name[-3] + name[-1],  # two letters swapped
    ],
)
def test_a_near_miss_is_refused_with_the_name_that_is_meant_and_so_is_a_near_second(
    verb: tuple[str, Run], other: Callable[[str], str]
) -> None:
    name, run = verb
    column = OPTIONAL[name]
    status, said, wrote = run([*good(name).items(), (other(column), "60")])
    if name == "validate":
        # A table's own way of writing a name is understood; what no measure needs, nobody misses.
        assert "meant" not in said
        assert ("not used" in said) == (plain(other(column)) != plain(column))
    else:
        assert (status, wrote) == (2, False)
        assert f"column {len(good(name)) + 1}, “" in said
        assert f": is {column} meant?" in said
    required = "days_to_failure"
    status, said, wrote = run([*good(name).items(), (other(required), "60")])
    assert (status, wrote) == (2, False)
    place = list(good(name)).index(required) + 1
    assert (
        f"could be a second {required}, which is column {place}" in said
        or f"olumns {place} and {len(good(name)) + 1} " in said
    )


FRENCH = {
    "treatment": "Traitement",
    "days_to_failure": "Délai rechute",
    "post_transplant_cr": "RC post greffe",
    "os_days": "Survie",
    "death": "Décès",
}
IN_FRENCH = [(FRENCH[name], value) for name, value in CHILD.items()]
DATES = [("transplant_date", "2015-01-01"), ("failure_date", "2015-07-20")]
WITHOUT_DAYS = [item for item in CHILD.items() if item[0] != "days_to_failure"]


def validated(columns: Columns, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    source = folder / "cohort.csv"
    source.write_bytes(csv_file(columns))
    main(["validate", str(source), "--only-valid", "--replicates", "20"])
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("columns", "others"),
    [
        (
            list(CHILD.items()),
            "transplant_date_1 transplant_date_2 last_date_2 leukemia_2 age_year patients "
            "stem_cell_source_2 myeloablative_2 leukmia treatment_2",
        ),
        (IN_FRENCH, "treatment_2 days_to_failure_2 post_transplant_cr_2"),
        ([*WITHOUT_DAYS, *DATES], "days_to_failure_2 last_date_1"),
    ],
    ids=["all", "french", "dates"],
)
def test_validate_names_what_no_measure_needs_as_not_used(
    columns: Columns, others: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = validated([*columns, *((name, "x") for name in others.split())], tmp_path, capsys)
    assert f"columns not used: {', '.join(others.split())}\n" in said
    assert "meant" not in said


@pytest.mark.parametrize(
    ("columns", "other", "meant"),
    [
        (list(CHILD.items()), "treatmnt", "treatment"),
        (list(CHILD.items()), "days_to_failure.1", "days_to_failure"),
        (list(CHILD.items()), "os_days [days]", "os_days"),
        (list(CHILD.items()), "os_days_right", "os_days"),
        ([*CHILD.items(), ("sex", "male")], "sex.1", "sex"),
        (IN_FRENCH, "treatmnt", "treatment"),
        (IN_FRENCH, "Délai rechute.1", "Délai rechute"),
        ([*WITHOUT_DAYS, DATES[0]], "failure_dat", "failure_date"),
        ([*WITHOUT_DAYS, *DATES], "failure_date.1", "failure_date"),
    ],
)
def test_validate_refuses_a_near_miss_or_a_second_one_of_a_column_that_it_needs(
    columns: Columns, other: str, meant: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = validated([*columns, (other, "x")], tmp_path, capsys)
    assert f"In line 1, column {len(columns) + 1}, “{other}”" in said
    assert f"is {meant} meant?" in said or f"could be a second {meant}" in said


def test_columns_that_are_not_used_are_named_in_one_line_and_a_plain_file_says_nothing(
    verb: tuple[str, Run],
) -> None:
    name, run = verb
    status, said, wrote = run(list(good(name).items()))
    assert "not used" not in said
    assert (status, wrote) == (0, True) or name == "validate"
    foreign = [column for column in INNOCENT.split() if column not in NAMES and column != "age"]
    columns = [("notes", "x\n"), *good(name).items(), *((column, "1") for column in foreign)]
    status, said, wrote = run([*columns, ("notes", "y")])
    listed = [line for line in said.splitlines() if "not used" in line]
    names = list(dict.fromkeys(["notes", *foreign]))
    if name == "validate":
        assert len(listed) == 1
        assert listed[0].startswith("FILE: columns not used: ")
        assert set(listed[0].partition("used: ")[2].split(", ")) == set(names)
    else:
        assert listed == [f"FILE: columns not used: {', '.join(names)}"]
        assert (status, wrote) == (0, True)


@pytest.mark.parametrize("column", INNOCENT.split())
def test_an_innocent_name_is_no_near_miss(column: str) -> None:
    for known in (("case_id", *FIELDS), ("case_id", "treatment", *FIELDS), tuple(NAMES)):
        if column not in known:
            beside = set(known) - {"mrd"}
            assert meant_by(column, known, beside) is None


@pytest.mark.parametrize("column", FIELDS)
def test_a_known_input_that_a_verb_makes_no_use_of_is_read_and_refused_if_it_stands_twice(
    column: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values = {"age_years": "8", "performance": "good", "mrd": "negative"} | {"days_survived": "60"}
    value = CASE.get(column) or values.get(column, "no")
    source = tmp_path / "cases.csv"
    for verb, row in (("predict", CASE), ("compare", SCENARIO)):
        source.write_bytes(csv_file([*(row | {column: value}).items()]))
        assert main([verb, str(source), "-o", str(tmp_path / "out.csv")]) == 0
        is_used = column in (*row, "days_survived")
        assert (f"not used: {column}" in capsys.readouterr().err) != is_used
        source.write_bytes(csv_file([*(row | {column: value}).items(), (column, value)]))
        refused = (verb, column) != ("compare", "leukemia")
        assert main([verb, str(source), "-o", str(tmp_path / "out.csv")]) == 2 * refused
        assert (f"are both named {column}" in capsys.readouterr().err) == refused


@pytest.mark.parametrize(
    ("verb", "table", "said"),
    [
        ("predict", "04-predict-duplicate-column", "columns 3 and 5 are both named days"),
        ("compare", "compare-twin-column", "columns 3 and 5 are both named days"),
        ("predict", "predict-misspelt-optional", "“days_survivd”: is days_survived meant?"),
        ("validate", "validate-all-rows-short", "row 2, -: 5 fields: expected 6 fields"),
    ],
)
def test_a_table_as_it_came_is_refused_in_words(
    verb: str, table: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([verb, str(TABLES / f"{table}.csv")]) == 2
    caught = capsys.readouterr()
    assert said in caught.err
    assert caught.out == ""


def test_a_mapping_settles_which_column_is_meant_unless_its_name_stands_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from model.tables.mapping import Mapping

    source, mapping = tmp_path / "cohort.csv", tmp_path / "mapping.json"
    columns = [*CHILD.items(), ("days_to_failure.1", "300"), ("issue", "yes"), ("issue", "no")]
    source.write_bytes(csv_file(columns))
    for changed, expected in (
        ({"days_to_failure": "days_to_failure.1"}, "columns not used: days_to_failure, issue"),
        ({"death": "issue"}, "whose name stands twice in line 1, for: death"),
    ):
        names = {name: name for name in CHILD} | changed
        mapping.write_text(Mapping(names).to_json(), encoding="utf-8")
        main(["validate", str(source), "--mapping", str(mapping), "--replicates", "20"])
        assert expected in capsys.readouterr().err


def test_twenty_thousand_names_are_judged_in_a_moment() -> None:
    header = ",".join([*CASE, *(f"days_to_event_{number}" for number in range(20_000))])
    done = subprocess.run(
        [sys.executable, "-m", "model", "predict", "-"],
        input=header,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert "days_to_event_0, days_to_event_1" in done.stderr
    assert "19,900 more" in done.stderr
