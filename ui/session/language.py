"""The language of a session: where it is chosen, and how numbers and dates are written in it.

The language comes from the link that opened the session, else from the browser, else it is English.
"""

import functools
import json
from datetime import date

import streamlit as st
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from model import language
from model.catalogues import catalogue, languages
from model.language import ENGLISH, marked
from ui.session.address import LANGUAGE, given, keep
from ui.session.keys import began_with, begin, have_begun, held, key_of

CHOSEN, BEFORE = "language", "language_before"
LABEL = marked("Language")


def choose_language() -> None:
    """Speak the language that was chosen, or that the link or the browser asks for."""
    if not have_begun(CHOSEN):
        asked = given(LANGUAGE)
        begin({CHOSEN: asked if asked in languages() else _of_browser()})
    code: str = held(CHOSEN) or began_with(CHOSEN)
    language.use(catalogue(code), code)
    keep(LANGUAGE, None if code == _of_browser() else code)


def draw_language_switch() -> None:
    """Draw the choice of language, where there is one; each goes by its own name."""
    if len(languages()) > 1:
        # In every language, so that whoever is in the wrong one finds the way out.
        label = " · ".join(dict.fromkeys(catalogue(known).gettext(LABEL) for known in languages()))
        st.segmented_control(
            label,
            languages(),
            format_func=_own_name,
            required=True,
            default=began_with(CHOSEN),
            key=key_of(CHOSEN),
        )


def draw_language_of_page() -> None:
    """Tell the browser, and with it screen readers, in which language the page is.

    It is not to translate it: what it wraps around every word, the page cannot change any more, and
    puts an error in its place.
    """
    code = json.dumps(language.code())
    told = f"Object.assign(document.documentElement, {{lang: {code}, translate: false}});"
    st.html(f"<script>{told}</script>", unsafe_allow_javascript=True)


def language_has_changed() -> bool:
    """Whether this run is the first in a language; asked once a run."""
    before = st.session_state.get(BEFORE)
    st.session_state[BEFORE] = language.code()
    return before is not None and before != language.code()


def number(value: float, places: int = 0) -> str:
    """A number as the language in use writes it, with so many decimals: 5.4 or 5,4."""
    return _written(value, places, language.code())


@functools.lru_cache(maxsize=4096)
def _written(value: float, places: int, code: str) -> str:
    pattern = "0." + "0" * places if places else "0"
    return format_decimal(value, format=pattern, locale=code)


def date_in_words(day: date) -> str:
    """A date as the language in use writes it: November 23, 2026, or 23 novembre 2026."""
    return format_date(day, format="long", locale=language.code())


def days_come_first() -> bool:
    """Whether 03/04/2015 is the third of April to every reader of the language in use.

    In English it is that to some, and March 4 to others.
    """
    return language.code() != ENGLISH and _day_before_month(language.code())


@functools.cache
def _day_before_month(code: str) -> bool:
    written: str = Locale.parse(code).date_formats["short"].pattern
    return written.find("d") < written.find("M")


def _of_browser() -> str:
    """The language of the browser, such as fr for fr-CA, or English where it is not known here."""
    asked = (st.context.locale or ENGLISH).replace("-", "_")
    return next((code for code in (asked, asked.split("_")[0]) if code in languages()), ENGLISH)


def _own_name(code: str) -> str:
    name = Locale.parse(code).get_display_name() or code
    return name[0].upper() + name[1:]
