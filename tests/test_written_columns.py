"""Every column of every file that is written holds what its name says, and nothing else.

Each file is laid out a second time from the model, the evidence or the children themselves, column
by column under names that are typed here. No two columns of that layout are alike, so that any two
that were swapped, in the head or in the values, would differ from it.
"""

import csv
import dataclasses
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from model.case import BACKGROUND, COVARIATES, LEUKEMIAS, Case, interval_of
from model.cli.main import main
from model.cohort import each_cohort, read_cohorts
from model.options import TREATMENTS
from model.paper.evidence import figures, value
from model.recalibration.applied import full_version, recalibrated_model
from model.reconstruction.reproduction import load_reproduction
from model.scoring.score import score
from model.survival.comparison import Estimate, compare
from model.survival.pattern import PATTERNS, pattern_of
from model.survival.prediction import TABLE_DAYS, PooledModel, Prediction, load_model, predict
from model.survival.recalibrated import Recalibration
from model.tables.children import Checked, checked
from model.tables.files import problems_as_csv
from model.tables.mapping import suggest_mapping
from model.tables.read import read_table
from model.tables.written import as_csv
from model.validation.expected import expected
from model.validation.performance import Performance, performance
from model.validation.reference import load_reference
from model.validation.verdicts import summary, verdict
from tests.seen import holds, seen
from ui.compare.comparison import Asked, Scenario, comparison
from ui.compare.files import comparison_as_csv
from ui.evidence.figures import figures_as_csv, figures_of
from ui.registry.scores import scores_as_csv
from ui.registry.words import measures_as_csv
from ui.shown.downloads import numbers_as_csv
from ui.shown.results import shown_pattern

Records = list[dict[str, object]]
# Of the printed columns of Figure 3.
MONTHS = {365: 12, 730: 24, 1461: 48}


def read(text: str) -> Records:
    rows = list(csv.reader(io.StringIO(text)))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def pinned(written: Records, laid_out: Records) -> None:
    """Compare a file with its second layout; columns that come after those are let through."""
    columns = list(laid_out[0])
    assert list(written[0])[: len(columns)] == columns
    found = {name: tuple(str(row[name]) for row in laid_out) for name in columns}
    assert len(set(found.values())) == len(columns), "two columns that are alike tell nothing"
    for name in columns:
        assert tuple(str(row[name]) for row in written) == found[name], name


def digits(number: float, places: int = 4) -> str:
    return "" if np.isnan(number) else f"{number:.{places}f}"


def limits(estimate: Estimate, places: int = 4) -> dict[str, object]:
    """Of an estimate that lies within its interval, or of none."""
    if not np.isnan(estimate.value):
        assert estimate.lower <= estimate.value <= estimate.upper
    return {name: digits(getattr(estimate, of), places) for name, of in LIMITS.items()}


CONTRASTS = ("difference", "ratio", "restricted_mean_difference")
LIMITS = {"estimate": "value", "lower": "lower", "upper": "upper"}


def survival(model: PooledModel, treatment: str, case: Case, day: int) -> float:
    """Survival from relapse by the textbook: exp(-cumulative hazard)."""
    codes = {"treatment": treatment, "interval": case.interval} | {
        "post_transplant_cr": "yes" if case.post_transplant_cr else "no"
    }
    index = sum(
        beta
        for (column, code), beta in zip(COVARIATES, model.beta, strict=True)
        if codes[column] == code
    )
    return float(np.exp(-np.exp(model.log_hazard[day] + index)))


def prediction_of(model: PooledModel, case: Case, days: Sequence[int]) -> Prediction:
    return predict(
        model,
        seen([case.days_to_failure], [case.post_transplant_cr], [case.days_survived]),
        days=days,
    )


def predicted(model: PooledModel, case: Case, days: Sequence[int]) -> Records:
    """The columns of a prediction, for each option and day."""
    prediction = prediction_of(model, case, days)
    rows: Records = []
    for j, treatment in enumerate(TREATMENTS):
        for k, day in enumerate(days):
            low, middle, high = (
                float(getattr(prediction, name)[0, j, k]) for name in ("lower", "survival", "upper")
            )
            if not case.days_survived:
                assert middle == pytest.approx(survival(model, treatment, case, day))
                assert low < middle < high
            rows.append(
                {
                    "treatment": treatment,
                    "day": day,
                    "survival": digits(middle),
                    "lower": digits(low),
                    "upper": digits(high),
                    "median_days": digits(prediction.median[0, j], 0),
                    "supported": "yes" if day <= model.supported_until[j] else "no",
                }
            )
    return rows


