"""The choice as it stands today, before anything is known of how the child responds.

What can be begun now, what the first of these became for the children of the study, what the study
does not know and can be asked for today, and the team that helps whatever is chosen. Palliative
care is two things: a group of the study, cared for without treatment meant to cure, and that team.
"""

from collections.abc import Collection

from model.language import _, counted, listed
from model.options import CHOICES_AT_RELAPSE, REINDUCTION, TREATMENTS
from model.paper.evidence import value
from model.paper.guidelines import Guidance
from ui.family.burdens import Source, sources
from ui.family.claims import Condition, Facts, Said, called, claim, has, lacks, of_child, told
from ui.family.words import Words
from ui.session.language import number
from ui.shown.options import family_label

AFTER_CHEMOTHERAPY = CHOICES_AT_RELAPSE[REINDUCTION]
OF_THE_TEAM = ("st_jude", "weaver")


def today_words(shown: Collection[str]) -> Words:
    """What can be begun now: of the options of the talk, and what the study does not know."""
    said: list[Said] = []
    if any(option in shown for option in AFTER_CHEMOTHERAPY):
        said.append(
            claim(
                _(
                    "Chemotherapy: strong medicines to bring the leukemia down. Then you see "
                    "together what becomes possible."
                ),
                *(has(option, "strong medicines") for option in AFTER_CHEMOTHERAPY),
            )
        )
    if "dli" in shown:
        said.append(
            claim(
                _("Immune cells from the donor, with no strong medicines before."),
                has("dli", "immune cells"),
                lacks("dli", "strong medicines"),
            )
        )
    if "palliative" in shown:
        said.append(claim(_("Care without treatment meant to cure."), called("palliative")))
    said.append(
        claim(
            _(
                "A trial or a newer treatment. Most came after this study, and it cannot tell how "
                "children did with them."
            ),
            told("newer"),
        )
    )
    return tuple(said)


def became_words() -> Words:
    """What chemotherapy first became for the children of the study."""
    counts = {option: value(f"abs.n.{option}") for option in AFTER_CHEMOTHERAPY}
    sentence = _(
        "Of the {all} children in the study, {began} began with chemotherapy. Later, {second_sct} "
        "of them had a second transplant and {chemo_dli} were given immune cells from the donor. "
        "The other {chemo} had chemotherapy alone."
    ).format(
        all=number(value("abs.n.all")),
        began=number(sum(counts.values())),
        **{option: number(count) for option, count in counts.items()},
    )

    def counted_so(facts: Facts) -> bool:
        found = [facts.figures[f"abs.n.{option}"] for option in AFTER_CHEMOTHERAPY]
        return [sum(found), *found] == [sum(counts.values()), *counts.values()]

    return (
        claim(sentence, Condition("what it became", counted_so)),
        _("Nobody knows on the first day which of these it will be. That is decided later."),
    )


def newer_words(guidance: Guidance) -> Words:
    """What to ask for today, by the kind of leukemia: at every time, and never of T cells what is
    known of B cells."""
    leukemia = guidance.leukemia
    kind = of_child("leukemia", leukemia)
    if leukemia == "B-ALL":
        return (
            claim(
                _(
                    "Not in this study, and to ask about today: antibodies that lead immune cells "
                    "to the leukemia (bispecific antibodies), and immune cells trained in a lab to "
                    "find it (CAR T cells). They are made for ALL, type B. Most came after this "
                    "study."
                ),
                kind,
                told("newer"),
            ),
        )
    if leukemia == "AML":
        return (
            claim(
                _(
                    "The doctors who wrote the study wrote in 2017 that some newer treatments were "
                    "still lacking for AML. Ask today what there is now."
                ),
                kind,
                told("lacking_aml"),
            ),
        )
    return (_("Ask today if there is a trial or a newer treatment for your child."),)


def comfort_team_words() -> Words:
    """The team, which is not the group of the study."""
    names = ", ".join(source.name for source in comfort_sources())
    return (
        _(
            "The palliative care team eases pain, worry and other troubles. It can help from today "
            "on, with every option. It does not take the place of your own team. ({source})"
        ).format(source=names),
        claim(
            _(
                "The study also has a group that it calls palliative care: children who had no "
                "treatment meant to cure, some with mild medicines against the leukemia. That "
                "group is not the team: you can have the team with any treatment."
            ),
            told("supportive_group", "palliative"),
        ),
    )


def comfort_sources() -> tuple[Source, ...]:
    return tuple(sources()[id_] for id_ in OF_THE_TEAM)


def left_out_words(shown: Collection[str]) -> str:
    """Name what the talk leaves out, and by whom; empty where it leaves out nothing."""
    names = [family_label(option) for option in TREATMENTS if option not in shown]
    if not names:
        return ""
    return counted(
        "Your team left this option of the study out of this talk: {names}. You can ask why.",
        "Your team left these options of the study out of this talk: {names}. You can ask why.",
        len(names),
    ).format(names=listed(names))
