"""The talk with the family as it happens: prepared, shown step by step, ended; the numbers read off
the screen and compared with what the command line says of the same child."""

import csv
import io
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pypdf
import pytest
from playwright.sync_api import Locator, Page, expect

from model.options import TREATMENT_LABELS, TREATMENTS
from tests.browser.conftest import RunningApp
from tests.browser.waiting import choice, settle

ROOT = Path(__file__).parents[2]
PHONE = {"width": 390, "height": 844}
CHILD = {"leukemia": "AML", "days": "200", "cr": "yes", "age": "8"}
EDITED = "Two fevers so far, both in the zebra ward."
SECRET = "Platelets twice a week, zebra ward"

# What is pressed and read, in both languages.
WORDS = {
    "en": {
        "start": "Start the talk",
        "numbers": "Show the numbers",
        "curves": "Show the curves",
        "words": "Back to words",
        "end": "End the talk",
        "all": "Show all options",
        "nothing": "Nothing is drawn yet.",
        "title": "The leukemia is back: what can be done now",
        "alive": r"about (\d+) are alive after 1 year, and (\d+) have died",
        "between": r"anything from (\d+) to (\d+) alive",
        "guess": "guess by calculation",
    },
    "fr": {
        "start": "Commencer l’entretien",
        "numbers": "Montrer les chiffres",
        "curves": "Montrer les courbes",
        "words": "Revenir aux mots",
        "end": "Terminer l’entretien",
        "all": "Montrer tous les choix",
        "nothing": "Rien n’est encore dessiné.",
        "title": "La leucémie est revenue",
        "alive": r"environ (\d+) sont en vie après 1 an, et (\d+) sont décédés",
        "between": r"compris entre (\d+) et (\d+)\.",
        "guess": "estimation par le calcul",
    },
}


@pytest.fixture(scope="module")
def predicted() -> Callable[[str, str], dict[str, str]]:
    """What `python -m model predict` says of `CHILD`, by treatment and day."""
    text = "case_id,leukemia,days_to_failure,post_transplant_cr\nchild,AML,200,yes\n"
    finished = subprocess.run(
        [sys.executable, "-m", "model", "predict", "-"],
        cwd=ROOT,
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    rows = list(csv.DictReader(io.StringIO(finished.stdout)))
    return lambda treatment, day: next(
        row for row in rows if (row["treatment"], row["day"]) == (treatment, day)
    )


def open_family(page: Page, app_url: str, **more: str) -> Locator:
    """Open the page and give its main part once it stands still."""
    page.goto(f"{app_url}/counselling?{urlencode(CHILD | more)}")
    main = page.get_by_test_id("stMain")
    main.locator(".talk").first.wait_for()
    settle(page)
    return main


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    settle(page)


def address(page: Page) -> dict[str, str]:
    return {name: texts[-1] for name, texts in parse_qs(urlsplit(page.url).query).items()}


def expect_in_address(page: Page, **codes: str) -> None:
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).items() >= _lists(codes).items())


def _lists(codes: dict[str, str]) -> dict[str, list[str]]:
    return {name: [code] for name, code in codes.items()}


def figure(main: Locator, treatment: str) -> Locator:
    return main.locator(f"figure[data-option={treatment}]")


