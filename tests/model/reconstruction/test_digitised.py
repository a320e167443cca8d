"""Points read off the paper's curves are aimed at, counted and checked; without any, nothing is."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from model.case import BACKGROUND
from model.cohort import analysed, each_cohort, members, read_cohorts
from model.options import TREATMENTS
from model.paper import digitised
from model.paper.evidence import LIMITS_OF_MEDIAN, conditions, figures
from model.reconstruction import background, check, ensemble, targets
from model.reconstruction import start as start_of
from model.reconstruction.reproduction import FIGURE_1, FIGURE_2, FIGURE_3

DAYS = (30, 91, 200, 500)
ERROR = 0.01

Points = dict[tuple[str, int], float]


@pytest.fixture(scope="module")
def shipped() -> pd.DataFrame:
    return each_cohort(read_cohorts())[0]


@pytest.fixture
def read_off(tmp_path, monkeypatch) -> Callable[[Points], None]:
    """Write the file as someone would who read these points off the curves."""

    def write(points: Points) -> None:
        path = tmp_path / "digitised.csv"
        lines = [f"{curve},{day},{alive},{ERROR}\n" for (curve, day), alive in points.items()]
        path.write_text("curve,day,survival,reading_error\n" + "".join(lines), encoding="utf-8")
        monkeypatch.setattr(digitised, "DIGITISED", path)

    return write


def product_limit(children: pd.DataFrame, day: int) -> float:
    """Kaplan-Meier's product, spelled out."""
    survival = 1.0
    for now in sorted(children.loc[children["death"], "os_days"].unique()):
        if now <= day:
            dying = (children["death"] & (children["os_days"] == now)).sum()
            survival *= 1 - dying / (children["os_days"] >= now).sum()
    return survival


def curve_points(cohort: pd.DataFrame, curves: tuple[str, ...]) -> Points:
    known = analysed(cohort)
    return {
        (curve, day): product_limit(known[members(known, conditions(curve))], day)
        for curve in curves
        for day in DAYS
    }


def begun(layout: targets.Layout, seed: int = 3) -> ensemble.Annealing:
    rng = np.random.default_rng(seed)
    assumptions = start_of.draw_assumptions(rng)
    cohort = start_of.random_start(assumptions, rng)
    return ensemble.Annealing(cohort, assumptions, layout, rng)


def as_children(cohort: start_of.Cohort) -> pd.DataFrame:
    names = [*TREATMENTS, None]
    return pd.DataFrame(
        {
            "treatment": [names[arm] for arm in cohort.codes[:, 0]],
            "os_days": cohort.time,
            "death": cohort.death.astype(bool),
        }
    )


def of_readings(aims: targets.Aims) -> np.ndarray:
    found: np.ndarray = np.array([name.startswith("digitised.") for name in aims.names])
    return found


def test_without_a_value_nothing_changes(tmp_path, monkeypatch):
    ready = targets.compile_targets(), background.aims_of("leukemia"), ensemble.work_hash()
    monkeypatch.setattr(digitised, "DIGITISED", tmp_path / "absent.csv")
    absent = targets.compile_targets(), background.aims_of("leukemia"), ensemble.work_hash()
    for one, other in ((ready[0].aims, absent[0].aims), (ready[1], absent[1])):
        for field in dataclasses.fields(one):
            ours, theirs = getattr(one, field.name), getattr(other, field.name)
            assert np.asarray(ours).tobytes() == np.asarray(theirs).tobytes(), field.name
    assert ready[0].horizons.tolist() == absent[0].horizons.tolist() == [365]
    assert ready[2] == absent[2]
    assert not any(of_readings(ready[0].aims))
    assert not any(of_readings(ready[1]))


def test_the_compiled_statistic_of_a_reading_is_the_kaplan_meier_of_its_children(read_off):
    layout = targets.compile_targets()
    cohort = begun(layout).cohort
    truth = curve_points(as_children(cohort), FIGURE_1 + FIGURE_3)
    read_off(truth)
    layout = targets.compile_targets()
    assert layout.horizons.tolist() == sorted({365, *DAYS})
    annealing = begun(layout)
    reached = annealing.fit.statistics[layout.aims.index]
    mine = of_readings(layout.aims)
    assert mine.sum() == len(truth)
    found = dict(zip(np.array(layout.aims.names)[mine], reached[mine], strict=True))
    for (curve, day), alive in truth.items():
        assert found[f"digitised.{curve}.{day}"] == pytest.approx(alive, abs=1e-9), (curve, day)
    assert layout.aims.misses(annealing.fit.statistics)[mine].max() == 0


def test_a_miss_is_counted_in_reading_errors_from_where_the_reading_error_ends(read_off):
    cohort = begun(targets.compile_targets()).cohort
    truth = curve_points(as_children(cohort), FIGURE_1)
    read_off({point: alive + 2.5 * ERROR for point, alive in truth.items()})
    layout = targets.compile_targets()
    misses = layout.aims.misses(begun(layout).fit.statistics)[of_readings(layout.aims)]
    np.testing.assert_allclose(misses, 1.5 + targets.MARGIN, atol=1e-4)


