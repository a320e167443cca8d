"""How far the printed figures leave a prediction open, apart from the lists: pushed on purpose, and
on the other reading of Table 4.

Kept for the Evidence page beside `reproduction`; made by `make range`, which is apart from `make
model`. See `widest` and `imputed_table_4` beside this for what is done.
"""

import functools
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.paper.evidence import DATA
from model.reconstruction.reproduction import Secondary, analyses_of, arrays_of
from model.survival.pooling import Floats
from model.survival.prediction import read_arrays

RANGES = DATA / "ranges.npz"
# The lists on the other reading; and how many imputations of each the ten are chosen from.
POOL = 100
IMPUTED_TABLE_4 = DATA / "imputed_table_4.parquet"


@dataclass(frozen=True, eq=False)
class Ranges:
    """What was found.

    Attributes
    ----------
    quantities : ndarray of str, shape (n_quantities,)
        What was pushed: `column=code` of a coefficient, `log H0(day)` of the baseline.
    usual, widest : ndarray, shape (n_quantities, 2)
        Lowest and highest in the lists, and found when pushed.
    n_pushes : int
    lowest, highest : ndarray, shape (n_patterns, n_treatments, n_days)
        Survival on `model.survival.prediction.TABLE_DAYS`, over the lists and the pushed ones.
    imputed : ndarray, shape (n_lists, n_patterns, n_treatments, n_days)
        Survival that each list on the other reading predicts, by its imputed data sets.
    n_tried : int
        How many lists were taken up for these; the others did not hold.
    secondary : Secondary
        Table 4 without and with the imputed treatments, of the lists on the other reading.
    version, source_hash : str
        Of the model fitted to the lists that were pushed.
    """

    quantities: NDArray[np.str_]
    usual: Floats
    widest: Floats
    n_pushes: NDArray[np.int64]
    lowest: NDArray[np.float32]
    highest: NDArray[np.float32]
    imputed: NDArray[np.float32]
    n_tried: NDArray[np.int64]
    secondary: Secondary
    version: str
    source_hash: str

    @property
    def n_lists(self) -> int:
        """Lists on the other reading."""
        return len(self.imputed)


def save_ranges(ranges: Ranges, path: Path = RANGES) -> None:
    """Write it as plain arrays; same ranges, same bytes."""
    arrays = {f.name: getattr(ranges, f.name) for f in fields(Ranges) if f.name != "secondary"}
    np.savez_compressed(path, allow_pickle=False, **arrays, **arrays_of(ranges.secondary))


@functools.cache
def load_ranges(path: Path = RANGES) -> Ranges | None:
    """Read it; None where it was not made. Nothing is unpickled."""
    if not path.exists():
        return None
    content = read_arrays(path)
    secondary = analyses_of(content)
    return Ranges(secondary=secondary, **content)
