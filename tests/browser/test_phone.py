"""Every view on a phone: axe-core, no scrolling sideways, and nothing too small to be pressed."""

import pytest
from playwright.sync_api import Page

from tests.browser.axe import findings
from tests.browser.views import VIEWS, open_view, settle, sticks_out

PHONE, HEIGHT = 390, 844
# WCAG 2.2, 1.4.10 and 2.5.8.
NARROWEST = 320
SMALLEST_TARGET = 24

# What is pressed is the label, or the box with its buttons, where the control inside is smaller. A
# link in a line of text may be as high as the line.
SMALL_TARGETS = """
smallest => ['[data-testid=stMain]', '[data-testid=stSidebar][data-collapsed=false]',
        '[data-testid=stPopoverBody]']
    .flatMap(part => [...document.querySelectorAll(`${part} :is(
        a[href], button, input, select, textarea, summary, [role=button], [role=slider])`)])
    .filter(e => !(e.matches('p a, li a')))
    .map(e => e.closest('label, [data-testid=stNumberInputContainer]')
        ?? (e.type === 'range' ? e.closest('[data-rac]') : e))
    .filter(e => e.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true}))
    .filter(e => !e.closest('[inert]'))
    .filter(e => {
        const box = e.getBoundingClientRect();
        return box.width > 0 && Math.min(box.width, box.height) < smallest - 0.5;
    })
    .map(e => `${e.getBoundingClientRect().height} high: ${e.outerHTML.slice(0, 200)}`)
"""


DARK_ENGLISH = ("en", {"color_scheme": "dark", "reduced_motion": "reduce"})
LIGHT_FRENCH = ("fr", {"color_scheme": "light", "reduced_motion": "reduce"})


@pytest.mark.parametrize("viewport", [{"width": PHONE, "height": HEIGHT}], ids=["phone"])
@pytest.mark.parametrize(
    ("language", "context_options"), [DARK_ENGLISH, LIGHT_FRENCH], ids=["en-dark", "fr-light"]
)
def test_every_view_can_be_read_and_used_on_a_phone(
    page: Page, app_url: str, language: str
) -> None:
    found: dict[str, list[object]] = {}
    for view in VIEWS:
        page.set_viewport_size({"width": PHONE, "height": HEIGHT})
        open_view(page, app_url, view, language)
        found[f"axe, {view}"] = [*findings(page)]
        found[f"{PHONE} pixels, {view}"] = [*sticks_out(page)]
        found[f"too small, {view}"] = page.evaluate(SMALL_TARGETS, SMALLEST_TARGET)
        page.set_viewport_size({"width": NARROWEST, "height": HEIGHT})
        settle(page)
        found[f"{NARROWEST} pixels, {view}"] = [*sticks_out(page)]
    assert {name: what for name, what in found.items() if what} == {}
