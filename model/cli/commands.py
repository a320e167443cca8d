"""What each verb of the command line does. Heavy libraries are imported by the verb that uses them,
so that `predict` and `guidance` start in a moment.
"""

import argparse
import hashlib
import shutil
from pathlib import Path

from model import __version__
from model.case import FIELDS
from model.language import _
from model.paper.evidence import DATA
from model.recalibration.applied import RecalibrationError, model_name, recalibrated_model
from model.scoring.rows import opened, read_rows
from model.survival.comparison import QUANTITY_COLUMNS
from model.survival.pattern import INPUTS
from model.survival.prediction import (
    HORIZON_DAYS,
    MODEL,
    TABLE_DAYS,
    PooledModel,
    load_model,
    save_model,
)
from model.tables.refused import UnusableInputError
from model.tables.written import in_digits, write_rows

SCENARIO_COLUMNS = ("case_id", "treatment", *INPUTS)
# On these the comparison depends. Whatever else makes a case is read, to be checked, but for the
# leukemia: see `model.survival.comparison.read_pattern`.
USED_OF_SCENARIO = (*SCENARIO_COLUMNS, "days_survived")
KNOWN_OF_SCENARIO = ("case_id", "treatment", *(name for name in FIELDS if name != "leukemia"))
COMPARISON_COLUMNS = ("case_id", "reference", *QUANTITY_COLUMNS)
INPUTS_OF_MODEL = ("cohorts.parquet", "evidence.csv")


def reconstruct(options: argparse.Namespace) -> int:
    """Write pseudo-cohorts of the 334 children."""
    from model.cluster import SchedulerError
    from model.cohort import COHORTS
    from model.reconstruction.ensemble import reconstruct_ensemble
    from model.reconstruction.kept import write_table

    for name, value in (("cohorts", options.cohorts), ("jobs", options.jobs)):
        if value < 1 and not (name == "jobs" and value == -1):
            said = _("--{name}: {value} is not 1 or more")
            raise UnusableInputError(said.format(name=name, value=value))
    output = options.output or COHORTS
    unfinished = output.with_name(f"{output.stem}.unfinished")
    try:
        cohorts = reconstruct_ensemble(
            options.cohorts, options.seed, options.jobs, options.scheduler, unfinished
        )
    except SchedulerError as error:
        raise UnusableInputError(f"--scheduler: {error}") from None
    write_table(cohorts, output)
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
    from model.cohort import analysed, each_cohort, read_cohorts
    from model.reconstruction.compute import compute_reproduction
    from model.reconstruction.compute_freedom import compute_freedom, drawn_with
    from model.reconstruction.freedom import FREEDOM, save_freedom
    from model.reconstruction.reproduction import REPRODUCTION, save_reproduction
    from model.survival.cox import fit_pooled
    from model.survival.exploratory import EXPLORATORY, save_exploratory
    from model.survival.refit import fit_alike, fit_exploratory
    from model.survival.three_alike import ALIKE
    from model.validation.performance import reference_of
    from model.validation.reference import REFERENCE, save_reference

    cohorts = read_cohorts()
    try:
        drawn_with(each_cohort(cohorts), options.seed)
    except ValueError as error:
        raise UnusableInputError(f"--seed: {error}") from None
    model = fit_pooled(analysed(cohorts), __version__, source_hash())
    save_model(model)
    say_written(MODEL, f"{model.n_cohorts} cohorts pooled, {model.source_hash[:12]}")
    save_model(fit_alike(analysed(cohorts), model), ALIKE)
    say_written(ALIKE, "three options assumed alike")
    save_exploratory(fit_exploratory(analysed(cohorts), model))
    say_written(EXPLORATORY, "leukemia, age, GvHD and conditioning added")
    save_reproduction(compute_reproduction(cohorts, model))
    say_written(REPRODUCTION, "published against reproduced")
    save_freedom(compute_freedom(cohorts, options.seed, model))
    say_written(FREEDOM, "what the lists assume, and what waiting may do")
    save_reference(reference_of(each_cohort(analysed(cohorts)), model))
    say_written(REFERENCE, "the model validated on the cohorts it was fitted to")
    return 0


