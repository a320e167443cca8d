"""How far the printed figures leave a prediction open: the lists, lists pushed on purpose, and
lists on the other reading of Table 4."""

import functools
import re

import numpy as np

from model.case import COVARIATES
from model.language import _
from model.options import TREATMENTS, treatment_label
from model.reconstruction.ranges import POOL, Ranges, load_ranges
from model.reconstruction.reproduction import CHEMO, DAYS_PER_YEAR, load_reproduction
from model.reconstruction.reproduction import precision as precision_of
from model.survival.pattern import PATTERNS
from model.survival.pooling import Floats
from model.survival.prediction import TABLE_DAYS, load_model, pattern_table
from ui.evidence.precision import KNOWN_OF_ALL
from ui.evidence.spread import pattern_words
from ui.evidence.words import level_words, span
from ui.session.language import number
from ui.shown.table import Cell, Row, Table

YEAR = TABLE_DAYS.index(DAYS_PER_YEAR)


@functools.cache
def found_ranges() -> Ranges | None:
    """What `make range` found about the lists that are shipped; None where it was not run."""
    ranges = load_ranges()
    if ranges is None or ranges.source_hash != load_reproduction().source_hash:
        return None
    return ranges


def ranges() -> Ranges:
    """The same where it is known to be there."""
    found = found_ranges()
    assert found is not None
    return found


def year_of_imputed() -> Floats:
    """Survival at one year on the other reading, median of its lists, in points:
    (n_patterns, n_treatments).
    """
    middle: Floats = 100 * np.median(ranges().imputed[..., YEAR].astype(float), axis=0)
    return middle


def year_of_lists() -> Floats:
    """The same of the lists that the predictions rest on: (n_lists, n_patterns, n_treatments)."""
    year: Floats = 100 * load_reproduction().spread[..., YEAR].astype(float)
    return year


def widest_words() -> tuple[str, ...]:
    """What was done, and what came of it."""
    low, high = (
        100 * part[..., YEAR].astype(float) for part in (ranges().lowest, ranges().highest)
    )
    shift = year_of_imputed() - np.median(year_of_lists(), axis=0)
    return (
        _(
            "The lists crowd where most lists are. To see how far the printed figures let a "
            "prediction go, finished lists were pushed on purpose: each coefficient of Table 4, "
            "and the baseline hazard at one and at four years, up and down, until the list would "
            "no longer have been accepted ({pushes} times). What came out is the widest we found. "
            "It is no bound: another search may go farther."
        ).format(pushes=number(int(ranges().n_pushes))),
        _(
            "At one year the lists are {lists} points apart in the median prediction and {most} at "
            "most; the widest found, {wide} and {widest}. On the other reading of Table 4 (see "
            "there), predictions differ by {shift} points in the median, and {largest} at most."
        ).format(
            lists=number(float(np.median(np.ptp(year_of_lists(), axis=0))), 1),
            most=number(float(np.ptp(year_of_lists(), axis=0).max()), 1),
            wide=number(float(np.median(high - low)), 1),
            widest=number(float((high - low).max()), 1),
            shift=number(float(np.median(np.abs(shift))), 1),
            largest=number(float(np.abs(shift).max()), 1),
        ),
    )


