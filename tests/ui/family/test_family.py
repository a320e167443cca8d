"""The talk with the family: one hundred children, the words, equal detail, plain language."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from xml.etree import ElementTree

import pytest
import textstat
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button
from textstat.backend.counts import _count_syllables

from model import language
from model.case import INTERVAL_FIRST_DAYS, LEUKEMIAS, Case
from model.catalogues import LOCALES, catalogues
from model.options import TREATMENTS
from model.paper.evidence import figures, value
from model.paper.guidelines import guidance
from model.paper.guidelines_file import load
from model.survival.comparison import compare
from model.survival.prediction import TABLE_DAYS, load_model, predict_case
from tests.drawn import rows_of
from tests.seen import pattern
from tests.whole_app import entry_script_first, open_app
from ui.family.authors import also_named_words, authors_words
from ui.family.chart import family_chart, family_chart_alt
from ui.family.claims import nobody_at_risk
from ui.family.family import (
    GENERAL,
    FamilyOption,
    FamilySheet,
    Section,
    family_sheet,
    times,
    usual_time,
)
from ui.family.icons import band, icon_array, person
from ui.family.markup import closing_markup, pictures_markup, words_markup
from ui.family.outcome import of_hundred, outcome
from ui.family.today import left_out_words
from ui.shown.results import nobody_to_compare, percent, percent_interval

CHILD = Case("AML", 200, True, 8)


@pytest.fixture(params=sorted(catalogues(LOCALES)))
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    """Every language of the app in turn."""
    code: str = request.param
    language.use(catalogues(LOCALES)[code], code)
    yield code
    language.use(catalogues(LOCALES)[language.ENGLISH], language.ENGLISH)


def children() -> Iterator[Case]:
    """Every child that the words can tell apart."""
    for leukemia, day, cr in itertools.product(LEUKEMIAS, INTERVAL_FIRST_DAYS, (True, False)):
        yield Case(leukemia, day, cr, 8)
    for cr in (True, False):
        yield Case("AML", 10, cr, 8, days_survived=60)
        for answer in ("positive", "negative"):
            yield Case("AML", 200, cr, 8, mrd=answer)
        for answer in ("yes", "no"):
            yield Case("B-ALL", 400, cr, 8, tbi=answer)


def whole_sheet(case: Case, **given: object) -> FamilySheet:
    chosen = {
        "treatments": TREATMENTS,
        "day": usual_time(case),
        "pictured": TREATMENTS[:2],
        "notes": {},
    } | given
    return family_sheet(case, **chosen)  # type: ignore[arg-type]


def text_of(markup: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", markup))


def said_to_the_family(sheet: FamilySheet) -> list[str]:
    """Every word of the talk, as sentences. The name of the study in print is nobody's prose."""
    said = [sheet.title, *_of(sheet.condition), *_of(sheet.decision)]
    for section in (sheet.today, sheet.became, sheet.comfort_team, sheet.newer):
        said += _of(section)
    said.append(sheet.options_heading)
    for option in sheet.options:
        said += [option.label, *(line for section in option.sections for line in _of(section))]
    said += [sheet.left_out, sheet.also_named, *_of(sheet.how_to_read)]
    for option in sheet.options:
        said += [option.label, option.group, option.no_outcome]
        said += [*option.beside_number, *option.lived_for]
        said += [option.outcome.in_words, option.outcome.from_today] if option.outcome else []
    for section in (sheet.how_to_read_curves, sheet.unknowns, sheet.questions, sheet.sources):
        said += _of(section)
    said.append(sheet.limits)
    return [text if text[-1] in ".?!:" else f"{text}." for text in said if text]


def _of(section: Section) -> list[str]:
    """Its words, without the names of sources."""
    lines = [re.sub(r" \([^)]*\)$", "", line) for line in section.lines if "doi" not in line]
    return [section.heading, *lines]


# ---------------------------------------------------------------------------- one hundred children