def assert_numbers(drawn: Locator, row: dict[str, str], words: dict[str, str]) -> None:
    """The sentence and the words of the picture say what the command line says, in children."""
    said = drawn.inner_text()
    alive, died = map(int, re.findall(words["alive"], said)[0])
    lower, upper = map(int, re.findall(words["between"], said)[0])
    assert alive == round(100 * float(row["survival"]))
    assert alive + died == 100
    assert lower == round(100 * float(row["lower"]))
    assert upper == round(100 * float(row["upper"]))
    assert (words["guess"] in said) == (row["supported"] == "no")
    assert re.findall(words["alive"], drawn.get_by_role("img").get_attribute("alt") or "")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_talk_goes_from_words_to_numbers_to_curves(
    page: Page, app_url: str, language: str, predicted: Callable[[str, str], dict[str, str]]
) -> None:
    words = WORDS[language]
    # Code of the language only where it is not what the browser asks for.
    main = open_family(page, app_url, **({"lang": "fr"} if language == "fr" else {}))
    press(page, words["start"])
    expect(main.get_by_role("heading", level=1)).to_contain_text(words["title"])
    # Words only; the ways to go on are folded, and opened one by one.
    for option in main.locator("details[data-option]").all():
        expect(option.locator("section").first).to_be_hidden()
        option.locator("summary").click()
        expect(option.locator("section").first).to_be_visible()
    said = main.inner_text()
    # But of how many children what they began became what, and the year of the study.
    for counted in (main.locator("section[data-section=became]").inner_text(), "2017"):
        said = said.replace(counted, "")
    assert not re.search(r"\d|%", said), said
    expect(main.locator("figure, [data-testid=stVegaLiteChart]")).to_have_count(0)
    expect(page.get_by_role("button", name=words["curves"], exact=True)).to_have_count(0)

    press(page, words["numbers"])
    expect(main.locator("figure")).to_have_count(0)
    expect(main).to_contain_text(words["nothing"])
    press(page, words["all"])
    expect(main.locator("figure")).to_have_count(len(TREATMENTS))
    for treatment in TREATMENTS:
        assert_numbers(figure(main, treatment), predicted(treatment, "365"), words)
    expect(main.get_by_test_id("stVegaLiteChart")).to_have_count(0)

    press(page, words["curves"])
    chart = main.get_by_test_id("stVegaLiteChart")
    expect(chart).to_be_visible()
    described = chart.get_attribute("aria-label") or ""
    numbers = [(int(a), int(d)) for a, d in re.findall(words["alive"], described)]
    assert [alive for alive, _ in numbers] == [
        round(100 * float(predicted(treatment, "365")["survival"])) for treatment in TREATMENTS
    ]

    press(page, words["words"])
    expect(main.locator("figure")).to_have_count(0)
    press(page, words["end"])
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    page.wait_for_url(lambda url: "talk" not in parse_qs(urlsplit(url).query))


def test_the_talk_shows_nothing_else_and_no_key_reaches_the_form(page: Page, app_url: str) -> None:
    open_family(page, app_url, talk="yes")
    for hidden in ("stSidebar", "stHeader", "stToolbar", "stExpandSidebarButton"):
        for part in page.get_by_test_id(hidden).all():
            expect(part).to_be_hidden()
    names = []
    for _ in range(20):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.innerText"))
        assert not page.evaluate(
            "!!document.activeElement.closest('[data-testid=stSidebar], [data-testid=stHeader]')"
        )
    # The way on and the way out are on the keyboard's way.
    assert "Show the numbers" in names
    assert "End the talk" in names


def test_a_reload_keeps_the_step_and_every_choice(page: Page, app_url: str) -> None:
    main = open_family(page, app_url)
    choice(main, "DLI alone").click()
    main.get_by_role("radio", name="2 years").click()
    main.get_by_role("button", name="Palliative care").click()
    main.get_by_role("button", name="Chemotherapy + DLI").click()
    expect(main.locator("figure h3")).to_have_text(
        [
            "Chemotherapy and the donor's immune cells",
            "Comfort care, without treatment meant to cure",
        ]
    )
    press(page, "Start the talk")
    press(page, "Show the numbers")
    expect_in_address(
        page,
        **CHILD
        | {
            "talk": "yes",
            "step": "icons",
            "when": "730",
            "left_out": "dli",
            "icons": "chemo_dli,palliative",
        },
    )
    before = main.locator(".talk").all_inner_texts()
    expect(main).to_contain_text("after 2 years")
    expect(main).to_contain_text("Your team left this option of the study out of this talk")
    page.reload()
    figure(main, "palliative").wait_for()
    settle(page)
    assert main.locator(".talk").all_inner_texts() == before
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()


def test_what_is_left_out_is_named_and_by_whom(page: Page, app_url: str) -> None:
    main = open_family(page, app_url, left_out="palliative", chemo="false", talk="yes")
    expect(main.locator("details[data-option]")).to_have_count(3)
    left = "Your team left these options of the study out of this talk: Chemotherapy alone; Comfort"
    expect(main).to_contain_text(left)
    press(page, "Show the numbers")
    expect(main).to_contain_text(left)
    expect(main.locator("figure, section")).to_have_count(0)


def test_what_is_shown_can_be_changed_during_the_talk(
    page: Page, app_url: str, predicted: Callable[[str, str], dict[str, str]]
) -> None:
    main = open_family(page, app_url, talk="yes", step="icons", icons="second_sct,chemo_dli")
    expect(main.locator("figure")).to_have_count(2)
    main.get_by_text("Look at another time, or other options").click()
    main.get_by_role("button", name=TREATMENT_LABELS["chemo"]).click()
    expect(figure(main, "chemo")).to_be_visible()
    settle(page)
    assert_numbers(figure(main, "chemo"), predicted("chemo", "365"), WORDS["en"])
    main.get_by_role("radio", name="6 months").click()
    expect(main.get_by_role("heading", name="after 6 months")).to_be_visible()
    expect_in_address(page, when="182", icons="second_sct,chemo_dli,chemo")


