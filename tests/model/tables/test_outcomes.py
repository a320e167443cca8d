"""A centre's outcomes: none is read the wrong way round, and no rows are left out without saying
that they are those of the children who live."""

import csv
import io
import json
from pathlib import Path

import pytest

from model.cli.main import main
from model.tables.children import Checked, checked, load_children
from model.tables.mapping import (
    REQUIRED_COLUMNS,
    Coding,
    Mapping,
    still_open,
    suggest_coding,
    suggest_mapping,
    uncoded,
)
from model.tables.read import read_table
from model.tables.table import TableError

TABLES = Path(__file__).parents[2] / "data" / "tables"
SAMPLES = "20"


def table_of(death: str, outcomes: list[str], **others: list[str]) -> bytes:
    """Children with a column of outcomes named `death`, and with other columns as given."""
    columns = {
        "days_to_failure": ["200"] * len(outcomes),
        "post_transplant_cr": ["yes"] * len(outcomes),
        "treatment": ["chemo"] * len(outcomes),
        "os_days": [str(90 + i) for i in range(len(outcomes))],
    }
    columns = columns | others | {death: outcomes}
    written = io.StringIO()
    csv.writer(written).writerows([columns, *zip(*columns.values(), strict=True)])
    return written.getvalue().encode()


def read(content: bytes) -> Checked:
    table = read_table(content)
    return checked(table, suggest_mapping(table))


DIED = ["death", "Dead", "died", "deceased", "Décès", "décédé", "décédée", "DCD", "mort"]
LIVES = ["alive", "living", "survived", "vivant", "Vivante", "en vie", "EnVie"]
OPEN = ["event", "os_event", "OSevent", "status", "vital status", "vital_status", "vitalStatus"]
OPEN += ["statut", "Statut vital", "état", "etat", "censor", "censored", "outcome", "issue"]
OPEN += ["évolution"]
# Of a coding of its own, of another time or thing, or of the opposite.
SAYS_NO_DIRECTION = {
    "death": [
        *("death_censored", "not dead", "sans décès", "dead or alive", "Décès (0=oui,1=non)"),
        *("dead=0", "Dead_0", "dead0", "death_0yes_1no", "vital status (0=dead)", "alive=0"),
        *("Mort: 1=Non 0=Oui", "Décès 1/0", "death = no", "absence de décès", "hors décès"),
        *("indemne de décès", "décès exclu", "death_excluded", "décès évité", "death missing"),
        *("perdu de vue ou décédé", "dead_lost", "vivant ou décédé", "death_before_d100"),
        *("décès avant J100", "death_or_ltfu", "cause of death", "date_deces", "time to death"),
        *("death from relapse", "alive with disease", "vivant en RC", "alive at day 100"),
        *("mort-né", "survie", "survival", "vie", "os", "surv", "Vivants", "lives", "a survécu"),
        *("efs", "vital", "followup", "sans évènement", "<death", "dead (-)", "- dead"),
    ],
    "post_transplant_cr": [
        *("persistent_disease", "maladie persistante", "absence_rc", "hors RC", "NR", "blastes"),
        *("evolutive", "residual", "less than CR", "<CR", "CR (0=yes)", "CR1", "CR_failed"),
        *("failure to reach CR", "incomplete remission", "partial remission", "PR_CR", "CR vs PD"),
        *(
            "CR before transplant",
            "RC avant greffe",
            "RC à la greffe",
            "RC perdue",
            "CR or relapse",
        ),
        *("time to CR", "date of CR", "remission absente", "non-CR", "CR (-)", "after CR"),
        *("CR transplant", "CR after second transplant"),
    ],
    "tbi": ["tbi (0=yes)", "no tbi", "hors ICT", "tbi_dose"],
    "gvhd": ["gvhd=0", "GVHD (-)", "GvHD_absent", "time to gvhd"],
    "myeloablative": ["mac=0", "mac or ric", "non myeloablatif", "RIC"],
}
# First what is read as yes.
BY_NAME = [("1", "0"), ("1.0", "0.0"), ("1,0", "0"), ("yes", "no"), ("Oui", "Non"), ("O", "N")]
BY_NAME += [("Y", "N"), ("TRUE", "FALSE"), ("T", "F"), ("vrai", "faux")]
# First the child who died.
IN_WORDS = [("dead", "alive"), ("died", "Alive"), ("DCD", "vivant"), ("décédé", "vivante")]
IN_WORDS += [("Décédée", "en vie"), ("mort", "V"), ("DCD", "V"), ("D", "V"), ("D", "A")]
IN_WORDS += [("deceased", "censored"), ("dead", "a"), ("d", "vivant")]


