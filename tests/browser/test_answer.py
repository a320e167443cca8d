"""The answer first: where it stands, what is one step away, and the way from the form to it.

Positions are those of the page's own scroll, in pixels; they are measured and not only looked at.
"""

import io
import re

import pypdf
import pytest
from playwright.sync_api import Browser, Page, expect

from model.options import CHOICES_AT_RELAPSE, REINDUCTION
from tests.browser.conftest import free_port, serving
from tests.browser.paper import plain, words_on
from tests.browser.waiting import answered, choice, settle
from ui.session.words import field_label

SAMPLE = "leukemia=AML&days=200&cr=yes&age=8"
DESKTOP, PHONE = {"width": 1360, "height": 900}, {"width": 390, "height": 844}
DAYS, ALIVE = field_label("days_to_failure"), field_label("days_survived")
MEASURE = """
() => {
    const main = document.querySelector("[data-testid=stMain]");
    const box = (selector) => {
        const {top, bottom} = document.querySelector(selector).getBoundingClientRect();
        return {top: top + main.scrollTop, bottom: bottom + main.scrollTop};
    };
    return {
        answer: box("table.answer"),
        curves: box("[data-testid=stVegaLiteChart]"),
        proposal: box(".st-key-guidance_box"),
        page: main.scrollHeight,
    };
}
"""
FRENCH = {"color_scheme": "light", "locale": "fr-FR", "reduced_motion": "reduce"}
# What a browser's translation does to a page: each text in an element of its own, but where it is
# told not to.
TRANSLATE = """
() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
        const parent = text.parentElement;
        if (!text.data.trim() || parent.closest("script, style")) continue;
        if (parent.closest("[translate=no]")) continue;
        const wrapped = document.createElement("font");
        text.replaceWith(wrapped);
        wrapped.append(text);
    }
}
"""


