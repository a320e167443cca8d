"""What is said of a chart: how to read it, which model made it, and all of it in words."""

from collections.abc import Callable, Sequence

from model.case import Case
from model.language import _, listed
from model.survival.prediction import load_model
from model.survival.recalibrated import Recalibration
from model.survival.support import FEWEST_KNOWN
from ui.session.language import number
from ui.session.model_in_use import in_use_words
from ui.shown.described import describe
from ui.shown.labels import what_intervals_cover
from ui.shown.results import (
    OptionResult,
    horizon_months,
    horizon_name,
    named_day,
    percent,
    percent_interval,
)


def how_to_read() -> str:
    """What solid, dashed, dotted, hollow and shaded mean, and what an interval covers."""
    said = _(
        "Solid line, filled marker: what became of at least {fewest} children like this one, by "
        "our reconstruction, is known by then. Long dashes, hollow marker: borrowed, from all "
        "children given that option. Dots, hollow marker: extrapolated, from fewer. Vertical "
        "lines: 95% intervals on the reported days, set beside each other. The curves see "
        "treatment, time to failure and remission, not the leukemia, age or anything else."
    ).format(fewest=number(FEWEST_KNOWN))
    return f"{said} {what_intervals_cover()}"


def how_to_point() -> str:
    """What a chart on screen says more where it is pointed at."""
    return _("Point at a name to see its interval throughout, and at a day to read it.")


def model_line(
    recalibration: Recalibration | None = None, shown: Callable[[str], str] = str
) -> str:
    """Which model made the numbers; `shown` is that of `ui.session.model_in_use.in_use_words`."""
    model = load_model()
    line = _("Aftergraft model {version}, {hash}.").format(
        version=model.version, hash=model.source_hash[:12]
    )
    return line if recalibration is None else f"{line} {in_use_words(recalibration, shown)}"


def alt_text(case: Case, results: Sequence[OptionResult]) -> str:
    """What the chart shows, for those who do not see it."""
    said = _("{option}: {survival} ({interval})")
    day = named_day(case.days_survived)
    named = listed(
        said.format(
            option=result.label,
            survival=percent(horizon.survival),
            interval=percent_interval(horizon.lower, horizon.upper),
        )
        for result in results
        for horizon in result.horizons
        if horizon.day == day and horizon.known
    )
    return _(
        "Predicted survival over {months} months with 95% intervals. {case}. "
        "Alive at {time}: {numbers}. The table has the same numbers."
    ).format(
        months=number(horizon_months()), case=describe(case), time=horizon_name(day), numbers=named
    )
