"""The numbers of a comparison as rows of words: what the tables on the page and the report show.

A difference is said twice, in percentage points and as so many of 100 children, from the same whole
numbers, so that the two cannot disagree. Which way it goes is said in words, never by a sign alone.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from model.language import _, counted
from model.survival.comparison import NOTHING, RESTRICTED_MEAN_DAYS, Compared, Estimate
from model.survival.prediction import HORIZON_DAYS
from model.survival.support import SUPPORT
from ui.case.survival_table import at_risk_note, median_interval, not_reached
from ui.compare.comparison import ComparedColumn, Comparison
from ui.session.language import number
from ui.shown.alike import alike_of, alike_words, support_notes
from ui.shown.differences import points, points_interval, whole_points
from ui.shown.results import (
    TWO_YEARS,
    Horizon,
    horizon_name,
    in_days,
    in_months,
    nothing_said,
    percent,
    percent_interval,
)

# Decimals of a number that is not for reading but for checking, as on the command line.
FRACTION_DECIMALS, DAY_DECIMALS = 4, 1
# Ratios beyond these are those of a survival near zero, and no more is known of them.
SMALLEST_RATIO, LARGEST_RATIO = 0.01, 100


@dataclass(frozen=True)
class ColumnCell:
    """What one column says in a row: the estimate, what stands below it, and the numbers."""

    estimate: str
    details: tuple[str, ...] = ()
    numbers: Estimate = NOTHING
    supported: bool = True
    support: str = "yes"

    @property
    def shown_support(self) -> str:
        """What supports the number that is shown; where there is none, nothing need be said."""
        return "yes" if math.isnan(self.numbers.value) else self.support


@dataclass(frozen=True)
class QuantityRow:
    """One quantity for every column.

    Attributes
    ----------
    quantity : str
        As the command line calls it; "proposal" for what the paper says.
    day : int or None
        The day or horizon of the quantity.
    head : str
    detail : str
        Said below the head; may be empty.
    decimals : int
        Of the numbers.
    cells : tuple of ColumnCell
    """

    quantity: str
    day: int | None
    head: str
    detail: str
    decimals: int
    cells: tuple[ColumnCell, ...]

    def in_digits(self, cell: ColumnCell) -> dict[str, str]:
        """The numbers of a cell for a file or a test; nothing where nothing can be said."""
        numbers = cell.numbers
        said = {
            name: "" if math.isnan(limit) else f"{limit:.{self.decimals}f}"
            for name, limit in (
                ("estimate", numbers.value),
                ("lower", numbers.lower),
                ("upper", numbers.upper),
            )
        }
        return said | {"supported": "yes" if cell.supported else "no"}


# ------------------------------------------------------------------------------------- rows


def rows_beside_reference(shown: Comparison) -> list[QuantityRow]:
    """Survival on the chosen day, and how every column differs from the reference."""
    reference = shown.columns[shown.reference].letter
    alive = QuantityRow(
        "survival",
        shown.day,
        _("Alive"),
        "",
        FRACTION_DECIMALS,
        tuple(_survival_cell(column) for column in shown.columns),
    )
    if not shown.has_contrasts:
        return [alive]
    return [
        alive,
        QuantityRow(
            "difference",
            shown.day,
            _("Difference from {reference}").format(reference=reference),
            _("percentage points"),
            FRACTION_DECIMALS,
            _contrast_cells(shown, _points_cell),
        ),
        QuantityRow(
            "children",
            shown.day,
            _("Of 100 such children"),
            _("the same difference"),
            FRACTION_DECIMALS,
            _contrast_cells(shown, _children_cell),
        ),
        QuantityRow(
            "ratio",
            shown.day,
            _("Ratio to {reference}").format(reference=reference),
            _("survival here divided by survival there"),
            FRACTION_DECIMALS,
            _contrast_cells(shown, _ratio_cell),
        ),
    ]


def rows_of_days_lived(shown: Comparison) -> list[QuantityRow]:
    """Days lived on average within each horizon, and how every column differs in them."""
    reference = shown.columns[shown.reference].letter
    rows = []
    for k, until in enumerate(RESTRICTED_MEAN_DAYS):
        within = horizon_name(until)
        rows.append(
            QuantityRow(
                "restricted_mean",
                until,
                _("Within {time}").format(time=within),
                _("days lived on average, of {days}").format(days=number(until)),
                DAY_DECIMALS,
                tuple(_mean_cell(column, k) for column in shown.columns),
            )
        )
        if shown.has_contrasts:
            rows.append(
                QuantityRow(
                    "restricted_mean_difference",
                    until,
                    _("Difference from {reference}").format(reference=reference),
                    _("within {time}").format(time=within),
                    DAY_DECIMALS,
                    _mean_difference_cells(shown, k),
                )
            )
    return rows


def rows_by_themselves(shown: Comparison) -> list[QuantityRow]:
    """What the paper says of every column, its median, and its survival on the reported days."""
    rows = []
    if shown.case is not None and shown.case.leukemia is not None:
        rows.append(
            QuantityRow(
                "proposal",
                None,
                _("What the paper says of this option here"),
                "",
                0,
                tuple(_proposal_cell(column) for column in shown.columns),
            )
        )
    rows.append(
        QuantityRow(
            "alike",
            None,
            _("Children like this one"),
            _("by our reconstruction; died within {time}").format(time=horizon_name(TWO_YEARS)),
            0,
            tuple(_alike_cell(shown, column) for column in shown.columns),
        )
    )
    rows.append(
        QuantityRow(
            "median",
            None,
            _("Median survival"),
            _("from relapse or progression on"),
            0,
            tuple(_median_cell(column) for column in shown.columns),
        )
    )
    for horizons in zip(*(column.result.horizons for column in shown.columns), strict=True):
        day = horizons[0].day
        cells = map(_horizon_cell, shown.columns, horizons)
        rows.append(
            QuantityRow(
                "survival",
                day,
                _("Alive at {time}").format(time=horizon_name(day)),
                "",
                FRACTION_DECIMALS,
                tuple(cells),
            )
        )
    return rows


# ------------------------------------------------------------------------------------ cells


def _nothing(column: ComparedColumn, day: int) -> ColumnCell:
    scenario = column.scenario
    return ColumnCell(nothing_said(day, scenario.days_survived, scenario.treatment))


def _survival_cell(column: ComparedColumn) -> ColumnCell:
    if not column.has_survival:
        return ColumnCell(
            nothing_said(column.day, column.scenario.days_survived, column.scenario.treatment)
        )
    support = column.result.support_on(column.day)
    return _percent_cell(column.compared.survival, column.compared.supported, support)


def _horizon_cell(column: ComparedColumn, horizon: Horizon) -> ColumnCell:
    if not horizon.known:
        return ColumnCell(
            nothing_said(horizon.day, column.scenario.days_survived, column.scenario.treatment)
        )
    return _percent_cell(
        Estimate(horizon.survival, horizon.lower, horizon.upper), horizon.supported, horizon.support
    )


def _percent_cell(survival: Estimate, supported: bool, support: str) -> ColumnCell:
    interval = percent_interval(survival.lower, survival.upper)
    return ColumnCell(percent(survival.value), (interval,), survival, supported, support)


def _median_cell(column: ComparedColumn) -> ColumnCell:
    result = column.result
    if not result.is_compared:
        return _nothing(column, HORIZON_DAYS)
    estimates = (result.median, result.median_lower, result.median_upper)
    numbers = Estimate(*(math.nan if day is None else float(day) for day in estimates))
    details = [median_interval(result)]
    if result.median is None:
        return ColumnCell(not_reached(), tuple(details), numbers)
    details.insert(0, _("{months} months").format(months=in_months(result.median)))
    support = result.support_on(result.median)
    return ColumnCell(
        in_days(result.median), tuple(details), numbers, result.median_supported, support
    )


def _proposal_cell(column: ComparedColumn) -> ColumnCell:
    proposal = column.proposal
    if proposal is None:
        return ColumnCell("")
    period = _("in the paper: {period}").format(period=proposal.period)
    return ColumnCell(proposal.stance, tuple(text for text in (proposal.condition, period) if text))


def _alike_cell(shown: Comparison, column: ComparedColumn) -> ColumnCell:
    (alike,) = alike_of(column.scenario.shown_pattern(shown.recalibration))
    return ColumnCell(alike_words(alike, TWO_YEARS))


def _mean_cell(column: ComparedColumn, k: int) -> ColumnCell:
    mean = column.compared.restricted_mean[k]
    if math.isnan(mean.value):
        return ColumnCell(
            nothing_said(
                RESTRICTED_MEAN_DAYS[k], column.scenario.days_survived, column.scenario.treatment
            )
        )
    value, lower, upper = (round(days) for days in (mean.value, mean.lower, mean.upper))
    details = (
        _("{lower}–{upper} days").format(lower=number(lower), upper=number(upper)),
        _("{months} months ({lower}–{upper})").format(
            months=in_months(value), lower=in_months(lower), upper=in_months(upper)
        ),
    )
    return ColumnCell(
        in_days(value),
        details,
        mean,
        column.compared.restricted_mean_supported[k],
        column.result.support_on(RESTRICTED_MEAN_DAYS[k]),
    )


def _contrast_cells(
    shown: Comparison, cell: Callable[[Compared], tuple[str, tuple[str, ...], Estimate]]
) -> tuple[ColumnCell, ...]:
    reference = shown.columns[shown.reference]

    def said(column: ComparedColumn) -> ColumnCell:
        if column is reference:
            return ColumnCell(_("reference"))
        if shown.is_of_another_model(column):
            return ColumnCell(_("of another model"))
        if not column.has_survival:
            return ColumnCell(
                nothing_said(column.day, column.scenario.days_survived, column.scenario.treatment)
            )
        if not reference.has_survival:
            return ColumnCell(_("{reference} has no number").format(reference=reference.letter))
        if math.isnan(column.compared.difference.value):
            # In the first days a cohort may be without a death.
            return ColumnCell(
                nothing_said(column.day, column.scenario.days_survived, column.scenario.treatment)
            )
        estimate, details, numbers = cell(column.compared)
        support = _lesser(column, reference, column.day)
        return ColumnCell(estimate, details, numbers, column.compared.contrast_supported, support)

    return tuple(said(column) for column in shown.columns)


def _lesser(column: ComparedColumn, reference: ComparedColumn, day: int) -> str:
    """What supports a number of two columns: the weaker of their two supports."""
    both = [one.result.support_on(day) for one in (column, reference)]
    return min(both, key=SUPPORT.index)


def _points_cell(compared: Compared) -> tuple[str, tuple[str, ...], Estimate]:
    difference = compared.difference
    return points(difference), (points_interval(difference),), difference


def _children_cell(compared: Compared) -> tuple[str, tuple[str, ...], Estimate]:
    return of_100_children(compared.difference), (), compared.difference


def _ratio_cell(compared: Compared) -> tuple[str, tuple[str, ...], Estimate]:
    ratio = compared.ratio
    if math.isnan(ratio.lower):
        return _("no number: almost nobody is alive"), (), NOTHING
    interval = _("{lower}–{upper}").format(
        lower=_ratio_words(ratio.lower), upper=_ratio_words(ratio.upper)
    )
    return _ratio_words(ratio.value), (interval,), ratio


def _ratio_words(ratio: float) -> str:
    if ratio > LARGEST_RATIO:
        return _(">{number}").format(number=number(LARGEST_RATIO))
    if 0 <= ratio < SMALLEST_RATIO:
        return _("<{number}").format(number=number(SMALLEST_RATIO, 2))
    return number(ratio, 2)


def _mean_difference_cells(shown: Comparison, k: int) -> tuple[ColumnCell, ...]:
    reference = shown.columns[shown.reference]

    def said(column: ComparedColumn) -> ColumnCell:
        if column is reference:
            return ColumnCell(_("reference"))
        if shown.is_of_another_model(column):
            return ColumnCell(_("of another model"))
        difference = column.compared.restricted_mean_difference[k]
        if math.isnan(difference.value):
            mine = math.isnan(column.compared.restricted_mean[k].value)
            if mine:
                until = RESTRICTED_MEAN_DAYS[k]
                return ColumnCell(
                    nothing_said(until, column.scenario.days_survived, column.scenario.treatment)
                )
            return ColumnCell(_("{reference} has no number").format(reference=reference.letter))
        supported = column.compared.restricted_mean_contrast_supported[k]
        value, lower, upper = (
            round(days) for days in (difference.value, difference.lower, difference.upper)
        )
        interval = _("from {lower} to {upper}").format(lower=_longer(lower), upper=_longer(upper))
        support = _lesser(column, reference, RESTRICTED_MEAN_DAYS[k])
        return ColumnCell(_longer(value), (interval,), difference, supported, support)

    return tuple(said(column) for column in shown.columns)


def _longer(days: int) -> str:
    if days == 0:
        return _("as many days")
    if days > 0:
        return counted("{number} day more", "{number} days more", days).format(number=number(days))
    return counted("{number} day fewer", "{number} days fewer", -days).format(number=number(-days))


# ------------------------------------------------------------------------------ differences


def of_100_children(difference: Estimate) -> str:
    """About so many more or fewer of 100 children alive, and from how many to how many."""
    value, lower, upper = (
        whole_points(limit) for limit in (difference.value, difference.lower, difference.upper)
    )
    if lower == upper == 0:
        return _("as many of 100 children alive")
    if lower >= 0:
        said = _("about {number} more (from {lower} to {upper}) of 100 children alive")
        if value == 0:
            said = _("about as many (from {lower} to {upper} more) of 100 children alive")
        limits = lower, upper
    elif upper <= 0:
        said = _("about {number} fewer (from {lower} to {upper}) of 100 children alive")
        if value == 0:
            said = _("about as many (from {lower} to {upper} fewer) of 100 children alive")
        limits = -upper, -lower
    else:
        said = _("about as many (from {lower} fewer to {upper} more) of 100 children alive")
        if value > 0:
            said = _(
                "about {number} more (from {lower} fewer to {upper} more) of 100 children alive"
            )
        elif value < 0:
            said = _(
                "about {number} fewer (from {lower} fewer to {upper} more) of 100 children alive"
            )
        limits = -lower, upper
    return said.format(number=number(abs(value)), lower=number(limits[0]), upper=number(limits[1]))


# ------------------------------------------------------------------------------------ notes


def notes(shown: Comparison, rows: list[QuantityRow]) -> list[str]:
    """What has to be known to read these rows."""
    said = [at_risk_note()]
    if shown.has_contrasts:
        said.append(
            _(
                "Rounded: a difference may be one off the difference of two rounded numbers. Where "
                "an interval includes zero, or that of a ratio one, there may be no difference."
            )
        )
    cells = [cell for row in rows for cell in row.cells]
    return [*said, *support_notes(cell.shown_support for cell in cells)]
