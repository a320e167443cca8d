"""Whether lists forget their start: the measure itself, and starts that lean as they should."""

import numpy as np
import pytest

from model.options import TREATMENTS
from model.reconstruction.forgetting import QUANTITIES, remembered, split_r_hat
from model.reconstruction.moves import INTERVAL, TREATMENT
from model.reconstruction.start import (
    LEANS,
    Cohort,
    draw_assumptions,
    middle_intervals,
    random_start,
)

DRAWS = 8


@pytest.fixture(scope="module")
def leaning() -> list[list[Cohort]]:
    rng = np.random.default_rng(12)
    return [
        [random_start(draw_assumptions(rng), rng, lean) for _ in range(DRAWS)] for lean in LEANS
    ]


@pytest.fixture(scope="module")
def even() -> list[list[Cohort]]:
    rng = np.random.default_rng(13)
    return [[random_start(draw_assumptions(rng), rng) for _ in range(DRAWS)] for _ in LEANS]


def test_chains_of_one_kind_agree_and_a_chain_apart_does_not():
    rng = np.random.default_rng(1)
    alike = rng.normal(size=(4, 100))
    assert split_r_hat(alike) < 1.05
    apart = alike + np.array([0.0, 0.0, 0.0, 3.0])[:, None]
    assert split_r_hat(apart) > 1.1
    # The same middle, another spread, which ranks alone do not show.
    wider = alike * np.array([1.0, 1.0, 1.0, 6.0])[:, None]
    assert split_r_hat(wider) > 1.1
    # A chain that drifts differs between its halves.
    drifting = alike + np.linspace(0, 4, 100)
    assert split_r_hat(drifting) > 1.1
    assert split_r_hat(np.ones((4, 100))) == 1.0
    # Chains that stand still, each elsewhere.
    assert split_r_hat(np.repeat([[1.0], [1.0], [1.0], [2.0]], 100, axis=1)) == np.inf


def test_r_hat_is_that_of_ranks_and_no_outlier_makes_it():
    rng = np.random.default_rng(2)
    chains = rng.standard_cauchy(size=(4, 200))
    assert split_r_hat(chains) < 1.05


def test_starts_lean_as_they_are_told_and_keep_what_is_fixed(leaning, even):
    def mean(chains: list[list[Cohort]], name: str) -> list[float]:
        return [float(np.mean([QUANTITIES[name](cohort) for cohort in c])) for c in chains]

    alive = mean(leaning, "alive after second transplant")
    assert min(alive[:2]) > 1.3 * max(mean(even, "alive after second transplant"))
    assert max(alive[2:]) < min(alive[:2]) / 2
    early = mean(leaning, "chemotherapy alone, failed within 91 days")
    usual = mean(even, "chemotherapy alone, failed within 91 days")
    assert min(early[0], early[2]) > max(usual) > min(usual) > max(early[1], early[3])
    for cohort in (cohort for chain in leaning for cohort in chain):
        for arm, wanted in enumerate(middle_intervals()):
            inside = np.sort(cohort.codes[cohort.codes[:, TREATMENT] == arm, INTERVAL])
            half = len(inside) // 2
            assert wanted in (-1, inside[half])
        assert (cohort.death == 0).sum() == 40


def test_what_has_not_been_annealed_remembers_its_start(leaning, even):
    kinds = np.repeat(np.arange(len(leaning)), len(leaning[0]))

    def kept(ends: list[list[Cohort]], name: str) -> tuple[float, float]:
        first, last = (
            np.array([QUANTITIES[name](cohort) for chain in chains for cohort in chain])
            for chains in (leaning, ends)
        )
        return remembered(kinds, first, last)

    r_hat, correlation = kept(leaning, "alive after second transplant")
    assert r_hat > 1.1
    assert correlation == pytest.approx(1)
    forgotten = [kept(even, name) for name in QUANTITIES]
    assert len(forgotten) >= 12
    assert np.median([r for r, _ in forgotten]) < 1.15
    assert np.median([abs(c) for _, c in forgotten]) < 0.3


def test_what_never_changes_is_correlated_with_nothing():
    kinds = np.repeat([0, 1], 8)
    assert remembered(kinds, np.arange(16.0), np.ones(16)) == (1.0, 0.0)


def test_quantities_count_what_they_say(even):
    cohort = even[0][0]
    assert sum(
        QUANTITIES[f"alive after {words}"](cohort)
        for words in ("second transplant", "chemotherapy + DLI", "chemotherapy alone")
    ) <= QUANTITIES["alive, treatment known"](cohort)
    died = QUANTITIES["chemotherapy alone, died within 91 days"](cohort)
    chemo = cohort.codes[:, TREATMENT] == TREATMENTS.index("chemo")
    assert died == (chemo & (cohort.death == 1) & (cohort.time <= 91)).sum()
