"""The numbers behind the curves as a table: one row an option, or one card an option on a phone.

The table is plain HTML, so that it is a table to a screen reader too. Every number also stands, to
four decimals, in data attributes of its cell.
"""

from collections.abc import Sequence
from html import escape

from model.language import _
from model.prediction import FEWEST_AT_RISK, TABLE_DAYS
from ui.results import (
    Horizon,
    OptionResult,
    at_risk_words,
    horizon_months,
    horizon_name,
    in_months,
    percent,
    percent_interval,
)

EXTRAPOLATED_SIGN = "†"

# Roles are spelled out because a table drawn as blocks, as on a phone, loses them in some browsers.
STYLE = """
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
    heads = [_("Option"), _median_head(), *(horizon_name(day) for day in TABLE_DAYS)]
    head = "".join(f'<th scope="col" role="columnheader">{escape(text)}</th>' for text in heads)
    body = "".join(_row(result) for result in results)
    caption = _("Predicted survival since relapse or progression, with 95% intervals")
    return (
        f'{STYLE}<div class="survival-room"><table class="survival" role="table">'
        f"<caption>{escape(caption)}</caption>"
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
        f'<p class="survival-notes">{escape(_notes(results))}</p></div>'
    )


def _median_head() -> str:
    return _("Median survival")


def _row(result: OptionResult) -> str:
    children = _("{number} children").format(number=result.children)
    cells = [
        f'<th scope="row" role="rowheader">{escape(result.label)}'
        f'<span class="detail" data-children="{result.children}">'
        f"{escape(children)}</span></th>",
        _median_cell(result),
        *(_horizon_cell(result, horizon) for horizon in result.horizons),
    ]
    return f'<tr role="row" data-treatment="{result.treatment}">{"".join(cells)}</tr>'


def _median_cell(result: OptionResult) -> str:
    days = {
        "median": result.median,
        "median-lower": result.median_lower,
        "median-upper": result.median_upper,
    }
    values = " ".join(f'data-{name}="{"" if day is None else day}"' for name, day in days.items())
    if result.median is None:
        estimate = _not_reached()
    else:
        estimate = _("{days} days").format(days=result.median)
    lines = [_estimate(estimate)]
    if result.median is not None:
        lines.append(_detail(_("{months} months").format(months=in_months(result.median))))
    lines.append(_detail(_median_interval(result)))
    if result.median is not None and not result.median_supported:
        lines.append(_extrapolated())
    return (
        f'<td class="median" role="cell" data-treatment="{result.treatment}" '
        f'data-label="{escape(_median_head())}" {values}>{"".join(lines)}</td>'
    )


def _not_reached() -> str:
    return _("not reached within {months} months").format(months=horizon_months())


def _median_interval(result: OptionResult) -> str:
    if result.median_lower is None:
        return _("lower limit not reached either")
    if result.median_upper is None:
        return _("{lower} days to beyond {months} months").format(
            lower=result.median_lower, months=horizon_months()
        )
    return _("{lower}–{upper} days ({lower_months}–{upper_months} months)").format(
        lower=result.median_lower,
        upper=result.median_upper,
        lower_months=in_months(result.median_lower),
        upper_months=in_months(result.median_upper),
    )


def _horizon_cell(result: OptionResult, horizon: Horizon) -> str:
    at_risk = _("at risk: {number}").format(number=at_risk_words(horizon))
    lines = [
        _estimate(percent(horizon.survival)),
        f'<span class="detail interval">'
        f"{escape(percent_interval(horizon.lower, horizon.upper))}</span>",
        _detail(at_risk),
    ]
    if not horizon.supported:
        lines.append(_extrapolated())
    return (
        f'<td role="cell" data-treatment="{result.treatment}" data-day="{horizon.day}" '
        f'data-survival="{horizon.survival:.4f}" data-lower="{horizon.lower:.4f}" '
        f'data-upper="{horizon.upper:.4f}" data-supported="{"yes" if horizon.supported else "no"}" '
        f'data-label="{escape(horizon_name(horizon.day))}">{"".join(lines)}</td>'
    )


def _estimate(text: str) -> str:
    return f'<span class="estimate">{escape(text)}</span>'


def _detail(text: str) -> str:
    return f'<span class="detail">{escape(text)}</span>'


def _extrapolated() -> str:
    text = f"{EXTRAPOLATED_SIGN} {_('extrapolated')}"
    return f'<span class="detail extrapolated">{escape(text)}</span>'


def _notes(results: Sequence[OptionResult]) -> str:
    notes = [
        _(
            "At risk: children of the study treated so and still observed on that day; where the "
            "paper prints no number, about how many, and the range over the reconstructed cohorts."
        )
    ]
    if any(not horizon.supported for result in results for horizon in result.horizons):
        notes.append(
            _("{sign} extrapolated: fewer than {fewest} children at risk by then.").format(
                sign=EXTRAPOLATED_SIGN, fewest=FEWEST_AT_RISK
            )
        )
    return " ".join(notes)
