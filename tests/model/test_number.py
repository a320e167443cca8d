"""A number typed is that number, or is refused; never another."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.number import MOST_DIGITS, SPACES, two_readings, whole_number

TYPED = st.text(alphabet=f"0123456789.,+-eE'{SPACES}", max_size=24)


@given(st.integers(0, 10**MOST_DIGITS - 1))
def test_every_whole_number_is_read_as_itself(number: int) -> None:
    assert whole_number(str(number)) == number
    for space in SPACES:
        assert whole_number(f"{number:,}".replace(",", space)) == number


@given(TYPED)
def test_no_text_is_read_as_another_number(text: str) -> None:
    number = whole_number(text)
    if number is not None:
        plain = "".join(sign for sign in text if sign not in SPACES).replace(",", ".")
        assert Decimal(plain) == number
        assert two_readings(text) is None


@given(TYPED)
def test_what_could_be_two_numbers_is_taken_for_neither(text: str) -> None:
    readings = two_readings(text)
    if readings is not None:
        assert whole_number(text) is None
        thousands, decimal = map(Decimal, readings)
        assert thousands == 1000 * decimal


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(".,"))
def test_a_separator_before_three_digits_is_always_asked_about(
    whole: int, part: int, sign: str
) -> None:
    assert two_readings(f"{whole}{sign}{part:03}") is not None


@pytest.mark.parametrize("text", ["1,5", "10,5", "200,5", "0,500", "1e3", "1_000", "٣", "१२", "½"])
def test_what_is_no_whole_number_is_none(text: str) -> None:
    assert whole_number(text) is None
