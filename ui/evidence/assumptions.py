"""What the lists assume where the paper prints nothing: range beforehand beside what came of it,
what each assumption moves, whether starts are forgotten, and the first hundred days of every list.
"""

import itertools

import numpy as np

from model.language import _, marked
from model.options import TREATMENTS, treatment_label
from model.paper.evidence import value
from model.reconstruction.freedom import (
    ASSUMPTIONS,
    EARLY_DAYS,
    MOST_CORRELATION,
    MOST_R_HAT,
    Freedom,
    beforehand,
    by_chance,
    by_value,
    load_freedom,
)
from model.reconstruction.reproduction import DAYS_PER_YEAR, load_reproduction
from model.survival.pooling import Floats
from model.survival.prediction import TABLE_DAYS
from ui.evidence.words import span
from ui.session.language import number
from ui.shown.charts.drawing import drawn
from ui.shown.charts.series import Spec
from ui.shown.options import SHOWN, short_label
from ui.shown.table import Cell, Table

NAMES = {
    "earliest_second_sct": marked("First day on which a child may have died after second SCT"),
    "earliest_chemo_dli": marked("First day on which a child may have died after chemo + DLI"),
    "without_remission": marked("Children without remission, treatment known"),
    "without_remission_missing": marked("Children without remission, treatment missing"),
    "alive_known": marked("Children alive, treatment known"),
}
DAYS_ASSUMED = ("earliest_second_sct", "earliest_chemo_dli")
REASONS = {
    "earliest_second_sct": marked(
        "Conditioning may begin within two weeks; a search for a donor can take two months. This "
        "takes the groups as treatment received. If they mean treatment intended, earlier deaths "
        "belong there."
    ),
    "earliest_chemo_dli": marked("Lymphocytes follow a first course of chemotherapy."),
    "without_remission": marked(
        "How many is not printed; {not_in_remission} were not in remission at transplant."
    ),
    "without_remission_missing": marked("Nothing is printed: at most half of the {missing}."),
    "alive_known": marked(
        "{alive} of the {failures} are alive; how many of them are among the {analysed} of known "
        "treatment is not printed."
    ),
}
MOST_BARS = 12
HEIGHT, HEIGHT_OF_ARM = 180, 210
# So many that a value beyond its limit is seen to be.
R_HAT_PLACES = 3


def freedom() -> Freedom:
    return load_freedom()


def assumption_name(name: str) -> str:
    return _(NAMES[name])


def assumption_reason(name: str) -> str:
    """Why the range is as it is, with the paper's numbers."""
    printed = {
        "not_in_remission": "txt.n.status.not_cr",
        "missing": "txt.n.excluded",
        "alive": "dis.n.alive",
        "failures": "txt.n.failures",
        "analysed": "txt.n.all",
    }
    return _(REASONS[name]).format(**{word: number(value(id)) for word, id in printed.items()})


# --------------------------------------------------------------------------------- assumptions


def year_of_lists() -> Floats:
    """Survival at one year by each list, mean over patterns, %: (n_lists, n_treatments)."""
    year = load_reproduction().spread[..., TABLE_DAYS.index(DAYS_PER_YEAR)].astype(float)
    points: Floats = 100 * year.mean(axis=1)
    return points


def assumptions_table() -> Table:
    """Range, reason, what the lists have come to, and what that moves."""
    found = freedom()
    apart = by_value(found, year_of_lists())
    heads = (
        _("Assumption"),
        _("Could be"),
        _("In the lists"),
        _("Lists at an end of the range"),
        _("Lists above the median, and the others: apart at one year (points)"),
    )
    rows = []
    for k, name in enumerate(ASSUMPTIONS):
        first, last = (int(bound) for bound in found.ranges[k])
        values = found.found[k]
        at_bound = int(max((values == first).sum(), (values == last).sum()))
        rows.append(
            (
                Cell(assumption_name(name), assumption_reason(name), carries={"assumption": name}),
                Cell(span(number(first), number(last))),
                Cell(
                    number(float(np.median(values))),
                    span(number(int(values.min())), number(int(values.max()))),
                ),
                Cell(number(at_bound), carries={"bound": str(at_bound)}),
                _farthest_apart(apart[k]),
            )
        )
    return Table(_("What the lists assume where nothing is printed"), heads, rows)


def _farthest_apart(points: Floats) -> Cell:
    """How far, and for which option."""
    if np.isnan(points).all():
        return Cell(_("all lists alike"))
    most = int(np.nanargmax(np.abs(points)))
    return Cell(
        number(abs(float(points[most])), 2),
        short_label(TREATMENTS[most]),
        carries={"apart": f"{abs(points[most]):.4f}"},
    )


def how_to_read_assumptions() -> str:
    """What the columns are, and whether any assumption moves predictions."""
    chance = by_chance(year_of_lists())
    read = _(
        "In the lists: median, below it the lowest and the highest. Lists at an end of the range, "
        "whichever end has more: many would mean that the range, and not the paper, decides. Last "
        "column: predicted survival, mean over kinds of failure, for the option that differs most; "
        "two halves of the lists drawn by lot are up to {chance} points apart, 95 times of 100."
    ).format(chance=number(chance, 2))
    if np.nanmax(np.abs(by_value(freedom(), year_of_lists())), initial=0.0) > chance:
        return read
    return f"{read} " + _("None of the assumptions moves predictions by more.")