def children_like(model: PooledModel, case: Case, row: dict[str, object]) -> dict[str, object]:
    """The columns of counts that go with a row of a prediction, from the lists one by one."""
    lists, day = model.lists, int(str(row["day"]))
    place = PATTERNS.index((case.interval, "yes" if case.post_transplant_cr else "no"))
    arm = TREATMENTS.index(str(row["treatment"]))
    there = (lists.os_days > case.days_survived) | (case.days_survived == 0)
    there |= ~lists.death & (lists.os_days == case.days_survived)
    died = lists.death & (lists.os_days <= day)
    followed = ~died & (lists.os_days >= day)
    own = there & (lists.cell == place * len(TREATMENTS) + arm)
    of_arm = there & (lists.cell % len(TREATMENTS) == arm)
    enough = {
        name: (((died | followed) & group).sum(axis=1) >= 10).mean() >= 0.9
        for name, group in (("own", own), ("arm", of_arm))
    }
    counts = own.sum(axis=1)
    return {
        "alike": in_halves(counts),
        "alike_low": counts.min(),
        "alike_high": counts.max(),
        "alike_died": in_halves((own & died).sum(axis=1)),
        "alike_followed": in_halves((own & followed).sum(axis=1)),
        "support": "no" if not enough["arm"] else "yes" if enough["own"] else "borrowed",
    }


def in_halves(counts: np.ndarray) -> str:
    return f"{np.median(counts):g}"


# Of the columns that are yes or no none is like another.
CASES = (
    Case("AML", 200, True, 8, "good", "negative", "no", 0, "yes", None),
    Case("B-ALL", 40, True, 3, "poor", None, "yes", 0, None, "yes"),
    Case("T-ALL", 100, False, 14, None, "positive", "no", 60, "no", "no"),
)


def numbers_of_a_case() -> tuple[Records, Records]:
    model, laid_out, written = load_model(), [], []
    for case in CASES:
        inputs = {
            "leukemia": case.leukemia,
            "days_to_failure": case.days_to_failure,
            "post_transplant_cr": "yes" if case.post_transplant_cr else "no",
            "age_years": case.age_years,
            "performance": case.performance or "",
            "mrd": case.mrd or "",
            "tbi": case.tbi or "",
            "days_survived": case.days_survived,
            "gvhd": case.gvhd or "",
            "myeloablative": case.myeloablative or "",
        }
        prediction = prediction_of(model, case, TABLE_DAYS)
        for row in predicted(model, case, TABLE_DAYS):
            arm, day = TREATMENTS.index(str(row["treatment"])), int(str(row["day"]))
            low, middle, high = (
                float(of[arm, day]) for of in (model.at_risk_low, model.at_risk, model.at_risk_high)
            )
            assert low <= middle <= high
            if day in MONTHS:
                assert middle == value(f"f3.at_risk.{row['treatment']}.{MONTHS[day]}")
            medians = (prediction.median, prediction.median_lower, prediction.median_upper)
            past = not day > case.days_survived and case.days_survived
            laid_out.append(
                inputs
                | {"model_version": model.version, "model_hash": model.source_hash}
                | {"all_options": "printed", "treatment": row["treatment"], "day": day}
                | {name: "" if past else row[name] for name in ("survival", "lower", "upper")}
                | {"supported": row["supported"]}
                | {
                    name: digits(median[0, arm], 0)
                    for name, median in zip(
                        ("median_days", "median_lower_days", "median_upper_days"),
                        medians,
                        strict=True,
                    )
                }
                | {
                    "children_in_arm": int(value(f"abs.n.{row['treatment']}")),
                    "at_risk": f"{middle:g}",
                    "at_risk_low": int(low),
                    "at_risk_high": int(high),
                }
            )
        written += read(numbers_as_csv(case, shown_pattern(case, TREATMENTS)))
    return written, laid_out


