"""Members.sol, function by function, with every way to be refused."""

from __future__ import annotations

import pytest

from ledger_client.calls import call_data
from ledger_client.contracts import profile_word
from ledger_client.council import actions
from ledger_client.council.actions import MEMBERS, Action
from ledger_client.council.sending import send
from ledger_client.errors import Refused
from ledger_client.onchain import Role

ALL_CALLS = [
    actions.admit("New", "", Role.WRITER),
    actions.suspend(1),
    actions.reinstate(1),
    actions.set_roles(1, Role.AUDITOR),
    actions.set_profile(1, "New", ""),
    actions.add_signer(1, b"\7" * 20),
    actions.revoke_signer(b"\7" * 20),
]


class TestConstructor:
    def test_founders_are_members_one_two_three_with_their_roles_profiles_and_signers(self, world):
        members = world.members.functions
        assert members.memberCount().call() == 3
        assert [members.member(n).call()[0][:2] for n in (1, 2, 3)] == [(1, False), (5, False), (2, False)]
        assert members.member(2).call()[1] == profile_word("East Dairy", "https://dairy.example")
        assert [members.signer(s.address).call()[0] for s in world.signers[:5]] == [1, 2, 2, 3, 0]
        assert members.council().call() == world.council._address

    def test_the_founding_is_announced_like_any_other_change(self, world):
        first = world.deployment.block
        admitted = world.members.events.MemberAdmitted().get_logs(from_block=first)
        assert [(log["args"]["memberId"], log["args"]["name"], log["args"]["roles"]) for log in admitted] == [
            (1, "North Farm", 1),
            (2, "East Dairy", 5),
            (3, "Food Office", 2),
        ]
        assert len(world.members.events.SignerAdded().get_logs(from_block=first)) == 4

    def test_refuses_a_council_without_code_and_a_consortium_without_founders(self, world):
        for arguments, reason in [
            (["0x" + "11" * 20, [("A", "", 1, [])]], "NoCouncil(council=0x" + "11" * 20),
            (["0x" + world.deployment.council.hex(), []], "NoFounders()"),
            (["0x" + world.deployment.council.hex(), [("", "", 1, [])]], "EmptyName()"),
            (["0x" + world.deployment.council.hex(), [("A", "", 8, [])]], "UnknownRoles(roles=8)"),
            (["0x" + world.deployment.council.hex(), [("A", "", 1, [world.stranger.address] * 2)]], "SignerTaken"),
        ]:
            code = _creation(arguments)
            with pytest.raises(Refused) as refusal:
                send(world.web3, world.stranger, None, code)
            assert reason in str(refusal.value)


@pytest.mark.parametrize("action", ALL_CALLS, ids=actions.describe)
def test_nobody_but_the_council_may_change_members(world, action):
    for caller in (world.governors[0], world.signers[0], world.stranger):
        with pytest.raises(Refused, match="NotTheCouncil"):
            send(world.web3, caller, world.deployment.members, action.data)


class TestAdmit:
    def test_numbers_the_member_and_announces_it(self, world):
        receipt = world.decide(actions.admit("Cold Line", "https://cold.example", Role.WRITER))
        [log] = world.logs(world.members, "MemberAdmitted", receipt)
        assert log == {"memberId": 4, "name": "Cold Line", "endpoint": "https://cold.example", "roles": 1}
        standing, profile = world.members.functions.member(4).call()
        assert standing == (1, False, world.time(receipt))
        assert profile == profile_word("Cold Line", "https://cold.example")

    def test_refuses_an_empty_name_and_a_role_that_does_not_exist(self, world):
        with pytest.raises(Refused, match=r"EmptyName\(\)"):
            world.as_council(Action(MEMBERS, call_data(MEMBERS, "admit", "", "", 1)))
        with pytest.raises(Refused, match=r"UnknownRoles\(roles=9\)"):
            world.as_council(Action(MEMBERS, call_data(MEMBERS, "admit", "A", "", 9)))


