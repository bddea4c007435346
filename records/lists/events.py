"""Events by the time they happened, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from records import queries
from records.lists.paging import Page, Place, page
from records.models import Record, RecordItem, Transaction, TransactionState
from records.queries import RecordState

_COLUMNS = (Record.id, Record.event_id, Record.event_type, Record.event_time, Record.captured_at, Record.signer, Record.original)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events are asked for; empty fields ask for all."""

    kind: str | None = None
    signers: Sequence[bytes] | None = None
    item_id: bytes | None = None
    since: datetime | None = None
    before: datetime | None = None
    state: RecordState | None = None


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event in a list. `item` is its first item's code, `items` how many it has."""

    record_id: int
    event_id: str
    event_type: str
    event_time: datetime
    captured_at: datetime
    signer: bytes
    declaration: bool  # whether it declares an earlier event wrong
    state: RecordState
    item: str
    items: int


def events(session: Session, wanted: Wanted, place: Place | None, limit: int) -> Page[EventRow]:
    """One page of events; a place's key is (event time, record number)."""
    found = page(session, _narrowed(wanted), (Record.event_time, Record.id), place, limit)
    numbers = [row.id for row in found.rows]
    states, items = queries.states(session, numbers), _items(session, numbers)
    return Page([_row(row, states, items.get(row.id, [])) for row in found.rows], found.newer, found.older)


def _narrowed(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """The columns of a row, of the events that are asked for."""
    query: Select[*tuple[Any, ...]] = select(*_COLUMNS)
    if wanted.kind:
        query = query.where(Record.event_type == wanted.kind)
    if wanted.signers is not None:
        query = query.where(Record.signer.in_(wanted.signers))
    if wanted.item_id:
        query = query.where(Record.id.in_(select(RecordItem.record_id).where(RecordItem.item_id == wanted.item_id)))
    if wanted.since:
        query = query.where(Record.event_time >= wanted.since)
    if wanted.before:
        query = query.where(Record.event_time < wanted.before)
    return query.where(in_state(wanted.state)) if wanted.state else query


def in_state(state: RecordState) -> ColumnElement[bool]:
    """Whether a record's item that is furthest behind is in that state. All but the final ones are few, and found by partial indexes."""
    waiting = Record.id.in_(select(RecordItem.record_id).where(RecordItem.transaction_id.is_(None)))
    signed, sent, mined = (_under(state) for state in (TransactionState.SIGNED, TransactionState.SENT, TransactionState.MINED))
    match state:
        case RecordState.PENDING:
            return or_(waiting, signed)
        case RecordState.SENT:
            return and_(sent, ~waiting, ~signed)
        case RecordState.ANCHORED:
            return and_(mined, ~waiting, ~signed, ~sent)
        case RecordState.FINAL:
            return and_(~waiting, ~signed, ~sent, ~mined)


def _under(state: TransactionState) -> ColumnElement[bool]:
    """Whether a record has an item in a transaction of that state; a transaction names the range in which its items are."""
    within = and_(RecordItem.id.between(Transaction.first_item, Transaction.last_item), RecordItem.transaction_id == Transaction.id)
    return Record.id.in_(select(RecordItem.record_id).join(Transaction, within).where(Transaction.state == state))


def _row(row: Row[*tuple[Any, ...]], states: Mapping[int, RecordState], items: Sequence[str]) -> EventRow:
    return EventRow(
        record_id=row.id,
        event_id=row.event_id,
        event_type=row.event_type,
        event_time=row.event_time,
        captured_at=row.captured_at,
        signer=row.signer,
        declaration=row.original is None,
        state=states.get(row.id, RecordState.PENDING),
        item=items[0] if items else "",
        items=len(items),
    )


def _items(session: Session, records: Sequence[int]) -> dict[int, list[str]]:
    """Record number -> the codes it was recorded for, in their order."""
    query = select(RecordItem.record_id, RecordItem.item_code).where(RecordItem.record_id.in_(records)).order_by(RecordItem.id)
    found: dict[int, list[str]] = {}
    for record_id, code in session.execute(query):
        found.setdefault(record_id, []).append(code)
    return found
