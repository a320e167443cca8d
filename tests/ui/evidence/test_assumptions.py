"""What the lists assume, and what waiting may do, as the Evidence page shows them: of a made-up
`Freedom`, and of that of the shipped lists where they carry one."""

import dataclasses
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model import language
from model.catalogues import LOCALES, catalogues
from model.options import TREATMENTS, treatment_label
from model.paper.evidence import figures
from model.reconstruction.forgetting import QUANTITIES
from model.reconstruction.freedom import (
    ASSUMPTIONS,
    EARLY_DAYS,
    MOST_CORRELATION,
    MOST_R_HAT,
    Freedom,
    beforehand,
    by_chance,
    load_freedom,
    save_freedom,
)
from model.reconstruction.reproduction import load_reproduction
from model.survival.prediction import TABLE_DAYS
from model.survival.waiting import EXTREMES, METHODS, WAITED_FOR, WAITING_DAYS
from tests.drawn import rows_of
from tests.whole_app import all_said, entry_script_first, open_app
from ui.evidence import assumptions, waiting
from ui.session.language import number
from ui.shown.options import short_label
from ui.shown.table import as_html

SHAPE = (len(WAITED_FOR), len(METHODS), len(WAITING_DAYS))
# What both languages write alike.
ALIKE = {"DLI", "R-hat", "{what}. {words}"}
RANGES = np.array([(14, 60), (14, 35), (36, 100), (0, 23), (32, 40)])


def made_up() -> Freedom:
    """Numbers that no two places share, so that swapped labels are seen."""
    rng = np.random.default_rng(7)
    n = load_reproduction().n_cohorts
    medians = 0.8 + 0.05 * rng.permutation(np.prod(SHAPE)).reshape(SHAPE)
    alive = 1 - np.linspace(0, 1, len(EARLY_DAYS)) * rng.uniform(0.1, 0.9, (n, len(TREATMENTS), 1))
    remembers = np.arange(len(QUANTITIES)) % 5 == 0
    return Freedom(
        ranges=RANGES,
        found=np.array([rng.integers(low, high, n, endpoint=True) for low, high in RANGES]),
        quantities=np.array(tuple(QUANTITIES)),
        r_hat=np.where(remembers, 1.234, 1.0),
        correlation=np.where(np.roll(remembers, 1), -0.31, 0.1),
        early=alive.astype(np.float32),
        waiting=medians + rng.normal(0, 0.02, (n, *SHAPE)),
        version="made up",
        source_hash=load_reproduction().source_hash,
    )


Shows = Callable[..., Freedom]


@pytest.fixture
def shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shows:
    """Have the page show a `Freedom` of these fields, written to a file and read back."""

    def show(**fields: Any) -> Freedom:
        path = tmp_path / "freedom.npz"
        save_freedom(dataclasses.replace(made_up(), **fields), path)
        found = load_freedom.__wrapped__(path)
        assert found is not None
        monkeypatch.setattr(assumptions, "load_freedom", lambda: found)
        return found

    return show


@pytest.fixture(params=["made up", "shipped"])
def found(request: pytest.FixtureRequest, shows: Shows) -> Freedom:
    if request.param == "made up":
        return shows()
    return assumptions.freedom()


@pytest.fixture(params=sorted(catalogues(LOCALES)))
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    language.use(catalogues(LOCALES)[request.param], request.param)
    yield request.param
    language.use(catalogues(LOCALES)["en"], "en")


def rows(html: str) -> list[list[str]]:
    """What each row of the body says, cell by cell, small letters after a bar."""
    body = html.partition("<tbody")[2]
    said = []
    for row in body.split("<tr")[1:]:
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)
        cells = [cell.replace('<span class="detail">', "|") for cell in cells]
        said.append([unescape(re.sub(r"<[^>]+>", "", cell)) for cell in cells])
    return said


# ----------------------------------------------------------------------------------- waiting


