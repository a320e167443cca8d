"""One hundred children as one picture: who is alive, who has died, and how unsure the number is.

Ten rows of ten figures, alive first. Alive is a full figure, died an empty one, so that the two
differ without colour and in grey; a soft band lies behind the figures between the lower and the
upper limit. The picture is plain SVG: paths only, no style sheet and no reference to anything
outside it, so that the page and the printed sheet show the very same one.
"""

from html import escape

ACROSS = 10
CELL_WIDTH, CELL_HEIGHT = 26, 34
MARGIN = 2
# A calm blue that keeps 3:1 against white, against the dark theme and against the band.
INK = "#3a7ca5"
BAND_OPACITY = 0.26
# The band alone is too pale to be seen by everybody.
EDGE = f'stroke="{INK}" stroke-width="1.5"'


def icon_array(alive: int, lower: int, upper: int, label: str) -> str:
    """Draw one hundred children.

    Parameters
    ----------
    alive, lower, upper : int
        Children alive out of one hundred, and the limits of that number.
    label : str
        What the picture shows, in words, for those who do not see it.

    Returns
    -------
    str
        An SVG element that takes the width it is given.

    Raises
    ------
    ValueError
        Unless 0 <= lower <= alive <= upper <= 100.
    """
    hundred = ACROSS * ACROSS
    if not 0 <= lower <= alive <= upper <= hundred:
        raise ValueError(f"{lower} <= {alive} <= {upper} is not within 0 to {hundred}")
    width, height = ACROSS * CELL_WIDTH + 2 * MARGIN, ACROSS * CELL_HEIGHT + 2 * MARGIN
    name = escape(label, quote=True)
    full, empty = _people(range(alive)), _people(range(alive, hundred))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{name}">'
        f"{_band(lower, upper)}"
        f'<path d="{full}" fill="{INK}" stroke="{INK}" stroke-width="1.5"/>'
        f'<path d="{empty}" fill="none" stroke="{INK}" stroke-width="1.5"/>'
        "</svg>"
    )


def person(alive: bool) -> str:
    """One figure as it stands in the picture, for a legend beside words that explain it."""
    fill = INK if alive else "none"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{MARGIN} {MARGIN} {CELL_WIDTH} '
        f'{CELL_HEIGHT}">'
        f'<path d="{_person(0)}" fill="{fill}" stroke="{INK}" stroke-width="1.5"/></svg>'
    )


def band() -> str:
    """A piece of the soft band, for the same legend."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {CELL_WIDTH} {CELL_HEIGHT}">'
        f'<path d="M0 0h{CELL_WIDTH}v{CELL_HEIGHT}H0z" fill="{INK}" '
        f'fill-opacity="{BAND_OPACITY}" {EDGE}/></svg>'
    )


def _people(places: range) -> str:
    return "".join(_person(place) for place in places)


def _person(place: int) -> str:
    """A head, and a rounded body below it."""
    row, column = divmod(place, ACROSS)
    x = MARGIN + column * CELL_WIDTH + CELL_WIDTH / 2
    y = MARGIN + row * CELL_HEIGHT + 8
    return (
        f"M{x:g} {y:g}m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z"
        f"M{x - 7:g} {y + 17:g}v-5a5 5 0 0 1 5-5h4a5 5 0 0 1 5 5v5a2 2 0 0 1-2 2h-10a2 2 0 0 1-2-2z"
    )


def _band(lower: int, upper: int) -> str:
    """A rectangle in each row that has a figure between the limits."""
    parts = []
    for row in range(ACROSS):
        first = max(lower, row * ACROSS)
        last = min(upper, (row + 1) * ACROSS)
        if first < last:
            x = MARGIN + (first - row * ACROSS) * CELL_WIDTH
            y = MARGIN + row * CELL_HEIGHT
            parts.append(f"M{x} {y}h{(last - first) * CELL_WIDTH}v{CELL_HEIGHT}H{x}z")
    if not parts:
        return ""
    return f'<path d="{"".join(parts)}" fill="{INK}" fill-opacity="{BAND_OPACITY}" {EDGE}/>'
