"""What the app says of relapses of another registry is what comes out of them."""

import pytest

from model.paper.evidence import value
from model.validation.external import EXTERNAL, MEASURES, YOUNG, load_external
from model.validation.performance import measured
from tests.model.validation.ebmt4 import GROUPS, predicted


@pytest.mark.parametrize("group", GROUPS)
def test_the_stored_measures_are_recomputed_from_the_patients(group, tmp_path):
    expected = predicted(group, tmp_path)
    found = load_external()[group]
    assert (found.relapses, found.deaths) == (
        len(expected.children),
        int(expected.outcome.death.sum()),
    )
    assert expected.n_averaged == found.relapses
    again = measured(expected)
    assert set(found.measures) == set(MEASURES)
    for name, estimate in found.measures.items():
        assert estimate.value == pytest.approx(again[name], rel=5e-3), (
            f"{EXTERNAL.name}: {name} of {group} has changed; "
            "run python -m tests.model.validation.ebmt4"
        )
        assert estimate.lower < estimate.value < estimate.upper


def test_what_is_said_of_other_patients_holds():
    """The page says in words what these are: order held, more died, no better than one curve."""
    # Mostly adults, transplanted before the paper's children.
    assert load_external()[YOUNG].relapses < load_external()["all"].relapses / 2
    assert value("txt.year.first_transplant") > 1998
    for group in ("all", YOUNG):
        measures = load_external()[group].measures
        assert measures["harrell_c"].lower > 0.5
        assert measures["slope"].lower < 1 < measures["slope"].upper
        assert measures["observed_expected"].lower > 1
        assert (
            measures["integrated_brier_scaled"].lower
            < 0
            < (measures["integrated_brier_scaled"].upper)
        )
