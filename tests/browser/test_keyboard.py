"""Both conversations with the keyboard alone: from the first key to the end of the talk.

At every stop on the way the focus can be seen, and nothing holds it back.
"""

import re
import tomllib
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.browser.views import CASE
from tests.browser.waiting import settle
from ui.session.page_style import FOCUS_COLOR
from ui.session.words import field_label

CONFIG = Path(__file__).parents[2] / ".streamlit" / "config.toml"
# WCAG 2.2, 1.4.11.
LEAST_CONTRAST = 3
# More than any page has on the way from one end to the other.
MOST_STOPS = 80
MOST_PAGES = 10

# The outline stands on what has the focus, or around the label or the box that it is drawn by. It
# is seen where it is in the window and nothing around it cuts it off.
FOCUS = """
() => {
    const focused = document.activeElement;
    let drawn = focused.matches('input') ? focused.closest('label') ?? focused : focused;
    for (let up = 0; up < 3 && getComputedStyle(drawn).outlineStyle === 'none'; up++) {
        drawn = drawn.parentElement ?? drawn;
    }
    const style = getComputedStyle(drawn), box = drawn.getBoundingClientRect();
    const reach = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset) - 1;
    const scrolls = 'body, [data-testid=stMain], [data-testid=stSidebarContent]';
    const cutOff = (e) => {
        if (!e || e.matches(scrolls)) return false;
        const edge = e.getBoundingClientRect();
        return (getComputedStyle(e).overflow !== 'visible' && (
            edge.left > box.left - reach || edge.right < box.right + reach
            || edge.top > box.top - reach || edge.bottom < box.bottom + reach
        )) || cutOff(e.parentElement);
    };
    return {
        what: `${focused.outerHTML.slice(0, 100)} in ${drawn.outerHTML.slice(0, 100)}`,
        outline: `${style.outlineStyle} ${style.outlineWidth} ${style.outlineColor}`,
        seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
            && box.width > 8 && !cutOff(drawn.parentElement),
    };
}
"""
# Nothing has the focus on the way around, past the browser's own buttons. A transition, however
# short, begins with the color from before.
IS_SEEN = f"""
(outline) => {{
    const focus = ({FOCUS})();
    return focus.what.startsWith('<body') || (focus.outline === outline && focus.seen);
}}
"""
IS_FOCUSED = "all => all.length === 1 && all[0] === document.activeElement"

# Whether what is scrolled has moved and come to rest, or cannot move.
SCROLLED = """
([scrolled, before]) => {
    const now = scrolled.scrollTop, rests = now === window.scrolledBefore;
    window.scrolledBefore = now;
    return rests && (now !== before || now + scrolled.clientHeight >= scrolled.scrollHeight - 1);
}
"""


def walk_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press a key until the target has the focus; at every stop on the way the focus is seen."""
    red, green, blue = (int(FOCUS_COLOR[i : i + 2], 16) for i in (1, 3, 5))
    outline = f"solid 3px rgb({red}, {green}, {blue})"
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        try:
            page.wait_for_function(IS_SEEN, arg=outline)
        except TimeoutError:
            pytest.fail(f"the focus is not seen: {page.evaluate(FOCUS)}")
        if target.evaluate_all(IS_FOCUSED):
            return
    pytest.fail(f"{key} does not lead to {target}")


def luminance(color: str) -> float:
    """The relative luminance of WCAG 2.2, of a color such as #2b7cb2."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("background", ["backgroundColor", "secondaryBackgroundColor"])
def test_the_focus_stands_out_from_every_background(theme: str, background: str) -> None:
    colors = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"][theme]
    darker, lighter = sorted([luminance(colors[background]), luminance(FOCUS_COLOR)])
    assert (lighter + 0.05) / (darker + 0.05) >= LEAST_CONTRAST


def walk_back_to(page: Page, target: Locator) -> None:
    walk_to(page, target, "Shift+Tab")


