"""The command line: `python -m model check | reconstruct | fit | predict | compare | …`.

Errors go to standard error in words; exit status 1 means that a check failed, 2 that an input
cannot be used, in which case nothing is written.
"""

import argparse
import sys
from pathlib import Path

from model.cli import commands


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    top = argparse.ArgumentParser(prog="python -m model", description=__doc__.splitlines()[0])
    verbs = top.add_subparsers(dest="verb", required=True)

    reconstruct = verbs.add_parser("reconstruct", help="write pseudo-cohorts that fit the paper")
    reconstruct.add_argument("--cohorts", type=int, default=50, metavar="N")
    reconstruct.add_argument("--seed", type=int, default=2017, metavar="S")
    reconstruct.add_argument(
        "--jobs", type=int, default=-1, metavar="J", help="cohorts at a time (default: one a core)"
    )
    reconstruct.add_argument(
        "--scheduler", metavar="ADDRESS", help="let the workers of this Dask scheduler do it"
    )
    reconstruct.add_argument("-o", "--output", type=Path, help="default: data/cohorts.parquet")
    reconstruct.set_defaults(run=commands.reconstruct)

    fit = verbs.add_parser("fit", help="fit every cohort and pool them into data/model.npz")
    fit.set_defaults(run=commands.fit)

    check = verbs.add_parser("check", help="published against reproduced, one line a figure")
    check.set_defaults(run=commands.check)

    predict = verbs.add_parser("predict", help="predicted survival of the cases of a file")
    predict.add_argument(
        "cases", help="CSV file (- reads standard input), Parquet file, or folder of Parquet files"
    )
    predict.add_argument(
        "-o",
        "--output",
        type=Path,
        help="of the kind of the cases; default for CSV: standard output",
    )
    predict.add_argument("--days", help="days since failure, separated by commas")
    predict.add_argument(
        "--scheduler", metavar="ADDRESS", help="let the workers of this Dask scheduler do it"
    )
    add_model_option(predict)
    predict.set_defaults(run=commands.predict)

    compare = verbs.add_parser("compare", help="how scenarios differ from one of them")
    compare.add_argument("scenarios", help="CSV file; - reads standard input")
    compare.add_argument("-o", "--output", type=Path, help="default: standard output")
    compare.add_argument("--day", default="365", help="since failure, for survival (default 365)")
    compare.add_argument("--reference", metavar="CASE_ID", help="default: the first scenario")
    add_model_option(compare)
    compare.set_defaults(run=commands.compare)

    validate = verbs.add_parser("validate", help="how well the model fits a centre's own children")
    validate.add_argument("cohort", type=Path, help="CSV, TSV, Excel or Parquet file")
    validate.add_argument(
        "--mapping", type=Path, metavar="FILE.json", help="what its columns and codes are"
    )
    validate.add_argument(
        "--only-valid", action="store_true", help="use the rows without problems alone"
    )
    validate.add_argument(
        "--missing",
        choices=("left_out", "averaged"),
        default="left_out",
        help="children of unknown treatment or remission (default: left_out)",
    )
    validate.add_argument("--replicates", type=int, default=200, metavar="N")
    validate.add_argument("--model", type=Path, metavar="FILE.json", help="a recalibrated model")
    validate.add_argument("--format", choices=("text", "json"), default="text")
    validate.add_argument(
        "--recalibrate", choices=("baseline", "slope", "refit"), help="to these children"
    )
    validate.add_argument(
        "--centre", default="", metavar="LABEL", help="for the recalibrated model"
    )
    validate.add_argument("-o", "--output", type=Path, help="file for the recalibrated model")
    validate.set_defaults(run=commands.validate)

    guidance = verbs.add_parser("guidance", help="what the paper proposes for a child")
    guidance.add_argument("--leukemia", required=True)
    guidance.add_argument("--days", required=True, help="from first transplant to failure")
    guidance.add_argument("--performance")
    guidance.add_argument("--mrd")
    guidance.add_argument("--tbi")
    guidance.add_argument("--format", choices=("text", "json"), default="text")
    guidance.set_defaults(run=commands.guidance)
    return top


def add_model_option(verb: argparse.ArgumentParser) -> None:
    """Let a verb use a recalibrated model."""
    verb.add_argument(
        "--model",
        type=Path,
        metavar="FILE",
        help="model file of a recalibration (default: the paper's model)",
    )


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit status."""
    options = parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except commands.UnusableInputError as error:
        print(error, file=sys.stderr)
        return 2
    except (FileNotFoundError, ValueError) as error:
        print(f"{error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return 130
    return status
