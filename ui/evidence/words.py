"""A published figure in words: its place in the paper, what it is, whom it is about, and its value
with the rounding it was printed in."""

from model.case import BACKGROUND, REFERENCES
from model.language import _, listed, marked
from model.options import treatment_label
from model.paper.evidence import LIMITS_OF_MEDIAN, Figure, conditions
from ui.case.exploratory import level
from ui.session.language import number
from ui.shown.results import horizon_name, interval_words

# Where in the paper the page looks for a figure; all of its text is one place.
TEXT = "text"
PLACES_OF_TEXT = {
    "Abstract": marked("Abstract"),
    "Materials and methods, Data collection": marked("Methods, Data collection"),
    "Materials and methods, Statistical analysis": marked("Methods, Statistical analysis"),
    "Results, opening paragraph": marked("Results, opening paragraph"),
    "Results, second paragraph": marked("Results, second paragraph"),
    "Results, Prognostic factors": marked("Results, Prognostic factors"),
    "Results, last paragraph": marked("Results, last paragraph"),
    "Discussion, paragraph 2": marked("Discussion, paragraph 2"),
    "Discussion, paragraph 3": marked("Discussion, paragraph 3"),
    "Discussion, paragraph 4": marked("Discussion, paragraph 4"),
}
QUANTITIES = {
    "count": marked("Children"),
    "percent": marked("Share of children"),
    "at_risk": marked("Children at risk"),
    "survival": marked("Alive"),
    "hazard_ratio": marked("Hazard ratio"),
    "hazard_ratio_lower": marked("Hazard ratio, lower 95% limit"),
    "hazard_ratio_upper": marked("Hazard ratio, upper 95% limit"),
    "p_wald": marked("P-value, Wald test"),
    "p_logrank": marked("P-value, log-rank test"),
    "p_interaction": marked("P-value of the interaction"),
    "median_survival": marked("Median survival"),
    "median_survival_lower": marked("Median survival, lower 95% limit"),
    "median_survival_upper": marked("Median survival, upper 95% limit"),
    "median_days_to_failure": marked("Median time from first transplant to failure"),
    "median_age": marked("Median age at first transplant"),
    "median_follow_up": marked("Median time observed after failure"),
    "follow_up_min": marked("Shortest time observed after failure"),
    "follow_up_max": marked("Longest time observed after failure"),
}
UNITS = {
    "days": marked("{what}, days"),
    "months": marked("{what}, months"),
    "years": marked("{what}, years"),
    "percent": marked("{what}, %"),
}
GROUPS = {
    "all": marked("the children of known treatment"),
    "failures": marked("all children whose transplant failed"),
    "excluded": marked("the children of unknown treatment"),
    "alive": marked("the children still alive"),
    "registry": marked("all children transplanted"),
}
COLUMN_NAMES = {
    "treatment": marked("Treatment"),
    "interval": marked("Time from first transplant to failure"),
    "post_transplant_cr": marked("Remission after the first transplant"),
    "leukemia": marked("Leukemia"),
    "age": marked("Age at first transplant"),
    "sex": marked("Sex"),
    "tbi": marked("TBI"),
    "stem_cell_source": marked("Stem cell source"),
    "gvhd": marked("GvHD"),
    "myeloablative": marked("Myeloablative conditioning"),
    "transplant_status": marked("Status at first transplant"),
    "gvhd_grade": marked("Grade of GvHD"),
}
LEVELS = {
    ("post_transplant_cr", "yes"): marked("remission after the first transplant"),
    ("post_transplant_cr", "no"): marked("no remission after the first transplant"),
    ("sex", "male"): marked("boys"),
    ("sex", "female"): marked("girls"),
    ("stem_cell_source", "bone_marrow"): marked("bone marrow"),
    ("stem_cell_source", "peripheral_blood"): marked("peripheral blood"),
    ("stem_cell_source", "cord_blood"): marked("cord blood"),
    ("transplant_status", "cr1"): marked("transplanted in first remission"),
    ("transplant_status", "cr2"): marked("transplanted in second remission"),
    ("transplant_status", "cr3"): marked("transplanted in third remission"),
    ("transplant_status", "not_cr"): marked("transplanted with detectable disease"),
}
RELATIONS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}
WHOLE_NUMBERS = ("count", "at_risk")


