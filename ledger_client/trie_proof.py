"""Merkle Patricia proofs as `eth_getProof` gives them: what a state root says of an account, a storage root of a slot.

A proof is the list of trie nodes from the root towards the key (RLP). It can also show that the key is *not* there
(yellow paper, appendix D). Every byte of a proof is bound: a node that is not used makes the proof wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ledger_client import rlp
from ledger_client.errors import EvidenceError, InvalidInput
from ledger_client.onchain import keccak
from ledger_client.sentences import sentence

EMPTY_ROOT = keccak(rlp.encode(b""))
EMPTY_CODE = keccak(b"")


class Account(NamedTuple):
    """An account as the state trie holds it."""

    nonce: int
    balance: int
    storage_root: bytes
    code_hash: bytes


def account(state_root: bytes, address: bytes, proof: Sequence[bytes]) -> Account:
    """The account at an address (20 bytes) under a state root; EvidenceError when the proof does not lead there."""
    raw = value(state_root, keccak(address), proof)
    if raw is None:
        return Account(0, 0, EMPTY_ROOT, EMPTY_CODE)
    fields = _decoded(raw)
    if not isinstance(fields, list) or len(fields) != 4:
        raise EvidenceError("account in the state trie", "nonce, balance, storage root, code hash", raw)
    nonce, balance, storage_root, code_hash = map(_bytes, fields)
    return Account(int.from_bytes(nonce, "big"), int.from_bytes(balance, "big"), storage_root, code_hash)


def slot(storage_root: bytes, key: bytes, proof: Sequence[bytes]) -> bytes:
    """The 32-byte word of a storage slot, zero when it was never written; EvidenceError when the proof does not hold."""
    raw = value(storage_root, keccak(key), proof)
    return bytes(32) if raw is None else _bytes(_decoded(raw)).rjust(32, b"\0")


def value(root: bytes, path: bytes, proof: Sequence[bytes]) -> bytes | None:
    """What the trie with this root holds at a path of 32 bytes, None when it holds nothing.

    EvidenceError when a node does not hash to the reference above it, when the proof ends before an answer or goes on after it.
    """
    return _value(root, path, tuple(proof))


@lru_cache(maxsize=1024)  # a pure function of bytes: the contracts, signers and members of a block are proven for each item
def _value(root: bytes, path: bytes, proof: tuple[bytes, ...]) -> bytes | None:
    if root == EMPTY_ROOT and list(proof) in ([], [b"\x80"]):  # nodes spell the empty trie both ways
        return None
    nibbles, expected, rest = path.hex(), root, list(proof)
    while True:
        if not rest:
            raise EvidenceError("trie proof", "a node that hashes to 0x" + expected.hex(), "the proof's end")
        raw = rest.pop(0)
        if keccak(raw) != expected:
            raise EvidenceError("trie node's hash", expected, keccak(raw))
        found, onward = _descend(_decoded(raw), nibbles)
        if onward is not None:
            expected, nibbles = found, onward
        elif rest:
            raise EvidenceError("trie proof", "its end", sentence("{count} nodes more", count=len(rest)))
        else:
            return found or None


def _descend(node: rlp.Item, nibbles: str) -> tuple[bytes, str | None]:
    """Follow a path within one node and the nodes embedded in it (shorter than 32 bytes).

    Gives (reference, remaining path) to go on, or (value, None); an empty value says that nothing is there.
    """
    while True:
        if not isinstance(node, list) or len(node) not in {2, 17}:
            raise EvidenceError("trie node", "a branch, an extension or a leaf", "something else")
        if len(node) == 17:
            if not nibbles:
                return _bytes(node[16]), None
            node, nibbles = node[int(nibbles[0], 16)], nibbles[1:]
        else:
            part, is_leaf = _unpacked(_bytes(node[0]))
            if is_leaf:
                return (_bytes(node[1]), None) if part == nibbles else (b"", None)
            if not nibbles.startswith(part):
                return b"", None
            node, nibbles = node[1], nibbles[len(part) :]
        if isinstance(node, bytes):
            if len(node) not in {0, 32}:
                raise EvidenceError("trie node's reference", "a hash of 32 bytes", node)
            return node, nibbles if node else None


def _unpacked(packed: bytes) -> tuple[str, bool]:
    """A hex-prefix encoded path (yellow paper, appendix C): its nibbles, and whether the node is a leaf."""
    text = packed.hex()
    if not text or text[0] not in "0123" or (text[0] in "02" and text[1] != "0"):
        raise EvidenceError("trie node's path", "a hex-prefix code", "0x" + text)
    return text[1 if text[0] in "13" else 2 :], text[0] in "23"


def _decoded(raw: bytes) -> rlp.Item:
    try:
        return rlp.decode(raw)
    except InvalidInput as problem:
        raise EvidenceError("trie node", "RLP", str(problem)) from None


def _bytes(item: rlp.Item) -> bytes:
    if isinstance(item, bytes):
        return item
    raise EvidenceError("trie node", "bytes", "a list")
