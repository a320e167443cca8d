"""Every view on a phone, in French: axe-core, no scrolling sideways, nothing too small to press.

French words are the longer ones. Each view is in the theme that it does not have on the desktop.
"""

from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.axe import findings
from tests.browser.views import VIEWS, open_view, sticks_out, theme_of
from tests.browser.waiting import settle

PHONE: ViewportSize = {"width": 390, "height": 844}
# WCAG 2.2, 1.4.10 and 2.5.8.
NARROWEST: ViewportSize = {"width": 320, "height": 844}
SMALLEST_TARGET = 24

# What is pressed is the label, or the box with its buttons, where the control inside is smaller. A
# link in a line of text may be as high as the line.
SMALL_TARGETS = """
smallest => ['[data-testid=stMain]', '[data-testid=stSidebar][data-collapsed=false]',
        '[data-testid=stPopoverBody]']
    .flatMap(part => [...document.querySelectorAll(`${part} :is(
        a[href], button, input, select, textarea, summary, [role=button], [role=slider])`)])
    .filter(e => !(e.matches('p a, li a')))
    .map(e => e.closest('label')
        ?? (e.type === 'range' ? e.closest('[data-rac]') : e))
    .filter(e => e.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true}))
    .filter(e => !e.closest('[inert]'))
    .filter(e => {
        const box = e.getBoundingClientRect();
        return box.width > 0 && Math.min(box.width, box.height) < smallest - 0.5;
    })
    .map(e => `${e.getBoundingClientRect().height} high: ${e.outerHTML.slice(0, 200)}`)
"""

CUT_OFF = """
() => [...document.querySelectorAll('[data-testid=stMain] td')]
    .filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1)
    .map(e => e.outerHTML.slice(0, 200))
"""


def test_every_view_can_be_read_and_used_on_a_phone(page: Page, app_url: str) -> None:
    found: dict[str, list[object]] = {}
    for number, view in enumerate(VIEWS):
        page.set_viewport_size(PHONE)
        page.emulate_media(color_scheme=theme_of(number, PHONE))
        open_view(page, app_url, view, "fr")
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        found[f"axe, {view}"] = [*findings(page)]
        found[f"wide, {view}"] = [*sticks_out(page)]
        found[f"cut off in a table, {view}"] = page.evaluate(CUT_OFF)
        found[f"too small, {view}"] = page.evaluate(SMALL_TARGETS, SMALLEST_TARGET)
        page.set_viewport_size(NARROWEST)
        settle(page)
        found[f"wide on the narrowest, {view}"] = [*sticks_out(page)]
    assert {name: what for name, what in found.items() if what} == {}
