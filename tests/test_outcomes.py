"""A centre's outcomes: none is read the wrong way round, and no rows are left out without saying
that they are those of the children who live."""

import csv
import io
import json
from pathlib import Path

import pytest

from model.__main__ import main
from model.validation.children import Checked, checked, load_children
from model.validation.mapping import REQUIRED, Coding, Mapping, still_open, suggest_mapping, uncoded
from model.validation.table import TableError, read_table

TABLES = Path(__file__).parent / "data" / "tables"
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


@pytest.mark.parametrize("name", ["death_censored", "not dead", "sans décès", "dead or alive"])
def test_a_name_that_turns_itself_round_says_nothing(name: str) -> None:
    table = read_table(table_of(name, ["yes", "no"]))
    mapping = Mapping({one: one for one in REQUIRED} | {"death": name})
    assert still_open(table, mapping)


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
        columns = {one: one for one in REQUIRED} | {"death": name}
        for one, two in (("1", "0"), ("1", "2"), ("yes", "no"), ("V", "F")):
            for died in (True, False):
                codes: Coding = {one: "yes" if died else "no", two: "no" if died else "yes"}
                content = table_of(name, [one, two])
                found = loaded(tmp_path, content, Mapping(columns, {"death": codes}))
                assert found.children["death"].tolist() == [died, not died]


def test_our_own_codes_need_no_mapping_but_where_the_name_may_turn_them(tmp_path: Path) -> None:
    for name in ("dc", "c17", "death", "Décès (oui/non)"):
        mapping = Mapping({one: one for one in REQUIRED} | {"death": name})
        found = loaded(tmp_path, table_of(name, ["yes", "no"]), mapping)
        assert found.children["death"].tolist() == [True, False]
    for name in ("alive", "vivant", "vital_status", "not_dead"):
        mapping = Mapping({one: one for one in REQUIRED} | {"death": name})
        with pytest.raises(TableError, match="“codings”"):
            loaded(tmp_path, table_of(name, ["yes", "no"]), mapping)
    turned = Mapping({one: one for one in REQUIRED}, {"death": {"yes": "no"}})
    with pytest.raises(TableError, match="“no”"):
        loaded(tmp_path, table_of("death", ["yes", "no"]), turned)


def test_a_mapping_may_say_what_an_empty_cell_means(tmp_path: Path) -> None:
    content = table_of("death", ["1", "", "1"])
    assert len(read(content).children) == 2
    told = Mapping({one: one for one in REQUIRED}, {"death": {"1": "yes", "": "no"}})
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
    assert "longer in the rows left out (1200 days) than in those kept (85 days)" in said
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
        assert "shorter in the rows left out (2 days)" in said
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
    columns = {one: one for one in REQUIRED} | {"death": "vital\x1b[2J_status"}
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
