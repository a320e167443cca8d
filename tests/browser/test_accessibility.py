"""WCAG 2.2 AA by axe-core, on every view, in both languages and themes, at both widths.

axe-core is Deque's checker, the program that npm calls axe-core; it comes inside
axe-playwright-python, and runs in the page. What it finds in Streamlit's own elements stands in
`STREAMLITS_OWN` with its reason; anything else fails.
"""

from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests.browser.views import VIEWS, View, open_view, settle

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# Every language with each theme and each width, and every theme with each width.
LOOKS = {
    "en": (("light", DESKTOP), ("dark", PHONE)),
    "fr": (("dark", DESKTOP), ("light", PHONE)),
}


class Finding(NamedTuple):
    rule: str
    impact: str
    selector: str
    html: str


# Rule and a selector that the element matches, with the reason why it is Streamlit's alone.
STREAMLITS_OWN = {
    ("region", "#stFloatingOverlayPortal"): "tooltips and lists are drawn outside every landmark",
}


def findings(page: Page) -> Iterator[Finding]:
    """What axe-core has against the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    for violation in page.evaluate("options => axe.run(options)", options)["violations"]:
        for node in violation["nodes"]:
            selector = node["target"][-1]
            if not excused(page, violation["id"], selector):
                yield Finding(violation["id"], violation["impact"], selector, node["html"][:300])


def excused(page: Page, rule: str, selector: str) -> bool:
    return any(
        rule == known and page.locator(selector).first.evaluate("(e, s) => e.matches(s)", own)
        for known, own in STREAMLITS_OWN
    )


@pytest.mark.parametrize("language", LOOKS)
@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_axe_finds_nothing(page: Page, app_url: str, view: View, language: str) -> None:
    open_view(page, app_url, view, language)
    for theme, size in LOOKS[language]:
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.set_viewport_size(size)  # type: ignore[arg-type]
        expect(page.locator(".stApp")).to_have_css("color-scheme", theme)
        settle(page)
        assert list(findings(page)) == [], f"{theme}, {size['width']} pixels wide"
