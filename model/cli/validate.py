"""`python -m model validate`: how well the model fits the children of a file.

The report is in English whatever the language: others read it by its words.
"""

import argparse
import datetime
import json
import sys
import textwrap
from dataclasses import asdict

from tqdm import tqdm

from model.cli.commands import model_of
from model.language import ENGLISH, _, code, in_english
from model.recalibration.applied import RecalibrationError, model_name
from model.recalibration.file import write_recalibration
from model.recalibration.fit import recalibrate
from model.scoring.rows import say_unused
from model.survival.prediction import load_model
from model.tables.children import Checked, Source, children_of, read_source
from model.tables.columns import in_one_line
from model.tables.refused import MOST_NAMED, UnusableInputError, not_named
from model.tables.table import PROBLEM_COLUMNS, TableError
from model.tables.written import written_whole
from model.validation.case_mix import case_mix
from model.validation.expected import MOST_CHILDREN, expected
from model.validation.performance import Measure, Performance, performance
from model.validation.reference import load_reference
from model.validation.sample_size import HALF_WIDTHS, deaths_needed, half_width
from model.validation.verdicts import (
    MEASURE_NAMES,
    estimate_words,
    meaning,
    plain_number,
    summary,
    thresholds,
    verdict,
)

REPLICATES_RANGE = (20, 10_000)
PLACES = 3
WIDTH = 100


def print_validation(options: argparse.Namespace) -> int:
    """Print how well the model fits a table; recalibrate the model to it if that is asked for."""
    least, most = REPLICATES_RANGE
    if not least <= options.replicates <= most:
        raise UnusableInputError(
            _("--replicates: {number} is not {least} to {most}").format(
                number=options.replicates, least=least, most=most
            )
        )
    if (options.recalibrate is None) != (options.output is None):
        raise UnusableInputError(_("--recalibrate METHOD and -o FILE go together"))
    model = model_of(options)
    try:
        source = read_source(options.cohort, options.mapping)
    except TableError as error:
        raise _unusable(options, error) from None
    checked = _children(source, options)
    _refuse_or_say(checked, options)
    # Whatever the rule for the measures, a model is fitted to complete children alone.
    file = None if options.recalibrate is None else _recalibrated(checked, options)
    with tqdm(total=1.0, file=sys.stderr, bar_format="{l_bar}{bar}| {elapsed}") as bar:
        result = performance(
            expected(model, checked.children, options.missing),
            replicates=options.replicates,
            progress=lambda share: bar.update(share - bar.n) and None,
        )
    provenance = {
        "model_version": model.version,
        "model_hash": model.source_hash,
        "model": model_name(model) or "paper",
    }
    spoken = code()
    with in_english():
        # What was said of the table above was said in the language of the user.
        checked = checked if spoken == ENGLISH else _children(source, options)
        if options.format == "json":
            report = json.dumps(as_dict(result, checked, provenance, options.missing), indent=2)
        else:
            report = as_text(result, checked, provenance, options.missing)
    if file is not None:
        with written_whole(options.output) as output:
            output.write(file.encode())
    print(report)
    return 0


def _children(source: Source, options: argparse.Namespace) -> Checked:
    """The children of the file, and what is said of it, in the language in use."""
    try:
        return children_of(source)
    except TableError as error:
        raise _unusable(options, error) from None


def _unusable(options: argparse.Namespace, error: TableError) -> UnusableInputError:
    return UnusableInputError(in_one_line(f"{options.cohort}: {error}"))


def _refuse_or_say(checked: Checked, options: argparse.Namespace) -> None:
    """Say on standard error what is not used and who is left out; refuse what cannot be measured.

    Raises
    ------
    UnusableInputError
        If there are problems that were not to be passed over, or too few or too many children.
    """
    say_unused(str(options.cohort), checked.unused)
    differences = [" ".join(checked.left_out)] if checked.left_out else []
    if len(checked.problems) and not options.only_valid:
        # A doubt, as that about a unit, may explain most of the problems.
        raise UnusableInputError("\n".join((*_problems(checked), *checked.doubts, *differences)))
    if checked.children.empty:
        none_left = _("{place}: no row can be used").format(place=options.cohort)
        raise UnusableInputError("\n".join([*_problems(checked), none_left]))
    if incomplete := checked.left_out_under(options.missing):
        differences.append(" ".join(incomplete))
    for sentence in differences:
        print(sentence, file=sys.stderr)
    if len(checked.children) > MOST_CHILDREN:
        raise UnusableInputError(
            _("{place}: {number} children are not 1 to {most}").format(
                place=options.cohort, number=len(checked.children), most=MOST_CHILDREN
            )
        )


def _recalibrated(checked: Checked, options: argparse.Namespace) -> str:
    """The model file of a recalibration to the children of whom all is known."""
    if checked.incomplete and not checked.left_out_under(options.missing):
        print(f"--recalibrate: {' '.join(checked.incomplete)}", file=sys.stderr)
    paper = load_model()
    try:
        found = recalibrate(paper, checked.children, options.recalibrate)
        return write_recalibration(found, paper, options.centre, datetime.date.today())
    except RecalibrationError as error:
        raise UnusableInputError(f"--recalibrate: {error}") from None