@pytest.mark.parametrize("values", BY_NAME, ids="-".join)
@pytest.mark.parametrize("name", DIED + LIVES)
def test_one_and_yes_are_what_the_name_of_the_column_says(
    name: str, values: tuple[str, str]
) -> None:
    table = read_table(table_of(name, [*values]))
    mapping = suggest_mapping(table)
    assert mapping.columns["death"] == name
    assert not still_open(table, mapping)
    died = "yes" if name in DIED else "no"
    alive = "no" if name in DIED else "yes"
    assert mapping.codings["death"] == dict(zip(values, (died, alive), strict=True))


@pytest.mark.parametrize("values", [*BY_NAME, ("1", "2"), ("V", "F")], ids="-".join)
@pytest.mark.parametrize("name", OPEN)
def test_a_name_that_does_not_say_which_way_round_is_asked_about(
    name: str, values: tuple[str, str]
) -> None:
    table = read_table(table_of(name, [*values]))
    mapping = suggest_mapping(table)
    assert mapping.columns["death"] == name
    assert set(uncoded(table, mapping, "death")) == {*values}
    (sentence,) = still_open(table, mapping)
    for said in (
        f"“{name}”",
        *(f"“{value}”" for value in values),
        "child died or that it is alive",
    ):
        assert said in sentence


@pytest.mark.parametrize("values", IN_WORDS, ids="-".join)
@pytest.mark.parametrize("name", ["death", "alive", "vital status", "Statut", "event", "Décès"])
def test_words_that_say_it_are_read_whatever_the_column_is_named(
    name: str, values: tuple[str, str]
) -> None:
    table = read_table(table_of(name, [*values, values[0], "NA"]))
    mapping = suggest_mapping(table)
    assert not still_open(table, mapping)
    assert mapping.codings["death"] == {values[0]: "yes", values[1]: "no", "NA": None}


def test_children_die_and_live_as_their_column_says() -> None:
    for name, values in (("alive", ("yes", "no")), ("décès", ("non", "oui")), ("statut", "VD")):
        found = read(table_of(name, [*values, values[0]]))
        assert found.problems.empty
        assert found.children["death"].tolist() == [False, True, False]


@pytest.mark.parametrize(
    "values",
    [
        ["1", "2"],
        ["0", "1", "2"],
        ["0", "1", "9"],
        ["-1", "0"],
        ["V", "F"],
        ["V", "V"],
        ["D", "D"],
        ["A", "V", "D"],
        ["V", "L", "D"],
        ["V", "DCD", "1"],
        ["F", "F"],
        ["T", "N"],
        ["oui", "DCD"],
        ["no", "alive"],
        ["event", "censored"],
    ],
    ids="-".join,
)
def test_values_that_contradict_the_name_or_may_be_of_another_pair_are_asked_about(
    values: list[str],
) -> None:
    with pytest.raises(TableError, match="it is not guessed"):
        read(table_of("death", values))


@pytest.mark.parametrize("field", SAYS_NO_DIRECTION)
def test_a_name_of_a_coding_another_thing_another_time_or_the_opposite_says_no_direction(
    field: str,
) -> None:
    for name in SAYS_NO_DIRECTION[field]:
        for values in (("yes", "no"), ("1", "0"), ("O", "N")):
            assert suggest_coding(field, name, values) == {}, name
        table = read_table(table_of("death", ["yes", "no"], **{name: ["yes", "no"]}))
        mapping = Mapping({one: one for one in REQUIRED_COLUMNS} | {field: name})
        assert any(f"“{name}”" in sentence for sentence in still_open(table, mapping))


@pytest.mark.parametrize(
    ("field", "name", "yes"),
    [
        ("death", "Décès (oui/non)", "yes"),
        ("death", "Patient décédé(e)", "yes"),
        ("death", "Dead at last follow-up", "yes"),
        ("death", "Encore en vie aux dernières nouvelles", "no"),
        ("death", "still alive?", "no"),
        ("post_transplant_cr", "RC post-greffe", "yes"),
        ("post_transplant_cr", "Remission complète après la greffe", "yes"),
        ("post_transplant_cr", "Complete remission after first transplant", "yes"),
        ("post_transplant_cr", "CR", "yes"),
        ("tbi", "Total body irradiation (Y/N)", "yes"),
        ("gvhd", "GvHD", "yes"),
        ("myeloablative", "MAC", "yes"),
    ],
)
def test_a_name_all_of_whose_words_are_known_says_its_direction(
    field: str, name: str, yes: str
) -> None:
    no = {"yes": "no", "no": "yes"}[yes]
    assert suggest_coding(field, name, ["1", "0"]) == {"1": yes, "0": no}


