"""The language of a session: the one place where a catalogue is chosen."""

import gettext

from model import language


def choose_language() -> None:
    """Speak English, the language of the source. A catalogue of `locales/` is to be loaded here."""
    language.use(gettext.NullTranslations())
