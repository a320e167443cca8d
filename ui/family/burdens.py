"""What each option can ask of a child, under the same five headings for all.

The study counts none of it: this is general medical knowledge, `data/burdens.toml`, each sentence
with the sources in which it was read. The team edits or removes each sentence before the talk; what
they leave empty is not shown, and they are told which are.
"""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from model.catalogues import LOCALES, catalogues
from model.language import _, marked
from model.options import TREATMENTS
from model.paper.evidence import DATA

BURDENS = DATA / "burdens.toml"
HEADINGS = {
    "hospital": marked("Time in the hospital"),
    "pain": marked("Pain and discomfort"),
    "infection": marked("Infections"),
    "lasting": marked("Lasting effects"),
    "dying": marked("Dying of the treatment"),
}


@dataclass(frozen=True)
class Source:
    """Where something was read: a passage of it, and whom it speaks of."""

    id: str
    name: str
    title: str
    address: str
    passage: str
    about: str

    @property
    def short_address(self) -> str:
        """For paper: the DOI, or the name of the site."""
        site, _slash, rest = self.address.partition("://")[2].partition("/")
        return f"doi:{rest}" if site == "doi.org" else site.removeprefix("www.")


@dataclass(frozen=True)
class Burden:
    """One sentence of general knowledge. `text` is empty where no source could be opened."""

    option: str
    heading: str
    text: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Said:
    """What a family reads under one heading: the sentence, and who says it."""

    heading: str
    sentence: str
    sources: tuple[Source, ...]

    @property
    def by(self) -> str:
        """The names of the sources; without any it is the team that says it."""
        return ", ".join(dict.fromkeys(one.name for one in self.sources)) or _("your team")

    @property
    def line(self) -> str:
        return _("{heading}: {sentence} ({source})").format(
            heading=_(HEADINGS[self.heading]), sentence=self.sentence, source=self.by
        )


@functools.cache
def burdens() -> dict[tuple[str, str], Burden]:
    """Every sentence by its option and heading.

    Raises
    ------
    ValueError
        Unless every option has every heading once, and every sentence a source that there is.
    """
    found = sources()
    with BURDENS.open("rb") as file:
        entries = tomllib.load(file)["burden"]
    read = {
        (entry["option"], entry["heading"]): Burden(
            **entry | {"sources": tuple(found[id_] for id_ in entry["sources"])}
        )
        for entry in entries
    }
    expected = [(option, heading) for option in TREATMENTS for heading in HEADINGS]
    if list(read) != expected or len(entries) != len(expected):
        raise ValueError(f"{BURDENS.name}: not every option has the five headings in their order")
    if any(bool(one.text) != bool(one.sources) for one in read.values()):
        raise ValueError(f"{BURDENS.name}: a sentence without a source, or the other way round")
    return read


@functools.cache
def sources() -> dict[str, Source]:
    with BURDENS.open("rb") as file:
        return {entry["id"]: Source(**entry) for entry in tomllib.load(file)["source"]}


def general_words(option: str, heading: str) -> str:
    """The sentence in the language in use."""
    text = burdens()[option, heading].text
    return _(text) if text else ""


def is_general(option: str, heading: str, words: str) -> bool:
    """Whether words are the sentence as it is given, in whichever language."""
    return words.strip() in _in_every_language(burdens()[option, heading].text)


@functools.cache
def _in_every_language(text: str) -> frozenset[str]:
    if not text:
        return frozenset({""})
    return frozenset(one.gettext(text) for one in catalogues(LOCALES).values())


def said_of(option: str, edited: Mapping[tuple[str, str], str]) -> tuple[Said, ...]:
    """What is shown of one option, in the order of the headings.

    `edited` are the team's own words by option and heading, "" for what they removed; what is not
    there stands as it is given.
    """
    said = []
    for heading in HEADINGS:
        one = burdens()[option, heading]
        own = edited.get((option, heading))
        words = general_words(option, heading) if own is None else own
        if words:
            said.append(Said(heading, words, one.sources if own is None else ()))
    return tuple(said)


def used_sources(
    options: tuple[str, ...], edited: Mapping[tuple[str, str], str]
) -> tuple[Source, ...]:
    """The sources of all sentences that stand as they are given."""
    found = {
        source.id: source
        for option in options
        for heading in HEADINGS
        if (option, heading) not in edited
        for source in burdens()[option, heading].sources
    }
    return tuple(found.values())
