"""Opens the database that a URL names, so that SQLite and PostgreSQL keep the same promises.

Accepted means stored: a committed transaction survives kill -9 and a power cut. Therefore SQLite runs with
`synchronous=FULL` (in WAL mode NORMAL may lose the last commits when the power fails) and PostgreSQL with `synchronous_commit=on`.

Transactions are READ COMMITTED on both. On SQLite a read holds no lock, and the first write of a transaction takes the
write lock at once (`BEGIN IMMEDIATE`) and waits for it: a transaction that reads first and writes later never fails
because somebody else wrote in between. So nothing may rely on having looked before: unique constraints and
compare-and-set updates decide. `begin_nested` must not come before the first write.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import orjson
import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Connection,
    CursorResult,
    Engine,
    ExceptionContext,
    MetaData,
    Update,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.dialects.postgresql import Insert as postgresql_insert  # noqa: N813 (two classes of one name)
from sqlalchemy.dialects.sqlite import Insert as sqlite_insert  # noqa: N813
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from ledger_client.errors import InvalidInput, Retryable
from ledger_client.sentences import sentence
from records.keyring import Keyring, keyring_of

BUSY_SECONDS = 30.0
BINARY = "binary"
_FOR_A_MIGRATION = 3_600_000  # milliseconds
VERSION_TABLE = "records_version"
_MIGRATION_LOCK = 7415  # any number, the same in every process: key of PostgreSQL's advisory lock

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of the tables of `records`. The mirror has its own, so that dropping it never touches these."""

    metadata = MetaData(naming_convention=NAMING)


class StorageUnavailable(Retryable):
    """The database cannot be read or written now: full disk, lock, lost connection. What was accepted before is safe."""


def open_engine(url: str | URL, keyring: Path | None = None) -> Engine:
    """The engine for `sqlite:///path` or `postgresql://…`; raises InvalidInput for anything else.

    `keyring`: the folder of the master keys; by default `keyring` beside the SQLite file.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise InvalidInput("database url", "is not a URL", "use sqlite:///path or postgresql://user@host/name") from None
    match parsed.get_backend_name():
        case "sqlite":
            engine = _sqlite(parsed, _keyring(parsed, keyring))
        case "postgresql":
            engine = _postgresql(parsed, _keyring(parsed, keyring))
        case other:
            raise InvalidInput(
                "database url", sentence("names the unknown database {other!r}", other=other), "use sqlite:/// or postgresql://"
            )
    event.listen(engine, "handle_error", _translate)
    return engine


def open_sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions for the edges: `with open_sessions(engine).begin() as session:` commits at the end, or nothing."""
    return sessionmaker(engine, expire_on_commit=False)


def insert_for(session: Session, table: type[Base]) -> sqlite_insert | postgresql_insert:
    """INSERT in the dialect of the session's database, for `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return sqlite_insert(table) if session.get_bind().dialect.name == "sqlite" else postgresql_insert(table)


def changed(session: Session, statement: Update) -> int:
    """Run an UPDATE and return how many rows it changed; objects already loaded are left as they are."""
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[tuple[()]]", result).rowcount


def once_committed(session: Session, act: Callable[[], None]) -> None:
    """Call `act` when the session's transaction is committed, so that logs and figures tell only what is stored."""
    event.listen(session, "after_commit", lambda _session: act(), once=True)


def migrate(engine: Engine) -> None:
    """Bring the tables of `records` to the newest shape, in one transaction; safe when two processes start at once.

    The first time it makes the keyring too.
    """
    with alone(engine) as connection:
        config = upgrade(connection)
        if connection.scalar(text("SELECT count(*) FROM key_versions")) == 0:
            keyring_of(connection).make()
    if config.attributes.get("shrunk") and engine.dialect.name == "sqlite":
        _compact(engine)


def upgrade(connection: Connection, revision: str = "head") -> Config:
    """Bring the tables forward to a revision, in the caller's transaction."""
    config = _migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    return config


def revision(connection: Connection) -> str | None:
    """The revision that the tables have; None for a database without any, InvalidInput for one that this version does not know."""
    found = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()
    known = [script.revision for script in ScriptDirectory.from_config(_migrations()).walk_revisions()]
    if found is not None and found not in known:
        fix = f"use the version of TraceLedger that made it; this one knows revisions up to {known[0]}"
        raise InvalidInput("database", sentence("its tables are of revision {found}", found=found), fix)
    return found


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """A transaction that no other migration shares; it waits until the others are done, however long they take. SQLite needs BEGIN spelt
    out to make DDL part of it, and builds a table anew to change its constraints, which rows that refer to it would forbid.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql(f"PRAGMA busy_timeout={_FOR_A_MIGRATION}")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        try:
            yield connection
            connection.commit()
        finally:
            connection.rollback()
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA foreign_keys=ON")
                connection.exec_driver_sql(f"PRAGMA busy_timeout={round(BUSY_SECONDS * 1000)}")


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def _compact(engine: Engine) -> None:
    """Give back the room that a migration freed, also in the write-ahead log."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _keyring(url: URL, given: Path | None) -> Keyring:
    if given is None and url.get_backend_name() == "sqlite" and url.database:
        return Keyring(Path(url.database).parent / "keyring")
    return Keyring(given)


def _sqlite(url: URL, keyring: Keyring) -> Engine:
    engine = create_engine(
        url,
        connect_args={"isolation_level": "IMMEDIATE", "timeout": BUSY_SECONDS},
        execution_options={"keyring": keyring},
        hide_parameters=True,
        json_serializer=_to_json,
        json_deserializer=orjson.loads,
    )
    event.listen(engine, "connect", _set_up_sqlite)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is deleted is overwritten
        "cache_size=-32000",
        "wal_autocheckpoint=8000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _postgresql(url: URL, keyring: Keyring) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        execution_options={"keyring": keyring},
        hide_parameters=True,
        json_serializer=_to_json,
        json_deserializer=orjson.loads,
    )
    event.listen(engine, "connect", _set_up_postgresql)
    event.listen(engine, "before_cursor_execute", _bring_numbers)
    return engine


def _set_up_postgresql(connection: Any, _record: object) -> None:  # noqa: ANN401 (psycopg's generic Connection)
    connection.execute("SET synchronous_commit = on")
    connection.commit()


def _bring_numbers(_connection: object, cursor: Any, _sql: object, _values: object, context: Any, _many: object) -> None:  # noqa: ANN401
    """Rows of statements with the option BINARY come as numbers, and not as texts to be read: for those that bring a hundred thousand."""
    if context.execution_options.get(BINARY):
        cursor.format = psycopg.pq.Format.BINARY


def _to_json(value: object) -> str:
    return orjson.dumps(value).decode()


def _translate(context: ExceptionContext) -> None:
    """Turn what is the storage's trouble, not the caller's, into an error that says so."""
    if isinstance(context.sqlalchemy_exception, OperationalError) and not context.is_pre_ping:  # a failed ping just opens a new connection
        reason = str(context.original_exception).strip()
        raise StorageUnavailable(
            sentence("database: {reason}; nothing of this request was stored, earlier records are safe", reason=reason)
        ) from (context.original_exception)
