"""The names of a file's columns: those that stand twice, and those that are nearly written right.

A column is taken by its exact name. A name that differs from one in use by a slip of the pen, by
case, blanks or hyphens, or by what a program puts behind the second of two equal names, is refused:
passed over in silence, it would change what every number of the output means. Other names are
nobody's concern, and are listed as not used.
"""

import functools
import re
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher

from model.language import _
from model.tables.synonyms import plain

# What pandas (.1, _x), pyarrow and databases (_1, :1), polars (_right) and R (...1, .x) put behind
# equal names, and the unit that a name of ours holds already.
NUMBERED = re.compile(
    r"(?:\.{1,3}\d{1,3}|:\d{1,3}|[\s_-]?\(?1\)?|[._][xy]|_left|_right|_duplicated_\d+)\s*$", re.I
)
UNIT = re.compile(
    r"\s*[\[(]\s*(?:in\s+|en\s+)?(?:days?|d|jours?|j|years?|yrs?|ans)\s*[\])]\s*$", re.I
)
DIGITS = "0123456789"
# In letters: a name, or a word of it, in which one slip, or two, leave no doubt of what is meant.
LONG, VERY_LONG, MOST_SLIPS = 8, 10, 2
SEPARATORS = re.compile(r"[\W_]+")


def wrong_names(
    header: Sequence[str], known: Collection[str], found: Collection[str] = ()
) -> list[str]:
    """Say which names cannot be told from one that is read.

    Parameters
    ----------
    header : sequence of str
        The names of the columns, in the file's order.
    known : collection of str
        Those that are read where they are there.
    found : collection of str
        Those of them that are read from a column with another name, so that a numbered one is
        another thing.

    Returns
    -------
    list of str
        A sentence for each name that stands twice or is nearly a known one, with its place.
    """
    said = []
    first_place = {name: place for place, name in reversed(list(enumerate(header, start=1)))}
    for place, name in enumerate(header, start=1):
        meant = name if name in known else meant_by(name, known, {*first_place, *found})
        if meant is None or (meant == name and first_place[name] == place):
            continue
        if meant == name:
            problem = _("columns {first} and {place} are both named {meant}; keep the right one")
        elif meant in first_place:
            problem = _(
                "column {place}, “{name}”, could be a second {meant}, which is column {first}; "
                "keep the right one, or give it quite another name"
            )
        else:
            problem = _(
                "column {place}, “{name}”: is {meant} meant? Write it so, or give the column quite "
                "another name"
            )
        said.append(
            problem.format(
                place=place,
                name=in_one_line(name),
                meant=in_one_line(meant),
                first=first_place.get(meant),
            )
        )
    return said


def meant_by(name: str, known: Collection[str], header: Collection[str]) -> str | None:
    """Give the known name that another one was most likely meant to be; None for none of them."""
    numbered = plain(NUMBERED.sub("", UNIT.sub("", name)))
    letters = numbered.rstrip(DIGITS)
    for meant, wanted in zip(known, plain_names(tuple(known)), strict=True):
        if numbered == wanted and meant in header:
            return meant
        # Beside the name itself treatment_2 is another thing; so is mrd_2, wherever it stands.
        if letters == wanted and len(wanted) >= LONG and meant not in header:
            return meant
        if abs(len(numbered) - len(wanted)) <= MOST_SLIPS and _is_near(name, meant):
            return meant
    return None


@functools.lru_cache(maxsize=8)
def plain_names(names: tuple[str, ...]) -> list[str]:
    """Reduce names to letters and digits; see `model.tables.synonyms.plain`."""
    return [plain(name) for name in names]


def unused_names(header: Sequence[str], used: Collection[str]) -> list[str]:
    """List the columns of which no use is made, each once; those without a name by their place."""
    names = [
        in_one_line(name) or _("column {place} (no name)").format(place=place)
        for place, name in enumerate(header, start=1)
        if name not in used
    ]
    return list(dict.fromkeys(names))


def in_one_line(text: str) -> str:
    """A text from outside without characters that a terminal would obey."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _is_near(name: str, meant: str) -> bool:
    given, wanted = plain(name), plain(meant)
    if given == wanted:
        return True
    # As many slips as a name is long enough for: of mrd and tbi none, of days_survived two. What
    # differs by a number differs on purpose.
    allowed = (len(wanted) >= LONG) + (len(wanted) >= VERY_LONG)
    if abs(len(given) - len(wanted)) > allowed or given[-1:] in DIGITS:
        return False
    words, meant_words = (
        [plain(word) for word in SEPARATORS.split(text) if word] for text in (name, meant)
    )
    if sorted(words) == sorted(meant_words):
        return True
    if len(words) != len(meant_words):
        return _slips(given, wanted) <= min(allowed, 1)
    # In a short word a slip makes another word (cr, mrd), unless it begins alike (day, days).
    slips = [_slips(*pair) for pair in zip(words, meant_words, strict=True)]
    return sum(slips) <= allowed and all(
        slip == 0 or len(meant) >= LONG or (len(meant) > 3 and slip == 1 and word[0] == meant[0])
        for slip, word, meant in zip(slips, words, meant_words, strict=True)
    )


def _slips(one: str, other: str) -> int:
    """About how many letters are wrong, missing, too many or swapped."""
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return max(len(one), len(other)) - sum(block.size for block in blocks)
