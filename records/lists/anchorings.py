"""Records on their way to the chain, item by item, newest first; and the transactions that carry them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, select, union_all
from sqlalchemy.orm import Session

from records.lists.events import carried_between
from records.lists.paging import Page, Place, page
from records.models import Record, RecordItem, Transaction, TransactionState
from records.queries import RecordState

_STATES = {
    RecordState.PENDING: TransactionState.SIGNED,
    RecordState.SENT: TransactionState.SENT,
    RecordState.ANCHORED: TransactionState.MINED,
    RecordState.FINAL: TransactionState.FINAL,
}
_TOLD = (
    RecordItem.id, RecordItem.item_code, RecordItem.record_id, Record.event_type, Record.biz_step, Record.event_time, Record.captured_at,
    Record.event_id,
    RecordItem.signer, Record.original, Transaction.hash, Transaction.block_number,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Anchoring:
    """One anchor to be written, or written. No transaction: it is in none yet."""

    item: str
    record_id: int
    event_type: str
    biz_step: str
    event_id: str
    event_time: datetime
    captured_at: datetime
    declaration: bool
    signer: bytes
    tx_hash: bytes | None
    block: int | None


@dataclass(frozen=True, slots=True)
class Sending:
    """A transaction, as lists show it."""

    number: int
    hash: bytes
    signer: bytes
    nonce: int
    items: int
    state: str
    tries: int
    changed_at: datetime
    block: int | None
    problem: str


def anchorings(session: Session, state: RecordState, place: Place | None, limit: int) -> Page[Anchoring]:
    """One page of what is in that state; a place's key is the number in the queue."""
    joined = (
        select(*_TOLD).join(Record, Record.id == RecordItem.record_id).outerjoin(Transaction, Transaction.id == RecordItem.transaction_id)
    )
    found = page(session, joined.where(_is(state)), (RecordItem.id,), place, limit)
    return Page([_anchoring(row) for row in found.rows], found.newer, found.older)


def sendings(session: Session, state: TransactionState, place: Place | None, limit: int) -> Page[Sending]:
    """One page of transactions of a state; a place's key is the transaction's number."""
    told = (
        Transaction.id,
        Transaction.hash,
        Transaction.signer,
        Transaction.nonce,
        Transaction.items,
        Transaction.state,
        Transaction.tries,
    )
    query = select(*told, Transaction.changed_at, Transaction.block_number, Transaction.problem).where(Transaction.state == state)
    found = page(session, query, (Transaction.id,), place, limit)
    return Page([_sending(row) for row in found.rows], found.newer, found.older)


def _is(state: RecordState) -> ColumnElement[bool]:
    """Signed, but given to no node: pending, as is what is in no transaction. Open transactions name the range that their items are in."""
    if state == RecordState.FINAL:
        return Transaction.state == TransactionState.FINAL
    within = select(RecordItem.id).join(Transaction, Transaction.id == RecordItem.transaction_id)
    carried = within.where(Transaction.state == _STATES[state], carried_between(_STATES[state]))
    if state == RecordState.PENDING:
        return RecordItem.id.in_(union_all(select(RecordItem.id).where(RecordItem.transaction_id.is_(None)), carried))
    return RecordItem.id.in_(carried)


def _anchoring(row: Row[*tuple[Any, ...]]) -> Anchoring:
    return Anchoring(
        item=row.item_code,
        record_id=row.record_id,
        event_type=row.event_type,
        biz_step=row.biz_step or "",
        event_id=row.event_id,
        event_time=row.event_time,
        captured_at=row.captured_at,
        declaration=row.original is None,
        signer=row.signer,
        tx_hash=row.hash,
        block=row.block_number,
    )


def _sending(row: Any) -> Sending:  # noqa: ANN401 (a row of those columns, or a Transaction)
    return Sending(
        number=row.id,
        hash=row.hash,
        signer=row.signer,
        nonce=row.nonce,
        items=row.items,
        state=row.state,
        tries=row.tries,
        changed_at=row.changed_at,
        block=row.block_number,
        problem=row.problem or "",
    )
