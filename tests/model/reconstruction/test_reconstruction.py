"""The annealing's own statistics against lifelines, what it may never change, and its seed."""

import ast
import collections
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from dask.distributed import LocalCluster
from scipy.stats import chi2

from model import cluster
from model.case import AGE_FIRST_YEARS, AGE_GROUPS, BACKGROUND, CATEGORIES, COVARIATES, INTERVALS
from model.cohort import analysed, design_matrix, grouped, with_interval
from model.options import TREATMENTS
from model.paper.evidence import Figure, figures
from model.reconstruction import background, check, ensemble, moves, targets
from model.reconstruction import start as start_of
from model.reconstruction.annealing import all_statistics
from model.reconstruction.kept import write_table
from model.reconstruction.statistics import chi_squared_tail, kaplan_meier

BY_CONSTRUCTION = ("count", "at_risk", "median_days_to_failure", "median_age")
N_ANALYSED = int(figures()["abs.n.all"].value)


@pytest.fixture(scope="module")
def layout() -> targets.Layout:
    return targets.compile_targets()


def as_read(
    cohort: start_of.Cohort,
    codes: dict[str, np.ndarray],
    assumptions: start_of.Assumptions,
    rng: np.random.Generator,
) -> pd.DataFrame:
    table = with_interval(ensemble.as_table(cohort, codes, assumptions, 1, rng))
    return table.assign(age=grouped(table["age_years"], AGE_FIRST_YEARS, AGE_GROUPS))


@pytest.fixture(scope="module", params=range(3))
def start(request: pytest.FixtureRequest) -> tuple[start_of.Cohort, pd.DataFrame]:
    rng = np.random.default_rng(request.param)
    assumptions = start_of.draw_assumptions(rng)
    cohort = start_of.random_start(assumptions, rng)
    others = len(cohort.time) - N_ANALYSED
    codes = {}
    for column in BACKGROUND:
        counts = background.printed_counts(column, BACKGROUND[column])
        known, share, _ = background.start(column, counts, N_ANALYSED, others, rng)
        codes[column] = np.concatenate([known, rng.choice(len(share), others, p=share)])
    return cohort, as_read(cohort, codes, assumptions, rng)


@pytest.fixture(scope="module")
def reached(start, layout) -> np.ndarray:
    """The annealing's statistics of a start, in the order of its aims."""
    cohort, _ = start
    rng = np.random.default_rng(0)
    annealing = ensemble.Annealing(cohort, start_of.draw_assumptions(rng), layout, rng)
    reached: np.ndarray = annealing.fit.statistics[layout.aims.index]
    return reached


def in_units_of(figure: Figure) -> float:
    return {"percent": 0.01, "months": 365.25 / 12}.get(figure.unit, 1.0)


def test_every_compiled_statistic_is_what_the_check_finds_with_lifelines(start, layout, reached):
    fits = check.Refitted(start[1])
    for name, ours in zip(layout.aims.names, reached, strict=True):
        figure = figures()[name]
        theirs = check.statistic(figure, fits) * in_units_of(figure)
        # lifelines stops a little before its coefficients stand still, which P-values show.
        precision = 5e-4 if figure.unit == "p" else 5e-5
        assert ours == pytest.approx(theirs, rel=precision, abs=1e-9), name


@pytest.mark.parametrize("column", BACKGROUND)
def test_every_compiled_statistic_of_a_column_is_what_the_check_finds(start, column):
    cohort, table = start
    codes = BACKGROUND[column]
    code = np.array([codes.index(name) if name in codes else len(codes) for name in table[column]])
    aims = background.aims_of(column)
    n = len(code)
    # On a random start a ratio may lie on either side of 1.
    rises = np.array(
        [
            check.statistic(figures()[f"t3.hr.{column}.{name}".lower()], check.Refitted(table)) > 1
            for name in codes[1:]
        ]
    )
    out, beta = np.full(background.N_SLOTS, np.nan), np.zeros(background.K)
    for _ in range(6):
        background.column_statistics(
            code,
            len(codes),
            N_ANALYSED,
            rises,
            column == "leukemia",
            cohort.time,
            cohort.death,
            np.argsort(cohort.time, kind="stable"),
            np.empty(n, np.int64),
            np.empty((n, 1), np.uint64),
            beta,
            out,
        )
    fits = check.Refitted(table)
    for name, ours in zip(aims.names, out[aims.index], strict=True):
        if figures()[name].quantity == "p_logrank":
            ours = min(ours, 2 - ours)
        assert ours == pytest.approx(check.statistic(figures()[name], fits), rel=5e-4), name


