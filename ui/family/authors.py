"""What the authors propose for this leukemia at this time, in words for a family."""

from model.language import _, listed
from model.options import TREATMENTS
from model.paper.guidelines import Guidance, ProposedOption
from ui.family.claims import (
    Said,
    against_their_numbers,
    claim,
    depends_on,
    many_had_radiation,
    no_proposal,
    not_named,
    of_child,
    radiation_may_explain,
    ranked,
    very_few_had,
    without_numbers,
)
from ui.family.words import Words


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
    unnamed = _(
        "For this kind of leukemia this long after the transplant, they do not name this option. "
        "That alone does not mean that they advise against it."
    )
    said: dict[str, Words] = {arm: (claim(unnamed, not_named(arm)),) for arm in TREATMENTS}
    for option in guidance.options:
        if option.closest_arm is not None:
            said[option.closest_arm] = _proposal(option, option.closest_arm, guidance)
    return said


def _proposal(option: ProposedOption, arm: str, guidance: Guidance) -> Words:
    if option.rank == "doubtful":
        return (
            claim(
                _(
                    "They doubt that this helps a child with ALL. Their own results for ALL alone "
                    "say otherwise. The study cannot settle this: ask your team."
                ),
                ranked(arm, "doubtful"),
                against_their_numbers("all_alone", arm),
            ),
            *_radiation(guidance),
        )
    if option.rank == "only_if":
        proposed = claim(
            _(
                "For this kind of leukemia this long after the transplant, they propose this only "
                "if a fine test still finds leukemia cells after chemotherapy. Doctors call it the "
                "MRD test."
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
            _(
                "For this kind of leukemia this long after the transplant, this is one of the "
                "options that they name."
            ),
            ranked(arm, "alternative"),
        )
        if option.rank == "alternative"
        else claim(
            _(
                "For this kind of leukemia this long after the transplant, this is an option that "
                "they would choose first."
            ),
            ranked(arm, "preferred"),
        )
    )
    if option.condition_input == "performance":
        return (
            proposed,
            claim(
                _("They say that choosing it depends on how strong and well the child is."),
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
            "One reason for their doubt may be the strong rays to the whole body that many "
            "children had before the first transplant."
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
    # Where the studies that the authors cite name a lineage, it is that of B cells.
    if not ids or guidance.leukemia == "T-ALL":
        return ()
    sentence = _(
        "The doctors who wrote the study also name this, for which there are no numbers: {names}. "
        "Ask your team about it."
    ).format(names=listed(names[id_] for id_ in ids))
    return (claim(sentence, without_numbers(*ids)),)
