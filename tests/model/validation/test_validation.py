"""How well the model fits a cohort: against R, on children simulated from the model, and at the
edges."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.case import INTERVALS
from model.cohort import analysed, each_cohort, read_cohorts, with_interval
from model.options import TREATMENTS
from model.paper.evidence import value
from model.survival.prediction import HORIZON_DAYS, TABLE_DAYS, load_model
from model.validation.brier import INTEGRATION_DAYS, brier, integrated_brier
from model.validation.calibration import Slope, smoothed
from model.validation.case_mix import case_mix
from model.validation.decision import THRESHOLDS, net_benefit
from model.validation.expected import Outcome, expected, outcome_of
from model.validation.groups import group_curves
from model.validation.performance import (
    ALL_ALIKE,
    NOT_FOLLOWED,
    OF_A_DAY,
    TOO_FEW_DEATHS,
    Performance,
    measured,
    performance,
    reference_of,
)
from model.validation.reference import load_reference
from model.validation.sample_size import deaths_needed
from model.validation.verdicts import summary, verdict
from model.validation.weighted import cox_of, kaplan_meier_of
from tests.simulated import simulated

R = Path(__file__).parents[2] / "r"
SAMPLES = 20
REPEATS = 200


@pytest.fixture(scope="module")
def cohort() -> pd.DataFrame:
    return each_cohort(read_cohorts())[0]


@pytest.fixture(scope="module")
def children(cohort: pd.DataFrame) -> pd.DataFrame:
    """The 288 of known treatment."""
    return analysed(cohort)


@pytest.fixture(scope="module")
def fitted(children: pd.DataFrame) -> Performance:
    return performance(expected(load_model(), children), replicates=SAMPLES)


# ------------------------------------------------------------------------------------ against R


@pytest.fixture(scope="module")
def children_for_r() -> pd.DataFrame:
    return with_interval(pd.read_csv(R / "validation_children.csv"))


@pytest.fixture(scope="module")
def from_r() -> dict[str, float]:
    rows = pd.read_csv(R / "validation.csv", dtype={"day": "Int64"})
    return {
        measure if pd.isna(day) else f"{measure}_{day}": number
        for measure, day, number in rows.itertuples(index=False)
    }


def test_every_measure_is_that_of_r_to_three_decimals(
    children_for_r: pd.DataFrame, from_r: dict[str, float]
) -> None:
    of_children = expected(load_model(), children_for_r)
    ours = measured(of_children)
    fit = performance(of_children, replicates=1).slope
    assert fit is not None
    ours |= {"slope": fit.value, "slope_error": fit.standard_error}
    for threshold in (0.5, 0.8):
        by_model, _for_all = net_benefit(of_children, np.ones((1, len(children_for_r))), 365)
        k = int(np.argmin(np.abs(THRESHOLDS - threshold)))
        ours[f"net_benefit_{threshold:g}_365"] = by_model[0, k]
    ours |= {f"brier_pec_{day}": ours[f"brier_{day}"] for day in TABLE_DAYS}
    apart = {key: (ours[key], r) for key, r in from_r.items() if abs(ours[key] - r) > 0.0005}
    assert not apart
    assert len(from_r) > 30


def test_the_index_and_the_hazards_that_r_was_given_are_the_models(
    children_for_r: pd.DataFrame,
) -> None:
    of_children = expected(load_model(), children_for_r)
    assert of_children.prognostic_index == pytest.approx(children_for_r["index"], abs=1e-6)
    survival = of_children.survival_on(np.array(TABLE_DAYS))
    assert survival == pytest.approx(
        children_for_r[[f"s{day}" for day in TABLE_DAYS]].to_numpy(), abs=1e-6
    )


# ---------------------------------------------------------------------------------- simulation


def test_the_slope_interval_of_children_of_the_model_holds_one_in_95_of_100(
    children: pd.DataFrame,
) -> None:
    # The interval of each repeat is Wald's, from Cox's information; a bootstrap of each would take
    # minutes.
    model, rng = load_model(), np.random.default_rng(1)
    index = expected(model, children).prognostic_index[:, None]
    held = 0
    for _repeat in range(REPEATS):
        outcome = outcome_of(simulated(model, children, rng))
        fit = cox_of(index, outcome, np.ones((1, len(children))))
        error = 1 / math.sqrt(information(index[:, 0], outcome, float(fit.beta[0, 0])))
        held += abs(fit.beta[0, 0] - 1) < 1.96 * error
    assert 0.91 <= held / REPEATS <= 0.985


def information(index: np.ndarray, outcome: Outcome, beta: float) -> float:
    """Cox's information on one coefficient, death by death, as the textbook has it."""
    total = 0.0
    for day in outcome.os_days[outcome.death]:
        at_risk = index[outcome.os_days >= day]
        share = np.exp(beta * at_risk) / np.exp(beta * at_risk).sum()
        total += share @ at_risk**2 - (share @ at_risk) ** 2
    return total


