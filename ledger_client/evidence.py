"""The chain's own proof of an item's head, of its signers and of their members' profiles, all at one block.

From `eth_getProof` of a node to `prove`. The answers are put together only if they hold against the one header, because a
node serves its latest state only (anvil, pruned nodes) and may mine a block between two answers: then all is asked again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from ledger_client.contracts import head_slot, profile_slot, signer_slot
from ledger_client.deployment import Deployment
from ledger_client.errors import EvidenceError, NodeRefused, NodeUnavailable
from ledger_client.header import BlockJson, block_of
from ledger_client.onchain import Block, Head, Signer
from ledger_client.rpc import Call, Rpc
from ledger_client.trie_proof import account, slot

_TRIES = 8  # a block a second leaves time enough between two; eight misses are no coincidence

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
    key: str
    proof: list[str]


class _ProofJson(msgspec.Struct, rename="camel"):
    account_proof: list[str]
    storage_proof: list[_StorageJson]


class _Asked(NamedTuple):
    deployment: Deployment
    item_id: bytes
    signers: Sequence[bytes]
    members: Sequence[int]


def fetch(rpc: Rpc, deployment: Deployment, item_id: bytes, signers: Sequence[bytes], members: Sequence[int]) -> Evidence:
    """Ask for everything at the latest block; again when the head moved meanwhile. NodeUnavailable when it never stands still."""
    latest = Call("eth_getBlockByNumber", ["latest", False], BlockJson)
    slots = [*map(signer_slot, signers), *map(profile_slot, members)]
    problem: Exception | None = None
    for _ in range(_TRIES):
        block = block_of(rpc.call(*latest))
        try:
            of_ledger, of_members = rpc.batch(
                [
                    _proof(deployment.ledger, [head_slot(item_id)], block.number),
                    _proof(deployment.members, slots, block.number),
                ],
            )
            return _checked(_Asked(deployment, item_id, signers, members), block, of_ledger, of_members)
        except (EvidenceError, NodeRefused) as moved:
            problem = moved
    raise NodeUnavailable(f"the node gave no storage proof that holds against its own block, {_TRIES} times: {problem}")


def _checked(asked: _Asked, block: Block, of_ledger: _ProofJson, of_members: _ProofJson) -> Evidence:
    """Read the proven values out of the proofs; EvidenceError when one does not hold against the block's state root."""
    deployment, item_id, signers, members = asked
    ledger_nodes, members_nodes = _nodes(of_ledger.account_proof), _nodes(of_members.account_proof)
    ledger_root = account(block.state_root, deployment.ledger, ledger_nodes).storage_root
    members_root = account(block.state_root, deployment.members, members_nodes).storage_root
    if len(of_ledger.storage_proof) != 1 or len(of_members.storage_proof) != len(signers) + len(members):
        raise EvidenceError("storage proofs", 1 + len(signers) + len(members), len(of_ledger.storage_proof) + len(of_members.storage_proof))
    head_nodes = _nodes(of_ledger.storage_proof[0].proof)
    proofs = [_nodes(entry.proof) for entry in of_members.storage_proof]
    return Evidence(
        block=block,
        ledger=ledger_nodes,
        members=members_nodes,
        head=Head.of_word(slot(ledger_root, head_slot(item_id), head_nodes)),
        slot=head_nodes,
        signers=tuple(
            ProvenSigner(_signer(address, slot(members_root, signer_slot(address), nodes)), nodes)
            for address, nodes in zip(signers, proofs, strict=False)
        ),
        profiles=tuple(
            ProvenProfile(number, slot(members_root, profile_slot(number), nodes), nodes)
            for number, nodes in zip(members, proofs[len(signers) :], strict=True)
        ),
    )


def _signer(address: bytes, word: bytes) -> Signer:
    """Read a signer's slot: 96 zero bits, active until (64), active from (64), member (32)."""
    return Signer(address, *(int.from_bytes(word[a:b], "big") for a, b in ((28, 32), (20, 28), (12, 20))))


def _proof(address: bytes, slots: Sequence[bytes], number: int) -> Call:
    return Call("eth_getProof", ["0x" + address.hex(), ["0x" + key.hex() for key in slots], hex(number)], _ProofJson)


def _nodes(texts: Sequence[str]) -> Nodes:
    try:
        return tuple(bytes.fromhex(text[2:]) for text in texts)
    except ValueError:
        raise NodeUnavailable("the node gave a storage proof that is not hex") from None
