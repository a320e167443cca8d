"""Words by which registries, English and French, call the columns and what stands in them.

They only suggest: whoever brings the table sees what was understood, and settles the rest. Each is
written as `plain` leaves it: lower case, no accents, no spaces or signs.
"""

import unicodedata

YES = ("yes", "y", "oui", "o", "true", "vrai", "t", "v")
NO = ("no", "n", "non", "false", "faux", "f")
MISSING = (
    "na",
    "nan",
    "nd",
    "nc",
    "null",
    "missing",
    "unknown",
    "notavailable",
    "notknown",
    "inconnu",
    "inconnue",
    "manquant",
    "manquante",
    "nonrenseigne",
    "nonrenseignee",
    "nsp",
    "nonconnu",
    "nonconnue",
)
# Signs alone, of which `plain` leaves nothing, that stand for a missing value.
MISSING_SIGNS = (".", "?", "??")

NAMES: dict[str, tuple[str, ...]] = {
    "treatment": ("therapy", "treatmentafterfailure", "traitement", "arm", "bras"),
    "days_to_failure": (
        "daystorelapse",
        "daystoprogression",
        "timetofailure",
        "timetorelapse",
        "intervalsctrelapse",
        "delairechute",
        "delaigrefferechute",
        "delaiechec",
        "joursrechute",
    ),
    "post_transplant_cr": (
        "posttransplantremission",
        "remissionaftersct",
        "craftersct",
        "crpostsct",
        "rcpostgreffe",
        "remissionpostgreffe",
        "rcapresgreffe",
    ),
    "os_days": (
        "os",
        "ostime",
        "osdays",
        "overallsurvival",
        "survival",
        "survivaldays",
        "survivaltime",
        "followup",
        "followupdays",
        "survie",
        "surviejours",
        "survieglobale",
        "delaisuivi",
        "suivi",
    ),
    "death": ("dead", "died", "vitalstatus", "osevent", "deces", "decede", "statutvital", "dcd"),
    "leukemia": ("leukaemia", "diagnosis", "disease", "leucemie", "diagnostic", "maladie"),
    "age_years": ("age", "ageatsct", "ageattransplant", "agegreffe", "agealagreffe", "ageannees"),
    "sex": ("gender", "sexe"),
    "tbi": ("totalbodyirradiation", "ict", "irradiationcorporelletotale"),
    "stem_cell_source": ("source", "graftsource", "csh", "sourcegreffon", "greffon", "sourcecsh"),
    "gvhd": ("gvh", "graftversushost", "graftversushostdisease", "maladiedugreffoncontrelhote"),
    "myeloablative": ("mac", "conditioning", "myeloablatif", "conditionnement"),
    "transplant_date": (
        "datetransplant",
        "sctdate",
        "datesct",
        "dateofsct",
        "dateoftransplant",
        "dateoffirsttransplant",
        "firsttransplantdate",
        "dategreffe",
        "datedegreffe",
        "datepremieregreffe",
    ),
    "failure_date": (
        "datefailure",
        "relapsedate",
        "daterelapse",
        "dateofrelapse",
        "dateofprogression",
        "daterechute",
        "datederechute",
        "dateechec",
        "dateprogression",
    ),
    "last_date": (
        "lastcontact",
        "lastcontactdate",
        "lastfollowup",
        "lastfollowupdate",
        "datelastcontact",
        "dateoflastcontact",
        "datelastfollowup",
        "datedernierenouvelle",
        "datedernieresnouvelles",
        "datedesdernieresnouvelles",
        "ddn",
    ),
    "patient": (
        "patientid",
        "id",
        "idpatient",
        "numeropatient",
        "npatient",
        "nopatient",
        "upn",
        "caseid",
        "childid",
    ),
}