def test_children_of_the_model_validate_as_calibrated(children: pd.DataFrame) -> None:
    model = load_model()
    truth = simulated(model, children, np.random.default_rng(3))
    found = performance(expected(model, truth), replicates=SAMPLES)
    for name, point in (("slope", 1.0), ("observed_expected", 1.0), ("log_observed_expected", 0.0)):
        estimate = found.measure(name).estimate
        assert estimate is not None
        assert estimate.lower < point < estimate.upper
    assert "No difference shown" in summary(found)


def test_a_doubled_baseline_hazard_is_caught(children: pd.DataFrame) -> None:
    model = load_model()
    truth = simulated(model, children, np.random.default_rng(10), 2.0)
    found = performance(expected(model, truth), replicates=SAMPLES)
    ratio, slope = found.measure("observed_expected"), found.measure("slope")
    assert ratio.estimate is not None
    assert slope.estimate is not None
    assert 1.5 < ratio.estimate.lower < 2 < ratio.estimate.upper
    assert slope.estimate.lower < 1 < slope.estimate.upper
    assert "More died" in verdict(ratio)


def test_shuffled_outcomes_are_told_apart_no_better_than_by_chance(children: pd.DataFrame) -> None:
    order = np.random.default_rng(5).permutation(len(children))
    outcomes = children[["os_days", "death"]].iloc[order]
    shuffled = children.assign(
        os_days=outcomes["os_days"].to_numpy(), death=outcomes["death"].to_numpy()
    )
    found = performance(expected(load_model(), shuffled), replicates=SAMPLES)
    for name in ("harrell_c", "uno_c"):
        estimate = found.measure(name).estimate
        assert estimate is not None
        assert estimate.lower < 0.5 < estimate.upper
        assert "Not shown to be better" in verdict(found.measure(name))


# --------------------------------------------------------------------------------- the measures


def test_every_interval_holds_its_estimate(fitted: Performance) -> None:
    for one in fitted.measures:
        assert one.estimate is not None, one
        assert one.estimate.lower <= one.estimate.value <= one.estimate.upper
        assert one.estimate.lower < one.estimate.upper


def test_the_order_of_the_children_does_not_matter(children: pd.DataFrame) -> None:
    model = load_model()
    there = measured(expected(model, children))
    back = measured(expected(model, children.iloc[::-1]))
    assert there == pytest.approx(back, abs=1e-9)


def test_integrated_scores_come_from_scores_of_days(children: pd.DataFrame) -> None:
    of_children = expected(load_model(), children)
    survival = of_children.survival_on(INTEGRATION_DAYS)
    scores = brier(of_children.outcome, survival, INTEGRATION_DAYS)
    whole = integrated_brier(of_children.outcome, survival, INTEGRATION_DAYS)
    assert scores.min() < whole < scores.max()
    assert whole == measured(of_children)["integrated_brier"]


def test_who_is_followed_to_the_horizon_counts_as_alive_then() -> None:
    outcome = Outcome(np.array([10, HORIZON_DAYS, HORIZON_DAYS]), np.array([True, True, False]))
    certain = np.array([[0.0], [0.0], [1.0]])
    assert brier(outcome, certain, np.array([HORIZON_DAYS])) == [0.0]


