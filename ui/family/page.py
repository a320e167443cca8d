"""The two views of the talk with a family: the clinician prepares it, then shows it.

Preparing: what is left out, the time, whose children are drawn, the team's own words, and a preview
of everything. Showing: large letters and nothing else on screen, first words, then one hundred
children, then curves, then what matters to the family, each when the clinician says so. Of no
option anything is drawn until the clinician chooses it, or all of them at once, so that nothing is
favoured by being first.
"""

import streamlit as st

from model.case import Case
from model.language import _, listed
from model.options import treatment_label
from ui.case.three_alike import draw_stays_as_printed
from ui.family.burdens import HEADINGS, burdens, said_of
from ui.family.chart import family_chart, family_chart_alt
from ui.family.claims import facts_of
from ui.family.family import GENERAL, FamilySheet, family_sheet, times
from ui.family.markup import (
    STYLE_OF_TALK,
    closing_markup,
    curves_legend_markup,
    curves_markup,
    matters_markup,
    nothing_drawn_markup,
    pictures_markup,
    words_markup,
)
from ui.family.matters import draw_matters
from ui.family.paper import draw_family_download
from ui.family.talk import (
    DAY,
    PICTURED,
    STEPS,
    Talk,
    begins_shown,
    burden_begins,
    burden_key,
    current_talk,
    draw_all,
    edited_burdens,
    end_talk,
    forget_link_notice,
    forget_notes,
    go_to_step,
    link_notice,
    note_key,
    notes,
    shown_key,
    start_talk,
    written_for,
    written_for_another,
)
from ui.session.form import FormState
from ui.session.link import draw_left_out
from ui.session.model_in_use import draw_missing_model, draw_model_in_use, recalibration_in_use
from ui.session.page_style import ON_SCREEN_ONLY
from ui.session.words import literal
from ui.shown.described import describe
from ui.shown.labels import limits_line
from ui.shown.results import horizon_name, nobody_to_compare
from ui.shown.sheet import unprintable

LONGEST_NOTE = 800
NOTE_HEIGHT = 100

# The form and the bars around it are gone, not only out of sight: no key reaches them.
NOTHING_ELSE = """
<style>
[data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"],
[data-testid="stExpandSidebarButton"], [data-testid="stSkipToContent"] {
  display: none !important; }
[data-testid="stMainBlockContainer"] { max-width: 60rem; margin: 0 auto;
  padding: clamp(1.5rem, 5vw, 4rem) clamp(1rem, 5vw, 3rem); }
.talk { font-size: 1.3rem; max-width: none; }
@media (max-width: 600px) { .talk { font-size: 1.15rem; } }
</style>
"""
# Each step begins at its top, also when the step before is still being taken away. The name of the
# step makes the script another, so that it runs again.
TO_THE_TOP = """
<script>/* {step} */
{{
  const toTheTop = () => document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  toTheTop();
  requestAnimationFrame(() => requestAnimationFrame(toTheTop));
}}
</script>
"""


def draw_family(form: FormState, case: Case) -> None:
    """Draw the view that the clinician is in."""
    talk = current_talk(case, form.treatments)
    sheet = family_sheet(
        case,
        talk.treatments,
        talk.day,
        talk.pictured,
        notes(),
        recalibration_in_use(),
        edited_burdens(),
    )
    st.html(STYLE_OF_TALK)
    if talk.on:
        _show(case, talk, sheet)
    else:
        _prepare(form, case, talk, sheet)


# ---------------------------------------------------------------------------------- prepare


