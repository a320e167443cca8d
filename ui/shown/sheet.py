"""What the sheets of paper share: the typesetting, the fonts, and what stands at their foot.

Python gathers words and numbers, from the same places as the pages do; a template (`*.typ`) beside
each sheet's words lays them out with Typst, as tagged PDF. Everything reaches a template as JSON
text and is shown as it is, so that nothing a user typed is read as markup. Nothing is written to
disk, and nothing is taken from the machine: the fonts come with two pinned packages, and the only
date is the one given. So the same inputs make the same bytes, but for the date.
"""

import functools
import importlib.util
import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final

from model.language import _, code
from model.survival.prediction import load_model
from model.survival.recalibrated import Recalibration
from ui.session.language import date_in_words
from ui.session.model_in_use import in_use_words
from ui.shown.alike import with_sign
from ui.shown.charts.series import Spec
from ui.shown.downloads import as_svg
from ui.shown.table import Cell, Table

Words = dict[str, Any]

UI = Path(__file__).parents[1]
# Where the fonts lie in the packages that bring them: Lato for the text, DejaVu for signs and
# scripts that Lato has not, and a last one that shows a box for what neither has.
FONT_FOLDERS = {"font_lato": "files", "matplotlib": "mpl-data/fonts/ttf"}
FONTS = ("Lato", "DejaVu Sans", "Last Resort High-Efficiency")
FONT_FILES = ("Lato-Regular.ttf", "DejaVuSans.ttf")
# Typst refuses a sheet that lacks what PDF/UA asks for: tags, a language, a title, and words for
# every picture.
PDF_STANDARD: Final = "ua-1"


def sheet_words(
    title: str,
    description: str,
    limits: str,
    today: date,
    recalibration: Recalibration | None = None,
) -> Words:
    """What every sheet says of itself: its title, its limits, its model, and its day."""
    model = load_model()
    made = _("Made on {date} with Aftergraft, model {version}, {hash}.").format(
        date=date_in_words(today), version=model.version, hash=model.source_hash
    )
    if recalibration is not None:
        made += " " + in_use_words(recalibration)
    return {
        "language": code(),
        "fonts": FONTS,
        "title": title,
        "description": description,
        "limits": limits,
        "made": made,
    }


def for_sheet(table: Table) -> Words:
    """A table as `laid` of `sheet.typ` takes it."""
    return {
        "caption": table.caption,
        "heads": [_for_sheet(head) for head in table.columns],
        "rows": [[_for_sheet(cell) for cell in row] for row in table.body],
        "notes": " ".join(table.notes),
    }


def _for_sheet(cell: Cell) -> Words:
    return {
        "lines": [with_sign(cell.text, cell.support), *cell.details],
        "strong": cell.strong,
        "after": "after" in cell.carries,
    }


def picture(spec: Spec, width: int) -> str:
    """A chart as SVG, drawn and measured in the font in which the sheet sets its text."""
    import vl_convert

    vl_convert.register_font_directory(str(_font_folders()[0]))
    return as_svg(
        spec
        | {"width": width, "background": "#ffffff", "config": spec["config"] | {"font": FONTS[0]}}
    )


def typeset(template: str, words: Words, today: date) -> bytes:
    """Lay out words with a template, as a PDF that says it was made on a day."""
    import typst

    pdf: bytes = typst.compile(
        UI / template,
        root=UI,
        font_paths=_fonts(),
        sys_inputs={"report": json.dumps(words, ensure_ascii=False)},
        pdf_standards=PDF_STANDARD,
        timestamp=datetime.combine(today, time(), UTC),
    )
    return pdf


def unprintable(text: str) -> str:
    """The signs of a text that no font of the sheets has, each once; they are printed as boxes."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        known = _signs_of_fonts()
        return "".join(dict.fromkeys(sign for sign in text if ord(sign) not in known))
    return ""


@functools.cache
def _signs_of_fonts() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    signs = {ord("\n"), ord("\r"), ord("\t")}
    for folder, name in zip(_font_folders(), FONT_FILES, strict=True):
        with TTFont(folder / name, lazy=True) as font:
            signs.update(font.getBestCmap())
    return frozenset(signs)


@functools.cache
def _fonts() -> Any:
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=_font_folders()
    )


@functools.cache
def _font_folders() -> list[Path]:
    # The packages are found, not imported: nothing of them but their files is wanted.
    folders = []
    for package, folder in FONT_FOLDERS.items():
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise FileNotFoundError(f"the package {package}, which brings a font, is not installed")
        folders.append(Path(spec.submodule_search_locations[0]) / folder)
    return folders
