"""The command line: `python -m model check | reconstruct | fit | predict | compare | …`.

Errors go to standard error in words; exit status 1 means that a check failed, 2 that an input
cannot be used, in which case nothing is written. What goes to standard error is in the language of
the environment (`LANG` and the like) or of `--language`; what is written, to standard output or to
a file, is the same in every language.
"""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from model.catalogues import catalogue, languages
from model.cli import commands
from model.language import ENGLISH, _, use
from model.tables.refused import UnusableInputError

# Where gettext looks for a language, and in this order.
OF_ENVIRONMENT = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    top = argparse.ArgumentParser(prog="python -m model", description=__doc__.splitlines()[0])
    add_language_option(top, default=None)
    verbs = top.add_subparsers(dest="verb", required=True)

    def verb(name: str, run: Callable[[argparse.Namespace], int], help: str) -> Any:
        one = verbs.add_parser(name, help=help)
        add_language_option(one, default=argparse.SUPPRESS)
        one.set_defaults(run=run)
        return one

    describe_reconstruct(
        verb("reconstruct", commands.reconstruct, "write pseudo-cohorts that fit the paper")
    )
    fit = verb("fit", commands.fit, "fit every cohort and pool them into data/model.npz")
    fit.add_argument(
        "--seed", type=int, default=2017, metavar="S", help="that the cohorts were made with"
    )
    describe_range(
        verb("range", commands.ranges, "how far cohorts can be pushed, and another reading of them")
    )
    verb("check", commands.check, "published against reproduced, one line a figure")
    describe_predict(verb("predict", commands.predict, "predicted survival of the cases of a file"))
    describe_compare(verb("compare", commands.compare, "how scenarios differ from one of them"))
    describe_validate(verb("validate", validate, "how well the model fits a centre's own children"))
    describe_guidance(verb("guidance", guidance, "what the paper proposes for a child"))
    return top


def describe_reconstruct(verb: argparse.ArgumentParser) -> None:
    """Describe the options of `reconstruct`."""
    verb.add_argument("--cohorts", type=int, default=100, metavar="N")
    verb.add_argument("--seed", type=int, default=2017, metavar="S")
    verb.add_argument(
        "--jobs", type=int, default=-1, metavar="J", help="cohorts at a time (default: one a core)"
    )
    add_scheduler_option(verb)
    verb.add_argument("-o", "--output", type=Path, help="default: data/cohorts.parquet")


def describe_range(verb: argparse.ArgumentParser) -> None:
    """Describe the options of `range`."""
    verb.add_argument(
        "--starts", type=int, default=2, metavar="N", help="cohorts that each push begins with"
    )
    verb.add_argument(
        "--lists", type=int, default=20, metavar="N", help="cohorts on the other reading"
    )
    verb.add_argument("--seed", type=int, default=2017, metavar="S")
    verb.add_argument(
        "--jobs", type=int, default=-1, metavar="J", help="at a time (default: one a core)"
    )


def describe_predict(verb: argparse.ArgumentParser) -> None:
    """Describe the options of `predict`."""
    verb.add_argument(
        "cases", help="CSV file (- reads standard input), Parquet file, or folder of Parquet files"
    )
    verb.add_argument(
        "-o",
        "--output",
        type=Path,
        help="of the kind of the cases; default for CSV: standard output",
    )
    verb.add_argument("--days", help="days since failure, separated by commas")
    verb.add_argument(
        "--choices",
        action="store_true",
        help="the choices as they stand at relapse, in place of the treatments",
    )
    add_scheduler_option(verb)
    add_model_option(verb)


def describe_compare(verb: argparse.ArgumentParser) -> None:
    """Describe the options of `compare`."""
    verb.add_argument("scenarios", help="CSV file; - reads standard input")
    verb.add_argument("-o", "--output", type=Path, help="default: standard output")
    verb.add_argument("--day", default="365", help="since failure, for survival (default 365)")
    verb.add_argument("--reference", metavar="CASE_ID", help="default: the first scenario")
    add_model_option(verb)


