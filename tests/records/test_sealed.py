"""What lies in the database tells nothing without the keyring, and a changed row says which column was changed."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from records import capture, contents, documents, queries
from records.columns import now
from records.database import migrate, open_engine, open_sessions
from records.key_models import CaptureKey, RecordKey
from records.keyring import KeyMissing, Keyring
from records.models import Capture, Record
from tests.records.documents import SIGNER, alone, document, event

MARKER = "swordfish"


def marked(number, **more):
    return event(number, **{"ex:note": f"{MARKER} {number}"}, **more)


def store(sessions, number):
    with sessions.begin() as session:
        return capture.store_event(session, SIGNER, alone(marked(number)))[0].record_id


def take(sessions, events, behaviour="proceed"):
    with sessions.begin() as session:
        job = capture.accept(session, SIGNER, document(events), behaviour).id
    work(sessions)
    return job


def work(sessions):
    done = 1
    while done:
        with sessions.begin() as session:
            done = capture.step(session)


def everything(engine):
    """Every value of every table, as the database gives it."""
    with engine.connect() as connection:
        for table in ("records", "record_items", "record_keys", "captures", "capture_keys", "capture_results"):
            for row in connection.execute(text(f"SELECT * FROM {table}")):
                yield from (bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode() for value in row)


def held(session, number):
    return contents.opened(session, [session.get_one(Record, number)])[number]


def test_no_payload_and_no_secret_lies_in_the_tables_or_files(engine, sessions, database_url):
    store(sessions, 1)
    take(sessions, [marked(2), marked(3, action="WRONG")])
    with sessions() as session:
        found = held(session, 1)
        assert MARKER in found.payload
        assert not found.fault
    values = list(everything(engine))
    assert not [value for value in values if MARKER.encode() in value or found.secret in value]
    assert any(value == SIGNER for value in values)
    if database_url.startswith("sqlite"):
        path = Path(database_url.removeprefix("sqlite:///"))
        files = [path, path.with_name(path.name + "-wal")]
        assert not [file for file in files if MARKER.encode() in file.read_bytes()]


def test_a_document_is_destroyed_once_all_of_it_is_recorded_and_kept_while_it_is_not(sessions):
    good, mixed = take(sessions, [marked(1), marked(2)]), take(sessions, [marked(3), marked(4, action="WRONG")])
    again = take(sessions, [marked(1), marked(2)], "rollback")
    with sessions() as session:
        kept = dict(session.execute(select(Capture.id, Capture.sealed)).all())
        assert (kept[good], kept[again]) == (None, None)
        assert kept[mixed]
        assert session.scalars(select(CaptureKey.capture_id)).all() == [mixed]
        body = documents.opened(session, queries.capture(session, mixed))
        assert MARKER.encode() in body


def test_what_is_left_of_a_document_is_destroyed_when_its_days_are_over(sessions):
    job = take(sessions, [marked(4, action="WRONG")])
    with sessions.begin() as session:
        assert documents.step(session) == 0
        assert documents.step(session, days=1) == 0
        session.execute(update(Capture).values(received_at=now() - timedelta(days=31)))
        assert documents.step(session) == 1
    with sessions.begin() as session:
        assert documents.step(session) == 0
        assert documents.opened(session, queries.capture(session, job)) is None
        assert session.scalars(select(CaptureKey.capture_id)).all() == []


def test_a_document_that_was_changed_fails_and_holds_up_no_other(sessions):
    with sessions.begin() as session:
        broken = capture.accept(session, SIGNER, document([marked(1)])).id
        good = capture.accept(session, SIGNER, document([marked(2)])).id
        session.execute(update(Capture).where(Capture.id == broken).values(sealed=b"\1" * 99))
    work(sessions)
    with sessions() as session:
        assert [session.get_one(Capture, job).state for job in (broken, good)] == ["failure", "success"]


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("sealed", b"", "records.sealed was changed"),
        ("sealed", None, "records.sealed was taken away"),
        ("commitment", bytes(32), "records.commitment was changed"),
        ("signer", bytes(20), "records.signer was changed"),
        ("captured_at", now(), "records.captured_at was changed"),
    ],
)
def test_a_changed_column_is_named(sessions, column, value, told):
    number = store(sessions, 1)
    with sessions.begin() as session:
        session.execute(update(Record).values({column: value}))
    with sessions() as session:
        assert told in held(session, number).fault


def test_any_changed_byte_of_a_seal_or_of_its_key_is_a_fault(sessions):
    number = store(sessions, 1)
    with sessions() as session:
        row, key = session.get_one(Record, number), session.get_one(RecordKey, number)
        ring, clear = contents.keyring_of(session), (row.commitment, row.signer, row.captured_at)
        assert not contents.content(ring, *clear, row.sealed, key.kek_version, key.wrapped).fault
        for place in range(len(row.sealed)):
            assert contents.content(ring, *clear, flipped(row.sealed, place), key.kek_version, key.wrapped).fault
        for place in range(len(key.wrapped)):
            assert contents.content(ring, *clear, row.sealed, key.kek_version, flipped(key.wrapped, place)).fault


def flipped(data, place):
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def test_the_seal_and_key_of_another_record_are_told_apart(sessions):
    first, second = store(sessions, 1), store(sessions, 2)
    with sessions.begin() as session:
        one, other = session.get_one(Record, first), session.get_one(Record, second)
        one.sealed = other.sealed
    with sessions.begin() as session:
        assert "holds the key of another" in held(session, first).fault
        session.get_one(RecordKey, first).wrapped = session.get_one(RecordKey, second).wrapped
    with sessions() as session:
        assert "records.commitment, records.captured_at was changed" in held(session, first).fault


def test_a_lost_master_key_is_named_and_found_again(tmp_path, sqlite_url):
    folder = tmp_path / "lost"
    engine = open_engine(sqlite_url, folder)
    migrate(engine)
    number = store(open_sessions(engine), 1)
    (folder / "kek-1.key").rename(folder / "elsewhere")
    engine.dispose()
    late_engine = open_engine(sqlite_url, folder)
    late = open_sessions(late_engine)
    with late() as session, pytest.raises(KeyMissing, match=r"lost/kek-1\.key is missing"):
        held(session, number)
    with pytest.raises(KeyMissing, match=r"lost/kek-1\.key"):
        store(late, 2)
    (folder / "elsewhere").rename(folder / "kek-1.key")
    with late() as session:
        assert MARKER in held(session, number).payload
    store(late, 2)
    late_engine.dispose()


def test_keys_are_for_their_owner_alone_and_never_shown(tmp_path):
    ring = Keyring(tmp_path / "k")
    ring.make()
    files = sorted((tmp_path / "k").iterdir())
    assert [(file.name, oct(file.stat().st_mode & 0o777)) for file in files] == [("kek-1.key", "0o600"), ("lookup.key", "0o600")]
    assert oct((tmp_path / "k").stat().st_mode & 0o777) == "0o700"
    before = [file.read_text() for file in files]
    ring.make()
    assert [file.read_text() for file in files] == before
    assert ring.kek(1).hex() not in repr(ring)


def test_what_sqlite_deletes_is_overwritten(sqlite_url):
    engine = open_engine(sqlite_url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
    engine.dispose()
