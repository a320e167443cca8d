"""The talk with the family as words and numbers: what is said, in which order, and nothing drawn.

Built on the criteria for patient decision aids of the IPDAS collaboration: the condition and the
decision, every option in the same detail and the fixed order, outcomes out of one hundred children
with alive and died both said, uncertainty, what is not known, questions, and sources. The page and
the printed sheet show the same `FamilySheet`. What is said of an option comes from Roux et al. 2017
alone; where the study is silent the sheet says so and leaves room for the team's own words. Each
sentence of fact is a claim (`ui.family.claims`), and the sheet gives all that it makes.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from model.case import Case
from model.language import _
from model.options import TREATMENTS
from model.paper.evidence import value
from model.survival.prediction import TABLE_DAYS, load_model
from model.survival.recalibrated import Recalibration
from ui.case.guidance import guidance_of
from ui.family.authors import also_named_words, authors_words
from ui.family.claims import (
    Claim,
    Condition,
    Said,
    called,
    claim,
    nobody_at_risk,
    nobody_left,
    of_child,
    printed,
    sentence_of,
)
from ui.family.each_option import option_label, option_words
from ui.family.outcome import HUNDRED, Outcome, alive_of_hundred, outcome
from ui.family.words import (
    Words,
    condition_words,
    decision_words,
    limits_words,
    question_words,
    source_words,
    title_words,
    unknown_words,
)
from ui.session.language import number
from ui.session.model_in_use import model_of
from ui.shown.results import horizon_name, named_day

# Notes of the team that concern no single option stand under this name beside the treatments.
GENERAL = "general"
# So many lines of how to read the pictures only explain what is drawn in them.
OF_PICTURES = 3


@dataclass(frozen=True)
class Section:
    """A titled piece of the talk.

    `team_words` is None where the team has no space of its own, and "" where it has one and has
    written nothing. `listed` says that the lines are the items of a list.
    """

    id: str
    heading: str
    said: tuple[Said, ...]
    listed: bool = False
    team_words: str | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(sentence_of(said) for said in self.said)


@dataclass(frozen=True)
class FamilyOption:
    """One option of the talk. The sections of every option have the same ids in the same order.

    `outcome` is None where nothing can be said, and `no_outcome` then says why. `pictured` options
    have their one hundred children drawn. `claims` are those outside the sections.
    """

    treatment: str
    label: str
    sections: tuple[Section, ...]
    group: str
    outcome: Outcome | None
    no_outcome: str
    pictured: bool
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class FamilySheet:
    """Everything that is said to one family, in the language in use.

    `left_out` and `also_named` are empty where there is nothing to say. `nothing_drawn` stands in
    the place of pictures and curves until some are chosen. `how_to_read` explains the
    pictures of one hundred children in three lines (alive, died, how unsure) and what else must
    be known of them; `how_to_read_curves` the curves. `limits` stands wherever a number does.
    `claims_beside` are the claims outside all sections.
    """

    title: str
    condition: Section
    decision: Section
    options_heading: str
    options: tuple[FamilyOption, ...]
    left_out: str
    also_named: str
    nothing_drawn: str
    how_to_read: Section
    how_to_read_curves: Section
    unknowns: Section
    team: Section
    questions: Section
    sources: Section
    limits: str
    claims_beside: tuple[Claim, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim that the sheet makes."""
        sections = [self.condition, self.decision, self.how_to_read, self.how_to_read_curves]
        sections += [self.unknowns, self.team, self.questions, self.sources]
        sections += [section for option in self.options for section in option.sections]
        said = [said for section in sections for said in section.said]
        return (
            *self.claims_beside,
            *(one for option in self.options for one in option.claims),
            *(one for one in said if isinstance(one, Claim)),
        )


def times(case: Case) -> tuple[int, ...]:
    """The days at which the talk can look: the reported ones that still lie ahead."""
    return tuple(day for day in TABLE_DAYS if day > case.days_survived)


def usual_time(case: Case) -> int:
    """The day to look at while nobody has chosen: one year, or the first that can be spoken of."""
    return named_day(case.days_survived)


def family_sheet(
    case: Case,
    treatments: Collection[str],
    day: int,
    pictured: Collection[str],
    notes: Mapping[str, str],
    recalibration: Recalibration | None = None,
) -> FamilySheet:
    """Gather all that is said to a family.

    Parameters
    ----------
    case : Case
    treatments : collection of str
        The options of the talk; the sheet says how many of the five were left out.
    day : int
        One of `times(case)`.
    pictured : collection of str
        Options whose one hundred children are drawn.
    notes : mapping of str to str
        The team's own words by treatment, and under `GENERAL` those that concern no single one.
    recalibration : Recalibration, optional
        That of the model; default: the paper's model.
    """
    shown = [treatment for treatment in TREATMENTS if treatment in treatments]
    guidance = guidance_of(case)
    authors = authors_words(guidance)
    title, also_named = title_words(case), also_named_words(guidance)
    limits = limits_words(recalibration)
    options = tuple(
        _option(case, t, day, t in pictured, authors[t], notes, recalibration) for t in shown
    )
    return FamilySheet(
        title=title.sentence,
        condition=Section("condition", _("What has happened"), condition_words(case)),
        decision=Section("decision", _("What there is to decide"), decision_words()),
        options_heading=_("The ways to go on"),
        options=options,
        left_out=left_out_words(len(TREATMENTS) - len(shown)),
        also_named=" ".join(map(sentence_of, also_named)),
        nothing_drawn=_("Nothing is drawn yet. Your team can show it when you are ready."),
        how_to_read=_how_to_read(case, day),
        how_to_read_curves=_how_to_read_curves(
            case, day, [option for option in options if option.treatment in pictured]
        ),
        unknowns=Section("unknowns", _("What nobody knows"), unknown_words(), listed=True),
        team=Section("team", _("From your team"), (), team_words=notes.get(GENERAL, "")),
        questions=Section(
            "questions", _("Questions you may want to ask"), question_words(), listed=True
        ),
        sources=Section(
            "sources",
            _("Where this comes from"),
            source_words(guidance.citation, model_of(recalibration)),
        ),
        limits=" ".join(map(sentence_of, limits)),
        claims_beside=tuple(
            said for said in (title, *also_named, *limits) if isinstance(said, Claim)
        ),
    )


