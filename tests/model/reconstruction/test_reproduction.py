"""What is kept of the cohorts for the Evidence page is what they give, and it obeys its laws."""

import dataclasses
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
import pytest
from lifelines.statistics import proportional_hazard_test
from scipy.stats import chi2

from model.case import COVARIATES
from model.cli.commands import source_hash
from model.cohort import analysed, design_matrix, each_cohort, read_cohorts
from model.options import TREATMENTS
from model.paper.evidence import conditions, figures, select
from model.reconstruction.compute import compute_reproduction as computed
from model.reconstruction.compute import kaplan_meier, mean_curves, proportionality
from model.reconstruction.reproduction import (
    AT_RISK_DAYS,
    AT_RISK_MONTHS,
    CURVE_DAYS,
    CURVE_GROUPS,
    FIGURE_3,
    PROPORTIONALITY_TESTS,
    load_reproduction,
    precision,
    save_reproduction,
)
from model.survival.cox import fit_lifelines, fit_pooled
from model.survival.pattern import PATTERNS
from model.survival.prediction import TABLE_DAYS, load_model, pattern_table
from tests.loaded import FITTING, loaded_by


@pytest.fixture(scope="module")
def shipped():
    return load_reproduction()


@pytest.fixture(scope="module")
def two_cohorts() -> pd.DataFrame:
    cohorts = read_cohorts()
    return cohorts[cohorts["cohort"].isin([cohorts["cohort"].min(), cohorts["cohort"].max()])]


@pytest.fixture(scope="module")
def of_two(two_cohorts):
    return computed(two_cohorts, fit_pooled(analysed(two_cohorts), "test", "two cohorts"))


def compare(ours: Any, theirs: Any, which: Any) -> None:
    """Every array of ours against theirs, in the cohorts that `which` picks out of theirs."""
    for field in dataclasses.fields(ours):
        one, other = getattr(ours, field.name), getattr(theirs, field.name)
        if isinstance(one, np.ndarray):
            np.testing.assert_allclose(one, other[which], rtol=1e-5, atol=1e-7, err_msg=field.name)


def test_the_shipped_reproduction_belongs_to_the_shipped_cohorts_and_model(shipped):
    assert shipped.source_hash == source_hash(), "run `python -m model fit`"
    assert (shipped.version, shipped.n_cohorts) == (load_model().version, load_model().n_cohorts)
    wanted = [figure.id for figure in figures().values() if figure.role in ("target", "input")]
    assert [row.figure.id for row in shipped.rows] == wanted


def test_two_of_the_shipped_cohorts_computed_anew_are_as_shipped(shipped, of_two):
    ends = [0, -1]
    compare(of_two, shipped, ends)
    compare(of_two.secondary, shipped.secondary, ends)
    for name in ("complete", "imputed"):
        compare(getattr(of_two.secondary, name), getattr(shipped.secondary, name), ends)
    for ours, theirs in zip(of_two.rows, shipped.rows, strict=True):
        np.testing.assert_allclose(ours.values, theirs.values[ends], rtol=1e-6)
        for name in ("figure", "low", "high", "tolerated"):
            assert getattr(ours, name) == getattr(theirs, name)


def test_what_is_written_is_read_back(of_two, tmp_path):
    path = tmp_path / "reproduction.npz"
    save_reproduction(of_two, path)
    again = load_reproduction(path)
    compare(again, of_two, slice(None))
    compare(again.secondary, of_two.secondary, slice(None))
    compare(again.secondary.imputed, of_two.secondary.imputed, slice(None))
    assert (again.version, again.source_hash) == ("test", "two cohorts")
    for ours, theirs in zip(again.rows, of_two.rows, strict=True):
        assert ours.figure == theirs.figure
        np.testing.assert_array_equal(ours.accepted, theirs.accepted)


def test_a_missing_reproduction_names_the_command_that_makes_it(tmp_path):
    with pytest.raises(FileNotFoundError, match="python -m model fit"):
        load_reproduction(tmp_path / "reproduction.npz")


