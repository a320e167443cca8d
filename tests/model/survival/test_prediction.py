"""The laws a predicted survival obeys, and its agreement with R on one cohort."""

import csv
from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.case import COVARIATES, DAYS_SURVIVED_RANGE, DAYS_TO_FAILURE_RANGE, INTERVAL_FIRST_DAYS
from model.cohort import with_interval
from model.options import TREATMENTS
from model.paper.evidence import figures
from model.survival.cox import fit_ensemble, fit_pooled
from model.survival.pooling import Ensemble, pooled_baseline, pooled_coefficients
from model.survival.prediction import HORIZON_DAYS, TABLE_DAYS, load_model, predict, save_model
from tests.seen import seen

R = Path(__file__).parents[2] / "r"
EVERY_DAY = range(HORIZON_DAYS + 1)

days_to_failure = st.integers(*DAYS_TO_FAILURE_RANGE)


@given(days_to_failure, st.booleans())
def test_survival_never_rises_and_its_interval_holds_it(days, remission):
    curves = predict(load_model(), seen([days], [remission]), days=EVERY_DAY)
    assert (np.diff(curves.survival) <= 0).all()
    assert (curves.survival[..., 0] == 1).all()
    assert (curves.lower <= curves.survival).all()
    assert (curves.survival <= curves.upper).all()
    assert curves.lower.min() >= 0
    assert curves.upper.max() <= 1


@given(st.lists(st.tuples(days_to_failure, st.booleans()), min_size=2, max_size=30), st.randoms())
def test_the_order_and_company_of_rows_do_not_matter(cases, random):
    together = predict(load_model(), seen(*zip(*cases, strict=True)))
    order = list(range(len(cases)))
    random.shuffle(order)
    shuffled = predict(load_model(), seen(*zip(*[cases[k] for k in order], strict=True)))
    np.testing.assert_array_equal(together.survival[order], shuffled.survival)
    alone = predict(load_model(), seen([cases[0][0]], [cases[0][1]]))
    np.testing.assert_array_equal(together.lower[0], alone.lower[0])
    np.testing.assert_array_equal(together.median[0], alone.median[0])


@given(days_to_failure, st.booleans(), st.permutations(TREATMENTS))
def test_each_treatment_keeps_its_own_curve_whatever_the_order(days, remission, order):
    usual = predict(load_model(), seen([days], [remission]))
    other = predict(load_model(), seen([days], [remission]), treatments=order)
    for position, treatment in enumerate(order):
        expected = usual.survival[0, TREATMENTS.index(treatment)]
        np.testing.assert_array_equal(other.survival[0, position], expected)


@given(days_to_failure, st.booleans())
def test_median_is_where_the_curve_crosses_one_half(days, remission):
    curves = predict(load_model(), seen([days], [remission]), days=EVERY_DAY)
    for arm in range(len(TREATMENTS)):
        median = curves.median[0, arm]
        if np.isnan(median):
            assert curves.survival[0, arm, -1] > 0.5
        else:
            assert (
                curves.survival[0, arm, int(median)]
                <= 0.5
                < curves.survival[0, arm, int(median) - 1]
            )
            assert not curves.median_lower[0, arm] > median
            assert not curves.median_upper[0, arm] < median


def test_hazard_ratios_between_predictions_are_those_of_table_4():
    """The direction of every covariate: a swapped label or reference would show here."""
    first_day = dict(zip(("0-91", "92-182", "183-364", "365+"), INTERVAL_FIRST_DAYS, strict=True))
    reference = predict(load_model(), seen([0], [False]), days=[365])
    log_hazard = np.log(-np.log(reference.survival))
    for column, code in COVARIATES:
        published = figures()[f"t4.hr.{column}.{code}"]
        days = first_day[code] if column == "interval" else 0
        case = predict(load_model(), seen([days], [column == "post_transplant_cr"]), days=[365])
        arm = TREATMENTS.index(code) if column == "treatment" else 0
        ratio = np.exp(np.log(-np.log(case.survival[0, arm, 0])) - log_hazard[0, 0, 0])
        assert ratio == pytest.approx(published.value, abs=published.step), (column, code)


@pytest.mark.parametrize("boundary", INTERVAL_FIRST_DAYS[1:])
def test_prediction_changes_at_each_interval_boundary_and_not_beside_it(boundary):
    days = [boundary - 2, boundary - 1, boundary, boundary + 1]
    survival = predict(load_model(), seen(days, [True] * 4)).survival
    np.testing.assert_array_equal(survival[0], survival[1])
    np.testing.assert_array_equal(survival[2], survival[3])
    assert (survival[2] > survival[1]).all()


def test_palliative_and_dli_alone_are_extrapolated_before_twelve_months():
    supported = predict(load_model(), seen([200], [True]), days=[0, 365, 730]).supported
    by_arm = dict(zip(TREATMENTS, supported.tolist(), strict=True))
    assert by_arm["palliative"] == [True, False, False]
    assert by_arm["dli"] == [True, False, False]
    assert by_arm["chemo_dli"] == [True, True, False]
    assert by_arm["second_sct"] == [True, True, True]


def test_support_agrees_with_figure_3_wherever_it_prints_a_number():
    model = load_model()
    for figure in figures().values():
        if figure.quantity != "at_risk":
            continue
        arm = TREATMENTS.index(figure.group.removeprefix("treatment="))
        day = round(float(figure.time) * 365.25 / 12)
        assert model.at_risk_low[arm, day] == model.at_risk_high[arm, day] == figure.value
        assert (day <= model.supported_until[arm]) == (figure.value >= 10)


