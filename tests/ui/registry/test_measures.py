"""How well the model fits, as people read it: command line, words, tables and charts."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.cli.main import main
from model.cohort import analysed, each_cohort, read_cohorts
from model.survival.comparison import Estimate
from model.survival.prediction import load_model
from model.validation.case_mix import case_mix
from model.validation.expected import expected
from model.validation.performance import Measure, Performance, performance
from model.validation.verdicts import DEATHS_ASKED, meaning, summary, verdict
from tests.drawn import all_of
from tests.simulated import simulated
from ui.registry.case_mix import case_mix_table
from ui.registry.charts import calibration_chart, decision_chart, group_chart
from ui.registry.words import (
    group_alt,
    group_table,
    measures_as_csv,
    overall_table,
    precision_words,
    table_by_day,
)
from ui.shown.table import as_html

SAMPLES = "20"


@pytest.fixture(scope="module")
def children() -> pd.DataFrame:
    return each_cohort(read_cohorts())[1].sample(170, random_state=0).sort_index()


def written(children: pd.DataFrame, path: Path) -> Path:
    dead = children["death"].map({True: "yes", False: "no"})
    columns = ["treatment", "days_to_failure", "post_transplant_cr", "sex", "os_days"]
    children[columns].assign(death=dead).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def table(children: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(children, tmp_path_factory.mktemp("tables") / "ours.csv")


@pytest.fixture(scope="module")
def doubled(children: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Children of the model with twice its hazards."""
    truth = simulated(load_model(), analysed(children), np.random.default_rng(2), 2.0)
    return written(truth, tmp_path_factory.mktemp("doubled") / "ours.csv")


def refuse_constant(name: str) -> float:
    raise AssertionError(name)


