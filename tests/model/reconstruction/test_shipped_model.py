"""The shipped cohorts give the paper back, and the shipped model is the one fitted to them."""

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.cli.commands import source_hash
from model.cohort import analysed, each_cohort, read_cohorts
from model.paper.evidence import figures
from model.reconstruction import check
from model.reconstruction.reproduction import Reproduced, load_reproduction
from model.survival.cox import fit_pooled
from model.survival.prediction import load_model


@pytest.fixture(scope="module")
def cohorts() -> pd.DataFrame:
    return read_cohorts()


@pytest.fixture(scope="module")
def rows(cohorts) -> list[Reproduced]:
    """Of every tenth cohort, recomputed here; `python -m model check` does it for all."""
    return check.reproduced_figures(cohorts[cohorts["cohort"] % 10 == 1])


def test_at_least_fifty_cohorts_of_all_the_children_are_shipped(cohorts):
    sizes = [len(cohort) for cohort in each_cohort(cohorts)]
    assert len(sizes) >= 50
    assert set(sizes) == {int(figures()["abs.n.failures"].value)}
    known = [len(cohort) for cohort in each_cohort(analysed(cohorts))]
    assert set(known) == {int(figures()["abs.n.all"].value)}
    assert len({cohort["os_days"].to_numpy().tobytes() for cohort in each_cohort(cohorts)}) == len(
        sizes
    )


def test_every_figure_is_near_enough_and_nearly_all_are_within_rounding(rows):
    assert check.passed(rows), check.report(rows)


def test_what_the_evidence_page_shows_is_what_the_check_finds(rows):
    shown = {row.figure.id: row for row in load_reproduction().rows}
    assert check.passed(list(shown.values())), check.report(list(shown.values()))
    assert set(shown) == {row.figure.id for row in rows}
    for row in rows:
        theirs = shown[row.figure.id].values[::10]
        np.testing.assert_allclose(row.values, theirs, rtol=1e-5, err_msg=row.figure.id)


def test_every_target_and_input_of_the_evidence_is_checked(rows):
    wanted = {figure.id for figure in figures().values() if figure.role in ("target", "input")}
    assert {row.figure.id for row in rows} == wanted


def test_the_check_fails_when_a_few_outcomes_are_swapped(cohorts):
    broken = each_cohort(cohorts)[0].copy()
    palliative = broken.index[broken["treatment"] == "palliative"][:8]
    chemo = broken.index[broken["treatment"] == "chemo"][-8:]
    for column in ("os_days", "death"):
        values = broken.loc[palliative, column].to_numpy()
        broken.loc[palliative, column] = broken.loc[chemo, column].to_numpy()
        broken.loc[chemo, column] = values
    assert not check.passed(check.reproduced_figures(broken))


def test_the_shipped_model_is_the_one_these_cohorts_give(cohorts):
    shipped = load_model()
    assert shipped.source_hash == source_hash(), "run `python -m model fit`"
    rebuilt = fit_pooled(analysed(cohorts), shipped.version, shipped.source_hash)
    pairs: list[tuple[Any, Any]] = [(rebuilt, shipped), (rebuilt.cohorts, shipped.cohorts)]
    for name, ours, theirs in (
        (field.name, getattr(one, field.name), getattr(other, field.name))
        for one, other in pairs
        for field in dataclasses.fields(one)
    ):
        if isinstance(ours, np.ndarray):
            np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-9, err_msg=name)
        elif isinstance(ours, str):
            assert ours == theirs, name
