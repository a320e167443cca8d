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
from ui.family.matters import prompts, questions
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
.talk { line-height: 1.6; max-width: 46rem; overflow-wrap: anywhere; }
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
.talk p.group { margin: 2em 0 0.4em; font-weight: 600; }
.talk ul.asked { list-style: none; padding: 0; }
.talk ul.asked li { margin: 0 0 0.8em; break-inside: avoid; }
.talk ul.asked + p, .talk ul.asked ~ p { min-height: 3em; }
.talk .pictures { display: grid; gap: 0 3.5em; margin: 1.2em 0;
  grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); }
.talk figure { margin: 0 0 1em; display: grid; grid-row: span 3; grid-template-rows: subgrid; }
.talk figure h3 { align-self: end; }
.talk figure img { display: block; width: 100%; max-width: 19rem; margin: 0.8em 0; }
.talk .pictures.many { grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr));
  gap: 1em 2.5em; }
.talk .many figure { grid-row: auto; grid-template: auto 1fr / 8rem 1fr; column-gap: 1.2em; }
.talk .many figure h3, .talk figure:not(:has(img)) figcaption { grid-column: 1 / -1; }
.talk .many figure :is(img, figcaption) { margin: 0.4em 0 0; }
.talk .legend { list-style: none; padding: 0; margin: 0 0 0.6em; }
.talk .legend li { display: flex; align-items: center; gap: 0.6em; }
.talk .legend img { flex: none; width: 1.25em; height: 1.65em; }
.talk .lines img { width: 2.6em; height: 1em; }
/* On paper in two columns: the whole talk on five sheets. The PDF is the better sheet. */
@media print {
  .talk { font-size: 7.8pt !important; line-height: 1.25; max-width: none; columns: 2;
    column-gap: 7mm; }
  .talk h2 { margin: 0.8em 0 0.2em; } .talk section > h3 { margin-top: 0.6em; }
  .talk h4 { margin: 0.4em 0 0; } .talk p, .talk li { margin-bottom: 0.2em; }
  .talk details { padding: 0.3em 0; } .talk .pair { display: block; }
  .talk .pictures, .talk .pictures.many { display: block; margin: 0; }
  .talk figure, .talk .many figure { display: grid; grid-template: auto 1fr / 5.5rem 1fr;
    column-gap: 0.8em; margin: 0 0 0.5em; }
  .talk figure h3 { grid-column: 1 / -1; } .talk figure img { margin: 0.2em 0 0; }
  .talk .team.empty { min-height: 2em; }
  .talk details.quiet { font-size: 0.72em; } .talk details.quiet li { display: inline; }
  .talk details.quiet li::after { content: " · "; }
  .talk ul.asked li { display: flex; flex-wrap: wrap; column-gap: 1.5em; margin: 0 0 0.3em; }
  .talk ul.asked br { display: none; }
}
</style>
"""


def words_markup(sheet: FamilySheet, *, unfolded: bool) -> str:
    """What comes before any number: the condition, the decision, and every option."""
    parts = [_section(sheet.condition), _section(sheet.decision), _section(sheet.today)]
    parts += [_paragraph(sheet.also_named)] if sheet.also_named else []
    parts += [_section(sheet.became), _section(sheet.comfort_team), _section(sheet.newer)]
    parts.append(f"<h2>{escape(sheet.options_heading)}</h2>")
    for heading, options in sheet.groups:
        parts.append(_paragraph(heading, "group"))
        parts += [_option(option, unfolded) for option in options]
    parts += [_paragraph(sheet.left_out)] if sheet.left_out else []
    return _talk(parts)


def matters_markup() -> str:
    """The questions of what matters, as they stand on paper: nothing ticked, room to write."""
    both = _("Both, or not sure")
    asked = "".join(
        "<li>"
        + "<br>".join(f"<span>☐ {escape(pole)}</span>" for pole in (one.one, one.other, both))
        + "</li>"
        for one in questions()
    )
    written = "".join(
        _paragraph(_("{label}: …").format(label=label)) for label in prompts().values()
    )
    heading = escape(_("What matters to us"))
    return _talk(
        [
            f'<section data-section="matters"><h2>{heading}</h2>'
            f'<ul class="asked">{asked}</ul>{written}</section>'
        ]
    )


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
    numbers = bool(pictured) or others_in_words
    # What the numbers are of comes before them.
    parts = [_paragraph(line) for line in sheet.how_to_read.lines[OF_PICTURES:] if numbers]
    if pictured:
        parts += [f'<div class="pictures{many}">{drawn}</div><ul class="legend">{legend}</ul>']
    else:
        parts += [_paragraph(sheet.nothing_drawn)]
    if others_in_words:
        parts += [_in_words(option) for option in others]
    else:
        if others and pictured:
            names = listed(option.label for option in others)
            parts.append(_paragraph(_("Not drawn here: {names}.").format(names=names)))
        parts += map(_paragraph, _why_no_numbers(others))
    parts += [_paragraph(sheet.left_out)] if sheet.left_out else []
    parts += [_paragraph(sheet.limits, "quiet")] if numbers else []
    return _talk(parts)


def _why_no_numbers(options: Sequence[FamilyOption]) -> list[str]:
    """Why some have none: said once where it is the same of all, else with their names."""
    why = {option.label: option.no_outcome for option in options if option.no_outcome}
    if len(set(why.values())) < len(why):
        return list(dict.fromkeys(why.values()))
    return [_("{option}: {words}").format(option=label, words=said) for label, said in why.items()]


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
    parts += map(_paragraph, _why_no_numbers(sheet.options))
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
    sources += "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in read_in(sheet)) + "</ul>"
    heading = escape(sheet.sources.heading)
    parts.append(
        f'<details class="quiet"{_open(unfolded)}><summary><h2>{heading}</h2></summary>'
        f"{sources}</details>"
    )
    return _talk(parts)


def read_in(sheet: FamilySheet) -> tuple[str, ...]:
    """Where the general knowledge was read, a line for each source."""
    return tuple(
        _("{name}: {title}, {address}").format(name=one.name, title=one.title, address=one.address)
        for one in sheet.read_in
    )


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
    if not section.lines and section.team_words is None:
        return ""
    first = section.lines[: 0 if section.listed else len(section.lines)]
    if section.listed_from is not None:
        first = section.lines[: section.listed_from]
    items = section.lines[len(first) :]
    lines = "".join(map(_paragraph, first))
    if items:
        lines += "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in items) + "</ul>"
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
    # Where fewer than one is alive, a hundred empty figures would say no more than the words.
    drawn = (
        _drawing(
            icon_array(outcome.alive, outcome.lower, outcome.upper, outcome.in_words),
            outcome.in_words,
        )
        if option.drawn
        else ""
    )
    return (
        f'<figure data-option="{option.treatment}"><h3>{escape(option.label)}</h3>'
        f"{drawn}"
        f"<figcaption>{_numbers(option, outcome)}</figcaption></figure>"
    )


def _in_words(option: FamilyOption) -> str:
    said = _numbers(option, option.outcome) if option.outcome else _paragraph(option.no_outcome)
    return (
        f'<section data-option="{option.treatment}"><h3>{escape(option.label)}</h3>{said}</section>'
    )


def _numbers(option: FamilyOption, outcome: Outcome) -> str:
    beside = "".join(_paragraph(line) for line in (outcome.caution, *option.beside_number) if line)
    more = " ".join(line for line in (outcome.from_today, *option.lived_for) if line)
    return (
        f"<p><strong>{escape(outcome.sentence)}</strong> {escape(outcome.uncertainty)}</p>{beside}"
        + (f'<p><span class="more">{escape(more)}</span></p>' if more else "")
        + _paragraph(option.group, "quiet")
    )


def _drawing(svg: str, words: str) -> str:
    within = b64encode(svg.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{within}" alt="{escape(words)}">'


def _line(treatment: str) -> str:
    """In the color of its curve, which follows the theme of the page."""
    color, marker = SHOWN[treatment].color_of_page, MARKERS[SHOWN[treatment].marker]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 42 16" '
        'style="color-scheme: light dark">'
        f'<path d="M0 8h42" style="fill: none; stroke: {color}; stroke-width: 3"/>'
        f'<path transform="translate(13 0)" d="{marker}" style="fill: {color}"/></svg>'
    )


def _paragraph(text: str, kind: str = "") -> str:
    return f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def _open(unfolded: bool) -> str:
    return " open" if unfolded else ""