def test_alive_and_died_make_one_hundred_for_every_child_option_and_time() -> None:
    model = load_model()
    seen = 0
    for day_of_failure, cr, alive in itertools.product(
        INTERVAL_FIRST_DAYS, (True, False), (0, 60, 364, 1095)
    ):
        case = Case("T-ALL", day_of_failure, cr, 8, days_survived=alive)
        for treatment, day in itertools.product(TREATMENTS, times(case)):
            found = outcome(case, treatment, day)
            prediction = predict_case(model, case, treatments=[treatment], days=[day])
            survival, lower, upper = (
                float(a[0, 0, 0]) for a in (prediction.survival, prediction.lower, prediction.upper)
            )
            if found is None:
                assert survival != survival or nobody_to_compare(treatment, alive)
                continue
            seen += 1
            assert found.alive + found.died == 100
            assert 0 <= found.lower <= found.alive <= found.upper <= 100
            assert abs(found.alive - 100 * survival) <= 1
            # The same rounding as on every other page.
            assert percent(survival) in (f"{found.alive}%", "<1%", ">99%")
            assert (percent(survival) == "<1%") == (found.alive == 0)
            if lower >= 0.01 and upper <= 0.99 and found.lower < found.upper:
                assert percent_interval(lower, upper) == f"{found.lower}–{found.upper}%"
    assert seen > 500


@pytest.mark.parametrize(
    ("fraction", "children"),
    [(0.0, 0), (0.0099, 0), (0.01, 1), (0.524, 52), (0.526, 53), (0.99, 99), (0.991, 100)],
)
def test_fewer_than_one_and_more_than_ninety_nine_are_not_rounded_away(
    fraction: float, children: int
) -> None:
    assert of_hundred(fraction) == children


def test_the_sentences_say_alive_died_and_between_which_numbers() -> None:
    found = outcome(CHILD, "second_sct", 365)
    assert found is not None
    assert found.sentence == (
        f"Of 100 children in this situation who had chemotherapy, then a second transplant, about "
        f"{found.alive} are alive after 1 year, and {found.died} have died."
    )
    assert found.uncertainty == f"It may be anything from {found.lower} to {found.upper} alive."
    assert found.caution == ""


def test_nearly_nobody_alive_is_said_as_fewer_than_one() -> None:
    case = Case("AML", 10, False, 8)
    found = outcome(case, "palliative", 1461)
    assert found is not None
    assert found.alive == 0
    assert "fewer than 1 is alive" in found.sentence
    assert "more than 99 have died" in found.sentence
    assert "0" not in re.sub(r"\b100\b", "", found.sentence)


def test_a_time_for_which_few_children_were_followed_is_called_a_guess() -> None:
    model = load_model()
    for treatment, day in itertools.product(TREATMENTS, TABLE_DAYS):
        found = outcome(CHILD, treatment, day)
        assert found is not None
        supported = day <= int(model.supported_until[TREATMENTS.index(treatment)])
        assert found.supported == supported
        assert ("guess by calculation" in found.caution) is not supported


def test_a_number_behind_which_no_child_stands_says_so() -> None:
    model = load_model()
    nobody = "No child in this group was known to be alive then."
    seen = set()
    for treatment, day in itertools.product(TREATMENTS, TABLE_DAYS):
        found = outcome(CHILD, treatment, day)
        assert found is not None
        none_left = model.at_risk_high[TREATMENTS.index(treatment), day] == 0
        assert (nobody in found.caution) == none_left
        assert ("Few children" in found.caution) == (not found.supported and not none_left)
        assert found.caution in found.in_words
        seen.add((none_left, found.supported))
    assert len(seen) == 3
    # What is printed below Figure 3 says the same of its months.
    for treatment, month in itertools.product(TREATMENTS, (0, 12, 24, 36, 48)):
        figure = figures()[f"f3.at_risk.{treatment}.{month}"]
        assert nobody_at_risk(model, treatment, figure.day) == (figure.value == 0)


@pytest.mark.parametrize(
    ("treatment", "since", "alone"),
    [("dli", 800, True), ("palliative", 1095, True), ("dli", 400, False), ("chemo", 800, False)],
)
def test_an_arm_of_which_nobody_lived_as_long_as_this_child_says_so(
    treatment: str, since: int, alone: bool
) -> None:
    case = replace(CHILD, days_survived=since)
    found = outcome(case, treatment, 1461)
    option = whole_sheet(case, pictured=TREATMENTS).options[TREATMENTS.index(treatment)]
    said = f"No child in this group was known to be alive on day {since} or later."
    assert (found is None) == alone
    assert (said in option.no_outcome) == alone
    assert option.drawn is not alone
    if found is not None:
        assert "guess by calculation" in found.caution
    else:
        assert option.lived_for == option.beside_number == ()
        assert "no number is given" in option.no_outcome


