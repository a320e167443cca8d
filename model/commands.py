"""What each verb of the command line does. Heavy libraries are imported by the verb that uses them,
so that `predict` and `guidance` start in a moment.
"""

import argparse
import csv
import hashlib
import io
import json
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from model import __version__
from model.case import CaseError, read_case
from model.evidence import DATA
from model.prediction import HORIZON_DAYS, TABLE_DAYS, Prediction, load_model, save_model
from model.prediction import predict as predict_survival

CASE_COLUMNS = ("case_id", "leukemia", "days_to_failure", "post_transplant_cr")
PREDICTION_COLUMNS = (
    "case_id",
    "treatment",
    "day",
    "survival",
    "lower",
    "upper",
    "median_days",
    "supported",
)
SCENARIO_COLUMNS = ("case_id", "treatment", "days_to_failure", "post_transplant_cr")
COMPARISON_COLUMNS = (
    "case_id",
    "reference",
    "quantity",
    "day",
    "estimate",
    "lower",
    "upper",
    "supported",
)
INPUTS_OF_MODEL = ("cohorts.parquet", "evidence.csv")


class UnusableInputError(Exception):
    """A problem with what the user gave, said in words; exit status 2."""


def reconstruct(options: argparse.Namespace) -> int:
    """Write pseudo-cohorts of the 334 children."""
    from model.cohort import COHORTS
    from model.reconstruction.ensemble import SchedulerError, reconstruct_ensemble, write_cohorts

    for name, value in (("cohorts", options.cohorts), ("jobs", options.jobs)):
        if value < 1 and not (name == "jobs" and value == -1):
            raise UnusableInputError(f"--{name}: {value} is not 1 or more")
    output = options.output or COHORTS
    unfinished = output.with_name(f"{output.stem}.unfinished")
    try:
        cohorts = reconstruct_ensemble(
            options.cohorts, options.seed, options.jobs, options.scheduler, unfinished
        )
    except SchedulerError as error:
        raise UnusableInputError(f"--scheduler: {error}") from None
    write_cohorts(cohorts, output)
    shutil.rmtree(unfinished)
    return 0


def source_hash() -> str:
    """Hash of what the model is fitted to: the cohorts and the evidence."""
    digest = hashlib.sha256()
    for name in INPUTS_OF_MODEL:
        digest.update((DATA / name).read_bytes())
    return digest.hexdigest()


def fit(options: argparse.Namespace) -> int:
    """Fit every cohort, pool them and write the model and the reproduction the app loads."""
    from model.alike import ALIKE
    from model.cohort import analysed, read_cohorts
    from model.cox import fit_pooled
    from model.exploratory import save_exploratory
    from model.refit import fit_alike, fit_exploratory
    from model.reproduce import reproduction
    from model.reproduction import save_reproduction
    from model.sensitivity import fit_sensitivity, save_sensitivity

    cohorts = read_cohorts()
    model = fit_pooled(analysed(cohorts), __version__, source_hash())
    save_model(model)
    save_model(fit_alike(analysed(cohorts), model), ALIKE)
    save_exploratory(fit_exploratory(analysed(cohorts), model))
    save_sensitivity(fit_sensitivity(analysed(cohorts)), model.version, model.source_hash)
    save_reproduction(reproduction(cohorts, model))
    print(f"data/model.npz: {model.n_cohorts} cohorts pooled, {model.source_hash[:12]}")
    return 0


def check(options: argparse.Namespace) -> int:
    """Print published against reproduced; 1 if any figure is off."""
    from model.check import passed, report, reproduce
    from model.cohort import read_cohorts

    rows = reproduce(read_cohorts())
    print(report(rows))
    return 0 if passed(rows) else 1


def read_days(option: str, text: str | None) -> tuple[int, ...]:
    """Read the days of an option of the command line."""
    if text is None:
        return TABLE_DAYS
    parts = [part.strip() for part in text.split(",")]
    for part in parts:
        if not (part.isascii() and part.isdigit()) or int(part[:9]) > HORIZON_DAYS:
            raise UnusableInputError(
                f"{option}: {part or 'nothing'} is not a whole number of days from 0 to "
                f"{HORIZON_DAYS}"
            )
    return tuple(int(part) for part in parts)


Read = TypeVar("Read")


def read_rows(
    name: str, columns: tuple[str, ...], read: Callable[[dict[str, str]], Read]
) -> tuple[list[str], list[Read]]:
    """Read the rows of a CSV file, or of standard input for ``-``, by the names of its columns.

    Parameters
    ----------
    name : str
    columns : tuple of str
        Those that must be there; `case_id` is one of them. Others may be.
    read : callable
        Makes one row what it stands for, or raises `CaseError`.

    Raises
    ------
    UnusableInputError
        Naming every bad row by line, column, value and what was expected.
    """
    place = "standard input" if name == "-" else name
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        lines = raw.decode("utf-8-sig")
    except FileNotFoundError:
        raise UnusableInputError(f"{place}: there is no such file") from None
    except IsADirectoryError:
        raise UnusableInputError(f"{place}: is a folder, not a CSV file") from None
    except PermissionError:
        raise UnusableInputError(f"{place}: may not be read") from None
    except UnicodeDecodeError:
        raise UnusableInputError(f"{place}: is not UTF-8 text") from None
    ids, cases, problems = [], [], []
    try:
        reader = csv.DictReader(io.StringIO(lines, newline=""), strict=True)
        missing = [column for column in columns if column not in (reader.fieldnames or ())]
        if missing:
            raise UnusableInputError(
                f"{place}: line 1: column {', '.join(missing)} is missing; expected the columns "
                f"{', '.join(columns)}"
            )
        for row in reader:
            if None in row:
                problems.append(f"line {reader.line_num}: has more fields than line 1 has columns")
                continue
            ids.append(row["case_id"] or "")
            try:
                cases.append(read(row))
            except CaseError as error:
                problems.extend(
                    f"line {reader.line_num}, column {problem}" for problem in error.problems
                )
    except csv.Error as error:
        raise UnusableInputError(f"{place}: is not a CSV file: {error}") from None
    if problems:
        raise UnusableInputError("\n".join(f"{place}: {problem}" for problem in problems))
    return ids, cases


