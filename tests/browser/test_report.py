"""The sheets of paper, asked for on the pages: pressed, downloaded, opened and read."""

import io
import re
from pathlib import Path

import pypdf
from playwright.sync_api import Page

from model.case import Case
from ui.shown.results import option_results, percent, percent_interval, shown_pattern

LINK = "/?leukemia=AML&days=200&cr=yes&age=8"
CASE = Case("AML", 200, True, 8)


def downloaded(page: Page, button: str | re.Pattern[str]) -> tuple[str, str]:
    """The name and the text of the file behind a button, its spaces taken out."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    pdf = pypdf.PdfReader(io.BytesIO(Path(download.value.path()).read_bytes()))
    text = "".join(sheet.extract_text() for sheet in pdf.pages)
    return download.value.suggested_filename, re.sub(r"\s", "", text)


def test_the_record_has_the_numbers_of_the_page(page, app_url):
    page.goto(app_url + LINK)
    name, text = downloaded(page, "For the record (PDF)")
    assert name == "aftergraft-AML-200-days.pdf"
    for horizon in option_results(shown_pattern(CASE, ("second_sct",)))[0].horizons:
        interval = percent_interval(horizon.lower, horizon.upper)
        assert percent(horizon.survival) + interval in text.replace("·", "")


def test_what_was_compared_goes_into_the_record(page, app_url):
    page.goto(app_url + LINK.replace("/?", "/compare?"))
    _name, text = downloaded(page, "For the record, with the comparison (PDF)")
    assert "AChemotherapythensecondSCTreference" in text


def test_the_record_is_in_the_language_of_the_page(page, app_url):
    page.goto(app_url + LINK + "&lang=fr")
    _name, text = downloaded(page, re.compile(r"dossier"))
    assert "Chimiothérapiepuisdeuxièmegreffe" in text


def test_a_note_just_written_is_on_the_sheet_for_the_family(page, app_url):
    page.goto(app_url + LINK.replace("/?", "/counselling?"))
    page.get_by_text("The team's own words").click()
    page.get_by_label("For all options").fill("About six weeks on the ward.")
    name, text = downloaded(page, "Sheet for the family (PDF)")
    assert name == "aftergraft-family.pdf"
    assert "Aboutsixweeksontheward." in text


def test_an_input_still_being_typed_when_a_file_is_asked_for_is_in_the_file(page, app_url):
    """Not the numbers of the child before it."""
    page.goto(app_url + LINK)
    button = page.get_by_role("button", name="Numbers (CSV)")
    button.wait_for()
    days = page.get_by_label("Days from first transplant to relapse or progression")
    for typed in ("20", "400"):
        days.fill(typed)
        with page.expect_download() as download:
            button.click()
        assert download.value.suggested_filename == f"aftergraft-AML-{typed}-days.csv"
        assert f"AML,{typed},yes" in Path(download.value.path()).read_text()


def test_a_file_can_be_had_again(page, app_url):
    page.goto(app_url + LINK)
    for _press in range(2):
        name, _text = downloaded(page, "For the record (PDF)")
        assert name == "aftergraft-AML-200-days.pdf"