def assumption_chart(name: str) -> Spec:
    """What the lists have come to, beside what could be beforehand: bars of equal meaning by
    their area, since the last one may be narrower."""
    k = ASSUMPTIONS.index(name)
    first, last = (int(bound) for bound in freedom().ranges[k])
    found = freedom().found[k]
    width = -(-(last - first + 1) // MOST_BARS)
    edges = [*range(first, last + 1, width), last + 1]
    lists, _edges = np.histogram(found, edges)
    # Whole numbers stand in the middle of what they take up.
    bars = [
        (
            low - 0.5,
            high - 0.5,
            round(int(count) / (high - low), 4),
            span(number(low), number(high - 1)),
            int(count),
        )
        for low, high, count in zip(edges[:-1], edges[1:], lists, strict=True)
    ]
    likely = len(found) * beforehand(name, first, last)
    expected = [
        (low - 0.5, high - 0.5, round(float(likely[low - first : high - first].mean()), 4))
        for low, high in itertools.pairwise(edges)
    ]
    in_days = name in DAYS_ASSUMED
    words = {
        "domain": [first - 0.5, last + 0.5],
        "counted": _("Days since relapse or progression") if in_days else _("Children"),
        "share": _("Share of lists"),
        "lists": _("Lists"),
    }
    return drawn("assumption", HEIGHT, words, bars=bars, beforehand=expected).for_page()


def assumption_words(name: str) -> str:
    """The chart in words: what could be, and what came of it."""
    k = ASSUMPTIONS.index(name)
    first, last = (int(bound) for bound in freedom().ranges[k])
    values = freedom().found[k]
    if name == "alive_known":
        said = _(
            "Beforehand {first} to {last}, as likely as there are ways to choose the children; in "
            "the lists {low} to {high}, median {middle}."
        )
    else:
        said = _(
            "Beforehand {first} to {last}, each as likely; in the lists {low} to {high}, median "
            "{middle}."
        )
    return said.format(
        first=number(first),
        last=number(last),
        low=number(int(values.min())),
        high=number(int(values.max())),
        middle=number(float(np.median(values))),
    )


def assumption_alt(name: str) -> str:
    """The same with the name of what it is about."""
    return _("{what}. {words}").format(what=assumption_name(name), words=assumption_words(name))


# ---------------------------------------------------------------------------------- the start


def forgetting_words() -> str:
    """Whether the lists remember how they started."""
    found = freedom()
    kept = remembered_quantities()
    said = _(
        "Every list began from a start that leans on purpose: all survivors in one treatment "
        "group, early failures in another. If the search forgets its start, lists from different "
        "starts come out alike. In {forgotten} of {all} quantities no sign of the start is seen, "
        "by two measures: R-hat (rank-normalized, split) is at most {r_hat}, and the rank "
        "correlation with the kind of start below {correlation}."
    ).format(
        all=number(len(found.quantities)),
        forgotten=number(len(found.quantities) - len(kept)),
        r_hat=number(MOST_R_HAT, 1),
        correlation=number(MOST_CORRELATION, 1),
    )
    if not kept:
        return said
    rest = _("The spread of those below may still owe something to how the lists began.")
    return f"{said} {rest}"


def remembered_quantities() -> list[int]:
    """Places of the quantities that pass either limit."""
    found = freedom()
    passed = (found.r_hat > MOST_R_HAT) | (np.abs(found.correlation) >= MOST_CORRELATION)
    return [int(k) for k in np.flatnonzero(passed)]


def remembered_table() -> Table:
    """The quantities that pass a limit, that limit in bold."""
    found = freedom()
    rows = [
        (
            Cell(_(str(found.quantities[k])), carries={"quantity": str(k)}),
            Cell(
                number(float(found.r_hat[k]), R_HAT_PLACES),
                strong=bool(found.r_hat[k] > MOST_R_HAT),
            ),
            Cell(
                _signed(float(found.correlation[k])),
                strong=bool(abs(found.correlation[k]) >= MOST_CORRELATION),
            ),
        )
        for k in remembered_quantities()
    ]
    heads = (_("Children"), _("R-hat"), _("Correlation with the kind of start"))
    return Table(_("What the lists may remember of their start"), heads, rows, layout="compact")


def _signed(correlation: float) -> str:
    sign = "−" if round(correlation, 2) < 0 else ""
    return f"{sign}{number(abs(correlation), 2)}"


# ------------------------------------------------------------------------ the first hundred days


def early_chart(treatment: str) -> Spec:
    """The first hundred days of one arm, a line for every list."""
    curves = freedom().early[:, TREATMENTS.index(treatment)]
    lines = [
        (one, day, round(float(alive), 3))
        for one, curve in enumerate(curves)
        for day, alive in zip(EARLY_DAYS, curve, strict=True)
    ]
    words = {
        "domain": [0, EARLY_DAYS[-1]],
        "time": _("Days since relapse or progression"),
        "alive": _("Alive (%)"),
        "color": SHOWN[treatment].color_of_page,
    }
    return drawn("early", HEIGHT_OF_ARM, words, lists=lines).for_page()


def early_words(treatment: str) -> str:
    """The chart in words: the range over the lists on its last day."""
    last = 100 * freedom().early[:, TREATMENTS.index(treatment), -1]
    return _("On day {day} between {low}% and {high}% are alive in the lists.").format(
        day=number(EARLY_DAYS[-1]),
        low=number(round(float(last.min()))),
        high=number(round(float(last.max()))),
    )


def early_alt(treatment: str) -> str:
    """The same with the name of the treatment."""
    return _("{what}. {words}").format(
        what=treatment_label(treatment), words=early_words(treatment)
    )
