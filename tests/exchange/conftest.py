"""The databases of `tests.postgres`, accounts, and a receiver."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session, sessionmaker

from accounts import people
from accounts.roles import Role
from exchange.making import Maker
from indexer import models as mirror
from tests.exchange.receiver import Receiver, receiver
from tests.postgres import database_url, engine, postgres_server, postgres_url, sessions, sqlite_url

__all__ = ["database_url", "engine", "postgres_server", "postgres_url", "sessions", "sqlite_url"]


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


@pytest.fixture
def operator(sessions: sessionmaker[Session]) -> Maker:
    mirror.create(sessions.kw["bind"])
    with sessions.begin() as session:
        return Maker(people.create(session, "op", Role.OPERATOR).id)


@pytest.fixture
def partner(sessions: sessionmaker[Session]) -> Maker:
    mirror.create(sessions.kw["bind"])
    with sessions.begin() as session:
        return Maker(people.create(session, "erp", Role.PARTNER).id)


@pytest.fixture
def auditor(sessions: sessionmaker[Session]) -> Maker:
    with sessions.begin() as session:
        return Maker(people.create(session, "auditor", Role.AUDITOR).id)
