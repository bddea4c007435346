"""Bundles made to break the verifier: it answers, or says that this is no bundle; it never falls over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ledger_client import canonical, verify_record
from ledger_client.bundle import Bundle, Shown
from ledger_client.commitment import Disclosure, Property, commit, disclose, leaf, seal
from ledger_client.deployment import Deployment
from ledger_client.epcis.hash_fields import FIELDS
from ledger_client.errors import InvalidBundle, InvalidInput
from ledger_client.verify import verify
from tests.proof.changes import at, changed

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "bundle.json").read_text())
PUBLIC = VECTORS["valid"][0]["bundle"]
PUBLISHED = Deployment.from_json(VECTORS["deployment"])
STRANGE = [
    None, True, -1, 0, 2**53 - 1, 2**53,
    1.5, "", "0x", "0x00", "x", "\ud800", [], [[]], {}, {"a": 1}, ["0x80"], ["0xc0"], ["0x" + "00" * 32],
]  # fmt: skip
SECRET = bytes(32)

texts = st.text(max_size=6) | st.sampled_from(["urn:epc:id:sgtin:1.2.3", "https://id.gs1.org/01/1", "ex:a", "2026-01-01T00:00:00Z", "@id"])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts | st.sampled_from([f.name for f in FIELDS]), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(["type", "@context", "ilmd", "errorDeclaration", "recordTime", *(field.name for field in FIELDS)]) | texts
kinds = st.sampled_from(["ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent", "ex:OwnEvent"])


def places(value, path=()):
    yield list(path)
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in inner:
        yield from places(entry, (*path, key))


@pytest.mark.parametrize("strange", STRANGE, ids=repr)
def test_anything_anywhere_is_refused_or_found(strange):
    believed = []
    for path in list(places(PUBLIC))[1:]:
        if any(isinstance(key, int) and key > 0 for key in path):
            continue  # the first entry of each list stands for the rest
        try:
            said = verify(Bundle.from_json(changed(PUBLIC, path, strange)), deployment=PUBLISHED)
        except InvalidBundle:
            continue
        if at(PUBLIC, path) == strange:
            continue
        if said.verdict == "verified":
            believed.append(path)
    assert [path for path in believed if path[-1] not in {"block", "size"}] == []


def writable(event):
    try:
        canonical.encode(event)
    except InvalidInput:
        return False
    return True


@settings(max_examples=300)
@given(st.dictionaries(names, values, max_size=8), kinds)
def test_any_committed_content_gets_an_answer(event, kind):
    event = {**event, "type": kind, "eventID": f"ni:///sha-256;{'0' * 64}?ver=CBV2.0"}
    assume(writable(event))
    named, steps = verify_record.check(Shown(commit(event, SECRET), disclose(event, SECRET)))
    assert named == event["eventID"]
    assert [step.number for step in steps] == [1, 2, 3]
    assert (steps[0].outcome, steps[2].outcome) == ("passed", "passed")
    assert steps[1].outcome != "passed"


NOT_CANONICAL = [
    "[" * 65 + "]" * 65, "[" * 900 + "]" * 900, "9" * 5000,
    "1e400", "1e-400", "0.1e1", "-0", "1.0", '"\\ud800"', '{"b":1,"a":2}', '{"a":1,"a":1}', "NaN",
]  # fmt: skip


@pytest.mark.parametrize("value", NOT_CANONICAL)
def test_a_value_that_is_not_canonical_or_too_much_is_a_failed_form(value):
    salts = [bytes(32), b"\1" * 32]
    leaves = [leaf("a", value, salts[0]), leaf("eventID", '"x"', salts[1])]
    shown = (Property("a", value, salts[0], 0, (leaves[1],)), Property("eventID", '"x"', salts[1], 1, (leaves[0],)))
    _, steps = verify_record.check(Shown(seal(2, shown[0].root(2)), Disclosure(2, shown)))
    assert (steps[0].number, steps[0].outcome, steps[2].outcome) == (1, "failed", "passed")


@pytest.mark.parametrize("number", [2**32 - 1, 2**32, 2**32 + 1])
def test_a_member_that_no_contract_could_number_is_no_member(number):
    bundle = changed(changed(PUBLIC, ["signers", 0, "member"], number), ["members", 0, "id"], number)
    bundle = changed(bundle, ["anchors", 0, "member"], number)
    if number < 2**32:
        assert verify(Bundle.from_json(bundle), deployment=PUBLISHED).verdict == "altered"
    else:
        with pytest.raises(InvalidBundle, match="needs 1 to 4294967295"):
            Bundle.from_json(bundle)
