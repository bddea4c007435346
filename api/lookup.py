"""From an event id or a hash to the items it was recorded for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from api.spelling import unhexed
from indexer import queries as mirror
from ledger_client.codes import ItemCode, parse
from ledger_client.errors import NotFound
from records.models import Record, RecordItem


@dataclass(frozen=True, slots=True)
class Subject:
    """What was asked for: the items, and the commitments among their anchors."""

    items: list[ItemCode]
    commitments: set[bytes]


def of_event(session: Session, event_id: str) -> Subject:
    """The records of an event id: the event, and any error declaration of it. NotFound when there are none."""
    found = _subject(session, Record.event_id == event_id)
    if not found.items:
        raise NotFound(f"event {event_id}: no such event is recorded here")
    return found


def of_hash(session: Session, text: str) -> Subject:
    """The records with a commitment or a payload hash; NotFound when there are none, saying so if the chain has it all the same."""
    value = unhexed("hash", text, 32)
    found = _subject(session, or_(Record.commitment == value, Record.payload_hash == value))
    if found.items:
        return found
    for anchor in mirror.anchors_with(session, value)[:1]:
        raise NotFound(f"hash {text}: anchored at position {anchor.position}; its record is kept elsewhere, by member {anchor.member_id}")
    raise NotFound(f"hash {text}: neither a commitment nor a payload hash of any record here")


def _subject(session: Session, condition: ColumnElement[bool]) -> Subject:
    query = select(RecordItem.item_code, Record.commitment).join(Record, Record.id == RecordItem.record_id).where(condition)
    rows = session.execute(query.order_by(RecordItem.id)).all()
    codes = dict.fromkeys(code for code, _ in rows)
    return Subject([parse(code) for code in codes], {commitment for _, commitment in rows})
