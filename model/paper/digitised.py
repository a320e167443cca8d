"""Points read off the paper's Figures 1 to 3, for whoever has the paper; the scan lost the curves.

A row of `data/digitised.csv` says how many children of a curve are alive on a day, and how far the
reading may be off. Rows without a value stand ready and say nothing.

Reference: Guyot P, Ades AE, Ouwens MJ, Welton NJ. Enhanced secondary analysis of survival data:
reconstructing the data from published Kaplan-Meier survival curves. BMC Med Res Methodol 2012;12:9.
"""

import csv
import functools
from dataclasses import dataclass
from pathlib import Path

from model.number import whole_number
from model.options import TREATMENTS
from model.paper.evidence import DATA, DAYS_PER_MONTH, Figure, select, value

DIGITISED = DATA / "digitised.csv"
COLUMNS = ("curve", "day", "survival", "reading_error")
# Whom each figure of the paper draws, in the notation of evidence.csv.
CURVES = {
    1: ("all",),
    2: ("leukemia=AML", "leukemia=B-ALL|T-ALL"),
    3: tuple(f"treatment={treatment}" for treatment in TREATMENTS),
}
FIGURE_OF = {curve: figure for figure, curves in CURVES.items() for curve in curves}


@dataclass(frozen=True)
class Reading(Figure):
    """A point of a curve, as a figure in percent; `error` is how far it may be off, in percent."""

    error: float
    line: int

    @property
    def step(self) -> float:
        """The unit of a miss: the reading error, percent."""
        return self.error

    @property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest survival that the reading allows, percent."""
        return self.value - self.error, self.value + self.error


def readings(*of_figures: int) -> tuple[Reading, ...]:
    """List the points read off some of the paper's figures, or off all; none without the file.

    Raises
    ------
    ValueError
        One line for each thing wrong with the file: where, what, and what would be right.
    """
    found = read_digitised(DIGITISED) if DIGITISED.exists() else ()
    wanted = of_figures or tuple(CURVES)
    return tuple(reading for reading in found if FIGURE_OF[reading.group] in wanted)


@functools.cache
def read_digitised(path: Path) -> tuple[Reading, ...]:
    """Read the rows that have a value, in the file's order; raises as `readings` does."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(enumerate(csv.reader(lines), start=1))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path.name}: is not a CSV file in UTF-8: {error}") from None
    if not rows or tuple(rows[0][1]) != COLUMNS:
        raise ValueError(f"{path.name}, line 1: the columns must be {','.join(COLUMNS)}")
    problems: list[str] = []
    found: list[Reading] = []
    stands: dict[tuple[str, int | None], int] = {}
    for line, row in rows[1:]:
        said = _wrong_with(row) if row else []
        if row and not said:
            first = stands.setdefault((row[0], whole_number(row[1])), line)
            if first != line:
                said = [f"{row[0]} on day {row[1]} stands in line {first} too; keep one"]
            elif row[2].strip():
                found.append(_reading(row, line))
                said = _against_print(found[-1])
        problems += [f"{path.name}, line {line}: {problem}" for problem in said]
    problems += [f"{path.name}, {problem}" for problem in _rises(found)]
    if problems:
        raise ValueError("\n".join(problems))
    return tuple(found)


def _wrong_with(row: list[str]) -> list[str]:
    if len(row) != len(COLUMNS):
        return [f"{len(row)} fields; expected {len(COLUMNS)}, with a decimal point and no comma"]
    curve, day, survival, error = row
    problems = []
    if curve not in FIGURE_OF:
        problems.append(f"curve {curve!r} is not one of {', '.join(FIGURE_OF)}")
    last = int(value("txt.follow_up_max.alive"))
    number = whole_number(day)
    if number is None or not 1 <= number <= last:
        problems.append(f"day {day!r} is not a whole number from 1 to {last}")
    if not survival.strip() and not error.strip():
        return problems
    if not 0 <= _fraction(survival) <= 1:
        problems.append(f"survival {survival!r} is not a fraction from 0 to 1, such as 0.41")
    if not 0 < _fraction(error) < 1:
        problems.append(
            f"reading_error {error!r} is not a fraction above 0 and below 1, such as 0.01"
        )
    return problems


def _fraction(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _reading(row: list[str], line: int) -> Reading:
    curve, day = row[0], whole_number(row[1])
    assert day is not None
    return Reading(
        id=f"digitised.{curve}.{day}",
        source=f"Figure {FIGURE_OF[curve]}, digitised",
        quantity="survival",
        group=curve,
        model="",
        time=repr(day / DAYS_PER_MONTH),
        printed=f"{100 * float(row[2]):.6g}",
        unit="percent",
        role="target",
        note="",
        error=100 * float(row[3]),
        line=line,
    )


def _against_print(reading: Reading) -> list[str]:
    """What the paper prints of the same children on the same day, if both cannot be."""
    low, high = reading.bounds
    return [
        f"survival {reading.value / 100:g} is farther than its reading_error from the "
        f"{figure.printed}% printed as {figure.id}; read it again, or leave it out"
        for figure in select(role="target", quantity="survival")
        if (figure.group, figure.day) == (reading.group, reading.day)
        and not (low < figure.bounds[1] and figure.bounds[0] < high)
    ]


def _rises(found: list[Reading]) -> list[str]:
    """Where a curve rises by more than both reading errors."""
    problems = []
    lowest: dict[str, Reading] = {}
    for later in sorted(found, key=lambda reading: reading.day):
        earlier = lowest.setdefault(later.group, later)
        if later.bounds[0] > earlier.bounds[1]:
            problems.append(
                f"line {later.line}: survival {later.value / 100:g} on day {later.day} is above "
                f"the {earlier.value / 100:g} of day {earlier.day} (line {earlier.line}) by more "
                "than their reading errors; a survival curve never rises"
            )
        lowest[later.group] = min(earlier, later, key=lambda reading: reading.bounds[1])
    return problems