def part(figure: Figure) -> str:
    """The part of the paper a figure stands in: "Table 4", "Figure 3", or `TEXT`."""
    first = figure.source.partition(",")[0]
    return first if first.startswith(("Table ", "Figure ")) else TEXT


def part_name(part: str) -> str:
    if part == TEXT:
        return _("Abstract and text")
    kind, place = part.split()
    words = _("Table {number}") if kind == "Table" else _("Figure {number}")
    return words.format(number=place)


def place(figure: Figure) -> str:
    """Where a reader of the paper finds a figure."""
    found = part(figure)
    return _(PLACES_OF_TEXT[figure.source]) if found == TEXT else part_name(found)


def quantity_words(figure: Figure) -> str:
    """What a figure is, with its unit: Median survival, days."""
    words = _(QUANTITIES[figure.quantity])
    if figure.quantity == "survival":
        words = _("Alive at {time}").format(time=horizon_name(figure.day))
    elif figure.quantity == "at_risk":
        words = _("Children at risk at {time}").format(time=_months(figure))
    elif figure.model == "univariate":
        words = _("{what}, univariate").format(what=words)
    return _(UNITS[figure.unit]).format(what=words) if figure.unit in UNITS else words


def _months(figure: Figure) -> str:
    return _("{number} months").format(number=number(float(figure.time)))


def reference(column: str) -> str:
    """The code that every hazard ratio of a column compares with."""
    return REFERENCES[column] if column in REFERENCES else BACKGROUND[column][0]


def level_words(column: str, codes: tuple[str, ...]) -> str:
    """Children with one of some codes of a column, in words."""
    if column == "interval":
        # Alternatives follow each other in time.
        first, last = codes[0].split("-")[0], codes[-1].split("-")[-1]
        days = last if last.endswith("+") else f"{first}-{last}"
        if last.endswith("+") and codes[0] != codes[-1]:
            days = f"{first}+"
        return _("failure on {days}").format(days=interval_words(days))
    if column == "leukemia" and set(codes) == {"B-ALL", "T-ALL"}:
        return _("ALL")
    if column == "transplant_status" and len(codes) > 1:
        return _("transplanted in remission")
    return listed(_one_level(column, code) for code in codes)


def _one_level(column: str, code: str) -> str:
    if column == "treatment":
        return treatment_label(code)
    return _(LEVELS[column, code]) if (column, code) in LEVELS else level(column, code)


def group_words(figure: Figure) -> str:
    """Whom a figure is about; a ratio names its reference, a test what it compares."""
    group = figure.group
    if group in GROUPS:
        return _(GROUPS[group])
    if figure.quantity == "p_interaction":
        return _("treatment and time to failure")
    if "=" not in group:
        return _("{column}, all groups together").format(column=_(COLUMN_NAMES[group]))
    named = conditions(group)
    if figure.quantity == "p_logrank" and "leukemia" in named:
        return _("ALL against AML")
    words = listed(level_words(column, codes) for column, codes in named.items())
    if figure.quantity == "p_logrank":
        return _("{group} against all others").format(group=words)
    if figure.quantity.startswith(("hazard_ratio", "p_wald")):
        column = next(iter(named))
        other = level_words(column, (reference(column),))
        return _("{group} against {reference}").format(group=words, reference=other)
    return words


def decimals(figure: Figure) -> int:
    """How many decimals a figure was printed with."""
    places = 0
    while figure.step * 10**places < 1 - 1e-9:
        places += 1
    return places


def printed_words(figure: Figure) -> str:
    """A figure as printed, in the numerals of the language in use: < 0.04."""
    value = number(figure.value, decimals(figure))
    if figure.relation == "~":
        return _("about {number}").format(number=value)
    return f"{RELATIONS[figure.relation]} {value}" if figure.relation else value


def value_words(figure: Figure, value: float) -> str:
    """A value of a cohort, with one decimal more than the figure was printed with."""
    places = decimals(figure) + (figure.quantity not in WHOLE_NUMBERS)
    smallest = 10.0**-places
    if 0 < value < smallest / 2:
        return _("< {number}").format(number=number(smallest, places))
    return number(value, places)


def is_limit_of_median(figure: Figure) -> bool:
    return figure.quantity in LIMITS_OF_MEDIAN


def span(low: str, high: str) -> str:
    """Lowest and highest, as they are printed; once where they print alike."""
    return low if low == high else _("{low}–{high}").format(low=low, high=high)
