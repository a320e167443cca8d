"""What the talk with the family says, in words for parents and a child of twelve.

Short sentences, one idea each; every word of the clinic is explained where it first stands. What
speaks for and against an option is what Roux et al. 2017 report or propose, in words without
survival figures: tests hold each claim against the published hazard ratios, so that a sentence
cannot outlive its evidence. Where the paper is silent (what the days are like), that is said.
"""

from dataclasses import dataclass

from model.case import TREATMENTS, Case
from model.evidence import value
from model.guidelines import Guidance, ProposedOption
from model.language import _, counted, listed
from model.prediction import PooledModel
from model.recalibration import Recalibration
from ui.language import number
from ui.model_in_use import in_use_words


@dataclass(frozen=True)
class OptionWords:
    """One option in the same four pieces as every other."""

    what_it_is: tuple[str, ...]
    what_it_is_like: tuple[str, ...]
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]


def option_label(treatment: str) -> str:
    """An option as it is called in the talk."""
    return {
        "second_sct": _("Chemotherapy, then a second transplant"),
        "chemo_dli": _("Chemotherapy and the donor's immune cells"),
        "chemo": _("Chemotherapy alone"),
        "dli": _("The donor's immune cells alone"),
        "palliative": _("Palliative care"),
    }[treatment]


# ------------------------------------------------------------------- the condition, the decision


def title_words(case: Case) -> str:
    if case.post_transplant_cr:
        return _("The leukemia is back: how to go on")
    return _("The leukemia is still there: how to go on")


def condition_words(case: Case) -> tuple[str, ...]:
    """What the family is facing: the disease, its kind, the transplant, and what came after."""
    return (
        _(
            "Your child has leukemia. Leukemia is a cancer of the blood. It starts in the bone "
            "marrow. That is the soft part inside the bones, where blood is made."
        ),
        _kind(case.leukemia),
        _(
            "Your child has had a transplant. In a transplant, a child is given healthy cells that "
            "make new blood. They come from another person, the donor."
        ),
        *(_relapse(case.interval) if case.post_transplant_cr else _progression(case.interval)),
    )


def _kind(leukemia: str) -> str:
    return {
        "AML": _("Your child's kind is called acute myeloid leukemia, or AML."),
        "B-ALL": _("Your child's kind is called acute lymphoblastic leukemia, or ALL, type B."),
        "T-ALL": _("Your child's kind is called acute lymphoblastic leukemia, or ALL, type T."),
        "biphenotypic": _(
            "Your child's kind is called biphenotypic. That means it is like two kinds of leukemia "
            "at once."
        ),
    }[leukemia]


def _relapse(interval: str) -> tuple[str, ...]:
    return (
        _("For a time after that, no leukemia could be found. This is called remission."),
        {
            "0-91": _("In the first three months after the transplant, the leukemia came back."),
            "92-182": _(
                "Between three and six months after the transplant, the leukemia came back."
            ),
            "183-364": _(
                "Between six months and a year after the transplant, the leukemia came back."
            ),
            "365+": _("A year or more after the transplant, the leukemia came back."),
        }[interval]
        + " "
        + _("This is called a relapse."),
    )


def _progression(interval: str) -> tuple[str, ...]:
    return (
        _("After that, the leukemia never went away all the way."),
        {
            "0-91": _(
                "In the first three months after the transplant, it was clear that it was growing."
            ),
            "92-182": _(
                "Between three and six months after the transplant, it was clear that it was "
                "growing."
            ),
            "183-364": _(
                "Between six months and a year after the transplant, it was clear that it was "
                "growing."
            ),
            "365+": _("A year or more after the transplant, it was clear that it was growing."),
        }[interval],
    )


def decision_words() -> tuple[str, ...]:
    return (
        _("There is more than one way to go on from here. Doctors have not agreed on one way."),
        _(
            "You, your child and the care team look at the ways together. Then you choose "
            "together. What matters most to you and your child counts in this choice."
        ),
        _("You can ask how much time there is to think. You can ask anything, as often as needed."),
    )


# ------------------------------------------------------------------------------------ each option


def option_words(treatment: str, case: Case) -> OptionWords:
    """What is said of one option to the family of one child."""
    words = _words_for_all(treatment)
    for_kind, against_kind = _words_for_kind(treatment, case.leukemia)
    return OptionWords(
        words.what_it_is,
        (
            *words.what_it_is_like,
            _(
                "The study does not say what the days are like: how a child feels, side effects, "
                "infections, time in the hospital, time at home, school."
            ),
        ),
        (*words.speaks_for, *for_kind),
        (*words.speaks_against, *against_kind),
    )


