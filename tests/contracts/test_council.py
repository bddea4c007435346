"""The council: what m of n governors can do, and all the ways in which fewer cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest
from web3 import Web3

from ledger_client.calls import call_data
from ledger_client.contracts import artifact
from ledger_client.council import Action, Council, actions
from ledger_client.council.actions import COUNCIL, MEMBERS
from ledger_client.council.proposal import read_proposal
from ledger_client.council.safe import execution
from ledger_client.council.sending import send
from ledger_client.errors import Conflict, EvidenceError, InvalidInput, NodeUnavailable, NotFound, Refused
from ledger_client.onchain import Role

SUSPEND = actions.suspend(2)


class TestProposing:
    def test_the_proposal_is_listed_with_who_asked_what_and_no_approvals(self, world):
        proposal = world.council.propose(world.signers[0], actions.admit("冷链", "https://cold.example", Role.WRITER))
        [listed] = world.council.pending()
        assert listed == proposal
        assert (listed.nonce, listed.approvals, listed.threshold, listed.approved) == (0, (), 2, False)
        assert listed.proposer == world.address(world.signers[0])
        assert listed.describe() == "admit(name='冷链', endpoint='https://cold.example', roles=1)"

    def test_the_hash_is_the_one_that_the_safe_computes(self, world):
        safe = world.web3.eth.contract(world.council._address, abi=artifact("SafeL2").abi)
        for action, nonce in ((SUSPEND, 0), (actions.set_threshold(3), 7)):
            target = world.members.address if action.contract == MEMBERS else safe.address
            nobody = "0x" + "00" * 20
            computed = safe.functions.getTransactionHash(target, 0, action.data, 0, 0, 0, 0, nobody, nobody, nonce).call()
            assert world.council.safe_tx_hash(action, nonce) == computed

    def test_a_stranger_is_refused_and_told_who_may(self, world):
        with pytest.raises(Refused, match=r"NotAProposer.*signers of members in good standing may.*" + world.governors[2].address):
            world.council.propose(world.stranger, SUSPEND)

    def test_what_would_fail_is_refused_before_anybody_is_asked(self, world):
        with pytest.raises(Refused, match=r"suspend\(memberId=9\) would fail: UnknownMember\(memberId=9\)"):
            world.council.propose(world.governors[0], actions.suspend(9))
        with pytest.raises(Refused, match="GS201: the threshold would be higher than the number of owners"):
            world.council.propose(world.governors[0], actions.set_threshold(4))
        assert world.council.pending() == []

    def test_the_same_proposal_twice_is_a_conflict(self, world):
        world.council.propose(world.governors[0], SUSPEND)
        with pytest.raises(Conflict, match=r"suspend\(memberId=2\) is proposed already as 0x[0-9a-f]{64}"):
            world.council.propose(world.governors[1], SUSPEND)

    def test_a_nonce_that_is_past_is_a_conflict(self, world):
        world.decide(SUSPEND)
        with pytest.raises(Conflict, match="nonce 0 is past; the council's next decision is 1"):
            world.council.propose(world.governors[0], SUSPEND, nonce=0)

    def test_a_call_to_another_contract_is_listed_as_what_it_is(self, world):
        data = call_data(MEMBERS, "propose", b"\x11" * 20, b"\xde\xad\xbe\xef", 0)
        send(world.web3, world.governors[0], world.deployment.members, data)
        [proposal] = world.council.pending()
        assert proposal.describe() == "unknown call 0xdeadbeef"
        assert proposal.target == b"\x11" * 20

    def test_a_profile_that_cannot_stand_on_a_page_is_named_with_the_field(self):
        for name, endpoint, field in [
            ("", "", "name"),
            ("A\n", "", "name"),
            ("A" * 201, "", "name"),
            ("A", "ftp://x", "endpoint"),
            ("A", "x", "endpoint"),
        ]:
            with pytest.raises(InvalidInput) as problem:
                actions.admit(name, endpoint, Role.WRITER)
            assert problem.value.field == field


class TestApproving:
    def test_each_approval_is_seen_by_everybody_at_once(self, world):
        proposal = world.council.propose(world.governors[0], SUSPEND)
        one = world.council.approve(world.governors[1], proposal.safe_tx_hash)
        assert (one.approvals, one.approved) == ((world.address(world.governors[1]),), False)
        world.council.approve(world.governors[2], proposal.safe_tx_hash)
        [listed] = world.council.pending()
        assert set(listed.approvals) == {world.address(world.governors[1]), world.address(world.governors[2])}
        assert listed.approved

    def test_a_second_approval_by_the_same_key_is_a_conflict_and_does_not_count(self, world):
        proposal = world.council.propose(world.governors[0], SUSPEND)
        world.council.approve(world.governors[1], proposal.safe_tx_hash)
        with pytest.raises(Conflict, match=f"{world.governors[1].address} has approved 0x.* already"):
            world.council.approve(world.governors[1], proposal.safe_tx_hash)
        send(world.web3, world.governors[1], world.deployment.council, call_data(COUNCIL, "approveHash", proposal.safe_tx_hash))
        with pytest.raises(Refused, match="1 of 2 approvals"):
            world.council.execute(world.governors[1], proposal.safe_tx_hash)

    def test_one_approval_given_twice_over_is_refused_by_the_safe_itself(self, world):
        proposal = world.council.propose(world.governors[0], SUSPEND)
        world.council.approve(world.governors[1], proposal.safe_tx_hash)
        twice = execution(world.deployment.members, SUSPEND.data, [world.address(world.governors[1])] * 2)
        with pytest.raises(Refused, match="GS026: an approval is not from an owner, or stands twice"):
            send(world.web3, world.governors[1], world.deployment.council, twice)

    def test_a_key_that_is_no_owner_is_refused_and_told_who_is(self, world):
        proposal = world.council.propose(world.governors[0], SUSPEND)
        for account in (world.signers[0], world.stranger):
            with pytest.raises(Refused, match=f"{account.address} is not an owner.*{world.governors[0].address}"):
                world.council.approve(account, proposal.safe_tx_hash)

    def test_what_nobody_proposed_is_not_found(self, world):
        with pytest.raises(NotFound, match="nobody has proposed 0x0707"):
            world.council.approve(world.governors[0], b"\7" * 32)

    def test_a_proposal_of_a_past_nonce_is_a_conflict_that_says_what_to_do(self, world):
        proposal = world.council.propose(world.governors[0], SUSPEND)
        rival = world.council.propose(world.governors[0], actions.suspend(1))
        for governor in world.governors[:2]:
            world.council.approve(governor, rival.safe_tx_hash)
        world.council.execute(world.governors[0], rival.safe_tx_hash)
        with pytest.raises(Conflict, match=r"is stale .decision 0 is past, the next is 1.*propose it again"):
            world.council.approve(world.governors[0], proposal.safe_tx_hash)
        assert world.council.pending() == []

    def test_a_log_whose_content_does_not_hash_to_what_it_asks_for_is_evidence_against_the_node(self, world):
        world.council.propose(world.governors[0], SUSPEND)
        [log] = world.council._logs()
        for part, flipped in (("data", bytes([log["data"][31] ^ 1])), ("topics", None)):
            forged = dict(log)
            if part == "data":
                forged["data"] = log["data"][:31] + flipped + log["data"][32:]
            else:
                forged["topics"] = [log["topics"][0], b"\7" * 32, *log["topics"][2:]]
            with pytest.raises(EvidenceError, match="hash of the proposal in block"):
                read_proposal(forged, world.deployment)
        with pytest.raises(EvidenceError, match="hash of the proposal"):
            Council(world.web3, replace(world.deployment, chain_id=1)).pending()


class TestExecuting:
    def test_two_of_three_are_enough_and_anybody_may_execute(self, world):
        world.decide(SUSPEND)
        assert world.members.functions.member(2).call()[0][1] is True

    def test_one_of_three_is_refused_and_told_who_is_left_to_ask(self, world):
        proposal = world.council.propose(world.governors[0], SUSPEND)
        world.council.approve(world.governors[0], proposal.safe_tx_hash)
        with pytest.raises(Refused, match="1 of 2 approvals; owners who may still approve: ") as refusal:
            world.council.execute(world.governors[0], proposal.safe_tx_hash)
        assert world.governors[1].address in str(refusal.value)
        assert world.governors[2].address in str(refusal.value)
        assert world.governors[0].address not in str(refusal.value)

    def test_one_approval_is_refused_by_the_safe_itself_too(self, world):
        proposal = world.council.propose(world.governors[0], SUSPEND)
        world.council.approve(world.governors[0], proposal.safe_tx_hash)
        for claimed, code in (([0], "GS020"), ([0, 1], "GS025"), ([0, 3], "GS02")):
            call = execution(world.deployment.members, SUSPEND.data, [world.address(world.governors[n]) for n in claimed])
            with pytest.raises(Refused, match=code):
                send(world.web3, world.stranger, world.deployment.council, call)

    def test_approvals_of_one_call_do_not_serve_another(self, world):
        proposal = world.council.propose(world.governors[0], SUSPEND)
        owners = [world.address(governor) for governor in world.governors[:2]]
        for governor in world.governors[:2]:
            world.council.approve(governor, proposal.safe_tx_hash)
        with pytest.raises(Refused, match="GS025"):
            send(world.web3, world.stranger, world.deployment.council, execution(world.deployment.members, actions.suspend(1).data, owners))

    def test_what_was_executed_cannot_be_executed_again(self, world):
        world.decide(actions.set_roles(3, Role.WRITER))
        world.decide(actions.set_roles(3, Role.AUDITOR))
        done = world.council.safe_tx_hash(actions.set_roles(3, Role.WRITER), 0)
        with pytest.raises(Conflict, match="is stale"):
            world.council.execute(world.governors[0], done)
        owners = [world.address(governor) for governor in world.governors[:2]]
        replay = execution(world.deployment.members, actions.set_roles(3, Role.WRITER).data, owners)
        with pytest.raises(Refused, match="GS025"):
            send(world.web3, world.governors[0], world.deployment.council, replay)

    def test_a_queued_decision_waits_for_its_turn(self, world):
        later = world.council.propose(world.governors[0], actions.set_roles(1, Role.AUDITOR), nonce=1)
        for governor in world.governors[:2]:
            world.council.approve(governor, later.safe_tx_hash)
        with pytest.raises(Conflict, match="decision 1 waits for decision 0"):
            world.council.execute(world.governors[0], later.safe_tx_hash)
        first = world.council.propose(world.governors[0], SUSPEND)
        assert [proposal.nonce for proposal in world.council.pending()] == [0, 1]
        for governor in world.governors[:2]:
            world.council.approve(governor, first.safe_tx_hash)
        world.council.execute(world.governors[0], first.safe_tx_hash)
        world.council.execute(world.governors[0], later.safe_tx_hash)
        assert world.members.functions.member(1).call()[0][0] == Role.AUDITOR


class TestGovernors:
    def test_a_governor_is_added_replaced_and_removed_by_the_council(self, world):
        a, b, c, d = (world.address(governor) for governor in world.governors)
        world.decide(actions.add_governor(d, 2))
        assert set(world.council.owners()) == {a, b, c, d}
        world.decide(actions.remove_governor(world.council.owners(), d, 2))
        assert set(world.council.owners()) == {a, b, c}
        world.decide(actions.replace_governor(world.council.owners(), c, d))
        assert set(world.council.owners()) == {a, b, d}
        assert world.council.threshold() == 2

    def test_a_higher_threshold_holds_for_what_is_already_approved(self, world):
        waiting = world.council.propose(world.governors[0], SUSPEND, nonce=1)
        for governor in world.governors[:2]:
            world.council.approve(governor, waiting.safe_tx_hash)
        world.decide(actions.set_threshold(3))
        with pytest.raises(Refused, match="2 of 3 approvals"):
            world.council.execute(world.governors[0], waiting.safe_tx_hash)

    def test_the_approval_of_a_removed_governor_no_longer_counts(self, world):
        waiting = world.council.propose(world.governors[0], SUSPEND, nonce=1)
        for governor in world.governors[1:3]:
            world.council.approve(governor, waiting.safe_tx_hash)
        world.decide(actions.replace_governor(world.council.owners(), world.address(world.governors[2]), world.address(world.governors[3])))
        assert world.council.proposal(waiting.safe_tx_hash).approvals == (world.address(world.governors[1]),)

    def test_whoever_is_not_an_owner_cannot_be_removed(self, world):
        with pytest.raises(NotFound, match="is not an owner of the council; owners are 0x"):
            actions.remove_governor(world.council.owners(), b"\7" * 20, 1)

    def test_no_single_governor_changes_the_council(self, world):
        data = actions.add_governor(world.address(world.stranger), 1).data
        with pytest.raises(Refused, match="GS031: only the council itself"):
            send(world.web3, world.governors[0], world.deployment.council, data)


class TestTrust:
    def test_the_deployed_code_is_the_published_one(self, world):
        world.council.check_code()

    def test_another_contract_in_place_of_the_council_or_members_is_noticed(self, world):
        with pytest.raises(EvidenceError, match="code of Members"):
            Council(world.web3, replace(world.deployment, members=world.deployment.ledger)).check_code()
        with pytest.raises(EvidenceError, match="code of council"):
            Council(world.web3, replace(world.deployment, council=world.deployment.ledger)).check_code()

    def test_a_node_that_is_down_is_said_to_be_down(self, world):
        nobody_there = Web3(Web3.HTTPProvider("http://127.0.0.1:9", exception_retry_configuration=None))
        with pytest.raises(NodeUnavailable, match="the node does not answer"):
            Council(nobody_there, world.deployment).nonce()

    def test_an_action_with_malformed_arguments_is_shown_as_bytes(self):
        assert actions.describe(Action(MEMBERS, SUSPEND.data[:4] + b"\xff")) == f"unknown call 0x{SUSPEND.data[:4].hex()}ff"