TURNED_WORDS = [
    *("{} (-)", "{}(-)", "(-) {}", "+/- {}", "{} +/-", "{} -/+", "{}-", "- {}", "{} -", "-{}"),
    *("{} (+/-)", "{} ( - )", "{} ±", "{} −", "{} –", "{} (?)", "? {}", "{}⁻", "{} (+)", "{}+"),
]


WORDS = {
    "post_transplant_cr": ["CR", "RC", "remission", "no CR"],
    "death": ["dead", "DCD", "décès", "alive", "oui", "D", "1"],
    "gvhd": ["GvHD"],
    "tbi": ["TBI", "ICT"],
    "myeloablative": ["MAC"],
    "treatment": ["DLI", "chemo"],
    "leukemia": ["LAM"],
    "sex": ["M"],
}


@pytest.mark.parametrize("written", TURNED_WORDS)
def test_a_word_beside_a_minus_a_plus_or_a_question_mark_means_nothing_by_itself(
    written: str,
) -> None:
    for field, words in WORDS.items():
        for word in words:
            value = written.format(word)
            assert suggest_coding(field, field, [word, value, "yes", "no"]).get(value) is None


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("chemo + DLI", "chemo_dli"),
        ("Chimio+DLI", "chemo_dli"),
        ("chemo-DLI", "chemo_dli"),
        ("chemo (-DLI)", None),
        ("chemo -DLI", None),
        ("chemo - DLI", None),
        ("chemo +/- DLI", None),
        ("chemo +/-DLI", None),
        ("chemo (+/- DLI)", None),
        ("chemo (+DLI)", None),
        ("second-SCT", "second_sct"),
    ],
)
def test_a_hyphen_within_a_word_and_a_plus_between_two_leave_them_what_they_are(
    value: str, code: str | None
) -> None:
    assert suggest_coding("treatment", "treatment", [value]).get(value) == code
    assert suggest_coding("leukemia", "leukemia", ["LAL-B"]) == {"LAL-B": "B-ALL"}


def test_a_question_or_a_minus_beside_a_word_is_not_that_word() -> None:
    found = read(table_of("death", ["dead", "alive", "dead ?", "≠ dead"]))
    assert found.problems["value"].tolist() == ["dead ?", "≠ dead"]
    remissions = ["CR", "no CR", "CR -", "- CR", "CR?"]
    found = read(table_of("death", ["yes", "no"] * 2 + ["no"], post_transplant_cr=remissions))
    assert found.children["post_transplant_cr"].tolist() == ["yes", "no"]
    assert found.problems["value"].tolist() == remissions[2:]


def test_one_stray_number_beside_clear_words_is_a_problem_of_its_row() -> None:
    found = read(table_of("death", ["yes", "no", "1"]))
    assert found.problems[["row", "value", "expected"]].to_numpy().tolist() == [
        [4, "1", "one of yes, no"]
    ]
    found = read(table_of("vital status", ["dead", "alive", "perhaps"]))
    assert found.problems["expected"].tolist() == ["one of dead, alive"]
    with pytest.raises(TableError, match="“1”"):
        read(table_of("vital status", ["dead", "alive", "1"]))


# ----------------------------------------------------------------- other columns of yes and no


@pytest.mark.parametrize(
    "name", ["progression", "relapse", "rechute", "no_cr", "No CR", "sans RC", "non-remission"]
)
@pytest.mark.parametrize("values", [("yes", "no"), ("oui", "non"), ("1", "0")], ids="-".join)
def test_remission_is_not_read_from_a_column_that_may_say_the_opposite(
    name: str, values: tuple[str, str]
) -> None:
    table = read_table(table_of("death", ["yes", "no"], **{name: [*values]}))
    chosen = suggest_mapping(table)
    assert chosen.columns["post_transplant_cr"] == "post_transplant_cr"
    mapping = Mapping(chosen.columns | {"post_transplant_cr": name}, {"death": {}})
    with pytest.raises(TableError, match="complete remission"):
        checked(table, mapping)


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        (["relapse", "progression"], ["yes", "no"]),
        (["rechute", "progression"], ["yes", "no"]),
        (["CR", "progression"], ["yes", "no"]),
        (["RC", "pas de RC"], ["yes", "no"]),
        (["V", "F"], ["yes", "no"]),
        (["CR", "relapse"], None),
        (["relapse", "relapse"], None),
        (["V", "V"], None),
        (["1", "2"], None),
    ],
)
def test_kinds_of_failure_tell_remission_only_beside_each_other(
    values: list[str], codes: list[str] | None
) -> None:
    content = table_of("death", ["yes", "no"], post_transplant_cr=values)
    if codes is None:
        with pytest.raises(TableError, match="complete remission"):
            read(content)
    else:
        assert read(content).children["post_transplant_cr"].tolist() == codes


