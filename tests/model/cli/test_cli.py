"""The command line as a public interface: what it writes, and what it says of bad input."""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from model.cli.main import main
from model.options import TREATMENTS
from model.tables.refused import MOST_NAMED
from tests.loaded import FITTING, loaded_by

ROOT = Path(__file__).parents[3]
HEADER = "case_id,leukemia,days_to_failure,post_transplant_cr"
COLUMNS = ["case_id", "treatment", "day", "survival", "lower", "upper", "median_days", "supported"]
COLUMNS += ["alike", "alike_low", "alike_high", "alike_died", "alike_followed", "support"]


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "model", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


def write(folder: Path, *rows: str, header: str = HEADER) -> str:
    path = folder / "cases.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return str(path)


def test_predict_writes_one_row_per_case_treatment_and_day():
    done = run("predict", "-", stdin=f"{HEADER}\na,AML,200,yes\nb,T-ALL,0,no\n")
    assert (done.returncode, done.stderr) == (0, "")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(rows[0]) == COLUMNS
    assert [(r["case_id"], r["treatment"], r["day"]) for r in rows] == [
        (case, treatment, day)
        for case in "ab"
        for treatment in TREATMENTS
        for day in ("100", "182", "365", "730", "1461")
    ]
    for row in rows:
        assert 0 <= float(row["lower"]) <= float(row["survival"]) <= float(row["upper"]) <= 1
    assert rows[0]["supported"] == "yes"
    assert rows[-1]["supported"] == "no"


def test_predict_takes_other_days_and_an_output_file(tmp_path, capsys):
    output = tmp_path / "out.csv"
    cases = write(tmp_path, "a,AML,200,yes")
    assert main(["predict", cases, "-o", str(output), "--days", "30, 60"]) == 0
    rows = list(csv.DictReader(io.StringIO(output.read_text(encoding="utf-8"))))
    assert [row["day"] for row in rows] == ["30", "60"] * len(TREATMENTS)
    assert capsys.readouterr().out == ""


def test_a_bad_row_is_named_by_line_column_value_and_expectation_and_nothing_is_written(
    tmp_path, capsys
):
    output = tmp_path / "out.csv"
    cases = write(tmp_path, "a,AML,200,yes", "b,CML,-3,yes", "c,AML,200,maybe", "d,AML,200,")
    assert main(["predict", cases, "-o", str(output)]) == 2
    said = capsys.readouterr().err
    assert "line 3, column leukemia: CML is not one of AML, B-ALL, T-ALL, biphenotypic" in said
    assert "line 3, column days_to_failure: -3 is not a whole number of days from 0 to 6570" in said
    assert "line 4, column post_transplant_cr: maybe is not one of yes, no" in said
    assert "line 5, column post_transplant_cr: nothing was given" in said
    assert not output.exists()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"case_id,leukemia\na,AML\n", "column days_to_failure, post_transplant_cr is missing"),
        (b"", "is empty; expected the columns case_id, days_to_failure"),
        (b"\xef\xbb\xbf", "is empty; expected"),
        (b"\n\n", "no column has a name; expected the columns case_id"),
        (b",,,\na,AML,200,yes\n", "line 1: no column has a name; expected"),
        (b"\xff\xfe\x00bad", "is not UTF-8 text"),
        (
            f"{HEADER}\na,AML,200,yes,extra\n".encode(),
            "line 2: 5 fields: expected 4 fields, as in line 1",
        ),
        (
            f'{HEADER}\n"a,AML,200,yes\n'.encode(),
            "is not a CSV file: up to line 2, a quotation mark is not closed",
        ),
        (f'{HEADER}\na,"A"ML,200,yes\n'.encode(), "up to line 2, a quotation mark is not closed"),
        (f"{HEADER}\na,AML,200,{'y' * 200_000}".encode(), "longer than 131,072 characters"),
        (b'"' + b"y" * 200_000, "longer than 131,072 characters"),
        (f"{HEADER}\na,AML,\x00,yes\n".encode(), "days_to_failure"),
    ],
)
def test_a_file_that_cannot_be_used_ends_in_words(tmp_path, capsys, content, expected):
    path = tmp_path / "cases.csv"
    path.write_bytes(content)
    assert main(["predict", str(path)]) == 2
    caught = capsys.readouterr()
    assert expected in caught.err
    assert caught.out == ""
    assert "Traceback" not in caught.err


