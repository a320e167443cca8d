"""The paper's Figures 1 to 3 redrawn from the cohorts, and each arm's curve beside the model's.

A curve is the median over the cohorts, and its band reaches from the lowest cohort to the highest:
what the printed figures leave open, not a confidence interval.
"""

import copy
import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.language import _, code, listed
from model.options import TREATMENTS, treatment_label
from model.paper.evidence import conditions, select
from model.reconstruction.reproduction import (
    AT_RISK_DAYS,
    AT_RISK_MONTHS,
    CURVE_DAYS,
    CURVE_GROUPS,
    FIGURE_1,
    FIGURE_2,
    FIGURE_3,
    PROPORTIONALITY_TESTS,
    SIGNIFICANT,
    load_reproduction,
    middle_and_range,
)
from model.survival.prediction import TABLE_DAYS
from ui.evidence.words import COLUMN_NAMES, GROUPS, level_words
from ui.session.language import number
from ui.shown.charts.drawing import Drawing
from ui.shown.charts.look import MODEL_COLOR, OBSERVED_COLOR
from ui.shown.charts.page import curves_chart
from ui.shown.charts.series import Series, Spec
from ui.shown.options import SHOWN, short_label
from ui.shown.results import (
    DAYS_PER_MONTH,
    MONTHS_PER_YEAR,
    ONE_YEAR,
    AtRisk,
    at_risk_words,
    horizon_name,
)
from ui.shown.table import Cell, Table

FIGURES = {1: FIGURE_1, 2: FIGURE_2, 3: FIGURE_3}
# How dark the range over the lists is.
BAND = 0.18
COLORS_OF_GROUPS = (OBSERVED_COLOR, MODEL_COLOR)
SHAPES_OF_GROUPS = ("circle", "square")
HEIGHT, HEIGHT_OF_ARM = 330, 220
# Which of the stored days are drawn: all in the first year, then every second one, and those named.
DRAWN = tuple(
    k
    for k, day in enumerate(CURVE_DAYS)
    if day <= MONTHS_PER_YEAR * DAYS_PER_MONTH or k % 2 == 0 or day in (*AT_RISK_DAYS, *TABLE_DAYS)
)
DRAWN_DAYS = tuple(CURVE_DAYS[k] for k in DRAWN)


def group_label(group: str) -> str:
    """A group of a figure in words."""
    if group in GROUPS:
        return _(GROUPS[group])
    return listed(level_words(column, codes) for column, codes in conditions(group).items())


def _short(group: str) -> str:
    if group.startswith("treatment="):
        return short_label(group.removeprefix("treatment="))
    return _("all") if group in GROUPS else group_label(group)


def _series(curves: NDArray[np.float32], **looks: Any) -> Series:
    """Curves of all cohorts, (n_cohorts, n_days), as one: their median, lowest and highest. The
    other fields of `Series` are its looks."""
    drawn = curves[:, list(DRAWN)].astype(float)
    return Series(
        days_survived=0,
        band=BAND,
        days=DRAWN_DAYS,
        survival=np.median(drawn, axis=0),
        lower=drawn.min(axis=0),
        upper=drawn.max(axis=0),
        **looks,
    )


def figure_chart(figure: int) -> Spec:
    """One of the paper's figures, made once for a language."""
    return _figure_chart(figure, code())


@functools.lru_cache(maxsize=16)
def _figure_chart(figure: int, language: str) -> Spec:
    series = []
    for k, group in enumerate(FIGURES[figure]):
        own = SHOWN.get(group.removeprefix("treatment="))
        series.append(
            _series(
                load_reproduction().curves[:, CURVE_GROUPS.index(group)],
                id=f"group_{k}",
                label=group_label(group),
                short=_short(group),
                color=COLORS_OF_GROUPS[k % 2] if own is None else own.color,
                dark="" if own is None else own.dark,
                shape=SHAPES_OF_GROUPS[k % 2] if own is None else own.marker,
            )
        )
    return _titled_from_the_left(curves_chart(series, height=HEIGHT, whiskers=False))