def test_each_cell_of_the_table_of_waits_is_of_its_treatment_way_and_day(found, spoken):
    html = as_html(waiting.waiting_table())
    said = iter(rows(html))
    carried = iter(re.findall(r'data-label="([^"]*)" data-ratio="([^"]*)"', html))
    for k, arm in enumerate(WAITED_FOR):
        (head,) = next(said)
        assert head.startswith(treatment_label(arm))
        late = found.found[ASSUMPTIONS.index(f"earliest_{arm}")]
        late = late > np.median(late)
        for j, method in enumerate(METHODS):
            name, *cells = next(said)
            assert name.startswith(language._(waiting.METHOD_NAMES[method]))
            for day, cell, (label, ratio) in zip(range(SHAPE[2]), cells, carried, strict=False):
                of_lists = found.waiting[:, k, j, day]
                assert label.startswith(f"{WAITING_DAYS[day]} ")
                assert float(ratio) == pytest.approx(np.median(of_lists), abs=1e-4)
                large, small = cell.split("|")
                assert large == number(float(np.median(of_lists)), 2)
                assert re.findall(r"\d[.,]\d\d", small) == [
                    number(float(x), 2)
                    for x in (
                        of_lists.min(),
                        of_lists.max(),
                        np.median(of_lists[~late]),
                        np.median(of_lists[late]),
                    )
                ]
    assert next(said, None) is None


def test_ratios_without_a_wait_are_those_of_table_4():
    printed = figures()
    chemo = printed["t4.hr.treatment.chemo"].value
    assert waiting.printed_ratio("second_sct") == chemo
    with_lymphocytes = printed["t4.hr.treatment.chemo_dli"].value
    assert waiting.printed_ratio("chemo_dli") == pytest.approx(chemo / with_lymphocytes)


def of_ratios(second_sct: np.ndarray, chemo_dli: float) -> np.ndarray:
    """Ratios of every list, (n_lists, n_arms, n_methods, n_days), the lists alike."""
    one = np.empty(SHAPE)
    one[WAITED_FOR.index("second_sct")], one[WAITED_FOR.index("chemo_dli")] = second_sct, chemo_dli
    return np.tile(one, (load_reproduction().n_cohorts, 1, 1, 1))


@pytest.mark.parametrize("at", [(j, d) for j in range(SHAPE[1]) for d in range(SHAPE[2])])
def test_one_median_at_or_below_one_anywhere_is_enough_to_say_it_could_vanish(shows, at):
    second_sct = np.full(SHAPE[1:], 1.4)
    second_sct[at] = 0.97
    shows(waiting=of_ratios(second_sct, 1.5))
    said = waiting.conclusion()
    if tuple(METHODS)[at[0]] in EXTREMES:
        assert "could be smaller, and in the extreme vanish or reverse" in said
        assert "1.40 to 1.40, in the extreme 0.97, where 1.43 is printed" in said
        assert f"Of {load_reproduction().n_cohorts} lists 0 have" in said
    else:
        assert "could vanish or reverse" in said
        assert "0.97 to 1.40 where 1.43 is printed" in said
    assert said in waiting.waiting_words()


def test_where_all_medians_are_above_one_it_is_said_not_to_vanish(shows):
    ratios = of_ratios(np.full(SHAPE[1:], 1.2), chemo_dli=0.8)
    # One list alone, or the other treatment, does not decide.
    ratios[0] = 0.5
    shows(waiting=ratios)
    assert "vanish or reverse" not in waiting.conclusion()
    assert "it does not vanish" in waiting.conclusion()


def test_what_is_said_of_the_wait_is_what_the_lists_have(found):
    medians = np.median(found.waiting[:, WAITED_FOR.index("second_sct")], axis=0)
    assert ("vanish or reverse" in waiting.conclusion()) == (medians.min() <= 1)
    medians = medians[~np.isin(tuple(METHODS), EXTREMES)]
    assert f"{medians.min():.2f} to {medians.max():.2f}" in waiting.conclusion()


# ------------------------------------------------------------------------------- assumptions


def test_the_table_has_range_median_lowest_highest_and_lists_at_an_end(found, spoken):
    said = rows(as_html(assumptions.assumptions_table()))
    for name, (first, last), values, row in zip(
        ASSUMPTIONS, found.ranges, found.found, said, strict=True
    ):
        head, could_be, in_lists, at_end, _moves = row
        assert head.startswith(assumptions.assumption_name(name))
        assert could_be == f"{first}–{last}"
        middle = number(float(np.median(values)))
        assert in_lists == f"{middle}|{values.min()}–{values.max()}"
        assert int(at_end) == max(list(values).count(first), list(values).count(last))


def test_what_is_apart_is_the_largest_over_the_options(found):
    year = 100 * load_reproduction().spread[..., TABLE_DAYS.index(365)].astype(float).mean(axis=1)
    for values, row in zip(
        found.found, rows(as_html(assumptions.assumptions_table())), strict=True
    ):
        high = values > np.median(values)
        apart = np.abs(year[high].mean(axis=0) - year[~high].mean(axis=0))
        number_said, option = row[-1].split("|")
        assert float(number_said) == pytest.approx(apart.max(), abs=0.00501)
        assert option == short_label(TREATMENTS[int(apart.argmax())])


