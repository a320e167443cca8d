"""Recalibration: it finds what children were drawn from, its intervals are right, and the model it
makes predicts as the line it stands for. Children are drawn from the model itself."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from model.case import Case
from model.cli.main import main
from model.cohort import analysed, each_cohort, read_cohorts, with_interval
from model.options import TREATMENTS
from model.recalibration.applied import (
    RecalibrationError,
    hazard_multiple,
    line,
    recalibrated_model,
)
from model.recalibration.choice import compare_methods
from model.recalibration.file import LARGEST_FILE, read_recalibration, write_recalibration
from model.recalibration.fit import FEWEST_DEATHS, followed, maximised, recalibrate, usable
from model.survival.comparison import compare
from model.survival.pattern import pattern_covariates
from model.survival.prediction import HORIZON_DAYS, Z_95, PooledModel, load_model, predict
from model.survival.recalibrated import COEFFICIENTS, COVARYING, METHODS, PARAMETERS, Recalibration
from model.validation.expected import Expected, expected
from model.validation.performance import performance
from tests.seen import holds, pattern, seen
from tests.simulated import simulated
from tests.whole_app import all_said, entry_script_first, open_app
from ui.case.guidance import guidance_of
from ui.case.sensitivity import e_value_meaning
from ui.compare.comparison import Asked, Comparison, comparison
from ui.compare.files import comparison_as_csv, comparison_as_svg
from ui.family.chart import family_chart
from ui.family.family import family_sheet
from ui.family.markup import closing_markup
from ui.family.outcome import outcome
from ui.record.record import record_pdf
from ui.shown.charts.page import page_chart
from ui.shown.downloads import chart_as_png, chart_as_svg, numbers_as_csv
from ui.shown.labels import chemo_alone_in_paper, had_to_reach_transplant
from ui.shown.results import option_results, shown_pattern

CASE = Case("AML", 200, True)
LINK = {"leukemia": "AML", "days": "200", "cr": "yes", "age": "8"}
TODAY = date(2026, 11, 23)
R = Path(__file__).parents[2] / "r"
PAPER = load_model()


def known(method: str, *estimates: float) -> Recalibration:
    """A recalibration without any uncertainty of its own."""
    size = len(COVARYING[method])
    return Recalibration(method, estimates, ((0.0,) * size,) * size, 100, 80)


@pytest.fixture(scope="module")
def cohort() -> pd.DataFrame:
    return analysed(each_cohort(read_cohorts())[0])


@pytest.fixture(scope="module")
def doubled(cohort: pd.DataFrame) -> pd.DataFrame:
    return simulated(PAPER, cohort, np.random.default_rng(1), factor=2.0)


@pytest.fixture(scope="module")
def found(doubled: pd.DataFrame) -> dict[str, Recalibration]:
    return {method: recalibrate(PAPER, doubled, method) for method in METHODS}


@pytest.fixture(scope="module")
def file(found: dict[str, Recalibration]) -> str:
    return write_recalibration(found["baseline"], PAPER, "Sainte-Anne <b>7</b>", TODAY)


@pytest.fixture(scope="module")
def loaded(file: str) -> Recalibration:
    return read_recalibration(file, PAPER)


# ------------------------------------------------------------------------------- what it finds


def expected_deaths(those: Expected) -> float:
    outcome_of_children = those.outcome
    survival = those.survival[
        np.arange(len(outcome_of_children.os_days)), outcome_of_children.os_days
    ]
    return float(-np.log(survival).sum())


def test_a_doubled_baseline_is_found_and_repaired(
    doubled: pd.DataFrame, found: dict[str, Recalibration]
) -> None:
    baseline = found["baseline"]
    value, lower, upper = hazard_multiple(PAPER, baseline, 365)
    assert lower < 2 < upper
    assert 1.6 < value < 2.5
    errors = np.sqrt(np.diag(baseline.own_covariance))
    assert abs(baseline.estimates[0] - np.log(2)) < Z_95 * errors[0]
    before = expected_deaths(expected(PAPER, doubled))
    after = expected_deaths(expected(recalibrated_model(PAPER, baseline), doubled))
    assert baseline.n_deaths / before > 1.6
    assert baseline.n_deaths / after == pytest.approx(1, abs=0.01)


def test_a_shrunken_slope_is_found(cohort: pd.DataFrame) -> None:
    truth = recalibrated_model(PAPER, known("slope", 0.3, 1.0, 0.4))
    children = simulated(truth, cohort, np.random.default_rng(2))
    slope = recalibrate(PAPER, children, "slope")
    reach = Z_95 * np.sqrt(slope.own_covariance[2, 2])
    assert abs(slope.estimates[2] - 0.4) < reach
    assert slope.estimates[2] + reach < 1


def test_the_intervals_of_the_estimates_hold_the_truth(cohort: pd.DataFrame) -> None:
    rng = np.random.default_rng(3)
    held = np.zeros(3)
    repeats = 60
    for _repeat in range(repeats):
        data = followed(PAPER, simulated(PAPER, cohort, rng))
        estimates, covariance = maximised(PAPER, data, "slope")
        slope = Recalibration(
            "slope", tuple(estimates), tuple(map(tuple, covariance)), 1, 1
        ).own_covariance
        held += np.abs(estimates - [0, 1, 1]) < Z_95 * np.sqrt(np.diag(slope))
    assert (held >= 0.87 * repeats).all()


def test_a_refit_with_few_deaths_stays_near_the_paper_and_with_many_follows_the_children(
    cohort: pd.DataFrame,
) -> None:
    changed = PAPER.beta.copy()
    changed[1] += 1.2  # chemotherapy alone
    truth = recalibrated_model(PAPER, known("refit", 0.0, 1.0, *changed.tolist()))
    went = []
    for copies, share in ((1, 0.22), (12, 1.0)):
        few = pd.concat([cohort.sample(frac=share, random_state=5)] * copies, ignore_index=True)
        children = simulated(truth, few, np.random.default_rng(4))
        refit = recalibrate(PAPER, children, "refit")
        went.append((refit.estimates[3] - PAPER.beta[1]) / 1.2)
    assert refit.n_deaths > 2000
    assert went[0] < 0.65
    assert went[1] > 0.85


def test_children_with_something_missing_are_left_out_and_counted(doubled: pd.DataFrame) -> None:
    holed = doubled.copy()
    holed.loc[holed.index[:7], "treatment"] = None
    holed.loc[holed.index[5:9], "post_transplant_cr"] = None
    assert recalibrate(PAPER, holed, "baseline").n_left_out == 9
    assert len(usable(holed)) == len(doubled) - 9


@pytest.mark.parametrize("method", METHODS[1:])
def test_too_few_deaths_are_refused_in_words(doubled: pd.DataFrame, method: str) -> None:
    dead = doubled[doubled["death"] & (doubled["os_days"] <= HORIZON_DAYS)]
    alive = doubled[~doubled["death"]]
    few = pd.concat([dead.head(FEWEST_DEATHS[method] - 1), alive])
    with pytest.raises(RecalibrationError, match=f"at least {FEWEST_DEATHS[method]}"):
        recalibrate(PAPER, few, method)


def test_children_who_go_against_the_model_are_not_fitted(cohort: pd.DataFrame) -> None:
    backwards = replace(PAPER, beta=-PAPER.beta)
    children = cohort.assign(os_days=10, death=True)
    children["os_days"] = np.where(pattern_index(children, backwards) > 0.5, 5, 900)
    with pytest.raises(RecalibrationError, match=r"theta|fitted"):
        recalibrate(PAPER, children, "slope")


def pattern_index(children: pd.DataFrame, model: PooledModel) -> np.ndarray:
    index: np.ndarray = followed(PAPER, children).x @ model.beta
    return index


def test_small_groups_are_not_told_nor_what_would_tell_them(doubled: pd.DataFrame) -> None:
    sizes = {"second_sct": 40, "chemo": 60, "dli": 3, "palliative": 20}
    some = pd.concat([doubled[doubled["treatment"] == arm].head(n) for arm, n in sizes.items()])
    told = dict(recalibrate(PAPER, some, "baseline").arms)
    assert told == {"second_sct": 40, "chemo_dli": 0, "chemo": 60}


# ------------------------------------------------------------------------------- as a model


@pytest.mark.parametrize("method", METHODS[1:])
def test_a_recalibrated_model_predicts_as_its_line(
    found: dict[str, Recalibration], method: str
) -> None:
    model = recalibrated_model(PAPER, found[method])
    alpha, gamma, beta = line(PAPER, method, np.array(found[method].estimates))
    x = pattern_covariates(TREATMENTS)
    days = np.arange(10, HORIZON_DAYS + 1)
    log_hazard = alpha + gamma * PAPER.log_hazard[days] + (x @ beta)[..., None]
    survival = predict(
        model, seen([0, 0, 100, 100, 200, 200, 400, 400], [False, True] * 4), days=days
    )
    np.testing.assert_allclose(survival.survival, np.exp(-np.exp(log_hazard)), atol=1e-9)


@pytest.mark.parametrize("method", METHODS[1:])
def test_its_variance_is_that_of_the_delta_method(
    found: dict[str, Recalibration], method: str
) -> None:
    """To within a tenth of the width from day 100 on, never much narrower."""
    recalibration = found[method]
    model, (_alpha, gamma, _beta) = (
        recalibrated_model(PAPER, recalibration),
        line(PAPER, method, np.array(recalibration.estimates)),
    )
    theta = recalibration.estimates[2] if method == "slope" else 1.0
    x = pattern_covariates(TREATMENTS).reshape(-1, len(PAPER.beta))
    cohorts = PAPER.cohorts
    for day in (100, 365, HORIZON_DAYS):
        hazard, variance = (
            steps[:, : day + 1].sum(axis=1) for steps in (cohorts.hazard, cohorts.variance)
        )
        by = [np.ones(len(x)), np.full(len(x), PAPER.log_hazard[day])]
        by += [x @ PAPER.beta] if method == "slope" else []
        z = np.column_stack([*by, theta * x])
        covariance = np.array(recalibration.covariance)
        direct = (
            np.einsum("ap,pq,aq->a", z, covariance, z) + gamma**2 * (variance / hazard**2).mean()
        )
        made = (
            model.variance[day]
            + np.einsum("ap,pq,aq->a", x, model.sigma, x)
            + 2 * x @ model.covariance[day]
        )
        ratio = np.sqrt(made / direct)
        assert ratio.min() > 0.97
        assert ratio.max() < 1.1


def test_its_intervals_hold_the_truth_when_children_and_paper_are_both_drawn_again(
    cohort: pd.DataFrame,
) -> None:
    """A parametric bootstrap: the paper's coefficients drawn, children drawn from the truth."""
    rng = np.random.default_rng(6)
    truth = PAPER.log_hazard[365] + pattern_covariates(TREATMENTS) @ PAPER.beta
    off = []
    claimed = []
    for _repeat in range(40):
        children = simulated(PAPER, cohort, rng)
        beta = rng.multivariate_normal(PAPER.beta, PAPER.sigma)
        shift = beta - PAPER.beta
        cohorts = replace(PAPER.cohorts, beta=PAPER.cohorts.beta + shift)
        drawn = replace(PAPER, beta=beta, cohorts=cohorts)
        model = recalibrated_model.__wrapped__(drawn, recalibrate(drawn, children, "baseline"))
        x = pattern_covariates(TREATMENTS)
        off.append(model.log_hazard[365] + x @ model.beta - truth)
        claimed.append(
            model.variance[365]
            + np.einsum("...p,pq,...q->...", x, model.sigma, x)
            + 2 * x @ model.covariance[365]
        )
    ratio = np.sqrt(np.mean(claimed, axis=0)) / np.std(off, axis=0)
    # A little wide, since the shape of the paper's baseline was not drawn again.
    assert 0.85 < np.median(ratio) < 1.35


