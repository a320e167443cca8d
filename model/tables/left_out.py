"""How the rows of a table that are not used differ from those that are, before they are left out.

A child who lives has no date of death, an empty outcome, a survival written "568+": what a reader
of tables stumbles over is often written of the living alone. Without them more seem to have died.
"""

import re

import numpy as np
import pandas as pd

from model.language import _
from model.number import SPACES
from model.options import TREATMENTS, treatment_label
from model.tables.mapping import DAYS_PER_UNIT, NO_NUMBER, Mapping, read_number

DIGITS = rf"\d(?:[\d.,{SPACES}]*[\d.,])?"
# Survival of a child who was alive then, as R prints it ("568+"), or as "more than 568".
AT_LEAST = re.compile(
    r"(?:[>≥⩾＞]\s*=?|=>|[+＋]|more than|over|at least|plus de|au moins)\s*"
    rf"(?P<more>{DIGITS})\s*(?P<more_unit>[^\W\d]*)"
    rf"|(?P<plus>{DIGITS})\s*(?P<unit>[^\W\d]*)\s*[+＋]\s*(?P<plus_unit>[^\W\d]*)",
    re.IGNORECASE,
)
LONGEST = 50
DAY_WORDS = ("d", "day", "days", "j", "jour", "jours")
# In fewer rows left out than this, no more is said than what stands in them.
FEWEST_ROWS = 3
# A share of a treatment that differs by less is not worth a sentence.
SHARES_DIFFER = 0.2


def is_at_least(text: str) -> bool:
    """Tell whether a survival is written as that of a child who was alive then."""
    return at_least(text, "days") is not None


def at_least(text: str, unit: str) -> tuple[str, bool] | None:
    """Take a survival such as "568+" apart.

    Returns
    -------
    tuple of str and bool, or None
        The number as it is written, and whether it is in `unit`, as far as the text tells; None if
        the survival is not that of a child who was alive then.
    """
    # What is longer is a text, over which the pattern could take its time.
    found = AT_LEAST.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        return None
    units = [found[group] for group in ("more_unit", "unit", "plus_unit") if found[group]]
    in_unit = all(unit == "days" and word.casefold() in DAY_WORDS for word in units)
    return found["more"] or found["plus"], in_unit


def left_out_words(
    cells: pd.DataFrame, values: pd.DataFrame, valid: pd.Index, mapping: Mapping
) -> tuple[str, ...]:
    """Say in sentences how rows that are not used differ from the others.

    Parameters
    ----------
    cells, values : DataFrame, shape (n_rows, n_fields)
        The rows as text, and typed, by our names; those that are not used included.
    valid : Index
        Of the rows that are used.
    mapping : Mapping

    Returns
    -------
    tuple of str
        Outcome, survival, the treatment that differs most, and whether it is mostly children who
        lived, or who died, that would be left out. Empty where there are no such rows or no others.
    """
    kept, wrong = values.loc[valid], values.drop(index=valid)
    if kept.empty or wrong.empty:
        return ()
    days = values["os_days"].where(values["os_days"] < np.inf)
    if "os_days" in cells:
        unit = mapping.units.get("os_days", "days")
        known = cells["os_days"].map(lambda text: _number_at_least(text, unit))
        days = days.fillna(known * DAYS_PER_UNIT[unit])
    days = days.where(days >= 0)
    return tuple(
        sentence
        for sentence in (
            _outcomes(wrong, kept),
            _survival(days.loc[wrong.index].dropna(), len(wrong), days.loc[valid]),
            _treatments(wrong, kept),
            _who_is_left_out(wrong, kept, days),
        )
        if sentence
    )


def _number_at_least(text: str, unit: str) -> float:
    number, in_unit = at_least(text, unit) or ("", False)
    read = read_number(number, unit) if in_unit else np.nan
    return read if read < NO_NUMBER else np.nan


def _outcomes(wrong: pd.DataFrame, kept: pd.DataFrame) -> str:
    died, alive = ((wrong["death"] == code).sum() for code in ("yes", "no"))
    return _(
        "Rows left out: {rows} (died {died}, alive {alive}, outcome missing or unreadable "
        "{unknown}). Rows kept: {kept} (died {kept_died}, alive {kept_alive})."
    ).format(
        rows=len(wrong),
        died=died,
        alive=alive,
        unknown=len(wrong) - died - alive,
        kept=len(kept),
        kept_died=(kept["death"] == "yes").sum(),
        kept_alive=(kept["death"] == "no").sum(),
    )


def _survival(known: pd.Series, rows: int, kept: pd.Series) -> str:
    if known.empty:
        return _("Survival cannot be read in any of the rows left out.")
    out, stay = known.median(), kept.median()
    if out > stay:
        sentence = _(
            "Recorded survival or follow-up is longer in the rows left out (median {out} days) "
            "than in those kept (median {kept} days)."
        )
    elif out < stay:
        sentence = _(
            "Recorded survival or follow-up is shorter in the rows left out (median {out} days) "
            "than in those kept (median {kept} days)."
        )
    else:
        sentence = _(
            "Recorded survival or follow-up has the same median in the rows left out as in those "
            "kept: {kept} days."
        )
    sentence = sentence.format(out=f"{out:.0f}", kept=f"{stay:.0f}")
    if len(known) == rows:
        return sentence
    return f"{sentence} " + _("It can be read in {known} of the rows left out.").format(
        known=len(known)
    )


def _treatments(wrong: pd.DataFrame, kept: pd.DataFrame) -> str:
    n_rows = len(wrong) + len(kept)
    wrong, kept = (rows[rows["treatment"].isin(TREATMENTS)] for rows in (wrong, kept))
    if len(wrong) < FEWEST_ROWS or kept.empty:
        return ""
    differ = {arm: _share(wrong, arm) - _share(kept, arm) for arm in TREATMENTS}
    arm = max(differ, key=lambda arm: abs(differ[arm]))
    if abs(differ[arm]) < SHARES_DIFFER:
        return ""
    if len(wrong) + len(kept) == n_rows:
        sentence = _("{treatment}: {out} of {rows} rows left out, {kept} of {kept_rows} rows kept.")
    else:
        sentence = _(
            "{treatment}: {out} of {rows} rows left out, {kept} of {kept_rows} rows kept, where "
            "the treatment is known."
        )
    return sentence.format(
        treatment=treatment_label(arm),
        out=(wrong["treatment"] == arm).sum(),
        rows=len(wrong),
        kept=(kept["treatment"] == arm).sum(),
        kept_rows=len(kept),
    )


def _share(rows: pd.DataFrame, arm: str) -> float:
    return float((rows["treatment"] == arm).mean())


def _who_is_left_out(wrong: pd.DataFrame, kept: pd.DataFrame, days: pd.Series) -> str:
    """Without an outcome, who lived longer than three in four of those kept probably lives."""
    if len(wrong) < FEWEST_ROWS:
        return ""
    early, late = days.loc[kept.index].quantile([0.25, 0.75])
    days, unknown = days.loc[wrong.index], ~wrong["death"].isin(["yes", "no"])
    lived = float(((wrong["death"] == "no") | (unknown & (days > late))).mean())
    died = float(((wrong["death"] == "yes") | (unknown & (days < early))).mean())
    if lived > max(0.5, float((kept["death"] == "no").mean())):
        return _(
            "Leaving these rows out would leave out mostly children who lived, or who lived long: "
            "mortality would look higher than it was."
        )
    if died > max(0.5, float((kept["death"] == "yes").mean())):
        return _(
            "Leaving these rows out would leave out mostly children who died, or who died early: "
            "mortality would look lower than it was."
        )
    return ""
