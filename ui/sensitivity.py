"""How far the comparison with second transplant could be wrong, in words, a chart and a table.

E-values stand there always: they cost nothing, and are those of the hazard ratios of Table 4. What
follows from a wait before the transplant is computed when the reader chooses a day, and every
number of it is called sensitivity. The page and the sheet for the record say the same, from here.
"""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

import streamlit as st

from model.case import TREATMENTS
from model.comparison import Estimate
from model.language import _, code, listed
from model.prediction import FEWEST_AT_RISK, TABLE_DAYS, UNREADABLE, PooledModel, load_model
from model.sensitivity import (
    SECOND_SCT,
    EValue,
    e_values,
    hazard_ratios,
    load_waiting,
)
from ui.charts import (
    COLORS,
    INK_OF_PAGE,
    SHAPES,
    Series,
    Spec,
    curve_days,
    curves_chart,
    series_of,
)
from ui.language import number
from ui.model_in_use import recalibration_in_use
from ui.report_sheet import Words
from ui.results import (
    AtRisk,
    Pattern,
    at_risk_words,
    horizon_months,
    horizon_name,
    named_day,
    nothing_said,
    percent,
    percent_interval,
)
from ui.switches import draw_waiting, waiting
from ui.tables import EXTRAPOLATED_SIGN, html_table
from ui.wording import treatment_label

PLACES = 2
WAITED = "waited"
# Long and short strokes: neither solid nor the even dashes of an extrapolation.
DASH_OF_WAITED = (9, 3, 2, 3)
SHAPE_OF_WAITED = "cross"
CHART_HEIGHT = 320


# ---------------------------------------------------------------------------------- numbers


@dataclass(frozen=True)
class Row:
    """One option, as in Table 4 or with a wait before second SCT (`waited`).

    The hazard ratio is that against second SCT, None for second SCT itself; survival is that on
    each of `TABLE_DAYS`, and `supported` whether enough children of the arm were at risk then.
    """

    treatment: str
    waited: bool
    ratio: Estimate | None
    survival: tuple[Estimate, ...]
    supported: tuple[bool, ...]


@functools.lru_cache(maxsize=64)
def both_ways(pattern: Pattern, day: int) -> tuple[Row, ...]:
    """Every option of a pattern twice: as in Table 4, and with a wait until a day."""
    main, later = load_model(), load_waiting(day)
    return tuple(
        _row_of(replace(pattern, treatments=(treatment,)), model, ratios.get(treatment), waited)
        for treatment in pattern.treatments
        for waited, model, ratios in (
            (False, main, hazard_ratios(main)),
            (True, later.of(treatment), hazard_ratios(later.refitted)),
        )
    )


def _row_of(alone: Pattern, model: PooledModel, ratio: Estimate | None, waited: bool) -> Row:
    predicted = alone.predict(model, TABLE_DAYS)
    curves = (predicted.survival, predicted.lower, predicted.upper)
    numbers = zip(*(curve[0, 0].tolist() for curve in curves), strict=True)
    return Row(
        treatment=alone.treatments[0],
        waited=waited,
        ratio=ratio,
        survival=tuple(Estimate(*three) for three in numbers),
        supported=tuple(predicted.supported[0].tolist()),
    )


def waited_series(pattern: Pattern, day: int, ink: str) -> tuple[Series, Series]:
    """The curve of second SCT as in Table 4, and with a wait until a day."""
    alone = replace(pattern, treatments=(SECOND_SCT,))
    days = curve_days(load_model(), pattern.days_survived, day)
    usual = series_of(
        alone,
        SECOND_SCT,
        days,
        id=SECOND_SCT,
        label=as_in_table_4(),
        short=_("Table 4"),
        color=COLORS[SECOND_SCT],
        shape=SHAPES[SECOND_SCT],
    )
    later = series_of(
        alone,
        SECOND_SCT,
        days,
        id=WAITED,
        label=sensitivity_label(day),
        short=_("sensitivity"),
        color=ink,
        shape=SHAPE_OF_WAITED,
        dash=DASH_OF_WAITED,
        model=load_waiting(day).waited,
    )
    return usual, later


def waited_chart(pattern: Pattern, day: int) -> Spec:
    """Both curves in one chart, made once for a pattern, a day and a language."""
    return _waited_chart(pattern, day, code())


