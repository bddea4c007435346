"""The tables have one shape on both databases, and a commit is durable."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

import accounts.models  # noqa: F401 (fills Base.metadata)
import exchange.imports.models
import exchange.models  # noqa: F401 (as well)
import inventory.models  # noqa: F401 (as well)
import issuing.label_models
import issuing.models  # noqa: F401 (as well)
import recall.models
import recall.notices.models  # noqa: F401 (as well)
import records
import resolver.models  # noqa: F401 (as well)
import sentinel.models  # noqa: F401 (as well)
from ledger_client.errors import InvalidInput
from records.columns import now
from records.database import StorageUnavailable, migrate, open_sessions
from records.models import Base, CaptureResult, Lane
from tests.postgres import open_engine

OLD_RECORD = """
    INSERT INTO records (id, event_id, event_type, event_time, payload, payload_hash, secret, commitment, signer, captured_at, original)
    VALUES (:id, 'urn:uuid:' || CAST(:id AS text), 'ObjectEvent', :moment, :payload, :hash, :hash, :hash, :hash, :moment, true)
"""


def test_the_migrations_and_the_models_agree(engine: Engine) -> None:
    with engine.connect() as connection:
        ours = {"include_object": lambda _o, name, kind, *_: kind != "table" or name in Base.metadata.tables}
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True} | ours)
        assert compare_metadata(context, Base.metadata) == []


def test_the_checks_of_migrations_and_models_agree(engine: Engine) -> None:
    in_models = {
        (table.name, str(check.name)) for table in Base.metadata.tables.values() for check in table.constraints if hasattr(check, "sqltext")
    }
    reflected = inspect(engine)
    in_database = {(table, str(check["name"])) for table in Base.metadata.tables for check in reflected.get_check_constraints(table)}
    assert in_models == in_database
    assert ("captures", "ck_captures_state") in in_database


def test_migrating_twice_changes_nothing_and_keeps_the_rows(engine: Engine, sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        session.add(Lane(signer=bytes(20), state="ready", since=now(), problem=None, failures=0))
    migrate(engine)
    with sessions() as session:
        assert session.scalars(select(Lane.state)).all() == ["ready"]


def test_two_processes_that_start_together_migrate_once(database_url: str) -> None:
    errors: list[BaseException] = []

    def start() -> None:
        engine = open_engine(database_url)
        try:
            migrate(engine)
        except BaseException as error:  # noqa: BLE001 (handed to the main thread)
            errors.append(error)
        engine.dispose()

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_a_migration_that_breaks_off_leaves_nothing_behind(database_url: str) -> None:
    engine = open_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE record_items (id INTEGER)"))  # the last table the migration makes
    with pytest.raises(Exception, match="record_items"):
        migrate(engine)
    assert inspect(engine).get_table_names() == ["record_items"]
    engine.dispose()


@pytest.mark.usefixtures("waiting_for_the_disk")
def test_sqlite_survives_a_power_cut_and_keeps_foreign_keys(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with engine.connect() as connection:
        pragmas = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")]
    engine.dispose()
    assert pragmas == ["wal", 2, 1]  # 2 = FULL


def test_postgresql_commits_wait_for_the_disk(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW synchronous_commit")) == "on"
    engine.dispose()


def test_a_result_without_its_capture_is_refused_by_the_database(sessions: sessionmaker[Session]) -> None:
    with pytest.raises(IntegrityError), sessions.begin() as session:
        session.add(CaptureResult(capture_id="nowhere", index=0, outcome="stored"))


def test_a_time_keeps_its_moment_and_comes_back_in_utc(sessions: sessionmaker[Session]) -> None:
    moment = datetime(2026, 9, 1, 6, 10, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    with sessions.begin() as session:
        session.add(Lane(signer=bytes(20), state="ready", since=moment, problem=None, failures=0))
    with sessions() as session:
        since = session.scalars(select(Lane.since)).one()
    assert (since, since.tzinfo) == (moment, UTC)


def test_a_time_without_a_zone_is_not_stored(sessions: sessionmaker[Session]) -> None:
    with pytest.raises(Exception, match="without a time zone"), sessions.begin() as session:
        session.add(Lane(signer=bytes(20), state="ready", since=datetime(2026, 9, 1), problem=None, failures=0))


@pytest.mark.parametrize("url", ["oracle://somewhere/x", "not a url"])
def test_a_database_that_is_neither_is_refused_with_the_way_out(url: str) -> None:
    with pytest.raises(InvalidInput, match=r"use sqlite:///"):
        open_engine(url)


def test_a_database_that_is_away_says_so_and_is_worth_a_retry(tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path}/no/such/folder/r.db", "postgresql://nobody@127.0.0.1:1/x"):
        engine = open_engine(url)
        with pytest.raises(StorageUnavailable, match="earlier records are safe"), open_sessions(engine).begin() as session:
            session.scalar(select(Lane.state))
        engine.dispose()


def test_a_connection_that_broke_while_idle_is_replaced_unnoticed(postgres_url: str, postgres_server: str) -> None:
    engine = open_engine(postgres_url)
    migrate(engine)
    ending = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
    server = open_engine(postgres_server)
    with server.connect() as connection:
        assert connection.execute(ending, {"name": engine.url.database}).all()
    with open_sessions(engine).begin() as session:
        assert session.scalars(select(Lane.state)).all() == []
    server.dispose()
    engine.dispose()


def test_a_connection_that_breaks_under_way_is_worth_a_retry(postgres_url: str, postgres_server: str) -> None:
    engine = open_engine(postgres_url)
    migrate(engine)
    server = open_engine(postgres_server)
    session = open_sessions(engine)()
    pid = session.scalar(text("SELECT pg_backend_pid()"))
    with server.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    session.add(Lane(signer=bytes(20), state="ready", since=now(), problem=None, failures=0))
    with pytest.raises(StorageUnavailable):
        session.commit()
    session.close()
    with open_sessions(engine).begin() as session:
        assert session.scalars(select(Lane.state)).all() == []
    server.dispose()
    engine.dispose()


def test_the_business_step_of_older_records_is_filled_in(database_url: str) -> None:
    engine = open_engine(database_url)
    config = Config()
    config.set_main_option("script_location", str(Path(records.__file__).parent / "migrations"))
    payloads = ['{"bizStep":"urn:epcglobal:cbv:bizstep:shipping"}', '{"bizStep":"packing"}', "{}", "no longer JSON"]
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
        for number, payload in enumerate(payloads, 1):
            row = {"id": number, "payload": payload, "hash": bytes([number]) * 32, "moment": datetime(2026, 9, 1, tzinfo=UTC)}
            connection.execute(text(OLD_RECORD).bindparams(**row))
        command.upgrade(config, "0011")
        found = connection.execute(text("SELECT biz_step FROM records ORDER BY id")).scalars().all()
    engine.dispose()
    assert found == ["shipping", "packing", None, None]
