"""Addresses that people may have kept, and what is read off the page that each of them opens.

`tests/data/addresses.json` was written once, from version 0.4.0, in numbers and in words of either
language. Whatever is built later has to show the same. Where a page is laid out anew, it is read
anew here; what was read stays. What the talk says beyond the first numbers (how long children live,
how far from today) came later, and is passed over. Where no child given an option was known to be
alive as long as the one described, no number is given any more (`withdrawn`). Only where the lists
of children are made anew do numbers move, and then they alone are written again, while addresses,
words and proposals stand: with 0.5.0, whose numbers CHANGELOG.md has beside the old ones. What is
missing was written again where age and leukemia ceased to be needed.
"""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from model.survival.prediction import TABLE_DAYS
from tests.whole_app import open_app

FROZEN = Path(__file__).with_name("data") / "addresses.json"
# The numbers behind what is shown, as the cells of tables carry them.
NUMBERS = (
    "survival",
    "estimate",
    "median",
    "exploratory",
    "lower",
    "upper",
    "median-lower",
    "median-upper",
)
# No child of these options was known to be alive as long as in a kept address.
ALONE = {"dli", "palliative"}
# The sign of what a number rests on, which was another measure until version 0.5.0.
SUPPORT = re.compile("\N{NO-BREAK SPACE}[†‡]$")
PROPOSED = re.compile(r"^\d+\. \*\*(.+?)\*\* \((.+?)\)", re.MULTILINE)


def frozen() -> list[dict[str, Any]]:
    """Every kept address: its page, its link, and what it showed."""
    addresses: list[dict[str, Any]] = json.loads(FROZEN.read_text(encoding="utf-8"))
    return addresses


def opened(page: str, link: dict[str, Any]) -> AppTest:
    """Open a page of the app by a link."""
    app = open_app(**link)
    if page != "case":
        app.switch_page(f"pages/{page}.py")
        app.run()
    assert not app.exception
    return app


def shown(app: AppTest) -> dict[str, Any]:
    """What the page says of the child and the options, and the address it leaves in the browser."""
    form = app.session_state["form_state"]
    described = [one.text for one in elements(app, ("h1",)) if one.text.endswith(".")]
    described += [m.value for m in app.main.markdown if re.fullmatch(r"\*\*.+\.\*\*", m.value)]
    return {
        "address": {name: app.query_params[name] for name in sorted(app.query_params)},
        "child": described[0].strip("*") if described else "",
        "missing": list(form.missing),
        "proposed": [list(o) for m in app.main.markdown for o in PROPOSED.findall(m.value)],
        "table": {name: said for element in cells(app) for name, said in _cell(element)},
        "of_a_hundred": {
            element.attributes["data-option"]: [int(n) for n in re.findall(r"\d+", element.text)]
            for element in elements(app, ("figure", "section"))
            if "data-option" in element.attributes
        },
    }


def plain_signs(text: str) -> str:
    """JSON with the apostrophe and the blank of a typewriter in the place of a printer's."""
    return text.replace("\\u2019", "'").replace("\\u202f", "\\u00a0")


def withdrawn(kept: dict[str, Any]) -> bool:
    """Whether the child of an address outlived all children of some options."""
    return int(kept["link"].get("alive", "0")) > TABLE_DAYS[-2]


def _cell(element: "Element") -> Iterator[tuple[str, str]]:
    has = {name.removeprefix("data-"): value for name, value in element.attributes.items()}
    of = [has.get("column") or has.get("treatment"), has.get("quantity"), has.get("day")]
    of += [name for name in ("median", "exploratory") if name in has]
    numbers = [has[name] for name in NUMBERS if name in has]
    if numbers:
        said = " ".join(numbers)
        yield " ".join(part for part in of if part), f"{said} {has.get('supported', '')}".strip()
        for kind, words in _words(element.spans, has):
            yield " ".join([*(part for part in of if part), kind]), SUPPORT.sub("", words)


def _words(spans: dict[str, str], has: dict[str, str]) -> Iterator[tuple[str, str]]:
    """A number in words, and its interval where the cell has one of its own line."""
    if "quantity" in has:
        yield "estimate", spans.get("strong") or spans["said"]
    elif "strong" in spans:
        # The word "exploratory" stands before such a number.
        said = spans["strong"]
        yield "estimate", said.rpartition(" ")[2] if "exploratory" in has else said
        # Limits that read alike are one number, and no range; a median may have one limit only.
        if "whole" in spans or "day" in has:
            yield "interval", spans.get("whole") or spans["detail"]


# ------------------------------------------------------------------------------- of the markup


class Element:
    """An element with its attributes, all its text, and that of its first span of each class."""

    def __init__(self, attributes: dict[str, str]) -> None:
        self.attributes = attributes
        self.text = ""
        self.spans: dict[str, str] = {}


class _Reader(HTMLParser):
    """Gathers elements of some names; one does not stand within another of the same name."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self.names = names
        self.found: list[Element] = []
        self.open: dict[str, Element] = {}
        self.span = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in self.names:
            self.open[tag] = Element(attributes)
        elif tag == "span":
            self.span = attributes.get("class", "said").split(" ")[-1]

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            self.found.append(self.open.pop(tag))
        elif tag == "span":
            self.span = ""

    def handle_data(self, data: str) -> None:
        for element in self.open.values():
            if self.span != "more":
                element.text += data
            if self.span:
                element.spans.setdefault(self.span, data)


def elements(app: AppTest, names: tuple[str, ...]) -> list[Element]:
    reader = _Reader(names)
    for drawn in app.main.get("html"):
        reader.feed(drawn.proto.body)
    return reader.found


def cells(app: AppTest) -> list[Element]:
    """Those of the tables of all times: not those of the answer, which are among them, nor the
    children like one, who came later."""
    return [
        one
        for one in elements(app, ("td",))
        if "data-answer" not in one.attributes and one.attributes.get("data-quantity") != "alike"
    ]