def _words_for_all(treatment: str) -> OptionWords:
    chemotherapy = _("Chemotherapy means strong medicines that stop leukemia cells from growing.")
    immune_cells = _(
        "Immune cells are cells of the blood that keep illness away. The hope is that the donor's "
        "cells find the leukemia and stop it. Doctors call this a DLI."
    )
    for_years = _("Some children who had this lived for years.")
    return {
        "second_sct": OptionWords(
            (
                chemotherapy,
                _(
                    "First, your child has these medicines. Then your child is given new cells "
                    "from a donor, as in the first transplant. It can be the same donor or a "
                    "new one."
                ),
            ),
            (_("The doctors who wrote the study call this heavy treatment."),),
            (
                _(
                    "On the whole, children who had this lived longer than children who had the "
                    "donor's immune cells alone or palliative care."
                ),
                for_years,
            ),
            (
                _(
                    "A child has to live through the first part to have the second transplant. "
                    "This can make the results look better than they are."
                ),
                _("It asks a lot of a child."),
            ),
        ),
        "chemo_dli": OptionWords(
            (
                chemotherapy,
                _("After these medicines, your child is given immune cells from the donor."),
                immune_cells,
            ),
            (
                _(
                    "The doctors who wrote the study hoped that this asks less of a child than a "
                    "second transplant. They did not measure it."
                ),
            ),
            (
                _(
                    "On the whole, children who had this lived about as long as children who had a "
                    "second transplant."
                ),
                for_years,
            ),
            (
                _("Only a small group of children had this. So its results are less sure."),
                _("It still means strong medicines."),
                _(
                    "A child has to live through the first part to be given these cells. This can "
                    "make the results look better than they are."
                ),
            ),
        ),
        "chemo": OptionWords(
            (
                chemotherapy,
                _(
                    "Your child has these medicines, and no new cells from a donor. The aim is "
                    "that no leukemia can be found any more."
                ),
            ),
            (),
            (
                _("More children had this than anything else. So more is known about it."),
                for_years,
            ),
            (
                _(
                    "On the whole, children who had this lived less long than children who had a "
                    "second transplant. It is not quite sure that this is so."
                ),
                _("The children had many different medicines. We cannot tell which ones did more."),
            ),
        ),
        "dli": OptionWords(
            (
                _("Your child is given immune cells from the donor, and no strong medicines."),
                immune_cells,
            ),
            (
                _(
                    "The doctors who wrote the study hoped that this asks less of a child than a "
                    "second transplant. They did not measure it."
                ),
            ),
            (
                _("A child has no strong medicines with it."),
                _(
                    "Perhaps children lived as long with this as with chemotherapy alone. The "
                    "study cannot tell."
                ),
            ),
            (
                _("Only very few children had this. So its results are the least sure."),
                _(
                    "On the whole, children who had this lived less long than children who had a "
                    "second transplant."
                ),
            ),
        ),
        "palliative": OptionWords(
            (
                _(
                    "Palliative care is care that puts comfort and time together first. It treats "
                    "pain and other troubles, and it helps the whole family."
                ),
                _(
                    "Its aim is to live as well as can be, not to cure. Mild medicines against the "
                    "leukemia can be part of it."
                ),
            ),
            (),
            (
                _("Comfort and time together come first."),
                _(
                    "A child does not go through strong medicines against the leukemia, nor "
                    "through a transplant."
                ),
            ),
            (
                _(
                    "On the whole, children who had this lived less long than children who had the "
                    "other kinds of care."
                ),
                _(
                    "The earlier the leukemia came back, the less often strong treatment was "
                    "chosen. So it is hard to compare this care with the rest."
                ),
            ),
        ),
    }[treatment]


