"""The databases of `tests.postgres`, with the tables of the mirror, and a member that imports."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from exchange.imports import mappings
from exchange.imports.jobs import Whose
from exchange.imports.models import ImportMapping
from indexer import models as mirror
from tests.exchange.imports.tables import mapping
from tests.postgres import database_url, engine, postgres_server, postgres_url, sessions, sqlite_url

__all__ = ["database_url", "engine", "postgres_server", "postgres_url", "sessions", "sqlite_url"]

WHOSE = Whose(1, b"\x11" * 20, "王芳")


@pytest.fixture
def whose(engine: Engine) -> Whose:
    mirror.create(engine)
    return WHOSE


@pytest.fixture
def saved(sessions: sessionmaker[Session]) -> Callable[..., ImportMapping]:
    """`saved(key="送货单")` keeps a mapping and gives its row."""

    def save(name: str = "receiving", **changes: str) -> ImportMapping:
        with sessions.begin() as session:
            found, _ = mappings.save(session, WHOSE.member_id, name, mapping(**changes), "王芳")
            session.expunge(found)
            return found

    return save
