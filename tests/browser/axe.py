"""axe-core, Deque's checker of web pages, run in the page that the browser shows.

It is the program that npm calls axe-core; axe-playwright-python brings it along. What it finds in
Streamlit's own elements is listed here with its reason. Anything else is ours.
"""

from importlib.resources import files
from typing import NamedTuple

from playwright.sync_api import Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
WCAG_2_2_AA = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
RULES = (*WCAG_2_2_AA, "best-practice")

# Rule and a selector that the element matches, with the reason why it is Streamlit's alone.
STREAMLITS_OWN = {
    ("region", "#stFloatingOverlayPortal"): "tooltips and lists are drawn outside every landmark",
    (
        "presentation-role-conflict",
        "[data-testid=stFileUploaderDropzone]",
    ): "where a file is dropped has a name but no role; the button in it has both",
}


class Finding(NamedTuple):
    """One element that breaks one rule."""

    rule: str
    impact: str
    selector: str
    html: str


def findings(page: Page) -> list[Finding]:
    """What axe-core has against the page as it stands, however slight; not what is Streamlit's."""
    page.evaluate(AXE)
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(options)", options)
    return [
        Finding(violation["id"], violation["impact"], node["target"][-1], node["html"][:300])
        for violation in found["violations"]
        for node in violation["nodes"]
        if not _is_streamlits_own(page, violation["id"], node["target"][-1])
    ]


def _is_streamlits_own(page: Page, rule: str, selector: str) -> bool:
    return any(
        rule == known and page.locator(selector).first.evaluate("(e, s) => e.matches(s)", own)
        for known, own in STREAMLITS_OWN
    )
