"""How the columns of a comparison stand in the address of the page, and how they are read from it.

One column is one text, such as "chemo_dli~days-400~cr-yes~alive-60~name-Had it come later": the
option, and then only what the column holds of its own. What is left out is as in the case of the
form, and follows it. A text from the address comes from outside: it is read strictly, and whatever
is not understood is refused as a whole, in words.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from model.case import YES_NO, CaseError, one_of
from model.language import _
from model.options import TREATMENTS
from model.survival.comparison import read_scenario
from model.survival.prediction import HORIZON_DAYS
from ui.session.form import FIELDS
from ui.session.words import literal

MOST_COLUMNS = 4
LONGEST_NAME = 40
# Longer than any column that this program writes.
LONGEST_TEXT = 400
SEPARATOR, MARK = "~", "-"
DAYS, REMISSION, ALIVE, NAME = "days", "cr", "alive", "name"
OWN_INPUTS = {name: FIELDS[name] for name in (DAYS, REMISSION, ALIVE)}


@dataclass(frozen=True)
class Column:
    """One column as it was asked for: an option, and what differs from the case of the form.

    Attributes
    ----------
    treatment : str
    days_to_failure : int or None
        None, as the others: as in the case, and following it.
    post_transplant_cr : bool or None
    days_survived : int or None
    name : str
        The reader's own short name for the column; "" for none.
    """

    treatment: str
    days_to_failure: int | None = None
    post_transplant_cr: bool | None = None
    days_survived: int | None = None
    name: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether the column can be predicted without a case."""
        return self.days_to_failure is not None and self.post_transplant_cr is not None


class LinkError(ValueError):
    """Raised for a text of a link that cannot be used; says in words what was expected."""


def clean_name(text: str) -> str:
    """A name in one line of printable characters, cut to `LONGEST_NAME`."""
    seen = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    return " ".join(seen.split())[:LONGEST_NAME].rstrip()


def column_as_text(column: Column) -> str:
    """The text that stands for a column in the address."""
    remission = column.post_transplant_cr
    fields = {
        DAYS: column.days_to_failure,
        REMISSION: None if remission is None else YES_NO[0] if remission else YES_NO[1],
        ALIVE: column.days_survived,
        NAME: column.name or None,
    }
    said = [f"{name}{MARK}{value}" for name, value in fields.items() if value is not None]
    return SEPARATOR.join([column.treatment, *said])


def column_from_text(text: str) -> Column:
    """Read a column as it stands in an address.

    Raises
    ------
    LinkError
        Saying what was given and what was expected.
    """
    given = literal(f"column={text}")

    def refused(expected: str) -> LinkError:
        return LinkError(_("{given}: expected {expected}.").format(given=given, expected=expected))

    if len(text) > LONGEST_TEXT:
        raise refused(_("at most {number} characters").format(number=LONGEST_TEXT))
    head, name = _name_apart(text)
    treatment, *parts = head.split(SEPARATOR)
    if treatment not in TREATMENTS:
        raise refused(one_of(TREATMENTS))
    fields: dict[str, str] = {}
    for part in parts:
        field, _mark, value = part.partition(MARK)
        if field not in OWN_INPUTS or field in fields or not value:
            names = ", ".join(f"{SEPARATOR}{field}{MARK}…" for field in (*OWN_INPUTS, NAME))
            raise refused(_("each of {names} at most once").format(names=names))
        fields[field] = value
    try:
        return column_of(treatment, fields, clean_name(name))
    except CaseError as error:
        raise refused(error.problems[0].expected) from error


def _name_apart(text: str) -> tuple[str, str]:
    # The name comes last and may hold any sign.
    head, _name, name = text.partition(f"{SEPARATOR}{NAME}{MARK}")
    return head, name


def column_of(treatment: str, own: Mapping[str, object], name: str) -> Column:
    """Make a column of raw inputs: those it has of its own, by their names in the address.

    Raises
    ------
    CaseError
    """
    # A scenario is read as a whole. What the column leaves to the form is filled up, and not used.
    filled_up = {DAYS: 0, REMISSION: YES_NO[0], **own}
    scenario = read_scenario(
        {"treatment": treatment} | {OWN_INPUTS[field]: value for field, value in filled_up.items()}
    )
    return Column(
        treatment,
        scenario.days_to_failure if DAYS in own else None,
        scenario.post_transplant_cr if REMISSION in own else None,
        scenario.days_survived if ALIVE in own else None,
        name,
    )


def columns_from_link(texts: list[str]) -> tuple[tuple[Column, ...], list[str]]:
    """Read the columns of a link; with them, in words, what of it cannot be used."""
    columns: list[Column] = []
    left_out: list[str] = []
    for text in texts:
        try:
            column = column_from_text(text)
        except LinkError as problem:
            left_out.append(str(problem))
            continue
        if column.name != _name_apart(text)[1]:
            left_out.append(
                _("{given}: the name was made one line of at most {number} characters.").format(
                    given=literal(f"column={text}"), number=LONGEST_NAME
                )
            )
        if len(columns) == MOST_COLUMNS:
            left_out.append(
                _("{given}: there is room for {number} columns.").format(
                    given=literal(f"column={text}"), number=MOST_COLUMNS
                )
            )
        else:
            columns.append(column)
    return tuple(columns), left_out


def number_from_link(name: str, text: str, last: int) -> int:
    """Read a whole number from 1 to `last` of a link.

    Raises
    ------
    LinkError
    """
    if text.isascii() and text.isdigit() and len(text) <= len(str(HORIZON_DAYS)):
        number = int(text)
        if 1 <= number <= last:
            return number
    raise LinkError(
        _("{given}: expected {expected}.").format(
            given=literal(f"{name}={text}"),
            expected=_("a whole number from 1 to {last}").format(last=last),
        )
    )
