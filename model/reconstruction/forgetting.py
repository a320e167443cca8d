"""Whether the annealing forgets where it started.

Separate seeds alone do not show it: every start is random in the same way. So lists are begun from
starts that are one-sided on purpose (every survivor an arm can hold in that arm, an arm's children
failing early or late), and what the lists come to is compared between the kinds of start, as chains
are compared that should sample the same thing.

References
----------
Vehtari A, Gelman A, Simpson D, Carpenter B, Bürkner PC. Rank-normalization, folding, and
localization: an improved R-hat for assessing convergence of MCMC. Bayesian Anal 2021;16:667-718
(doi 10.1214/20-BA1221).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from model.language import marked
from model.options import TREATMENTS
from model.reconstruction.moves import INTERVAL, REMISSION, TREATMENT
from model.reconstruction.start import Cohort

Floats = NDArray[np.float64]


def _counted(
    arm: str | None = None,
    *,
    alive: bool | None = None,
    interval: int | None = None,
    remission: int | None = None,
    before: int | None = None,
) -> Callable[[Cohort], float]:
    """A count of children of a list; of the analysed where no arm is named."""

    def count(cohort: Cohort) -> float:
        code = cohort.codes[:, TREATMENT]
        inside = code < len(TREATMENTS)
        if arm is not None:
            inside = code == (*TREATMENTS, "missing").index(arm)
        if alive is not None:
            inside = inside & ((cohort.death == 0) == alive)
        if interval is not None:
            inside = inside & (cohort.codes[:, INTERVAL] == interval)
        if remission is not None:
            inside = inside & (cohort.codes[:, REMISSION] == remission)
        if before is not None:
            inside = inside & (cohort.time < before) & (cohort.death == 1)
        return float(inside.sum())

    return count


# What is compared: what no printed figure fixes, and what the app shows or rests on.
QUANTITIES: dict[str, Callable[[Cohort], float]] = {
    marked("alive, treatment known"): _counted(alive=True),
    marked("alive after second transplant"): _counted("second_sct", alive=True),
    marked("alive after chemotherapy + DLI"): _counted("chemo_dli", alive=True),
    marked("alive after chemotherapy alone"): _counted("chemo", alive=True),
    marked("without remission"): _counted(remission=0),
    marked("without remission, second transplant"): _counted("second_sct", remission=0),
    marked("without remission, chemotherapy alone"): _counted("chemo", remission=0),
    marked("without remission, failed within 91 days"): _counted(interval=0, remission=0),
    marked("second transplant, failed within 91 days"): _counted("second_sct", interval=0),
    marked("second transplant, failed after a year"): _counted("second_sct", interval=3),
    marked("chemotherapy alone, failed within 91 days"): _counted("chemo", interval=0),
    marked("palliative care, failed within 91 days"): _counted("palliative", interval=0),
    marked("palliative care, failed after a year"): _counted("palliative", interval=3),
    marked("second transplant, died within 91 days"): _counted("second_sct", before=92),
    marked("chemotherapy alone, died within 91 days"): _counted("chemo", before=92),
    marked("without remission, treatment missing"): _counted("missing", remission=0),
}


def split_r_hat(chains: Floats) -> float:
    """Rank-normalised split R-hat, the larger of that of the values and of their distances from
    the median (Vehtari 2021).

    Parameters
    ----------
    chains : ndarray, shape (n_chains, n_draws)
    """
    half = chains.shape[1] // 2
    split = np.concatenate([chains[:, :half], chains[:, -half:]])
    folded = np.abs(split - np.median(split))
    return max(_r_hat(_normal_scores(split)), _r_hat(_normal_scores(folded)))


def _normal_scores(values: Floats) -> Floats:
    ranks = stats.rankdata(values).reshape(values.shape)
    scores: Floats = stats.norm.ppf((ranks - 0.375) / (values.size + 0.25))
    return scores


def _r_hat(chains: Floats) -> float:
    n = chains.shape[1]
    if (np.ptp(chains, axis=1) == 0).all():
        return 1.0 if np.ptp(chains) == 0 else np.inf
    within = chains.var(axis=1, ddof=1).mean()
    between = chains.mean(axis=1).var(ddof=1)
    return float(np.sqrt((n - 1) / n + between / within))


def remembered(kinds: NDArray[np.intp], first: Floats, last: Floats) -> tuple[float, float]:
    """What a quantity remembers of the kind of start.

    Parameters
    ----------
    kinds : ndarray of int, shape (n_lists,)
        Which kind of start each list had, from 0.
    first, last : ndarray, shape (n_lists,)
        The quantity as such starts have it, and as the list came out.

    Returns
    -------
    r_hat : float
        Between the kinds as chains, each cut to the fewest lists that a kind has.
    correlation : float
        Spearman's, of first and last; 0 where one of them never changes.
    """
    fewest = int(np.bincount(kinds).min())
    chains = [last[kinds == kind][:fewest] for kind in range(kinds.max() + 1)]
    constant = np.ptp(first) == 0 or np.ptp(last) == 0
    correlation = 0.0 if constant else float(stats.spearmanr(first, last)[0])
    return split_r_hat(np.array(chains)), correlation
