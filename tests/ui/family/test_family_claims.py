"""The sentences of the talk with a family, held against what they rest on, and word by word.

Four nets, each of which catches a sentence that says the wrong thing: its conditions hold for every
child and are false under some other evidence; the words of its direction are in it, in English and
in French; the words that would turn it round are not; and every sentence, with its French, was read
by somebody and stands in `family_sentences.toml`.
"""

import functools
import itertools
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from locales.update import read_catalogue, texts_of
from model import language
from model.case import LEUKEMIAS, Case
from model.catalogues import LOCALES, catalogues
from model.options import TREATMENTS
from model.paper.statements import statements
from model.survival.recalibrated import COVARYING, Recalibration
from model.survival.sensitivity import limit_nearer_one
from tests.ui.family.test_family import CHILD, children, spoken, whole_sheet
from ui.family.claims import (
    MADE_OF,
    NEAR_ONE,
    Claim,
    Condition,
    Facts,
    contrast,
    facts_of,
    longer,
    perhaps_as_long,
    perhaps_less_long,
    perhaps_longer,
)
from ui.family.family import FamilySheet, family_sheet, times
from ui.family.today import left_out_words
from ui.shown.options import SHOWN, family_label

__all__ = ["spoken"]

REVIEWED = tomllib.loads(
    (Path(__file__).parent / "family_sentences.toml").read_text(encoding="utf-8")
)


def every_child() -> Iterator[Case]:
    """Those whom the words tell apart, and those alive when few or none of a group were."""
    yield from children()
    for cr, since in itertools.product((True, False), (364, 800)):
        yield Case("AML", 200, cr, 8, days_survived=since)


def every_sheet() -> Iterator[tuple[Case, FamilySheet]]:
    for case in every_child():
        days = times(case) if case.days_survived or case.mrd else times(case)[-1:]
        for day in days:
            yield case, whole_sheet(case, day=day, pictured=TREATMENTS)


# ------------------------------------------------------------------------ each claim is so


def test_every_claim_holds_for_every_child() -> None:
    seen = set()
    for case, sheet in every_sheet():
        facts = facts_of(case)
        for claim in sheet.claims:
            assert claim.conditions, claim.sentence
            for condition in claim.conditions:
                assert condition.holds(facts), (case, claim.sentence, condition.says)
            seen.add(claim.sentence)
    assert len(seen) > 300


def test_every_option_has_the_words_of_its_own_components() -> None:
    """The typed components are those that the arm's name tells."""
    for case in (Case("AML", 200, True, 8), Case("T-ALL", 10, False, 8)):
        assert set(MADE_OF) == set(TREATMENTS)
        for option in whole_sheet(case).options:
            said = " ".join(line for section in option.sections[:1] for line in section.lines)
            for component, pattern in COMPONENT_WORDS.items():
                has = component in MADE_OF[option.treatment]
                assert bool(re.search(pattern, said)) == has, (option.treatment, component)


COMPONENT_WORDS = {
    "strong medicines": r"(?<!no )strong medicines",
    "new cells": r"(?<!no )new cells",
    "immune cells": r"(?<!no )immune cells",
    "comfort": r"comfort",
}


# ---------------------------------------------------- and would not be if the evidence were another

Perturbation = Callable[[Facts], Facts]


def hazard_ratios(change: Callable[[float, float, float], tuple[float, float]]) -> Perturbation:
    """Printed hazard ratios with other limits, made from the ratio and its two limits."""

    def perturb(facts: Facts) -> Facts:
        figures = dict(facts.figures)
        for arm in TREATMENTS[1:]:
            stem = f"t4.hr.treatment.{arm}"
            lower, upper = f"{stem}.lower", f"{stem}.upper"
            figures[lower], figures[upper] = change(figures[stem], figures[lower], figures[upper])
        return replace(facts, figures=figures)

    return perturb


def inverted(facts: Facts) -> Facts:
    found = hazard_ratios(lambda _ratio, lower, upper: (1 / upper, 1 / lower))(facts)
    return replace(found, study=replace(found.study, beta=-found.study.beta))


def unsure(facts: Facts) -> Facts:
    found = hazard_ratios(lambda _ratio, _lower, _upper: (0.1, 10.0))(facts)
    return replace(found, study=replace(found.study, sigma=100 * found.study.sigma))


def sure(facts: Facts) -> Facts:
    found = hazard_ratios(lambda ratio, _lower, _upper: (ratio, ratio))(facts)
    return replace(found, study=replace(found.study, sigma=found.study.sigma / 1e4))


def every_figure(change: Callable[[float], float]) -> Perturbation:
    return lambda facts: replace(
        facts, figures={id_: change(figure) for id_, figure in facts.figures.items()}
    )


def at_risk(children_left: int, supported: int) -> Perturbation:
    def perturb(facts: Facts) -> Facts:
        study = replace(
            facts.study,
            at_risk_high=np.full_like(facts.study.at_risk_high, children_left),
            supported_until=np.full_like(facts.study.supported_until, supported),
        )
        return replace(facts, study=study)

    return perturb


def names_rotated(by: int) -> Perturbation:
    def perturb(facts: Facts) -> Facts:
        names = [facts.labels[arm] for arm in TREATMENTS]
        return replace(facts, labels=dict(zip(TREATMENTS, names[by:] + names[:by], strict=True)))

    return perturb


def arms_swapped(facts: Facts) -> Facts:
    """Whatever the paper says of arms, it says the other way round."""
    turned = {
        id_: replace(one, arms=tuple(t for t in TREATMENTS if t not in one.arms), than=one.arms)
        for id_, one in facts.statements.items()
    }
    return replace(facts, statements=turned)


