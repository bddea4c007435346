"""Random sequences of everything that can happen, against a plain Python model of members and ledger.

The council is one key with a threshold of one, so that a decision is one transaction; its m-of-n is test_council's subject.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from eth_account import Account
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from web3 import Web3

from ledger_client.calls import call_data
from ledger_client.contracts import (
    artifact,
    head_slot,
    member_count_slot,
    profile_slot,
    profile_word,
    signer_slot,
    signer_word,
    standing_slot,
    standing_word,
    total_slot,
)
from ledger_client.council import Action, actions
from ledger_client.council.safe import execution
from ledger_client.council.sending import send
from ledger_client.deployment import Deployment
from ledger_client.errors import Refused
from ledger_client.onchain import NO_HEAD, Head, Role, fold
from scripts.deploy import Founder, deploy
from scripts.rehearsal import rehearsal_chain

GOVERNOR = Account.from_key(b"\1" * 32)
KEYS = [Account.from_key(b"\2" * 31 + bytes([n])) for n in range(1, 4)]  # few, so that a random key often has a past
ADDRESSES = [bytes.fromhex(key.address[2:]) for key in KEYS]
ITEMS = [bytes([n]) * 32 for n in range(1, 5)]

keys = st.integers(0, len(KEYS) - 1)
member_ids = st.sampled_from([1, 1, 2, 2, 3, 0])
roles = st.integers(0, 7).map(Role)
batches = st.lists(st.tuples(st.sampled_from(ITEMS), st.binary(min_size=32, max_size=32).filter(any)), min_size=1, max_size=5)


@dataclass
class ModelMember:
    name: str
    roles: Role
    since: int
    suspended: bool = False


@dataclass
class ModelSigner:
    member_id: int
    active_from: int
    active_until: int = 0


@dataclass
class Model:
    """What should be on the chain, in plain Python."""

    members: list[ModelMember] = field(default_factory=list)  # number 1 is at index 0
    signers: dict[bytes, ModelSigner] = field(default_factory=dict)
    heads: dict[bytes, Head] = field(default_factory=dict)
    anchors: list[tuple[object, ...]] = field(default_factory=list)

    def member(self, member_id: int) -> ModelMember | None:
        return self.members[member_id - 1] if 0 < member_id <= len(self.members) else None

    def writer_of(self, address: bytes) -> int:
        signer = self.signers.get(address)
        if signer is None or signer.active_until:
            return 0
        member = self.members[signer.member_id - 1]
        return signer.member_id if Role.WRITER in member.roles and not member.suspended else 0


class Consortium(RuleBasedStateMachine):
    """Each rule does one thing on both sides and expects both to agree on whether it is allowed."""

    web3: Web3
    deployment: Deployment

    @initialize()
    def found(self) -> None:
        self.web3.provider.ethereum_tester.revert_to_snapshot(self.snapshot)
        type(self).snapshot = self.web3.provider.ethereum_tester.take_snapshot()
        since = self.web3.eth.get_block(self.deployment.block)["timestamp"]
        self.model = Model([ModelMember("Founder", Role.WRITER, since)], {ADDRESSES[0]: ModelSigner(1, since)})
        self.seen: list[tuple[object, ...]] = []

    @rule(name=st.sampled_from(["North", "东方"]), roles=roles)
    def admit(self, name: str, roles: Role) -> None:
        time = self.decide(actions.admit(name, "", roles), allowed=True)
        self.model.members.append(ModelMember(name, roles, time))

    @rule(member_id=member_ids)
    def suspend(self, member_id: int) -> None:
        member = self.model.member(member_id)
        if self.decide(actions.suspend(member_id), allowed=member is not None and not member.suspended):
            member.suspended = True

    @rule(member_id=member_ids)
    def reinstate(self, member_id: int) -> None:
        member = self.model.member(member_id)
        if self.decide(actions.reinstate(member_id), allowed=member is not None and member.suspended):
            member.suspended = False

    @rule(member_id=member_ids, roles=roles)
    def set_roles(self, member_id: int, roles: Role) -> None:
        member = self.model.member(member_id)
        if self.decide(actions.set_roles(member_id, roles), allowed=member is not None):
            member.roles = roles

    @rule(member_id=member_ids)
    def rename(self, member_id: int) -> None:
        member = self.model.member(member_id)
        if self.decide(actions.set_profile(member_id, "Renamed", ""), allowed=member is not None):
            member.name = "Renamed"

    @rule(member_id=member_ids, key=keys)
    def add_signer(self, member_id: int, key: int) -> None:
        allowed = self.model.member(member_id) is not None and ADDRESSES[key] not in self.model.signers
        time = self.decide(actions.add_signer(member_id, ADDRESSES[key]), allowed)
        if time:
            self.model.signers[ADDRESSES[key]] = ModelSigner(member_id, time)

    @rule(key=keys)
    def revoke(self, key: int) -> None:
        signer = self.model.signers.get(ADDRESSES[key])
        time = self.decide(actions.revoke_signer(ADDRESSES[key]), allowed=signer is not None and not signer.active_until)
        if time:
            signer.active_until = time

    @precondition(lambda self: any(signer.active_until for signer in self.model.signers.values()))
    @rule(member_id=member_ids)
    def bring_back_a_revoked_key(self, member_id: int) -> None:
        gone = next(address for address, signer in self.model.signers.items() if signer.active_until)
        self.decide(actions.add_signer(member_id, gone), allowed=False)

    @rule(key=keys)
    def renounce(self, key: int) -> None:
        signer = self.model.signers.get(ADDRESSES[key])
        data = call_data("Members", "renounce")
        time = self.attempt(KEYS[key], self.deployment.members, data, allowed=signer is not None and not signer.active_until)
        if time:
            signer.active_until = time

    @precondition(lambda self: any(map(self.model.writer_of, ADDRESSES)))
    @rule(choice=keys, pairs=batches)
    def anchor_by_a_writer(self, choice: int, pairs: list[tuple[bytes, bytes]]) -> None:
        writers = [key for key, address in enumerate(ADDRESSES) if self.model.writer_of(address)]
        self.attempt_anchor(writers[choice % len(writers)], pairs)

    @rule(key=keys, pairs=batches)
    def anchor(self, key: int, pairs: list[tuple[bytes, bytes]]) -> None:
        self.attempt_anchor(key, pairs)

    def attempt_anchor(self, key: int, pairs: list[tuple[bytes, bytes]]) -> None:
        member_id = self.model.writer_of(ADDRESSES[key])
        data = call_data("Ledger", "anchor", [item_id for item_id, _ in pairs], [commitment for _, commitment in pairs])
        time = self.attempt(KEYS[key], self.deployment.ledger, data, allowed=member_id != 0)
        for item_id, commitment in pairs if time else []:
            before = self.model.heads.get(item_id, NO_HEAD)
            after = Head(fold(before.head, commitment, ADDRESSES[key], time), before.count + 1)
            self.model.heads[item_id] = after
            position = len(self.model.anchors) + 1
            self.model.anchors.append((position, item_id, after.count, commitment, ADDRESSES[key], member_id))

    @invariant()
    def every_slot_is_the_models(self) -> None:
        ledger, members = self.deployment.ledger, self.deployment.members
        for item_id in ITEMS:
            assert self.slot(ledger, head_slot(item_id)) == self.model.heads.get(item_id, NO_HEAD).word()
        assert int.from_bytes(self.slot(ledger, total_slot()), "big") == len(self.model.anchors)
        assert int.from_bytes(self.slot(members, member_count_slot()), "big") == len(self.model.members)
        for number, member in enumerate(self.model.members, 1):
            assert self.slot(members, standing_slot(number)) == standing_word(member.roles, member.suspended, member.since)
            assert self.slot(members, profile_slot(number)) == profile_word(member.name, "")
        for address in ADDRESSES:
            signer = self.model.signers.get(address, ModelSigner(0, 0))
            assert self.slot(members, signer_slot(address)) == signer_word(signer.member_id, signer.active_from, signer.active_until)

    @invariant()
    def those_may_write_who_may_in_the_model(self) -> None:
        writers = [self.members.functions.writerOf(address).call() for address in ADDRESSES]
        assert writers == [self.model.writer_of(address) for address in ADDRESSES]

    def teardown(self) -> None:
        """Past anchors never change: the logs of the whole run are what was written, each by a then-active writer."""
        if not hasattr(self, "model"):
            return
        logs = [log["args"] for log in self.ledger.events.Anchored().get_logs(from_block=self.deployment.block)]
        found = [(a["position"], a["itemId"], a["seq"], a["commitment"], bytes.fromhex(a["signer"][2:]), a["memberId"]) for a in logs]
        assert found == self.model.anchors

    def decide(self, action: Action, allowed: bool) -> int:
        """Let the council do it; the block's time, or 0 where it is refused as it should be."""
        return self.attempt(GOVERNOR, self.deployment.council, execution(self.deployment.members, action.data, [self.governor]), allowed)

    def slot(self, contract: bytes, slot: bytes) -> bytes:
        return bytes(self.web3.eth.get_storage_at(Web3.to_checksum_address(contract), int.from_bytes(slot, "big"))).rjust(32, b"\0")

    def attempt(self, sender: object, to: bytes, data: bytes, allowed: bool) -> int:
        if not allowed:
            with pytest.raises(Refused):
                send(self.web3, sender, to, data)
            return 0
        receipt = send(self.web3, sender, to, data)
        return self.web3.eth.get_block(receipt["blockNumber"])["timestamp"]


def test_no_sequence_of_decisions_and_anchors_departs_from_the_model():
    governor = bytes.fromhex(GOVERNOR.address[2:])
    web3 = rehearsal_chain([GOVERNOR, *KEYS])
    deployment = deploy(web3, GOVERNOR, [Founder("Founder", "", Role.WRITER, governor, (ADDRESSES[0],))], threshold=1)

    class OnThisChain(Consortium):
        pass

    OnThisChain.web3, OnThisChain.deployment, OnThisChain.governor = web3, deployment, governor
    OnThisChain.members = web3.eth.contract(Web3.to_checksum_address(deployment.members), abi=artifact("Members").abi)
    OnThisChain.ledger = web3.eth.contract(Web3.to_checksum_address(deployment.ledger), abi=artifact("Ledger").abi)
    OnThisChain.snapshot = web3.provider.ethereum_tester.take_snapshot()
    run_state_machine_as_test(OnThisChain, settings=settings(max_examples=10, stateful_step_count=40, deadline=None))
