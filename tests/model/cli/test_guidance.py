"""What `python -m model guidance` prints: all that the paper says, once, and nothing else."""

import json

import pytest

from model.cli.guidance import as_dict, as_text
from model.paper.guidelines import guidance, stance
from tests.model.paper.test_guidelines import CELLS, SECOND


@pytest.mark.parametrize(("leukemia", "days"), CELLS)
def test_text_holds_every_option_condition_remark_and_source(leukemia, days):
    result = guidance(leukemia, days)
    text = as_text(result)
    for remark in result.remarks:
        assert remark.text in text
        assert remark.source in text
    for proposed in result.options:
        assert proposed.text in text
        assert proposed.source in text
        assert proposed.arm_note in text
        assert proposed.condition is None or proposed.condition in text
    assert f"{leukemia}, day {days} after first transplant" in text
    assert result.source in text or result.options
    assert result.citation in text


def test_text_numbers_options_and_names_what_is_missing_and_what_is_not_used():
    text = as_text(guidance("AML", SECOND, tbi="yes"))
    assert "1. Reinduction chemotherapy, then DLI [preferred]" in text
    assert "2. Second transplant [under its condition only]" in text
    assert "Condition: only where MRD stays positive (input not given)" in text
    assert "Not given, and named by the paper here: MRD after reinduction" in text
    assert "Given, and not used by the paper here: TBI in the first conditioning" in text


@pytest.mark.parametrize(("leukemia", "days"), CELLS)
def test_dict_survives_json_unchanged(leukemia, days):
    result = guidance(leukemia, days, tbi="yes")
    written = as_dict(result)
    assert json.loads(json.dumps(written)) == written
    assert written["stance"] == stance(result)
    assert [o["id"] for o in written["options"]] == [o.id for o in result.options]
    assert written["period"]["last_day"] == result.period.last_day
