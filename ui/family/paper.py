"""The sheet for the family: what was said in the talk, on paper.

It has all the words of the talk, of every option alike, in the largest letters with which they
take four pages. What options ask of a child stands in one table, their numbers in another, and
below that once more in words, beside the hundred children of those that are drawn.
"""

import re
from collections.abc import Sequence
from datetime import date

from model.language import _
from model.survival.prediction import load_model
from ui.family.burdens import HEADINGS
from ui.family.burdens import Said as SaidBurden
from ui.family.family import OF_PICTURES, FamilyOption, FamilySheet, Section
from ui.family.icons import icon_array
from ui.family.matters import prompts, questions
from ui.family.outcome import bound
from ui.session.language import date_in_words, number
from ui.shown.downloads import draw_save_button
from ui.shown.sheet import Words, for_sheet, sheet_words, typeset, unprintable
from ui.shown.table import Cell, Row, Table

# Tells nothing of the child: the file may lie on a shared computer.
FILE_NAME = "aftergraft-family.pdf"
# In points, the first with which the sheet takes four pages; a team that wrote much needs more.
SIZES = (10.0, 9.6, 9.3, 9.0, 8.7, 8.4)
MOST_PAGES = 4
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
    words = words_of(sheet, today)
    made = [typeset("family/family.typ", words | {"size": SIZES[0]}, today)]
    for size in SIZES[1:]:
        if _pages(made[-1]) <= MOST_PAGES:
            return made[-1]
        made.append(typeset("family/family.typ", words | {"size": size}, today))
    return made[-1] if _pages(made[-1]) <= MOST_PAGES else made[0]


def _pages(sheets: bytes) -> int:
    counted = re.search(rb"/Type\s*/Pages\s*/Count (\d+)", sheets)
    return MOST_PAGES if counted is None else int(counted[1])


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
        "today": _section(sheet.today),
        "became": _section(sheet.became),
        "comfort_team": _section(sheet.comfort_team),
        "newer": _section(sheet.newer),
        "options_heading": sheet.options_heading,
        "burdens": _burdens(sheet),
        "groups": [
            {
                "heading": heading,
                "options": [_option(option, sheet.team.heading) for option in options],
            }
            for heading, options in sheet.groups
        ],
        "also_named": sheet.also_named,
        "left_out": sheet.left_out,
        "numbers": _numbers(sheet) if sheet.options else None,
        "unknowns": _section(sheet.unknowns),
        "team": {"heading": sheet.team.heading, "lines": _typed(sheet.team.team_words)},
        "boxes": _boxes(sheet),
        "questions": _section(sheet.questions),
        "matters": {
            "heading": _("What matters to us"),
            "asked": [[one.one, one.other, _("Both, or not sure")] for one in questions()],
            "written": list(prompts().values()),
        },
        "sources": _section(sheet.sources),
        "read_in": [
            _("{name}: {title}, {address}").format(
                name=one.name, title=one.title, address=one.short_address
            )
            for one in sheet.read_in
        ],
    }


def _section(section: Section) -> Words:
    return {"heading": section.heading, "lines": section.lines}


def _option(option: FamilyOption, team: str) -> Words:
    return {
        "label": option.label,
        "pieces": {
            section.id: _section(section)
            | {
                "heading": _("{label}:").format(label=section.heading),
                "team": None
                if section.team_words is None
                else {"heading": team, "lines": _typed(section.team_words)},
            }
            for section in option.sections
            if section.id != "burdens"
        },
    }


def _burdens(sheet: FamilySheet) -> Words | None:
    """What each option can ask of a child: a row for each heading, a column for each option."""
    said = {o.treatment: {one.heading: one for one in o.burdens} for o in sheet.options}
    if not any(said.values()):
        return None
    section = next(s for o in sheet.options for s in o.sections if s.id == "burdens" and s.lines)
    return {
        "heading": section.heading,
        "intro": section.lines[0],
        "heads": [option.label for option in sheet.options],
        "rows": [
            [_(name), *(_burden(said[o.treatment].get(heading), sheet) for o in sheet.options)]
            for heading, name in HEADINGS.items()
        ],
    }


def _burden(one: SaidBurden | None, sheet: FamilySheet) -> list[str]:
    """A sentence, and the numbers of its sources in the list of all, or that it is the team's."""
    if one is None:
        return ["–", ""]
    numbers = ", ".join(number(1 + sheet.read_in.index(source)) for source in one.sources)
    return [" ".join(_typed(one.sentence)), f"[{numbers}]" if numbers else f"({one.by})"]


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
    written += [said.sentence for option in sheet.options for said in option.burdens]
    if not unprintable("\n".join(written)):
        return ""
    return _(
        "Some signs that your team wrote are not in the letters of this sheet. They are shown as "
        "boxes. Please ask your team."
    )


# ------------------------------------------------------------------------------------ numbers


def _numbers(sheet: FamilySheet) -> Words:
    return {
        "heading": sheet.how_to_read.heading,
        "table": for_sheet(numbers_table(sheet.options)),
        "in_words": [_in_words(option) for option in sheet.options],
        "reading": sheet.how_to_read.lines[
            0 if any(option.pictured for option in sheet.options) else OF_PICTURES :
        ],
    }


def numbers_table(options: Sequence[FamilyOption]) -> Table:
    """The numbers of all options, and how long children with them live."""
    heads = [
        *(_("Option"), _("Alive"), _("From … to …"), _("Have died")),
        _("How long children live"),
    ]
    return Table("", heads, [_row(option) for option in options])


def _row(option: FamilyOption) -> Row:
    named = Cell(option.label, strong=True)
    outcome = option.outcome
    if outcome is None:
        return named, Cell(option.no_outcome)
    lived = Cell(" ".join(option.lived_for))
    between = bound(outcome.lower)
    if outcome.lower != outcome.upper:
        between = _("{lower} to {upper}").format(lower=between, upper=bound(outcome.upper))
    numbers = (Cell(bound(outcome.alive)), Cell(between), Cell(bound(outcome.died)))
    return named, *numbers, lived


def _in_words(option: FamilyOption) -> Words:
    """The numbers of an option in the words of the talk, with its picture where it is drawn."""
    outcome = option.outcome
    if outcome is None:
        return {"label": option.label, "picture": None, "said": [option.no_outcome, option.group]}
    said = (
        f"{outcome.sentence} {outcome.uncertainty}",
        outcome.from_today,
        outcome.caution,
        *option.beside_number,
        option.group,
    )
    picture = {
        "svg": icon_array(outcome.alive, outcome.lower, outcome.upper, option.label),
        "alt": f"{option.label}. {outcome.in_words}",
    }
    return {
        "label": option.label,
        "picture": picture if option.drawn else None,
        "said": [line for line in said if line],
    }
