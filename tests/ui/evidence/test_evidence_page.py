"""The Evidence page says what the reproduction holds: every figure once, in words, and as it is."""

import csv
import dataclasses
import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from model.case import COVARIATES
from model.options import TREATMENTS
from model.paper.evidence import Figure, figures
from model.paper.slips import slips
from model.reconstruction.freedom import ASSUMPTIONS
from model.reconstruction.reproduction import (
    CURVE_DAYS,
    CURVE_GROUPS,
    FIGURE_3,
    PROPORTIONALITY_TESTS,
    REPRODUCTION,
    Reproduced,
    Reproduction,
    load_reproduction,
    precision,
)
from model.survival.pattern import PATTERNS
from model.survival.prediction import TABLE_DAYS
from tests.drawn import rows_of
from tests.loaded import FITTING, loaded_by
from tests.whole_app import entry_script_first, open_app
from ui.evidence.curves import (
    DRAWN,
    DRAWN_DAYS,
    FIGURES,
    arm_distance,
    at_risk_table,
    figure_alt,
    figure_chart,
    proportionality_table,
)
from ui.evidence.figures import (
    FARTHEST,
    FIGURE_FILE_COLUMNS,
    HALF,
    always_within,
    distances,
    figures_as_csv,
    figures_of,
    figures_table,
    glance_figure,
    parts,
    worst,
)
from ui.evidence.forest import forest_chart, forest_table, variables
from ui.evidence.precision import precision_words, what_it_speaks_for
from ui.evidence.slips import slips_tables
from ui.evidence.spread import spread_points, spread_table, spread_words
from ui.evidence.words import group_words, part, place, printed_words, quantity_words, value_words
from ui.session.language import number
from ui.shown.table import Cell, Table, as_html

MOST_POINTS = 150
SECTIONS = (
    "assumptions",
    "waiting",
    "glance",
    "figures",
    "curves",
    "table4",
    "table3",
    "spread",
    "hazards",
    "evalues",
    "external",
    "slips",
    "source",
)
GIVEN_BACK = [figure for figure in figures().values() if figure.role in ("input", "target")]


@pytest.fixture(autouse=True)
def _entry_script_first() -> Iterator[None]:
    with entry_script_first():
        yield


def carried(html: str) -> list[dict[str, str]]:
    """What the cells of each row carry, row by row."""
    return [dict(re.findall(r'data-([\w-]+)="([^"]*)"', row)) for row in html.split("<tr")[2:]]


def texts(html: str) -> str:
    html = re.sub(r'<span class="whole">(.*?)</span>', r"\1", html)
    return re.sub(r"<[^>]+>", " ", html)


def published(printed: str, values: list[float], quantity: str = "hazard_ratio") -> Reproduced:
    """A figure as if it had been printed so, and given back so by some cohorts."""
    figure = dataclasses.replace(
        figures()["t4.hr.treatment.chemo"], printed=printed, quantity=quantity
    )
    return Reproduced(figure, np.array(values), *figure.bounds, tolerated=figure.step)


def evidence_page(**link: str) -> AppTest:
    app = open_app(**link)
    app.switch_page("pages/evidence.py")
    app.run()
    for name in SECTIONS:
        app.session_state[f"evidence_{name}"] = True
    return app.run()


def shown(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.main.get("html"))


# ----------------------------------------------------------------------------- words of figures


@pytest.mark.parametrize("figure", GIVEN_BACK, ids=lambda figure: figure.id)
def test_every_figure_is_said_in_words(figure: Figure) -> None:
    said = " ".join((quantity_words(figure), group_words(figure), place(figure)))
    assert figure.id not in said
    assert not re.search(r"[=|_;]", said)
    assert re.sub(r"\D", "", printed_words(figure)).lstrip("0") in re.sub(
        r"\D", "", f"{figure.value:.8f}"
    )


def test_a_hazard_ratio_names_its_group_and_its_reference() -> None:
    figure = figures()["t4.hr.treatment.chemo.upper"]
    assert quantity_words(figure) == "Hazard ratio, upper 95% limit"
    assert group_words(figure) == "Chemotherapy alone against Chemotherapy then second SCT"
    early = figures()["t5.median.interval.0-182"]
    assert group_words(early) == "failure on days 0 to 182"
    assert quantity_words(early) == "Median survival, days"


