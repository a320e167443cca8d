"""What the Evidence page comes to, in five lines of numbers."""

from model.language import _
from model.options import TREATMENTS, treatment_label
from model.reconstruction.reproduction import load_reproduction, verdict_on
from ui.evidence.assumptions import freedom, remembered_quantities
from ui.evidence.curves import arm_distance
from ui.evidence.external import tried_on_others
from ui.evidence.figures import farthest_off
from ui.evidence.words import group_words, place, quantity_words
from ui.session.language import number
from ui.shown.results import horizon_name


def verdict_lines() -> tuple[str, ...]:
    """Figures, spread, proportional hazards, other patients, number of cohorts: as Markdown."""
    found = verdict_on(load_reproduction())
    farthest, units = farthest_off()
    median, worst = found.within
    arm = max(TREATMENTS, key=lambda treatment: abs(arm_distance(treatment)[0]))
    apart, day = arm_distance(arm)
    return (
        _(
            "**Printed figures.** {all} must come out of every cohort. Of the {judged} that are "
            "judged by rounding, {median}% do in the median cohort and {worst}% in the worst. "
            "Farthest off: {what}, {whom} ({place}), {units} units of its last digit."
        ).format(
            all=number(found.n_figures),
            judged=number(found.n_judged),
            median=number(100 * median, 1),
            worst=number(100 * worst, 1),
            what=quantity_words(farthest.figure),
            whom=group_words(farthest.figure),
            place=place(farthest.figure),
            units=number(units, 2),
        ),
        _(
            "**What they leave open.** Between the lowest cohort and the highest, predicted "
            "survival at one year differs by {middle} percentage points in the median of the "
            "predictions and by {most} at most."
        ).format(middle=number(100 * found.spread[0], 1), most=number(100 * found.spread[1], 1)),
        _(
            "**Proportional hazards.** The model's mean curve of an arm is farthest from the arm's "
            "own curve for {arm}, at {time}: {points} percentage points {side}."
        ).format(
            arm=treatment_label(arm),
            time=horizon_name(day),
            points=number(abs(100 * apart), 1),
            side=_("too high") if apart > 0 else _("too low"),
        ),
        _("**Other patients.** {tried}").format(tried=tried_on_others()),
        _(
            "**Cohorts.** {all}, each from a start and a seed of its own: their effective number "
            "is {all}. In {forgotten} of {quantities} quantities no sign of the start is left."
        ).format(
            all=number(load_reproduction().n_cohorts),
            forgotten=number(len(freedom().quantities) - len(remembered_quantities())),
            quantities=number(len(freedom().quantities)),
        ),
    )