def _prepare(form: FormState, case: Case, talk: Talk, sheet: FamilySheet) -> None:
    with st.container(key=f"{ON_SCREEN_ONLY}_prepare"):
        st.title(_("Talk with the family"))
        st.caption(limits_line())
        draw_model_in_use()
        draw_left_out(link_notice(), forget_link_notice, "talk_understood")
        st.markdown(f"**{describe(case)}.**")
        draw_stays_as_printed(case)
        st.markdown(
            _(
                "Choose what the family will see, write what the study cannot say, and start the "
                "talk. It begins with words; you reveal the numbers, and then the curves."
            )
        )
        _choose_options(form)
        if talk.treatments:
            _choose_time(case)
            _choose_pictured(talk)
            _write_notes(case, talk)
            _edit_burdens(case, talk)
        with st.container(horizontal=True):
            st.button(
                _("Start the talk"),
                type="primary",
                disabled=not talk.treatments,
                on_click=start_talk,
            )
            if talk.treatments:
                draw_family_download(sheet)
        st.header(_("What the family will see"))
    if talk.treatments:
        st.header(sheet.title)
        st.html(words_markup(sheet, unfolded=True))
        st.header(sheet.how_to_read.heading)
        st.html(pictures_markup(sheet, others_in_words=True))
        if talk.pictured:
            _draw_curves(case, talk, sheet)
        st.html(matters_markup())
        st.html(closing_markup(sheet, unfolded=True))
    else:
        st.info(sheet.left_out)


def _choose_options(form: FormState) -> None:
    st.markdown(_("**Options in this talk**"))
    for treatment in form.treatments:
        st.checkbox(
            treatment_label(treatment),
            value=begins_shown(treatment),
            key=shown_key(treatment),
            persist_state="session",
        )
    st.caption(
        _(
            "What is not ticked here or in the form is left out. The family is told which, and "
            "that your team left it out."
        )
    )


def _choose_time(case: Case) -> None:
    st.segmented_control(
        _("Time to look at, after relapse or progression"),
        times(case),
        format_func=horizon_name,
        required=True,
        key=DAY,
        persist_state="session",
    )


def _choose_pictured(talk: Talk) -> None:
    st.pills(
        _("Options to draw: one hundred children, then curves"),
        talk.treatments,
        selection_mode="multi",
        format_func=treatment_label,
        key=PICTURED,
        persist_state="session",
    )
    # While nothing is drawn in the talk, the same press stands in the open.
    if talk.pictured != talk.treatments and (talk.pictured or not talk.on):
        _draw_all_button(talk, "choose")


def _draw_all_button(talk: Talk, place: str) -> None:
    st.button(
        _("Show all options"),
        key=f"talk_draw_all_{place}",
        on_click=draw_all,
        args=(talk.treatments,),
    )


def _write_notes(case: Case, talk: Talk) -> None:
    with st.expander(_("The team's own words")):
        st.caption(
            _(
                "What you write here stands in the talk and on the printed sheet, and is kept "
                "nowhere else: reloading the page or starting a new case erases it. Please write "
                "no name."
            )
        )
        if written_for_another(case):
            st.warning(_("The form has changed since these words were written. Do they still fit?"))
            with st.container(horizontal=True):
                st.button(_("They fit"), on_click=written_for, args=(case,))
                st.button(_("Erase them"), on_click=forget_notes)
        labels = {GENERAL: _("For all options")}
        labels |= {treatment: treatment_label(treatment) for treatment in talk.treatments}
        for name, label in labels.items():
            st.text_area(
                label,
                key=note_key(name),
                height=NOTE_HEIGHT,
                max_chars=LONGEST_NOTE,
                on_change=written_for,
                args=(case,),
                persist_state="session",
            )
    _warn_of_letters()


def _warn_of_letters() -> None:
    """Before the sheet is made: what of the team's words its letters cannot show."""
    written = "\n".join((*notes().values(), *edited_burdens().values()))
    missing = unprintable(written)
    if missing:
        st.warning(
            _(
                "The printed sheet has no letters for these signs, and shows boxes in their place: "
                "{signs}. On screen they are shown."
            ).format(signs=literal(" ".join(missing[:20])))
        )


