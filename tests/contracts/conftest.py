"""A consortium on an in-process chain: real EVM, real Safe, real contracts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount
from web3 import Web3
from web3.contract import Contract
from web3.types import TxReceipt

from ledger_client.calls import call_data
from ledger_client.contracts import artifact
from ledger_client.council import Action, Council
from ledger_client.council.sending import node_errors, send
from ledger_client.deployment import Deployment
from ledger_client.onchain import Role
from scripts.deploy import Founder, deploy
from scripts.rehearsal import rehearsal_chain

GOVERNORS = [Account.from_key(bytes([1]) * 31 + bytes([n])) for n in range(1, 5)]
SIGNERS = [Account.from_key(bytes([2]) * 31 + bytes([n])) for n in range(1, 9)]
STRANGER = Account.from_key(bytes([3]) * 32)


def address(account: LocalAccount) -> bytes:
    return bytes.fromhex(account.address[2:])


FOUNDERS = [
    Founder("North Farm", "https://farm.example", Role.WRITER, address(GOVERNORS[0]), (address(SIGNERS[0]),)),
    Founder("East Dairy", "https://dairy.example", Role.WRITER | Role.OPERATOR, address(GOVERNORS[1]), tuple(map(address, SIGNERS[1:3]))),
    Founder("Food Office", "", Role.AUDITOR, address(GOVERNORS[2]), (address(SIGNERS[3]),)),
]


@dataclass(frozen=True)
class World:
    """Three members, a council of 2 of 3; SIGNERS[0] writes for 1, [1] and [2] for 2, [3] belongs to auditor 3, the rest are unknown."""

    web3: Web3
    deployment: Deployment
    governors = GOVERNORS
    signers = SIGNERS
    stranger = STRANGER
    address = staticmethod(address)

    @property
    def council(self) -> Council:
        return Council(self.web3, self.deployment)

    @property
    def members(self) -> Contract:
        return self.web3.eth.contract(Web3.to_checksum_address(self.deployment.members), abi=artifact("Members").abi)

    @property
    def ledger(self) -> Contract:
        return self.web3.eth.contract(Web3.to_checksum_address(self.deployment.ledger), abi=artifact("Ledger").abi)

    def decide(self, action: Action) -> TxReceipt:
        """Propose, approve by two governors, execute."""
        proposal = self.council.propose(GOVERNORS[0], action)
        for governor in GOVERNORS[:2]:
            self.council.approve(governor, proposal.safe_tx_hash)
        return self.council.execute(STRANGER, proposal.safe_tx_hash)

    def as_council(self, action: Action) -> None:
        """Only ask what would happen if the council did it: raises Refused with the contract's reason."""
        self.call(self.deployment.council, self.deployment.members, action.data)

    def call(self, sender: bytes, to: bytes, data: bytes) -> bytes:
        with node_errors():
            return bytes(self.web3.eth.call({"from": Web3.to_checksum_address(sender), "to": Web3.to_checksum_address(to), "data": data}))

    def anchor(self, signer: LocalAccount, item_ids: Sequence[bytes], commitments: Sequence[bytes]) -> TxReceipt:
        return send(self.web3, signer, self.deployment.ledger, call_data("Ledger", "anchor", item_ids, commitments))

    def time(self, receipt: TxReceipt) -> int:
        return self.web3.eth.get_block(receipt["blockNumber"])["timestamp"]

    def logs(self, contract: Contract, event: str, receipt: TxReceipt) -> list[dict[str, object]]:
        return [dict(log["args"]) for log in contract.events[event]().get_logs(from_block=receipt["blockNumber"])]


@pytest.fixture(scope="session")
def founded() -> World:
    web3 = rehearsal_chain([*GOVERNORS, *SIGNERS, STRANGER])
    return World(web3, deploy(web3, STRANGER, FOUNDERS, threshold=2))


@pytest.fixture
def world(founded: World) -> Iterator[World]:
    """The consortium as founded, whatever earlier tests did to it."""
    tester = founded.web3.provider.ethereum_tester
    snapshot = tester.take_snapshot()
    yield founded
    tester.revert_to_snapshot(snapshot)
