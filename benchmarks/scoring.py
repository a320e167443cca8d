"""Scoring many cases against lifelines on the same rows, and by two workers against one.

Ours gives survival, both 95% limits and the median, pooled over all cohorts, and judges every row;
lifelines predicts survival alone, of one cohort's fit. First the predictions themselves, from
columns in memory; then from file to file, with pandas doing for lifelines what is needed around it.
One thread each, in turn.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from dask.distributed import LocalCluster
from threadpoolctl import threadpool_limits

from benchmarks.timing import in_turn, median, ratio
from model.case import COVARIATES, DAYS_TO_FAILURE_RANGE, LEUKEMIAS, YES_NO
from model.cohort import analysed, design_matrix, each_cohort, read_cohorts
from model.options import TREATMENTS
from model.scoring.score import score
from model.survival.cox import fit_lifelines
from model.survival.pattern import pattern_covariates, patterns_of
from model.survival.prediction import TABLE_DAYS, load_model, predict

N_CASES, ROUNDS, ASKED = 100_000, 3, 20
N_FILES, CASES_OF_A_FILE, FOLDER_ROUNDS = 8, 100_000, 3


def random_cases(n: int) -> pd.DataFrame:
    """Cases whose every column is drawn at random, so that few rows are alike."""
    rng = np.random.default_rng(n)
    first, last = DAYS_TO_FAILURE_RANGE
    return pd.DataFrame(
        {
            "case_id": [f"case-{number:08d}" for number in range(n)],
            "leukemia": rng.choice(LEUKEMIAS, n),
            "days_to_failure": rng.integers(first, last + 1, n),
            "post_transplant_cr": rng.choice(YES_NO, n),
        }
    )


def against_lifelines(folder: Path) -> None:
    cases = random_cases(N_CASES)
    cases.to_csv(folder / "cases.csv", index=False)
    cases.to_parquet(folder / "cases.parquet", index=False)
    cohort = each_cohort(analysed(read_cohorts()))[0]
    fitted = fit_lifelines(design_matrix(cohort), cohort["os_days"], cohort["death"])
    model = load_model()

    def ours(kind: str) -> Callable[[], None]:
        source, output = folder / f"cases.{kind}", folder / f"ours.{kind}"
        return lambda: score(str(source), output, model, TABLE_DAYS)

    def covariates(cases: pd.DataFrame) -> pd.DataFrame:
        x = pattern_covariates(TREATMENTS)[patterns_of(cases)].reshape(-1, len(COVARIATES))
        return pd.DataFrame(x, columns=[f"{column}={code}" for column, code in COVARIATES])

    def theirs(kind: str) -> Callable[[], None]:
        def work() -> None:
            cases = getattr(pd, f"read_{kind}")(folder / f"cases.{kind}")
            survival = fitted.predict_survival_function(covariates(cases), times=TABLE_DAYS)
            scored = pd.DataFrame(
                {
                    "case_id": np.repeat(cases["case_id"], survival.size // len(cases)),
                    "treatment": np.tile(np.repeat(TREATMENTS, len(TABLE_DAYS)), len(cases)),
                    "day": np.tile(TABLE_DAYS, len(TREATMENTS) * len(cases)),
                    "survival": survival.to_numpy().T.ravel(),
                }
            )
            shape = {"float_format": "%.4f"} if kind == "csv" else {}
            getattr(scored, f"to_{kind}")(folder / f"theirs.{kind}", index=False, **shape)

        return work

    rows = covariates(cases)
    children = {
        "days_to_failure": cases["days_to_failure"].to_numpy(),
        "post_transplant_cr": (cases["post_transplant_cr"] == "yes").to_numpy(),
    }
    pairs: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "predictions in memory": (
            lambda: predict(model, children),
            lambda: fitted.predict_survival_function(rows, times=TABLE_DAYS),
        ),
        "CSV to CSV": (ours("csv"), theirs("csv")),
        "Parquet to Parquet": (ours("parquet"), theirs("parquet")),
    }
    with threadpool_limits(1):
        for name, (our_work, their_work) in pairs.items():
            times = in_turn({"aftergraft": our_work, "lifelines": their_work}, ROUNDS)
            factor = ratio(times, "lifelines", "aftergraft")
            asked = ""
            if name == "predictions in memory":
                asked = f" (asked {ASKED}: {'met' if factor >= ASKED else 'NOT met'})"
            print(
                f"  {N_CASES:,} cases, {name}: {median(times['aftergraft'])}, lifelines "
                f"{median(times['lifelines'])}: {factor:.1f} times faster{asked}"
            )


def by_two_workers(folder: Path) -> None:
    """With the files shared out by a scheduler that is running, as on a cluster."""
    source, output = folder / "cases", folder / "scored"
    source.mkdir()
    cases = random_cases(CASES_OF_A_FILE)
    for number in range(N_FILES):
        cases.to_parquet(source / f"{number}.parquet", index=False)
    model = load_model()
    with contextlib.ExitStack() as stack:

        def by(n_workers: int) -> Callable[[], None]:
            cluster = stack.enter_context(
                LocalCluster(n_workers=n_workers, threads_per_worker=1, dashboard_address=":0")
            )

            def work() -> None:
                score(str(source), output, model, TABLE_DAYS, scheduler=cluster.scheduler_address)
                shutil.rmtree(output)

            return work

        times = in_turn({"one": by(1), "two": by(2)}, FOLDER_ROUNDS)
    print(
        f"  {N_FILES} Parquet files of {CASES_OF_A_FILE:,} cases on Dask: one worker "
        f"{median(times['one'])}, two {median(times['two'])}: "
        f"{ratio(times, 'one', 'two'):.2f} times faster"
    )


def main() -> None:
    load = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    print(f"scoring files: cases x 5 treatments x 5 days (load of this machine: {load})")
    with tempfile.TemporaryDirectory() as folder:
        against_lifelines(Path(folder))
        by_two_workers(Path(folder))


if __name__ == "__main__":
    main()
