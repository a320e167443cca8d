"""Charts that leave the program: with all that has to be known to read them."""

import textwrap
from collections.abc import Sequence

from model.case import Case
from model.language import _
from model.survival.recalibrated import Recalibration
from ui.shown.charts.look import (
    FONT_OF_FILE,
    FONT_SIZE,
    INK_OF_FILE,
    SMALL_FONT_SIZE,
    WIDTH_OF_FILE,
)
from ui.shown.charts.page import curves_chart
from ui.shown.charts.series import Spec, option_series
from ui.shown.charts.words import how_to_read, model_line
from ui.shown.described import describe
from ui.shown.labels import limits_line, source_line
from ui.shown.results import ShownPattern, assumption, given_alive

CHARACTERS_OF_FILE = 150


def chart_file(case: Case, pattern: ShownPattern) -> Spec:
    """The chart of all options as a file of its own: the case, how to read it, and the limits."""
    said_above = [
        describe(case) + ".",
        *given_alive(case),
        *assumption(pattern.alike),
        how_to_read(),
    ]
    return as_file(
        curves_chart(option_series(pattern), ink=INK_OF_FILE, narrow="false").for_file(),
        _("Predicted survival after failure of a first transplant"),
        said_above,
        pattern.recalibration,
    )


def as_file(
    spec: Spec, title: str, said_above: Sequence[str], recalibration: Recalibration | None
) -> Spec:
    """A chart drawn in `INK_OF_FILE` with its title, what is said above it, limits and model."""
    spec = spec | {
        "width": WIDTH_OF_FILE,
        "background": "#ffffff",
        "padding": 20,
        "config": spec["config"] | {"font": FONT_OF_FILE},
        "title": {
            "text": title,
            "subtitle": _wrapped(said_above),
            "anchor": "start",
            "frame": "bounds",
            "color": INK_OF_FILE,
            "subtitleColor": INK_OF_FILE,
            "fontSize": 17,
            "subtitleFontSize": FONT_SIZE,
            "subtitleLineHeight": FONT_SIZE + 4,
            "subtitlePadding": 6,
            "offset": 16,
        },
    }
    said_below = {
        "data": {"values": [{}]},
        "mark": {
            "type": "text",
            "text": _wrapped([limits_line(), source_line(), model_line(recalibration)]),
            "align": "left",
            "baseline": "top",
            "x": {"expr": "-40"},
            "y": {"expr": "height + 55"},
            "fontSize": SMALL_FONT_SIZE,
            "lineHeight": SMALL_FONT_SIZE + 4,
            "color": INK_OF_FILE,
        },
    }
    return spec | {"layer": [*spec["layer"], said_below]}


def _wrapped(paragraphs: Sequence[str]) -> list[str]:
    return [line for text in paragraphs for line in textwrap.wrap(text, CHARACTERS_OF_FILE)]
