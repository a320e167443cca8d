"""How each treatment option is shown: its short name, its name in the talk with the family, its
colour and its marker, the same on every page, chart, file and sheet."""

from dataclasses import dataclass

from model.language import _, marked
from model.options import REINDUCTION


@dataclass(frozen=True)
class ShownOption:
    """`short`: a name for where there is no room for the label. `color` on light ground, `dark` on
    dark. `marker`: a shape of Vega-Lite, `sign` the same in text."""

    short: str
    family: str
    color: str
    dark: str
    marker: str
    sign: str

    @property
    def color_of_page(self) -> str:
        """Its color as it follows the theme of the page."""
        return color_of_page(self.color, self.dark)


def color_of_page(color: str, dark: str) -> str:
    """A color of CSS that follows the theme of the page: one for light ground, one for dark."""
    return f"light-dark({color}, {dark})" if dark else color


SHOWN = {
    "second_sct": ShownOption(
        marked("2nd SCT"),
        marked("Chemotherapy, then a second transplant"),
        "#774cb0",
        "#8d4dff",
        "circle",
        "●",
    ),
    "chemo_dli": ShownOption(
        marked("Chemo + DLI"),
        marked("Chemotherapy and the donor's immune cells"),
        "#879319",
        "#c3da3a",
        "square",
        "■",
    ),
    "chemo": ShownOption(
        marked("Chemo"), marked("Chemotherapy alone"), "#3a93ff", "#55aaf9", "triangle-up", "▲"
    ),
    "dli": ShownOption(
        marked("DLI"),
        marked("The donor's immune cells alone"),
        "#c967a3",
        "#edb3d0",
        "diamond",
        "◆",
    ),
    "palliative": ShownOption(
        marked("Palliative"),
        marked("Comfort care, without treatment meant to cure"),
        "#8f533f",
        "#a08467",
        "triangle-down",
        "▼",
    ),
}
# What can be chosen at relapse and is no treatment of its own.
SHOWN_AT_RELAPSE = {
    REINDUCTION: ShownOption(
        marked("Reinduction"),
        marked("Chemotherapy, whatever followed"),
        "#127775",
        "#3effc1",
        "cross",
        "✚",
    )
}


def shown_option(option: str) -> ShownOption:
    """How a treatment, or what can be chosen at relapse, is shown."""
    return (SHOWN | SHOWN_AT_RELAPSE)[option]


def short_label(treatment: str) -> str:
    return _(shown_option(treatment).short)


def family_label(treatment: str) -> str:
    return _(SHOWN[treatment].family)
