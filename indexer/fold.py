"""Why a span is believed: each anchor continues the ledger's row of positions and its item's row of folds.

A pure rule over values: `follow` and `audit` hand in a span and the heads before it, and get rows to store. Rules: spec 5.1, 5.2,
decision 0002. Anything left out, put in, changed or moved by the node between two blocks breaks one of the two rows, at once or
at the comparison with the chain's own slots (`confirm`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sha3 import keccak_256

from indexer.span import Span
from ledger_client.errors import Fork, Incomplete
from ledger_client.onchain import NO_HEAD, Block

Row = tuple[int, bytes, int, bytes, bytes, int, int, int, int, bytes, bytes]
"""A row of `anchors`: position, item id, seq, commitment, signer, member id, time, block number, log index, tx hash, head."""


class Folded(NamedTuple):
    """The rows of a span, the heads of the items it touches, and how many of these are new."""

    rows: list[Row]
    heads: dict[bytes, tuple[bytes, int]]
    new_items: int


class Gap(Incomplete):
    """The ledger's positions do not continue; `found` is the position that came instead of the next one."""


def linked(span: Span, parent_hash: bytes) -> None:
    """Raise Fork unless the span's headers form a chain that continues from `parent_hash`."""
    expected = span.first - 1
    if len(span.blocks) != span.last - span.first + 2:
        raise Incomplete(f"headers of blocks {expected} to {span.last}", span.last - span.first + 2, len(span.blocks))
    if span.blocks[0].hash != parent_hash:
        raise Fork(f"hash of block {expected}", parent_hash, span.blocks[0].hash)
    before = span.blocks[0]
    for block in span.blocks[1:]:
        if block.number != before.number + 1:
            raise Incomplete("number of the next header", before.number + 1, block.number)
        if block.parent_hash != before.hash:
            raise Fork(f"parent of block {block.number}", before.hash, block.parent_hash)
        before = block
    for log in span.member_logs:
        if not span.first <= log.block_number <= span.last or log.block_hash != span.blocks[log.block_number - expected].hash:
            raise Fork(f"block {log.block_number} of a member event", "a block that was read", log.block_hash)


def fold(span: Span, position: int, heads: Mapping[bytes, tuple[bytes, int]]) -> Folded:
    """Check the span's anchors and fold them; `position` and `heads` (head, count) are those before the span.

    Raises Gap, Incomplete or Fork and changes nothing it was given.
    """
    rows: list[Row] = []
    touched: dict[bytes, tuple[bytes, int]] = {}
    current, block_hash, clock, last_index, new_items = -1, b"", b"", -1, 0
    append, before, now, nothing = rows.append, heads.get, touched.get, (NO_HEAD.head, NO_HEAD.count)
    for at, item, seq, commitment, signer, member, time, number, in_block, index, tx in span.anchors:
        position += 1
        if at != position:
            raise Gap(f"position of the next anchor, in block {number}", position, at)
        if number != current:
            block = _header(span, number, after=current)
            current, block_hash, clock, last_index = number, block.hash, block.time.to_bytes(8, "big"), -1
        if in_block != block_hash:
            raise Fork(f"block {number} of anchor {at}", block_hash, in_block)
        if index <= last_index or time != block.time:
            raise Incomplete(f"log index and time of anchor {at} in block {number}", (last_index + 1, block.time), (index, time))
        head, count = now(item) or before(item) or nothing
        if seq != count + 1:
            raise Incomplete(f"seq of anchor {at} of item 0x{item.hex()}", count + 1, seq)
        head = keccak_256(head + commitment + signer + clock).digest()[:28]
        touched[item] = (head, seq)
        new_items += seq == 1
        last_index = index
        append((at, item, seq, commitment, signer, member, time, number, index, tx, head))
    return Folded(rows, touched, new_items)


def _header(span: Span, number: int, after: int) -> Block:
    """The header of an anchor's block; anchors come in the order of blocks."""
    if not span.first <= number <= span.last or number <= after:
        raise Incomplete("block of the next anchor", f"{max(span.first, after + 1)} to {span.last}", number)
    return span.blocks[number - span.first + 1]


def writers(span: Span) -> dict[tuple[bytes, int], tuple[int, int]]:
    """Who wrote in the span: (signer, member id) -> times of the first and the last anchor."""
    found: dict[tuple[bytes, int], tuple[int, int]] = {}
    for anchor in span.anchors:
        who = (anchor.signer, anchor.member_id)
        found[who] = (found[who][0] if who in found else anchor.time, anchor.time)
    return found
