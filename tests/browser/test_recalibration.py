"""A recalibrated model in the real app: loaded, used, told of, and missed."""

import re
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from model.cohort import each_cohort, read_cohorts
from model.recalibration.applied import recalibrated_model
from model.recalibration.file import read_recalibration, write_recalibration
from model.recalibration.fit import recalibrate
from model.survival.prediction import load_model, predict
from tests.browser.axe import findings
from tests.browser.views import sticks_out
from tests.browser.waiting import settle
from tests.seen import seen

LINK = {"leukemia": "AML", "days": "200", "cr": "yes", "age": "8"}


def test_a_model_file_is_loaded_used_and_said_and_missed_after_a_reload(
    page: Page, app_url: str, tmp_path: Path
) -> None:
    model = load_model()
    children = each_cohort(read_cohorts())[0]
    sooner = children.assign(os_days=children["os_days"] // 2)
    found = recalibrate(model, sooner, "slope")
    file = write_recalibration(found, model, "*Centre* <i>9</i>", date(2026, 11, 23))
    (tmp_path / "model.json").write_text(file)
    (tmp_path / "bad.json").write_text(file.replace('"deaths": 2', '"deaths": 1'))
    loaded = read_recalibration(file, model)

    page.goto(f"{app_url}/registry?{urlencode(LINK)}")
    settle(page)
    load = page.get_by_test_id("stFileUploader").last.locator("input[type=file]")
    load.set_input_files(tmp_path / "bad.json")
    expect(page.get_by_test_id("stAlert")).to_contain_text("changed or damaged")
    settle(page)
    load.set_input_files(tmp_path / "model.json")
    said = re.compile(rf"Recalibrated to \*Centre\* <i>9</i>: .*, file {loaded.short_checksum}")
    expect(page.get_by_test_id("stAlert")).to_have_text(said)
    expect(page).to_have_url(re.compile(f"recalibrated={loaded.short_checksum}"))

    page.get_by_role("link", name="Case").click()
    expect(page.get_by_test_id("stAlert")).to_have_text(said)
    settle(page)
    survival = predict(recalibrated_model(model, loaded), seen([200], [True]), days=[365]).survival
    papers = predict(model, seen([200], [True]), days=[365]).survival
    year = page.locator("[data-treatment='second_sct'][data-day='365']")
    expect(year).to_contain_text(f"{survival[0, 0, 0]:.0%}")
    page.set_viewport_size({"width": 390, "height": 844})
    settle(page)
    assert not sticks_out(page)
    assert not findings(page)

    page.reload()
    expect(page.get_by_test_id("stAlert")).to_contain_text("load that file on the Registry page")
    settle(page)
    expect(year).to_contain_text(f"{papers[0, 0, 0]:.0%}")
    page.get_by_role("button", name="Stay with the paper's model").click()
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("recalibrated"))
