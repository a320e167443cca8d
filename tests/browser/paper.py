"""A view as the browser prints it: what is on screen, what is on paper, and what is wrong there."""

import re
import unicodedata
from collections.abc import Iterator

import pypdfium2
from PIL import ImageStat
from PIL.Image import Image
from playwright.sync_api import Page, ViewportSize

from tests.browser.views import sticks_out
from tests.browser.waiting import settle

PIXELS_PER_POINT = 96 / 72
MARGIN = round(12 / 25.4 * 96)
BETWEEN_THE_MARGINS: ViewportSize = {"width": 794 - 2 * MARGIN, "height": 1123}
WHITE, NEARLY_WHITE, DARK = 255, 250, 80

# What is read on the page, in its order; not what is pressed, what leads elsewhere on it, what is
# said to screen readers only, and the names of folds that are left folded on paper.
READ_ON_SCREEN = """
() => [...document.querySelectorAll('[data-testid=stMain] :is(h1, h2, h3, h4, p, li, th, td)')]
    .filter(e => e.checkVisibility({visibilityProperty: true}))
    .filter(e => !e.closest('button, label, [role=radiogroup], [class*=st-key-on_screen_only]'))
    .filter(e => !e.querySelector('a[href^="#"]'))
    .filter(e => !e.closest('[class*=st-key-left_folded] details:not([open])'))
    .map(e => [...e.querySelectorAll('*')]
        .filter(part => part.getBoundingClientRect().width <= 1)
        .reduce((text, part) => text.replace(part.innerText, ''), e.innerText))
"""

CONTROLS = """
() => [...document.querySelectorAll(
        '[data-testid=stSidebar], button, input, select, textarea, [role=slider]')]
    .filter(e => e.checkVisibility({visibilityProperty: true}))
    .map(e => e.outerHTML.slice(0, 200))
"""


def plain(text: str) -> str:
    """Letters and digits alone: lines break elsewhere on paper, and ligatures come apart."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))


def words_on(paper: bytes) -> str:
    sheets = pypdfium2.PdfDocument(paper)
    return plain("".join(sheet.get_textpage().get_text_range() for sheet in sheets))


def pictures_of(paper: bytes) -> Iterator[Image]:
    for sheet in pypdfium2.PdfDocument(paper):
        yield sheet.render(scale=PIXELS_PER_POINT).to_pil().convert("L")


def darkest(picture: Image) -> int:
    """The darkest shade of a picture in shades of grey: 0 for black."""
    return next(shade for shade, pixels in enumerate(picture.histogram()) if pixels)


def faults_of(paper: bytes) -> list[str]:
    """What is dark outside the margins, or not white between them, or empty, sheet by sheet."""
    faults = []
    for number, sheet in enumerate(pictures_of(paper), start=1):
        right = sheet.width - MARGIN
        left_edge = sheet.crop((0, 0, MARGIN - 1, sheet.height))
        right_edge = sheet.crop((right + 1, 0, *sheet.size))
        inner = sheet.crop((MARGIN, MARGIN, right, sheet.height - MARGIN))
        if min(darkest(left_edge), darkest(right_edge)) < NEARLY_WHITE:
            faults.append(f"sheet {number}: something reaches the edge")
        if ImageStat.Stat(sheet).median[0] != WHITE:
            faults.append(f"sheet {number}: the paper is not white")
        if darkest(inner) > DARK:
            faults.append(f"sheet {number}: nothing is dark enough to be read")
    return faults


def printed(page: Page) -> dict[str, list[str]]:
    """What is wrong with a view on paper, its backgrounds printed too, as browsers do if asked."""
    on_screen = [plain(text) for text in page.evaluate(READ_ON_SCREEN)]
    assert on_screen
    paper = page.pdf(format="A4", prefer_css_page_size=True, print_background=True)
    on_paper = words_on(paper)
    page.emulate_media(media="print")
    page.set_viewport_size(BETWEEN_THE_MARGINS)
    settle(page)
    return {
        "lost on paper": [text for text in on_screen if text not in on_paper],
        "sheets": faults_of(paper),
        "cut off on paper": sticks_out(page),
        "controls on paper": page.evaluate(CONTROLS),
    }
