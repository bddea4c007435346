"""Erasing a record: its payload and secret are destroyed by two people, and an event on the chain tells that they were.

One asks, with a reason and by whose order; another approves. Then the data key, the sealed content and its hash, and what is left of a
document that held the event are destroyed in one transaction, together with storing the receipt: an event about an item of its own,
`https://id.traceledger.org/erasure/<id>`, which the publisher anchors like any other. The record's anchors stay where they are.
`count` is how often that happened: a backup whose key file was made at another count still holds keys that should be gone.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import orjson
from sqlalchemy import Engine, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from ledger_client.errors import Conflict, InvalidInput, NotFound, Retryable
from ledger_client.sentences import sentence
from records import documents
from records.capture import store_event
from records.columns import milliseconds, now
from records.contents import ERASED
from records.database import changed, insert_for, once_committed
from records.erasure_models import Erasure, ErasureState
from records.genealogy import draw as genealogy
from records.key_models import RecordKey
from records.lists.paging import Page, Place, page
from records.models import Capture, CaptureResult, CaptureState, Outcome, Record, RecordItem
from records.query import index
from records.search import text_index
from records.trail import carried
from telemetry.logs import log

ITEMS = "https://id.traceledger.org/erasure/"
OURS = "https://id.traceledger.org/"  # items of the system's own records, which tell of others
LONGEST = 500  # characters of a reason and of an order
_CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"traceledger": "https://id.traceledger.org/terms/"}]


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: the account's number, and its name for the receipt."""

    account: int
    name: str


def ask(session: Session, record: Record, by: Person, ordered_by: str, reason: str) -> Erasure:
    """Ask for a record to be erased. InvalidInput without an order or a reason, Conflict when it is erased or asked for already."""
    ordered_by, reason = _said("orderedBy", ordered_by), _said("reason", reason)
    codes = session.scalars(select(RecordItem.item_code).where(RecordItem.record_id == record.id).limit(1)).all()
    if any(code.startswith(OURS) for code in codes):
        raise InvalidInput("eventID", "names a record of the system's own", "receipts and seals of the audit log are kept")
    row: dict[str, Any] = {"id": str(uuid.uuid4()), "record_id": record.id, "state": ErasureState.ASKED, "ordered_by": ordered_by}
    row |= {"reason": reason, "asked_at": milliseconds(now()), "asked_by": by.account, "asked_name": by.name}
    added = session.scalar(insert_for(session, Erasure).values(row).on_conflict_do_nothing().returning(Erasure.id))
    if added is None:
        raise Conflict(sentence("event {event_id} is erased, or somebody asked for it already", event_id=record.event_id))
    return one(session, row["id"])


def approve(session: Session, erasure_id: str, by: Person) -> Erasure:
    """Erase. Conflict for the account that asked, and when it was decided already; Retryable while a document is being worked off."""
    erasure = _decide(session, erasure_id, by, ErasureState.ERASED)
    record = session.get_one(Record, erasure.record_id)
    if session.scalar(select(exists().where(Capture.state == CaptureState.RUNNING, Capture.signer == record.signer))):
        raise Retryable("a document of this signer is being worked off, and may hold the event; nothing was erased, try again")
    erasure.receipt_id = _receipt(session, erasure, record)
    _destroy(session, record)
    session.flush()
    once_committed(session, partial(log.info, "record.erased", record=record.id))
    bind = session.get_bind()
    once_committed(session, lambda: _empty_log(bind.engine))
    return erasure


def reject(session: Session, erasure_id: str, by: Person) -> Erasure:
    """Decide against it; whoever asked may take it back so."""
    return _decide(session, erasure_id, by, ErasureState.REJECTED)


def one(session: Session, erasure_id: str) -> Erasure:
    """The request of that id; raises NotFound."""
    found = session.get(Erasure, erasure_id)
    if found is None:
        raise NotFound(sentence("erasure {erasure_id}: there is none of that id", erasure_id=erasure_id[:40]))
    return found


def page_of(session: Session, state: ErasureState | None, place: Place | None, limit: int) -> Page[Erasure]:
    """Requests, newest first; a place's key is (asked at, id)."""
    rows = select(Erasure.asked_at, Erasure.id, Erasure)
    found = page(session, rows if state is None else rows.where(Erasure.state == state), (Erasure.asked_at, Erasure.id), place, limit)
    return Page([row.Erasure for row in found.rows], found.newer, found.older)


