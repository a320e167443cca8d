"""Bring the catalogues of this folder in line with the texts of the program: `make messages`.

    python -m locales.update          every catalogue there is
    python -m locales.update de       a new one, de.po, to be filled in

A catalogue holds every user-facing text of the source, and of three files of data/, with its
translation. What the source says anew is added without a translation and named; what it no longer
says is taken out and named, with the translation that goes. Nothing is guessed.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

LOCALES = Path(__file__).parent
ROOT = LOCALES.parent
SOURCES = ("streamlit_app.py", "pages", "ui", "model")
# The functions that take texts, and how many each takes first.
KEYWORDS = {"_": 1, "marked": 1, "counted": 2}
# The files of data/ that a reader sees texts of, and the keys they stand under.
DATA_TEXTS = {
    "data/guidelines.toml": (
        "text",
        "label",
        "no_guidance",
        "period_name",
        "sentence",
        "arm_note",
        "source",
    ),
    "data/slips.toml": ("where", "printed", "why", "done"),
    "data/burdens.toml": ("text", "about"),
}
WIDTH = 100
HEADER = """\
# Aftergraft in {language}. Only the translations are written by hand: `make messages` keeps the
# rest in line with the source.
#"""


def source_texts() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Every user-facing text with the file it is in; one that depends on a number as a pair."""
    for source in SOURCES:
        path = ROOT / source
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            name = file.relative_to(ROOT).as_posix()
            for text in _texts_of_python(file.read_text(encoding="utf-8")):
                yield name, text
    for name, keys in DATA_TEXTS.items():
        with (ROOT / name).open("rb") as entries:
            for text in _texts_of_entry(tomllib.load(entries), keys):
                yield name, text


def _texts_of_python(source: str) -> Iterator[str | tuple[str, ...]]:
    # Babel's own reader also takes strings from inside _(LABELS["yes" if given else "no"]).
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        if isinstance(call.func, ast.Name) and call.func.id in KEYWORDS:
            arguments = call.args[: KEYWORDS[call.func.id]]
            texts = tuple(str(a.value) for a in arguments if isinstance(a, ast.Constant))
            if len(texts) == KEYWORDS[call.func.id]:
                yield texts if len(texts) > 1 else texts[0]


def _texts_of_entry(entry: Any, keys: tuple[str, ...]) -> Iterator[str]:
    for key, value in entry.items() if isinstance(entry, dict) else enumerate(entry):
        if isinstance(value, (dict, list)):
            yield from _texts_of_entry(value, keys)
        elif key in keys and value:
            yield value


def catalogue_path(code: str) -> Path:
    return LOCALES / f"{code}.po"


def read_catalogue(code: str) -> Catalog:
    with catalogue_path(code).open("rb") as file:
        return read_po(file, locale=code, abort_invalid=True)


def updated(code: str, old: Catalog) -> Catalog:
    """The catalogue with exactly the texts of the source, and the translations it had."""
    new = Catalog(
        locale=code,
        project="Aftergraft",
        header_comment=HEADER.format(language=Locale.parse(code).get_display_name("en")),
        fuzzy=False,
        creation_date=old.creation_date,
        revision_date=old.creation_date,
    )
    # What Babel would fill with placeholders says nothing here.
    new.version = new.msgid_bugs_address = new.last_translator = new.language_team = ""
    for file, text in source_texts():
        new.add(text, locations=[(file, 0)])
    for message in texts_of(new):
        if (before := old.get(message.id)) and before.id == message.id:
            message.string = before.string
            message.flags |= before.flags & {"fuzzy"}
            message.user_comments = before.user_comments
    return new


def texts_of(catalogue: Catalog) -> list[Message]:
    """The messages of a catalogue without its header."""
    return [message for message in catalogue if message.id]


def is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return bool(strings) and all(strings) and not message.fuzzy


def write_catalogue(code: str, catalogue: Catalog) -> None:
    with catalogue_path(code).open("wb") as file:
        write_po(file, catalogue, width=WIDTH, include_lineno=False)


def main(codes_to_add: list[str]) -> int:
    try:
        for code in codes_to_add:
            Locale.parse(code)
    except (UnknownLocaleError, ValueError) as problem:
        print(f"{problem}: give the code of a language, such as de or pt_BR", file=sys.stderr)
        return 2
    for code in sorted({*codes_to_add, *(path.stem for path in LOCALES.glob("*.po"))}):
        exists = catalogue_path(code).exists()
        old = read_catalogue(code) if exists else Catalog(locale=code)
        catalogue = updated(code, old)
        write_catalogue(code, catalogue)
        _report(code, old, catalogue)
    return 0


def _report(code: str, old: Catalog, catalogue: Catalog) -> None:
    missing = [message for message in texts_of(catalogue) if not is_translated(message)]
    gone = [message for message in texts_of(old) if message.id not in catalogue]
    print(f"{code}: {len(texts_of(catalogue))} texts, {len(missing)} not translated")
    for message in missing:
        print(f"  to translate: {message.id!r}")
    for message in gone:
        print(f"  taken out: {message.id!r} = {message.string!r}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
