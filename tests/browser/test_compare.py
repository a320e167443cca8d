"""A tumour board compares options: columns built by hand, every number read off the page and
compared with what the command line says of the same scenarios."""

import csv
import io
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from model.options import CHOICE_AT_RELAPSE_LABELS, REINDUCTION, TREATMENT_LABELS
from model.survival.prediction import TABLE_DAYS, load_model
from tests.browser.views import sticks_out
from tests.browser.waiting import pick, settle
from ui.session.words import field_label

ROOT = Path(__file__).parents[2]
DESKTOP, PHONE = {"width": 1360, "height": 900}, {"width": 390, "height": 844}
SAMPLE = "leukemia=AML&days=200&cr=yes&age=8"
FOUR = (
    "column=second_sct&column=chemo_dli~days-400~name-Had+it+come+later"
    "&column=chemo~cr-no&column=palliative~alive-60"
)
# Where the first of each ends, or begins and ends, in pixels of the page's own scroll.
MEASURE = """
() => {
    const main = document.querySelector("[data-testid=stMain]");
    const box = (selector) => {
        const {top, bottom} = document.querySelector(selector).getBoundingClientRect();
        return {top: top + main.scrollTop, bottom: bottom + main.scrollTop};
    };
    return {
        title: box("h1").bottom,
        curves: box("[data-testid=stVegaLiteChart]"),
        table: box("table.compared"),
    };
}
"""
CONTRASTS = ("difference", "ratio", "restricted_mean_difference")

Row = dict[str, str]
# Treatment, days to failure, remission, days survived: as the command line takes them.
Scenario = tuple[str, int, str, int]


def command_line(command: str, scenarios: dict[str, Scenario], *options: str) -> list[Row]:
    """What a command says of scenarios, each under the letter of its column."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    inputs = ["days_to_failure", "post_transplant_cr", "days_survived"]
    if command == "compare":
        writer.writerow(["case_id", "treatment", *inputs])
        writer.writerows([letter, *scenario] for letter, scenario in scenarios.items())
    else:
        writer.writerow(["case_id", "leukemia", *inputs])
        writer.writerows([letter, "AML", *s[1:]] for letter, s in scenarios.items())
    finished = subprocess.run(
        [sys.executable, "-m", "model", command, "-", *options],
        cwd=ROOT,
        input=text.getvalue(),
        capture_output=True,
        text=True,
        check=True,
    )
    return list(csv.DictReader(io.StringIO(finished.stdout)))


def open_comparison(page: Page, app_url: str, columns: str = "", more: str = "") -> None:
    page.goto(f"{app_url}/compare?{SAMPLE}&{columns}{more}")
    expect(page.get_by_role("table").first).to_be_visible()
    settle(page)


def read(cells: Locator) -> list[Row]:
    """The data attributes of each cell and its visible text."""
    rows: list[Row] = cells.evaluate_all("all => all.map(e => ({...e.dataset, text: e.innerText}))")
    return rows


def numbers(page: Page) -> dict[tuple[str, str, str], Row]:
    """Every cell with a number, by column, quantity and day."""
    cells = read(page.locator("table.compared td[data-quantity]"))
    found: dict[tuple[str, str, str], Row] = {}
    for cell in cells:
        found.setdefault((cell["column"], cell["quantity"], cell.get("day", "")), cell)
    return found


def columns_of(page: Page) -> list[str]:
    return parse_qs(urlsplit(page.url).query).get("column", [])


def editor(page: Page, letter: str, change: str = "Change") -> Locator:
    """Open the editor of a column; `change` is what its button says before the letter."""
    page.get_by_test_id("stMain").get_by_role("button", name=f"{change} {letter}").click()
    opened = page.get_by_test_id("stPopoverBody")
    expect(opened).to_be_visible()
    return opened


def close_editor(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
    settle(page)


def choose(page: Page, box: Locator, choice: str) -> None:
    pick(box, choice)
    settle(page)


def enter(page: Page, field: Locator, text: str) -> None:
    field.fill(text)
    field.press("Enter")
    settle(page)


def assert_same_numbers(
    page: Page, scenarios: dict[str, Scenario], reference: str, day: int
) -> None:
    """Every number of the tables, exact and as shown, is the command line's."""
    compared = command_line("compare", scenarios, "--day", str(day), "--reference", reference)
    predicted = command_line("predict", scenarios)
    assert compared
    settle(page)
    check_numbers(numbers(page), compared, predicted, scenarios, reference)


