"""The Python and the JavaScript verifier agree on every bundle that one bit or one strange value sets apart from a valid one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ledger_client.bundle import Bundle
from ledger_client.contracts import ledger_code_hash, members_code_hash
from ledger_client.deployment import Deployment
from ledger_client.errors import InvalidBundle
from ledger_client.verify import verify
from tests.js.node import Thrown, ask, hexed
from tests.proof.changes import at, changed
from tests.proof.test_flipped import flips, leaves
from tests.proof.test_hostile import STRANGE, places

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "bundle.json").read_text())
BUNDLES = {entry["name"]: entry["bundle"] for entry in VECTORS["valid"]}
PUBLISHED = Deployment.from_json(VECTORS["deployment"])
CODES = {"ledgerCode": hexed(ledger_code_hash(PUBLISHED.members)), "membersCode": hexed(members_code_hash(PUBLISHED.council))}


def in_python(bundle):
    try:
        said = verify(Bundle.from_json(bundle), deployment=PUBLISHED)
    except InvalidBundle:
        return "altered", False
    return said.verdict, said.complete


def disagreements(name, changes):
    """Every changed bundle on which the two differ, and how."""
    bundles = [changed(BUNDLES[name], path, value) for path, value in changes]
    theirs = ask(*[("check", bundle, VECTORS["deployment"] | CODES) for bundle in bundles])
    assert len(theirs) == len(changes) > 200
    found = []
    for (path, value), bundle, answer in zip(changes, bundles, theirs, strict=True):
        said = str(answer) if isinstance(answer, Thrown) else (answer["verdict"], answer["complete"])
        if said != in_python(bundle):
            found.append((path, value, said, in_python(bundle)))
    return found


@pytest.mark.parametrize("name", ["public", "withheld", "never"])
def test_on_every_flipped_bit(name):
    changes = [(path, flipped) for path, value in leaves(BUNDLES[name], []) for flipped in flips(value)]
    assert disagreements(name, changes) == []


def test_on_every_strange_value():
    first = [path for path in list(places(BUNDLES["public"]))[1:] if not any(isinstance(key, int) and key > 0 for key in path)]
    first = [path for path in first if path[-1] != "block" or path[0] != "anchors"]  # the page reads this hint as a bound only
    changes = [(path, value) for path in first for value in STRANGE if value != "\ud800" and at(BUNDLES["public"], path) != value]
    assert disagreements("public", changes) == []