def ranks_reversed(facts: Facts) -> Facts:
    turned = dict(
        zip(
            ("preferred", "alternative", "only_if", "doubtful"),
            ("doubtful", "only_if", "alternative", "preferred"),
            strict=True,
        )
    )
    options = tuple(replace(o, rank=turned[o.rank]) for o in facts.guidance.options)
    return replace(facts, guidance=replace(facts.guidance, options=options))


def nothing_proposed(facts: Facts) -> Facts:
    guidance = replace(facts.guidance, options=(), remarks=(), no_guidance="Nothing.")
    return replace(facts, guidance=guidance)


def everything_proposed(facts: Facts) -> Facts:
    """An option without a condition stands for every arm, and nothing for none of them."""
    some = facts_of(Case("AML", 400, True, 8)).guidance.options[0]
    options = tuple(replace(some, closest_arm=arm) for arm in TREATMENTS)
    return replace(facts, guidance=replace(facts.guidance, options=options, no_guidance=None))


def of_another_child(**other: object) -> Perturbation:
    return lambda facts: replace(facts, case=replace(facts.case, **other))  # type: ignore[arg-type]


def another_remission(facts: Facts) -> Facts:
    return of_another_child(post_transplant_cr=not facts.case.post_transplant_cr)(facts)


def no_deaths(facts: Facts) -> Facts:
    found = of_another_child(days_survived=0)(facts)
    return replace(
        found, model=replace(found.model, log_hazard=found.model.log_hazard - 20, version="x")
    )


PERTURBATIONS: tuple[Perturbation, ...] = (
    inverted,
    unsure,
    sure,
    every_figure(lambda figure: figure + 1),
    every_figure(lambda figure: 1000 - figure),
    every_figure(lambda _figure: 0.0),
    at_risk(0, 0),
    at_risk(100, 10_000),
    *(names_rotated(by) for by in range(1, len(TREATMENTS))),
    arms_swapped,
    lambda facts: replace(facts, statements={}),
    lambda facts: replace(facts, quantities=facts.quantities | {"quality_of_life"}),
    lambda facts: replace(facts, covariates=facts.covariates | {"age"}),
    lambda facts: replace(facts, covariates=facts.covariates | {"leukemia"}),
    ranks_reversed,
    nothing_proposed,
    everything_proposed,
    another_remission,
    no_deaths,
    *(of_another_child(leukemia=leukemia) for leukemia in LEUKEMIAS),
    *(of_another_child(days_to_failure=day) for day in (0, 400)),
    of_another_child(days_survived=77),
    of_another_child(mrd=None, tbi=None),
)


def test_every_condition_of_every_claim_is_false_under_some_other_evidence() -> None:
    seen = set()
    for case, sheet in every_sheet():
        facts = facts_of(case)
        others = [perturb(facts) for perturb in PERTURBATIONS]
        for claim in sheet.claims:
            for condition in claim.conditions:
                if (claim.sentence, condition.says) not in seen:
                    seen.add((claim.sentence, condition.says))
                    falsified = any(not condition.holds(other) for other in others)
                    assert falsified, (claim.sentence, condition.says)
    assert len(seen) > 300


# ---------------------------------------------------------------- its words say what it claims

# The treatments that a sentence compares with, by name.
NAMES = {
    "second_sct": {"en": "second transplant", "fr": "deuxième greffe"},
    "chemo_dli": {
        "en": "chemotherapy and the donor's immune cells",
        "fr": "chimiothérapie et les lymphocytes du donneur",
    },
    "chemo": {"en": "chemotherapy alone", "fr": "chimiothérapie seule"},
    "dli": {"en": "donor's immune cells alone", "fr": "lymphocytes du donneur seuls"},
    "palliative": {
        "en": "care without treatment meant to cure",
        "fr": "soins sans traitement visant à guérir",
    },
}

