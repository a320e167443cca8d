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
from model.paper.guidelines import Guidance
from model.survival.prediction import TABLE_DAYS, load_model
from model.survival.recalibrated import Recalibration
from ui.case.guidance import guidance_of
from ui.family.authors import also_named_words, authors_words
from ui.family.burdens import Said as SaidBurden
from ui.family.burdens import Source, said_of, used_sources
from ui.family.claims import (
    Claim,
    Said,
    called,
    claim,
    nobody_at_risk,
    nobody_left,
    of_child,
    printed,
    sentence_of,
    silent_on_daily_life,
)
from ui.family.durations import lived_for
from ui.family.each_option import beside_number, kinds_together, option_label, option_words
from ui.family.outcome import HUNDRED, Outcome, no_outcome, outcome
from ui.family.today import (
    AFTER_CHEMOTHERAPY,
    became_words,
    comfort_sources,
    comfort_team_words,
    left_out_words,
    newer_words,
    today_words,
)
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
    written nothing. `listed` says that the lines are the items of a list; from the line
    `listed_from` on, where only the rest are.
    """

    id: str
    heading: str
    said: tuple[Said, ...]
    listed: bool = False
    team_words: str | None = None
    listed_from: int | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(sentence_of(said) for said in self.said)


@dataclass(frozen=True)
class FamilyOption:
    """One option of the talk. The sections of every option have the same ids in the same order.

    `outcome` is None where nothing can be said, and `no_outcome` then says why. `beside_number` is
    what must be known wherever the number stands, `lived_for` how long the children lived,
    `burdens` what it can ask of a child.
    `pictured` options have their one hundred children drawn. `claims` are those outside the
    sections.
    """

    treatment: str
    label: str
    sections: tuple[Section, ...]
    group: str
    outcome: Outcome | None
    no_outcome: str
    beside_number: tuple[str, ...]
    lived_for: tuple[str, ...]
    burdens: tuple[SaidBurden, ...]
    pictured: bool
    claims: tuple[Claim, ...]

    @property
    def drawn(self) -> bool:
        """Whether its one hundred children are drawn: not where all figures would be empty."""
        return self.pictured and self.outcome is not None and self.outcome.alive > 0


@dataclass(frozen=True)
class FamilySheet:
    """Everything that is said to one family, in the language in use.

    `groups` are the options by what is begun today. `left_out` and `also_named` are empty where
    there is nothing to say; `read_in` are the sources of general knowledge. `nothing_drawn` stands
    in the place of pictures and curves until some are chosen. `how_to_read` explains the
    pictures of one hundred children in three lines (alive, died, how unsure) and what else must
    be known of them; `how_to_read_curves` the curves. `limits` stands wherever a number does.
    `claims_beside` are the claims outside all sections.
    """

    title: str
    condition: Section
    decision: Section
    today: Section
    became: Section
    options_heading: str
    groups: tuple[tuple[str, tuple[FamilyOption, ...]], ...]
    options: tuple[FamilyOption, ...]
    newer: Section
    comfort_team: Section
    left_out: str
    also_named: str
    nothing_drawn: str
    how_to_read: Section
    how_to_read_curves: Section
    unknowns: Section
    team: Section
    questions: Section
    sources: Section
    read_in: tuple[Source, ...]
    limits: str
    claims_beside: tuple[Claim, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim that the sheet makes."""
        sections = [self.condition, self.decision, self.today, self.became, self.newer]
        sections += [self.comfort_team, self.how_to_read, self.how_to_read_curves]
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
    edited: Mapping[tuple[str, str], str] | None = None,
) -> FamilySheet:
    """Gather all that is said to a family.

    Parameters
    ----------
    case : Case
    treatments : collection of str
        The options of the talk; the sheet names those of the five that were left out.
    day : int
        One of `times(case)`.
    pictured : collection of str
        Options whose one hundred children are drawn.
    notes : mapping of str to str
        The team's own words by treatment, and under `GENERAL` those that concern no single one.
    recalibration : Recalibration, optional
        That of the model; default: the paper's model.
    edited : mapping of (str, str) to str, optional
        The team's words in the place of general knowledge, as `ui.family.burdens.said_of` has it.
    """
    edited = edited or {}
    shown = [treatment for treatment in TREATMENTS if treatment in treatments]
    guidance = guidance_of(case)
    authors = authors_words(guidance)
    title, also_named = title_words(case), also_named_words(guidance)
    limits = limits_words(recalibration)
    options = tuple(
        _option(case, t, day, t in pictured, authors[t], guidance, notes, recalibration, edited)
        for t in shown
    )
    return FamilySheet(
        title=title.sentence,
        **_opening(case, guidance, shown),
        options_heading=_("The options, one by one"),
        groups=_groups(options),
        options=options,
        left_out=left_out_words(shown),
        also_named=" ".join(map(sentence_of, also_named)),
        nothing_drawn=_("Nothing is drawn yet. Your team can show it when you are ready."),
        how_to_read=_how_to_read(case, day),
        how_to_read_curves=_how_to_read_curves(
            case, day, [option for option in options if option.treatment in pictured]
        ),
        **_closing(guidance, notes, recalibration),
        read_in=(*comfort_sources(), *used_sources(tuple(shown), edited)),
        limits=" ".join(map(sentence_of, limits)),
        claims_beside=tuple(
            said for said in (title, *also_named, *limits) if isinstance(said, Claim)
        ),
    )