@pytest.mark.parametrize(
    ("verb", "header", "short"),
    [
        # Its last field is the age; filled up on the right, it would be read as days survived.
        ("predict", f"{HEADER},days_survived,age_years", "a,AML,200,yes,8"),
        ("predict", f"{HEADER},days_survived", "a,AML,200,yes"),
        ("predict", f"notes,{HEADER}", "a,AML,200,yes"),
        ("predict", HEADER, "a"),
        ("compare", "case_id,treatment,days_to_failure,post_transplant_cr,days_survived,age_years",
         "a,chemo,200,yes,8"),
        ("compare", "case_id,treatment,days_to_failure,post_transplant_cr,days_survived",
         "a,chemo,200,yes"),
    ],
)  # fmt: skip
def test_a_row_that_is_a_field_short_is_refused_with_both_numbers(
    tmp_path, capsys, verb, header, short
):
    n = header.count(",") + 1
    assert main([verb, write(tmp_path, "", " ", short, header=header)]) == 2
    said = capsys.readouterr()
    found = short.count(",") + 1
    fields = f"{found} field{'s' * (found > 1)}: expected {n} fields, as in line 1"
    assert said.err.splitlines()[-1].endswith(f"line 4: {fields}")
    assert "no rows" not in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("header", "row"),
    [(HEADER, "a,AML,200,yes,"), (HEADER, "a,AML,200,yes, ,"), (f"{HEADER},,", "a,AML,200,yes")],
)
def test_commas_that_a_program_puts_behind_every_row_change_nothing(tmp_path, capsys, header, row):
    assert main(["predict", write(tmp_path, "a,AML,200,yes")]) == 0
    plain = capsys.readouterr().out
    assert main(["predict", write(tmp_path, row, header=header)]) == 0
    assert capsys.readouterr().out == plain


def test_predict_takes_days_survived_and_says_nothing_of_days_already_past(tmp_path, capsys):
    cases = write(tmp_path, "a,AML,200,yes,100", "b,AML,200,yes,", header=f"{HEADER},days_survived")
    assert main(["predict", cases]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    of_a = [row for row in rows if row["case_id"] == "a" and row["treatment"] == "chemo"]
    of_b = [row for row in rows if row["case_id"] == "b" and row["treatment"] == "chemo"]
    assert of_a[0]["survival"] == "1.0000"
    for later, usual in zip(of_a[1:], of_b[1:], strict=True):
        ratio = float(usual["survival"]) / float(of_b[0]["survival"])
        assert float(later["survival"]) == pytest.approx(ratio, abs=2e-4)
        assert float(later["median_days"]) > float(usual["median_days"])
    past = write(tmp_path, "a,AML,200,yes,101", header=f"{HEADER},days_survived")
    assert main(["predict", past, "--days", "100"]) == 0
    row = next(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert (row["survival"], row["lower"], row["upper"]) == ("", "", "")
    late = write(tmp_path, "a,AML,200,yes,1096", header=f"{HEADER},days_survived")
    assert main(["predict", late]) == 2
    assert "days_survived: 1096 is out of range. Enter 0 to 1095: later than that" in (
        capsys.readouterr().err
    )


SCENARIOS = "case_id,treatment,days_to_failure,post_transplant_cr,days_survived"


def test_compare_writes_every_quantity_of_every_scenario_against_the_reference(tmp_path, capsys):
    rows = ["second,second_sct,200,yes,", "dli,dli,200,yes,", "later,second_sct,400,yes,60"]
    file = write(tmp_path, *rows, header=SCENARIOS)
    assert main(["compare", file, "--day", "730", "--reference", "dli"]) == 0
    said = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["case_id"] for row in said] == ["second"] * 9 + ["dli"] * 9 + ["later"] * 9
    assert {row["reference"] for row in said} == {"dli"}
    found = {(row["case_id"], row["quantity"], row["day"]): row for row in said}
    survival = {
        name: float(found[name, "survival", "730"]["estimate"]) for name in ("second", "dli")
    }
    difference = found["second", "difference", "730"]
    assert float(difference["estimate"]) == pytest.approx(
        survival["second"] - survival["dli"], abs=2e-4
    )
    assert found["second", "survival", "730"]["supported"] == "yes"
    assert difference["supported"] == "no", "few children with DLI alone were followed for so long"
    assert float(found["dli", "ratio", "730"]["estimate"]) == 1


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--day", "1462"], "--day: 1462 is not a whole number of days from 0 to 1461"),
        (["--day", "100,200"], "is not one day"),
        (["--reference", "c"], "--reference: c is not the case_id of exactly one scenario"),
    ],
)
def test_compare_refuses_in_words(tmp_path, capsys, arguments, expected):
    file = write(tmp_path, "a,second_sct,200,yes,", "b,chemo,200,yes,", header=SCENARIOS)
    assert main(["compare", file, *arguments]) == 2
    assert expected in capsys.readouterr().err
    assert main(["compare", write(tmp_path, header=SCENARIOS)]) == 2
    assert "has no rows below the names of its columns" in capsys.readouterr().err
    assert main(["compare", write(tmp_path, "a,chemo,200,yes,,1", header=SCENARIOS)]) == 2
    assert "no rows" not in capsys.readouterr().err
    bad = write(tmp_path, "a,surgery,200,yes,", header=SCENARIOS)
    assert main(["compare", bad]) == 2
    assert "line 2, column treatment: surgery is not one of second_sct" in capsys.readouterr().err


