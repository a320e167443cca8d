"""The case page as a physician meets it: a link or a typed case, and every number read off the page
and compared with what the command line says of the same child."""

import csv
import io
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from model.options import TREATMENT_LABELS, TREATMENTS
from model.survival.prediction import TABLE_DAYS, load_model
from tests.browser.waiting import answered, choice, settle
from ui.session.words import field_label
from ui.shown.results import DAYS_PER_MONTH, nobody_to_compare

ROOT = Path(__file__).parents[2]
PHONE = {"width": 390, "height": 844}
# Leukemia, days from transplant, remission: every interval from both its sides, in both states.
CASES = (
    ("AML", 91, "yes"),
    ("B-ALL", 92, "no"),
    ("T-ALL", 182, "yes"),
    ("biphenotypic", 183, "no"),
    ("AML", 364, "no"),
    ("B-ALL", 365, "yes"),
    ("AML", 200, "yes"),
)
# The same with days since relapse, alive: before, on and after reported days.
ALIVE_CASES = (
    ("AML", 200, "yes", 60),
    ("T-ALL", 400, "no", 99),
    ("AML", 200, "yes", 100),
    ("B-ALL", 20, "yes", 364),
    ("B-ALL", 20, "yes", 800),
)
SAMPLE = "/?leukemia=AML&days=200&cr=yes&age=8"

Row = dict[str, str]
Prediction = dict[tuple[str, str], Row]


