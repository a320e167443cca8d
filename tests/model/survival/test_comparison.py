"""What two predictions share: the laws of their difference, and where its interval comes from."""

import csv
import math
from dataclasses import replace
from math import isfinite
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from model.case import (
    COVARIATES,
    DAYS_SURVIVED_RANGE,
    DAYS_TO_FAILURE_RANGE,
    INTERVAL_FIRST_DAYS,
    INTERVALS,
    CaseError,
)
from model.cohort import design_matrix, with_interval
from model.options import TREATMENTS
from model.survival import comparison
from model.survival.comparison import RESTRICTED_MEAN_DAYS, Estimate, compare, read_pattern
from model.survival.cox import baseline_steps, fit_pooled
from model.survival.pooling import Ensemble, pooled_baseline, pooled_coefficients
from model.survival.prediction import HORIZON_DAYS, Z_95, load_model, predict_patterns
from tests.seen import pattern

R = Path(__file__).parents[2] / "r"

scenarios = st.builds(
    pattern,
    st.sampled_from(TREATMENTS),
    st.integers(*DAYS_TO_FAILURE_RANGE),
    st.booleans(),
    st.just(0) | st.integers(*DAYS_SURVIVED_RANGE),
)
days = st.integers(1, HORIZON_DAYS)


def numbers(estimate: Estimate) -> tuple[float, float, float]:
    return (estimate.value, estimate.lower, estimate.upper)


@given(scenarios, scenarios, days)
def test_each_survival_is_the_one_predicted(one, other, day):
    for scenario, compared in zip(
        (one, other), compare(load_model(), [one, other], 0, day), strict=True
    ):
        predicted = predict_patterns(
            load_model(),
            np.array([scenario.child]),
            [scenario.days_survived],
            treatments=[scenario.treatment],
            days=[day],
        )
        expected = [getattr(predicted, n)[0, 0, 0] for n in ("survival", "lower", "upper")]
        np.testing.assert_allclose(numbers(compared.survival), expected, rtol=1e-9)


@given(scenarios, days)
def test_two_equal_scenarios_do_not_differ_at_all(scenario, day):
    twin = compare(load_model(), [scenario, scenario], 0, day)[1]
    assume(isfinite(twin.difference.value))
    assert numbers(twin.difference) == (0, 0, 0)
    assert numbers(twin.ratio) == (1, 1, 1)
    for difference in twin.restricted_mean_difference:
        assert np.isnan(difference.value) or numbers(difference) == (0, 0, 0)


@given(scenarios, scenarios, days)
def test_a_difference_is_what_the_two_numbers_leave_and_lies_in_its_interval(one, other, day):
    reference, compared = compare(load_model(), [one, other], 0, day)
    assume(isfinite(compared.difference.value))
    value, lower, upper = numbers(compared.difference)
    assert value == pytest.approx(compared.survival.value - reference.survival.value)
    assert -1 <= lower <= value <= upper <= 1
    value, lower, upper = numbers(compared.ratio)
    assert value == pytest.approx(compared.survival.value / reference.survival.value)
    assert 0 <= lower <= value <= upper
    for k, difference in enumerate(compared.restricted_mean_difference):
        if isfinite(difference.value):
            mine, theirs = compared.restricted_mean[k], reference.restricted_mean[k]
            assert difference.value == pytest.approx(mine.value - theirs.value)
            assert difference.lower <= difference.value <= difference.upper


@given(scenarios, scenarios, days)
def test_turned_round_a_difference_changes_its_sign_only(one, other, day):
    forth = compare(load_model(), [one, other], 0, day)[1].difference
    back = compare(load_model(), [one, other], 1, day)[0].difference
    assume(isfinite(forth.value))
    assert back.value == pytest.approx(-forth.value)
    # The points are evenly spread, not the same seen from the other side.
    assert (back.lower, back.upper) == pytest.approx((-forth.upper, -forth.lower), abs=0.005)


@pytest.mark.parametrize("remission", [False, True])
@pytest.mark.parametrize("interval_days", INTERVAL_FIRST_DAYS)
def test_for_one_child_zero_is_left_out_when_one_is_left_out_of_the_hazard_ratio(
    interval_days, remission
):
    model = load_model()
    options = [pattern(treatment, interval_days, remission) for treatment in TREATMENTS]
    for position, treatment in enumerate(TREATMENTS[1:], start=1):
        k = COVARIATES.index(("treatment", treatment))
        log_ratio, reach = model.beta[k], Z_95 * np.sqrt(model.sigma[k, k])
        apart = abs(log_ratio) > reach
        if abs(abs(log_ratio) - reach) < 0.01:
            continue  # as near to the edge as the points are to each other
        for day in (100, 365, HORIZON_DAYS):
            difference = compare(model, options, 0, day)[position].difference
            assert (difference.lower > 0 or difference.upper < 0) == apart, (treatment, day)


def test_what_is_shared_makes_a_difference_better_known_than_two_strangers_would():
    reference, chemo = compare(
        load_model(), [pattern("second_sct", 200, True), pattern("chemo", 200, True)], 0, 365
    )
    widths = [e.survival.upper - e.survival.lower for e in (reference, chemo)]
    strangers = (widths[0] ** 2 + widths[1] ** 2) ** 0.5
    assert chemo.difference.upper - chemo.difference.lower < 0.8 * strangers


