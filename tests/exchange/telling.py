"""The jobs of `exchange`, stepped by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from exchange import deliver, gather
from exchange.models import Delivery, Subscription
from records.capture import store_event
from records.columns import now
from tests.exchange.receiver import LOOPBACK
from tests.records.documents import SIGNER, alone, event

Sessions = sessionmaker[Session]


def store(sessions: Sessions, *numbers: int, **changes: Any) -> list[str]:
    """Store events that differ by these numbers; gives their ids."""
    with sessions.begin() as session:
        return [store_event(session, SIGNER, alone(event(number, **changes)))[1] for number in numbers]


def gathered(sessions: Sessions) -> int:
    done, total = 1, 0
    while done:
        with sessions.begin() as session:
            done = gather.step(session)
            total += done
    return total


def sent(sessions: Sessions, seconds: float = 2) -> int:
    with sessions.begin() as session:
        return deliver.step(session, LOOPBACK, seconds)


def told(sessions: Sessions) -> None:
    """All there is to tell, until nothing is due."""
    gathered(sessions)
    while sent(sessions):
        pass


def later(sessions: Sessions, by: timedelta = timedelta(hours=2)) -> None:
    """As if that much time had passed since."""
    with sessions.begin() as session:
        for row in session.scalars(select(Delivery)):
            row.made_at -= by
        session.execute(update(Subscription).values(next_at=now() - timedelta(seconds=1)))