def describe_validate(verb: argparse.ArgumentParser) -> None:
    """Describe the options of `validate`."""
    verb.add_argument("cohort", type=Path, help="CSV, TSV, Excel or Parquet file")
    verb.add_argument(
        "--mapping", type=Path, metavar="FILE.json", help="what its columns and codes are"
    )
    verb.add_argument(
        "--only-valid", action="store_true", help="use the rows without problems alone"
    )
    verb.add_argument(
        "--missing",
        choices=("left_out", "averaged"),
        default="left_out",
        help="children of unknown treatment or remission (default: left_out)",
    )
    verb.add_argument("--replicates", type=int, default=200, metavar="N")
    verb.add_argument("--model", type=Path, metavar="FILE.json", help="a recalibrated model")
    verb.add_argument("--format", choices=("text", "json"), default="text")
    verb.add_argument(
        "--recalibrate", choices=("baseline", "slope", "refit"), help="to these children"
    )
    verb.add_argument("--centre", default="", metavar="LABEL", help="for the recalibrated model")
    verb.add_argument("-o", "--output", type=Path, help="file for the recalibrated model")


def describe_guidance(verb: argparse.ArgumentParser) -> None:
    """Describe the options of `guidance`."""
    verb.add_argument("--leukemia", required=True)
    verb.add_argument("--days", required=True, help="from first transplant to failure")
    for optional in ("--performance", "--mrd", "--tbi"):
        verb.add_argument(optional)
    verb.add_argument("--format", choices=("text", "json"), default="text")


def add_language_option(parser: argparse.ArgumentParser, default: str | None) -> None:
    """Let what goes to standard error be in another language than the environment's."""
    parser.add_argument(
        "--language",
        metavar="CODE",
        default=default,
        help="of what goes to standard error (default: that of the environment)",
    )


def add_scheduler_option(verb: argparse.ArgumentParser) -> None:
    """Let a verb share its work out."""
    verb.add_argument(
        "--scheduler", metavar="ADDRESS", help="let the workers of this Dask scheduler do it"
    )


def add_model_option(verb: argparse.ArgumentParser) -> None:
    """Let a verb use a recalibrated model."""
    verb.add_argument(
        "--model",
        type=Path,
        metavar="FILE",
        help="model file of a recalibration (default: the paper's model)",
    )


def validate(options: argparse.Namespace) -> int:
    """Print how well the model fits the children of a file."""
    from model.cli.validate import print_validation

    return print_validation(options)


def guidance(options: argparse.Namespace) -> int:
    """Print what the paper proposes for a child."""
    from model.cli.guidance import print_guidance

    return print_guidance(options)


def language_of_environment() -> str:
    """The language that the environment asks for, such as fr for fr_CA.UTF-8; else English."""
    asked = next(filter(None, map(os.environ.get, OF_ENVIRONMENT)), "")
    for name in asked.split(":"):
        code = name.partition(".")[0].partition("@")[0]
        family = code.partition("_")[0]
        if family in ("", "C", "POSIX", ENGLISH):
            return ENGLISH  # without reading any catalogue
        for known in (code, family):
            if known in languages():
                return known
    return ENGLISH


def speak(asked: str | None) -> None:
    """Speak the language asked for, or that of the environment.

    Raises
    ------
    UnusableInputError
        If there is no such language.
    """
    if asked is not None and asked not in languages():
        use(catalogue(language_of_environment()), language_of_environment())
        known = ", ".join(languages())
        said = _("--language: {asked} is not one of {known}").format(asked=asked, known=known)
        raise UnusableInputError(said)
    code = language_of_environment() if asked is None else asked
    use(catalogue(code), code)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit status."""
    options = parser().parse_args(arguments)
    try:
        speak(options.language)
        status: int = options.run(options)
    except (UnusableInputError, FileNotFoundError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return 130
    return status
