"""Languages: nothing untranslated or left over; link or browser choose; a file is a language."""

import logging
import re
import string
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from locales.update import (
    LOCALES,
    is_translated,
    main,
    read_catalogue,
    source_texts,
    texts_of,
    updated,
)
from model.case import LEUKEMIAS
from model.catalogues import catalogues
from model.language import ENGLISH, use
from model.options import TREATMENTS, treatment_label
from model.paper.guidelines import guidance
from tests.whole_app import all_said, entry_script_first, open_app
from ui.session.language import date_in_words, number
from ui.session.words import leukemia_label

CODES = sorted(path.stem for path in LOCALES.glob("*.po"))
SAMPLE = {"leukemia": "AML", "days": "200", "cr": "yes", "age": "8"}


@pytest.fixture(autouse=True)
def _entry_script_first() -> Iterator[None]:
    with entry_script_first():
        yield


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    use(catalogues(LOCALES)[ENGLISH], ENGLISH)


def speak(code: str) -> None:
    use(catalogues(LOCALES)[code], code)


# ---------------------------------------------------------------------------- the catalogues


@pytest.fixture(params=CODES)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    return read_catalogue(request.param)


def originals(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def translations(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def wrong(catalogue: Catalog, *is_wrong: str) -> list[str]:
    """The texts for which the translation, in any plural form, does not keep what it must."""
    keeps = [KEPT[name] for name in is_wrong]
    return [
        f"{original!r} → {translation!r}"
        for message in texts_of(catalogue)
        for original in originals(message)
        for translation in translations(message)
        if translation and any(kept(original) != kept(translation) for kept in keeps)
    ]


def placeholders(text: str) -> Counter[tuple[str, str]]:
    """The placeholders with how they are to be written: {age:.0f} is age, .0f."""
    fields = string.Formatter().parse(text)
    return Counter((name, layout or "") for _text, name, layout, _how in fields if name is not None)


KEPT = {
    "placeholders": lambda text: set(placeholders(text)),
    "links": lambda text: Counter(re.findall(r"\]\(([^)]*)\)", text)),
    "bold": lambda text: text.count("**"),
    "code": lambda text: Counter(re.findall(r"`[^`]*`", text)),
    "tags": lambda text: Counter(re.findall(r"</?[a-z][^>]*>", text)),
    "lines": lambda text: [bool(re.match("- |[0-9]+[.] ", line)) for line in text.split("\n")],
    "breaks": lambda text: text.count("  \n"),
    "ends": lambda text: (text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]),
}


def test_there_is_french() -> None:
    assert "fr" in CODES


def test_every_text_is_translated_and_nothing_is_marked_as_a_guess(catalogue: Catalog) -> None:
    assert [message.id for message in texts_of(catalogue) if not is_translated(message)] == []


def test_every_plural_form_is_there(catalogue: Catalog) -> None:
    for message in texts_of(catalogue):
        assert len(translations(message)) == (catalogue.num_plurals if message.pluralizable else 1)


def test_the_catalogue_holds_the_texts_of_the_source_and_no_others(catalogue: Catalog) -> None:
    said = {text for _file, text in source_texts()}
    held = {message.id for message in texts_of(catalogue)}
    assert said - held == set(), "run `make messages` and translate these"
    assert held - said == set(), "run `make messages`: the source no longer says these"
    assert not catalogue.obsolete, "run `make messages`"


def test_translations_keep_their_placeholders(catalogue: Catalog) -> None:
    assert wrong(catalogue, "placeholders") == []


def test_translations_keep_links_bold_code_tags_lists_and_lines(catalogue: Catalog) -> None:
    assert wrong(catalogue, "links", "bold", "code", "tags", "lines", "breaks") == []


def test_translations_begin_and_end_with_the_same_spaces(catalogue: Catalog) -> None:
    assert wrong(catalogue, "ends") == []


def test_french_has_no_break_before_its_high_punctuation() -> None:
    breaks = [
        translation
        for message in texts_of(read_catalogue("fr"))
        for translation in translations(message)
        if re.search(r" [:;?!%»]|« |[\w)}][;?!%](?![\w#])|[\d}]%", translation)
    ]
    assert breaks == []


def test_french_is_set_as_a_printer_would_set_it() -> None:
    """A narrow space before ; ! ? and within « », a wide one before : and %, and ’ for '."""
    typed = [
        translation
        for message in texts_of(read_catalogue("fr"))
        for translation in translations(message)
        if re.search(r"\u00a0[;?!»]|«\u00a0|\u202f[:%]|\w'", re.sub(r"`[^`]*`", "", translation))
    ]
    assert typed == []


def test_texts_of_the_guidelines_are_in_the_catalogue() -> None:
    said = {text for file, text in source_texts() if file == "data/guidelines.toml"}
    assert {"Bispecific antibodies", "late relapse, after 12 months", "AML"} <= said
    assert not any("doi:" in text for text in said)


def test_updating_changes_nothing_where_nothing_changed(catalogue: Catalog) -> None:
    before = {m.id: m.string for m in texts_of(catalogue)}
    after = {m.id: m.string for m in texts_of(updated(str(catalogue.locale), catalogue))}
    assert after == before


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of catalogues."""
    monkeypatch.setattr("locales.update.LOCALES", tmp_path)
    monkeypatch.setattr("model.catalogues.LOCALES", tmp_path)
    return tmp_path


def test_updating_names_what_is_new_and_what_goes_and_guesses_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "de.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Language"\nmsgstr "Sprache"\n\n'
        'msgid "Curve"\nmsgstr "Kurve"\n\n'
        '#, fuzzy\nmsgid "Limits"\nmsgstr "Begrenzt"\n',
        encoding="utf-8",
    )
    assert main([]) == 0
    printed = capsys.readouterr().out
    assert "taken out: 'Curve' = 'Kurve'" in printed
    assert "to translate: 'Curves'" in printed
    assert "to translate: 'Limits'" in printed
    assert "to translate: 'Language'" not in printed
    german = read_catalogue("de")
    held = {message.id: message for message in texts_of(german)}
    assert held["Language"].string == "Sprache"
    assert held["Curves"].string == ""
    assert held["Limits"].fuzzy
    assert not german.obsolete


def test_a_name_that_is_no_language_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["klingon"]) == 2
    assert "such as de" in capsys.readouterr().err
    assert list(folder.iterdir()) == []


# ------------------------------------------------------------------------ one file, one language


def german(folder: Path) -> None:
    """Drop a catalogue with a single word into the folder."""
    assert main(["de"]) == 0
    file = folder / "de.po"
    words = file.read_text(encoding="utf-8")
    file.write_text(
        words.replace('msgid "Language"\nmsgstr ""', 'msgid "Language"\nmsgstr "Sprache"'),
        encoding="utf-8",
    )


def test_a_third_language_is_one_more_file(folder: Path) -> None:
    german(folder)
    app = open_app(**SAMPLE, lang="de")
    assert not app.exception
    switch = app.sidebar.segmented_control(key="language")
    assert switch.label == "Language · Sprache"
    assert switch.options == ["English", "Deutsch"]
    assert switch.value == "de"
    assert app.query_params == SAMPLE | {"lang": "de"}


def test_without_another_language_there_is_no_switch(folder: Path) -> None:
    app = open_app(**SAMPLE)
    assert not app.exception
    assert "language" not in [choice.key for choice in app.sidebar.segmented_control]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("fr.po", b'msgid "Limits'),
        ("fr.po", b"\xff\xfe\x00"),
        ("fr.po", b'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=__import__(1);\\n"\n'),
        ("klingon.po", b'msgid "Limits"\nmsgstr "x"\n'),
    ],
)
def test_a_broken_catalogue_is_a_line_in_the_log_and_the_app_speaks_english(
    folder: Path, name: str, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    german(folder)
    (folder / name).write_bytes(content)
    with caplog.at_level(logging.ERROR, logger="aftergraft"):
        app = open_app(**SAMPLE, lang="fr")
    assert not app.exception
    assert not app.error
    assert "AML, relapse after remission, 200 days" in all_said(app)
    assert name in caplog.text
    assert list(catalogues(folder)) == ["en", "de"]


# ---------------------------------------------------------------------------- in the app


def test_a_link_chooses_the_language_and_the_switch_shows_it() -> None:
    app = open_app(**SAMPLE, lang="fr")
    assert not app.exception
    assert "LAM, rechute après rémission, 200 jours" in all_said(app)
    assert app.sidebar.segmented_control(key="language").label == "Language · Langue"
    assert app.sidebar.radio(key="leukemia").options == ["LAM", "LAL-B", "LAL-T", "biphénotypique"]
    assert app.session_state["form_state"].case.leukemia == "AML"
    assert app.query_params == SAMPLE | {"lang": "fr"}


def test_switching_the_language_loses_nothing_that_was_entered() -> None:
    link = SAMPLE | {"alive": "60", "mrd": "positive", "performance": "poor", "tbi": "no"}
    app = open_app(**link, dli="false")
    case = app.session_state["form_state"].case
    for code in ("fr", "en"):
        app.sidebar.segmented_control(key="language").set_value(code)
        app.run()
        assert not app.exception
        assert app.session_state["form_state"].case == case
        assert "dli" not in app.session_state["form_state"].treatments
    assert app.query_params == link | {"dli": "false"}


@pytest.mark.parametrize("code", ["xx", "EN", "fr/../../x", "<b>"])
def test_an_unknown_language_of_a_link_is_said_and_english_spoken(code: str) -> None:
    app = open_app(**SAMPLE, lang=code)
    assert not app.exception
    words = " ".join(box.value for box in app.main.info)
    assert f"`lang={code}`: expected one of en, fr" in words
    assert app.query_params == SAMPLE


def test_what_cannot_be_used_is_said_in_french() -> None:
    app = open_app(**SAMPLE | {"days": "6571", "mrd": "x"}, lang="fr")
    assert not app.exception
    said = " ".join(box.value for box in [*app.main.info, *app.sidebar.error])
    assert "`6571` est hors limites. Saisir de 0 à 6570 jours après la première greffe." in said
    assert "`mrd=x`\u00a0: il fallait une de ces valeurs\u00a0: positive, negative." in said


@pytest.mark.parametrize("leukemia", LEUKEMIAS)
@pytest.mark.parametrize("days", [0, 200, 400])
def test_the_guidance_leaves_no_english_behind(leukemia: str, days: int) -> None:
    speak("fr")
    said = guidance(leukemia, days, performance="poor", mrd="positive", tbi="yes")
    texts = [said.family_label, said.period.name, said.period.source, said.source]
    texts += [option.text for option in said.options] + [remark.text for remark in said.remarks]
    texts += [reason.sentence for reason in (*said.decided_by, *said.weighed)]
    for text in texts:
        assert not re.search(r"\b(the|of|and|with|relapse|care|AML|ALL)\b", text), text


def test_names_of_leukemias_and_options_in_french() -> None:
    speak("fr")
    assert [leukemia_label(code) for code in LEUKEMIAS] == [
        "LAM",
        "LAL-B",
        "LAL-T",
        "biphénotypique",
    ]
    assert [treatment_label(code) for code in TREATMENTS] == [
        "Chimiothérapie puis deuxième greffe",
        "Chimiothérapie + DLI",
        "Chimiothérapie seule",
        "DLI seule",
        "Soins palliatifs",
    ]


def test_numbers_and_dates_as_each_language_writes_them() -> None:
    speak("fr")
    assert number(5.45, 1) == "5,4"
    assert number(1461) == "1461"
    assert date_in_words(date(2026, 11, 23)) == "23 novembre 2026"
    speak("en")
    assert number(5.45, 1) == "5.4"
    assert date_in_words(date(2026, 11, 23)) == "November 23, 2026"