def check_numbers(
    found: dict[tuple[str, str, str], Row],
    compared: list[Row],
    predicted: list[Row],
    scenarios: dict[str, Scenario],
    reference: str,
) -> None:
    for row in compared:
        cell = found[row["case_id"], row["quantity"], row["day"]]
        if row["quantity"] in CONTRASTS and row["case_id"] == reference:
            assert "reference" in cell["text"]
            continue
        for name in ("estimate", "lower", "upper", "supported"):
            assert cell[name] == row[name], (row, cell)
        assert_shown(row, cell["text"])
        if row["quantity"] == "difference":
            assert_children(row, found[row["case_id"], "children", row["day"]]["text"])
    for row in predicted:
        if row["treatment"] == scenarios[row["case_id"]][0]:
            cell = found[row["case_id"], "survival", row["day"]]
            for name, attribute in (
                ("survival", "estimate"),
                ("lower", "lower"),
                ("upper", "upper"),
                ("supported", "supported"),
            ):
                assert cell[attribute] == row[name], (row, cell)
            assert found[row["case_id"], "median", ""]["estimate"] == row["median_days"]


def assert_shown(row: Row, text: str) -> None:
    """The words of a cell are its numbers, rounded."""
    shown = [number.replace("−", "-") for number in re.findall(r"[−+<>]?\d+(?:\.\d+)?", text)]
    exact = [float(row[name]) for name in ("estimate", "lower", "upper")]
    if row["quantity"] in ("survival", "difference"):
        exact, within = [100 * number for number in exact], 0.51
    elif row["quantity"] == "ratio":
        within = 0.0051
    else:
        # Days more or fewer: which of them, the word says.
        exact, within = [abs(number) for number in exact], 0.51
    for said, number in zip(shown, exact, strict=False):
        bound = said.lstrip("<>+")
        if said.startswith("<"):
            assert number <= float(bound)
        elif said.startswith(">"):
            assert number >= float(bound)
        else:
            assert abs(float(bound) - number) <= within, (row, text)


def assert_children(row: Row, text: str) -> None:
    value, lower, upper = (round(100 * float(row[name])) for name in ("estimate", "lower", "upper"))
    said = [int(number) for number in re.findall(r"\d+", text.replace("of 100 children", ""))]
    assert said[-2:] in ([abs(lower), abs(upper)], [abs(upper), abs(lower)])
    assert said[0] == abs(value)
    assert ("more" if value > 0 else "fewer") in text


def test_a_comparison_built_by_hand_shows_the_numbers_of_the_command_line(page, app_url):
    open_comparison(page, app_url)
    scenarios: dict[str, Scenario] = {
        "A": ("second_sct", 200, "yes", 0),
        "B": ("chemo_dli", 200, "yes", 0),
    }
    assert columns_of(page) == ["second_sct", "chemo_dli"]
    assert_same_numbers(page, scenarios, "A", 365)

    # The same child with another option.
    page.get_by_role("button", name="Add a column").click()
    expect(page.locator(".column-card")).to_have_count(3)
    settle(page)
    scenarios["C"] = ("chemo", 200, "yes", 0)
    # The same option had the leukemia come back later, after no remission, for a child alive today.
    editor(page, "B").get_by_role("button", name="Duplicate").click()
    expect(page.locator(".column-card")).to_have_count(4)
    settle(page)
    opened = editor(page, "C")
    choose(page, opened.get_by_role("combobox", name="Option"), TREATMENT_LABELS["palliative"])
    enter(page, opened.get_by_label(field_label("days_to_failure")), "400")
    choose(
        page,
        opened.get_by_role("combobox", name="Complete remission"),
        "progression without remission",
    )
    enter(page, opened.get_by_label(field_label("days_survived")), "30")
    close_editor(page)
    scenarios["D"] = scenarios.pop("C")
    scenarios["C"] = ("palliative", 400, "no", 30)
    scenarios = dict(sorted(scenarios.items()))
    assert columns_of(page) == [
        "second_sct",
        "chemo_dli",
        "palliative~days-400~cr-no~alive-30",
        "chemo",
    ]
    assert_same_numbers(page, scenarios, "A", 365)

    # Another day, another reference.
    page.get_by_test_id("stMain").get_by_role("radio", name="2 years", exact=True).click()
    settle(page)
    choose(
        page,
        page.get_by_test_id("stMain").get_by_role("combobox", name="Reference"),
        "D: Chemotherapy alone",
    )
    assert_same_numbers(page, scenarios, "D", 730)
    address = page.url

    page.reload()
    expect(page.get_by_role("table").first).to_be_visible()
    settle(page)
    assert page.url == address
    assert_same_numbers(page, scenarios, "D", 730)