def test_the_app_reads_it_without_a_fitting_library():
    loaded = loaded_by(
        "from model.reconstruction.reproduction import load_reproduction, precision; "
        "precision(load_reproduction().secondary)"
    )
    assert not loaded & (FITTING | {"pandas", "streamlit"})


def test_curves_start_with_everyone_alive_and_never_rise(shipped):
    for curves in (shipped.curves, shipped.mean_curves):
        assert (curves[..., 0] == 1).all()
        assert (np.diff(curves, axis=-1) <= 0).all()
        assert (curves >= 0).all()
    assert (np.diff(shipped.at_risk, axis=-1) <= 0).all()


def test_curves_and_rows_tell_the_same_survival_and_the_same_numbers_at_risk(shipped):
    told = 0
    for row in shipped.rows:
        figure = row.figure
        if figure.group not in CURVE_GROUPS:
            continue
        group = CURVE_GROUPS.index(figure.group)
        if figure.quantity == "survival":
            drawn = 100 * shipped.curves[:, group, CURVE_DAYS.index(figure.day)]
        elif figure.quantity == "at_risk":
            drawn = shipped.at_risk[:, group, AT_RISK_DAYS.index(figure.day)]
        else:
            continue
        told += 1
        np.testing.assert_allclose(drawn, row.values, rtol=1e-5)
    assert told > len(FIGURE_3) * len(AT_RISK_MONTHS)


def test_numbers_at_risk_are_those_printed_under_figure_3(shipped):
    for figure in select(quantity="at_risk"):
        counts = shipped.at_risk[
            :, CURVE_GROUPS.index(figure.group), AT_RISK_DAYS.index(figure.day)
        ]
        assert set(counts) == {figure.value}, figure.id


def test_the_groups_of_the_figures_are_those_of_the_evidence():
    of_evidence = {figure.group for figure in figures().values()}
    assert set(CURVE_GROUPS) <= of_evidence
    assert [conditions(group)["treatment"] for group in FIGURE_3] == [(t,) for t in TREATMENTS]


def test_the_pooled_prediction_lies_within_the_spread_of_the_cohorts(shipped):
    pooled = pattern_table(load_model()).curves[0][..., list(TABLE_DAYS)]
    assert shipped.spread.shape[1:] == (len(PATTERNS), len(TREATMENTS), len(TABLE_DAYS))
    assert (pooled >= shipped.spread.min(axis=0) - 1e-6).all()
    assert (pooled <= shipped.spread.max(axis=0) + 1e-6).all()


def test_an_arms_mean_curve_is_that_of_its_children_under_its_own_treatment(two_cohorts):
    cohorts = each_cohort(analysed(two_cohorts))
    fits = fit_pooled(analysed(two_cohorts), "", "").cohorts
    arm = cohorts[1][cohorts[1]["treatment"] == "chemo"]
    x = design_matrix(arm).to_numpy()
    hazard = fits.hazard[1].cumsum()[list(CURVE_DAYS)]
    one_by_one = np.exp(-np.exp(x @ fits.beta[1])[:, None] * hazard)
    found = mean_curves(cohorts, fits)[1, TREATMENTS.index("chemo")]
    np.testing.assert_allclose(found, one_by_one.mean(axis=0), rtol=1e-9)


def test_kaplan_meier_is_the_share_alive_while_nobody_is_lost(two_cohorts):
    cohort = each_cohort(analysed(two_cohorts))[0].assign(death=True)
    survival, at_risk = kaplan_meier(cohort)
    alive = (cohort["os_days"].to_numpy() > np.array(CURVE_DAYS)[:, None]).mean(axis=1)
    np.testing.assert_allclose(survival[CURVE_GROUPS.index("all")], alive, atol=1e-12)
    assert at_risk[CURVE_GROUPS.index("all"), 0] == len(cohort)


@pytest.fixture
def without_ties(two_cohorts) -> pd.DataFrame:
    cohort = each_cohort(analysed(two_cohorts))[0]
    return cohort.assign(os_days=cohort["os_days"].rank(method="first").astype(int))


