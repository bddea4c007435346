"""Webhooks: an operator has another system (ERP, MES, WMS) told of happenings of some kinds."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exchange import happenings, making
from exchange.ending import end
from exchange.making import Maker
from exchange.models import WEBHOOK_KINDS, Delivery, DeliveryState, HappeningKind, NamedQuery, State, Subscription, SubscriptionMark
from exchange.subscriptions import require_streamable
from ledger_client.errors import Conflict, InvalidInput, NotFound
from ledger_client.sentences import sentence
from ledger_client.webhook.destination import Networks
from records import held
from records.columns import now
from records.row_seals import seal

LONGEST_NAME = 100


def make(
    session: Session, maker: Maker, name: str, dest: str, kinds: Sequence[HappeningKind], query: NamedQuery | None, allowed: Networks
) -> tuple[Subscription, str]:
    """Make a webhook that tells of what happens from now on; returns it and its secret, which is not shown again.

    `query`: of the events that are stored, only those that fulfil it. InvalidInput names the field that is wrong.
    """
    _check(name, kinds, query)
    secret = making.drawn_secret()
    chosen = [kind for kind in WEBHOOK_KINDS if kind in kinds]
    wanted = making.Wanted(chosen, dest, secret, name.strip(), query.id if query else None, allowed=allowed)
    row = making.make(session, maker, wanted)
    marks = happenings.beginnings(session, chosen)
    session.add_all(SubscriptionMark(subscription_id=row.id, source=source, position=position) for source, position in marks.items())
    session.flush()
    return row, secret


def renew(session: Session, row: Subscription) -> str:
    """Another secret from now on, also for what waits; returns it. Conflict for one that ended."""
    if row.state != State.ACTIVE:
        raise Conflict(sentence("subscription {id} has ended; make another", id=row.id))
    secret = making.drawn_secret()
    held.forget(session, row.secret_id)
    row.secret_id, row.failures, row.next_at = held.hold(session, secret), 0, now()
    seal(session, row)
    return secret


def stop(session: Session, row: Subscription, who: str) -> None:
    """End a webhook or a subscription."""
    end(session, row, sentence("ended by {who}", who=who))


def listed(session: Session, *, ended: bool = False, limit: int = 500) -> Sequence[Subscription]:
    """Every webhook and subscription that goes on, newest first; or those that ended."""
    state = State.ENDED if ended else State.ACTIVE
    return session.scalars(select(Subscription).where(Subscription.state == state).order_by(Subscription.made_at.desc()).limit(limit)).all()


def one(session: Session, subscription_id: str) -> Subscription:
    """A webhook or subscription, also one that ended; NotFound."""
    row = session.get(Subscription, subscription_id, populate_existing=True)
    if row is None:
        raise NotFound(sentence("webhook {id}: there is none of that number", id=subscription_id[:60]))
    return row


def waiting(session: Session) -> dict[str, int]:
    """How many deliveries wait, by subscription."""
    count = select(Delivery.subscription_id, func.count()).where(Delivery.state == DeliveryState.WAITING)
    return {row[0]: row[1] for row in session.execute(count.group_by(Delivery.subscription_id))}


def _check(name: str, kinds: Sequence[HappeningKind], query: NamedQuery | None) -> None:
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInput(
            "name",
            sentence("{name!r} cannot name a webhook", name=name[:20]),
            sentence("use 1 to {most} characters that can be seen", most=LONGEST_NAME),
        )
    if not kinds or set(kinds) - set(WEBHOOK_KINDS):
        raise InvalidInput(
            "kinds", "names nothing that a webhook tells of", sentence("choose from {known}", known=", ".join(WEBHOOK_KINDS))
        )
    if query is not None and HappeningKind.STORED not in kinds:
        raise InvalidInput("query", "goes with event.stored only", "add that kind, or leave the query out")
    if query is not None:
        require_streamable(query)
