"""The tree of RFC 6962 section 2.1 over SHA-256: root, audit path, and the way back from a path to the root.

Leaves are 32-byte hashes that the caller made (`commitment`), so the leaf prefix 0x00 is the caller's; nodes take 0x01.
An audit path is read with its leaf's index and the tree's size, so that it can have one length only (RFC 9162 2.1.3.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from ledger_client.errors import InvalidInput

HASH_SIZE = 32
_NODE = sha256(b"\x01")  # copied for each node: half the time of a new hash object


def node(children: bytes) -> bytes:
    """The hash of two neighbours, one behind the other: SHA-256(0x01, left, right) (spec 4.3)."""
    state = _NODE.copy()
    state.update(children)
    return state.digest()


def levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """All hashes of the tree, leaves first, root last; a last hash without a partner moves up as it is.

    Pairing neighbours from the left gives the same tree as splitting at the largest power of two (RFC 6962 2.1).
    """
    rows = [list(leaves)]
    while len(rows[-1]) > 1:
        row = rows[-1]
        above = [node(row[i] + row[i + 1]) for i in range(0, len(row) - 1, 2)]
        rows.append([*above, row[-1]] if len(row) % 2 else above)
    return rows


def root(leaves: Sequence[bytes]) -> bytes:
    """The root of one or more leaf hashes; InvalidInput when there are none."""
    if not leaves:
        raise InvalidInput("leaves", "a tree needs at least one leaf")
    return levels(leaves)[-1][0]


def path(rows: Sequence[Sequence[bytes]], index: int) -> tuple[bytes, ...]:
    """The audit path of leaf `index` from the leaf up (RFC 6962 2.1.1); `rows` come from `levels`."""
    found = []
    for row in rows[:-1]:
        if (partner := index ^ 1) < len(row):
            found.append(row[partner])
        index >>= 1
    return tuple(found)


def root_of_path(leaf: bytes, index: int, size: int, nodes: Sequence[bytes], known: dict[bytes, bytes] | None = None) -> bytes:
    """The root that a leaf hash, its index and its audit path lead to.

    InvalidInput when `index` is outside the tree or the path has a node too many or too few, so that
    of all paths exactly one length is accepted for each index and size (RFC 9162 2.1.3.2).
    `known` remembers nodes by their two children between the paths of one tree, which share most of them.
    """
    known = {} if known is None else known
    if not 0 <= index < size:
        raise InvalidInput("index", f"{index} is outside a tree of {size} leaves")
    here, place, last, used = leaf, index, size - 1, 0
    while last:
        if place % 2 or place < last:
            if used == len(nodes):
                raise InvalidInput("path", f"has {len(nodes)} nodes, leaf {index} of {size} needs more")
            pair = nodes[used] + here if place % 2 else here + nodes[used]
            here = known.get(pair) or known.setdefault(pair, node(pair))
            used += 1
        place, last = place >> 1, last >> 1
    if used != len(nodes):
        raise InvalidInput("path", f"has {len(nodes)} nodes, leaf {index} of {size} needs {used}")
    return here
