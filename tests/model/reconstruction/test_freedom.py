"""What the lists assume: what a list has come to, and what differs with it."""

import numpy as np
import pandas as pd
import pytest

from model.cohort import ASSUMED
from model.options import TREATMENTS
from model.reconstruction.compute_freedom import early_survival, found_in
from model.reconstruction.freedom import (
    ASSUMPTIONS,
    EARLY_DAYS,
    Freedom,
    by_value,
    load_freedom,
    save_freedom,
    waiting_by_half,
)
from model.survival.waiting import METHODS, WAITED_FOR, WAITING_DAYS


@pytest.fixture
def freedom() -> Freedom:
    """Five lists: of each the number is the ratio to the first arm, ten times it to the second."""
    number = np.arange(1.0, 6.0)
    waiting = number[:, None, None, None] * np.array([1.0, 10.0])[:, None, None]
    shape = (5, len(WAITED_FOR), len(METHODS), len(WAITING_DAYS))
    found = np.array(
        [
            [14, 20, 30, 40, 60],
            [35, 30, 25, 20, 14],
            [50, 50, 50, 50, 50],
            # More than half have the highest.
            [3, 9, 9, 9, 9],
            # Two have the lowest, the median is one of the lower half.
            [32, 32, 40, 33, 33],
        ]
    )
    return Freedom(
        ranges=np.array([(0, 100)] * len(ASSUMPTIONS)),
        found=found,
        quantities=np.array(["a"]),
        r_hat=np.array([1.0]),
        correlation=np.array([0.0]),
        early=np.ones((5, len(TREATMENTS), len(EARLY_DAYS)), np.float32),
        waiting=np.broadcast_to(waiting, shape).copy(),
        version="1",
        source_hash="0",
    )


def test_lists_above_the_median_are_set_against_those_at_or_below_it(freedom):
    survival = np.array([1.0, 2.0, 4.0, 8.0, 16.0])[:, None] * np.array([1.0, -1.0])
    differences = by_value(freedom, survival)
    assert differences.shape == (len(ASSUMPTIONS), 2)
    assert differences[0] == pytest.approx([12 - 7 / 3, 7 / 3 - 12])
    assert differences[1] == pytest.approx([1.5 - 28 / 3, 28 / 3 - 1.5])
    # Where no list is above the median, nothing is said.
    assert np.isnan(differences[2:4]).all()
    assert differences[4] == pytest.approx([4 - 27 / 4, 27 / 4 - 4])


def test_ratios_of_an_arm_are_halved_by_the_day_assumed_for_that_arm(freedom):
    assert ASSUMPTIONS[: len(WAITED_FOR)] == tuple(f"earliest_{arm}" for arm in WAITED_FOR)
    early, late = waiting_by_half(freedom, 0)
    assert early.shape == late.shape == (len(METHODS), len(WAITING_DAYS))
    assert (early == 2.0).all()
    assert (late == 4.5).all()
    early, late = waiting_by_half(freedom, 1)
    assert (early == 40.0).all()
    assert (late == 15.0).all()


def test_what_is_kept_is_read_as_it_was_and_none_is_kept_of_lists_that_do_not_say(
    freedom, tmp_path
):
    with pytest.raises(FileNotFoundError):
        load_freedom(tmp_path / "none.npz")
    save_freedom(freedom, tmp_path / "freedom.npz")
    again = load_freedom(tmp_path / "freedom.npz")
    assert again is not None
    for name, kept in vars(freedom).items():
        assert np.array_equal(getattr(again, name), kept), name


@pytest.fixture
def one_list() -> pd.DataFrame:
    """Four children of every arm but palliative care, which has two; three of unknown treatment."""
    rows: list[tuple[str | None, str, int, bool]] = [
        (arm, remission, days, death)
        for arm in TREATMENTS[:-1]
        for remission, days, death in (
            ("no", 4, True),
            ("yes", 50, False),
            ("yes", 96, True),
            ("no", 900, False),
        )
    ]
    rows += [("palliative", "no", 1, True), ("palliative", "yes", 101, True)]
    rows += [(None, "no", 10, True), (None, "no", 10, False), (None, "yes", 10, False)]
    cohort = pd.DataFrame(rows, columns=["treatment", "post_transplant_cr", "os_days", "death"])
    return cohort.assign(**dict(zip(ASSUMED, (23, 17), strict=True)))


def test_what_a_list_has_come_to_is_counted_among_known_and_unknown_treatments(one_list):
    found = dict(zip(ASSUMPTIONS, found_in(one_list), strict=True))
    assert found == {
        "earliest_second_sct": 23,
        "earliest_chemo_dli": 17,
        "without_remission": 2 * 4 + 1,
        "without_remission_missing": 2,
        "alive_known": 2 * 4,
    }


def test_the_first_hundred_days_fall_on_the_day_of_a_death_and_not_with_who_is_lost(one_list):
    curves = np.array(early_survival(one_list))
    assert curves.shape == (len(TREATMENTS), len(EARLY_DAYS))
    # From day 0 by four days: 4 is the second, 48 and 52 have a child lost between them.
    days = np.array(EARLY_DAYS)
    four = np.select([days < 4, days < 96], [1.0, 0.75], 0.5)
    two = np.where(days < 1, 1.0, 0.5)
    for treatment, curve in zip(TREATMENTS, curves, strict=True):
        assert curve == pytest.approx(two if treatment == "palliative" else four)
