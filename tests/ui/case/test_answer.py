"""The answer table: its rows, its numbers as the command line has them, and its words."""

import dataclasses
import re
from html import unescape

import pytest

from model.case import LEUKEMIAS, Case
from model.options import CHOICES_AT_RELAPSE, REINDUCTION, TREATMENTS
from model.paper.evidence import figures
from model.scoring.stream import count_rows, prediction_rows, predictor
from model.survival.choices import load_choices
from model.survival.comparison import compare
from model.survival.pattern import pattern_of, patterns_of
from model.survival.prediction import TABLE_DAYS, PooledModel, load_model, predict_case
from model.survival.recalibrated import Recalibration
from ui.case.answer import (
    DAYS,
    answer_table,
    answers,
    differences_from,
    discussed,
    proposals_and_curves,
    without_curve,
)
from ui.case.guidance import guidance_of
from ui.shown.results import choices_pattern, nobody_to_compare, shown_pattern
from ui.shown.table import as_html

CASE = Case("AML", 200, True, 8)
AFTER = CHOICES_AT_RELAPSE[REINDUCTION]
CELL = re.compile(r"<(t[dh])\b([^>]*)>(.*?)</\1>", re.S)


def cells(html: str) -> list[dict[str, str]]:
    """Each cell of the body: what it carries, and its words."""
    body = html[html.index("<tbody") :]
    found = []
    for _tag, attributes, content in CELL.findall(body):
        carried = dict(re.findall(r'data-([\w-]+)="([^"]*)"', attributes))
        carried["text"] = unescape(re.sub(r"<[^>]+>", " ", content)).strip()
        found.append(carried)
    return found


def drawn(case: Case, **how: object) -> list[dict[str, str]]:
    pattern = shown_pattern(case, TREATMENTS, **how)  # type: ignore[arg-type]
    guidance = None if case.leukemia is None else guidance_of(case)
    return cells(as_html(answer_table(case, pattern, answers(case, pattern), guidance)))


def row_heads(shown: list[dict[str, str]]) -> list[dict[str, str]]:
    return [cell for cell in shown if "label" not in cell]


def test_reinduction_stands_first_what_it_became_indented_and_then_the_others() -> None:
    heads = row_heads(drawn(CASE))
    assert [head["answer"] for head in heads] == [REINDUCTION, *AFTER, "dli", "palliative"]
    assert [head.get("after") for head in heads] == [None, "yes", "yes", "yes", None, None]
    assert heads[0]["text"] == "Start reinduction, whatever followed"


def rows_of(model: PooledModel, case: Case) -> dict[tuple[str, str], tuple[str, ...]]:
    predicted = prediction_rows(["x"], predict_case(model, case))
    return {(row[1], str(row[2])): tuple(map(str, row)) for row in predicted}


@pytest.mark.parametrize("alive", [0, 60, 99, 100, 400, 729, 730, 1000, 1095])
@pytest.mark.parametrize(("days", "remission"), [(40, False), (200, True), (900, True)])
def test_every_number_is_that_of_the_command_line(days: int, remission: bool, alive: int) -> None:
    case = Case("B-ALL", days, remission, None, days_survived=alive)
    expected = rows_of(load_model(), case)
    expected |= {
        key: row for key, row in rows_of(load_choices(), case).items() if key[0] == REINDUCTION
    }
    shown = [cell for cell in drawn(case) if "day" in cell]
    assert len(shown) == 6 * len(DAYS)
    for cell in shown:
        row = expected[cell["answer"], cell["day"]]
        if int(cell["day"]) <= alive:
            assert cell["alive"] == ""
            assert "already past" in cell["text"]
        elif nobody_to_compare(cell["answer"], alive):
            assert cell["alive"] == ""
            assert "no child to compare with" in cell["text"]
        elif not row[3]:
            assert "too soon to say" in cell["text"]
        else:
            assert [cell["alive"], cell["low"], cell["high"]] == list(row[3:6])
            estimate = re.match(r"[<>]?(\d+)%", cell["text"])
            assert estimate is not None
            assert abs(int(estimate[1]) - 100 * float(row[3])) <= 1
    # Whatever the child has lived, something is said.
    assert {cell["answer"] for cell in shown if cell["alive"]} == {
        cell["answer"] for cell in shown if not nobody_to_compare(cell["answer"], alive)
    }


