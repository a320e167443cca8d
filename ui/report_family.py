"""The sheet for the family: what was said in the talk, on paper, in large type.

It has the same words as the talk. The numbers of all options stand in one table, and one or two
options have their hundred children drawn. Where everything does not fit on two pages, room to write
goes first, then what the paper's authors say and what the study does not know of daily life, then
what speaks for and against, of every option alike; the team's own words are never shortened.
"""

from dataclasses import dataclass
from datetime import date

from model.language import _
from model.prediction import load_model
from ui.downloads import draw_save_button
from ui.family import FamilyOption, FamilySheet, Section, bound
from ui.icons import icon_array
from ui.language import date_in_words
from ui.report_sheet import Words, number_of_pages, sheet_words, typeset, unprintable
from ui.tables import EXTRAPOLATED_SIGN

# Tells nothing of the child: the file may lie on a shared computer.
FILE_NAME = "aftergraft-family.pdf"
MOST_PAGES = 2
# A word without a space longer than this could run off the page.
LONGEST_WORD = 40
BREAK_HERE = "\u200b"


@dataclass(frozen=True)
class Fullness:
    """How much of a sheet is printed.

    Attributes
    ----------
    sections : tuple of str
        Ids of the sections that every option has.
    to_write : bool
        Whether an option of which the team wrote nothing has a line to write on.
    room : float
        Millimetres after a question.
    """

    sections: tuple[str, ...]
    to_write: bool
    room: float


ALL = ("what_it_is", "what_it_is_like", "speaks_for", "speaks_against", "authors_say")
FOR_AND_AGAINST = ("what_it_is", "speaks_for", "speaks_against")
# The fullest that fits is printed.
FULLNESS = tuple(
    Fullness(sections, to_write, room)
    for sections in (ALL, FOR_AND_AGAINST, ("what_it_is",))
    for to_write, room in ((True, 9), (True, 4), (True, 1.8), (False, 1.8))
)


def family_pdf(sheet: FamilySheet, today: date) -> bytes:
    """Make the sheet for the family, as full as two pages allow.

    Parameters
    ----------
    sheet : FamilySheet
        The talk, with the team's own words.
    today : date
        The day on which the sheet is made.
    """
    for fullness in FULLNESS:
        made = typeset("family.typ", _words(sheet, fullness, today), today)
        if number_of_pages(made) <= MOST_PAGES:
            break
    return made


def draw_family_download(sheet: FamilySheet) -> None:
    """Draw the button that makes the sheet for the family."""
    draw_save_button(
        _("Sheet for the family (PDF)"),
        FILE_NAME,
        "application/pdf",
        lambda: family_pdf(sheet, date.today()),
    )


def _words(sheet: FamilySheet, fullness: Fullness, today: date) -> Words:
    beside = [sheet.left_out, sheet.also_named]
    if not set(FOR_AND_AGAINST) <= set(fullness.sections):
        beside.append(
            _(
                "What speaks for and against each way is not on this sheet, to keep it short. "
                "Your team can go through it with you again."
            )
        )
    return sheet_words(sheet.title, "", sheet.limits, today) | {
        "made": _("Made on {date} with Aftergraft, model version {version}.").format(
            date=date_in_words(today), version=load_model().version
        ),
        "condition": _section(sheet.condition),
        "decision": _section(sheet.decision),
        "options": [_option(option, sheet.team.heading, fullness) for option in sheet.options],
        "beside_options": [said for said in beside if said],
        "numbers": _numbers(sheet) if sheet.options else None,
        "unknowns": _section(sheet.unknowns),
        "team": {
            "heading": sheet.team.heading,
            "lines": _typed(sheet.team.team_words),
            "to_write": False,
        },
        "boxes": _boxes(sheet),
        "questions": _section(sheet.questions),
        "sources": _section(sheet.sources),
        "room": fullness.room,
    }


def _section(section: Section) -> Words:
    return {"heading": section.heading, "lines": section.lines, "listed": section.listed}


def _option(option: FamilyOption, team: str, fullness: Fullness) -> Words:
    pieces = []
    written: list[str] = []
    for section in option.sections:
        written += _typed(section.team_words)
        if section.id in fullness.sections:
            said = _section(section)
            pieces.append(said | {"heading": _("{label}:").format(label=section.heading)})
    return {
        "label": option.label,
        "pieces": pieces,
        "team": {"heading": team, "lines": written, "to_write": fullness.to_write},
    }


def _typed(words: str | None) -> list[str]:
    """What the team typed, a line for each of theirs, with places to break what has none."""
    lines = ("" if words is None else words).splitlines()
    return [_breakable(line) for line in lines if line.strip()]


def _breakable(line: str) -> str:
    words = line.split(" ")
    return " ".join(
        BREAK_HERE.join(word[i : i + LONGEST_WORD] for i in range(0, len(word), LONGEST_WORD))
        for word in words
    )


def _boxes(sheet: FamilySheet) -> str:
    """That some of the team's signs cannot be printed; empty where all can."""
    written = [sheet.team.team_words or ""]
    written += [s.team_words or "" for option in sheet.options for s in option.sections]
    if not unprintable("\n".join(written)):
        return ""
    return _(
        "Some signs that your team wrote are not in the letters of this sheet. They are shown as "
        "boxes. Please ask your team."
    )


# ------------------------------------------------------------------------------------ numbers


def _numbers(sheet: FamilySheet) -> Words:
    told = [option.outcome for option in sheet.options if option.outcome is not None]
    return {
        "heading": sheet.how_to_read.heading,
        "heads": [
            _("Way to go on"),
            _("Alive"),
            _("Somewhere between"),
            _("Have died"),
        ],
        "rows": [_row(option) for option in sheet.options],
        "notes": [
            f"{EXTRAPOLATED_SIGN} {caution}"
            for caution in dict.fromkeys(outcome.caution for outcome in told if outcome.caution)
        ],
        "pictures": [
            {
                "label": option.label,
                "svg": icon_array(
                    option.outcome.alive, option.outcome.lower, option.outcome.upper, option.label
                ),
                "alt": f"{option.label}. {option.outcome.in_words}",
                "said": [option.outcome.sentence, option.outcome.uncertainty],
            }
            for option in sheet.options
            if option.pictured and option.outcome is not None
        ],
        "reading": _section(sheet.how_to_read),
    }


def _row(option: FamilyOption) -> list[str]:
    outcome = option.outcome
    if outcome is None:
        return [option.label, option.no_outcome]
    sign = f" {EXTRAPOLATED_SIGN}" if outcome.caution else ""
    between = bound(outcome.lower)
    if outcome.lower != outcome.upper:
        between = _("{lower} and {upper}").format(lower=between, upper=bound(outcome.upper))
    return [option.label, bound(outcome.alive) + sign, between, bound(outcome.died)]