VALUES: dict[str, dict[str, tuple[str, ...]]] = {
    "treatment": {
        "second_sct": (
            "chemotherapythensecondsct",
            "secondsct",
            "secondhsct",
            "secondtransplant",
            "sct2",
            "hsct2",
            "2ndsct",
            "2ndhsct",
            "2ndtransplant",
            "chimiotherapiepuisdeuxiemegreffe",
            "deuxiemegreffe",
            "secondegreffe",
            "2emegreffe",
            "2egreffe",
            "greffe2",
        ),
        "chemo_dli": (
            "chemotherapydli",
            "chemodli",
            "chemotherapyanddli",
            "chimiotherapiedli",
            "chimiodli",
            "chimiotherapieetdli",
        ),
        "chemo": (
            "chemotherapyalone",
            "chemotherapy",
            "chemoalone",
            "chemoonly",
            "chimiotherapieseule",
            "chimiotherapie",
            "chimio",
            "chimioseule",
        ),
        "dli": ("dlialone", "dlionly", "dliseule"),
        "palliative": (
            "palliativecare",
            "palliation",
            "palliatif",
            "soinspalliatifs",
            "soinspalliatif",
        ),
    },
    "post_transplant_cr": {
        "yes": (*YES, "cr", "rc", "relapse", "rechute", "relapseafterremission", "remission"),
        "no": (*NO, "nocr", "pasderc", "progression", "progressionwithoutremission"),
    },
    "death": {
        "yes": (*YES, "dead", "died", "deceased", "decede", "decedee", "dcd", "mort", "deces"),
        "no": (*NO, "alive", "living", "vivant", "vivante", "envie", "censored"),
    },
    "leukemia": {
        "AML": ("lam", "acutemyeloidleukemia", "leucemieaiguemyeloide"),
        "B-ALL": (
            "ballcellline",
            "bcpall",
            "bcell",
            "lalb",
            "allb",
            "lallb",
            "bacutelymphoblastic",
        ),
        "T-ALL": ("lalt", "allt", "tcell"),
        "biphenotypic": ("mpal", "biphenotypique", "mixedphenotype", "bilineage"),
    },
    "sex": {
        "male": ("m", "boy", "garcon", "masculin", "homme", "h"),
        "female": ("f", "girl", "fille", "feminin", "femme"),
    },
    "tbi": {"yes": (*YES, "tbi", "ict"), "no": (*NO, "notbi", "none", "aucune")},
    "stem_cell_source": {
        "bone_marrow": ("bm", "marrow", "mo", "moelle", "moelleosseuse"),
        "peripheral_blood": ("pb", "pbsc", "csp", "sangperipherique", "peripheral"),
        "cord_blood": ("cb", "ucb", "cord", "cordon", "sangplacentaire", "sangdecordon", "usp"),
    },
    "gvhd": {"yes": (*YES, "gvhd", "gvh"), "no": (*NO, "none", "aucune", "nogvhd")},
    "myeloablative": {
        "yes": (*YES, "mac", "myeloablatif"),
        "no": (*NO, "ric", "nma", "nonmyeloablative", "reduced", "attenue", "nonmyeloablatif"),
    },
}
# What 0 and 1 mean where a column holds nothing else and its codes are yes and no.
DIGITS = {"0": "no", "1": "yes"}


def plain(text: str) -> str:
    """Reduce a name or a value to letters and digits: lower case, no accents, spaces or signs."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if sign.isalnum())


def field_of(column: str) -> str | None:
    """Give our name of a column that a table calls by it, or by a synonym; else None."""
    name = plain(column)
    return next((ours for ours in NAMES if name in (plain(ours), *NAMES[ours])), None)


def stands_for_missing(value: str) -> bool:
    """Tell whether a value is empty or a word for what is not known."""
    return value == "" or value in MISSING_SIGNS or plain(value) in MISSING


def meaning(field: str, value: str) -> str | None:
    """Give the code of a column that a value stands for, as far as words tell; else None."""
    words = plain(value)
    for code, synonyms in VALUES[field].items():
        if value == code or (words and (words == plain(code) or words in synonyms)):
            return code
    return None