@pytest.mark.parametrize("df", [1, 2, 3, 7, 11, 12])
def test_the_tail_of_chi_squared(df):
    for x in (0.1, 3.0, 11.5, 40.0):
        assert chi_squared_tail(x, df) == pytest.approx(chi2.sf(x, df), rel=1e-9)


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
    fits = check.Refitted(table)
    for figure in figures().values():
        if check.is_target(figure) and figure.quantity in BY_CONSTRUCTION:
            assert check.statistic(figure, fits) == pytest.approx(figure.value), figure.id
            if figure.quantity == "at_risk":
                # The same whether "at risk" means at the day or after it.
                children = check.children_of(figure, table)
                assert (children["os_days"] > figure.day).sum() == figure.value, figure.id
    assert set(table.loc[table["treatment"].isna(), "treatment"]) == {None}


def test_what_the_paper_fixes_holds_from_the_start(start):
    fixed_counts_hold(start[1])


ONE_TRY = {"REHEATS": 0, "ATTEMPTS": 1, "HOPELESS": np.inf}
SHORT = {
    **ONE_TRY,
    "COARSE": ((30_000, (30.0, 0.1)),),
    "MELTED": ((10_000, (1.0, 0.03)),),
    "SETTLED": ((5_000, (0.03, 0.003)),),
}
SHORT_BACKGROUND = {"STARTS": 1, "STEPS": 8_000}
# So few moves that what comes out fits nothing, but depends on its seed as any other does.
FEW = ((2_000, (1.0, 0.1)),)
HURRIED = {**ONE_TRY, "COARSE": FEW, "MELTED": FEW, "SETTLED": FEW}
HURRIED_BACKGROUND = {"STARTS": 1, "STEPS": 500}


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    set_moves(monkeypatch, SHORT, SHORT_BACKGROUND)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    set_moves(monkeypatch, HURRIED, HURRIED_BACKGROUND)


def set_moves(
    monkeypatch: pytest.MonkeyPatch, moves: dict[str, Any], of_background: dict[str, int]
) -> None:
    for name, number in moves.items():
        monkeypatch.setattr(ensemble, name, number)
    for name, number in of_background.items():
        monkeypatch.setattr(background, name, number)


@pytest.mark.usefixtures("short")
def test_annealing_nears_the_paper_and_keeps_what_it_fixes(layout):
    rng = np.random.default_rng(3)
    assumptions = start_of.draw_assumptions(rng)
    start = start_of.random_start(assumptions, rng)
    first = ensemble.Annealing(start, assumptions, layout, rng).fit.statistics
    annealed, _left = ensemble.reconstruct(rng, assumptions, start_of.LEANS[0], layout)
    cohort, last = annealed.cohort, annealed.fit.statistics
    assert layout.aims.misses(last).sum() < layout.aims.misses(first).sum() / 10
    codes = {}
    for column in BACKGROUND:
        codes[column], found, statistics = background.fill_column(
            column, cohort.time, cohort.death, rng
        )
        assert np.median(found.misses(statistics)) < 1, column
    table = as_read(cohort, codes, assumptions, rng)
    fixed_counts_hold(table)
    known = analysed(table)
    assert known["death"].eq(False).sum() >= start_of.FEWEST_ALIVE
    low, high = start_of.NO_REMISSION_RANGE
    assert low <= known["post_transplant_cr"].eq("no").sum() <= high
    assert table["age_years"].between(0, 18, inclusive="left").all()


