"""What must stand beside the numbers, in every language: whom the study is about, whom a number at
risk counts, where the numbers come from, and what the paper itself says of its ratio of 1.43."""

import csv
import functools
import html
import io
import re
from collections.abc import Iterator
from datetime import date

import pandas as pd
import pypdf
import pytest
from streamlit.testing.v1 import AppTest

from model import language
from model.case import COVARIATES, Case
from model.catalogues import LOCALES, catalogues
from model.options import TREATMENTS
from model.paper.evidence import figures, value
from model.survival.prediction import load_model
from model.survival.support import FEWEST_KNOWN
from tests.seen import holds
from tests.whole_app import all_said, entry_script_first, open_app
from ui.case.guidance import guidance_of
from ui.case.survival_table import at_risk_note, table_notes
from ui.compare.comparison import Asked, Comparison, comparison
from ui.compare.files import comparison_as_csv, comparison_as_png, comparison_as_svg
from ui.evidence.figures import figures_as_csv, figures_of
from ui.evidence.forest import how_to_read_forest
from ui.record.record import record_pdf
from ui.registry.scores import scores_as_csv
from ui.session.words import whom_it_is_for
from ui.shown.alike import support_notes
from ui.shown.charts.words import how_to_read
from ui.shown.downloads import chart_as_png, chart_as_svg, numbers_as_csv
from ui.shown.labels import (
    PAPER,
    chemo_alone_in_paper,
    had_to_reach_transplant,
    source_heading,
    source_line,
    what_intervals_cover,
)
from ui.shown.results import few_then, option_results, shown_pattern

CASE = Case("AML", 200, True, 8)
LINK = {"leukemia": "AML", "days": "200", "cr": "yes", "age": "8"}
ALL_CHILDREN = {"en": "all children", "fr": "tous ceux qui ont reçu cette option"}


@pytest.fixture(params=sorted(catalogues(LOCALES)))
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    language.use(catalogues(LOCALES)[request.param], request.param)
    yield request.param
    language.use(catalogues(LOCALES)["en"], "en")


def compared() -> Comparison:
    """On a day on which nothing is extrapolated, as it is on later ones of the tables below."""
    shown = comparison(Asked((holds("second_sct"), holds("chemo_dli")), 0, 100), CASE)
    assert shown is not None
    return shown


def record(treatments: tuple[str, ...] = TREATMENTS, shown: Comparison | None = None) -> str:
    pdf = record_pdf(CASE, treatments, guidance_of(CASE), shown, date(2026, 11, 23))
    return squeezed("".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(pdf)).pages))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


# Read by several tests, and changed by none.
@functools.cache
def opened(page: str, spoken: str, **link: str) -> AppTest:
    with entry_script_first():
        app = open_app(**LINK | link, lang=spoken)
        app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    return app


# ------------------------------------------------------------------------------ on the pages


def test_whom_the_study_is_about_stands_where_a_case_is_entered_and_on_about(spoken):
    assert whom_it_is_for() in [one.value for one in opened("case", spoken).sidebar.caption]
    app = opened("about", spoken)
    assert whom_it_is_for() in [line.value for line in app.main.markdown]


def test_whom_the_study_is_about_is_told_before_anything_is_entered(spoken):
    with entry_script_first():
        app = open_app(lang=spoken)
    assert whom_it_is_for() in [one.value for one in app.sidebar.caption]


def test_failure_and_age_are_those_of_the_evidence(spoken):
    said = whom_it_is_for()
    assert figures()["txt.blasts_threshold"].relation == ">"
    assert figures()["txt.age_limit"].relation == "<"
    numbers = [int(number) for number in re.findall(r"\d+", said)]
    assert numbers == [value("txt.blasts_threshold"), value("txt.age_limit")]
    for word in {"en": ("molecular", "MRD", "extramedullary"), "fr": ("moléculaire", "MRD")}[
        spoken
    ]:
        assert word in said


def test_the_case_page_says_beside_its_numbers_whose_they_are_and_leads_to_the_evidence(spoken):
    app = opened("case", spoken)
    assert PAPER in source_heading()
    assert f"**Aftergraft** · {source_heading()}" in [one.value for one in app.main.caption]
    assert {link.proto.page for link in app.main.get("page_link")} == {"evidence"}


def test_the_case_page_says_whom_a_number_at_risk_counts_and_the_wait_and_the_papers_words(spoken):
    said = all_said(opened("case", spoken))
    for sentence in (
        at_risk_note(),
        how_to_read(),
        had_to_reach_transplant(),
        chemo_alone_in_paper(),
    ):
        assert said.count(sentence) == 1, sentence
    (borrowed,) = support_notes(["borrowed"])
    assert said.count(borrowed) == 2  # with the answer, and with the table of all times


def test_the_papers_words_go_with_chemotherapy_alone_and_the_wait_with_second_sct(spoken):
    said = all_said(opened("case", spoken, chemo="false"))
    assert chemo_alone_in_paper() not in said
    assert had_to_reach_transplant() in said
    said = all_said(opened("case", spoken, second_sct="false"))
    assert chemo_alone_in_paper() not in said
    assert had_to_reach_transplant() not in said


def test_compare_says_whom_a_number_at_risk_counts_and_explains_its_sign(spoken):
    said = all_said(opened("compare", spoken, column="second_sct", at="100"))
    assert at_risk_note() in said
    said = all_said(opened("compare", spoken))
    (borrowed,) = support_notes(["borrowed"])
    assert said.count(at_risk_note()) == said.count(borrowed) == 1
    assert "‡" in borrowed


