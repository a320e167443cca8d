"""Children by what the model sees of them, in as few words as tests want."""

from typing import Any

from model.survival.pattern import Pattern, patterns_of
from ui.compare.address import Column


def seen(days_to_failure: Any, post_transplant_cr: Any, days_survived: Any = 0) -> dict[str, Any]:
    """Columns of children, as `model.survival.prediction.predict` takes them."""
    return {
        "days_to_failure": days_to_failure,
        "post_transplant_cr": post_transplant_cr,
        "days_survived": days_survived,
    }


def pattern(treatment: str, days: int, remission: bool, days_survived: int = 0) -> Pattern:
    """One child under an option."""
    return Pattern(treatment, int(patterns_of(seen(days, remission))), days_survived)


def holds(
    treatment: str,
    days_to_failure: int | None = None,
    post_transplant_cr: bool | None = None,
    days_survived: int | None = None,
    name: str = "",
) -> Column:
    """A column of a comparison that holds of its own what is given."""
    given = seen(days_to_failure, post_transplant_cr, days_survived)
    own = {field: value for field, value in given.items() if value is not None}
    return Column(treatment, own, name)
