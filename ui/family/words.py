"""What the talk with the family says, in words for parents and a child of twelve.

Short sentences, one idea each; every word of the clinic is explained where it first stands. What
speaks for and against an option is what Roux et al. 2017 report or propose, in words without
survival figures. Where the paper is silent (what the days are like), that is said. Each sentence
of fact is a `Claim`, with the conditions under which it may stand beside it; the others ask,
invite, or explain a word.
"""

from dataclasses import dataclass

from model.case import Case
from model.language import _, counted, listed
from model.options import TREATMENTS
from model.paper.evidence import value
from model.paper.guidelines import Guidance, ProposedOption
from model.survival.prediction import PooledModel
from model.survival.recalibrated import Recalibration
from ui.family.claims import (
    Claim,
    Condition,
    Said,
    about_as_long,
    adapted_to,
    better_for_kind,
    called,
    claim,
    depends_on,
    explained,
    fewer_had,
    fewest_children,
    has,
    in_two_parts,
    lacks,
    less_long_than_all,
    longer,
    many_had_radiation,
    model_knows,
    most_children,
    no_proposal,
    not_named,
    of_child,
    of_version,
    one_of_three_better,
    only,
    others_better_for_kind,
    perhaps_as_long,
    perhaps_less_long,
    perhaps_longer,
    printed,
    radiation_may_explain,
    ranked,
    silent_on_daily_life,
    small_group,
    some_lived_for_years,
    told,
    very_few_had,
    without_numbers,
)
from ui.session.language import number
from ui.session.model_in_use import in_use_words
from ui.shown.options import family_label

Words = tuple[Said, ...]
YEARS = ("txt.year.first_transplant", "txt.year.last_transplant")


@dataclass(frozen=True)
class OptionWords:
    """One option in the same four pieces as every other."""

    what_it_is: Words
    what_it_is_like: Words
    speaks_for: Words
    speaks_against: Words


def option_label(treatment: str) -> Claim:
    """An option as it is called in the talk."""
    return claim(family_label(treatment), called(treatment))


# ------------------------------------------------------------------- the condition, the decision


def title_words(case: Case) -> Claim:
    return claim(
        _("The leukemia is back: how to go on")
        if case.post_transplant_cr
        else _("The leukemia is still there: how to go on"),
        of_child("post_transplant_cr", case.post_transplant_cr),
    )


