"""The language of a session: the one place where a catalogue is chosen, and how numbers and dates
are written in it."""

import gettext
from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal

from model import language


def choose_language() -> None:
    """Speak English, the language of the source. A catalogue of `locales/` is to be loaded here."""
    language.use(gettext.NullTranslations(), language.ENGLISH)


def number(value: float, places: int = 0) -> str:
    """A number as the language in use writes it, with so many decimals: 5.4 or 5,4."""
    pattern = "0." + "0" * places if places else "0"
    return format_decimal(value, format=pattern, locale=language.code())


def date_in_words(day: date) -> str:
    """A date as the language in use writes it: 23 November 2026."""
    return format_date(day, format="long", locale=language.code())
