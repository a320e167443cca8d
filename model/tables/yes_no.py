"""Which way round a column of yes and no is, and what is too uncertain to be read without asking.

A word such as "dead" says what it means wherever it stands. 0 and 1, yes and no, and single letters
do not: 1 is a child who died in a column named "death", one who lives in one named "alive", and
either in one named "vital status". They are read where the column's name says which; elsewhere
somebody has to say it, as an outcome turned round turns every conclusion round.
"""

import re
import unicodedata
from collections.abc import Callable, Collection

from model.language import _, marked
from model.tables.synonyms import (
    BESIDE_ANY,
    BESIDE_OUTCOME,
    DIED,
    LIVES,
    NAMES,
    OPEN,
    VALUES,
    plain,
    word,
)

AS_NAMED, REVERSED = "as_named", "reversed"
YES, NO = ("yes", "oui", "true", "vrai"), ("no", "non", "false", "faux")
# Of yes and of no. Alone, some of these letters may be of another pair.
LETTERS = (("y", "n"), ("o", "n"), ("t", "f"), ("v", "f"))
CLEAR_ALONE = {"y", "o", "n"}
ALIVE_LETTERS, DEAD_LETTER = {"v", "a"}, "d"
# 0 and 1, also as a spreadsheet writes numbers with decimals.
DIGIT = re.compile(r"([01])(?:[.,]0+)?")
CODE_NUMBER = re.compile(r"[+-]?\d{1,3}(?:[.,]0+)?")
# In a name: a number, a sign of equality or order, a minus that is no hyphen.
STATES_MORE = re.compile(r"[\d<>=≠≤≥±¬!−]|[+(]\s*-|/\s*-|-\s*[+/)]|^\s*-|-\s*$")
# A remission, of which it is at most said that it is after the transplant.
REMISSION = re.compile(
    r"(?:complete)?(?:cr|rc|remission)(?:complete)?"
    r"(?:(?:after|post|apres)(?:la)?(?:first)?(?:h?sct|(?:allo)?greffe|transplant(?:ation)?))?"
    r"|post(?:h?sct|greffe|transplant)(?:complete)?(?:cr|rc|remission)"
)
# Words that depend on what stands beside them.
RELAPSE, PROGRESSION, NONE = ("relapse", "rechute"), "progression", ("none", "aucune")
DEPENDING = {
    "death": ("event", "evenement"),
    "post_transplant_cr": RELAPSE,
    "tbi": NONE,
    "gvhd": NONE,
}
COULD_MEAN = {
    "death": marked(
        "The column {column} holds {values}. Such a value could mean that the child died or that "
        "it is alive. Nothing in the table settles which, so it is not guessed."
    ),
    "post_transplant_cr": marked(
        "The column {column} holds {values}. Such a value could mean that there was a complete "
        "remission after the transplant or that there was none. Nothing in the table settles "
        "which, so it is not guessed."
    ),
}
COULD_MEAN_EITHER = marked(
    "The column {column} holds {values}. Such a value could mean yes or no for {name}. Nothing in "
    "the table settles which, so it is not guessed."
)
MOST_VALUES = 6


def direction(our_name: str, column: str) -> str | None:
    """Tell from the table's name of a column what yes means there.

    It does only where every word of the name is known. With a number or a "=" ("dead=0") it states
    a coding of its own; with any other word it may mean another thing ("cause of death"), another
    time ("CR before transplant") or the opposite ("absence de décès").

    Returns
    -------
    {"as_named", "reversed"} or None
        What it means in our column; the opposite, in a column of the living where ours is `death`;
        or the name does not say.
    """
    if STATES_MORE.search(column):
        return None
    words = _words(column)
    telling = [word for word in words if word not in BESIDE_ANY]
    if our_name == "death":
        # "en vie", and "dead at last contact".
        names = {"".join(telling), "".join(w for w in telling if w not in BESIDE_OUTCOME)}
        died, lives = bool(names & {*DIED}), bool(names & {*LIVES})
        return None if died == lives else AS_NAMED if died else REVERSED
    name = "".join(telling)
    if our_name == "post_transplant_cr" and REMISSION.fullmatch(name):
        return AS_NAMED
    return AS_NAMED if name in {plain(our_name), *NAMES[our_name]} - {*OPEN[our_name]} else None


