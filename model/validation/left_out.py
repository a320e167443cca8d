"""How the rows of a table that cannot be used differ from those that can, before they are left out.

A child who lives has no date of death, an empty outcome, a survival written "568+": what a reader
of tables stumbles over is often written of the living alone. Without them more seem to have died.
"""

import re

import numpy as np
import pandas as pd

from model.case import TREATMENT_LABELS, TREATMENTS
from model.language import _
from model.validation.mapping import DAYS_PER_UNIT, Mapping

# Survival of a child who was alive then, as R prints it ("568+"), or as "more than 568".
AT_LEAST = re.compile(
    r"(?:[>≥⩾＞]\s*=?|=>|more than|over|at least|plus de|au moins)\s*(?P<more>\d[\d.,]*)\s*[^\W\d]*"
    r"|(?P<plus>\d[\d.,]*)\s*[^\W\d]*\s*[+＋]\s*[^\W\d]*",
    re.IGNORECASE,
)
# In fewer rows left out than this, no more is said than what stands in them.
FEWEST_ROWS = 3
# A share of a treatment that differs by less is not worth a sentence.
SHARES_DIFFER = 0.2


def is_at_least(text: str) -> bool:
    """Tell whether a survival is written as that of a child who was alive then."""
    return AT_LEAST.fullmatch(text) is not None


def left_out_words(
    cells: pd.DataFrame, values: pd.DataFrame, valid: pd.Index, mapping: Mapping
) -> tuple[str, ...]:
    """Say in sentences how rows with a problem differ from the valid ones.

    Parameters
    ----------
    cells, values : DataFrame, shape (n_rows, n_fields)
        The rows as text, and typed, by our names; problems included.
    valid : Index
        Of the rows without a problem.
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
        per_unit = DAYS_PER_UNIT[mapping.units.get("os_days", "days")]
        days = days.fillna(cells["os_days"].map(_at_least) * per_unit)
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


def _at_least(text: str) -> float:
    found = AT_LEAST.fullmatch(text)
    try:
        return float((found["more"] or found["plus"]).replace(",", ".")) if found else np.nan
    except ValueError:
        return np.nan


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
            "Median survival is longer in the rows left out ({out} days) than in those kept "
            "({kept} days)."
        )
    elif out < stay:
        sentence = _(
            "Median survival is shorter in the rows left out ({out} days) than in those kept "
            "({kept} days)."
        )
    else:
        sentence = _(
            "Median survival is the same in the rows left out as in those kept: {kept} days."
        )
    sentence = sentence.format(out=f"{out:.0f}", kept=f"{stay:.0f}")
    if len(known) == rows:
        return sentence
    return f"{sentence} " + _("It can be read in {known} of the rows left out.").format(
        known=len(known)
    )


def _treatments(wrong: pd.DataFrame, kept: pd.DataFrame) -> str:
    if len(wrong) < FEWEST_ROWS:
        return ""
    differ = {arm: _share(wrong, arm) - _share(kept, arm) for arm in TREATMENTS}
    arm = max(differ, key=lambda arm: abs(differ[arm]))
    if abs(differ[arm]) < SHARES_DIFFER:
        return ""
    return _("{treatment}: {out} of {rows} rows left out, {kept} of {kept_rows} rows kept.").format(
        treatment=_(TREATMENT_LABELS[arm]),
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