@functools.lru_cache(maxsize=64)
def _waited_chart(pattern: Pattern, day: int, language: str) -> Spec:
    return curves_chart(waited_series(pattern, day, INK_OF_PAGE), height=CHART_HEIGHT)


# --------------------------------------------------------------------------------- the page


def draw_sensitivity(pattern: Pattern) -> None:
    """Draw the section, where second SCT is among the options and the model is the paper's."""
    if SECOND_SCT not in pattern.treatments or recalibration_in_use() is not None:
        return
    st.header(heading())
    sentences = e_value_sentences(pattern.treatments)
    if sentences:
        st.subheader(_("If something was not measured"))
        st.markdown(e_value_meaning())
        st.markdown("\n".join(f"- {sentence}" for sentence in sentences))
    st.subheader(_("If a second transplant has to be waited for"))
    st.markdown(waiting_question())
    draw_waiting(_("Second transplant from day"))
    day = waiting()
    if not day:
        st.caption(_("0: no wait, as in Table 4. Any other day shows a sensitivity analysis."))
        return
    if not is_fitted(day):
        st.error(
            _(
                "The sensitivity analysis, data/sensitivity.npz, is missing or cannot be read. "
                "Run `python -m model fit` in the folder of the program, then reload this page."
            )
        )
        return
    st.vega_lite_chart(
        waited_chart(pattern, day), alt=waited_words(pattern, day), key="sensitivity_curves"
    )
    st.caption(how_to_read_waited(day))
    st.html(waited_table(pattern, day))
    with st.expander(_("How this was worked out")):
        st.markdown("\n".join(f"{k}. {step}" for k, step in enumerate(method(day), start=1)))


def is_fitted(day: int) -> bool:
    """Whether the sensitivity analysis of a day can be read, and is that of the model in use."""
    try:
        load_waiting(day)
    except UNREADABLE:
        return False
    return True


def record_words(pattern: Pattern, day: int) -> Words | None:
    """What the sheet for the record says of it; None where there is nothing to compare.

    The E-values take one line, so that the sheet keeps to two pages; the table is there where a day
    was chosen.
    """
    if SECOND_SCT not in pattern.treatments:
        return None
    return {
        "heading": heading(),
        "e_values": e_value_line(pattern.treatments),
        "table": _record_table(pattern, day) if day and is_fitted(day) else None,
    }


def _record_table(pattern: Pattern, day: int) -> Words:
    return {
        "heading": table_caption(day),
        "heads": table_heads(),
        "rows": [
            [
                _head_lines(row, day),
                _ratio_lines(row),
                *(_survival_lines(row, k, pattern.days_survived) for k in range(len(TABLE_DAYS))),
            ]
            for row in both_ways(pattern, day)
        ],
        "notes": " ".join([*table_notes(pattern, day), method(day)[0]]),
    }


# ------------------------------------------------------------------------------------ words


def heading() -> str:
    return _("How far could the comparison be wrong?")


def as_in_table_4() -> str:
    return _("as in Table 4")


def sensitivity_label(day: int) -> str:
    return _("sensitivity, from day {day}").format(day=number(day))


def e_value_meaning() -> str:
    """What an E-value is, for whoever has never met one."""
    return _(
        "The options were chosen for each child, not drawn by lot. Something that is not in the "
        "model, such as how sick the child was, may have led both to one option rather than "
        "another and to death. The E-value says how strong these two links would have to be, "
        "beyond time to failure and remission, to make up the difference from second SCT on their "
        "own; if one is weaker, the other has to be stronger. The nearer to 1, the more easily the "
        "difference is explained away. It does not say whether there is such a thing, it covers no "
        "other bias, and it is the same for every child."
    )


def e_value_sentences(treatments: Sequence[str]) -> list[str]:
    """What it would take to explain away each option's difference from second SCT, as Markdown."""
    values = e_values(load_model())
    return [_e_value_sentence(option, values[option]) for option in treatments if option in values]


