"""The server is lost and comes back, or another takes its place: the case stands on the page, and
the first change made to it counts."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import free_port, serving
from tests.browser.waiting import choice, listen, settle
from ui.session.words import field_label

SAMPLE = "leukemia=AML&days=333&cr=yes&age=8"
DAYS = field_label("days_to_failure")
FIRST, LAST = "Date of the first transplant", "Date of relapse or progression"


@pytest.fixture
def lose_server(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Start a server, or another in the place of the one there was; its address."""
    port = free_port()
    with ExitStack() as current:

        def begin() -> str:
            current.close()
            return current.enter_context(serving(port, tmp_path)).url

        yield begin


def field(page: Page, label: str) -> Locator:
    form = page.get_by_test_id("stSidebar")
    return form.get_by_label(label, exact=True).filter(visible=True)


def lose(page: Page, lose_server: Callable[[], str]) -> None:
    """Lose the server, and wait until the page is connected to the one in its place."""
    with page.expect_websocket():
        lose_server()
    connected = page.locator(".stApp[data-test-connection-state=CONNECTED]")
    expect(connected).to_be_attached()
    expect(page.get_by_test_id("stConnectionStatus")).to_have_count(0)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_first_change_after_a_lost_server_counts(
    browser: Browser, lose_server: Callable[[], str]
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-GB")
    listen(page.context)
    form = page.get_by_test_id("stSidebar")
    page.goto(f"{lose_server()}/?{SAMPLE}")
    expect(page.locator("table.answer")).to_be_visible()
    settle(page)

    # Typed, and never sent: it is not applied, whatever else is changed, until its field is left.
    field(page, DAYS).fill("400")
    lose(page, lose_server)
    choice(form, "T-ALL").click()
    expect(page.get_by_text(re.compile("^T-ALL, .* 333 days after"))).to_be_visible()
    settle(page)
    expect(field(page, DAYS)).to_have_value("400")
    expect(page.get_by_text("What you typed is not applied yet")).to_be_visible()
    field(page, DAYS).click()
    field(page, DAYS).press("Tab")
    expect(page.get_by_text("400 days after first transplant")).to_be_visible()
    expect(page.get_by_text("What you typed is not applied yet")).to_be_hidden()
    settle(page)
    page.wait_for_url(lambda url: "days=400" in url)

    # Fields that have given way to new ones, and dates in place of the number.
    form.get_by_text("Work it out from two dates").click()
    field(page, FIRST).fill("2024-01-01")
    field(page, LAST).fill("2024-07-19")
    field(page, LAST).press("Enter")
    expect(page.get_by_text("200 days after first transplant")).to_be_visible()
    settle(page)
    lose(page, lose_server)
    field(page, LAST).fill("2024-07-20")
    field(page, LAST).press("Enter")
    expect(page.get_by_text("201 days after first transplant")).to_be_visible()
    expect(field(page, DAYS)).to_have_value("201")
    settle(page)

    # Choices, and the language.
    lose(page, lose_server)
    choice(form, "B-ALL").click()
    expect(page.get_by_text(re.compile("^B-ALL, .* 201 days after"))).to_be_visible()
    settle(page)
    lose(page, lose_server)
    form.get_by_role("radio", name="Français", exact=True).click()
    expect(page.get_by_role("heading", name="LAL-B, ")).to_be_visible()
    settle(page)
    expect(form.get_by_role("radio", name="LAL-B")).to_be_checked()
    expect(form.get_by_role("radio", name="Français")).to_be_checked()
    page.wait_for_url(lambda url: "leukemia=B-ALL" in url)
    page.close()


def test_the_first_change_to_a_comparison_after_a_lost_server_counts(
    browser: Browser, lose_server: Callable[[], str]
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-GB")
    listen(page.context)
    page.goto(f"{lose_server()}/compare?{SAMPLE}&column=chemo&column=dli~days-20")
    expect(page.locator("table.compared").first).to_be_visible()
    settle(page)
    lose(page, lose_server)
    # Two changes, the second while the first is being answered.
    page.get_by_test_id("stMain").get_by_role("radio", name="2 years", exact=True).click()
    field(page, field_label("age_years")).fill("9")
    field(page, field_label("age_years")).press("Enter")
    expect(page.locator("table.compared").first).to_contain_text("At 2 years")
    settle(page)
    page.wait_for_url(lambda url: "at=730" in url)
    page.wait_for_url(lambda url: "age=9" in url)
    lose(page, lose_server)
    page.get_by_role("button", name="Add a column").click()
    expect(page.locator(".column-card")).to_have_count(3)
    settle(page)
    assert page.url.count("column=") == 3

    # The talk: the team's own words live in the browser's fields alone.
    page.goto(f"{lose_server()}/counselling?{SAMPLE}&left_out=dli")
    main = page.get_by_test_id("stMain")
    main.get_by_text("The team's own words", exact=True).click()
    main.get_by_label("For all options").fill("Call us.")
    main.get_by_label("For all options").press("Control+Enter")
    expect(main.locator(".team", has_text="Call us.")).to_be_visible()
    settle(page)
    lose(page, lose_server)
    choice(main, "Palliative care").click()
    page.wait_for_url(re.compile("left_out=dli(,|%2C)palliative"))
    settle(page)
    expect(main.locator(".team", has_text="Call us.")).to_be_visible()
    for option, ticked in (
        ("Palliative care", False),
        ("DLI alone", False),
        ("Chemotherapy", True),
    ):
        box = main.get_by_role("checkbox", name=re.compile(f"^{option}")).first
        expect(box).to_be_checked(checked=ticked)
    page.close()
