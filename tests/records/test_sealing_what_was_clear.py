"""A database from before encryption: its rows are sealed, nothing is lost, and nothing of them is left in clear."""

from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text

from ledger_client.errors import InvalidInput
from records import capture, contents, documents, queries
from records.columns import now
from records.database import alone, migrate, open_engine, open_sessions, upgrade
from records.models import Capture, CaptureResult, Record, RecordItem
from tests.records.documents import SIGNER, document, event

MARKER = "swordfish"


@pytest.fixture
def old(database_url, tmp_path):
    """A database of migration 0010 with 2,500 records, a finished and an unfinished document."""
    engine = open_engine(database_url, tmp_path / "keyring")
    with alone(engine) as connection:
        upgrade(connection, "0010")
    assert not (tmp_path / "keyring").exists()
    moment = now()
    rows = [
        {
            "event_id": f"urn:x:{number}",
            "event_type": "ObjectEvent",
            "event_time": moment,
            "payload": payload(number),
            "payload_hash": sha256(payload(number).encode()).digest(),
            "secret": sha256(b"%d" % number).digest(),
            "commitment": sha256(b"c%d" % number).digest(),
            "signer": SIGNER,
            "captured_at": moment,
            "original": True,
        }
        for number in range(1, 2501)
    ]
    body = document([event(7, **{"ex:note": MARKER})])
    jobs = [
        {"id": state, "received_at": moment, "signer": SIGNER, "behaviour": "proceed", "state": state, "events_total": 1, "events_done": 0}
        | {"document": body}
        for state in ("success", "running")
    ]
    with engine.begin() as connection:
        for table, values in (("records", rows), ("captures", jobs)):
            names = list(values[0])
            connection.execute(
                text(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})"),
                [{name: str(v) if name.endswith("_at") or name == "event_time" else v for name, v in row.items()} for row in values],
            )
        connection.execute(
            text("INSERT INTO record_items (record_id, item_id, item_code, signer) VALUES (2, :id, 'urn:x:i', :id)"), {"id": bytes(20)}
        )
        connection.execute(
            text("INSERT INTO capture_results (capture_id, \"index\", outcome, record_id) VALUES ('success', 0, 'stored', 2)")
        )
    yield engine
    engine.dispose()


def payload(number):
    return f'{{"eventID":"urn:x:{number}","note":"{MARKER} 牛奶 {"x" * (number % 40)}"}}'


def files_of(engine):
    if engine.dialect.name == "sqlite":
        path = Path(engine.url.database)
        return [file for file in (path, path.with_name(path.name + "-wal")) if file.exists()]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
        folder = Path(connection.exec_driver_sql("SHOW data_directory").scalar())
        oid = connection.exec_driver_sql("SELECT oid FROM pg_database WHERE datname = current_database()").scalar()
    return list((folder / "base" / str(oid)).iterdir())


def in_clear(engine):
    return [file.name for file in files_of(engine) if MARKER.encode() in file.read_bytes()]


def test_every_record_is_sealed_and_opens_to_what_it_was(old):
    assert in_clear(old)
    migrate(old)
    assert not in_clear(old)
    assert {"payload", "secret", "payload_hash"}.isdisjoint(column["name"] for column in inspect(old).get_columns("records"))
    sessions = open_sessions(old)
    with sessions() as session:
        held = contents.opened(session, session.scalars(select(Record)).all())
        assert len(held) == 2500
        for number, one in held.items():
            assert (one.fault, one.payload, one.secret) == ("", payload(number), sha256(b"%d" % number).digest())
        wanted = sha256(payload(9).encode()).digest()
        assert [row.id for row in queries.records_of_payload(session, wanted)] == [9]
        assert (session.scalars(select(RecordItem.record_id)).all(), session.scalars(select(CaptureResult.record_id)).all()) == ([2], [2])
        assert documents.opened(session, session.get_one(Capture, "success")) is None
    with sessions.begin() as session:
        assert capture.step(session) == 1
    with sessions() as session:
        assert session.get_one(Capture, "running").state == "success"


def test_broken_off_it_changes_nothing_and_starts_over(old, monkeypatch):
    seal, left = contents.seal, [1500]

    def breaks_off(*words):
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        return seal(*words)

    with monkeypatch.context() as patched:
        patched.setattr(contents, "seal", breaks_off)
        with pytest.raises(KeyboardInterrupt):
            migrate(old)
    with old.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM records WHERE payload LIKE :mark"), {"mark": f"%{MARKER}%"}) == 2500
    migrate(old)
    with open_sessions(old)() as session:
        assert not [one.fault for one in contents.opened(session, session.scalars(select(Record)).all()).values() if one.fault]


def test_a_postgresql_that_names_no_keyring_says_so(postgres_url, monkeypatch):
    monkeypatch.delenv("TRACELEDGER_KEYRING")
    engine = open_engine(postgres_url)
    with pytest.raises(InvalidInput, match="TRACELEDGER_KEYRING: is not set"):
        migrate(engine)
    engine.dispose()


def test_foreign_keys_hold_again_after_a_migration(old):
    migrate(old)
    with pytest.raises(Exception, match=r"(?i)foreign key"), old.begin() as connection:
        connection.execute(text("INSERT INTO capture_results (capture_id, \"index\", outcome) VALUES ('nowhere', 0, 'stored')"))
