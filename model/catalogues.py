"""The languages that the program speaks: English, and every file of `locales/` named after one.

A file such as fr.po is one more language; nothing else need be said of it.
"""

import functools
import gettext
import io
import logging
from pathlib import Path

from model.language import ENGLISH

LOCALES = Path(__file__).parents[1] / "locales"


@functools.cache
def catalogues(folder: Path) -> dict[str, gettext.NullTranslations]:
    """Read the translations of a folder, by code of their language, English first; read once.

    A catalogue that cannot be read is left out, and that is said in the log: a language fewer is
    better than no program.
    """
    from babel import Locale, UnknownLocaleError
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    found: dict[str, gettext.NullTranslations] = {ENGLISH: gettext.NullTranslations()}
    for path in sorted(folder.glob("*.po")):
        try:
            Locale.parse(path.stem)
            with path.open("rb") as file:
                catalogue = read_po(file, locale=path.stem, abort_invalid=True)
            compiled = io.BytesIO()
            write_mo(compiled, catalogue)
            compiled.seek(0)
            found[path.stem] = gettext.GNUTranslations(compiled)
        except (OSError, ValueError, TypeError, UnknownLocaleError, PoFileError):
            logging.getLogger("aftergraft").exception("%s cannot be read", path)
    return found


def languages() -> tuple[str, ...]:
    """Name the codes of the languages there are, English first."""
    return tuple(catalogues(LOCALES))


def catalogue(code: str) -> gettext.NullTranslations:
    """Give the translations into one of `languages`."""
    return catalogues(LOCALES)[code]
