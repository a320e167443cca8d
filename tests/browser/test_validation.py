"""How well the model fits, as a centre sees it on the Registry page."""

import pandas as pd
import pytest
from playwright.sync_api import FilePayload, Page, expect

from model.cohort import analysed, each_cohort, read_cohorts
from model.recalibration.applied import recalibrated_model
from model.recalibration.fit import recalibrate
from model.survival.prediction import PooledModel, load_model
from model.validation.expected import expected
from model.validation.performance import measured
from tests.browser.axe import findings
from tests.browser.conftest import RunningApp
from tests.browser.views import View, open_view, sticks_out
from tests.browser.waiting import choice, settle

COLUMNS = ["treatment", "days_to_failure", "post_transplant_cr", "sex", "os_days", "death"]


def shows(page: Page, model: PooledModel, children: pd.DataFrame) -> None:
    values = measured(expected(model, analysed(children)))
    for key in ("uno_c", "observed_expected", "auc_365", "brier_1461"):
        cell = page.locator(f'[data-measure="{key}"]')
        expect(cell).to_be_visible()
        assert float(cell.get_attribute("data-value") or "") == pytest.approx(values[key], abs=1e-6)


@pytest.mark.parametrize("viewport", [{"width": 390, "height": 844}], ids=["phone"])
def test_a_centre_sees_the_measures_of_its_children_and_chooses_the_day_of_the_curve(
    page: Page, app: RunningApp
) -> None:
    children = each_cohort(read_cohorts())[4].sample(70, random_state=1)
    content = children[COLUMNS].to_csv(index=False).encode()
    table: FilePayload = {"name": "ours.csv", "mimeType": "text/csv", "buffer": content}
    open_view(page, app.url, View("registry", "registry"))
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(table)
    page.get_by_role("button", name="Use these columns").click()
    button = page.get_by_role("button", name="Work it out")
    # Nothing is computed before it is asked for.
    expect(button).to_be_visible()
    expect(page.get_by_text("Over the whole follow-up")).to_have_count(0)
    button.click()
    expect(page.get_by_text("How many deaths a slope needs")).to_be_visible()
    shows(page, load_model(), children)
    page.get_by_text("The curve as a table").click()
    expect(page.get_by_text("Risk of death by 1 year", exact=True)).to_be_visible()
    page.get_by_role("radio", name="2 years").click()
    expect(page.get_by_text("Risk of death by 2 years", exact=True)).to_be_visible()
    settle(page)
    assert sticks_out(page) == []
    assert findings(page) == []
    # Made theirs, the model is held against the children in the paper's place, and says so.
    page.get_by_role("button", name="Compare the four").click()
    choice(page.get_by_test_id("stMain"), "baseline only").click()
    page.get_by_role("button", name="Use it in the app").click()
    expect(page.get_by_text("If it was recalibrated to these very children")).to_be_visible()
    expect(page.get_by_text("Over the whole follow-up")).to_have_count(0)
    button.click()
    theirs = recalibrate(load_model(), children, "baseline")
    shows(page, recalibrated_model(load_model(), theirs), children)
    # Another rule for what is missing is another question.
    page.get_by_text("Their prediction is averaged over what it may have been").click()
    expect(page.get_by_text("Over the whole follow-up")).to_have_count(0)
