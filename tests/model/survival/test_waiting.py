"""What waiting may do to the comparison with chemotherapy alone: each method's direction."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstest

from model.cohort import analysed, each_cohort, read_cohorts
from model.survival.cox import fit_pooled
from model.survival.waiting import (
    GOLDEN_RATIO,
    METHODS,
    WAITED_FOR,
    WAITING_DAYS,
    counted_against,
    hazard_ratio,
    landmark,
    latest,
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
    for method in ("time_dependent", "latest"):
        for arm, of_arm in enumerate(ratios[:, list(METHODS).index(method)]):
            unchanged = np.exp(beta[1] - (0.0, beta[0])[arm])
            assert (np.diff([unchanged, *of_arm]) < 0).all()


def test_the_longest_wait_is_the_extreme(ratios):
    by_method = dict(zip(METHODS, ratios.swapaxes(0, 1), strict=True))
    assert (by_method["latest"] < by_method["time_dependent"]).all()


def test_counting_early_deaths_against_chemotherapy_makes_it_look_worse_than_the_extreme(
    cohort, ratios
):
    by_method = dict(zip(METHODS, ratios.swapaxes(0, 1), strict=True))
    dead = cohort[cohort["death"]]
    # No list need have such a death in an arm before each day.
    early = np.array(
        [
            [((dead["treatment"] == arm) & (dead["os_days"] <= day)).any() for day in WAITING_DAYS]
            for arm in WAITED_FOR
        ]
    )
    assert early[:, -1].all()
    assert (by_method["counted_against"] > by_method["latest"])[early].all()


# Fractions of one, two and three times the golden ratio.
SHARES = tuple((k * GOLDEN_RATIO) % 1 for k in (1, 2, 3))


def test_the_shares_drawn_are_spread_evenly_over_any_part_of_a_list(cohort):
    treated = analysed(cohort).query("treatment == 'second_sct'")
    split = time_dependent(treated, "second_sct", 1e9)
    drawn = (split["os_days"][: len(treated)] / treated["os_days"].to_numpy()).to_numpy()
    for part in (drawn, drawn[:20], drawn[-20:]):
        assert kstest(part, "uniform").pvalue > 0.9


@pytest.mark.parametrize("arm", WAITED_FOR)
def test_who_leaves_on_the_day_or_before_is_counted_as_each_method_says(arm):
    children = pd.DataFrame(
        {
            "treatment": [arm, arm, arm, "chemo"],
            "os_days": [30, 31, 20, 10],
            "death": [True, True, False, True],
            "patient": [1, 2, 3, 4],
        }
    )
    columns = ["treatment", "entry", "os_days", "death"]

    def records(change) -> set[tuple[str, float, int, bool]]:
        return set(change(children, arm, 30)[columns].itertuples(index=False, name=None))

    assert records(landmark) == {(arm, 30.0, 31, True)}
    assert records(counted_against) == {
        ("chemo", 0.0, 30, True),
        ("chemo", 0.0, 30, False),
        (arm, 30.0, 31, True),
        ("chemo", 0.0, 20, False),
        ("chemo", 0.0, 10, True),
    }
    first, second, third = (share * life for share, life in zip(SHARES, (30, 30, 20), strict=True))
    assert records(time_dependent) == {
        ("chemo", 0.0, first, False),
        (arm, first, 30, True),
        ("chemo", 0.0, second, False),
        (arm, second, 31, True),
        ("chemo", 0.0, third, False),
        (arm, third, 20, False),
        ("chemo", 0.0, 10, True),
    }
    assert records(latest) == {
        ("chemo", 0.0, 24.0, False),
        (arm, 24.0, 30, True),
        ("chemo", 0.0, 0.8 * 31, False),
        (arm, 0.8 * 31, 31, True),
        ("chemo", 0.0, 16.0, False),
        (arm, 16.0, 20, False),
        ("chemo", 0.0, 10, True),
    }


@pytest.mark.parametrize("day", WAITING_DAYS)
def test_where_treatments_are_alike_a_wait_that_knows_the_death_goes_too_far(day):
    """Half are meant for a transplant after a wait spread evenly up to the day; who dies before it
    is under chemotherapy. Nothing makes a difference but how it is looked at."""
    rng = np.random.default_rng(day)
    lived = np.ceil(200 * rng.weibull(0.7, 4000))
    wait = rng.uniform(0, day, 4000)
    received = rng.permutation(4000) % 2 * (wait < lived) == 1
    children = pd.DataFrame(
        {
            "treatment": np.where(received, "second_sct", "chemo"),
            "interval": "0-91",
            "post_transplant_cr": "yes",
            "os_days": lived,
            "death": True,
            "patient": np.arange(1, 4001),
        }
    )
    found = {
        name: hazard_ratio(change(children, "second_sct", day), "second_sct")
        for name, change in METHODS.items()
    }
    as_printed = hazard_ratio(children.assign(entry=0.0), "second_sct")
    assert as_printed > 1.1
    assert 0.55 < found["latest"] < 0.9
    assert found["time_dependent"] == pytest.approx(1, abs=0.08)
    assert found["landmark"] == pytest.approx(1, abs=0.08)
    assert found["counted_against"] == pytest.approx(1, abs=0.08)


@pytest.mark.parametrize("arm", WAITED_FOR)
@pytest.mark.parametrize("day", WAITING_DAYS)
def test_each_method_moves_what_it_says_and_nothing_else(cohort, arm, day):
    known = analysed(cohort)
    treated = known[known["treatment"] == arm]

    def person_days(records: pd.DataFrame) -> float:
        return float((records["os_days"] - records["entry"]).sum())

    for change in (time_dependent, latest):
        split = change(known, arm, day)
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