def e_value_line(treatments: Sequence[str]) -> str:
    """The E-values alone, in one line; empty where there is nothing beside second SCT."""
    values = e_values(load_model())
    said = _("{option} {value} ({limit})")
    named = [
        said.format(
            option=treatment_label(option),
            value=number(values[option].value, PLACES),
            limit=_limit(values[option]),
        )
        for option in treatments
        if option in values
    ]
    if not named:
        return ""
    return _(
        "E-values of the hazard ratios against second SCT, in brackets of the limit nearer 1: "
        "{values}."
    ).format(values=listed(named))


def _limit(found: EValue) -> str:
    return number(found.limit, PLACES if found.limit > 1 else 0)


def _e_value_sentence(treatment: str, found: EValue) -> str:
    said = [
        _(
            "{option}: hazard ratio of death {ratio} against second SCT. E-value {value}: to "
            "explain all of it, something not measured would have to be {value} times as frequent "
            "in one group as in the other and make death {value} times as likely."
        ).format(
            option=f"**{treatment_label(treatment)}**",
            ratio=_ratio(found.hazard_ratio),
            value=number(found.value, PLACES),
        )
    ]
    if found.limit > 1:
        said.append(
            _("For the limit of the interval that is nearer 1: {limit} times each.").format(
                limit=_limit(found)
            )
        )
    else:
        said.append(_("For the interval: 1, because it holds no difference as it is."))
    return " ".join(said)


def waiting_question() -> str:
    return _(
        "The paper counts every option from the day of relapse or progression. But a child has to "
        "live until its second transplant, and the days before are not the transplant's. How long "
        "the children waited is not printed. So the question is turned round: what if all of them "
        "had waited, on chemotherapy alone, until the day that is chosen here?"
    )


def how_to_read_waited(day: int) -> str:
    return _(
        "Solid, round markers: second SCT as in Table 4. Long and short dashes, crosses: "
        "sensitivity, chemotherapy alone before day {day} and second SCT from then on. Even "
        "dashes, hollow markers: extrapolated. Shaded: 95% interval."
    ).format(day=number(day))


def waited_words(pattern: Pattern, day: int) -> str:
    """What the chart shows, for those who do not see it."""
    when = named_day(pattern.days_survived)
    usual, later = (
        row.survival[TABLE_DAYS.index(when)]
        for row in both_ways(pattern, day)
        if row.treatment == SECOND_SCT
    )
    return _(
        "Predicted survival with second SCT over {months} months, as in Table 4 and with a wait "
        "until day {day} (sensitivity), with 95% intervals. Alive at {time}: Table 4 {usual}, "
        "sensitivity {later}. The table below has the same numbers."
    ).format(
        months=number(horizon_months()),
        day=number(day),
        time=horizon_name(when),
        usual=_survival_words(usual),
        later=_survival_words(later),
    )


def table_caption(day: int) -> str:
    return _(
        "As in Table 4, and with a second transplant from day {day} (sensitivity); 95% intervals"
    ).format(day=number(day))


def table_heads() -> list[str]:
    return [
        _("Option"),
        _("Hazard ratio of death against second SCT"),
        *(horizon_name(day) for day in TABLE_DAYS),
    ]


def table_notes(pattern: Pattern, day: int) -> list[str]:
    notes = [_who_waited(day)]
    if not all(all(row.supported) for row in both_ways(pattern, day)):
        notes.append(
            _("{sign} extrapolated: fewer than {fewest} children at risk by then.").format(
                sign=EXTRAPOLATED_SIGN, fewest=number(FEWEST_AT_RISK)
            )
        )
    return notes


def _who_waited(day: int) -> str:
    model = load_model()
    arm = TREATMENTS.index(SECOND_SCT)
    counts = (model.at_risk, model.at_risk_low, model.at_risk_high)
    there = AtRisk(*(count[arm, day].item() for count in counts))
    return _(
        "Of the {children} children of the second transplant group, {there} were at risk on day "
        "{day} in the reconstructed cohorts; deaths among the others count under chemotherapy "
        "alone here."
    ).format(
        children=number(int(model.at_risk_high[arm, 0])),
        there=at_risk_words(there),
        day=number(day),
    )


