"""Predicting 1, 1,000 and 100,000 cases under five treatments on five days.

Ours gives survival, both 95% limits and the median with its limits, pooled over all cohorts.
lifelines and scikit-survival predict from one cohort's fit and give survival alone.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from sksurv.linear_model import CoxPHSurvivalAnalysis

from benchmarks.timing import in_turn, median, ratio
from model.case import COVARIATES, DAYS_TO_FAILURE_RANGE
from model.cohort import analysed, design_matrix, each_cohort, read_cohorts
from model.options import TREATMENTS
from model.survival.cox import fit_lifelines
from model.survival.pattern import pattern_covariates, patterns_of
from model.survival.prediction import TABLE_DAYS, load_model, predict

SIZES = {1: (30, 20), 1_000: (10, 1), 100_000: (1, 1)}
ASKED = 20


def main() -> None:
    cohort = each_cohort(analysed(read_cohorts()))[0]
    design = design_matrix(cohort)
    lifelines = fit_lifelines(design, cohort["os_days"], cohort["death"])
    outcome = np.array(
        list(zip(cohort["death"], cohort["os_days"], strict=True)), [("death", "?"), ("t", float)]
    )
    sksurv = CoxPHSurvivalAnalysis().fit(design.to_numpy(), outcome)
    model = load_model()
    names = [f"{column}={code}" for column, code in COVARIATES]
    print("predictions: cases x 5 treatments x 5 days (theirs without intervals)")
    for n, (rounds, inner) in SIZES.items():
        rng = np.random.default_rng(n)
        days = rng.integers(DAYS_TO_FAILURE_RANGE[0], DAYS_TO_FAILURE_RANGE[1] + 1, n)
        remission = rng.random(n) < 0.8
        children = {"days_to_failure": days, "post_transplant_cr": remission}
        x = pattern_covariates(TREATMENTS)[patterns_of(children)].reshape(-1, len(names))
        frame = pd.DataFrame(x, columns=names)

        def ours(children: dict[str, np.ndarray] = children) -> object:
            return predict(model, children)

        def theirs_lifelines(frame: pd.DataFrame = frame) -> object:
            return lifelines.predict_survival_function(frame, times=TABLE_DAYS)

        def theirs_sksurv(x: np.ndarray = x) -> object:
            survival = sksurv.predict_survival_function(x, return_array=True)
            return survival[:, np.searchsorted(sksurv.unique_times_, TABLE_DAYS, "right") - 1]

        works: dict[str, Callable[[], object]] = {
            "aftergraft": ours,
            "lifelines": theirs_lifelines,
            "scikit-survival": theirs_sksurv,
        }
        times = in_turn(works, rounds, inner)
        for other in ("lifelines", "scikit-survival"):
            factor = ratio(times, other, "aftergraft")
            asked = ""
            if other == "lifelines":
                asked = f" (asked {ASKED}: {'met' if factor >= ASKED else 'NOT met'})"
            print(
                f"  {n:>7,} cases: {median(times['aftergraft']):>10}, {other} "
                f"{median(times[other]):>12}: {factor:,.0f} times faster{asked}"
            )
