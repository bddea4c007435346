"""Verification against a real chain: what a reader is told when records, keys, members or nodes are not as they should be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from web3 import HTTPProvider, Web3

from ledger_client import commitment
from ledger_client.bundle import Bundle
from ledger_client.chain import Chain
from ledger_client.council.actions import add_signer, reinstate, revoke_signer, set_profile, suspend
from ledger_client.disclosure import AUDIENCES, Kind, Policy, Rule
from ledger_client.epcis.normalise import normalise
from ledger_client.errors import Incomplete, NodeUnavailable
from ledger_client.onchain import item_id
from ledger_client.prove import Kept, Withheld, prove, record
from ledger_client.verify import verify
from tests.conftest import address_of, deploy_ledger
from tests.proof.consortium import Item, failures, states
from tests.proof.make_vectors import EVENTS, secret


@pytest.fixture
def item(ledger_chain):
    return Item(ledger_chain)


def test_an_honest_history_of_two_members_is_verified_and_complete(item):
    item.anchor(0)
    item.anchor(1, 2, by=1)
    said = item.verdict()
    assert (said.verdict, said.complete, said.chain_confirmed, said.newer_anchors) == ("verified", True, True, 0)
    assert states(said) == ["verified"] * 3
    assert {step.outcome for step in said.steps} == {"passed"}
    assert [r.event_id for r in said.records] == [normalise(event)["eventID"] for event in EVENTS]
    assert said.checked_against.number == item.ledger.chain.block().number


@pytest.mark.parametrize("audience", ["public", "partners", "regulator"])
def test_each_audience_sees_its_properties_and_can_verify_them(item, audience):
    item.anchor(1)
    bundle = Bundle.of_bytes(item.bundle(audience=audience).to_bytes())
    shown = {p.name for p in bundle.records[0].disclosure.properties}
    assert verify(bundle, item.ledger.chain).verdict == "verified"
    assert {"eventID", "eventTime", "bizStep"} <= shown
    assert ("bizTransactionList" in shown) == (audience == "regulator")
    assert ("quantityList" in shown) == ("ex:inspector" in shown) == (audience != "public")


def test_a_policy_of_ones_own_decides_what_is_shown(item):
    committed = item.anchor(1)[0]
    item.stored[committed] = replace(
        item.stored[committed], policy=Policy((Rule("ilmd", "partners"), Rule("*", "regulator", Kind("", "inspecting"))))
    )
    shown = {audience: {p.name for p in item.bundle(audience=audience).records[0].disclosure.properties} for audience in AUDIENCES}
    assert shown["public"] == shown["partners"] == {"bizStep", "disposition", "eventID", "eventTime", "type"}
    assert len(shown["regulator"]) == item.bundle().records[0].disclosure.size
    assert {item.verdict(audience=audience).verdict for audience in AUDIENCES} == {"verified"}


@pytest.mark.parametrize("audience", ["public", "regulator"])
@pytest.mark.parametrize(("old", "new"), [("OBSERVE", "DELETE"), ("1200", "1201"), ("KGM", "TNE"), ('"action"', '"actiom"')])
def test_a_stored_payload_that_was_edited_is_altered_whatever_is_shown(item, audience, old, new):
    edited, other = item.anchor(0, 2)
    item.edit(edited, old, new)
    said = item.verdict(audience=audience)
    assert (said.verdict, said.complete, states(said)) == ("altered", False, ["altered", "verified"])
    assert (3, "commitment") in failures(said)
    assert [r.commitment for r in said.records] == [edited, other]


def test_an_edited_event_id_is_found_twice(item):
    edited = item.anchor(0)[0]
    item.edit(edited, "sha-256;", "sha-256;0")
    assert failures(item.verdict(audience="regulator")) == {(2, "event id"), (3, "commitment")}


NO_EVENTS = [
    "", "{", "null", "[]", '"text"', "{}", '{"eventID": 1}', '{"eventID":"x","a":NaN}', '{"eventID":"x","eventID":"y"}', "[" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("payload", NO_EVENTS)
def test_a_stored_payload_that_is_no_event_any_more_is_altered(item, payload):
    broken = item.anchor(0)[0]
    item.stored[broken] = Kept(payload, secret("record 0"))
    said = item.verdict()
    assert (said.verdict, states(said)) == ("altered", ["altered"])
    assert (1, "form") in failures(said)
    assert Bundle.of_bytes(item.bundle().to_bytes()) == item.bundle()


@pytest.mark.parametrize("key", [bytes(32), b"", bytes(31)])
def test_a_lost_or_edited_secret_is_altered(item, key):
    committed = item.anchor(0)[0]
    item.stored[committed] = Kept(normalise(EVENTS[0]), key)
    assert (item.verdict().verdict, states(item.verdict())) == ("altered", ["altered"])


def test_a_record_that_is_gone_is_missing_and_the_item_incomplete(item):
    first, _ = item.anchor(0, 1)
    del item.stored[first]
    said = item.verdict()
    assert (said.verdict, said.complete, states(said)) == ("incomplete", False, ["missing", "verified"])


@pytest.mark.parametrize(("reason", "state"), [("policy", "withheld"), ("elsewhere", "withheld"), ("erased", "erased")])
def test_an_honest_gap_leaves_the_item_complete(item, reason, state):
    first, _ = item.anchor(0, 1)
    item.stored[first] = Withheld(reason)
    said = item.verdict()
    assert (said.verdict, said.complete, states(said)) == ("verified", True, [state, "verified"])


def test_a_record_that_waits_makes_the_item_pending(item):
    item.anchor(0)
    item.wait(1)
    said = item.verdict()
    assert (said.verdict, said.complete, states(said)) == ("pending", True, ["verified", "unanchored"])


def test_an_item_with_waiting_records_only_is_pending_and_one_without_any_is_unknown(item):
    assert (item.verdict().verdict, item.verdict().complete) == ("unknown", True)
    item.wait(0)
    assert (item.verdict().verdict, states(item.verdict())) == ("pending", ["unanchored"])


def test_a_waiting_record_that_was_edited_is_altered(item):
    committed = item.keep(0)
    item.edit(committed, "OBSERVE", "DELETE")
    item.waiting.append(record(committed, item.stored.pop(committed)))
    assert (item.verdict().verdict, states(item.verdict())) == ("altered", ["altered"])


def test_a_payload_and_its_commitment_edited_together_leave_a_hole_behind(item):
    committed = item.anchor(0)[0]
    forged = normalise({**EVENTS[0], "action": "DELETE"})
    new = commitment.commit(forged, bytes(32))
    del item.stored[committed]
    item.stored[new] = Kept(forged, bytes(32))
    said = item.verdict()
    assert (said.verdict, states(said)) == ("incomplete", ["missing"])


def test_the_same_record_anchored_twice_is_one_record_with_two_anchors(item):
    first = item.anchor(0, 0)[0]
    said = item.verdict()
    assert [(r.commitment, r.seqs, r.verdict) for r in said.records] == [(first, (1, 2), "verified")]


def test_anchors_that_the_mirror_does_not_know_yet_are_read_from_the_chain(item):
    item.anchor(0)
    known = item.anchors()
    item.anchor(1, by=1)
    for lagging in (known, [], item.anchors()[1:]):
        bundle = prove(item.ledger.chain, item.code, lagging, item.stored)
        assert [anchor.seq for anchor in bundle.anchors] == [1, 2]
        assert verify(bundle, item.ledger.chain).verdict == "verified"


class Forgetful(Chain):
    """A node that leaves the last log out of every answer."""

    def anchors_of(self, item_id, first=None, last=None):
        return super().anchors_of(item_id, first, last)[:-1]


def test_a_node_that_leaves_out_logs_is_told_from_an_altered_item(item):
    item.anchor(0, 1)
    node = Forgetful(item.ledger.url, item.ledger.deployment)
    with pytest.raises(Incomplete, match="expected 2, found 1"):
        prove(node, item.code, [], item.stored)
    assert verify(prove(node, item.code, item.anchors(), item.stored)).verdict == "verified"


def test_a_mirror_whose_anchors_were_edited_is_found(item):
    item.anchor(0, 1)
    good = item.anchors()
    for edit in ({"time": good[0].time + 1}, {"signer": bytes(20)}, {"commitment": bytes(32)}):
        bundle = prove(item.ledger.chain, item.code, [good[0]._replace(**edit), good[1]], item.stored)
        said = verify(bundle, item.ledger.chain)
        assert said.verdict == "altered"
        assert (5, "head") in failures(said)
    assert verify(prove(item.ledger.chain, item.code, [*good, good[1]._replace(seq=3)], item.stored)).verdict == "altered"


def test_an_older_bundle_still_verifies_and_says_what_came_since(item):
    item.anchor(0)
    bundle = item.bundle()
    item.anchor(1, 2)
    said = verify(bundle, item.ledger.chain)
    assert (said.verdict, said.chain_confirmed, said.newer_anchors) == ("verified", True, 2)
    assert "2 more anchors since" in next(step.why for step in said.steps if step.part == "chain")


def test_offline_nothing_is_said_of_the_chain(item):
    item.anchor(0)
    said = verify(item.bundle())
    assert (said.verdict, said.chain_confirmed, said.newer_anchors) == ("verified", None, None)
    assert {step.part for step in said.steps if step.outcome == "not checked"} == {"chain", "deployment"}


def test_a_revoked_keys_earlier_anchors_stay_valid_and_it_writes_no_more(item):
    item.anchor(0)
    item.decide(revoke_signer(address_of(item.ledger.signers[0])))
    assert not item.ledger.anchor([(item_id(item.code), bytes([1] * 32))]).succeeded
    item.anchor(1, by=1)
    said = item.verdict()
    assert (said.verdict, states(said)) == ("verified", ["verified", "verified"])
    assert "the key was revoked at" in next(step.why for step in said.steps if step.number == 6)


def test_an_anchor_of_a_key_after_its_revocation_would_be_found(item):
    item.anchor(0)
    item.decide(revoke_signer(address_of(item.ledger.signers[0])))
    bundle = item.bundle()
    late = replace(bundle.anchors[0], time=bundle.signers[0].signer.active_until + 1)
    assert (6, "signers") in failures(verify(replace(bundle, anchors=(late,))))


def test_a_suspended_members_earlier_anchors_stay_valid(item):
    item.anchor(0)
    item.decide(suspend(1))
    assert not item.ledger.anchor([(item_id(item.code), bytes([1] * 32))]).succeeded
    assert item.verdict().verdict == "verified"
    assert [m.suspended for m in item.ledger.chain.members()] == [True, False]
    item.decide(reinstate(1))
    item.anchor(1)
    assert item.verdict().verdict == "verified"


def test_a_key_added_later_and_a_new_name_are_proven_as_they_are_now(item):
    item.anchor(0)
    assert item.bundle().members[0].name == "青山牧场"
    item.decide(set_profile(1, "青山牧业", "https://new.example"))
    item.decide(add_signer(1, address_of(item.ledger.governors[1])))
    item.ledger.anchor([(item_id(item.code), item.keep(1))], item.ledger.governors[1])
    bundle = item.bundle()
    assert [(m.name, m.endpoint) for m in bundle.members] == [("青山牧业", "https://new.example")]
    assert len(bundle.signers) == 2
    assert verify(bundle, item.ledger.chain).verdict == "verified"


def test_the_members_events_are_read_in_order(item):
    item.decide(suspend(2))
    item.decide(revoke_signer(address_of(item.ledger.signers[1])))
    chain, at = item.ledger.chain, item.ledger.deployment
    logs = chain.member_logs(at.block, chain.block().number)
    assert [log.kind for log in logs] == [
        "MemberAdmitted", "SignerAdded", "MemberAdmitted", "SignerAdded", "Proposed", "MemberSuspended", "Proposed", "SignerRevoked",
    ]  # fmt: skip
    assert [(log.member_id, log.name, log.endpoint, log.roles) for log in logs if log.kind == "MemberAdmitted"] == [
        (1, "青山牧场", "https://farm.example", 1), (2, "Dairy 乳业", "", 1),
    ]  # fmt: skip
    revoked, asked = logs[-1], logs[-2].proposal
    assert (revoked.signer, revoked.at) == (address_of(item.ledger.signers[1]), chain.block(revoked.block_number).time)
    assert revoked.time == revoked.at
    assert (asked.target, asked.nonce, asked.proposer) == (at.members, 1, address_of(item.ledger.governors[0]))
    assert asked.data == revoke_signer(address_of(item.ledger.signers[1])).data


def test_a_bundle_of_another_ledger_on_the_same_chain_is_not_believed(item, anvil):
    item.anchor(0)
    other = deploy_ledger(anvil)
    said = verify(item.bundle(), other.chain)
    assert said.verdict == "altered"
    assert (5, "deployment") in failures(said)


def test_a_bundle_of_another_chain_is_not_believed(item, new_anvil):
    item.anchor(0)
    said = verify(item.bundle(), Chain(new_anvil(chain_id="4711")))
    assert (said.verdict, said.chain_confirmed) == ("altered", False)
    assert failures(said) == {(5, "chain")}


def test_a_block_that_was_forked_away_is_not_believed(new_anvil):
    ledger = deploy_ledger(new_anvil())
    item, node = Item(ledger), Web3(HTTPProvider(ledger.url))
    before = node.provider.make_request("evm_snapshot", [])["result"]
    item.anchor(0)
    bundle = item.bundle()
    node.provider.make_request("evm_revert", [before])
    assert failures(verify(bundle, ledger.chain)) == {(5, "chain")}
    node.provider.make_request("anvil_mine", [3])
    said = verify(bundle, ledger.chain)
    assert (said.verdict, said.chain_confirmed) == ("altered", False)
    assert "not on this chain" in next(step.why for step in said.steps if step.part == "chain")
    assert verify(bundle).verdict == "verified"


def test_a_node_that_cannot_be_asked_is_no_verdict(item):
    item.anchor(0)
    with pytest.raises(NodeUnavailable):
        verify(item.bundle(), Chain("http://127.0.0.1:9", item.ledger.deployment))


def test_an_anchors_block_is_checked_where_a_node_is_asked(new_anvil):
    item = Item(deploy_ledger(new_anvil()))
    Web3(HTTPProvider(item.ledger.url)).provider.make_request("evm_increaseTime", [60])
    item.anchor(0)
    bundle = item.bundle()
    for block in (0, bundle.anchors[0].block - 1, bundle.block.number + 1):
        moved = replace(bundle, anchors=(replace(bundle.anchors[0], block=block),))
        assert (5, "chain") in failures(verify(moved, item.ledger.chain))
        assert verify(moved).verdict == ("verified" if block <= bundle.block.number else "altered")


def test_the_blocks_of_more_anchors_than_fit_one_request_are_all_checked(new_anvil):
    item = Item(deploy_ledger(new_anvil()))
    item.anchor(0)
    Web3(HTTPProvider(item.ledger.url)).provider.make_request("anvil_mine", [130])
    bundle = item.bundle()
    times = item.ledger.chain.times(range(bundle.block.number - 120, bundle.block.number))
    many = [replace(bundle.anchors[0], seq=seq, block=block, time=time) for seq, (block, time) in enumerate(times.items(), 1)]
    chain_steps = [
        next(step for step in verify(replace(bundle, anchors=tuple(anchors)), item.ledger.chain).steps if step.part == "chain")
        for anchors in (many, [*many[:-1], replace(many[-1], time=7)])
    ]
    assert [step.outcome for step in chain_steps] == ["passed", "failed"]
    assert "anchor 120 is not of its block's time" in chain_steps[1].why


def test_a_chain_with_headers_of_its_own_kind_needs_a_node_to_vouch(item):
    item.anchor(0)
    bundle = item.bundle()
    bare = replace(bundle, block=replace(bundle.block, header=b""))
    alone, asked = verify(bare), verify(bare, item.ledger.chain)
    assert (alone.verdict, alone.complete) == ("incomplete", False)
    assert {(step.part, step.outcome) for step in alone.steps if step.part in {"header", "contracts", "head", "signers"}} == {
        ("header", "not checked"), ("contracts", "not checked"), ("head", "not checked"), ("signers", "not checked"),
    }  # fmt: skip
    assert (asked.verdict, asked.complete) == ("verified", True)


def test_a_moving_head_does_not_tear_the_proofs_apart(new_anvil):
    ledger = deploy_ledger(new_anvil())
    node = Web3(HTTPProvider(ledger.url))
    item = Item(ledger)
    item.anchor(0)
    node.provider.make_request("evm_setIntervalMining", [1])
    assert {item.verdict().verdict for _ in range(40)} == {"verified"}


def test_the_verdict_in_json_names_every_step(item):
    item.anchor(0)
    said = item.verdict(audience="regulator").to_json()
    assert list(said) == [
        "item", "itemId", "verdict", "complete", "steps", "records", "checkedAgainst", "chainConfirmed", "newerAnchors",
    ]  # fmt: skip
    assert {step["step"] for step in said["records"][0]["steps"]} == {1, 2, 3, 4, 5, 6}
    item.edit(next(iter(item.stored)), "OBSERVE", "DELETE")
    wrong = [step for step in item.verdict().to_json()["records"][0]["steps"] if step["outcome"] == "failed"]
    assert all(step["expected"] != step["found"] for step in wrong)
