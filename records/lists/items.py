"""Items by their latest record, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, select
from sqlalchemy.orm import Session, aliased

from records import queries
from records.lists.paging import Page, Place, page
from records.models import Record, RecordItem
from records.queries import RecordState


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item in a list, with its latest record."""

    code: str
    item_id: bytes
    record_id: int
    event_type: str
    event_time: datetime
    signer: bytes
    state: RecordState  # of that record


def items(session: Session, place: Place | None, limit: int, *, signers: Sequence[bytes] | None = None) -> Page[ItemRow]:
    """One page of items; a place's key is the number of the latest entry in the queue of anchors."""
    later = aliased(RecordItem)
    superseded = exists().where(later.item_id == RecordItem.item_id, later.id > RecordItem.id)
    query = (
        select(
            RecordItem.id,
            RecordItem.item_code,
            RecordItem.item_id,
            RecordItem.record_id,
            Record.event_type,
            Record.event_time,
            Record.signer,
        )
        .join(Record, Record.id == RecordItem.record_id)
        .where(~superseded)
    )
    if signers is not None:
        query = query.where(RecordItem.signer.in_(signers))
    found = page(session, query, (RecordItem.id,), place, limit)
    states = queries.states(session, [row.record_id for row in found.rows])
    return Page([_row(row, states[row.record_id]) for row in found.rows], found.newer, found.older)


def known(session: Session, item_id: bytes) -> bool:
    """Whether anything is recorded for an item here."""
    return session.scalar(select(RecordItem.id).where(RecordItem.item_id == item_id).limit(1)) is not None


def _row(row: Row[*tuple[Any, ...]], state: RecordState) -> ItemRow:
    return ItemRow(row.item_code, row.item_id, row.record_id, row.event_type, row.event_time, row.signer, state)
