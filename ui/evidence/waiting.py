"""What waiting for a treatment may do to its comparison with chemotherapy alone."""

import numpy as np

from model.language import _, marked
from model.options import treatment_label
from model.paper.evidence import value
from model.reconstruction.freedom import waiting_by_half
from model.survival.pooling import Floats
from model.survival.waiting import COMPARED_WITH, EXTREMES, METHODS, WAITED_FOR, WAITING_DAYS
from ui.evidence.assumptions import freedom
from ui.session.language import number
from ui.shown.table import Cell, Row, Table

PLACES = 2
METHOD_NAMES = {
    "time_dependent": marked("Treatment counts from the day it is given"),
    "latest": marked("The same, treated as late as each child can have been"),
    "landmark": marked("Only children followed beyond that day, from then on"),
    "counted_against": marked("Who died or was lost by that day counted under chemotherapy alone"),
}
METHOD_NOTES = {
    "time_dependent": marked(
        "Right only if the groups mean treatment received, and waits are spread evenly up to that "
        "day, or up to an earlier death."
    ),
    "latest": marked(
        "An extreme, not an estimate: it goes too far even where treatments make no difference."
    ),
    "landmark": marked("Says nothing of those who died before."),
    "counted_against": marked("Right only if the groups mean treatment intended."),
}


def waiting_words() -> tuple[str, ...]:
    """Why it matters, what was done, and the one sentence that it comes to."""
    return (
        _(
            "Table 4 counts a treatment from the day of relapse or progression. But a child had to "
            "live until it was transplanted again, or given lymphocytes, and how long that took is "
            "not printed. The table shows the comparison with chemotherapy alone as if all had "
            "waited up to so many days, counted in several ways; none of them can be checked."
        ),
        conclusion(),
    )


def printed_ratio(arm: str) -> float:
    """Chemotherapy alone against a treatment, from Table 4, which compares both with second SCT."""
    reference = "second_sct"
    of_arm = 1.0 if arm == reference else value(f"t4.hr.treatment.{arm}")
    return value(f"t4.hr.treatment.{COMPARED_WITH}") / of_arm


def medians_of_second_sct() -> tuple[Floats, Floats]:
    """Median ratios against second SCT, of the ways that may be right and of the extremes: each
    (n_methods, n_days).
    """
    found = np.median(freedom().waiting[:, WAITED_FOR.index("second_sct")], axis=0)
    extreme = np.isin(list(METHODS), EXTREMES)
    return found[~extreme], found[extreme]


def lists_that_reverse() -> int:
    """Lists in which, by a way that is no extreme, second SCT comes out no better."""
    of_second_sct = freedom().waiting[:, WAITED_FOR.index("second_sct")]
    fair = of_second_sct[:, ~np.isin(list(METHODS), EXTREMES)]
    return int((fair <= 1).any(axis=(1, 2)).sum())


def conclusion() -> str:
    """The sentence, as the lists have it."""
    medians, extreme = medians_of_second_sct()
    if (medians <= 1).any():
        said = _(
            "**Depending on a wait that is not printed, the published difference between "
            "chemotherapy alone and second SCT could vanish or reverse:** hazard ratio {low} to "
            "{high} where {printed} is printed."
        )
    elif (extreme <= 1).any():
        said = _(
            "**Depending on a wait that is not printed, the published difference between "
            "chemotherapy alone and second SCT could be smaller, and in the extreme vanish or "
            "reverse:** hazard ratio {low} to {high}, in the extreme {extreme}, where {printed} is "
            "printed. Of {all} lists {some} have a ratio of 1 or less by a way that is no extreme."
        )
    else:
        said = _(
            "**Depending on a wait that is not printed, the published difference between "
            "chemotherapy alone and second SCT could be smaller or larger; in these lists it does "
            "not vanish:** hazard ratio {low} to {high} where {printed} is printed."
        )
    return said.format(
        low=number(float(medians.min()), PLACES),
        high=number(float(medians.max()), PLACES),
        extreme=number(float(extreme.min()), PLACES),
        all=number(len(freedom().waiting)),
        some=number(lists_that_reverse()),
        printed=number(printed_ratio("second_sct"), PLACES),
    )


def waiting_table() -> Table:
    """Median ratio, range over the lists, and medians of both halves of the assumed days."""
    heads = (
        _("Against, and how the wait is counted"),
        *(_("{days} days").format(days=number(day)) for day in WAITING_DAYS),
    )
    rows: list[Row] = []
    for k, arm in enumerate(WAITED_FOR):
        without = _("From Table 4, without a wait: {ratio}").format(
            ratio=number(printed_ratio(arm), PLACES)
        )
        rows.append((Cell(treatment_label(arm), without),))
        early, late = waiting_by_half(freedom(), k)
        for j, method in enumerate(METHODS):
            found = freedom().waiting[:, k, j]
            rows.append(
                (
                    Cell(_(METHOD_NAMES[method]), _(METHOD_NOTES[method])),
                    *(
                        Cell(
                            number(float(np.median(found[:, day])), PLACES),
                            _("{low}–{high}; early\u00a0{early}, late\u00a0{late}").format(
                                low=number(float(found[:, day].min()), PLACES),
                                high=number(float(found[:, day].max()), PLACES),
                                early=number(float(early[j, day]), PLACES),
                                late=number(float(late[j, day]), PLACES),
                            ),
                            carries={"ratio": f"{np.median(found[:, day]):.4f}"},
                        )
                        for day in range(len(WAITING_DAYS))
                    ),
                )
            )
    caption = _(
        "Hazard ratio of death, chemotherapy alone against a treatment waited for so many days"
    )
    return Table(caption, heads, rows)


def how_to_read_waiting() -> str:
    """What the numbers are."""
    return _(
        "Above 1: more deaths with chemotherapy alone. Large: median over the lists. Small: the "
        "lowest list and the highest; then the median of the lists that assume an early first "
        "death after the treatment, and of those that assume a late one. Chance is in none of "
        "these numbers: the 95% interval of the printed {printed} is {lower} to {upper}."
    ).format(
        printed=number(printed_ratio("second_sct"), PLACES),
        lower=number(value(f"t4.hr.treatment.{COMPARED_WITH}.lower"), PLACES),
        upper=number(value(f"t4.hr.treatment.{COMPARED_WITH}.upper"), PLACES),
    )