def test_the_curves_name_the_groups_of_which_no_child_is_left(spoken: str) -> None:
    for case in (CHILD, replace(CHILD, days_survived=800)):
        lines = whole_sheet(case, pictured=TREATMENTS).how_to_read_curves.lines
        none_left = [line for line in lines if line.endswith(("or later.", "ou au-delà."))]
        options = whole_sheet(case).options
        assert [line.split(":")[0].strip() for line in none_left] == [
            option.label for option in options if option.treatment in ("dli", "palliative")
        ]
        assert all(re.search(r"\b2\b", line) for line in none_left)
    assert not [
        line for line in whole_sheet(CHILD).how_to_read_curves.lines if line.endswith("or later.")
    ]


def test_a_child_known_to_be_alive_is_compared_with_children_alive_on_that_day() -> None:
    case = replace(CHILD, days_survived=60)
    found, from_relapse = outcome(case, "chemo", 365), outcome(CHILD, "chemo", 365)
    assert found is not None
    assert from_relapse is not None
    assert found.alive > from_relapse.alive
    assert "alive on day 60" in found.sentence
    assert "alive at 1 year" in found.sentence
    assert found.from_today == "Counted from today, that is about 10 months."
    assert any("alive on day 60" in line for line in whole_sheet(case).how_to_read.lines)


def test_times_that_are_past_cannot_be_chosen_and_what_is_too_soon_is_said() -> None:
    assert times(replace(CHILD, days_survived=182)) == (365, 730, 1461)
    assert usual_time(CHILD) == 365
    assert usual_time(replace(CHILD, days_survived=365)) == 730
    soon = replace(CHILD, days_survived=364)
    assert outcome(soon, "dli", 365) is None
    option = whole_sheet(soon, day=365, pictured=["dli"]).options[3]
    assert option.no_outcome == "It is too soon after day 364 to say anything about 1 year."
    assert usual_time(soon) == 730
    assert not option.pictured


# ------------------------------------------------------------------------------------- the words


def test_the_words_before_the_numbers_hold_no_number(spoken: str) -> None:
    for case in children():
        sheet = whole_sheet(case, treatments=TREATMENTS[1:])
        said = text_of(words_markup(sheet, unfolded=False))
        # But of how many children what they began became what, and of the year of the study.
        passed = sheet.condition.lines[-1:] if case.days_survived else ()
        for line in (*sheet.became.lines, sheet.left_out, *passed, "2017"):
            said = said.replace(line, "")
        assert not re.search(r"\d|%", said), said
    closing = text_of(closing_markup(whole_sheet(CHILD), unfolded=False))
    # Below them stands, folded, where all this comes from.
    assert not re.search(r"\d|%", closing.split(whole_sheet(CHILD).sources.heading)[0])


def test_every_option_is_described_in_equal_detail(spoken: str) -> None:
    for case in children():
        options = whole_sheet(case).options
        assert [option.treatment for option in options] == list(TREATMENTS)
        headings = [[(s.id, s.heading) for s in option.sections] for option in options]
        assert all(each == headings[0] for each in headings)
        for option in options:
            for section in option.sections:
                assert section.lines or section.id == "what_it_is_like"
                assert (section.team_words is not None) == (section.id == "what_it_is_like")
                if section.listed:
                    assert 2 <= len(section.lines) <= 3
        words = [_words(option) for option in options]
        assert max(words) <= 1.6 * min(words)
        assert {len(option.burdens) for option in options} <= {4, 5}


def _words(option: FamilyOption) -> int:
    return sum(len(line.split()) for section in option.sections for line in section.lines)


def test_options_left_out_are_named(spoken: str) -> None:
    assert left_out_words(TREATMENTS) == ""
    sheet = whole_sheet(CHILD, treatments=["dli", "second_sct"])
    assert [option.treatment for option in sheet.options] == ["second_sct", "dli"]
    assert sheet.left_out == left_out_words(["dli", "second_sct"])
    palliative = whole_sheet(CHILD).options[-1].label
    assert palliative in sheet.left_out
    assert palliative not in " ".join(line for s in (sheet.today, sheet.newer) for line in s.lines)


