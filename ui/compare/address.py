"""How the columns of a comparison stand in the address of the page, and how they are read from it.

One column is one text, such as "chemo_dli~days-400~cr-yes~alive-60~name-Had it come later": the
option, and then only what the column holds of its own. What is left out is as in the case of the
form, and follows it. A text from the address comes from outside: it is read strictly, and whatever
is not understood is refused as a whole, in words.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from model.case import ANY_CASE, CaseError, as_code, one_of, read_case
from model.language import _
from model.options import REINDUCTION, TREATMENTS
from model.survival.pattern import INPUTS
from model.survival.prediction import HORIZON_DAYS
from ui.session.form import INPUTS_BY_NAME
from ui.session.words import literal

MOST_COLUMNS = 4
# A column is of what can be chosen at relapse, whatever follows, or of one of the treatments.
OPTIONS_OF_COLUMNS = (REINDUCTION, *TREATMENTS)
LONGEST_NAME = 40
# Longer than any column that this program writes.
LONGEST_TEXT = 400
SEPARATOR, MARK = "~", "-"
NAME = "name"
# What a column may hold of its own: what the model sees of a child, by its names in the address.
OWN_INPUTS = {
    name: field
    for field in (*INPUTS, "days_survived")
    for name, input_of_form in INPUTS_BY_NAME.items()
    if input_of_form == field
}


@dataclass(frozen=True)
class Column:
    """One column as it was asked for: an option, and what differs from the case of the form.

    Attributes
    ----------
    treatment : str
    own : mapping of str to int or bool
        Fields of a case; those that are left out are as in the case of the form, and follow it.
    name : str
        The reader's own short name for the column; "" for none.
    """

    treatment: str
    own: Mapping[str, int | bool] = field(default_factory=dict)
    name: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether the column can be predicted without a case."""
        return all(name in self.own for name in INPUTS)


class LinkError(ValueError):
    """Raised for a text of a link that cannot be used; says in words what was expected."""


def clean_name(text: str) -> str:
    """A name in one line of printable characters, cut to `LONGEST_NAME`."""
    seen = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    return " ".join(seen.split())[:LONGEST_NAME].rstrip()


def column_as_text(column: Column) -> str:
    """The text that stands for a column in the address."""
    fields = {name: as_code(column.own.get(field)) for name, field in OWN_INPUTS.items()}
    fields[NAME] = column.name
    said = [f"{name}{MARK}{value}" for name, value in fields.items() if value]
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
    if treatment not in OPTIONS_OF_COLUMNS:
        raise refused(one_of(OPTIONS_OF_COLUMNS))
    fields: dict[str, str] = {}
    for part in parts:
        known, _mark, value = part.partition(MARK)
        if known not in OWN_INPUTS or known in fields or not value:
            names = ", ".join(f"{SEPARATOR}{known}{MARK}…" for known in (*OWN_INPUTS, NAME))
            raise refused(_("each of {names} at most once").format(names=names))
        fields[known] = value
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
    # A case is read as a whole. What the column leaves to the form is filled up, and not used.
    given = {OWN_INPUTS[name]: value for name, value in own.items()}
    case = read_case(ANY_CASE | given)
    return Column(treatment, {field: getattr(case, field) for field in given}, name)


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
