"""docs/bundle.md says what the code does: its numbers are those of the vectors, its fields those of a bundle."""

from __future__ import annotations

import json
import re
from pathlib import Path

from ledger_client.bundle import REASONS
from ledger_client.disclosure import AUDIENCES
from tests.proof.changes import CHANGES

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "bundle.md").read_text()
VECTORS = ROOT / "tests" / "vectors"


def names_of(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(names_of, value.values()))
    return set().union(*map(names_of, value)) if isinstance(value, list) else set()


def test_every_hash_of_the_guide_is_one_of_the_vectors():
    hashes = re.findall(r"0x[0-9a-f]{56,64}", GUIDE)
    known = (VECTORS / "commitment.json").read_text() + (VECTORS / "fold.json").read_text()
    assert len(hashes) >= 6
    assert [one for one in hashes if one not in known] == []


def test_every_field_of_a_bundle_is_explained():
    bundle = json.loads((VECTORS / "bundle.json").read_text())["valid"]
    names = names_of([entry["bundle"] for entry in bundle]) | set(AUDIENCES) | set(REASONS) | {change[5] for change in CHANGES}
    assert [name for name in names if f"`{name}`" not in GUIDE] == []


def test_every_file_that_the_guide_names_is_there():
    for name in re.findall(r"`((?:tests|ledger_client|docs)/[\w/.]+\.\w+)`", GUIDE):
        assert (ROOT / name).is_file(), name
    for name in re.findall(r"\]\(([\w.-]+\.md)\)", GUIDE):
        assert (ROOT / "docs" / name).is_file(), name
