"""The published figures, typed: every number the paper prints, with the rounding it was printed in.

One row of `data/evidence.csv` is one `Figure`. A figure printed 0.46 is met by anything in
[0.455, 0.465); that interval, never the bare number, is what the reconstruction aims at.
"""

import csv
import functools
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "data"

DAYS_PER_MONTH = 365.25 / 12
LIMITS_OF_MEDIAN = ("median_survival_lower", "median_survival_upper")
PREFIXES = ("<=", ">=", "<", ">", "~")
# What is printed as "around" a number is taken as this many units of its last digit either way.
AROUND = 5


@dataclass(frozen=True)
class Figure:
    """One printed number. Attributes are the columns of `data/evidence.csv`."""

    id: str
    source: str
    quantity: str
    group: str
    model: str
    time: str
    printed: str
    unit: str
    role: str
    note: str

    @property
    def relation(self) -> str:
        """One of "<", "<=", ">", ">=", "~" (printed as "around"); "" for a plain number."""
        return next((prefix for prefix in PREFIXES if self.printed.startswith(prefix)), "")

    @property
    def value(self) -> float:
        """The number itself, in `unit`, without its relation."""
        return float(self.printed.removeprefix(self.relation))

    @property
    def step(self) -> float:
        """One unit of the last printed digit, in `unit`."""
        mantissa, _, exponent = self.printed.removeprefix(self.relation).partition("e")
        decimals = len(mantissa.partition(".")[2])
        return 10.0 ** (int(exponent or 0) - decimals)

    @property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest value that print as this figure does, in `unit`."""
        if self.relation in ("<", "<="):
            return float("-inf"), self.value
        if self.relation in (">", ">="):
            return self.value, float("inf")
        if self.relation == "~":
            return self.value - AROUND * self.step, self.value + AROUND * self.step
        return self.value - self.step / 2, self.value + self.step / 2

    @property
    def day(self) -> int:
        """The day at which the printed number of months is complete: 12 months are 365 days."""
        return round(float(self.time) * DAYS_PER_MONTH)


@functools.cache
def figures(path: Path = DATA / "evidence.csv") -> dict[str, Figure]:
    """Read the published figures by their id, in the file's order.

    Raises
    ------
    ValueError
        If an id stands twice.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [Figure(**row) for row in csv.DictReader(lines)]
    by_id = {row.id: row for row in rows}
    if len(by_id) < len(rows):
        raise ValueError(f"{path.name}: an id stands twice")
    return by_id


def value(figure_id: str) -> float:
    """Give the printed value of one figure, in its unit."""
    return figures()[figure_id].value


def width(limit: Figure) -> float:
    """Width of the printed interval that a figure is the lower or upper limit of, in its unit."""
    stem = limit.id.rpartition(".")[0]
    return figures()[f"{stem}.upper"].value - figures()[f"{stem}.lower"].value


def select(role: str | None = None, quantity: str | None = None) -> list[Figure]:
    """List the figures with a role, a quantity or both."""
    return [
        figure
        for figure in figures().values()
        if role in (None, figure.role) and quantity in (None, figure.quantity)
    ]


def conditions(group: str) -> dict[str, tuple[str, ...]]:
    """Read a group such as ``interval=0-91|92-182;treatment=chemo`` as codes by column.

    Raises
    ------
    ValueError
        If the group is not of that form (``all`` is: it has no conditions).
    """
    if group == "all":
        return {}
    parts = dict(part.split("=", 1) for part in group.split(";"))
    return {column: tuple(codes.split("|")) for column, codes in parts.items()}
