"""Who of the council approved what, asked of the chain now. Light: no web3, so that a server may ask it for a page.

To propose, approve and execute takes keys, and is `council`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger_client.chain import Chain
from ledger_client.errors import WrongChain
from ledger_client.onchain import keccak
from ledger_client.rpc import Call
from ledger_client.rpc_hex import octets
from ledger_client.sentences import sentence

_OWNERS, _THRESHOLD, _NONCE = (keccak(name)[:4] for name in (b"getOwners()", b"getThreshold()", b"nonce()"))
_APPROVED = keccak(b"approvedHashes(address,bytes32)")[:4]


@dataclass(frozen=True, slots=True)
class Votes:
    """The council as it is: an owner that approves twice stands once."""

    owners: tuple[bytes, ...]  # in the Safe's order
    threshold: int  # approvals that a decision needs
    nonce: int  # of the next decision
    approvals: Mapping[bytes, tuple[bytes, ...]]  # by the proposal's hash: present owners that approved it


def votes(chain: Chain, proposals: Sequence[bytes]) -> Votes:
    """The council's owners, and their approvals of some proposals; raises NodeUnavailable, WrongChain."""
    owners, threshold, nonce = _ask(chain, [_OWNERS, _THRESHOLD, _NONCE])
    addresses = _addresses(owners)
    pairs = [(proposal, owner) for proposal in proposals for owner in addresses]
    answers = _ask(chain, [_APPROVED + owner.rjust(32, b"\0") + proposal for proposal, owner in pairs])
    approved = [pair for pair, answer in zip(pairs, answers, strict=True) if any(answer)]
    found = {proposal: tuple(owner for one, owner in approved if one == proposal) for proposal in proposals}
    return Votes(addresses, int.from_bytes(threshold, "big"), int.from_bytes(nonce, "big"), found)


def _ask(chain: Chain, questions: Sequence[bytes]) -> list[bytes]:
    council = "0x" + chain.deployment.council.hex()
    calls = [Call("eth_call", [{"to": council, "data": "0x" + data.hex()}, "latest"], str) for data in questions]
    answers = [octets(answer) for answer in chain.rpc.batch(calls)] if calls else []
    if short := next((answer for answer in answers if len(answer) < 32), None):
        raise WrongChain(
            sentence("contract at {address}", address=council), "an answer of the council", sentence("{count} bytes", count=len(short))
        )
    return answers


def _addresses(answer: bytes) -> tuple[bytes, ...]:
    """An array of addresses as Solidity returns it: offset, length, words."""
    words = [answer[i : i + 32] for i in range(64, len(answer), 32)]
    return tuple(word[12:] for word in words[: int.from_bytes(answer[32:64], "big")])
