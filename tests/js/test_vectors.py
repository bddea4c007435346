"""The same vectors as Python's, through the very files that the page is served. The tests count what they ran."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from ledger_client.contracts import HEADS_SLOT, PROFILES_SLOT, SIGNERS_SLOT, ledger_code_hash, members_code_hash
from tests.js.node import ask, hexed

VECTORS = Path(__file__).parents[1] / "vectors"
BUNDLES = json.loads((VECTORS / "bundle.json").read_text())
COMMITMENTS = json.loads((VECTORS / "commitment.json").read_text())
FOLDS = json.loads((VECTORS / "fold.json").read_text())
BY_NAME = {one["name"]: one for one in BUNDLES["valid"]}


def changed(vector: dict[str, Any]) -> dict[str, Any]:
    """The bundle of a vector that is described as a change of a valid one."""
    bundle = copy.deepcopy(BY_NAME[vector["of"]]["bundle"])
    place = bundle
    for step in vector["path"][:-1]:
        place = place[step]
    last = vector["path"][-1]
    if "value" in vector:
        place[last] = vector["value"]
    else:
        del place[last]
    return bundle


PUBLISHED = BUNDLES["deployment"] | {
    "ledgerCode": hexed(ledger_code_hash(bytes.fromhex(BUNDLES["deployment"]["members"][2:]))),
    "membersCode": hexed(members_code_hash(bytes.fromhex(BUNDLES["deployment"]["council"][2:]))),
}


def named(vectors: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(one, id=one["name"]) for one in vectors]


def test_the_page_knows_the_slots_of_the_contracts():
    assert ask(("layout",)) == [{"heads": HEADS_SLOT, "signers": SIGNERS_SLOT, "profiles": PROFILES_SLOT}]


@pytest.mark.parametrize("vector", named(BUNDLES["valid"]))
def test_a_valid_bundle_has_the_same_verdicts_as_in_python(vector: dict[str, Any]):
    found = ask(("check", vector["bundle"], PUBLISHED))[0]
    assert (found["verdict"], found["complete"]) == (vector["verdict"], vector["complete"])
    shown = {one["commitment"]: one["verdict"] for one in vector["records"] if one["verdict"] != "missing"}
    assert {commitment: record["verdict"] for commitment, record in found["records"].items()} == shown


@pytest.mark.parametrize("vector", named(BUNDLES["altered"]))
def test_an_altered_bundle_is_found_out_at_the_same_step_as_in_python(vector: dict[str, Any]):
    found = ask(("check", changed(vector), PUBLISHED))[0]
    steps = [*found["steps"], *(step for record in found["records"].values() for step in record["steps"])]
    failed = {step["step"] for step in steps if step["outcome"] == "failed"}
    assert found["verdict"] == "altered"
    assert (3 if vector["step"] == 2 else vector["step"]) in failed  # the browser does not recompute event ids; the leaf gives it away


@pytest.mark.parametrize("vector", named(BUNDLES["malformed"]))
def test_a_malformed_bundle_is_refused(vector: dict[str, Any]):
    found = ask(("check", changed(vector), PUBLISHED))[0]
    assert found["verdict"] == "altered"


@pytest.mark.parametrize("vector", named(COMMITMENTS))
def test_every_property_of_a_commitment_leads_to_it(vector: dict[str, Any]):
    shown = vector["properties"]
    assert ask(*[("leaf", one["name"], one["value"], one["salt"]) for one in shown]) == [one["leaf"] for one in shown]
    roots = ask(*[("commitment", one["leaf"], one["index"], vector["size"], one["path"]) for one in shown])
    assert roots == [vector["commitment"]] * len(shown)


@pytest.mark.parametrize("vector", FOLDS, ids=range(len(FOLDS)))
def test_anchors_fold_to_the_word_on_the_chain(vector: dict[str, Any]):
    head = "0x" + "00" * 28
    for anchor in vector["anchors"]:
        head = ask(("fold", head, anchor["commitment"], anchor["signer"], anchor["time"]))[0]
        assert anchor["word"] == f"0x{anchor['seq']:08x}{head[2:]}"
    assert (vector["head"], vector["count"]) == (head, len(vector["anchors"]))


def test_no_vector_was_left_out():
    assert (len(BUNDLES["valid"]), len(BUNDLES["altered"]), len(BUNDLES["malformed"])) >= (5, 30, 10)
    assert len(COMMITMENTS) >= 10
    assert len(FOLDS) >= 5
