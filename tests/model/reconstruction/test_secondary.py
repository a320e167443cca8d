"""The imputation of missing treatments: Rubin's rules, and what it must recover and leave alone."""

import numpy as np
import pandas as pd
import pytest

from model.case import COVARIATES, INTERVALS
from model.cohort import analysed, each_cohort, read_cohorts
from model.options import TREATMENTS
from model.paper.evidence import value
from model.reconstruction.secondary import impute, rubin, secondary_analysis, table_4


@pytest.fixture(scope="module")
def cohorts() -> list[pd.DataFrame]:
    return each_cohort(read_cohorts())[:2]


@pytest.fixture(scope="module")
def of_both(cohorts):
    return secondary_analysis(pd.concat(cohorts))


def test_rubins_rules_are_those_worked_by_hand():
    pooled = rubin(np.array([[1.0], [2.0], [3.0]]), np.array([[0.4], [0.5], [0.6]]))
    # Within 0.5, between 1, total 0.5 + 4/3 = 11/6; r = (4/3)/0.5 = 8/3; df = 2 (1 + 3/8)^2.
    assert pooled.estimate == pytest.approx([2])
    assert pooled.error**2 == pytest.approx([11 / 6])
    assert pooled.degrees_of_freedom == pytest.approx([121 / 32])
    assert pooled.missing_information == pytest.approx([(8 / 3 + 2 / (121 / 32 + 3)) / (11 / 3)])


def test_data_sets_that_agree_leave_nothing_missing():
    pooled = rubin(np.full((10, 2), 0.5), np.full((10, 2), 0.25))
    assert pooled.error == pytest.approx([0.5, 0.5])
    assert np.isinf(pooled.degrees_of_freedom).all()
    assert not pooled.missing_information.any()


def test_imputation_fills_every_missing_treatment_and_nothing_else(cohorts):
    cohort = cohorts[0]
    known = cohort["treatment"].notna()
    drawn = impute(cohort, 3, np.random.default_rng(1))
    assert len(drawn) == 3
    assert (cohort["treatment"].notna() == known).all()
    for one in drawn:
        assert one["treatment"].isin(TREATMENTS).all()
        pd.testing.assert_frame_equal(one[known], cohort[known])
        pd.testing.assert_frame_equal(
            one.drop(columns="treatment"), cohort.drop(columns="treatment")
        )
    assert len({tuple(one.loc[~known, "treatment"]) for one in drawn}) == 3


def test_imputation_recovers_the_ratios_that_leaving_children_out_distorts():
    # Treatments are taken away from the early deaths among late failures and from the long lives
    # among early ones: at random, given what the imputation sees. Many children, to tell a bias.
    whole = pd.concat(each_cohort(analysed(read_cohorts()))[:8], ignore_index=True)
    rng = np.random.default_rng(5)
    early = whole["interval"].isin(INTERVALS[:2])
    lost = (rng.random(len(whole)) < 0.7) & np.where(
        early, whole["os_days"] > 200, whole["os_days"] < 60
    )
    part = whole.assign(treatment=whole["treatment"].mask(lost, None))
    truth, complete = (table_4(children)[0] for children in (whole, part[~lost]))
    imputed = np.mean([table_4(one)[0] for one in impute(part, 4, rng)], axis=0)
    distorted, recovered = (np.sqrt(np.mean((x - truth) ** 2)) for x in (complete, imputed))
    assert distorted > 0.2
    assert recovered < distorted / 3


def test_the_same_seed_draws_the_same_and_another_seed_another(cohorts):
    once, again, other = (
        [list(one["treatment"]) for one in impute(cohorts[1], 3, np.random.default_rng(seed))]
        for seed in (1, 1, 2)
    )
    assert once == again
    assert once != other


def test_each_analysis_rests_on_its_own_children(cohorts, of_both):
    for analysis, children in (
        (of_both.complete, [analysed(cohort) for cohort in cohorts]),
        (of_both.imputed, cohorts),
    ):
        assert list(analysis.deaths) == [cohort["death"].sum() for cohort in children]
    assert (of_both.complete.deaths < of_both.imputed.deaths).all()


def test_limits_hold_their_estimate_and_agree_with_the_p_value(of_both):
    for analysis in (of_both.complete, of_both.imputed):
        assert (analysis.lower < analysis.estimate).all()
        assert (analysis.estimate < analysis.upper).all()
        leaves_out_one = (analysis.lower > 0) | (analysis.upper < 0)
        np.testing.assert_array_equal(leaves_out_one, analysis.p_value < 0.05)
    assert ((of_both.missing_information > 0) & (of_both.missing_information < 1)).all()


def test_treatment_misses_more_information_than_what_is_known_of_every_child(of_both):
    of_treatment = np.array([column == "treatment" for column, _ in COVARIATES])
    missing = of_both.missing_information.mean(axis=0)
    assert missing[of_treatment].mean() > missing[~of_treatment].mean()


def test_as_many_data_sets_are_drawn_as_the_paper_drew(cohorts, monkeypatch):
    asked = []

    def counting(cohort, times, rng):
        asked.append(times)
        return [cohort.assign(treatment=cohort["treatment"].fillna("chemo"))] * 2

    monkeypatch.setattr("model.reconstruction.secondary.impute", counting)
    secondary_analysis(cohorts[0])
    assert asked == [value("txt.imputations")]
