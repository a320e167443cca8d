"""The exploratory model, the options assumed alike, and Table 3 beside the curves."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.case import (
    BACKGROUND,
    COVARIATES,
    DAYS_SURVIVED_RANGE,
    DAYS_TO_FAILURE_RANGE,
    LEUKEMIAS,
    YES_NO,
    Case,
)
from model.cli.commands import source_hash
from model.cohort import analysed, each_cohort, read_cohorts, with_interval
from model.options import TREATMENTS
from model.paper.evidence import figures
from model.survival.cox import fit_ensemble, fit_pooled
from model.survival.exploratory import (
    ADDED,
    ADDED_COLUMNS,
    load_exploratory,
    not_given,
    predict_exploratory,
    save_exploratory,
)
from model.survival.prediction import HORIZON_DAYS, PooledModel, load_model, predict_case
from model.survival.refit import (
    EXPLORATORY_COVARIATES,
    PENALIZERS,
    cross_validated,
    fit_alike,
    fit_exploratory,
    penalties,
)
from model.survival.three_alike import ALIKE_TREATMENTS, load_alike
from tests.drawn import rows_of
from tests.whole_app import entry_script_first, open_app
from ui.case.exploratory import (
    charts,
    exploratory_horizons,
    exploratory_table,
    exploratory_words,
    level,
    table_3_rows,
)
from ui.shown.charts.file import chart_file
from ui.shown.charts.look import DASHES
from ui.shown.downloads import numbers_as_csv
from ui.shown.results import assumption, option_results, shown_pattern
from ui.shown.sheet import for_sheet
from ui.shown.table import as_html

R = Path(__file__).parents[2] / "r"
EVERY_DAY = range(HORIZON_DAYS + 1)
CASE = Case("B-ALL", 200, True, age_years=8, tbi="no")
LINK = {"leukemia": "B-ALL", "days": "200", "cr": "yes", "age": "8", "tbi": "no"}

children = st.builds(
    Case,
    st.sampled_from(LEUKEMIAS),
    st.integers(*DAYS_TO_FAILURE_RANGE),
    st.booleans(),
    age_years=st.none() | st.integers(0, 17),
    tbi=st.none() | st.sampled_from(YES_NO),
    gvhd=st.none() | st.sampled_from(YES_NO),
    myeloablative=st.none() | st.sampled_from(YES_NO),
    days_survived=st.just(0) | st.integers(1, DAYS_SURVIVED_RANGE[1]),
)


@pytest.fixture(scope="module")
def two_cohorts() -> pd.DataFrame:
    children = analysed(read_cohorts())
    return children[children["cohort"].isin(children["cohort"].unique()[:2])]


@pytest.fixture(scope="module")
def main(two_cohorts) -> PooledModel:
    return fit_pooled(two_cohorts, "test", "test")


# ---------------------------------------------------------------------------------- the model


def test_the_shipped_models_are_those_of_these_cohorts(two_cohorts, main):
    exploratory, alike = load_exploratory(), load_alike()
    for shipped in (exploratory.pooled, alike):
        assert shipped.source_hash == source_hash(), "run `python -m model fit`"
        assert shipped.version == load_model().version
        assert shipped.n_cohorts == load_model().n_cohorts
    assert exploratory.penalizer in PENALIZERS
    again = fit_exploratory(two_cohorts, main, exploratory.penalizer)
    for rebuilt, shipped in (
        (again.pooled, exploratory.pooled),
        (fit_alike(two_cohorts, main), alike),
    ):
        np.testing.assert_allclose(rebuilt.cohorts.beta, shipped.cohorts.beta[:2], atol=1e-6)
        np.testing.assert_allclose(rebuilt.cohorts.hazard, shipped.cohorts.hazard[:2], rtol=1e-5)
        np.testing.assert_allclose(rebuilt.cohorts.sigma, shipped.cohorts.sigma[:2], atol=1e-6)


def test_one_cohort_agrees_with_ridge_in_r():
    cohort = with_interval(pd.read_csv(R / "cohort.csv")).merge(
        pd.read_csv(R / "background.csv"), on="patient"
    )
    expected = pd.read_csv(R / "ridge.csv").groupby("penalizer")
    assert expected.ngroups == 3
    for penalizer, rows in expected:
        ours = fit_ensemble([cohort], EXPLORATORY_COVARIATES, penalties(float(str(penalizer))))
        np.testing.assert_allclose(ours.beta[0], rows["value"], atol=2e-4)
        np.testing.assert_allclose(np.sqrt(np.diag(ours.sigma[0])), rows["error"], atol=2e-4)


def test_a_penalty_without_end_gives_table_4_back(two_cohorts, main):
    shrunk = fit_exploratory(two_cohorts, main, 1e9).pooled
    p = len(COVARIATES)
    np.testing.assert_allclose(shrunk.beta[:p], main.beta, atol=1e-5)
    np.testing.assert_allclose(shrunk.beta[p:], 0, atol=1e-6)
    np.testing.assert_allclose(shrunk.sigma[:p, :p], main.sigma, atol=1e-5)
    np.testing.assert_allclose(shrunk.log_hazard[30:], main.log_hazard[30:], atol=1e-5)


def test_a_larger_penalty_shrinks_what_was_added_and_never_table_4s_own(two_cohorts, main):
    def added(penalizer: float) -> float:
        beta = fit_ensemble(each_cohort(two_cohorts), EXPLORATORY_COVARIATES, penalties(penalizer))
        return float(np.linalg.norm(beta.beta[:, len(COVARIATES) :]))

    sizes = [added(penalizer) for penalizer in (PENALIZERS[0], 1.0, PENALIZERS[-1])]
    assert sizes == sorted(sizes, reverse=True)
    assert penalties(3.0)[: len(COVARIATES)].tolist() == [0.0] * len(COVARIATES)


def test_cross_validation_finds_a_characteristic_that_matters_and_shuns_one_that_does_not(
    two_cohorts,
):
    """A planted truth: with GvHD made to halve or double survival a weak penalty foretells better;
    with everything drawn by lot a strong one does."""
    cohort = each_cohort(two_cohorts)[0].copy()
    random = np.random.default_rng(4)
    for column in ADDED_COLUMNS:
        cohort[column] = random.permutation(cohort[column].to_numpy())
    weak, strong = PENALIZERS[0], PENALIZERS[-1]
    assert cross_validated(cohort, strong) > cross_validated(cohort, weak)
    # One in ten by mistake: with two in ten loss and gain are about even in some lists.
    early = cohort["os_days"] < cohort["os_days"].median()
    cohort["gvhd"] = np.where(early ^ (random.random(len(cohort)) < 0.1), "yes", "no")
    assert cross_validated(cohort, strong) < cross_validated(cohort, weak)


@settings(max_examples=40)
@given(children)
def test_exploratory_survival_falls_and_its_interval_holds_it(case):
    curves = predict_exploratory(load_exploratory(), case, treatments=TREATMENTS, days=EVERY_DAY)
    ahead = np.isfinite(curves.survival[0, 0])
    survival = curves.survival[..., ahead]
    assert (np.diff(survival) <= 0).all()
    assert (curves.lower[..., ahead] <= survival).all()
    assert (survival <= curves.upper[..., ahead]).all()
    assert curves.survival[0, 0, case.days_survived] == 1
    assert np.isnan(curves.survival[..., : case.days_survived]).all()


def test_each_characteristic_moves_the_curve_by_its_own_coefficient():
    model = load_exploratory()
    days = [365]

    def log_hazard(**known: object) -> float:
        case = replace(Case("AML", 200, True), **known)  # type: ignore[arg-type]
        curves = predict_exploratory(model, case, treatments=("chemo",), days=days)
        return float(np.log(-np.log(curves.survival[0, 0, 0])))

    coefficient = dict(zip(ADDED, model.pooled.beta[len(COVARIATES) :], strict=True))
    share = dict(zip(ADDED, model.average, strict=True))
    for column in ("gvhd", "myeloablative", "tbi"):
        yes, no = (log_hazard(**{column: answer}) for answer in ("yes", "no"))
        assert yes - no == pytest.approx(coefficient[column, "yes"])
        # Not given is between the two, by the share of the children who have it.
        assert log_hazard() - no == pytest.approx(share[column, "yes"] * (yes - no))
    by_age = [log_hazard(age_years=age) for age in (4, 5, 9, 10, 14, 15)]
    for age, group in ((1, "5-9"), (3, "10-14"), (5, "15-17")):
        assert by_age[age] - by_age[0] == pytest.approx(coefficient["age", group])
    assert by_age[1:4:2] == pytest.approx([by_age[2], by_age[4]])


def test_an_average_child_is_close_to_the_main_model():
    model, case = load_exploratory(), replace(CASE, age_years=None, tbi=None)
    assert not_given(case) == ("age", "gvhd", "myeloablative", "tbi")
    # Of leukemia, which is always given, the average over the children's own.
    shares = dict(zip(ADDED, model.average, strict=True))
    weights = [1 - sum(shares["leukemia", code] for code in BACKGROUND["leukemia"][1:])]
    weights += [shares["leukemia", code] for code in BACKGROUND["leukemia"][1:]]
    curves = [
        predict_exploratory(model, replace(case, leukemia=code), treatments=TREATMENTS).survival
        for code in BACKGROUND["leukemia"]
    ]
    average = sum(w * curve for w, curve in zip(weights, curves, strict=True))
    assert np.abs(average - predict_case(load_model(), case).survival).max() < 0.03


def test_exploratory_intervals_are_wider_than_those_of_the_main_model_at_one_year():
    """Nine coefficients more, and cohorts that disagree about them."""
    wide = predict_exploratory(load_exploratory(), CASE, treatments=TREATMENTS, days=[365])
    main = predict_case(load_model(), CASE, days=[365])
    assert ((wide.upper - wide.lower) > (main.upper - main.lower)).all()


# ---------------------------------------------------------------------------------- alike


def test_options_assumed_alike_share_one_curve_between_those_of_their_arms():
    alike = predict_case(load_alike(), CASE, days=[365])
    printed = predict_case(load_model(), CASE, days=[365])
    merged = [TREATMENTS.index(treatment) for treatment in ALIKE_TREATMENTS]
    for of_both in ("survival", "lower", "upper", "median"):
        curves = getattr(alike, of_both)[0][merged]
        assert (curves == curves[0]).all()
    own = printed.survival[0, merged, 0]
    assert own.min() < alike.survival[0, merged[0], 0] < own.max()
    # Three arms say more of one curve than one arm of its own.
    width = (alike.upper - alike.lower)[0, merged[0], 0]
    assert width < (printed.upper - printed.lower)[0, merged, 0].min()


def test_only_the_three_active_options_are_assumed_alike():
    alike, printed = load_alike(), load_model()
    zero = [("treatment", treatment) for treatment in ALIKE_TREATMENTS if treatment != "second_sct"]
    for place, covariate in enumerate(COVARIATES):
        assert (alike.beta[place] == 0) == (covariate in zero)
        assert (alike.sigma[place] == 0).all() == (covariate in zero)
    assert (alike.at_risk == printed.at_risk).all()


def test_what_is_shown_under_the_assumption_says_so_everywhere():
    (sentence,) = assumption(alike=True)
    assert assumption(alike=False) == []
    pattern = shown_pattern(CASE, TREATMENTS, alike=True)
    marked = {
        result.treatment: "assumed alike" in result.label for result in option_results(pattern)
    }
    assert marked == {treatment: treatment in ALIKE_TREATMENTS for treatment in TREATMENTS}
    file = json.dumps(chart_file(CASE, pattern))
    assert sentence[:40] in file
    assert "Chemotherapy + DLI (assumed" in file
    rows = list(csv.DictReader(io.StringIO(numbers_as_csv(CASE, pattern))))
    assert {row["all_options"] for row in rows} == {"alike"}
    one_year = {row["treatment"]: row["survival"] for row in rows if row["day"] == "365"}
    assert len({one_year[treatment] for treatment in ALIKE_TREATMENTS}) == 1
    printed = numbers_as_csv(CASE, shown_pattern(CASE, TREATMENTS))
    assert {row["all_options"] for row in csv.DictReader(io.StringIO(printed))} == {"printed"}


def test_models_of_other_cohorts_and_missing_ones_are_refused(tmp_path):
    other = tmp_path / "other.npz"
    exploratory = load_exploratory()
    pooled = replace(exploratory.pooled, source_hash="of other cohorts")
    save_exploratory(replace(exploratory, pooled=pooled), other)
    for load in (load_alike, load_exploratory):
        with pytest.raises(ValueError, match="not of the same cohorts as the main model"):
            load(other)
        with pytest.raises(FileNotFoundError, match="python -m model fit"):
            load(tmp_path / "missing.npz")


# ---------------------------------------------------------------------------------- Table 3


def test_the_child_s_rows_of_table_3_are_as_printed():
    rows = table_3_rows(replace(CASE, gvhd="yes", myeloablative="yes", leukemia="T-ALL"))
    for row, figure in zip(
        rows, ("leukemia.t-all", "age.5-9", "gvhd.yes", "myeloablative.yes", None), strict=True
    ):
        if figure is None:
            assert row == "no TBI: the reference of its group"
            continue
        ratio, lower, upper = (
            figures()[f"t3.hr.{figure}{limit}"].printed for limit in ("", ".lower", ".upper")
        )
        assert row.endswith(f": {ratio} ({lower}–{upper})")
    assert table_3_rows(Case("AML", 200, True)) == ["AML: the reference of its group"]


@given(children)
def test_every_child_has_its_rows_of_table_3(case):
    rows = table_3_rows(case)
    assert len(rows) == len(ADDED_COLUMNS) - len(not_given(case))
    assert level("leukemia", case.leukemia) in rows[0]


# ---------------------------------------------------------------------------------- on screen


def on_page(app) -> str:
    return "\n".join(
        [*(m.value for m in app.main.markdown), *(c.value for c in app.main.caption)]
        + [h.proto.body for h in app.main.get("html")]
    )


def test_off_by_default_with_table_3_beside_the_curves():
    app = open_app(**LINK)
    assert not app.exception
    assert [toggle.value for toggle in app.main.toggle] == [False, False]
    page = on_page(app)
    assert "B-ALL, against AML: 0.72 (0.56–0.93)" in page
    assert "data-exploratory" not in page
    assert "assumed alike" not in page
    assert "exploratory" not in app.query_params
    assert "all_options" not in app.query_params


def test_every_exploratory_number_says_that_it_is_one():
    app = open_app(**LINK, exploratory="yes")
    assert not app.exception
    page = on_page(app)
    assert "Exploratory, not to be relied upon" in page
    assert "GvHD after the first transplant; Myeloablative first conditioning" in page
    assert "against AML" not in page
    html = as_html(exploratory_table(CASE, TREATMENTS))
    cells = html.split("<td ")[1:]
    assert len(cells) == 5 * len(TREATMENTS)
    for cell in cells:
        assert '<span class="strong">exploratory ' in cell
    for horizons, result in zip(
        exploratory_horizons(CASE, TREATMENTS), predict_rows(CASE), strict=True
    ):
        assert [h.survival for h in horizons] == pytest.approx(result)
    for chart in charts(CASE, TREATMENTS):
        assert rows_of(chart, "inside")["said"].tolist() == ["exploratory"]


def predict_rows(case: Case) -> list[list[float]]:
    rows: list[list[float]] = (
        predict_exploratory(load_exploratory(), case, treatments=TREATMENTS).survival[0].tolist()
    )
    return rows


def test_the_exploratory_curve_is_the_dotted_one_with_its_own_interval():
    chart = charts(CASE, ("chemo",))[0]
    points = rows_of(chart, "points")
    assert DASHES["exploratory"] == [1, 3]
    dotted = points[points["line"] == "exploratory"]
    assert list(dotted["series"].unique()) == [
        "exploratory_lower",
        "exploratory_upper",
        "exploratory",
    ]
    expected = predict_exploratory(load_exploratory(), CASE, treatments=("chemo",), days=(365,))
    at = dotted[dotted["day"] == 365].set_index("series")["survival"]
    for name, curve in (
        ("exploratory", expected.survival),
        ("exploratory_lower", expected.lower),
        ("exploratory_upper", expected.upper),
    ):
        assert at[name] == pytest.approx(curve[0, 0, 0], abs=6e-5)
    (main,) = set(points["series"]) - set(dotted["series"])
    assert main == "chemo"


def test_switches_follow_the_link_and_the_new_case_turns_them_off():
    app = open_app(**LINK, exploratory="yes", all_options="alike")
    assert [toggle.value for toggle in app.main.toggle] == [True, True]
    assert app.query_params["exploratory"] == "yes"
    assert app.query_params["all_options"] == "alike"
    assert "Chemotherapy + DLI (assumed alike)" in on_page(app)
    with entry_script_first():
        next(b for b in app.sidebar.button if b.label == "Start a new case").click().run()
    assert not app.exception
    assert "exploratory" not in app.query_params
    assert "all_options" not in app.query_params


@pytest.mark.parametrize(
    ("name", "expected"), [("exploratory", "one of yes"), ("all_options", "one of alike")]
)
def test_anything_else_in_a_link_is_refused_in_words(name, expected):
    app = open_app(**LINK, **{name: "<b>1"})
    assert not app.exception
    assert [toggle.value for toggle in app.main.toggle] == [False, False]
    (notice,) = app.info
    assert f"`{name}=<b>1`: expected {expected}." in notice.value


def missing() -> None:
    raise FileNotFoundError


def test_a_missing_file_is_said_in_one_sentence_and_everything_else_stays(monkeypatch):
    monkeypatch.setattr("ui.case.three_alike.load_alike", missing)
    monkeypatch.setattr("ui.case.exploratory.load_exploratory", missing)
    with entry_script_first():
        app = open_app(**LINK, exploratory="yes", all_options="alike")
        assert not app.exception
        said = sorted(error.value for error in app.error)
        assert ["alike.npz" in said[1], "exploratory.npz" in said[0]] == [True, True]
        page = on_page(app)
        assert "Chemotherapy + DLI" in page
        assert "assumed alike" not in page
        assert "data-exploratory" not in page
        assert "B-ALL, against AML" in page
        assert [toggle.value for toggle in app.main.toggle] == [True, True]


def test_children_without_all_have_no_switch_and_no_assumption():
    app = open_app(**LINK | {"leukemia": "AML"}, all_options="alike")
    assert [toggle.label for toggle in app.main.toggle] == ["Show the exploratory model"]
    assert "assumed alike" not in on_page(app)


def test_the_sheet_for_the_record_says_the_same_as_the_page():
    shown = exploratory_words(CASE, TREATMENTS, True)
    assert shown["heading"] == "Exploratory"
    assert shown["table"] == for_sheet(exploratory_table(CASE, TREATMENTS))
    hidden = exploratory_words(CASE, TREATMENTS, False)
    assert hidden["table"] is None
    assert "0.72 (0.56–0.93)" in hidden["paragraphs"][1]
