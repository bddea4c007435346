"""Everything that is read from the tables of `records`: plain functions, one sentence each, no writing.

Lists are paged by key: give `after` the last key you saw, and ask for one more than you show to know whether there is more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from ledger_client.errors import NotFound
from ledger_client.onchain import item_id
from ledger_client.sentences import sentence
from records import seals
from records.keyring import keyring_of
from records.models import Capture, CaptureResult, CaptureState, Lane, Outcome, Record, RecordItem, Transaction, TransactionState
from records.parts import parts

PAGE = 100


class RecordState(StrEnum):
    """How far a record, or one item of it, is on its way to the chain. In this order."""

    PENDING = "pending"  # stored, not given to a node yet
    SENT = "sent"
    ANCHORED = "anchored"  # in a block
    FINAL = "final"  # in a block that no fork takes away any more


_STATES = {
    None: RecordState.PENDING,
    TransactionState.SIGNED: RecordState.PENDING,
    TransactionState.SENT: RecordState.SENT,
    TransactionState.MINED: RecordState.ANCHORED,
    TransactionState.FINAL: RecordState.FINAL,
}


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """One record of one item, and how far the anchor of this item is."""

    key: int  # for paging, and the order of publishing
    record: Record
    state: RecordState
    tx_hash: bytes | None
    block_number: int | None  # None until it is in a block


@dataclass(frozen=True, slots=True)
class Queue:
    """How publishing goes."""

    waiting: int  # items that are in no transaction
    underway: int  # items in transactions that are in no block
    oldest: datetime | None  # when the oldest record of both was captured
    captures: int  # documents that are being worked off
    lanes: Sequence[Lane]


def record(session: Session, record_id: int) -> Record:
    """The record of that number; raises NotFound."""
    found = session.get(Record, record_id)
    if found is None:
        raise NotFound(sentence("record {record_id}: there is none of that number", record_id=record_id))
    return found


def records(session: Session, numbers: Collection[int]) -> dict[int, Record]:
    """Record number -> record; at most 5,000 numbers."""
    return {row.id: row for row in session.scalars(select(Record).where(Record.id.in_(numbers)))}


def ends_of_item(session: Session, number: bytes, oldest: int, newest: int) -> list[int]:
    """Numbers of the first and the last records that an item (id, 32 bytes) got, each once."""
    of_item = select(RecordItem.record_id).where(RecordItem.item_id == number)
    first = session.scalars(of_item.order_by(RecordItem.id).limit(oldest))
    return list(dict.fromkeys([*first, *session.scalars(of_item.order_by(RecordItem.id.desc()).limit(newest))]))


def records_of_kinds(session: Session, number: bytes, kinds: Sequence[str], looked_at: int) -> Sequence[Record]:
    """The records of some event types among the newest `looked_at` of an item (id, 32 bytes), newest first."""
    near = select(RecordItem.record_id).where(RecordItem.item_id == number).order_by(RecordItem.id.desc()).limit(looked_at)
    newest = near.subquery()
    rows = select(Record).join(newest, newest.c.record_id == Record.id).where(Record.event_type.in_(kinds))
    return session.scalars(rows.order_by(Record.event_time.desc(), Record.id.desc())).all()


def records_of_event(session: Session, event_id: str) -> Sequence[Record]:
    """All records under an event id, oldest first: of every signer, and error declarations beside the event they declare."""
    return session.scalars(select(Record).where(Record.event_id == event_id).order_by(Record.id)).all()


def records_of_payload(session: Session, payload_hash: bytes) -> Sequence[Record]:
    """The records with that payload hash (32 bytes), one for each signer that recorded the event."""
    found = seals.payload_mac(keyring_of(session).lookup(), payload_hash)
    return session.scalars(select(Record).where(Record.payload_mac == found).order_by(Record.id)).all()


def records_of_commitments(session: Session, commitments: Iterable[bytes]) -> dict[bytes, Record]:
    """Commitment (32 bytes) -> its record, for those that are stored here."""
    rows = (row for part in parts(commitments) for row in session.scalars(select(Record).where(Record.commitment.in_(part))))
    return {row.commitment: row for row in rows}


def records_of_item(session: Session, code: str, after: int = 0, limit: int | None = None) -> list[ItemRecord]:
    """The records of an item (canonical code) in the order of publishing, all of them unless limited."""
    columns = select(RecordItem.id, Record, Transaction.state, Transaction.hash, Transaction.block_number)
    joined = columns.join(Record, Record.id == RecordItem.record_id).outerjoin(Transaction, Transaction.id == RecordItem.transaction_id)
    rows = joined.where(RecordItem.item_id == item_id(code), RecordItem.id > after).order_by(RecordItem.id).limit(limit)
    return [
        ItemRecord(key, row, _state(state), tx_hash, block if _rank(_state(state)) >= _rank(RecordState.ANCHORED) else None)
        for key, row, state, tx_hash, block in session.execute(rows)
    ]


def items_of_record(session: Session, record_id: int) -> Sequence[str]:
    """The canonical codes of a record's items, in order."""
    return session.scalars(select(RecordItem.item_code).where(RecordItem.record_id == record_id).order_by(RecordItem.id)).all()


