"""What the pseudo-cohorts say beside a centre's children: how treatments go with remission, and
how well the model fits the very cohorts that it was fitted to.

The first serves children of whom treatment or remission is missing. The second is an optimistic
reference: no new cohort can be expected to fit as well. Both are stored in `data/validation.json`.
"""

import functools
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.paper.evidence import DATA

REFERENCE = DATA / "validation.json"


@dataclass(frozen=True, eq=False)
class Reference:
    """What is stored of the pseudo-cohorts.

    Attributes
    ----------
    joint : ndarray, one axis a column of `model.case.CATEGORIES`
        Children of a cohort by treatment, interval and remission (no, yes), mean over cohorts.
    measures : dict
        Median, lowest and highest over the cohorts of every measure that
        `model.validation.performance` gives, by its key.
    n_children : int
        Children of a cohort whose treatment is known, on whom the measures rest.
    n_cohorts : int
    version, source_hash : str
        Of the model.
    """

    joint: NDArray[np.float64]
    measures: dict[str, tuple[float, float, float]]
    n_children: int
    n_cohorts: int
    version: str
    source_hash: str


def save_reference(reference: Reference, path: Path = REFERENCE) -> None:
    """Write the reference; same reference, same bytes."""
    content = vars(reference) | {"joint": np.round(reference.joint, 4).tolist()}
    content["measures"] = {
        key: [round(value, 5) for value in values] for key, values in reference.measures.items()
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


@functools.cache
def load_reference(path: Path = REFERENCE) -> Reference:
    """Read the reference; `FileNotFoundError` names the command that makes it."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FileNotFoundError(f"{path.name} is missing; `python -m model fit` makes it") from None
    joint = np.array(content.pop("joint"), float)
    measures = {key: tuple(values) for key, values in content.pop("measures").items()}
    return Reference(joint=joint, measures=measures, **content)
