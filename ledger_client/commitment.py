"""One event as 32 bytes on the chain, and the disclosure of some of its properties (spec 4).

Takes a normalised event (`epcis.normalise`) and a record's secret; gives the commitment that is anchored and the
disclosures that go into proof bundles. A disclosure speaks of the properties it shows and of nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise

from ledger_client import canonical, merkle
from ledger_client.errors import InvalidInput

SECRET_SIZE = SALT_SIZE = 32
EVENT_ID = "eventID"  # shown in every disclosure (spec 4.5)

_INNER = bytes(i ^ 0x36 for i in range(256))
_OUTER = bytes(i ^ 0x5C for i in range(256))
_LEAF = sha256(b"\x00")  # copied for each leaf: half the time of a new hash object


@dataclass(frozen=True, slots=True)
class Property:
    """One disclosed top-level property of an event, with what ties it to the commitment."""

    name: str
    value: str  # RFC 8785 text
    salt: bytes  # 32 bytes
    index: int  # place among the event's properties, sorted by name
    path: tuple[bytes, ...]  # audit path from the leaf up, 32 bytes each

    def root(self, size: int, known: dict[bytes, bytes] | None = None) -> bytes:
        """The root that this property leads to in a tree of `size` properties; InvalidInput for an impossible path."""
        return merkle.root_of_path(leaf(self.name, self.value, self.salt), self.index, size, self.path, known)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Some properties of one event of `size` properties, in order of their index."""

    size: int
    properties: tuple[Property, ...]


def secret() -> bytes:
    """A fresh record secret: 32 bytes from the operating system (spec 4.1)."""
    return os.urandom(SECRET_SIZE)


def salts(secret: bytes, names: Collection[str]) -> list[bytes]:
    """HMAC-SHA256(secret, name) for each name (spec 4.1).

    The two keyed states are set up once and copied, which is half the time of one HMAC object per name.
    """
    if len(secret) != SECRET_SIZE:
        raise InvalidInput("secret", f"has {len(secret)} bytes, needs {SECRET_SIZE}")
    key = secret.ljust(64, b"\0")
    keyed_inner, keyed_outer = sha256(key.translate(_INNER)), sha256(key.translate(_OUTER))
    found = []
    for name in names:
        inner, outer = keyed_inner.copy(), keyed_outer.copy()
        inner.update(name.encode())
        outer.update(inner.digest())
        found.append(outer.digest())
    return found


def leaf(name: str, value: str, salt: bytes) -> bytes:
    """The leaf hash of one property; `value` is its RFC 8785 text (spec 4.2)."""
    return _leaf(name, value.encode(), salt)


def commit(event: Mapping[str, object], secret: bytes) -> bytes:
    """The commitment of a normalised event, 32 bytes (spec 4.4)."""
    return commit_values(canonical.properties(event), secret)


def commit_values(values: Mapping[str, bytes], secret: bytes) -> bytes:
    """The same of an event whose properties are RFC 8785 bytes already."""
    names = sorted(values)
    leaves = []
    for name, salt in zip(names, salts(secret, names), strict=True):
        state = _LEAF.copy()
        state.update(salt + _sized(name) + values[name])
        leaves.append(state.digest())
    return seal(len(leaves), merkle.root(leaves))


def seal(size: int, root: bytes) -> bytes:
    """The commitment over a tree: it binds the number of properties too, so that nobody can miscount what is withheld (spec 4.4)."""
    return sha256(b"\x02" + size.to_bytes(4, "big") + root).digest()


def disclose(event: Mapping[str, object], secret: bytes, names: Collection[str] | None = None) -> Disclosure:
    """Show the properties in `names` (all when None) and `eventID`; names that the event lacks are passed over (spec 4.5)."""
    ordered = sorted(event)
    values = [canonical.text(event[name]) for name in ordered]
    salted = salts(secret, ordered)
    rows = merkle.levels([leaf(*parts) for parts in zip(ordered, values, salted, strict=True)])
    shown = [i for i, name in enumerate(ordered) if names is None or name == EVENT_ID or name in names]
    return Disclosure(len(ordered), tuple(Property(ordered[i], values[i], salted[i], i, merkle.path(rows, i)) for i in shown))


def commitment_of(disclosure: Disclosure) -> bytes:
    """The one commitment that every disclosed property leads to.

    InvalidInput when nothing is disclosed, when two properties lead to different roots, or when names or indexes
    are not in one strictly rising order (so that no property can be shown twice with two values).
    """
    shown = disclosure.properties
    if not shown:
        raise InvalidInput("disclosed", "shows no property")
    for before, after in pairwise(shown):
        if not (before.name < after.name and before.index < after.index):
            raise InvalidInput(f"disclosed {after.name!r}", f"stands out of order after {before.name!r}")
    known: dict[bytes, bytes] = {}
    roots = {item.root(disclosure.size, known) for item in shown}
    if len(roots) > 1:
        raise InvalidInput("disclosed", f"its {len(shown)} properties lead to {len(roots)} different commitments")
    return seal(disclosure.size, roots.pop())


def _leaf(name: str, value: bytes, salt: bytes) -> bytes:
    state = _LEAF.copy()
    state.update(salt + _sized(name) + value)
    return state.digest()


@lru_cache(maxsize=4096)  # the names of properties, which are few
def _sized(name: str) -> bytes:
    named = name.encode()
    return len(named).to_bytes(4, "big") + named
