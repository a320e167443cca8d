"""WCAG 2.2 AA by axe-core, on every view on a desktop; `test_phone.py` does the same on a phone.

Between them every language meets each theme and each width, and every theme each width.
"""

import pytest
from playwright.sync_api import Page

from tests.browser.axe import findings
from tests.browser.views import VIEWS, open_view

LIGHT_ENGLISH = ("en", {"color_scheme": "light", "reduced_motion": "reduce"})
DARK_FRENCH = ("fr", {"color_scheme": "dark", "reduced_motion": "reduce"})


@pytest.mark.parametrize(
    ("language", "context_options"), [LIGHT_ENGLISH, DARK_FRENCH], ids=["en-light", "fr-dark"]
)
def test_axe_finds_nothing_in_any_view(page: Page, app_url: str, language: str) -> None:
    found = {}
    for view in VIEWS:
        open_view(page, app_url, view, language)
        assert page.locator("html").get_attribute("lang") == language
        found[view.name] = findings(page)
    assert {name: what for name, what in found.items() if what} == {}
