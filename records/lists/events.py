"""Events by the time they happened, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, select, union_all
from sqlalchemy.orm import Session

from records import queries
from records.lists.items import COUNTED, count
from records.lists.paging import Page, Place, page
from records.models import Record, RecordItem, Transaction, TransactionState
from records.queries import RecordState

_COLUMNS = (
    Record.id, Record.event_id, Record.event_type, Record.biz_step, Record.event_time, Record.captured_at, Record.signer, Record.original,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events are asked for; empty fields ask for all."""

    kind: str | None = None
    step: str | None = None  # as `disclosure.Kind` has it
    declarations: bool = False  # only those that declare an earlier event wrong
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
    biz_step: str
    event_time: datetime
    captured_at: datetime
    signer: bytes
    declaration: bool  # whether it declares an earlier event wrong
    state: RecordState
    item: str
    items: int


def events(session: Session, wanted: Wanted, place: Place | None, limit: int) -> Page[EventRow]:
    """One page of events; a place's key is (event time, record number). Those of a busy item come in the order of capture."""
    if wanted.item_id and busy(session, wanted.item_id):
        found = _of_busy_item(session, wanted, wanted.item_id, place, limit)
    else:
        found = page(session, _narrowed(wanted), (Record.event_time, Record.id), place, limit)
    numbers = [row.id for row in found.rows]
    states, items = queries.states(session, numbers), _items(session, numbers)
    return Page([_row(row, states, items.get(row.id, ("", 0))) for row in found.rows], found.newer, found.older)


def busy(session: Session, item_id: bytes) -> bool:
    """Whether an item (id, 32 bytes) has so many records that sorting them by time would take long."""
    return count(session, item_id) > COUNTED


def _of_busy_item(session: Session, wanted: Wanted, item_id: bytes, place: Place | None, limit: int) -> Page[Row[*tuple[Any, ...]]]:
    """The index that has an item's records in the order of capture is walked; the key of a place is that of the others."""
    entry = RecordItem.id.label("entry")
    of_item = RecordItem.item_id == item_id
    query = _narrowed(replace(wanted, item_id=None)).add_columns(entry).join(RecordItem, RecordItem.record_id == Record.id).where(of_item)
    if place is not None:
        number = session.scalar(select(RecordItem.id).where(RecordItem.record_id == place.key[1], of_item))
        place = Place((number or 0,), place.newer)
    found = page(session, query, (entry,), place, limit)
    ends = [(row.event_time, row.id) for row in (*found.rows[:1], *found.rows[-1:])]
    return Page(found.rows, ends[0] if found.newer else None, ends[-1] if found.older else None)


def _narrowed(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """The columns of a row, of the events that are asked for."""
    query: Select[*tuple[Any, ...]] = select(*_COLUMNS)
    if wanted.kind:
        query = query.where(Record.event_type == wanted.kind)
    if wanted.step:
        query = query.where(Record.biz_step == wanted.step)
    if wanted.declarations:
        query = query.where(Record.original.is_(None))
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
    waiting = select(RecordItem.record_id).where(RecordItem.transaction_id.is_(None))
    signed, sent, mined = (_under(state) for state in (TransactionState.SIGNED, TransactionState.SENT, TransactionState.MINED))
    match state:
        case RecordState.PENDING:
            return Record.id.in_(union_all(waiting, signed))
        case RecordState.SENT:
            return and_(Record.id.in_(sent), Record.id.not_in(union_all(waiting, signed)))
        case RecordState.ANCHORED:
            return and_(Record.id.in_(mined), Record.id.not_in(union_all(waiting, signed, sent)))
        case RecordState.FINAL:
            return Record.id.not_in(union_all(waiting, signed, sent, mined))


def _under(state: TransactionState) -> Select[int]:
    """Records with an item in a transaction of that state. Its items lie in a range of the queue, so only that part of it is looked at."""
    query = select(RecordItem.record_id).join(Transaction, Transaction.id == RecordItem.transaction_id)
    return query.where(Transaction.state == state, carried_between(state))


def carried_between(state: TransactionState) -> ColumnElement[bool]:
    """Whether an entry of the queue lies between the first and the last that transactions of that state carry."""
    first, last = (
        select(edge).where(Transaction.state == state) for edge in (func.min(Transaction.first_item), func.max(Transaction.last_item))
    )
    return RecordItem.id.between(first.scalar_subquery(), last.scalar_subquery())


def _row(row: Row[*tuple[Any, ...]], states: Mapping[int, RecordState], items: tuple[str, int]) -> EventRow:
    return EventRow(
        record_id=row.id,
        event_id=row.event_id,
        event_type=row.event_type,
        biz_step=row.biz_step or "",
        event_time=row.event_time,
        captured_at=row.captured_at,
        signer=row.signer,
        declaration=row.original is None,
        state=states.get(row.id, RecordState.PENDING),
        item=items[0],
        items=items[1],
    )


def _items(session: Session, records: Sequence[int]) -> dict[int, tuple[str, int]]:
    """Record number -> the code of its first item, and how many it has."""
    ends = select(func.min(RecordItem.id).label("first"), func.count().label("items")).where(RecordItem.record_id.in_(records))
    found = ends.group_by(RecordItem.record_id).subquery()
    query = select(RecordItem.record_id, RecordItem.item_code, found.c["items"]).join(found, RecordItem.id == found.c.first)
    return {record_id: (code, count) for record_id, code, count in session.execute(query)}
