"""The table and the CSV file: the same numbers as the command line, and words for their limits."""

import csv
import dataclasses
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from model.case import INTERVAL_FIRST_DAYS, LEUKEMIAS, Case
from model.language import _
from model.options import TREATMENTS
from model.paper.evidence import figures
from model.paper.guidelines import RANK_WORDS
from model.scoring.stream import prediction_rows, predictor
from model.survival.pattern import patterns_of
from model.survival.prediction import TABLE_DAYS, load_model, predict_case
from model.survival.support import SUPPORT
from ui.case.guidance import (
    beside_the_curves,
    curves_of_options,
    decided,
    guidance_of,
    proposal,
    remarks_and_places,
)
from ui.case.survival_table import survival_table
from ui.shown.described import describe
from ui.shown.downloads import numbers_as_csv
from ui.shown.results import (
    AtRisk,
    at_risk_words,
    few_then,
    given_alive,
    nobody_to_compare,
    option_results,
    shown_pattern,
)
from ui.shown.table import as_html

CASES = [Case("AML", day, cr, 8) for day in INTERVAL_FIRST_DAYS for cr in (True, False)]
CASE = Case("AML", 200, True, 8)


class Cells(HTMLParser):
    """The cells of a table that carry data, each as its attributes and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.cells: list[dict[str, str]] = []
        self.tags: list[str] = []
        self.inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag in ("td", "th"):
            self.cells.append({name: value or "" for name, value in attrs} | {"text": ""})
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.cells[-1]["text"] += data + " "


def table(case: Case, treatments: tuple[str, ...] = TREATMENTS) -> Cells:
    return Cells(as_html(survival_table(option_results(shown_pattern(case, treatments)))))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_table_has_the_numbers_of_the_command_line(case):
    expected = prediction_rows(["x"], predict_case(load_model(), case))
    cells = [cell for cell in table(case).cells if "data-day" in cell]
    medians = {
        c["data-treatment"]: c["data-median"] for c in table(case).cells if "data-median" in c
    }
    assert [
        (
            "x",
            cell["data-treatment"],
            int(cell["data-day"]),
            cell["data-survival"],
            cell["data-lower"],
            cell["data-upper"],
            medians[cell["data-treatment"]],
            cell["data-supported"],
        )
        for cell in cells
    ] == expected


@pytest.mark.parametrize("case", CASES, ids=str)
def test_file_has_the_numbers_of_the_table(case):
    cells = [cell for cell in table(case).cells if "data-day" in cell]
    rows = list(csv.DictReader(io.StringIO(numbers_as_csv(case, shown_pattern(case, TREATMENTS)))))
    assert len(rows) == len(cells)
    for row, cell in zip(rows, cells, strict=True):
        for column in ("treatment", "day", "survival", "lower", "upper", "supported"):
            assert row[column] == cell[f"data-{column}"]


def test_every_row_of_the_file_says_whose_it_is_and_which_model_made_it():
    case = dataclasses.replace(CASE, mrd="negative")
    rows = list(csv.DictReader(io.StringIO(numbers_as_csv(case, shown_pattern(case, ("dli",))))))
    assert len(rows) == len(TABLE_DAYS)
    for row in rows:
        assert row["leukemia"] == "AML"
        assert row["days_to_failure"] == "200"
        assert row["post_transplant_cr"] == "yes"
        assert row["age_years"] == "8"
        assert row["mrd"] == "negative"
        assert row["tbi"] == ""
        assert row["model_version"] == load_model().version
        assert row["model_hash"] == load_model().source_hash


def test_each_number_is_shown_whole_with_its_interval():
    for cell in (cell for cell in table(CASE).cells if "data-day" in cell):
        shown = re.findall(r"([<>]?\d+)(?:–([<>]?\d+))? ?%", cell["text"])
        (estimate, none), interval = shown
        assert none == ""
        low, high = interval[0], interval[1] or interval[0]
        for words, name in ((estimate, "survival"), (low, "lower"), (high, "upper")):
            value = 100 * float(cell[f"data-{name}"])
            if words == "<1":
                assert value < 1.01
            elif words == ">99":
                assert value > 98.99
            else:
                assert abs(int(words) - value) <= 0.51


def test_numbers_say_what_supports_them_in_a_word_and_a_sign():
    words = {"yes": "", "borrowed": "‡ borrowed", "no": "† extrapolated"}
    seen = set()
    for case in (CASE, alive(60), alive(365)):
        _prediction, counts = predictor(load_model(), TABLE_DAYS)(case.days_survived)
        child = int(patterns_of(vars(case)))
        for cell in (cell for cell in table(case).cells if "data-day" in cell):
            if not cell["data-support"]:
                continue
            j, k = (
                TREATMENTS.index(cell["data-treatment"]),
                TABLE_DAYS.index(int(cell["data-day"])),
            )
            assert cell["data-support"] == SUPPORT[counts.support[child, j, k]]
            for support, said in words.items():
                assert (said in cell["text"]) == (cell["data-support"] == support or not said)
            seen.add(cell["data-support"])
    assert seen == set(words)


def test_median_not_reached_is_said_in_words():
    prediction = predict_case(load_model(), CASE)
    for cell in (cell for cell in table(CASE).cells if "data-median" in cell):
        j = TREATMENTS.index(cell["data-treatment"])
        assert ("not reached" in cell["text"]) == bool(np.isnan(prediction.median[0, j]))
        assert ("beyond 48 months" in cell["text"]) == bool(np.isnan(prediction.median_upper[0, j]))
    result = option_results(shown_pattern(CASE, ("chemo",)))[0]
    never = dataclasses.replace(result, median=None, median_lower=None, median_upper=None)
    assert "not reached within 48 months" in as_html(survival_table([never]))


@pytest.mark.parametrize("treatment", TREATMENTS)
@pytest.mark.parametrize(("day", "month"), [(365, 12), (730, 24), (1461, 48)])
def test_children_at_risk_are_those_of_figure_3(treatment, day, month):
    printed = figures()[f"f3.at_risk.{treatment}.{month}"].printed
    (cell,) = (
        c
        for c in table(CASE).cells
        if c.get("data-treatment") == treatment and c.get("data-day") == str(day)
    )
    assert re.search(rf"at risk: {printed}\b", cell["text"])


def test_children_of_an_arm_are_those_of_the_paper():
    shown = [
        c["text"].rpartition("children")[0].split()[-1]
        for c in table(CASE).cells
        if c.get("scope") == "row"
    ]
    assert shown == [figures()[f"abs.n.{treatment}"].printed for treatment in TREATMENTS]


def test_children_at_risk_between_printed_columns_are_about_so_many():
    assert at_risk_words(AtRisk(25.0, 25, 25)) == "25"
    assert at_risk_words(AtRisk(25.5, 23, 27)) == "about 26 (23–27)"


def test_table_is_a_table_to_a_screen_reader():
    parsed = table(CASE)
    assert parsed.tags.count("table") == parsed.tags.count("caption") == 1
    heads = [cell for cell in parsed.cells if cell.get("scope") == "col"]
    assert [cell["text"].strip() for cell in heads] == [
        "Option",
        "Median survival",
        "100 days",
        "6 months",
        "1 year",
        "2 years",
        "4 years",
    ]
    assert len([cell for cell in parsed.cells if cell.get("scope") == "row"]) == len(TREATMENTS)


def test_options_not_chosen_are_not_in_the_table():
    shown = {c["data-treatment"] for c in table(CASE, ("chemo", "dli")).cells if "data-day" in c}
    assert shown == {"chemo", "dli"}


def test_no_range_is_broken_between_lines():
    html = as_html(survival_table(option_results(shown_pattern(CASE, TREATMENTS))))
    cells = html.partition("<tbody")[2].partition("</tbody>")[0]
    assert re.search(r"\d–\d", cells)
    breakable = re.sub(r'<span class="whole">[^<]*</span>', "", cells)
    assert not re.search(r"\d–\d", breakable)


def test_text_is_escaped():
    result = option_results(shown_pattern(CASE, ("chemo",)))[0]
    html = as_html(survival_table([dataclasses.replace(result, label="<script>alert(1)</script>")]))
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_case_is_restated_with_every_input():
    case = Case("B-ALL", 365, False, 0, performance="poor", mrd="negative", tbi="no")
    assert describe(case) == (
        "B-ALL, progression without remission, 365 days after first transplant (day 365 or later), "
        "aged 0 at first transplant, MRD negative after reinduction, performance status poor, "
        "no TBI in the first conditioning"
    )


# ------------------------------------------------------------ given days already survived

ALIVE_DAYS = [1, 60, 99, 100, 364, 365, 729, 1095]


def alive(day: int) -> Case:
    return dataclasses.replace(CASE, days_survived=day)


@pytest.mark.parametrize("day", ALIVE_DAYS)
def test_conditional_numbers_are_those_of_the_command_line_and_only_ahead(day):
    expected = prediction_rows(["x"], predict_case(load_model(), alive(day)))
    parsed = table(alive(day))
    medians = {c["data-treatment"]: c["data-median"] for c in parsed.cells if "data-median" in c}
    cells = [cell for cell in parsed.cells if "data-day" in cell]
    for cell, row in zip(cells, expected, strict=True):
        _id, treatment, at, *numbers, median, supported = row
        assert (cell["data-treatment"], cell["data-day"]) == (treatment, str(at))
        shown = [cell[f"data-{name}"] for name in ("survival", "lower", "upper")]
        alone = nobody_to_compare(treatment, day)
        assert shown == (numbers if at > day and not alone else ["", "", ""])
        assert ("%" in cell["text"]) == all(shown)
        assert ("no child to compare with" in cell["text"]) == alone
        assert medians[treatment] == ("" if alone else median)
        assert cell["data-supported"] == supported


def test_a_day_that_is_past_shows_no_number():
    for cell in (cell for cell in table(alive(100)).cells if cell.get("data-day") == "100"):
        assert cell["text"].strip() == "already past"
    for cell in (cell for cell in table(alive(99)).cells if cell.get("data-day") == "100"):
        assert "%" in cell["text"]


def test_a_day_before_any_known_death_is_too_soon():
    for cell in (cell for cell in table(alive(364)).cells if cell.get("data-day") == "365"):
        assert cell["text"].strip() == "too soon to say"
    results = option_results(shown_pattern(alive(364), TREATMENTS))
    assert "between day 364 and then" in as_html(survival_table(results))
    assert "Too soon" not in as_html(
        survival_table(option_results(shown_pattern(alive(365), TREATMENTS)))
    )


def test_medians_lie_ahead_and_are_counted_from_relapse():
    for day in ALIVE_DAYS:
        for result in option_results(shown_pattern(alive(day), TREATMENTS)):
            assert all(
                median is None or median > day
                for median in (result.median, result.median_lower, result.median_upper)
            )
    html = as_html(survival_table(option_results(shown_pattern(alive(60), TREATMENTS))))
    assert "Median, from relapse on" in html
    assert "given that the child is alive on day 60" in html
    assert "counted from relapse" in html


def test_children_who_reached_the_day_are_said_for_every_option():
    model = load_model()
    heads = [c for c in table(alive(365)).cells if c.get("scope") == "row"]
    for head, number in zip(heads, model.at_risk_low[:, 365], strict=True):
        assert f"at risk on day 365: {number} " in head["text"]


def test_options_that_few_children_had_by_then_are_named():
    results = option_results(shown_pattern(alive(365), TREATMENTS))
    (sentence,) = few_then(results)
    assert "DLI alone, 2; Palliative care, 3." in sentence
    assert few_then(option_results(shown_pattern(CASE, TREATMENTS))) == []
    assert few_then(option_results(shown_pattern(alive(60), ("second_sct", "chemo")))) == []


def test_condition_is_said_with_the_case_and_only_then():
    assert describe(alive(60)).endswith(", alive on day 60 after relapse or progression")
    assert "alive" not in describe(CASE)
    (sentence,) = given_alive(alive(60))
    assert "alive on day 60" in sentence
    assert "still counted from relapse" in sentence
    assert given_alive(CASE) == []


def test_file_says_days_survived_and_leaves_out_what_is_past():
    case = alive(100)
    rows = list(csv.DictReader(io.StringIO(numbers_as_csv(case, shown_pattern(case, TREATMENTS)))))
    assert {row["days_survived"] for row in rows} == {"100"}
    for row in rows:
        numbers = {row["survival"], row["lower"], row["upper"]}
        assert ("" in numbers) == (row["day"] == "100")


def test_guidance_compares_with_curves_at_one_year_only_while_that_is_ahead():
    guidance = guidance_of(Case("T-ALL", 400, True, mrd="positive", tbi="yes"))

    def compared(day: int) -> bool:
        case = Case("T-ALL", 400, True, days_survived=day)
        notes = beside_the_curves(guidance, option_results(shown_pattern(case, TREATMENTS)))
        return any("one-year survival" in note for note in notes)

    assert compared(0)
    assert compared(60)
    assert not compared(364)
    assert not compared(365)


# ------------------------------------------------------------------------- the guidance box


@pytest.mark.parametrize("leukemia", LEUKEMIAS)
@pytest.mark.parametrize("days", [0, 182, 183, 364, 365])
def test_box_quotes_every_option_in_the_papers_order_with_its_rank(leukemia, days):
    guidance = guidance_of(Case(leukemia, days, True))
    text = "\n".join(proposal(guidance))
    lines = [line for line in text.splitlines() if re.match(r"\d\. ", line)]
    assert len(lines) == len(guidance.options)
    for number, (line, option) in enumerate(zip(lines, guidance.options, strict=True), start=1):
        assert line.startswith(f"{number}. **{option.text}** ({_(RANK_WORDS[option.rank])})")


def test_box_names_what_decided_what_is_missing_and_what_is_not_used():
    guidance = guidance_of(Case("AML", 200, True, performance="good"))
    text = "\n".join(proposal(guidance))
    assert "(under its condition only); only where MRD stays positive (input not given)" in text
    assert "Not given, and the paper names it here: **MRD after reinduction**." in text
    assert "Given, and not used by the paper here: performance status." in text
    text = "\n".join(decided(guidance))
    assert "- Leukemia: " in text
    assert "- Days from first transplant to relapse or progression: Day 200" in text


def test_box_says_whether_a_condition_is_met():
    met = "\n".join(proposal(guidance_of(Case("AML", 200, True, mrd="positive"))))
    not_met = "\n".join(proposal(guidance_of(Case("AML", 200, True, mrd="negative"))))
    assert "(met)" in met
    why = decided(guidance_of(Case("AML", 200, True, mrd="positive")))
    assert "- MRD after reinduction: " in "\n".join(why)
    assert "(not met)" in not_met


def test_box_says_that_no_curve_shows_an_option():
    text = "\n".join(curves_of_options(guidance_of(Case("B-ALL", 20, True))))
    assert text.count("No modelled arm") == 2
    assert "3. Closest curve: Palliative care." in text


def test_box_says_that_the_paper_proposes_nothing_for_biphenotypic_leukemia():
    text = "\n".join(proposal(guidance_of(Case("biphenotypic", 200, True))))
    assert "The paper proposes nothing for biphenotypic leukemia" in text


@pytest.mark.parametrize("leukemia", LEUKEMIAS)
def test_every_remark_and_option_has_its_place_in_the_paper(leukemia):
    guidance = guidance_of(Case(leukemia, 200, True))
    text = "\n".join(remarks_and_places(guidance))
    for remark in guidance.remarks:
        assert remark.text in text
        assert remark.source in text
    for option in guidance.options:
        assert option.source in text
    assert guidance.citation in text