def test_palliative_care_is_described_as_care() -> None:
    said = " ".join(
        line for section in whole_sheet(CHILD).options[-1].sections for line in section.lines
    ).lower()
    assert "comfort and time together" in said
    for words in ("nothing can", "doing nothing", "giving up", "give up", "no treatment", "stop"):
        assert words not in said


def test_of_what_an_option_is_like_only_what_the_paper_says_of_that_option_is_said() -> None:
    said = {
        option.treatment: option.sections[1].lines[:-1]
        for option in whole_sheet(CHILD).options
        if option.sections[1].id == "what_it_is_like"
    }
    assert "heavy treatment" in " ".join(said["second_sct"])
    # The paper's light care with treatment at home is not its arm of chemotherapy alone.
    assert said["chemo"] == said["palliative"] == ()
    assert said["chemo_dli"] == said["dli"] != ()


def test_nothing_counts_for_an_option_that_families_chose_it_or_makes_it_less_care() -> None:
    for case in children():
        said = " ".join(said_to_the_family(whole_sheet(case)))
        assert not re.search(r"sleep at home|lighter|less care|any families|went this way", said)


def test_nothing_is_a_verdict_a_fight_or_a_personal_chance(spoken: str) -> None:
    forbidden = {
        "en": r"\b(best|worst|win|lose|fight|battle|should|chance of|failed|hopeless|risk)\b|%",
        "fr": r"\b(le meilleur|la meilleure|le pire|gagner|perdre|combat\w*|bataille|devriez|"
        r"vos chances|ses chances|échec)\b|%",
    }[spoken]
    for case in children():
        said = " ".join(said_to_the_family(whole_sheet(case)))
        assert not re.search(forbidden, said, re.IGNORECASE), re.search(forbidden, said)


def test_words_of_the_clinic_are_explained_or_not_used(spoken: str) -> None:
    never = {
        "en": r"\b(SCT|allogeneic|hematopoietic|TBI|GvHD|prognosis|hazard|median|interval|cohort|"
        r"randomi[sz]ed|conditioning|lymphocytes?|progression|efficacy|toxicity|survival|"
        r"performance status|extrapolat\w+|blasts?|cytologic\w*)\b",
        "fr": r"\b(CSH|allogénique|hématopoïétiques?|ICT|TBI|G[vV]H|pronostic|médiane|intervalle|"
        r"cohorte|randomisé\w*|conditionnement|progression|efficacité|toxicité|survie|"
        r"indice de performance|extrapol\w+|blastes?)\b",
    }[spoken]
    # A word, and what explains it in the same breath.
    explained = {
        "en": {
            "DLI": "Immune cells are",
            "MRD": "a fine test",
            "AML": "myeloid",
            "ALL": "lympho",
            "remission": "no leukemia could be found",
            "relapse": "came back",
        },
        "fr": {
            "lymphocytes": "cellules de défense",
            "DLI": "Les lymphocytes sont des cellules de défense",
            "MRD": "un test très fin",
            "rechute": "est revenue",
            "rémission": "ne trouvait plus de leucémie",
        },
    }[spoken]
    for case in children():
        said = " ".join(said_to_the_family(whole_sheet(case)))
        assert not re.search(never, said), re.search(never, said)
        for word, gloss in explained.items():
            first = re.search(rf"\b{word}\b", said)
            if first:
                near = said[max(0, first.start() - 250) : first.end() + 50]
                assert gloss in near, (word, near)


