"""One child after failure of a first transplant: inputs, categories, ranges, and what is said of
a bad one.

The categories and their order are those of Table 4 and Table 1 of Roux et al. 2017. The same
`Case` feeds the page, the command line and the tests.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from model.language import _, marked
from model.number import two_readings, whole_number
from model.options import TREATMENTS

LEUKEMIAS = ("AML", "B-ALL", "T-ALL", "biphenotypic")
LEUKEMIA_LABELS = {
    "AML": marked("AML"),
    "B-ALL": marked("B-ALL"),
    "T-ALL": marked("T-ALL"),
    "biphenotypic": marked("biphenotypic"),
}
# First day of each interval from first SCT to failure (Table 4). The last one is open.
INTERVALS = ("0-91", "92-182", "183-364", "365+")
INTERVAL_FIRST_DAYS = (0, 92, 183, 365)

DAYS_TO_FAILURE_RANGE = (0, 6570)
AGE_RANGE = (0, 17)
# Days alive since relapse; at least one reported day lies ahead of the last (Figure 3, 36 months).
DAYS_SURVIVED_RANGE = (0, 1095)
PERFORMANCE = ("good", "poor")
MRD = ("positive", "negative")
YES_NO = ("yes", "no")


# The columns of Table 4: their codes in order, and the reference each hazard ratio compares with.
CATEGORIES: dict[str, tuple[str, ...]] = {
    "treatment": TREATMENTS,
    "interval": INTERVALS,
    "post_transplant_cr": ("no", "yes"),
}
REFERENCES = {"treatment": "second_sct", "interval": "0-91", "post_transplant_cr": "no"}
# The covariates of Table 4 as (column, code), in the order of the model's coefficients.
COVARIATES = tuple(
    (column, code)
    for column, codes in CATEGORIES.items()
    for code in codes
    if code != REFERENCES[column]
)


# First completed year of each age group at first transplant (Table 3). Inclusion ends before 18.
AGE_GROUPS = ("0-4", "5-9", "10-14", "15-17")
AGE_FIRST_YEARS = (0, 5, 10, 15)
AGE_END = 18

# What else the paper tells of the children: codes in order, the reference of Table 3 first.
BACKGROUND: dict[str, tuple[str, ...]] = {
    "leukemia": LEUKEMIAS,
    "age": AGE_GROUPS,
    "sex": ("male", "female"),
    "tbi": ("no", "yes"),
    "stem_cell_source": ("bone_marrow", "peripheral_blood", "cord_blood"),
    "gvhd": ("no", "yes"),
    "myeloablative": ("no", "yes"),
}


@dataclass(frozen=True)
class Case:
    """A child whose leukemia is back, or never went, after a first allogeneic transplant.

    Attributes
    ----------
    leukemia : str or None
        One of `LEUKEMIAS`. Decides the guidance; the Table 4 model does not see it, so that
        survival can be predicted without.
    days_to_failure : int
        Days from first transplant to relapse or progression, 0 to 6570.
    post_transplant_cr : bool
        Whether a complete remission was documented after the first transplant: relapse after
        remission (True) or progression without remission (False).
    age_years : int, optional
        Age in completed years at first transplant, 0 to 17.
    days_survived : int
        Days since relapse or progression on which the child is known to be alive, 0 to 1095.
    performance, mrd, tbi : str, optional
        Used by the guidance only: performance status (`PERFORMANCE`), minimal residual disease
        after reinduction (`MRD`), total body irradiation in the first conditioning (`YES_NO`;
        the exploratory model uses it as well).
    gvhd, myeloablative : str, optional
        Used by the exploratory model only (`YES_NO`): graft-versus-host disease after the first
        transplant, and whether its conditioning was myeloablative.
    """

    leukemia: str | None
    days_to_failure: int
    post_transplant_cr: bool
    age_years: int | None = None
    performance: str | None = None
    mrd: str | None = None
    tbi: str | None = None
    days_survived: int = 0
    gvhd: str | None = None
    myeloablative: str | None = None

    @property
    def interval(self) -> str:
        """The Table 4 interval that `days_to_failure` falls in."""
        return interval_of(self.days_to_failure)

    @property
    def known_leukemia(self) -> str:
        """The leukemia, for what has asked for it before."""
        assert self.leukemia is not None
        return self.leukemia

    @property
    def age(self) -> str | None:
        """The Table 3 age group that `age_years` falls in; None where it is not given."""
        if self.age_years is None:
            return None
        return AGE_GROUPS[sum(self.age_years >= first for first in AGE_FIRST_YEARS) - 1]


@dataclass(frozen=True)
class Problem:
    """One input that cannot be used: which, what was given, and what would be right.

    Where a value could mean two things, `asked` are these; what was given is then asked about, and
    not called wrong. A whole number out of its range is not called none: `in_range` then says what
    the range is, and why.
    """

    field: str
    value: str
    expected: str
    asked: tuple[str, str] | None = None
    in_range: str = ""

    def __str__(self) -> str:
        if self.asked is not None:
            return _("{field}: {question}").format(
                field=self.field, question=asked_about(self.value, self.asked)
            )
        if self.value == "":
            return _("{field}: nothing was given; expected {expected}").format(
                field=self.field, expected=self.expected
            )
        if self.in_range:
            return (
                _("{field}: {value} is out of range. {in_range}")
                .format(field=self.field, value=self.value, in_range=self.in_range)
                .removesuffix(".")
            )
        return _("{field}: {value} is not {expected}").format(
            field=self.field, value=self.value, expected=self.expected
        )


def asked_about(value: str, meanings: tuple[str, str]) -> str:
    """Ask in words which of two things a value means."""
    return _("{value} can mean {one} or {other}; write the one that is meant in this way").format(
        value=value, one=meanings[0], other=meanings[1]
    )


class CaseError(ValueError):
    """Raised for inputs that make no case; `problems` lists every one of them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


