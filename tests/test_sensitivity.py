"""E-values as published, and a second transplant that has to be waited for: the laws of it, its
agreement with R on one cohort, and what the page, the link and the record say."""

import csv
import re
from dataclasses import fields, replace
from datetime import date
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import language
from model.case import COVARIATES, INTERVAL_FIRST_DAYS, INTERVALS, TREATMENTS, Case
from model.cohort import analysed, design_matrix, each_cohort, read_cohorts, with_interval
from model.comparison import Estimate
from model.cox import baseline_steps, fit_ensemble, fit_pooled
from model.pooling import Ensemble
from model.prediction import HORIZON_DAYS, TABLE_DAYS, PooledModel, load_model, predict
from model.sensitivity import (
    SECOND_SCT,
    SENSITIVITY,
    WAITING_DAYS,
    after_waiting,
    e_value,
    e_values,
    hazard_ratios,
    limit_nearer_one,
    load_waiting,
    risk_ratio,
    save_sensitivity,
    waiting_model,
    waiting_rows,
)
from tests.whole_app import entry_script_first, open_app
from ui.charts import DASH
from ui.guidance import guidance_of
from ui.language import LOCALES, catalogues
from ui.report import record_pdf
from ui.report_sheet import number_of_pages
from ui.results import pattern_of, percent, percent_interval
from ui.sensitivity import (
    both_ways,
    e_value_line,
    e_value_sentences,
    record_words,
    waited_chart,
    waited_table,
    waited_words,
)

R = Path(__file__).parent / "r"
FIRST_DAY = dict(zip(INTERVALS, INTERVAL_FIRST_DAYS, strict=True))
CASE = Case("AML", 200, True, 8)
LINK = {"leukemia": "AML", "days": "200", "cr": "yes", "age": "8"}


# --------------------------------------------------------------------------------- E-values


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        # VanderWeele and Ding 2017: formula feeding and respiratory death, and its lower limit;
        (3.9, 7.26),
        (1.8, 3.0),
        # breastfeeding and childhood leukemia, and its upper limit.
        (0.80, 1.81),
        (0.91, 1.43),
        (1.0, 1.0),
    ],
)
def test_e_values_of_risk_ratios_are_the_published_ones(ratio, expected):
    assert e_value(ratio) == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize(
    ("hazard_ratio", "expected_risk_ratio", "expected"),
    # The example of R's package EValue, evalues.HR(0.56, 0.46, 0.69, rare = FALSE), and its limit.
    [(0.56, 0.670084, 2.349531), (0.69, 0.773527, 1.908004)],
)
def test_e_values_of_hazard_ratios_take_the_way_of_a_common_outcome(
    hazard_ratio, expected_risk_ratio, expected
):
    assert risk_ratio(hazard_ratio) == pytest.approx(expected_risk_ratio, abs=1e-6)
    assert e_value(risk_ratio(hazard_ratio)) == pytest.approx(expected, abs=1e-6)


@given(st.floats(0.01, 100))
def test_an_e_value_is_that_of_the_inverse_and_never_below_one(hazard_ratio):
    found = e_value(risk_ratio(hazard_ratio))
    assert found >= 1
    assert found == pytest.approx(e_value(risk_ratio(1 / hazard_ratio)), rel=1e-9)


@pytest.mark.parametrize(
    ("ratio", "limit"),
    [
        (Estimate(2.0, 1.5, 3.0), 1.5),
        (Estimate(0.5, 0.2, 0.8), 0.8),
        (Estimate(1.2, 0.9, 1.6), 1.0),
        (Estimate(0.8, 0.5, 1.1), 1.0),
    ],
)
def test_the_limit_nearer_one_is_one_where_the_interval_holds_one(ratio, limit):
    assert limit_nearer_one(ratio) == limit


def test_every_comparison_with_second_sct_has_an_e_value_and_its_limit_is_no_greater():
    found = e_values(load_model())
    assert tuple(found) == tuple(t for t in TREATMENTS if t != SECOND_SCT)
    for option in found.values():
        ratio = option.hazard_ratio
        assert ratio.lower < ratio.value < ratio.upper
        assert 1 <= option.limit <= option.value
        assert (option.limit == 1) == (ratio.lower <= 1 <= ratio.upper)


