"""What the talk says of each option, in the same four pieces: what it is, what it is like, what
speaks for it and what against it. What speaks for and against is what Roux et al. 2017 report or
propose, in words without survival figures. Where the paper is silent (what the days are like), that
is said.

An option more is one function more here, and its place in `WORDS_FOR_ALL`.
"""

from dataclasses import dataclass

from model.case import Case
from model.language import _
from model.paper.guidelines import Guidance
from model.survival.prediction import HORIZON_DAYS
from model.survival.recalibrated import Recalibration
from ui.family.claims import (
    MADE_OF,
    Claim,
    Condition,
    Said,
    about_as_long,
    against_their_numbers,
    better_for_kind,
    called,
    claim,
    explained,
    fewer_had,
    fewest_children,
    has,
    in_two_parts,
    lacks,
    less_long_than_all,
    longer,
    most_children,
    of_child,
    one_of_three_better,
    only,
    others_better_for_kind,
    perhaps_as_long,
    perhaps_less_long,
    perhaps_longer,
    proposals,
    ranked,
    silent_on_daily_life,
    small_group,
    some_lived_for_years,
    told,
)
from ui.family.outcome import alive_of_hundred
from ui.family.words import Words
from ui.session.model_in_use import model_of
from ui.shown.options import family_label


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


def option_words(
    treatment: str, case: Case, recalibration: Recalibration | None = None
) -> OptionWords:
    """What is said of one option to the family of one child."""
    words = WORDS_FOR_ALL[treatment](treatment)
    for_kind, against_kind = _words_for_kind(treatment, case.known_leukemia)
    years = (_for_years(treatment, case, recalibration),) if treatment in LIVED_FOR_YEARS else ()
    return OptionWords(
        words.what_it_is,
        words.what_it_is_like,
        (*words.speaks_for, *years, *for_kind),
        (*words.speaks_against, *against_kind),
    )


def beside_number(treatment: str, guidance: Guidance) -> Words:
    """What must be known of an option wherever its number stands."""
    said: list[Said] = []
    if len(MADE_OF[treatment]) > 1:
        said.append(
            claim(
                _(
                    "Only children who lived long enough had it. This can make the number look "
                    "better than it is."
                ),
                in_two_parts(treatment),
            )
        )
    if any(option.rank == "doubtful" for option in proposals(guidance, treatment)):
        said.append(
            claim(
                _(
                    "The doctors who wrote the study doubt that this helps a child with ALL. Their "
                    "own results for ALL alone say otherwise. The number is of all kinds of "
                    "leukemia together."
                ),
                ranked(treatment, "doubtful"),
                against_their_numbers("all_alone", treatment),
                kinds_together(),
            )
        )
    return tuple(said)


def kinds_together() -> Condition:
    """That the model does not know the kind of leukemia."""
    return Condition("kinds together", lambda facts: "leukemia" not in facts.covariates)


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


def _for_years(treatment: str, case: Case, recalibration: Recalibration | None) -> Claim:
    """That some lived for years; and where few like this child would, that too."""
    found = alive_of_hundred(model_of(recalibration), case, treatment, HORIZON_DAYS)
    some = some_lived_for_years(treatment)
    if found is None or found[0] > 0:
        return claim(_("Some children who had this lived for years."), some)
    return claim(
        _(
            "Some children who had this lived for years. For a child in this situation, that would "
            "be very rare."
        ),
        some,
        Condition(
            "very rare",
            lambda facts: (
                (alive_of_hundred(facts.model, facts.case, treatment, HORIZON_DAYS) or (1,))[0] < 1
            ),
        ),
    )


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
                    "On the whole, children who had this lived longer than children who had care "
                    "without treatment meant to cure. Perhaps also than children who had the "
                    "donor's immune cells alone; that is not quite sure."
                ),
                longer(treatment, "palliative"),
                perhaps_longer(treatment, "dli"),
            ),
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
        ),
        speaks_against=(
            claim(
                _("Only a small group of children had this. So its results are less sure."),
                small_group(treatment),
            ),
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
                    "On the whole, children who had this lived longer than children who had care "
                    "without treatment meant to cure."
                ),
                longer(treatment, "palliative"),
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
                    "This is care that puts comfort and time together first. It treats pain and "
                    "other troubles, and it helps the whole family."
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


# Those of whom some were followed for four years.
LIVED_FOR_YEARS = ("second_sct", "chemo_dli", "chemo")
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
                "chemotherapy alone or care without treatment meant to cure. There were fewer of "
                "these children, so that is less sure."
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
                "Among children with ALL only, this is one of three options with better results. "
                "There were fewer of these children, so that is less sure."
            )
            return (claim(one, *in_all, one_of_three_better("all_alone", treatment)),), ()
        others = _(
            "Among children with ALL only, other options had better results. There were fewer of "
            "these children, so that is less sure."
        )
        condition = others_better_for_kind("all_alone", treatment, named=False)
        return (), (claim(others, *in_all, condition),)
    return (), ()
