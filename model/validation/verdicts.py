"""What a measure means, and how far it may be trusted, in words.

A verdict says which side of the value of a perfect or useless model the interval lies on, and what
it rests on. It is about the fit of the model, and never about a treatment.

References
----------
Collins GS, Ogundimu EO, Altman DG. Sample size considerations for the external validation of a
multivariable prognostic model: a resampling study. Stat Med 2016;35:214-226 (at least 100 events).
Vergouwe Y, Steyerberg EW, Eijkemans MJC, Habbema JDF. Substantial effective sample sizes were
required for external validation studies. J Clin Epidemiol 2005;58:475-483 (100 events).
Van Calster B, Nieboer D, Vergouwe Y, et al. A calibration hierarchy for risk models was defined.
J Clin Epidemiol 2016;74:167-176 (200 events for a calibration curve).
"""

from collections.abc import Callable

from model.language import _, counted, marked
from model.survival.comparison import Estimate
from model.validation.performance import (
    ALL_ALIKE,
    FEWEST_DEATHS,
    NOT_FOLLOWED,
    TOO_FEW_DEATHS,
    Measure,
    Performance,
)

Number = Callable[[float, int], str]

# Deaths asked for in the validation of a model, and for a calibration curve.
DEATHS_ASKED = 100
DEATHS_ASKED_FOR_CURVE = 200
OF_SUMMARY = ("uno_c", "observed_expected", "slope", "integrated_brier_scaled")
SMOOTHED = ("ici", "e50", "e90")

MEASURE_NAMES = {
    "harrell_c": marked("Harrell's C"),
    "uno_c": marked("Uno's C"),
    "auc": marked("Time-dependent AUC"),
    "brier": marked("Brier score"),
    "brier_reference": marked("Brier score of the Kaplan-Meier curve"),
    "brier_scaled": marked("Scaled Brier score"),
    "integrated_brier": marked("Integrated Brier score"),
    "integrated_brier_reference": marked("Integrated Brier score of the Kaplan-Meier curve"),
    "integrated_brier_scaled": marked("Scaled integrated Brier score"),
    "log_observed_expected": marked("Calibration-in-the-large"),
    "observed_expected": marked("Observed / expected deaths"),
    "observed_expected_by": marked("Observed / expected deaths by the day"),
    "slope": marked("Calibration slope"),
    "ici": marked("ICI"),
    "e50": marked("E50"),
    "e90": marked("E90"),
}
MEANINGS = {
    "harrell_c": marked(
        "Of two children, how often the one with the larger predicted hazard dies first: one half "
        "is chance, 1 is always."
    ),
    "uno_c": marked("The same, freed of which children were censored."),
    "auc": marked(
        "Of one child dead by the day and one alive, how often the dead one had the larger "
        "predicted risk: one half is chance, 1 is always."
    ),
    "brier": marked(
        "Mean squared distance between predicted survival and what happened: 0 is perfect."
    ),
    "brier_reference": marked(
        "The same, if every child is given the Kaplan-Meier survival of all these children."
    ),
    "brier_scaled": marked(
        "By which share the model is closer than that Kaplan-Meier curve: 1 is perfect, 0 is no "
        "closer, below 0 is farther away."
    ),
    "integrated_brier": marked("Mean of the Brier score over the days that were followed."),
    "integrated_brier_reference": marked("The same for the Kaplan-Meier curve."),
    "integrated_brier_scaled": marked("By which share the model is closer, over all those days."),
    "log_observed_expected": marked(
        "Logarithm of deaths observed over deaths expected; expected is the sum of every child's "
        "predicted cumulative hazard at the end of its time. 0 is as many as expected."
    ),
    "observed_expected": marked("The same as a ratio: 1 is as many as expected."),
    "observed_expected_by": marked(
        "Kaplan-Meier share of dead by the day over the mean predicted risk: 1 is as many as "
        "expected."
    ),
    "slope": marked(
        "Coefficient of Cox's model on the prognostic index alone: 1 where hazards differ as much "
        "as predicted."
    ),
    "ici": marked(
        "Mean distance between predicted risk of death by the day and the risk observed along it. "
        "Chance alone makes it larger than 0."
    ),
    "e50": marked("The median of those distances."),
    "e90": marked("The distance that nine children of ten do not exceed."),
}


def plain_number(value: float, places: int = 0) -> str:
    """A number as English and files write it."""
    return f"{value:.{places}f}"


def meaning(name: str) -> str:
    """What a measure is."""
    return _(MEANINGS[name])


def verdict(measure: Measure, number: Number = plain_number) -> str:
    """What a measure says, and what it rests on; or why it is not given.

    Parameters
    ----------
    measure : Measure
    number : callable
        Writes a number with so many decimals, in the language in use.
    """
    if measure.estimate is None:
        return _reason(measure, number)
    basis = _basis(measure, number)
    if said := _said(measure.name, measure.estimate, number):
        return _("{said}. {basis}").format(said=said, basis=basis)
    return basis


def _reason(measure: Measure, number: Number) -> str:
    if measure.reason == TOO_FEW_DEATHS:
        words = counted(
            "Not given: {deaths} death, and fewer than {fewest} say nothing.",
            "Not given: {deaths} deaths, and fewer than {fewest} say nothing.",
            measure.n_deaths,
        )
        return words.format(deaths=number(measure.n_deaths, 0), fewest=number(FEWEST_DEATHS, 0))
    if measure.reason == ALL_ALIKE:
        return _("Not given: the model predicts the same for all these children.")
    if measure.reason == NOT_FOLLOWED:
        return _("Not given: none of these children was still followed after that day.")
    return _("Not given: it cannot be computed from these children.")