class TestSuspendAndReinstate:
    def test_a_suspended_member_may_not_write_until_it_is_reinstated(self, world):
        receipt = world.decide(actions.suspend(2))
        assert world.logs(world.members, "MemberSuspended", receipt) == [{"memberId": 2}]
        assert _writer(world, 1) == 0
        receipt = world.decide(actions.reinstate(2))
        assert world.logs(world.members, "MemberReinstated", receipt) == [{"memberId": 2}]
        assert _writer(world, 1) == 2

    def test_refuse_a_second_suspension_a_reinstatement_without_one_and_an_unknown_member(self, world):
        with pytest.raises(Refused, match=r"NotSuspended\(memberId=1\)"):
            world.as_council(actions.reinstate(1))
        world.decide(actions.suspend(1))
        with pytest.raises(Refused, match=r"AlreadySuspended\(memberId=1\)"):
            world.as_council(actions.suspend(1))
        for action in (actions.suspend(9), actions.reinstate(0)):
            with pytest.raises(Refused, match="UnknownMember"):
                world.as_council(action)


class TestSetRoles:
    def test_replaces_the_roles_and_with_them_the_right_to_write(self, world):
        receipt = world.decide(actions.set_roles(2, Role.AUDITOR | Role.OPERATOR))
        assert world.logs(world.members, "RolesSet", receipt) == [{"memberId": 2, "roles": 6}]
        assert _writer(world, 1) == 0
        world.decide(actions.set_roles(3, Role.WRITER))
        assert _writer(world, 3) == 3

    def test_refuses_an_unknown_member_and_an_unknown_role(self, world):
        with pytest.raises(Refused, match=r"UnknownMember\(memberId=4\)"):
            world.as_council(actions.set_roles(4, Role.WRITER))
        with pytest.raises(Refused, match=r"UnknownRoles\(roles=255\)"):
            world.as_council(Action(MEMBERS, call_data(MEMBERS, "setRoles", 1, 255)))


class TestSetProfile:
    def test_keeps_the_hash_and_announces_the_text(self, world):
        receipt = world.decide(actions.set_profile(1, "北方牧场", "https://farm.example/api"))
        [log] = world.logs(world.members, "ProfileSet", receipt)
        assert log == {"memberId": 1, "name": "北方牧场", "endpoint": "https://farm.example/api"}
        assert world.members.functions.member(1).call()[1] == profile_word("北方牧场", "https://farm.example/api")

    def test_refuses_an_unknown_member_and_an_empty_name(self, world):
        with pytest.raises(Refused, match="UnknownMember"):
            world.as_council(actions.set_profile(7, "A", ""))
        with pytest.raises(Refused, match="EmptyName"):
            world.as_council(Action(MEMBERS, call_data(MEMBERS, "setProfile", 1, "", "")))


class TestAddSigner:
    def test_the_key_writes_from_its_block_on(self, world):
        receipt = world.decide(actions.add_signer(1, world.address(world.signers[4])))
        time = world.time(receipt)
        [log] = world.logs(world.members, "SignerAdded", receipt)
        assert log == {"memberId": 1, "signer": world.signers[4].address, "activeFrom": time}
        assert world.members.functions.signer(world.signers[4].address).call() == (1, time, 0)
        assert _writer(world, 4) == 1

    def test_refuses_an_unknown_member_the_zero_address_and_an_address_that_is_in_use(self, world):
        with pytest.raises(Refused, match="UnknownMember"):
            world.as_council(actions.add_signer(4, b"\7" * 20))
        with pytest.raises(Refused, match=r"ZeroSigner\(\)"):
            world.as_council(actions.add_signer(1, bytes(20)))
        with pytest.raises(Refused, match=r"SignerTaken\(signer=0x.{40}, memberId=2\)"):
            world.as_council(actions.add_signer(1, world.address(world.signers[1])))

    def test_a_revoked_address_never_comes_back(self, world):
        gone = world.address(world.signers[1])
        world.decide(actions.revoke_signer(gone))
        for member_id in (1, 2):
            with pytest.raises(Refused, match=r"SignerTaken\(.*memberId=2\)"):
                world.as_council(actions.add_signer(member_id, gone))


