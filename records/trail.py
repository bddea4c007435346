"""How far records have come: the transactions that carry their anchors, and the blocks that these are in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from records.models import Capture, CaptureResult, RecordItem, Transaction


@dataclass(frozen=True, slots=True)
class Carried:
    """Some of a record's anchors: those of one transaction, or those that wait for one."""

    record_id: int
    anchors: int
    transaction: bytes | None  # hash
    state: str | None  # of the transaction
    block: int | None
    block_hash: bytes | None


def records_of_capture(session: Session, capture_id: str, limit: int) -> Sequence[int]:
    """The first `limit` numbers of the records that a capture stored, or found stored, in the order of its events."""
    rows = select(CaptureResult.record_id).where(CaptureResult.capture_id == capture_id, CaptureResult.outcome.in_(("stored", "duplicate")))
    return [number for number in session.scalars(rows.order_by(CaptureResult.index).limit(limit)) if number is not None]


def captures_of_record(session: Session, record_id: int) -> Sequence[Capture]:
    """The captures that brought a record, the first of them first, at most five; a single event comes without one."""
    rows = select(Capture).join(CaptureResult, CaptureResult.capture_id == Capture.id).where(CaptureResult.record_id == record_id)
    return session.scalars(rows.order_by(Capture.received_at).limit(5)).all()


def carried(session: Session, records: Sequence[int]) -> list[Carried]:
    """Where the anchors of these records are, at most 5,000 of them; in the order of their numbers."""
    whither = (Transaction.hash, Transaction.state, Transaction.block_number, Transaction.block_hash)
    rows = select(RecordItem.record_id, func.count(), *whither).outerjoin(Transaction, Transaction.id == RecordItem.transaction_id)
    grouped = rows.where(RecordItem.record_id.in_(records)).group_by(RecordItem.record_id, Transaction.id, *whither)
    return [Carried(*row) for row in session.execute(grouped.order_by(RecordItem.record_id, Transaction.id))]