SCENARIOS = {
    "a": Scenario("second_sct", Case(LEUKEMIAS[0], 200, True)),
    "b": Scenario("chemo_dli", Case(LEUKEMIAS[0], 40, False, days_survived=30)),
    "c": Scenario("palliative", Case(LEUKEMIAS[0], 400, True)),
}


def quantities(scenarios: Sequence[Scenario], reference: int, day: int) -> list[Records]:
    """What `compare` says of each scenario, in the words of a file."""
    every = []
    patterns = [pattern_of(scenario.case, scenario.treatment) for scenario in scenarios]
    for i, one in enumerate(compare(load_model(), patterns, reference, day)):
        scenario = scenarios[i]
        if not scenario.days_survived:
            alive = survival(load_model(), scenario.treatment, scenario.case, day)
            assert one.survival.value == pytest.approx(alive)
        found = [
            ("survival", day, one.survival, one.supported, 4),
            ("difference", day, one.difference, one.contrast_supported, 4),
            ("ratio", day, one.ratio, one.contrast_supported, 4),
        ]
        for k, until in enumerate((365, 730, 1461)):
            mine, both = one.restricted_mean_supported[k], one.restricted_mean_contrast_supported[k]
            apart = one.restricted_mean_difference[k]
            found.append(("restricted_mean", until, one.restricted_mean[k], mine, 1))
            found.append(("restricted_mean_difference", until, apart, both, 1))
        every.append(
            [
                {"quantity": quantity, "day": until}
                | limits(estimate, places)
                | {"supported": "yes" if enough else "no"}
                for quantity, until, estimate, enough, places in found
            ]
        )
    return every


def file_of_compare(folder: Path) -> tuple[Records, Records]:
    source, output = folder / "scenarios.csv", folder / "compared.csv"
    columns = ("case_id", "treatment", "days_to_failure", "post_transplant_cr", "days_survived")
    rows = [
        (
            name,
            one.treatment,
            one.case.days_to_failure,
            "yes" if one.case.post_transplant_cr else "no",
            one.case.days_survived,
        )
        for name, one in SCENARIOS.items()
    ]
    source.write_text(as_csv([columns, *rows]), encoding="utf-8")
    assert main(["compare", str(source), "-o", str(output), "--reference", "b"]) == 0
    laid_out: Records = [
        {"case_id": name, "reference": "b"} | row
        for name, rows_of in zip(SCENARIOS, quantities([*SCENARIOS.values()], 1, 365), strict=True)
        for row in rows_of
    ]
    return read(output.read_text(encoding="utf-8")), laid_out


def file_of_the_comparison_page() -> tuple[Records, Records]:
    asked = Asked(
        (
            holds("second_sct", name="As it is"),
            holds("chemo_dli", days_to_failure=40, post_transplant_cr=False, days_survived=30),
            holds("palliative", days_to_failure=400, name="Had it come later"),
        ),
        1,
        365,
    )
    shown = comparison(asked, Case("AML", 200, True, 8))
    assert shown is not None
    written = read(comparison_as_csv(shown))
    model = load_model()
    scenarios = [*SCENARIOS.values()]
    said = {
        (letter, row["quantity"], row["day"]): row
        for letter, rows in zip("ABC", quantities(scenarios, 1, 365), strict=True)
        for row in rows
    }
    laid_out: Records = []
    for line in written:
        place = "ABC".index(str(line["column"]))
        scenario = scenarios[place]
        case = scenario.case
        arm = TREATMENTS.index(scenario.treatment)
        day = int(str(line["day"])) if line["day"] else None
        row: dict[str, object] | None = said.get((str(line["column"]), str(line["quantity"]), day))
        if place == 1 and line["quantity"] in CONTRASTS and row is not None:
            # Of the reference beside itself nothing is said.
            row = row | dict.fromkeys(LIMITS, "") | {"supported": "yes"}
        if row is None:
            prediction = prediction_of(model, case, TABLE_DAYS if day is None else [day])
            names = ("median", "median_lower", "median_upper")
            if day is not None:
                names = ("survival", "lower", "upper")
            known = day is None or not case.days_survived or day > case.days_survived
            numbers = [
                float(getattr(prediction, name)[0, arm].item()) if known else np.nan
                for name in names
            ]
            until = numbers[0] if day is None else day
            said_so = (digits(number, 0 if day is None else 4) for number in numbers)
            row = dict(zip(LIMITS, said_so, strict=True))
            row["supported"] = "yes" if until <= model.supported_until[arm] else "no"
        laid_out.append(
            {
                "column": "ABC"[place],
                "name": ("As it is", "Chemotherapy + DLI", "Had it come later")[place],
                "treatment": scenario.treatment,
                "days_to_failure": case.days_to_failure,
                "post_transplant_cr": "yes" if case.post_transplant_cr else "no",
                "days_survived": case.days_survived,
                "reference": "B",
                "quantity": line["quantity"],
                "day": "" if day is None else day,
                "estimate": row["estimate"],
                "lower": row["lower"],
                "upper": row["upper"],
                "supported": row["supported"],
                "model_version": model.version,
                "model_hash": model.source_hash,
            }
        )
    assert {row["quantity"] for row in written} == {
        "survival",
        "difference",
        "ratio",
        "restricted_mean",
        "restricted_mean_difference",
        "median",
    }
    return written, laid_out


