"""Addresses kept from earlier versions open and show what they showed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.addresses import ALONE, frozen, opened, plain_signs, shown, withdrawn
from tests.whole_app import entry_script_first


@pytest.fixture(autouse=True)
def _entry_script_first() -> Iterator[None]:
    with entry_script_first():
        yield


@pytest.mark.parametrize("kept", frozen(), ids=lambda kept: kept["name"])
def test_a_kept_address_shows_what_it_showed(kept: dict[str, Any]) -> None:
    # The signs of the French are a printer's now: its words stay.
    found = json.loads(plain_signs(json.dumps(shown(opened(kept["page"], kept["link"])))))
    kept = json.loads(plain_signs(json.dumps(kept)))
    for what, said in kept["shows"].items():
        if what == "table" and withdrawn(kept):
            said, found[what] = (
                {cell: text for cell, text in table.items() if cell.split()[0] not in ALONE}
                for table in (said, found[what])
            )
        assert found[what] == said, what