def test_an_assumption_in_which_all_lists_agree_moves_nothing_that_could_be_told(shows):
    shows(found=np.tile(RANGES[:, :1], load_reproduction().n_cohorts))
    assert all(
        row[-1] == "all lists alike" for row in rows(as_html(assumptions.assumptions_table()))
    )


@pytest.mark.parametrize("name", ASSUMPTIONS)
def test_a_chart_shows_every_list_beside_what_could_be(found, name):
    first, last = found.ranges[ASSUMPTIONS.index(name)]
    values = found.found[ASSUMPTIONS.index(name)]
    chart = assumptions.assumption_chart(name)
    drawn = rows_of(chart, "bars").to_dict("records")
    assert sum(bar["lists"] for bar in drawn) == len(values)
    for bar in drawn:
        inside = (values > bar["from"]) & (values < bar["to"])
        assert bar["lists"] == inside.sum()
        assert bar["height"] * (bar["to"] - bar["from"]) == pytest.approx(inside.sum(), abs=1e-3)
    likely = beforehand(name, first, last)
    assert likely.sum() == pytest.approx(1)
    beforehand_drawn = rows_of(chart, "beforehand").to_dict("records")
    for bar, dashed in zip(drawn, beforehand_drawn, strict=True):
        assert (dashed["from"], dashed["to"]) == (bar["from"], bar["to"])
        # As many lists under the dashed line as could be looked for beforehand.
        inside = likely[int(bar["from"] + 0.5) - first : int(bar["to"] + 0.5) - first].sum()
        width = bar["to"] - bar["from"]
        assert dashed["height"] * width == pytest.approx(len(values) * inside, abs=0.01)
    for axis in ("x", "y"):
        assert chart["layer"][0]["encoding"][axis]["axis"]["title"]


@pytest.mark.parametrize("name", ASSUMPTIONS)
def test_the_words_of_a_chart_say_what_could_be_and_what_came_of_it(found, name, spoken):
    values = found.found[ASSUMPTIONS.index(name)]
    said = assumptions.assumption_alt(name)
    assert said.startswith(assumptions.assumption_name(name))
    said = said.removeprefix(assumptions.assumption_name(name))
    middle = number(float(np.median(values)))
    expected = [*found.ranges[ASSUMPTIONS.index(name)], values.min(), values.max(), middle]
    assert re.findall(r"\d+", said) == [str(x) for x in expected]


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_the_first_hundred_days_have_a_line_a_list_and_words_with_their_range(
    found, treatment, spoken
):
    curves = found.early[:, TREATMENTS.index(treatment)]
    points = rows_of(assumptions.early_chart(treatment), "lists")
    assert list(points) == ["list", "day", "survival"]
    drawn = points.to_numpy(float)
    assert drawn[:, 2].reshape(curves.shape) == pytest.approx(curves, abs=6e-4)
    assert drawn[:, 1].reshape(curves.shape) == pytest.approx(np.tile(EARLY_DAYS, (len(curves), 1)))
    said = assumptions.early_alt(treatment)
    assert said.startswith(treatment_label(treatment))
    last = (100 * curves[:, -1]).astype(float)
    numbers = re.findall(r"\d+", said.removeprefix(treatment_label(treatment)))
    assert [int(x) for x in numbers] == [EARLY_DAYS[-1], round(last.min()), round(last.max())]


def test_the_quantities_that_pass_a_limit_are_named_and_no_others(found, spoken):
    assert set(map(str, found.quantities)) == set(QUANTITIES)
    expected = {
        language._(str(name)).capitalize()
        for name, r_hat, correlation in zip(
            found.quantities, found.r_hat, found.correlation, strict=True
        )
        if r_hat > MOST_R_HAT or abs(correlation) >= MOST_CORRELATION
    }
    named = [row[0] for row in rows(as_html(assumptions.remembered_table()))]
    assert {name.capitalize() for name in named} == expected
    assert len(named) == len(expected)
    forgotten = len(found.quantities) - len(expected)
    assert str(forgotten) in re.findall(r"\d+", assumptions.forgetting_words())