def ours() -> PooledModel:
    found = Recalibration("baseline", (0.3, 1.0), ((0.0,) * 10,) * 10, 100, 80)
    return recalibrated_model(load_model(), dataclasses.replace(found, checksum="1a2b3c4d"))


def file_of_predict(folder: Path, kind: str) -> tuple[Records, Records]:
    model, source, output = ours(), folder / f"cases.{kind}", folder / f"scored.{kind}"
    cases = pd.DataFrame(
        {
            "case_id": ["p", "q", "r"],
            "leukemia": [case.leukemia for case in CASES],
            "days_to_failure": [case.days_to_failure for case in CASES],
            "post_transplant_cr": ["yes" if case.post_transplant_cr else "no" for case in CASES],
            "days_survived": [case.days_survived for case in CASES],
        }
    )
    getattr(cases, f"to_{kind}")(source, index=False)
    score(str(source), output, model, (100, 365, 1461), {"model": "ours"})
    laid_out: Records = [
        {"case_id": name} | row | children_like(model, case, row) | {"model": "ours"}
        for name, case in zip("pqr", CASES, strict=True)
        for row in predicted(model, case, (100, 365, 1461))
    ]
    if kind == "csv":
        return read(output.read_text(encoding="utf-8")), laid_out
    written = pq.read_table(output).to_pylist()
    for row in written:
        for name in ("survival", "lower", "upper"):
            row[name] = digits(np.nan if row[name] is None else row[name])
        row["median_days"] = "" if row["median_days"] is None else row["median_days"]
        row["supported"] = "yes" if row["supported"] else "no"
        for name in ("alike", "alike_died", "alike_followed"):
            row[name] = f"{row[name]:g}"
    return written, laid_out


def figures_of_the_paper() -> tuple[Records, Records]:
    printed = figures()
    # As cohorts would that are farther from the paper than those there are.
    shown = [
        dataclasses.replace(
            row, values=row.values + row.tolerated * np.linspace(-1.5, 2, len(row.values))
        )
        for row in figures_of()
    ]
    reproduction = load_reproduction()
    laid_out: Records = []
    for row in shown:
        figure, values = printed[row.figure.id], row.values
        away = np.abs(values - figure.value)
        worst = values[away.argmax()]
        if figure.printed[0] in "<>":
            worst = values.max() if figure.printed[0] == "<" else values.min()
        slack = row.tolerated + 1e-9 * max(1, abs(figure.value))
        laid_out.append(
            {
                "figure": figure.id,
                "source": figure.source,
                "quantity": figure.quantity,
                "group": figure.group,
                "model": figure.model,
                "time_months": figure.time,
                "unit": figure.unit,
                "role": figure.role,
                "printed": figure.printed,
                "median": f"{float(np.median(values)):.6g}",
                "lowest": f"{float(min(values)):.6g}",
                "highest": f"{float(max(values)):.6g}",
                "worst": f"{float(worst):.6g}",
                "within_rounding": int(row.within_rounding.sum()),
                "accepted": int((away <= slack).sum())
                if figure.printed[0] not in "<>"
                else int(row.within_rounding.sum()),
                "cohorts": len(values),
                "model_version": reproduction.version,
                "model_hash": reproduction.source_hash,
            }
        )
    return read(figures_as_csv(shown)), laid_out