@pytest.mark.usefixtures("hurried")
def test_same_seed_same_bytes_whatever_is_done_first_and_where(tmp_path, monkeypatch):
    """One run of two cohorts; the same, resumed after it had been killed; another seed."""
    # In this process, which alone is in a hurry.
    monkeypatch.setenv("JOBLIB_DEFAULT_BACKEND", "threading")
    whole = tmp_path / "whole.parquet"
    write_table(ensemble.reconstruct_ensemble(2, 5, 1), whole)
    unfinished = tmp_path / "unfinished"
    ensemble.reconstruct_ensemble(1, 5, 1, unfinished=unfinished)
    kept = list(unfinished.rglob("*.parquet"))
    assert [path.name for path in kept] == ["1.parquet"]
    done = []
    original = ensemble.reconstruct_cohort

    def noted(number: int, seed: int) -> pd.DataFrame:
        done.append(number)
        return original(number, seed)

    monkeypatch.setattr(ensemble, "reconstruct_cohort", noted)
    resumed = tmp_path / "resumed.parquet"
    write_table(ensemble.reconstruct_ensemble(2, 5, 1, unfinished=unfinished), resumed)
    assert done == [2]
    assert whole.read_bytes() == resumed.read_bytes()
    other = ensemble.reconstruct_ensemble(1, 6, 1, unfinished=unfinished)
    assert not other["os_days"].equals(pd.read_parquet(kept[0])["os_days"])


@pytest.mark.usefixtures("hurried")
def test_two_lists_have_nothing_in_common_but_what_is_fixed():
    first, second = (with_interval(ensemble.reconstruct_cohort(number, 5)) for number in (3, 4))
    assert (first["cohort"].iloc[0], second["cohort"].iloc[0]) == (3, 4)
    outcome = ["treatment", "interval", "post_transplant_cr", "os_days", "death"]
    kept = first[outcome].merge(second[outcome]).drop_duplicates()
    assert len(kept) < 0.2 * len(first)


MOVES = 30_000


def begun(layout: targets.Layout, rng: np.random.Generator) -> ensemble.Annealing:
    """A cohort as it starts."""
    assumptions = start_of.draw_assumptions(rng)
    cohort = start_of.random_start(assumptions, rng)
    return ensemble.Annealing(cohort, assumptions, layout, rng)


def test_every_move_can_be_undone_and_keeps_what_is_fixed(layout):
    rng = np.random.default_rng(8)
    annealing = begun(layout, rng)
    cohort = annealing.cohort
    walk, limits, move = annealing.walk, annealing.limits, moves.empty_move()
    proposed: collections.Counter[int] = collections.Counter()
    for _ in range(MOVES):
        before = [np.copy(part) for part in walk]
        if not moves.propose(walk, move, limits, rng):
            continue
        proposed[int(move.what[2])] += 1
        moves.exchange(walk, move, limits.masks)
        inside = (walk.window[:, 0] <= walk.time) & (walk.time <= walk.window[:, 1])
        assert inside.all()
        assert (np.diff(walk.time[walk.order]) >= 0).all()
        if proposed.total() % 2:
            moves.exchange(walk, move, limits.masks)
            for part, was in zip(walk, before, strict=True):
                if part is not walk.order:
                    np.testing.assert_array_equal(part, was)
        else:
            walk.counts[:] += move.change
    assert set(proposed) == set(range(6))
    known = cohort.codes[:, moves.TREATMENT] < moves.N_ARMS
    assert walk.counts.tolist() == [
        (known & (cohort.death == 0)).sum(),
        (known & (cohort.codes[:, moves.REMISSION] == 0)).sum(),
        (~known & (cohort.codes[:, moves.REMISSION] == 0)).sum(),
    ]


def test_a_move_changes_no_group_but_those_it_names(layout):
    """What is not named is not computed anew, so a group forgotten would be wrong from then on."""
    rng = np.random.default_rng(10)
    annealing = begun(layout, rng)
    walk, limits, move = annealing.walk, annealing.limits, moves.empty_move()
    groups, slots = len(layout.masks) - 2, 4 + len(layout.horizons)

    def survival() -> np.ndarray:
        all_statistics(walk, annealing.fit, layout.masks, layout.horizons)
        return annealing.fit.statistics[: groups * slots].reshape(groups, slots).copy()

    changed: collections.Counter[int] = collections.Counter()
    before = survival()
    for _ in range(3_000):
        if not moves.propose(walk, move, limits, rng):
            continue
        named = moves.affected_by(walk, move, limits.masks)
        moves.exchange(walk, move, limits.masks)
        after = survival()
        for group in range(groups):
            if not named >> group & 1:
                np.testing.assert_array_equal(after[group], before[group])
        changed[int(move.what[2])] += int(not np.array_equal(before, after, equal_nan=True))
        before = after
    # No group is by remission.
    assert min(changed[kind] for kind in range(6) if kind != moves.FLIP) > 20


