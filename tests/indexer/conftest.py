"""Both databases with the mirror's tables on them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from indexer.models import create
from records.database import open_engine, open_sessions
from tests.postgres import database_url, postgres_server, postgres_url, sqlite_url

__all__ = ["database_url", "postgres_server", "postgres_url", "sqlite_url"]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty mirror, on SQLite and on PostgreSQL."""
    engine = open_engine(database_url)
    create(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    return open_sessions(engine)