def test_a_printed_figure_and_a_reading_of_it_are_one_constraint(read_off):
    read_off({("all", 365): 0.31})
    aims = targets.compile_targets().aims
    place = aims.names.index("t2.survival365.all")
    assert aims.n_figures[place] == 3  # Tables 2 and 5, and the curve
    assert 0.3015 < aims.low[place] < aims.high[place] < 0.3025


def test_readings_count_among_the_figures_of_which_few_may_be_outside(read_off):
    points = {("all", day): 0.9 - day / 10_000 for day in range(2, 102)}
    read_off(points)
    aims = targets.compile_targets().aims
    statistics = np.zeros(aims.index.max() + 1)
    statistics[aims.index] = np.where(np.isfinite(aims.low), aims.low, aims.high)

    def off_in(n: int, by: float) -> np.ndarray:
        moved = statistics.copy()
        chosen = np.flatnonzero(of_readings(aims))[:n]
        moved[aims.index[chosen]] -= by * ERROR
        return moved

    printed = [
        figure
        for figure in figures().values()
        if check.is_target(figure) and figure.quantity not in LIMITS_OF_MEDIAN
    ]
    allowed = int(ensemble.OUTSIDE_ROUNDING * (len(printed) + len(points)))
    assert allowed > int(ensemble.OUTSIDE_ROUNDING * len(printed))
    assert ensemble.is_acceptable([(aims, off_in(allowed, 0.3))], 0.0)
    assert not ensemble.is_acceptable([(aims, off_in(allowed + 1, 0.3))], 0.0)
    assert not ensemble.is_acceptable([(aims, off_in(1, 0.6))], 0.0)


def test_annealing_moves_towards_a_reading(read_off, monkeypatch, shipped):
    """To a curve that no list has of itself: five reading errors below that of a shipped one."""
    truth = curve_points(shipped, ("all", "treatment=chemo"))
    read_off({point: truth[point] - 5 * ERROR for point in truth if point[1] <= 91})
    monkeypatch.setattr(ensemble, "COARSE", ((60_000, (30.0, 0.1)),))
    layout = targets.compile_targets()
    mine = of_readings(layout.aims)
    annealing = begun(layout)
    before = layout.aims.misses(annealing.fit.statistics)[mine]
    annealing.coarse()
    after = layout.aims.misses(annealing.fit.statistics)[mine]
    assert after.sum() < before.sum() / 3


def test_leukemia_is_filled_in_towards_the_readings_of_figure_2(read_off, monkeypatch, shipped):
    for name, number in (("STEPS", 8_000), ("STARTS", 1)):
        monkeypatch.setattr(background, name, number)
    children = shipped.sort_values("patient")
    time, death = children["os_days"].to_numpy(np.int64), children["death"].to_numpy(np.int64)
    read_off(curve_points(children, FIGURE_2))
    code, aims, statistics = background.fill_column(
        "leukemia", time, death, np.random.default_rng(1)
    )
    mine = of_readings(aims)
    filled = children.assign(leukemia=np.array([*BACKGROUND["leukemia"], None], object)[code])
    names, reached = np.array(aims.names)[mine], statistics[aims.index][mine]
    found = dict(zip(names, reached, strict=True))
    for (curve, day), alive in curve_points(filled, FIGURE_2).items():
        assert found[f"digitised.{curve}.{day}"] == pytest.approx(alive, abs=1e-9), (curve, day)
    misses = aims.misses(statistics)
    assert misses[mine].max() < 1
    assert np.median(misses) < 1


def test_check_lists_the_readings_as_published_against_reproduced(read_off, shipped):
    truth = curve_points(shipped, ("all", *FIGURE_2, "treatment=dli"))
    read_off({point: alive + 1.4 * ERROR for point, alive in truth.items()})
    rows = check.reproduced_figures(shipped, digitised.readings())[-len(truth) :]
    assert [row.values[0] / 100 for row in rows] == pytest.approx(list(truth.values()), abs=1e-9)
    assert all(row.accepted.all() and not row.within_rounding.any() for row in rows)
    read_off({point: alive + 1.6 * ERROR for point, alive in truth.items()})
    digitised.read_digitised.cache_clear()
    rows = check.reproduced_figures(shipped, digitised.readings())[-len(truth) :]
    assert not any(row.accepted.any() for row in rows)


def test_other_readings_are_other_work(read_off):
    hashes = {ensemble.work_hash()}
    for alive in (0.8, 0.81):
        read_off({("all", 40): alive})
        digitised.read_digitised.cache_clear()
        hashes.add(ensemble.work_hash())
    assert len(hashes) == 3