def _opening(case: Case, guidance: Guidance, shown: Sequence[str]) -> dict[str, Section]:
    """What comes before the options, by the name of its section."""
    sections = (
        Section("condition", _("What has happened"), condition_words(case)),
        Section("decision", _("What there is to decide"), decision_words()),
        Section("today", _("What can be begun now"), today_words(shown), listed=True),
        Section("became", _("What came after chemotherapy"), became_words()),
        Section("newer", _("What the study does not know"), newer_words(guidance)),
        Section("comfort_team", _("The palliative care team"), comfort_team_words()),
    )
    return {section.id: section for section in sections}


def _closing(
    guidance: Guidance, notes: Mapping[str, str], recalibration: Recalibration | None
) -> dict[str, Section]:
    """What every talk ends with, by the name of its section."""
    sources = source_words(guidance.citation, model_of(recalibration))
    sections = (
        Section("unknowns", _("What nobody knows"), unknown_words(), listed=True),
        Section("team", _("From your team"), (), team_words=notes.get(GENERAL, "")),
        Section("questions", _("Questions you may want to ask"), question_words(), listed=True),
        Section("sources", _("Where this comes from"), sources),
    )
    return {section.id: section for section in sections}


def _option(
    case: Case,
    treatment: str,
    day: int,
    pictured: bool,
    authors: Words,
    guidance: Guidance,
    notes: Mapping[str, str],
    recalibration: Recalibration | None,
    edited: Mapping[tuple[str, str], str],
) -> FamilyOption:
    words = option_words(treatment, case, recalibration)
    label = option_label(treatment)
    found = outcome(case, treatment, day, recalibration)
    had_this = _(
        "In the whole study, {number} of {all} children had this; not all were in this situation."
    ).format(number=number(value(f"abs.n.{treatment}")), all=number(value("abs.n.all")))
    group = claim(had_this, printed(had_this, f"abs.n.{treatment}", "abs.n.all"))
    unsaid = () if found else (no_outcome(case, treatment, day),)
    burdens = said_of(treatment, edited)
    beside = beside_number(treatment, guidance)
    lived = lived_for(case, treatment, recalibration) if found else ()
    return FamilyOption(
        treatment=treatment,
        label=label.sentence,
        sections=(
            Section("what_it_is", _("What it is"), words.what_it_is),
            Section(
                "what_it_is_like",
                _("What it is like"),
                (*words.what_it_is_like, _like_what(notes.get(treatment, ""))),
                team_words=notes.get(treatment, ""),
            ),
            _burdens(burdens),
            Section("speaks_for", _("What speaks for it"), words.speaks_for, listed=True),
            Section(
                "speaks_against", _("What speaks against it"), words.speaks_against, listed=True
            ),
            Section("authors_say", _("What the doctors who wrote the study say"), authors),
        ),
        group=group.sentence,
        outcome=found,
        no_outcome="".join(map(sentence_of, unsaid)),
        beside_number=tuple(map(sentence_of, beside)) if found else (),
        lived_for=tuple(map(sentence_of, lived)),
        burdens=burdens,
        pictured=pictured and found is not None,
        claims=(
            *(label, group),
            *(found.claims if found else unsaid),
            *(said for said in (*beside, *lived) if isinstance(said, Claim)),
        ),
    )


def _like_what(team_words: str) -> str:
    return (
        _("Your team tells you:")
        if team_words
        else _("Ask your team what a normal day would be like.")
    )


def _burdens(burdens: tuple[SaidBurden, ...]) -> Section:
    """What the option can ask of a child: general knowledge, and nothing that the study says."""
    intro = claim(
        _("The study does not say any of this. It is general medical knowledge:"),
        silent_on_daily_life(),
    )
    lines = tuple(said.line for said in burdens)
    return Section(
        "burdens", _("What it can ask of a child"), (intro, *lines) if lines else (), listed_from=1
    )


def _groups(options: Sequence[FamilyOption]) -> tuple[tuple[str, tuple[FamilyOption, ...]], ...]:
    """The options by what is begun today; what chemotherapy became stands under it."""
    after = tuple(option for option in options if option.treatment in AFTER_CHEMOTHERAPY)
    other = tuple(option for option in options if option.treatment not in AFTER_CHEMOTHERAPY)
    groups = (
        (_("If chemotherapy comes first, what can follow:"), after),
        (_("The other ways to begin:"), other),
    )
    return tuple(group for group in groups if group[1])


# ---------------------------------------------------------------------- of one hundred children


def _how_to_read(case: Case, day: int) -> Section:
    heading = _("How many of {hundred} children are alive after {time}").format(
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
                "“In this situation” means: the leukemia came back at about the same time after "
                "the transplant, and after a remission."
            )
            if case.post_transplant_cr
            else _(
                "“In this situation” means: about the same time after the transplant, and with a "
                "leukemia that never went away."
            ),
            of_child("post_transplant_cr", case.post_transplant_cr),
        ),
        claim(_("The numbers are of all kinds of leukemia together."), kinds_together()),
        _(
            "Where the ranges of two numbers overlap, the study cannot say for sure which is "
            "higher."
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
            _(
                "The numbers of {hundred} are about children who were still alive on day {day}."
            ).format(hundred=number(HUNDRED), day=number(case.days_survived)),
            of_child("days_survived", case.days_survived),
        ),
    )
