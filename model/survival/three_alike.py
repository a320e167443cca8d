"""The assumption, for children with ALL, that three options are alike.

The paper says in words that children with ALL fared better with a second transplant, with
chemotherapy and DLI, or with chemotherapy alone, and does not tell the three apart; the figures
behind it are in a supplement that is not available. Under the assumption that they are alike Table
4's model is fitted to each cohort with these three arms as one, of all leukemias: the sentence, not
a number, is what it takes from the subgroup.
"""

import functools
from pathlib import Path

from model.options import CHOICES_AT_RELAPSE, REINDUCTION
from model.paper.evidence import DATA
from model.survival.prediction import PooledModel, model_of_arrays, read_arrays_beside_model

ALIKE = DATA / "alike.npz"
# Those that began with chemotherapy. The reference of Table 4 is one of them, so that the merged
# arm is the reference.
ALIKE_TREATMENTS = CHOICES_AT_RELAPSE[REINDUCTION]
ALIKE_LEUKEMIAS = ("B-ALL", "T-ALL")


@functools.cache
def load_alike(path: Path = ALIKE) -> PooledModel:
    """Read the model under the assumption; it has Table 4's coefficients, two of them zero.

    Raises
    ------
    FileNotFoundError
        Naming the command that makes the file.
    ValueError
        If it is not of the cohorts that the main model was fitted to.
    """
    return model_of_arrays(read_arrays_beside_model(path))