# For each direction, what must be in the sentence and what must not, as regular expressions in
# which ".." stands for any words, and "{names}" for those of the treatments compared with.
SENSES: dict[str, dict[str, tuple[str, str]]] = {
    "longer": {
        "en": ("lived longer than [^.]*{names}", r"less|about as|\bnot\b(?! quite sure)|shorter"),
        "fr": (
            "ont vécu plus longtemps que [^.]*{names}",
            r"moins|aussi|\bpas\b(?! tout à fait sûr)",
        ),
    },
    "perhaps longer": {
        "en": (
            "lived longer than .. Perhaps also than [^.]*{names}[^.]* not quite sure",
            r"less|about as|shorter|(?<!not )quite sure|is certain",
        ),
        "fr": (
            "ont vécu plus longtemps que .. peut-être plus longtemps que [^.]*{names}[^.]*"
            " pas tout à fait sûr",
            r"moins|aussi|certain|(?<!pas )tout à fait sûr",
        ),
    },
    "perhaps less long": {
        "en": (
            "lived less long than [^.]*{names}.. not quite sure that this is so",
            r"longer|about as|more|better|(?<!not )quite sure|is certain",
        ),
        "fr": (
            "ont vécu moins longtemps que [^.]*{names}.. pas tout à fait sûr",
            r"plus|aussi|mieux|certain|(?<!pas )tout à fait sûr",
        ),
    },
    "less long than all": {
        "en": ("lived less long than .. the other kinds of care", r"longer|about as|more|better"),
        "fr": ("ont vécu moins longtemps que .. les autres sortes de soins", r"plus|aussi|mieux"),
    },
    # The paper's own word for why it is not quite sure of chemotherapy alone.
    "no_longer_significant": {
        "en": ("It is not quite sure that this is so", r"(?<!not )quite sure"),
        "fr": ("Ce n'est pas tout à fait sûr", r"(?<!pas )tout à fait sûr"),
    },
    "about as long": {
        "en": ("lived about as long as", r"longer|less|\bnot\b"),
        "fr": ("ont vécu à peu près aussi longtemps que", r"plus|moins|\bpas\b"),
    },
    "perhaps as long": {
        "en": ("Perhaps .. lived as long .. The study cannot tell", r"longer|less|can tell\b"),
        "fr": (
            "peut-être vécu aussi longtemps .. ne permet pas de le dire",
            r"plus longtemps|moins longtemps|permet de le dire",
        ),
    },
    "for years": {
        "en": ("Some children .. lived for years", r"\bno|most|all|never|few"),
        "fr": ("Certains enfants .. ont vécu des années", r"aucun|plupart|tous|jamais|n'ont"),
    },
    "most children": {
        "en": ("More children .. than anything else .. more is known", r"fewer|less|few"),
        "fr": ("le plus souvent donné .. mieux", r"moins|le plus rarement|rare|moins bien"),
    },
    "fewest children": {
        "en": ("very few children .. the least sure", r"many|most|more|large"),
        "fr": ("Très peu d'enfants .. les moins sûrs", r"beaucoup|plupart|plus"),
    },
    "a small group": {
        "en": ("small group .. less sure", r"large|big|many|more"),
        "fr": ("petit groupe .. moins sûrs", r"grand|gros|beaucoup|plus"),
    },
    "very few": {
        "en": ("Very few children in the study had it", r"many|most"),
        "fr": ("Très peu d'enfants de l'étude", r"beaucoup|plupart"),
    },
    "fewer children": {
        "en": ("fewer of these children, so .. less sure", r"\bmore\b|surer|not less"),
        "fr": ("Ces enfants étaient moins nombreux, .. moins sûr", r"plus|\bpas\b"),
    },
    "many": {
        "en": ("that many children had before the first transplant", r"few|no child|second"),
        "fr": ("beaucoup d'enfants ont reçue avant la première greffe", r"\bpeu\b|aucun|deuxième"),
    },
    "numbers": {"en": (r"\d", r"%"), "fr": (r"\d", r"%")},
    # What an option is made of.
    "called second_sct": {
        "en": ("^Chemotherapy, then a second transplant", "alone|immune|Palliative|no "),
        "fr": ("^Chimiothérapie, puis une deuxième greffe", "seule|lymphocytes|palliatifs|sans"),
    },
    "called chemo_dli": {
        "en": ("^Chemotherapy and the donor's immune cells", "alone|transplant|Palliative|no "),
        "fr": ("^Chimiothérapie et lymphocytes du donneur", "seul|greffe|palliatifs|sans"),
    },
    "called chemo": {
        "en": ("^Chemotherapy alone", "immune|transplant|Palliative|no "),
        "fr": ("^Chimiothérapie seule", "lymphocytes|greffe|palliatifs|sans"),
    },
    "called dli": {
        "en": ("^The donor's immune cells alone", "Chemotherapy|transplant|Palliative"),
        "fr": ("^Lymphocytes du donneur seuls", "Chimiothérapie|greffe|palliatifs"),
    },
    "called palliative": {
        "en": (
            "^(Comfort care, |Care )without treatment meant to cure",
            "Chemotherapy|transplant|immune",
        ),
        "fr": (
            "^(Soins de confort, |Des soins )sans traitement visant à guérir",
            "Chimiothérapie|greffe|lymphocytes",
        ),
    },
    "with strong medicines": {
        "en": ("strong medicines", r"\b(no|not|without|light|mild)\b"),
        "fr": ("médicaments forts", r"\b(pas|sans|aucun|légers)\b"),
    },
    "with new cells": {
        "en": ("new cells from a donor|second transplant", r"\bno (new|second)|immune|without"),
        "fr": ("nouvelles cellules d'un donneur|deuxième greffe", r"sans|\bpas (de|une)\b|lympho"),
    },
    "with immune cells": {
        "en": ("[Ii]mmune cells", r"no immune|without immune|not .*immune|new cells"),
        "fr": (
            "lymphocytes",
            r"(sans|pas de|aucun|ni|ni les) lymphocytes|nouvelles cellules|ne sont pas",
        ),
    },
    "strong medicines explained": {
        "en": (
            "strong medicines .. meant to stop leukemia cells .. growing",
            r"\bnot?\b|light|help",
        ),
        "fr": ("médicaments forts .. destinés à arrêter la croissance", r"\bpas\b|légers|aident"),
    },
    "immune cells explained": {
        "en": ("keep illness away .. find the leukemia and stop it .. DLI", r"\bnot?\b|medicine"),
        "fr": (
            "cellules de défense .. protègent des maladies .. trouvent la leucémie et l'arrêtent"
            " .. DLI",
            r"\bpas\b|médicament|réinjection",
        ),
    },
    "comfort explained": {
        "en": (
            "puts comfort and time together first .. treats pain .. helps the whole family",
            r"\bnot?\b|last|less|second",
        ),
        "fr": (
            "au premier plan le confort .. soulagent la douleur .. aident toute la famille",
            r"\bpas\b|moins|dernier|second",
        ),
    },
    "with comfort": {
        "en": ("[Cc]omfort and time together .. first", r"\bnot?\b|cure|last|second"),
        "fr": ("confort et le temps passé ensemble .. premier", r"\bpas\b|guérir|après"),
    },
    "comfort only": {
        "en": ("to live as well as can be, not to cure", r"aim is to cure|(?<!not )to cure"),
        "fr": ("vivre aussi bien que possible, pas de guérir", r"(?<!pas )de guérir"),
    },
    "strong medicines only": {
        "en": ("has these medicines, and no new cells", r"\bhas no\b|immune"),
        "fr": ("reçoit ces médicaments, sans nouvelles cellules", r"ne reçoit|lymphocytes"),
    },
    "no strong medicines": {
        "en": ("no strong medicines|not go through strong medicines", r"\bhas strong|also strong"),
        "fr": (
            "sans médicaments forts|ne reçoit pas de médicaments forts|"
            "n'a pas à passer par des médicaments forts",
            r"et des médicaments forts|reçoit des médicaments|(?<!pas )à passer",
        ),
    },
    "no new cells": {
        "en": ("no new cells|not go through .. nor through a transplant", r"and new cells"),
        "fr": (
            "sans nouvelles cellules|n'a pas à passer .. ni par une greffe",
            r"(avec|et) de nouvelles|(?<!pas )à passer",
        ),
    },
    "a first part": {
        "en": (
            "has to live through the first part to .. look better than they are|"
            "Only children who lived long enough had it .. look better than it is",
            r"worse|not have to|does not",
        ),
        "fr": (
            "Il faut avoir survécu à la première étape pour .. meilleurs qu'ils ne le sont|"
            "Seuls les enfants qui ont vécu assez longtemps .. meilleur qu'il ne l'est",
            r"pires?\b|moins bons|ne faut pas|plus mauvais",
        ),
    },
    # What the paper says in words.
    "heavy": {
        "en": ("heavy treatment|asks a lot of a child", r"light|little|\bnot\b"),
        "fr": ("traitement lourd|demande beaucoup à un enfant", r"léger|peu|\bpas\b"),
    },
    "same_or_other_donor": {
        "en": ("the same donor or a new one", r"\bnot\b|never|always"),
        "fr": ("le même donneur ou un autre", r"\bpas\b|jamais|toujours"),
    },
    "less_burden_hoped": {
        "en": ("hoped that this asks less of a child than a second transplant", r"\bmore\b|found"),
        "fr": (
            "espéraient que .. demande moins à un enfant qu'une deuxième greffe",
            r"plus|montré",
        ),
    },
    "aims_at_remission": {
        "en": ("The aim is that no leukemia can be found", r"not to|is not that|comfort"),
        "fr": ("Le but est qu'on ne trouve plus de leucémie", r"n'est pas|confort|trouve encore"),
    },
    "many_regimens": {
        "en": (
            "many different medicines .. cannot tell which ones did more",
            r"the same|few|can tell",
        ),
        "fr": (
            "beaucoup de médicaments différents .. ne peut pas dire",
            r"les mêmes|peu de|peut dire",
        ),
    },
    "mild_medicines": {
        "en": ("Mild medicines against the leukemia can be part of it", r"strong|cannot|never"),
        "fr": ("médicaments légers .. peuvent en faire partie", r"forts|ne peuvent|jamais"),
    },
    "earlier_less_aggressive": {
        "en": (
            "^The doctors who wrote the study say: the earlier .. the less doctors and families "
            "tend to choose strong treatment.. may be hard to compare",
            r"later|more|easy|\bnot\b|is hard",
        ),
        "fr": (
            "^Selon les médecins qui ont écrit l'étude, plus .. tôt, moins les médecins et les "
            "familles sont enclins à .. traitement fort.. peut donc être difficile de comparer",
            r"tard|facile|souvent|\bpas\b|est donc",
        ),
    },
    "better": {
        "en": ("results were better with this than with", r"worse|less(?! sure)|\bnot\b"),
        "fr": (
            "les résultats ont été meilleurs avec ce traitement qu'avec",
            r"moins(?! nombreux| sûr)|pires|\bpas\b",
        ),
    },
    "one of three": {
        "en": (
            "this is one of three options with better results",
            r"worse|\bnot\b|other|less(?! sure)",
        ),
        "fr": (
            "c'est un des trois choix .. de meilleurs résultats",
            r"moins(?! nombreux| sûr)|pires|\bpas\b|autres",
        ),
    },
    "others better": {
        "en": (
            "other options had better results|results were better with a second transplant",
            r"worse|\bnot\b|this|less(?! sure)|than",
        ),
        "fr": (
            "d'autres choix ont eu de meilleurs résultats|"
            "les résultats ont été meilleurs avec une deuxième greffe",
            r"moins(?! nombreux| sûr)|pires|\bpas\b|ce traitement|qu'avec",
        ),
    },
    "no_standard": {
        "en": ("More than one thing .. have not agreed on one", r"only one|all agree"),
        "fr": (
            "Plusieurs choix .. ne se sont pas mis d'accord sur un seul",
            r"Un seul|sont d'accord",
        ),
    },
    "groups": {
        "en": ("groups of children", r"about your child|each child"),
        "fr": ("des groupes d'enfants", r"porte sur votre|chaque enfant"),
    },
    "chosen": {
        "en": (
            "chose the care for each child, so .. not alike|was chosen .. not drawn by lot",
            r"by chance",
        ),
        "fr": (
            "ont choisi le traitement .. n'étaient donc pas pareils|"
            "a été choisi .. pas tiré au sort",
            r"au hasard|(?<!pas )tiré au sort",
        ),
    },
    "newer": {
        "en": (
            "Most came after this study|not there yet|before some of today's treatments",
            r"came before|already|after all",
        ),
        "fr": (
            "sont venus après cette étude|n'existaient pas encore|avant certains traitements",
            r"venus avant|déjà|après tous",
        ),
    },
    "not told": {
        "en": ("does not say|did not measure|How the children felt", r"\bsays\b|They measured"),
        "fr": ("ne dit pas|ne l'ont pas mesuré|Comment les enfants se sentaient", r"l'étude dit"),
    },
    # What the authors propose.
    "proposed first": {
        "en": ("this is an option that they would choose first", r"\bnot\b|last|never|doubt|only"),
        "fr": ("c'est un choix qu'ils feraient en premier", r"\bpas\b|dernier|jamais|doutent"),
    },
    "one of several": {
        "en": ("this is one of the options that they name", r"\bnot\b|first|doubt|only"),
        "fr": ("c'est un des choix dont ils parlent", r"\bpas\b|préfér|doutent|que si"),
    },
    "only if": {
        "en": ("they propose this only if .. still finds", r"\bno\b|\bnot\b|doubt|finds none"),
        "fr": ("ils ne proposent ce choix que si .. trouve encore", r"\bpas\b|doutent|plus"),
    },
    "doubted": {
        "en": ("(They|The doctors .*) doubt that this helps", r"\bnot? doubt|sure|\bnot\b"),
        "fr": ("doutent que cela aide", r"ne doutent|sûrs|n'aide"),
    },
    "other numbers": {
        "en": ("own results for ALL alone say otherwise", r"say the same|agree|\bnot\b"),
        "fr": ("leurs résultats pour la LAL seule disent autre chose", r"la même|d'accord"),
    },
    "not named": {
        "en": ("they do not name this option. That alone does not mean", r"try first|propose"),
        "fr": ("ils ne mentionnent pas ce choix. Cela seul ne veut pas dire", r"proposent"),
    },
    "nothing proposed": {
        "en": ("They do not say what to choose", r"propose|They say"),
        "fr": ("Ils ne disent pas que choisir", r"proposent|Ils disent"),
    },
    "depends on mrd": {
        "en": ("only if a fine test .. MRD", r"\bno\b"),
        "fr": ("que si un test très fin .. MRD", r"aucun"),
    },
    "depends on performance": {
        "en": ("it depends on how strong and well the child is", r"\bnot\b"),
        "fr": ("ce traitement dépend de l'état général de l'enfant", r"\bpas\b"),
    },
    "mrd: met": {
        "en": ("In your child, it still finds some", r"none|\bnot\b"),
        "fr": ("il en trouve encore", r"n'en|\bpas\b"),
    },
    "mrd: not met": {
        "en": ("In your child, it finds none", r"still|some"),
        "fr": ("il n'en trouve pas", r"encore"),
    },
    "one reason may be radiation": {
        "en": ("One reason for their doubt may be the strong rays", r"\bnot\b|cannot"),
        "fr": ("Une raison de leur doute peut être l'irradiation de tout le corps", r"\bpas\b"),
    },
    "tbi: yes": {"en": ("Your child had", r"\bnot\b"), "fr": ("a reçu cette", r"\bpas\b")},
    "tbi: no": {"en": ("did not have these rays", r"\bhad\b"), "fr": ("n'a pas reçu", r"a reçu")},
    "also named": {
        "en": ("also name this, for which there are no numbers", r"\bnot name"),
        "fr": ("parlent aussi de ceci, pour lequel il n'y a pas de chiffres", r"ne parlent"),
    },
    # The child.
    "post_transplant_cr: True": {
        "en": (
            r"came back|\bis back|after a remission|no leukemia could be found|called a relapse",
            r"still there|never went|growing",
        ),
        "fr": (
            "est revenue|après une rémission|ne trouvait plus de leucémie|appelle une rechute",
            r"encore là|toujours là|jamais|progressait",
        ),
    },
    "post_transplant_cr: False": {
        "en": ("still there|never went away|growing", r"came back|is back|after a remission"),
        "fr": ("toujours là|encore là|jamais partie|progressait", r"revenue|rémission"),
    },
    "interval: 0-91": {
        "en": ("In the first three months after", r"six|year"),
        "fr": ("Dans les trois premiers mois après", r"six|\ban\b"),
    },
    "interval: 92-182": {
        "en": ("Between three and six months after", r"year|first"),
        "fr": ("Entre trois et six mois après", r"\ban\b|premiers"),
    },
    "interval: 183-364": {
        "en": ("Between six months and a year after", r"three|more"),
        "fr": ("Entre six mois et un an après", r"trois|plus"),
    },
    "interval: 365+": {
        "en": ("A year or more after", r"month|less"),
        "fr": ("Un an ou plus après", r"mois|moins"),
    },
    "leukemia: AML": {"en": ("AML", "ALL|bipheno"), "fr": ("LAM", "LAL|biphéno")},
    "leukemia: B-ALL": {
        "en": ("ALL, type B|with ALL only", "AML|type T|bipheno"),
        "fr": ("LAL-B|avaient une LAL", "LAM|LAL-T|lignée T|biphéno"),
    },
    "leukemia: T-ALL": {
        "en": ("ALL, type T|with ALL only", "AML|type B|bipheno"),
        "fr": ("LAL-T|avaient une LAL", "LAM|LAL-B|lignée B|biphéno"),
    },
    "leukemia: biphenotypic": {
        "en": ("biphenotypic .. two kinds", "AML|ALL"),
        "fr": ("biphénotypique .. deux types", "LAM|LAL"),
    },
    # The model.
    "out of one hundred": {
        "en": (
            "alive .. died|may be anything from|true number may be another one",
            r"\bnot\b|a little|a bit",
        ),
        "fr": (
            "en vie .. décédé|pourrait être compris entre|Le vrai nombre peut être un autre",
            r"\bpas\b|un peu|sans doute",
        ),
    },
    "nobody alive": {
        "en": ("(No|no) child in this group was known to be alive", r"\bfew\b|\bmany\b|was not"),
        "fr": ("aucun enfant n'était encore suivi et en vie", r"\bpeu\b|beaucoup|tous|\bpas\b"),
    },
    "few followed": {
        "en": ("Few children in this group were known to be alive", r"Many|No child|Most|not"),
        "fr": ("peu d'enfants étaient encore suivis et en vie", r"eaucoup|aucun|lupart|\bpas\b"),
    },
    "too soon": {"en": ("too soon after day", r"\bnot too\b"), "fr": ("trop proche", r"pas trop")},
    "model knows": {
        "en": (
            "only know the care, when the leukemia came back, and if it was gone before",
            r"also know|not only",
        ),
        "fr": ("ne tiennent compte que du traitement, du moment .. disparu", r"aussi compte"),
    },
    "adapted": {
        "en": ("adjusted to what happened to .. of our own|^Recalibrated to", r"\bnot\b"),
        "fr": ("adaptés à ce qui est arrivé à .. de notre centre|^Recalibré", r"\bpas\b"),
    },
    "kinds together": {
        "en": ("of all kinds of leukemia together", r"\bnot of\b|one kind"),
        "fr": ("réuni(t|ssent) tous les types de leucémie", r"un seul|séparé"),
    },
    # How long children live, as the model has it.
    "lived for": {
        "en": ("lives? (from|less than|longer than)|Too few children", r"\bdies?\b|will live"),
        "fr": ("(vit|vivent) (de|moins de|plus de)|Trop peu d'enfants", r"meur|vivra"),
    },
    "very rare": {
        "en": ("that would be very rare", r"often|common|\bnot\b"),
        "fr": ("ce serait très rare", r"souvent|fréquent|\bpas\b"),
    },
    "ahead": {
        "en": ("^Counted from today, that is about", r"ago|past"),
        "fr": ("^À partir d'aujourd'hui, cela fait environ", r"il y a|passé"),
    },
    # The choice as it stands today.
    "most died": {
        "en": ("Most of the children in the study died", r"few|none|\bnot\b"),
        "fr": ("La plupart des enfants de l'étude sont décédés", r"peu|aucun|\bpas\b"),
    },
    "passed": {
        "en": (r"^Since then, about \d .. have passed", "ahead|from now"),
        "fr": (r"^Depuis, il s'est passé environ \d", "d'ici"),
    },
    "what it became": {
        "en": (
            "{n} children in the study, {n} began with chemotherapy. Later, {n} of them had a "
            "second transplant and {n} were given immune cells from the donor. The other {n} had "
            "chemotherapy alone",
            r"\bnot\b|today",
        ),
        "fr": (
            "{n} enfants de l'étude, {n} ont commencé par une chimiothérapie. Plus tard, {n} "
            "d'entre eux ont reçu une deuxième greffe et {n} des lymphocytes du donneur. Les {n} "
            "autres ont reçu une chimiothérapie seule",
            r"\bpas\b|aujourd'hui",
        ),
    },
    "lacking_aml": {
        "en": ("in 2017 .. were still lacking for AML", r"no longer|not lacking|\bALL\b"),
        "fr": ("en 2017 .. manquaient encore pour la LAM", r"ne manqu|LAL"),
    },
    "supportive_group": {
        "en": ("children who had no treatment meant to cure, some with mild", r"strong|all with"),
        "fr": ("enfants sans traitement visant à guérir, certains avec .. légers", r"forts|tous"),
    },
    "version": {"en": ("were worked out from the tables", "not"), "fr": ("calculés", "pas")},
}