def _words_for_kind(treatment: str, leukemia: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """For and against, as the paper found it when it looked at AML or at ALL alone."""
    if leukemia == "AML":
        if treatment in ("second_sct", "chemo_dli"):
            return (
                _(
                    "Among children with AML only, results were better with this than with "
                    "chemotherapy alone or palliative care."
                ),
            ), ()
        if treatment in ("chemo", "palliative"):
            return (), (
                _(
                    "Among children with AML only, results were better with a second transplant, "
                    "or with chemotherapy and the donor's immune cells."
                ),
            )
    elif leukemia in ("B-ALL", "T-ALL"):
        if treatment in ("second_sct", "chemo_dli", "chemo"):
            return (
                _("Among children with ALL only, this is one of three ways with better results."),
            ), ()
        return (), (_("Among children with ALL only, other ways had better results."),)
    return (), ()


# ------------------------------------------------------------------- what the authors propose


def authors_words(guidance: Guidance) -> dict[str, tuple[str, ...]]:
    """What the paper proposes of each of the five options for this leukemia at this time."""
    if guidance.no_guidance is not None:
        silent = _(
            "They do not say what to choose for this kind of leukemia. Very few children in the "
            "study had it."
        )
        return dict.fromkeys(TREATMENTS, (silent,))
    not_named = _("For this kind of leukemia at this time, they do not name this way.")
    said: dict[str, tuple[str, ...]] = dict.fromkeys(TREATMENTS, (not_named,))
    for option in guidance.options:
        if option.closest_arm is not None:
            said[option.closest_arm] = _proposal(option, guidance)
    return said


def _proposal(option: ProposedOption, guidance: Guidance) -> tuple[str, ...]:
    if option.rank == "doubtful":
        return (
            _("They doubt that this helps a child with this kind of leukemia."),
            *_radiation(guidance),
        )
    if option.rank == "only_if":
        proposed = _(
            "For this kind of leukemia at this time, they propose this only if a fine test still "
            "finds leukemia cells after chemotherapy. Doctors call it the MRD test."
        )
        return (
            proposed,
            {
                "met": _("In your child, it still finds some."),
                "not met": _("In your child, it finds none."),
                "not given": _("Ask your team about this test."),
            }[option.condition_status],
        )
    proposed = (
        _("For this kind of leukemia at this time, this is one of the ways that they name.")
        if option.rank == "alternative"
        else _("For this kind of leukemia at this time, this is a way that they would try first.")
    )
    if option.condition_input == "performance":
        return (proposed, _("They say that it depends on how strong and well the child is."))
    return (proposed,)


def _radiation(guidance: Guidance) -> tuple[str, ...]:
    """The paper's possible reason for its doubt about a second transplant in ALL."""
    statuses = {r.condition_input: r for r in guidance.remarks if r.condition_input == "tbi"}
    if not statuses:
        return ()
    reason = _(
        "One reason may be the strong rays to the whole body that many children had before the "
        "first transplant."
    )
    given = {r.input: r.value for r in (*guidance.decided_by, *guidance.weighed)}
    return (
        reason,
        {
            "yes": _("Your child had these rays."),
            "no": _("Your child did not have these rays."),
            None: _("Ask your team if your child had these rays."),
        }[given.get("tbi")],
    )


def also_named_words(guidance: Guidance) -> str:
    """The proposals for which there are no numbers; empty where there are none."""
    names = {
        "aml.first.azacitidine_dli": _("a mild medicine with the donor's immune cells"),
        "all.first.bispecific_antibodies": _("medicines that lead immune cells to the leukemia"),
        "all.first.engineered_t_cells": _("immune cells trained in a lab to find the leukemia"),
    }
    named = [names[option.id] for option in guidance.options if option.closest_arm is None]
    if not named:
        return ""
    return _(
        "The doctors who wrote the study also name this, for which there are no numbers: {names}. "
        "Ask your team about it."
    ).format(names=listed(named))


# -------------------------------------------------------------------- unknowns, questions, sources


def unknown_words() -> tuple[str, ...]:
    return (
        _("What will happen to your own child. The study is about groups of children."),
        _(
            "If the care itself made the difference. Doctors and families chose the care for each "
            "child, so the groups were not alike from the start."
        ),
        _("How the children felt, and how they and their families lived."),
        _(
            "What newer medicines and newer cell treatments would have changed. Most came after "
            "this study. Ask if one could be right for your child."
        ),
        _(
            "What the kind of leukemia, age, or other illness change in the numbers. The numbers "
            "only know the care, when the leukemia came back, and if it was gone before."
        ),
    )


def question_words() -> tuple[str, ...]:
    return (
        _("What are we hoping for with each way?"),
        _("What could be hard about it for our child? What helps?"),
        _("How much time would we spend in the hospital, and how much at home?"),
        _("Who treats pain and fear, by day and by night?"),
        _("What does our child want to know? What does our child want to say?"),
        _("Are there new treatments or studies for our child?"),
        _("How much time do we have to think? Can we change our minds later?"),
        _("Who helps us as a family: brothers, sisters, school, work?"),
        _("Who can we call when we have more questions?"),
    )


def source_words(citation: str, model: PooledModel) -> tuple[str, ...]:
    """Where the numbers come from, and who made them."""
    adapted = () if model.recalibration is None else (in_use_words(model.recalibration),)
    return (
        _("The study: {citation}").format(citation=citation),
        _(
            "It looked back at children who had their first transplant from {first} to {last}, in "
            "{centres} centers of the French-speaking group SFGM-TC. Some of the care of today was "
            "not there yet."
        ).format(
            first=number(value("txt.year.first_transplant")),
            last=number(value("txt.year.last_transplant")),
            centres=number(value("txt.centres")),
        ),
        _(
            "The numbers were worked out from the tables of this study by Aftergraft, a free "
            "computer program, model version {version}."
        ).format(version=model.version),
        *adapted,
        _(
            "Aftergraft is made by its contributors. Nobody pays for it: it has no funding. The "
            "doctors who wrote the study have no part in it."
        ),
        _(
            "When the study is corrected, or a newer one can be used, the numbers are worked out "
            "again and the version changes. Your team can look up if there is a newer version."
        ),
    )


def limits_words(recalibration: Recalibration | None) -> str:
    """The one line on limits, as the family reads it wherever a number stands."""
    limits = _(
        "From children who had their first transplant from {first} to {last}, before some of "
        "today's treatments. Care was chosen for each child, not drawn by lot. This is to help you "
        "talk. It does not decide."
    ).format(
        first=number(value("txt.year.first_transplant")),
        last=number(value("txt.year.last_transplant")),
    )
    if recalibration is None:
        return limits
    adapted = counted(
        "The numbers were then adjusted to what happened to {number} child of our own.",
        "The numbers were then adjusted to what happened to {number} children of our own.",
        recalibration.n_children,
    ).format(number=number(recalibration.n_children))
    return f"{limits} {adapted}"
