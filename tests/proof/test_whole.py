"""A record judged from payload and secret gets the same verdict as one judged from its disclosure, whatever was done to it."""

from __future__ import annotations

import pytest

from ledger_client import canonical, strict_json
from ledger_client.epcis.normalise import normalise
from ledger_client.errors import InvalidBundle
from ledger_client.prove import Kept, prove, record
from ledger_client.verify import verify
from ledger_client.verify_record import Whole, check, checked
from tests.proof.consortium import Item, failures, states
from tests.proof.make_vectors import EVENTS, secret
from tests.proof.test_live import NO_EVENTS


def whole(commitment: bytes, kept: Kept) -> Whole:
    assert isinstance(kept.payload, str)
    return Whole(commitment, kept.payload, kept.secret)


@pytest.fixture
def item(ledger_chain):
    return Item(ledger_chain)


def judged(item: Item):
    """The item's verdict, with its records held whole and none of them in the bundle."""
    bundle = prove(item.ledger.chain, item.code, item.anchors(), {}, "regulator")
    return verify(bundle, item.ledger.chain, checked=[checked(whole(*entry)) for entry in item.stored.items()])


def test_whole_records_verify_an_item(item):
    item.anchor(0)
    item.anchor(1, 2, by=1)
    said = judged(item)
    assert (said.verdict, said.complete, states(said)) == ("verified", True, ["verified"] * 3)
    assert [r.event_id for r in said.records] == [normalise(event)["eventID"] for event in EVENTS]
    assert {step.outcome for record in said.records for step in record.steps} == {"passed"}


@pytest.mark.parametrize(("old", "new"), [("OBSERVE", "DELETE"), ("sha-256;", "sha-256;0"), ("KGM", "TNE"), ('"action"', '"actiom"')])
def test_an_edited_payload_fails_the_same_steps(item, old, new):
    item.edit(item.anchor(0, 2)[0], old, new)
    assert states(judged(item)) == states(item.verdict(audience="regulator")) == ["altered", "verified"]
    assert failures(judged(item)) == failures(item.verdict(audience="regulator"))


def test_a_whole_record_that_no_anchor_names_is_altered_and_one_that_waits_is_not(item):
    committed = item.keep(0)
    bundle = prove(item.ledger.chain, item.code, [], {}, "regulator")
    entry = checked(whole(committed, item.stored[committed]))
    assert states(verify(bundle, checked=[entry])) == ["altered"]
    assert states(verify(bundle, unanchored=[entry])) == ["unanchored"]


@pytest.mark.parametrize("payload", [*NO_EVENTS, '{"eventID":"x","a":1e999}', '{"eventID":"x","a":"\\ud800"}'])
def test_a_payload_that_is_no_event_is_a_failed_step(payload):
    named, steps = check(Whole(bytes(32), payload, bytes(32)))
    assert (steps[0].outcome, steps[2].outcome) == ("failed" if named is None else "passed", "failed")
    assert {step.number for step in check(record(bytes(32), Kept(payload, bytes(32))))[1]} == {step.number for step in steps}


@pytest.mark.parametrize("key", [bytes(32), b"", bytes(31)])
def test_a_lost_secret_fails_the_commitment(item, key):
    committed = item.keep(0)
    _, steps = check(whole(committed, Kept(item.stored[committed].payload, key)))
    assert [step.outcome for step in steps] == ["passed", "passed", "failed"]


@pytest.mark.parametrize("number", range(3))
def test_a_canonical_text_is_read_as_the_slow_way_reads_it(number):
    text = canonical.text(normalise(EVENTS[number]))
    assert strict_json.parse(text) == strict_json.parse(" " + text) == normalise(EVENTS[number])
    assert canonical.text(strict_json.parse(text)) == text


@pytest.mark.parametrize("text", ["1.5", "[0.1]", "1e2", "123456789012345678901234567890", "9007199254740993", "-0", '{"a":[1.10]}'])
def test_numbers_are_never_rounded(text):
    assert repr(strict_json.parse(text)) == repr(strict_json.parse(" " + text))


@pytest.mark.parametrize("text", ["1e400", "0e99999999999999999999", "[1e-99999999999999999999]", "9" * 5000])
def test_a_number_beyond_all_bounds_is_refused(text):
    with pytest.raises(InvalidBundle):
        strict_json.parse(text)


def test_a_name_that_stands_twice_is_refused():
    for text in ('{"a":1,"a":1}', '{"a":1,"a":2}', '[{"a":{"b":1,"b":1}}]'):
        with pytest.raises(InvalidBundle, match="twice"):
            strict_json.parse(text)


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_depth_is_counted_alike_in_every_spelling(opening, closing):
    for spelling in (opening, opening + " "):
        strict_json.parse(spelling * 64 + "1" + closing * 64)
        with pytest.raises(InvalidBundle, match="deeper"):
            strict_json.parse(spelling * 65 + "1" + closing * 65)


def test_every_record_of_the_vectors_is_read_whole(item):
    for number in range(3):
        committed = item.keep(number)
        assert item.stored[committed].secret == secret(f"record {number}")
        assert [step.outcome for step in check(whole(committed, item.stored[committed]))[1]] == ["passed"] * 3