def _said(name: str, estimate: Estimate, number: Number) -> str:
    if name in ("harrell_c", "uno_c", "auc"):
        return _of_three(
            estimate,
            0.5,
            _("Worse than chance at telling who dies sooner: see the codes of the table"),
            _("Not shown to be better than chance at telling who dies sooner"),
            _("Better than chance at telling who dies sooner"),
        )
    if name in ("brier_scaled", "integrated_brier_scaled"):
        return _of_three(
            estimate,
            0.0,
            _("Farther from what happened than one curve for all"),
            _("Not shown to be closer to what happened than one curve for all"),
            _("Closer to what happened than one curve for all"),
        )
    if name in ("log_observed_expected", "observed_expected", "observed_expected_by"):
        return _of_three(
            estimate,
            0.0 if name == "log_observed_expected" else 1.0,
            _("Fewer died than the model expects"),
            _("No difference shown between deaths observed and expected"),
            _("More died than the model expects"),
        )
    if name == "slope":
        return _of_three(
            estimate,
            1.0,
            _("Predictions lie too far apart for these children"),
            _("No sign that predictions lie too far apart or too close together"),
            _("Predictions lie too close together for these children"),
        )
    if name == "ici":
        words = _("Predicted and observed risk differ by {points} percentage points on average")
        return words.format(points=number(100 * estimate.value, 1))
    return ""


def _of_three(estimate: Estimate, point: float, below: str, holds: str, above: str) -> str:
    """Say which side of a point the interval lies on."""
    if estimate.upper < point:
        return below
    return above if estimate.lower > point else holds


def _basis(measure: Measure, number: Number) -> str:
    asked = DEATHS_ASKED_FOR_CURVE if measure.name in SMOOTHED else DEATHS_ASKED
    words = counted(
        "{deaths} death among {children} children.",
        "{deaths} deaths among {children} children.",
        measure.n_deaths,
    )
    if measure.n_deaths < asked:
        words = counted(
            "{deaths} death among {children} children, fewer than the {asked} asked for.",
            "{deaths} deaths among {children} children, fewer than the {asked} asked for.",
            measure.n_deaths,
        )
    return words.format(
        deaths=number(measure.n_deaths, 0),
        children=number(measure.n_children, 0),
        asked=number(asked, 0),
    )


def thresholds(number: Number = plain_number) -> str:
    """From how many deaths on the words say more, and who asks for them."""
    return _(
        "Nothing is given from fewer than {fewest} deaths. A validation asks for at least {asked} "
        "(Vergouwe 2005, Collins 2016), and a calibration curve for {curve} (Van Calster 2016); "
        "below that no more is said than the interval does."
    ).format(
        fewest=number(FEWEST_DEATHS, 0),
        asked=number(DEATHS_ASKED, 0),
        curve=number(DEATHS_ASKED_FOR_CURVE, 0),
    )


def summary(performance: Performance, number: Number = plain_number) -> str:
    """How well the model fits, in one paragraph."""
    children = counted(
        "{children} child was used", "{children} children were used", performance.n_children
    ).format(children=number(performance.n_children, 0))
    deaths = counted(
        "{deaths} of them died within four years of failure.",
        "{deaths} of them died within four years of failure.",
        performance.n_deaths,
    ).format(deaths=number(performance.n_deaths, 0))
    said = [_("{children}; {deaths}").format(children=children, deaths=deaths)]
    if performance.n_left_out:
        said.append(
            counted(
                "{number} child was left out: treatment or remission is missing.",
                "{number} children were left out: treatment or remission is missing.",
                performance.n_left_out,
            ).format(number=number(performance.n_left_out, 0))
        )
    if performance.n_averaged:
        said.append(
            counted(
                "For {number} child of unknown treatment or remission, predictions were averaged.",
                "For {number} children of unknown treatment or remission, predictions were "
                "averaged.",
                performance.n_averaged,
            ).format(number=number(performance.n_averaged, 0))
        )
    if performance.n_deaths < FEWEST_DEATHS:
        said.append(
            _("Fewer than {fewest} deaths say nothing of how well the model fits.").format(
                fewest=number(FEWEST_DEATHS, 0)
            )
        )
        return " ".join(said)
    for name in OF_SUMMARY:
        estimate = performance.measure(name).estimate
        if estimate is not None:
            said.append(
                _("{said} ({name} {value}, 95% interval {lower} to {upper}).").format(
                    said=_said(name, estimate, number),
                    name=_(MEASURE_NAMES[name]),
                    value=number(estimate.value, 2),
                    lower=number(estimate.lower, 2),
                    upper=number(estimate.upper, 2),
                )
            )
    if performance.n_deaths < DEATHS_ASKED:
        said.append(
            _(
                "With fewer than {asked} deaths no more can be said than these intervals do: where "
                "no difference is shown, there may be one."
            ).format(asked=number(DEATHS_ASKED, 0))
        )
    return " ".join(said)


def estimate_words(estimate: Estimate, number: Number = plain_number, places: int = 2) -> str:
    """An estimate with its 95% interval: 0.70 (0.67 to 0.73)."""
    return _("{value} ({lower} to {upper})").format(
        value=number(estimate.value, places),
        lower=number(estimate.lower, places),
        upper=number(estimate.upper, places),
    )
