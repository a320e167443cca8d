"""What the form calls its inputs, and how it answers what was entered."""

from model.case import LEUKEMIA_LABELS, Problem, asked_about
from model.language import _, marked
from model.paper.evidence import value

CHOICE_LABELS = {
    "yes": marked("yes"),
    "no": marked("no"),
    "positive": marked("positive"),
    "negative": marked("negative"),
    "good": marked("good"),
    "poor": marked("poor"),
}


def field_label(field: str) -> str:
    """What the form calls an input of `model.case.Case`."""
    labels = {
        "leukemia": _("Leukemia"),
        "days_to_failure": _("Days from first transplant to relapse or progression"),
        "days_survived": _("Days since relapse or progression, alive today"),
        "post_transplant_cr": _("Complete remission after the first transplant"),
        "age_years": _("Age at first transplant, in completed years"),
        "mrd": _("MRD after reinduction"),
        "performance": _("Performance status"),
        "tbi": _("TBI in the first conditioning"),
        "gvhd": _("GvHD after the first transplant"),
        "myeloablative": _("Myeloablative first conditioning"),
    }
    return labels[field]


def told_input(field: str, code: str) -> str:
    """An input with what was given, for where it has no words of its own."""
    answer = _(CHOICE_LABELS[code]) if code in CHOICE_LABELS else code
    return _("{input}: {answer}").format(input=field_label(field), answer=answer)


def leukemia_label(leukemia: str) -> str:
    return _(LEUKEMIA_LABELS[leukemia])


def whom_it_is_for() -> str:
    """What the study counts as failure, in whom, and what it does not hold."""
    return _(
        "For hematological relapse (blasts in blood, or more than {blasts:.0f}% in marrow) or "
        "progression, under {age:.0f} at first transplant. Not in the study: molecular relapse "
        "(MRD only), isolated extramedullary relapse."
    ).format(blasts=value("txt.blasts_threshold"), age=value("txt.age_limit"))


def refusal(problem: Problem) -> str:
    """What is said right beside a field, whose label need not be repeated, as Markdown.

    The value is whatever was typed there.
    """
    value = literal(problem.value)
    if problem.asked is not None:
        return f"{asked_about(value, problem.asked)}."
    if problem.in_range:
        return _("{value} is out of range. {in_range}").format(
            value=value, in_range=problem.in_range
        )
    return _("{value} is not {expected}.").format(value=value, expected=problem.expected)


def literal(text: str, longest: int = 60) -> str:
    """Make Markdown that shows a text from outside as it is, in one line, and no link of it.

    Within a code span Markdown, HTML and addresses stay plain characters; only the sign that
    ends the span has to be replaced.
    """
    line = " ".join(text.replace("`", "'").split())
    shown = line if len(line) <= longest else line[:longest] + "…"
    return f"`{shown}`"