@pytest.mark.parametrize("viewport", [DESKTOP])
def test_title_curves_and_the_table_of_the_day_stand_on_the_first_screen(
    page: Page, app_url: str
) -> None:
    three = "column=second_sct&column=reinduction&column=chemo"
    for columns in ("", three, f"{three}&lang=fr"):
        open_comparison(page, app_url, columns)
        found = page.evaluate(MEASURE)
        assert found["title"] <= 130
        assert found["curves"]["bottom"] - found["curves"]["top"] >= 240
        assert found["curves"]["top"] <= 300
        assert found["curves"]["bottom"] <= found["table"]["top"] <= 620
        assert found["table"]["bottom"] <= DESKTOP["height"]
    opened = editor(page, "C", "Modifier")
    for name in ("Dupliquer", "Retirer"):
        expect(opened.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)


def test_reinduction_is_a_column_with_the_numbers_of_the_command_line(
    page: Page, app_url: str
) -> None:
    open_comparison(page, app_url)
    option = editor(page, "B").get_by_role("combobox", name="Option")
    choose(page, option, CHOICE_AT_RELAPSE_LABELS[REINDUCTION])
    close_editor(page)
    assert columns_of(page) == ["second_sct", REINDUCTION]
    found = numbers(page)
    predicted = command_line("predict", {"B": (REINDUCTION, 200, "yes", 0)}, "--choices")
    check_numbers(found, [], predicted, {"B": (REINDUCTION, 200, "yes", 0)}, "A")
    assert {found["B", quantity, "365"]["text"].strip() for quantity in CONTRASTS} == {
        "of another model"
    }
    chart = page.get_by_test_id("stVegaLiteChart")
    label = chart.locator("svg text").filter(has_text="B: Start reinduction")
    expect(label.first).to_be_visible()


def test_day_is_chosen_with_the_keyboard_to_the_day(page, app_url):
    open_comparison(page, app_url, FOUR, "&at=399")
    slider = page.get_by_test_id("stMain").get_by_role("slider")
    slider.focus()
    slider.press("ArrowRight")
    settle(page)
    expect(page.get_by_text("On day 400 (13.1 months)")).to_be_visible()
    page.wait_for_url(lambda url: "at=400" in url)
    scenarios: dict[str, Scenario] = {
        "A": ("second_sct", 200, "yes", 0),
        "B": ("chemo_dli", 400, "yes", 0),
        "C": ("chemo", 200, "no", 0),
        "D": ("palliative", 200, "yes", 60),
    }
    assert_same_numbers(page, scenarios, "A", 400)