def read_yes_no(our_name: str, column: str, known: Collection[str]) -> dict[str, str]:
    """Give the values of a column of yes and no their codes, as far as they are certain.

    Parameters
    ----------
    our_name : str
        Of a column whose codes are yes and no.
    column : str
        The table's name of it.
    known : collection of str
        Its different values but those that stand for missing.
    """
    words = {value: word(value) for value in known}
    said = _said_by_words(our_name, words)
    way = direction(our_name, column)
    if way is None:
        return said
    named = _said_by_the_name(our_name, words)
    if way == REVERSED:
        named = {value: "no" if code == "yes" else "yes" for value, code in named.items()}
    # "oui" beside "DCD" and nothing else: either may not be what it seems.
    if said and named and len({*said.values(), *named.values()}) == 1:
        return said
    return said | named


def is_open(our_name: str, value: str) -> bool:
    """Tell whether a value means nothing by itself: a number, a letter, a word for yes or no."""
    words = plain(value)
    return bool(
        len(words) == 1
        or words in (*YES, *NO, *DEPENDING.get(our_name, ()))
        or CODE_NUMBER.fullmatch(value)
    )


def in_quotes(text: str) -> str:
    """Set a text from outside apart in a sentence."""
    return _("“{text}”").format(text=text)


def open_words(
    our_name: str, column: str, values: Collection[str], quoted: Callable[[str], str] = in_quotes
) -> str:
    """Say in a sentence what values of a column could mean."""
    shown = ", ".join(map(quoted, list(values)[:MOST_VALUES]))
    return _(COULD_MEAN.get(our_name, COULD_MEAN_EITHER)).format(
        name=our_name,
        column=quoted(column),
        values=f"{shown} …" if len(values) > MOST_VALUES else shown,
    )


def _words(name: str) -> list[str]:
    """The words of a column's name, without the two that say that it is one of yes and no."""
    letters = unicodedata.normalize("NFKD", name)
    letters = "".join(sign for sign in letters if not unicodedata.combining(sign))
    humps = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", letters)
    parts = re.findall(r"[^\W\d_]+", humps.casefold())
    for pair in (("yes", "no"), ("oui", "non"), ("y", "n"), ("o", "n")):
        if {*pair} <= {*parts}:
            parts = [part for part in parts if part not in pair]
    return parts


def _said_by_words(our_name: str, words: dict[str, str]) -> dict[str, str]:
    said = {
        value: code
        for value, written in words.items()
        for code, synonyms in VALUES[our_name].items()
        if written in synonyms
    }
    found = {*words.values()}
    depending: dict[str, str] = {}
    if our_name == "death":
        letters = {written for written in found if len(written) == 1}
        alive = letters & ALIVE_LETTERS
        # One letter for each, or one beside a word for the other; no third.
        if len(alive) <= 1 and letters <= {*alive, DEAD_LETTER}:
            if DEAD_LETTER in letters or "yes" in said.values():
                depending |= dict.fromkeys(alive, "no")
            if alive or "no" in said.values():
                depending[DEAD_LETTER] = "yes"
    elif our_name == "post_transplant_cr" and PROGRESSION in found and "yes" not in said.values():
        # Kinds of failure. Beside "CR", relapse is rather the opposite of a remission.
        depending |= dict.fromkeys(RELAPSE, "yes")
    elif found & {*NO, "n"}:
        # As programs write a value that is missing.
        said = {value: code for value, code in said.items() if words[value] not in NONE}
    return said | {v: depending[written] for v, written in words.items() if written in depending}


def _said_by_the_name(our_name: str, words: dict[str, str]) -> dict[str, str]:
    digits = {value: DIGIT.fullmatch(value) for value in words}
    if all(digits.values()):
        return {
            value: "yes" if found and found[1] == "1" else "no" for value, found in digits.items()
        }
    named = dict.fromkeys(YES, "yes") | dict.fromkeys(NO, "no")
    letters = {written for written in words.values() if len(written) == 1}
    for yes, no in LETTERS:
        # In a column of deaths V is for those who live.
        certain = letters == {yes, no} and not (our_name == "death" and yes == "v")
        if certain or letters <= {yes, no} & CLEAR_ALONE:
            named |= {yes: "yes", no: "no"}
    return {value: named[written] for value, written in words.items() if written in named}