@pytest.fixture(scope="module")
def predicted() -> Callable[..., Prediction]:
    """What `python -m model predict` says of a case of `CASES` or `ALIVE_CASES`, by treatment and
    day."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    columns = ["leukemia", "days_to_failure", "post_transplant_cr", "days_survived"]
    writer.writerow(["case_id", *columns])
    for leukemia, days, remission, alive in (*((*case, 0) for case in CASES), *ALIVE_CASES):
        writer.writerow([f"{days}-{remission}-{alive}", leukemia, days, remission, alive])
    finished = subprocess.run(
        [sys.executable, "-m", "model", "predict", "-"],
        cwd=ROOT,
        input=text.getvalue(),
        capture_output=True,
        text=True,
        check=True,
    )
    rows = list(csv.DictReader(io.StringIO(finished.stdout)))

    def rows_of(leukemia: str, days: int, remission: str, alive: int = 0) -> Prediction:
        name = f"{days}-{remission}-{alive}"
        found = {(r["treatment"], r["day"]): r for r in rows if r["case_id"] == name}
        assert len(found) == len(TREATMENTS) * len(TABLE_DAYS)
        return found

    return rows_of


def open_case(page: Page, url: str) -> Locator:
    """Open a link and give the table of its case."""
    page.goto(url)
    return table_of(page)


def table_of(page: Page) -> Locator:
    """The table of all times, unfolded, once it is that of what was last asked."""
    fold = page.locator(".st-key-all_times")
    answered(page)
    # What a run has replaced is there until the next frame.
    expect(fold).to_have_count(1)
    if fold.locator("details[open]").count() == 0:
        fold.locator("summary").click()
    table = fold.get_by_role("table")
    expect(table).to_be_visible()
    return table


def link(leukemia: str, days: int, remission: str, alive: int = 0) -> str:
    address = f"/?leukemia={leukemia}&days={days}&cr={remission}&age=8"
    return address + (f"&alive={alive}" if alive else "")


def read(cells: Locator) -> list[Row]:
    """The data attributes of each cell and its visible text."""
    rows: list[Row] = cells.evaluate_all("all => all.map(e => ({...e.dataset, text: e.innerText}))")
    return rows


def assert_same_numbers(table: Locator, expected: Prediction, alive: int = 0) -> None:
    """Every number of the table, exact and as shown, is the command line's; none is of a day that
    is past."""
    medians = {cell["treatment"]: cell for cell in read(table.locator("td[data-median]"))}
    cells = read(table.locator("td[data-day]"))
    assert [(cell["treatment"], cell["day"]) for cell in cells] == list(expected)
    for cell, row in zip(cells, expected.values(), strict=True):
        assert cell["supported"] == row["supported"]
        if (alive and int(row["day"]) <= alive) or not row["survival"]:
            assert cell["survival"] == cell["lower"] == cell["upper"] == ""
            words = "already past" if int(row["day"]) <= alive else "too soon to say"
            assert cell["text"].strip() == words
            continue
        if nobody_to_compare(cell["treatment"], alive):
            assert cell["survival"] == cell["lower"] == cell["upper"] == ""
            assert cell["text"].strip() == "no child to compare with"
            continue
        for name in ("survival", "lower", "upper"):
            assert cell[name] == row[name]
        estimate, low, high = shown_percentages(cell["text"])
        assert_shows(estimate, row["survival"])
        assert_shows(low, row["lower"])
        assert_shows(high, row["upper"])
        assert cell["support"] == row["support"]
        assert ("extrapolated" in cell["text"]) == (row["support"] == "no")
        assert ("borrowed" in cell["text"]) == (row["support"] == "borrowed")
        median = medians[row["treatment"]]
        assert median["median"] == row["median_days"]
        said = (
            f"{row['median_days']} days" if row["median_days"] else "not reached within 48 months"
        )
        assert said in median["text"]


def shown_percentages(text: str) -> tuple[str, str, str]:
    (estimate, single), (low, high) = re.findall(r"([<>]?\d+)(?:–([<>]?\d+))?%", text)
    assert single == ""
    return estimate, low, high or low


def assert_shows(words: str, fraction: str) -> None:
    percent = 100 * float(fraction)
    if words == "<1":
        assert percent <= 1
    elif words == ">99":
        assert percent >= 99
    else:
        assert abs(int(words) - percent) <= 0.51


def test_numbers_on_the_page_are_those_of_the_command_line(page, app_url, predicted):
    for case in CASES:
        table = open_case(page, app_url + link(*case))
        assert_same_numbers(table, predicted(*case))
        leukemia, days, remission = case
        said = "relapse after remission" if remission == "yes" else "progression without remission"
        sentence = f"{leukemia}, {said}, {days} days after first transplant"
        expect(page.get_by_test_id("stMain").get_by_text(sentence).first).to_be_visible()


def test_numbers_given_days_survived_are_those_of_the_command_line(page, app_url, predicted):
    for case in ALIVE_CASES:
        table = open_case(page, app_url + link(*case))
        alive = case[-1]
        assert_same_numbers(table, predicted(*case), alive)
        main = page.get_by_test_id("stMain")
        said = f"alive on day {alive}"
        expect(main.get_by_text(f"{said} after relapse or progression")).to_be_visible()
        expect(main.get_by_text(f"Given that the child is {said}:")).to_be_visible()
        chart = page.get_by_test_id("stVegaLiteChart")
        expect(chart.locator("svg text").filter(has_text=said)).to_be_visible()


def test_days_survived_typed_into_the_form_change_every_number(page, app_url, predicted):
    table = open_case(page, app_url + link("AML", 200, "yes"))
    assert_same_numbers(table, predicted("AML", 200, "yes"))
    alive = page.get_by_test_id("stSidebar").get_by_label(field_label("days_survived"))
    alive.fill("60")
    alive.press("Enter")
    expect(page.get_by_text("Given that the child is alive on day 60:")).to_be_visible()
    assert_same_numbers(table_of(page), predicted("AML", 200, "yes", 60), 60)
    page.reload()
    assert_same_numbers(table_of(page), predicted("AML", 200, "yes", 60), 60)
    with page.expect_download() as download:
        page.get_by_role("button", name="Numbers (CSV)").click()
    assert download.value.suggested_filename == "aftergraft-AML-200-days-alive-60.csv"
    text = Path(download.value.path()).read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["days_survived"] for row in rows} == {"60"}


def test_french_page_has_the_same_numbers_written_as_in_french(page, app_url, predicted):
    table = open_case(page, app_url + link("AML", 200, "yes", 60) + "&lang=fr")
    cells = read(table.locator("td[data-day]"))
    for cell, row in zip(cells, predicted("AML", 200, "yes", 60).values(), strict=True):
        assert [cell[n] for n in ("survival", "lower", "upper", "supported")] == [
            row[n] for n in ("survival", "lower", "upper", "supported")
        ]
        for words, name in zip(
            shown_percentages(re.sub(r"\s%", "%", cell["text"])),
            ("survival", "lower", "upper"),
            strict=True,
        ):
            assert_shows(words, row[name])
        assert re.search(r"\d\s%", cell["text"])
    for median in read(table.locator("td[data-median]")):
        months = int(median["median"]) / DAYS_PER_MONTH
        assert f"{months:.1f}".replace(".", ",") + " mois" in median["text"]
    chart = page.get_by_test_id("stVegaLiteChart")
    for words in ("Soins palliatifs", "vivant au jour 60", "entièrement extrapolée"):
        expect(chart.locator("svg text").filter(has_text=words).first).to_be_visible()
    expect(chart).to_have_attribute("aria-label", re.compile("Soins palliatifs"))
    expect(chart).not_to_have_attribute("aria-label", re.compile("Palliative"))


def test_typed_case_shows_the_same_numbers_and_survives_a_reload(page, app_url, predicted):
    page.goto(app_url)
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("Nothing is predicted yet.")).to_be_visible()
    form = page.get_by_test_id("stSidebar")
    choice(form, "B-ALL").click()
    days = form.get_by_label(field_label("days_to_failure"))
    days.fill("365")
    days.press("Enter")
    remission = form.get_by_role("radiogroup", name=field_label("post_transplant_cr"))
    expect(page.locator("table.answer")).to_have_count(0)
    choice(remission, "yes").click()
    assert_same_numbers(table_of(page), predicted("B-ALL", 365, "yes"))
    age = form.get_by_label(field_label("age_years"))
    age.fill("8")
    age.press("Enter")
    assert_same_numbers(table_of(page), predicted("B-ALL", 365, "yes"))
    page.reload()
    assert_same_numbers(table_of(page), predicted("B-ALL", 365, "yes"))
    expect(page.get_by_text("B-ALL, relapse after remission, 365 days").first).to_be_visible()


def test_changing_an_input_changes_the_numbers(page, app_url, predicted):
    table = open_case(page, app_url + link("AML", 364, "no"))
    assert_same_numbers(table, predicted("AML", 364, "no"))
    days = page.get_by_test_id("stSidebar").get_by_label(field_label("days_to_failure"))
    days.fill("91")
    days.press("Enter")
    sentence = page.get_by_test_id("stMain").get_by_text("91 days after first transplant").first
    expect(sentence).to_be_visible()
    remission = page.get_by_role("radiogroup", name=field_label("post_transplant_cr"))
    choice(remission, "yes").click()
    expect(page.get_by_text("AML, relapse after remission, 91 days").first).to_be_visible()
    assert_same_numbers(table_of(page), predicted("AML", 91, "yes"))


def test_chart_is_drawn_and_described(page, app_url, predicted):
    open_case(page, app_url + SAMPLE)
    chart = page.get_by_test_id("stVegaLiteChart")
    expect(chart.locator("svg path").first).to_be_visible()
    described = chart.get_attribute("aria-label") or ""
    assert "AML, relapse after remission, 200 days after first transplant" in described
    for (treatment, day), row in predicted("AML", 200, "yes").items():
        if day == "365":
            said = re.search(re.escape(TREATMENT_LABELS[treatment]) + r": (\S+)% \(", described)
            assert said is not None
            assert_shows(said[1], row["survival"])
    for label in TREATMENT_LABELS.values():
        expect(chart.locator("svg text").filter(has_text=label).first).to_be_visible()
    expect(chart.locator("svg text").filter(has_text="27% Chemotherapy + DLI")).to_be_visible()


def test_pointing_at_the_chart_shows_the_day_and_every_option(page, app_url):
    open_case(page, app_url + SAMPLE)
    settle(page)
    chart = page.get_by_test_id("stVegaLiteChart").locator("svg").first
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    for step in (0, 4):
        page.mouse.move(box["x"] + box["width"] / 3 + step, box["y"] + box["height"] / 2)
    tooltip = page.locator("#vg-tooltip-element")
    expect(tooltip).to_be_visible()
    text = tooltip.inner_text()
    assert re.search(r"day \d+ \(\d+\.\d months\)", text)
    assert len(re.findall(r"[<>]?\d+% \(.+%\)", text)) == len(TREATMENTS)


def test_one_by_one_draws_a_chart_for_each_option(page, app_url):
    open_case(page, app_url + SAMPLE)
    page.get_by_text("One by one", exact=True).click()
    charts = page.get_by_test_id("stVegaLiteChart")
    expect(charts).to_have_count(len(TREATMENTS))
    for chart, label in zip(charts.all(), TREATMENT_LABELS.values(), strict=True):
        expect(chart.locator("svg text").filter(has_text=label).first).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE])
def test_phone_says_where_the_form_is(page, app_url, viewport):
    page.goto(app_url)
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("Nothing is predicted yet.")).to_be_visible()
    for field in ("days_to_failure", "post_transplant_cr"):
        expect(main.get_by_text(field_label(field), exact=True)).to_be_visible()
    expect(main.get_by_text("at the top left opens it")).to_be_visible()


def test_options_not_chosen_are_not_shown(page, app_url):
    table = open_case(page, app_url + SAMPLE + "&dli=false&palliative=false")
    expect(table.locator("th[data-treatment]")).to_have_count(3)
    chart = page.get_by_test_id("stVegaLiteChart")
    expect(chart).to_have_attribute("aria-label", re.compile("Chemotherapy"))
    expect(chart).not_to_have_attribute("aria-label", re.compile("Palliative"))


def test_guidance_stands_beside_the_curves_as_the_papers(page, app_url):
    open_case(page, app_url + "/?leukemia=T-ALL&days=400&cr=yes&age=8&tbi=yes&mrd=positive")
    main = page.get_by_test_id("stMain")
    expect(main.get_by_role("heading", name="What the paper proposes")).to_be_visible()
    items = main.locator(".st-key-guidance_box ol").first.locator("li")
    expect(items).to_have_count(3)
    main.get_by_text("Guidance beside the curves", exact=True).click()
    expect(items.nth(0)).to_contain_text("Chemotherapy alone (preferred)")
    expect(items.nth(2)).to_contain_text("benefit doubted")
    expect(main.get_by_text("The curves do not know the type of leukemia")).to_be_visible()
    expect(main.get_by_text("whose benefit the paper doubts here")).to_be_visible()
    expect(main.get_by_text("Given, and not used by the paper here")).to_be_visible()


def test_biphenotypic_leukemia_has_curves_and_no_proposal(page, app_url):
    open_case(page, app_url + "/?leukemia=biphenotypic&days=400&cr=yes&age=8")
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("The paper proposes nothing for biphenotypic leukemia")).to_have_count(
        1
    )
    expect(main.locator("table.answer").get_by_text("nothing proposed")).to_have_count(6)
    expect(main.locator("ol li")).to_have_count(0)


def test_downloads_arrive_and_carry_case_and_model(page, app_url):
    table = open_case(page, app_url + SAMPLE + "&mrd=negative")
    content = {}
    for ending, label in (("csv", "Numbers (CSV)"), ("svg", "Chart (SVG)"), ("png", "Chart (PNG)")):
        with page.expect_download() as download:
            page.get_by_role("button", name=label).click()
        assert download.value.suggested_filename == f"aftergraft-AML-200-days.{ending}"
        content[ending] = Path(download.value.path()).read_bytes()
    model = load_model()

    rows = list(csv.DictReader(io.StringIO(content["csv"].decode("utf-8"))))
    cells = read(table.locator("td[data-day]"))
    assert len(rows) == len(cells) == len(TREATMENTS) * len(TABLE_DAYS)
    for row, cell in zip(rows, cells, strict=True):
        for name in ("treatment", "day", "survival", "lower", "upper", "supported"):
            assert row[name] == cell[name]
        assert (row["leukemia"], row["days_to_failure"], row["mrd"]) == ("AML", "200", "negative")
        assert (row["model_version"], row["model_hash"]) == (model.version, model.source_hash)

    svg = content["svg"].decode("utf-8")
    assert svg.startswith("<svg")
    assert content["png"].startswith(b"\x89PNG")
    for picture in (svg, content["png"].decode("utf-8", errors="ignore")):
        assert "AML, relapse after remission, 200 days after first transplant" in picture
        assert "MRD negative after reinduction" in picture
        assert model.version in picture
        assert model.source_hash[:12] in picture


@pytest.mark.parametrize("context_options", [{"color_scheme": "dark"}, {"color_scheme": "light"}])
def test_chart_text_can_be_read_in_both_themes(page, app_url, context_options):
    open_case(page, app_url + SAMPLE)
    text = page.get_by_test_id("stVegaLiteChart").locator("svg text").first
    expect(text).to_be_visible()
    channels = re.findall(r"\d+", text.evaluate("e => getComputedStyle(e).fill"))[:3]
    bright = sum(int(channel) for channel in channels) / 3
    assert bright > 200 if context_options["color_scheme"] == "dark" else bright < 60
