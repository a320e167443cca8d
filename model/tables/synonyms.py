"""Words by which registries, English and French, call the columns and what stands in them.

They only suggest: whoever brings the table sees what was understood, and settles the rest. Each is
written as `plain` leaves it: lower case, no accents, no spaces or signs. Words that mean something
in one column alone, as yes and no do, are read in `yes_no`.
"""

import re
import unicodedata

from model.options import OPTIONS

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

# Names of a column of outcomes: 1 is a child who died, 1 is a child who lives.
DIED = (
    *("death", "dead", "died", "deceased", "isdead", "deaths", "deces", "decede", "decedee"),
    *("dcd", "mort", "morte"),
)
LIVES = (
    *("alive", "living", "survived", "survivor", "isalive", "stillalive"),
    *("vivant", "vivante", "envie", "survivant"),
)
# Names, or words in them, after which yes may mean either, or something else.
OPEN: dict[str, tuple[str, ...]] = {
    "death": (
        *("vitalstatus", "statutvital", "etatvital", "survivalstatus", "osevent", "osstatus"),
        *("event", "evenement", "status", "statut", "state", "etat", "outcome", "issue"),
        *("evolution", "devenir", "fate", "censor", "censored", "censoring", "censure"),
    ),
    "post_transplant_cr": (
        *("relapse", "relapsed", "rechute", "progression", "failure", "echec", "nocr", "norc"),
        *("active", "refractory", "refractaire"),
    ),
    "myeloablative": (
        *("conditioning", "conditionnement", "ric", "nma", "reduced", "attenue"),
        *("nonmyeloablative", "nonmyeloablatif"),
    ),
    "tbi": ("notbi",),
    "gvhd": ("nogvhd",),
}
# Words that change nothing of what a name of one or two words says; beside any other the name may
# speak of something else, or of another time.
BESIDE_ANY = (
    *("is", "was", "has", "the", "of", "patient", "patients", "child", "children"),
    *("enfant", "enfants", "du", "de", "l", "le", "yn", "yesno", "ouinon"),
)
# And of the outcome alone, as in "alive at last contact".
BESIDE_OUTCOME = (
    *("still", "encore", "toujours", "at", "last", "follow", "up", "followup", "contact"),
    *("aux", "derniere", "dernieres", "nouvelle", "nouvelles", "ddn"),
)

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
    "death": (*DIED, *LIVES, *OPEN["death"]),
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
    "treatment": {option.id: option.synonyms for option in OPTIONS},
    "post_transplant_cr": {
        "yes": (
            "cr",
            "rc",
            "remission",
            "completeremission",
            "remissioncomplete",
            "relapseafterremission",
        ),
        "no": ("nocr", "norc", "pasderc", "sansrc", "progression", "progressionwithoutremission"),
    },
    "death": {
        "yes": (
            *("dead", "died", "death", "deceased", "decede", "decedee", "dcd", "mort", "morte"),
            "deces",
        ),
        "no": ("alive", "living", "vivant", "vivante", "envie", "censored"),
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
    "tbi": {"yes": ("tbi", "ict"), "no": ("notbi", "none", "aucune")},
    "stem_cell_source": {
        "bone_marrow": ("bm", "marrow", "mo", "moelle", "moelleosseuse"),
        "peripheral_blood": ("pb", "pbsc", "csp", "sangperipherique", "peripheral"),
        "cord_blood": ("cb", "ucb", "cord", "cordon", "sangplacentaire", "sangdecordon", "usp"),
    },
    "gvhd": {"yes": ("gvhd", "gvh"), "no": ("none", "aucune", "nogvhd")},
    "myeloablative": {
        "yes": ("mac", "myeloablatif"),
        "no": ("ric", "nma", "nonmyeloablative", "reduced", "attenue", "nonmyeloablatif"),
    },
}
# Signs that leave the words around them what they are. "DCD ?" is a question, "CR (-)" none.
HARMLESS_SIGNS = frozenset("_./'’()&,:")
# A hyphen within a word, a plus between two: "B-ALL", "chemo + DLI". Any other may turn a word.
JOINING = re.compile(r"(?<=[^\W_])(?:-|\s*\+\s*)(?=[^\W_])")


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
    if value in VALUES[field]:
        return value
    words = word(value)
    for code, synonyms in VALUES[field].items():
        if words and (words == plain(code) or words in synonyms):
            return code
    return None


def word(value: str) -> str:
    """Give a value as `plain` leaves it; "" where a sign in it may turn or question it."""
    apart = unicodedata.normalize("NFKD", value)
    letters = "".join(sign for sign in apart if not unicodedata.combining(sign))
    signs = {sign for sign in JOINING.sub(" ", letters) if not (sign.isalnum() or sign.isspace())}
    return plain(value) if signs <= HARMLESS_SIGNS else ""
