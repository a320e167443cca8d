"""Scoring files of cases: what is written, in how much memory, and nothing at all if it fails."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dask.distributed import LocalCluster

from model import cluster
from model.case import LEUKEMIAS, YES_NO, Problem
from model.cli.main import main
from model.options import TREATMENTS, arms_of
from model.scoring import parquet as scoring_parquet
from model.scoring import stream as scoring
from model.scoring.score import score
from model.scoring.stream import COUNT_COLUMNS, PREDICTION_COLUMNS, count_rows, prediction_rows
from model.survival.pattern import patterns_of
from model.survival.prediction import TABLE_DAYS, load_model, predict
from model.survival.support import counted
from model.tables.refused import MOST_NAMED
from model.tables.written import as_csv
from tests.seen import seen

ROOT = Path(__file__).parents[3]
HEADER = "case_id,leukemia,days_to_failure,post_transplant_cr"
ODD_NAMES = ["", " ", "a,b", 'says "no"', "two\nlines", "é", "=1+1", "0"]


def random_cases(n: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "case_id": [ODD_NAMES[k] if k < len(ODD_NAMES) else f"case {k}" for k in range(n)],
            "leukemia": rng.choice(LEUKEMIAS, n),
            "days_to_failure": rng.integers(0, 6571, n),
            "post_transplant_cr": rng.choice(YES_NO, n),
            "days_survived": rng.choice([0, 0, 30, 365, 1095], n),
        }
    )


def written_plainly(cases: pd.DataFrame, days: tuple[int, ...]) -> str:
    """The same file by one prediction of all cases at once."""
    model = load_model()
    children = seen(
        cases["days_to_failure"], cases["post_transplant_cr"] == "yes", cases["days_survived"]
    )
    predicted = prediction_rows(list(cases["case_id"]), predict(model, children, days=days))
    rows: list[tuple[object, ...]] = [(*PREDICTION_COLUMNS, *COUNT_COLUMNS)]
    each = len(TREATMENTS) * len(days)
    places = patterns_of(children)
    for case, (place, since) in enumerate(zip(places, cases["days_survived"], strict=True)):
        like = counted(model.lists, arms_of(TREATMENTS), days, int(since))
        counts = list(count_rows(like))[place * each :][:each]
        own = predicted[case * each :][:each]
        rows += [(*row, *count) for row, count in zip(own, counts, strict=True)]
    return as_csv(rows)


@pytest.mark.parametrize("chunk", [1, 2**18])
def test_a_streamed_file_is_what_one_prediction_of_all_its_cases_gives(
    tmp_path, monkeypatch, chunk
):
    monkeypatch.setattr(scoring, "CHUNK", chunk)
    cases = random_cases(300)
    source, output = tmp_path / "cases.csv", tmp_path / "scored.csv"
    source.write_bytes(as_csv([list(cases), *cases.itertuples(index=False)]).encode())
    assert main(["predict", str(source), "-o", str(output), "--days", "0,100,1461"]) == 0
    assert output.read_bytes() == written_plainly(cases, (0, 100, 1461)).encode()


def test_what_is_remembered_is_bounded_and_forgotten_without_harm(tmp_path, monkeypatch):
    monkeypatch.setattr(scoring, "DISTINCT", 3)
    monkeypatch.setattr(scoring, "MOST_KEPT", 1)
    assert scoring.days_kept(TABLE_DAYS) == 8
    cases = random_cases(200).assign(days_survived=np.arange(200) % 20)
    source, output = tmp_path / "cases.csv", tmp_path / "scored.csv"
    cases.to_csv(source, index=False)
    assert main(["predict", str(source), "-o", str(output)]) == 0
    assert len(pd.read_csv(output)) == len(cases) * len(TREATMENTS) * len(TABLE_DAYS)
    assert output.read_text(encoding="utf-8").endswith(
        written_plainly(cases.tail(50), TABLE_DAYS).partition("\n")[2]
    )


SCORE = """
import sys
import time
from model.cli.main import main
status = main(["predict", sys.argv[1], "-o", sys.argv[2], "--days", "365"])
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(status, peak.split()[1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of memory from /proc")
def test_ten_times_the_cases_take_no_more_memory(tmp_path):
    peaks = {}
    for n in (20_000, 200_000):
        source, output = tmp_path / f"{n}.csv", tmp_path / "scored.csv"
        rows = (f"case-{k},AML,{k % 6571},{YES_NO[k % 2]}" for k in range(n))
        source.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", SCORE, str(source), str(output)],
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=True,
        )
        status, peaks[n] = map(int, done.stdout.split())
        assert status == 0
        with output.open("rb") as file:
            assert sum(1 for _ in file) == 1 + n * len(TREATMENTS)
    # The larger output alone is 50 megabytes.
    assert peaks[200_000] - peaks[20_000] < 8_000, "kilobytes"


def left_behind(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_from_the_hundredth_on_bad_rows_are_counted_and_nothing_is_written(tmp_path, capsys):
    source, output = tmp_path / "cases.csv", tmp_path / "scored.csv"
    output.write_text("from yesterday", encoding="utf-8")
    good, bad = ["a,AML,1,yes"] * 2000, ["b,AML,-1,yes"] * (MOST_NAMED + 1234)
    source.write_text("\n".join([HEADER, *good, *bad, *good]), encoding="utf-8")
    assert main(["predict", str(source), "-o", str(output)]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == MOST_NAMED + 1
    assert "line 2002, column days_to_failure: -1 is not" in said[0]
    assert said[-1] == "and 1,234 more problems"
    assert output.read_text(encoding="utf-8") == "from yesterday"
    assert left_behind(tmp_path) == {"cases.csv", "scored.csv"}
    assert main(["predict", str(source)]) == 2
    assert capsys.readouterr().out == ""


def test_what_breaks_off_leaves_nothing_behind(tmp_path, monkeypatch):
    def interrupted(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(scoring, "note_progress", interrupted)
    monkeypatch.setattr(scoring_parquet, "note_progress", interrupted)
    for kind in ("csv", "parquet"):
        source, output = tmp_path / f"cases.{kind}", tmp_path / f"scored.{kind}"
        getattr(random_cases(10), f"to_{kind}")(source, index=False)
        assert main(["predict", str(source), "-o", str(output)]) == 130
    assert left_behind(tmp_path) == {"cases.csv", "cases.parquet"}


def test_an_output_that_is_a_link_stays_one_and_what_cannot_be_written_is_said(tmp_path, capsys):
    source, target, link = (tmp_path / name for name in ("cases.csv", "kept.csv", "link.csv"))
    source.write_text(f"{HEADER}\na,AML,1,yes\n", encoding="utf-8")
    target.write_text("", encoding="utf-8")
    target.chmod(0o640)
    link.symlink_to(target)
    assert main(["predict", str(source), "-o", str(link)]) == 0
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8").startswith("case_id,")
    assert target.stat().st_mode & 0o777 == 0o640
    for place in (tmp_path, tmp_path / "none" / "scored.csv"):
        assert main(["predict", str(source), "-o", str(place)]) == 2
        assert str(place) in capsys.readouterr().err


def test_a_device_is_written_to_and_never_replaced(tmp_path):
    source, pipe = tmp_path / "cases.csv", tmp_path / "pipe"
    source.write_text(f"{HEADER}\na,AML,1,yes\n", encoding="utf-8")
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE, text=True) as reader:
        try:
            assert main(["predict", str(source), "-o", str(pipe)]) == 0
            assert pipe.is_fifo()
            assert reader.communicate(timeout=20)[0].startswith("case_id,")
        finally:
            reader.kill()


def test_progress_says_cases_and_share_of_the_input(tmp_path, monkeypatch, capsys):
    source = tmp_path / "cases.csv"
    random_cases(500).to_csv(source, index=False)
    assert main(["predict", str(source), "-o", str(tmp_path / "quiet.csv")]) == 0
    assert capsys.readouterr().err == "", "what is soon done says nothing"
    monkeypatch.setattr(scoring, "SECONDS_WITHOUT_PROGRESS", 1e-9)
    monkeypatch.setattr(scoring, "SECONDS_BETWEEN_LINES", 0)
    monkeypatch.setattr(scoring, "CHUNK", 1)
    assert main(["predict", str(source), "-o", str(tmp_path / "scored.csv")]) == 0
    last = capsys.readouterr().err.split("\r")[-1]
    assert "500 cases" in last
    assert "cases/s" in last
    assert "100% of the input" in last


# ------------------------------------------------------------------------------------ Parquet


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three files whose columns are of different types."""
    place = tmp_path_factory.mktemp("cases")
    cases = random_cases(400)
    cases.to_parquet(place / "a.parquet", index=False)
    cases.assign(
        leukemia=cases["leukemia"].astype("category"),
        days_to_failure=cases["days_to_failure"].astype(float),
        days_survived=cases["days_survived"].where(cases["days_survived"] > 0),
        case_id=cases["case_id"].astype("category"),
        notes="",
    ).to_parquet(place / "b.parquet", index=False)
    cases.head(0).assign(notes="", centre="").to_parquet(place / "c.parquet", index=False)
    return place


def as_numbers(table: pd.DataFrame) -> pd.DataFrame:
    return table[["survival", "lower", "upper", "median_days"]].astype(float)


def test_parquet_holds_the_numbers_of_csv_in_their_own_types(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(scoring_parquet, "ROWS_AT_A_TIME", 1000)
    source = tmp_path / "cases.csv"
    random_cases(400).to_csv(source, index=False)
    outputs = [tmp_path / name for name in ("scored.csv", "scored.parquet")]
    for name, output in zip((source, folder / "a.parquet"), outputs, strict=True):
        assert main(["predict", str(name), "-o", str(output), "--days", "100,1461"]) == 0
    of_csv = pd.read_csv(outputs[0], keep_default_na=False)
    table = pq.read_table(outputs[1])
    assert table.schema.remove_metadata() == pa.schema(
        {
            "case_id": pa.string(),
            "treatment": pa.string(),
            "day": pa.int32(),
            "survival": pa.float32(),
            "lower": pa.float32(),
            "upper": pa.float32(),
            "median_days": pa.int32(),
            "supported": pa.bool_(),
            "alike": pa.float32(),
            "alike_low": pa.int32(),
            "alike_high": pa.int32(),
            "alike_died": pa.float32(),
            "alike_followed": pa.float32(),
            "support": pa.string(),
        }
    )
    of_parquet = table.to_pandas()
    assert list(of_parquet["case_id"]) == list(random_cases(400)["case_id"].repeat(10))
    for column in ("treatment", "day", *COUNT_COLUMNS):
        assert list(of_parquet[column]) == list(of_csv[column])
    assert list(of_parquet["supported"]) == list(of_csv["supported"] == "yes")
    numbers = as_numbers(of_csv.replace("", None))
    np.testing.assert_allclose(as_numbers(of_parquet), numbers, atol=5.1e-5)
    assert table["survival"].null_count == numbers["survival"].isna().sum() > 0


@pytest.fixture(scope="module")
def two_workers() -> Iterator[LocalCluster]:
    """A scheduler with two workers in this process."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
    ) as local:
        yield local


@pytest.mark.filterwarnings("default")  # what the cluster warns of when it closes is not ours
def test_a_folder_shared_out_among_workers_holds_what_each_file_alone_gives(
    folder, tmp_path, two_workers, capsys
):
    output = tmp_path / "scored"
    arguments = ["predict", str(folder), "-o", str(output)]
    assert main([*arguments, "--scheduler", two_workers.scheduler_address]) == 0
    assert f"{folder}: columns not used: notes, centre\n" in capsys.readouterr().err
    assert left_behind(tmp_path) == {"scored"}
    tables = {}
    for source in sorted(folder.iterdir()):
        alone = tmp_path / source.name
        assert main(["predict", str(source), "-o", str(alone)]) == 0
        tables[source.name] = pq.read_table(output / source.name)
        assert tables[source.name].equals(pq.read_table(alone))
    assert left_behind(output) == set(tables)
    assert tables["a.parquet"].equals(tables["b.parquet"]), "whatever the types of its columns"
    assert tables["c.parquet"].num_rows == 0
    assert "c.parquet: has no rows below the names of its columns\n" in capsys.readouterr().err


@pytest.mark.filterwarnings("default")
def test_bad_rows_of_a_folder_are_named_by_file_row_and_column_and_nothing_is_written(
    folder, tmp_path, two_workers, capsys, monkeypatch
):
    monkeypatch.setattr(scoring_parquet, "ROWS_AT_A_TIME", 200)
    source = tmp_path / "cases"
    source.mkdir()
    cases = random_cases(50).astype({"days_to_failure": float})
    cases.loc[6, "leukemia"] = "CML"
    cases.loc[6, "days_to_failure"] = 1.5
    cases.loc[49, "post_transplant_cr"] = None
    cases.to_parquet(source / "a.parquet", index=False)
    pq.write_table(pq.read_table(folder / "a.parquet"), source / "b.parquet")
    random_cases(5).drop(columns="days_to_failure").to_parquet(source / "c.parquet", index=False)
    (source / "d.parquet").write_bytes(b"PAR1 and so on PAR1")
    damaged = bytearray((folder / "a.parquet").read_bytes())
    damaged[4:200] = bytes(196)
    (source / "e.parquet").write_bytes(damaged)
    arguments = ["predict", str(source), "-o", str(tmp_path / "scored")]
    assert main([*arguments, "--scheduler", two_workers.scheduler_address]) == 2
    said = capsys.readouterr().err
    a, c, d, e = (source / f"{name}.parquet" for name in "acde")
    assert f"{a}: row 7, column leukemia: CML is not one of AML" in said
    assert f"{a}: row 7, column days_to_failure: 1.5 is not a whole number of days" in said
    assert f"{a}: row 50, column post_transplant_cr: nothing was given" in said
    assert f"{c}: column days_to_failure is missing; expected the columns case_id" in said
    assert f"{d}: is not a Parquet file" in said
    assert f"{e}: is a Parquet file that is damaged" in said
    assert "Traceback" not in said
    assert left_behind(tmp_path) == {"cases"}


def test_a_folder_is_shared_out_among_workers_of_this_machine(folder, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "model", "predict", str(folder), "-o", str(tmp_path / "scored")],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert left_behind(tmp_path / "scored") == left_behind(folder)


def test_an_interrupt_ends_the_workers_of_this_machine_without_a_word(tmp_path):
    source = tmp_path / "cases"
    source.mkdir()
    for number in range(2):
        random_cases(200_000, number).to_parquet(source / f"{number}.parquet", index=False)
    running = subprocess.Popen(
        [sys.executable, "-m", "model", "predict", str(source), "-o", str(tmp_path / "scored")],
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
        # Tests that run in the background have it ignored, and so would what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    # As a terminal does it: to all processes at once, and first while the workers are starting.
    until = time.monotonic() + 30
    while left_behind(tmp_path) == {"cases"} and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(1)
    os.killpg(running.pid, signal.SIGINT)
    said = running.communicate(timeout=60)[1]
    assert running.returncode == 130, said
    assert not re.search("Traceback|WARNING|ERROR", said)
    assert left_behind(tmp_path) == {"cases"}


def test_columns_that_cannot_be_read_end_in_words(tmp_path, capsys):
    source, output = tmp_path / "cases.parquet", str(tmp_path / "scored.parquet")
    cases = pa.Table.from_pandas(random_cases(3), preserve_index=False)
    nested = cases.set_column(1, "leukemia", pa.array([["AML"]] * 3))
    pq.write_table(nested, source)
    assert main(["predict", str(source), "-o", output]) == 2
    assert "column leukemia does not hold one value a row" in capsys.readouterr().err
    odd = cases.set_column(3, "post_transplant_cr", pa.array([True, None, False]))
    odd = odd.set_column(1, "leukemia", pa.array([b"AML", b"\xff", None]))
    pq.write_table(odd.set_column(0, "case_id", pa.array([1, 2, 3])), source)
    assert main(["predict", str(source), "-o", output]) == 2
    said = capsys.readouterr().err
    assert "row 1, column post_transplant_cr: True is not one of yes, no" in said
    assert "row 2, column leukemia" in said
    assert "row 3, column leukemia" not in said
    assert "Traceback" not in said


def test_a_value_is_judged_by_its_type_whatever_was_read_before():
    """True equals 1 and 1.0, and is no number of days."""
    assert isinstance(scoring.value_of("days_to_failure", True), Problem)
    assert scoring.value_of("days_to_failure", 1) == 1
    assert scoring.value_of("days_to_failure", 1.0) == 1
    assert scoring.value_of("days_to_failure", "1") == 1


def test_what_is_said_of_the_model_is_the_last_column_of_both_kinds(folder, tmp_path):
    source, said = tmp_path / "cases.csv", {"model": 'recalibrated, "ours"'}
    random_cases(2).to_csv(source, index=False)
    for name, read in ((source, pd.read_csv), (folder / "a.parquet", pd.read_parquet)):
        output = tmp_path / f"scored{name.suffix}"
        score(str(name), output, load_model(), (100,), said)
        scored = read(output)
        assert list(scored) == [*PREDICTION_COLUMNS, *COUNT_COLUMNS, "model"]
        assert set(scored["model"]) == set(said.values())


def test_a_case_id_that_is_not_text_ends_in_words(tmp_path, capsys):
    source = tmp_path / "cases.parquet"
    cases = pa.Table.from_pandas(random_cases(3), preserve_index=False)
    pq.write_table(cases.set_column(0, "case_id", pa.array([b"\xff"] * 3)), source)
    assert main(["predict", str(source), "-o", str(tmp_path / "scored.parquet")]) == 2
    assert "column case_id: does not hold text" in capsys.readouterr().err
    assert left_behind(tmp_path) == {"cases.parquet"}


def test_what_a_command_lacks_or_cannot_do_is_said(folder, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(cluster, "SECONDS_TO_CONNECT", 1)
    one, nobody = str(folder / "a.parquet"), "tcp://127.0.0.1:9"
    csv = tmp_path / "cases.csv"
    csv.write_text(HEADER, encoding="utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()
    for arguments, expected in (
        ([one], "-o: must say where to write"),
        ([str(folder), "-o", str(tmp_path)], "is there already"),
        ([one, "-o", str(tmp_path)], "is there already"),
        ([one, "-o", str(tmp_path / "none" / "scored")], "No such file"),
        ([str(empty), "-o", str(tmp_path / "scored")], "is a folder without Parquet files"),
        ([str(csv), "--scheduler", nobody], "--scheduler: is for Parquet files"),
        ([one, "-o", str(tmp_path / "s"), "--scheduler", nobody], f"{nobody} cannot be reached"),
        ([one, "-o", str(tmp_path / "s"), "--scheduler", "x"], "--scheduler: x cannot be reached"),
    ):
        assert main(["predict", *arguments]) == 2, arguments
        assert expected in capsys.readouterr().err
    assert left_behind(tmp_path) == {"cases.csv", "empty"}