class TestRevokeSigner:
    def test_ends_the_key_and_keeps_when_it_was_active(self, world):
        before = world.members.functions.signer(world.signers[1].address).call()
        receipt = world.decide(actions.revoke_signer(world.address(world.signers[1])))
        time = world.time(receipt)
        [log] = world.logs(world.members, "SignerRevoked", receipt)
        assert log == {"memberId": 2, "signer": world.signers[1].address, "activeUntil": time}
        assert world.members.functions.signer(world.signers[1].address).call() == (2, before[1], time)
        assert (_writer(world, 1), _writer(world, 2)) == (0, 2), "the member's other key still writes"

    def test_refuses_a_key_that_is_not_active(self, world):
        with pytest.raises(Refused, match="NotAnActiveSigner"):
            world.as_council(actions.revoke_signer(world.address(world.stranger)))
        world.decide(actions.revoke_signer(world.address(world.signers[1])))
        with pytest.raises(Refused, match="NotAnActiveSigner"):
            world.as_council(actions.revoke_signer(world.address(world.signers[1])))


class TestRenounce:
    def test_a_signer_ends_itself_without_the_council(self, world):
        receipt = send(world.web3, world.signers[0], world.deployment.members, call_data(MEMBERS, "renounce"))
        [log] = world.logs(world.members, "SignerRevoked", receipt)
        assert log == {"memberId": 1, "signer": world.signers[0].address, "activeUntil": world.time(receipt)}
        assert _writer(world, 0) == 0

    def test_refuses_whoever_is_no_active_signer(self, world):
        for caller in (world.stranger, world.governors[0]):
            with pytest.raises(Refused, match="NotAnActiveSigner"):
                send(world.web3, caller, world.deployment.members, call_data(MEMBERS, "renounce"))


class TestPropose:
    def test_announces_the_call_under_the_hash_that_the_council_computes(self, world):
        action = actions.suspend(2)
        data = call_data(MEMBERS, "propose", world.deployment.members, action.data, 3)
        receipt = send(world.web3, world.signers[0], world.deployment.members, data)
        [log] = world.logs(world.members, "Proposed", receipt)
        assert log == {
            "safeTxHash": world.council.safe_tx_hash(action, 3),
            "nonce": 3,
            "proposer": world.signers[0].address,
            "target": world.members.address,
            "data": action.data,
        }

    def test_owners_and_signers_in_good_standing_may_propose_whatever_their_role(self, world):
        data = call_data(MEMBERS, "propose", world.deployment.members, b"", 0)
        for caller in (world.governors[2], world.signers[0], world.signers[3]):
            assert len(world.call(world.address(caller), world.deployment.members, data)) == 32

    def test_strangers_revoked_keys_and_signers_of_a_suspended_member_may_not(self, world):
        world.decide(actions.suspend(2))
        world.decide(actions.revoke_signer(world.address(world.signers[0])))
        data = call_data(MEMBERS, "propose", world.deployment.members, b"", 9)
        for caller in (world.stranger, world.signers[0], world.signers[1]):
            with pytest.raises(Refused, match=r"NotAProposer\(caller=0x"):
                world.call(world.address(caller), world.deployment.members, data)

    def test_refuses_a_nonce_that_is_past(self, world):
        world.decide(actions.suspend(2))
        data = call_data(MEMBERS, "propose", world.deployment.members, b"", 0)
        with pytest.raises(Refused, match=r"StaleNonce\(nonce=0, councilNonce=1\)"):
            world.call(world.address(world.governors[0]), world.deployment.members, data)


class TestViews:
    def test_writer_of_is_zero_for_strangers_and_for_members_without_the_writer_role(self, world):
        assert [_writer(world, n) for n in range(5)] == [1, 2, 2, 0, 0]

    def test_what_was_never_recorded_is_all_zero(self, world):
        assert world.members.functions.member(9).call() == [(0, False, 0), bytes(32)]
        assert world.members.functions.signer(world.stranger.address).call() == (0, 0, 0)


def _writer(world, number):
    return world.members.functions.writerOf(world.signers[number].address).call()


def _creation(arguments):
    from eth_abi.abi import encode

    from ledger_client.contracts import artifact

    return artifact("Members").bytecode + encode(["address", "(string,string,uint8,address[])[]"], arguments)
