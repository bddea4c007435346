"""Stored events as JSON: each cut to what its reader may see, with how far its anchoring has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.schemas import EventOut, EventsOut
from api.spelling import hexed
from indexer.audiences import policies
from ledger_client.codes import ItemCode
from ledger_client.disclosure import Audience
from ledger_client.epcis.items import items_shown
from ledger_client.errors import InvalidInput
from records import contents, queries
from records.audiences import Policies
from records.contents import Content
from records.models import Record, RecordItem
from records.queries import RecordState

MOST_ITEMS = 100  # listed with an event


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events are asked for; empty fields ask for all."""

    item: ItemCode | None = None
    event_id: str | None = None
    event_type: str | None = None
    since: datetime | None = None
    before: datetime | None = None


def page(session: Session, wanted: Wanted, after: str | None, limit: int, audience: Audience) -> EventsOut:
    """Up to `limit` events in the order of capture, after the one that `after` names."""
    query = select(Record).where(Record.id > _number(after)).order_by(Record.id).limit(limit + 1)
    if wanted.item:
        query = query.where(Record.id.in_(select(RecordItem.record_id).where(RecordItem.item_id == wanted.item.item_id)))
    if wanted.event_id:
        query = query.where(Record.event_id == wanted.event_id)
    if wanted.event_type:
        query = query.where(Record.event_type == wanted.event_type)
    if wanted.since:
        query = query.where(Record.event_time >= wanted.since)
    if wanted.before:
        query = query.where(Record.event_time < wanted.before)
    rows = session.scalars(query).all()
    more = len(rows) > limit
    return EventsOut(
        events=_shaped(session, rows[:limit], audience, wanted.item), next=str(rows[limit - 1].id) if more else None, complete=not more
    )


def _number(after: str | None) -> int:
    if after is None:
        return 0
    if not (after.isascii() and after.isdigit()) or len(after) > 18:
        raise InvalidInput("after", f"is {after[:40]!r}", "use the `next` of the page before")
    return int(after)


def _shaped(session: Session, rows: Sequence[Record], audience: Audience, asked: ItemCode | None) -> list[EventOut]:
    numbers = [row.id for row in rows]
    states, items, rules = queries.states(session, numbers), _items(session, numbers), policies(session)
    held = contents.opened(session, rows)
    return [
        _event(row, held[row.id], states.get(row.id, RecordState.PENDING), items.get(row.id, []), rules, audience, asked) for row in rows
    ]


def _event(
    row: Record, held: Content, state: RecordState, codes: list[str], rules: Policies, audience: Audience, asked: ItemCode | None
) -> EventOut:
    """The event as its reader may see it; the items that hidden properties name are not told, save the one that was `asked` for.

    Nothing is shown of a record that cannot be read; what is wrong with it is for `/verify` to say.
    """
    whole = held.event() or {}
    names = rules.of(held.signer).shown(audience, whole)
    told = {*items_shown(whole, names, codes), *([asked.uri] if asked else ())}
    items = [code for code in codes if code in told]
    return EventOut(
        event_id=row.event_id,
        commitment=hexed(row.commitment),
        signer=hexed(row.signer),
        captured_at=row.captured_at,
        state=state.value,
        items=items[:MOST_ITEMS],
        items_total=len(items),
        withheld=len(whole) - len(names),
        erased=held.erased,
        event={name: value for name, value in whole.items() if name in names},
    )


def _items(session: Session, records: Sequence[int]) -> dict[int, list[str]]:
    """Record number -> the codes it was recorded for, in their order."""
    query = select(RecordItem.record_id, RecordItem.item_code).where(RecordItem.record_id.in_(records)).order_by(RecordItem.id)
    found: dict[int, list[str]] = {}
    for record_id, code in session.execute(query):
        found.setdefault(record_id, []).append(code)
    return found