def figure_title(figure: int) -> str:
    return {
        1: _("Figure 1: all children"),
        2: _("Figure 2: AML and ALL"),
        3: _("Figure 3: by treatment"),
    }[figure]


def figure_alt(figure: int) -> str:
    """What a redrawn figure shows, for those who do not see it."""
    said = _("{group}: {survival} ({interval})")
    one_year = CURVE_DAYS.index(ONE_YEAR)
    named = []
    for group in FIGURES[figure]:
        middle, low, high = _over_cohorts(group, one_year)
        named.append(
            said.format(
                group=group_label(group), survival=share(middle), interval=_range(low, high)
            )
        )
    return _(
        "Kaplan-Meier curves of the cohorts with the range over the cohorts. Alive at {time}: "
        "{numbers}. The table has the same numbers."
    ).format(time=horizon_name(ONE_YEAR), numbers=listed(named))


def _over_cohorts(group: str, k: int) -> tuple[float, float, float]:
    return middle_and_range(
        load_reproduction().curves[:, CURVE_GROUPS.index(group), k].astype(float)
    )


def share(fraction: float) -> str:
    """An observed share, which may be nobody or everybody."""
    return _("{number}%").format(number=number(round(100 * fraction)))


def _range(low: float, high: float) -> str:
    return _("{lower}–{upper}%").format(
        lower=number(round(100 * low)), upper=number(round(100 * high))
    )


def at_risk_table(figure: int) -> Table:
    """Numbers at risk beneath a figure, with the survival that its curves show."""
    heads = (
        _("Group"),
        *(_("{number} months").format(number=number(month)) for month in AT_RISK_MONTHS),
    )
    rows = [
        (Cell(group_label(group)), *(_at_risk_cell(group, j) for j in range(len(AT_RISK_MONTHS))))
        for group in FIGURES[figure]
    ]
    return Table(_("Children at risk, and alive in the cohorts"), heads, rows)


def _at_risk_cell(group: str, j: int) -> Cell:
    middle, low, high = _over_cohorts(group, CURVE_DAYS.index(AT_RISK_DAYS[j]))
    at_risk = load_reproduction().at_risk[:, CURVE_GROUPS.index(group), j]
    fewest, most = int(at_risk.min()), int(at_risk.max())
    printed = _printed_at_risk(group, AT_RISK_MONTHS[j])
    words = at_risk_words(AtRisk(float(np.median(at_risk)), fewest, most))
    carries = {"at-risk-low": str(fewest), "at-risk-high": str(most), "alive": f"{middle:.4f}"}
    if printed is not None:
        words = number(printed)
        carries["printed"] = f"{printed:g}"
    alive = _("{share} alive").format(share=share(middle))
    if share(low) != share(high):
        alive = _("{share} alive ({range})").format(share=share(middle), range=_range(low, high))
    return Cell(words, alive, strong=True, carries=carries)


def _printed_at_risk(group: str, month: int) -> float | None:
    for figure in select(quantity="at_risk"):
        if figure.group == group and float(figure.time) == month:
            return figure.value
    return None


# ----------------------------------------------------------------------- proportional hazards


def arm_chart(treatment: str) -> Spec:
    """One arm's Kaplan-Meier curve beside the model's mean curve, made once for a language."""
    return _arm_chart(treatment, code())


@functools.lru_cache(maxsize=16)
def _arm_chart(treatment: str, language: str) -> Spec:
    reproduction = load_reproduction()
    arm = TREATMENTS.index(treatment)
    # Identifier, name, curves, color, marker, line.
    looks = (
        ("observed", _("Kaplan-Meier"), reproduction.arm_curves, OBSERVED_COLOR, "circle", ""),
        ("model", _("Model"), reproduction.mean_curves, MODEL_COLOR, "square", "model"),
    )
    series = [
        _series(
            curves[:, arm], id=id, label=label, short=label, color=color, shape=shape, line=line
        )
        for id, label, curves, color, shape, line in looks
    ]
    drawing = curves_chart(series, narrow="true", height=HEIGHT_OF_ARM, whiskers=False)
    return _titled_from_the_left(drawing)


