"""Lists taken up again, pushed, and on the other reading of Table 4."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest

from model.case import COVARIATES
from model.cohort import analysed, each_cohort, read_cohorts
from model.paper.evidence import value
from model.reconstruction import compute_ranges, ensemble, widest
from model.reconstruction.again import annealing_of, as_list
from model.reconstruction.annealing import INTERACTION, TABLE_4
from model.reconstruction.compute_ranges import pushes_from, standings
from model.reconstruction.imputed_table_4 import imputed_sets, shifted, ten_of
from model.reconstruction.ranges import IMPUTED_TABLE_4, Ranges, load_ranges, save_ranges
from model.reconstruction.reproduction import CHEMO, Analysis, load_reproduction, printed_ratios
from model.reconstruction.secondary import both_analyses
from model.reconstruction.targets import COX_SLOTS, Layout, compile_targets
from model.reconstruction.widest import QUANTITIES, Push, pushed, standing
from model.survival.cox import fit_ensemble
from model.survival.pattern import PATTERNS
from model.survival.prediction import TABLE_DAYS, load_model


@pytest.fixture(scope="module")
def cohort() -> pd.DataFrame:
    return each_cohort(read_cohorts())[0]


@pytest.fixture(scope="module")
def layout() -> Layout:
    return compile_targets()


@pytest.fixture(scope="module")
def taken_up(cohort, layout) -> ensemble.Annealing:
    return annealing_of(cohort, layout, np.random.default_rng(0))


def test_a_list_taken_up_again_is_the_list_and_as_good_as_it_was(cohort, taken_up):
    assert ensemble.is_acceptable([taken_up.reached()], taken_up.strain())
    again = as_list(taken_up, cohort)
    for column in ("treatment", "interval", "post_transplant_cr", "os_days", "death"):
        assert (again[column].astype(str) == cohort[column].astype(str)).all(), column
    first, last = taken_up.cohort.window.T
    assert ((first <= taken_up.cohort.time) & (taken_up.cohort.time <= last)).all()


def test_what_is_pushed_is_what_the_fitted_model_has(cohort, taken_up):
    fitted = standings(fit_ensemble([analysed(cohort)]))[0]
    found = [standing(taken_up, k) for k in range(len(QUANTITIES))]
    # The search's baseline breaks ties as Breslow does, the model's as Efron does.
    assert found[: len(COVARIATES)] == pytest.approx(fitted[: len(COVARIATES)], abs=1e-4)
    assert found[len(COVARIATES) :] == pytest.approx(fitted[len(COVARIATES) :], abs=0.02)


def test_every_quantity_is_pushed_both_ways_from_the_lists_that_lie_farthest():
    standing_of = np.arange(4.0)[:, None] * np.ones(len(QUANTITIES))
    pushes = pushes_from(standing_of, 2)
    assert len(pushes) == 4 * len(QUANTITIES) == len(set(pushes))
    for quantity in range(len(QUANTITIES)):
        for up, lists in ((False, {1, 2}), (True, {4, 3})):
            assert {p.cohort for p in pushes if (p.quantity, p.up) == (quantity, up)} == lists


@pytest.mark.parametrize("up", [False, True])
def test_a_push_goes_its_way_and_keeps_only_what_is_acceptable(monkeypatch, cohort, up):
    monkeypatch.setattr(widest, "PUSHING", ((4_000, (0.3, 0.02)),))
    monkeypatch.setattr(widest, "SETTLING", ((2_000, (0.03, 0.003)),))
    quantity = QUANTITIES.index("log H0(1461)")
    monkeypatch.setattr(widest, "holds", lambda *_: True)
    farther = pushed(cohort, Push(1, quantity, up), 3)
    before, after = (
        standings(fit_ensemble([analysed(one)]))[0, quantity] for one in (cohort, farther)
    )
    assert after != before
    assert (after > before) == up
    pd.testing.assert_frame_equal(farther, pushed(cohort, Push(1, quantity, up), 3))
    monkeypatch.setattr(widest, "holds", lambda *_: False)
    unchanged = pushed(cohort, Push(1, quantity, up), 3)
    assert (unchanged["os_days"].to_numpy() == cohort["os_days"].to_numpy()).all()


def test_the_other_reading_moves_the_ratios_and_asks_that_chemotherapy_is_not_significant(layout):
    shift = np.linspace(0.01, 0.08, len(COVARIATES))
    moved, was = shifted(layout, shift).aims, layout.aims
    behind = int(was.index[layout.cuts[-1] - 1]) - INTERACTION
    seen: list[object] = []
    for k, slot in enumerate(was.index - behind - TABLE_4):
        if not 0 <= slot < INTERACTION - TABLE_4:
            for part in ("low", "high", "scale", "centre"):
                assert getattr(moved, part)[k] == getattr(was, part)[k]
            continue
        covariate, quantity = divmod(int(slot), len(COX_SLOTS))
        if quantity == COX_SLOTS["hazard_ratio"]:
            seen.append(covariate)
            assert moved.low[k] == pytest.approx(was.low[k] * math.exp(shift[covariate]))
            assert moved.high[k] == pytest.approx(was.high[k] * math.exp(shift[covariate]))
        elif (quantity, covariate) == (COX_SLOTS["p_wald"], CHEMO):
            seen.append("p")
            assert moved.low[k] >= 0.05
            assert moved.high[k] == 1.0
            assert np.isfinite(moved.scale[k])
        else:
            assert np.isinf(moved.scale[k])
    assert sorted(map(str, seen)) == sorted(map(str, ["p", *range(len(COVARIATES))]))


def test_children_that_are_held_are_left_as_they_are(cohort, layout):
    annealing = annealing_of(cohort, layout, np.random.default_rng(1))
    known = int(cohort["treatment"].notna().sum())
    annealing.limits = annealing.limits._replace(held=known)
    annealing.hinge(((20_000, (3.0, 0.3)),))
    after = as_list(annealing, cohort)
    was = as_list(annealing_of(cohort, layout, np.random.default_rng(1)), cohort)
    columns = ["os_days", "death", "interval", "post_transplant_cr"]
    assert (after[columns][known:] == was[columns][known:]).all().all()
    assert (after["os_days"] != was["os_days"])[:known].mean() > 0.1


def test_ten_imputations_are_chosen_that_print_table_4_and_what_no_ten_can_is_said():
    ratios, low, high = printed_ratios()
    rng = np.random.default_rng(4)
    each = np.log(ratios) + rng.normal(0, 0.04, (100, len(ratios)))
    chosen, inside = ten_of(each, rng)
    assert inside
    assert len(set(chosen.tolist())) == value("txt.imputations") == 10
    pooled = np.exp(each[chosen].mean(axis=0))
    assert ((low < pooled) & (pooled < high)).all()
    _, inside = ten_of(each + 0.5, rng)
    assert not inside


def test_lists_that_do_not_hold_are_left_out_and_counted(monkeypatch, tmp_path):
    def read_one(number, **_):
        return pd.DataFrame({"cohort": [number] * 2, "holds": [number % 3 != 0] * 2})

    monkeypatch.setattr(compute_ranges, "read_one", read_one)
    everyone = [pd.DataFrame()] * 10
    found, tried = compute_ranges.on_the_other_reading(everyone, 1, 4, tmp_path, jobs=1)
    assert [one["cohort"].iloc[0] for one in found] == [1, 2, 4, 5]
    assert tried == 5
    assert all("holds" not in one for one in found)
    found, tried = compute_ranges.on_the_other_reading(everyone, 1, 9, tmp_path, jobs=1)
    assert (len(found), tried) == (7, 10)


def made_up() -> Ranges:
    """Of the shipped lists, with numbers that no two places share."""
    rng = np.random.default_rng(3)
    shape = (len(PATTERNS), load_reproduction().spread.shape[2], len(TABLE_DAYS))
    low = rng.uniform(0.1, 0.5, shape).astype(np.float32)
    return Ranges(
        quantities=np.array(QUANTITIES),
        usual=np.zeros((len(QUANTITIES), 2)),
        widest=np.ones((len(QUANTITIES), 2)),
        n_pushes=np.array(40),
        lowest=low,
        highest=low + np.float32(0.2),
        imputed=rng.uniform(0.1, 0.9, (20, *shape)).astype(np.float32),
        n_tried=np.array(23),
        secondary=load_reproduction().secondary,
        version="made up",
        source_hash=load_reproduction().source_hash,
    )


def test_ranges_are_read_as_they_were_written(tmp_path):
    save_ranges(made_up(), tmp_path / "ranges.npz")
    found = load_ranges.__wrapped__(tmp_path / "ranges.npz")
    assert found is not None
    for field in dataclasses.fields(Ranges):
        if field.name != "secondary":
            np.testing.assert_array_equal(
                getattr(found, field.name), getattr(made_up(), field.name)
            )
    for name in ("complete", "imputed"):
        for field in dataclasses.fields(Analysis):
            np.testing.assert_array_equal(
                getattr(getattr(found.secondary, name), field.name),
                getattr(getattr(made_up().secondary, name), field.name),
            )
    assert load_ranges.__wrapped__(tmp_path / "nothing.npz") is None


def test_shipped_ranges_are_of_the_shipped_lists_and_hold_them():
    found = load_ranges()
    assert found is not None
    assert str(found.source_hash) == load_model().source_hash, "run `make range`"
    spread = load_reproduction().spread
    assert (found.lowest <= spread.min(axis=0) + 1e-6).all()
    assert (found.highest >= spread.max(axis=0) - 1e-6).all()
    assert (found.widest[:, 0] <= found.usual[:, 0]).all()
    assert (found.widest[:, 1] >= found.usual[:, 1]).all()
    assert found.n_tried >= found.n_lists >= 20
    _, low, high = printed_ratios()
    pooled = np.exp(found.secondary.imputed.estimate)
    assert ((low <= pooled) & (pooled <= high)).all()
    assert (found.secondary.complete.p_value[:, CHEMO] >= 0.05).all()


def test_the_lists_of_the_other_reading_give_what_is_said_of_them():
    reading = pd.read_parquet(IMPUTED_TABLE_4)
    found = load_ranges()
    assert found is not None
    everyone = each_cohort(reading)
    assert len(everyone) == found.n_lists
    recomputed = both_analyses(everyone[:2], [imputed_sets(one) for one in everyone[:2]])
    for name in ("complete", "imputed"):
        for part in ("estimate", "lower", "upper", "p_value"):
            np.testing.assert_allclose(
                getattr(getattr(recomputed, name), part),
                getattr(getattr(found.secondary, name), part)[:2],
                atol=1e-6,
            )
    for one in everyone:
        assert len(one) == int(value("abs.n.failures"))
        unknown = one["treatment"].isna()
        assert unknown.sum() == int(value("txt.n.excluded"))
        for full in imputed_sets(one):
            assert full["treatment"].notna().all()
            assert (full["treatment"] == one["treatment"])[~unknown].all()