def _option(
    case: Case,
    treatment: str,
    day: int,
    pictured: bool,
    authors: Words,
    notes: Mapping[str, str],
    recalibration: Recalibration | None,
) -> FamilyOption:
    words = option_words(treatment, case)
    label = option_label(treatment)
    found = outcome(case, treatment, day, recalibration)
    had_this = _("In the study, {number} of {all} children had this.").format(
        number=number(value(f"abs.n.{treatment}")), all=number(value("abs.n.all"))
    )
    group = claim(had_this, printed(had_this, f"abs.n.{treatment}", "abs.n.all"))
    too_soon = claim(
        _("It is too soon after day {day} to say anything about {time}.").format(
            day=number(case.days_survived), time=horizon_name(day)
        ),
        of_child("days_survived", case.days_survived),
        Condition(
            "too soon",
            lambda facts: alive_of_hundred(facts.model, facts.case, treatment, day) is None,
        ),
    )
    return FamilyOption(
        treatment=treatment,
        label=label.sentence,
        sections=(
            Section("what_it_is", _("What it is"), words.what_it_is),
            Section(
                "what_it_is_like",
                _("What it is like"),
                (*words.what_it_is_like, _("Your team will tell you:")),
                team_words=notes.get(treatment, ""),
            ),
            Section("speaks_for", _("What speaks for it"), words.speaks_for, listed=True),
            Section(
                "speaks_against", _("What speaks against it"), words.speaks_against, listed=True
            ),
            Section("authors_say", _("What the doctors who wrote the study say"), authors),
        ),
        group=group.sentence,
        outcome=found,
        no_outcome="" if found else too_soon.sentence,
        pictured=pictured and found is not None,
        claims=(label, group, *(found.claims if found else (too_soon,))),
    )


# ---------------------------------------------------------------------- of one hundred children


def _how_to_read(case: Case, day: int) -> Section:
    heading = _("Out of {hundred} children, after {time}").format(
        hundred=number(HUNDRED), time=horizon_name(day)
    )
    said: Words = (
        _("A full figure is a child who is alive."),
        _("An empty figure is a child who has died."),
        _("The number could be lower or higher. The shaded part shows by how much."),
        _(
            "Each number is about {hundred} children. It cannot tell what will happen to your "
            "child, and nobody can."
        ).format(hundred=number(HUNDRED)),
        claim(
            _(
                "“In the same way” means: at about the same time after the transplant, and after a "
                "remission."
            )
            if case.post_transplant_cr
            else _(
                "“In the same way” means: at about the same time after the transplant, and with a "
                "leukemia that never went away."
            ),
            of_child("post_transplant_cr", case.post_transplant_cr),
        ),
        *_since_words(case),
    )
    return Section("how_to_read", heading, said)


def _how_to_read_curves(case: Case, day: int, drawn: Sequence[FamilyOption]) -> Section:
    said: Words = (
        _(
            "Each line starts with all children alive. It goes down when children die. Read it "
            "from left to right, as time goes by."
        ),
        _("The soft band around a line shows how unsure it is."),
        _(
            "A dashed line is a guess by calculation. Few children, or none, were known to be "
            "alive then."
        ),
        *_nobody_left(drawn),
        _("The dotted line from top to bottom stands at {time}.").format(time=horizon_name(day)),
        *_since_words(case),
    )
    heading = _("How many children are alive as time goes by")
    return Section("how_to_read_curves", heading, said)


def _nobody_left(drawn: Sequence[FamilyOption]) -> Iterator[Claim]:
    """Of each line drawn, from when on no child at all stands behind it."""
    for option in drawn:
        for day in TABLE_DAYS:
            if nobody_at_risk(load_model(), option.treatment, day):
                yield claim(
                    _(
                        "{option}: no child in this group was known to be alive at {time} or later."
                    ).format(option=option.label, time=horizon_name(day)),
                    nobody_left(option.treatment, day),
                    called(option.treatment),
                )
                break


def _since_words(case: Case) -> Words:
    counted_from = claim(
        _("Time is counted from the day when the leukemia came back.")
        if case.post_transplant_cr
        else _("Time is counted from the day when it was clear that the leukemia was still there."),
        of_child("post_transplant_cr", case.post_transplant_cr),
    )
    if not case.days_survived:
        return (counted_from,)
    return (
        counted_from,
        claim(
            _("All numbers here are about children who were still alive on day {day}.").format(
                day=number(case.days_survived)
            ),
            of_child("days_survived", case.days_survived),
        ),
    )


def left_out_words(count: int) -> str:
    """Say that the talk does not show every option; empty where it does. Never says which."""
    if not count:
        return ""
    how_many = {
        1: _("Not all ways to go on are shown here: one was left out."),
        2: _("Not all ways to go on are shown here: two were left out."),
        3: _("Not all ways to go on are shown here: three were left out."),
        4: _("Not all ways to go on are shown here: four were left out."),
        5: _("No way to go on is shown here: all five were left out."),
    }[count]
    return how_many + " " + _("Your team can tell you more.")
