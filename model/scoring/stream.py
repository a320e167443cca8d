"""Predicted survival of a file of cases, however long it is, in the same memory.

What the model says of a case depends on its pattern (interval by remission) and on the day on which
the child is known to be alive, and on nothing else. So the lines of a pattern are made once, and a
case puts its name into them. `read_case` judges every row, one column at a time, since what is
right in one does not depend on another; a value that was judged is remembered. Parquet files are
scored in `model.scoring.parquet`.
"""

import functools
import operator
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import numpy as np
from tqdm import tqdm

from model.case import ANY_CASE, FIELDS, REQUIRED, CaseError, Problem, read_case
from model.language import _
from model.options import TREATMENTS, arms_of
from model.scoring.rows import opened_rows, say_no_rows
from model.survival.pattern import PATTERNS, patterns_of
from model.survival.prediction import PooledModel, Prediction, predict_patterns
from model.survival.support import SUPPORT, Counted, counted
from model.tables.refused import Problems
from model.tables.written import as_csv, in_digits, written_whole

CASE_COLUMNS = ("case_id", *REQUIRED)
# Each row must have these; on them, and on days_survived, the predictions depend. The leukemia is
# read because files have it, and may be empty. Whatever else makes a case is read, to be checked.
USED_COLUMNS = (*CASE_COLUMNS, "leukemia", "days_survived")
KNOWN_COLUMNS = ("case_id", *FIELDS)
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
# What follows them in a file of cases: children like the case, under the option, in the lists
# (median, fewest, most); how many of them had died by the day, and were followed on it (medians);
# whether the number has their support. See `model.survival.support`.
COUNT_COLUMNS = ("alike", "alike_low", "alike_high", "alike_died", "alike_followed", "support")
# Lines of predictions that are remembered, for the days on which children are known to be alive.
MOST_KEPT = 500_000
# Values and rows that are remembered, and characters gathered before they are written.
DISTINCT, CHUNK = 2**16, 2**18
SECONDS_WITHOUT_PROGRESS = SECONDS_BETWEEN_LINES = 2
# Stands for the case in the lines of its pattern; no other field holds it.
CASE = "\0"
NEEDS_QUOTES = re.compile('[,"\r\n]')


def progress(place: str) -> tqdm:
    """Give a line on standard error: cases, cases a second, and share of the input read.

    On a terminal at once; elsewhere, as in a log, only of what takes long, and less often.
    """
    shown = sys.stderr.isatty()
    return tqdm(
        unit=_(" cases"),
        unit_scale=True,
        desc=place,
        delay=0 if shown else SECONDS_WITHOUT_PROGRESS,
        mininterval=0.1 if shown else SECONDS_BETWEEN_LINES,
    )


def note_progress(bar: tqdm, cases: int, share: float | None) -> None:
    """Tell the progress line that more cases are done, and what share of the input is read."""
    if share is not None:
        said = _("{share} of the input").format(share=f"{share:.0%}")
        bar.set_postfix_str(said, refresh=False)
    bar.update(cases)


@functools.lru_cache(maxsize=2)
def predictor(
    model: PooledModel, days: tuple[int, ...]
) -> Callable[[int], tuple[Prediction, Counted]]:
    """Give what predicts every one of `PATTERNS` from a day survived, and counts the children like
    it, and remembers both.
    """
    every = np.arange(len(PATTERNS))

    @functools.lru_cache(maxsize=days_kept(days))
    def of_patterns(days_survived: int) -> tuple[Prediction, Counted]:
        counts = counted(model.lists, arms_of(model.options), days, days_survived)
        return predict_patterns(model, every, days_survived, days=days), counts

    return of_patterns