@pytest.mark.parametrize("alive", [0, 60])
@pytest.mark.parametrize(("days", "remission"), [(40, False), (200, True)])
def test_children_like_this_one_are_those_of_the_command_line(
    days: int, remission: bool, alive: int
) -> None:
    case = Case("AML", days, remission, None, days_survived=alive)
    expected = {}
    for model in (load_model(), load_choices()):
        _prediction, counts = predictor(model, TABLE_DAYS)(alive)
        rows = iter(count_rows(counts))
        for child in range(8):
            for option in model.options:
                for day in TABLE_DAYS:
                    row = next(rows)
                    if child == int(patterns_of(vars(case))):
                        expected[option, day] = row
    expected = {key: row for key, row in expected.items() if key[0] in (*TREATMENTS, REINDUCTION)}
    seen = [cell for cell in drawn(case) if "support" in cell]
    assert len(seen) == 6
    for cell in seen:
        option = cell["answer"]
        if option in ("dli", "palliative"):
            continue  # counted alike in both models
        fewest, most = expected[option, 730][1:3]
        assert cell["support"] == expected[option, 365][5]
        assert cell["died"] == expected[option, 730][3]
        if fewest != most:
            assert f"{fewest}–{most}" in cell["text"]
        sign = {"yes": "enough", "borrowed": "‡ borrowed", "no": "† extrapolated"}[cell["support"]]
        assert sign in cell["text"]


def test_what_the_authors_say_is_their_rank_and_silence_is_neither_for_nor_against() -> None:
    said = {
        "preferred": "put first",
        "alternative": "one of several",
        "only_if": "under one condition",
        "doubtful": "benefit doubted",
    }
    for leukemia in LEUKEMIAS:
        for days in (0, 182, 183, 364, 365):
            guidance = guidance_of(Case(leukemia, days, True))
            for treatment in TREATMENTS:
                named = [o for o in guidance.options if o.closest_arm == treatment]
                words = discussed(treatment, guidance)
                if guidance.no_guidance is not None:
                    assert words == ("nothing proposed for this leukemia", "")
                elif not named:
                    assert words == ("not mentioned", "neither for nor against")
                else:
                    assert words[0] == said[named[0].rank]
                    assert (named[0].condition or "") in words[1]


def test_a_condition_says_whether_it_is_met() -> None:
    for mrd, status in ((None, "input not given"), ("positive", "met"), ("negative", "not met")):
        guidance = guidance_of(dataclasses.replace(CASE, mrd=mrd))
        assert discussed("second_sct", guidance) == (
            "under one condition",
            f"only where MRD stays positive: {status}",
        )


def test_without_a_leukemia_the_numbers_stand_and_the_discussion_waits() -> None:
    shown = drawn(dataclasses.replace(CASE, leukemia=None))
    given = drawn(CASE)
    assert [c["alive"] for c in shown if "day" in c] == [c["alive"] for c in given if "day" in c]
    assert sum(cell["text"] == "needs the leukemia" for cell in shown) == 6


def test_what_is_proposed_without_a_curve_is_named_below() -> None:
    assert "azacitidine with DLI" in without_curve(guidance_of(Case("AML", 60, True)))
    said = without_curve(guidance_of(Case("T-ALL", 60, True)))
    assert "bispecific antibodies" in said
    assert "engineered T cells" in said
    assert without_curve(guidance_of(Case("AML", 400, True))) == ""
    assert without_curve(None) == ""


def test_the_interaction_is_that_of_the_paper() -> None:
    assert figures()["txt.p.interaction"].printed == "~0.90"
    assert "P ≈ 0.90" in proposals_and_curves()


