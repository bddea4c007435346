"""Sends deliveries until they are taken: in order and one at a time for each subscription, some subscriptions at once.

At least once: the outcome is stored after the answer came, so what was sent in the instant of a kill is sent again, under the same key
(header TraceLedger-Delivery), by which a receiver drops the second one. What is not taken holds up the later ones of its subscription,
which is tried again with growing pauses, and is given up after some days; then the next one's turn comes. Nothing of it is thrown away:
it can be sent again from the log.
"""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import Select, delete, exists, select, update
from sqlalchemy.orm import Session

from exchange import bodies
from exchange.ending import end
from exchange.models import Delivery, DeliveryState, State, Subscription
from exchange.owners import needed, owner_of
from ledger_client.sentences import sentence
from ledger_client.webhook.destination import Networks
from ledger_client.webhook.post import SECONDS, NotTaken, post
from records import held
from records.columns import now
from records.database import changed, once_committed
from telemetry.logs import log

AT_ONCE = 8  # subscriptions that are sent to at the same time
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)
PATIENCE = timedelta(days=3)
KEPT = timedelta(days=30)
KEY = "TraceLedger-Delivery"
_NO_SECRET = "the secret it is signed with is not here any more (a backup holds none); give it another"  # noqa: S105


@dataclass(frozen=True, slots=True)
class _Letter:
    """One delivery, ready to be sent without a database."""

    row: Delivery
    to: Subscription
    body: bytes
    media_type: str
    secret: str


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: int | None
    problem: str | None  # None: taken


def step(session: Session, allowed: Networks, seconds: float = SECONDS) -> int:
    """Send the first waiting delivery of some subscriptions; returns how many were tried. The caller commits."""
    lanes = session.scalars(_due().with_for_update(skip_locked=True, of=Subscription).execution_options(populate_existing=True)).all()
    letters, done = [], 0
    for lane in lanes:
        letter = _letter(session, lane)
        if letter is None:
            done += 1
        else:
            letters.append(letter)
    if done or not letters:  # what was noted is committed first: nothing is held while somebody is waited for
        return done
    with ThreadPoolExecutor(len(letters), thread_name_prefix="deliver") as pool:
        outcomes = list(pool.map(lambda letter: _sent(letter, allowed, seconds), letters))
    for letter, outcome in zip(letters, outcomes, strict=True):
        _note(session, letter, outcome)
    return len(letters)


def forget(session: Session, kept: timedelta = KEPT, most: int = 1000) -> int:
    """Take the oldest entries out of the log, those that are over for a month; returns how many. The caller commits."""
    old = session.scalars(select(Delivery.id).where(Delivery.ended_at < now() - kept).order_by(Delivery.ended_at).limit(most)).all()
    if old:
        session.execute(delete(Delivery).where(Delivery.id.in_(old)).execution_options(synchronize_session=False))
    return len(old)


def pause(failures: int) -> timedelta:
    """How long to wait after that many failures in a row: doubled each time, a fifth more or less, so that not all come back at once."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(failures - 1, 20)
    return min(doubled, LONGEST_PAUSE) * random.uniform(0.8, 1.2)  # noqa: S311 (no secret)


def _due() -> Select[Subscription]:
    waiting = exists().where(Delivery.subscription_id == Subscription.id, Delivery.state == DeliveryState.WAITING)
    due = select(Subscription).where(Subscription.state == State.ACTIVE, Subscription.next_at <= now(), waiting)
    return due.order_by(Subscription.next_at).limit(AT_ONCE)


def _letter(session: Session, lane: Subscription) -> _Letter | None:
    """What is sent to a subscription next; None if it ended, or cannot be sent to now, which is noted."""
    owner = owner_of(session, lane)
    if needed(lane) not in owner.rights:
        end(session, lane, sentence("the account {name}, or its key, may not do this any more", name=owner.name))
        return None
    first = select(Delivery).where(Delivery.subscription_id == lane.id, Delivery.state == DeliveryState.WAITING).order_by(Delivery.id)
    row = session.scalars(first.limit(1).execution_options(populate_existing=True)).one()
    secret = held.opened(session, lane.secret_id)
    if secret is None:
        _put_off(session, lane, _NO_SECRET)
        return None
    return _Letter(row, lane, *bodies.body(session, lane, row, owner), secret)


def _sent(letter: _Letter, allowed: Networks, seconds: float) -> _Outcome:
    try:
        headers = {KEY: letter.row.key, "Content-Type": letter.media_type}
        return _Outcome(post(letter.to.dest, letter.body, letter.secret, headers, allowed, seconds), None)
    except NotTaken as problem:
        return _Outcome(problem.status, problem.problem)


def _note(session: Session, letter: _Letter, outcome: _Outcome) -> None:
    """Keep how it went, unless another process noted it first, or the subscription ended meanwhile."""
    row, moment = letter.row, now()
    state = DeliveryState.DELIVERED if outcome.problem is None else DeliveryState.WAITING
    if outcome.problem is not None and moment - row.made_at > PATIENCE:
        state = DeliveryState.GIVEN_UP
    told = {"state": state, "tries": row.tries + 1, "tried_at": moment, "status": outcome.status, "problem": outcome.problem}
    ended = None if state == DeliveryState.WAITING else moment
    same = (Delivery.id == row.id, Delivery.state == DeliveryState.WAITING, Delivery.tries == row.tries)
    if not changed(session, update(Delivery).where(*same).values(told | {"ended_at": ended})):
        return
    if outcome.problem is None:
        well = {"failures": 0, "next_at": moment, "notified_at": moment, "problem": None}
        changed(session, update(Subscription).where(Subscription.id == letter.to.id).values(well))
    else:
        _put_off(session, letter.to, outcome.problem)
    once_committed(session, partial(log.info, f"delivery.{state}", delivery=row.key, subscription=letter.to.id, failures=row.tries))


def _put_off(session: Session, lane: Subscription, problem: str) -> None:
    later = {"failures": lane.failures + 1, "next_at": now() + pause(lane.failures + 1), "problem": problem}
    changed(session, update(Subscription).where(Subscription.id == lane.id, Subscription.state == State.ACTIVE).values(later))
