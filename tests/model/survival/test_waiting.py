"""What waiting may do to the comparison with chemotherapy alone: each method's direction."""

import numpy as np
import pandas as pd
import pytest

from model.cohort import analysed, each_cohort, read_cohorts
from model.survival.cox import fit_pooled
from model.survival.waiting import (
    METHODS,
    WAITED_FOR,
    WAITING_DAYS,
    counted_against,
    hazard_ratio,
    landmark,
    time_dependent,
    waiting,
)


@pytest.fixture(scope="module")
def cohort() -> pd.DataFrame:
    return each_cohort(read_cohorts())[0]


@pytest.fixture(scope="module")
def ratios(cohort) -> np.ndarray:
    return waiting(cohort)


def test_without_a_wait_every_method_gives_table_4(cohort):
    known = analysed(cohort)
    beta = fit_pooled(known, "test", "one list").beta
    printed = {"second_sct": beta[1], "chemo_dli": beta[1] - beta[0]}
    for arm in WAITED_FOR:
        for change in METHODS.values():
            # Half a day, since no child may enter on the day it leaves.
            found = hazard_ratio(change(known, arm, 0.5), arm)
            assert found == pytest.approx(np.exp(printed[arm]), rel=1e-4)


def test_taking_the_days_of_waiting_away_makes_the_treatment_look_worse(cohort, ratios):
    """The longer the wait, the lower the ratio of chemotherapy alone against the treatment."""
    beta = fit_pooled(analysed(cohort), "test", "one list").beta
    for arm, of_arm in enumerate(ratios[:, list(METHODS).index("time_dependent")]):
        unchanged = np.exp(beta[1] - (0.0, beta[0])[arm])
        assert (np.diff([unchanged, *of_arm]) < 0).all()


def test_counting_early_deaths_against_chemotherapy_makes_it_look_worse_than_time_alone(ratios):
    by_method = dict(zip(METHODS, ratios.swapaxes(0, 1), strict=True))
    assert (by_method["counted_against"] > by_method["time_dependent"]).all()


@pytest.mark.parametrize("arm", WAITED_FOR)
@pytest.mark.parametrize("day", WAITING_DAYS)
def test_each_method_moves_what_it_says_and_nothing_else(cohort, arm, day):
    known = analysed(cohort)
    treated = known[known["treatment"] == arm]

    def person_days(records: pd.DataFrame) -> float:
        return float((records["os_days"] - records["entry"]).sum())

    split = time_dependent(known, arm, day)
    assert person_days(split) == pytest.approx(known["os_days"].sum())
    assert split["death"].sum() == known["death"].sum()
    assert split.loc[split["treatment"] == arm, "death"].sum() == treated["death"].sum()
    assert (split["entry"] < split["os_days"]).all()
    later = landmark(known, arm, day)
    assert len(later) == (known["os_days"] > day).sum()
    assert set(later["entry"]) == {float(day)}
    moved = counted_against(known, arm, day)
    assert person_days(moved) == pytest.approx(known["os_days"].sum())
    assert moved["death"].sum() == known["death"].sum()
    early = (treated["death"] & (treated["os_days"] <= day)).sum()
    assert moved.loc[moved["treatment"] == arm, "death"].sum() == treated["death"].sum() - early
