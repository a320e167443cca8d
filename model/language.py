"""The language in which the program speaks to its users, one per session.

Every user-facing text passes through :func:`_` or :func:`counted`. Without a catalogue the English
text in the source is what the user reads.
"""

import contextlib
import functools
import gettext
from collections.abc import Iterable, Iterator
from contextvars import ContextVar

ENGLISH = "en"

_translations: ContextVar[gettext.NullTranslations | None] = ContextVar(
    "translations", default=None
)
_code: ContextVar[str] = ContextVar("code", default=ENGLISH)


def use(translations: gettext.NullTranslations, code: str) -> None:
    """Speak the language of a gettext catalogue from here on, in this context."""
    _translations.set(translations)
    _code.set(code)


@contextlib.contextmanager
def in_english() -> Iterator[None]:
    """Speak English for a while: for what is the same whatever the language in use."""
    translations, before = _translations.get(), code()
    _translations.set(None)
    _code.set(ENGLISH)
    try:
        yield
    finally:
        _translations.set(translations)
        _code.set(before)


def code() -> str:
    """Name the language in use, as in "en" or "fr"."""
    return _code.get()


def _(message: str) -> str:
    """Translate a user-facing message into the language in use."""
    translations = _translations.get()
    return message if translations is None else translations.gettext(message)


def counted(singular: str, plural: str, number: int) -> str:
    """Translate a message whose words depend on a number."""
    translations = _translations.get()
    if translations is None:
        return singular if number == 1 else plural
    return translations.ngettext(singular, plural, number)


def marked(message: str) -> str:
    """Mark a message of a table for translation; it is translated where it is shown."""
    return message


def listed(items: Iterable[str]) -> str:
    """Put items in a row, with semicolons as the language in use sets them."""

    def followed_by(before: str, item: str) -> str:
        return _("{before}; {item}").format(before=before, item=item) if before else item

    return functools.reduce(followed_by, items, "")
