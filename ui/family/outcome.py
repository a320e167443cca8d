"""What becomes of one hundred children like this one by a day, in whole children and in words."""

import functools
import math
from dataclasses import dataclass

from model.case import Case
from model.language import _, code, counted
from model.options import TREATMENTS
from model.survival.prediction import PooledModel, load_model, predict_case
from model.survival.recalibrated import Recalibration
from ui.family.claims import (
    Claim,
    Condition,
    claim,
    few_left,
    nobody_at_risk,
    nobody_left,
    of_child,
    sentence_of,
)
from ui.family.spans import duration
from ui.session.language import number
from ui.session.model_in_use import model_of
from ui.shown.results import horizon_name, nobody_to_compare

HUNDRED = 100


@dataclass(frozen=True)
class Outcome:
    """What becomes of one hundred children by a day, with its interval; all whole children.

    `sentence`, `uncertainty` and `caution` say it in words; `caution` is empty while enough
    children of the study were followed for as long, and tells few from none; `from_today` how far
    the time is, where some of it is past. `supported` is whether they were enough. `claims` are
    these sentences as claims.
    """

    day: int
    time: str
    alive: int
    died: int
    lower: int
    upper: int
    supported: bool
    sentence: str
    uncertainty: str
    caution: str
    from_today: str
    claims: tuple[Claim, ...]

    @property
    def in_words(self) -> str:
        """All of it, as the words of a picture."""
        return " ".join(part for part in (self.sentence, self.uncertainty, self.caution) if part)


def no_outcome(case: Case, treatment: str, day: int) -> Claim:
    """Why there is no number: nobody to compare with, or a time too near."""
    since = case.days_survived
    lived = of_child("days_survived", since)
    if nobody_to_compare(treatment, since):
        sentence = _(
            "No child in this group was known to be alive on day {day} or later. There is nobody "
            "to compare your child with, so no number is given."
        )
        return claim(sentence.format(day=number(since)), nobody_left(treatment, since), lived)
    too_soon = Condition(
        "too soon", lambda facts: alive_of_hundred(facts.model, facts.case, treatment, day) is None
    )
    return claim(
        _("It is too soon after day {day} to say anything about {time}.").format(
            day=number(since), time=horizon_name(day)
        ),
        lived,
        too_soon,
    )


def outcome(
    case: Case, treatment: str, day: int, recalibration: Recalibration | None = None
) -> Outcome | None:
    """One hundred children with an option on a day; None where nothing can be said of them."""
    return _outcome(case, treatment, day, recalibration, code())


@functools.lru_cache(maxsize=1024)
def _outcome(
    case: Case, treatment: str, day: int, recalibration: Recalibration | None, language: str
) -> Outcome | None:
    if nobody_to_compare(treatment, case.days_survived):
        return None
    numbers = alive_of_hundred(model_of(recalibration), case, treatment, day)
    if numbers is None:
        return None
    alive, lower, upper = numbers
    supported = day <= int(load_model().supported_until[TREATMENTS.index(treatment)])
    as_said = Condition(
        "out of one hundred",
        lambda facts: alive_of_hundred(facts.model, facts.case, treatment, day) == numbers,
    )
    sentence = claim(_outcome_sentence(case, treatment, day, alive), as_said, *_given(case))
    uncertainty = claim(_uncertainty(lower, upper), as_said)
    from_today = _from_today(case, day)
    caution = () if supported else (_caution(treatment, day),)
    return Outcome(
        day=day,
        time=horizon_name(day),
        alive=alive,
        died=HUNDRED - alive,
        lower=lower,
        upper=upper,
        supported=supported,
        sentence=sentence.sentence,
        uncertainty=uncertainty.sentence,
        caution="".join(map(sentence_of, caution)),
        from_today="".join(map(sentence_of, from_today)),
        claims=(sentence, uncertainty, *caution, *from_today),
    )


