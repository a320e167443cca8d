"""The annealing's own statistics against lifelines, what it may never change, and its seed."""

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter

from model import check
from model.case import CATEGORIES, COVARIATES, INTERVALS, TREATMENTS
from model.cohort import design_matrix, members, with_interval
from model.cox import fit_lifelines
from model.evidence import conditions, figures
from model.reconstruction import ensemble, targets
from model.reconstruction.statistics import cox_fit, groups_of, kaplan_meier


@pytest.fixture(scope="module")
def layout() -> targets.Layout:
    return targets.compile_targets()


@pytest.fixture(scope="module", params=range(3))
def start(request: pytest.FixtureRequest) -> tuple[ensemble.Cohort, pd.DataFrame]:
    rng = np.random.default_rng(request.param)
    cohort = ensemble.random_start(rng)
    table = ensemble.as_table(cohort, 1, ensemble.draw_days_to_failure(cohort, rng))
    return cohort, with_interval(table)


def groups(cohort: ensemble.Cohort, layout: targets.Layout) -> np.ndarray:
    return np.array([groups_of(code, layout.masks) for code in cohort.codes], np.int64)


def test_compiled_kaplan_meier_agrees_with_lifelines(start, layout):
    cohort, table = start
    order = np.argsort(cohort.time, kind="stable")
    belongs = groups(cohort, layout)
    names = list(
        dict.fromkeys(
            t.figure.group for t in layout.targets if t.figure.quantity not in targets.COX_SLOTS
        )
    )
    assert len(names) == len(layout.masks) - len(layout.n_covariates)
    for g, name in enumerate(names):
        out = np.empty(4 + len(layout.horizons))
        kaplan_meier(belongs, g, cohort.time, cohort.death, order, layout.horizons, out)
        children = table[members(table, conditions(name))]
        fitted = KaplanMeierFitter().fit(children["os_days"], children["death"])
        np.testing.assert_allclose(out[:3], check.median_with_limits(children), err_msg=name)
        assert out[3] == children["os_days"].median()
        np.testing.assert_allclose(out[4:], fitted.predict(layout.horizons))


def test_compiled_cox_agrees_with_lifelines(start, layout):
    cohort, table = start
    order = np.argsort(cohort.time, kind="stable")
    out = np.empty((len(COVARIATES), 4))
    cox_fit(
        groups(cohort, layout),
        len(layout.masks) - 1,
        cohort.codes,
        cohort.time,
        cohort.death,
        order,
        layout.dummies[0],
        np.zeros(len(COVARIATES)),
        out,
        20,
    )
    fitted = fit_lifelines(design_matrix(table), table["os_days"], table["death"])
    columns = ["exp(coef)", "exp(coef) lower 95%", "exp(coef) upper 95%", "p"]
    np.testing.assert_allclose(out, fitted.summary[columns].to_numpy(), rtol=1e-6, atol=1e-9)


def test_the_median_is_spss_s_and_one_half_counts_as_reached():
    """30 children, no censoring: S is one half after the 15th death, in spite of floating point."""
    table = pd.DataFrame({"os_days": np.arange(1, 31) * 10, "death": True})
    assert check.median_with_limits(table)[0] == 150
    time, death = table["os_days"].to_numpy(), np.ones(30, np.int64)
    out = np.empty(4)
    kaplan_meier(np.ones(30, np.int64), 0, time, death, np.arange(30), np.empty(0, np.int64), out)
    assert out[0] == 150
    np.testing.assert_allclose(out[:3], check.median_with_limits(table))


def fixed_counts_hold(table: pd.DataFrame) -> None:
    for figure in figures().values():
        if figure.role == "input" or figure.quantity in ("at_risk", "median_days_to_failure"):
            if figure.role == "context":
                continue
            children = table[members(table, conditions(figure.group))]
            if figure.quantity == "at_risk":
                # The same whether "at risk" means at the day or after it.
                assert (children["os_days"] >= figure.day).sum() == figure.value, figure.id
                assert (children["os_days"] > figure.day).sum() == figure.value, figure.id
            elif figure.quantity == "median_days_to_failure":
                assert children["days_to_failure"].median() == figure.value, figure.id
            else:
                assert len(children) == figure.value, figure.id


def test_what_the_paper_fixes_holds_from_the_start(start):
    fixed_counts_hold(start[1])


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ensemble, "COARSE_STEPS", 40_000)
    monkeypatch.setattr(ensemble, "HINGE_STEPS", 20_000)
    monkeypatch.setattr(ensemble, "REHEATS", 0)
    monkeypatch.setattr(ensemble, "STARTS", 1)
    monkeypatch.setattr(ensemble, "ATTEMPTS", 1)


@pytest.mark.usefixtures("short")
def test_annealing_nears_the_paper_and_keeps_what_it_fixes():
    worst: list[tuple[float, str]] = []
    cohort, _ = ensemble.reconstruct(3, lambda _, miss: worst.append(miss))
    table = ensemble.as_table(
        cohort, 1, ensemble.draw_days_to_failure(cohort, np.random.default_rng(3))
    )
    fixed_counts_hold(with_interval(table))
    assert worst[-1][0] < worst[0][0]
    assert {name for _, name in worst} <= set(figures())
    alive = table["death"].eq(False)
    assert ensemble.FEWEST_ALIVE <= alive.sum() <= figures()["dis.n.alive"].value
    assert table.loc[alive, "os_days"].between(58, 4182).all()
    low, high = ensemble.NO_REMISSION_RANGE
    assert low <= table["post_transplant_cr"].eq("no").sum() <= high


@pytest.mark.usefixtures("short")
def test_same_seed_same_bytes_whatever_the_number_of_jobs(tmp_path):
    files = [tmp_path / "one.parquet", tmp_path / "two.parquet", tmp_path / "three.parquet"]
    for path, jobs, seed in zip(files, (1, 2, 1), (5, 5, 6), strict=True):
        ensemble.write_cohorts(ensemble.reconstruct_ensemble(2, seed, jobs), path)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].read_bytes() != files[2].read_bytes()


def test_every_target_is_one_named_statistic_with_its_rounding(layout):
    named = {t.figure.id for t in layout.targets}
    hazard_ratios = [f"t4.hr.{column}.{code}" for column, code in COVARIATES]
    assert {f"{name}{side}" for name in hazard_ratios for side in ("", ".lower", ".upper")} <= named
    medians = [f"abs.median.{treatment}" for treatment in TREATMENTS]
    assert set(medians) <= named
    for t in layout.targets:
        if t.figure.relation:
            assert t.high < t.figure.value
        else:
            assert t.low < t.figure.value * (0.01 if t.figure.unit == "percent" else 1) < t.high
    assert (layout.low < layout.high).all()


def test_interval_names_match_the_codes():
    assert CATEGORIES["interval"] == INTERVALS
