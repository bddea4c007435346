"""A proposal as published in the logs of Members.sol, checked against its hash."""

from __future__ import annotations

from dataclasses import dataclass, replace

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from web3.types import LogReceipt

from ledger_client.council.actions import COUNCIL, MEMBERS, Action, describe
from ledger_client.council.safe import safe_tx_hash
from ledger_client.deployment import Deployment
from ledger_client.errors import EvidenceError
from ledger_client.onchain import keccak

PROPOSED = keccak(b"Proposed(bytes32,uint256,address,address,bytes)")  # topic 0 of its log


@dataclass(frozen=True, slots=True)
class Proposal:
    """A call that the council was asked to make, and how far it has come."""

    safe_tx_hash: bytes  # 32 bytes, what owners approve
    nonce: int  # the council's nonce at which it can be executed
    proposer: bytes
    target: bytes
    action: Action
    block: int  # where it was published
    approvals: tuple[bytes, ...] = ()  # present owners that approved
    threshold: int = 0  # approvals that it needs

    @property
    def approved(self) -> bool:
        """Whether enough owners approved."""
        return len(self.approvals) >= self.threshold

    def describe(self) -> str:
        """The call in words."""
        return describe(self.action)

    def approved_by(self, owners: tuple[bytes, ...], threshold: int) -> Proposal:
        """The same proposal with its approvals."""
        return replace(self, approvals=owners, threshold=threshold)


def read_proposal(log: LogReceipt, deployment: Deployment) -> Proposal:
    """Read a log of `Proposed`; raises EvidenceError if its content does not hash to what it asks to approve."""
    topics = [bytes(topic) for topic in log["topics"]]
    try:
        target_text, data = decode(["address", "bytes"], bytes(log["data"]))
        _, said, nonce_word, proposer_word = topics
    except (DecodingError, ValueError):
        raise EvidenceError(f"proposal in block {log['blockNumber']}", "a log of Proposed", bytes(log["data"])) from None
    target, nonce = bytes.fromhex(target_text[2:]), int.from_bytes(nonce_word, "big")
    found = safe_tx_hash(deployment.chain_id, deployment.council, target, data, nonce)
    if found != said:
        raise EvidenceError(f"hash of the proposal in block {log['blockNumber']}", said, found)
    contract = {deployment.members: MEMBERS, deployment.council: COUNCIL}.get(target, "")
    return Proposal(said, nonce, proposer_word[12:], target, Action(contract, data), log["blockNumber"])
