"""The choice as it stands today: what it became, what to ask for, what each option asks of a child,
how long children lived, what matters to a family."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from model import language
from model.case import INTERVAL_FIRST_DAYS, LEUKEMIAS, Case
from model.catalogues import LOCALES, catalogues
from model.options import TREATMENTS
from model.survival.prediction import HORIZON_DAYS, load_model, predict_case
from tests.ui.family.test_family import CHILD, children, spoken, whole_sheet
from ui.family import burdens as burdens_file
from ui.family.burdens import HEADINGS, burdens, is_general, said_of, sources
from ui.family.claims import Claim, facts_of
from ui.family.durations import LEFT, days_left
from ui.family.family import family_sheet
from ui.family.matters import questions
from ui.family.spans import duration, in_weeks_at_least
from ui.shown.options import family_label

__all__ = ["spoken"]


def test_every_option_has_the_same_five_headings_and_every_sentence_a_source_that_was_read() -> (
    None
):
    assert list(burdens()) == list(itertools.product(TREATMENTS, HEADINGS))
    for one in burdens().values():
        assert bool(one.text) == bool(one.sources)
        # No number is taken over from anywhere.
        assert not re.search(r"\d|%", one.text)
    used = {source.id for one in burdens().values() for source in one.sources}
    assert used | {"st_jude", "weaver"} == set(sources())
    for source in sources().values():
        assert 1 <= len(source.passage.split()) <= 25, source.id
        assert source.address.startswith("http")
        assert source.about
    # So long as nobody could open a source for it.
    assert [place for place, one in burdens().items() if not one.text] == [
        ("palliative", "lasting")
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('heading = "pain"', 'heading = "hospital"', "the five headings"),
        ('sources = ["nccn"]', "sources = []", "a sentence without a source"),
    ],
)
def test_general_knowledge_that_is_not_whole_is_refused(
    old: str, new: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "burdens.toml"
    path.write_text(burdens_file.BURDENS.read_text("utf-8").replace(old, new), "utf-8")
    monkeypatch.setattr(burdens_file, "BURDENS", path)
    with pytest.raises(ValueError, match=message):
        burdens.__wrapped__()


def test_what_the_team_edits_is_said_by_the_team_and_what_it_empties_is_not_said(
    spoken: str,
) -> None:
    edited = {("chemo", "pain"): "As last spring.", ("chemo", "dying"): ""}
    said = {one.heading: one for one in said_of("chemo", edited)}
    assert list(said) == ["hospital", "pain", "infection", "lasting"]
    assert said["pain"].sentence == "As last spring."
    assert said["pain"].by == {"en": "your team", "fr": "votre équipe"}[spoken]
    assert said["infection"].by == "Sheffield Children's NHS Foundation Trust"
    sheet = family_sheet(CHILD, TREATMENTS, 365, (), {}, None, edited)
    assert "relapse_mortality" in {one.id for one in sheet.read_in}  # chemo_dli has it too
    assert "kidshealth_nz" not in {one.id for one in sheet.read_in}


def test_a_sentence_as_it_is_given_is_known_in_whichever_language() -> None:
    given = []
    for code, translations in catalogues(LOCALES).items():
        language.use(translations, code)
        given.append(said_of("dli", {})[0].sentence)
    language.use(catalogues(LOCALES)[language.ENGLISH], language.ENGLISH)
    assert len(set(given)) == len(given) > 1
    for words in given:
        assert is_general("dli", "hospital", f" {words} ")
        assert not is_general("dli", "pain", words)
    assert is_general("palliative", "lasting", "")
    assert not is_general("dli", "hospital", "")


def test_newer_treatments_are_those_of_the_kind_of_leukemia_at_every_time() -> None:
    for leukemia, day in itertools.product(LEUKEMIAS, INTERVAL_FIRST_DAYS):
        sheet = whole_sheet(Case(leukemia, day, True, 8))
        said = " ".join((*sheet.newer.lines, sheet.also_named))
        assert ("antibodies that lead" in said) == (leukemia == "B-ALL"), (leukemia, day)
        assert ("still lacking for AML" in said) == (leukemia == "AML")


def test_what_chemotherapy_became_adds_up() -> None:
    (said, _later) = whole_sheet(CHILD).became.lines
    every, began, *became = map(int, re.findall(r"\d+", said))
    assert every == 288
    assert began == sum(became) == 208
    assert became == [70, 30, 108]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "1 day"),
        (13, "13 days"),
        (14, "2 weeks"),
        (59, "8 weeks"),
        (61, "2 months"),
        (699, "23 months"),
        (730, "2 years"),
        (913, "2 and a half years"),
        (1461, "4 years"),
    ],
)
def test_a_time_is_said_as_one_speaks(days: int, said: str) -> None:
    assert duration(days) == said


def test_best_typical_and_worst_are_those_of_the_curve_and_only_where_children_were_followed() -> (
    None
):
    model = load_model()
    seen = set()
    for day, cr, since in itertools.product(INTERVAL_FIRST_DAYS, (True, False), (0, 60, 400)):
        case = Case("AML", day, cr, 8, days_survived=since)
        for k, treatment in enumerate(TREATMENTS):
            found = days_left(model, model, case, treatment)
            every = predict_case(model, case, treatments=[treatment], days=range(HORIZON_DAYS + 1))
            curve, until = every.survival[0, 0], int(model.supported_until[k])
            if found is None:
                beyond = np.flatnonzero(curve <= LEFT[1])
                alone = since and not model.at_risk_high[k, since]
                assert alone or not beyond.size or beyond[0] > until
                continue
            days, followed = found
            assert followed == until - since
            for share, ahead in zip(LEFT, days, strict=True):
                seen.add((share, ahead is None))
                if ahead is None:
                    assert curve[until] > share
                else:
                    assert (
                        curve[since + ahead]
                        <= share
                        < np.nan_to_num(curve[since + ahead - 1], nan=1.0)
                    )
                    assert since + ahead <= until
            assert [d for d in days if d is not None] == sorted(d for d in days if d is not None)
    assert {(0.9, False), (0.25, True), (0.1, True), (0.1, False)} <= seen


def test_worst_and_best_are_not_exchanged(spoken: str) -> None:
    less, longer, least = {
        "en": ("less than", "longer than", "At least one in"),
        "fr": ("moins de", "plus de", "Au moins un sur"),
    }[spoken]
    cases = (CHILD, Case("AML", 10, False, 8), Case("B-ALL", 400, True, 8))
    for case, treatment in itertools.product(cases, TREATMENTS):
        option = whole_sheet(case).options[TREATMENTS.index(treatment)]
        found = days_left(load_model(), load_model(), case, treatment)
        if found is None:
            assert len(option.lived_for) == 1
            assert not re.search(r"\d", option.lived_for[0])
            continue
        (worst, first, last, best), until = found
        half, *tenth, most = option.lived_for
        assert worst is not None
        assert first is not None
        if last is None:
            assert f"{less} {in_weeks_at_least(first)}." in half
        else:
            assert half.index(in_weeks_at_least(first)) < half.rindex(duration(last))
        # Who dies in the first days has not had what comes second.
        apart = in_weeks_at_least(worst) != in_weeks_at_least(first)
        assert len(tenth) == (treatment in ("chemo", "dli", "palliative") and apart)
        assert all(f"{less} {in_weeks_at_least(worst)}." in said for said in tenth)
        assert f"{longer} {duration(until if best is None else best)}" in most
        assert most.startswith(least) == (best is None)
        if best is None:
            assert (
                " 4 " in f" {most.split(longer)[0]} " or "four" in most or "quatre" in most
            ) == (last is None)


def test_hope_is_in_proportion() -> None:
    for case in children():
        for option in whole_sheet(case, day=1461).options:
            said = " ".join(line for section in option.sections for line in section.lines)
            if "lived for years" in said and option.outcome:
                assert ("very rare" in said) == (option.outcome.alive == 0)


def test_both_poles_of_every_question_are_there_and_serve_in_the_fixed_order(spoken: str) -> None:
    facts = facts_of(CHILD)
    for shown in (TREATMENTS, TREATMENTS[3:], TREATMENTS[:2], ()):
        names = [family_label(option) for option in shown]
        for one in questions():
            assert one.one != one.other
            for serves in (one.if_one, one.if_other):
                said = serves(facts, shown)
                if isinstance(said, Claim):
                    assert said.holds(facts)
                    listed = said.sentence
                    found = [name for name in names if name in listed.split(":", 1)[1]]
                    places = [listed.index(name) for name in found]
                    assert places == sorted(places)
                    assert not set(map(family_label, set(TREATMENTS) - set(shown))) & set(found)
                else:
                    assert said
    spared, hard = ([q.if_one, q.if_other] for q in questions() if q.id == "strain").__next__()
    without, having = spared(facts, TREATMENTS), hard(facts, TREATMENTS)
    assert isinstance(without, Claim)
    assert isinstance(having, Claim)
    for option in TREATMENTS:
        name = family_label(option)
        assert (f" {name}" in without.sentence) == (option in ("dli", "palliative"))
        assert (f" {name}" in having.sentence) == (option not in ("dli", "palliative"))
