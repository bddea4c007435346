"""Writes what subscriptions are to be told as deliveries, and moves their marks, in one transaction: nothing is told twice or left out.

A subscription whose deliveries are not taken gets no more of them than `ROOM`: its marks stay where they are, and it is told later.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from exchange import happenings, queries, schedule
from exchange.ending import end
from exchange.happenings import Happening, Looked, Marks, Of
from exchange.models import Delivery, DeliveryState, HappeningKind, NamedQuery, State, Subscription, SubscriptionMark
from exchange.owners import Owner, member_of, needed, owner_of
from indexer.audiences import policies
from ledger_client.epcis.query import Query
from ledger_client.errors import LedgerError, Retryable
from ledger_client.sentences import sentence
from records.audiences import View
from records.bulk import insert_rows
from records.columns import now
from records.database import changed, insert_for
from telemetry.logs import log

ROOM = 200  # deliveries that may wait for one subscription
NONE: Mapping[HappeningKind, Of] = MappingProxyType({})


class Overtaken(Retryable):
    """Another process told a subscription the same at the same time; nothing of this was kept."""


def step(session: Session, members: Mapping[HappeningKind, Of] = NONE) -> int:
    """Look once for each active subscription; returns how many deliveries were written. The caller commits.

    `members`: sources of later packages, of what concerns one member only.
    """
    mine = select(Subscription).where(Subscription.state == State.ACTIVE).order_by(Subscription.id)
    rows = session.scalars(mine.with_for_update(skip_locked=True).execution_options(populate_existing=True)).all()
    waiting = _waiting(session)
    return sum(_look(session, row, members) for row in rows if waiting.get(row.id, 0) < ROOM)


def _waiting(session: Session) -> dict[str, int]:
    count = select(Delivery.subscription_id, func.count()).where(Delivery.state == DeliveryState.WAITING)
    return {row[0]: row[1] for row in session.execute(count.group_by(Delivery.subscription_id))}


def _look(session: Session, row: Subscription, members: Mapping[HappeningKind, Of]) -> int:
    owner = owner_of(session, row)
    if needed(row) not in owner.rights:
        end(session, row, sentence("the account {name}, or its key, may not do this any more", name=owner.name))
        return 1
    if row.runs_at is not None and row.runs_at > now():
        return 0
    marks = {one.source: one.position for one in session.scalars(_marks(row))}
    try:
        found = [_found(session, row, HappeningKind(kind), marks, owner, members) for kind in row.kinds]
    except Retryable:
        raise
    except LedgerError as problem:
        _say(session, row, str(problem))
        return 0
    fresh = [one for looked in found for one in _untold(session, row, looked.happenings)]
    more = any(looked.more for looked in found)
    if row.schedule is not None and not more:
        fresh += _empty(row, fresh)
        _run_next(session, row)
    for looked in found:
        _move(session, row, marks, looked.marks)
    _write(session, row, fresh)
    return len(fresh) + more


def _marks(row: Subscription) -> Select[SubscriptionMark]:
    mine = select(SubscriptionMark).where(SubscriptionMark.subscription_id == row.id)
    return mine.execution_options(populate_existing=True)


def _found(
    session: Session, row: Subscription, kind: HappeningKind, marks: Marks, owner: Owner, members: Mapping[HappeningKind, Of]
) -> Looked:
    if kind in members:
        return members[kind](session, marks, member_of(session, owner))
    if kind in happenings.OTHERS:
        return happenings.OTHERS[kind](session, marks)
    if kind not in (HappeningKind.QUERY, HappeningKind.STORED):
        return Looked()  # its source was not handed over
    view = View(owner.audience, policies(session))
    return happenings.events(session, kind, marks, query_of(session, row), view)


def query_of(session: Session, row: Subscription) -> Query:
    """Which events a subscription is about; all of them where it names no query."""
    if row.query_id is None:
        return Query()
    return queries.recorded_since(queries.query_of(session.get_one(NamedQuery, row.query_id)), row.initial_record_time)


def _untold(session: Session, row: Subscription, found: Sequence[Happening]) -> list[Happening]:
    if not found:
        return []
    mine = (Delivery.subscription_id == row.id, Delivery.kind == found[0].kind)
    told = select(Delivery.subject).where(*mine, Delivery.subject.in_([one.subject for one in found]))
    known = set(session.scalars(told))
    return [one for one in found if one.subject not in known]


def _empty(row: Subscription, fresh: Sequence[Happening]) -> list[Happening]:
    """The report that there is nothing, for who wants to hear that."""
    if fresh or not row.report_if_empty or row.runs_at is None:
        return []
    return [Happening(HappeningKind.QUERY, f"none at {row.runs_at.isoformat()}", {})]


def _run_next(session: Session, row: Subscription) -> None:
    later = schedule.following(row.schedule or {}, now())
    same = (Subscription.id == row.id, Subscription.runs_at == row.runs_at)
    if not changed(session, update(Subscription).where(*same).values(runs_at=later)):
        raise Overtaken(sentence("subscription {id}: another process ran it", id=row.id))


def _move(session: Session, row: Subscription, marks: Marks, moved: Marks) -> None:
    for source, position in moved.items():
        here = (SubscriptionMark.subscription_id == row.id, SubscriptionMark.source == source)
        if source in marks:
            ahead = changed(
                session, update(SubscriptionMark).where(*here, SubscriptionMark.position == marks[source]).values(position=position)
            )
        else:
            place = {"subscription_id": row.id, "source": source, "position": position}
            ahead = len(
                session.execute(
                    insert_for(session, SubscriptionMark).values(place).on_conflict_do_nothing().returning(SubscriptionMark.source)
                ).all()
            )
        if not ahead:
            raise Overtaken(sentence("subscription {id}: another process told of {source}", id=row.id, source=source))


def _write(session: Session, row: Subscription, fresh: Sequence[Happening]) -> None:
    moment = now()
    again = {"subscription_id": row.id, "made_at": moment, "state": DeliveryState.WAITING, "tries": 0}
    insert_rows(
        session,
        Delivery,
        [
            again
            | {"key": str(uuid.uuid4()), "kind": one.kind, "subject": one.subject, "content": one.content, "records": list(one.records)}
            for one in fresh
        ],
    )


def _say(session: Session, row: Subscription, problem: str) -> None:
    if row.problem != problem:
        changed(session, update(Subscription).where(Subscription.id == row.id).values(problem=problem))
        log.warning("subscription.waits", subscription=row.id, reason=problem)
