"""What is kept of a term: a keyed hash, so that whoever has the database alone can neither read terms nor try some.

The key is the keyring's lookup key, which stays for good. Two terms of one hash only make the index propose a record in vain.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

FORM = "3"  # another one whenever `terms` changes: the index is then filled anew


def hashed(lookup: bytes, term: str) -> int:
    """63 bits, as both databases keep them."""
    return int.from_bytes(blake2b(term.encode(), digest_size=8, key=lookup, person=b"tl record term").digest()) >> 1


def all_hashed(lookup: bytes, terms: Iterable[str]) -> list[int]:
    """Each term's hash."""
    return [hashed(lookup, term) for term in terms]


def form(lookup: bytes) -> int:
    """What an index made with this key, by this version, is marked with."""
    return hashed(lookup, f"form {FORM}")