def test_values_show_where_they_lie_within_the_printed_rounding() -> None:
    figure = figures()["t4.hr.treatment.chemo"]
    assert value_words(figure, 1.4267) == number(1.427, 3)
    bound = figures()["t2.p.treatment"]
    assert printed_words(bound) == "< 0.00001"
    assert value_words(bound, 1e-12) == "< 0.000001"
    assert value_words(figures()["f3.at_risk.chemo.12"], 29.0) == "29"


# ----------------------------------------------------------------------- published, reproduced


def test_every_figure_stands_in_the_table_exactly_once_with_its_numbers() -> None:
    rows = {row["figure"]: row for row in carried(as_html(figures_table(figures_of())))}
    stored = load_reproduction().rows
    assert len(rows) == len(stored) == as_html(figures_table(figures_of())).count("data-figure=")
    for row in stored:
        cell = rows[row.figure.id]
        assert float(cell["median"]) == pytest.approx(np.median(row.values), rel=1e-5, abs=1e-9)
        assert float(cell["worst"]) == pytest.approx(worst(row), rel=1e-5, abs=1e-9)
        assert int(cell["within"]) == row.within_rounding.sum()


def test_no_id_is_read_by_a_reader() -> None:
    said = texts(as_html(figures_table(figures_of())))
    assert [row.figure.id for row in load_reproduction().rows if row.figure.id in said] == []


@pytest.mark.parametrize("name", parts())
def test_a_part_of_the_paper_has_its_figures_and_no_others(name: str) -> None:
    chosen = figures_of(name)
    assert chosen
    assert {part(row.figure) for row in chosen} == {name}
    assert sum(len(figures_of(other)) for other in parts()) == len(load_reproduction().rows)


def test_only_those_that_are_off_are_those_that_are_off() -> None:
    off = figures_of(only_off=True)
    assert set(off) == {row for row in load_reproduction().rows if not always_within(row)}


def test_the_worst_value_of_a_bound_is_the_one_nearest_to_breaking_it() -> None:
    assert worst(published("<0.04", [0.001, 0.03, 0.02])) == 0.03
    assert worst(published(">0.04", [0.9, 0.05, 0.3])) == 0.05
    assert worst(published("0.04", [0.041, 0.03, 0.045])) == 0.03


def test_half_a_unit_of_the_last_digit_is_the_edge_of_the_dark_band() -> None:
    away = distances(published("1.43", [1.43, 1.435, 1.425, 1.44]))
    assert away == pytest.approx([0, 0.5, -0.5, 1])
    assert distances(published("<0.04", [0.0001, 0.039])) == pytest.approx([0, 0])
    assert distances(published("<0.04", [0.05]))[0] == pytest.approx(1)


def test_the_drawing_has_a_mark_for_every_figure_and_hides_none_beyond_its_edge() -> None:
    marks = re.findall(
        r'<div class="figure (\w+) (\w+)" data-low="(.+?)" data-high="(.+?)"(.+?)</div>',
        glance_figure(),
    )
    rows = figures_of()
    assert len(marks) == len(rows)
    for (kind, always, low, high, drawn), row in zip(marks, rows, strict=True):
        away = distances(row)
        assert (float(low), float(high)) == pytest.approx((away.min(), away.max()), abs=1e-3)
        assert (kind == "outside") == (np.abs(away).max() > FARTHEST)
        assert (always == "always") == always_within(row)
        left, right, mark = (float(share) for share in re.findall(r":([\d.]+)%", drawn))
        reach = np.clip((away.min(), away.max()), -FARTHEST, FARTHEST) / FARTHEST
        assert (left, 100 - right) == pytest.approx(50 + HALF * reach, abs=0.02)
        assert left - 0.01 <= mark <= 100.01 - right


def test_the_file_holds_what_the_table_shows_and_names_the_model() -> None:
    rows = figures_of(parts()[-1])
    read = list(csv.DictReader(io.StringIO(figures_as_csv(rows))))
    assert tuple(read[0]) == FIGURE_FILE_COLUMNS
    assert [line["figure"] for line in read] == [row.figure.id for row in rows]
    for line, row in zip(read, rows, strict=True):
        assert float(line["lowest"]) == pytest.approx(row.values.min(), rel=1e-5)
        assert float(line["highest"]) == pytest.approx(row.values.max(), rel=1e-5)
        assert line["printed"] == row.figure.printed
        assert line["model_hash"] == load_reproduction().source_hash


# -------------------------------------------------------------------------------------- curves