def test_a_column_is_renamed_and_removed_and_four_are_the_most(page, app_url):
    open_comparison(page, app_url, FOUR)
    expect(page.get_by_role("button", name="Add a column")).to_be_disabled()
    opened = editor(page, "A")
    expect(opened.get_by_role("button", name="Duplicate")).to_be_disabled()
    enter(page, opened.get_by_role("textbox", name="Short name"), "  <b>Board</b> & us ")
    close_editor(page)
    head = page.get_by_role("columnheader").filter(has_text="<b>Board</b> & us").first
    expect(head).to_be_visible()
    assert columns_of(page)[0] == "second_sct~name-<b>Board</b> & us"
    chart = page.get_by_test_id("stVegaLiteChart")
    expect(chart.locator("svg text").filter(has_text="<b>Board</b> & us").first).to_be_visible()

    editor(page, "B").get_by_role("button", name="Remove").click()
    expect(page.locator(".column-card")).to_have_count(3)
    settle(page)
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
    assert [text.partition("~")[0] for text in columns_of(page)] == [
        "second_sct",
        "chemo",
        "palliative",
    ]
    page.reload()
    expect(page.get_by_role("columnheader").filter(has_text="Board").first).to_be_visible()
    for left in (2, 1):
        editor(page, "A").get_by_role("button", name="Remove").click()
        expect(page.locator(".column-card")).to_have_count(left)
        settle(page)
        assert len(columns_of(page)) == left
    expect(editor(page, "A").get_by_role("button", name="Remove")).to_be_disabled()


def test_what_differs_is_marked_and_what_is_equal_said_once(page, app_url):
    open_comparison(page, app_url, "column=chemo&column=chemo~days-400&column=chemo~cr-no")
    main = page.get_by_test_id("stMain")
    shared = "The same in every column: AML; Chemotherapy alone;"
    expect(main.get_by_text(shared)).to_have_count(1)
    cards = main.locator(".column-card")
    expect(cards).to_have_count(3)
    expect(cards.nth(0).locator(".differs")).to_have_count(0)
    expect(cards.nth(1).locator(".differs")).to_have_text(re.compile("≠.*400 days"))
    expect(cards.nth(2).locator(".differs")).to_have_text(re.compile("≠.*without remission"))
    expect(main.locator(".column-card").filter(has_text="Chemotherapy alone")).to_have_count(0)
    expect(main.get_by_text("compare different children")).to_be_visible()


def test_what_is_typed_into_an_editor_and_given_up_does_not_stay_dimmed(page, app_url):
    open_comparison(page, app_url, "column=second_sct&column=chemo~days-20")
    opened = editor(page, "B")
    opened.get_by_label(field_label("days_to_failure")).fill("204")
    dimmed = page.locator("html[data-not-applied]")
    expect(dimmed).to_have_count(1)
    page.keyboard.press("Escape")
    expect(dimmed).to_have_count(0)


def test_columns_follow_the_form_where_they_were_not_changed(page, app_url):
    open_comparison(page, app_url, "column=second_sct&column=second_sct~days-400")
    form = page.get_by_test_id("stSidebar")
    enter(page, form.get_by_label(field_label("days_to_failure")), "20")
    scenarios: dict[str, Scenario] = {
        "A": ("second_sct", 20, "yes", 0),
        "B": ("second_sct", 400, "yes", 0),
    }
    assert_same_numbers(page, scenarios, "A", 365)


def test_the_comparison_waits_while_another_page_is_read(page, app_url):
    open_comparison(page, app_url, FOUR, "&ref=2&at=100")
    navigation = page.get_by_test_id("stHeader")
    navigation.get_by_role("link", name="Case").click()
    expect(page.locator("h1.child-heading")).to_be_visible()
    settle(page)
    assert columns_of(page) == []
    navigation.get_by_role("link", name="Compare").click()
    expect(page.locator("table.compared").first).to_be_visible()
    settle(page)
    assert len(columns_of(page)) == 4
    page.wait_for_url(lambda url: "ref=2" in url)
    page.wait_for_url(lambda url: "at=100" in url)


def test_chart_names_every_column_and_is_described(page, app_url):
    open_comparison(page, app_url, FOUR)
    chart = page.get_by_test_id("stVegaLiteChart")
    for name in ("A: Chemotherapy then second SCT", "B: Had it come later", "D: Palliative care"):
        expect(chart.locator("svg text").filter(has_text=name).first).to_be_visible()
    described = chart.get_attribute("aria-label") or ""
    for row in command_line(
        "compare", {"A": ("second_sct", 200, "yes", 0), "B": ("chemo_dli", 400, "yes", 0)}
    ):
        if row["quantity"] == "survival":
            said = re.search(rf"{row['case_id']}: [^:]+: ([<>]?\d+)% \(", described)
            assert said is not None
            assert abs(int(said[1]) - 100 * float(row["estimate"])) <= 0.51