# ----------------------------------------------------------------------------- immortal time


@pytest.fixture(scope="module")
def cohort() -> pd.DataFrame:
    return with_interval(pd.read_csv(R / "cohort.csv"))


@pytest.fixture(scope="module")
def main(cohort: pd.DataFrame) -> PooledModel:
    return fit_pooled(cohort, "test", "test")


def refitted(cohort: pd.DataFrame, day: int) -> Ensemble:
    return fit_ensemble([waiting_rows(cohort, day)])


def test_rows_split_at_the_day_hold_the_same_days_and_deaths(cohort):
    for day in (0, *WAITING_DAYS):
        rows = waiting_rows(cohort, day)
        lived = rows["os_days"] - rows["first_day"] + 1
        assert lived.groupby(rows["patient"]).sum().tolist() == (cohort["os_days"] + 1).tolist()
        assert rows.groupby("patient")["death"].sum().tolist() == cohort["death"].tolist()
        transplanted = rows[rows["treatment"] == SECOND_SCT]
        assert (transplanted["first_day"] == day).all()
        assert set(transplanted["patient"]) == set(
            cohort.loc[(cohort["treatment"] == SECOND_SCT) & (cohort["os_days"] >= day), "patient"]
        )


def test_without_a_wait_it_is_the_main_model(cohort, main):
    model = waiting_model(refitted(cohort, 0), 0, main)
    for treatment in TREATMENTS:
        for since in (0, 100):
            ours, usual = (
                predict(m, [200], [True], [since], treatments=[treatment])
                for m in (model.of(treatment), main)
            )
            for name in ("survival", "lower", "upper"):
                np.testing.assert_allclose(getattr(ours, name), getattr(usual, name), atol=1e-6)


@pytest.mark.parametrize("day", WAITING_DAYS)
def test_one_cohort_with_a_wait_agrees_with_r(cohort, main, day):
    model = waiting_model(refitted(cohort, day), day, main)
    ratios = hazard_ratios(model.refitted)
    for row in rows_of("waiting_ratios.csv", day):
        for name in ("value", "lower", "upper"):
            ours = getattr(ratios[row["treatment"]], name)
            assert ours == pytest.approx(float(row[name]), rel=1e-5), row
    curves = rows_of("waiting.csv", day)
    assert len(curves) == 8 * 7
    for row in curves:
        ours = predict(
            model.of(SECOND_SCT),
            [FIRST_DAY[row["interval"]]],
            [row["post_transplant_cr"] == "yes"],
            treatments=[SECOND_SCT],
            days=[int(row["day"])],
        )
        for name in ("survival", "lower", "upper"):
            assert getattr(ours, name)[0, 0, 0] == pytest.approx(float(row[name]), abs=1e-5), row


def rows_of(name: str, day: int) -> list[dict[str, str]]:
    with (R / name).open() as lines:
        return [row for row in csv.DictReader(lines) if row["waiting"] == str(day)]


def test_the_derivatives_of_the_waiting_baseline_are_those_that_small_changes_show(cohort):
    day, small = 60, 1e-6
    rows = waiting_rows(cohort, day)
    fitted = fit_ensemble([rows])
    x, times = design_matrix(rows).to_numpy(float), rows["os_days"].to_numpy()
    deaths, first_days = rows["death"].to_numpy(bool), rows["first_day"].to_numpy()
    there = after_waiting(fitted, day)
    for k in range(len(COVARIATES)):
        beta = fitted.beta[0] + small * (np.arange(len(COVARIATES)) == k)
        steps = [step[None] for step in baseline_steps(x, times, deaths, beta, first_days)]
        moved = after_waiting(Ensemble(beta[None], fitted.sigma, *steps), day)
        slope = (moved.hazard - there.hazard) / small
        np.testing.assert_allclose(-there.mean[..., k], slope, atol=1e-6)


@pytest.mark.parametrize("day", WAITING_DAYS)
def test_until_the_day_of_the_wait_second_sct_is_chemotherapy_alone(day):
    model = load_waiting(day)
    until = range(day)
    waits, meanwhile = (
        predict(model.of(treatment), [200], [True], treatments=[treatment], days=until)
        for treatment in (SECOND_SCT, "chemo")
    )
    for name in ("survival", "lower", "upper"):
        np.testing.assert_allclose(getattr(waits, name), getattr(meanwhile, name), atol=1e-9)


