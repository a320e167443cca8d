"""Children that a number rests on, counted a second time with pandas; the choices at relapse."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from model.case import Case
from model.cli.main import main
from model.cohort import analysed, each_cohort, read_cohorts
from model.options import CHOICES_AT_RELAPSE, REINDUCTION, TREATMENTS, arms_of
from model.paper.evidence import value
from model.survival.choices import load_choices
from model.survival.cox import fit_ensemble
from model.survival.pattern import PATTERNS
from model.survival.prediction import TABLE_DAYS, load_model, predict_case
from model.survival.support import SUPPORT, Lists, counted

DAYS = (30, 100, 365, 1461)


@pytest.fixture(scope="module")
def cohorts() -> list[pd.DataFrame]:
    return each_cohort(analysed(read_cohorts()))


@pytest.mark.parametrize("since", [0, 60, 365])
@pytest.mark.parametrize(
    "options", [TREATMENTS, tuple(CHOICES_AT_RELAPSE)], ids=["arms", "choices"]
)
def test_children_like_one_are_counted_as_anybody_would(cohorts, options, since):
    found = counted(load_model().lists, arms_of(options), DAYS, since)
    for i, (interval, remission) in enumerate(PATTERNS):
        for j, arms in enumerate(arms_of(options)):
            groups = []
            for cohort in cohorts:
                group = cohort[
                    (cohort["interval"] == interval)
                    & (cohort["post_transplant_cr"] == remission)
                    & cohort["treatment"].isin(arms)
                ]
                if since:
                    later = group["os_days"] > since
                    group = group[later | (~group["death"] & (group["os_days"] == since))]
                groups.append(group)
            children = [len(group) for group in groups]
            assert found.children[i, j] == np.median(children)
            assert (found.fewest[i, j], found.most[i, j]) == (min(children), max(children))
            for k, day in enumerate(DAYS):
                died = [(g["death"] & (g["os_days"] <= day)).sum() for g in groups]
                followed = [
                    ((g["os_days"] > day) | (~g["death"] & (g["os_days"] == day))).sum()
                    for g in groups
                ]
                assert found.died[i, j, k] == np.median(died)
                assert found.followed[i, j, k] == np.median(followed)
                lost = np.array(children) - died - followed
                assert found.lost[i, j, k] == np.median(lost)
                known = np.array(died) + followed
                if (known >= 10).mean() >= 0.9:
                    assert SUPPORT[found.support[i, j, k]] == "yes"
                else:
                    assert SUPPORT[found.support[i, j, k]] != "yes"


def test_support_is_borrowed_from_the_arm_and_none_where_the_arm_is_small(cohorts):
    found = counted(load_model().lists, arms_of(TREATMENTS), DAYS)
    for j, arm in enumerate(TREATMENTS):
        for k, day in enumerate(DAYS):
            known = [
                (
                    (g["death"] & (g["os_days"] <= day))
                    | (g["os_days"] > day)
                    | (~g["death"] & (g["os_days"] == day))
                )[g["treatment"] == arm].sum()
                for g in cohorts
            ]
            of_arm = (np.array(known) >= 10).mean() >= 0.9
            assert set(found.support[:, j, k]) <= ({1, 2} if of_arm else {0})


def test_low_survival_is_not_called_unsupported_because_it_is_low():
    """Nearly all who died are known to have died: fewer than ten are at risk, and all is known."""
    lists = Lists(
        cell=np.zeros((3, 40), np.uint8),
        os_days=np.tile(np.r_[np.arange(1, 39), 2000, 2000], (3, 1)).astype(np.int16),
        death=np.tile(np.arange(40) < 38, (3, 1)),
    )
    found = counted(lists, arms_of(TREATMENTS), (365,))
    assert (found.died[0, 0, 0], found.followed[0, 0, 0]) == (38, 2)
    assert SUPPORT[found.support[0, 0, 0]] == "yes"
    assert SUPPORT[found.support[1, 0, 0]] == "borrowed"
    assert SUPPORT[found.support[0, 1, 0]] == "no"


def test_the_lists_of_the_model_are_those_it_was_fitted_to(cohorts):
    lists = load_model().lists
    for m, cohort in enumerate(cohorts):
        np.testing.assert_array_equal(lists.os_days[m], cohort["os_days"])
        np.testing.assert_array_equal(lists.death[m], cohort["death"])
        arms = [TREATMENTS[cell % len(TREATMENTS)] for cell in lists.cell[m]]
        assert arms == list(cohort["treatment"])


def test_reinduction_holds_every_child_that_began_with_chemotherapy():
    model = load_choices()
    assert model.options == (REINDUCTION, "dli", "palliative")
    began = CHOICES_AT_RELAPSE[REINDUCTION]
    for month in (0, 12, 24, 48):
        day = round(month * 365.25 / 12)
        printed = sum(value(f"f3.at_risk.{arm}.{month}") for arm in began)
        assert (model.at_risk_low[0, day], model.at_risk_high[0, day]) == (printed, printed)
    assert model.at_risk_high[0, 0] == 208


def test_the_choices_model_is_the_cox_model_with_the_three_arms_as_one(cohorts):
    model = load_choices()
    merged = [
        cohort.assign(
            treatment=cohort["treatment"].replace(dict.fromkeys(CHOICES_AT_RELAPSE[REINDUCTION], 0))
        )
        for cohort in cohorts[:3]
    ]
    kept = (
        *(("treatment", choice) for choice in ("dli", "palliative")),
        *(("interval", code) for code in ("92-182", "183-364", "365+")),
        ("post_transplant_cr", "yes"),
    )
    fits = fit_ensemble(merged, kept)
    np.testing.assert_allclose(model.cohorts.beta[:3][:, 2:], fits.beta, atol=1e-6)
    assert (model.cohorts.beta[:, :2] == 0).all()
    np.testing.assert_allclose(model.cohorts.hazard[:3], fits.hazard, rtol=1e-5, atol=1e-9)


def test_a_choice_at_relapse_is_predicted_between_the_arms_that_began_so():
    case = Case("AML", 200, True)
    chosen = predict_case(load_choices(), case)
    arms = predict_case(load_model(), case, treatments=CHOICES_AT_RELAPSE[REINDUCTION])
    assert chosen.treatments == tuple(CHOICES_AT_RELAPSE)
    assert (arms.survival[0].min(axis=0) < chosen.survival[0, 0]).all()
    assert (chosen.survival[0, 0] < arms.survival[0].max(axis=0)).all()
    # 208 children say more than 70.
    width = chosen.upper[0, 0] - chosen.lower[0, 0]
    assert (width < arms.upper[0, 0] - arms.lower[0, 0]).all()


def test_predict_writes_the_choices_in_place_of_the_treatments(tmp_path, capsys):
    cases = tmp_path / "cases.csv"
    cases.write_text("case_id,leukemia,days_to_failure,post_transplant_cr\na,AML,200,yes\n")
    outputs = {}
    for name, options in (("arms", []), ("choices", ["--choices"])):
        output = tmp_path / f"{name}.csv"
        assert main(["predict", str(cases), "-o", str(output), *options]) == 0
        outputs[name] = pd.read_csv(output)
    arms, choices = outputs["arms"], outputs["choices"]
    assert list(arms) == list(choices)
    assert list(arms["treatment"].unique()) == list(TREATMENTS)
    assert list(choices["treatment"].unique()) == list(CHOICES_AT_RELAPSE)
    first = choices.iloc[0]
    prediction = predict_case(load_choices(), Case("AML", 200, True))
    assert first["survival"] == round(float(prediction.survival[0, 0, 0]), 4)
    assert first["day"] == TABLE_DAYS[0]
    began = arms[arms["treatment"].isin(CHOICES_AT_RELAPSE[REINDUCTION]) & (arms["day"] == 365)]
    assert first["alike"] == pytest.approx(began["alike"].sum(), abs=3)
    model = tmp_path / "model.json"
    model.write_text("{}")
    assert main(["predict", str(cases), "--choices", "--model", str(model)]) == 2
    assert capsys.readouterr().err.startswith("--choices: a recalibrated model")


def test_survival_by_interval_under_reinduction_rises_with_the_time_to_relapse():
    days = (40, 100, 200, 400)
    one_year = [
        predict_case(load_choices(), Case("AML", day, True), days=[365]).survival[0, 0, 0]
        for day in days
    ]
    assert stats.spearmanr(days, one_year)[0] == pytest.approx(1)
