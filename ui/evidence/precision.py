"""What the printed precision of Tables 3 and 4 says of the children behind them."""

from collections.abc import Sequence

import numpy as np

from model.case import COVARIATES
from model.language import _
from model.paper.evidence import figures
from model.reconstruction.reproduction import (
    CHEMO,
    SIGNIFICANT,
    Precision,
    load_reproduction,
    precision,
)
from ui.evidence.words import level_words
from ui.session.language import number
from ui.shown.table import Cell, Table

# A covariate that no child lacks: its precision does not depend on how treatment is imputed.
KNOWN_OF_ALL = tuple(f"{column}={code}" for column, code in COVARIATES if column != "treatment")
# Below this share of cohorts an analysis is said to hardly print Table 4's limits.
HARDLY = 0.1


def precision_table() -> Table:
    """Table 4's printed standard errors beside those of both analyses."""
    n = load_reproduction().n_cohorts
    heads = (
        _("Standard error of the log hazard ratio"),
        _("As printed"),
        _("Complete children only"),
        _("Imputed ten times"),
        _("Would print these limits: complete, imputed"),
    )
    rows = []
    for one in precision(load_reproduction().secondary):
        column, level = one.covariate.split("=")
        prints = _("{complete} and {imputed} of {all} cohorts").format(
            complete=number(one.complete_within), imputed=number(one.imputed_within), all=number(n)
        )
        rows.append(
            (
                Cell(level_words(column, (level,)), carries={"covariate": one.covariate}),
                Cell(
                    number(one.printed, 3),
                    _range_words(one.printed_low, one.printed_high),
                    strong=True,
                ),
                *(
                    Cell(
                        number(median, 3),
                        _range_words(low, high),
                        carries={"error": f"{median:.6g}"},
                    )
                    for median, low, high in (one.complete, one.imputed)
                ),
                Cell(prints),
            )
        )
    return Table(_("How precise Table 4 is, and how precise it could be"), heads, rows)


def _range_words(low: float, high: float) -> str:
    return _("{low} to {high}").format(low=number(low, 3), high=number(high, 3))


def precision_words() -> tuple[str, ...]:
    """What the printed precision of Table 4 speaks for, in paragraphs."""
    secondary, n = load_reproduction().secondary, load_reproduction().n_cohorts
    each = precision(secondary)
    known = [one for one in each if one.covariate in KNOWN_OF_ALL]
    ratios = [one.ratio[0] for one in known]
    deaths = [round(float(np.median(a.deaths))) for a in (secondary.complete, secondary.imputed)]
    question = _(
        "The methods leave the children of unknown treatment out and call the imputation a "
        "secondary analysis; the results say that *omitting* the missing values made second SCT "
        "against chemotherapy alone nonsignificant, while Table 4 prints P = {p}. Which "
        "analysis Table 4 is stays open. On the cohorts, chemotherapy alone against second SCT has "
        "a P-value below {level} in {complete} of {all} with the complete children only, and in "
        "{imputed} of {all} with the missing treatments imputed."
    ).format(
        p=number(figures()["t4.p.treatment.chemo"].value, 2),
        level=number(SIGNIFICANT, 2),
        complete=number(int(secondary.complete.significant[CHEMO])),
        imputed=number(int(secondary.imputed.significant[CHEMO])),
        all=number(n),
    )
    built = _(
        "The cohorts are built so that the complete children print Table 4. That they do is no "
        "evidence. What can be asked is whether the imputed analysis could print the same limits. "
        "It rests on about {more} deaths instead of {fewer}, and remission and time to failure are "
        "known of every child: by the deaths alone their standard errors should be {expected} "
        "times those of the complete children. In the cohorts they are {low} to {high} times."
    ).format(
        more=number(deaths[1]),
        fewer=number(deaths[0]),
        expected=number(known[0].expected_ratio, 2),
        low=number(min(ratios), 2),
        high=number(max(ratios), 2),
    )
    return question, built, what_it_speaks_for(known, n)


def what_it_speaks_for(known: Sequence[Precision], n: int) -> str:
    """The conclusion, which depends on how many cohorts could print Table 4 from imputed data."""
    # Table 4 prints all of its limits together: the rarest of them decides.
    prints = min(one.imputed_within for one in known)
    if prints <= HARDLY * n:
        said = _(
            "All of these limits together are printed by the imputed analysis in {prints} of {all} "
            "cohorts at most. As far as the cohorts go, the printed precision speaks for the "
            "complete children, as the methods say, and against the sentence of the results."
        )
    else:
        said = _(
            "Each of these limits is printed by the imputed analysis in {prints} of {all} cohorts "
            "or more. The printed precision does not decide between the two."
        )
    unknown = _("It is no proof: of the children of unknown treatment little is printed.")
    return " ".join((said.format(prints=number(prints), all=number(n)), unknown))
