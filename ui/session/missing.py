"""What pages with numbers say in their place while the form holds no case to predict."""

import streamlit as st

from model.language import _
from ui.session.form import FormState
from ui.session.words import refusal


def draw_what_is_missing(form: FormState, with_leukemia: bool = False) -> None:
    """Name what is missing, what cannot be used, and where the form is; with what needs the
    leukemia, the leukemia."""
    if form.problems:
        refused = (
            _("- {input}: {sentence}").format(input=problem.field, sentence=refusal(problem))
            for problem in form.problems
        )
        st.error(_("Cannot be used:") + "\n" + "\n".join(refused))
    missing = form.missing_for_guidance if with_leukemia else form.missing
    lines = [_("Nothing is predicted yet.")]
    if form.case is not None and missing:
        lines = [_("What is said here depends on the leukemia, which is not given yet.")]
    if missing:
        lines.append(_("Still missing:") + "\n" + "\n".join(f"- {i}" for i in missing))
    if not form.treatments:
        lines.append(_("No treatment option is chosen."))
    lines.append(
        _(
            "The form is in the bar on the left. Where that bar is folded, as on a phone, the sign "
            "**»** at the top left opens it."
        )
    )
    st.info("\n\n".join(lines))
