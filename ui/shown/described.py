"""A child in one sentence."""

from model.case import Case
from model.language import _, marked
from ui.session.language import number
from ui.session.words import leukemia_label
from ui.shown.labels import remission_label
from ui.shown.results import in_days, interval_words

# What each answer says of the child, in the order in which a case is described.
ANSWERS_IN_WORDS = {
    ("mrd", "positive"): marked("MRD positive after reinduction"),
    ("mrd", "negative"): marked("MRD negative after reinduction"),
    ("performance", "good"): marked("performance status good"),
    ("performance", "poor"): marked("performance status poor"),
    ("tbi", "yes"): marked("TBI in the first conditioning"),
    ("tbi", "no"): marked("no TBI in the first conditioning"),
    ("gvhd", "yes"): marked("GvHD after the first transplant"),
    ("gvhd", "no"): marked("no GvHD after the first transplant"),
    ("myeloablative", "yes"): marked("myeloablative first conditioning"),
    ("myeloablative", "no"): marked("first conditioning not myeloablative"),
}


def describe(case: Case) -> str:
    """The case in one sentence, so that an input given by mistake is noticed."""
    parts = [
        _("{leukemia}, {how}, {days} after first transplant ({interval})").format(
            leukemia=_("Leukemia not given")
            if case.leukemia is None
            else leukemia_label(case.leukemia),
            how=remission_label(case.post_transplant_cr),
            days=in_days(case.days_to_failure),
            interval=interval_words(case.interval),
        )
    ]
    if case.age_years is not None:
        parts.append(_("aged {age} at first transplant").format(age=number(case.age_years)))
    parts += [
        _(words)
        for (field, code), words in ANSWERS_IN_WORDS.items()
        if getattr(case, field) == code
    ]
    if case.days_survived:
        parts.append(
            _("alive on day {day} after relapse or progression").format(
                day=number(case.days_survived)
            )
        )
    return ", ".join(parts)