def test_the_reading_level_is_that_of_a_child_of_twelve(
    spoken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The dictionary of pronunciations would have to be fetched; hyphenation comes with the package.
    monkeypatch.setattr(_count_syllables, "get_cmudict", lambda lang: None)
    textstat.set_lang({"en": "en_US", "fr": "fr_FR"}[spoken])
    for case in children():
        sheet = whole_sheet(case, treatments=TREATMENTS[1:])
        text = " ".join(said_to_the_family(sheet))
        if spoken == "en":
            assert textstat.flesch_kincaid_grade(text) <= 7.5
        # The formula of Kandel and Moles in French; from 65 on, a text is easy at twelve.
        assert textstat.flesch_reading_ease(text) >= 65
        for sentence in re.split(r"(?<=[.?!:])\s", text):
            assert len(sentence.split()) <= 42, sentence


# ------------------------------------------------------------------- what the paper stands behind


def _limits(treatment: str) -> tuple[float, float]:
    stem = f"t4.hr.treatment.{treatment}"
    return value(f"{stem}.lower"), value(f"{stem}.upper")


def test_what_is_said_for_and_against_holds_in_the_published_figures() -> None:
    # Longer than with DLI alone and palliative care; less long with DLI alone than second SCT.
    assert _limits("dli")[0] > 1
    assert _limits("palliative")[0] > 1
    # About as long with chemotherapy and DLI as with a second SCT.
    lower, upper = _limits("chemo_dli")
    assert lower < 1 < upper
    # Less long with chemotherapy alone and with DLI alone, and neither quite sure.
    assert 1 < _limits("chemo")[0] < 1.05
    assert 1 < _limits("dli")[0] < 1.05
    # Small, very small and largest groups.
    sizes = {treatment: value(f"abs.n.{treatment}") for treatment in TREATMENTS}
    assert min(sizes, key=sizes.__getitem__) == "dli"
    assert max(sizes, key=sizes.__getitem__) == "chemo"
    assert sorted(sizes, key=sizes.__getitem__)[1] == "chemo_dli"
    # "Lived for years" is said of those of whom some were followed for four.
    for treatment in TREATMENTS:
        said = " ".join(line for s in _sections(treatment) for line in s)
        assert ("lived for years" in said) == (value(f"f3.at_risk.{treatment}.48") > 0)
    # Very few children had the leukemia for which nothing is proposed, and very few DLI alone.
    assert value("t1.n.leukemia.biphenotypic") < 0.05 * value("abs.n.all")
    assert sizes["dli"] < 0.05 * value("abs.n.all") < sizes["chemo_dli"]


def _sections(treatment: str) -> Iterator[tuple[str, ...]]:
    option = whole_sheet(CHILD).options[TREATMENTS.index(treatment)]
    return (section.lines for section in option.sections)


def test_palliative_care_is_behind_every_other_option_and_dli_not_clearly_behind_chemo() -> None:
    scenarios = [pattern(treatment, 200, True) for treatment in TREATMENTS]
    palliative = compare(load_model(), scenarios, TREATMENTS.index("palliative"), 182)
    others = range(len(TREATMENTS) - 1)
    assert all(palliative[i].difference.lower > 0 for i in others)
    chemo = compare(load_model(), scenarios, TREATMENTS.index("chemo"), 365)
    difference = chemo[TREATMENTS.index("dli")].difference
    assert difference.lower < 0 < difference.upper


def test_every_proposal_of_the_paper_has_plain_words() -> None:
    for leukemia, day in itertools.product(LEUKEMIAS, INTERVAL_FIRST_DAYS):
        found = guidance(leukemia, day)
        without_arm = [option for option in found.options if option.closest_arm is None]
        # What is made against B cells is not proposed for T cells.
        assert bool(also_named_words(found)) == (bool(without_arm) and leukemia != "T-ALL")
        assert all(authors_words(found).values())
    assert len(load().cells) == 9


@pytest.mark.parametrize(
    ("case", "treatment", "words"),
    [
        (Case("AML", 200, True), "chemo_dli", "they would choose first"),
        (Case("AML", 200, True), "second_sct", "Ask your team about this test."),
        (Case("AML", 200, True, mrd="positive"), "second_sct", "In your child, it still finds"),
        (Case("AML", 200, True, mrd="negative"), "second_sct", "In your child, it finds none."),
        (Case("AML", 200, True), "palliative", "they do not name this option"),
        (Case("AML", 10, True), "palliative", "how strong and well the child is"),
        (Case("AML", 400, True), "second_sct", "they would choose first"),
        (Case("B-ALL", 400, True), "second_sct", "They doubt that this helps"),
        (Case("B-ALL", 400, True, tbi="yes"), "second_sct", "Your child had these rays."),
        (Case("T-ALL", 400, True, tbi="no"), "second_sct", "Your child did not have these rays."),
        (Case("T-ALL", 10, True), "palliative", "one of the options that they name"),
        (Case("biphenotypic", 10, True), "dli", "They do not say what to choose"),
    ],
)
def test_the_authors_are_quoted_for_this_leukemia_at_this_time(
    case: Case, treatment: str, words: str
) -> None:
    option = whole_sheet(case).options[TREATMENTS.index(treatment)]
    said = next(section for section in option.sections if section.id == "authors_say")
    assert words in " ".join(said.lines)


# ------------------------------------------------------------------------------- the team's words


def test_the_words_of_the_team_stand_where_the_study_is_silent_and_are_only_text() -> None:
    hostile = "<script>alert(1)</script> & **two**\nlines"
    sheet = whole_sheet(CHILD, notes={"chemo": hostile, GENERAL: "Call us."})
    like = sheet.options[2].sections[1]
    assert like.id == "what_it_is_like"
    assert like.team_words == hostile
    assert sheet.options[0].sections[1].team_words == ""
    assert sheet.team.team_words == "Call us."
    markup = words_markup(sheet, unfolded=True)
    assert "<script" not in markup
    assert hostile in text_of(markup)
    assert "Call us." in closing_markup(sheet, unfolded=False)


# ------------------------------------------------------------------------------------ the pictures


def test_one_hundred_figures_are_drawn_alive_ones_full_and_the_rest_empty() -> None:
    drawn = ElementTree.fromstring(icon_array(52, 39, 64, 'about "52" & <more>'))
    assert drawn.get("role") == "img"
    assert drawn.get("aria-label") == 'about "52" & <more>'
    band_path, full, empty = drawn.findall("{http://www.w3.org/2000/svg}path")
    # Each figure is a head and a body, two closed outlines.
    assert full.get("d", "").count("z") == 2 * 52
    assert empty.get("d", "").count("z") == 2 * 48
    assert full.get("fill") != "none"
    assert empty.get("fill") == "none"
    cells = sum(int(width) // 26 for width in re.findall(r"h(\d+)", band_path.get("d", "")))
    assert cells == 64 - 39


@pytest.mark.parametrize("numbers", [(0, 0, 0), (100, 100, 100), (0, 0, 3), (100, 99, 100)])
def test_all_or_none_alive_can_be_drawn(numbers: tuple[int, int, int]) -> None:
    ElementTree.fromstring(icon_array(*numbers, "x"))
    for sign in (person(alive=True), person(alive=False), band()):
        ElementTree.fromstring(sign)


@pytest.mark.parametrize("numbers", [(-1, 0, 3), (5, 6, 7), (5, 3, 4), (50, 0, 101)])
def test_numbers_that_contradict_each_other_are_not_drawn(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="is not within 0 to 100"):
        icon_array(*numbers, "x")


def test_options_not_drawn_are_named_in_the_talk_and_said_in_words_on_the_sheet() -> None:
    sheet = whole_sheet(CHILD)
    talk = text_of(pictures_markup(sheet, others_in_words=False))
    on_paper = text_of(pictures_markup(sheet, others_in_words=True))
    for option in sheet.options:
        assert option.label in talk
        assert option.outcome is not None
        assert (option.outcome.sentence in talk) == option.pictured
        assert option.outcome.sentence in on_paper
        assert option.outcome.uncertainty in on_paper
    assert sheet.limits in talk


@pytest.fixture
def _entry_script_first() -> Iterator[None]:
    with entry_script_first():
        yield


def open_talk(**link: str) -> AppTest:
    app = open_app(leukemia="AML", days="200", cr="yes", age="8", **link)
    return app.switch_page("pages/counselling.py").run()


def drawn_in(app: AppTest) -> list[str]:
    """The options of which something is drawn, pictures or curves, in the order in which it is."""
    markup = "".join(part.proto.body for part in app.main.get("html"))
    legend = re.findall(r"<li>.*?<span>(.*?)</span></li>", markup)
    labels = {option.label: option.treatment for option in whole_sheet(CHILD).options}
    curves = [labels[unescape(name)] for name in legend if unescape(name) in labels]
    return re.findall(r'<figure data-option="(\w+)"', markup) or curves


def button(app: AppTest, label: str) -> Button:
    return next(one for one in app.main.button if one.label == label)


@pytest.mark.usefixtures("_entry_script_first")
@pytest.mark.parametrize("step", ["icons", "curves"])
def test_nothing_is_drawn_until_it_is_chosen_and_one_press_draws_all(step: str) -> None:
    talk = open_talk(talk="yes", step=step)
    assert drawn_in(talk) == []
    assert not talk.main.get("vega_lite_chart")
    nothing = "Nothing is drawn yet. Your team can show it when you are ready."
    assert nothing in "".join(part.proto.body for part in talk.main.get("html"))
    assert [one.label for one in talk.main.button].count("Show all options") == 1
    button(talk, "Show all options").click().run()
    assert drawn_in(talk) == list(TREATMENTS)
    assert talk.query_params["icons"] == ",".join(TREATMENTS)
    assert "Show all options" not in [one.label for one in talk.main.button]
    # Any number, and back to none.
    pills = talk.main.button_group[-1]
    for chosen in (["palliative", "chemo", "dli"], ["dli"], []):
        pills.set_value(chosen).run()
        assert drawn_in(talk) == [t for t in TREATMENTS if t in chosen]
    assert "icons" not in talk.query_params
    assert nothing in "".join(part.proto.body for part in talk.main.get("html"))


@pytest.mark.usefixtures("_entry_script_first")
def test_a_link_draws_what_it_names_in_the_fixed_order_and_nothing_else() -> None:
    for icons, drawn in (
        ("dli,second_sct", ["second_sct", "dli"]),
        ("second_sct,chemo_dli", ["second_sct", "chemo_dli"]),
        ("palliative,dli,chemo", ["chemo", "dli", "palliative"]),
    ):
        talk = open_talk(talk="yes", step="icons", icons=icons)
        assert drawn_in(talk) == drawn
        assert talk.query_params["icons"] == ",".join(drawn)
    # Preparing: the same press, and what is left out of the talk is never drawn.
    preparing = open_talk(left_out="dli", icons="dli")
    assert drawn_in(preparing) == []
    button(preparing, "Show all options").click().run()
    assert drawn_in(preparing) == [t for t in TREATMENTS if t != "dli"]


def test_pictures_are_alike_in_size_and_nothing_of_a_picture_depends_on_its_option() -> None:
    for chosen in (TREATMENTS, TREATMENTS[2:], TREATMENTS[3:]):
        markup = pictures_markup(whole_sheet(CHILD, pictured=chosen), others_in_words=False)
        assert re.findall(r'<figure data-option="(\w+)"', markup) == list(chosen)
        assert len(set(re.findall(r"<figure(?: (?!data-option)[^>]*)?", markup))) == 1
        assert ('class="pictures many"' in markup) == (len(chosen) > 2)


def test_where_nothing_is_drawn_the_talk_says_so_and_no_number_and_paper_has_all_in_words() -> None:
    sheet = whole_sheet(CHILD, treatments=TREATMENTS[1:], pictured=())
    talk = text_of(pictures_markup(sheet, others_in_words=False))
    assert sheet.nothing_drawn in talk
    assert not re.search(r"\d", talk)
    on_paper = text_of(pictures_markup(sheet, others_in_words=True))
    for said in (talk, on_paper):
        assert said.count(sheet.left_out) == 1
    for option in sheet.options:
        assert option.label not in talk
        assert option.outcome is not None
        assert option.outcome.sentence in on_paper


def test_what_cannot_be_drawn_because_it_is_too_soon_says_so_in_the_talk() -> None:
    sheet = whole_sheet(replace(CHILD, days_survived=364), day=365, pictured=TREATMENTS)
    talk = text_of(pictures_markup(sheet, others_in_words=False))
    assert talk.count("It is too soon after day 364 to say anything about 1 year.") == 1


def test_the_chart_shows_the_chosen_options_and_says_so_in_words(spoken: str) -> None:
    sheet = whole_sheet(CHILD, pictured=["dli", "palliative"])
    curves = rows_of(family_chart(CHILD, ("dli", "palliative"), 365), "points")
    assert set(curves["series"]) == {"dli", "palliative"}
    # Dashed from the day on which fewer than ten children were known to be alive, as is said.
    for treatment in ("dli", "palliative"):
        solid = curves[(curves["series"] == treatment) & (curves["line"] == "yes")]["day"].max()
        assert solid == load_model().supported_until[TREATMENTS.index(treatment)]
    said = family_chart_alt(sheet)
    for option in sheet.options:
        assert (option.label in said) == option.pictured
        assert option.outcome is not None
        assert (option.outcome.in_words in said) == option.pictured
