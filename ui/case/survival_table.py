"""The numbers behind the curves as a table: one row an option, or one card an option on a phone.

The table is plain HTML, so that it is a table to a screen reader too. Every number also stands, to
four decimals, in data attributes of its cell.
"""

from collections.abc import Iterable, Sequence
from html import escape

from model.language import _, counted
from model.survival.prediction import TABLE_DAYS
from ui.session.language import number
from ui.shown.alike import support_notes, support_words
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
from ui.shown.table import column_heads, html_table, with_whole_ranges

STYLE_OF_SURVIVAL = """
<style>
.survival { width: 100%; border-collapse: collapse; line-height: 1.3; font-size: 0.92rem;
  font-variant-numeric: tabular-nums; }
.survival caption { text-align: left; padding: 0 0 0.5rem; }
.survival th, .survival td { text-align: left; vertical-align: top;
  padding: 0.55rem 0.6rem 0.55rem 0; border: 0;
  border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
.survival thead th { border-top: 0; font-weight: 600; }
.survival tbody th { font-weight: 600; }
.survival tbody th .detail { font-weight: 400; }
.survival .estimate { display: block; font-weight: 600; }
.survival .detail { display: block; font-size: 0.85rem; }
.survival .interval, .survival .extrapolated { white-space: nowrap; }
.survival .extrapolated { font-size: 0.78rem; }
.survival-notes { font-size: 0.85rem; margin: 0.5rem 0 0; }
.survival-room { container-type: inline-size; }
@container (max-width: 700px) {
  .survival, .survival caption, .survival tbody, .survival tr, .survival th, .survival td {
    display: block; }
  .survival thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); }
  .survival tr { border: 1px solid color-mix(in srgb, currentColor 35%, transparent);
    border-radius: 0.4rem; padding: 0.5rem 0.8rem; margin: 0 0 0.8rem; }
  .survival tbody th { border: 0; font-size: 1rem; padding: 0 0 0.3rem; }
  .survival td { display: grid; grid-template-columns: 6rem 4rem 1fr;
    padding: 0.35rem 0; }
  .survival td.median { grid-template-columns: 6rem 1fr; }
  .survival td::before { content: attr(data-label); font-size: 0.85rem; grid-row: 1 / span 4; }
  .survival td > .detail { grid-column: 2 / -1; }
  .survival td > .interval { grid-column: 3; }
}
</style>
"""


def survival_table(results: Sequence[OptionResult]) -> str:
    """The table of one case, as HTML with every text escaped."""
    since = results[0].days_survived
    heads = [_("Option"), median_head(since), *(horizon_name(day) for day in TABLE_DAYS)]
    return table_with_notes(table_caption(since), heads, map(_row, results), table_notes(results))


def table_with_notes(caption: str, heads: Sequence[str], rows: Iterable[str], notes: str) -> str:
    """A table as HTML; its rows are HTML already, every other text is escaped."""
    drawn = html_table("survival", escape(caption), column_heads(heads), rows)
    return (
        f'{STYLE_OF_SURVIVAL}<div class="survival-room">{drawn}'
        f'<p class="survival-notes">{escape(notes)}</p></div>'
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


def _row(result: OptionResult) -> str:
    cells = [
        f'<th scope="row" role="rowheader">{escape(result.label)}'
        f'<span class="detail" data-children="{result.children}">'
        f"{escape(children_words(result))}</span></th>",
        _median_cell(result),
        *(_horizon_cell(result, horizon) for horizon in result.horizons),
    ]
    return f'<tr role="row" data-treatment="{result.treatment}">{"".join(cells)}</tr>'


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


def _median_cell(result: OptionResult) -> str:
    days = {
        "median": result.median,
        "median-lower": result.median_lower,
        "median-upper": result.median_upper,
    }
    values = " ".join(f'data-{name}="{"" if day is None else day}"' for name, day in days.items())
    if not result.is_compared:
        lines = [
            _detail(nothing_said(result.days_survived, result.days_survived, result.treatment))
        ]
    else:
        lines = _median_lines(result)
    return (
        f'<td class="median" role="cell" data-treatment="{result.treatment}" '
        f'data-label="{escape(median_head(result.days_survived))}" {values}>{"".join(lines)}</td>'
    )


def _median_lines(result: OptionResult) -> list[str]:
    lines = [_estimate(not_reached() if result.median is None else in_days(result.median))]
    if result.median is not None:
        lines.append(_detail(_("{months} months").format(months=in_months(result.median))))
    lines.append(_detail(median_interval(result)))
    if result.median is not None:
        lines += _support(result.support_on(result.median))
    return lines


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


def _horizon_cell(result: OptionResult, horizon: Horizon) -> str:
    if horizon.known:
        lines = [
            _estimate(percent(horizon.survival)),
            f'<span class="detail interval">'
            f"{escape(percent_interval(horizon.lower, horizon.upper))}</span>",
            _detail(_("at risk: {number}").format(number=at_risk_words(horizon.at_risk))),
        ]
        lines += _support(horizon.support)
    else:
        lines = [_detail(nothing_said(horizon.day, result.days_survived, result.treatment))]
    numbers = {
        name: f"{value:.4f}" if horizon.known else ""
        for name, value in (
            ("survival", horizon.survival),
            ("lower", horizon.lower),
            ("upper", horizon.upper),
        )
    }
    values = " ".join(f'data-{name}="{value}"' for name, value in numbers.items())
    return (
        f'<td role="cell" data-treatment="{result.treatment}" data-day="{horizon.day}" '
        f'{values} data-supported="{"yes" if horizon.supported else "no"}" '
        f'data-support="{horizon.support if horizon.known else ""}" '
        f'data-label="{escape(horizon_name(horizon.day))}">{"".join(lines)}</td>'
    )


def _estimate(text: str) -> str:
    return f'<span class="estimate">{escape(text)}</span>'


def _detail(text: str) -> str:
    return f'<span class="detail">{with_whole_ranges(text, "interval")}</span>'


def _support(support: str) -> list[str]:
    """Said where children like this one are not enough."""
    if support == "yes":
        return []
    return [f'<span class="detail extrapolated">{escape(support_words(support))}</span>']


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


def table_notes(results: Sequence[OptionResult]) -> str:
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
    return " ".join(notes)