def test_a_sign_that_only_a_later_table_has_is_explained_too(spoken):
    """On the hundredth day enough is known of children alive on day 60, at four years it is not."""
    link = {"leukemia": "AML", "days": "400", "cr": "yes", "alive": "60"}
    with entry_script_first():
        app = open_app(**link, lang=spoken, at="100", column=["second_sct", "dli"])
        app.switch_page("pages/compare.py").run()
    first, *later = (
        html.proto.body
        for html in app.main.get("html")
        if '<table class="shown compared"' in html.proto.body
    )
    signs = {sign for table in (first, *later) for sign in "†‡" if f"{sign} " in table}
    assert signs
    for support, sign in (("borrowed", "‡"), ("no", "†")):
        if sign in signs:
            (note,) = support_notes([support])
            assert html_of(note) in first


def html_of(text: str) -> str:
    return html.escape(text)


def test_what_is_extrapolated_is_told_of_all_children_of_an_option(spoken):
    few = option_results(shown_pattern(Case("AML", 200, True, 8, days_survived=365), TREATMENTS))
    for sentence in (how_to_read(), *support_notes(["borrowed"]), *few_then(few)):
        assert ALL_CHILDREN[spoken] in sentence
        assert str(FEWEST_KNOWN) in sentence


def test_about_says_the_same_of_the_wait_and_of_extrapolation(spoken):
    said = all_said(opened("about", spoken))
    assert had_to_reach_transplant() in said
    assert ALL_CHILDREN[spoken] in said


def test_what_an_interval_covers_and_what_it_does_not_is_said_once_wherever_one_is_read(spoken):
    covered = what_intervals_cover()
    assert covered in how_to_read()
    spread = opened("evidence", spoken)
    spread.session_state["evidence_spread"] = True
    with entry_script_first():
        pages = [all_said(spread.run())]
    pages += [all_said(opened(page, spoken)) for page in ("case", "compare", "about")]
    assert [said.count(covered) for said in pages] == [1, 1, 1, 1]
    assert record().count(squeezed(covered)) == 1
    for svg in (chart_as_svg(CASE, shown_pattern(CASE, TREATMENTS)), comparison_as_svg(compared())):
        assert squeezed(html.escape(covered, quote=False)) in squeezed(re.sub("<[^>]*>", "", svg))


def test_what_an_interval_covers_is_what_the_model_does(spoken):
    """Variance within and between the lists is in it; treatment, leukemia and years are not."""
    words = {
        "en": ("chance", "Rubin", "chosen", "wait", "AML and ALL"),
        "fr": ("hasard", "Rubin", "choix", "attente", "LAM et LAL"),
    }[spoken]
    assert all(word in what_intervals_cover() for word in words)
    years = [int(year) for year in re.findall(r"\d{4}", what_intervals_cover())]
    assert years == [value("txt.year.first_transplant"), value("txt.year.last_transplant")]
    assert "leukemia" not in {column for column, _level in COVARIATES}


def test_the_papers_words_stand_with_table_4_on_the_evidence_page(spoken):
    app = opened("evidence", spoken)
    app.session_state["evidence_table4"] = True
    with entry_script_first():
        said = all_said(app.run())
    assert chemo_alone_in_paper() in how_to_read_forest(4)
    assert chemo_alone_in_paper() not in how_to_read_forest(3)
    assert said.count(chemo_alone_in_paper()) == 1


def test_the_papers_words_name_whose_they_are_and_where_they_stand(spoken):
    named = {"en": ("The paper itself", "Results"), "fr": ("L’article lui-même", "Résultats")}
    assert all(word in chemo_alone_in_paper() for word in (*named[spoken], "S1"))


# --------------------------------------------------------------------------------- in the files


def test_the_record_says_all_of_it(spoken):
    said = record()
    notes = table_notes(option_results(shown_pattern(CASE, TREATMENTS)))
    assert at_risk_note() in notes
    for sentence in (
        whom_it_is_for(),
        *notes,
        source_line(),
        how_to_read(),
        had_to_reach_transplant(),
        chemo_alone_in_paper(),
    ):
        assert said.count(squeezed(sentence)) == 1, sentence
    assert squeezed(chemo_alone_in_paper()) not in record(("second_sct", "dli"))


def test_the_record_says_it_of_its_comparison_too(spoken):
    said = record(shown=compared())
    assert (
        said.count(squeezed(at_risk_note()))
        == said.count(squeezed(support_notes(["borrowed"])[0]))
        == 2
    )


def test_every_file_of_numbers_names_the_paper():
    pattern, shown = shown_pattern(CASE, TREATMENTS), compared()
    children = {"days_to_failure": [200], "post_transplant_cr": ["yes"]}
    for text in (
        numbers_as_csv(CASE, pattern),
        comparison_as_csv(shown),
        figures_as_csv(figures_of()),
        scores_as_csv(pd.DataFrame(children), load_model()),
    ):
        head, *rows = csv.reader(io.StringIO(text))
        assert head[-1] == "paper"
        assert {row[-1] for row in rows} == {f"{PAPER}, doi:10.1038/bmt.2016.360"}
    for svg in (chart_as_svg(CASE, pattern), comparison_as_svg(shown)):
        assert squeezed(PAPER) in squeezed(re.sub("<[^>]*>", "", svg))
    for png in (chart_as_png(CASE, pattern), comparison_as_png(shown)):
        assert source_line().encode() in png
