"""What the chain says, as plain values, and the fold that binds an item's anchors together.

Filled by `chain` (from a node) and by `bundle` (from a file); read by `verify` and by the indexer.
Rules: docs/spec.md sections 5 and 6.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntFlag
from typing import NamedTuple, Protocol

from sha3 import keccak_256

ZERO_HEAD = bytes(28)


class Anchor(NamedTuple):
    """One commitment recorded for one item. A tuple, because a mirror makes millions of them."""

    position: int  # 1, 2, 3 … over the whole ledger, without a gap
    item_id: bytes  # 32 bytes
    seq: int  # 1, 2, 3 … within the item, without a gap
    commitment: bytes  # 32 bytes
    signer: bytes  # 20 bytes
    member_id: int
    time: int  # block timestamp, Unix seconds
    block_number: int
    block_hash: bytes  # 32 bytes
    log_index: int
    tx_hash: bytes  # 32 bytes


class Head(NamedTuple):
    """The fold of all of an item's anchors, and their count: the item's one storage slot."""

    head: bytes  # 28 bytes
    count: int  # type: ignore[assignment]  # the field's own name; nobody calls tuple.count on a head

    @classmethod
    def of_word(cls, word: bytes) -> Head:
        """Read a storage word of 32 bytes: count in the upper 4, head in the lower 28."""
        return cls(word[4:32], int.from_bytes(word[:4], "big"))

    def word(self) -> bytes:
        """The 32-byte storage word of this head."""
        return self.count.to_bytes(4, "big") + self.head


NO_HEAD = Head(ZERO_HEAD, 0)


@dataclass(frozen=True, slots=True)
class Block:
    """A block header, as far as we use it. `rlp` is the header's RLP encoding; its keccak256 is `hash`."""

    number: int
    hash: bytes
    parent_hash: bytes
    time: int  # Unix seconds
    state_root: bytes
    rlp: bytes = b""


class Role(IntFlag):
    """What a member may do; a bit mask, the same bits as in IMembers.sol."""

    WRITER = 1
    AUDITOR = 2
    OPERATOR = 4


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation of the consortium."""

    member_id: int
    name: str
    endpoint: str  # https URL of its public API, may be empty
    roles: Role
    suspended: bool
    since: int  # Unix seconds


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that writes for a member, from `active_from` until before `active_until`."""

    address: bytes  # 20 bytes
    member_id: int
    active_from: int  # Unix seconds
    active_until: int  # Unix seconds, 0 while it is active

    def active_at(self, time: int) -> bool:
        """Whether the key could write in a block of that time.

        A block that revokes a key may hold an anchor of that key written before the revocation,
        so the second of the revocation itself still counts as active.
        """
        return self.active_from <= time and (not self.active_until or time <= self.active_until)


def keccak(data: bytes) -> bytes:
    """Keccak-256 as Ethereum uses it (not FIPS 202 SHA3-256)."""
    return bytes(keccak_256(data).digest())


def item_id(code: str) -> bytes:
    """The name of an item on the chain: keccak256 of its canonical code in UTF-8."""
    return keccak(code.encode())


def fold(head: bytes, commitment: bytes, signer: bytes, time: int) -> bytes:
    """The next head of 28 bytes; `Ledger.sol` computes the same (spec 5.2)."""
    return bytes(keccak_256(head + commitment + signer + time.to_bytes(8, "big")).digest()[:28])


class Foldable(Protocol):
    """What the fold takes of an anchor, whether it comes from a chain or from a bundle."""

    @property
    def commitment(self) -> bytes:
        """32 bytes."""

    @property
    def signer(self) -> bytes:
        """20 bytes."""

    @property
    def time(self) -> int:
        """Unix seconds."""


def fold_all(anchors: Iterable[Foldable]) -> Head:
    """The head and count of an item whose anchors are given in order of `seq`."""
    head, count = NO_HEAD
    for anchor in anchors:
        head, count = fold(head, anchor.commitment, anchor.signer, anchor.time), count + 1
    return Head(head, count)