def test_curves_are_drawn_with_few_points_and_none_that_is_named_is_left_out() -> None:
    assert len(DRAWN_DAYS) <= MOST_POINTS
    assert set(TABLE_DAYS) <= set(DRAWN_DAYS)
    assert DRAWN_DAYS[0] == 0
    assert DRAWN_DAYS[-1] == CURVE_DAYS[-1]


@pytest.mark.parametrize("figure", FIGURES)
def test_a_redrawn_figure_is_the_median_and_range_over_the_cohorts(figure: int) -> None:
    drawn = rows_of(figure_chart(figure), "points")
    for k, group in enumerate(FIGURES[figure]):
        curves = load_reproduction().curves[:, CURVE_GROUPS.index(group)].astype(float)
        mine = drawn[drawn["series"] == f"group_{k}"]
        for name, expected in (
            ("survival", np.median(curves, axis=0)),
            ("lower", curves.min(axis=0)),
            ("upper", curves.max(axis=0)),
        ):
            assert mine[name].to_numpy() == pytest.approx(expected[list(DRAWN)], abs=6e-5)


def test_numbers_at_risk_of_figure_3_are_the_printed_ones() -> None:
    rows = [row for row in figures().values() if row.quantity == "at_risk"]
    cells = re.findall(r'data-printed="(\d+)"', as_html(at_risk_table(3)))
    order = [(group, time) for group in FIGURE_3 for time in ("0", "12", "24", "36", "48")]
    printed = {(row.group, row.time): row.value for row in rows}
    assert [float(cell) for cell in cells] == [printed[key] for key in order]
    assert "data-printed" not in as_html(at_risk_table(1)) + as_html(at_risk_table(2))


def test_what_is_said_of_a_figure_holds_each_of_its_groups() -> None:
    assert len(re.findall(r"\d+%? \(", figure_alt(3))) == len(FIGURE_3)


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_the_distance_of_an_arm_from_the_model_is_the_largest(treatment: str) -> None:
    reproduction, arm = load_reproduction(), TREATMENTS.index(treatment)
    apart = np.median(reproduction.mean_curves[:, arm], 0) - np.median(
        reproduction.arm_curves[:, arm], 0
    )
    largest, day = arm_distance(treatment)
    assert abs(largest) == pytest.approx(np.abs(apart).max())
    assert apart[CURVE_DAYS.index(day)] == pytest.approx(largest)


def test_every_test_of_proportional_hazards_is_shown() -> None:
    tests = load_reproduction().proportionality
    rows = carried(as_html(proportionality_table()))
    assert len(rows) == len(PROPORTIONALITY_TESTS)
    for row, p_values in zip(rows, tests.T, strict=True):
        assert float(row["median"]) == pytest.approx(np.median(p_values), abs=1e-4)
        assert int(row["below"]) == (p_values < 0.05).sum()


# --------------------------------------------------------------------------------- forest plots


def test_table_4_shows_the_printed_ratios_and_both_analyses() -> None:
    secondary = load_reproduction().secondary
    rows = variables(4)
    assert {(row.column, row.level) for row in rows} == set(COVARIATES)
    for row in rows:
        k = COVARIATES.index((row.column, row.level))
        stem = f"t4.hr.{row.column}.{row.level}"
        names = (stem, f"{stem}.lower", f"{stem}.upper")
        assert row.ratios["published"].middle.tolist() == [figures()[n].value for n in names]
        analysis = secondary.imputed
        imputed = [analysis.estimate[:, k], analysis.lower[:, k], analysis.upper[:, k]]
        assert row.ratios["imputed"].middle == pytest.approx(np.median(np.exp(imputed), axis=1))
    assert as_html(forest_table(4)).count("data-covariate") == len(COVARIATES)


@pytest.mark.parametrize("number_of_table", [3, 4])
def test_a_forest_plot_and_its_table_have_the_same_rows(number_of_table: int) -> None:
    rows = variables(number_of_table)
    marks = rows_of(forest_chart(number_of_table), "ratios")
    drawn = [row.ratios[series].words() for row in rows for series in row.ratios]
    assert list(marks["said"]) == drawn
    said = texts(as_html(forest_table(number_of_table)))
    for row in rows:
        for ratio in row.ratios.values():
            assert ratio.words() in said