def test_validate_names_as_many_problems_as_predict_and_counts_the_rest(tmp_path, capsys):
    header = "treatment,days_to_failure,post_transplant_cr,os_days,death"
    good = ["chemo,200,yes,90,yes"]
    for n_bad, last in ((MOST_NAMED, "row 101, os_days: -5: "), (2000, "and 1,900 more problems")):
        cohort = write(tmp_path, *["chemo,200,yes,-5,yes"] * n_bad, *good, header=header)
        assert main(["validate", cohort]) == 2
        said = capsys.readouterr().err.splitlines()
        named = [line for line in said if line.startswith("row ")]
        assert len(named) == MOST_NAMED
        assert any(line.startswith(last) for line in said)
        assert ("more problem" in "".join(said)) == (n_bad > MOST_NAMED)


def test_a_missing_file_a_folder_and_bad_days_end_in_words(tmp_path, capsys):
    assert main(["predict", str(tmp_path / "none.csv")]) == 2
    assert "there is no such file" in capsys.readouterr().err
    assert main(["predict", str(tmp_path)]) == 2
    assert "is a folder" in capsys.readouterr().err
    cases = write(tmp_path, "a,AML,200,yes")
    for days in ("1462", "-1", "ten", "", "9" * 400):
        assert main(["predict", cases, f"--days={days}"]) == 2
        assert "from 0 to 1461" in capsys.readouterr().err


def test_no_cases_give_the_header_only():
    done = run("predict", "-", stdin=f"{HEADER}\n")
    assert (done.returncode, done.stdout) == (0, ",".join(COLUMNS) + "\n")
    assert done.stderr == "standard input: has no rows below the names of its columns\n"


def test_guidance_as_text_and_json():
    text = run("guidance", "--leukemia", "AML", "--days", "200")
    assert text.returncode == 0
    assert "MRD" in text.stdout
    as_json = run("guidance", "--leukemia", "AML", "--days", "200", "--format", "json")
    assert json.loads(as_json.stdout)["leukemia"] == "AML"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--leukemia", "CML", "--days", "200"],
        ["--leukemia", "AML", "--days", "6571"],
        ["--leukemia", "AML", "--days", "200", "--mrd", "low"],
    ],
)
def test_guidance_refuses_in_words(arguments, capsys):
    assert main(["guidance", *arguments]) == 2
    assert re.search("is not|is out of range", capsys.readouterr().err)


def test_predict_does_not_pay_for_the_fitting_libraries():
    code = "from model.cli.main import main; main(['predict', '-', '--days', '1'])"
    loaded = loaded_by(code, given=f"{HEADER}\na,AML,200,yes\n")
    assert not loaded & (FITTING | {"pandas", "streamlit"})
