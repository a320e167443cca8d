"""The treatment options: one record each, in the order in which they stand everywhere.

They are the arms of Table 4 of Roux et al. 2017; the first is its reference. How each is shown is
in `ui.shown.options`.
"""

from dataclasses import dataclass

from model.language import _, marked


@dataclass(frozen=True)
class Option:
    """One treatment option.

    Attributes
    ----------
    id : str
        Its code, in files, links and the model.
    label : str
        Its name, to be translated where it is shown.
    synonyms : tuple of str
        What registries call it, English and French, as `model.tables.synonyms.plain` leaves it.
    """

    id: str
    label: str
    synonyms: tuple[str, ...]


OPTIONS = (
    Option(
        "second_sct",
        marked("Chemotherapy then second SCT"),
        (
            *("chemotherapythensecondsct", "secondsct", "secondhsct", "secondtransplant"),
            *("sct2", "hsct2", "2ndsct", "2ndhsct", "2ndtransplant"),
            *("chimiotherapiepuisdeuxiemegreffe", "deuxiemegreffe", "secondegreffe"),
            *("2emegreffe", "2egreffe", "greffe2"),
        ),
    ),
    Option(
        "chemo_dli",
        marked("Chemotherapy + DLI"),
        (
            *("chemotherapydli", "chemodli", "chemotherapyanddli"),
            *("chimiotherapiedli", "chimiodli", "chimiotherapieetdli"),
        ),
    ),
    Option(
        "chemo",
        marked("Chemotherapy alone"),
        (
            *("chemotherapyalone", "chemotherapy", "chemoalone", "chemoonly"),
            *("chimiotherapieseule", "chimiotherapie", "chimio", "chimioseule"),
        ),
    ),
    Option("dli", marked("DLI alone"), ("dlialone", "dlionly", "dliseule")),
    Option(
        "palliative",
        marked("Palliative care"),
        ("palliativecare", "palliation", "palliatif", "soinspalliatifs", "soinspalliatif"),
    ),
)
TREATMENTS = tuple(option.id for option in OPTIONS)
TREATMENT_LABELS = {option.id: option.label for option in OPTIONS}
# What can be chosen on the day of relapse or progression, and the treatments that began so: who
# goes on to a transplant or to lymphocytes after chemotherapy is known only afterwards.
REINDUCTION = "reinduction"
CHOICES_AT_RELAPSE = {
    REINDUCTION: ("second_sct", "chemo_dli", "chemo"),
    "dli": ("dli",),
    "palliative": ("palliative",),
}
CHOICE_AT_RELAPSE_LABELS = {REINDUCTION: marked("Start reinduction, whatever followed")}


def treatment_label(treatment: str) -> str:
    """Name an option in the language in use."""
    return _((TREATMENT_LABELS | CHOICE_AT_RELAPSE_LABELS)[treatment])


def arms_of(options: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The treatments that each option stands for: itself, or those that began so."""
    return tuple(CHOICES_AT_RELAPSE.get(option, (option,)) for option in options)
