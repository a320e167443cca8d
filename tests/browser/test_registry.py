"""The Registry page as a centre meets it: a table comes in, is used and is forgotten, and nothing
of it is left behind."""

import io
import os
import re
import time
import urllib.request
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import FilePayload, Page, expect

from model.cohort import each_cohort, read_cohorts
from tests.browser.axe import findings
from tests.browser.conftest import ROOT, RunningApp
from tests.browser.views import View, open_view, sticks_out
from tests.browser.waiting import pick, settle

# In every row, in a column that is used and in one that is not.
MARKER = "Zyxwvut"
# Larger than what Starlette keeps in memory unless it is told to.
MEGABYTE = 1024 * 1024


def large_table() -> bytes:
    cohort = each_cohort(read_cohorts())[0][
        ["days_to_failure", "post_transplant_cr", "treatment", "os_days", "death"]
    ]
    children = pd.concat([cohort] * 5, ignore_index=True)
    children.insert(0, "id", [f"{MARKER}{row}" for row in children.index])
    children["remark"] = MARKER * 100
    children["death"] = children["death"].astype(object)
    children.loc[0, "death"] = "perhaps"
    written = io.StringIO()
    children.to_csv(written, index=False)
    content = written.getvalue().encode()
    assert len(content) > MEGABYTE
    return content


def written_since(start: float, *folders: Path) -> list[Path]:
    """Files of the project or the app that are new or changed, with the marker in them."""
    found = []
    for folder in folders:
        for path, inside, names in os.walk(folder):
            inside[:] = [name for name in inside if name not in (".venv", ".git")]
            for file in (Path(path) / name for name in names):
                if file.stat().st_mtime >= start and MARKER.encode() in file.read_bytes():
                    found.append(file)
    return found


def metrics(app: RunningApp) -> str:
    with urllib.request.urlopen(f"{app.url}/_stcore/metrics") as answer:
        text: str = answer.read().decode()
    return text


@pytest.mark.parametrize("viewport", [{"width": 390, "height": 844}], ids=["phone"])
def test_a_table_is_brought_used_and_forgotten_and_leaves_nothing_behind(
    page: Page, app: RunningApp
) -> None:
    start = time.time()
    open_view(page, app.url, View("registry", "registry"))
    expect(page.get_by_text("Bring no names")).to_be_visible()
    table: FilePayload = {"name": "cohort.csv", "mimeType": "text/csv", "buffer": large_table()}
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(table)
    expect(page.get_by_text("1670 rows and 7 columns")).to_be_visible()
    expect(page.get_by_text("1 column is not used")).to_be_visible()
    settle(page)
    assert sticks_out(page) == []
    assert findings(page) == []
    # The file itself is gone as soon as it is read.
    assert "UploadedFileManager" not in metrics(app)
    page.get_by_role("button", name="Use these columns").click()
    expect(page.get_by_text("Children: 1669")).to_have_count(0)
    page.get_by_text("Leave these rows out, and use the 1669 valid rows alone").click()
    expect(page.get_by_text("Children: 1669")).to_be_visible()
    expect(page.get_by_text("Treatment missing: 230")).to_be_visible()
    settle(page)
    assert sticks_out(page) == []
    assert findings(page) == []
    assert MARKER not in page.url
    assert MARKER not in page.content()

    page.get_by_role("button", name="Forget this table").click()
    expect(page.get_by_text("Bring no names")).to_be_visible()
    expect(page.get_by_text("Children: 1669")).to_have_count(0)
    page.close()
    assert MARKER not in app.printed()
    assert written_since(start, ROOT, app.log.parent) == []


def test_what_was_told_of_a_table_stays_when_the_language_changes(page: Page, app_url: str) -> None:
    def speak(language: str) -> None:
        page.get_by_test_id("stSidebar").get_by_role("radio", name=language, exact=True).click()
        expect(page.locator("h1")).to_have_text({"Français": "Registre"}.get(language, "Registry"))
        settle(page)

    def bring(name: str, content: bytes, place: int) -> None:
        file: FilePayload = {"name": name, "mimeType": "text/plain", "buffer": content}
        page.get_by_test_id("stFileUploaderDropzoneInput").nth(place).set_input_files(file)

    open_view(page, app_url, View("registry", "registry"))
    # Of the living 1, as in tests/data/tables/03-vital-status-1-alive.csv.
    rows = ["ttf,post_transplant_cr,treatment,os_days,vital_status"]
    rows += ["20,yes,,90,0", "30,no,chemo,1630,1", "40,no,chemo,1700,1"]
    bring("cohort.csv", "\n".join(rows).encode(), 0)
    column = page.get_by_test_id("stSelectbox").locator("input").first
    untold = page.get_by_text("Still to be told")
    expect(untold).to_be_visible()
    settle(page)
    column.fill("ttf")
    column.press("Enter")
    use = page.get_by_role("button", name="Use these columns")
    asked = page.get_by_text("Nothing in the table settles which")
    expect(untold).to_have_count(0)
    for value, meant in (("0", "died"), ("1", "alive")):
        # A run that is still under way would close the list of choices.
        settle(page)
        expect(asked).to_contain_text(re.compile(rf"holds.*{value}\."))
        expect(use).to_be_disabled()
        choice = page.get_by_test_id("stSelectbox").filter(
            has=page.locator("code", has_text=re.compile(f"^{value}$"))
        )
        pick(choice.locator("input"), meant)
    expect(asked).to_have_count(0)
    expect(use).to_be_enabled()
    # Each of two files in a row is answered.
    bring("mapping.json", b"{", 0)
    expect(page.get_by_text("The mapping is not JSON.")).to_be_visible()
    settle(page)
    bring("mapping.json", b"{}", 0)
    expect(page.get_by_text("The file is not a mapping saved")).to_be_visible()
    settle(page)
    for language in ("Français", "English"):
        speak(language)
        expect(column).to_have_value("ttf")
    use.click()
    expect(page.get_by_text("Children: 3, of whom 1 died")).to_be_visible()
    page.get_by_text("Their prediction is averaged").click()
    settle(page)
    for language in ("Français", "English"):
        speak(language)
        rule = page.get_by_test_id("stMain").get_by_test_id("stRadio")
        expect(rule.get_by_role("radio").nth(1)).to_be_checked()