@pytest.mark.parametrize(
    ("name", "field", "values", "left"),
    [
        ("sex", "sex", ["M", "F"], []),
        ("sexe", "sex", ["H", "F"], []),
        ("sex", "sex", ["H", "M"], ["H", "M"]),
        ("gvhd", "gvhd", ["yes", "none"], []),
        ("gvhd", "gvhd", ["no", "None"], ["None"]),
        ("ict", "tbi", ["1", "0"], []),
        ("ict", "tbi", ["1", "2"], ["1", "2"]),
        ("conditioning", "myeloablative", ["MAC", "RIC"], []),
        ("conditioning", "myeloablative", ["yes", "no"], ["no", "yes"]),
        ("mac", "myeloablative", ["yes", "no"], []),
    ],
)
def test_a_word_means_what_it_means_in_its_column(
    name: str, field: str, values: list[str], left: list[str]
) -> None:
    table = read_table(table_of("death", ["yes", "no"], **{name: values}))
    mapping = suggest_mapping(table)
    assert mapping.columns[field] == name
    assert sorted(uncoded(table, mapping, field)) == left


@pytest.mark.parametrize("name", ["survival", "OS", "survie", "follow-up"])
def test_a_survival_of_zeros_and_ones_is_not_taken_for_days(name: str) -> None:
    days = table_of("death", ["yes", "no"], os_days=["1", "0"]).replace(b"os_days", name.encode())
    assert "os_days" not in suggest_mapping(read_table(days)).columns
    with_days = days.replace(b",1,yes", b",31,yes")
    assert suggest_mapping(read_table(with_days)).columns["os_days"] == name


# ------------------------------------------------------------------------------------- mappings


def loaded(tmp_path: Path, content: bytes, mapping: Mapping) -> Checked:
    (tmp_path / "cohort.csv").write_bytes(content)
    (tmp_path / "mapping.json").write_text(mapping.to_json(), encoding="utf-8")
    return load_children(tmp_path / "cohort.csv", tmp_path / "mapping.json")


def test_what_a_mapping_says_wins_over_any_name(tmp_path: Path) -> None:
    for name in ("vital_status", "alive", "death", "event"):
        columns = {one: one for one in REQUIRED_COLUMNS} | {"death": name}
        for one, two in (("1", "0"), ("1", "2"), ("yes", "no"), ("V", "F")):
            for died in (True, False):
                codes: Coding = {one: "yes" if died else "no", two: "no" if died else "yes"}
                content = table_of(name, [one, two])
                found = loaded(tmp_path, content, Mapping(columns, {"death": codes}))
                assert found.children["death"].tolist() == [died, not died]


def test_our_own_codes_need_no_mapping_but_where_the_name_may_turn_them(tmp_path: Path) -> None:
    for name in ("death", "Is dead", "Décès (oui/non)", "Patient décédé", "Died (Y/N)"):
        mapping = Mapping({one: one for one in REQUIRED_COLUMNS} | {"death": name})
        found = loaded(tmp_path, table_of(name, ["yes", "no"]), mapping)
        assert found.children["death"].tolist() == [True, False]
    for name in ("dc", "c17", *LIVES, *OPEN, *SAYS_NO_DIRECTION["death"]):
        mapping = Mapping({one: one for one in REQUIRED_COLUMNS} | {"death": name})
        with pytest.raises(TableError, match="“codings”"):
            loaded(tmp_path, table_of(name, ["yes", "no"]), mapping)
    for name in SAYS_NO_DIRECTION["post_transplant_cr"]:
        content = table_of("death", ["yes", "no"], **{name: ["yes", "no"]})
        mapping = Mapping({one: one for one in REQUIRED_COLUMNS} | {"post_transplant_cr": name})
        with pytest.raises(TableError, match="“codings”"):
            loaded(tmp_path, content, mapping)


@pytest.mark.parametrize("turning", ["yes", "Yes", "YES", "oui", "Oui", "Y", "TRUE", "1"])
def test_a_mapping_that_turns_a_word_for_yes_has_to_say_no_as_well(
    turning: str, tmp_path: Path
) -> None:
    content = table_of("death", [turning, "no"])
    mapping = Mapping({one: one for one in REQUIRED_COLUMNS}, {"death": {turning: "no"}})
    with pytest.raises(TableError, match="“no”"):
        loaded(tmp_path, content, mapping)


