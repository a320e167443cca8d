"""Charts as they are drawn: a template of Altair's, its words and looks, and its rows.

The specification of two charts is the same where their words and looks are, whatever their numbers:
the rows are named data sets beside it, so that a browser that shows one chart only redraws it for
the next.
"""

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from model.language import _
from model.survival.prediction import HORIZON_DAYS, TABLE_DAYS
from ui.session.language import number
from ui.shown.charts.look import INK_OF_PAGE, MOST_SERIES
from ui.shown.charts.series import Series, Spec
from ui.shown.results import DAYS_PER_MONTH, MONTHS_PER_YEAR, whole_months

TEMPLATES = Path(__file__).with_name("templates.json")
# The days that the time axis names: the reported ones, and the one column of Figure 3 between them.
THIRD_YEAR = round(3 * MONTHS_PER_YEAR * DAYS_PER_MONTH)
NAMED_DAYS = [0, *sorted({*TABLE_DAYS, THIRD_YEAR, HORIZON_DAYS})]
# About how wide a letter of an axis' title is, and how far the title may reach beyond the plot.
LETTER_WIDTH, TITLE_REACH = 6, 45
# The columns of each data set: where one has no rows, a browser still knows them.
COLUMNS: dict[str, tuple[str, ...]] = {
    "alive": ("day", "said", "place"),
    "chosen": ("day",),
    "points": ("series", "day", "survival", "lower", "upper", "line", "stretch", "marked"),
    "whiskers": ("series", "day", "lower", "upper"),
    "inside": ("day", "survival", "said", "dy"),
    "names": ("series", "end", "height", "label", "short"),
    "hover": ("day", "when", *(f"said_{k}" for k in range(MOST_SERIES))),
    # Of Evidence.
    "ratios": (
        *("at", "series", "ratio", "lower", "upper", "least", "most"),
        *("what", "said", "spread"),
    ),
    "heads": ("at", "name"),
    "bars": ("from", "to", "height", "range", "lists"),
    "beforehand": ("from", "to", "height"),
    "lists": ("list", "day", "survival"),
    # Of Registry.
    "children": ("from", "to", "height"),
    "curves": ("series", "at", "value", "lower", "upper"),
}
Rows = Sequence[tuple[Any, ...]]


@dataclass(frozen=True, eq=False)
class Drawing:
    """A chart: its specification without rows, and the rows of its data sets by their names."""

    spec: Spec
    rows: Mapping[str, Rows]

    def for_page(self) -> Spec:
        """As the app gives it to a browser."""
        return {**self.spec, "datasets": self._arrow}

    def for_file(self) -> Spec:
        """With its rows inside, for a converter."""
        return {
            **self.spec,
            "datasets": {
                name: [dict(zip(COLUMNS[name], row, strict=True)) for row in rows]
                for name, rows in self.rows.items()
            },
        }

    def with_rows(self, **rows: Rows) -> "Drawing":
        """The same chart with other rows in some data sets."""
        return Drawing(self.spec, {**self.rows, **rows})

    @functools.cached_property
    def _arrow(self) -> dict[str, bytes]:
        from streamlit.dataframe_util import convert_anything_to_arrow_bytes

        return {
            name: convert_anything_to_arrow_bytes(
                pd.DataFrame(list(rows), columns=list(COLUMNS[name]))
            )
            for name, rows in self.rows.items()
        }


def drawn(name: str, height: int, words: Mapping[str, Any], **rows: Rows) -> Drawing:
    """A template with its words and rows, in the ink of a page."""
    return Drawing(_filled(name, height, _frozen({"ink": INK_OF_PAGE, **words})), rows)


def looks_of(series: Sequence[Series], *, dark_too: bool) -> dict[str, Any]:
    """What tells the curves apart, as a template asks for it."""
    return {
        "series": tuple(one.id for one in series),
        "colors": tuple(one.color_of_page if dark_too else one.color for one in series),
        "shapes": tuple(one.shape for one in series),
        "widths": tuple(one.width for one in series),
        "fades": tuple(one.fade for one in series),
        "bands": tuple(one.band for one in series),
    }


def curves_spec(
    series: Sequence[Series],
    named: Sequence[Series],
    *,
    ink: str,
    narrow: str,
    height: int,
    time_title: str,
) -> Spec:
    """The template of curves with the words of the language in use and the looks of the series;
    `named` are those that who points at the chart is told of, in their order."""
    said = {f"said_{k}": one.short for k, one in enumerate(named)}
    few, every = _names_of_days()
    return _filled(
        "curves",
        height,
        _frozen(
            looks_of(series, dark_too=ink == INK_OF_PAGE)
            | said
            | {
                "ink": ink,
                "narrow": narrow,
                "time": time_title,
                "is_cramped": f"width < {LETTER_WIDTH * len(time_title) - 2 * TITLE_REACH}",
                "alive": _("Alive (%)"),
                "since": _("Since failure"),
                "all_names": every,
                "few_names": few,
            }
        ),
    )


def talk_spec(series: Sequence[Series], height: int, words: Mapping[str, Any]) -> Spec:
    """The template of the talk with a family."""
    looks = looks_of(series, dark_too=True)
    return _filled("talk", height, _frozen({**looks, **words, "ink": INK_OF_PAGE}))


def _names_of_days() -> tuple[dict[str, str], dict[str, str]]:
    """What the time axis says of each of its days: where there is little room, and where there is
    more."""
    every = {}
    for day in NAMED_DAYS:
        months = whole_months(day)
        every[str(day)] = (
            _("{number} d").format(number=number(day)) if months is None else number(months)
        )
    first_year = MONTHS_PER_YEAR * DAYS_PER_MONTH - 1
    few = {day: name for day, name in every.items() if not 0 < int(day) < first_year}
    return few, every


def _frozen(words: Mapping[str, Any]) -> str:
    return json.dumps(words, sort_keys=True, ensure_ascii=False)


# Made once for some words and looks: most readers ask for the same five options.
@functools.lru_cache(maxsize=128)
def _filled(name: str, height: int, frozen: str) -> Spec:
    words: dict[str, Any] = json.loads(frozen)
    filled: Spec = _put_in(_templates()[name], words)
    filled["height"] = height
    for layer in filled["layer"]:
        tooltip = layer.get("encoding", {}).get("tooltip")
        if tooltip:
            layer["encoding"]["tooltip"] = [
                one for one in tooltip if not one["title"].startswith("@said_")
            ]
    return filled


def _put_in(part: Any, words: Mapping[str, Any]) -> Any:
    """A part of a template with what stands behind an @ put in, wherever there is a word for it."""
    if isinstance(part, dict):
        return {name: _put_in(inner, words) for name, inner in part.items()}
    if isinstance(part, list):
        if len(part) == 1 and isinstance(part[0], str) and part[0][1:] in words:
            found = words[part[0][1:]]
            if isinstance(found, list):
                return found
        return [_put_in(inner, words) for inner in part]
    if not isinstance(part, str) or "@" not in part:
        return part
    if part.startswith("@") and part[1:] in words:
        return words[part[1:]]
    for name in ("narrow", "is_cramped", "hundred"):
        part = part.replace(f"@{name}", str(words.get(name, "")))
    return part


@functools.cache
def _templates() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(TEMPLATES.read_text(encoding="utf-8"))
    return content
