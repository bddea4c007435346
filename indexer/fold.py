"""Why a span is believed: each anchor continues the ledger's row of positions and its item's row of folds.

A pure rule over values: `follow` and `audit` hand in a span and the heads before it, and get rows to store. Rules: spec 5.1, 5.2,
decision 0002. Anything left out, put in, changed or moved by the node between two blocks breaks one of the two rows, at once or
at the comparison with the chain's own slots (`confirm`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import lt
from typing import NamedTuple

from sha3 import keccak_256

from indexer.span import Span
from ledger_client.errors import Fork, Incomplete
from ledger_client.member_logs import MemberLog
from ledger_client.onchain import NO_HEAD
from ledger_client.sentences import sentence

NOTHING = (NO_HEAD.head, NO_HEAD.count)
Row = tuple[int, bytes, int, bytes, bytes, int, int, int, int, bytes, bytes]
"""A row of `anchors`: position, item id, seq, commitment, signer, member id, time, block number, log index, tx hash, head."""


class Folded(NamedTuple):
    """The rows of a span, the heads of the items it touches, how many of these are new, and who wrote."""

    rows: list[Row]
    heads: dict[bytes, tuple[bytes, int]]
    new_items: int
    wrote: set[tuple[bytes, int, int]]  # who wrote when: signer, member id, time


class Gap(Incomplete):
    """The ledger's positions do not continue; `found` is the position that came instead of the next one."""


def linked(span: Span, parent_hash: bytes) -> None:
    """Raise Fork unless the span's headers form a chain that continues from `parent_hash`."""
    expected = span.first - 1
    if len(span.blocks) != span.last - span.first + 2:
        raise Incomplete(
            sentence("headers of blocks {expected} to {last}", expected=expected, last=span.last),
            span.last - span.first + 2,
            len(span.blocks),
        )
    if span.blocks[0].hash != parent_hash:
        raise Fork(sentence("hash of block {number}", number=expected), parent_hash, span.blocks[0].hash)
    before = span.blocks[0]
    for block in span.blocks[1:]:
        if block.number != before.number + 1:
            raise Incomplete("number of the next header", before.number + 1, block.number)
        if block.parent_hash != before.hash:
            raise Fork(sentence("parent of block {number}", number=block.number), before.hash, block.parent_hash)
        before = block
    in_order(span.member_logs)
    for log in span.member_logs:
        if not span.first <= log.block_number <= span.last or log.block_hash != span.blocks[log.block_number - expected].hash:
            raise Fork(sentence("block {number} of a member event", number=log.block_number), "a block that was read", log.block_hash)


def in_order(logs: Sequence[MemberLog]) -> None:
    """Raise Incomplete unless block and log index rise from one member event to the next."""
    places = [(log.block_number, log.log_index) for log in logs]
    if not all(map(lt, places, places[1:])):
        raise Incomplete("order of the member events by block and log index", "rising", places)


def fold(span: Span, position: int, heads: Mapping[bytes, tuple[bytes, int]]) -> Folded:
    """Check the span's anchors and fold them; `position` and `heads` (head, count) are those before the span.

    Raises Gap, Incomplete or Fork and changes nothing it was given.
    """
    if not span.size:
        return Folded([], {}, 0, set())
    positions, items, seqs, commitments, signers, members, times, numbers, hashes, indexes, txs = span.anchors
    if positions != tuple(range(position + 1, position + 1 + len(positions))):
        _find_gap(span, position)
    _check_places(span, set(zip(numbers, hashes, times, strict=True)))
    places = list(zip(numbers, indexes, strict=True))
    if not all(map(lt, places, places[1:])):
        raise Incomplete("order of the anchors by block and log index", "rising", "something else")
    clock = {time: time.to_bytes(8, "big") for time in set(times)}
    touched: dict[bytes, tuple[bytes, int]] = {}
    after: list[bytes] = []
    append, before, now = after.append, heads.get, touched.get
    for item, seq, commitment, signer, time in zip(items, seqs, commitments, signers, map(clock.__getitem__, times), strict=True):
        head, count = now(item) or before(item) or NOTHING
        if seq != count + 1:
            raise Incomplete(sentence("seq of the next anchor of item 0x{item}", item=item.hex()), count + 1, seq)
        head = keccak_256(head + commitment + signer + time).digest()[:28]
        touched[item] = (head, seq)
        append(head)
    rows = zip(positions, items, seqs, commitments, signers, members, times, numbers, indexes, txs, after, strict=True)
    return Folded(list(rows), touched, seqs.count(1), set(zip(signers, members, times, strict=True)))


def _find_gap(span: Span, position: int) -> None:
    """Raise Gap at the first anchor that does not have the next position."""
    for expected, anchor in enumerate(span.anchors.rows(), position + 1):
        if anchor.position != expected:
            raise Gap(sentence("position of the next anchor, in block {block}", block=anchor.block_number), expected, anchor.position)


def _check_places(span: Span, places: Iterable[tuple[int, bytes, int]]) -> None:
    """Each block that an anchor names (number, hash, time) must be one of the headers."""
    for number, block_hash, time in places:
        if not span.first <= number <= span.last:
            raise Incomplete("block of the next anchor", sentence("{first} to {last}", first=span.first, last=span.last), number)
        header = span.blocks[number - span.first + 1]
        if block_hash != header.hash:
            raise Fork(sentence("hash of block {number} according to its anchors", number=number), header.hash, block_hash)
        if time != header.time:
            raise Incomplete(sentence("time of the anchors in block {number}", number=number), header.time, time)
