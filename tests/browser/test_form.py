"""The form in a real browser: filled in by keyboard and mouse, reloaded, opened by a link."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from model.options import TREATMENT_LABELS
from tests.browser.waiting import choice, settle
from ui.session.form import INPUTS_BY_NAME
from ui.session.words import field_label

SAMPLE = {"leukemia": "AML", "days": "200", "cr": "yes", "age": "8"}
DAYS, AGE = field_label("days_to_failure"), field_label("age_years")
ALIVE = field_label("days_survived")
TRANSPLANT, FAILURE = "Date of the first transplant", "Date of relapse or progression"
NEW_CASE = re.compile("Start a new case|Commencer un nouveau cas")
FRENCH = {"color_scheme": "light", "locale": "fr-FR", "reduced_motion": "reduce"}
HUMAN_CLICK_MILLISECONDS = 80
PHONE = {"width": 390, "height": 844}


def open_link(page: Page, app_url: str, **link: str) -> Locator:
    """Open a link and give the form once it is there."""
    page.goto(f"{app_url}/?{urlencode(link)}")
    form = page.get_by_test_id("stSidebar")
    expect(form.get_by_role("button", name=NEW_CASE)).to_be_attached()
    return form


def number(form: Locator, label: str) -> Locator:
    # A field that has given way to a new one is there, unseen, until the run ends.
    return form.get_by_label(label, exact=True).filter(visible=True)


def group(form: Locator, label: str) -> Locator:
    return form.get_by_role("radiogroup", name=label)


def type_date(form: Locator, label: str, text: str, leave_by: str = "Tab") -> None:
    number(form, label).click()
    form.page.keyboard.press("Control+A")
    form.page.keyboard.type(text, delay=20)
    form.page.keyboard.press(leave_by)


def expect_in_address(page: Page, **inputs: str) -> None:
    """Wait until the address carries these inputs and nothing else."""
    wanted = {name: [text] for name, text in inputs.items()}
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query) == wanted)


def test_a_case_is_filled_in_with_the_mouse_and_survives_a_reload(page: Page, app_url: str) -> None:
    form = open_link(page, app_url)
    choice(form, "T-ALL").click()
    number(form, DAYS).fill("200")
    number(form, DAYS).press("Enter")
    choice(form, "no").click()
    number(form, AGE).fill("8")
    number(form, AGE).press("Enter")
    choice(form, TREATMENT_LABELS["dli"]).click()
    form.get_by_text("Used by the guidance only").click()
    form.get_by_role("radio", name="negative", exact=True).click()
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
    expect(number(form, ALIVE)).to_be_focused()
    # Past the two folded groups of optional inputs.
    for _ in range(3):
        keyboard.press("Tab")
    keyboard.press("Space")
    expect(form.get_by_role("checkbox", name=TREATMENT_LABELS["second_sct"])).not_to_be_checked()
    expect_in_address(page, leukemia="B-ALL", days="365", cr="yes", age="17", second_sct="false")


def test_two_dates_give_the_days_and_stay_out_of_the_address(page: Page, app_url: str) -> None:
    form = open_link(page, app_url, leukemia="AML")
    form.get_by_text("Work it out from two dates").click()
    type_date(form, TRANSPLANT, "2024-01-01")
    type_date(form, FAILURE, "2024-07-19")
    expect(form.get_by_text("200 days.")).to_be_visible()
    expect(number(form, DAYS)).to_have_value("200")
    expect_in_address(page, leukemia="AML", days="200")

    number(form, DAYS).fill("91")
    number(form, DAYS).press("Enter")
    expect_in_address(page, leukemia="AML", days="91")
    expect(number(form, TRANSPLANT)).to_have_value("")
    expect(number(form, FAILURE)).to_have_value("")


@pytest.mark.parametrize("leave_by", ["Tab", "Enter", "click"])
def test_two_dates_typed_into_a_filled_in_case_change_its_curves(
    page: Page, app_url: str, leave_by: str
) -> None:
    form = open_link(page, app_url, **SAMPLE)
    form.get_by_text("Work it out from two dates").click()
    type_date(form, TRANSPLANT, "2024-01-01")
    number(form, FAILURE).fill("19/11/2024")
    if leave_by == "click":
        # What is pressed takes the date, and asks for a run of its own.
        choice(form, "T-ALL").click(delay=HUMAN_CLICK_MILLISECONDS)
    else:
        page.keyboard.press(leave_by)
    expect(number(form, DAYS)).to_have_value("323")
    expect(page.get_by_text("323 days after first transplant")).to_be_visible()
    leukemia = "T-ALL" if leave_by == "click" else "AML"
    expect_in_address(page, **SAMPLE | {"days": "323", "leukemia": leukemia})


@pytest.mark.parametrize("context_options", [FRENCH], ids=["fr"])
def test_a_pasted_decimal_is_refused_and_the_curves_before_it_are_gone(
    page: Page, app_url: str
) -> None:
    form = open_link(page, app_url, **SAMPLE)
    days = number(form, "Jours entre la première greffe et la rechute ou la progression")
    expect(page.locator("table.answer")).to_be_visible()
    for text in ("1,5", "10,5", "200,5", "1,200"):
        days.fill("")
        page.keyboard.insert_text(text)
        page.keyboard.press("Tab")
        expect(form.get_by_test_id("stAlert")).to_contain_text(text)
        expect(days).to_have_value(text)
        expect(page.locator("table.answer")).to_have_count(0)
    assert days.get_attribute("type") == "tel"


def test_what_is_typed_and_not_applied_is_said_and_dims_the_result(
    page: Page, app_url: str
) -> None:
    form = open_link(page, app_url, **SAMPLE)
    table = page.locator("table.answer")
    expect(table).to_be_visible()
    said = page.get_by_text("What you typed is not applied yet")
    expect(said).to_be_hidden()
    block = "document.querySelector('table.answer').closest('[data-testid=stVerticalBlock] > *')"
    opacity = f"+getComputedStyle({block}).opacity"
    number(form, DAYS).click()
    page.keyboard.press("End")
    page.keyboard.type("7")
    expect(said).to_be_visible()
    page.wait_for_function(f"{opacity} < 0.5")
    # Taken back, it is as it was.
    page.keyboard.press("Backspace")
    expect(said).to_be_hidden()
    page.keyboard.type("7")
    expect(said).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_text("2007 days after first transplant")).to_be_visible()
    expect(said).to_be_hidden()
    page.wait_for_function(f"{opacity} == 1")


def test_unusable_dates_are_refused_beside_their_fields(page: Page, app_url: str) -> None:
    form = open_link(page, app_url, **SAMPLE)
    form.get_by_text("Work it out from two dates").click()
    type_date(form, TRANSPLANT, "2024-07-19")
    type_date(form, FAILURE, "2024-01-01")
    expect(form.get_by_text("2024-01-01 is not on or after the date")).to_be_visible()
    expect(number(form, DAYS)).to_have_value("")
    expect(number(form, FAILURE)).not_to_have_value("")
    type_date(form, FAILURE, "2100-01-01")
    expect(form.get_by_text("2100-01-01 is not a date up to today.")).to_be_visible()
    type_date(form, FAILURE, "2024-07-20")
    expect(number(form, DAYS)).to_have_value("1")
    expect_in_address(page, **SAMPLE | {"days": "1"})


def test_a_typed_number_out_of_range_is_refused_in_words(page: Page, app_url: str) -> None:
    form = open_link(page, app_url, **SAMPLE)
    expect(number(form, DAYS)).not_to_have_value("")
    for label, typed, words in (
        (DAYS, "6571", "6571 is out of range. Enter 0 to 6570 days after first transplant."),
        (DAYS, "-1", "-1 is not a whole number of days from 0 to 6570."),
        (DAYS, "200.5", "200.5 is not a whole number of days from 0 to 6570."),
        (ALIVE, "1096", "1096 is out of range. Enter 0 to 1095: later than that the study says"),
        (AGE, "18", "18 is out of range. Enter 0 to 17: the study is of children under 18"),
    ):
        number(form, label).fill(typed)
        number(form, label).press("Enter")
        expect(form.get_by_text(words)).to_be_visible()
        expect(number(form, label)).to_have_value(typed)
        expect(form.get_by_role("radio", name="AML")).to_be_checked()


def test_a_typed_number_at_the_edge_is_accepted(page: Page, app_url: str) -> None:
    form = open_link(page, app_url, **SAMPLE)
    expect(number(form, DAYS)).not_to_have_value("")
    said = dict(SAMPLE)
    for name, typed in (
        ("days", "0"),
        ("days", "6570"),
        ("alive", "0"),
        ("alive", "1095"),
        ("age", "0"),
        ("age", "17"),
    ):
        label = field_label(INPUTS_BY_NAME[name])
        number(form, label).fill(typed)
        number(form, label).press("Enter")
        said[name] = typed
        expect_in_address(page, **said)
        expect(form.get_by_text("is not")).to_have_count(0)


def test_a_number_of_a_link_can_be_taken_back(page: Page, app_url: str) -> None:
    form = open_link(page, app_url, **SAMPLE, alive="60")
    expect(number(form, ALIVE)).to_have_value("60")
    number(form, ALIVE).fill("")
    number(form, ALIVE).press("Enter")
    expect_in_address(page, **SAMPLE)
    choice(form, "T-ALL").click()
    expect_in_address(page, **SAMPLE | {"leukemia": "T-ALL"})
    expect(number(form, ALIVE)).to_have_value("")


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
    page.get_by_role("link", name="About").click()
    expect(page.get_by_role("heading", name="About Aftergraft")).to_be_visible()
    expect(form.get_by_text("The child", exact=True)).to_have_count(0)
    page.get_by_role("link", name="Case").click()
    expect(page.get_by_role("heading", name="About Aftergraft")).to_have_count(0)
    expect(number(form, DAYS)).to_have_value("200")
    expect_in_address(page, **SAMPLE)


def test_a_new_case_leaves_nothing_of_the_child_before(page: Page, app_url: str) -> None:
    form = open_link(page, app_url, **SAMPLE, mrd="positive", chemo="false")
    form.get_by_text("Work it out from two dates").click()
    type_date(form, TRANSPLANT, "2024-01-01")
    type_date(form, FAILURE, "2024-07-19")
    expect(form.get_by_text("200 days.")).to_be_visible()
    form.get_by_role("button", name="Start a new case").click()
    expect(page).to_have_url(f"{app_url}/")
    expect(number(form, DAYS)).to_have_value("")
    expect(number(form, AGE)).to_have_value("")
    # The one choice left is that of the language.
    expect(form.get_by_role("radio", checked=True)).to_have_count(1)
    expect(form.get_by_role("radio", name="English")).to_be_checked()
    expect(form.get_by_role("checkbox", checked=True)).to_have_count(len(TREATMENT_LABELS))
    expect(number(form, TRANSPLANT)).to_have_value("")
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
    settle(page)
    expect(form.get_by_text("The child", exact=True)).not_to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


# ------------------------------------------------------------------------------- back, forward


def test_back_and_forward_change_the_page_and_never_the_child(page: Page, app_url: str) -> None:
    form = open_link(page, app_url, **SAMPLE)
    number(form, AGE).fill("9")
    number(form, AGE).press("Enter")
    expect_in_address(page, **SAMPLE | {"age": "9"})
    about = page.get_by_role("heading", name="Compare")
    page.get_by_role("link", name="Compare").click()
    expect(about).to_be_visible()
    page.wait_for_url(lambda url: "age=9" in url and "column=" in url)
    choice(form, "T-ALL").click()
    child = SAMPLE | {"age": "9", "leukemia": "T-ALL"}
    page.wait_for_url(lambda url: "leukemia=T-ALL" in url)
    settle(page)

    page.go_back(wait_until="commit")
    expect(about).to_have_count(0)
    expect_in_address(page, **child)
    expect(form.get_by_role("radio", name="T-ALL")).to_be_checked()
    expect(number(form, AGE)).to_have_value("9")
    expect(page.locator("table.answer")).to_be_visible()
    settle(page)
    page.go_forward(wait_until="commit")
    expect(about).to_be_visible()
    page.wait_for_url(lambda url: all(f"{name}={code}" in url for name, code in child.items()))


def test_back_does_not_bring_back_the_child_before(page: Page, app_url: str) -> None:
    form = open_link(page, app_url, **SAMPLE)
    page.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", name="Compare")).to_be_visible()
    form.get_by_role("button", name=NEW_CASE).click()
    expect(number(form, AGE)).to_have_value("")
    settle(page)
    # The step before in the browser's history still holds the child before.
    page.go_back(wait_until="commit")
    expect(page.get_by_role("heading", name="Compare")).to_have_count(0)
    expect_in_address(page)
    for label in (DAYS, AGE):
        expect(number(form, label)).to_have_value("")
    expect(form.get_by_role("radio", checked=True)).to_have_count(1)


def test_dates_stay_in_their_fields_when_the_page_changes(page: Page, app_url: str) -> None:
    form = open_link(page, app_url, leukemia="AML")
    form.get_by_text("Work it out from two dates").click()
    type_date(form, TRANSPLANT, "2024-01-01")
    type_date(form, FAILURE, "2024-07-19")
    expect(form.get_by_text("200 days.")).to_be_visible()
    page.get_by_role("link", name="About").click()
    expect(page.get_by_role("heading", name="About Aftergraft")).to_be_visible()
    page.get_by_role("link", name="Case").click()
    form.get_by_text("Work it out from two dates").click()
    expect(form.get_by_text("200 days.")).to_be_visible()
    expect(number(form, TRANSPLANT)).to_have_value("2024-01-01")


# ----------------------------------------------------------------------------------- languages


def switch_to(form: Locator, language: str) -> None:
    form.get_by_role("radio", name=language, exact=True).click()


@pytest.mark.parametrize("context_options", [FRENCH])
def test_a_french_browser_is_spoken_to_in_french_and_the_link_need_not_say_so(
    page: Page, app_url: str
) -> None:
    form = open_link(page, app_url, **SAMPLE)
    expect(form.get_by_role("radio", name="LAM", exact=True)).to_be_checked()
    expect(page.get_by_role("heading", name="LAM, rechute")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect_in_address(page, **SAMPLE)
    switch_to(form, "English")
    expect(page.get_by_role("heading", name="AML, relapse")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect_in_address(page, **SAMPLE, lang="en")
    page.reload()
    expect(page.get_by_role("heading", name="AML, relapse")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_link_in_french_speaks_french_to_any_browser(page: Page, app_url: str) -> None:
    form = open_link(page, app_url, **SAMPLE, lang="fr")
    expect(form.get_by_role("radio", name="LAM", exact=True)).to_be_checked()
    expect(form.get_by_role("radio", name="Français")).to_be_checked()
    expect(form.get_by_text("Langue")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect_in_address(page, **SAMPLE, lang="fr")
    page.get_by_role("link", name="À propos").click()
    expect(page.get_by_role("heading", name="À propos d’Aftergraft")).to_be_visible()
    expect_in_address(page, **SAMPLE, lang="fr")


def test_the_french_form_puts_the_same_codes_into_the_address(page: Page, app_url: str) -> None:
    form = open_link(page, app_url, lang="fr")
    choice(form, "LAL-T").click()
    number(form, "Jours entre la première greffe et la rechute ou la progression").fill("200")
    page.keyboard.press("Enter")
    choice(form, "non").click()
    number(form, "Âge à la première greffe, en années révolues").fill("8")
    page.keyboard.press("Enter")
    form.get_by_text("Utilisé par les recommandations seulement").click()
    form.get_by_role("radio", name="négative", exact=True).click()
    form.get_by_role("radio", name="mauvais", exact=True).click()
    given = {"leukemia": "T-ALL", "days": "200", "cr": "no", "age": "8"}
    given |= {"mrd": "negative", "performance": "poor"}
    expect_in_address(page, **given, lang="fr")
    switch_to(form, "English")
    expect_in_address(page, **given)


def test_switching_the_language_loses_nothing_that_was_entered(page: Page, app_url: str) -> None:
    link = SAMPLE | {"leukemia": "biphenotypic", "alive": "60", "mrd": "positive", "tbi": "no"}
    form = open_link(page, app_url, **link, dli="false")
    form.get_by_text("Used by the guidance only").click()
    form.get_by_text("Work it out from two dates").click()
    type_date(form, TRANSPLANT, "2024-01-01")
    type_date(form, FAILURE, "2024-07-19")
    expect(form.get_by_text("200 days.")).to_be_visible()
    for language, heading, leukemia, remission, mrd, tbi in (
        ("Français", "biphénotypique, rechute", "biphénotypique", "oui", "positive", "non"),
        ("English", "biphenotypic, relapse", "biphenotypic", "yes", "positive", "no"),
    ):
        switch_to(form, language)
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        expect(form.get_by_role("radio", name=leukemia)).to_be_checked()
        expect(form.get_by_role("radio", name=re.compile(f"^{remission}")).first).to_be_checked()
        expect(form.get_by_role("radio", name=mrd)).to_be_checked()
        expect(form.get_by_role("radio", name=tbi, exact=True).last).to_be_checked()
        expect(form.get_by_role("textbox", name=re.compile("^(Days|Jours)")).first).to_have_value(
            "200"
        )
        expect(form.get_by_role("checkbox", checked=True)).to_have_count(len(TREATMENT_LABELS) - 1)
        expect(form.get_by_text(re.compile("200 (days|jours)[.]"))).to_be_visible()
    expect_in_address(page, **link, dli="false")


def test_what_a_link_loses_is_said_in_french(page: Page, app_url: str) -> None:
    open_link(page, app_url, **SAMPLE | {"leukemia": "LAM"}, lang="fr")
    notice = page.get_by_test_id("stMain").get_by_test_id("stAlert").first
    expect(notice).to_contain_text("Une partie du lien")
    expect(notice).to_contain_text("leukemia=LAM")
    expect(notice).to_contain_text("une de ces valeurs : AML, B-ALL, T-ALL, biphenotypic")
    expect_in_address(page, days="200", cr="yes", age="8", lang="fr")


def test_a_number_out_of_range_is_refused_in_french(page: Page, app_url: str) -> None:
    form = open_link(page, app_url, **SAMPLE | {"alive": "1096"}, lang="fr")
    words = "1096 est hors limites. Saisir de 0 à 1095"
    expect(form.get_by_text(words)).to_be_visible()
