"""The numbers behind the curves as a table: one row an option, or one card an option on a phone.

Every number also stands, to four decimals, in data attributes of its cell.
"""

from collections.abc import Sequence

from model.language import _, counted
from model.survival.prediction import TABLE_DAYS
from ui.session.language import number
from ui.shown.alike import support_notes
from ui.shown.results import (
    Horizon,
    OptionResult,
    at_risk_words,
    horizon_months,
    horizon_name,
    in_days,
    in_months,
    nothing_said,
    percent,
    percent_interval,
)
from ui.shown.table import Cell, Row, Table


def survival_table(results: Sequence[OptionResult]) -> Table:
    """The table of one case."""
    since = results[0].days_survived
    return Table(
        table_caption(since),
        [_("Option"), median_head(since), *(horizon_name(day) for day in TABLE_DAYS)],
        [_row(result) for result in results],
        table_notes(results),
        layout="survival",
    )


def table_caption(days_survived: int) -> str:
    if not days_survived:
        return _("Predicted survival since relapse or progression, with 95% intervals")
    return _(
        "Predicted survival given that the child is alive on day {day}, with 95% intervals; all "
        "times are counted from relapse or progression"
    ).format(day=number(days_survived))


def median_head(days_survived: int) -> str:
    return _("Median, from relapse on") if days_survived else _("Median survival")


def _row(result: OptionResult) -> Row:
    carries = {"treatment": result.treatment, "children": str(result.children)}
    named = Cell(result.label, children_words(result), strong=True, carries=carries)
    return named, _median_cell(result), *(_horizon_cell(result, h) for h in result.horizons)


def children_words(result: OptionResult) -> str:
    if not result.days_survived:
        return counted("{number} child", "{number} children", result.children).format(
            number=number(result.children)
        )
    return counted(
        "{number} child; at risk on day {day}: {then}",
        "{number} children; at risk on day {day}: {then}",
        result.children,
    ).format(
        number=number(result.children),
        day=number(result.days_survived),
        then=at_risk_words(result.at_risk_then),
    )


def _median_cell(result: OptionResult) -> Cell:
    days = {
        "median": result.median,
        "median-lower": result.median_lower,
        "median-upper": result.median_upper,
    }
    carries = {"treatment": result.treatment}
    carries |= {name: "" if day is None else str(day) for name, day in days.items()}
    if not result.is_compared:
        since = result.days_survived
        return Cell(nothing_said(since, since, result.treatment), carries=carries)
    if result.median is None:
        return Cell(not_reached(), median_interval(result), strong=True, carries=carries)
    months = _("{months} months").format(months=in_months(result.median))
    return Cell(
        in_days(result.median),
        (months, median_interval(result)),
        strong=True,
        carries=carries,
        support=result.support_on(result.median),
    )


def not_reached() -> str:
    return _("not reached within {months} months").format(months=number(horizon_months()))


def median_interval(result: OptionResult) -> str:
    if result.median_lower is None:
        return _("lower limit not reached either")
    if result.median_upper is None:
        return _("{lower} days to beyond {months} months").format(
            lower=number(result.median_lower), months=number(horizon_months())
        )
    return _("{lower}–{upper} days ({lower_months}–{upper_months} months)").format(
        lower=number(result.median_lower),
        upper=number(result.median_upper),
        lower_months=in_months(result.median_lower),
        upper_months=in_months(result.median_upper),
    )


def _horizon_cell(result: OptionResult, horizon: Horizon) -> Cell:
    numbers = {"survival": horizon.survival, "lower": horizon.lower, "upper": horizon.upper}
    carries = {
        "treatment": result.treatment,
        "day": str(horizon.day),
        **{name: f"{value:.4f}" if horizon.known else "" for name, value in numbers.items()},
        "supported": "yes" if horizon.supported else "no",
        "support": horizon.support if horizon.known else "",
    }
    if not horizon.known:
        return Cell(
            nothing_said(horizon.day, result.days_survived, result.treatment), carries=carries
        )
    at_risk = _("at risk: {number}").format(number=at_risk_words(horizon.at_risk))
    return Cell(
        percent(horizon.survival),
        (percent_interval(horizon.lower, horizon.upper), at_risk),
        strong=True,
        carries=carries,
        support=horizon.support,
    )


def at_risk_note() -> str:
    """Whom a number at risk counts, wherever one stands."""
    return _(
        "At risk: all children of the study given that option and still observed on that day, "
        "whatever their time to failure and remission; how many of them were like the child "
        "described is not printed."
    )


def nobody_note(since: int) -> str:
    """Why some options have no number."""
    return _(
        "No child to compare with: no child given that option was known to be alive on day {day} "
        "or later, so no number is given and no curve is drawn."
    ).format(day=number(since))


def table_notes(results: Sequence[OptionResult]) -> list[str]:
    notes = [
        at_risk_note(),
        _(
            "Where the paper prints no number: about how many, and the range over the "
            "reconstructed cohorts."
        ),
    ]
    compared = [result for result in results if result.is_compared]
    horizons = [horizon for result in compared for horizon in result.horizons]
    notes += support_notes(horizon.support for horizon in horizons if horizon.known)
    since = results[0].days_survived
    if any(not horizon.known and horizon.day > since for horizon in horizons):
        notes.append(
            _(
                "Too soon to say: no child of the study is known to have died between day {day} "
                "and then."
            ).format(day=number(since))
        )
    if len(compared) < len(results):
        notes.append(nobody_note(since))
    return notes