def write_notes(page: Page, main: Locator, label: str, text: str) -> None:
    area = main.get_by_role("textbox", name=label, exact=True)
    if not area.is_visible():
        main.get_by_text("The team's own words", exact=True).click()
    area.fill(text)
    area.press("Control+Enter")
    settle(page)


def test_the_words_of_the_team_stay_with_the_talk_and_go_nowhere_else(
    page: Page, app: RunningApp, app_url: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    main = open_family(page, app_url)
    write_notes(page, main, "Chemotherapy alone", SECRET)
    write_notes(page, main, "For all options", "Call <b>us</b> & ask.")
    option = main.locator("details[data-option=chemo]")
    expect(option.locator(".team")).to_have_text(SECRET)
    # General knowledge, edited in one place and taken out in another.
    main.get_by_text("What each option can ask of a child: read before the talk").click()
    asked_of = option.locator("section[data-section=burdens] li")
    expect(asked_of).to_have_count(5)
    for k, words in ((2, EDITED), (3, "")):
        area = main.get_by_role(
            "textbox", name=("Infections", "Lasting effects")[k - 2], exact=True
        ).nth(2)
        area.fill(words)
        area.press("Control+Enter")
        settle(page)
    expect(asked_of).to_have_count(4)
    expect(asked_of.nth(2)).to_have_text(f"Infections: {EDITED} (your team)")
    expect(main.get_by_text("Chemotherapy alone: lasting effects")).to_be_visible()

    press(page, "Start the talk")
    option.locator("summary").click()
    expect(option.locator(".team")).to_have_text(SECRET)
    expect(main.locator("section[data-section=team]")).to_contain_text("Call <b>us</b> & ask.")
    press(page, "Show the numbers")
    press(page, "Show the curves")
    press(page, "What matters to us")
    choice(main, "No strong chemotherapy for our child").click()
    expect(main).to_contain_text(
        "no strong medicines against the leukemia: The donor's immune cells alone; Comfort care"
    )
    hopes = main.get_by_label("What our child says, knows, hopes for or fears")
    hopes.fill("To see the zebra again")
    hopes.press("Control+Enter")
    settle(page)
    press(page, "Back to words")
    option.locator("summary").click()
    expect(option.locator(".team")).to_have_text(SECRET)
    press(page, "End the talk")

    page.get_by_role("link", name="About").click()
    expect(page.get_by_role("heading", name="About Aftergraft")).to_be_visible()
    page.get_by_role("link", name="Talk with the family").click()
    expect(option.locator(".team")).to_have_text(SECRET)

    kept = page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
    )
    for place in (page.url, kept, app.printed(), *asked):
        assert "zebra" not in place

    page.get_by_role("button", name="Start a new case").click()
    settle(page)
    page.goto(f"{app_url}/counselling?{urlencode(CHILD)}")
    main.locator(".talk").first.wait_for()
    settle(page)
    expect(main).not_to_contain_text("zebra")


def test_a_new_case_in_the_same_session_finds_no_words_of_the_one_before(
    page: Page, app_url: str
) -> None:
    main = open_family(page, app_url, left_out="dli", when="730", icons="chemo")
    expect(main.locator("figure")).to_have_count(1)
    write_notes(page, main, "For all options", SECRET)
    form = page.get_by_test_id("stSidebar")
    form.get_by_role("button", name="Start a new case").click()
    expect(main.get_by_text("Nothing is predicted yet.")).to_be_visible()
    choice(form, "T-ALL").click()
    form.get_by_label("Days from first transplant to relapse or progression").fill("20")
    form.get_by_label("Days from first transplant to relapse or progression").press("Enter")
    choice(form, "yes").click()
    form.get_by_label("Age at first transplant, in completed years").fill("8")
    form.get_by_label("Age at first transplant, in completed years").press("Enter")
    expect(main.locator("details[data-option]")).to_have_count(5)
    settle(page)
    expect(main).not_to_contain_text("zebra")
    expect(main).to_contain_text("after 1 year")
    expect(main.locator("figure")).to_have_count(0)
    main.get_by_text("The team's own words", exact=True).click()
    for name in ("For all options", *(TREATMENT_LABELS[t] for t in TREATMENTS)):
        expect(main.get_by_role("textbox", name=name, exact=True)).to_have_value("")