@pytest.mark.parametrize("method", METHODS[1:])
@pytest.mark.parametrize("since", [0, 60, 400])
def test_its_curves_are_curves_also_given_alive(
    found: dict[str, Recalibration], method: str, since: int
) -> None:
    model = recalibrated_model(PAPER, found[method])
    days = np.arange(HORIZON_DAYS + 1)
    made = predict(model, seen([200], [True], [since]), days=days)
    curve = made.survival[0][:, np.isfinite(made.survival[0, 0])]
    lower = made.lower[0][:, np.isfinite(made.survival[0, 0])]
    upper = made.upper[0][:, np.isfinite(made.survival[0, 0])]
    assert (np.diff(curve) <= 1e-12).all()
    assert (lower <= curve + 1e-12).all()
    assert (curve <= upper + 1e-12).all()
    assert curve.shape[1] > 900


def test_comparisons_follow_the_recalibrated_model(found: dict[str, Recalibration]) -> None:
    model = recalibrated_model(PAPER, found["refit"])
    scenarios = [pattern(arm, 200, True) for arm in TREATMENTS]
    survival = predict(model, seen([200], [True]), days=[365]).survival[0, :, 0]
    for one, alive in zip(compare(model, scenarios, 0, 365), survival, strict=True):
        assert one.survival.value == pytest.approx(alive)
        assert one.difference.value == pytest.approx(alive - survival[0])
        assert one.difference.lower <= one.difference.value <= one.difference.upper
        assert all(mean.lower < mean.value < mean.upper for mean in one.restricted_mean)


