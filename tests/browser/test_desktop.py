"""Every view on a desktop, in English: WCAG 2.2 AA by axe-core, and as the browser prints it.

Also what axe-core cannot know: that the page names its language, and that pictures say what they
show. Paper is printed from the dark theme, the hardest case. `test_phone.py` has every view in
French, on a phone, and in the other theme.
"""

from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.axe import findings
from tests.browser.paper import plain, printed, words_on
from tests.browser.views import VIEWS, open_view, theme_of
from tests.browser.waiting import settle

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
# No picture here can be described in fewer characters. A drawing beside its words needs none.
SHORTEST_DESCRIPTION = 30
UNDESCRIBED = """
shortest => [...document.querySelectorAll(
        '[data-testid=stVegaLiteChart], svg[role=img], img:not([alt=""])')]
    .filter(e => (e.ariaLabel ?? e.alt ?? '').length < shortest)
    .map(e => e.outerHTML.slice(0, 200))
"""


def test_every_view_can_be_read_and_used_on_a_desktop_and_on_paper(
    page: Page, app_url: str
) -> None:
    found: dict[str, list[object]] = {}
    for number, view in enumerate(VIEWS):
        # Each in a window of its own: to close one is quicker than to draw its charts once more.
        page = page.context.new_page()
        page.set_viewport_size(DESKTOP)
        page.emulate_media(color_scheme=theme_of(number, DESKTOP))
        open_view(page, app_url, view)
        expect(page.locator("html")).to_have_attribute("lang", "en")
        found[f"axe, {view}"] = [*findings(page)]
        found[f"not described, {view}"] = page.evaluate(UNDESCRIBED, SHORTEST_DESCRIPTION)
        page.emulate_media(color_scheme="dark")
        settle(page)
        found |= {f"{name}, {view}": [*what] for name, what in printed(page).items()}
        page.close()
    assert {name: what for name, what in found.items() if what} == {}


def test_the_teams_own_words_are_printed_to_their_end(page: Page, app_url: str) -> None:
    open_view(page, app_url, next(view for view in VIEWS if view.name == "family"))
    words = [f"Line {number} of what the team can tell." for number in range(1, 16)]
    note = page.locator("textarea").last
    note.fill("\n".join(words))
    note.blur()
    expect(page.get_by_text(words[-1]).locator("visible=true").last).to_be_attached()
    settle(page)
    on_paper = words_on(page.pdf(format="A4", prefer_css_page_size=True))
    assert [line for line in words if on_paper.count(plain(line)) != 1] == []
