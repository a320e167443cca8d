"""A date as people write it, year first or year last, and the order of day and month. A time of day
may follow, as programs write it, and is passed over.
"""

import re
from collections.abc import Iterable
from datetime import date

DATE_ORDERS = ("day_first", "month_first")
TIME = r"(?:[T ]\d{1,2}:\d{2}.*)?"
YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){TIME}", re.ASCII)
YEAR_LAST = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}){TIME}", re.ASCII)


def read_date(text: str, order: str | None) -> date | None:
    """Read a date, 2015-03-31 or with the year last in an order of `DATE_ORDERS`; else None."""
    if found := YEAR_FIRST.fullmatch(text):
        year, month, day = found.groups()
    elif (found := YEAR_LAST.fullmatch(text)) and order is not None:
        day, month, year = found.groups()
        if order == "month_first":
            day, month = month, day
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def readings(text: str, orders: Iterable[str] = DATE_ORDERS) -> tuple[date, ...]:
    """Every date that a text may mean in some orders: none, one, or the two of 03/04/2015."""
    return tuple(dict.fromkeys(day for order in orders if (day := read_date(text, order))))