def test_a_mapping_that_turns_no_has_to_say_yes_as_well(tmp_path: Path) -> None:
    turned = Mapping({one: one for one in REQUIRED_COLUMNS}, {"death": {"No": "yes"}})
    with pytest.raises(TableError, match="“yes”"):
        loaded(tmp_path, table_of("death", ["yes", "No"]), turned)


def test_a_mapping_may_say_what_an_empty_cell_means(tmp_path: Path) -> None:
    content = table_of("death", ["1", "", "1"])
    assert len(read(content).children) == 2
    told = Mapping({one: one for one in REQUIRED_COLUMNS}, {"death": {"1": "yes", "": "no"}})
    found = loaded(tmp_path, content, told)
    assert found.problems.empty
    assert found.children["death"].tolist() == [True, False, True]


# -------------------------------------------------------------------------- the living left out


def cohort(outcomes: list[str], days: list[str], treatments: list[str]) -> Checked:
    return read(table_of("death", outcomes, os_days=days, treatment=treatments))


DEAD, DEAD_DAYS = ["yes"] * 12, [str(30 + 10 * i) for i in range(12)]


@pytest.mark.parametrize(
    "written", ["{}+", "{} +", ">{}", "> {}", "≥{}", ">={}", "{}+ days", "{} j+", "more than {}"]
)
def test_a_survival_written_as_at_least_is_refused_with_what_would_be_right(written: str) -> None:
    days = [written.format(days) for days in (900, 1200, 1500)]
    found = cohort(["no"] * 3 + DEAD, days + DEAD_DAYS, ["second_sct"] * 3 + ["chemo"] * 12)
    assert found.problems["value"].tolist() == days
    assert set(found.problems["expected"]) == {
        "a whole number of days from 0 to 18262: the number alone, and “no” in “death”"
    }
    said = " ".join(found.left_out)
    assert "Rows left out: 3 (died 0, alive 3, outcome missing or unreadable 0)" in said
    assert "Rows kept: 12 (died 12, alive 0)" in said
    assert (
        "longer in the rows left out (median 1200 days) than in those kept (median 85 days)" in said
    )
    assert "Chemotherapy then second SCT: 3 of 3 rows left out, 0 of 12 rows kept" in said
    assert "mostly children who lived" in said
    assert any("Every child died" in doubt for doubt in found.doubts_of_valid)
    assert not any("Every child died" in doubt for doubt in found.doubts)


def test_what_is_right_beside_a_survival_of_at_least_depends_on_the_column_of_outcomes() -> None:
    found = read(table_of("vivant", ["oui", "non"], os_days=["568+", "90"]))
    assert found.problems["expected"].str.endswith("and “alive” in “vivant”").all()


def test_rows_of_early_deaths_left_out_are_told_from_those_of_the_living() -> None:
    alive = ["no"] * 12
    days = ["1", "2", "3"] + [str(1000 + i) for i in range(12)]
    for outcomes in (["yes"] * 3, [""] * 3):
        treatments = ["palliative", "surgery", "palliative"] + ["chemo"] * 12
        found = cohort(outcomes + alive, days, treatments)
        if outcomes[0]:
            assert found.problems["value"].tolist() == ["surgery"]
            continue
        said = " ".join(found.left_out)
        assert "shorter in the rows left out (median 2 days)" in said
        assert "mostly children who died" in said
        assert "mostly children who lived" not in said


def test_rows_left_out_that_differ_in_nothing_raise_no_alarm() -> None:
    outcomes = ["yes", "no"] * 10
    days = [str(100 + 10 * i) for i in range(20)]
    treatments = ["chemo"] * 20
    for row in (8, 9, 10, 11):
        treatments[row] = "surgery"
    said = " ".join(cohort(outcomes, days, treatments).left_out)
    assert "died 2, alive 2" in said
    assert "mostly" not in said
    assert cohort(outcomes, days, ["chemo"] * 20).left_out == ()
    assert cohort(["perhaps"] * 2, ["1", "2"], ["chemo"] * 2).left_out == ()


def test_rows_a_field_short_are_counted_among_those_left_out() -> None:
    content = table_of("death", ["yes", "no"]) + b"200,yes,chemo\n"
    said = " ".join(read(content).left_out)
    assert "Rows left out: 1 (died 0, alive 0, outcome missing or unreadable 1)" in said
    assert "Survival cannot be read in any" in said


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        (["1", "", "1"], "every other child died: were only deaths recorded?"),
        (["yes", "NA", "yes", "perhaps"], "every other child died"),
        (["DCD", "", ""], "every other child died"),
        (["no", "", "no"], "every other child is alive: were only survivors recorded?"),
    ],
)
def test_an_outcome_left_empty_beside_one_other_alone_is_doubted(
    outcomes: list[str], words: str
) -> None:
    found = read(table_of("death", outcomes))
    for doubts in (found.doubts, found.doubts_of_valid):
        assert words in " ".join(doubts)
    assert "only" not in " ".join(read(table_of("death", ["yes", "no", ""])).doubts)