def test_a_sample_counts_a_child_as_often_as_it_was_drawn(children: pd.DataFrame) -> None:
    outcome = outcome_of(children)
    index = expected(load_model(), children).prognostic_index[:, None]
    drawn = np.random.default_rng(6).integers(len(children), size=len(children))
    weights = np.bincount(drawn, minlength=len(children))[None].astype(float)
    again = Outcome(outcome.os_days[drawn], outcome.death[drawn])
    ones = np.ones((1, len(drawn)))
    days = np.array(TABLE_DAYS)
    assert kaplan_meier_of(outcome, weights, days) == pytest.approx(
        kaplan_meier_of(again, ones, days)
    )
    assert cox_of(index, outcome, weights).beta == pytest.approx(
        cox_of(index[drawn], again, ones).beta
    )


def test_acting_for_all_below_every_risk_is_acting_by_the_model(children: pd.DataFrame) -> None:
    of_children = expected(load_model(), children)
    by_model, for_all = net_benefit(of_children, np.ones((1, len(children))), 365)
    lowest = float((1 - of_children.survival_on(np.array([365]))).min())
    below = lowest >= THRESHOLDS
    assert below.any()
    assert by_model[:, below] == pytest.approx(for_all[:, below])
    assert (by_model[:, ~below] > for_all[:, ~below])[:, -1].all()


def test_a_calibrated_cohort_has_its_calibration_curve_on_the_diagonal(
    children: pd.DataFrame,
) -> None:
    of_children = expected(load_model(), children)
    smooth = smoothed(of_children, np.ones((1, len(children))), 365)
    assert smooth is not None
    assert np.abs(smooth.observed[0] - smooth.predicted).max() < 0.06


# --------------------------------------------------------------------------------- missing data


def test_children_of_unknown_treatment_are_left_out_or_averaged_over(cohort: pd.DataFrame) -> None:
    model = load_model()
    unknown = cohort[cohort["treatment"].isna()]
    assert expected(model, cohort).n_left_out == len(unknown)
    averaged = expected(model, cohort, "averaged")
    assert (averaged.n_left_out, averaged.n_averaged) == (0, len(unknown))
    assert len(averaged.survival) == len(cohort)


def test_averaging_weighs_each_option_as_often_as_the_cohorts_have_it() -> None:
    model, joint = load_model(), load_reference().joint
    base = {"interval": "92-182", "os_days": 50, "death": True, "days_to_failure": 100}
    rows = pd.DataFrame(
        [
            *(base | {"treatment": code, "post_transplant_cr": "no"} for code in TREATMENTS),
            base | {"treatment": None, "post_transplant_cr": "no"},
            base | {"treatment": "chemo", "post_transplant_cr": "yes"},
            base | {"treatment": "chemo", "post_transplant_cr": None},
            base | {"treatment": None, "post_transplant_cr": None},
        ]
    )
    survival = expected(model, rows, "averaged").survival
    interval = INTERVALS.index("92-182")
    shares = joint[:, interval, 0] / joint[:, interval, 0].sum()
    assert survival[len(TREATMENTS)] == pytest.approx(shares @ survival[: len(TREATMENTS)])
    arm = TREATMENTS.index("chemo")
    of_remission = joint[arm, interval] / joint[arm, interval].sum()
    known = np.stack([survival[arm], survival[len(TREATMENTS) + 1]])
    assert survival[len(TREATMENTS) + 2] == pytest.approx(of_remission @ known)
    assert np.isfinite(survival).all()


def test_another_rule_is_refused(children: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="left_out, averaged"):
        expected(load_model(), children, "imputed")


def test_the_stored_reference_is_that_of_the_shipped_cohorts() -> None:
    cohorts = each_cohort(analysed(read_cohorts()))
    stored, model = load_reference(), load_model()
    assert stored.source_hash == model.source_hash
    assert stored.n_cohorts == len(cohorts)
    found = reference_of(cohorts[:1], model)
    assert stored.joint.sum() == pytest.approx(len(cohorts[0]))
    assert set(found.measures) == set(stored.measures)
    for key, (one, _low, _high) in found.measures.items():
        _middle, low, high = stored.measures[key]
        assert low - 1e-5 <= one <= high + 1e-5