def condition_words(case: Case) -> Words:
    """What the family is facing: the disease, its kind, the transplant, and what came after."""
    return (
        _(
            "Your child has leukemia. Leukemia is a cancer of the blood. It starts in the bone "
            "marrow. That is the soft part inside the bones, where blood is made."
        ),
        claim(_kind(case.leukemia), of_child("leukemia", case.leukemia)),
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


def _relapse(interval: str) -> Words:
    came_back = {
        "0-91": _("In the first three months after the transplant, the leukemia came back."),
        "92-182": _("Between three and six months after the transplant, the leukemia came back."),
        "183-364": _("Between six months and a year after the transplant, the leukemia came back."),
        "365+": _("A year or more after the transplant, the leukemia came back."),
    }[interval]
    relapsed = of_child("post_transplant_cr", True)
    return (
        claim(
            _("For a time after that, no leukemia could be found. This is called remission."),
            relapsed,
        ),
        claim(came_back, relapsed, of_child("interval", interval)),
        claim(_("This is called a relapse."), relapsed),
    )


def _progression(interval: str) -> Words:
    growing = {
        "0-91": _(
            "In the first three months after the transplant, it was clear that it was growing."
        ),
        "92-182": _(
            "Between three and six months after the transplant, it was clear that it was growing."
        ),
        "183-364": _(
            "Between six months and a year after the transplant, it was clear that it was growing."
        ),
        "365+": _("A year or more after the transplant, it was clear that it was growing."),
    }[interval]
    never_gone = of_child("post_transplant_cr", False)
    return (
        claim(_("After that, the leukemia never went away all the way."), never_gone),
        claim(growing, never_gone, of_child("interval", interval)),
    )


def decision_words() -> Words:
    return (
        claim(
            _("There is more than one way to go on from here. Doctors have not agreed on one way."),
            told("no_standard"),
        ),
        _(
            "You, your child and the care team look at the ways together. Then you choose "
            "together. What matters most to you and your child counts in this choice."
        ),
        _("You can ask how much time there is to think. You can ask anything, as often as needed."),
    )


# ------------------------------------------------------------------------------------ each option


def option_words(treatment: str, case: Case) -> OptionWords:
    """What is said of one option to the family of one child."""
    words = WORDS_FOR_ALL[treatment](treatment)
    for_kind, against_kind = _words_for_kind(treatment, case.leukemia)
    silent = claim(
        _(
            "The study does not say what the days are like: how a child feels, side effects, "
            "infections, time in the hospital, time at home, school."
        ),
        silent_on_daily_life(),
    )
    return OptionWords(
        words.what_it_is,
        (*words.what_it_is_like, silent),
        (*words.speaks_for, *for_kind),
        (*words.speaks_against, *against_kind),
    )


def _chemotherapy(treatment: str) -> Claim:
    return claim(
        _(
            "Chemotherapy means strong medicines. They are meant to stop leukemia cells from "
            "growing."
        ),
        explained(treatment, "strong medicines"),
    )


def _immune_cells(treatment: str) -> Claim:
    return claim(
        _(
            "Immune cells are cells of the blood that keep illness away. The hope is that the "
            "donor's cells find the leukemia and stop it. Doctors call this a DLI."
        ),
        explained(treatment, "immune cells"),
    )


def _for_years(treatment: str) -> Claim:
    return claim(_("Some children who had this lived for years."), some_lived_for_years(treatment))


def _less_asked(treatment: str) -> Claim:
    return claim(
        _(
            "The doctors who wrote the study hoped that this asks less of a child than a second "
            "transplant. They did not measure it."
        ),
        told("less_burden_hoped", treatment),
        silent_on_daily_life(),
    )


def _perhaps_less_long(treatment: str, *further: Condition) -> Claim:
    return claim(
        _(
            "On the whole, children who had this lived less long than children who had a second "
            "transplant. It is not quite sure that this is so."
        ),
        perhaps_less_long(treatment, "second_sct"),
        *further,
    )


def _second_sct(treatment: str) -> OptionWords:
    return OptionWords(
        what_it_is=(
            _chemotherapy(treatment),
            claim(
                _(
                    "First, your child has these medicines. Then your child is given new cells "
                    "from a donor, as in the first transplant. It can be the same donor or a new "
                    "one."
                ),
                has(treatment, "new cells"),
                told("same_or_other_donor", treatment),
            ),
        ),
        what_it_is_like=(
            claim(
                _("The doctors who wrote the study call this heavy treatment."),
                told("heavy", treatment),
            ),
        ),
        speaks_for=(
            claim(
                _(
                    "On the whole, children who had this lived longer than children who had "
                    "palliative care. Perhaps also than children who had the donor's immune cells "
                    "alone; that is not quite sure."
                ),
                longer(treatment, "palliative"),
                perhaps_longer(treatment, "dli"),
            ),
            _for_years(treatment),
        ),
        speaks_against=(
            claim(
                _(
                    "A child has to live through the first part to have the second transplant. "
                    "This can make the results look better than they are."
                ),
                in_two_parts(treatment),
                has(treatment, "new cells"),
            ),
            claim(_("It asks a lot of a child."), told("heavy", treatment)),
        ),
    )


def _chemo_dli(treatment: str) -> OptionWords:
    return OptionWords(
        what_it_is=(
            _chemotherapy(treatment),
            claim(
                _("After these medicines, your child is given immune cells from the donor."),
                has(treatment, "immune cells"),
            ),
            _immune_cells(treatment),
        ),
        what_it_is_like=(_less_asked(treatment),),
        speaks_for=(
            claim(
                _(
                    "On the whole, children who had this lived about as long as children who had a "
                    "second transplant."
                ),
                about_as_long(treatment, "second_sct"),
            ),
            _for_years(treatment),
        ),
        speaks_against=(
            claim(
                _("Only a small group of children had this. So its results are less sure."),
                small_group(treatment),
            ),
            claim(_("It still means strong medicines."), has(treatment, "strong medicines")),
            claim(
                _(
                    "A child has to live through the first part to be given these cells. This can "
                    "make the results look better than they are."
                ),
                in_two_parts(treatment),
            ),
        ),
    )


def _chemo(treatment: str) -> OptionWords:
    return OptionWords(
        what_it_is=(
            _chemotherapy(treatment),
            claim(
                _(
                    "Your child has these medicines, and no new cells from a donor. The aim is "
                    "that no leukemia can be found any more."
                ),
                only(treatment, "strong medicines"),
                lacks(treatment, "new cells"),
                told("aims_at_remission", treatment),
            ),
        ),
        what_it_is_like=(),
        speaks_for=(
            claim(
                _("More children had this than anything else. So more is known about it."),
                most_children(treatment),
            ),
            _for_years(treatment),
        ),
        speaks_against=(
            _perhaps_less_long(treatment, told("no_longer_significant", treatment)),
            claim(
                _("The children had many different medicines. We cannot tell which ones did more."),
                told("many_regimens", treatment),
            ),
        ),
    )


def _dli(treatment: str) -> OptionWords:
    return OptionWords(
        what_it_is=(
            claim(
                _("Your child is given immune cells from the donor, and no strong medicines."),
                has(treatment, "immune cells"),
                lacks(treatment, "strong medicines"),
            ),
            _immune_cells(treatment),
        ),
        what_it_is_like=(_less_asked(treatment),),
        speaks_for=(
            claim(
                _("A child has no strong medicines with it."), lacks(treatment, "strong medicines")
            ),
            claim(
                _(
                    "Perhaps children lived as long with this as with chemotherapy alone. The "
                    "study cannot tell."
                ),
                perhaps_as_long(treatment, "chemo"),
            ),
        ),
        speaks_against=(
            claim(
                _("Only very few children had this. So its results are the least sure."),
                fewest_children(treatment),
            ),
            _perhaps_less_long(treatment),
        ),
    )


def _palliative(treatment: str) -> OptionWords:
    return OptionWords(
        what_it_is=(
            claim(
                _(
                    "Palliative care is care that puts comfort and time together first. It treats "
                    "pain and other troubles, and it helps the whole family."
                ),
                explained(treatment, "comfort"),
            ),
            claim(
                _(
                    "Its aim is to live as well as can be, not to cure. Mild medicines against the "
                    "leukemia can be part of it."
                ),
                only(treatment, "comfort"),
                told("mild_medicines", treatment),
            ),
        ),
        what_it_is_like=(),
        speaks_for=(
            claim(_("Comfort and time together come first."), has(treatment, "comfort")),
            claim(
                _(
                    "A child does not go through strong medicines against the leukemia, nor "
                    "through a transplant."
                ),
                lacks(treatment, "strong medicines"),
                lacks(treatment, "new cells"),
            ),
        ),
        speaks_against=(
            claim(
                _(
                    "On the whole, children who had this lived less long than children who had the "
                    "other kinds of care."
                ),
                less_long_than_all(treatment),
            ),
            claim(
                _(
                    "The doctors who wrote the study say: the earlier the leukemia comes back, the "
                    "less doctors and families tend to choose strong treatment. So it may be hard "
                    "to compare this care with the rest."
                ),
                told("earlier_less_aggressive", treatment),
            ),
        ),
    )


WORDS_FOR_ALL = {
    "second_sct": _second_sct,
    "chemo_dli": _chemo_dli,
    "chemo": _chemo,
    "dli": _dli,
    "palliative": _palliative,
}


def _words_for_kind(treatment: str, leukemia: str) -> tuple[Words, Words]:
    """For and against, as the paper found it when it looked at AML or at ALL alone."""
    if leukemia == "AML":
        in_aml = (of_child("leukemia", "AML"), fewer_had("aml"))
        if treatment in ("second_sct", "chemo_dli"):
            better = _(
                "Among children with AML only, results were better with this than with "
                "chemotherapy alone or palliative care. There were fewer of these "
                "children, so that is less sure."
            )
            return (claim(better, *in_aml, better_for_kind("aml_alone", treatment)),), ()
        if treatment in ("chemo", "palliative"):
            others = _(
                "Among children with AML only, results were better with a second transplant, or "
                "with chemotherapy and the donor's immune cells. There were fewer of these "
                "children, so that is less sure."
            )
            condition = others_better_for_kind("aml_alone", treatment, named=True)
            return (), (claim(others, *in_aml, condition),)
    elif leukemia in ("B-ALL", "T-ALL"):
        in_all = (of_child("leukemia", leukemia), fewer_had("b-all_t-all"))
        if treatment in ("second_sct", "chemo_dli", "chemo"):
            one = _(
                "Among children with ALL only, this is one of three ways with better results. "
                "There were fewer of these children, so that is less sure."
            )
            return (claim(one, *in_all, one_of_three_better("all_alone", treatment)),), ()
        others = _(
            "Among children with ALL only, other ways had better results. There were fewer of "
            "these children, so that is less sure."
        )
        condition = others_better_for_kind("all_alone", treatment, named=False)
        return (), (claim(others, *in_all, condition),)
    return (), ()


# ------------------------------------------------------------------- what the authors propose


def authors_words(guidance: Guidance) -> dict[str, Words]:
    """What the paper proposes of each of the five options for this leukemia at this time."""
    if guidance.no_guidance is not None:
        silent = claim(
            _(
                "They do not say what to choose for this kind of leukemia. Very few children in "
                "the study had it."
            ),
            no_proposal(),
            very_few_had(guidance.leukemia),
        )
        return dict.fromkeys(TREATMENTS, (silent,))
    unnamed = _("For this kind of leukemia at this time, they do not name this way.")
    said: dict[str, Words] = {arm: (claim(unnamed, not_named(arm)),) for arm in TREATMENTS}
    for option in guidance.options:
        if option.closest_arm is not None:
            said[option.closest_arm] = _proposal(option, option.closest_arm, guidance)
    return said


def _proposal(option: ProposedOption, arm: str, guidance: Guidance) -> Words:
    if option.rank == "doubtful":
        return (
            claim(
                _("They doubt that this helps a child with this kind of leukemia."),
                ranked(arm, "doubtful"),
            ),
            *_radiation(guidance),
        )
    if option.rank == "only_if":
        proposed = claim(
            _(
                "For this kind of leukemia at this time, they propose this only if a fine test "
                "still finds leukemia cells after chemotherapy. Doctors call it the MRD test."
            ),
            ranked(arm, "only_if"),
            depends_on(arm, "mrd"),
        )
        status = option.condition_status
        by_status: dict[str, Said] = {
            "met": claim(_("In your child, it still finds some."), depends_on(arm, "mrd", status)),
            "not met": claim(_("In your child, it finds none."), depends_on(arm, "mrd", status)),
            "not given": _("Ask your team about this test."),
        }
        return proposed, by_status[status]
    proposed = (
        claim(
            _("For this kind of leukemia at this time, this is one of the ways that they name."),
            ranked(arm, "alternative"),
        )
        if option.rank == "alternative"
        else claim(
            _(
                "For this kind of leukemia at this time, this is a way that they would choose "
                "first."
            ),
            ranked(arm, "preferred"),
        )
    )
    if option.condition_input == "performance":
        return (
            proposed,
            claim(
                _("They say that it depends on how strong and well the child is."),
                depends_on(arm, "performance"),
            ),
        )
    return (proposed,)


def _radiation(guidance: Guidance) -> Words:
    """The paper's possible reason for its doubt about a second transplant in ALL."""
    statuses = {r.condition_input: r for r in guidance.remarks if r.condition_input == "tbi"}
    if not statuses:
        return ()
    reason = claim(
        _(
            "One reason may be the strong rays to the whole body that many children had before the "
            "first transplant."
        ),
        radiation_may_explain(),
        many_had_radiation(),
    )
    given = {r.input: r.value for r in (*guidance.decided_by, *guidance.weighed)}
    by_answer: dict[str | None, Said] = {
        "yes": claim(_("Your child had these rays."), of_child("tbi", "yes")),
        "no": claim(_("Your child did not have these rays."), of_child("tbi", "no")),
        None: _("Ask your team if your child had these rays."),
    }
    return reason, by_answer[given.get("tbi")]


def also_named_words(guidance: Guidance) -> Words:
    """The proposals for which there are no numbers; empty where there are none."""
    names = {
        "aml.first.azacitidine_dli": _("a mild medicine with the donor's immune cells"),
        "all.first.bispecific_antibodies": _("medicines that lead immune cells to the leukemia"),
        "all.first.engineered_t_cells": _("immune cells trained in a lab to find the leukemia"),
    }
    ids = [option.id for option in guidance.options if option.closest_arm is None]
    if not ids:
        return ()
    sentence = _(
        "The doctors who wrote the study also name this, for which there are no numbers: {names}. "
        "Ask your team about it."
    ).format(names=listed(names[id_] for id_ in ids))
    return (claim(sentence, without_numbers(*ids)),)


# -------------------------------------------------------------------- unknowns, questions, sources


def unknown_words() -> Words:
    return (
        claim(
            _("What will happen to your own child. The study is about groups of children."),
            told("groups"),
        ),
        claim(
            _(
                "If the care itself made the difference. Doctors and families chose the care for "
                "each child, so the groups were not alike from the start."
            ),
            told("chosen"),
        ),
        claim(
            _("How the children felt, and how they and their families lived."),
            silent_on_daily_life(),
        ),
        claim(
            _(
                "What newer medicines and newer cell treatments would have changed. Most came "
                "after this study. Ask if one could be right for your child."
            ),
            told("newer"),
        ),
        claim(
            _(
                "What the kind of leukemia, age, or other illness change in the numbers. The "
                "numbers only know the care, when the leukemia came back, and if it was gone "
                "before."
            ),
            model_knows("treatment", "interval", "post_transplant_cr"),
        ),
    )


def question_words() -> Words:
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


def source_words(citation: str, model: PooledModel) -> Words:
    """Where the numbers come from, and who made them."""
    recalibration = model.recalibration
    first, last = (number(value(year)) for year in YEARS)
    looked_back = _(
        "It looked back at children who had their first transplant from {first} to {last}, in "
        "{centres} centers of the French-speaking group SFGM-TC. Some of the care of today was "
        "not there yet."
    ).format(first=first, last=last, centres=number(value("txt.centres")))
    worked_out = _(
        "The numbers were worked out from the tables of this study by Aftergraft, a free computer "
        "program, model version {version}."
    ).format(version=model.version)
    return (
        _("The study: {citation}").format(citation=citation),
        claim(looked_back, printed(looked_back, *YEARS, "txt.centres"), told("newer")),
        claim(worked_out, of_version(worked_out)),
        *(
            ()
            if recalibration is None
            else (claim(in_use_words(recalibration), adapted_to(recalibration)),)
        ),
        _(
            "Aftergraft is made by its contributors. Nobody pays for it: it has no funding. The "
            "doctors who wrote the study have no part in it."
        ),
        _(
            "When the study is corrected, or a newer one can be used, the numbers are worked out "
            "again and the version changes. Your team can look up if there is a newer version."
        ),
    )


def limits_words(recalibration: Recalibration | None) -> Words:
    """The limits, as the family reads them in one line wherever a number stands."""
    first, last = (number(value(year)) for year in YEARS)
    limits = _(
        "From children who had their first transplant from {first} to {last}, before some of "
        "today's treatments. Care was chosen for each child, not drawn by lot. This is to help you "
        "talk. It does not decide."
    ).format(first=first, last=last)
    said = claim(limits, printed(limits, *YEARS), told("newer"), told("chosen"))
    if recalibration is None:
        return (said,)
    adapted = counted(
        "The numbers were then adjusted to what happened to {number} child of our own.",
        "The numbers were then adjusted to what happened to {number} children of our own.",
        recalibration.n_children,
    ).format(number=number(recalibration.n_children))
    return said, claim(adapted, adapted_to(recalibration))
