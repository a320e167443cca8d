"""Every view as the browser prints it: whole, black on white, and without what is pressed."""

import io
import re
import unicodedata
from collections.abc import Iterator

import pypdfium2
import pytest
from PIL import ImageStat
from PIL.Image import Image
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.browser.views import VIEWS, View, open_view, settle, sticks_out

A4 = {"width": 794, "height": 1123}
PIXELS_PER_POINT = 96 / 72
MARGIN = round(12 / 25.4 * 96)
WHITE, NEARLY_WHITE, DARK = 255, 250, 80

# What is read on the page, in its order; not what is pressed, what leads elsewhere on it, and what
# is said to screen readers only.
READ_ON_SCREEN = """
() => [...document.querySelectorAll('[data-testid=stMain] :is(h1, h2, h3, h4, p, li, th, td)')]
    .filter(e => e.checkVisibility({visibilityProperty: true}))
    .filter(e => !e.closest('button, label, [role=radiogroup], [class*=st-key-on_screen_only]'))
    .filter(e => !e.querySelector('a[href^="#"]'))
    .map(e => [...e.querySelectorAll('*')]
        .filter(part => part.getBoundingClientRect().width <= 1)
        .reduce((text, part) => text.replace(part.innerText, ''), e.innerText))
"""


def plain(text: str) -> str:
    """Letters and digits alone: lines break elsewhere on paper, and ligatures come apart."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))


def words_on(paper: bytes) -> str:
    return plain("".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages))


def pictures_of(paper: bytes) -> Iterator[Image]:
    for sheet in pypdfium2.PdfDocument(paper):
        yield sheet.render(scale=PIXELS_PER_POINT).to_pil().convert("L")


# In the dark theme, and with the backgrounds that a browser leaves out unless it is asked for them:
# the hardest case for paper.
@pytest.mark.parametrize("context_options", [{"color_scheme": "dark"}], ids=["dark"])
@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_paper_holds_all_of_the_page_and_no_controls(page: Page, app_url: str, view: View) -> None:
    open_view(page, app_url, view)
    on_screen = [plain(text) for text in page.evaluate(READ_ON_SCREEN)]
    assert on_screen
    paper = page.pdf(format="A4", prefer_css_page_size=True, print_background=True)
    on_paper = words_on(paper)
    assert [text for text in on_screen if text not in on_paper] == []

    for sheet in pictures_of(paper):
        inner = sheet.crop((MARGIN, MARGIN, sheet.width - MARGIN, sheet.height - MARGIN))
        darkest, lightest = inner.getextrema()
        assert darkest < DARK
        assert lightest == WHITE
        assert ImageStat.Stat(sheet).median[0] == WHITE
        for edge in ((0, 0, MARGIN - 1, sheet.height), (sheet.width - MARGIN + 1, 0, *sheet.size)):
            assert sheet.crop(edge).getextrema()[0] > NEARLY_WHITE

    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4["width"] - 2 * MARGIN, "height": A4["height"]})
    settle(page)
    assert sticks_out(page) == []
    controls = "[data-testid=stSidebar], button, input, select, textarea, [role=slider]"
    assert [e for e in page.locator(controls).all() if e.is_visible()] == []
