"""The two dates from which the form works the number of days out, and the number itself.

The dates are read here and go nowhere else.
"""

import dataclasses
from datetime import date

import streamlit as st

from model.case import CaseError, Problem, read_case
from model.dates import DATE_ORDERS, readings
from model.language import _
from ui.session.keys import entered, give_way
from ui.session.language import date_in_words, days_come_first
from ui.session.words import field_label

TRANSPLANT_DATE, FAILURE_DATE = "date_of_transplant", "date_of_failure"
DATES = (TRANSPLANT_DATE, FAILURE_DATE)
# The number of days and the two dates as they stood in the run before, and the dates as then read.
BEFORE, DATES_READ = "form_days_before", "form_dates_read"


def date_labels() -> dict[str, str]:
    return {
        TRANSPLANT_DATE: _("Date of the first transplant"),
        FAILURE_DATE: _("Date of relapse or progression"),
    }


def _dates_of(name: str) -> tuple[date, ...]:
    """What a date field may mean: nothing, one date, or the two of 03/04/2015."""
    return readings(entered(name), DATE_ORDERS[:1] if days_come_first() else DATE_ORDERS)


def days_between() -> int | None:
    transplant, failure = (_dates_of(name) for name in DATES)
    if len(transplant) != 1 or len(failure) != 1:
        return None
    return (failure[0] - transplant[0]).days


def dates_as_read() -> str:
    """How the two dates were read, in words, so that a slip is seen."""
    first, last = (date_in_words(_dates_of(name)[0]) for name in DATES)
    return _("From {first} to {last}.").format(first=first, last=last)


def date_problem() -> Problem | None:
    """Say why the dates cannot be used; None where they can, or are not both given yet."""
    labels = date_labels()
    for name in DATES:
        typed, found = entered(name), _dates_of(name)
        if typed and not found:
            expected = _("a date such as 2015-03-31 or 31/03/2015")
            return Problem(labels[name], typed, expected)
        if len(found) > 1:
            asked = found[0].isoformat(), found[1].isoformat()
            return Problem(labels[name], typed, "", asked)
        if found and found[0] > date.today():
            return Problem(labels[name], typed, _("a date up to today"))
    days = days_between()
    if days is None:
        return None
    if days < 0:
        return Problem(
            labels[FAILURE_DATE],
            entered(FAILURE_DATE),
            _("on or after the date of the first transplant"),
        )
    try:
        read_case({"days_to_failure": days})
    except CaseError as error:
        for problem in error.problems:
            if problem.field == "days_to_failure":
                return dataclasses.replace(problem, field=field_label(problem.field))
    return None


def note_dates_as_read() -> None:
    """Note the two dates in a way that every language reads alike; as they were typed where they
    can be read in none or in two."""
    st.session_state[DATES_READ] = {
        name: found[0].isoformat() if len(found := _dates_of(name)) == 1 else entered(name)
        for name in DATES
    }


def begin_dates_anew() -> None:
    """Called where the language has changed: the order of day and month may be another."""
    for name, as_read in st.session_state[DATES_READ].items():
        give_way(name, as_read)
    st.session_state[BEFORE] = (entered("days"), "", "")


def note_days_and_dates() -> None:
    """Note the number and the dates as they stand, to see which of them is changed next."""
    st.session_state[BEFORE] = _days_and_dates()


def _days_and_dates() -> tuple[str, ...]:
    return tuple(entered(name) for name in ("days", *DATES))


def settle_days_and_dates() -> None:
    """Let what was changed last, the number of days or the two dates, make the other.

    Where both are other than they were, as in a session that begins again, the dates are the newer
    only if the number is still the one it was.
    """
    before, now = st.session_state[BEFORE], _days_and_dates()
    if now[0] != before[0]:
        for name in DATES:
            if entered(name) and entered("days") != str(days_between()):
                give_way(name, "")
    elif now[1:] != before[1:]:
        days = days_between()
        if date_problem():
            give_way("days", "")
        elif days is not None:
            give_way("days", str(days))
    note_days_and_dates()