def write_rows(
    columns: tuple[str, ...], rows: Iterable[Sequence[object]], output: Path | None
) -> None:
    """Write rows as CSV to a file, or to standard output."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    if output is None:
        sys.stdout.write(text.getvalue())
        return
    try:
        output.write_text(text.getvalue(), encoding="utf-8")
    except OSError as error:
        raise UnusableInputError(f"{output}: {error.strerror}") from None


def in_digits(value: float, places: int) -> str:
    """A number for a file; nothing where the model says nothing."""
    return "" if np.isnan(value) else f"{value:.{places}f}"


def prediction_rows(
    ids: list[str], prediction: Prediction
) -> "list[tuple[str, str, int, str, str, str, str, str]]":
    """Lay a prediction out as rows of `PREDICTION_COLUMNS`; survival as fractions."""
    rows = []
    for i, case_id in enumerate(ids):
        for j, treatment in enumerate(prediction.treatments):
            for k, day in enumerate(prediction.days):
                rows.append(
                    (
                        case_id,
                        treatment,
                        int(day),
                        in_digits(prediction.survival[i, j, k], 4),
                        in_digits(prediction.lower[i, j, k], 4),
                        in_digits(prediction.upper[i, j, k], 4),
                        in_digits(prediction.median[i, j], 0),
                        "yes" if prediction.supported[j, k] else "no",
                    )
                )
    return rows


def predict(options: argparse.Namespace) -> int:
    """Write one row per case, treatment and day."""
    days = read_days("--days", options.days)
    ids, cases = read_rows(options.cases, CASE_COLUMNS, read_case)
    prediction = predict_survival(
        load_model(),
        [case.days_to_failure for case in cases],
        [case.post_transplant_cr for case in cases],
        [case.days_survived for case in cases],
        days=days,
    )
    write_rows(PREDICTION_COLUMNS, prediction_rows(ids, prediction), options.output)
    return 0


def compare(options: argparse.Namespace) -> int:
    """Write, for each scenario, what the model says and how it differs from the reference."""
    from model.comparison import RESTRICTED_MEAN_DAYS, read_scenario
    from model.comparison import compare as compare_scenarios

    day = read_days("--day", options.day)
    if len(day) != 1:
        raise UnusableInputError(f"--day: {options.day} is not one day")
    ids, scenarios = read_rows(options.scenarios, SCENARIO_COLUMNS, read_scenario)
    reference = ids[0] if options.reference is None and ids else options.reference
    if ids.count(reference) != 1:
        raise UnusableInputError(
            f"--reference: {reference or 'nothing'} is not the case_id of exactly one scenario"
        )
    compared = compare_scenarios(load_model(), scenarios, ids.index(reference), day[0])
    rows = []
    for case_id, one in zip(ids, compared, strict=True):
        quantities = [
            ("survival", day[0], one.survival, one.supported, 4),
            ("difference", day[0], one.difference, one.contrast_supported, 4),
            ("ratio", day[0], one.ratio, one.contrast_supported, 4),
        ]
        for k, until in enumerate(RESTRICTED_MEAN_DAYS):
            mine = one.restricted_mean_supported[k]
            both = one.restricted_mean_contrast_supported[k]
            apart = one.restricted_mean_difference[k]
            quantities += [
                ("restricted_mean", until, one.restricted_mean[k], mine, 1),
                ("restricted_mean_difference", until, apart, both, 1),
            ]
        for quantity, until, estimate, supported, places in quantities:
            limits = (estimate.value, estimate.lower, estimate.upper)
            said = [in_digits(number, places) for number in limits]
            rows.append((case_id, reference, quantity, until, *said, "yes" if supported else "no"))
    write_rows(COMPARISON_COLUMNS, rows, options.output)
    return 0


def guidance(options: argparse.Namespace) -> int:
    """Print what the paper proposes for a leukemia at a time since transplant."""
    from model.guidelines import as_dict, as_text
    from model.guidelines import guidance as guidance_for

    # Remission status does not enter the guidance; any valid value lets the rest be checked.
    case = read_case(
        {
            "leukemia": options.leukemia,
            "days_to_failure": options.days,
            "post_transplant_cr": "yes",
            "performance": options.performance,
            "mrd": options.mrd,
            "tbi": options.tbi,
        }
    )
    found = guidance_for(
        case.leukemia,
        case.days_to_failure,
        performance=case.performance,
        mrd=case.mrd,
        tbi=case.tbi,
    )
    if options.format == "json":
        print(json.dumps(as_dict(found), ensure_ascii=False, indent=2))
    else:
        print(as_text(found))
    return 0