def test_what_the_precision_speaks_for_depends_on_the_cohorts() -> None:
    n = load_reproduction().n_cohorts
    known = precision(load_reproduction().secondary)[-1:]
    never, always = (
        [dataclasses.replace(one, imputed_within=within) for one in known] for within in (0, n)
    )
    assert "speaks for the complete children" in what_it_speaks_for(never, n)
    assert "does not decide" in what_it_speaks_for(always, n)
    # One limit that is hardly ever printed is enough, since Table 4 prints all of them.
    assert "speaks for the complete children" in what_it_speaks_for(never + always, n)
    assert all("no proof" in what_it_speaks_for(one, n) for one in (never, always))
    assert precision_words()[-1] in (
        what_it_speaks_for(
            [
                one
                for one in precision(load_reproduction().secondary)
                if "treat" not in one.covariate
            ],
            n,
        ),
    )


# -------------------------------------------------------------------------------- spread, slips


def test_the_spread_of_every_pattern_is_shown_and_the_widest_named() -> None:
    stored = 100 * load_reproduction().spread.astype(float)
    cells = re.findall(r'data-low="([\d.]+)" data-high="([\d.]+)"', as_html(spread_table()))
    shape = (len(TREATMENTS), len(PATTERNS), len(TABLE_DAYS))
    low, high = np.array(cells, float).T.reshape((2, *shape)).swapaxes(1, 2)
    assert low == pytest.approx(stored.min(axis=0), abs=0.01)
    assert high == pytest.approx(stored.max(axis=0), abs=0.01)
    assert f"{number(float(spread_points().max()), 1)} points" in spread_words()


def test_every_slip_is_shown_once_and_in_plain_words() -> None:
    said = " ".join(re.sub(r"\s+", " ", texts(as_html(table))) for table in slips_tables())
    assert sum(len(table.rows) for table in slips_tables()) == len(slips())
    assert not any(sign in said for sign in ("`", "txt.", "t3.", "t4."))
    assert all(all(dataclasses.astuple(slip)) for slip in slips())


def test_a_kind_of_slip_that_is_not_known_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "slips.toml"
    path.write_text('[[slip]]\nkind="x"\nwhere=""\nprinted=""\nwhy=""\ndone=""\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"slips\.toml: unknown kind x"):
        slips(path)


def test_a_table_escapes_what_it_says() -> None:
    rows = [(Cell("<u>", "<s>"), Cell("&"))]
    drawn = as_html(Table("<b>", ["<i>", "2"], rows, ["<q>"], in_box=True, below_caption="<p>"))
    assert not any(tag in drawn for tag in ("<b>", "<i>", "<u>", "<s>", "<q>", "<p>"))
    assert "&lt;u&gt;" in drawn


# ------------------------------------------------------------------------------------ the page


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_opens_without_a_case_and_shows_every_figure(language: str) -> None:
    app = evidence_page(lang=language)
    assert not app.exception
    assert not app.error
    html = shown(app)
    assert html.count("data-figure=") == len(load_reproduction().rows)
    # Figures 1 to 3 and the precision of Table 4 stand below their sections.
    assert len(app.main.header) == 1 + len(SECTIONS)
    assert len(app.main.caption) > 2
    charts = len(FIGURES) + 2 + len(TREATMENTS) + len(ASSUMPTIONS) + len(TREATMENTS)
    assert len(app.main.get("vega_lite_chart")) == charts


def test_choosing_a_part_and_only_what_is_off_leaves_just_that() -> None:
    app = evidence_page()
    chosen = parts()[-1]
    app.session_state["evidence_part"] = chosen
    app.run()
    assert shown(app).count("data-figure=") == len(figures_of(chosen))
    app.main.checkbox(key="evidence_only_off").check().run()
    left = figures_of(chosen, only_off=True)
    assert shown(app).count("data-figure=") == len(left)
    nothing_left = any("as the paper does" in text.value for text in app.main.markdown)
    assert nothing_left == (not left)


def test_a_missing_reproduction_is_said_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load_nothing(path: Path = REPRODUCTION) -> Reproduction:
        return load_reproduction.__wrapped__(tmp_path / "reproduction.npz")

    monkeypatch.setattr("model.reconstruction.reproduction.load_reproduction", load_nothing)
    app = evidence_page()
    assert not app.exception
    assert [error.value for error in app.error if "python -m model fit" in error.value]
    assert len(app.error) == 1
    assert str(tmp_path) not in app.error[0].value


def test_the_page_needs_no_fitting_library() -> None:
    """Each takes a new server's first reader half a second and more."""
    loaded = loaded_by("import pages.evidence", quiet=False)
    assert not loaded & (FITTING | {"tqdm", "joblib"})
