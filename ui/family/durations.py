"""How long children lived, by the model's own curve: best, typical, worst.

Kiely et al. 2011 give the way of saying it, not the numbers: half of the children between its
quarters, one in ten beyond its tenths, and each only while enough children of the study were
followed.
"""

import functools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from model.case import Case
from model.language import _, code
from model.options import TREATMENTS
from model.survival.prediction import HORIZON_DAYS, PooledModel, load_model, predict_case
from model.survival.recalibrated import Recalibration
from ui.family.claims import MADE_OF, Condition, Said, claim, nobody_at_risk
from ui.family.spans import duration, in_weeks_at_least
from ui.session.model_in_use import model_of

# What is left of the children at the ends of the worst tenth, the two quarters and the best tenth.
LEFT = (0.9, 0.75, 0.25, 0.1)


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
    as_computed = Condition(
        "lived for",
        lambda facts: days_left(facts.model, facts.study, facts.case, treatment) == found,
    )
    if found is None:
        too_few = _("Too few children were followed to say how long they live.")
        return (claim(too_few, as_computed),)
    from_today = (_("These times count from today."),) if case.days_survived else ()
    return (*(claim(said, as_computed) for said in _sentences(treatment, *found)), *from_today)


def _sentences(treatment: str, days: tuple[int | None, ...], followed: int) -> Iterator[str]:
    worst, first, last, best = days
    end = duration(followed)
    if first is not None and last is not None:
        yield _("The middle half of the children live from {first} to {last}.").format(
            first=in_weeks_at_least(first), last=duration(last)
        )
    elif first is not None:
        yield _("One in four lives less than {first}.").format(first=in_weeks_at_least(first))
    # Who dies in the first days has not had what comes second.
    if worst is not None and first is not None and len(MADE_OF[treatment]) == 1:
        shortest = in_weeks_at_least(worst)
        # In whole weeks a tenth and a quarter can be the same.
        if shortest != in_weeks_at_least(first):
            yield _("One in ten lives less than {time}.").format(time=shortest)
    if best is not None:
        yield _("One in ten lives longer than {time}.").format(time=duration(best))
    elif last is not None:
        yield _(
            "At least one in ten lives longer than {end}. After that, the study cannot tell."
        ).format(end=end)
    else:
        yield _(
            "At least one in four lives longer than {end}. After that, the study cannot tell."
        ).format(end=end)


def days_left(
    model: PooledModel, study: PooledModel, case: Case, treatment: str
) -> tuple[tuple[int | None, ...], int] | None:
    """From today, the days by which `LEFT` are left, and until when enough children were followed.

    A day is None where the study does not reach it, and all is where it does not even reach the
    first quarter, or nobody can be compared.
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
    return (tuple(found), until - since) if found[1] is not None else None