HEADER = "days_to_failure,post_transplant_cr,treatment,os_days,death"
N_WRONG = 2


def children_brought() -> pd.DataFrame:
    """Children whose numbers of rows, problems, missing values and deaths all differ."""
    children = each_cohort(read_cohorts())[1].sample(171, random_state=0).sort_index()
    children = children.drop(columns="interval").reset_index(drop=True)
    children["death"] = children["death"].map({True: "yes", False: "no"})
    children.loc[:2, "treatment"] = None
    children.loc[3:7, "post_transplant_cr"] = None
    for column, n_missing in (("leukemia", 9), ("age_years", 11), ("sex", 13), ("gvhd", 14)):
        children.loc[: n_missing - 1, column] = None
    children.loc[:14, "tbi"] = None
    children.loc[:15, "stem_cell_source"] = None
    children.loc[:24, "myeloablative"] = None
    children["os_days"] = children["os_days"].astype(object)
    children.loc[170, "os_days"] = "=cmd"
    children.loc[169, "days_to_failure"] = -1
    return children


def read_children() -> Checked:
    table = read_table(children_brought().to_csv(index=False).encode())
    return checked(table, suggest_mapping(table))


def problems_of_a_table() -> tuple[Records, Records]:
    written = read(problems_as_csv(read_children().problems))
    laid_out: Records = [
        {
            "row": 171,
            "column": "days_to_failure",
            "value": "'-1",
            "expected": "a whole number of days from 0 to 6570",
        },
        {
            "row": 172,
            "column": "os_days",
            "value": "'=cmd",
            "expected": "a whole number of days from 0 to 18262",
        },
    ]
    return written, laid_out


def scores_of_children() -> tuple[Records, Records]:
    model = ours()
    children = read_children().children.dropna(subset="post_transplant_cr").tail(40)
    laid_out: Records = []
    for line, child in children.iterrows():
        case = Case("AML", int(child["days_to_failure"]), child["post_transplant_cr"] == "yes")
        laid_out += [
            {"line": line} | row | {"model_version": full_version(model)}
            for row in predicted(model, case, TABLE_DAYS)
        ]
    return read(scores_as_csv(children, model)), laid_out


@pytest.fixture(scope="module")
def measured() -> Performance:
    return performance(expected(load_model(), read_children().children), replicates=20)


def check_measures(measured: Performance) -> tuple[Records, Records]:
    reference, model = load_reference(), load_model()
    laid_out: Records = []
    for one in measured.measures:
        assert one.estimate is not None
        assert one.estimate.lower <= one.estimate.value <= one.estimate.upper
        numbers = (one.estimate.value, one.estimate.lower, one.estimate.upper)
        middle, low, high = reference.measures[one.key]
        assert low <= middle <= high
        laid_out.append(
            {
                "measure": one.name,
                "day": "" if one.day is None else one.day,
                **dict(
                    zip(("value", "lower", "upper"), (f"{n:.5f}" for n in numbers), strict=False)
                ),
                "pseudo_cohorts_median": f"{middle:.5f}",
                "pseudo_cohorts_low": f"{low:.5f}",
                "pseudo_cohorts_high": f"{high:.5f}",
                "children": one.n_children,
                "deaths": one.n_deaths,
                "not_given": "",
                "replicates": 20,
                "seed": measured.seed,
                "left_out": n_left_out(),
                "averaged": 0,
                "model_version": "theirs",
                "model_hash": model.source_hash,
            }
        )
    return read(measures_as_csv(measured, "theirs")), laid_out


def n_left_out() -> int:
    used = children_brought().head(-N_WRONG)
    return int((used["treatment"].isna() | used["post_transplant_cr"].isna()).sum())


