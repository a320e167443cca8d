"""The sheet for the family: what was said in the talk, on paper, in large type.

It has all the words of the talk, of every option alike, on as many pages as they take. The numbers
of all options stand in one table, and below it once more in words, beside the hundred children of
those that are drawn.
"""

from collections.abc import Sequence
from datetime import date

from model.language import _
from model.survival.prediction import load_model
from ui.family.family import OF_PICTURES, FamilyOption, FamilySheet, Section
from ui.family.icons import icon_array
from ui.family.outcome import bound
from ui.session.language import date_in_words
from ui.shown.downloads import draw_save_button
from ui.shown.sheet import Words, for_sheet, sheet_words, typeset, unprintable
from ui.shown.table import Cell, Row, Table

# Tells nothing of the child: the file may lie on a shared computer.
FILE_NAME = "aftergraft-family.pdf"
# A word without a space longer than this could run off the page.
LONGEST_WORD = 40
BREAK_HERE = "\u200b"


def family_pdf(sheet: FamilySheet, today: date) -> bytes:
    """Make the sheet for the family.

    Parameters
    ----------
    sheet : FamilySheet
        The talk, with the team's own words.
    today : date
        The day on which the sheet is made.
    """
    return typeset("family/family.typ", words_of(sheet, today), today)


def draw_family_download(sheet: FamilySheet) -> None:
    """Draw the button that makes the sheet for the family."""
    draw_save_button(
        _("Sheet for the family (PDF)"),
        FILE_NAME,
        "application/pdf",
        lambda: family_pdf(sheet, date.today()),
    )


def words_of(sheet: FamilySheet, today: date) -> Words:
    """All that the sheet says, as its template takes it."""
    return sheet_words(sheet.title, "", sheet.limits, today) | {
        "made": _("Made on {date} with Aftergraft, model version {version}.").format(
            date=date_in_words(today), version=load_model().version
        ),
        "condition": _section(sheet.condition),
        "decision": _section(sheet.decision),
        "options": [_option(option, sheet.team.heading) for option in sheet.options],
        "beside_options": [said for said in (sheet.left_out, sheet.also_named) if said],
        "numbers": _numbers(sheet) if sheet.options else None,
        "unknowns": _section(sheet.unknowns),
        "team": {"heading": sheet.team.heading, "lines": _typed(sheet.team.team_words)},
        "boxes": _boxes(sheet),
        "questions": _section(sheet.questions),
        "sources": _section(sheet.sources),
    }


def _section(section: Section) -> Words:
    return {"heading": section.heading, "lines": section.lines, "listed": section.listed}


def _option(option: FamilyOption, team: str) -> Words:
    return {
        "label": option.label,
        "pieces": [
            _section(section)
            | {
                "heading": _("{label}:").format(label=section.heading),
                "team": None
                if section.team_words is None
                else {"heading": team, "lines": _typed(section.team_words)},
            }
            for section in option.sections
        ],
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
    cautions = list(
        dict.fromkeys(o.outcome.caution for o in sheet.options if o.outcome and o.outcome.caution)
    )
    return {
        "heading": sheet.how_to_read.heading,
        "table": for_sheet(numbers_table(sheet.options, cautions)),
        "notes": [f"{_sign(caution, cautions)} {caution}" for caution in cautions],
        "in_words": [_in_words(option) for option in sheet.options],
        "reading": sheet.how_to_read.lines[
            0 if any(option.pictured for option in sheet.options) else OF_PICTURES :
        ],
    }


def numbers_table(options: Sequence[FamilyOption], cautions: list[str]) -> Table:
    """The numbers of all options, each that is cautioned against with the sign of its caution."""
    heads = [_("Way to go on"), _("Alive"), _("Somewhere between"), _("Have died")]
    return Table("", heads, [_row(option, cautions) for option in options])


def _sign(caution: str, cautions: list[str]) -> str:
    """A sign of its own for every caution of the table."""
    return "†" * (1 + cautions.index(caution))


def _row(option: FamilyOption, cautions: list[str]) -> Row:
    named = Cell(option.label, strong=True)
    outcome = option.outcome
    if outcome is None:
        return named, Cell(option.no_outcome)
    sign = f" {_sign(outcome.caution, cautions)}" if outcome.caution else ""
    between = bound(outcome.lower)
    if outcome.lower != outcome.upper:
        between = _("{lower} and {upper}").format(lower=between, upper=bound(outcome.upper))
    return named, Cell(bound(outcome.alive) + sign), Cell(between), Cell(bound(outcome.died))


def _in_words(option: FamilyOption) -> Words:
    """The numbers of an option in the words of the talk, with its picture where it is drawn."""
    outcome = option.outcome
    if outcome is None:
        return {"label": option.label, "picture": None, "said": [option.no_outcome, option.group]}
    said = (outcome.sentence, outcome.uncertainty, outcome.caution, option.group)
    picture = {
        "svg": icon_array(outcome.alive, outcome.lower, outcome.upper, option.label),
        "alt": f"{option.label}. {outcome.in_words}",
    }
    return {
        "label": option.label,
        "picture": picture if option.pictured else None,
        "said": [line for line in said if line],
    }
