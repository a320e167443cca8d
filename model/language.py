"""The language in which the program speaks to its users, one per session.

Every user-facing text passes through :func:`_`. Without a catalogue the English
text in the source is what the user reads.
"""

import gettext
from contextvars import ContextVar

_translations: ContextVar[gettext.NullTranslations | None] = ContextVar(
    "translations", default=None
)


def use(translations: gettext.NullTranslations) -> None:
    """Speak the language of a gettext catalogue from here on, in this context."""
    _translations.set(translations)


def _(message: str) -> str:
    """Translate a user-facing message into the language in use."""
    translations = _translations.get()
    return message if translations is None else translations.gettext(message)