def test_three_options_assumed_alike_are_one_line() -> None:
    case = Case("B-ALL", 400, True, 9)
    assert [cell["text"] for cell in row_heads(drawn(case, alike=True))] == [
        "Three active options, assumed alike",
        "DLI alone",
        "Palliative care",
    ]
    lines = answers(case, shown_pattern(case, TREATMENTS, alike=True))
    assert [h.survival for h in lines[0].result.horizons] == [
        h.survival for h in answers(case, choices_pattern(case))[0].result.horizons
    ]


def test_options_not_shown_are_left_out_and_with_them_reinduction() -> None:
    pattern = shown_pattern(CASE, ("chemo", "palliative"))
    assert [a.result.treatment for a in answers(CASE, pattern)] == [
        REINDUCTION,
        "chemo",
        "palliative",
    ]
    pattern = shown_pattern(CASE, ("dli", "palliative"))
    assert [a.result.treatment for a in answers(CASE, pattern)] == ["dli", "palliative"]


def test_a_recalibrated_model_has_no_row_of_reinduction() -> None:
    found = Recalibration("baseline", (0.3, 1.0), ((0.0,) * 10,) * 10, 100, 80)
    pattern = shown_pattern(CASE, TREATMENTS, recalibration=found)
    shown = answers(CASE, pattern)
    assert [a.result.treatment for a in shown] == list(TREATMENTS)
    assert not any(a.after for a in shown)


def test_no_difference_stands_there_unless_it_is_asked_for() -> None:
    pattern = shown_pattern(CASE, TREATMENTS)
    assert differences_from(CASE, pattern, None) == {}
    assert "Difference" not in as_html(
        answer_table(CASE, pattern, answers(CASE, pattern), guidance_of(CASE))
    )


def test_a_difference_is_that_of_compare_and_reinduction_has_none() -> None:
    pattern = shown_pattern(CASE, TREATMENTS)
    shown = cells(
        as_html(answer_table(CASE, pattern, answers(CASE, pattern), guidance_of(CASE), "chemo"))
    )
    expected = compare(
        load_model(), [pattern_of(CASE, "chemo"), pattern_of(CASE, "second_sct")], 0, 365
    )[1].difference
    (cell,) = [c for c in shown if c.get("difference") and c["answer"] == "second_sct"]
    assert cell["difference"] == f"{expected.value:.4f}"
    said = [round(100 * one) for one in (expected.value, expected.lower, expected.upper)]
    numbers = [int(n) for n in re.findall(r"[-+]?\d+", cell["text"].replace("−", "-"))]
    assert numbers == said
    words = {c["answer"]: c["text"] for c in shown if "Difference from" in c.get("label", "")}
    assert "of another model" in words[REINDUCTION]
    assert "compared with" in words["chemo"]


def test_a_difference_at_a_day_that_is_past_says_so() -> None:
    for since, said in ((400, "already past"), (364, "too soon to say")):
        case = dataclasses.replace(CASE, days_survived=since)
        pattern = shown_pattern(case, TREATMENTS)
        html = as_html(
            answer_table(case, pattern, answers(case, pattern), guidance_of(case), "chemo")
        )
        words = [c["text"] for c in cells(html) if "Difference from" in c.get("label", "")]
        assert any(said in text for text in words)
        other = {"already past", "too soon to say"} - {said}
        assert not any(one in text for text in words for one in other)


def test_with_some_of_the_three_hidden_those_assumed_alike_are_still_one_line() -> None:
    pattern = shown_pattern(Case("B-ALL", 400, True), ("second_sct", "palliative"), alike=True)
    shown = answers(Case("B-ALL", 400, True), pattern)
    assert [one.result.treatment for one in shown] == [REINDUCTION, "palliative"]
    assert not any(one.after for one in shown)


def test_every_text_is_escaped() -> None:
    pattern = shown_pattern(CASE, TREATMENTS)
    assert "<script" not in as_html(
        answer_table(CASE, pattern, answers(CASE, pattern), guidance_of(CASE))
    )