@pytest.mark.parametrize("day", WAITING_DAYS)
def test_a_child_who_has_waited_goes_on_under_second_sct_alone(day):
    """From the day of the wait on the two baselines have the same steps."""
    model = load_waiting(day)
    waited, own = (
        predict(m, [200], [True], [day], treatments=[SECOND_SCT], days=range(day, HORIZON_DAYS + 1))
        for m in (model.waited, model.refitted)
    )
    # Pooled on the scale of the log hazard since relapse, they need not agree to the last digit.
    np.testing.assert_allclose(waited.survival, own.survival, atol=0.02)


def test_the_curve_with_a_wait_never_rises_and_its_interval_holds_it():
    for day in WAITING_DAYS:
        for since in (0, 45, 400):
            curve = predict(
                load_waiting(day).of(SECOND_SCT),
                [20, 700],
                [False, True],
                since,
                treatments=[SECOND_SCT],
                days=range(since, HORIZON_DAYS + 1),
            )
            known = np.isfinite(curve.survival[0, 0])
            assert (np.diff(curve.survival[..., known]) <= 1e-12).all()
            assert (curve.lower[..., known] <= curve.survival[..., known]).all()
            assert (curve.survival[..., known] <= curve.upper[..., known]).all()


def test_the_shipped_fits_are_those_of_the_shipped_cohorts(tmp_path):
    """Two cohorts of each day; all of them take too long."""
    split = each_cohort(analysed(read_cohorts()))
    with np.load(SENSITIVITY, allow_pickle=False) as arrays:
        assert str(arrays["source_hash"]) == load_model().source_hash
        assert str(arrays["version"]) == load_model().version
        assert arrays["beta"].shape == (len(WAITING_DAYS), len(split), len(COVARIATES))
        for k, cohort in ((0, 0), (2, len(split) - 1)):
            rebuilt = fit_ensemble([waiting_rows(split[cohort], WAITING_DAYS[k])])
            for field in fields(Ensemble):
                ours = getattr(rebuilt, field.name)[0]
                np.testing.assert_allclose(
                    ours, arrays[field.name][k, cohort], rtol=1e-5, atol=1e-8, err_msg=field.name
                )


def test_saved_fits_of_other_cohorts_and_days_are_refused(cohort, tmp_path):
    fits = [refitted(cohort, day) for day in WAITING_DAYS]
    save_sensitivity(fits, "test", "of other cohorts", tmp_path / "other.npz")
    with pytest.raises(ValueError, match="same cohorts"):
        load_waiting(30, tmp_path / "other.npz")
    with pytest.raises(ValueError, match="45 is not one of 30, 60, 90"):
        load_waiting(45)
    with pytest.raises(FileNotFoundError, match="python -m model fit"):
        load_waiting(30, tmp_path / "missing.npz")


# ------------------------------------------------------------------------------- the page


@pytest.fixture(params=sorted(catalogues(LOCALES)))
def spoken(request: pytest.FixtureRequest):
    language.use(catalogues(LOCALES)[request.param], request.param)
    yield request.param
    language.use(catalogues(LOCALES)["en"], "en")


def test_each_sentence_has_its_hazard_ratio_and_both_e_values(spoken):
    comma = "," if spoken == "fr" else "."
    for sentence, found in zip(
        e_value_sentences(TREATMENTS), e_values(load_model()).values(), strict=True
    ):
        ratio = found.hazard_ratio
        for value in (ratio.value, ratio.lower, ratio.upper, found.value):
            assert f"{value:.2f}".replace(".", comma) in sentence
        if found.limit > 1:
            assert f"{found.limit:.2f}".replace(".", comma) in sentence
    assert not e_value_sentences([SECOND_SCT])
    assert e_value_line([SECOND_SCT]) == ""