def test_doubts_are_about_the_rows_that_are_used() -> None:
    shared = {"days_to_failure": ["30"] * 15}
    days = [f"{400 + i} j" for i in range(3)] + [str(40 + i) for i in range(12)]
    outcomes = ["yes", "no"] * 7 + ["no"]
    found = read(table_of("death", outcomes, **shared, os_days=days))
    assert any("counted from relapse" in doubt for doubt in found.doubts_of_valid)
    days[5] = "20"
    found = read(table_of("death", outcomes, **shared, os_days=days))
    assert not any("counted from relapse" in doubt for doubt in found.doubts)
    unread = read(table_of("death", outcomes, **shared, os_days=[f"{d} j" for d in range(40, 55)]))
    assert not any("counted from relapse" in doubt for doubt in unread.doubts)


@pytest.mark.parametrize(
    ("written", "question"),
    [
        ("1,200", "1,200 can mean 1200 or 1.2; write the one that is meant in this way"),
        ("2.000", "2.000 can mean 2000 or 2; write"),
        ("1,000", "1,000 can mean 1000 or 1; write"),
        ("1,200+", "1,200 can mean 1200 or 1.2; write"),
        ("> 1.200 j", "1.200 can mean 1200 or 1.2; write"),
    ],
)
def test_days_that_may_be_thousands_or_decimals_are_asked_about_and_counted_as_unread(
    written: str, question: str
) -> None:
    found = cohort([""] * 3 + DEAD, [written] * 3 + DEAD_DAYS, ["chemo"] * 15)
    expected = found.problems[found.problems["column"] == "os_days"]["expected"]
    assert expected.str.startswith(question).all()
    assert expected.str.endswith("and “no” in “death”").all() == (written[1:5] != written[1:])
    assert len(found.children) == 12
    assert "Survival cannot be read in any of the rows left out." in found.left_out
    assert not any("early" in sentence for sentence in found.left_out)
    to_failure = read(table_of("death", ["yes"], days_to_failure=["1,200"]))
    assert "1200 or 1.2" in to_failure.problems["expected"].item()


def test_whole_days_are_read_as_the_form_reads_them() -> None:
    written = ["1 200", "1\u202f200", "200,0", "200.", "1200"]
    found = read(table_of("death", ["yes", "no"] * 2 + ["yes"], os_days=written))
    assert found.problems.empty
    assert found.children["os_days"].tolist() == [1200, 1200, 200, 200, 1200]


@pytest.mark.parametrize("unit", ["months", "years"])
def test_months_years_and_ages_that_may_be_thousands_are_asked_about_in_a_way_that_can_be_answered(
    unit: str,
) -> None:
    ages = ["3.125", "3,5", "7"]
    content = table_of("death", ["yes", "no", "yes"], os_days=["1.234", "2.5", "3"], age=ages)
    table = read_table(content)
    suggested = suggest_mapping(table)
    mapping = Mapping(suggested.columns, suggested.codings, {"os_days": unit})
    found = checked(table, mapping)
    assert found.problems["value"].tolist() == ["1.234", "3.125"]
    assert "1234 or 1.2340; write" in found.problems["expected"].iloc[0]
    answered = read_table(content.replace(b"1.234", b"1.2340").replace(b"3.125", b"3.1250"))
    assert checked(answered, mapping).problems.empty


@pytest.mark.parametrize("written", ["+{}", "+ {}", "＋{}", "{}+", "≥ {}"])
def test_a_plus_before_a_survival_is_that_of_a_child_who_was_alive_then(written: str) -> None:
    found = cohort(["no"] * 3 + DEAD, [written.format(900)] * 3 + DEAD_DAYS, ["chemo"] * 15)
    assert set(found.problems["value"]) == {written.format(900)}
    assert found.problems["expected"].str.endswith("the number alone, and “no” in “death”").all()
    assert "(median 900 days)" in " ".join(found.left_out)


@pytest.mark.parametrize("outcome", ["", "no"])
@pytest.mark.parametrize(
    "written", ["> 5 ans", "5 ans+", "24 mois+", "24+ mois", ">2 years", "5y+", "+3 years"]
)
def test_a_survival_of_at_least_in_another_unit_is_no_short_one_and_no_bare_number_is_asked_for(
    written: str, outcome: str
) -> None:
    outcomes = [outcome] * 3 + ["yes", "no"] * 6
    found = cohort(outcomes, [written] * 3 + DEAD_DAYS, ["chemo"] * 15)
    said = " ".join(found.left_out)
    assert "Survival cannot be read in any of the rows left out." in said
    assert "died early" not in said
    asked = found.problems[found.problems["column"] == "os_days"]["expected"]
    assert not asked.str.contains("the number alone").any()
    assert asked.str.contains("the time in days, without the unit, and “no” in “death”").all()


