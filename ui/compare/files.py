"""What can be taken away from a comparison: its numbers as CSV, its chart as SVG or PNG."""

from collections.abc import Sequence

from model.case import as_code
from model.language import _
from model.recalibration.applied import full_version
from model.survival.comparison import QUANTITY_COLUMNS
from model.tables.written import as_csv, harmless
from ui.compare.chart import chart_words, comparison_chart_of_file
from ui.compare.comparison import (
    COMPARED_FIELDS,
    LETTERS,
    Comparison,
    cautions,
    day_name,
    input_words,
)
from ui.compare.words import (
    QuantityRow,
    rows_beside_reference,
    rows_by_themselves,
    rows_of_days_lived,
)
from ui.session.model_in_use import model_of
from ui.shown.charts.file import as_file
from ui.shown.charts.series import Spec
from ui.shown.charts.words import how_to_read, model_line
from ui.shown.downloads import as_png, as_svg
from ui.shown.labels import PAPER_IN_FILE, source_line

COMPARISON_FILE_COLUMNS = (
    "column",
    "name",
    *COMPARED_FIELDS,
    "reference",
    *QUANTITY_COLUMNS,
    "model_version",
    "model_hash",
    "paper",
)


def comparison_file_name(shown: Comparison, ending: str) -> str:
    columns = "".join(column.letter for column in shown.columns)
    return f"aftergraft-comparison-{columns}-day-{shown.day}.{ending}"


def comparison_as_csv(shown: Comparison) -> str:
    """One row a column and quantity, as `python -m model compare` calls them."""
    model = model_of(shown.recalibration)
    rows = _rows_of_numbers(shown)
    written: list[Sequence[object]] = [COMPARISON_FILE_COLUMNS]
    for place, column in enumerate(shown.columns):
        for row in rows:
            numbers = row.in_digits(row.cells[place])
            written.append(
                [
                    column.letter,
                    harmless(column.name),
                    *(as_code(column.scenario.held(name)) for name in COMPARED_FIELDS),
                    LETTERS[shown.reference],
                    row.quantity,
                    "" if row.day is None else row.day,
                    *numbers.values(),
                    full_version(model),
                    model.source_hash,
                    PAPER_IN_FILE,
                ]
            )
    return as_csv(written)


def _rows_of_numbers(shown: Comparison) -> list[QuantityRow]:
    rows = [*rows_beside_reference(shown), *rows_of_days_lived(shown), *rows_by_themselves(shown)]
    # The same difference in children is for people; survival on the chosen day may be there twice.
    seen: set[tuple[str, int | None]] = set()
    kept = []
    for row in rows:
        if (
            row.quantity not in ("children", "proposal", "alike")
            and (row.quantity, row.day) not in seen
        ):
            seen.add((row.quantity, row.day))
            kept.append(row)
    return kept


def comparison_as_svg(shown: Comparison) -> str:
    return as_svg(_chart_file(shown))


def comparison_as_png(shown: Comparison) -> bytes:
    said = (chart_words(shown), source_line(), model_line(shown.recalibration))
    return as_png(_chart_file(shown), " ".join(said))


def _chart_file(shown: Comparison) -> Spec:
    said_above = [
        _("{column}: {inputs}.").format(
            column=column.title,
            inputs=", ".join(input_words(field, column.scenario) for field in COMPARED_FIELDS),
        )
        for column in shown.columns
    ]
    said_above.append(_("Thin dotted line: {day}.").format(day=day_name(shown.day)))
    said_above += [how_to_read(), *cautions(shown)]
    return as_file(
        comparison_chart_of_file(shown),
        _("Options and scenarios compared"),
        said_above,
        shown.recalibration,
    )
