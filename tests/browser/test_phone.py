"""Every view on a phone: no scrolling sideways, and nothing too small to be pressed.

In French, whose words are longer. 320 pixels is the width that WCAG 2.2 (1.4.10, reflow) asks for.
"""

import pytest
from playwright.sync_api import Page

from tests.browser.views import VIEWS, View, open_view, settle, sticks_out

WIDTHS = (390, 320)
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


@pytest.mark.parametrize("viewport", [{"width": WIDTHS[0], "height": 844}], ids=["phone"])
@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_phone_shows_all_of_it_without_scrolling_sideways(
    page: Page, app_url: str, view: View
) -> None:
    open_view(page, app_url, view, "fr")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        settle(page)
        assert sticks_out(page) == [], f"{width} pixels wide"
    assert page.evaluate(SMALL_TARGETS, SMALLEST_TARGET) == []
