"""The talk with the family as HTML, section by section.

Every text passes through `escape`, the team's own words like all others. Streamlit lets no SVG
through, so that drawings stand here as images that carry their SVG within them.
"""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape

from model.language import _, listed
from ui.family.family import OF_PICTURES, FamilyOption, FamilySheet, Section
from ui.family.icons import band, icon_array, person
from ui.family.outcome import Outcome
from ui.shown.options import SHOWN

# The markers of the chart, in a square of 16.
MARKERS = {
    "circle": "M8 3a5 5 0 1 0 .01 0z",
    "square": "M3.5 3.5h9v9h-9z",
    "triangle-up": "M8 3l6 10H2z",
    "diamond": "M8 2l6 6-6 6-6-6z",
    "triangle-down": "M8 13L2 3h12z",
}

# So many pictures are large; more are small, all alike, each with its words beside it.
FEW = 2

STYLE_OF_TALK = """
<style>
.talk { line-height: 1.6; max-width: 46rem; }
.talk p, .talk li, .talk figcaption { font-size: inherit; }
.talk h2 { font-size: 1.35em; margin: 1.6em 0 0.4em; padding: 0; }
.talk h3 { font-size: 1.15em; margin: 0; padding: 0; }
.talk section > h3 { margin-top: 1.2em; }
.talk h4 { font-size: 1em; margin: 1.1em 0 0.2em; padding: 0; }
.talk p { margin: 0 0 0.6em; }
.talk ul { margin: 0; padding-left: 1.2em; font-size: inherit; }
.talk li { margin: 0 0 0.35em; padding: 0; font-size: inherit; }
.talk details { border-top: 1px solid color-mix(in srgb, currentColor 35%, transparent);
  padding: 0.7em 0; }
.talk details:last-of-type { border-bottom: 1px solid
  color-mix(in srgb, currentColor 35%, transparent); }
.talk summary { cursor: pointer; padding: 0.2em 0; }
.talk summary h3, .talk summary h2 { display: inline; font-size: 1.15em; margin: 0; }
.talk .pair { display: grid; column-gap: 2.5em;
  grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); }
.talk .team { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 0 0.6em;
  break-before: avoid; border-left: 3px solid #3a7ca5; padding: 0.1em 0 0.1em 0.8em; }
.talk p.quiet, .talk details.quiet { font-size: 0.85em; }
.talk .pictures { display: grid; gap: 0 3.5em; margin: 1.2em 0;
  grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); }
.talk figure { margin: 0 0 1em; display: grid; grid-row: span 3; grid-template-rows: subgrid; }
.talk figure h3 { align-self: end; }
.talk figure img { display: block; width: 100%; max-width: 19rem; margin: 0.8em 0; }
.talk .pictures.many { grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr));
  gap: 1em 2.5em; }
.talk .many figure { grid-row: auto; grid-template: auto 1fr / 8rem 1fr; column-gap: 1.2em; }
.talk .many figure h3 { grid-column: 1 / -1; }
.talk .many figure :is(img, figcaption) { margin: 0.4em 0 0; }
.talk .legend { list-style: none; padding: 0; margin: 0 0 0.6em; }
.talk .legend li { display: flex; align-items: center; gap: 0.6em; }
.talk .legend img { flex: none; width: 1.25em; height: 1.65em; }
.talk .lines img { width: 2.6em; height: 1em; }
@media print { .talk .team.empty { min-height: 5em; } }
</style>
"""


def words_markup(sheet: FamilySheet, *, unfolded: bool) -> str:
    """What comes before any number: the condition, the decision, and every option."""
    parts = [_section(sheet.condition), _section(sheet.decision)]
    parts.append(f"<h2>{escape(sheet.options_heading)}</h2>")
    parts += [_option(option, unfolded) for option in sheet.options]
    parts += [_paragraph(line) for line in (sheet.left_out, sheet.also_named) if line]
    return _talk(parts)


def pictures_markup(sheet: FamilySheet, *, others_in_words: bool) -> str:
    """One hundred children for each option that is to be drawn, and how to read them.

    The other options are named, or their numbers said in words. Where nothing is drawn, that is
    said in the place of the pictures.
    """
    pictured = [(o, o.outcome) for o in sheet.options if o.pictured and o.outcome]
    others = [option for option in sheet.options if not option.pictured]
    signs = (person(alive=True), person(alive=False), band())
    legend = "".join(
        f"<li>{_drawing(sign, '')}<span>{escape(line)}</span></li>"
        for sign, line in zip(signs, sheet.how_to_read.lines, strict=False)
    )
    many = " many" if len(pictured) > FEW else ""
    drawn = "".join(_picture(*one) for one in pictured)
    if pictured:
        parts = [f'<div class="pictures{many}">{drawn}</div><ul class="legend">{legend}</ul>']
    else:
        parts = [_paragraph(sheet.nothing_drawn)]
    numbers = bool(pictured) or others_in_words
    parts += [_paragraph(line) for line in sheet.how_to_read.lines[OF_PICTURES:] if numbers]
    if others_in_words:
        parts += [_in_words(option) for option in others]
    else:
        if others and pictured:
            names = listed(option.label for option in others)
            parts.append(_paragraph(_("Not drawn here: {names}.").format(names=names)))
        parts += map(_paragraph, dict.fromkeys(o.no_outcome for o in others if o.no_outcome))
    parts += [_paragraph(sheet.left_out)] if sheet.left_out else []
    parts += [_paragraph(sheet.limits, "quiet")] if numbers else []
    return _talk(parts)