def test_where_every_start_is_forgotten_there_is_no_table_and_no_doubt(shows):
    alike = np.ones(len(QUANTITIES))
    shows(r_hat=alike, correlation=0 * alike)
    assert not assumptions.remembered_table().rows
    assert "may still owe" not in assumptions.forgetting_words()


def test_survivors_are_as_likely_beforehand_as_there_are_ways_to_choose_them():
    likely = beforehand("alive_known", 32, 40)
    rng = np.random.default_rng(1)
    # 275 of the 288 can be alive (all 13 with DLI alone died), and the 46: forty of them are.
    drawn = rng.hypergeometric(275, 46, 40, 200_000)
    drawn = drawn[drawn >= 32]
    shares = np.array([(drawn == k).mean() for k in range(32, 41)])
    assert likely == pytest.approx(shares, abs=0.005)
    assert beforehand("without_remission", 36, 100) == pytest.approx(np.full(65, 1 / 65))


def test_two_halves_by_lot_are_as_far_apart_as_chance_takes_them():
    rng = np.random.default_rng(5)
    survival = rng.normal(50, 2, (100, 1))
    # The difference of two means of fifty has a standard error of 0.4.
    assert by_chance(survival) == pytest.approx(1.96 * 0.4, rel=0.2)


@pytest.mark.parametrize("moved", [False, True])
def test_an_assumption_that_moves_predictions_is_not_said_to_move_nothing(shows, moved):
    found = made_up().found.copy()
    if moved:
        year = assumptions.year_of_lists().mean(axis=1)
        found[0] = np.argsort(np.argsort(year))
    else:
        found = np.tile(np.arange(found.shape[1]) % 2, (len(found), 1))
        found = np.random.default_rng(2).permuted(found, axis=1)
    shows(found=found)
    assert ("None of the assumptions" in assumptions.how_to_read_assumptions()) != moved


# ------------------------------------------------------------------------------ the whole page


def everything() -> list[str]:
    """Every piece of text of both sections, charts too."""
    tables = (
        assumptions.assumptions_table(),
        assumptions.remembered_table(),
        waiting.waiting_table(),
    )
    charts = [
        *(assumptions.assumption_chart(name) for name in ASSUMPTIONS),
        *(assumptions.early_chart(treatment) for treatment in TREATMENTS),
    ]
    pieces = [
        assumptions.how_to_read_assumptions(),
        assumptions.forgetting_words(),
        *waiting.waiting_words(),
        waiting.how_to_read_waiting(),
        *(assumptions.assumption_alt(name) for name in ASSUMPTIONS),
        *(assumptions.early_alt(treatment) for treatment in TREATMENTS),
        *(title for chart in charts for title in re.findall(r"'title': '([^']+)'", str(chart))),
    ]
    for drawn in tables:
        whole = as_html(drawn)
        pieces += [unescape(text) for text in re.findall(r">([^<]+)<", whole)]
        pieces += [unescape(text) for text in re.findall(r'data-label="([^"]+)"', whole)]
    return [piece for piece in pieces if re.search(r"[A-Za-z]{3}", piece)]


def test_no_english_is_left_in_french(found):
    english = set(everything())
    language.use(catalogues(LOCALES)["fr"], "fr")
    try:
        french = everything()
    finally:
        language.use(catalogues(LOCALES)["en"], "en")
    assert len(set(french)) > 40
    both = (set(french) & english) - ALIKE
    assert not both, both


@pytest.mark.parametrize("code", ["en", "fr"])
def test_both_sections_are_drawn_on_the_page_with_their_charts(shows, code):
    shows()
    with entry_script_first():
        app = open_app(lang=code)
        app.switch_page("pages/evidence.py").run()
        for section in ("assumptions", "waiting"):
            app.session_state[f"evidence_{section}"] = True
        app.run()
    assert not app.exception
    charts = app.main.get("vega_lite_chart")
    assert len(charts) == len(ASSUMPTIONS) + len(TREATMENTS)
    said = all_said(app)
    language.use(catalogues(LOCALES)[code], code)
    try:
        alts = [
            *map(assumptions.assumption_alt, ASSUMPTIONS),
            *map(assumptions.early_alt, TREATMENTS),
        ]
        assert [alt for alt in alts if alt not in said] == []
        assert all(words in said for words in waiting.waiting_words())
        drawn = "".join(element.proto.body for element in app.main.get("html"))
        for table in (assumptions.assumptions_table(), waiting.waiting_table()):
            assert as_html(table).partition("<tbody")[2] in drawn
    finally:
        language.use(catalogues(LOCALES)["en"], "en")