def test_words_written_for_another_child_are_questioned(page: Page, app_url: str) -> None:
    main = open_family(page, app_url)
    write_notes(page, main, "For all options", SECRET)
    question = main.get_by_text("Do they still fit?")
    expect(question).to_have_count(0)
    choice(page.get_by_test_id("stSidebar"), "B-ALL").click()
    expect(question).to_be_visible()
    main.get_by_role("button", name="Erase them").click()
    expect(question).to_have_count(0)
    expect(main.get_by_role("textbox", name="For all options")).to_have_value("")


def test_parts_of_a_link_that_cannot_be_used_are_named_and_left_out(
    page: Page, app_url: str
) -> None:
    hostile = '<img src=x onerror="alert(1)">'
    main = open_family(
        page,
        app_url,
        talk="maybe",
        step=hostile,
        when="400",
        left_out="dli,everything",
        icons="chemo,dli,palliative",
    )
    notice = main.get_by_test_id("stAlert").first
    for part in ("talk=maybe", "step=<img src=x", "when=400", "left_out=everything"):
        expect(notice).to_contain_text(part)
    expect(notice.locator("img")).to_have_count(0)
    expect(main.locator("details[data-option]")).to_have_count(4)
    expect(main).to_contain_text("after 1 year")
    press(page, "Understood")
    expect(notice).to_have_count(0)
    assert address(page).keys() == {*CHILD, "left_out", "icons"}
    assert address(page)["icons"] == "chemo,palliative"


@pytest.mark.parametrize("viewport", [PHONE])
def test_every_step_fits_a_phone(page: Page, app_url: str) -> None:
    main = open_family(page, app_url, talk="yes", lang="fr")
    for button in (None, *(WORDS["fr"][name] for name in ("numbers", "all", "curves"))):
        if button:
            press(page, button)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert main.evaluate("e => e.scrollWidth <= e.clientWidth")
        # Each step begins at its top.
        page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop === 0")
        sizes = main.locator("figure img").evaluate_all("e => e.map(i => [i.width, i.height])")
        assert len(set(map(tuple, sizes))) <= 1
        assert all(width < PHONE["width"] / 2 for width, _height in sizes)


def test_a_child_known_to_be_alive_is_compared_with_children_alive_then(
    page: Page, app_url: str
) -> None:
    main = open_family(page, app_url, alive="200", talk="yes", step="icons", icons="chemo_dli")
    drawn = figure(main, "chemo_dli")
    expect(drawn).to_contain_text("alive on day 200")
    finished = subprocess.run(
        [sys.executable, "-m", "model", "predict", "-"],
        cwd=ROOT,
        input="case_id,leukemia,days_to_failure,post_transplant_cr,days_survived\n1,AML,200,yes,200\n",
        capture_output=True,
        text=True,
        check=True,
    )
    row = next(
        row
        for row in csv.DictReader(io.StringIO(finished.stdout))
        if (row["treatment"], row["day"]) == ("chemo_dli", "365")
    )
    expect(drawn).to_contain_text(f"about {round(100 * float(row['survival']))} are alive")
    main.get_by_text("Look at another time, or other options").click()
    expect(main.get_by_role("radio")).to_have_text(["1 year", "2 years", "4 years"])


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_talk_is_printed_on_five_sheets_with_its_curves_and_no_line_of_the_clinician(
    page: Page, app_url: str, language: str
) -> None:
    child = {"en": {"leukemia": "B-ALL", "days": "300"}, "fr": {"days": "60"}}[language]
    main = open_family(page, app_url, **child, lang=language, icons=",".join(TREATMENTS))
    # Where fewer than one of a hundred is alive nothing is drawn, and the words have its room.
    for one in main.locator("figure:not(:has(img)) figcaption").all():
        assert one.evaluate("e => e.offsetWidth >= 0.95 * e.parentElement.offsetWidth")
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(pypdf.PdfReader(io.BytesIO(paper)).pages) <= 5
    page.emulate_media(media="print")
    expect(main.get_by_test_id("stVegaLiteChart")).to_be_visible()
    expect(main.get_by_role("heading", level=1)).to_be_hidden()


def test_without_a_complete_case_there_is_no_talk(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/counselling?leukemia=AML&talk=yes")
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("Nothing is predicted yet.")).to_be_visible()
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    expect(main.locator(".talk")).to_have_count(0)
