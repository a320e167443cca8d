"""Children like the one described, as they are shown: how many the lists hold under each option,
what became of them, and whether a number rests on them."""

import functools
import math
from collections.abc import Iterable
from dataclasses import dataclass

from model.language import _, counted
from model.options import arms_of
from model.survival.prediction import TABLE_DAYS, load_model
from model.survival.support import FEWEST_KNOWN, SUPPORT, Counted
from model.survival.support import counted as counted_in
from ui.session.language import number
from ui.shown.results import ONE_YEAR, AtRisk, ShownPattern, at_risk_words

# Behind a number, wherever one stands.
SIGN_OF_SUPPORT = {"yes": "", "borrowed": "‡", "no": "†"}


@dataclass(frozen=True)
class Alike:
    """Children like one under an option, by the lists.

    Attributes
    ----------
    children : AtRisk
        All of them; for a child alive on a later day, those still followed then.
    died, support : dict
        By reported day: how many had died by it (median), and one of `SUPPORT`.
    """

    children: AtRisk
    died: dict[int, float]
    support: dict[int, str]


def alike_of(pattern: ShownPattern) -> tuple[Alike, ...]:
    """Children like one of a pattern, for each of its options."""
    model = pattern.model
    counts = _counted(model.options, pattern.days_survived)
    places = [model.options.index(option) for option in pattern.treatments]
    return tuple(
        Alike(
            AtRisk(
                float(counts.children[pattern.child, j]),
                int(counts.fewest[pattern.child, j]),
                int(counts.most[pattern.child, j]),
            ),
            dict(zip(TABLE_DAYS, counts.died[pattern.child, j].tolist(), strict=True)),
            {
                day: SUPPORT[place]
                for day, place in zip(
                    TABLE_DAYS, counts.support[pattern.child, j].tolist(), strict=True
                )
            },
        )
        for j in places
    )


@functools.lru_cache(maxsize=64)
def _counted(options: tuple[str, ...], since: int) -> Counted:
    # Every model, whatever its options, is of the same lists.
    return counted_in(load_model().lists, arms_of(options), TABLE_DAYS, since)


def alike_words(alike: Alike, last: int) -> str:
    """How many, and how many of them had died by the last day shown."""
    died = round_half_up(alike.died[last])
    return counted("{children}, {number} died", "{children}, {number} died", died).format(
        children=at_risk_words(alike.children), number=number(died)
    )


def round_half_up(median: float) -> int:
    """A median of counts, which may lie halfway between two, as a count."""
    return math.floor(median + 0.5)


def support_day(days_survived: int) -> int:
    """The reported day of which it is said whether such children support the number."""
    return next(day for day in TABLE_DAYS if day >= ONE_YEAR and day > days_survived)


def support_words(support: str) -> str:
    """What supports a number, with its sign."""
    said = {"yes": _("enough of them"), "borrowed": _("borrowed"), "no": _("extrapolated")}
    return f"{SIGN_OF_SUPPORT[support]} {said[support]}".lstrip()


def with_sign(estimate: str, support: str) -> str:
    """A number with the sign of its support behind it, which is none where there is enough."""
    return f"{estimate}\N{NO-BREAK SPACE}{SIGN_OF_SUPPORT[support]}".rstrip()


def support_notes(supports: Iterable[str]) -> list[str]:
    """What the signs in use mean."""
    said = {
        "borrowed": _(
            "{sign} borrowed: what became of fewer than {fewest} children like this one is known "
            "by then, and the number rests on all children given that option."
        ),
        "no": _("{sign} extrapolated: fewer than {fewest} even of all children given that option."),
    }
    used = set(supports)
    return [
        words.format(sign=SIGN_OF_SUPPORT[support], fewest=number(FEWEST_KNOWN))
        for support, words in said.items()
        if support in used
    ]


def alike_note() -> str:
    """Who children like this one are."""
    return _("Children like this one, by our reconstruction: any leukemia, age or fitness.")