def days_kept(days: tuple[int, ...]) -> int:
    """How many days survived to remember the predictions of, so that their memory is bounded."""
    return max(8, MOST_KEPT // (len(PATTERNS) * len(TREATMENTS) * max(1, len(days))))


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


def count_rows(counts: Counted) -> Iterator[tuple[str, ...]]:
    """Lay counts out as rows of `COUNT_COLUMNS`, in the order of `prediction_rows`."""
    for i, j, k in np.ndindex(*counts.support.shape):
        yield (
            halves(float(counts.children[i, j])),
            str(counts.fewest[i, j]),
            str(counts.most[i, j]),
            halves(float(counts.died[i, j, k])),
            halves(float(counts.followed[i, j, k])),
            SUPPORT[counts.support[i, j, k]],
        )


def halves(median: float) -> str:
    """A median of whole numbers, which may lie halfway between two."""
    return f"{median:.1f}".removesuffix(".0")


def score_csv(
    name: str, output: Path | None, model: PooledModel, days: tuple[int, ...], more: dict[str, str]
) -> None:
    """Score a CSV file; see `score`."""
    lines_of = lines_of_patterns(model, days, more)
    with (
        written_whole(output) as file,
        opened_rows(name, CASE_COLUMNS, USED_COLUMNS, KNOWN_COLUMNS) as rows,
        progress(rows.place) as bar,
    ):
        place = {column: k for k, column in enumerate(rows.header)}
        fields = [column for column in FIELDS if column in place]
        judged = operator.itemgetter(*(place[column] for column in fields))
        case_id = place["case_id"]
        seen_of = Remembered(functools.partial(seen_by_the_model, fields))
        file.write(as_csv([(*PREDICTION_COLUMNS, *COUNT_COLUMNS, *more)]).encode())
        problems = Problems(rows.place)
        gathered: list[str] = []
        cases = length = 0
        for row in rows.each(problems):
            cases += 1
            try:
                days_survived, pattern = seen_of[judged(row)]
            except CaseError as error:
                rows.note(error, problems)
                continue
            gathered.append(quoted(row[case_id]).join(lines_of(days_survived)[pattern]))
            length += len(gathered[-1])
            if length > CHUNK:
                if not problems.count:
                    file.write("".join(gathered).encode())
                note_progress(bar, cases, rows.share_read())
                gathered.clear()
                cases = length = 0
        problems.raise_if_any()
        if not seen_of:
            say_no_rows(rows.place)
        file.write("".join(gathered).encode())
        note_progress(bar, cases, rows.share_read())


def lines_of_patterns(
    model: PooledModel, days: tuple[int, ...], more: dict[str, str]
) -> Callable[[int], list[list[str]]]:
    """Give what lays out, for a day survived, the lines of every pattern around a case's name."""
    of_patterns = predictor(model, days)

    @functools.lru_cache(maxsize=days_kept(days))
    def lines(days_survived: int) -> list[list[str]]:
        prediction, counts = of_patterns(days_survived)
        predicted = prediction_rows([CASE] * len(PATTERNS), prediction)
        rows = [
            (*row, *count, *more.values())
            for row, count in zip(predicted, count_rows(counts), strict=True)
        ]
        each = len(rows) // len(PATTERNS)
        pieces = [as_csv(rows[k * each : (k + 1) * each]) for k in range(len(PATTERNS))]
        return [of_pattern.split(CASE) for of_pattern in pieces]

    return lines


def seen_by_the_model(fields: list[str], values: tuple[str, ...]) -> tuple[int, int]:
    """Judge the fields of a case; give the day it survived and its pattern."""
    found = [value_of(field, value) for field, value in zip(fields, values, strict=True)]
    problems = [one for one in found if isinstance(one, Problem)]
    if problems:
        raise CaseError(problems)
    number = dict(zip(fields, cast(list[int], found), strict=True))
    return number.get("days_survived", 0), int(patterns_of(number))


@functools.lru_cache(maxsize=DISTINCT, typed=True)
def value_of(field: str, value: object) -> int | Problem:
    """Read one field of a case; a number for those that the model sees, 0 for the others."""
    try:
        found = getattr(read_case({**ANY_CASE, field: value}), field)
    except CaseError as error:
        return error.problems[0]
    return int(found) if isinstance(found, int) else 0


class Remembered(dict[tuple[str, ...], tuple[int, int]]):
    """What a function gives for each key, kept; a plain look-up is faster than `lru_cache`."""

    def __init__(self, work: Callable[[tuple[str, ...]], tuple[int, int]]) -> None:
        self.work = work

    def __missing__(self, key: tuple[str, ...]) -> tuple[int, int]:
        if len(self) >= DISTINCT:
            self.clear()
        self[key] = self.work(key)
        return self[key]


def quoted(text: str) -> str:
    """Write a field of CSV, in quotes where it needs them."""
    return '"' + text.replace('"', '""') + '"' if NEEDS_QUOTES.search(text) else text