def interval_of(days_to_failure: int) -> str:
    """Name the Table 4 interval of a number of days from first SCT to failure."""
    index = sum(days_to_failure >= first for first in INTERVAL_FIRST_DAYS) - 1
    return INTERVALS[index]


def one_of(choices: tuple[str, ...]) -> str:
    """Say in words that a value must be one of the choices."""
    return _("one of {choices}").format(choices=", ".join(choices))


def days_expected() -> str:
    """Say in words what a number of days to failure must be."""
    return _("a whole number of days from {first} to {last}").format(
        first=DAYS_TO_FAILURE_RANGE[0], last=DAYS_TO_FAILURE_RANGE[1]
    )


def days_survived_expected() -> str:
    """Say in words what a number of days alive since relapse must be."""
    return _("a whole number of days from {first} to {last}").format(
        first=DAYS_SURVIVED_RANGE[0], last=DAYS_SURVIVED_RANGE[1]
    )


def age_expected() -> str:
    """Say in words what an age at first transplant must be."""
    return _("an age from {first} to {last} completed years at first transplant").format(
        first=AGE_RANGE[0], last=AGE_RANGE[1]
    )


def out_of_range(field: str) -> str:
    """Say in words what a whole number must be, and why."""
    first, last = WHOLE_NUMBERS[field][0]
    said = {
        "days_to_failure": _("Enter {first} to {last} days after first transplant."),
        "age_years": _(
            "Enter {first} to {last}: the study is of children under {end} at first transplant."
        ),
        "days_survived": _("Enter {first} to {last}: later than that the study says too little."),
    }
    return said[field].format(first=first, last=last, end=AGE_END)


# What a case is read from: the codes of a choice, or the bounds of a whole number and what is said
# of another; in the order in which problems are told.
CHOICES: dict[str, tuple[str, ...]] = {
    "leukemia": LEUKEMIAS,
    "post_transplant_cr": YES_NO,
    "performance": PERFORMANCE,
    "mrd": MRD,
    "tbi": YES_NO,
    "gvhd": YES_NO,
    "myeloablative": YES_NO,
}
WHOLE_NUMBERS: dict[str, tuple[tuple[int, int], Callable[[], str]]] = {
    "days_to_failure": (DAYS_TO_FAILURE_RANGE, days_expected),
    "age_years": (AGE_RANGE, age_expected),
    "days_survived": (DAYS_SURVIVED_RANGE, days_survived_expected),
}
REQUIRED = ("days_to_failure", "post_transplant_cr")
# What is right everywhere, so that one input can be judged by itself.
ANY_CASE = {field: CHOICES[field][0] if field in CHOICES else "0" for field in REQUIRED}
# Of those required, what a case holds as a truth value.
TOLD_BY_YES = tuple(field for field in REQUIRED if CHOICES.get(field) == YES_NO)
READ_IN_ORDER = (
    "leukemia",
    *REQUIRED,
    "age_years",
    *(field for field in CHOICES if field not in ("leukemia", *REQUIRED)),
    "days_survived",
)


def as_code(value: object) -> str:
    """Write an input of a case as files and links have it; "" for none."""
    if isinstance(value, bool):
        return YES_NO[0] if value else YES_NO[1]
    return "" if value is None else str(value)


def read_case(inputs: Mapping[str, object]) -> Case:
    """Make a case of raw inputs, as they come from a form, a file or a link.

    Parameters
    ----------
    inputs : mapping of str to object
        The fields of `Case` by name. Text is accepted for every one of them;
        `post_transplant_cr`, `tbi`, `gvhd` and `myeloablative` are "yes" or "no". Optional fields
        may be absent, None or "".

    Returns
    -------
    Case

    Raises
    ------
    CaseError
        Naming every input that is missing or cannot be used.
    """
    problems: list[Problem] = []
    read: dict[str, Any] = {"leukemia": None}
    for field in READ_IN_ORDER:
        given = inputs.get(field)
        value = "" if given is None else str(given).strip()
        if not value and field not in REQUIRED:
            continue
        found = _read_choice(field, value) if field in CHOICES else _read_whole(field, value)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            read[field] = found
    if problems:
        raise CaseError(problems)
    return Case(**read | {field: read[field] == "yes" for field in TOLD_BY_YES})


def _read_choice(field: str, value: str) -> str | Problem:
    return value if value in CHOICES[field] else Problem(field, value, one_of(CHOICES[field]))


def _read_whole(field: str, value: str) -> int | Problem:
    (first, last), expected = WHOLE_NUMBERS[field]
    number = whole_number(value)
    if number is not None and first <= number <= last:
        return number
    asked = two_readings(value)
    beyond = out_of_range(field) if number is not None and asked is None else ""
    return Problem(field, value, expected(), asked, beyond)


FIELDS = tuple(field.name for field in dataclasses.fields(Case))
