"""Sentences and labels that several pages say in the same words. Numbers come from the evidence."""

from model.language import _
from model.paper.evidence import select, value
from ui.session.words import CHOICE_LABELS

DOI = "10.1038/bmt.2016.360"
PAPER = "Roux et al., Bone Marrow Transplantation 2017"
# What stands in a file of numbers.
PAPER_IN_FILE = f"{PAPER}, doi:{DOI}"


def remission_label(post_transplant_cr: bool) -> str:
    if post_transplant_cr:
        return _("relapse after remission")
    return _("progression without remission")


def choice_words(field: str, code: str) -> str:
    """What a code of an input means of the child."""
    return (
        remission_label(code == "yes") if field == "post_transplant_cr" else _(CHOICE_LABELS[code])
    )


def limits_line() -> str:
    """The one line that stands wherever a number is shown."""
    return _(
        "Children transplanted {first:.0f}–{last:.0f} in {centres:.0f} SFGM-TC centres, before "
        "blinatumomab, inotuzumab and CAR T cells. Treatments were chosen, not randomized. "
        "Support, not a verdict: see About."
    ).format(
        first=value("txt.year.first_transplant"),
        last=value("txt.year.last_transplant"),
        centres=value("txt.centres"),
    )


def source_line() -> str:
    """The paper that the numbers come from, and how."""
    return _(
        "{paper}: no patient records of that study, but a model fitted to lists rebuilt from its "
        "tables."
    ).format(paper=PAPER)


def source_heading() -> str:
    """The same where it stands first, with whose children they are."""
    return _(
        "{paper}, children transplanted {first:.0f}–{last:.0f}; no patient records: a model fitted "
        "to lists rebuilt from its tables."
    ).format(
        paper=PAPER,
        first=value("txt.year.first_transplant"),
        last=value("txt.year.last_transplant"),
    )


def what_intervals_cover() -> str:
    """What a 95% interval of a prediction holds and what it does not; said wherever one is read."""
    return _(
        "A 95% interval covers chance and what the printed figures leave open (variance within and "
        "between the reconstructed lists, pooled by Rubin's rules). It does not cover who was "
        "chosen for which treatment, the wait for a treatment, the leukemia (AML and ALL are "
        "pooled) or the era ({first:.0f}–{last:.0f})."
    ).format(first=value("txt.year.first_transplant"), last=value("txt.year.last_transplant"))


def had_to_reach_transplant() -> str:
    """What counting second transplant from day 0 may do to its comparison with other options."""
    return _(
        "A child had to live long enough to be transplanted again; how long the children waited is "
        "not printed. That wait alone could explain some or all of the difference from "
        "chemotherapy alone."
    )


def chemo_alone_in_paper() -> str:
    """What the paper itself says of chemotherapy alone against second transplant."""
    return _(
        "The paper itself says that, with missing values left out, the difference between second "
        "SCT and chemotherapy alone was no longer significant (Results; Supplementary Table S1, of "
        "which only these words are available)."
    )


def last_month() -> float:
    """Last month at which the study prints how many children were at risk."""
    return max(float(figure.time) for figure in select(quantity="at_risk"))


def citation() -> str:
    return _(
        "Roux C, Tifratene K, Socié G, et al. Outcome after failure of allogeneic hematopoietic "
        "stem cell transplantation in children with acute leukemia: a study by the société "
        "Francophone de greffe de moelle et de thérapie cellulaire (SFGM-TC). *Bone Marrow "
        "Transplantation* 2017;52:678–682. [doi:{doi}](https://doi.org/{doi})"
    ).format(doi=DOI)
