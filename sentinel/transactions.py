"""Phase 2: every signed transaction against its own bytes and the items that name it.

The bytes are what the chain was given: their hash, nonce, and commitments in order. Where the chain put them is compared in phase 3,
where the anchors name their transactions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger_client.chain import Chain
from ledger_client.onchain import keccak
from ledger_client.sentences import sentence
from records.models import Record, RecordItem, Transaction, TransactionState
from sentinel.calldata import moved, signed, writer
from sentinel.settled import settled, still
from sentinel.suspicion import Piece, Suspicion, altered

TRANSACTIONS = Transaction.__tablename__
_READ = select(
    Transaction.id,
    Transaction.signer,
    Transaction.nonce,
    Transaction.hash,
    Transaction.raw,
    Transaction.items,
    Transaction.first_item,
    Transaction.last_item,
    Transaction.state,
).order_by(Transaction.id)
_MOST = 50  # transactions in one piece; each has up to 500 items


class Item(NamedTuple):
    """An item that names a transaction."""

    id: int
    item_id: bytes
    commitment: bytes
    signer: bytes


def check(session: Session, chain: Chain, place: int, size: int) -> Piece:
    """Check the next transactions behind number `place`, at most 50."""
    here = settled(session, chain)
    limit = max(1, min(_MOST, size))
    rows = session.connection().execute(_READ.where(Transaction.id > place).limit(limit)).all()
    items = _items(session, [row.id for row in rows])
    suspects = [row.id for row in rows if any(_differences(row, items[row.id]))]
    suspicions: list[Suspicion] = []
    if suspects:  # read again: what was only in motion agrees now
        items = _items(session, suspects)
        for row in session.execute(_READ.where(Transaction.id.in_(suspects))):
            suspicions += _differences(row, items[row.id])
        still(session, chain, here)
    return Piece(rows[-1].id if rows else place, len(rows), len(rows) < limit, tuple(suspicions))


def _items(session: Session, numbers: Sequence[int]) -> dict[int, list[Item]]:
    columns = select(RecordItem.transaction_id, RecordItem.id, RecordItem.item_id, Record.commitment, RecordItem.signer)
    rows = (
        columns.outerjoin(Record, Record.id == RecordItem.record_id).where(RecordItem.transaction_id.in_(numbers)).order_by(RecordItem.id)
    )
    found: dict[int, list[Item]] = defaultdict(list)
    for number, at, item_id, commitment, signer in session.connection().execute(rows):
        found[number or 0].append(Item(at, item_id, commitment, signer))
    return found


def _differences(row: Any, items: Sequence[Item]) -> Iterator[Suspicion]:  # noqa: ANN401 (a row)
    """What does not agree in one transaction. A failed one has given its items back, so only its bytes can be compared."""
    told = signed(row.raw)
    failed = row.state == TransactionState.FAILED
    if keccak(row.raw) != row.hash:
        yield _bytes_or_hash(row)
        return
    if told is None:
        yield altered(TRANSACTIONS, row.id, "raw", "an anchoring transaction", "other bytes")
        return
    if told.nonce != row.nonce:
        yield altered(TRANSACTIONS, row.id, "nonce", told.nonce, row.nonce)
    if failed:
        return
    if not items:
        yield altered(
            TRANSACTIONS, row.id, "id", "the number that its items in the queue name", sentence("{number}, which none names", number=row.id)
        )
        return
    if row.items != len(told.pairs):
        yield altered(TRANSACTIONS, row.id, "items", len(told.pairs), row.items)
    if told.pairs == [(item.item_id, item.commitment) for item in items] and {item.signer for item in items} == {row.signer}:
        yield from _places(row, items)
        return
    held = set(told.pairs)
    known = [item for item in items if (item.item_id, item.commitment) in held]
    if len(known) == len(told.pairs):  # all that it holds is there: whatever else names it does so wrongly
        yield from (_stranger(row, item) for item in items if item not in known)
        items = known
    if {item.signer for item in items} != {row.signer}:
        yield from _signers(row, items)
    yield from _places(row, items)
    if known == items:
        yield from _order(row, told.pairs, items)
    else:
        codes = {item_id for item_id, _ in told.pairs}
        yield from (_stranger(row, item) for item in items if item.item_id not in codes)


def _bytes_or_hash(row: Any) -> Suspicion:  # noqa: ANN401
    """Which of the two was changed: bytes that still bear the signer's signature were not."""
    if writer(row.raw) == row.signer:
        return altered(TRANSACTIONS, row.id, "hash", keccak(row.raw), row.hash)
    return altered(TRANSACTIONS, row.id, "raw", sentence("the bytes of hash 0x{hash}", hash=row.hash.hex()), "other bytes")


def _signers(row: Any, items: Sequence[Item]) -> Iterator[Suspicion]:  # noqa: ANN401
    """All items name another key: then the transaction's was changed. Single ones are told with their records."""
    if len(signers := {item.signer for item in items}) == 1:
        yield altered(TRANSACTIONS, row.id, "signer", signers.pop(), row.signer)


def _places(row: Any, items: Sequence[Item]) -> Iterator[Suspicion]:  # noqa: ANN401
    """The first and last item by number. Where the row's own two numbers leave room for just its items, an item outside has moved."""
    first, last = items[0].id, items[-1].id
    if (row.first_item, row.last_item) == (first, last):
        return
    outside = [item for item in items if not row.first_item <= item.id <= row.last_item]
    if outside and row.last_item - row.first_item + 1 == len(items):
        yield from (
            altered("record_items", item.id, "id", sentence("{first} to {last}", first=row.first_item, last=row.last_item), item.id)
            for item in outside
        )
        return
    if row.first_item != first:
        yield altered(TRANSACTIONS, row.id, "first_item", first, row.first_item)
    if row.last_item != last:
        yield altered(TRANSACTIONS, row.id, "last_item", last, row.last_item)


def _order(row: Any, pairs: Sequence[tuple[bytes, bytes]], items: Sequence[Item]) -> Iterator[Suspicion]:  # noqa: ANN401
    """The same items in another order."""
    place = moved([item_id for item_id, _ in pairs], [item.item_id for item in items])
    if place is not None and row.first_item <= items[place].id <= row.last_item:
        yield altered("record_items", items[place].id, "id", sentence("its place in transaction {number}", number=row.id), "another place")


def _stranger(row: Any, item: Item) -> Suspicion:  # noqa: ANN401
    """An item that the bytes do not hold. Those that are held and not there are told with their records."""
    return altered(
        "record_items", item.id, "transaction_id", sentence("a transaction that holds item 0x{item}", item=item.item_id.hex()), row.id
    )
