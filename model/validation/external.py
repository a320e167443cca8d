"""The model against relapses of another registry: what was found, as the app shows it.

`data/external.csv` is written by ``python -m tests.model.validation.ebmt4``, which says where the
children come from, and is compared with what that gives by a test.
"""

import csv
import functools
from dataclasses import dataclass
from pathlib import Path

from model.paper.evidence import DATA
from model.survival.comparison import Estimate

EXTERNAL = DATA / "external.csv"
COLUMNS = ("group", "relapses", "deaths", "measure", "value", "lower", "upper")
MEASURES = ("harrell_c", "slope", "observed_expected", "integrated_brier_scaled")
# Those aged 20 years or less: the data know no younger limit.
YOUNG = "20 or less"


@dataclass(frozen=True)
class External:
    """What was found in one group.

    Attributes
    ----------
    relapses, deaths : int
    measures : dict of str to Estimate
        By the names in `MEASURES`, with bootstrap limits.
    """

    relapses: int
    deaths: int
    measures: dict[str, Estimate]


@functools.cache
def load_external(path: Path = EXTERNAL) -> dict[str, External]:
    """Read what was found, by group.

    Raises
    ------
    FileNotFoundError
    """
    found: dict[str, External] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            group = found.setdefault(
                line["group"], External(int(line["relapses"]), int(line["deaths"]), {})
            )
            group.measures[line["measure"]] = Estimate(
                *(float(line[name]) for name in ("value", "lower", "upper"))
            )
    return found
