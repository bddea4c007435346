"""What was accepted and is not on the chain yet, and how publishing goes: for `/status`."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.schemas import LaneOut, QueueOut
from api.spelling import hexed
from records.models import Capture, CaptureState, Lane, Record, RecordItem, Transaction, TransactionState

_OPEN = (TransactionState.SIGNED, TransactionState.SENT)


def queue(session: Session) -> QueueOut:
    """Depth and age of the queue, running captures, and each signer's lane."""
    unsigned = select(func.count(), func.min(RecordItem.record_id)).where(RecordItem.transaction_id.is_(None))
    waiting, first = session.execute(unsigned).one()
    signed, signed_at = session.execute(
        select(func.coalesce(func.sum(Transaction.items), 0), func.min(Transaction.signed_at)).where(Transaction.state.in_(_OPEN))
    ).one()
    captured = session.scalar(select(Record.captured_at).where(Record.id == first)) if first else None
    running = session.scalar(select(func.count()).select_from(Capture).where(Capture.state == CaptureState.RUNNING))
    lanes = session.scalars(select(Lane).order_by(Lane.signer))
    return QueueOut(
        depth=int(waiting) + int(signed),
        oldest=min((one for one in (captured, signed_at) if one), default=None),
        captures_running=running or 0,
        lanes=[LaneOut(signer=hexed(lane.signer), state=lane.state, since=lane.since, problem=lane.problem) for lane in lanes],
    )
