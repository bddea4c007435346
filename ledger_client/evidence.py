"""The chain's own proof of an item's head, of its signers and of their members' profiles, all at one block.

From `eth_getProof` of a node to `prove`. The answers are put together only if they begin at the one header's state root, because
a node serves its latest state only (anvil, pruned nodes) and may mine a block between two answers: then all is asked again.
Whether the proofs hold is for `verify`; here the node's own reading of them is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from ledger_client.contracts import head_slot, profile_slot, signer_slot
from ledger_client.deployment import Deployment
from ledger_client.errors import EvidenceError, NodeRefused, NodeUnavailable
from ledger_client.header import BlockJson, block_of
from ledger_client.onchain import Block, Head, Signer, keccak
from ledger_client.rpc import Call, Rpc
from ledger_client.sentences import sentence

_TRIES = 8  # a block a second leaves time enough between two; eight misses are no coincidence

_LATEST = Call("eth_getBlockByNumber", ["latest", False], BlockJson)

Nodes = tuple[bytes, ...]  # trie nodes from the root down, RLP


@dataclass(frozen=True, slots=True)
class ProvenSigner:
    """A signer's slot in Members.sol and its proof."""

    signer: Signer
    proof: Nodes


@dataclass(frozen=True, slots=True)
class ProvenProfile:
    """A member's profile slot (keccak256 of name and endpoint) and its proof."""

    member_id: int
    profile: bytes
    proof: Nodes


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that one block's state says of an item. `block.rlp` is empty where the header's hash cannot be recomputed."""

    block: Block
    ledger: Nodes  # account proof of the ledger
    members: Nodes  # account proof of the members' contract
    head: Head
    slot: Nodes  # storage proof of the head
    signers: tuple[ProvenSigner, ...]
    profiles: tuple[ProvenProfile, ...]


class _StorageJson(msgspec.Struct):
    value: str
    proof: list[str]


class _ProofJson(msgspec.Struct, rename="camel"):
    account_proof: list[str]
    storage_proof: list[_StorageJson]


class _Asked(NamedTuple):
    deployment: Deployment
    item_id: bytes
    signers: Sequence[bytes]
    members: Sequence[int]


def fetch(
    rpc: Rpc,
    deployment: Deployment,
    item_id: bytes,
    signers: Sequence[bytes],
    members: Sequence[int],
    meanwhile: Iterator[object] | None = None,
) -> Evidence:
    """Ask for everything at the latest block; again when the head moved meanwhile. NodeUnavailable when it never stands still.

    All in one request at first; should that fail, the block first and then the proofs at its number, for gateways whose nodes
    do not stand at the same block. `meanwhile`: as in `Rpc.outcomes`, for the first answer.
    """
    asked, problem = _Asked(deployment, item_id, signers, members), None
    for attempt in range(_TRIES):
        try:
            return _at_once(rpc, asked, meanwhile) if attempt == 0 else _in_turn(rpc, asked)
        except (EvidenceError, NodeRefused) as moved:
            problem = moved
    raise NodeUnavailable(
        sentence(
            "the node gave no storage proof that holds against its own block, {tries} times: {problem}",
            tries=_TRIES,
            problem=problem.text if problem else "",
        )
    )


def _at_once(rpc: Rpc, asked: _Asked, meanwhile: Iterator[object] | None) -> Evidence:
    block, of_ledger, of_members = rpc.batch([_LATEST, *_proofs(asked, "latest")], meanwhile)
    return _checked(asked, block_of(block), of_ledger, of_members)


def _in_turn(rpc: Rpc, asked: _Asked) -> Evidence:
    block = block_of(rpc.call(*_LATEST))
    of_ledger, of_members = rpc.batch(_proofs(asked, hex(block.number)))
    return _checked(asked, block, of_ledger, of_members)


def _checked(asked: _Asked, block: Block, of_ledger: _ProofJson, of_members: _ProofJson) -> Evidence:
    """Put the answers together; EvidenceError when they are not of the block's state or not what was asked for."""
    _, _, signers, members = asked
    of_signers, of_profiles = of_members.storage_proof[: len(signers)], of_members.storage_proof[len(signers) :]
    counts, wanted = (len(of_ledger.storage_proof), len(of_signers), len(of_profiles)), (1, len(signers), len(members))
    if counts != wanted:
        raise EvidenceError("numbers of storage proofs", wanted, counts)
    head = of_ledger.storage_proof[0]
    return Evidence(
        block=block,
        ledger=_rooted(block, of_ledger),
        members=_rooted(block, of_members),
        head=Head.of_word(_word(head)),
        slot=_nodes(head.proof),
        signers=tuple(ProvenSigner(_signer(a, _word(of)), _nodes(of.proof)) for a, of in zip(signers, of_signers, strict=True)),
        profiles=tuple(ProvenProfile(n, _word(of), _nodes(of.proof)) for n, of in zip(members, of_profiles, strict=True)),
    )


def _rooted(block: Block, answer: _ProofJson) -> Nodes:
    """The account proof, which must begin at the block's state root."""
    nodes = _nodes(answer.account_proof)
    if not nodes or keccak(nodes[0]) != block.state_root:
        raise EvidenceError("root of an account proof", block.state_root, keccak(nodes[0]) if nodes else "nothing")
    return nodes


def _signer(address: bytes, word: bytes) -> Signer:
    """Read a signer's slot: 96 zero bits, active until (64), active from (64), member (32)."""
    return Signer(address, *(int.from_bytes(word[a:b], "big") for a, b in ((28, 32), (20, 28), (12, 20))))


def _proofs(asked: _Asked, at: str) -> list[Call]:
    """The two questions for proofs, at a block's number or tag."""
    of_members = [*map(signer_slot, asked.signers), *map(profile_slot, asked.members)]
    return [
        _proof(asked.deployment.ledger, [head_slot(asked.item_id)], at),
        _proof(asked.deployment.members, of_members, at),
    ]


def _proof(address: bytes, slots: Sequence[bytes], at: str) -> Call:
    return Call("eth_getProof", ["0x" + address.hex(), ["0x" + key.hex() for key in slots], at], _ProofJson)


def _nodes(texts: Sequence[str]) -> Nodes:
    try:
        return tuple([bytes.fromhex(text[2:]) for text in texts])
    except ValueError:
        raise NodeUnavailable("the node gave a storage proof that is not hex") from None


def _word(entry: _StorageJson) -> bytes:
    try:
        return int(entry.value, 16).to_bytes(32, "big")
    except (ValueError, OverflowError):
        raise NodeUnavailable(sentence("the node gave {value!r} as a storage word", value=entry.value[:80])) from None
