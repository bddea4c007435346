"""How much is on its way to the chain, told without counting a long queue to its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from records.models import Lane, Record, RecordItem, Transaction, TransactionState

MOST = 10_000  # counted exactly up to here; more are told as one more
_MOVING = (TransactionState.SIGNED, TransactionState.SENT)


@dataclass(frozen=True, slots=True)
class Open:
    """Anchors that are not final, and transactions that failed, each at most MOST + 1. `oldest`: when what waits longest was stored."""

    pending: int
    sent: int
    anchored: int
    failed: int
    oldest: datetime | None


def open_counts(session: Session) -> Open:
    """Counted by partial indexes: what is final is never looked at."""
    waiting = select(RecordItem.id).where(RecordItem.transaction_id.is_(None))
    signed, sent, mined = (_carried(session, state) for state in (*_MOVING, TransactionState.MINED))
    return Open(
        pending=min(_bounded(session, waiting) + signed, MOST + 1),
        sent=min(sent, MOST + 1),
        anchored=min(mined, MOST + 1),
        failed=_bounded(session, select(Transaction.id).where(Transaction.state == TransactionState.FAILED)),
        oldest=_oldest(session),
    )


def lanes(session: Session) -> Sequence[Lane]:
    """How publishing goes for each signer."""
    return session.scalars(select(Lane).order_by(Lane.signer)).all()


def _carried(session: Session, state: TransactionState) -> int:
    """Anchors in transactions of that state; of these there are few."""
    return session.scalar(select(func.sum(Transaction.items)).where(Transaction.state == state)) or 0


def _bounded(session: Session, query: Select[int]) -> int:
    return session.scalar(select(func.count()).select_from(query.limit(MOST + 1).subquery())) or 0


def _oldest(session: Session) -> datetime | None:
    """When the record of the first anchor in the queue was stored, or of the first in a transaction that is in no block."""
    first = session.scalar(select(func.min(RecordItem.id)).where(RecordItem.transaction_id.is_(None)))
    moving = session.scalar(select(func.min(Transaction.first_item)).where(Transaction.state.in_(_MOVING)))
    heads = [number for number in (first, moving) if number is not None]
    rows = select(func.min(Record.captured_at)).join(RecordItem, RecordItem.record_id == Record.id)
    return session.scalar(rows.where(RecordItem.id.in_(heads))) if heads else None
