"""The switches of the case page in a real browser."""

import re

from playwright.sync_api import Page, expect

CASE = "leukemia=B-ALL&days=200&cr=yes&age=8"


def turn(page: Page, label: str) -> None:
    page.get_by_test_id("stMain").get_by_text(label, exact=True).click()


def test_the_exploratory_model_is_laid_under_the_curves_when_it_is_asked_for(
    page: Page, app_url: str
):
    page.goto(f"{app_url}/?{CASE}")
    main = page.get_by_test_id("stMain")
    expect(main.locator("[data-exploratory]")).to_have_count(0)
    main.locator(".st-key-exploratory summary").click()
    expect(main.get_by_text("against AML: 0.72")).to_be_visible()
    turn(page, "Show the exploratory model")
    expect(main.locator("td[data-exploratory]")).to_have_count(25)
    expect(main.get_by_text("against AML: 0.72")).to_have_count(0)
    expect(main.locator(".st-key-exploratory_charts svg.marks")).to_have_count(5)
    expect(main.locator(".st-key-exploratory_charts").get_by_text("exploratory")).to_have_count(5)
    expect(page).to_have_url(re.compile("exploratory=yes"))
    page.reload()
    expect(main.locator("td[data-exploratory]")).to_have_count(25)


def test_options_assumed_alike_say_so_here_and_on_the_other_pages_that_they_do_not(
    page: Page, app_url: str
):
    page.goto(f"{app_url}/?{CASE}&all_options=alike")
    main = page.get_by_test_id("stMain")
    rows = main.locator("th[data-treatment]", has_text="(assumed alike)")
    expect(rows).to_have_count(3)
    one_year = main.locator("td[data-day='365'][data-survival]")
    numbers = [cell.get_attribute("data-survival") for cell in one_year.all()]
    assert len(set(numbers[:3])) == 1
    assert len(set(numbers)) == 3
    page.get_by_role("link", name="Compare").click()
    expect(main.get_by_text("assumed alike on the case page only")).to_be_visible()
    expect(page).to_have_url(re.compile("all_options=alike"))
    expect(main.get_by_text("(assumed alike)")).to_have_count(0)