def test_contrasts_of_a_model_of_which_little_is_known_are_numbers_around_their_value() -> None:
    covariance = np.eye(len(COVARYING["baseline"]))
    covariance[2:, 2:] = PAPER.sigma
    little = Recalibration("baseline", (0.0, 1.0), tuple(map(tuple, covariance.tolist())), 9, 9)
    model = recalibrated_model(PAPER, little)
    for since, day in ((0, 1461), (1, 4), (1000, 1003)):
        scenarios = [pattern(arm, 30, False, since) for arm in TREATMENTS]
        for one in compare(model, scenarios, 0, day):
            known_means = [
                mean for mean in one.restricted_mean_difference if mean.value == mean.value
            ]
            for contrast in (one.difference, one.ratio, *known_means):
                assert contrast.lower <= contrast.value <= contrast.upper < np.inf


@pytest.mark.parametrize("estimates", [(5.0, 1.0), (-5.0, 5.0)])
def test_a_model_under_which_all_die_or_nearly_none_is_measured_or_says_why(
    cohort: pd.DataFrame, estimates: tuple[float, float]
) -> None:
    model = recalibrated_model(PAPER, known("baseline", *estimates))
    those = expected(model, cohort)
    assert np.isfinite(those.prognostic_index).all()
    measured = performance(those, replicates=3)
    for measure in measured.measures:
        assert (measure.estimate is None) == (measure.reason != "")
    assert measured.measure("harrell_c").estimate is not None


