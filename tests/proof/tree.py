"""The commitment and the fold once more, as slowly and plainly as the spec words them: what the real ones are held against."""

from __future__ import annotations

import hashlib
import hmac
import json

from Crypto.Hash import keccak


def leaf(secret: bytes, name: str, text: str) -> bytes:
    """Spec 4.1 and 4.2."""
    salt = hmac.new(secret, name.encode(), hashlib.sha256).digest()
    size = len(name.encode()).to_bytes(4, "big")
    return hashlib.sha256(b"\x00" + salt + size + name.encode() + text.encode()).digest()


def root(leaves: list[bytes]) -> bytes:
    """RFC 6962 2.1: split at the largest power of two smaller than the number of leaves."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:])).digest()


def commitment(leaves: list[bytes]) -> bytes:
    """Spec 4.4."""
    return hashlib.sha256(b"\x02" + len(leaves).to_bytes(4, "big") + root(leaves)).digest()


def path(leaves: list[bytes], index: int) -> list[bytes]:
    """RFC 6962 2.1.1."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*path(leaves[:split], index), root(leaves[split:])]
    return [*path(leaves[split:], index - split), root(leaves[:split])]


def plain_json(value: object) -> str:
    """RFC 8785 for the values of the vectors: no fractions, names in the Basic Multilingual Plane."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fold(head: bytes, commitment: bytes, signer: bytes, time: int) -> bytes:
    """Spec 5.2, with another implementation of Keccak."""
    return keccak.new(digest_bits=256, data=head + commitment + signer + time.to_bytes(8, "big")).digest()[:28]
