"""How the columns of a comparison are told apart: as their options are everywhere, and two of one
option by another marker and a thinner line.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ui.compare.comparison import Scenario
from ui.shown.options import color_of_page, shown_option

# Where an option stands in several columns, the later ones have another marker, with its sign in
# text, and a thinner line.
OTHER_MARKERS = (("cross", "✚"), ("triangle-right", "▶"), ("stroke", "▬"), ("triangle-left", "◀"))
WIDTHS_OF_COLUMNS = (2.5, 1.5, 1.0, 3.5)


@dataclass(frozen=True)
class Look:
    """How a column is told apart: as its option is everywhere, as far as it is the only one."""

    color: str
    dark: str
    marker: str
    sign: str
    width: float

    @property
    def color_of_page(self) -> str:
        """Its color as it follows the theme of the page."""
        return color_of_page(self.color, self.dark)


def looks_of_columns(scenarios: Sequence[Scenario]) -> list[Look]:
    """How each column is told apart."""
    looks, seen = [], dict[str, int]()
    taken = {shown_option(scenario.treatment).marker for scenario in scenarios}
    others = [other for other in OTHER_MARKERS if other[0] not in taken]
    for scenario in scenarios:
        option = shown_option(scenario.treatment)
        before = seen.get(scenario.treatment, 0)
        seen[scenario.treatment] = before + 1
        marker, sign = others[before - 1] if before else (option.marker, option.sign)
        width = WIDTHS_OF_COLUMNS[before]
        looks.append(Look(option.color, option.dark, marker, sign, width))
    return looks
