"""The measures of how well the model fits a centre's children: their table, the groups and the
sample size in words, and all of them as CSV."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from model.language import _
from model.options import treatment_label
from model.survival.comparison import Estimate
from model.survival.prediction import TABLE_DAYS, load_model
from model.tables.written import as_csv
from model.validation.groups import ALL, GroupCurves
from model.validation.performance import OF_A_DAY, OVERALL, Measure, Performance
from model.validation.reference import load_reference
from model.validation.sample_size import HALF_WIDTHS, deaths_needed, half_width
from model.validation.verdicts import MEASURE_NAMES, meaning, verdict
from ui.session.language import number
from ui.shown.results import horizon_name, interval_words, percent, percent_interval
from ui.shown.table import Cell, Row, Table

# Decimals; two where nothing else is said.
PLACES = dict.fromkeys((name for name in MEASURE_NAMES if "brier" in name), 3) | dict.fromkeys(
    ("ici", "e50", "e90"), 3
)
TWO = 2
MEASURE_COLUMNS = (
    "measure",
    "day",
    "value",
    "lower",
    "upper",
    "pseudo_cohorts_median",
    "pseudo_cohorts_low",
    "pseudo_cohorts_high",
    "children",
    "deaths",
    "not_given",
    "replicates",
    "seed",
    "left_out",
    "averaged",
    "model_version",
    "model_hash",
)


# ---------------------------------------------------------------------------------- measures


def overall_table(found: Performance) -> Table:
    """The measures of the whole follow-up, what each is and what it says."""
    rows = [
        (Cell(_(MEASURE_NAMES[name]), meaning(name)), *_cells(found.measure(name)))
        for name in OVERALL
    ]
    return Table(_("Over the whole follow-up"), _heads(), rows)


def table_by_day(found: Performance) -> Table:
    """The measures of each reported day."""
    rows: list[Row] = []
    for name in OF_A_DAY:
        rows.append((Cell(_(MEASURE_NAMES[name]), meaning(name)),))
        rows += [(Cell(horizon_name(day)), *_cells(found.measure(name, day))) for day in TABLE_DAYS]
    return Table(_("By the reported days"), _heads(), rows, in_box=True)


def _heads() -> tuple[str, ...]:
    return (_("Measure"), _("These children"), _("Pseudo-cohorts"), _("What it says"))


def _cells(measure: Measure) -> tuple[Cell, Cell, Cell]:
    places = PLACES.get(measure.name, TWO)
    own = Cell("–", carries={"measure": measure.key})
    if measure.estimate is not None:
        carries = own.carries | {"value": f"{measure.estimate.value:.6f}"}
        own = replace(estimate_cell(measure.estimate, places), carries=carries)
    cohorts = Cell("–")
    if (found := load_reference().measures.get(measure.key)) is not None:
        middle, low, high = found
        cohorts = Cell(number(middle, places), _range(low, high, places))
    return own, cohorts, Cell(verdict(measure, number))


def _range(lower: float, upper: float, places: int) -> str:
    words = _("{lower}–{upper}") if lower >= 0 else _("{lower} to {upper}")
    return words.format(lower=number(lower, places), upper=number(upper, places))


def estimate_cell(estimate: Estimate, places: int = TWO) -> Cell:
    """An estimate, and below it its 95% interval."""
    said = _range(estimate.lower, estimate.upper, places)
    return Cell(number(estimate.value, places), said, strong=True)


def reference_note(found: Performance) -> str:
    """What the column of the pseudo-cohorts is."""
    reference = load_reference()
    return _(
        "These children: below each measure its 95% interval, from {replicates} bootstrap samples. "
        "Pseudo-cohorts: median and, below it, range of the same measure over the {cohorts} "
        "reconstructed cohorts of {children} children. The model was fitted to "
        "them, so that they are an optimistic reference: no new cohort can be expected to fit as "
        "well."
    ).format(
        replicates=number(found.replicates),
        cohorts=number(reference.n_cohorts),
        children=number(reference.n_children),
    )


def measures_as_csv(found: Performance, version: str) -> str:
    """One row a measure; a measure that is not given has the reason. No row of a child."""
    model, reference = load_model(), load_reference()
    written: list[Sequence[object]] = [MEASURE_COLUMNS]
    for one in found.measures:
        estimate = one.estimate
        own = (estimate.value, estimate.lower, estimate.upper) if estimate else ()
        written.append(
            [
                one.name,
                "" if one.day is None else one.day,
                *_digits(own),
                *_digits(reference.measures.get(one.key, ())),
                one.n_children,
                one.n_deaths,
                one.reason,
                found.replicates,
                found.seed,
                found.n_left_out,
                found.n_averaged,
                version,
                model.source_hash,
            ]
        )
    return as_csv(written)


def _digits(numbers: Sequence[float]) -> list[str]:
    return [f"{value:.5f}" for value in numbers] or [""] * 3


# ------------------------------------------------------------------------------------- groups


def group_name(group: GroupCurves) -> str:
    """A group of children: all, an option or an interval."""
    if group.column == ALL:
        return _("All children")
    if group.column == "treatment":
        return treatment_label(group.code)
    return _("Failure on {days}").format(days=interval_words(group.code))


def group_alt(group: GroupCurves) -> str:
    """What the two curves of a group show, for those who do not see them, and those who do."""
    day = max((day for day in TABLE_DAYS if day <= group.followed_until), default=None)
    counts = _("{group}: {children} children, {deaths} deaths.").format(
        group=group_name(group), children=number(group.n_children), deaths=number(group.n_deaths)
    )
    if day is None:
        return counts
    said = _("Alive at {time}: observed {observed}, predicted {predicted}.").format(
        time=horizon_name(day),
        observed=_share(group.observed[:, day]),
        predicted=_share(group.predicted[:, day]),
    )
    return f"{counts} {said}"


def group_table(groups: Sequence[GroupCurves]) -> Table:
    """Observed and predicted survival of every group on the reported days."""
    heads = (_("Group"), *(horizon_name(day) for day in TABLE_DAYS))
    rows = [
        (
            Cell(
                group_name(group),
                _("{children} children, {deaths} deaths").format(
                    children=number(group.n_children), deaths=number(group.n_deaths)
                ),
            ),
            *(_group_cell(group, day) for day in TABLE_DAYS),
        )
        for group in groups
    ]
    return Table(
        _("Alive: observed, in bold while ten children were followed; and predicted on average"),
        heads,
        rows,
    )


def _group_cell(group: GroupCurves, day: int) -> Cell:
    predicted = _("predicted {share}").format(share=_share(group.predicted[:, day]))
    if day > group.followed_until:
        return Cell(_("not followed"), predicted)
    return Cell(_share(group.observed[:, day]), predicted, strong=day <= group.enough_until)


def _share(limits: Sequence[float] | NDArray[np.float64]) -> str:
    share, lower, upper = (float(value) for value in limits)
    return _("{survival} ({interval})").format(
        survival=percent(share), interval=percent_interval(lower, upper)
    )


# ------------------------------------------------------------------------------- sample size


def precision_words(found: Performance) -> str:
    """What this table tells of the slope, and how many deaths would tell more."""
    if found.slope is None:
        return _("The slope cannot be had from these children, and so neither can its precision.")
    said = [
        _(
            "With {deaths} deaths, the calibration slope is known to within {reach} either side "
            "(95% interval from Cox's information). How many deaths would be needed, among "
            "children as different from each other as these:"
        ).format(deaths=number(found.n_deaths), reach=number(half_width(found.slope), TWO)),
        "",
    ]
    for wanted in HALF_WIDTHS:
        deaths = deaths_needed(found.slope, found.n_deaths, wanted)
        words = _("- to within {wanted}: about {deaths} deaths")
        if deaths <= found.n_deaths:
            words = _("- to within {wanted}: about {deaths} deaths, which this table has")
        said.append(words.format(wanted=number(wanted, 1), deaths=number(deaths)))
    return "\n".join(said)