def ranges(options: argparse.Namespace) -> int:
    """Push the cohorts as far as they go, and make others on the other reading of Table 4."""
    from model.cohort import read_cohorts
    from model.reconstruction.compute_ranges import compute_ranges
    from model.reconstruction.kept import write_table
    from model.reconstruction.ranges import IMPUTED_TABLE_4, RANGES, save_ranges

    model = load_model()
    if model.source_hash != source_hash():
        raise UnusableInputError(
            _("data/model.npz is of other cohorts; run `python -m model fit` first")
        )
    for name in ("starts", "lists"):
        most, asked = model.n_cohorts, getattr(options, name)
        if not 1 <= asked <= most:
            raise UnusableInputError(
                _("--{name}: {value} is not from 1 to {most}").format(
                    name=name, value=asked, most=most
                )
            )
    unfinished = RANGES.with_suffix(".unfinished")
    found, imputed = compute_ranges(
        read_cohorts(), model, options.seed, options.starts, options.lists, unfinished, options.jobs
    )
    write_table(imputed, IMPUTED_TABLE_4)
    save_ranges(found)
    shutil.rmtree(unfinished)
    say_written(IMPUTED_TABLE_4, f"{found.n_lists} cohorts on the other reading of Table 4")
    say_written(RANGES, f"{int(found.n_pushes)} pushes")
    return 0


def say_written(path: Path, what: str) -> None:
    """Say that a part is written; what follows may take minutes."""
    print(f"{path.parent.name}/{path.name}: {what}", flush=True)


def check(options: argparse.Namespace) -> int:
    """Print published against reproduced; 1 if any figure is off."""
    from model.cohort import read_cohorts
    from model.paper.digitised import readings
    from model.reconstruction.check import passed, report, reproduced_figures

    rows = reproduced_figures(read_cohorts(), readings())
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
                _("{option}: {value} is not a whole number of days from 0 to {last}").format(
                    option=option, value=part or _("nothing"), last=HORIZON_DAYS
                )
            )
    return tuple(int(part) for part in parts)


def model_of(options: argparse.Namespace) -> PooledModel:
    """The paper's model, or the one recalibrated by the file that `--model` names.

    Raises
    ------
    UnusableInputError
        Saying why the file cannot be used.
    """
    papers, path = load_model(), options.model
    if path is None:
        return papers
    from model.recalibration.file import LARGEST_FILE, read_recalibration

    if path.is_dir():
        raise UnusableInputError(_("{path}: is a folder, not a model file").format(path=path))
    try:
        with opened(path, str(path)) as file:
            recalibration = read_recalibration(file.read(LARGEST_FILE + 1), papers)
    except RecalibrationError as error:
        raise UnusableInputError(f"{path}: {error}") from None
    return recalibrated_model(papers, recalibration)


def said_of(model: PooledModel) -> dict[str, str]:
    """What the last column of a file says of the model; no column for the paper's."""
    return {"model": model_name(model)} if model.recalibration else {}


def predict(options: argparse.Namespace) -> int:
    """Write one row per case, treatment and day."""
    from model.scoring.score import score
    from model.survival.choices import load_choices

    days = read_days("--days", options.days)
    if options.choices and options.model is not None:
        raise UnusableInputError(
            _(
                "--choices: a recalibrated model has the treatments of its centre's children, not "
                "what was chosen at relapse; leave out --model or --choices"
            )
        )
    model = load_choices() if options.choices else model_of(options)
    score(options.cases, options.output, model, days, said_of(model), options.scheduler)
    return 0


def compare(options: argparse.Namespace) -> int:
    """Write, for each scenario, what the model says and how it differs from the reference."""
    from model.survival.comparison import RESTRICTED_MEAN_DAYS, read_pattern
    from model.survival.comparison import compare as compare_patterns

    day = read_days("--day", options.day)
    if len(day) != 1:
        raise UnusableInputError(_("--day: {text} is not one day").format(text=options.day))
    ids, patterns = read_rows(
        options.scenarios, SCENARIO_COLUMNS, USED_OF_SCENARIO, KNOWN_OF_SCENARIO, read_pattern
    )
    reference = ids[0] if options.reference is None else options.reference
    if ids.count(reference) != 1:
        raise UnusableInputError(
            _("--reference: {text} is not the case_id of exactly one scenario").format(
                text=reference or _("nothing")
            )
        )
    model = model_of(options)
    said_of_model = said_of(model)
    compared = compare_patterns(model, patterns, ids.index(reference), day[0])
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
            enough = "yes" if supported else "no"
            rows.append(
                (case_id, reference, quantity, until, *said, enough, *said_of_model.values())
            )
    write_rows((*COMPARISON_COLUMNS, *said_of_model), rows, options.output)
    return 0
