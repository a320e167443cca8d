"""The slips of the paper, what its scan has lost, and what is done about each.

`data/slips.toml` holds them in our own words, for the Evidence page.
"""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from model.paper.evidence import DATA

SLIPS = DATA / "slips.toml"
KINDS = ("counts", "times", "ratios", "lost")


@dataclass(frozen=True)
class Slip:
    """One slip of the paper, or something it does not say.

    Attributes
    ----------
    kind : str
        One of `KINDS`; "lost" is what the scan has lost or the paper does not print.
    where : str
        The place in the paper.
    printed : str
        What stands there, or what is missing.
    why : str
        What is wrong with it.
    done : str
        What the cohorts and the model do about it.
    """

    kind: str
    where: str
    printed: str
    why: str
    done: str


@functools.cache
def slips(path: Path = SLIPS) -> tuple[Slip, ...]:
    """Read the slips, in the file's order.

    Raises
    ------
    ValueError
        If a kind is not one of `KINDS`.
    """
    with path.open("rb") as file:
        read = tuple(Slip(**entry) for entry in tomllib.load(file)["slip"])
    unknown = {slip.kind for slip in read} - set(KINDS)
    if unknown:
        raise ValueError(f"{path.name}: unknown kind {', '.join(sorted(unknown))}")
    return read
