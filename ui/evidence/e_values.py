"""E-values of every comparison of two options, as one table."""

from model.language import _
from model.options import treatment_label
from model.survival.prediction import load_model
from model.survival.sensitivity import e_values_of_pairs
from ui.evidence.external import ratio_words
from ui.session.language import number
from ui.shown.table import Cell, Table

PLACES = 2


def e_values_words() -> str:
    """What the numbers of the table are."""
    return _(
        "The options were chosen, not drawn by lot. The E-value of a comparison is how many times "
        "as frequent in one group as in the other something not measured would have to be, and how "
        "many times it would have to raise the risk of death, to make up all of the difference on "
        "its own. The nearer to 1, the more easily the difference is explained away. Waiting for a "
        "treatment, and what else is no property of the child, is not covered by it."
    )


def e_values_table() -> Table:
    """Hazard ratio, E-value, and E-value of the limit nearer 1, of every pair of options."""
    heads = (
        _("Option against option"),
        _("Hazard ratio of death (95% interval)"),
        _("E-value"),
        _("E-value of the limit nearer 1"),
    )
    rows = [
        (
            Cell(
                treatment_label(treatment),
                _("against {option}").format(option=treatment_label(reference)),
            ),
            Cell(ratio_words(found.hazard_ratio)),
            Cell(
                number(found.value, PLACES),
                carries={"pair": f"{treatment}/{reference}", "value": f"{found.value:.4f}"},
            ),
            Cell(number(found.limit, PLACES), carries={"limit": f"{found.limit:.4f}"}),
        )
        for (treatment, reference), found in e_values_of_pairs(load_model()).items()
    ]
    return Table(_("E-values of every comparison"), heads, rows)
