"""Every view of the app, for what must hold in all of them: accessibility, a phone, paper."""

import contextlib
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

from playwright.sync_api import Page, TimeoutError, ViewportSize

from model.options import TREATMENTS

CASE = {"leukemia": "AML", "days": "200", "cr": "yes", "age": "8", "mrd": "positive"}
SECONDS = 30_000
A_RUN_BEGINS = 1_500
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
    page.locator("h1").first.wait_for(timeout=SECONDS)
    settle(page)
    for selector in view.press:
        press(page, selector)


def press(page: Page, selector: str) -> None:
    """Press the last of these on the page, and wait until what that asks of the app is drawn.

    Until the app has begun to answer, the page stands as still as when it has finished; that it
    never begins is right where only something folded is opened.
    """
    page.evaluate(COUNT_RUNS)
    page.get_by_test_id("stMain").locator(selector).last.click()
    with contextlib.suppress(TimeoutError):
        page.wait_for_function("window.runs > 0", timeout=A_RUN_BEGINS)
    settle(page)


def settle(page: Page) -> None:
    """Wait until the app has nothing more to say, and every chart is drawn and stands still."""
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for(timeout=SECONDS)
    try:
        page.wait_for_function(f"({UNDRAWN})().length === 0", timeout=SECONDS)
    except TimeoutError:
        raise AssertionError(f"not drawn: {page.evaluate(UNDRAWN)}") from None
    page.evaluate(STAND_STILL)


COUNT_RUNS = """
() => {
    window.runs = 0;
    new MutationObserver(() => { window.runs += 1; }).observe(
        document.querySelector('.stApp'), {attributeFilter: ['data-test-script-state']});
}
"""

UNDRAWN = """
() => [...document.querySelectorAll('[data-testid=stSkeleton], [data-testid=stVegaLiteChart]')]
    .filter(e => !e.querySelector('svg.marks'))
    .map(e => e.parentElement.outerHTML.slice(0, 500))
"""

# A change of width or theme reaches a chart some frames later: two looks at the page that agree,
# and more where a chart is still as wide as it was.
STAND_STILL = """
async () => {
    const texts = () => [...document.querySelectorAll('.stApp, .stApp p')];
    const charts = () => [...document.querySelectorAll('svg.marks, svg.marks > g')];
    const edges = (e) => {
        const {left, right} = e.getBoundingClientRect();
        return [left, right, getComputedStyle(e).color];
    };
    const look = () => JSON.stringify([...texts(), ...charts()].map(edges));
    const fits = (e) => edges(e)[0] >= -1 && edges(e)[1] <= innerWidth + 1;
    let before = null, alike = 0;
    for (let looks = 0; looks < 300; looks++) {
        const now = look();
        alike = now === before ? alike + 1 : 0;
        if (alike >= (charts().every(fits) ? 1 : 30)) return;
        before = now;
        await new Promise(done => setTimeout(done, 100));
    }
    throw new Error('the page does not come to rest');
}
"""


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
