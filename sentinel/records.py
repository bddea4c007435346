"""Phase 1: every stored record against its contents, its items in the queue, its genealogy, and the mirrored chain.

A batch is compared in bulk: contents are re-hashed (`rehash`), what ties records, items, transactions and anchors together is joined by the
database, which returns only what does not fit. Whatever does not agree is read again, one by one, and explained (`explain`).
"""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import Executor

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from indexer.models import MirroredAnchor
from ledger_client.chain import Chain
from records.key_models import RecordKey
from records.keyring import keyring_of
from records.models import Record, RecordItem, Transaction, TransactionState
from sentinel import genealogy
from sentinel.explain import explain
from sentinel.rehash import SHARE, Items, begun
from sentinel.settled import Settled, settled
from sentinel.suspicion import Piece

ON_CHAIN = (TransactionState.MINED, TransactionState.FINAL)
_READ = select(
    Record.id,
    Record.event_id,
    Record.event_type,
    Record.event_time,
    Record.biz_step,
    Record.original,
    Record.payload_mac,
    Record.commitment,
    Record.signer,
    Record.captured_at,
    Record.sealed,
    RecordKey.kek_version,
    RecordKey.wrapped,
)
_READ = _READ.outerjoin(RecordKey, RecordKey.record_id == Record.id).order_by(Record.id)
_ITEMS = select(RecordItem.record_id, RecordItem.item_id, RecordItem.item_code, RecordItem.signer).order_by(
    RecordItem.record_id, RecordItem.id
)


def check(session: Session, chain: Chain, place: int, size: int, pool: Executor | None = None) -> Piece:
    """Check the next `size` records behind number `place`; with a `pool` the contents are re-hashed on every core."""
    here, ring = settled(session, chain), keyring_of(session)
    numbers, disagreeing, queued, at = list[int](), [], set[int](), place
    for share in session.connection().execute(_READ.where(Record.id > place).limit(size)).partitions(SHARE):
        rows = [tuple(row) for row in share]
        known = [row[0] for row in rows]
        items, took = _items(session, at, known[-1]), genealogy.drawn(session, at, known[-1], known)
        disagreeing.append(begun(pool, ring, rows, items, took))  # others hash it while the next share is read
        numbers += known
        queued |= items.keys() | took.keys()
        at = numbers[-1]
    over = len(numbers) < size
    last = None if over else at
    if over:
        queued |= _items(session, at, None).keys() | genealogy.drawn(session, at, None, ()).keys()
    suspects = queued - set(numbers)
    suspects |= _unfit(session, place, last, here) | _strange_keys(session, place, last)
    suspects |= {number for found in disagreeing for number in found()}
    suspicions = explain(session, chain, here, sorted(suspects)) if suspects else ()
    return Piece(at, len(numbers), over, tuple(suspicions))


def _items(session: Session, place: int, last: int | None) -> Items:
    """The queue's rows of these records, also of those that are not there."""
    rows = _ITEMS.where(RecordItem.record_id > place)
    found: dict[int, list[tuple[bytes, str, bytes]]] = defaultdict(list)
    for record_id, item, code, signer in session.connection().execute(rows if last is None else rows.where(RecordItem.record_id <= last)):
        found[record_id].append((item, code, signer))
    return found


def _unfit(session: Session, place: int, last: int | None, here: Settled) -> set[int]:
    """Records with an item that the transactions and anchors do not bear out."""
    rows = unfit(here.block).where(RecordItem.record_id > place)
    return set(session.scalars(rows if last is None else rows.where(RecordItem.record_id <= last)))


def _strange_keys(session: Session, place: int, last: int | None) -> set[int]:
    """Data keys of records that are not there."""
    rows = select(RecordKey.record_id).where(RecordKey.record_id > place, ~exists().where(Record.id == RecordKey.record_id))
    return set(session.scalars(rows if last is None else rows.where(RecordKey.record_id <= last)))


def unfit(block: int) -> Select[int]:
    """Numbers of records with an item whose transaction or anchor is missing or another; the mirror is whole up to `block`."""
    anchor, sent = MirroredAnchor, Transaction
    joined = (
        select(Record.id)
        .join(RecordItem, RecordItem.record_id == Record.id)
        .outerjoin(sent, sent.id == RecordItem.transaction_id)
        .outerjoin(anchor, and_(anchor.commitment == Record.commitment, anchor.item_id == RecordItem.item_id))
    )
    unknown = and_(RecordItem.transaction_id.is_not(None), sent.id.is_(None))
    failed = sent.state == TransactionState.FAILED
    unanchored = and_(sent.state.in_(ON_CHAIN), sent.block_number <= block, anchor.position.is_(None))
    another = and_(anchor.position.is_not(None), or_(anchor.signer != RecordItem.signer, sent.id.is_(None), anchor.tx_hash != sent.hash))
    return joined.where(or_(unknown, failed, unanchored, another)).distinct()
