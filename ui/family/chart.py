"""The curves of chosen options for the talk with a family: few elements, large letters.

The same numbers and colours as on the case page, from `ui.shown.charts`; a legend with the names of
the options stands beside the chart, and the sentences around it say how to read it.
"""

import functools
from dataclasses import replace

from model.case import Case
from model.language import _, code
from model.survival.prediction import HORIZON_DAYS
from model.survival.recalibrated import Recalibration
from ui.family.family import FamilySheet
from ui.family.outcome import HUNDRED
from ui.session.language import number
from ui.shown.charts.drawing import Drawing, talk_spec
from ui.shown.charts.series import Spec, curve_points, option_series
from ui.shown.results import DAYS_PER_MONTH, MONTHS_PER_YEAR, ShownPattern, shown_pattern

HEIGHT = 360
WIDTH_OF_LINE, BAND = 3.5, 0.2
DAYS_PER_YEAR = MONTHS_PER_YEAR * DAYS_PER_MONTH


def family_chart(
    case: Case, pictured: tuple[str, ...], day: int, recalibration: Recalibration | None = None
) -> Spec:
    """The curves of some options, with a rule at the time of which the talk speaks."""
    return _chart(shown_pattern(case, pictured, recalibration=recalibration), day, code())


@functools.lru_cache(maxsize=64)
def _chart(pattern: ShownPattern, day: int, language: str) -> Spec:
    # A family is told of the children still alive: a line is dashed from the day on which few were
    # known to be.
    model = pattern.model
    until = {option: int(model.supported_until[k]) for k, option in enumerate(model.options)}
    series = [
        replace(
            one, width=WIDTH_OF_LINE, band=BAND, own_until=until[one.id], arm_until=HORIZON_DAYS
        )
        for one in option_series(pattern, *until.values())
    ]
    years = range(round(HORIZON_DAYS / DAYS_PER_YEAR) + 1)
    words = {
        "time": _("Years"),
        "alive": _("Children alive out of {hundred}").format(hundred=number(HUNDRED)),
        "hundred": HUNDRED,
        "all_names": {str(round(year * DAYS_PER_YEAR)): number(year) for year in years},
    }
    spec = talk_spec(series, HEIGHT, words)
    # Room for the half of the last label that stands past the end of the curves.
    room = {"padding": {"left": 5, "top": 10, "right": 30, "bottom": 5}}
    rows = {"chosen": ((day,),), "points": tuple(curve_points(series))}
    return Drawing({**spec, **room}, rows).for_page()


def family_chart_alt(sheet: FamilySheet) -> str:
    """What the curves show, for those who do not see them."""
    said = [
        _("{option}: {words}").format(option=option.label, words=option.outcome.in_words)
        for option in sheet.options
        if option.pictured and option.outcome
    ]
    return " ".join([f"{sheet.how_to_read_curves.heading}.", *said])