def test_proportionality_without_ties_is_tested_as_lifelines_does(without_ties):
    covariates = design_matrix(without_ties)
    fitted = fit_lifelines(covariates, without_ties["os_days"], without_ties["death"])
    records = covariates.assign(os_days=without_ties["os_days"], death=without_ties["death"])
    ordered = records.sort_values("os_days")
    theirs = proportional_hazard_test(fitted, ordered, "rank").p_value
    found = proportionality(without_ties)
    np.testing.assert_allclose(found[:-1], theirs, rtol=1e-6)
    # All together: their slopes over the ranks, by the inverse of the slopes' covariance.
    scaled = fitted.compute_residuals(ordered, "scaled_schoenfeld").to_numpy()
    ranks = np.arange(len(scaled)) - (len(scaled) - 1) / 2
    slopes = ranks @ scaled / (ranks @ ranks)
    covariance = len(scaled) * fitted.variance_matrix_.to_numpy() / (ranks @ ranks)
    together = slopes @ np.linalg.solve(covariance, slopes)
    assert found[-1] == pytest.approx(chi2.sf(together, len(slopes)), rel=1e-6)


def test_the_order_of_the_children_does_not_change_the_test_of_proportionality(two_cohorts):
    cohort = each_cohort(analysed(two_cohorts))[0]
    shuffled = cohort.sample(frac=1, random_state=3)
    np.testing.assert_allclose(proportionality(shuffled), proportionality(cohort), rtol=1e-6)


def test_a_hazard_that_crosses_is_not_proportional(without_ties):
    # Remission goes with life in the first half of the deaths and with death in the second.
    late = without_ties["os_days"] > len(without_ties) / 2
    other = without_ties.index % 20 == 0
    crossing = without_ties.assign(post_transplant_cr=np.where(late ^ other, "yes", "no"))
    found = dict(zip(PROPORTIONALITY_TESTS, proportionality(crossing), strict=True))
    assert found["post_transplant_cr=yes"] < 0.001


def test_which_option_is_the_reference_does_not_change_the_test_of_all_together(without_ties):
    swapped = {"second_sct": "chemo", "chemo": "second_sct"}
    relabelled = without_ties.assign(treatment=without_ties["treatment"].replace(swapped))
    ours, theirs = proportionality(without_ties), proportionality(relabelled)
    assert ours[-1] == pytest.approx(theirs[-1], rel=1e-6)
    assert abs(ours[0] - theirs[0]) > 1e-3


def test_the_printed_error_is_that_of_the_printed_limits(shipped):
    for one, (column, code) in zip(precision(shipped.secondary), COVARIATES, strict=True):
        stem = f"t4.hr.{column}.{code}"
        lower, upper = figures()[f"{stem}.lower"], figures()[f"{stem}.upper"]
        assert one.covariate == f"{column}={code}" == lower.group
        assert np.exp(2 * 1.959964 * one.printed) == pytest.approx(upper.value / lower.value)
        half = lower.step / 2
        for error, inwards in ((one.printed_low, half), (one.printed_high, -half)):
            ratio = (upper.value - inwards) / (lower.value + inwards)
            assert np.exp(2 * 1.959964 * error) == pytest.approx(ratio)
        assert one.expected_ratio < 1
        assert one.deaths_needed[0] < one.deaths_needed[1]
        # A p-value that rests on a larger error than the printed one's is larger.
        z = abs(np.log(figures()[stem].value)) / one.printed
        assert (one.p_without_missing > 2 * NormalDist().cdf(-z)) == (one.ratio[0] < 1)


def test_an_imputed_analysis_as_precise_as_printed_needs_its_own_deaths(shipped):
    imputed = shipped.secondary.imputed
    printed = np.array([one.printed for one in precision(shipped.secondary)])
    as_printed = dataclasses.replace(imputed, error=np.broadcast_to(printed, imputed.error.shape))
    for one in precision(dataclasses.replace(shipped.secondary, imputed=as_printed)):
        assert one.imputed_within == shipped.n_cohorts
        assert one.deaths_needed[0] < np.median(imputed.deaths) < one.deaths_needed[1]


def test_significant_is_counted_over_cohorts(shipped):
    analysis = shipped.secondary.imputed
    assert (analysis.significant == (analysis.p_value < 0.05).sum(axis=0)).all()
