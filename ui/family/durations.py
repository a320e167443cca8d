"""How long something lasts, as one says it, and how long children lived by the model's own curve.

Best, typical and worst are what the curve itself says (Kiely et al. 2011 give the way of saying it,
not the numbers): half of the children between its quarters, one in ten beyond its tenths, and each
only where enough children of the study were followed.
"""

import functools

import numpy as np
from numpy.typing import NDArray

from model.case import Case
from model.language import _, code, counted
from model.options import TREATMENTS
from model.survival.prediction import HORIZON_DAYS, PooledModel, load_model, predict_case
from model.survival.recalibrated import Recalibration
from ui.family.claims import Condition, Said, claim, nobody_at_risk
from ui.session.language import number
from ui.session.model_in_use import model_of
from ui.shown.results import DAYS_PER_MONTH, MONTHS_PER_YEAR

# Up to so many of them, a time is said in days, in weeks, in months; beyond, in years.
MOST_DAYS, MOST_WEEKS, MOST_MONTHS = 13, 8, 23
DAYS_PER_WEEK = 7
# What is left of the children at the ends of the worst tenth, the two quarters and the best tenth.
LEFT = (0.9, 0.75, 0.25, 0.1)


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


def lived_for(
    case: Case, treatment: str, recalibration: Recalibration | None = None
) -> tuple[Said, ...]:
    """How long children with an option lived, typically, at best and at worst."""
    return _lived_for(case, treatment, recalibration, code())


@functools.lru_cache(maxsize=512)
def _lived_for(
    case: Case, treatment: str, recalibration: Recalibration | None, language: str
) -> tuple[Said, ...]:
    found = days_left(model_of(recalibration), load_model(), case, treatment)
    if found is None:
        return ()
    days, until = found
    worst, first, last, best = (None if day is None else duration(day) for day in days)
    end = duration(until)
    as_computed = Condition(
        "lived for",
        lambda facts: days_left(facts.model, facts.study, facts.case, treatment) == found,
    )
    said = []
    if first is not None and last is not None:
        said.append(
            _("Half of them live between {first} and {last}.").format(first=first, last=last)
        )
    elif first is not None:
        said.append(
            _("Half of them live between {first} and more than {end}.").format(first=first, end=end)
        )
    if worst is not None:
        said.append(_("One in ten lives less than {time}.").format(time=worst))
    if best is not None:
        said.append(_("One in ten lives longer than {time}.").format(time=best))
    else:
        unknown = _("One in ten lives longer than {end}; how much longer, we cannot tell.")
        said.append(unknown.format(end=end))
    from_today = (_("These times count from today."),) if case.days_survived else ()
    return (*(claim(sentence, as_computed) for sentence in said), *from_today)


def days_left(
    model: PooledModel, study: PooledModel, case: Case, treatment: str
) -> tuple[tuple[int | None, ...], int] | None:
    """From today, the days by which `LEFT` are left, and until when enough children were followed.

    A day is None where the study does not reach it, and all is where it does not even reach the
    first, or nobody can be compared.
    """
    since = case.days_survived
    if since and nobody_at_risk(study, treatment, since):
        return None
    until = int(study.supported_until[TREATMENTS.index(treatment)])
    days = np.arange(since, HORIZON_DAYS + 1)
    prediction = predict_case(model, case, treatments=[treatment], days=days)
    left: NDArray[np.float64] = np.nan_to_num(prediction.survival[0, 0], nan=1.0)
    found = []
    for share in LEFT:
        below = np.flatnonzero(left <= share)
        reached = below.size > 0 and days[below[0]] <= until
        found.append(int(days[below[0]] - since) if reached else None)
    return (tuple(found), until - since) if found[0] is not None else None
