"""The sheet for the record: what was entered, what the model predicts, what the paper proposes, and
the comparison where there is one.

It says the same as the case and compare pages, from the same places, and names no child.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial

import streamlit as st

from model.case import REQUIRED, WHOLE_NUMBERS, Case, as_code
from model.language import _
from model.paper.guidelines import RANK_WORDS, Guidance
from model.survival.recalibrated import Recalibration
from ui.case.answer import answer_days, answer_table, answers, without_curve
from ui.case.exploratory import exploratory_is_shown, exploratory_words
from ui.case.guidance import (
    beside_the_curves,
    input_lines,
    option_lines,
    period_days,
    place_in_paper,
    remark_lines,
)
from ui.case.sensitivity import record_paragraphs
from ui.case.survival_table import survival_table
from ui.case.three_alike import is_assumed, kept_as_printed, stays_as_printed
from ui.compare.chart import chart_words, comparison_chart_of_file
from ui.compare.comparison import Comparison, cautions, same_curves, same_in_all
from ui.compare.table import comparison_tables
from ui.session.form import INPUTS_BY_NAME
from ui.session.language import number
from ui.session.model_in_use import in_use_words, recalibration_in_use
from ui.session.words import CHOICE_LABELS, field_label, leukemia_label, whom_it_is_for
from ui.shown.charts.look import INK_OF_FILE
from ui.shown.charts.page import curves_chart
from ui.shown.charts.series import option_series
from ui.shown.charts.words import alt_text, how_to_read
from ui.shown.described import describe
from ui.shown.downloads import draw_save_button, file_name
from ui.shown.labels import limits_line, source_line
from ui.shown.results import (
    OptionResult,
    assumption,
    few_then,
    given_alive,
    horizon_name,
    interval_words,
    option_results,
    shown_pattern,
)
from ui.shown.sheet import Words, for_sheet, picture, sheet_words, typeset
from ui.shown.table import Cell, Table

# In the order of the sheet: what a number needs, then the rest as the form has it.
FIRST = ("leukemia", *REQUIRED, "age_years", "days_survived")
IN_RECORD = (*FIRST, *(field for field in INPUTS_BY_NAME.values() if field not in FIRST))
CHART_WIDTH, CHART_HEIGHT = 520, 170
# A comparison has a page of its own; more columns need taller rows.
COMPARISON_HEIGHTS = {1: 260, 2: 260, 3: 140, 4: 130}
# With more columns there is no room on it for the children like each.
MOST_WITH_CHILDREN = 2


def record_pdf(
    case: Case,
    treatments: Sequence[str],
    guidance: Guidance,
    comparison: Comparison | None,
    today: date,
    alike: bool = False,
    exploratory: bool = False,
    recalibration: Recalibration | None = None,
) -> bytes:
    """Make the sheet for the record.

    Parameters
    ----------
    case : Case
    treatments : sequence of str
        Options to show, in the fixed order.
    guidance : Guidance
        Of the same case.
    comparison : Comparison or None
        What the reader compared, if anything.
    today : date
        The day on which the sheet is made.
    alike : bool
        Whether the three active options are assumed alike.
    exploratory : bool
        Whether the exploratory model is shown, and not the child's rows of Table 3.
    recalibration : Recalibration, optional
        That of the model; default: the paper's model.
    """
    pattern = shown_pattern(case, treatments, alike, recalibration)
    results = option_results(pattern)
    answer = answer_table(case, pattern, answers(case, pattern), guidance)
    chart = curves_chart(
        option_series(pattern), ink=INK_OF_FILE, narrow="false", height=CHART_HEIGHT
    )
    title = _("After failure of a first transplant")
    in_use = [] if recalibration is None else [in_use_words(recalibration)]
    words = sheet_words(title, describe(case) + ".", limits_line(), today, recalibration) | {
        "whom": whom_it_is_for(),
        "inputs": {"heading": _("The child"), "rows": _inputs(case)},
        "given": [
            *in_use,
            *given_alive(case),
            *few_then(results),
            *assumption(alike),
            *kept_as_printed(alike),
        ],
        "curves": {
            "svg": picture(chart.for_file(), CHART_WIDTH),
            "alt": alt_text(case, results),
            "reading": how_to_read(),
        },
        **_tables(answer, survival_table(results), guidance, case.days_survived),
        "exploratory": exploratory_words(case, treatments, exploratory),
        "guidance": _guidance(guidance, results),
        "sensitivity": record_paragraphs(treatments, recalibrated=bool(in_use)),
        "comparison": None if comparison is None else _comparison(comparison, alike),
    }
    return typeset("record/record.typ", words, today)


def draw_record_download(
    case: Case, treatments: Sequence[str], guidance: Guidance | None, comparison: Comparison | None
) -> None:
    """Draw the button that makes the sheet for the record; without a leukemia, that it waits."""
    if guidance is None:
        st.caption(_("The sheet for the record needs the leukemia."))
        return
    label = _("For the record (PDF)")
    if comparison is not None:
        label = _("For the record, with the comparison (PDF)")
    draw_save_button(
        label,
        file_name(case, "pdf"),
        "application/pdf",
        partial(
            record_pdf,
            case,
            treatments,
            guidance,
            comparison,
            date.today(),
            is_assumed(case),
            exploratory_is_shown(),
            recalibration_in_use(),
        ),
    )


def _inputs(case: Case) -> list[tuple[str, str]]:
    label = _("{label}:")
    return [
        (label.format(label=field_label(field)), _input_words(case, field)) for field in IN_RECORD
    ]


def _input_words(case: Case, field: str) -> str:
    given = getattr(case, field)
    if given is None or (field == "days_survived" and not given):
        return _("not given")
    if field == "leukemia":
        return leukemia_label(given)
    if field == "days_to_failure":
        return _("{number} ({interval})").format(
            number=number(given), interval=interval_words(case.interval)
        )
    if field in WHOLE_NUMBERS:
        return number(given)
    return _(CHOICE_LABELS[as_code(given)])


def _tables(answer: Table, numbers: Table, guidance: Guidance, since: int) -> Words:
    """The answer and, below the curves, what it does not say yet: the other times and notes."""
    numbers = numbers.without({horizon_name(day) for day in answer_days(since)})
    heading = _("Medians and other times")
    # The limits stand above, and all that the authors propose further down.
    elsewhere = {limits_line(), without_curve(guidance)}
    below = [note for note in answer.notes if note not in elsewhere]
    notes = [*(note for note in numbers.notes if note not in below), source_line()]
    return {
        "answer": for_sheet(replace(answer, notes=below)),
        "numbers": for_sheet(replace(numbers, caption=heading, notes=notes)),
    }


def _guidance(guidance: Guidance, results: Sequence[OptionResult]) -> Words:
    paragraphs = [reason.sentence for reason in guidance.weighed]
    if guidance.no_guidance is not None:
        paragraphs.insert(0, guidance.no_guidance)
    paragraphs += input_lines(guidance)
    return {
        "heading": _("What the paper proposes"),
        "intro": _("For {leukemia}, {period} ({days}):").format(
            leukemia=leukemia_label(guidance.leukemia),
            period=guidance.period.name,
            days=period_days(guidance.period),
        ),
        "options": [
            {
                "text": o.text,
                "rank": _(RANK_WORDS[o.rank]),
                "lines": [*option_lines(o), place_in_paper(o.source)],
            }
            for o in guidance.options
        ],
        "paragraphs": paragraphs,
        "decided": {
            "heading": _("Decided by"),
            "items": [
                _("{input}: {sentence}").format(
                    input=field_label(reason.input), sentence=reason.sentence
                )
                for reason in guidance.decided_by
            ],
        },
        "remarks": {
            "heading": _("Remarks"),
            "items": [" ".join(remark_lines(remark)) for remark in guidance.remarks],
        },
        "notes": {
            "heading": _("Guidance beside the curves"),
            "items": beside_the_curves(guidance, results),
        },
        "source": guidance.citation,
    }


def _comparison(shown: Comparison, alike: bool) -> Words:
    tables = comparison_tables(shown, len(shown.columns) <= MOST_WITH_CHILDREN)
    rows = [row for table in tables for row in ((Cell(table.caption),), *table.rows)]
    notes = [*(note for table in tables for note in table.notes), *same_curves(shown)]
    return {
        "heading": _("Compared"),
        "paragraphs": [
            said
            for said in (same_in_all(shown), *stays_as_printed(alike), *cautions(shown))
            if said
        ],
        "svg": picture(
            comparison_chart_of_file(shown, COMPARISON_HEIGHTS[len(shown.columns)]), CHART_WIDTH
        ),
        "alt": chart_words(shown),
        "table": for_sheet(replace(tables[0], rows=rows, notes=notes)),
    }
