"""The medians of docs/sensitivity.md, written into it from data/freedom.npz:

python -m tests.model.survival.waiting_table
"""

from pathlib import Path

import numpy as np

from model.options import treatment_label
from model.reconstruction.freedom import load_freedom
from model.survival.pooling import Floats
from model.survival.waiting import METHODS, WAITED_FOR, WAITING_DAYS

DOCUMENT = Path(__file__).parents[3] / "docs" / "sensitivity.md"
BEGIN, END = "<!-- written by", "<!-- end -->"


def table_of(waiting: Floats) -> list[str]:
    """Rows of the table, of `Freedom.waiting`: of each treatment and way a median a day."""
    medians = np.median(waiting, axis=0)
    head = ["against", "way", *(f"{day} days" for day in WAITING_DAYS)]
    rows = [head, ["---"] * len(head)]
    for k, arm in enumerate(WAITED_FOR):
        for j, method in enumerate(METHODS):
            numbers = (f"{median:.2f}" for median in medians[k, j])
            rows.append([treatment_label(arm), method.replace("_", "-"), *numbers])
    return [
        f"| {' | '.join(row)} |".replace("| --- ", "|---").replace("--- |", "---|") for row in rows
    ]


def table_in(text: str) -> list[str]:
    """The rows that stand in the document."""
    lines = text.splitlines()
    first = next(k for k, line in enumerate(lines) if line.startswith(BEGIN))
    return lines[first + 1 : lines.index(END)]


def with_table(text: str, waiting: Floats) -> str:
    """The document with the medians of these lists."""
    before, _, rest = text.partition(BEGIN)
    opening, _, _ = rest.partition("\n")
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}{opening}\n" + "\n".join(table_of(waiting)) + f"\n{END}{after}"


if __name__ == "__main__":
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(with_table(text, load_freedom().waiting), encoding="utf-8")