def test_a_survival_of_at_least_in_a_table_of_months_is_compared_in_days() -> None:
    table = read_table(table_of("death", ["no", "yes"], os_days=["24+", "10"]))
    suggested = suggest_mapping(table)
    in_months = Mapping(suggested.columns, suggested.codings, {"os_days": "months"})
    assert "(median 730 days)" in " ".join(checked(table, in_months).left_out)


# ------------------------------------------------------------- the same told by two columns


@pytest.mark.parametrize(
    ("name", "outcomes", "second", "others"),
    [
        ("death", ["1", "0", "1"], "alive", ["0", "1", "1"]),
        ("death", ["yes", "no", "yes"], "Still alive (Y/N)", ["N", "Y", "Y"]),
        ("Décès", ["oui", "non", "oui"], "Mort", ["oui", "non", "non"]),
        ("death", ["1", "0", "1"], "statut vital", ["DCD", "vivant", "vivant"]),
        ("DCD", ["1", "0", "1"], "vivant", ["non", "oui", "oui"]),
    ],
)
def test_two_columns_that_contradict_each_other_in_a_row_are_named_with_its_line(
    name: str, outcomes: list[str], second: str, others: list[str]
) -> None:
    found = read(table_of(name, outcomes, **{second: others}))
    assert found.problems["row"].tolist() == [4]
    assert {*found.problems["column"].item().split(", ")} == {name, second}
    assert "contradict each other" in found.problems["expected"].item()
    assert len(found.children) == 2
    others[2] = ""
    assert read(table_of(name, outcomes, **{second: others})).problems.empty


def test_two_columns_of_remission_that_contradict_each_other_are_named() -> None:
    found = read(table_of("death", ["yes", "no"], **{"RC post greffe": ["oui", "non"]}))
    assert found.problems[["row", "column", "value"]].to_numpy().tolist() == [
        [3, "post_transplant_cr, RC post greffe", "yes, non"]
    ]


def test_a_second_column_that_agrees_or_tells_another_thing_changes_nothing() -> None:
    for second, values in (
        ("alive", ["0", "1", "0"]),
        ("Mort", ["oui", "non", ""]),
        ("alive=0", ["0", "1", "1"]),
        ("vital_status", ["1", "0", "0"]),
        ("death_before_d100", ["0", "0", "0"]),
    ):
        found = read(table_of("death", ["1", "0", "1"], **{second: values}))
        assert (found.problems.empty, found.unused) == (True, (second,)), second