# The differences that are not stated flatly, and the words for that.
HEDGED = {"perhaps longer", "perhaps less long"}
NOT_QUITE_SURE = {"en": "not quite sure", "fr": "pas tout à fait sûr"}


def sense_of(condition: Condition, code: str) -> tuple[str, str]:
    alive_on = re.fullmatch(r"days_survived: (\d+)", condition.says)
    if alive_on is None:
        return SENSES[condition.says][code]
    day = {"en": "day", "fr": "jour"}[code]
    if alive_on[1] == "0":
        return "", rf"\b{day} \d"
    return rf"\b{day} {alive_on[1]}\b", "day 0"


def typed(sentence: str) -> str:
    """A sentence with the apostrophe of a keyboard, in which the senses above are written."""
    return sentence.replace("’", "'")


def amiss(claim: Claim, code: str) -> str:
    """What of the words of a claim does not say what it claims; empty where all does."""
    sentence = typed(claim.sentence)
    for condition in claim.conditions:
        must, must_not = sense_of(condition, code)
        names = ".*".join(re.escape(NAMES[arm][code]) for arm in condition.names)
        must = must.replace("{n}", r"\d+").replace("{names}", names)
        pattern = re.sub(r" ?\.\. ?", ".*", must)
        if not re.search(pattern, sentence):
            return f"{condition.says}: {must!r} is missing"
        turned = re.search(must_not, sentence)
        if turned:
            return f"{condition.says}: {turned[0]!r} turns it round"
    hedged = any(condition.says in HEDGED for condition in claim.conditions)
    if (NOT_QUITE_SURE[code] in sentence) != hedged:
        return f"{NOT_QUITE_SURE[code]!r} is {'missing' if hedged else 'said of what is sure'}"
    named = {name for condition in claim.conditions for name in condition.names}
    found = {arm for arm, name in NAMES.items() if name[code] in sentence}
    return f"names {sorted(found)}, not {sorted(named)}" if named and named != found else ""


