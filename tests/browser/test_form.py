"""The form in a real browser: filled in by keyboard and mouse, reloaded, opened by a link."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from model.case import TREATMENT_LABELS
from ui.wording import field_label

SAMPLE = {"leukemia": "AML", "days": "200", "cr": "yes", "age": "8"}
DAYS, AGE = field_label("days_to_failure"), field_label("age_years")
TRANSPLANT, FAILURE = "Date of the first transplant", "Date of relapse or progression"
PHONE = {"width": 390, "height": 844}


def open_link(page: Page, app_url: str, **link: str) -> Locator:
    """Open a link and give the form once it is there."""
    page.goto(f"{app_url}/?{urlencode(link)}")
    form = page.get_by_test_id("stSidebar")
    expect(form.get_by_role("button", name="Start a new case")).to_be_attached()
    return form


def number(form: Locator, label: str) -> Locator:
    return form.get_by_label(label, exact=True)


def group(form: Locator, label: str) -> Locator:
    return form.get_by_role("radiogroup", name=label)


def date_field(form: Locator, label: str) -> Locator:
    return form.get_by_role("group", name=label, exact=True).first


def type_date(form: Locator, label: str, digits: str) -> None:
    date_field(form, label).get_by_role("spinbutton").first.click()
    form.page.keyboard.type(digits, delay=40)
    # Streamlit takes a date when its field is left.
    form.get_by_text("The child", exact=True).click()


def expect_in_address(page: Page, **inputs: str) -> None:
    """Wait until the address carries these inputs and nothing else."""
    wanted = {name: [text] for name, text in inputs.items()}
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query) == wanted)


def test_a_case_is_filled_in_with_the_mouse_and_survives_a_reload(page: Page, app_url: str) -> None:
    form = open_link(page, app_url)
    form.get_by_text("T-ALL", exact=True).click()
    number(form, DAYS).fill("200")
    number(form, DAYS).press("Enter")
    form.get_by_text("no", exact=True).first.click()
    number(form, AGE).fill("8")
    number(form, AGE).press("Enter")
    form.get_by_text(TREATMENT_LABELS["dli"], exact=True).click()
    form.get_by_text("Used by the guidance only").click()
    form.get_by_text("negative", exact=True).click()
    given = {"leukemia": "T-ALL", "days": "200", "cr": "no", "age": "8"}
    given |= {"dli": "false", "mrd": "negative"}
    expect_in_address(page, **given)

    page.reload()
    expect(number(form, DAYS)).to_have_value("200")
    expect(number(form, AGE)).to_have_value("8")
    expect(form.get_by_role("radio", name="T-ALL")).to_be_checked()
    expect(form.get_by_role("radio", name=re.compile("^no"))).to_be_checked()
    expect(form.get_by_role("checkbox", name=TREATMENT_LABELS["dli"])).not_to_be_checked()
    expect(form.get_by_role("checkbox", name=TREATMENT_LABELS["chemo"])).to_be_checked()
    expect_in_address(page, **given)


def test_a_case_is_filled_in_with_the_keyboard_alone(page: Page, app_url: str) -> None:
    form = open_link(page, app_url)
    keyboard = page.keyboard
    # The links of the navigation come first, then the form from top to bottom.
    for _ in range(12):
        keyboard.press("Tab")
        if form.get_by_role("radio", name="AML").evaluate("radio => radio.matches(':focus')"):
            break
    keyboard.press("ArrowRight")
    expect(form.get_by_role("radio", name="B-ALL")).to_be_checked()
    keyboard.press("Tab")
    expect(number(form, DAYS)).to_be_focused()
    keyboard.type("365")
    keyboard.press("Tab")
    keyboard.press("Tab")
    keyboard.press("Space")
    expect(form.get_by_role("radio", name=re.compile("^yes"))).to_be_checked()
    keyboard.press("Tab")
    expect(number(form, AGE)).to_be_focused()
    keyboard.type("17")
    keyboard.press("Tab")
    keyboard.press("Tab")
    keyboard.press("Space")
    expect(form.get_by_role("checkbox", name=TREATMENT_LABELS["second_sct"])).not_to_be_checked()
    expect_in_address(page, leukemia="B-ALL", days="365", cr="yes", age="17", second_sct="false")


def test_two_dates_give_the_days_and_stay_out_of_the_address(page: Page, app_url: str) -> None:
    form = open_link(page, app_url, leukemia="AML")
    form.get_by_text("Work it out from two dates").click()
    type_date(form, TRANSPLANT, "20240101")
    type_date(form, FAILURE, "20240719")
    expect(form.get_by_text("200 days.")).to_be_visible()
    expect(number(form, DAYS)).to_have_value("200")
    expect_in_address(page, leukemia="AML", days="200")

    number(form, DAYS).fill("91")
    number(form, DAYS).press("Enter")
    expect_in_address(page, leukemia="AML", days="91")
    expect(date_field(form, TRANSPLANT)).to_contain_text("yyyy")
    expect(date_field(form, FAILURE)).to_contain_text("yyyy")


def test_unusable_dates_are_refused_beside_their_fields(page: Page, app_url: str) -> None:
    form = open_link(page, app_url, **SAMPLE)
    form.get_by_text("Work it out from two dates").click()
    type_date(form, TRANSPLANT, "20240719")
    type_date(form, FAILURE, "20240101")
    expect(form.get_by_text("2024-01-01 is not on or after the date")).to_be_visible()
    expect(number(form, DAYS)).to_have_value("")
    expect(date_field(form, FAILURE)).to_contain_text("2024")
    type_date(form, FAILURE, "21000101")
    expect(form.get_by_text("2100-01-01 is not a date up to today.")).to_be_visible()
    type_date(form, FAILURE, "20240720")
    expect(number(form, DAYS)).to_have_value("1")
    expect_in_address(page, **SAMPLE | {"days": "1"})


@pytest.mark.parametrize(
    ("label", "typed", "words"),
    [
        (DAYS, "6571", "6571 is not a whole number of days from 0 to 6570."),
        (DAYS, "-1", "-1 is not a whole number of days from 0 to 6570."),
        (DAYS, "200.5", "200.5 is not a whole number of days from 0 to 6570."),
        (AGE, "18", "18 is not an age from 0 to 17 completed years at first transplant."),
    ],
)
def test_a_typed_number_out_of_range_is_refused_in_words(
    page: Page, app_url: str, label: str, typed: str, words: str
) -> None:
    form = open_link(page, app_url, **SAMPLE)
    expect(number(form, label)).not_to_have_value("")
    number(form, label).fill(typed)
    number(form, label).press("Enter")
    expect(form.get_by_text(words)).to_be_visible()
    expect(number(form, label)).to_have_value(typed)
    expect(form.get_by_role("radio", name="AML")).to_be_checked()


@pytest.mark.parametrize(("label", "typed"), [(DAYS, "0"), (DAYS, "6570"), (AGE, "0"), (AGE, "17")])
def test_a_typed_number_at_the_edge_is_accepted(
    page: Page, app_url: str, label: str, typed: str
) -> None:
    form = open_link(page, app_url, **SAMPLE)
    expect(number(form, label)).not_to_have_value("")
    number(form, label).fill(typed)
    number(form, label).press("Enter")
    expect_in_address(page, **SAMPLE | {"days" if label == DAYS else "age": typed})
    expect(form.get_by_text("is not")).to_have_count(0)


def test_what_a_link_loses_is_said_and_can_be_dismissed(page: Page, app_url: str) -> None:
    hostile = '<img src=x onerror="alert(1)">![x](http://example.org/x.png)'
    open_link(page, app_url, **SAMPLE | {"leukemia": "XYZ", "name": hostile})
    notice = page.get_by_test_id("stMain").get_by_test_id("stAlert").first
    expect(notice).to_contain_text("leukemia=XYZ")
    expect(notice).to_contain_text("one of AML, B-ALL, T-ALL, biphenotypic")
    expect(notice).to_contain_text("name=<img src=x onerror=")
    expect(notice.locator("img, a")).to_have_count(0)
    expect_in_address(page, **{name: SAMPLE[name] for name in ("days", "cr", "age")})
    page.get_by_role("button", name="Understood").click()
    expect(page.get_by_text("leukemia=XYZ")).to_have_count(0)


def test_the_case_stays_on_the_way_to_about_and_back(page: Page, app_url: str) -> None:
    form = open_link(page, app_url, **SAMPLE)
    form.get_by_role("link", name="About").click()
    expect(page.get_by_role("heading", name="About Aftergraft")).to_be_visible()
    expect(number(form, DAYS)).to_have_value("200")
    form.get_by_role("link", name="Case").click()
    expect(page.get_by_role("heading", name="About Aftergraft")).to_have_count(0)
    expect(number(form, DAYS)).to_have_value("200")
    expect_in_address(page, **SAMPLE)


def test_a_new_case_leaves_nothing_of_the_child_before(page: Page, app_url: str) -> None:
    form = open_link(page, app_url, **SAMPLE, mrd="positive", chemo="false")
    form.get_by_text("Work it out from two dates").click()
    type_date(form, TRANSPLANT, "20240101")
    type_date(form, FAILURE, "20240719")
    expect(form.get_by_text("200 days.")).to_be_visible()
    form.get_by_role("button", name="Start a new case").click()
    expect(page).to_have_url(f"{app_url}/")
    expect(number(form, DAYS)).to_have_value("")
    expect(number(form, AGE)).to_have_value("")
    expect(form.get_by_role("radio", checked=True)).to_have_count(0)
    expect(form.get_by_role("checkbox", checked=True)).to_have_count(len(TREATMENT_LABELS))
    expect(date_field(form, TRANSPLANT)).to_contain_text("yyyy")
    kept = page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")
    assert "AML" not in kept
    assert "2024" not in kept


@pytest.mark.parametrize("viewport", [PHONE])
def test_on_a_phone_the_form_opens_first_and_folds_away(page: Page, app_url: str) -> None:
    form = open_link(page, app_url)
    expect(form.get_by_text("The child", exact=True)).to_be_in_viewport()
    page.mouse.click(PHONE["width"] - 10, PHONE["height"] / 2)
    expect(form.get_by_text("The child", exact=True)).not_to_be_in_viewport()
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(form.get_by_text("The child", exact=True)).to_be_in_viewport()


@pytest.mark.parametrize("viewport", [PHONE])
def test_on_a_phone_a_link_shows_its_case_first(page: Page, app_url: str) -> None:
    form = open_link(page, app_url, **SAMPLE)
    expect(form.get_by_text("The child", exact=True)).not_to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
