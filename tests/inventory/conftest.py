"""The databases of `tests.postgres`, and a plant whose stock is counted."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from inventory import lots, touched, walk
from inventory.lots import Asked
from inventory.models import StockGoods
from records.erasure import Person, approve, ask
from records.models import Record
from tests.postgres import database_url, engine, postgres_server, postgres_url, sessions, sqlite_url
from tests.tracing.plant import Plant

__all__ = ["database_url", "engine", "postgres_server", "postgres_url", "sessions", "sqlite_url"]


class Yard(Plant):
    """A plant that also keeps stock."""

    def count(self):
        """Do what `keep` does, without its rests."""
        done = 1
        while done:
            with self.sessions.begin() as session:
                done = touched.step(session)
                session.execute(update(StockGoods).where(StockGoods.due_at.is_not(None)).values(due_at=0))
            with self.sessions.begin() as session:
                done += walk.step(session)

    def erase(self, record):
        """Two people have it destroyed."""
        with self.sessions.begin() as session:
            asked = ask(session, session.get_one(Record, record), Person(1, "one"), "a court", "personal data")
            approve(session, asked.id, Person(2, "two"))

    def stock(self, **asked):
        """(last part of the lot's code, state, amount), by name."""
        self.count()
        with self.sessions() as session:
            found = lots.lots(session, Asked(**asked))
            return sorted(((one.code.rpartition("/")[2], one.state, one.amount) for one in found), key=lambda one: (*one[:2], -one[2]))


@pytest.fixture
def yard(engine, sessions):
    """A yard without a history, on each of the databases."""
    return Yard(engine, sessions)