# ------------------------------------------------------------------------------- the choice


def test_the_paper_model_is_suggested_mostly_where_it_fits(cohort: pd.DataFrame) -> None:
    rng = np.random.default_rng(7)
    suggested = [
        compare_methods(PAPER, simulated(PAPER, cohort, rng), replicates=6).suggested
        for _repeat in range(10)
    ]
    assert suggested.count("none") >= 8


def test_baseline_is_suggested_where_the_level_is_another(doubled: pd.DataFrame) -> None:
    shares: list[float] = []
    choice = compare_methods(PAPER, doubled, replicates=20, progress=shares.append)
    assert choice.suggested == "baseline"
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    score, optimism = (
        {one.method: one for one in scores if one is not None}
        for scores in zip(*((c.score, c.optimism) for c in choice.candidates), strict=True)
    )
    assert score["baseline"].log_gain > 10
    assert score["baseline"].brier < score["none"].brier
    # More of its own, more optimism.
    taken_off = [optimism[method].log_gain for method in METHODS]
    assert taken_off == sorted(taken_off)
    again = compare_methods(PAPER, doubled, replicates=20)
    assert again == choice


def test_a_method_that_is_refused_stands_in_the_choice_with_its_reason(
    doubled: pd.DataFrame,
) -> None:
    choice = compare_methods(PAPER, doubled.head(30), replicates=4)
    refit = choice.candidates[METHODS.index("refit")]
    assert refit.recalibration is None
    assert "at least 50" in refit.refusal
    for few in (doubled.head(9), doubled.head(0)):
        with pytest.raises(RecalibrationError, match="at least 10"):
            compare_methods(PAPER, few, replicates=4)


