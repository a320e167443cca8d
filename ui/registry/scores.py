"""What the model in use predicts for each child of a table, as a file to take away."""

from functools import partial

import pandas as pd
import streamlit as st

from model.language import _, counted
from model.recalibration.applied import full_version
from model.survival.pattern import INPUTS
from model.survival.prediction import PooledModel, predict
from ui.session.language import number
from ui.session.model_in_use import model_of, recalibration_in_use
from ui.session.page_style import ON_SCREEN_ONLY
from ui.shown.downloads import draw_save_button
from ui.shown.labels import PAPER_IN_FILE

# What a page can hand to a browser in one piece.
MOST_CHILDREN = 2_000


def draw_scores(children: pd.DataFrame) -> None:
    """Draw the section in which predictions for the children are taken away."""
    st.header(_("Score them"))
    known = children[children[list(INPUTS)].notna().all(axis=1)]
    if len(known) > MOST_CHILDREN:
        st.markdown(
            _(
                "For more than {most} children, `python -m model predict` writes the predictions, "
                "however many they are."
            ).format(most=number(MOST_CHILDREN))
        )
        return
    st.markdown(
        _(
            "Predicted survival of each child with each option on the reported days, with its 95% "
            "interval, by the model in use. Each row names the line of your file; nothing else of "
            "the table is in it."
        )
    )
    left_out = len(children) - len(known)
    if left_out:
        st.caption(
            counted(
                "Without {number} child whose remission status is missing.",
                "Without {number} children whose remission status is missing.",
                left_out,
            ).format(number=number(left_out))
        )
    with st.container(key=f"{ON_SCREEN_ONLY}_scores"):
        draw_save_button(
            _("Predictions (CSV)"),
            "aftergraft-predictions.csv",
            "text/csv",
            partial(scores_as_csv, known, model_of(recalibration_in_use())),
        )


def scores_as_csv(children: pd.DataFrame, model: PooledModel) -> str:
    """Lay the predictions out as `python -m model predict` does, the line for the case."""
    from model.scoring.stream import PREDICTION_COLUMNS, prediction_rows
    from model.tables.written import as_csv

    prediction = predict(model, children)
    rows = prediction_rows([str(line) for line in children.index], prediction)
    version = full_version(model)
    head = ("line", *PREDICTION_COLUMNS[1:], "model_version", "paper")
    return as_csv([head, *((*row, version, PAPER_IN_FILE) for row in rows)])
