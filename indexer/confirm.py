"""At the head of the chain: what was read is compared with the contracts' own slots.

Positions and folds show what is missing between two anchors; only `total()` shows what is missing after the last one, and only
`heads()` shows that the folds are the chain's own. From `chain` and rows about to be written; decides for `follow`.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from indexer.heads import Heads
from indexer.models import MirroredAnchor
from indexer.span import Source
from ledger_client.errors import Incomplete
from ledger_client.onchain import Head
from ledger_client.sentences import sentence

_IDS_IN_ONE_GO = 20_000
_NAMED = 200


class Tail(Incomplete):
    """The ledger holds another number of anchors than its logs have shown."""


class Altered(Incomplete):
    """Heads on the chain differ from the folds of the logs; `items` are their ids."""

    def __init__(self, block: int, items: list[bytes], said: Head, found: Head) -> None:
        what = sentence(
            "head and count of {count} items after block {block}, first 0x{item}", count=len(items), block=block, item=items[0].hex()
        )
        super().__init__(what, (said.count, "0x" + said.head.hex()), (found.count, "0x" + found.head.hex()))
        self.items = items


def total(chain: Source, block: int, position: int) -> None:
    """Raise Tail unless the ledger holds exactly `position` anchors after `block`."""
    if (there := chain.total(block)) != position:
        raise Tail(sentence("number of anchors on the ledger after block {block}", block=block), there, position)


def heads(chain: Source, block: int, ours: Heads) -> None:
    """Raise Altered unless each of these items' heads is the chain's after `block`."""
    items = list(ours)
    wrong: list[tuple[bytes, Head]] = []
    for start in range(0, len(items), _IDS_IN_ONE_GO):
        part = items[start : start + _IDS_IN_ONE_GO]
        wrong += [(item, there) for item, there in zip(part, chain.heads(part, block), strict=True) if there != ours[item]]
    if wrong:
        first, said = wrong[0]
        raise Altered(block, [item for item, _ in wrong], said, Head(*ours[first]))


def first_suspect(session: Session, items: list[bytes], confirmed: int) -> int | None:
    """Position of the first stored anchor of these items that was never confirmed; None if none is stored."""
    row = MirroredAnchor
    query = select(row.position).where(row.position > confirmed).order_by(row.position).limit(1)
    if len(items) <= _NAMED:
        query = query.where(row.item_id.in_(items))
    return session.scalar(query)