def method(day: int) -> list[str]:
    """How the sensitivity numbers were worked out, in steps."""
    return [
        _(
            "In every reconstructed cohort, a child of the second transplant group counts under "
            "chemotherapy alone before day {day} and under second SCT from that day on; if it died "
            "before, that is a death under chemotherapy alone (Mantel and Byar 1974, Suissa 2008)."
        ).format(day=number(day)),
        _(
            "The model of Table 4 is fitted again to each of the {cohorts} cohorts with option as "
            "a covariate that changes on that day, and the fits are pooled as those of the main "
            "model (Rubin)."
        ).format(cohorts=number(load_model().n_cohorts)),
        _(
            "The sensitivity curve of second SCT follows the hazard of chemotherapy alone before "
            "that day and that of second SCT afterwards. Its interval covers chance, and what the "
            "paper leaves open."
        ),
        _(
            "What it cannot say: one day for all children is an assumption, and who died waiting "
            "is not printed. The paper let treatment change with time to look for an interaction "
            "with late relapse; it prints neither how that was coded nor its ratios."
        ),
        _(
            "E-values: VanderWeele and Ding 2017, for hazard ratios of a common outcome, from the "
            "pooled hazard ratio and its 95% limits."
        ),
    ]


# ------------------------------------------------------------------------------------ table


def waited_table(pattern: Pattern, day: int) -> str:
    """Every option as in Table 4 and with the wait, as HTML with every text escaped."""
    rows = (_row(row, day, pattern.days_survived) for row in both_ways(pattern, day))
    notes = " ".join(table_notes(pattern, day))
    return html_table(table_caption(day), table_heads(), rows, notes)


def _row(row: Row, day: int, days_survived: int) -> str:
    option, way = _head_lines(row, day)
    heads = table_heads()
    cells = [_cell(heads[1], _ratio_lines(row), _numbers(row.ratio))]
    cells += [
        _cell(
            heads[k + 2],
            _survival_lines(row, k, days_survived),
            f'data-day="{reported}" {_numbers(row.survival[k])}',
        )
        for k, reported in enumerate(TABLE_DAYS)
    ]
    return (
        f'<tr role="row" data-option="{row.treatment}" data-waited="{day if row.waited else 0}">'
        f'<th scope="row" role="rowheader">{escape(option)}'
        f'<span class="detail">{escape(way)}</span></th>{"".join(cells)}</tr>'
    )


def _cell(label: str, lines: Sequence[str], numbers: str) -> str:
    first, *details = lines
    kind = "estimate" if details else "detail"
    estimate = f'<span class="{kind}">{escape(first)}</span>'
    spans = (f'<span class="detail interval">{escape(line)}</span>' for line in details)
    return f'<td role="cell" data-label="{escape(label)}" {numbers}>{estimate}{"".join(spans)}</td>'


def _numbers(estimate: Estimate | None) -> str:
    if estimate is None or math.isnan(estimate.value):
        return ""
    return (
        f'data-value="{estimate.value:.4f}" data-lower="{estimate.lower:.4f}" '
        f'data-upper="{estimate.upper:.4f}"'
    )


def _head_lines(row: Row, day: int) -> list[str]:
    way = sensitivity_label(day) if row.waited else as_in_table_4()
    return [treatment_label(row.treatment), way]


def _ratio_lines(row: Row) -> list[str]:
    if row.ratio is None:
        return [_("reference")]
    return [number(row.ratio.value, PLACES), _limits(row.ratio)]


def _survival_lines(row: Row, k: int, days_survived: int) -> list[str]:
    estimate, day = row.survival[k], TABLE_DAYS[k]
    if days_survived and (day <= days_survived or math.isnan(estimate.value)):
        return [nothing_said(day, days_survived)]
    sign = "" if row.supported[k] else f" {EXTRAPOLATED_SIGN}"
    return [percent(estimate.value) + sign, percent_interval(estimate.lower, estimate.upper)]


def _survival_words(estimate: Estimate) -> str:
    return _("{survival} ({interval})").format(
        survival=percent(estimate.value), interval=percent_interval(estimate.lower, estimate.upper)
    )


def _ratio(estimate: Estimate) -> str:
    return _("{ratio} ({limits})").format(
        ratio=number(estimate.value, PLACES), limits=_limits(estimate)
    )


def _limits(estimate: Estimate) -> str:
    return _("{lower}–{upper}").format(
        lower=number(estimate.lower, PLACES), upper=number(estimate.upper, PLACES)
    )