def alive_of_hundred(
    model: PooledModel, case: Case, treatment: str, day: int
) -> tuple[int, int, int] | None:
    """How many are alive by the model, and the limits; None where it has nothing to say."""
    prediction = predict_case(model, case, treatments=[treatment], days=[day])
    curves = (prediction.survival, prediction.lower, prediction.upper)
    survival, lower, upper = (float(curve[0, 0, 0]) for curve in curves)
    if math.isnan(survival):
        return None
    return of_hundred(survival), of_hundred(lower), of_hundred(upper)


def _from_today(case: Case, day: int) -> tuple[Claim, ...]:
    """How far from today the time is, for a child who has lived some of it already."""
    if not case.days_survived:
        return ()
    ahead = day - case.days_survived
    sentence = _("Counted from today, that is about {ahead}.").format(ahead=duration(ahead))
    as_counted = Condition("ahead", lambda facts: day - facts.case.days_survived == ahead)
    return (claim(sentence, as_counted),)


def _given(case: Case) -> tuple[Condition, ...]:
    """Which children are spoken of."""
    since = case.days_survived
    return (of_child("days_survived", since),) if since else ()


def _caution(treatment: str, day: int) -> Claim:
    """Why a number is a guess: few children of the arm were followed for as long, or none."""
    if nobody_at_risk(load_model(), treatment, day):
        return claim(
            _(
                "No child in this group was known to be alive then. So this is a guess by "
                "calculation."
            ),
            nobody_left(treatment, day),
        )
    return claim(
        _(
            "Few children in this group were known to be alive then. So this is a guess by "
            "calculation."
        ),
        few_left(treatment, day),
    )


def of_hundred(fraction: float) -> int:
    """How many of one hundred children, as the percentages of the other pages are rounded: 0 is
    fewer than 1, and 100 is more than 99."""
    if fraction < 0.01:
        return 0
    if fraction > 0.99:
        return HUNDRED
    return round(HUNDRED * fraction)


def had_words(treatment: str) -> str:
    """The option, as what children had."""
    return {
        "second_sct": _("had chemotherapy, then a second transplant"),
        "chemo_dli": _("had chemotherapy and the donor's immune cells"),
        "chemo": _("had chemotherapy alone"),
        "dli": _("had the donor's immune cells alone"),
        "palliative": _("had care without treatment meant to cure"),
    }[treatment]


def _outcome_sentence(case: Case, treatment: str, day: int, alive: int) -> str:
    """Which children, what they had, how many are alive and have died, and when."""
    sentence = (
        _(
            "Of {hundred} children in this situation who were alive on day {since} and {had}, "
            "{alive} at {time}, and {died}."
        )
        if case.days_survived
        else _(
            "Of {hundred} children in this situation who {had}, {alive} after {time}, and {died}."
        )
    )
    return sentence.format(
        hundred=number(HUNDRED),
        since=number(case.days_survived),
        had=had_words(treatment),
        alive=_alive_words(alive),
        time=horizon_name(day),
        died=_died_words(HUNDRED - alive),
    )


def _alive_words(alive: int) -> str:
    if alive == 0:
        return _("fewer than 1 is alive")
    if alive == HUNDRED:
        return _("more than 99 are alive")
    return counted("about {number} is alive", "about {number} are alive", alive).format(
        number=number(alive)
    )


def _died_words(died: int) -> str:
    if died == 0:
        return _("fewer than 1 has died")
    if died == HUNDRED:
        return _("more than 99 have died")
    return counted("{number} has died", "{number} have died", died).format(number=number(died))


def _uncertainty(lower: int, upper: int) -> str:
    if lower == upper:
        return _("The true number may be another one.")
    return _("It may be anything from {lower} to {upper} alive.").format(
        lower=bound(lower), upper=bound(upper)
    )


def bound(children: int) -> str:
    if children == 0:
        return _("fewer than 1")
    if children == HUNDRED:
        return _("more than 99")
    return number(children)
