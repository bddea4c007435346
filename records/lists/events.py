"""Events by the time they happened, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, select, union_all
from sqlalchemy.orm import Session

from records import queries
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
    """One page of events; a place's key is (event time, record number)."""
    found = page(session, _narrowed(wanted), (Record.event_time, Record.id), place, limit)
    numbers = [row.id for row in found.rows]
    states, items = queries.states(session, numbers), _items(session, numbers)
    return Page([_row(row, states, items.get(row.id, ("", 0))) for row in found.rows], found.newer, found.older)


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
    """Records with an item in a transaction of that state; a transaction names the range in which its items are."""
    within = and_(RecordItem.id.between(Transaction.first_item, Transaction.last_item), RecordItem.transaction_id == Transaction.id)
    return select(RecordItem.record_id).join(Transaction, within).where(Transaction.state == state)


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
