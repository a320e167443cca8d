"""What the program accepts as a child, and what it says of everything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.case import (
    AGE_RANGE,
    DAYS_TO_FAILURE_RANGE,
    INTERVALS,
    LEUKEMIAS,
    MRD,
    PERFORMANCE,
    YES_NO,
    Case,
    CaseError,
    interval_of,
    read_case,
)
from model.paper.evidence import figures

GOOD = {"leukemia": "AML", "days_to_failure": "200", "post_transplant_cr": "yes"}


def refused(**changes: object) -> list[str]:
    with pytest.raises(CaseError) as caught:
        read_case(GOOD | changes)
    return [str(problem) for problem in caught.value.problems]


def test_a_case_is_read_from_text():
    inputs = GOOD | {"age_years": "8", "performance": "poor", "mrd": "negative", "tbi": "no"}
    assert read_case(inputs) == Case("AML", 200, True, 8, "poor", "negative", "no")


@pytest.mark.parametrize(
    ("day", "interval"),
    [
        (0, "0-91"),
        (91, "0-91"),
        (92, "92-182"),
        (182, "92-182"),
        (183, "183-364"),
        (364, "183-364"),
        (365, "365+"),
        (6570, "365+"),
    ],
)
def test_boundary_days_fall_in_the_interval_table_4_prints(day, interval):
    assert interval_of(day) == interval


def test_interval_names_are_those_of_the_evidence():
    named = {f.group for f in figures().values() if f.id.startswith("t1.n.interval.")}
    assert named == {f"interval={interval}" for interval in INTERVALS}


@pytest.mark.parametrize("days", ["-1", "6571", "2.5", "two", "1e3", "nan", "²", "9" * 5000])
def test_days_out_of_range_are_refused_in_words(days):
    (said,) = refused(days_to_failure=days)
    assert "days_to_failure" in said
    assert "from 0 to 6570" in said or "out of range. Enter 0 to 6570 days" in said
    assert ("out of range" in said) == (days == "6571")


@pytest.mark.parametrize("age", ["18", "-1", "8.5", "old"])
def test_age_out_of_scope_is_refused_in_words(age):
    (said,) = refused(age_years=age)
    how = "is out of range. Enter 0 to 17" if age == "18" else "is not an age from 0 to 17"
    assert f"{age} {how}" in said


def test_survival_needs_no_leukemia_and_a_wrong_one_is_refused():
    assert read_case({**GOOD, "leukemia": ""}) == Case(None, 200, True)
    assert read_case({"days_to_failure": 200, "post_transplant_cr": "yes"}).leukemia is None
    assert "leukemia: ALL is not one of" in refused(leukemia="ALL")[0]


def test_every_problem_is_named_at_once():
    said = refused(leukemia="CML", days_to_failure="", post_transplant_cr="maybe", mrd="low")
    assert [line.partition(":")[0] for line in said] == [
        "leukemia",
        "days_to_failure",
        "post_transplant_cr",
        "mrd",
    ]
    assert "nothing was given" in said[1]


def test_optional_inputs_may_be_absent():
    case = read_case(GOOD)
    assert (case.age_years, case.performance, case.mrd, case.tbi) == (None, None, None, None)


@given(
    leukemia=st.sampled_from(LEUKEMIAS),
    days=st.integers(*DAYS_TO_FAILURE_RANGE),
    remission=st.sampled_from(YES_NO),
    age=st.none() | st.integers(*AGE_RANGE),
    performance=st.none() | st.sampled_from(PERFORMANCE),
    mrd=st.none() | st.sampled_from(MRD),
    tbi=st.none() | st.sampled_from(YES_NO),
)
def test_every_child_in_scope_is_read_as_given(
    leukemia, days, remission, age, performance, mrd, tbi
):
    case = read_case(
        {
            "leukemia": leukemia,
            "days_to_failure": days,
            "post_transplant_cr": remission,
            "age_years": age,
            "performance": performance,
            "mrd": mrd,
            "tbi": tbi,
        }
    )
    assert case == Case(leukemia, days, remission == "yes", age, performance, mrd, tbi)


@given(st.dictionaries(st.sampled_from(list(GOOD)), st.text() | st.integers() | st.none()))
def test_anything_else_is_a_case_or_words_but_never_another_error(changes):
    try:
        read_case(GOOD | changes)
    except CaseError as error:
        said = str(error)
    else:
        said = "a case"
    assert said