@pytest.mark.parametrize("viewport", [DESKTOP])
def test_answer_curves_and_proposal_stand_near_the_top(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/?{SAMPLE}")
    settle(page)
    found = page.evaluate(MEASURE)
    assert found["answer"]["bottom"] <= DESKTOP["height"]
    assert found["curves"]["top"] <= 900
    assert found["proposal"]["bottom"] <= 1400
    assert found["page"] <= 2300
    # The fields that survival needs, and the beginning of the answer, without scrolling.
    form = page.get_by_test_id("stSidebar")
    for label in ("Leukemia", DAYS, field_label("post_transplant_cr")):
        expect(form.get_by_text(label, exact=True).first).to_be_in_viewport(ratio=1)
    expect(choice(form, "no")).to_be_in_viewport(ratio=1)
    expect(page.locator("table.answer tbody tr").first).to_be_in_viewport(ratio=1)
    expect(page.get_by_text("Aftergraft · ")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("viewport", [PHONE])
def test_on_a_phone_the_answer_ends_within_two_screens(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/?{SAMPLE}")
    settle(page)
    found = page.evaluate(MEASURE)
    assert found["answer"]["bottom"] <= 2 * PHONE["height"]
    assert found["page"] <= 4200
    # The numbers of one time stand under each other.
    for day in ("100", "365", "730"):
        cells = page.locator(f"table.answer td[data-day='{day}']").all()
        assert len(cells) == 6
        lefts = {round((cell.bounding_box() or {"x": -1})["x"]) for cell in cells}
        assert max(lefts) - min(lefts) <= 16


@pytest.mark.parametrize("viewport", [DESKTOP])
@pytest.mark.parametrize("context_options", [FRENCH])
def test_in_french_the_answer_stands_as_high(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/?{SAMPLE}")
    settle(page)
    found = page.evaluate(MEASURE)
    assert found["curves"]["top"] <= 900
    assert found["page"] <= 2400


def test_printed_the_case_takes_two_sheets(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/?leukemia=B-ALL&days=40&cr=no&age=8&mrd=positive")
    settle(page)
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(pypdf.PdfReader(io.BytesIO(paper)).pages) == 2
    said = words_on(paper)
    for words in ("B-ALL, progression without remission", "Start reinduction", "Bispecific"):
        assert plain(words) in said


def test_the_answer_is_read_as_a_table_and_differences_only_when_asked_for(
    page: Page, app_url: str
) -> None:
    page.goto(f"{app_url}/?{SAMPLE}")
    settle(page)
    table = page.locator("table.answer")
    heads = [head.inner_text() for head in table.get_by_role("rowheader").all()]
    assert heads[0] == "Start reinduction, whatever followed"
    assert len(heads) == 6
    assert [row.get_attribute("data-answer") for row in table.locator("tbody th").all()] == [
        REINDUCTION,
        *CHOICES_AT_RELAPSE[REINDUCTION],
        "dli",
        "palliative",
    ]
    expect(table.get_by_text("Difference from")).to_have_count(0)
    page.get_by_test_id("stSelectbox").locator("input").click()
    page.get_by_role("option", name="Chemotherapy alone").click()
    expect(table).to_contain_text("Difference from Chemotherapy alone at 1 year")
    expect(page.get_by_text("Not what choosing one would change")).to_be_visible()
    expect(table.locator("td[data-difference]")).to_have_count(4)


def test_what_was_entered_is_kept_while_pages_without_the_form_are_read(
    page: Page, app_url: str
) -> None:
    page.goto(app_url)
    form = page.get_by_test_id("stSidebar")
    choice(form, "T-ALL").click()
    form.get_by_label(DAYS).fill("400")
    form.get_by_label(DAYS).press("Enter")
    choice(form, "yes").click()
    form.get_by_label(ALIVE).fill("1400")
    form.get_by_label(ALIVE).press("Enter")
    expect(page.get_by_test_id("stMain").get_by_text("1400 is out of range")).to_be_visible()
    for name in ("Evidence", "Registry", "About"):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", level=1, name=re.compile(name))).to_be_visible()
        settle(page)
        expect(form.get_by_test_id("stTextInput")).to_have_count(0)
        expect(page).to_have_url(re.compile("days=400"))
    page.get_by_role("link", name="Case", exact=True).click()
    expect(form.get_by_label(DAYS)).to_have_value("400")
    expect(form.get_by_label(ALIVE)).to_have_value("1400")
    expect(form.get_by_role("radio", name="T-ALL")).to_be_checked()
    form.get_by_label(ALIVE).fill("")
    form.get_by_label(ALIVE).press("Enter")
    expect(page.get_by_role("heading", name="T-ALL, relapse after remission, 400")).to_be_visible()


def test_a_new_case_leaves_the_reader_at_the_first_field(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/?{SAMPLE}")
    settle(page)
    form = page.get_by_test_id("stSidebar")
    for _ in range(2):
        form.get_by_role("button", name="Start a new case").click()
        expect(form.get_by_role("radio", name="AML")).to_be_focused()
        expect(form.get_by_role("radio", name="AML")).not_to_be_checked()
        answered(page)


@pytest.mark.parametrize("viewport", [PHONE])
def test_on_a_phone_the_form_leads_to_the_result(page: Page, app_url: str) -> None:
    page.goto(app_url)
    form = page.get_by_test_id("stSidebar")
    form.get_by_label(DAYS).fill("200")
    form.get_by_label(DAYS).press("Enter")
    shows = form.get_by_role("button", name="Show the result")
    expect(form.get_by_text("Still missing")).to_be_visible()
    expect(shows).to_have_count(0)
    choice(form, "yes").click()
    shows.click()
    expect(form.get_by_text("The child", exact=True)).not_to_be_in_viewport()
    expect(page.locator("table.answer tbody tr").first).to_be_in_viewport(ratio=1)


def test_the_link_to_a_case_is_there_to_be_copied(page: Page, app_url: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for where in ("", "compare"):
        page.goto(f"{app_url}/{where}?{SAMPLE}")
        settle(page)
        expect(page.get_by_label("Link to this case")).to_have_value(page.url)
        page.get_by_role("button", name="Copy", exact=True).click()
        expect(page.get_by_text("Copied", exact=True)).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_a_browsers_translation_breaks_nothing(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/?{SAMPLE}")
    settle(page)
    page.evaluate(TRANSLATE)
    form = page.get_by_test_id("stSidebar")
    for days, leukemia in (("20", "T-ALL"), ("400", "AML"), ("90", "B-ALL")):
        form.get_by_label(DAYS).fill(days)
        form.get_by_label(DAYS).press("Enter")
        choice(form, leukemia).click()
        expect(page.get_by_role("heading", name=f"{leukemia}, ")).to_contain_text(f"{days} days")
        settle(page)
        page.evaluate(TRANSLATE)
    expect(page.get_by_text("removeChild")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_what_was_typed_when_the_connection_was_lost_is_said_to_wait(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    port = free_port()
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-GB")
    with serving(port, tmp_path_factory.mktemp("lost")) as running:
        page.goto(f"{running.url}/?{SAMPLE}")
        expect(page.locator("table.answer")).to_be_visible()
        said = page.get_by_text("The connection to the app is lost")
        expect(said).to_be_hidden()
        page.get_by_test_id("stSidebar").get_by_label(DAYS).fill("300")
        expect(page.get_by_text("What you typed is not applied yet")).to_be_visible()
    # The server is gone.
    expect(page.locator(".stApp:not([data-test-connection-state=CONNECTED])")).to_be_attached()
    expect(said).to_be_visible()
    page.close()