def _edit_burdens(case: Case, talk: Talk) -> None:
    """Every sentence of general knowledge, to be edited or removed before a family sees it."""
    with st.expander(_("What each option can ask of a child: read before the talk")):
        st.caption(
            _(
                "The study counts none of this. These sentences are general medical knowledge, "
                "each from the source named with it; hardly one is about exactly these children, "
                "and no physician has reviewed the choice yet. Edit them, or empty a field to "
                "leave it out."
            )
        )
        for option in talk.treatments:
            st.markdown(f"**{treatment_label(option)}**")
            for heading, name in HEADINGS.items():
                st.text_area(
                    _(name),
                    value=burden_begins(option, heading),
                    key=burden_key(option, heading),
                    height=NOTE_HEIGHT,
                    max_chars=LONGEST_NOTE,
                    help=_sources_of(option, heading),
                    on_change=written_for,
                    args=(case,),
                    persist_state="session",
                )
    edited = edited_burdens()
    said = {option: {one.heading for one in said_of(option, edited)} for option in talk.treatments}
    empty = [
        _("{option}: {heading}").format(option=treatment_label(option), heading=_(name).lower())
        for option in talk.treatments
        for heading, name in HEADINGS.items()
        if heading not in said[option]
    ]
    if empty:
        st.caption(
            _(
                "Empty, and not shown to the family: {places}. You can say it in your own words."
            ).format(places=listed(empty))
        )


def _sources_of(option: str, heading: str) -> str:
    found = burdens()[option, heading].sources
    if not found:
        return _("No source could be opened for this. Left to your team.")
    return "\n\n".join(
        _("{name}, “{title}”: {about}. {address}").format(
            name=one.name, title=one.title, about=_(one.about), address=one.address
        )
        for one in found
    )


# ------------------------------------------------------------------------------------- show


def _show(case: Case, talk: Talk, sheet: FamilySheet) -> None:
    st.html(NOTHING_ELSE)
    st.html(TO_THE_TOP.format(step=talk.step), unsafe_allow_javascript=True)
    st.title(sheet.title)
    draw_missing_model()
    if talk.step == "words":
        st.html(words_markup(sheet, unfolded=False))
        st.html(closing_markup(sheet, unfolded=False))
    elif talk.step == "icons":
        st.header(sheet.how_to_read.heading)
        st.html(pictures_markup(sheet, others_in_words=False))
        _draw_none_drawn(talk)
        _draw_changes(case, talk)
    elif talk.step == "curves":
        if talk.pictured:
            _draw_curves(case, talk, sheet)
        else:
            st.header(sheet.how_to_read_curves.heading)
            st.html(nothing_drawn_markup(sheet))
        _draw_none_drawn(talk)
        _draw_changes(case, talk)
    else:
        st.header(_("What matters to us"))
        draw_matters(sheet, facts_of(case, recalibration_in_use()))
    _draw_steps(talk)


def _draw_curves(case: Case, talk: Talk, sheet: FamilySheet) -> None:
    st.header(sheet.how_to_read_curves.heading)
    compared = [t for t in talk.pictured if not nobody_to_compare(t, case.days_survived)]
    if compared:
        st.html(curves_legend_markup([o for o in sheet.options if o.treatment in compared]))
        st.vega_lite_chart(
            family_chart(case, tuple(compared), talk.day, recalibration_in_use()),
            alt=family_chart_alt(sheet),
            key="family_curves",
        )
    st.html(curves_markup(sheet))


def _draw_none_drawn(talk: Talk) -> None:
    """Where nothing is drawn yet, all of it is one press away."""
    if not talk.pictured:
        with st.container(key=f"{ON_SCREEN_ONLY}_draw_all"):
            _draw_all_button(talk, "step")


def _draw_changes(case: Case, talk: Talk) -> None:
    with (
        st.container(key=f"{ON_SCREEN_ONLY}_changes"),
        st.expander(_("Look at another time, or other options")),
    ):
        _choose_time(case)
        _choose_pictured(talk)


def _draw_steps(talk: Talk) -> None:
    labels = {
        "words": _("Back to words"),
        "icons": _("Show the numbers"),
        "curves": _("Show the curves"),
        "matters": _("What matters to us"),
    }
    with st.container(key=f"{ON_SCREEN_ONLY}_steps", horizontal=True):
        for step in STEPS:
            # One step at a time: from the words only to the numbers.
            if step != talk.step and (talk.step, step) != ("words", "curves"):
                st.button(labels[step], key=f"talk_to_{step}", on_click=go_to_step, args=(step,))
        st.button(_("End the talk"), type="tertiary", on_click=end_talk)