def test_the_table_holds_the_numbers_of_both_models_and_marks_the_sensitivity(spoken):
    pattern = pattern_of(CASE, TREATMENTS)
    table = waited_table(pattern, 60)
    for treatment in TREATMENTS:
        for waited, model in ((0, load_model()), (60, load_waiting(60).of(treatment))):
            start = table.index(f'data-option="{treatment}" data-waited="{waited}"')
            row = table[start : table.index("</tr>", start)]
            curve = predict(model, [200], [True], treatments=[treatment])
            for k, day in enumerate(TABLE_DAYS):
                numbers = [getattr(curve, n)[0, 0, k] for n in ("survival", "lower", "upper")]
                names = ("value", "lower", "upper")
                said = " ".join(f'data-{n}="{v:.4f}"' for n, v in zip(names, numbers, strict=True))
                cell = row[row.index(f'data-day="{day}" {said}') :]
                seen = re.sub("<[^>]*>", " ", cell[cell.index(">") + 1 : cell.index("</td>")])
                assert seen.split()[0] == escape(percent(numbers[0]).split()[0])
                assert escape(percent_interval(*numbers[1:])) in seen
            head = re.sub("<[^>]*>", " ", row[: row.index("</th>")])
            assert ("60" in head.split()) == bool(waited)


def test_a_child_alive_on_a_later_day_has_no_numbers_of_what_is_past():
    pattern = pattern_of(replace(CASE, days_survived=200), TREATMENTS)
    table = waited_table(pattern, 30)
    assert 'data-day="365" data-value' in table
    assert 'data-day="182" data-value' not in table
    assert waited_words(pattern, 30)


def test_the_chart_draws_both_curves_each_in_its_own_way():
    spec = waited_chart(pattern_of(CASE, TREATMENTS), 90)
    said = repr(spec)
    assert "sensitivity, from day 90" in said
    assert "as in Table 4" in said
    dashes = re.findall(r"datum\.series == 'waited'\", 'value': (\[[^]]*\])", said)
    assert dashes
    assert str(DASH) not in dashes


def test_without_second_sct_nothing_is_asked_of_it():
    assert record_words(pattern_of(CASE, ("chemo", "dli")), 60) is None


@pytest.mark.parametrize("waiting", [0, 60])
def test_the_record_has_the_e_values_and_the_table_if_a_day_was_chosen(waiting, spoken):
    words = record_words(pattern_of(CASE, TREATMENTS), waiting)
    assert words is not None
    assert words["e_values"] == e_value_line(TREATMENTS)
    assert (words["table"] is not None) == bool(waiting)
    if waiting:
        assert len(words["table"]["rows"]) == len(both_ways(pattern_of(CASE, TREATMENTS), waiting))
    pdf = record_pdf(CASE, TREATMENTS, guidance_of(CASE), None, date(2026, 11, 23), waiting=waiting)
    assert number_of_pages(pdf) <= 2 + bool(waiting)


def shown(app) -> str:
    return " ".join(element.proto.body for element in app.main.get("html"))


def test_nothing_of_the_wait_is_computed_until_a_day_is_chosen():
    with entry_script_first():
        app = open_app(**LINK)
        assert "data-waited" not in shown(app)
        assert "waiting" not in app.query_params
        app = open_app(**LINK, waiting="60")
        assert 'data-waited="60"' in shown(app)
        assert app.query_params["waiting"] == "60"
        assert not app.exception


@pytest.mark.parametrize("text", ["45", "060", "-30", "1e2", "'; drop", "９０"])
def test_another_day_in_a_link_is_left_out_and_that_is_said(text):
    with entry_script_first():
        app = open_app(**LINK, waiting=text)
        assert "data-waited" not in shown(app)
        assert "waiting" not in app.query_params
        assert any("30, 60, 90" in info.value for info in app.info)


def test_a_missing_file_is_said_where_its_numbers_would_stand(monkeypatch):
    def missing(day):
        raise FileNotFoundError

    monkeypatch.setattr("ui.sensitivity.load_waiting", missing)
    with entry_script_first():
        app = open_app(**LINK, waiting="60")
        assert any("sensitivity.npz" in error.value for error in app.error)
        assert "data-waited" not in shown(app)
        assert "survival" in shown(app)
    words = record_words(pattern_of(CASE, TREATMENTS), 60)
    assert words is not None
    assert words["table"] is None