# ------------------------------------------------------------------------------- the file


@pytest.mark.parametrize("method", METHODS[1:])
def test_a_file_read_back_predicts_the_same_to_the_last_bit(
    found: dict[str, Recalibration], method: str
) -> None:
    again = read_recalibration(write_recalibration(found[method], PAPER, "", TODAY), PAPER)
    one = recalibrated_model.__wrapped__(PAPER, found[method])
    other = recalibrated_model.__wrapped__(PAPER, again)
    for name in ("survival", "lower", "upper", "median"):
        np.testing.assert_array_equal(
            *(getattr(predict(model, seen([200], [True], [30])), name) for model in (one, other))
        )
    assert replace(again, checksum="", made_on="") == found[method]


def test_a_file_holds_no_row_and_says_where_it_comes_from(file: str) -> None:
    content = json.loads(file)
    assert len(file) < LARGEST_FILE
    assert content["model_hash"] == PAPER.source_hash
    assert content["method"] == "baseline"
    assert content["made_on"] == "2026-11-23"
    assert set(content["arms"]) <= set(TREATMENTS)
    assert all(count == 0 or count >= 5 for count in content["arms"].values())
    assert sum(isinstance(value, list) for value in content.values()) == 1  # the covariance


def signed(file: str, **changes: object) -> str:
    """A file whose checksum is right for what was changed."""
    from model.recalibration.file import _checksum

    content = json.loads(file) | changes
    return json.dumps(content | {"checksum": _checksum(content)})


def without_alpha(file: str) -> str:
    return signed(file, estimates={"gamma": 1.0})