def _titled_from_the_left(drawing: Drawing) -> Spec:
    """The title of the time axis begins where the axis does: in a narrow chart it has more room."""
    # Copied: charts with the same words and looks share their specification.
    spec = copy.deepcopy(drawing.spec)
    for layer in spec["layer"]:
        axis = layer.get("encoding", {}).get("x", {}).get("axis")
        if axis:
            axis["titleAnchor"] = "start"
    return Drawing(spec, drawing.rows).for_page()


def arm_distance(treatment: str) -> tuple[float, int]:
    """The largest distance between the two curves of an arm, medians over the cohorts, and its
    day."""
    reproduction = load_reproduction()
    arm = TREATMENTS.index(treatment)
    apart = np.median(reproduction.mean_curves[:, arm], axis=0) - np.median(
        reproduction.arm_curves[:, arm], axis=0
    )
    k = int(np.argmax(np.abs(apart)))
    return float(apart[k]), CURVE_DAYS[k]


def arm_words(treatment: str) -> str:
    """How far the two curves of an arm lie apart, for those who do not see them, and for those who
    do."""
    apart, day = arm_distance(treatment)
    if apart > 0:
        words = _(
            "{treatment}: the model lies above the Kaplan-Meier curve by {points} percentage "
            "points at most, on day {day}."
        )
    else:
        words = _(
            "{treatment}: the model lies below the Kaplan-Meier curve by {points} percentage "
            "points at most, on day {day}."
        )
    return words.format(
        treatment=treatment_label(treatment), points=number(100 * abs(apart), 1), day=number(day)
    )


def proportionality_table() -> Table:
    """The tests of proportional hazards over the cohorts."""
    heads = (
        _("Against a constant hazard ratio of"),
        _("P, median over cohorts"),
        _("P, lowest to highest"),
        _("Cohorts with P below {level}").format(level=number(SIGNIFICANT, 2)),
    )
    tests = load_reproduction().proportionality
    rows = []
    for k, test in enumerate(PROPORTIONALITY_TESTS):
        middle, low, high = middle_and_range(tests[:, k])
        below = int((tests[:, k] < SIGNIFICANT).sum())
        rows.append(
            (
                Cell(_("all together") if test == "all" else _test_words(test)),
                Cell(number(middle, 2), carries={"median": f"{middle:.4f}"}),
                Cell(_("{low} to {high}").format(low=number(low, 3), high=number(high, 3))),
                Cell(
                    _("{number} of {all}").format(number=number(below), all=number(len(tests))),
                    carries={"below": str(below)},
                ),
            )
        )
    return Table(_("Scaled Schoenfeld residuals against the rank of time"), heads, rows)


def _test_words(test: str) -> str:
    column, code_of_level = test.split("=")
    return _("{column}: {level}").format(
        column=_(COLUMN_NAMES[column]), level=level_words(column, (code_of_level,))
    )


def proportionality_words() -> str:
    """What the tests of proportional hazards can and cannot say."""
    together = load_reproduction().proportionality[:, PROPORTIONALITY_TESTS.index("all")]
    return _(
        "A small P-value would mean that the printed figures ask for a hazard ratio that changes "
        "with time. Over all covariates together it is below {level} in {small} of {all} cohorts. "
        "A large one does not show that hazards are proportional: the printed figures hold few "
        "points in time, and between them the cohorts are free."
    ).format(
        level=number(SIGNIFICANT, 2),
        small=number(int((together < SIGNIFICANT).sum())),
        all=number(len(together)),
    )
