"""The databases of `tests.postgres`, and the plant of the traces with a quality manager."""

import pytest
from sqlalchemy.orm import Session

from indexer import models as mirror
from ledger_client.codes import parse
from recall import holds
from recall.gate import gate
from recall.holds import Person
from records.capture import store_event
from records.query.index import step as index_step
from tests.postgres import database_url, engine, postgres_server, postgres_url, sessions, sqlite_url
from tests.records.documents import OTHER, SIGNER, alone
from tests.tracing.plant import Plant

__all__ = ["database_url", "engine", "postgres_server", "postgres_url", "sessions", "sqlite_url"]
LIN, ZHOU = Person("Lin", SIGNER), Person("Zhou", OTHER)


class Guarded(Plant):
    """A plant whose events pass the gate; its clock is ahead of every hold."""

    def write(self, kind, at=None, signer=SIGNER, **said):
        """Capture an event as the running system does."""
        self.hour = self.hour + 1 if at is None else self.hour
        time = f"2030-09-{1 + (at or self.hour) // 24:02}T{(at or self.hour) % 24:02}:00:00+00:00"
        whole = {"type": kind, "eventTime": time, "eventTimeZoneOffset": "+00:00"} | said
        with self.sessions.begin() as session:
            return store_event(session, signer, alone(whole), gate)[0].record_id

    def hold(self, code, by=LIN, reason="antibiotics"):
        """Freeze a thing."""
        with self.sessions.begin() as session:
            return holds.place(session, parse(code), reason, by).id

    def index(self):
        """Let the index of queries have all records, as the job `keep` does."""
        while True:
            with self.sessions.begin() as session:
                if not index_step(session):
                    return

    def release(self, hold, by=LIN, reason="nothing found"):
        """Let it go."""
        with self.sessions.begin() as session:
            return holds.release(session, hold, reason, by)


@pytest.fixture
def plant(engine, sessions):
    """Two members, one plant."""
    found = Guarded(engine, sessions)
    with Session(engine) as session, session.begin():
        for number, key in enumerate((SIGNER, OTHER), 1):
            session.add(mirror.MirroredMember(member_id=number, name=f"M{number}", endpoint="", roles=1, suspended=False, since=1))
            session.add(mirror.MirroredSigner(address=key, member_id=number, active_from=1, active_until=0))
    return found
