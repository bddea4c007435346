"""Ledger.sol, function by function, with every way to be refused."""

from __future__ import annotations

import pytest
from eth_abi import encode
from web3 import Web3

from ledger_client.calls import call_data
from ledger_client.contracts import MAX_BATCH, artifact
from ledger_client.council import actions
from ledger_client.council.sending import send
from ledger_client.errors import Refused
from ledger_client.onchain import NO_HEAD, ZERO_HEAD, Head, Role, fold

MILK, CASE = b"\x11" * 32, b"\x22" * 32
FIRST, SECOND = b"\xaa" * 32, b"\xbb" * 32


class TestConstructor:
    def test_starts_empty_and_asks_the_given_members(self, world):
        assert world.ledger.functions.members().call() == world.members.address
        assert world.ledger.functions.total().call() == 0
        assert heads(world, MILK) == [NO_HEAD]

    def test_refuses_an_address_without_code(self, world):
        code = artifact("Ledger").bytecode + encode(["address"], ["0x" + "11" * 20])
        with pytest.raises(Refused, match=r"NoMembers\(members=0x1{40}\)"):
            send(world.web3, world.stranger, None, code)


class TestAnchor:
    def test_folds_the_commitment_into_the_head_as_the_specification_says(self, world):
        one = world.anchor(world.signers[0], [MILK], [FIRST])
        head = fold(ZERO_HEAD, FIRST, world.address(world.signers[0]), world.time(one))
        assert heads(world, MILK) == [Head(head, 1)]
        two = world.anchor(world.signers[1], [MILK], [SECOND])
        assert heads(world, MILK) == [Head(fold(head, SECOND, world.address(world.signers[1]), world.time(two)), 2)]

    def test_the_log_says_which_item_which_member_which_signer_and_both_numbers(self, world):
        world.anchor(world.signers[0], [MILK], [FIRST])
        receipt = world.anchor(world.signers[2], [CASE, MILK], [FIRST, SECOND])
        logs = world.logs(world.ledger, "Anchored", receipt)
        common = {"memberId": 2, "signer": world.signers[2].address}
        assert logs == [
            {"itemId": CASE, "position": 2, "seq": 1, "commitment": FIRST, **common},
            {"itemId": MILK, "position": 3, "seq": 2, "commitment": SECOND, **common},
        ]

    def test_one_item_may_stand_several_times_in_a_batch(self, world):
        receipt = world.anchor(world.signers[0], [MILK, MILK], [FIRST, FIRST])
        signer, time = world.address(world.signers[0]), world.time(receipt)
        assert heads(world, MILK) == [Head(fold(fold(ZERO_HEAD, FIRST, signer, time), FIRST, signer, time), 2)]

    def test_takes_a_batch_of_five_hundred_within_the_caps_of_newer_engines(self, world):
        item_ids = [Web3.keccak(bytes([n // 256, n % 256])) for n in range(MAX_BATCH)]
        receipt = world.anchor(world.signers[0], item_ids, [b"\xff" * 32] * MAX_BATCH)
        assert world.ledger.functions.total().call() == MAX_BATCH
        assert receipt["gasUsed"] < 2**24, "EIP-7825"
        assert len(call_data("Ledger", "anchor", item_ids, item_ids)) < 128 * 1024

    def test_refuses_strangers_auditors_and_governors(self, world):
        for caller in (world.stranger, world.signers[3], world.governors[0]):
            with pytest.raises(Refused, match=f"NotAWriter.signer={caller.address.lower()}."):
                world.anchor(caller, [MILK], [FIRST])

    def test_refuses_an_empty_batch_and_one_of_501(self, world):
        with pytest.raises(Refused, match=r"BatchSize\(size=0, max=500\)"):
            world.anchor(world.signers[0], [], [])
        with pytest.raises(Refused, match=r"BatchSize\(size=501, max=500\)"):
            world.anchor(world.signers[0], [MILK] * 501, [FIRST] * 501)

    def test_refuses_lists_of_different_length(self, world):
        for item_ids, commitments in (([MILK], []), ([MILK], [FIRST, SECOND])):
            with pytest.raises(Refused, match=rf"LengthMismatch\(itemIds=1, commitments={len(commitments)}\)"):
                world.anchor(world.signers[0], item_ids, commitments)

    def test_an_empty_commitment_refuses_the_whole_batch(self, world):
        with pytest.raises(Refused, match=r"ZeroCommitment\(index=1\)"):
            world.anchor(world.signers[0], [MILK, CASE], [FIRST, bytes(32)])
        assert heads(world, MILK, CASE) == [NO_HEAD, NO_HEAD]

    def test_a_suspended_member_and_a_revoked_key_are_refused_from_the_next_block_on(self, world):
        world.anchor(world.signers[1], [MILK], [FIRST])
        before = heads(world, MILK)
        world.decide(actions.revoke_signer(world.address(world.signers[1])))
        with pytest.raises(Refused, match="NotAWriter"):
            world.anchor(world.signers[1], [MILK], [SECOND])
        world.decide(actions.suspend(2))
        with pytest.raises(Refused, match="NotAWriter"):
            world.anchor(world.signers[2], [MILK], [SECOND])
        world.decide(actions.set_roles(1, Role.OPERATOR))
        with pytest.raises(Refused, match="NotAWriter"):
            world.anchor(world.signers[0], [MILK], [SECOND])
        assert heads(world, MILK) == before, "what was written before stays"

    def test_a_rotated_key_continues_the_same_history(self, world):
        world.anchor(world.signers[0], [MILK], [FIRST])
        world.decide(actions.add_signer(1, world.address(world.signers[4])))
        world.decide(actions.revoke_signer(world.address(world.signers[0])))
        receipt = world.anchor(world.signers[4], [MILK], [SECOND])
        [log] = world.logs(world.ledger, "Anchored", receipt)
        assert (log["memberId"], log["seq"], log["position"]) == (1, 2, 2)


class TestViews:
    def test_heads_answers_in_the_order_asked_with_zero_for_what_is_unknown(self, world):
        world.anchor(world.signers[0], [MILK, CASE], [FIRST, SECOND])
        asked = heads(world, CASE, b"\x33" * 32, MILK, CASE)
        assert [head.count for head in asked] == [1, 0, 1, 1]
        assert asked[0] == asked[3] != asked[2]

    def test_heads_of_nothing_is_nothing(self, world):
        assert heads(world) == []

    def test_nothing_but_anchoring_changes_the_ledger(self):
        changing = [e["name"] for e in artifact("Ledger").abi if e["type"] == "function" and e["stateMutability"] not in ("view", "pure")]
        assert changing == ["anchor"]


def heads(world, *item_ids):
    return [Head.of_word(word) for word in world.ledger.functions.heads(list(item_ids)).call()]
