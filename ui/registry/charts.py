"""Charts of how well the model fits a centre's children: calibration, observed beside predicted
survival, and net benefit. Numbers in, Vega-Lite out."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.language import _
from model.validation.decision import THRESHOLDS
from model.validation.groups import GroupCurves
from model.validation.performance import CalibrationCurve, DecisionCurve
from ui.shown.charts.drawing import Rows, drawn
from ui.shown.charts.series import Spec, days_straight_between

HEIGHT, HEIGHT_OF_GROUP = 400, 290
# How much of the height of the calibration chart the largest tenth of the children takes.
SHARE_OF_BARS = 0.15


def calibration_chart(curve: CalibrationCurve) -> Spec:
    """Observed along predicted risk, with the diagonal and where the children lie."""
    tallest = max(1, int(curve.children.max()))
    children = [
        (k / 10, (k + 1) / 10, SHARE_OF_BARS * int(count) / tallest)
        for k, count in enumerate(curve.children)
        if count
    ]
    words = {
        "risk": _("Predicted risk of death (%)"),
        "happened": _("Observed risk of death (%)"),
        "observed": _("observed"),
    }
    curves = _rows(words["observed"], curve.predicted, curve.observed)
    return drawn("calibration", HEIGHT, words, children=children, curves=curves).for_page()


def group_chart(group: GroupCurves) -> Spec:
    """Kaplan-Meier survival of a group beside the mean predicted one."""
    # What was observed goes down in steps: each of its days is drawn.
    deaths = np.flatnonzero(np.diff(group.observed, axis=1).any(axis=0)) + 1
    days = days_straight_between(
        group.predicted, group.enough_until, group.followed_until, *deaths.tolist()
    )
    enough = [day for day in days if day <= group.enough_until]
    few = [day for day in days if group.enough_until <= day <= group.followed_until]
    words = {
        "time": _("Months since failure"),
        "alive": _("Alive (%)"),
        "observed": _("observed"),
        "predicted": _("predicted"),
        "few": _("observed, few followed"),
    }
    curves = [
        *_rows(words["observed"], enough, group.observed[:, enough]),
        *_rows(words["predicted"], days, group.predicted[:, list(days)]),
        *_rows(words["few"], few, group.observed[:, few]),
    ]
    return drawn("group", HEIGHT_OF_GROUP, words, curves=curves).for_page()


def decision_chart(curve: DecisionCurve) -> Spec:
    """Net benefit along the threshold: acting by the model, for all, for none."""
    words = {
        "threshold": _("Threshold: risk of death (%)"),
        "benefit": _("Net benefit"),
        "by_model": _("by the model"),
        "for_all": _("for all"),
        "for_none": _("for none"),
    }
    curves = [
        *_rows(words["by_model"], THRESHOLDS, curve.by_model),
        *_rows(words["for_all"], THRESHOLDS, curve.for_all),
        *_rows(words["for_none"], THRESHOLDS, np.zeros_like(curve.for_all)),
    ]
    return drawn("decision", HEIGHT, words, curves=curves).for_page()


def _rows(series: str, at: Sequence[float] | NDArray[Any], values: NDArray[Any]) -> Rows:
    """A curve and its limits, (3, k), as rows."""
    return [
        (series, *(round(float(number), 4) for number in point))
        for point in zip(at, *values, strict=True)
    ]