BAD = {
    "not JSON": (lambda f: f[:-40], "not JSON"),
    "binary": (lambda f: b"\xff\xfe\x00" + f.encode(), "not JSON"),
    "deep": (lambda f: "[" * 50_000, "not JSON"),
    "another file": (lambda f: "[1, 2]", "not a model file"),
    "another format": (lambda f: '{"format": "x"}', "not a model file"),
    "too large": (lambda f: f + " " * LARGEST_FILE, "too large"),
    "twice": (lambda f: f.replace('{\n "format"', '{"method": "refit",\n "format"'), "twice"),
    "not a number": (lambda f: f.replace('"alpha": ', '"alpha": NaN, "x": '), "numbers"),
    "changed": (lambda f: f.replace('"deaths": ', '"deaths": 1'), "changed or damaged"),
    "newer": (lambda f: signed(f, format_version=2), "newer"),
    "odd version": (lambda f: signed(f, format_version="1"), "format_version"),
    "other model": (lambda f: signed(f, model_hash="0" * 64), "another version"),
    "horizon": (lambda f: signed(f, horizon_days=1000), "horizon_days"),
    "method": (lambda f: signed(f, method="none"), "method"),
    "method is a list": (lambda f: signed(f, method=[]), "method"),
    "lacks a field": (lambda f: signed(f.replace('"centre"', '"center"')), "lacks centre"),
    "has another": (lambda f: signed(f, rows=[[1, 2]]), "more than"),
    "lacks alpha": (without_alpha, "lacks alpha"),
    "huge": (lambda f: signed(f, estimates={"alpha": 1e300, "gamma": 1}), "alpha"),
    "infinite": (lambda f: f.replace('"alpha": 0.', '"alpha": 1e999, "x": 0.'), r"."),
    "true": (lambda f: signed(f, estimates={"alpha": True, "gamma": 1}), "alpha"),
    "no matrix": (lambda f: signed(f, covariance=[[1.0]]), "covariance"),
    "not positive": (lambda f: signed(f, covariance=(-np.eye(10)).tolist()), "covariance"),
    "gamma not known": (lambda f: signed(f, covariance=(9.0 * np.eye(10)).tolist()), "covariance"),
    "not symmetric": (lambda f: signed(f, covariance=np.tri(10).tolist()), "covariance"),
    "deaths": (lambda f: signed(f, deaths=10**6), "deaths"),
    "children": (lambda f: signed(f, children=-1), "children"),
    "arms": (lambda f: signed(f, arms={"surgery": 9}), "arms"),
    "scores": (lambda f: signed(f, scores={"none": {"log_gain": 0, "brier": 7}}), "scores"),
    "label": (lambda f: signed(f, centre="x" * 61), "centre"),
    "label of two lines": (lambda f: signed(f, centre="a\nb"), "centre"),
    "day": (lambda f: signed(f, made_on="2026-02-30"), "made_on"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_words(file: str, name: str) -> None:
    spoil, said = BAD[name]
    with pytest.raises(RecalibrationError, match=said):
        read_recalibration(spoil(file), PAPER)


def test_a_label_too_long_and_an_unchanged_model_are_not_written(
    found: dict[str, Recalibration],
) -> None:
    with pytest.raises(RecalibrationError, match="60"):
        write_recalibration(found["slope"], PAPER, "x" * 61, TODAY)
    with pytest.raises(RecalibrationError, match="no file"):
        write_recalibration(found["none"], PAPER, "", TODAY)


def test_the_command_line_uses_a_model_file_and_says_so(
    tmp_path: Path, file: str, loaded: Recalibration, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "model.json").write_text(file)
    cases = tmp_path / "cases.csv"
    cases.write_text("case_id,leukemia,days_to_failure,post_transplant_cr\na,AML,200,yes\n")
    with_model = ["predict", str(cases), "--model", str(tmp_path / "model.json")]
    assert main(with_model) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert list(rows[0])[-1] == "model"
    assert {row["model"] for row in rows} == {f"recalibrated baseline {loaded.short_checksum}"}
    expected_survival = predict(recalibrated_model(PAPER, loaded), seen([200], [True])).survival[0]
    said = np.array([float(row["survival"]) for row in rows]).reshape(len(TREATMENTS), -1)
    np.testing.assert_allclose(said, expected_survival, atol=6e-5)
    assert main(["predict", str(cases)]) == 0
    assert "model" not in capsys.readouterr().out.splitlines()[0].split(",")
    scenarios = tmp_path / "scenarios.csv"
    scenarios.write_text("case_id,treatment,days_to_failure,post_transplant_cr\na,dli,200,yes\n")
    assert main(["compare", str(scenarios), *with_model[2:]]) == 0
    assert capsys.readouterr().out.splitlines()[1].endswith(loaded.short_checksum)
    (tmp_path / "model.json").write_text(file.replace('"deaths": ', '"deaths": 1'))
    assert main(with_model) == 2
    errors = capsys.readouterr()
    assert "changed or damaged" in errors.err
    assert not errors.out
    assert main([*with_model[:-1], str(tmp_path)]) == 2


# ------------------------------------------------------------------------------- in the app


def compared(recalibration: Recalibration | None) -> Comparison:
    shown = comparison(Asked((holds("chemo"), holds("dli"))), CASE, recalibration)
    assert shown is not None
    return shown


def test_no_view_gives_one_model_the_curves_of_another(loaded: Recalibration) -> None:
    """Whichever was asked first, each cache keeps the models apart."""
    other = replace(loaded, estimates=(loaded.estimates[0] - 1, loaded.estimates[1]))
    for view in (
        lambda r: option_results(shown_pattern(CASE, TREATMENTS, recalibration=r)),
        lambda r: page_chart(shown_pattern(CASE, TREATMENTS, recalibration=r)),
        lambda r: family_chart(CASE, ("chemo",), 365, r),
        lambda r: outcome(CASE, "chemo", 365, r),
        lambda r: compared(r).columns[0].compared,
        lambda r: comparison_as_svg(compared(r)),
    ):
        first = [view(recalibration) for recalibration in (None, loaded, other)]
        again = [view(recalibration) for recalibration in (other, loaded, None)]
        assert first == again[::-1]
        assert first[0] != first[1] != first[2] != first[0]


def test_every_file_says_that_the_model_is_recalibrated(loaded: Recalibration) -> None:
    pattern = shown_pattern(CASE, TREATMENTS, recalibration=loaded)
    signs = loaded.short_checksum
    for row in csv.DictReader(io.StringIO(numbers_as_csv(CASE, pattern))):
        assert row["model_version"] == f"{PAPER.version} recalibrated baseline {signs}"
    assert signs in chart_as_svg(CASE, pattern)
    assert "<b>7</b>" not in chart_as_svg(CASE, pattern)
    assert f"file {signs}".encode() in chart_as_png(CASE, pattern)
    shown = compared(loaded)
    assert f"baseline {signs}" in comparison_as_csv(shown)
    assert signs in comparison_as_svg(shown)
    sheet = family_sheet(CASE, TREATMENTS, 365, (), {}, loaded)
    assert signs in " ".join(sheet.sources.lines)
    assert str(loaded.n_children) in sheet.limits
    assert "&lt;b&gt;7&lt;/b&gt;" in closing_markup(sheet, unfolded=True)


def test_the_sheet_for_the_record_says_so_and_leaves_out_what_is_the_papers(
    loaded: Recalibration, monkeypatch: pytest.MonkeyPatch
) -> None:
    words: dict[str, object] = {}
    monkeypatch.setattr(
        "ui.record.record.typeset", lambda _template, said, _today: words.update(said)
    )
    record_pdf(CASE, TREATMENTS, guidance_of(CASE), None, TODAY, recalibration=loaded)
    assert loaded.short_checksum in str(words["given"])
    assert loaded.short_checksum in str(words["made"])
    assert words["sensitivity"] == [had_to_reach_transplant()]


@pytest.fixture
def _entry_script_first() -> Iterator[None]:
    with entry_script_first():
        yield


@pytest.mark.usefixtures("_entry_script_first")
def test_two_sessions_with_different_models_see_their_own_curves(loaded: Recalibration) -> None:
    papers = open_app(**LINK)
    theirs = open_app(**LINK)
    theirs.session_state["model_in_use"] = loaded
    theirs.run()
    papers.run()
    tables = [
        " ".join(str(part.proto) for part in app.main.get("html")) for app in (papers, theirs)
    ]
    assert tables[0] != tables[1]
    assert not papers.main.info
    said = theirs.main.info[0].value
    assert said.startswith("Recalibrated to `Sainte-Anne <b>7</b>`: baseline only")
    assert loaded.short_checksum in said
    assert theirs.query_params["recalibrated"] == loaded.short_checksum
    assert not [toggle for toggle in theirs.main.toggle if "Exploratory" in toggle.label]
    assert e_value_meaning() in all_said(papers)
    assert e_value_meaning() not in all_said(theirs)
    assert had_to_reach_transplant() in all_said(theirs)
    for page in ("pages/compare.py", "pages/counselling.py", "pages/evidence.py", "pages/about.py"):
        theirs.switch_page(page).run()
        assert not theirs.exception
        assert any(loaded.short_checksum in info.value for info in theirs.main.info), page


@pytest.mark.usefixtures("_entry_script_first")
def test_a_link_made_with_a_model_that_is_not_loaded_says_so_until_the_reader_has_seen_it(
    loaded: Recalibration,
) -> None:
    app = open_app(**LINK, recalibrated="1a2b3c4d")
    assert "`1a2b3c4d`" in app.main.warning[0].value
    assert app.query_params["recalibrated"] == "1a2b3c4d"
    # A talk that was on when the page was loaded again must not go on with other numbers unsaid.
    talk = open_app(**LINK, recalibrated="1a2b3c4d", talk="yes")
    talk.switch_page("pages/counselling.py").run()
    assert "`1a2b3c4d`" in talk.main.warning[0].value
    bad = open_app(**LINK, recalibrated="<b>")
    assert "checksum" in bad.main.info[0].value
    assert not bad.main.warning
    stay = next(button for button in app.main.button if button.label.startswith("Stay"))
    stay.click().run()
    assert not app.main.warning
    assert "recalibrated" not in app.query_params


def recalibrating() -> None:
    import numpy as np

    from model.cohort import analysed, each_cohort, read_cohorts
    from model.survival.prediction import load_model
    from tests.simulated import simulated
    from ui.registry.recalibration import draw_model_file, draw_recalibration

    children = analysed(each_cohort(read_cohorts())[0])
    draw_recalibration(simulated(load_model(), children, np.random.default_rng(1), factor=2.0))
    draw_model_file()


def button(app: AppTest, label: str) -> Button:
    return next(one for one in app.button if one.label == label)


def test_the_four_are_compared_on_screen_one_is_chosen_and_used_until_somebody_goes_back(
    doubled: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = AppTest.from_function(recalibrating, default_timeout=60).run()
    assert not app.radio
    button(app, "Compare the four").click().run()
    assert not app.exception
    assert "**baseline only**" in app.markdown[1].value
    shown = app.get("html")[0].proto.body
    found = recalibrate(PAPER, doubled, "baseline")
    value, lower, upper = hazard_multiple(PAPER, found, 365)
    assert f">{value:.2f}<" in shown
    assert f"{lower:.2f}–{upper:.2f}" in shown
    assert chemo_alone_in_paper() in [caption.value for caption in app.caption]
    assert app.radio[0].value == "baseline"
    app.text_input[0].set_value("A * B").run()
    button(app, "Use it in the app").click().run()
    used = app.session_state["model_in_use"]
    assert (used.estimates, used.centre) == (found.estimates, "A * B")
    assert [score.method for score in used.scores] == list(METHODS)
    assert "`A * B`: baseline only, 288 children" in app.info[0].value
    button(app, "Back to the paper's model").click().run()
    assert "model_in_use" not in app.session_state
    # The paper's model is nothing to take away, and another table is nothing to go on with.
    app.radio[0].set_value("none").run()
    assert not [one for one in app.button if one.label == "Use it in the app"]
    monkeypatch.setattr("ui.registry.recalibration.table_key", lambda: "another table")
    app.run()
    assert not app.radio


def test_parameters_and_covariance_have_one_order() -> None:
    for method in METHODS:
        assert COVARYING[method][: len(PARAMETERS[method])] == PARAMETERS[method]


def test_the_prior_that_r_was_given_is_the_papers() -> None:
    prior = pd.read_csv(R / "prior.csv", index_col="parameter")
    assert list(prior.index) == list(prior.columns[1:]) == list(COEFFICIENTS)
    assert prior.to_numpy() == pytest.approx(np.column_stack([PAPER.beta, PAPER.sigma]), abs=1e-8)


def test_estimates_and_their_errors_are_those_of_r() -> None:
    children = with_interval(pd.read_csv(R / "validation_children.csv"))
    for method, rows in pd.read_csv(R / "recalibration.csv").groupby("method"):
        found = recalibrate(load_model(), children, str(method))
        names = PARAMETERS[found.method]
        assert list(rows["parameter"]) == list(names)
        assert found.estimates == pytest.approx(list(rows["value"]), abs=1e-5)
        if rows["error"].notna().all():
            errors = np.sqrt(np.diag(found.own_covariance))
            assert errors == pytest.approx(rows["error"].to_numpy(), abs=1e-5)