def _problems(checked: Checked) -> list[str]:
    """What is wrong with the rows, one a line; from the hundredth on they are counted only."""
    named = [
        _("row {row}, {column}: {value}: expected {expected}").format(
            row=row,
            column=in_one_line(column) or "-",
            value=in_one_line(value) or _("nothing"),
            expected=in_one_line(wanted),
        )
        for row, column, value, wanted in checked.problems[PROBLEM_COLUMNS]
        .head(MOST_NAMED)
        .itertuples(index=False)
    ]
    return [*named, *not_named(len(checked.problems))]


def as_dict(
    result: Performance, checked: Checked, provenance: dict[str, str], missing: str
) -> dict[str, object]:
    """Lay a report out for JSON: every number, None where there is none. It holds no row."""
    reference = load_reference()
    sizes: dict[str, object] | None = None
    if result.slope is not None:
        sizes = {
            "half_width_now": half_width(result.slope),
            "deaths_needed": {
                str(wanted): deaths_needed(result.slope, result.n_deaths, wanted)
                for wanted in HALF_WIDTHS
            },
        }
    return provenance | {
        "rows": checked.n_rows,
        "rows_with_problems": checked.n_wrong_rows,
        "children": result.n_children,
        "deaths": result.n_deaths,
        "missing": checked.missing,
        "missing_rule": missing,
        "left_out": result.n_left_out,
        "averaged": result.n_averaged,
        "last_day": result.last_day,
        "replicates": result.replicates,
        "seed": result.seed,
        "doubts": list(checked.doubts_under(missing)),
        "left_out_with_problems": list(checked.left_out),
        "left_out_as_missing": list(checked.left_out_under(missing)),
        "summary": summary(result),
        "measures": [
            {
                "measure": one.name,
                "day": one.day,
                **(
                    asdict(one.estimate)
                    if one.estimate
                    else dict.fromkeys(("value", "lower", "upper"))
                ),
                "pseudo_cohorts": reference.measures.get(one.key),
                "children": one.n_children,
                "deaths": one.n_deaths,
                "verdict": verdict(one),
            }
            for one in result.measures
        ],
        "case_mix": [asdict(row) for row in case_mix(checked.children)],
        "slope_precision": sizes,
    }


def as_text(result: Performance, checked: Checked, provenance: dict[str, str], missing: str) -> str:
    """Lay a report out for people."""
    lines = [
        "Aftergraft model {version}, {hash} ({model})".format(
            version=provenance["model_version"],
            hash=provenance["model_hash"][:12],
            model=provenance["model"],
        ),
        *(
            line
            for words in (
                " ".join(checked.left_out),
                " ".join(checked.left_out_under(missing)),
                summary(result),
                *checked.doubts_under(missing),
            )
            if words
            for line in ("", *textwrap.wrap(words, WIDTH))
        ),
    ]
    for name in dict.fromkeys(one.name for one in result.measures):
        lines += ["", MEASURE_NAMES[name], *textwrap.wrap(meaning(name), WIDTH)]
        lines += [_line(one) for one in result.measures if one.name == name]
    lines += ["", *textwrap.wrap(thresholds(), WIDTH), "", *_precision(result), "", "Case mix"]
    for row in case_mix(checked.children):
        percent = "" if row.published_percent is None else f" ({row.published_percent:g}%)"
        theirs = f"{row.theirs / row.known:.1%}" if row.known else "-"
        lines.append(
            "  {group}: {theirs} of {known} ({share}); paper {published}{percent}".format(
                group=f"{row.column} {row.code}".strip(),
                theirs=row.theirs,
                known=row.known,
                share=theirs,
                published=row.published,
                percent=percent,
            )
        )
    return "\n".join(lines)


def _line(one: Measure) -> str:
    reference = load_reference().measures.get(one.key)
    when = "" if one.day is None else f"day {one.day}: "
    if one.estimate is None:
        return _indented(f"{when}{verdict(one)}")
    cohorts = ""
    if reference is not None:
        cohorts = " " + "Pseudo-cohorts (optimistic): {middle} ({low} to {high}).".format(
            **{
                key: plain_number(value, PLACES)
                for key, value in zip(("middle", "low", "high"), reference, strict=True)
            }
        )
    return _indented(
        f"{when}{estimate_words(one.estimate, places=PLACES)}. {verdict(one)}{cohorts}"
    )


def _indented(text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent="  ", subsequent_indent="    ")


def _precision(result: Performance) -> list[str]:
    if result.slope is None:
        return []
    reach = plain_number(half_width(result.slope), 2)
    lines = [f"{result.n_deaths} deaths give a slope to within {reach} either side."]
    for wanted in HALF_WIDTHS:
        deaths = deaths_needed(result.slope, result.n_deaths, wanted)
        lines.append(f"  Within {wanted}: about {deaths} deaths.")
    return lines
