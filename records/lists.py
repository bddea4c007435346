"""Lists for people, newest first: of events, items, transactions and captures, paged by key, without counting and without payloads.

A page goes on behind the `Place` of its last row (older) or before that of its first (newer); rows that are added meanwhile neither
repeat nor hide any other. Every filter stands on an index of migration 0004, or narrows what stands on one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session

from records import queries
from records.models import Record, RecordItem
from records.queries import RecordState


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of events ends or begins: the event's time and its record's number. `newer` turns the direction."""

    time: datetime
    record_id: int
    newer: bool = False


@dataclass(frozen=True, slots=True)
class Events:
    """Which events are asked for; empty fields ask for all."""

    kind: str | None = None
    signers: Sequence[bytes] | None = None
    item_id: bytes | None = None
    since: datetime | None = None
    before: datetime | None = None


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


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, newest first, and whether there are any beyond either end."""

    rows: Sequence[EventRow]
    newer: bool
    older: bool


def events(session: Session, wanted: Events, place: Place | None, limit: int) -> Page:
    """One page of events by event time, newest first."""
    query = _narrowed(wanted)
    order = (Record.event_time, Record.id)
    if place is not None:
        here = (place.time, place.record_id)
        query = query.where(tuple_(*order) > here if place.newer else tuple_(*order) < here)
    up = place is not None and place.newer
    query = query.order_by(*(order if up else (column.desc() for column in order))).limit(limit + 1)
    found = session.execute(query).all()
    more, shown = len(found) > limit, found[:limit][::-1] if up else found[:limit]
    numbers = [row.id for row in shown]
    states, items = queries.states(session, numbers), _items(session, numbers)
    rows = [_row(row, states, items.get(row.id, [])) for row in shown]
    return Page(rows, more if up else place is not None, True if up else more)


_COLUMNS = (Record.id, Record.event_id, Record.event_type, Record.event_time, Record.captured_at, Record.signer, Record.original)


def _narrowed(wanted: Events) -> Select[*tuple[Any, ...]]:
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
    return query


def _row(row: Any, states: Mapping[int, RecordState], items: Sequence[str]) -> EventRow:  # noqa: ANN401 (SQLAlchemy's Row)
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
