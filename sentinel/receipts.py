"""Phase 6: erasures against the receipts that tell of them, the seals of the audit log against theirs, and sealed rows (`row_seals`).

A receipt or a seal is an event like any other: phase 1 holds its record against the chain. What the rows say is what these events say,
and each such event has its row. There are tens of erasures and a seal a day, so all of them are compared at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import sealing
from accounts.models import Seal
from ledger_client.sentences import sentence
from records import contents, erasure
from records.erasure_models import Erasure, ErasureState
from records.models import Record, RecordItem
from sentinel import row_seals
from sentinel.suspicion import Piece, Suspicion, added, altered, missing

ERASURES, SEALS = Erasure.__tablename__, Seal.__tablename__
_TOLD = {  # column -> property of the receipt
    "ordered_by": "traceledger:erasureOrderedBy",
    "reason": "traceledger:erasureReason",
    "asked_at": "traceledger:erasureAskedAt",
    "asked_name": "traceledger:erasureAskedBy",
    "decided_at": "traceledger:erasedAt",
    "decided_name": "traceledger:erasureApprovedBy",
}
_END = "\U0010ffff"

Event = Mapping[str, Any]


class Receipt(NamedTuple):
    """A record that tells of an erasure: its number, and its event."""

    number: int
    event: Event


def check(session: Session) -> Piece:
    """Compare all of them; what differs is read a second time, because it may have been in motion."""
    suspicions = set(_differences(session))
    if suspicions:
        suspicions &= set(_differences(session))
    return Piece(0, 0, True, tuple(sorted(suspicions)))


def _differences(session: Session) -> Iterator[Suspicion]:
    yield from _erasures(session)
    yield from _seals(session)
    yield from row_seals.differences(session)


def _erasures(session: Session) -> Iterator[Suspicion]:
    query = select(Erasure).order_by(Erasure.asked_at).execution_options(populate_existing=True)
    rows = {erasure.item_of(row): row for row in session.scalars(query)}
    receipts = {code: Receipt(number, event) for code, number, event in _events(session, erasure.ITEMS) if contents.ERASED in event}
    for code, row in rows.items():
        receipt = receipts.get(code)
        if receipt is not None:
            yield from _erasure(session, row, receipt)
        elif row.state == ErasureState.ERASED:
            yield added(ERASURES, row.id, sentence("a receipt about {code}", code=code), "none that opens", "id")
    for code in receipts.keys() - rows.keys():
        yield missing(
            ERASURES,
            code.removeprefix(erasure.ITEMS),
            sentence("the erasure that record {number} is the receipt of", number=receipts[code].number),
        )


def _erasure(session: Session, row: Erasure, receipt: Receipt) -> Iterator[Suspicion]:
    """One erasure, column by column."""
    if row.state != ErasureState.ERASED:
        yield altered(ERASURES, row.id, "state", ErasureState.ERASED, row.state)
    if row.receipt_id != receipt.number:
        yield altered(ERASURES, row.id, "receipt_id", receipt.number, row.receipt_id)
    told = receipt.event[contents.ERASED]
    commitment = session.scalar(select(Record.commitment).where(Record.id == row.record_id))
    if commitment is None or told != "0x" + commitment.hex():
        yield altered(ERASURES, row.id, "record_id", sentence("the record of commitment {told}", told=told), row.record_id)
    for column, name in _TOLD.items():
        value, said = getattr(row, column), receipt.event.get(name)
        if value != (_moment(said) if isinstance(value, datetime) else said):
            yield altered(ERASURES, row.id, column, said, value)


def _seals(session: Session) -> Iterator[Suspicion]:
    query = select(Seal).order_by(Seal.entries).execution_options(populate_existing=True)
    rows = {row.entries: row for row in session.scalars(query)}
    told = {seal.entries: (seal, event) for _, _, event in _events(session, sealing.item_code(session)) if (seal := sealing.told_in(event))}
    for entries, row in rows.items():
        if entries not in told:
            yield added(SEALS, entries, "a record that tells of this seal", "none that opens")
            continue
        seal, event = told[entries]
        for column, expected in (("hash", seal.hash), ("event_id", seal.event_id), ("at", _moment(event["eventTime"]))):
            if getattr(row, column) != expected:
                yield altered(SEALS, entries, column, expected, getattr(row, column))
    for entries in told.keys() - rows.keys():
        yield missing(SEALS, entries, sentence("the seal of which event {event_id} tells", event_id=told[entries][0].event_id))


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None


def _events(session: Session, code: str) -> Iterator[tuple[str, int, Event]]:
    """(item code, record number, event) of the records about an item, or about all whose codes begin so; those that do not open are told
    in phase 1. The first record about an item counts: any writer may record another later."""
    query = select(RecordItem.item_code, Record).join(Record, Record.id == RecordItem.record_id).order_by(Record.id.desc())
    about = (RecordItem.item_code >= code, RecordItem.item_code <= code + _END) if code.endswith("/") else (RecordItem.item_code == code,)
    rows = session.execute(query.where(*about).execution_options(populate_existing=True)).all()
    held = contents.opened(session, [record for _, record in rows])
    for item, record in rows:
        event = held[record.id].event()
        if event is not None:
            yield item, record.id, event
