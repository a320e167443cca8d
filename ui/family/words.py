"""What the talk with the family says, in words for parents and a child of twelve.

Short sentences, one idea each; every word of the clinic is explained where it first stands. Each
sentence of fact is a `Claim`, with the conditions under which it may stand beside it; the others
ask, invite, or explain a word. What is said of each option is in `each_option` beside this, what
the authors propose in `authors`, how it went for one hundred children in `outcome`.
"""

from datetime import date

from model.case import Case
from model.language import _, counted
from model.paper.evidence import value
from model.survival.prediction import PooledModel
from model.survival.recalibrated import Recalibration
from ui.family.claims import (
    Claim,
    Condition,
    Said,
    adapted_to,
    claim,
    model_knows,
    most_died,
    of_child,
    of_version,
    printed,
    silent_on_daily_life,
    told,
)
from ui.family.spans import duration
from ui.session.language import date_in_words, number
from ui.session.model_in_use import in_use_words

Words = tuple[Said, ...]
# The sentences and the general knowledge were last read through a year before.
NEXT_REVIEW = date(2027, 11, 27)
YEARS = ("txt.year.first_transplant", "txt.year.last_transplant")


# ------------------------------------------------------------------- the condition, the decision


def title_words(case: Case) -> Claim:
    return claim(
        _("The leukemia is back: what can be done now")
        if case.post_transplant_cr
        else _("The leukemia is still there: what can be done now"),
        of_child("post_transplant_cr", case.post_transplant_cr),
    )


def condition_words(case: Case) -> Words:
    """What the family is facing: the disease, its kind, the transplant, and what came after."""
    passed = _time_passed(case)
    return (
        _("You know much of this already. You can stop at any time."),
        _(
            "Your child has leukemia. Leukemia is a cancer of the blood. It starts in the bone "
            "marrow. That is the soft part inside the bones, where blood is made."
        ),
        claim(_kind(case.known_leukemia), of_child("leukemia", case.known_leukemia)),
        _(
            "Your child has had a transplant. In a transplant, a child is given healthy cells that "
            "make new blood. They come from another person, the donor."
        ),
        *(_relapse(case.interval) if case.post_transplant_cr else _progression(case.interval)),
        *passed,
    )


def _time_passed(case: Case) -> Words:
    """How long ago that was, where the child has lived some time since."""
    since = case.days_survived
    if not since:
        return ()
    sentence = _("Since then, about {time} have passed.").format(time=duration(since))
    as_counted = Condition("passed", lambda facts: facts.case.days_survived == since)
    return (claim(sentence, as_counted),)


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
        claim(_("After that, the leukemia never went away completely."), never_gone),
        claim(growing, never_gone, of_child("interval", interval)),
    )


def decision_words() -> Words:
    return (
        claim(
            _("More than one thing can be done now. Doctors have not agreed on one of them."),
            told("no_standard"),
        ),
        _(
            "You, your child and the care team look at the options together. Then you choose "
            "together. What matters most to you and your child counts in this choice."
        ),
        _("Not every option may be open to your child. Ask which ones are."),
        claim(
            _(
                "This is hard to hear. Most of the children in the study died. Some lived for "
                "years, and some were alive when the study last looked."
            ),
            most_died(),
        ),
        _("You can ask how much time there is to think. You can ask anything, as often as needed."),
    )


# -------------------------------------------------------------------- unknowns, questions, sources


def unknown_words() -> Words:
    return (
        claim(
            _("What will happen to your own child. The study is about groups of children."),
            told("groups"),
        ),
        claim(
            _(
                "Whether the care itself made the difference. Doctors and families chose the care "
                "for each child, so the groups were not alike from the start."
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
        _("Can our child still be cured? With which option?"),
        _("What are we hoping for with each option?"),
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
        _("All of this is read anew at least once a year. The next time is before {date}.").format(
            date=date_in_words(NEXT_REVIEW)
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
