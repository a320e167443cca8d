"""The Evidence page as a reader meets it: from its contents to a section, through the table with
the keyboard, down to one part of the paper, and away with a file."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from model.reconstruction.reproduction import load_reproduction
from tests.browser.views import View, open_view
from tests.browser.waiting import settle
from ui.evidence.figures import figures_of, parts
from ui.evidence.words import part_name

# With a case, as on a phone the form is then folded away.
EVIDENCE = View("evidence", "evidence")
PHONE = {"width": 390, "height": 844}


def unfold(page: Page, section: str) -> None:
    page.locator(f".st-key-evidence_{section} summary").click()
    settle(page)


def test_the_contents_lead_to_every_section_and_the_table_is_read_by_keyboard(
    page: Page, app_url: str
) -> None:
    open_view(page, app_url, EVIDENCE)
    links = page.get_by_test_id("stMain").locator("li a[href^='#']")
    expect(links).to_have_count(13)
    for target in links.evaluate_all("all => all.map(a => a.getAttribute('href').slice(1))"):
        expect(page.locator(f"[id='{target}']")).to_have_count(1)
    links.nth(-2).click()
    expect(page.get_by_role("heading", name="Slips of the paper")).to_be_in_viewport()

    unfold(page, "figures")
    box = page.get_by_role("region", name="Published against reproduced")
    expect(box.locator("[data-figure]")).to_have_count(len(load_reproduction().rows))
    box.focus()
    page.keyboard.press("End")
    expect(box.locator("[data-figure]").last).to_be_in_viewport()


@pytest.mark.parametrize("viewport", [PHONE], ids=["phone"])
def test_one_part_of_the_paper_is_chosen_and_taken_away(page: Page, app_url: str) -> None:
    open_view(page, app_url, EVIDENCE)
    unfold(page, "figures")
    chosen = parts()[-1]
    rows = figures_of(chosen)
    page.get_by_role("radio", name=part_name(chosen), exact=True).click()
    expect(page.locator("[data-figure]")).to_have_count(len(rows))
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="These figures (CSV)").click()
    assert download.value.suggested_filename == "aftergraft-evidence.csv"
    text = Path(download.value.path()).read_text(encoding="utf-8")
    read = list(csv.DictReader(io.StringIO(text)))
    assert [line["figure"] for line in read] == [row.figure.id for row in rows]
