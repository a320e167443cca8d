"""What is said of a table that cannot be used as it is, and how much of it is said."""

from dataclasses import dataclass, field

from model.language import _, counted

# From this one on, what is wrong with a table is counted only.
MOST_NAMED = 100


class UnusableInputError(Exception):
    """A problem with what the user gave, said in words; exit status 2."""


@dataclass
class Problems:
    """What is wrong with the rows of a table: the first in words, all of them counted."""

    place: str
    named: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, where: str) -> None:
        """Note one problem, which begins with the line or row it is in."""
        self.count += 1
        if len(self.named) < MOST_NAMED:
            self.named.append(_("{place}: {problem}").format(place=self.place, problem=where))

    def add_all(self, others: "Problems") -> None:
        """Note the problems of another table after these."""
        self.count += others.count
        self.named = [*self.named, *others.named][:MOST_NAMED]

    def raise_if_any(self) -> None:
        """Raise `UnusableInputError` with every problem, one a line."""
        if not self.count:
            return
        raise UnusableInputError("\n".join([*self.named, *not_named(self.count)]))


def not_named(count: int) -> list[str]:
    """Say, of so many problems, how many come after the `MOST_NAMED` that are named; one line."""
    left = count - MOST_NAMED
    more = counted("and {n} more problem", "and {n} more problems", left).format(n=f"{left:,}")
    return [more] if left > 0 else []


def wrong_length(found: int, expected: int) -> tuple[str, str]:
    """Say how many fields a row has, and how many it should have."""
    return (
        counted("{n} field", "{n} fields", found).format(n=found),
        _("{fields} fields, as in line 1").format(fields=expected),
    )