def report_of(*arguments: object, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    status = main(["validate", *map(str, arguments), "--replicates", SAMPLES, "--format", "json"])
    said = capsys.readouterr().out
    assert status == 0
    report: dict[str, object] = json.loads(said, parse_constant=refuse_constant)
    return report


def observed_over_expected(report: dict[str, object]) -> dict[str, float]:
    measures = report["measures"]
    assert isinstance(measures, list)
    found: dict[str, float] = next(one for one in measures if one["measure"] == "observed_expected")
    return found


# -------------------------------------------------------------------------------- command line


def test_a_table_is_reported_with_its_missing_children_left_out(
    table: Path, children: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    report = report_of(table, capsys=capsys)
    assert report["children"] == len(analysed(children))
    assert report["left_out"] == len(children) - len(analysed(children))
    assert report["model"] == "paper"


def test_missing_children_are_averaged_over_when_asked(
    table: Path, children: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    report = report_of(table, "--missing", "averaged", capsys=capsys)
    assert report["children"] == len(children)
    assert report["averaged"] == len(children) - len(analysed(children))


def test_the_report_in_words_has_every_measure_and_its_progress_apart(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", str(table), "--replicates", SAMPLES]) == 0
    said = capsys.readouterr()
    for words in ("Uno's C", "Calibration slope", "day 1461", "Pseudo-cohorts (optimistic)"):
        assert words in said.out
    assert "nan" not in said.out.lower()
    assert "100%" in said.err
    assert max(map(len, said.out.splitlines())) <= 100


def test_problems_are_all_named_and_nothing_else_is_written(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = table.read_text(encoding="utf-8").splitlines()
    bad = tmp_path / "bad.csv"
    rows[3] = rows[3].replace("second_sct", "surgery")
    rows[5] = rows[5].rsplit(",", 2)[0] + ",-4,yes"
    bad.write_text("\n".join(rows), encoding="utf-8")
    assert main(["validate", str(bad)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "row 4, treatment: surgery: expected" in said.err
    assert "row 6, os_days: -4: expected" in said.err
    report = report_of(bad, "--only-valid", capsys=capsys)
    assert report["rows_with_problems"] == 2


def test_a_value_gives_the_terminal_no_orders(
    children: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    children = children.assign(treatment="\x1b[2J\nrow 1: all is well")
    children.to_parquet(tmp_path / "bad.parquet")
    assert main(["validate", str(tmp_path / "bad.parquet")]) == 2
    said = capsys.readouterr().err
    assert "\x1b" not in said
    unused, *problems, more = said.splitlines()
    assert "columns not used: cohort, " in unused
    assert all(": expected" in line for line in problems)
    assert more == "and 70 more problems"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.csv"], "nowhere.csv"),
        (["TABLE", "--replicates", "3"], "20 to 10000"),
        (["TABLE", "--recalibrate", "slope"], "-o FILE"),
        (["TABLE", "--model", "TABLE"], "it is not JSON text"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(
    table: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(table) if one == "TABLE" else one for one in arguments]
    assert main(["validate", *given]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert words in said.err
    assert "Traceback" not in said.err


def test_recalibrating_the_baseline_repairs_doubled_hazards(
    doubled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ours.json"
    before = report_of(doubled, "--recalibrate", "baseline", "-o", file, capsys=capsys)
    assert observed_over_expected(before)["lower"] > 1.3
    after = report_of(doubled, "--model", file, capsys=capsys)
    assert str(after["model"]).startswith("recalibrated baseline")
    assert observed_over_expected(after)["value"] == pytest.approx(1, abs=0.02)


# --------------------------------------------------------------------- words, tables and charts


def edge(children: pd.DataFrame, kind: str) -> pd.DataFrame:
    known = analysed(children)
    return {
        "as it is": known,
        "three": known.head(3),
        "all dead": known.assign(death=True),
        "all alive": known.assign(death=False),
        "of one kind": known.assign(treatment="chemo", interval="0-91", post_transplant_cr="no"),
        "a short time": known.assign(os_days=known["os_days"].clip(upper=150)),
        "one arm": known[known["treatment"] == "palliative"],
    }[kind]


@pytest.mark.parametrize(
    "kind", ["as it is", "three", "all dead", "all alive", "of one kind", "a short time", "one arm"]
)
def test_nothing_on_screen_is_not_a_number(children: pd.DataFrame, kind: str) -> None:
    these = edge(children, kind)
    found = performance(expected(load_model(), these), replicates=int(SAMPLES))
    shown = [
        summary(found),
        as_html(overall_table(found)),
        as_html(table_by_day(found)),
        precision_words(found),
        as_html(group_table(found.groups)),
        *map(group_alt, found.groups),
        measures_as_csv(found, "1"),
        as_html(case_mix_table(case_mix(these))),
        *(all_of(calibration_chart(curve)) for curve in found.curves.values()),
        *(all_of(decision_chart(curve)) for curve in found.decisions.values()),
        *(all_of(group_chart(group)) for group in found.groups),
    ]
    for text in shown:
        assert text
        assert "nan" not in text.lower()
        assert "infinity" not in text.lower()
        assert "None" not in text


@pytest.fixture(scope="module")
def found(children: pd.DataFrame) -> Performance:
    return performance(expected(load_model(), children), replicates=int(SAMPLES))


def test_every_measure_has_a_meaning_a_verdict_and_a_row_of_the_file(found: Performance) -> None:
    rows = list(csv.DictReader(io.StringIO(measures_as_csv(found, "1 theirs"))))
    assert [row["measure"] for row in rows] == [one.name for one in found.measures]
    assert {row["model_version"] for row in rows} == {"1 theirs"}
    for one, row in zip(found.measures, rows, strict=True):
        assert one.estimate is not None
        assert float(row["value"]) == pytest.approx(one.estimate.value, abs=1e-5)
        assert float(row["pseudo_cohorts_low"]) <= float(row["pseudo_cohorts_high"])
        assert meaning(one.name)
        assert f"{one.n_deaths} deaths among {one.n_children} children" in verdict(one)


def test_too_few_deaths_are_said_beside_the_number_that_is_asked_for() -> None:
    estimate = Estimate(1.1, 0.8, 1.4)
    few = Measure("slope", None, estimate, "", 150, DEATHS_ASKED - 1)
    enough = Measure("slope", None, estimate, "", 150, DEATHS_ASKED)
    assert f"fewer than the {DEATHS_ASKED} asked for" in verdict(few)
    assert "asked for" not in verdict(enough)
    curve = Measure("ici", 365, estimate, "", 150, DEATHS_ASKED)
    assert "fewer than the 200 asked for" in verdict(curve)


@pytest.mark.parametrize(
    ("name", "limits", "words"),
    [
        ("slope", (0.7, 0.5, 0.9), "too far apart for"),
        ("slope", (1.7, 1.5, 1.9), "too close together for"),
        ("observed_expected", (0.7, 0.5, 0.9), "Fewer died"),
        ("log_observed_expected", (0.3, 0.1, 0.5), "More died"),
        ("uno_c", (0.4, 0.3, 0.45), "Worse than chance"),
        ("brier_scaled", (-0.2, -0.3, -0.1), "Farther"),
        ("brier_scaled", (0.0, -0.1, 0.1), "Not shown to be closer"),
    ],
)
def test_a_verdict_follows_the_side_on_which_the_interval_lies(
    name: str, limits: tuple[float, float, float], words: str
) -> None:
    assert words in verdict(Measure(name, None, Estimate(*limits), "", 200, 150))


def test_verdicts_and_charts_say_nothing_of_which_option_is_better(found: Performance) -> None:
    for one in found.measures:
        assert not {"best", "better option", "recommended"} & set(verdict(one).lower().split())
