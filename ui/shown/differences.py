"""How a difference between two numbers of survival reads."""

from model.language import _
from model.survival.comparison import Estimate
from ui.session.language import number


def whole_points(difference: float) -> int:
    """A difference of fractions in whole percentage points, which is of 100 children as well."""
    return round(100 * difference)


def points(difference: Estimate) -> str:
    """The difference in percentage points, with a sign."""
    return _signed(whole_points(difference.value))


def points_interval(difference: Estimate) -> str:
    """Its 95% interval."""
    return _("{lower} to {upper}").format(
        lower=_signed(whole_points(difference.lower)), upper=_signed(whole_points(difference.upper))
    )


def _signed(points: int) -> str:
    if points == 0:
        return number(0)
    return f"{'+' if points > 0 else '−'}{number(abs(points))}"