def test_files_hold_columns_numbers_and_model(page, app_url):
    open_comparison(page, app_url, FOUR, "&at=182")
    content = {}
    for ending, label in (("csv", "Numbers (CSV)"), ("svg", "Chart (SVG)"), ("png", "Chart (PNG)")):
        with page.expect_download() as download:
            page.get_by_role("button", name=label).click()
        assert download.value.suggested_filename.endswith(f".{ending}")
        content[ending] = Path(download.value.path()).read_bytes()
    model = load_model()
    rows = list(csv.DictReader(io.StringIO(content["csv"].decode("utf-8"))))
    found = numbers(page)
    assert {row["quantity"] for row in rows} >= {*CONTRASTS, "survival", "restricted_mean"}
    assert {row["day"] for row in rows if row["quantity"] == "survival"} == set(
        map(str, TABLE_DAYS)
    )
    for row in rows:
        cell = found[row["column"], row["quantity"], row["day"]]
        for name in ("estimate", "lower", "upper", "supported"):
            assert row[name] == cell[name]
    svg = content["svg"].decode("utf-8")
    assert content["png"].startswith(b"\x89PNG")
    for picture in (svg, content["png"].decode("utf-8", errors="ignore")):
        assert "B: Had it come later" in picture
        assert model.source_hash[:12] in picture


@pytest.mark.parametrize("viewport", [PHONE])
def test_phone_needs_no_scrolling_sideways(page, app_url, viewport):
    open_comparison(page, app_url, FOUR)
    assert sticks_out(page) == []
    tables = page.locator("table.compared")
    expect(tables).to_have_count(3)
    assert tables.locator("td").evaluate_all(
        "all => all.every(e => e.scrollWidth <= e.clientWidth + 1)"
    )
    # It finds its place some frames after it has opened; a part of a pixel may be rounded up.
    page.wait_for_function(
        """opened => {
            const {left, right} = opened.getBoundingClientRect();
            return left >= 0 && right <= innerWidth + 1;
        }""",
        arg=editor(page, "D").element_handle(),
    )


def test_french_has_the_same_numbers_and_the_same_codes_in_the_address(page, app_url):
    open_comparison(page, app_url, FOUR, "&at=400")
    english, columns = numbers(page), columns_of(page)
    open_comparison(page, app_url, FOUR, "&at=400&lang=fr")
    french = numbers(page)
    assert columns_of(page) == columns
    assert {key: cell.get("estimate") for key, cell in french.items()} == {
        key: cell.get("estimate") for key, cell in english.items()
    }
    ratio = french["B", "ratio", "400"]
    assert f"{float(ratio['estimate']):.2f}".replace(".", ",") in ratio["text"]


def test_fields_that_load_slowly_keep_what_the_link_held(page, app_url):
    held: list[Route] = []
    page.route(
        re.compile(r"/static/js/(TextInput|Checkbox|Radio|ButtonGroup)\.[^/]*\.js$"),
        lambda route: held.append(route),
    )
    page.goto(f"{app_url}/compare?{SAMPLE}&{FOUR}&lang=fr")
    first = page.locator("table.compared").first
    expect(first).to_be_visible()
    slider = page.get_by_test_id("stMain").get_by_role("slider")
    slider.press("ArrowRight")
    expect(first).to_contain_text("366")
    assert held
    for route in held:
        route.continue_()
    page.unroute_all()
    days = page.get_by_test_id("stSidebar").get_by_role("textbox").first
    expect(days).to_have_value("200")
    settle(page)
    slider.press("ArrowRight")
    expect(first).to_contain_text("367")
    settle(page)
    page.wait_for_url(lambda url: "leukemia=AML&days=200&cr=yes&age=8" in url)
    page.wait_for_url(lambda url: "lang=fr" in url)
    assert "=false" not in page.url