@pytest.mark.parametrize(
    ("column", "other"),
    [("survival_days", "OS"), ("Survie (jours)", "survie"), ("followup_days", "suivi")],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_survival_in_days_by_its_name_wins_over_one_whose_name_says_no_unit(
    column: str, other: str, first: bool
) -> None:
    in_days = [str(91 + i) for i in range(12)]
    names = (column, other) if first else (other, column)
    survival = {column: in_days, other: [str(3 + 5 * i) for i in range(12)]}
    others = {name: survival[name] for name in names}
    table = read_table(table_of("death", ["yes", "no"] * 6, **others))
    table = table.only(set(table.columns) - {"os_days"})
    found = checked(table, suggest_mapping(table))
    assert found.unused == (other,)
    assert found.children["os_days"].astype(str).tolist() == in_days


# ------------------------------------------- children without treatment or remission left out

TREATED = {"treatment": ["chemo"] * 30 + ["palliative"] * 30 + [""] * 30}


def all_treated_died(**others: list[str]) -> bytes:
    outcomes = ["yes"] * 60 + ["no"] * 30
    days = [str(20 + i) for i in range(60)] + [str(900 + i) for i in range(30)]
    return table_of("death", outcomes, os_days=days, **(TREATED | others))


@pytest.mark.parametrize(
    "others",
    [{}, {"treatment": ["chemo"] * 90, "post_transplant_cr": ["yes"] * 60 + [""] * 30}],
    ids=["treatment", "remission"],
)
def test_whom_the_children_left_out_for_what_is_missing_were_is_said_before_the_measures(
    others: dict[str, list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cohort.csv"
    path.write_bytes(all_treated_died(**others))
    found = load_children(path)
    assert found.problems.empty
    arguments = ["validate", str(path), "--replicates", SAMPLES]
    assert main([*arguments, "--format", "json"]) == 0
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert main(arguments) == 0
    text = " ".join(capsys.readouterr().out.split())
    for words in (
        "Children of whom treatment or remission status is missing are left out.",
        "Rows left out: 30 (died 0, alive 30, outcome missing or unreadable 0). "
        "Rows kept: 60 (died 60, alive 0).",
        "longer in the rows left out (median 914 days)",
        "mostly children who lived",
    ):
        assert words in said.err
        assert words in " ".join(report["left_out_as_missing"])
        assert text.index(words) < text.index("children were used")
    assert any("Every child died" in doubt for doubt in report["doubts"])
    assert "Every child died" in text
    assert not any("Every child died" in doubt for doubt in found.doubts_of_valid)


def test_where_what_is_missing_is_averaged_over_nobody_is_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cohort.csv"
    path.write_bytes(all_treated_died())
    arguments = ["validate", str(path), "--replicates", SAMPLES, "--missing", "averaged"]
    assert main([*arguments, "--format", "json"]) == 0
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert (report["left_out_as_missing"], report["left_out"]) == ([], 0)
    assert "left out" not in said.err
    assert not any("Every child died" in doubt for doubt in report["doubts"])
    # A recalibration leaves them out under any rule.
    assert main([*arguments, "--recalibrate", "baseline", "-o", str(tmp_path / "ours.json")]) == 0
    said = capsys.readouterr()
    assert "--recalibrate: Children of whom treatment or remission status is missing" in said.err
    assert "mostly children who lived" in said.err


def test_the_treatments_of_rows_left_out_are_compared_where_they_are_known() -> None:
    found = read(all_treated_died())
    assert not any("Chemotherapy" in sentence for sentence in found.incomplete)
    treatments = [*(["second_sct"] * 4), "", "", *(["chemo"] * 12)]
    said = " ".join(cohort(["perhaps"] * 6 + DEAD, ["5"] * 6 + DEAD_DAYS, treatments).left_out)
    assert "4 of 4 rows left out, 0 of 12 rows kept, where the treatment is known" in said


# ------------------------------------------------------------------------------------ command line


def test_a_v_beside_dcd_is_a_child_who_lives() -> None:
    found = load_children(TABLES / "02-V-DCD.csv")
    assert found.children["death"].tolist() == [False, True]


def test_a_vital_status_of_ones_and_zeros_is_refused_with_the_way_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = TABLES / "03-vital-status-1-alive.csv"
    for options in ([], ["--only-valid"]):
        assert main(["validate", str(table), *options]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert len(said.err.splitlines()) == 1
        for words in ("“vital_status”", "“1”", "“0”", "Registry page", "--mapping FILE.json"):
            assert words in said.err
    mapping = suggest_mapping(read_table(table.read_bytes()))
    alive: Coding = {"1": "no", "0": "yes"}
    path = tmp_path / "mapping.json"
    path.write_text(Mapping(mapping.columns, mapping.codings | {"death": alive}).to_json())
    assert load_children(table, path).children["death"].tolist() == [False, True]


def test_the_name_of_an_open_column_gives_the_terminal_no_orders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = read_table(table_of("death", ["1", "0"])).cells
    path = tmp_path / "cohort.parquet"
    table.rename(columns={"death": "vital\x1b[2J_status\n"}).to_parquet(path, index=False)
    mapping = tmp_path / "mapping.json"
    columns = {one: one for one in REQUIRED_COLUMNS} | {"death": "vital\x1b[2J_status"}
    mapping.write_text(Mapping(columns).to_json(), encoding="utf-8")
    assert main(["validate", str(path), "--mapping", str(mapping)]) == 2
    said = capsys.readouterr().err
    assert "2J_status” holds" in said
    assert "\x1b" not in said


def test_that_the_valid_rows_alone_leave_the_living_out_is_said_wherever_they_are_used(
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = TABLES / "07-only-valid-drops-the-living.csv"
    found = load_children(table)
    assert main(["validate", str(table)]) == 2
    refused = capsys.readouterr().err
    arguments = ["validate", str(table), "--only-valid", "--replicates", SAMPLES]
    assert main([*arguments, "--format", "json"]) == 0
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert main(arguments) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert len(found.left_out) == 4
    for sentence in found.left_out:
        assert sentence in refused
        assert sentence in said.err
        assert sentence in report["left_out_with_problems"]
        assert text.index(sentence) < text.index("children were used")
    assert "mostly children who lived" in text
    assert "were only deaths recorded?" in refused
    for words in ("Every child died", "were only deaths recorded?"):
        assert words in text
        assert any(words in doubt for doubt in report["doubts"])