def of_record(session: Session, record_id: int) -> Erasure | None:
    """The request that stands for a record."""
    return session.scalar(select(Erasure).where(Erasure.record_id == record_id, Erasure.state != ErasureState.REJECTED))


def count(session: Session) -> int:
    """How many records were erased so far."""
    return session.scalar(select(func.count()).select_from(Erasure).where(Erasure.state == ErasureState.ERASED)) or 0


def item_of(erasure: Erasure) -> str:
    """The item code of its receipt."""
    return ITEMS + erasure.id


def told(moment: datetime) -> str:
    """A moment as a receipt tells it."""
    return moment.isoformat(timespec="milliseconds")


def _decide(session: Session, erasure_id: str, by: Person, state: ErasureState) -> Erasure:
    open_one = [Erasure.id == erasure_id, Erasure.state == ErasureState.ASKED]
    if state == ErasureState.ERASED:
        open_one.append(Erasure.asked_by != by.account)
    decided = {"state": state, "decided_at": milliseconds(now()), "decided_by": by.account, "decided_name": by.name}
    done = changed(session, update(Erasure).where(*open_one).values(decided))
    found = one(session, erasure_id)
    session.refresh(found)
    if done:
        return found
    if found.state == ErasureState.ASKED:
        raise Conflict(sentence("{name} asked for this erasure; another account approves it", name=by.name))
    raise Conflict(
        sentence("this erasure was decided already: it is {state}, by {name}", state=sentence(found.state), name=found.decided_name)
    )


def _destroy(session: Session, record: Record) -> None:
    """The key first: without it the rest is noise, wherever a copy of it lies."""
    session.execute(delete(RecordKey).where(RecordKey.record_id == record.id).execution_options(synchronize_session=False))
    changed(session, update(Record).where(Record.id == record.id).values(sealed=None, payload_mac=None, biz_step=None))
    session.expire(record)
    index.forget(session, record.id)
    genealogy.forget(session, [record.id])
    text_index.forget(session, record.id)
    told = or_(CaptureResult.record_id == record.id, CaptureResult.event_id == record.event_id)
    holding = select(Capture.id).where(Capture.sealed.is_not(None), exists().where(CaptureResult.capture_id == Capture.id, told))
    documents.destroy(session, session.scalars(holding).all())


def _receipt(session: Session, erasure: Erasure, record: Record) -> int:
    """Store the receipt, signed by the key that signed the record; returns its record's number."""
    stored, _ = store_event(session, record.signer, orjson.dumps(_event(session, erasure, record)))
    if stored.outcome != Outcome.STORED or stored.record_id is None:
        raise Conflict(sentence("the receipt of erasure {id} could not be stored: {outcome}", id=erasure.id, outcome=stored.outcome))
    return stored.record_id


def _event(session: Session, erasure: Erasure, record: Record) -> dict[str, Any]:
    moment = erasure.decided_at or now()
    return {
        "@context": _CONTEXT,
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "eventTime": told(moment),
        "eventTimeZoneOffset": "+00:00",
        "epcList": [item_of(erasure)],
        "traceledger:erasedEvent": record.event_id,
        ERASED: "0x" + record.commitment.hex(),
        "traceledger:erasedAnchors": [_anchors(one) for one in carried(session, [record.id])],
        "traceledger:erasedAt": told(moment),
        "traceledger:erasureOrderedBy": erasure.ordered_by,
        "traceledger:erasureReason": erasure.reason,
        "traceledger:erasureAskedBy": erasure.asked_name,
        "traceledger:erasureAskedAt": told(erasure.asked_at),
        "traceledger:erasureApprovedBy": erasure.decided_name,
    }


def _anchors(one: Any) -> dict[str, Any]:  # noqa: ANN401 (records.trail.Carried)
    told = {"traceledger:anchors": one.anchors, "traceledger:transaction": one.transaction and "0x" + one.transaction.hex()}
    return {name: value for name, value in (told | {"traceledger:block": one.block}).items() if value is not None}


def _empty_log(engine: Engine) -> None:
    """SQLite's write-ahead log keeps old pages until it is emptied; where a reader is in the way, the next checkpoint does it."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=2000")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.invalidate()  # with its short patience


def _said(field: str, text: str) -> str:
    found = " ".join(text.split())
    if not found:
        raise InvalidInput(field, "is missing", "say it in a sentence; it stands on the receipt")
    if len(found) > LONGEST:
        raise InvalidInput(field, sentence("has {count} characters", count=len(found)), sentence("at most {most}", most=LONGEST))
    if not found.isprintable():
        raise InvalidInput(field, "holds a control character", "write plain text")
    return found
