"""Subscriptions of EPCIS 2.0: whoever may read asks to be sent the events of a named query, as they come or by a schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exchange import happenings, making, queries, schedule
from exchange.ending import end
from exchange.making import Maker
from exchange.models import HappeningKind, NamedQuery, State, Subscription, SubscriptionMark
from ledger_client.epcis.query.document import Form
from ledger_client.errors import InvalidInput, NotFound
from ledger_client.sentences import sentence
from ledger_client.webhook.destination import Networks
from records.columns import now
from records.models import Record


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client asks for. Either `schedule` or `stream`."""

    dest: str
    secret: str
    schedule: Mapping[str, str] | None = None
    stream: bool = False
    report_if_empty: bool = False
    initial_record_time: datetime | None = None
    form: Form = field(default_factory=Form)


def make(session: Session, maker: Maker, query: NamedQuery, wanted: Wanted, allowed: Networks) -> Subscription:
    """Subscribe. From now on, or with `initial_record_time` from what was recorded then; InvalidInput names the field that is wrong."""
    if wanted.stream == (wanted.schedule is not None):
        raise InvalidInput("stream", "and schedule: one of them has to be given", 'send "stream": true, or a schedule')
    require_streamable(query)
    since = wanted.initial_record_time
    if since is not None and not 1970 <= since.year <= 9000:
        raise InvalidInput("initialRecordTime", "is no time at which anything was recorded", "give a moment from 1970 on")
    given = None if wanted.schedule is None else schedule.read(wanted.schedule)
    row = making.make(
        session,
        maker,
        making.Wanted(
            kinds=(HappeningKind.QUERY,),
            dest=wanted.dest,
            secret=wanted.secret,
            query_id=query.id,
            schedule=given,
            report_if_empty=wanted.report_if_empty,
            initial_record_time=wanted.initial_record_time,
            runs_at=None if given is None else schedule.following(given, now()),
            form=wanted.form,
            allowed=allowed,
        ),
    )
    position = beginning(session, wanted.initial_record_time)
    session.add(SubscriptionMark(subscription_id=row.id, source=HappeningKind.QUERY, position=position))
    session.flush()
    return row


def beginning(session: Session, since: datetime | None) -> int:
    """The number behind which records are told."""
    settled = happenings.beginnings(session, (HappeningKind.QUERY,))[HappeningKind.QUERY]
    if since is None:
        return settled
    first = session.scalar(select(func.min(Record.id)).where(Record.captured_at >= since))
    return settled if first is None else min(settled, first - 1)


def require_streamable(query: NamedQuery) -> None:
    """InvalidInput for a query whose answer is not just every event that fulfils it."""
    found = queries.query_of(query)
    if found.order or found.limit is not None or found.most is not None:
        fix = "make a query without orderBy, eventCountLimit and maxEventCount"
        raise InvalidInput(
            "queryName", sentence("{name} puts events in order or counts them, so it cannot be subscribed to", name=query.name), fix
        )


def of_query(session: Session, query: NamedQuery, account_id: int | None, after: str = "", limit: int = 30) -> Sequence[Subscription]:
    """Active subscriptions to a query: those of one account, or all."""
    mine = select(Subscription).where(Subscription.query_id == query.id, Subscription.state == State.ACTIVE, Subscription.name == "")
    mine = mine if account_id is None else mine.where(Subscription.account_id == account_id)
    return session.scalars(mine.where(Subscription.id > after).order_by(Subscription.id).limit(limit)).all()


def counted(session: Session, account_id: int | None) -> dict[int, int]:
    """How many active subscriptions there are to each query: of one account, or in all."""
    mine = select(Subscription.query_id, func.count()).where(Subscription.state == State.ACTIVE, Subscription.name == "")
    mine = mine if account_id is None else mine.where(Subscription.account_id == account_id)
    return {row[0]: row[1] for row in session.execute(mine.group_by(Subscription.query_id)) if row[0] is not None}


def one(session: Session, query: NamedQuery, subscription_id: str, account_id: int | None) -> Subscription:
    """An active subscription to a query; NotFound, also for that of another account."""
    row = session.get(Subscription, subscription_id, populate_existing=True)
    foreign = row is not None and account_id is not None and row.account_id != account_id
    if row is None or foreign or row.query_id != query.id or row.kinds != [HappeningKind.QUERY] or row.state != State.ACTIVE:
        raise NotFound(
            sentence(
                "subscription {id}: there is none of that number to the query {name}",
                id=subscription_id[:60],
                name=query.name,
            )
        )
    return row


def leave(session: Session, row: Subscription) -> None:
    """End it, as its subscriber wants."""
    end(session, row, "its subscriber left")