def test_the_last_supported_day_is_supported_and_the_next_is_not():
    for arm, last in enumerate(load_model().supported_until.tolist()):
        days = [last, min(last + 1, HORIZON_DAYS)]
        supported = predict(load_model(), seen([200], [True]), days=days).supported[arm].tolist()
        assert supported == [True, last == HORIZON_DAYS]


def test_a_day_past_the_horizon_is_refused():
    with pytest.raises(ValueError, match="1462"):
        predict(load_model(), seen([200], [True]), days=[1462])


@pytest.fixture(scope="module")
def r_cohort() -> pd.DataFrame:
    return with_interval(pd.read_csv(R / "cohort.csv"))


def test_one_cohort_agrees_with_r_within_two_thousandths(r_cohort):
    model = fit_pooled(r_cohort, "test", "test")
    first_day = dict(zip(("0-91", "92-182", "183-364", "365+"), INTERVAL_FIRST_DAYS, strict=True))
    with (R / "survfit.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    # From relapse on six days, and for a child alive on day 60 on the five of them that lie ahead.
    assert len(rows) == 8 * 5 * (6 + 5)
    for row in rows:
        ours = predict(
            model,
            seen(
                [first_day[row["interval"]]],
                [row["post_transplant_cr"] == "yes"],
                [int(row["since"])],
            ),
            treatments=[row["treatment"]],
            days=[int(row["day"])],
        )
        for name in ("survival", "lower", "upper"):
            assert getattr(ours, name)[0, 0, 0] == pytest.approx(float(row[name]), abs=0.002), row


@given(days_to_failure, st.booleans(), st.integers(1, DAYS_SURVIVED_RANGE[1]))
def test_a_child_alive_on_a_later_day_starts_there_at_certainty(days, remission, since):
    curves = predict(load_model(), seen([days], [remission], [since]), days=EVERY_DAY)
    for curve in (curves.survival, curves.lower, curves.upper):
        assert np.isnan(curve[..., :since]).all()
        assert (curve[..., since] == 1).all()
        ahead = curve[0, 0, since:]
        known = np.flatnonzero(np.isfinite(ahead))
        # Nothing is said for a few days, then always.
        assert len(ahead) - len(known) < 30
        assert (known[1:] == np.arange(len(ahead) - len(known) + 1, len(ahead))).all()
        assert (np.diff(curves.survival[0, :, since:][:, known]) <= 0).all()
    ahead = np.isfinite(curves.survival)
    assert (curves.lower[ahead] <= curves.survival[ahead]).all()
    assert (curves.survival[ahead] <= curves.upper[ahead]).all()
    reached = curves.median[np.isfinite(curves.median)]
    assert (reached > since).all()


@given(days_to_failure, st.booleans(), st.integers(1, DAYS_SURVIVED_RANGE[1]))
def test_having_survived_longer_leaves_what_the_two_days_divide(days, remission, since):
    """S(t) / S(s), whatever the numbers it is made of."""
    usual = predict(load_model(), seen([days], [remission]), days=EVERY_DAY).survival[0]
    later = predict(load_model(), seen([days], [remission], [since]), days=EVERY_DAY).survival[0]
    known = np.isfinite(later)
    divided = usual / usual[:, since, None]
    np.testing.assert_allclose(later[known], divided[known], rtol=1e-9, atol=1e-12)


def test_cases_alive_on_different_days_are_predicted_together_as_alone():
    together = predict(load_model(), seen([200] * 3, [True] * 3, [0, 60, 400]))
    for row, since in enumerate((0, 60, 400)):
        alone = predict(load_model(), seen([200], [True], [since]))
        np.testing.assert_array_equal(together.survival[row], alone.survival[0])
        np.testing.assert_array_equal(together.median[row], alone.median[0])


def test_pooling_one_cohort_changes_nothing_and_pooling_more_widens_by_rubin(r_cohort):
    one = fit_ensemble([r_cohort])
    sigma = one.sigma[0]
    np.testing.assert_allclose(pooled_coefficients(one)[1], sigma)
    # A second cohort with coefficients 0.1 higher and log baseline hazard 0.2 higher.
    factor = np.exp(0.2)
    scaled = (one.hazard * factor, one.variance * factor**2, one.mean * factor)
    shifted = Ensemble(one.beta + 0.1, one.sigma, *scaled)
    both = Ensemble(
        *(np.concatenate([getattr(e, f.name) for e in (one, shifted)]) for f in fields(Ensemble))
    )
    beta, pooled_sigma = pooled_coefficients(both)
    # Rubin: between-cohort variance of 0.1 apart is 0.005, times 1 + 1/2.
    np.testing.assert_allclose(pooled_sigma - sigma, np.full_like(sigma, 0.0075))
    np.testing.assert_allclose(beta, one.beta[0] + 0.05)
    alone, pooled = pooled_baseline(one), pooled_baseline(both)
    late = slice(200, None)
    np.testing.assert_allclose(pooled.log_hazard[late] - alone.log_hazard[late], 0.1)
    np.testing.assert_allclose(pooled.variance[late] - alone.variance[late], 0.03)
    np.testing.assert_allclose(pooled.covariance[late] - alone.covariance[late], 0.015)


def test_a_saved_model_is_read_back_and_has_the_same_bytes_each_time(tmp_path):
    for name in ("one.npz", "two.npz"):
        save_model(load_model(), tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    again = load_model(tmp_path / "one.npz")
    np.testing.assert_array_equal(again.log_hazard, load_model().log_hazard)
    assert again.source_hash == load_model().source_hash


def test_table_days_lie_within_the_horizon():
    assert max(TABLE_DAYS) == HORIZON_DAYS
