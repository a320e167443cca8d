"""Where the paper's guidance and the predicted curves pull apart, in words.

Neither is put above the other: the curves do not know the leukemia, and the guidance no numbers.
"""

from collections.abc import Iterable, Mapping, Sequence

from model.case import Problem, one_of
from model.language import _, listed
from model.options import TREATMENTS, treatment_label
from model.paper.guidelines import Guidance, stance


def disagreements(guidance: Guidance, survival: Mapping[str, float]) -> list[str]:
    """Say where the guidance and the predicted curves pull apart.

    Parameters
    ----------
    guidance : Guidance
    survival : mapping of str to float
        Predicted survival at one year, as a fraction, by treatment. Treatments may be left out;
        they are then not compared.

    Returns
    -------
    list of str
        At most four notes, in the language in use. For AML and ALL the first says that the
        curves do not know the leukemia.

    Raises
    ------
    ValueError
        For an unknown treatment or a survival outside 0 to 1.
    """
    _check_survival(survival)
    if guidance.no_guidance is not None:
        return [guidance.no_guidance]
    stances = stance(guidance)
    notes = [_leukemia_note(guidance, stances)]
    without_curve = [option.text for option in guidance.options if option.closest_arm is None]
    if without_curve:
        notes.append(
            _("The paper proposes what no curve here shows: {options}.").format(
                options=listed(without_curve)
            )
        )
    return notes + _curves_against(guidance, stances, survival)


def _check_survival(survival: Mapping[str, float]) -> None:
    for treatment, probability in survival.items():
        if treatment not in TREATMENTS:
            raise ValueError(str(Problem("treatment", str(treatment), one_of(TREATMENTS))))
        if not 0 <= probability <= 1:
            expected = _("a survival from 0 to 1")
            raise ValueError(str(Problem(treatment, str(probability), expected)))


def _curves_against(
    guidance: Guidance, stances: Mapping[str, str], survival: Mapping[str, float]
) -> list[str]:
    """Where an option that is not proposed has a curve no lower than one that is.

    Words only: every number stands in the table, with its interval.
    """
    not_met = {o.closest_arm for o in guidance.options if o.condition_status == "not met"}

    def arms(stance: str) -> list[str]:
        return [arm for arm in TREATMENTS if stances[arm] == stance]

    clauses = (
        (arms("doubted"), _("{others}, whose benefit the paper doubts here,")),
        (
            [arm for arm in arms("proposed if") if arm in not_met],
            _(
                "{others}, which the paper proposes only under a condition that this child "
                "does not meet,"
            ),
        ),
        (arms("not named"), _("{others}, which the paper does not name here,")),
    )
    notes = []
    for others, clause in clauses:
        comparisons = [
            _("no lower with {others} than with {proposed}, which it proposes").format(
                others=clause.format(others=_labels(above)), proposed=_labels(below)
            )
            for below, above in _at_or_above(others, arms("proposed"), survival).items()
        ]
        if comparisons:
            notes.append(
                _(
                    "By the curves, one-year survival is {comparisons}. The table has the "
                    "intervals."
                ).format(comparisons=listed(comparisons))
            )
    return notes


def _leukemia_note(guidance: Guidance, stances: Mapping[str, str]) -> str:
    note = _("The curves do not know the type of leukemia; what the paper proposes depends on it.")
    doubted = [treatment_label(arm) for arm in TREATMENTS if stances[arm] == "doubted"]
    if doubted:
        note += " " + _("Its doubt about {treatments} in {family} is not in the curves.").format(
            treatments=_in_a_row(doubted), family=guidance.family_label
        )
    return note


def _at_or_above(
    others: Sequence[str], proposed: Sequence[str], survival: Mapping[str, float]
) -> dict[tuple[str, ...], list[str]]:
    """Group the other treatments by the proposed ones whose survival theirs equals or exceeds."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for other in others:
        if other not in survival:
            continue
        below = tuple(p for p in proposed if p in survival and survival[p] <= survival[other])
        if below:
            groups.setdefault(below, []).append(other)
    return groups


def _labels(treatments: Iterable[str]) -> str:
    return _in_a_row([treatment_label(treatment) for treatment in treatments])


def _in_a_row(items: Sequence[str]) -> str:
    if len(items) == 1:
        return items[0]
    return _("{items} and {last}").format(items=", ".join(items[:-1]), last=items[-1])