def nothing_drawn_markup(sheet: FamilySheet) -> str:
    """What stands in the place of curves while none are chosen."""
    return _talk([_paragraph(line) for line in (sheet.nothing_drawn, sheet.left_out) if line])


def curves_legend_markup(options: Iterable[FamilyOption]) -> str:
    """Which line of the chart is which option, by its colour and its marker."""
    lines = "".join(
        f"<li>{_drawing(_line(option.treatment), '')}<span>{escape(option.label)}</span></li>"
        for option in options
    )
    return _talk([f'<ul class="legend lines">{lines}</ul>'])


def curves_markup(sheet: FamilySheet) -> str:
    """How to read the curves, and the limits."""
    parts = [_paragraph(line) for line in sheet.how_to_read_curves.lines]
    parts += [_paragraph(sheet.left_out)] if sheet.left_out else []
    parts.append(_paragraph(sheet.limits, "quiet"))
    return _talk(parts)


def closing_markup(sheet: FamilySheet, *, unfolded: bool) -> str:
    """What nobody knows, the team's words, questions to ask, and, folded, where it comes from."""
    parts = [_section(sheet.unknowns)]
    if sheet.team.team_words:
        parts.append(_section(sheet.team))
    parts.append(_section(sheet.questions))
    sources = "".join(_paragraph(line) for line in sheet.sources.lines)
    heading = escape(sheet.sources.heading)
    parts.append(
        f'<details class="quiet"{_open(unfolded)}><summary><h2>{heading}</h2></summary>'
        f"{sources}</details>"
    )
    return _talk(parts)


def _talk(parts: Sequence[str]) -> str:
    return f'<div class="talk">{"".join(parts)}</div>'


def _option(option: FamilyOption, unfolded: bool) -> str:
    pieces = {section.id: _section(section, level=4) for section in option.sections}
    # For and against stand side by side where there is room.
    pair = pieces.pop("speaks_for") + pieces.pop("speaks_against")
    pieces["what_it_is_like"] += f'<div class="pair">{pair}</div>'
    return (
        f'<details data-option="{option.treatment}"{_open(unfolded)}>'
        f"<summary><h3>{escape(option.label)}</h3></summary>{''.join(pieces.values())}</details>"
    )


def _section(section: Section, level: int = 2) -> str:
    lines = (
        "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in section.lines) + "</ul>"
        if section.listed
        else "".join(_paragraph(line) for line in section.lines)
    )
    return (
        f'<section data-section="{section.id}"><h{level}>{escape(section.heading)}</h{level}>'
        f"{lines}{_team(section.team_words)}</section>"
    )


def _team(words: str | None) -> str:
    if words is None:
        return ""
    return (
        f'<div class="team">{escape(words)}</div>' if words else '<div class="team empty">…</div>'
    )


def _picture(option: FamilyOption, outcome: Outcome) -> str:
    drawn = icon_array(outcome.alive, outcome.lower, outcome.upper, outcome.in_words)
    return (
        f'<figure data-option="{option.treatment}"><h3>{escape(option.label)}</h3>'
        f"{_drawing(drawn, outcome.in_words)}"
        f"<figcaption>{_numbers(option, outcome)}</figcaption></figure>"
    )


def _in_words(option: FamilyOption) -> str:
    said = _numbers(option, option.outcome) if option.outcome else _paragraph(option.no_outcome)
    return (
        f'<section data-option="{option.treatment}"><h3>{escape(option.label)}</h3>{said}</section>'
    )


def _numbers(option: FamilyOption, outcome: Outcome) -> str:
    caution = _paragraph(outcome.caution) if outcome.caution else ""
    return (
        f"<p><strong>{escape(outcome.sentence)}</strong></p>"
        f"{_paragraph(outcome.uncertainty)}{caution}{_paragraph(option.group, 'quiet')}"
    )


def _drawing(svg: str, words: str) -> str:
    within = b64encode(svg.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{within}" alt="{escape(words)}">'


def _line(treatment: str) -> str:
    color, marker = SHOWN[treatment].color, MARKERS[SHOWN[treatment].marker]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 42 16">'
        f'<path d="M0 8h42" fill="none" stroke="{color}" stroke-width="3"/>'
        f'<path transform="translate(13 0)" d="{marker}" fill="{color}"/></svg>'
    )


def _paragraph(text: str, kind: str = "") -> str:
    return f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def _open(unfolded: bool) -> str:
    return " open" if unfolded else ""