def widest_table() -> Table:
    """Every pattern at one year: interval, lists, widest found, and the other reading."""
    heads = (
        _("Failure"),
        _("Predicted, with its 95% interval"),
        _("Lists"),
        _("Widest found"),
        _("Other reading of Table 4"),
    )
    curves = 100 * pattern_table(load_model()).curves[..., DAYS_PER_YEAR]
    lists = year_of_lists()
    reading = year_of_imputed()
    rows: list[Row] = []
    for j, treatment in enumerate(TREATMENTS):
        rows.append((Cell(treatment_label(treatment)),))
        for i, pattern in enumerate(PATTERNS):
            predicted, lower, upper = (float(part) for part in curves[:, i, j])
            widest = [100 * float(part[i, j, YEAR]) for part in (ranges().lowest, ranges().highest)]
            rows.append(
                (
                    Cell(pattern_words(pattern)),
                    Cell(number(round(predicted)), whole(lower, upper)),
                    Cell(whole(lists[:, i, j].min(), lists[:, i, j].max())),
                    Cell(
                        whole(*widest),
                        carries={"low": f"{widest[0]:.2f}", "high": f"{widest[1]:.2f}"},
                    ),
                    Cell(number(round(reading[i, j])), carries={"reading": f"{reading[i, j]:.2f}"}),
                )
            )
    caption = _("Alive at one year, %: what each kind of uncertainty comes to")
    return Table(caption, heads, rows, layout="compact")


def whole(low: float, high: float) -> str:
    """Lowest and highest, in whole points."""
    return span(number(round(low)), number(round(high)))


def pushed_table() -> Table:
    """Where each quantity lies in the lists, and how far it could be pushed."""
    heads = (_("Pushed"), _("Lists"), _("Widest found"))
    rows = []
    for name, usual, widest in zip(
        ranges().quantities, ranges().usual, ranges().widest, strict=True
    ):
        column, _equals, code = str(name).partition("=")
        said = (
            level_words(column, (code,))
            if code
            else _("Baseline cumulative hazard, day {day}").format(
                day=number(int(re.findall(r"\d+", column)[-1]))
            )
        )
        rows.append(
            (
                Cell(said),
                *(
                    Cell(span(*(number(float(end), 3) for end in np.exp(ends))))
                    for ends in (usual, widest)
                ),
            )
        )
    return Table(_("Hazard ratios and baseline hazard of the lists"), heads, rows, layout="compact")


def reading_words() -> tuple[str, ...]:
    """The other reading of Table 4: how well lists meet it, and what its precision says."""
    secondary, n = ranges().secondary, ranges().n_lists
    made = _(
        "{n} further lists are made as the results have it: ten imputations of their missing "
        "treatments, pooled, print all {all} hazard ratios of Table 4; without these children "
        "second SCT against chemotherapy alone is not significant (P-value {lowest} or more); and "
        "all else that is printed comes back as well as in any list, but for Table 3. {tried} "
        "lists were taken up for this; the others did not come to all of that. The ten imputations "
        "were chosen from {pool}, as the paper's own ten were one draw of many."
    ).format(
        n=number(n),
        all=number(len(COVARIATES)),
        lowest=number(float(secondary.complete.p_value[:, CHEMO].min()), 2),
        tried=number(int(ranges().n_tried)),
        pool=number(POOL),
    )
    imputed, complete = errors_to_printed()
    said = _(
        "For remission and time to failure, which are known of every child, their standard errors "
        "are {imputed_low} to {imputed_high} times the printed ones with the treatments imputed, "
        "and {complete_low} to {complete_high} times without. The printed precision speaks for "
        "{which}. These lists were not aimed at it, so that this is a hint and no proof."
    ).format(
        imputed_low=number(float(imputed.min()), 2),
        imputed_high=number(float(imputed.max()), 2),
        complete_low=number(float(complete.min()), 2),
        complete_high=number(float(complete.max()), 2),
        which=_("the children of known treatment")
        if np.abs(np.log(complete)).mean() < np.abs(np.log(imputed)).mean()
        else _("the imputed analysis"),
    )
    return made, said


def errors_to_printed() -> tuple[Floats, Floats]:
    """Median standard errors over printed ones, of each covariate that is known of every child, in
    the lists on the other reading: imputed, and without the missing treatments; both (n,).
    """
    known = [one for one in precision_of(ranges().secondary) if one.covariate in KNOWN_OF_ALL]
    imputed, complete = (
        np.array([getattr(one, name)[0] / one.printed for one in known])
        for name in ("imputed", "complete")
    )
    return imputed, complete
