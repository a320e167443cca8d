"""Points read off the paper's figures: the rows that stand ready, and what is said of bad ones."""

import csv
from pathlib import Path

import pytest

from model.cli.main import main
from model.paper import digitised
from model.reconstruction.reproduction import CURVE_GROUPS

HEADER = "curve,day,survival,reading_error"


def write(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "digitised.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_a_row_stands_ready_for_every_curve_and_none_has_a_value_yet():
    with digitised.DIGITISED.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert list(dict.fromkeys(row["curve"] for row in rows)) == list(CURVE_GROUPS)
    assert digitised.readings() == ()


def test_a_reading_has_its_curve_its_day_and_its_error_as_bounds(tmp_path, monkeypatch):
    path = write(tmp_path, "all,30,0.85,0.01", "treatment=chemo,1461,0.08,0.02", "leukemia=AML,9,,")
    monkeypatch.setattr(digitised, "DIGITISED", path)
    first, second = digitised.readings()
    assert (first.group, first.day, first.value) == ("all", 30, 85)
    assert first.bounds == pytest.approx((84, 86))
    assert (second.group, second.day, second.step) == ("treatment=chemo", 1461, 2)
    assert digitised.readings(1) == (first,)
    assert digitised.readings(2) == ()


def test_every_day_is_read_as_it_is_written(tmp_path):
    days = range(1, 4183)
    path = write(tmp_path, *(f"leukemia=AML,{day},0.5,0.01" for day in days[::7]))
    assert [reading.day for reading in digitised.read_digitised(path)] == list(days[::7])


BAD = {
    "AML,30,0.5,0.01": "line 2: curve 'AML' is not one of all, leukemia=AML, leukemia=B-ALL|T-ALL",
    "all,30.5,0.5,0.01": "line 2: day '30.5' is not a whole number from 1 to 4182",
    "all,0,0.5,0.01": "line 2: day '0' is not a whole number from 1 to 4182",
    "all,5000,,": "line 2: day '5000' is not a whole number from 1 to 4182",
    "all,30,85,0.01": "line 2: survival '85' is not a fraction from 0 to 1, such as 0.41",
    "all,30,nan,0.01": "line 2: survival 'nan' is not a fraction from 0 to 1",
    "all,30,,0.01": "line 2: survival '' is not a fraction from 0 to 1",
    "all,30,0.85,": "line 2: reading_error '' is not a fraction above 0 and below 1, such as 0.01",
    "all,30,0.85,0": "line 2: reading_error '0' is not a fraction above 0",
    "all,30,0.85,1": "line 2: reading_error '1' is not a fraction above 0 and below 1",
    "all,30,0,85,0,01": "line 2: 6 fields; expected 4, with a decimal point and no comma",
    "all,30,,\nall,30,0.8,0.01": "line 3: all on day 30 stands in line 2 too; keep one",
    "all,60,0.5,0.01\nall,30,0.4,0.01": "line 2: survival 0.5 on day 60 is above the 0.4 of day 30 "
    "(line 3) by more than their reading errors; a survival curve never rises",
    "\nall,0,,": "line 3: day '0' is not a whole number",
    "all,365,0.33,0.01": "line 2: survival 0.33 is farther than its reading_error from the 30.2% "
    "printed as t2.survival365.all; read it again, or leave it out",
}


@pytest.mark.parametrize(("rows", "said"), BAD.items())
def test_a_row_that_cannot_be_used_is_named_with_what_would_be_right(tmp_path, rows, said):
    with pytest.raises(ValueError, match=r"digitised\.csv") as caught:
        digitised.read_digitised(write(tmp_path, *rows.split("\n")))
    assert f"digitised.csv, {said}" in str(caught.value)


@pytest.mark.parametrize(
    "rows",
    [
        ("all,30,0.85,0.01", "all,60,0.86,0.01"),  # within both reading errors
        ("all,30,0.5,0.01", "leukemia=AML,60,0.8,0.01"),  # two curves
        ("all,365,0.31,0.01",),  # 30.2% is printed
    ],
)
def test_what_may_be_so_is_not_refused(tmp_path, rows):
    assert len(digitised.read_digitised(write(tmp_path, *rows))) == len(rows)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00bad", b'"' + b"y" * 200_000])
def test_what_is_no_csv_file_is_refused_in_words(tmp_path, content):
    path = tmp_path / "digitised.csv"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"^digitised\.csv: is not a CSV file in UTF-8: "):
        digitised.read_digitised(path)


def test_other_columns_are_refused(tmp_path):
    with pytest.raises(ValueError, match=f"line 1: the columns must be {HEADER}"):
        digitised.read_digitised(write(tmp_path, header=HEADER.replace(",", ";")))


def test_reconstruct_says_all_that_is_wrong_and_begins_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(digitised, "DIGITISED", write(tmp_path, "all,30,85,", "al,30,,"))
    output = tmp_path / "cohorts.parquet"
    assert main(["reconstruct", "--cohorts", "1", "-o", str(output)]) == 2
    said = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in said] == [
        "digitised.csv, line 2",
        "digitised.csv, line 2",
        "digitised.csv, line 3",
    ]
    assert list(tmp_path.iterdir()) == [digitised.DIGITISED]