@given(scenarios)
def test_the_restricted_mean_is_the_area_under_the_curve(scenario):
    predicted = predict_patterns(
        load_model(),
        np.array([scenario.child]),
        [scenario.days_survived],
        treatments=[scenario.treatment],
        days=range(HORIZON_DAYS + 1),
    )
    curve = predicted.survival[0, 0]
    curve[: scenario.days_survived] = 1
    curve[np.isnan(curve)] = 1  # no death is known yet
    compared = compare(load_model(), [scenario], 0, 1)[0]
    for until, mean in zip(RESTRICTED_MEAN_DAYS, compared.restricted_mean, strict=True):
        if until <= scenario.days_survived:
            assert np.isnan(mean.value)
        elif isfinite(mean.value):
            assert mean.value == pytest.approx(curve[:until].sum())
            assert scenario.days_survived <= mean.lower <= mean.value <= mean.upper <= until


def test_the_restricted_means_of_one_cohort_are_those_of_r():
    model = fit_pooled(with_interval(pd.read_csv(R / "cohort.csv")), "test", "test")
    first_day = dict(zip(INTERVALS, INTERVAL_FIRST_DAYS, strict=True))
    with (R / "restricted_mean.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 8 * 5 * 3
    for row in rows:
        remission = row["post_transplant_cr"] == "yes"
        scenario = pattern(row["treatment"], first_day[row["interval"]], remission)
        means = compare(model, [scenario], 0, 365)[0].restricted_mean
        ours = means[RESTRICTED_MEAN_DAYS.index(int(row["until"]))]
        assert ours.value == pytest.approx(float(row["restricted_mean"]), abs=0.01), row


@pytest.mark.parametrize("since", [0, 60])
@pytest.mark.parametrize("quantity", ["survival on day 365", "time lived up to day 730"])
def test_the_derivatives_are_those_that_small_changes_show(quantity, since):
    """By every coefficient, the baseline moving along, and by a step of the baseline."""
    cohort = with_interval(pd.read_csv(R / "cohort.csv"))
    model = fit_pooled(cohort, "test", "test")
    x = design_matrix(cohort).to_numpy(float)
    os_days, death = cohort["os_days"].to_numpy(), cohort["death"].to_numpy(bool)
    scenario = pattern("chemo", 200, True, since)

    def share(ensemble: Ensemble) -> comparison._Quantity:
        beta, _sigma = pooled_coefficients(ensemble)
        log_hazard = pooled_baseline(ensemble).log_hazard
        changed = replace(model, beta=beta, log_hazard=log_hazard, cohorts=ensemble)
        found = (
            comparison._survival(changed, scenario, 365)
            if quantity.startswith("survival")
            else comparison._lived_share(changed, scenario, 730)
        )
        assert found is not None
        return found

    there = share(model.cohorts)
    small = 1e-5
    for k in range(len(COVARIATES)):
        beta = model.cohorts.beta[0] + small * (np.arange(len(COVARIATES)) == k)
        steps = [step[None] for step in baseline_steps(x, os_days, death, beta)]
        moved = share(Ensemble(beta[None], model.cohorts.sigma, *steps))
        slope = (moved.value - there.value) / small
        assert there.by_beta[0, k] == pytest.approx(slope, abs=1e-3)
    for day in (30, 100, 364, 366, 700, 1000):
        hazard = model.cohorts.hazard.copy()
        hazard[0, day] += small
        slope = (share(replace(model.cohorts, hazard=hazard)).value - there.value) / small
        assert there.by_step[0, day] == pytest.approx(slope, abs=1e-3)


def test_a_ratio_has_limits_where_survival_may_be_next_to_nothing():
    """Soon after day 1000 hardly a death is known: the interval is wide, and it is one."""
    scenarios = [pattern("second_sct", 200, True, 1000), pattern("palliative", 20, False, 1000)]
    later = (compare(load_model(), scenarios, 0, day)[1].ratio for day in range(1001, 1200))
    ratio = next(ratio for ratio in later if not math.isnan(ratio.value))
    assert 0 <= ratio.lower <= ratio.value <= ratio.upper


def test_a_contrast_is_supported_where_both_its_sides_are():
    scenarios = [pattern("second_sct", 200, True), pattern("palliative", 200, True)]
    for reference in (0, 1):
        second, palliative = compare(load_model(), scenarios, reference, 365)
        assert (second.supported, palliative.supported) == (True, False)
        assert second.contrast_supported == (reference == 0)
        assert not palliative.contrast_supported
        assert second.restricted_mean_contrast_supported[0] == (reference == 0)


def test_a_day_past_the_horizon_is_refused():
    with pytest.raises(ValueError, match="1462"):
        compare(load_model(), [pattern("chemo", 200, True)], 0, 1462)


def test_a_scenario_names_every_input_that_cannot_be_used():
    with pytest.raises(CaseError) as caught:
        read_pattern(
            {
                "treatment": "none",
                "days_to_failure": "x",
                "post_transplant_cr": "yes",
                "days_survived": "1096",
            }
        )
    said = str(caught.value)
    for field in ("treatment: none", "days_to_failure: x", "days_survived: 1096"):
        assert field in said
    assert "leukemia" not in said
