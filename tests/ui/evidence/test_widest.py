"""How far lists were pushed and the other reading of Table 4, as Evidence says them."""

import dataclasses
import re

import numpy as np
import pytest

from model.options import TREATMENTS
from model.reconstruction.reproduction import Secondary, precision
from model.reconstruction.widest import QUANTITIES
from model.survival.pattern import PATTERNS
from model.survival.prediction import TABLE_DAYS, load_model, pattern_table
from tests.model.reconstruction.test_ranges import made_up
from ui.evidence import widest
from ui.session.language import number
from ui.shown.table import as_html


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch):
    """The page has made-up ranges."""
    found = made_up()
    monkeypatch.setattr(widest, "found_ranges", lambda: found)
    return found


def test_each_row_has_its_own_numbers(shown) -> None:
    year = TABLE_DAYS.index(365)
    body = as_html(widest.widest_table())
    rows = [row for row in re.findall(r"<tr.*?</tr>", body, re.S) if "data-low" in row]
    curves = 100 * pattern_table(load_model()).curves[..., 365]
    assert len(rows) == len(TREATMENTS) * len(PATTERNS)
    places = [(i, j) for j in range(len(TREATMENTS)) for i in range(len(PATTERNS))]
    for (i, j), row in zip(places, rows, strict=True):
        low, high = 100 * shown.lowest[i, j, year], 100 * shown.highest[i, j, year]
        assert f'data-low="{low:.2f}"' in row
        assert f'data-high="{high:.2f}"' in row
        reading = 100 * np.median(shown.imputed[:, i, j, year].astype(float))
        assert f'data-reading="{reading:.2f}"' in row
        said = re.sub(r"<[^>]+>", "|", row)
        assert f"|{number(round(curves[0, i, j]))}|" in said.replace("||", "|")
        assert widest.whole(curves[1, i, j], curves[2, i, j]) in said


def test_ends_that_print_alike_are_said_once() -> None:
    assert widest.whole(4.6, 5.4) == "5"
    assert widest.whole(4.4, 5.4) == "4–5"


def test_what_is_found_is_called_the_widest_found_and_no_bound(shown) -> None:
    said = " ".join(widest.widest_words())
    assert "widest we found" in said
    assert "no bound" in said
    assert "40 times" in said


def of_errors(imputed: float, complete: float) -> Secondary:
    """The shipped analyses with standard errors that are so many times the printed ones."""
    secondary = made_up().secondary
    printed = np.array([one.printed for one in precision(secondary)])
    without, with_imputed = (
        dataclasses.replace(part, error=np.tile(printed * times, (len(part.error), 1)))
        for part, times in ((secondary.complete, complete), (secondary.imputed, imputed))
    )
    return Secondary(without, with_imputed, secondary.missing_information)


@pytest.mark.parametrize(
    ("imputed", "complete", "speaks"),
    [(0.9, 1.02, "for the children of known treatment"), (1.0, 1.1, "for the imputed analysis")],
)
def test_the_precision_speaks_as_the_lists_have_it(monkeypatch, imputed, complete, speaks) -> None:
    found = dataclasses.replace(made_up(), secondary=of_errors(imputed, complete))
    monkeypatch.setattr(widest, "found_ranges", lambda: found)
    made, said = widest.reading_words()
    assert f"speaks {speaks}" in said
    assert f"are {imputed:.2f} to {imputed:.2f} times" in said
    assert f"and {complete:.2f} to {complete:.2f} times without" in said
    assert "20 further lists" in made
    assert "23 lists were taken up" in made


def test_what_was_pushed_has_a_row_each_with_both_ranges(shown) -> None:
    rows = re.findall(r"<tr.*?</tr>", as_html(widest.pushed_table()), re.S)[1:]
    assert len(rows) == len(QUANTITIES)
    # The made-up logarithms are all 0 in the lists, and all 1 when pushed.
    for row in rows:
        assert re.findall(r"[\d.]+", re.sub(r"<[^>]+>", " ", row))[-2:] == ["1.000", "2.718"]
    assert "day 1461" in rows[-1]
