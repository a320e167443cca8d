"""The language of the command line: what it says may change with it, what it writes never does."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from model.cli.main import language_of_environment, main
from model.language import code

ROOT = Path(__file__).parents[3]
CASES = "case_id,leukemia,days_to_failure,post_transplant_cr\na,AML,200,yes\nb,T-ALL,0,no\n"
SCENARIOS = "case_id,treatment,days_to_failure,post_transplant_cr\na,chemo,200,yes\nb,dli,0,no\n"
BAD = "case_id,leukemia,days_to_failure,post_transplant_cr\na,AML,a while,yes\n"
CHILDREN = "tests/r/validation_children.csv"
VALIDATE = ("validate", CHILDREN, "--replicates", "20")
FRENCH = {"LANG": "fr_FR.UTF-8"}


def run(*arguments: str, stdin: str = "", **named: str) -> subprocess.CompletedProcess[str]:
    bare = {k: v for k, v in os.environ.items() if k not in ("LANGUAGE", "LANG")}
    bare = {k: v for k, v in bare.items() if not k.startswith("LC_")}
    return subprocess.run(
        [sys.executable, "-m", "model", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=bare | named,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (("predict", "-"), CASES),
        (("compare", "-"), SCENARIOS),
        (("guidance", "--leukemia", "AML", "--days", "200", "--mrd", "positive"), ""),
        (("guidance", "--leukemia", "AML", "--days", "200", "--format", "json"), ""),
        (VALIDATE, ""),
        ((*VALIDATE, "--format", "json"), ""),
    ],
    ids=lambda value: "-".join(value[:1]) if isinstance(value, tuple) else "",
)
def test_what_is_written_is_the_same_in_every_language(arguments, stdin):
    plain = run(*arguments, stdin=stdin)
    french = run(*arguments, stdin=stdin, **FRENCH)
    assert (plain.returncode, french.returncode) == (0, 0)
    assert plain.stdout
    assert french.stdout == plain.stdout


def test_what_is_said_of_a_table_is_french_and_its_report_english(tmp_path):
    table = tmp_path / "children.csv"
    children = (ROOT / CHILDREN).read_text(encoding="utf-8").splitlines()
    # Without a treatment the first forty are left out, and that is said in both places.
    without = [children[0], *("," + row.split(",", 1)[1] for row in children[1:41]), *children[41:]]
    table.write_text("\n".join(without) + "\n", encoding="utf-8")
    arguments = ("validate", str(table), "--replicates", "20", "--format", "json")
    plain, french = run(*arguments), run(*arguments, **FRENCH)
    assert french.stdout == plain.stdout
    (said,) = json.loads(plain.stdout)["left_out_as_missing"][:1]
    assert said in plain.stderr
    assert said not in french.stderr
    assert "enfants" in french.stderr


def test_a_refusal_is_in_the_language_of_the_environment_or_of_the_option():
    plain = run("predict", "-", stdin=BAD)
    assert "is not a whole number of days" in plain.stderr
    for told in (
        run("predict", "-", stdin=BAD, **FRENCH),
        run("predict", "-", "--language", "fr", stdin=BAD),
        run("--language", "fr", "predict", "-", stdin=BAD),
    ):
        assert (told.returncode, told.stdout) == (2, "")
        assert "un nombre entier de jours" in told.stderr
    back = run("predict", "-", "--language", "en", stdin=BAD, **FRENCH)
    assert back.stderr == plain.stderr


def test_a_language_that_there_is_not_is_refused(capsys):
    assert main(["guidance", "--leukemia", "AML", "--days", "1", "--language", "xx"]) == 2
    assert capsys.readouterr().err == "--language: xx is not one of en, fr\n"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": "fr_CA.UTF-8"}, "fr"),
        ({"LANG": "fr"}, "fr"),
        ({"LANG": "fr_FR@euro", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "xx:fr"}, "fr"),
        ({"LANG": "xx_YY.UTF-8"}, "en"),
        ({"LANG": "../fr"}, "en"),
    ],
)
def test_the_environment_is_read_as_gettext_reads_it(environment, expected, monkeypatch):
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language_of_environment() == expected


def test_english_is_spoken_again_where_nothing_else_is_asked(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "")
    monkeypatch.setenv("LC_ALL", "C")
    main(["guidance", "--leukemia", "AML", "--days", "1", "--language", "fr"])
    assert code() == "fr"
    main(["guidance", "--leukemia", "AML", "--days", "1"])
    assert code() == "en"


def test_a_table_that_can_be_read_once_only_is_read_once(tmp_path):
    """As one from another program through a pipe; the report is English, what is said French."""
    pipe, model = tmp_path / "pipe", tmp_path / "model.json"
    os.mkfifo(pipe)
    table = (ROOT / CHILDREN).read_bytes()
    writer = threading.Thread(target=pipe.write_bytes, args=(table,), daemon=True)
    writer.start()
    recalibrated = ("--recalibrate", "baseline", "-o", str(model))
    done = run("validate", str(pipe), "--replicates", "20", *recalibrated, **FRENCH)
    writer.join()
    assert (done.returncode, model.exists()) == (0, True), done.stderr
    assert done.stdout == run(*VALIDATE).stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("predict", "-", "--days", "99999"),
        ("predict", "-", "--model", "."),
        ("compare", "-", "--day", "1,2"),
        ("compare", "-", "--reference", "z"),
        ("validate", CHILDREN, "--replicates", "5"),
        ("validate", CHILDREN, "--recalibrate", "baseline"),
        ("reconstruct", "--cohorts", "0"),
        ("guidance", "--leukemia", "AML", "--days", "200", "--language", "xx"),
    ],
    ids=" ".join,
)
def test_what_is_wrong_with_an_option_is_said_in_the_user_s_language(arguments):
    stdin = SCENARIOS if arguments[0] == "compare" else CASES
    english, french = run(*arguments, stdin=stdin), run(*arguments, stdin=stdin, **FRENCH)
    assert (english.returncode, french.returncode) == (2, 2)
    assert english.stdout == french.stdout == ""
    assert english.stderr
    assert french.stderr != english.stderr
