"""Predictions for the children of a table, taken away from the Registry page."""

import csv
import io
from dataclasses import replace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from model.cohort import each_cohort, read_cohorts
from model.options import TREATMENTS
from model.recalibration.applied import recalibrated_model
from model.survival.prediction import TABLE_DAYS, load_model, predict
from model.survival.recalibrated import Recalibration
from tests.seen import seen
from ui.registry.scores import scores_as_csv


@pytest.fixture(scope="module")
def children() -> pd.DataFrame:
    some = each_cohort(read_cohorts())[0].head(30)
    return some.set_index(pd.Index(range(2, 32), name="row"))


def test_each_line_has_the_prediction_of_its_own_child(children: pd.DataFrame) -> None:
    paper = load_model()
    found = Recalibration("baseline", (0.3, 1.0), ((0.0,) * 10,) * 10, 100, 80)
    theirs = recalibrated_model(paper, replace(found, checksum="1a2b3c4d"))
    for model, said in ((paper, ""), (theirs, "recalibrated baseline 1a2b3c4d")):
        text = scores_as_csv(children.sample(frac=1, random_state=0), model)
        rows = {(r["line"], r["treatment"], r["day"]): r for r in csv.DictReader(io.StringIO(text))}
        assert len(rows) == len(children) * len(TREATMENTS) * len(TABLE_DAYS)
        for line, child in children.iterrows():
            alone = predict(
                model, seen([child["days_to_failure"]], [child["post_transplant_cr"] == "yes"])
            )
            for j, treatment in enumerate(TREATMENTS):
                for k, day in enumerate(TABLE_DAYS):
                    row = rows[str(line), treatment, str(day)]
                    assert float(row["survival"]) == pytest.approx(
                        alone.survival[0, j, k], abs=5e-5
                    )
                    assert row["model_version"] == f"{paper.version} {said}".rstrip()


def scoring() -> None:
    from model.cohort import each_cohort, read_cohorts
    from ui.registry.scores import draw_scores

    children = each_cohort(read_cohorts())[0].head(30)
    remission = [None, None, *children["post_transplant_cr"][2:]]
    draw_scores(children.assign(post_transplant_cr=remission))


def test_children_of_unknown_remission_are_counted_and_left_out() -> None:
    app = AppTest.from_function(scoring, default_timeout=60).run()
    assert not app.exception
    assert "Without 2 children" in app.caption[0].value
    app.button[0].click().run()
    assert not app.exception
