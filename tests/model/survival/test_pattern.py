"""What the model sees of a child: every boundary day, and no child taken for another."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.case import (
    CATEGORIES,
    COVARIATES,
    DAYS_SURVIVED_RANGE,
    DAYS_TO_FAILURE_RANGE,
    LEUKEMIAS,
    Case,
)
from model.options import TREATMENTS
from model.survival.pattern import PATTERNS, SEEN, pattern_covariates, pattern_of, patterns_of
from tests.seen import seen

cases = st.builds(
    Case,
    st.sampled_from(LEUKEMIAS),
    st.integers(*DAYS_TO_FAILURE_RANGE),
    st.booleans(),
    days_survived=st.integers(*DAYS_SURVIVED_RANGE),
)


@given(cases, st.sampled_from(TREATMENTS))
def test_a_pattern_is_the_interval_and_the_remission_of_its_child(case, treatment):
    pattern = pattern_of(case, treatment)
    assert PATTERNS[pattern.child] == (case.interval, "yes" if case.post_transplant_cr else "no")
    assert (pattern.treatment, pattern.days_survived) == (treatment, case.days_survived)


@pytest.mark.parametrize(
    ("day", "interval"),
    [(0, 0), (91, 0), (92, 1), (182, 1), (183, 2), (364, 2), (365, 3), (6570, 3)],
)
def test_every_boundary_day_is_in_its_interval(day, interval):
    assert int(patterns_of(seen(day, False))) == 2 * interval
    assert int(patterns_of(seen(day, True))) == 2 * interval + 1


def test_words_and_truth_values_of_many_children_say_the_same():
    days, answers = [0, 100, 200, 400], ["yes", "no", "no", "yes"]
    expected = [1, 2, 4, 7]
    for told in (
        answers,
        [answer == "yes" for answer in answers],
        pd.Series(answers, index=[7, 8, 9, 3]),
        np.array([1, 0, 0, 1]),
    ):
        assert patterns_of(seen(days, told)).tolist() == expected


@pytest.mark.parametrize(
    "told",
    [["yes", None], ["yes", "Yes"], ["yes", ""], [1.0, np.nan], [0, 2], [-1, 0], [True, None]],
    ids=str,
)
def test_what_is_no_answer_is_taken_for_none(told):
    with pytest.raises(ValueError, match=r"^post_transplant_cr: not every value falls in no, yes"):
        patterns_of(seen([100, 100], told))


@pytest.mark.parametrize("day", [-1, np.nan])
def test_days_before_the_transplant_or_missing_are_taken_for_none(day):
    with pytest.raises(ValueError, match=r"^days_to_failure: not every value falls in 0-91, "):
        patterns_of(seen([day, 400], [True, True]))


def test_covariates_are_the_codes_of_each_child_under_each_option():
    found = pattern_covariates(TREATMENTS)
    assert found.shape == (len(PATTERNS), len(TREATMENTS), len(COVARIATES))
    for i, codes in enumerate(PATTERNS):
        for j, treatment in enumerate(TREATMENTS):
            told = dict(zip(SEEN, codes, strict=True)) | {"treatment": treatment}
            assert found[i, j].tolist() == [float(told[c] == code) for c, code in COVARIATES]
    assert tuple(column for column in CATEGORIES if column != "treatment") == SEEN
