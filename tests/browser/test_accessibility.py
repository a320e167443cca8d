"""WCAG 2.2 AA by axe-core, on every view on a desktop; `test_phone.py` does the same on a phone.

Also what axe-core cannot know: that the page names its language, and that pictures say what they
show.

Between them every language meets each theme and each width, and every theme each width.
"""

import pytest
from playwright.sync_api import Page

from tests.browser.axe import findings
from tests.browser.views import VIEWS, open_view

LIGHT_ENGLISH = ("en", {"color_scheme": "light", "reduced_motion": "reduce"})
DARK_FRENCH = ("fr", {"color_scheme": "dark", "reduced_motion": "reduce"})

# No picture here can be described in fewer characters. A drawing beside its words needs none.
SHORTEST_DESCRIPTION = 30
UNDESCRIBED = """
shortest => [...document.querySelectorAll(
        '[data-testid=stVegaLiteChart], svg[role=img], img:not([alt=""])')]
    .filter(e => (e.ariaLabel ?? e.alt ?? '').length < shortest)
    .map(e => e.outerHTML.slice(0, 200))
"""


@pytest.mark.parametrize(
    ("language", "context_options"), [LIGHT_ENGLISH, DARK_FRENCH], ids=["en-light", "fr-dark"]
)
def test_axe_finds_nothing_and_pictures_are_described_in_every_view(
    page: Page, app_url: str, language: str
) -> None:
    found: dict[str, list[object]] = {}
    for view in VIEWS:
        open_view(page, app_url, view, language)
        assert page.locator("html").get_attribute("lang") == language
        found[f"axe, {view}"] = [*findings(page)]
        found[f"not described, {view}"] = page.evaluate(UNDESCRIBED, SHORTEST_DESCRIPTION)
    assert {name: what for name, what in found.items() if what} == {}
