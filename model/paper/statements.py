"""What the paper says of its treatment groups in words, for what is said of it elsewhere.

`data/statements.toml` holds, in our own words, what Roux et al. 2017 say without a number and what
is repeated to a family: which treatments each statement is about, and with which it compares them.
"""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from model.options import TREATMENTS
from model.paper.evidence import DATA

STATEMENTS = DATA / "statements.toml"


@dataclass(frozen=True)
class Statement:
    """One thing that the paper says.

    Attributes
    ----------
    id : str
    text : str
        What it says, in our own words.
    source : str
        The place in the paper.
    arms, than : tuple of str
        The treatments that it is about, and those that it compares them with; may be empty.
    """

    id: str
    text: str
    source: str
    arms: tuple[str, ...] = ()
    than: tuple[str, ...] = ()


@functools.cache
def statements(path: Path = STATEMENTS) -> dict[str, Statement]:
    """Read the statements by their id, in the file's order.

    Raises
    ------
    ValueError
        If an id stands twice, or an arm is not one of `model.options.TREATMENTS`.
    """
    with path.open("rb") as file:
        entries = tomllib.load(file)["statement"]
    read = [
        Statement(**entry | {arms: tuple(entry.get(arms, ())) for arms in ("arms", "than")})
        for entry in entries
    ]
    by_id = {statement.id: statement for statement in read}
    if len(by_id) < len(read):
        raise ValueError(f"{path.name}: an id stands twice")
    unknown = {arm for one in read for arm in (*one.arms, *one.than)} - set(TREATMENTS)
    if unknown:
        raise ValueError(f"{path.name}: unknown arm {', '.join(sorted(unknown))}")
    return by_id
