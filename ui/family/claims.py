"""What holds up each sentence of fact in the talk with a family.

A `Claim` is a sentence and the conditions under which it may stand: on the published figures, on
what the paper says in words and proposes, on the model, and on the child. Each condition has a
direction, `says`, that tests look for in the words of the sentence, in every language; and each is
false under some other evidence, so that no sentence can outlive what it rests on. The sentences
themselves stand in `ui.family.words` and `ui.family.family`, each beside its conditions. Nothing
asks `holds` while the app runs: the tests do, of every sentence for every kind of child, and so it
is they that keep the promise.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from model.case import COVARIATES, Case
from model.options import TREATMENT_LABELS, TREATMENTS
from model.paper.evidence import figures
from model.paper.guidelines import Guidance, ProposedOption
from model.paper.statements import Statement, statements
from model.survival.comparison import Estimate
from model.survival.prediction import PooledModel, load_model
from model.survival.recalibrated import Recalibration
from model.survival.sensitivity import SECOND_SCT, hazard_ratio, limit_nearer_one
from ui.case.guidance import guidance_of
from ui.session.language import number
from ui.session.model_in_use import model_of


@dataclass(frozen=True)
class Facts:
    """All that a claim can rest on, for one child.

    Attributes
    ----------
    case : Case
    guidance : Guidance
    figures : mapping of str to float
        The published figures by id.
    quantities : frozenset of str
        The kinds of figures that there are.
    statements : mapping of str to Statement
        What the paper says in words.
    labels : mapping of str to str
        The names of the arms, which say what they are made of.
    covariates : frozenset of str
        What the model knows of a child.
    study, model : PooledModel
        That of the paper, and the one whose numbers are shown.
    """

    case: Case
    guidance: Guidance
    figures: Mapping[str, float]
    quantities: frozenset[str]
    statements: Mapping[str, Statement]
    labels: Mapping[str, str]
    covariates: frozenset[str]
    study: PooledModel
    model: PooledModel


def facts_of(case: Case, recalibration: Recalibration | None = None) -> Facts:
    """What there is to rest on for a child today."""
    return Facts(
        case=case,
        guidance=guidance_of(case),
        figures={id_: figure.value for id_, figure in figures().items()},
        quantities=frozenset(figure.quantity for figure in figures().values()),
        statements=statements(),
        labels=TREATMENT_LABELS,
        covariates=frozenset(column for column, _code in COVARIATES),
        study=load_model(),
        model=model_of(recalibration),
    )


@dataclass(frozen=True)
class Condition:
    """One thing that a sentence says.

    Attributes
    ----------
    says : str
        Its direction, such as "longer" or "doubted".
    holds : callable
        Whether it is so.
    names : tuple of str
        The treatments that the sentence compares with, by name.
    """

    says: str
    holds: Callable[[Facts], bool]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Claim:
    """A sentence of fact, and all that it says."""

    sentence: str
    conditions: tuple[Condition, ...]

    def holds(self, facts: Facts) -> bool:
        """Whether the sentence may stand."""
        return all(condition.holds(facts) for condition in self.conditions)


# A sentence that states a fact, or one that states none: a question, an invitation, a heading.
Said = Claim | str


def claim(sentence: str, *conditions: Condition) -> Claim:
    return Claim(sentence, conditions)


def sentence_of(said: Said) -> str:
    return said.sentence if isinstance(said, Claim) else said


# -------------------------------------------------------------------- what an option is made of

# Each component and the word of an arm's name that stands for it, in the order of the treatment.
COMPONENTS = {
    "strong medicines": "Chemotherapy",
    "new cells": "SCT",
    "immune cells": "DLI",
    "comfort": "Palliative",
}
MADE_OF = {
    "second_sct": ("strong medicines", "new cells"),
    "chemo_dli": ("strong medicines", "immune cells"),
    "chemo": ("strong medicines",),
    "dli": ("immune cells",),
    "palliative": ("comfort",),
}


def components(facts: Facts, arm: str) -> tuple[str, ...]:
    """What an arm is made of, by its name."""
    return tuple(part for part, word in COMPONENTS.items() if word in facts.labels[arm])


def called(arm: str) -> Condition:
    return Condition(f"called {arm}", lambda facts: components(facts, arm) == MADE_OF[arm])


def has(arm: str, component: str) -> Condition:
    return Condition(f"with {component}", lambda facts: component in components(facts, arm))


def explained(arm: str, component: str) -> Condition:
    return Condition(f"{component} explained", has(arm, component).holds)


def lacks(arm: str, component: str) -> Condition:
    return Condition(f"no {component}", lambda facts: component not in components(facts, arm))


def only(arm: str, component: str) -> Condition:
    return Condition(f"{component} only", lambda facts: components(facts, arm) == (component,))


def in_two_parts(arm: str) -> Condition:
    return Condition("a first part", lambda facts: len(components(facts, arm)) > 1)


# ----------------------------------------------------------------------- how long children lived

# A difference is stated as such where the 95% limit nearer 1 is beyond this, or its inverse, and as
# not quite sure where it is not. In groups as small as these, a limit so near 1 goes with a P of
# some 0.03 to 0.05, and such a difference did not last: the paper says of chemotherapy alone that
# it was no longer significant with the missing values left out.
NEAR_ONE = 1.05


def contrast(facts: Facts, arm: str, than: str) -> Estimate:
    """A hazard ratio and its 95% limits: as printed, or of the model where no such is printed."""
    if than == SECOND_SCT:
        stem = f"t4.hr.treatment.{arm}"
        return Estimate(*(facts.figures[f"{stem}{limit}"] for limit in ("", ".lower", ".upper")))
    if arm == SECOND_SCT:
        printed_ratio = contrast(facts, than, arm)
        return Estimate(1 / printed_ratio.value, 1 / printed_ratio.upper, 1 / printed_ratio.lower)
    return hazard_ratio(facts.study, arm, than)


def longer(arm: str, than: str) -> Condition:
    """That the difference is there, and surely so."""
    return Condition("longer", lambda facts: _nearest(facts, arm, than) < 1 / NEAR_ONE, (than,))


def perhaps_longer(arm: str, than: str) -> Condition:
    """That the difference is there, and not quite surely so."""
    return Condition(
        "perhaps longer", lambda facts: 1 / NEAR_ONE <= _nearest(facts, arm, than) < 1, (than,)
    )


def perhaps_less_long(arm: str, than: str) -> Condition:
    """That the difference is there, and not quite surely so."""
    return Condition(
        "perhaps less long", lambda facts: 1 < _nearest(facts, arm, than) <= NEAR_ONE, (than,)
    )


def less_long_than_all(arm: str) -> Condition:
    """That the difference to each of the others is there, and surely so."""
    others = [other for other in TREATMENTS if other != arm]
    return Condition(
        "less long than all",
        lambda facts: all(_nearest(facts, arm, other) > NEAR_ONE for other in others),
    )


def _nearest(facts: Facts, arm: str, than: str) -> float:
    return limit_nearer_one(contrast(facts, arm, than))


def about_as_long(arm: str, than: str) -> Condition:
    return Condition(
        "about as long",
        lambda facts: _nearest(facts, arm, than) == 1 and _said(facts, "similar", arm, (than,)),
        (than,),
    )


def perhaps_as_long(arm: str, than: str) -> Condition:
    return Condition("perhaps as long", lambda facts: _nearest(facts, arm, than) == 1, (than,))


def some_lived_for_years(arm: str) -> Condition:
    return Condition("for years", lambda facts: facts.figures[f"f3.at_risk.{arm}.48"] > 0)


# ---------------------------------------------------------------------------- how many there were


def most_children(arm: str) -> Condition:
    return Condition("most children", lambda facts: _by_size(facts)[-1] == arm)


# "Very few" is said of less than one child of the study in twenty, by treatment or by leukemia: so
# few that what became of them says little by itself.
VERY_FEW = 1 / 20


def fewest_children(arm: str) -> Condition:
    return Condition(
        "fewest children",
        lambda facts: _by_size(facts)[0] == arm and _very_few(facts, f"abs.n.{arm}"),
    )


def very_few_had(leukemia: str) -> Condition:
    return Condition("very few", lambda facts: _very_few(facts, f"t1.n.leukemia.{leukemia}"))


def _very_few(facts: Facts, figure: str) -> bool:
    return facts.figures[figure] < VERY_FEW * facts.figures["abs.n.all"]


def small_group(arm: str) -> Condition:
    return Condition("a small group", lambda facts: _by_size(facts)[1] == arm)


def _by_size(facts: Facts) -> list[str]:
    return sorted(TREATMENTS, key=lambda arm: facts.figures[f"abs.n.{arm}"])


def printed(sentence: str, *ids: str) -> Condition:
    """That the numbers of the sentence are these figures, in this order."""
    return Condition(
        "numbers",
        lambda facts: (
            re.findall(r"\d+", sentence) == [number(facts.figures[figure]) for figure in ids]
        ),
    )


def most_died() -> Condition:
    return Condition(
        "most died", lambda facts: 2 * facts.figures["dis.n.alive"] < facts.figures["abs.n.all"]
    )


def fewer_had(leukemia: str) -> Condition:
    """That those with this leukemia were fewer than all."""
    return Condition(
        "fewer children",
        lambda facts: facts.figures[f"abs.n.leukemia.{leukemia}"] < facts.figures["abs.n.all"],
    )


def many_had_radiation() -> Condition:
    return Condition(
        "many", lambda facts: 2 * facts.figures["txt.n.tbi.yes"] > facts.figures["abs.n.all"]
    )


# ------------------------------------------------------------------------ what the paper says

# Kinds of figures that would tell what the days are like.
OF_DAILY_LIFE = frozenset({"quality_of_life", "side_effects", "infections", "days_in_hospital"})


def told(id_: str, arm: str | None = None) -> Condition:
    """That the paper says it, and of this arm."""
    return Condition(id_, lambda facts: _said(facts, id_, arm))


def silent_on_daily_life() -> Condition:
    return Condition("not told", lambda facts: not facts.quantities & OF_DAILY_LIFE)


def better_for_kind(id_: str, arm: str) -> Condition:
    """That the arm is one of those that did better in children with this leukemia alone."""
    than = statements()[id_].than
    return Condition("better", lambda facts: _said(facts, id_, arm, than), than)


def one_of_three_better(id_: str, arm: str) -> Condition:
    def holds(facts: Facts) -> bool:
        return _said(facts, id_, arm) and len(facts.statements[id_].arms) == 3

    return Condition("one of three", holds)


def against_their_numbers(id_: str, arm: str) -> Condition:
    """That what is proposed of an arm is not what the numbers for its leukemia alone say."""
    return Condition("other numbers", one_of_three_better(id_, arm).holds)


def others_better_for_kind(id_: str, arm: str, *, named: bool) -> Condition:
    """That it is one of those with which they did less well; the others may be named."""
    better = statements()[id_].arms

    def holds(facts: Facts) -> bool:
        return all(_said(facts, id_, other, (arm,)) for other in better)

    return Condition("others better", holds, better if named else ())


def _said(facts: Facts, id_: str, arm: str | None = None, than: tuple[str, ...] = ()) -> bool:
    statement = facts.statements.get(id_)
    return (
        statement is not None
        and (arm is None or arm in statement.arms)
        and set(than) <= set(statement.than)
    )


# --------------------------------------------------------------------- what the authors propose

RANKED = {
    "preferred": "proposed first",
    "alternative": "one of several",
    "only_if": "only if",
    "doubtful": "doubted",
}


def ranked(arm: str, rank: str) -> Condition:
    return Condition(
        RANKED[rank], lambda facts: [o.rank for o in proposals(facts.guidance, arm)] == [rank]
    )


def not_named(arm: str) -> Condition:
    return Condition(
        "not named",
        lambda facts: facts.guidance.no_guidance is None and not proposals(facts.guidance, arm),
    )


def no_proposal() -> Condition:
    return Condition("nothing proposed", lambda facts: facts.guidance.no_guidance is not None)


def depends_on(arm: str, input_: str, status: str | None = None) -> Condition:
    """That the proposal depends on an input of the child, and how that stands."""
    return Condition(
        f"depends on {input_}" if status is None else f"{input_}: {status}",
        lambda facts: any(
            option.condition_input == input_ and status in (None, option.condition_status)
            for option in proposals(facts.guidance, arm)
        ),
    )


def radiation_may_explain() -> Condition:
    return Condition(
        "one reason may be radiation",
        lambda facts: any(remark.condition_input == "tbi" for remark in facts.guidance.remarks),
    )


def without_numbers(*ids: str) -> Condition:
    """That these are the proposals for which there is no arm."""
    return Condition(
        "also named",
        lambda facts: tuple(o.id for o in facts.guidance.options if o.closest_arm is None) == ids,
    )


def proposals(guidance: Guidance, arm: str) -> list[ProposedOption]:
    return [option for option in guidance.options if option.closest_arm == arm]


# -------------------------------------------------------------------------- the child, the model


def of_child(field: str, value: object) -> Condition:
    """That the child is so; `field` is one of a `Case`."""
    return Condition(f"{field}: {value}", lambda facts: getattr(facts.case, field) == value)


def model_knows(*columns: str) -> Condition:
    return Condition("model knows", lambda facts: facts.covariates == frozenset(columns))


def of_version(sentence: str) -> Condition:
    return Condition("version", lambda facts: facts.model.version in sentence)


def adapted_to(recalibration: Recalibration | None) -> Condition:
    return Condition("adapted", lambda facts: facts.model.recalibration == recalibration)


def nobody_left(arm: str, day: int) -> Condition:
    """That no child of the arm was known to be alive then, in whichever list of children."""
    return Condition("nobody alive", lambda facts: nobody_at_risk(facts.study, arm, day))


def few_left(arm: str, day: int) -> Condition:
    """That fewer were than it takes to speak of more than a guess, and not none."""
    row = TREATMENTS.index(arm)
    return Condition(
        "few followed",
        lambda facts: (
            not nobody_at_risk(facts.study, arm, day) and day > facts.study.supported_until[row]
        ),
    )


def nobody_at_risk(model: PooledModel, arm: str, day: int) -> bool:
    return not model.at_risk_high[TREATMENTS.index(arm), day]