def test_both_conversations_are_held_with_the_keyboard_alone(page: Page, app_url: str) -> None:
    press, form, main = (
        page.keyboard.press,
        page.get_by_test_id("stSidebar"),
        page.get_by_test_id("stMain"),
    )
    page.goto(app_url)
    expect(main.get_by_text("Nothing is predicted yet.")).to_be_visible()
    settle(page)

    # The case, described.
    walk_to(page, form.get_by_role("radio", name="AML"))
    press("Space")
    walk_to(page, form.get_by_label(field_label("days_to_failure"), exact=True))
    page.keyboard.type(CASE["days"])
    walk_to(page, form.get_by_role("radio", name=re.compile("^yes")))
    press("Space")
    walk_to(page, form.get_by_label(field_label("age_years"), exact=True))
    page.keyboard.type(CASE["age"])
    press("Enter")
    chart, table = main.get_by_test_id("stVegaLiteChart"), main.locator("table.answer")
    expect(chart.locator("svg.marks")).to_be_visible()
    expect(chart).to_have_attribute("aria-label", re.compile("Predicted survival"))
    settle(page)

    # From the form past everything else to the curves and their table.
    skip = page.get_by_test_id("stSkipToContent")
    walk_back_to(page, skip)
    assert skip.evaluate("e => e.getBoundingClientRect().width > 50")
    press("Enter")
    expect(main).to_be_focused()
    scrolled = main.element_handle()
    for _ in range(MOST_PAGES):
        if table.evaluate("e => e.getBoundingClientRect().top < innerHeight / 2"):
            break
        before = main.evaluate("e => e.scrollTop")
        press("PageDown")
        page.wait_for_function(SCROLLED, arg=[scrolled, before])
    expect(table).to_be_in_viewport()
    walk_to(page, main.get_by_role("radio", name="All together"))
    press("ArrowRight")
    press("Space")
    expect(main.get_by_role("radio", name="One by one")).to_be_checked()
    settle(page)
    walk_to(page, main.locator(".st-key-choices summary"))
    press("Enter")
    expect(main.locator(".st-key-choices details")).to_have_attribute("open", "")
    expect(main.locator(".st-key-choices table.survival")).to_be_visible()
    settle(page)
    walk_to(page, main.locator("summary").last)
    press("Enter")
    expect(main.locator("details").last).to_have_attribute("open", "")

    # The language, which changes nothing else.
    walk_back_to(page, form.get_by_role("radio", name="English"))
    press("ArrowRight")
    press("Space")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(form.get_by_role("radio", name="LAM")).to_be_checked()
    settle(page)

    # The comparison, with a column more.
    walk_back_to(page, page.get_by_role("link", name="Comparer"))
    press("Enter")
    expect(main.get_by_role("heading", level=1, name="Comparer")).to_be_visible()
    settle(page)
    editors = main.get_by_test_id("stPopover")
    expect(editors).to_have_count(2)
    walk_to(page, main.locator(".st-key-comparison_add button"))
    press("Enter")
    expect(editors).to_have_count(3)
    settle(page)
    walk_to(page, editors.last.locator("button"))
    press("Enter")
    editor = page.get_by_test_id("stPopoverBody")
    expect(editor).to_be_visible()
    walk_to(page, editor.get_by_role("textbox").last)
    page.keyboard.type("Plus tard")
    press("Enter")
    expect(main.get_by_role("table").first).to_contain_text("Plus tard")
    settle(page)
    press("Escape")
    expect(editor).to_be_hidden()

    # The talk: begun, shown step by step, and ended.
    walk_back_to(page, page.get_by_test_id("stHeader").get_by_role("link").nth(2))
    press("Enter")
    start = main.locator("button[kind=primary]")
    expect(start).to_be_visible()
    settle(page)
    walk_to(page, start)
    press("Enter")
    expect(form).to_be_hidden()
    for step in ("icons", "curves", "words"):
        settle(page)
        walk_to(page, main.locator(f".st-key-talk_to_{step} button"))
        press("Enter")
        expect(main.locator(f".st-key-talk_to_{step}")).to_have_count(0)
    settle(page)
    walk_to(page, main.locator("button[kind=tertiary]"))
    press("Enter")
    expect(form).to_be_visible()
    expect(start).to_be_visible()
    expect(form.get_by_role("radio", name="LAM")).to_be_checked()
