"""The model against relapses of another registry."""

from model.language import _
from model.survival.comparison import Estimate
from model.validation.external import MEASURES, YOUNG, load_external
from ui.session.language import number
from ui.shown.table import Cell, Table

PLACES = 2


def ratio_words(found: Estimate) -> str:
    """A number with its interval: 1.48 (1.29 to 1.65)."""
    return _("{value} ({lower} to {upper})").format(
        value=number(found.value, PLACES),
        lower=number(found.lower, PLACES),
        upper=number(found.upper, PLACES),
    )


def tried_on_others() -> str:
    """What the check showed, in one sentence."""
    found = load_external()
    return _(
        "In {relapses} relapses of another registry, treatment unknown, the order by time to "
        "relapse held: Harrell's C {c}. Treatments could not be tested. More died than predicted: "
        "observed to expected {ratio}, in those aged 20 or less {young}."
    ).format(
        relapses=number(found["all"].relapses),
        c=ratio_words(found["all"].measures["harrell_c"]),
        ratio=ratio_words(found["all"].measures["observed_expected"]),
        young=ratio_words(found[YOUNG].measures["observed_expected"]),
    )


def external_words() -> tuple[str, ...]:
    """What the check was and what it shows, in paragraphs."""
    found = load_external()
    what = _(
        "`ebmt4`, published with the R package mstate: transplants for ALL in remission from "
        "matched siblings, 1985 to 1998 (EBMT; doi 10.1007/s10985-008-9099-8). Of {relapses} "
        "patients who relapsed and were followed afterwards {young} were aged 20 or less; the data "
        "know no younger limit. How a relapse was treated is not in the data, so predictions are "
        "averaged over the treatments, and what tells the options apart is not tested."
    ).format(relapses=number(found["all"].relapses), young=number(found[YOUNG].relapses))
    shows = _(
        "The order by time to relapse held: a C of one half would be chance, and a slope of 1 says "
        "that differences are neither exaggerated nor played down. More died than the model "
        "predicts; these were mostly adults, all with ALL, transplanted before the paper's "
        "children. Its predictions were no better than one curve for all, which a scaled Brier "
        "score of 0 says. That it fits children treated today is not shown by this."
    )
    return what, shows


def external_table() -> Table:
    """Every measure of every group with its bootstrap interval."""
    names = {
        "harrell_c": _("Harrell's C"),
        "slope": _("Calibration slope"),
        "observed_expected": _("Observed over expected deaths"),
        "integrated_brier_scaled": _("Scaled Brier score, integrated"),
    }
    groups = {"all": _("All ages"), YOUNG: _("20 years or less")}
    heads = (_("Patients"), _("Relapses"), _("Deaths"), *(names[name] for name in MEASURES))
    rows = [
        (
            Cell(groups[group]),
            Cell(number(found.relapses)),
            Cell(number(found.deaths)),
            *(
                Cell(
                    ratio_words(found.measures[name]),
                    carries={"measure": name, "value": f"{found.measures[name].value:.6g}"},
                )
                for name in MEASURES
            ),
        )
        for group, found in load_external().items()
    ]
    return Table(_("The model against relapses of another registry"), heads, rows)