# ------------------------------------------------------------------------------------ the edges


def test_three_children_give_counts_and_words_but_no_measure(children: pd.DataFrame) -> None:
    found = performance(expected(load_model(), children.iloc[:3]), replicates=SAMPLES)
    assert {one.reason for one in found.measures} == {TOO_FEW_DEATHS}
    assert all("fewer than 10" in verdict(one) for one in found.measures)
    assert "3 children" in summary(found)
    assert not found.groups


def test_no_child_at_all_is_no_error(children: pd.DataFrame) -> None:
    found = performance(expected(load_model(), children.iloc[:0]), replicates=SAMPLES)
    assert found.n_children == 0
    assert not any(one.estimate for one in found.measures)


def test_nothing_is_said_beyond_the_last_day_that_was_followed(children: pd.DataFrame) -> None:
    short = children.assign(
        death=children["death"] & (children["os_days"] <= 400),
        os_days=children["os_days"].clip(upper=400),
    )
    found = performance(expected(load_model(), short), replicates=SAMPLES)
    for name in OF_A_DAY:
        assert found.measure(name, 730).reason == NOT_FOLLOWED
        assert found.measure(name, 365).estimate is not None
    assert set(found.curves) == set(found.decisions) == {100, 182, 365}
    assert "still followed after that day" in verdict(found.measure("auc", 1461))


@pytest.mark.parametrize("dead", [True, False])
def test_all_dead_or_all_alive_is_no_error(children: pd.DataFrame, dead: bool) -> None:
    found = performance(expected(load_model(), children.assign(death=dead)), replicates=SAMPLES)
    for one in found.measures:
        assert one.estimate is None or math.isfinite(one.estimate.upper)
        assert verdict(one)
    assert (found.measure("slope").estimate is not None) == dead


def test_children_of_one_kind_have_no_concordance(children: pd.DataFrame) -> None:
    alike = children.assign(treatment="chemo", interval="0-91", post_transplant_cr="no")
    found = performance(expected(load_model(), alike), replicates=SAMPLES)
    for name, day in (("harrell_c", None), ("slope", None), ("auc", 365), ("ici", 365)):
        assert found.measure(name, day).reason == ALL_ALIKE
    assert found.measure("observed_expected").estimate is not None
    assert found.measure("brier", 365).estimate is not None


def test_one_arm_and_many_ties_are_no_error(children: pd.DataFrame) -> None:
    arm = children[children["treatment"] == "chemo"]
    tied = arm.assign(os_days=(arm["os_days"] // 200 + 1) * 200)
    found = performance(expected(load_model(), tied), replicates=SAMPLES)
    assert found.measure("slope").estimate is not None
    assert {group.column for group in found.groups} == {"all", "treatment", "interval"}


def test_survival_of_a_group_that_died_out_is_not_known_for_certain(children: pd.DataFrame) -> None:
    dead = children[children["treatment"] == "dli"].assign(death=True, os_days=range(13))
    group = group_curves(expected(load_model(), dead))[0]
    assert group.observed[0, 20] == 0
    assert group.observed[1, 20] == 0
    assert group.observed[2, 20] > 0.1


# ------------------------------------------------------------------- case mix, and sample size


def test_the_case_mix_of_a_pseudo_cohort_is_the_papers(children: pd.DataFrame) -> None:
    for row in case_mix(children):
        assert row.theirs == row.published
        assert row.known == len(children)
    (everybody,) = [row for row in case_mix(children) if row.column == "all"]
    assert everybody.published == value("t1.n.all")


def test_missing_codes_are_not_counted_as_known(children: pd.DataFrame) -> None:
    few = children.assign(sex=children["sex"].where(children.index % 2 == 0, None))
    boys = next(row for row in case_mix(few) if row.code == "male")
    assert boys.known == few["sex"].notna().sum() < len(few)


def test_four_times_the_deaths_halve_the_interval() -> None:
    slope = Slope(1.0, 0.2 / 1.959963984540054)
    assert deaths_needed(slope, 100, 0.2) == 100
    assert deaths_needed(slope, 100, 0.1) == 400
