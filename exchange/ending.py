"""How a subscription ends: whatever still waits is not sent, the secret is destroyed, the log of what was sent stays."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from exchange.models import Delivery, DeliveryState, State, Subscription
from records import held
from records.columns import now
from records.database import changed
from records.row_seals import seal
from telemetry.logs import log


def end(session: Session, row: Subscription, reason: str) -> None:
    """End it, once."""
    mine = update(Subscription).where(Subscription.id == row.id, Subscription.state == State.ACTIVE)
    if not changed(session, mine.values(state=State.ENDED, ended_at=now(), problem=reason, query_id=None)):
        return
    waiting = update(Delivery).where(Delivery.subscription_id == row.id, Delivery.state == DeliveryState.WAITING)
    changed(session, waiting.values(state=DeliveryState.CANCELLED, ended_at=now()))
    held.forget(session, row.secret_id)
    seal(session, row)
    session.refresh(row)
    log.info("subscription.ended", subscription=row.id, reason=reason)