def test_every_field_of_the_report_as_json_holds_what_its_name_says(
    measured: Performance, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, brought = tmp_path / "cohort.csv", children_brought()
    brought.to_csv(source, index=False)
    options = ["--only-valid", "--replicates", "20", "--format", "json"]
    assert main(["validate", str(source), *options]) == 0
    report = json.loads(capsys.readouterr().out)
    used = brought.head(-N_WRONG)
    known = used[used["treatment"].notna() & used["post_transplant_cr"].notna()]
    within = known["os_days"].astype(int) <= 1461
    died = (known["death"] == "yes") & within
    model = load_model()
    plain = {
        "model_version": model.version,
        "model_hash": model.source_hash,
        "model": "paper",
        "rows": len(brought),
        "rows_with_problems": N_WRONG,
        "children": len(known),
        "deaths": int(died.sum()),
        "missing_rule": "left_out",
        "left_out": n_left_out(),
        "averaged": 0,
        "last_day": min(int(known["os_days"].max()), 1461),
        "replicates": 20,
        "seed": measured.seed,
        "summary": summary(measured),
    }
    assert len(set(map(str, plain.values()))) == len(plain)
    assert {name: report[name] for name in plain} == plain
    assert report["missing"] == {
        name: int(used[name].isna().sum())
        for name in ("treatment", "post_transplant_cr", *BACKGROUND, "age_years")
        if name != "age"
    }
    assert len(set(report["missing"].values())) == len(report["missing"])
    reference = load_reference()
    for line, one in zip(report["measures"], measured.measures, strict=True):
        assert one.estimate is not None
        assert line == {
            "measure": one.name,
            "day": one.day,
            "value": one.estimate.value,
            "lower": one.estimate.lower,
            "upper": one.estimate.upper,
            "pseudo_cohorts": list(reference.measures[one.key]),
            "children": one.n_children,
            "deaths": one.n_deaths,
            "verdict": verdict(one),
        }
        days = known["os_days"].astype(int)
        until = 1461 if one.day is None else one.day
        assert line["deaths"] == int((died & (days <= until)).sum())
        assert line["children"] == len(known)
    for line in report["case_mix"]:
        of = interval_column(used) if line["column"] == "interval" else used.get(line["column"])
        if line["column"] == "all":
            assert line["published"] == value("t1.n.all")
            assert line["theirs"] == line["known"] == len(used)
            continue
        figure = next(
            one
            for one in figures().values()
            if one.id.startswith("t1.n.") and one.group == f"{line['column']}={line['code']}"
        )
        assert line["published"] == figure.value
        assert line["published_percent"] == value(figure.id.replace(".n.", ".pct."))
        if of is not None:
            assert line["theirs"] == int((of == line["code"]).sum())
            assert line["known"] == int(of.notna().sum())
    assert measured.slope is not None
    half = report["slope_precision"]["half_width_now"]
    assert half == pytest.approx(1.96 * measured.slope.standard_error, rel=1e-4)
    for wanted, deaths in report["slope_precision"]["deaths_needed"].items():
        assert deaths == np.ceil(measured.n_deaths * (half / float(wanted)) ** 2 - 1e-9)


def interval_column(children: pd.DataFrame) -> pd.Series:
    return children["days_to_failure"].astype(int).map(interval_of)


FILES: dict[str, Callable[[Path], tuple[Records, Records]]] = {
    "numbers of a case": lambda _folder: numbers_of_a_case(),
    "comparison page": lambda _folder: file_of_the_comparison_page(),
    "predict, CSV": lambda folder: file_of_predict(folder, "csv"),
    "predict, Parquet": lambda folder: file_of_predict(folder, "parquet"),
    "compare": file_of_compare,
    "figures of the paper": lambda _folder: figures_of_the_paper(),
    "problems of a table": lambda _folder: problems_of_a_table(),
    "scores of children": lambda _folder: scores_of_children(),
}


@pytest.mark.parametrize("name", FILES)
def test_every_column_holds_what_its_name_says(name: str, tmp_path: Path) -> None:
    pinned(*FILES[name](tmp_path))


def test_every_column_of_the_measures_holds_what_its_name_says(measured: Performance) -> None:
    pinned(*check_measures(measured))
