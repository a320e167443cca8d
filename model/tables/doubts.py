"""What is possible in a table but unlikely: other units, another origin of time, a child twice.

Each doubt is a sentence with counts and lines of the file, never a value of a row. None of them
stops anything: whoever knows the children decides.
"""

from collections.abc import Iterable

import pandas as pd

from model.language import _, counted
from model.paper.evidence import DAYS_PER_MONTH
from model.tables.mapping import IDENTIFIER, Mapping
from model.tables.synonyms import stands_for_missing

# In fewer rows than this nothing is unlikely enough.
FEWEST_ROWS = 10
YEAR = 12 * DAYS_PER_MONTH
# Whoever is followed as long as the study looks lives years: a longest survival of less than one
# year in days looks like months, one of less than a month like years.
SHORTEST_IN_DAYS = {"os_days": (30, YEAR), "days_to_failure": (18, 120)}
LONGEST_YEARS = 20
MOST_LINES = 10


def doubts_of(
    cells: pd.DataFrame, values: pd.DataFrame, mapping: Mapping, used: pd.Index | None = None
) -> tuple[str, ...]:
    """List the doubts about a table, or about those of its rows that are used.

    Parameters
    ----------
    cells, values : DataFrame, shape (n_rows, n_fields)
        The rows as text, and typed, by our names; problems included.
    mapping : Mapping
    used : Index, optional
        Of the rows that are used; all if not given. How a column was filled in, its unit or what an
        empty cell means, shows in all rows.
    """
    used = values.index if used is None else used
    if not len(cells):
        # Of no row everything holds: that every child died, and that none did.
        return ()
    return (
        *_about_units(values, mapping),
        *_about_origin(values.loc[used]),
        *_about_empty_outcomes(values),
        *_about_deaths(values.loc[used]),
        *_about_twins(cells.loc[used]),
    )


def _about_units(values: pd.DataFrame, mapping: Mapping) -> Iterable[str]:
    names = {"os_days": _("Survival"), "days_to_failure": _("Time to failure")}
    for column, (years, months) in SHORTEST_IN_DAYS.items():
        given_in_days = len(mapping.source(column)) == 1 and column not in mapping.units
        days = values[column][values[column].between(0, 1e6)]
        if not given_in_days or len(days) < FEWEST_ROWS:
            continue
        broken = int((days != days.round()).sum())
        if days.max() < years:
            yield _(
                "{what} is below {limit:.0f} in every row, which looks like years. If so, say "
                "years as its unit."
            ).format(what=names[column], limit=years)
        elif days.max() < months:
            yield _(
                "{what} is below {limit:.0f} in every row, which looks like months. If so, say "
                "months as its unit."
            ).format(what=names[column], limit=months)
        elif broken:
            yield counted(
                "{what} is not a whole number in {rows} row: is it really in days?",
                "{what} is not a whole number in {rows} rows: is it really in days?",
                broken,
            ).format(what=names[column], rows=broken)


def _about_origin(values: pd.DataFrame) -> Iterable[str]:
    os_days, days_to_failure = values["os_days"], values["days_to_failure"]
    beyond = int(os_days.between(LONGEST_YEARS * YEAR, 1e6).sum())
    if beyond:
        yield counted(
            "Survival is longer than {years} years in {rows} row: is it counted in days, from "
            "relapse or progression?",
            "Survival is longer than {years} years in {rows} rows: is it counted in days, from "
            "relapse or progression?",
            beyond,
        ).format(years=LONGEST_YEARS, rows=beyond)
    # A survival that cannot be read is infinite, and no reason to doubt the others.
    known = values[os_days.between(0, 1e6) & days_to_failure.between(0, 1e6)]
    if len(known) >= FEWEST_ROWS and (known["os_days"] >= known["days_to_failure"]).all():
        yield _(
            "In every row survival is at least as long as the time to failure: is it counted from "
            "relapse or progression, not from the transplant?"
        )


def _about_empty_outcomes(values: pd.DataFrame) -> Iterable[str]:
    death = values["death"]
    empty = int(death.isna().sum())
    if empty and (death == "yes").any() and not (death == "no").any():
        yield _(
            "The outcome is missing in {rows} of {all} rows, and every other child died: were only "
            "deaths recorded? If so, enter in the empty cells that the child is alive, or state in "
            "the mapping what an empty cell means."
        ).format(rows=empty, all=len(death))
    if empty and (death == "no").any() and not (death == "yes").any():
        yield _(
            "The outcome is missing in {rows} of {all} rows, and every other child is alive: were "
            "only survivors recorded? If so, enter in the empty cells that the child died, or "
            "state in the mapping what an empty cell means."
        ).format(rows=empty, all=len(death))


def _about_deaths(values: pd.DataFrame) -> Iterable[str]:
    death = values["death"]
    if len(death) and (death == "yes").all():
        yield _("Every child died: were the children who are alive left out?")
    if len(death) and (death == "no").all():
        yield _("No child died: is the column of deaths the right one, and coded as it should be?")


def _about_twins(cells: pd.DataFrame) -> Iterable[str]:
    clinical = cells[[name for name in cells if name != IDENTIFIER]]
    alike = clinical.duplicated(keep=False)
    if alike.any():
        yield _("Rows with the same values, perhaps one child twice: lines {lines}.").format(
            lines=_lines(clinical[alike])
        )
    if IDENTIFIER in cells:
        known = cells[~cells[IDENTIFIER].map(stands_for_missing).astype(bool)]
        again = known[known[IDENTIFIER].duplicated(keep=False)]
        if len(again):
            yield _("Rows of the same patient: lines {lines}.").format(lines=_lines(again))


def _lines(rows: pd.DataFrame) -> str:
    named = ", ".join(str(line) for line in rows.index[:MOST_LINES])
    return f"{named} …" if len(rows) > MOST_LINES else named
