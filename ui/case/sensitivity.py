"""How far the comparison with second transplant could be wrong, in words.

The E-values are those of the hazard ratios of Table 4. That a child had to live until its second
transplant is said and not computed: how long the children waited is not printed. The page and the
sheet for the record say the same, from here.
"""

from collections.abc import Sequence

import streamlit as st

from model.language import _, listed
from model.options import treatment_label
from model.survival.comparison import Estimate
from model.survival.prediction import load_model
from model.survival.sensitivity import SECOND_SCT, EValue, e_values
from ui.session.language import number
from ui.session.model_in_use import recalibration_in_use
from ui.shown.labels import chemo_alone_in_paper, had_to_reach_transplant

PLACES = 2


def draw_sensitivity(treatments: Sequence[str]) -> None:
    """Draw the section, where second SCT is among the options; E-values with the paper's model."""
    if SECOND_SCT not in treatments:
        return
    with st.expander(heading()):
        st.markdown(had_to_reach_transplant())
        st.page_link("pages/evidence.py", label=f":primary[{counted_in_four_ways()} ›]")
        sentences = e_value_sentences(treatments)
        if sentences and recalibration_in_use() is None:
            st.markdown(e_value_meaning())
            st.markdown("\n".join(f"- {sentence}" for sentence in sentences))
            st.caption(
                _(
                    "E-values: VanderWeele and Ding 2017, for hazard ratios of a common outcome, "
                    "from the pooled hazard ratio and its 95% limits."
                )
            )


def record_paragraphs(treatments: Sequence[str], recalibrated: bool) -> list[str]:
    """What the sheet for the record says of it; nothing where second SCT is not among the options.

    The E-values take one line, so that the sheet keeps to two pages.
    """
    if SECOND_SCT not in treatments:
        return []
    line = "" if recalibrated else e_value_line(treatments)
    return [line, had_to_reach_transplant()] if line else [had_to_reach_transplant()]


# ------------------------------------------------------------------------------------ words


def counted_in_four_ways() -> str:
    """Where the wait is counted, and not only spoken of."""
    return _("Evidence: the wait counted in four ways")


def heading() -> str:
    return _("How far could the comparison be wrong?")


def e_value_meaning() -> str:
    """What an E-value is, for whoever has never met one."""
    return _(
        "The options were chosen for each child, not drawn by lot. Something that is not in the "
        "model, such as how sick the child was, may have led both to one option rather than "
        "another and to death. The E-value says how strong these two links would have to be, "
        "beyond time to failure and remission, to make up the difference from second SCT on their "
        "own; if one is weaker, the other has to be stronger. The nearer to 1, the more easily the "
        "difference is explained away. It does not say whether there is such a thing, it covers no "
        "other bias, and it is the same for every child."
    )


def e_value_sentences(treatments: Sequence[str]) -> list[str]:
    """What it would take to explain away each option's difference from second SCT, as Markdown."""
    values = e_values(load_model())
    return [_e_value_sentence(option, values[option]) for option in treatments if option in values]


def e_value_line(treatments: Sequence[str]) -> str:
    """The E-values alone, in one line; empty where there is nothing beside second SCT."""
    values = e_values(load_model())
    each = _("{option} {value} ({limit})")
    named = [
        each.format(
            option=treatment_label(option),
            value=number(values[option].value, PLACES),
            limit=_limit(values[option]),
        )
        for option in treatments
        if option in values
    ]
    if not named:
        return ""
    said = _(
        "E-values of the hazard ratios against second SCT, in brackets of the limit nearer 1: "
        "{values}."
    ).format(values=listed(named))
    return " ".join([said, *_said_by_paper(treatments)])


def _limit(found: EValue) -> str:
    return number(found.limit, PLACES if found.limit > 1 else 0)


def _e_value_sentence(treatment: str, found: EValue) -> str:
    said = [
        _(
            "{option}: hazard ratio of death {ratio} against second SCT. E-value {value}: to "
            "explain all of it, something not measured would have to be {value} times as frequent "
            "in one group as in the other and make death {value} times as likely."
        ).format(
            option=f"**{treatment_label(treatment)}**",
            ratio=_ratio(found.hazard_ratio),
            value=number(found.value, PLACES),
        )
    ]
    if found.limit > 1:
        said.append(
            _("For the limit of the interval that is nearer 1: {limit} times each.").format(
                limit=_limit(found)
            )
        )
    else:
        said.append(_("For the interval: 1, because it holds no difference as it is."))
    return " ".join([*said, *_said_by_paper([treatment])])


def _said_by_paper(treatments: Sequence[str]) -> list[str]:
    return [chemo_alone_in_paper()] if "chemo" in treatments else []


def _ratio(estimate: Estimate) -> str:
    return _("{ratio} ({limits})").format(
        ratio=number(estimate.value, PLACES), limits=_limits(estimate)
    )


def _limits(estimate: Estimate) -> str:
    return _("{lower}–{upper}").format(
        lower=number(estimate.lower, PLACES), upper=number(estimate.upper, PLACES)
    )