@pytest.mark.usefixtures("spoken")
def test_the_words_of_every_claim_have_its_direction_and_nothing_that_turns_it_round() -> None:
    used = set()
    for _case, sheet in every_sheet():
        for claim in sheet.claims:
            assert not amiss(claim, language.code()), claim.sentence
            used |= {condition.says for condition in claim.conditions}
    assert {says for says in used if not says.startswith("days_survived")} == {*SENSES} - {ADAPTED}


ADAPTED = "adapted"


def test_a_model_adapted_to_a_centre_is_said_to_be_so_and_no_other_is(spoken: str) -> None:
    case = Case("AML", 200, True, 8)
    covariance = tuple(map(tuple, (np.eye(len(COVARYING["baseline"])) / 100).tolist()))
    own = Recalibration("baseline", (0.2, 1.0), covariance, 41, 30, checksum="1a2b3c4d" * 8)
    sheet = family_sheet(case, TREATMENTS, 365, TREATMENTS, {}, own)
    of_own = [c for c in sheet.claims for one in c.conditions if one.says == ADAPTED]
    assert len(of_own) == 2
    for claim in sheet.claims:
        assert claim.holds(facts_of(case, own))
        assert not amiss(claim, spoken)
    for claim in of_own:
        assert not claim.holds(facts_of(case))
        assert claim.sentence in " ".join((sheet.limits, *sheet.sources.lines))
        assert "41" in claim.sentence


