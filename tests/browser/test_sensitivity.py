"""A wait before second transplant, on screen: asked for, shown, kept and taken back."""

import re
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

from model.prediction import TABLE_DAYS, predict
from model.sensitivity import SECOND_SCT, load_waiting
from tests.browser.axe import findings
from tests.browser.views import settle, sticks_out

LINK = {"leukemia": "AML", "days": "200", "cr": "yes", "age": "8"}
WAITED = f"tr[data-option={SECOND_SCT}]:not([data-waited='0'])"


def choose(page: Page, day: int) -> None:
    # Buttons of one day only: no other control of the page is named by a number.
    page.get_by_role("radio", name=str(day), exact=True).click()
    settle(page)


def on_screen(row: Locator) -> list[str | None]:
    return [
        row.locator(f"td[data-day='{day}']").get_attribute(f"data-{name}")
        for name in ("value", "lower", "upper")
        for day in TABLE_DAYS
    ]


def test_a_wait_is_shown_when_asked_for_and_kept_from_page_to_page(page: Page, app_url: str):
    page.goto(f"{app_url}/?{urlencode(LINK)}")
    settle(page)
    drawn = page.get_by_test_id("stVegaLiteChart").count()
    expect(page.locator(WAITED)).to_have_count(0)
    choose(page, 30)
    expect(page.locator(WAITED)).to_have_attribute("data-waited", "30")
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(drawn + 1)
    expected = predict(load_waiting(30).waited, [200], [True], treatments=[SECOND_SCT])
    curves = (expected.survival, expected.lower, expected.upper)
    assert on_screen(page.locator(WAITED)) == [
        f"{value:.4f}" for curve in curves for value in curve[0, 0]
    ]
    page.get_by_role("link", name="Compare").click()
    expect(page.locator("h1")).to_contain_text("Compare")
    expect(page).to_have_url(re.compile("waiting=30"))
    page.go_back()
    expect(page.locator(WAITED)).to_have_attribute("data-waited", "30")
    settle(page)
    choose(page, 0)
    expect(page.locator(WAITED)).to_have_count(0)
    expect(page).not_to_have_url(re.compile("waiting"))


def test_a_link_with_a_wait_can_be_read_on_a_phone_in_french(page: Page, app_url: str):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{app_url}/?{urlencode(LINK | {'waiting': '60', 'lang': 'fr'})}")
    settle(page)
    expect(page.locator(WAITED)).to_have_attribute("data-waited", "60")
    assert not sticks_out(page)
    assert not [*findings(page)]