def test_without_a_figure_every_number_without_remission_is_as_likely_as_any_other(layout):
    """Flips alone, at one temperature, with nothing to meet: the count wanders evenly."""
    rng = np.random.default_rng(9)
    annealing = begun(layout, rng)
    walk, limits, move = annealing.walk, annealing.limits, moves.empty_move()
    seen = []
    for child in rng.integers(len(walk.time), size=60_000):
        move.what[:] = child, child, moves.FLIP
        move.codes[:] = walk.codes[child]
        move.change[:] = 0
        if not moves.flip_remission(walk, move, limits):
            continue
        if np.log(rng.random()) < move.prior[0]:
            moves.exchange(walk, move, limits.masks)
            walk.counts[:] += move.change
        seen.append(walk.counts[moves.WITHOUT_KNOWN])
    low, high = start_of.NO_REMISSION_RANGE
    shares = np.bincount(seen, minlength=high + 1)[low:] / len(seen)
    halves = shares[: len(shares) // 2].sum(), shares[len(shares) // 2 :].sum()
    assert min(halves) > 0.25


@pytest.mark.usefixtures("hurried")
@pytest.mark.filterwarnings("default")  # what the cluster warns of when it closes is not ours
def test_a_dask_cluster_of_two_workers_gives_the_same_cohorts():
    here = pd.concat([ensemble.reconstruct_cohort(number, 5) for number in (1, 2)])
    # Workers in this process, which alone is in a hurry; the work goes to them over the wire.
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, protocol="tcp", dashboard_address=None
    ) as local:
        there = ensemble.reconstruct_ensemble(2, 5, scheduler=local.scheduler_address)
    pd.testing.assert_frame_equal(there, here.reset_index(drop=True))


def test_a_scheduler_that_is_not_there_is_said_in_words(monkeypatch):
    monkeypatch.setattr(cluster, "SECONDS_TO_CONNECT", 1)
    with pytest.raises(cluster.SchedulerError, match=r"tcp://127\.0\.0\.1:9 cannot be reached"):
        ensemble.reconstruct_ensemble(1, 5, scheduler="tcp://127.0.0.1:9")


def test_every_target_is_reached_by_annealing_or_holds_by_construction(layout):
    aimed = {t.figure.id for t in layout.targets}
    for column in BACKGROUND:
        aimed |= {
            figure.id
            for figure in figures().values()
            if figure.role == "target"
            and figure.model in ("univariate", "logrank")
            and figure.group.partition("=")[0] == column
        }
    left = {
        figure.id
        for figure in figures().values()
        if figure.role == "target"
        and figure.id not in aimed
        and figure.quantity not in BY_CONSTRUCTION
    }
    # Bounds so wide that no cohort near the other figures misses them; the check sees that.
    assert left == {
        "t2.p.treatment",
        "t4.p.treatment",
        "t4.p.interval",
        "txt.p.early_vs_late",
        "dis.p.early_vs_late",
    }


def test_every_target_is_one_named_statistic_with_its_rounding(layout):
    named = {t.figure.id for t in layout.targets}
    hazard_ratios = [f"t4.hr.{column}.{code}" for column, code in COVARIATES]
    assert {f"{name}{side}" for name in hazard_ratios for side in ("", ".lower", ".upper")} <= named
    assert {f"abs.median.{treatment}" for treatment in TREATMENTS} <= named
    for t in layout.targets:
        if t.figure.relation in ("<", "<="):
            assert t.high < t.figure.value
        else:
            assert t.low < t.figure.value * in_units_of(t.figure) < t.high
    aims = layout.aims
    assert (aims.low < aims.high).all()
    assert (np.diff(aims.index) > 0).all()


def test_the_annealing_s_columns_are_those_of_the_codes():
    assert (
        list(targets.CODES) == list(CATEGORIES) == ["treatment", "interval", "post_transplant_cr"]
    )
    assert (moves.TREATMENT, moves.INTERVAL, moves.REMISSION) == (0, 1, 2)
    assert CATEGORIES["interval"] == INTERVALS
    assert design_matrix(pd.DataFrame(columns=list(CATEGORIES))).shape[1] == moves.P


def test_what_names_unfinished_work_holds_every_module_that_it_depends_on():
    tree = ast.parse(Path(ensemble.__file__).read_text(encoding="utf-8"))
    imported = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    room = f"{ensemble.__package__}."
    used = {module.removeprefix(room) for module in imported if module.startswith(room)}
    assert used | {"ensemble"} <= set(ensemble.CODE)