def states(session: Session, record_ids: Iterable[int]) -> dict[int, RecordState]:
    """Record number -> its state: that of its item that is furthest behind."""
    found = dict[int, RecordState]()
    for part in parts(record_ids):
        pairs = select(RecordItem.record_id, Transaction.state).distinct()
        for number, state in session.execute(
            pairs.outerjoin(Transaction, Transaction.id == RecordItem.transaction_id).where(RecordItem.record_id.in_(part))
        ):
            found[number] = min(found.get(number, RecordState.FINAL), _state(state), key=_rank)
    return found


def events(
    session: Session, after: int = 0, limit: int = PAGE, *, signer: bytes | None = None, kind: str | None = None
) -> Sequence[Record]:
    """Records in the order they were stored, from the one behind number `after`; of one signer or event type if asked."""
    rows = select(Record).where(Record.id > after).order_by(Record.id).limit(limit)
    if signer is not None:
        rows = rows.where(Record.signer == signer)
    if kind is not None:
        rows = rows.where(Record.event_type == kind)
    return session.scalars(rows).all()


def capture(session: Session, capture_id: str) -> Capture:
    """The capture job of that id; raises NotFound."""
    found = session.get(Capture, capture_id)
    if found is None:
        raise NotFound(sentence("capture {capture_id}: there is none of that id", capture_id=capture_id))
    return found


def captures(session: Session, signer: bytes, after: str | None = None, limit: int = PAGE) -> Sequence[Capture]:
    """The capture jobs of a signer, newest first, from the one behind job `after`."""
    rows = select(Capture).where(Capture.signer == signer).order_by(Capture.received_at.desc(), Capture.id.desc()).limit(limit)
    if after is not None:
        last = capture(session, after)
        rows = rows.where(tuple_(Capture.received_at, Capture.id) < (last.received_at, last.id))
    return session.scalars(rows).all()


def results(session: Session, capture_id: str, after: int = -1, limit: int = PAGE, *, failed: bool = False) -> Sequence[CaptureResult]:
    """What became of the events of a capture, in their order, from the one behind index `after`; only those without a record if asked."""
    rows = select(CaptureResult).where(CaptureResult.capture_id == capture_id, CaptureResult.index > after).order_by(CaptureResult.index)
    if failed:
        rows = rows.where(CaptureResult.outcome.in_((Outcome.INVALID, Outcome.ROLLED_BACK)))
    return session.scalars(rows.limit(limit)).all()


def outcomes(session: Session, capture_id: str) -> dict[Outcome, int]:
    """How many events of a capture had each outcome so far."""
    rows = select(CaptureResult.outcome, func.count()).where(CaptureResult.capture_id == capture_id).group_by(CaptureResult.outcome)
    return {Outcome(outcome): count for outcome, count in session.execute(rows)}


def queue(session: Session) -> Queue:
    """How many items wait, since when, and how each lane goes."""
    moving = Transaction.state.in_((TransactionState.SIGNED, TransactionState.SENT))
    idle = RecordItem.transaction_id.is_(None)
    first = (select(func.min(RecordItem.id)).where(idle), select(func.min(Transaction.first_item)).where(moving))
    heads = [session.scalar(rows) for rows in first]
    return Queue(
        waiting=session.scalar(select(func.count()).select_from(RecordItem).where(idle)) or 0,
        underway=session.scalar(select(func.sum(Transaction.items)).where(moving)) or 0,
        oldest=session.scalar(_captured_at([head for head in heads if head is not None])),
        captures=session.scalar(select(func.count()).select_from(Capture).where(Capture.state == CaptureState.RUNNING)) or 0,
        lanes=session.scalars(select(Lane).order_by(Lane.signer)).all(),
    )


def transaction_states(session: Session) -> dict[TransactionState, int]:
    """How many signed transactions are in each state."""
    rows = select(Transaction.state, func.count()).group_by(Transaction.state)
    return {TransactionState(state): count for state, count in session.execute(rows)}


def event_ids(session: Session, record_ids: Sequence[int]) -> dict[int, str]:
    """Record number -> its event id; at most 5,000 numbers."""
    rows = select(Record.id, Record.event_id).where(Record.id.in_(record_ids))
    return {row.id: row.event_id for row in session.execute(rows)}


def transactions(session: Session, signer: bytes, limit: int = PAGE) -> Sequence[Transaction]:
    """The newest transactions of a signer, with what hindered them, newest first."""
    return session.scalars(select(Transaction).where(Transaction.signer == signer).order_by(Transaction.nonce.desc()).limit(limit)).all()


def _captured_at(item_rows: Sequence[int]) -> Select[datetime]:
    rows = select(func.min(Record.captured_at)).join(RecordItem, RecordItem.record_id == Record.id)
    return rows.where(RecordItem.id.in_(item_rows))


def _state(transaction: str | None) -> RecordState:
    return _STATES[None if transaction is None else TransactionState(transaction)]


def _rank(state: RecordState) -> int:
    return tuple(RecordState).index(state)
