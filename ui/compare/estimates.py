"""What is computed for the columns of a comparison: each beside the reference where one model has
both, and nothing for a child who can be compared with nobody."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from model.case import Case
from model.survival.choices import load_choices
from model.survival.comparison import NOTHING, Compared, compare
from model.survival.pattern import pattern_of
from model.survival.recalibrated import Recalibration
from ui.session.model_in_use import model_of
from ui.shown.results import nobody_to_compare


class Child(Protocol):
    """Of a column, a child and the option it would be given."""

    @property
    def case(self) -> Case: ...
    @property
    def treatment(self) -> str: ...
    @property
    def days_survived(self) -> int: ...
    @property
    def at_relapse(self) -> bool: ...


def beside_reference(
    scenarios: Sequence[Child], reference: int, day: int, recalibration: Recalibration | None
) -> dict[int, Compared]:
    """The columns by their places."""
    compared = dict[int, Compared]()
    for model, at_relapse in ((model_of(recalibration), False), (None, True)):
        places = [k for k, scenario in enumerate(scenarios) if scenario.at_relapse == at_relapse]
        patterns = [pattern_of(scenarios[k].case, scenarios[k].treatment) for k in places]
        beside = places.index(reference) if reference in places else None
        if places:
            found = compare(model or load_choices(), patterns, beside, day)
            compared |= zip(places, found, strict=True)
    alone = [nobody_to_compare(one.treatment, one.days_survived) for one in scenarios]
    return {
        place: _unsaid(one, own=alone[place]) if alone[place] or alone[reference] else one
        for place, one in compared.items()
    }


def _unsaid(compared: Compared, *, own: bool) -> Compared:
    """Without what rests on a child who has no number: `own`, or that of the reference alone."""
    none = tuple(NOTHING for _mean in compared.restricted_mean)
    without = replace(compared, difference=NOTHING, ratio=NOTHING, restricted_mean_difference=none)
    return replace(without, survival=NOTHING, restricted_mean=none) if own else without
