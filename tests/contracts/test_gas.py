"""What writing costs is committed, and a change of it does not slip through."""

from __future__ import annotations

import json

from scripts import gas


def test_the_committed_gas_is_what_the_contracts_use():
    assert gas.changes(gas._flat(json.loads(gas.FIGURES.read_text())), gas._flat(gas.measure())) == []


def test_a_changed_new_or_missing_figure_is_named_with_both_sides():
    assert gas.changes({"a / b": 1, "c": 2, "d": 4}, {"a / b": 1, "c": 3, "e": 5}) == [
        "c: 2 is committed, 3 was measured",
        "d: 4 is committed, nothing was measured",
        "e: nothing is committed, 5 was measured",
    ]