def test_the_numbers_of_every_sentence_stand_where_their_words_are(spoken: str) -> None:
    alive, died, between = {
        "en": (r"about {n} (is|are) alive", r"{n} (has|have) died", "from {low} to {high} alive"),
        "fr": (
            r"environ {n} (est|sont) en vie",
            r"{n} (est|sont) décédés?",
            "entre {low} et {high}",
        ),
    }[spoken]
    seen = 0
    for _case, sheet in every_sheet():
        for option in sheet.options:
            found = option.outcome
            if found is None or found.alive in (0, 100) or found.died in (0, 100):
                continue
            seen += 1
            said = rf"{alive.format(n=found.alive)} .*\b{died.format(n=found.died)}\.$"
            assert re.search(said, found.sentence)
            if 0 < found.lower < found.upper < 100:
                assert between.format(low=found.lower, high=found.upper) in found.uncertainty
    assert seen > 200


LIVED_LONGER_OR_LESS = {
    "en": r"lived longer|lived less long|results were better|better results",
    "fr": r"vécu plus longtemps|vécu moins longtemps|meilleurs avec|meilleurs résultats",
}


def test_no_sentence_says_who_lived_longer_without_saying_how_sure_that_is(spoken: str) -> None:
    """Every difference is stated under a condition on its limits, or as of fewer children."""
    of_limits = {*HEDGED, "longer", "less long than all", "fewer children"}
    seen = set()
    for _case, sheet in every_sheet():
        states = {c.sentence: {one.says for one in c.conditions} for c in sheet.claims}
        for text in filter(None, everything_shown(sheet)):
            if re.search(LIVED_LONGER_OR_LESS[spoken], text):
                assert states.get(text, set()) & of_limits, text
                seen |= states[text] & of_limits
    assert seen == of_limits


