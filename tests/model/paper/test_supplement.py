"""The rows that stand ready for the tables of the paper's supplement."""

import csv

import pytest

from model.cohort import each_cohort, read_cohorts
from model.paper.evidence import DATA, Figure, figures
from model.reconstruction import check


def test_the_supplement_s_rows_wait_for_a_number_and_can_be_recomputed_once_they_have_one():
    with (DATA / "supplement.csv").open(encoding="utf-8", newline="") as lines:
        rows = [Figure(**row) for row in csv.DictReader(lines)]
    assert {row.printed for row in rows} == {""}
    ids = [row.id for row in rows]
    assert len(set(ids)) == len(ids)
    assert not set(ids) & set(figures())
    fits = check.Refitted(each_cohort(read_cohorts())[0])
    found = {row.id: check.statistic(row, fits) for row in rows}
    counts = [number for name, number in found.items() if name.startswith("s2.n.")]
    assert sum(counts) == figures()["abs.n.all"].value
    ratio = figures()["t4.hr.treatment.palliative"]
    assert found["s1.hr.treatment.palliative"] == pytest.approx(ratio.value, abs=ratio.step)
    median = figures()["dis.median_days_to_failure.second_sct"]
    assert found["s2.median_days_to_failure.second_sct"] == median.value
