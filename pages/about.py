"""About: what Aftergraft is for, what stands behind it, and where it ends."""

import streamlit as st

from model.language import _
from model.options import treatment_label
from model.paper.evidence import value
from model.survival.prediction import load_model
from model.survival.support import FEWEST_KNOWN
from ui.evidence.external import tried_on_others
from ui.session.model_in_use import draw_not_recalibrated
from ui.session.navigation import start_at_the_entry
from ui.session.words import whom_it_is_for
from ui.shown.labels import citation, had_to_reach_transplant, last_month, what_intervals_cover

start_at_the_entry()
model = load_model()

st.title(_("About Aftergraft"))
draw_not_recalibrated()

st.header(_("What it is for"))
st.markdown(
    _(
        "Aftergraft supports physicians in pediatric transplantation when acute leukemia comes "
        "back, or never clears, after a child's first allogeneic transplant. For each treatment "
        "option it shows predicted survival with its uncertainty, beside what the source study "
        "proposes for that leukemia at that time.\n\n"
        "It informs a decision and does not make one. It is not a certified medical device. It is "
        "not meant for families on their own: its numbers need somebody who knows the child."
    )
)

st.header(_("The children behind the numbers"))
st.markdown(
    _(
        "Every number comes from one retrospective study of children under {age:.0f} whose first "
        "allogeneic transplant for acute leukemia took place from January {first:.0f} to December "
        "{last:.0f} in the {centres:.0f} centres of the SFGM-TC. Leukemia relapsed or progressed "
        "in {failures:.0f} children; what followed is on record for {analysed:.0f}, and these were "
        "analysed. For a child outside this description the curves say little."
    ).format(
        age=value("txt.age_limit"),
        first=value("txt.year.first_transplant"),
        last=value("txt.year.last_transplant"),
        centres=value("txt.centres"),
        failures=value("txt.n.failures"),
        analysed=value("txt.n.all"),
    )
)
st.markdown(whom_it_is_for())

st.header(_("What the curves see, and what they do not"))
st.markdown(
    _(
        "**They see** three things: the treatment, the time from first transplant to relapse or "
        "progression, and whether complete remission was reached after that transplant.\n\n"
        "**They do not see** the kind of leukemia, age, GvHD, MRD, genetics, the donor, the "
        "conditioning, performance status, other illness, or anything else about the child. Two "
        "children who differ only in these get the same curves. Leukemia, MRD, performance status "
        "and TBI enter the guidance; age only tells whether the child is of the kind studied."
    )
)

st.header(_("How the model was made"))
st.markdown(
    _(
        "The records of the children are not public; only tables are. Aftergraft therefore builds "
        "lists of invented children, *pseudo-cohorts*, whose counts, medians, one-year survival, "
        "numbers at risk and hazard ratios come out as printed. A Cox model is fitted to each "
        "list, and the fits are pooled. This model pools {cohorts} pseudo-cohorts, since many "
        "different lists satisfy the same tables. {covered}\n\n"
        "The command `python -m model check` prints each published figure that the lists must give "
        "back beside what they do give back, and fails if one is off."
    ).format(cohorts=model.n_cohorts, covered=what_intervals_cover())
)

st.header(_("Time already survived, and differences"))
st.markdown(
    _(
        "Where it is known that the child is alive some days after relapse or progression, every "
        "number is that of children who reached that day: what the curve from relapse has left. "
        "Nothing else about the child's condition on that day enters.\n\n"
        "Two predictions come from one model and share its baseline and its hazard ratios. The "
        "interval of a difference respects what they share, so that it is not what the two "
        "separate intervals suggest: these may overlap while the difference leaves out zero. For "
        "two options of one child it does so exactly where the hazard ratio between them leaves "
        "out one. The *restricted mean* is the time lived on average up to one, two or four years: "
        "the area under the curve."
    )
)

st.header(_("A centre's own children"))
st.markdown(
    _(
        "The study is old, and other centres may do better or worse. On the Registry page a centre "
        "holds the predictions against what became of its own children, and can recalibrate the "
        "model to them. While a recalibrated model is in use, every page and file that shows one "
        "of its numbers names it. It is a better guide to that centre's children only as far as "
        "they were many, were followed for long, and are like those still to come."
    )
)

st.header(_("Limits"))
st.markdown(
    _(
        "- **Older than today's drugs.** Blinatumomab, inotuzumab and CAR T cells came after these "
        "children. No curve stands for them.\n"
        "- **Treatments were chosen, not randomized.** Fitter children may have been offered more. "
        "A difference between two curves need not be the effect of the treatment.\n"
        "- **Only survivors reach a second transplant.** {reached}\n"
        "- **Some groups are small:** {dli:.0f} children had {dli_label}, {chemo_dli:.0f} had "
        "{chemo_dli_label}.\n"
        "- **Nothing past {months:.0f} months.** The study prints no number at risk beyond, and "
        "the curves end there.\n"
        "- **Borrowing and extrapolation.** A curve is solid where what became of at least "
        "{fewest} children like the one described is known, by our reconstruction. With long "
        "dashes it is borrowed from all children given that option, whatever their time to failure "
        "and remission; dotted, and named as extrapolated, there were fewer even of these, and it "
        "leans on the shape of the other groups' curves.\n"
        "- **Proportional hazards.** A treatment is taken to change the risk by the same factor "
        "at all times. The study reports no other model.\n"
        "- **Hardly tried on others.** {tried}"
    ).format(
        reached=had_to_reach_transplant(),
        dli=value("abs.n.dli"),
        dli_label=treatment_label("dli"),
        chemo_dli=value("abs.n.chemo_dli"),
        chemo_dli_label=treatment_label("chemo_dli"),
        months=last_month(),
        fewest=FEWEST_KNOWN,
        tried=tried_on_others(),
    )
)

st.header(_("What is kept"))
st.markdown(
    _(
        "Nothing. No name, number or date of birth is asked for. The two dates that may be entered "
        "are turned into a number of days and then forgotten. The other inputs stand in the "
        "address of the page, so that a reload brings them back: a link that you send, and the "
        "history of the browser, hold them too. They do not name the child, and the names given to "
        "the columns of a comparison, which stand there as well, must not either. What the team "
        "writes for the family stands on the sheet for the family and is forgotten when the page "
        "is closed. A table brought to the Registry page is held in memory only, for that visit, "
        "and its rows are written nowhere; the model file made of it holds estimates and counts. "
        "No usage statistics are collected, and nothing is sent to or fetched from anybody else."
    )
)

st.header(_("Version"))
st.markdown(
    _(
        "Model {version}, pooled over {cohorts} pseudo-cohorts.  \n"
        "Hash of what it was fitted to: `{source_hash}`"
    ).format(version=model.version, cohorts=model.n_cohorts, source_hash=model.source_hash)
)

st.header(_("Source, licence and funding"))
st.markdown(citation())
st.markdown(
    _(
        "Anybody who uses these numbers should cite that study. Its authors have no part in "
        "Aftergraft.\n\n"
        "Aftergraft is free software under the GNU General Public License, version 3 or later "
        "(GPL-3.0-or-later), and comes without any warranty. It has no funding."
    )
)
