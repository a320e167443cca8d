"""Every view of the app, for what must hold in all of them: accessibility, a phone, paper."""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

from playwright.sync_api import Page, ViewportSize

from model.options import TREATMENTS
from tests.browser.waiting import settle

CASE = {"leukemia": "AML", "days": "200", "cr": "yes", "age": "8", "mrd": "positive"}
BREAKPOINT = 768


@dataclass(frozen=True)
class View:
    """A page and what the address says of it; `press` is what is chosen on it once it is there."""

    name: str
    page: str = ""
    address: dict[str, str] = field(default_factory=lambda: dict(CASE))
    press: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name


TALK = CASE | {"talk": "yes"}
ALL_DRAWN = ",".join(TREATMENTS)
# A popover stands outside the page and is folded away again: it is looked at with its page.
EDITOR = "[data-testid=stPopover] button"

VIEWS = (
    View("case-empty", address={}),
    View("case", press=("summary",)),
    View("case-choices", press=(".st-key-choices summary",)),
    View("case-one-by-one", press=("[data-testid=stButtonGroup] button",)),
    View("case-days-survived", address=CASE | {"alive": "60"}),
    View(
        "case-exploratory-alike",
        address=CASE | {"leukemia": "B-ALL", "exploratory": "yes", "all_options": "alike"},
    ),
    View("case-refused", address=CASE | {"leukemia": "XYZ", "days": "9999", "age": "40"}),
    View("compare", "compare", press=(EDITOR,)),
    View("compare-four", "compare", press=(".st-key-comparison_add button",) * 2),
    View("family", "counselling", press=("[data-testid=stExpander] summary",)),
    View("talk-words", "counselling", TALK),
    View("talk-nothing-drawn", "counselling", TALK | {"step": "icons"}),
    View("talk-icons", "counselling", TALK | {"step": "icons", "icons": ALL_DRAWN}),
    View("talk-curves", "counselling", TALK | {"step": "curves", "icons": ALL_DRAWN}),
    View("evidence", "evidence"),
    View("registry", "registry", press=("[data-testid=stExpander] summary",)),
    View("about", "about"),
)


def theme_of(number: int, window: ViewportSize) -> Literal["light", "dark"]:
    """The theme a view is looked at in: one on a desktop, the other on a phone."""
    return "dark" if (number + (window["width"] > BREAKPOINT)) % 2 else "light"


def open_view(page: Page, app_url: str, view: View, language: str = "en") -> None:
    """Open a view and wait until all of it is drawn."""
    address = {**view.address, "lang": language} if language != "en" else view.address
    page.goto(f"{app_url}/{view.page}?{urlencode(address)}")
    page.locator("h1").first.wait_for()
    settle(page)
    for selector in view.press:
        press(page, selector)


def press(page: Page, selector: str) -> None:
    """Press the last of these on the page, and wait until what that asks of the app is drawn."""
    page.get_by_test_id("stMain").locator(selector).last.click()
    settle(page)


def sticks_out(page: Page) -> list[str]:
    """What makes the page scroll sideways, or stands beyond the window's edge."""
    found: list[str] = page.evaluate(STICKS_OUT)
    return found


STICKS_OUT = """
() => {
    const width = document.documentElement.clientWidth;
    const scroll = ['html', 'body', '[data-testid=stMain]']
        .map(selector => document.querySelector(selector))
        .filter(e => e.scrollWidth > e.clientWidth);
    const beyond = [...document.querySelectorAll('[data-testid=stMain] *')].filter(e => {
        const box = e.getBoundingClientRect();
        return box.width > 1 && box.height > 1 && (box.right > width + 1 || box.left < -1);
    });
    return [...scroll, ...beyond].map(e => e.outerHTML.slice(0, 150));
}
"""
