"""Files that are given out: a table to fill in, and the problems of one that was brought."""

import csv
import io
from collections.abc import Sequence

import openpyxl
import pandas as pd

from model.language import _, marked
from model.tables.mapping import CODES, NUMBER
from model.tables.table import PROBLEM_COLUMNS
from model.tables.written import as_csv, harmless

# Invented children, one of each leukemia.
TEMPLATE = """\
patient,days_to_failure,post_transplant_cr,treatment,os_days,death,leukemia,age_years,sex,tbi,\
stem_cell_source,gvhd,myeloablative
invented-1,412,yes,second_sct,1630,no,AML,9.5,female,no,bone_marrow,no,yes
invented-2,130,yes,chemo_dli,301,yes,B-ALL,4,male,yes,cord_blood,yes,yes
invented-3,61,no,palliative,38,yes,T-ALL,14,male,yes,peripheral_blood,no,yes
invented-4,205,,,95,yes,biphenotypic,11.25,female,,bone_marrow,yes,no
"""
DESCRIPTIONS = {
    "patient": marked("A number of your own, only to notice a child that stands twice. No name."),
    "days_to_failure": marked("Days from first transplant to relapse or progression"),
    "post_transplant_cr": marked(
        "Complete remission documented after the first transplant; may be empty"
    ),
    "treatment": marked("Treatment after relapse or progression; may be empty"),
    "os_days": marked("Days from relapse or progression to death or last contact"),
    "death": marked("Whether the child died"),
    "leukemia": marked("Leukemia"),
    "age_years": marked("Age at first transplant, in years; fractions are allowed"),
    "sex": marked("Sex"),
    "tbi": marked("TBI in the first conditioning"),
    "stem_cell_source": marked("Stem cell source"),
    "gvhd": marked("GvHD after the first transplant"),
    "myeloablative": marked("Myeloablative first conditioning"),
}
NUMBERS = {"days_to_failure": "412", "os_days": "1630", "age_years": "9.5", "patient": "17"}


def template_as_workbook() -> bytes:
    """Write the template as an Excel workbook."""
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(TEMPLATE)):
        book.active.append([float(text) if NUMBER.fullmatch(text) else text for text in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def description(column: str) -> tuple[str, str]:
    """Say what a column of the template holds, and how it is written there."""
    codes = ", ".join(CODES[column]) if column in CODES else NUMBERS[column]
    return _(DESCRIPTIONS[column]), codes


def problems_as_csv(problems: pd.DataFrame) -> str:
    """Write problems as CSV that no spreadsheet takes for formulas."""
    written: list[Sequence[object]] = [PROBLEM_COLUMNS]
    for row, *texts in problems.itertuples(index=False):
        written.append([row, *(harmless(said) for said in texts)])
    return as_csv(written)