@pytest.mark.parametrize(
    ("lower", "upper", "says"),
    [
        (1.01, 2.0, "not quite sure"),
        (NEAR_ONE, 3.0, "not quite sure"),
        (1.06, 9.9, "sure"),
        (1.0, 2.0, "neither"),
        (0.9, 1.2, "neither"),
    ],
)
@pytest.mark.parametrize("arm", TREATMENTS[1:])
def test_one_rule_on_the_limit_nearer_one_decides_how_surely_any_two_arms_are_compared(
    arm: str, lower: float, upper: float, says: str
) -> None:
    facts = hazard_ratios(lambda _ratio, _lower, _upper: (lower, upper))(
        facts_of(Case("AML", 200, True, 8))
    )
    assert perhaps_less_long(arm, "second_sct").holds(facts) == (says == "not quite sure")
    assert perhaps_longer("second_sct", arm).holds(facts) == (says == "not quite sure")
    assert longer("second_sct", arm).holds(facts) == (says == "sure")
    assert perhaps_as_long(arm, "second_sct").holds(facts) == (says == "neither")


def test_of_two_arms_neither_is_surer_of_the_difference_than_the_other(spoken: str) -> None:
    """What second SCT says of an arm and what that arm says of second SCT, beside each other."""
    facts = facts_of(Case("AML", 200, True, 8))
    stated: dict[tuple[str, str], str] = {}
    for option in whole_sheet(facts.case).options:
        shown = {line for section in option.sections for line in section.lines}
        for claim in whole_sheet(facts.case).claims:
            for one in claim.conditions:
                if claim.sentence in shown and one.says in {*HEDGED, "longer"}:
                    stated |= {(option.treatment, than): one.says for than in one.names}
    assert {pair: says in HEDGED for pair, says in stated.items()} == {
        ("second_sct", "palliative"): False,
        ("second_sct", "dli"): True,
        ("chemo", "second_sct"): True,
        ("dli", "second_sct"): True,
        ("dli", "palliative"): False,
    }
    for (arm, than), says in stated.items():
        limit = limit_nearer_one(contrast(facts, arm, than))
        assert (max(limit, 1 / limit) <= NEAR_ONE) == (says in HEDGED)


# Sentences turned round, or surer than their conditions: each has to be found amiss.
PLANTED = [
    ("en", "lived longer than", "lived less long than", "longer"),
    ("en", "that is not quite sure", "that is quite sure", "longer"),
    ("en", "; that is not quite sure", "", "longer"),
    ("en", "Perhaps also than", "And longer than", "longer"),
    ("en", "meant to cure. Perhaps", "meant to cure, chemotherapy alone. Perhaps", "longer"),
    ("en", " It is not quite sure that this is so.", "", "less long"),
    ("en", "It is not quite sure", "It is quite sure", "less long"),
    ("en", "lived less long than", "lived longer than", "less long"),
    ("en", "second transplant", "chemotherapy alone", "less long"),
    ("en", "The doctors who wrote the study say: the earlier", "The earlier", "earlier"),
    ("en", "the less doctors", "the more doctors", "earlier"),
    ("en", "earlier", "later", "earlier"),
    ("en", " There were fewer of these children, so that is less sure.", "", "AML only"),
    ("en", "less sure", "more sure", "AML only"),
    ("fr", "plus longtemps que", "moins longtemps que", "plus longtemps"),
    ("fr", "ce n'est pas tout à fait sûr", "c'est tout à fait sûr", "plus longtemps"),
    ("fr", "peut-être plus", "plus", "plus longtemps"),
    ("fr", " Ce n'est pas tout à fait sûr.", "", "moins longtemps"),
    ("fr", "Selon les médecins qui ont écrit l'étude, plus", "Plus", "revient tôt"),
    ("fr", "moins les médecins", "plus les médecins", "revient tôt"),
    ("fr", "encore suivi et en vie", "mort", "aucun enfant"),
    ("fr", "aucun enfant n'était", "peu d'enfants étaient", "aucun enfant"),
    ("fr", "est donc moins sûr", "est donc plus sûr", "LAM"),
    ("fr", "pourrait être compris", "est sans doute compris", "compris entre"),
    ("fr", "feraient en premier", "feraient", "feraient"),
]


