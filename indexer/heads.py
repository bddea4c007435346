"""Heads of items as the mirror has them, for folding the next anchors onto.

During the backfill of a fresh mirror there is no index to look them up by, so all of them are kept in memory; afterwards the
predecessor of an item's next anchor is one look-up in the unique index on (item id, seq).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from indexer.models import MirroredAnchor
from ledger_client.onchain import Anchor

Heads = dict[bytes, tuple[bytes, int]]
"""Item id -> (head, count)."""

MOST_IN_MEMORY = 1_000_000  # items; about 250 MB
_PAIRS_IN_ONE_QUERY = 5_000


def all_heads(session: Session, after: int = 0, until: int | None = None) -> Heads:
    """Heads of all items with an anchor at a position in (after, until], by one pass over the anchors."""
    row = MirroredAnchor
    query = select(row.item_id, row.head, row.seq).where(row.position > after).order_by(row.position)
    if until is not None:
        query = query.where(row.position <= until)
    return {item: (head, seq) for item, head, seq in session.execute(query.execution_options(yield_per=10_000))}


def predecessors(session: Session, anchors: Iterable[Anchor], until: int) -> Heads:
    """Heads of the anchors' items before these anchors, from rows up to position `until`. Needs the index on (item id, seq)."""
    wanted: dict[bytes, int] = {}
    for anchor in anchors:
        wanted.setdefault(anchor.item_id, anchor.seq - 1)
    found: Heads = {}
    row = MirroredAnchor
    for pairs in _parts((item, seq) for item, seq in wanted.items() if seq > 0):
        query = select(row.item_id, row.head, row.seq).where(tuple_(row.item_id, row.seq).in_(pairs), row.position <= until)
        found.update((item, (head, seq)) for item, head, seq in session.execute(query))
    return found


def _parts(pairs: Iterable[tuple[bytes, int]]) -> Iterator[list[tuple[bytes, int]]]:
    rest = iter(pairs)
    while part := list(islice(rest, _PAIRS_IN_ONE_QUERY)):
        yield part
