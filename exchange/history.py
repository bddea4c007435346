"""The log of deliveries: what was sent, what waits and why, and sending one again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from exchange.models import Delivery, DeliveryState, State, Subscription
from ledger_client.errors import Conflict, NotFound
from ledger_client.sentences import sentence
from records.columns import now
from records.database import changed


def listed(
    session: Session,
    subscription_id: str | None = None,
    state: DeliveryState | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[Delivery]:
    """Deliveries, newest first."""
    rows = select(Delivery).order_by(Delivery.id.desc()).limit(limit)
    if subscription_id is not None:
        rows = rows.where(Delivery.subscription_id == subscription_id)
    if state is not None:
        rows = rows.where(Delivery.state == state)
    return session.scalars(rows if before is None else rows.where(Delivery.id < before)).all()


def of_all(session: Session, subscription_ids: Sequence[str], limit: int = 50) -> Sequence[Delivery]:
    """Deliveries to some subscriptions, newest first."""
    rows = select(Delivery).where(Delivery.subscription_id.in_(subscription_ids)).order_by(Delivery.id.desc()).limit(limit)
    return session.scalars(rows).all()


def one(session: Session, key: str) -> Delivery:
    """The delivery of that number; NotFound."""
    row = session.scalar(select(Delivery).where(Delivery.key == key).execution_options(populate_existing=True))
    if row is None:
        raise NotFound(sentence("delivery {key}: there is none of that number; the log goes back some weeks", key=key[:60]))
    return row


def send_again(session: Session, row: Delivery) -> None:
    """Let a delivery wait again, and its subscription be tried at once; Conflict when that has ended."""
    lane = session.get_one(Subscription, row.subscription_id, populate_existing=True)
    if lane.state != State.ACTIVE:
        raise Conflict(sentence("subscription {id} has ended: {problem}", id=lane.id, problem=lane.problem))
    again = {"state": DeliveryState.WAITING, "ended_at": None}
    changed(session, update(Subscription).where(Subscription.id == lane.id).values(next_at=now()))  # first, as whoever sends holds it
    changed(session, update(Delivery).where(Delivery.id == row.id).values(again))
    session.refresh(row)