@pytest.mark.parametrize(("code", "said", "turned", "of"), PLANTED)
def test_a_sentence_turned_round_or_made_surer_is_found_amiss(
    code: str, said: str, turned: str, of: str
) -> None:
    language.use(catalogues(LOCALES)[code], code)
    try:
        claims = [
            replace(claim, sentence=typed(claim.sentence))
            for claim in whole_sheet(CHILD, day=1461, pictured=TREATMENTS).claims
            if of in claim.sentence and said in typed(claim.sentence)
        ]
        assert claims
        for claim in claims:
            assert not amiss(claim, code)
            assert amiss(replace(claim, sentence=claim.sentence.replace(said, turned)), code)
    finally:
        language.use(catalogues(LOCALES)[language.ENGLISH], language.ENGLISH)


# ------------------------------------------------------------------- and somebody has read it


@functools.cache
def shape(kind: str) -> re.Pattern[str]:
    """Any row of sentences that were reviewed as of a kind, with whatever is filled in."""
    forms = [
        re.sub(r"\\\{\w+\\\}", r"(?:[^.?!]|\\.\\d|St\\.)+?", re.escape(entry["en"]))
        for entry in REVIEWED[kind]
    ]
    one = "|".join(forms)
    return re.compile(rf"(?:{one})(?: (?:{one}))*")


def everything_shown(sheet: FamilySheet) -> Iterator[str]:
    """Every text of the talk, whether or not anybody thought of it as a sentence."""
    yield from (sheet.title, sheet.options_heading, sheet.left_out, sheet.also_named)
    yield from (sheet.nothing_drawn, sheet.limits)
    sections = [sheet.condition, sheet.decision, sheet.today, sheet.became, sheet.newer]
    sections += [sheet.comfort_team, sheet.how_to_read, sheet.how_to_read_curves]
    yield from (heading for heading, _options in sheet.groups)
    sections += [sheet.unknowns, sheet.team, sheet.questions, sheet.sources]
    for option in sheet.options:
        sections += option.sections
        yield from (option.label, option.group, option.no_outcome)
        yield from (*option.beside_number, *option.lived_for)
        if option.outcome:
            found = option.outcome
            yield from (found.sentence, found.uncertainty, found.caution, found.from_today)
    for section in sections:
        yield section.heading
        # What a source says, and no study of ours, is reviewed by itself.
        yield from section.lines[: 1 if section.id == "burdens" else None]


def test_every_sentence_of_the_talk_is_a_reviewed_claim_or_reviewed_as_stating_no_fact() -> None:
    for _case, sheet in every_sheet():
        claims = {claim.sentence for claim in sheet.claims}
        for text in filter(None, everything_shown(sheet)):
            parts = [text] if text in claims else text.split("\n")
            for part in parts:
                if part.startswith("The study: "):
                    assert "doi:" in part
                    continue
                kind = "claim" if part in claims else "plain"
                assert shape(kind).fullmatch(part), f"not reviewed as {kind}: {part}"


def test_every_text_of_the_talk_and_its_french_are_as_they_were_reviewed() -> None:
    reviewed = {entry["en"]: entry["fr"] for kind in REVIEWED.values() for entry in kind}
    assert len(reviewed) == sum(map(len, REVIEWED.values()))
    shown: dict[str, str] = {}
    for message in texts_of(read_catalogue("fr")):
        places = {place for place, _line in message.locations}
        if places & SPOKEN_IN or message.id in OPTION_NAMES:
            ids, strings = (
                [text] if isinstance(text, str) else list(text or ())
                for text in (message.id, message.string)
            )
            shown |= dict(zip(ids, strings, strict=True))
    assert shown == reviewed


# What the family hears an option called.
OPTION_NAMES = {option.family for option in SHOWN.values()}
SPOKEN_IN = {
    f"ui/family/{name}.py"
    for name in (
        *("authors", "burdens", "durations", "each_option", "family", "markup", "matters"),
        *("outcome", "today", "words"),
    )
}
# Sentences of general knowledge are shown to families too.
SPOKEN_IN.add("data/burdens.toml")


def test_what_was_left_out_is_named_and_by_whom(spoken: str) -> None:
    by_whom = {"en": "Your team left", "fr": "Votre équipe a laissé"}[spoken]
    for count in range(1, 6):
        left = TREATMENTS[:count]
        said = left_out_words(TREATMENTS[count:])
        assert said.startswith(by_whom)
        assert [family_label(t) in said for t in TREATMENTS] == [t in left for t in TREATMENTS]
        assert said.count(";") == count - 1


# ------------------------------------------------------------- what the paper says in words


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (('id = "x"', 'id = "x"'), "an id stands twice"),
        (('id = "x"\narms = ["chemotherapy"]',), "unknown arm chemotherapy"),
        (('id = "x"\nthan = ["SCT"]',), "unknown arm SCT"),
    ],
)
def test_a_statement_that_cannot_be_read_is_refused(
    entries: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "statements.toml"
    rest = '\ntext = "It says so."\nsource = "Discussion"\n'
    path.write_text("\n".join(f"[[statement]]\n{entry}{rest}" for entry in entries))
    with pytest.raises(ValueError, match=message):
        statements(path)


def test_every_statement_is_one_that_a_claim_rests_on() -> None:
    cases = (Case("AML", 200, True, 8), Case("B-ALL", 10, True, 8))
    sheets = [(facts_of(case), whole_sheet(case)) for case in cases]
    for id_ in statements():
        rest = {other: one for other, one in statements().items() if other != id_}
        assert not all(
            claim.holds(replace(facts, statements=rest))
            for facts, sheet in sheets
            for claim in sheet.claims
        ), id_
