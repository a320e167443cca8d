"""How far the tables pin a prediction down: what the cohorts, each by its own fit, predict for
every pattern of covariates."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.language import _
from model.options import TREATMENTS, treatment_label
from model.reconstruction.reproduction import load_reproduction
from model.survival.pattern import PATTERNS, SEEN
from model.survival.prediction import TABLE_DAYS
from ui.evidence.words import span
from ui.session.language import number
from ui.shown.labels import choice_words
from ui.shown.results import horizon_name, interval_words
from ui.shown.table import Cell, Row, Table

# Spread at which a cell of the table is shaded darkest, in percentage points.
DARKEST = 10.0


def spread_points() -> NDArray[np.float64]:
    """Lowest to highest prediction over the cohorts, in percentage points:
    (n_patterns, n_treatments, n_days)."""
    points: NDArray[np.float64] = 100 * np.ptp(load_reproduction().spread.astype(float), axis=0)
    return points


def pattern_words(pattern: tuple[str, ...]) -> str:
    """A pattern of covariates other than treatment: days 92 to 182, relapse after remission."""
    codes = dict(zip(SEEN, pattern, strict=True))
    return _("{interval}, {remission}").format(
        interval=interval_words(codes.pop("interval")),
        remission=", ".join(choice_words(column, code) for column, code in codes.items()),
    )


def spread_table() -> Table:
    """Lowest and highest prediction of every pattern on every reported day."""
    spread = load_reproduction().spread.astype(float)
    low, high = 100 * spread.min(axis=0), 100 * spread.max(axis=0)
    heads = (_("Failure"), *(horizon_name(day) for day in TABLE_DAYS))
    rows: list[Row] = []
    for j, treatment in enumerate(TREATMENTS):
        rows.append((Cell(treatment_label(treatment)),))
        for i, pattern in enumerate(PATTERNS):
            rows.append(
                (
                    Cell(pattern_words(pattern)),
                    *(_cell(low[i, j, k], high[i, j, k]) for k in range(len(TABLE_DAYS))),
                )
            )
    caption = _("Alive, %: lowest to highest prediction over the cohorts")
    return Table(caption, heads, rows, layout="compact")


def _cell(low: float, high: float) -> Cell:
    words = span(number(round(low)), number(round(high)))
    return Cell(
        words,
        shade=min(1.0, (high - low) / DARKEST),
        carries={"low": f"{low:.2f}", "high": f"{high:.2f}"},
    )


def spread_words() -> str:
    """How wide the predictions spread, and where most."""
    points = spread_points()
    i, j, k = np.unravel_index(int(points.argmax()), points.shape)
    return _(
        "Half of the {number} predictions differ by less than {middle} percentage points between "
        "the lowest cohort and the highest. The widest is {treatment}, {pattern}, at {time}: "
        "{most} points. {by_day}."
    ).format(
        number=number(points.size),
        middle=number(float(np.median(points)), 1),
        treatment=treatment_label(TREATMENTS[j]),
        pattern=pattern_words(PATTERNS[i]),
        time=horizon_name(TABLE_DAYS[k]),
        most=number(float(points.max()), 1),
        by_day=_by_day(points.max(axis=(0, 1)).tolist()),
    )


def _by_day(widest: Sequence[float]) -> str:
    said = _("{time} {points}")
    days = ", ".join(
        said.format(time=horizon_name(day), points=number(points, 1))
        for day, points in zip(TABLE_DAYS, widest, strict=True)
    )
    return _("The widest on each day: {days}").format(days=days)
