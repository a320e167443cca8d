"""How long something lasts, as one says it."""

import math

from model.language import _, counted
from ui.session.language import number
from ui.shown.results import DAYS_PER_MONTH, MONTHS_PER_YEAR

# Up to so many of them, a time is said in days, in weeks, in months; beyond, in years.
MOST_DAYS, MOST_WEEKS, MOST_MONTHS = 13, 8, 23
DAYS_PER_WEEK = 7


def duration(days: float) -> str:
    """A time in words, rounded as one speaks."""
    weeks, months = round(days / DAYS_PER_WEEK), round(days / DAYS_PER_MONTH)
    if days <= MOST_DAYS:
        few = max(1, round(days))
        return counted("{number} day", "{number} days", few).format(number=number(few))
    if weeks <= MOST_WEEKS:
        return counted("{number} week", "{number} weeks", weeks).format(number=number(weeks))
    if months <= MOST_MONTHS:
        return counted("{number} month", "{number} months", months).format(number=number(months))
    years, half = divmod(round(2 * days / (DAYS_PER_MONTH * MONTHS_PER_YEAR)), 2)
    if half:
        return _("{number} and a half years").format(number=number(years))
    return counted("{number} year", "{number} years", years).format(number=number(years))


def in_weeks_at_least(days: float) -> str:
    """The same, but what is shorter than two weeks in whole weeks that it does not exceed."""
    weeks = max(1, math.ceil(days / DAYS_PER_WEEK))
    if days > MOST_DAYS:
        return duration(days)
    return counted("{number} week", "{number} weeks", weeks).format(number=number(weeks))
