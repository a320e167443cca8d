"""Compute what `model.reconstruction.ranges` keeps."""

import functools
from pathlib import Path

import numpy as np
import pandas as pd

from model.cohort import analysed, each_cohort
from model.paper import digitised
from model.paper.evidence import DATA
from model.reconstruction.annealing import PUSHED_DAYS
from model.reconstruction.compute import pattern_survival
from model.reconstruction.imputed_table_4 import imputed_sets, other_reading
from model.reconstruction.kept import hash_of, make_each
from model.reconstruction.ranges import Ranges
from model.reconstruction.secondary import both_analyses
from model.reconstruction.widest import QUANTITIES, Push, pushed
from model.survival.cox import fit_ensemble
from model.survival.pooling import Ensemble, Floats
from model.survival.prediction import TABLE_DAYS, PooledModel


def standings(fits: Ensemble) -> Floats:
    """Where every quantity of `widest.QUANTITIES` stands in each list: (n_lists, n_quantities)."""
    with np.errstate(divide="ignore"):
        hazard = np.log(fits.hazard.cumsum(axis=1)[:, list(PUSHED_DAYS)])
    return np.hstack([fits.beta, hazard])


def pushes_from(standing: Floats, starts: int) -> list[Push]:
    """Every quantity, down and up, each from the lists that lie farthest that way already.

    `standing` as `standings` gives it; the lists are numbered from 1.
    """
    pushes = []
    for rank in range(starts):
        for quantity in range(len(QUANTITIES)):
            order = np.argsort(standing[:, quantity], kind="stable")
            for up, farthest in ((False, order[rank]), (True, order[-1 - rank])):
                pushes.append(Push(int(farthest) + 1, quantity, up))
    return pushes


def work_hash() -> str:
    """Hash of what the pieces depend on: lists, evidence, points read off the paper's figures if
    there are any, and all code of this folder.
    """
    data = [DATA / "cohorts.parquet", DATA / "evidence.csv"]
    if digitised.readings():
        data.append(digitised.DIGITISED)
    return hash_of([*data, *sorted(Path(__file__).parent.glob("*.py"))])


def compute_ranges(
    cohorts: pd.DataFrame,
    model: PooledModel,
    seed: int,
    starts: int,
    lists: int,
    unfinished: Path,
    jobs: int = -1,
) -> tuple[Ranges, pd.DataFrame]:
    """Push lists, and make others on the other reading.

    Parameters
    ----------
    cohorts : DataFrame
        All children of the ensemble, as `model.cohort.read_cohorts` gives them.
    model : PooledModel
        Fitted to the same cohorts; its version and hash are taken over.
    seed : int
    starts : int
        From how many lists each quantity is pushed each way.
    lists : int
        How many are made on the other reading.
    unfinished : Path
        Where finished pieces are kept until all are.
    jobs : int
        At a time; -1 for one a core.

    Returns
    -------
    ranges : Ranges
    imputed : DataFrame
        The lists on the other reading, all children.
    """
    everyone = each_cohort(cohorts)
    pushes = pushes_from(standings(model.cohorts), starts)
    place = unfinished / f"{seed}-{work_hash()}"
    push = functools.partial(push_one, everyone=everyone, pushes=pushes, seed=seed)
    imputed, tried = on_the_other_reading(everyone, seed, lists, place / "imputed", jobs)
    farthest = make_each(push, range(len(pushes)), place / "pushed", "pushing", "push", jobs)
    ranges = ranges_of(model, fit_ensemble(farthest), imputed, tried)
    return ranges, pd.concat(imputed, ignore_index=True)


def on_the_other_reading(
    everyone: list[pd.DataFrame], seed: int, wanted: int, place: Path, jobs: int = -1
) -> tuple[list[pd.DataFrame], int]:
    """The first lists, in their order, that hold on the other reading; and how many were tried."""
    read = functools.partial(read_one, everyone=everyone, seed=seed)
    tried: list[pd.DataFrame] = []
    while (missing := wanted - sum(one["holds"].all() for one in tried)) > 0:
        if len(tried) == len(everyone):
            break
        numbers = range(1, min(len(tried) + missing, len(everyone)) + 1)
        tried = make_each(read, numbers, place, "the other reading", "cohort", jobs)
    holding = [k for k, one in enumerate(tried) if one["holds"].all()][:wanted]
    last = holding[-1] + 1 if len(holding) == wanted else len(tried)
    return [tried[k].drop(columns="holds") for k in holding], last


def ranges_of(
    model: PooledModel, farthest: Ensemble, imputed: list[pd.DataFrame], tried: int
) -> Ranges:
    """Put together what was found: the fits of the pushed lists, those on the other reading."""
    usual, reached = standings(model.cohorts), standings(farthest)
    both = np.concatenate([usual, reached])
    survival = np.concatenate(
        [pattern_survival(one, TABLE_DAYS) for one in (model.cohorts, farthest)]
    ).astype(np.float32)
    sets = [imputed_sets(children) for children in imputed]
    return Ranges(
        quantities=np.array(QUANTITIES),
        usual=np.stack([usual.min(axis=0), usual.max(axis=0)], axis=1),
        widest=np.stack([both.min(axis=0), both.max(axis=0)], axis=1),
        n_pushes=np.array(len(reached)),
        lowest=survival.min(axis=0),
        highest=survival.max(axis=0),
        imputed=np.array(
            [pattern_survival(fit_ensemble(full), TABLE_DAYS).mean(axis=0) for full in sets],
            np.float32,
        ),
        n_tried=np.array(tried),
        secondary=both_analyses(imputed, sets),
        version=model.version,
        source_hash=model.source_hash,
    )


def push_one(
    number: int, everyone: list[pd.DataFrame], pushes: list[Push], seed: int
) -> pd.DataFrame:
    """The analysed children of one pushed list."""
    push = pushes[number]
    return analysed(pushed(everyone[push.cohort - 1], push, seed))


def read_one(number: int, everyone: list[pd.DataFrame], seed: int) -> pd.DataFrame:
    """One list on the other reading."""
    return other_reading(everyone[number - 1], seed)
