"""Every row of every table comes back as it was, on the same kind of database and on the other, also from an older version."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import inspect, select, text, update

from accounts import api_keys, audit, people
from accounts import sessions as sign_ins
from accounts.models import AuditEntry, SignIn
from accounts.roles import Role
from ledger_client.errors import InvalidInput
from records import capture, contents, documents, seals
from records.columns import now
from records.database import alone, migrate, open_sessions, upgrade
from records.key_models import RecordKey
from records.keyring import keyring_of
from records.models import Capture, DisclosurePolicy, Record
from scripts.backup.archive import reading
from scripts.backup.shape import tables
from scripts.backup.snapshot import rows, snapshot
from scripts.restore.keys import Sealed, matching
from scripts.restore.load import load
from tests.backup.conftest import backed_up, captured
from tests.postgres import open_engine
from tests.records.documents import OTHER, document, event


@pytest.fixture
def restored(other_url, tmp_path):
    engine = open_engine(other_url, tmp_path / "another keyring")
    yield engine
    engine.dispose()


def loaded(file, engine, home, keys=None):
    """Load a backup with a key file; how many sign-ins were ended."""
    with reading(file) as backup, matching(backup, Sealed(keys, home.path / "passphrase"), home) as opened:
        return load(backup, engine, opened)


def contents_of(sessions):
    """Payload, secret and fault of each record, by number."""
    with sessions() as session:
        held = contents.opened(session, session.scalars(select(Record)).all())
    return {number: (one.payload, one.secret, one.fault) for number, one in sorted(held.items())}


def dumped(engine, revision):
    with snapshot(engine) as connection:
        return {table.name: list(rows(connection, table)) for table in tables(revision)}


def stored(engine, moment):
    """A moment as that database is given it without SQLAlchemy."""
    return moment + "+00:00" if engine.dialect.name == "postgresql" else moment


def newest(engine):
    with engine.connect() as connection:
        return connection.scalar(text("SELECT version_num FROM records_version"))


def test_everything_comes_back_on_the_other_database(home, database_url, engine, sessions, restored):
    captured(sessions, range(30))
    captured(sessions, range(20, 40), OTHER)
    with sessions.begin() as session:
        key = api_keys.issue(session, people.create(session, "erp", Role.MACHINE, signer=OTHER), "erp")
        cookie = sign_ins.start(session, people.create(session, "lin", Role.OPERATOR), "password", "10.0.0.7", "浏览器")
        audit.write(session, audit.SYSTEM, "account_created", "lin", 备注="π ≈ 3.14159", list=[1, 2.5, None, True])
        rules = [{"kind": "ObjectEvent", "property": "readPoint", "audience": "partners"}]
        session.add(DisclosurePolicy(member_id=1, version=1, rules=rules, reason="夏季", made_at=now(), made_by="lin"))
    before = dumped(engine, newest(engine))
    assert loaded(backed_up(home, database_url), restored, home) == 1  # one sign-in was open
    after = dumped(restored, newest(restored))
    assert newest(restored) == newest(engine)
    differing = {name for name in before if before[name] != after[name]}
    assert differing == {"sign_ins", "audit_log"}
    assert after["audit_log"][:-1] == before["audit_log"]
    assert len(before["records"]) == 50

    found = open_sessions(restored)
    assert contents_of(found) == contents_of(sessions)  # with other master keys
    with found.begin() as session:
        assert sign_ins.of_cookie(session, cookie) is None
        assert session.scalar(select(SignIn.ended_at)) is not None
        assert api_keys.key_of(session, key) is not None
        count, breaks = audit.check(session)
        entry = session.get_one(AuditEntry, count)
        assert (breaks, entry.action, entry.details["entries"]) == ([], "restored", count - 1)
    captured(found, range(100, 103))  # numbers go on behind the restored ones
    with found() as session:
        assert list(session.scalars(select(Record.id).order_by(Record.id.desc()).limit(3))) == [53, 52, 51]


def test_a_snapshot_holds_one_moment_while_others_write(engine, sessions):
    captured(sessions, range(10))
    with snapshot(engine) as connection:
        shape = {table.name: table for table in tables(newest(engine))}
        first = list(rows(connection, shape["records"]))
        captured(sessions, range(10, 20))
        assert len(list(rows(connection, shape["record_items"]))) == len(first) == 10
    with snapshot(engine) as connection:
        assert len(list(rows(connection, shape["records"]))) == 20


def test_a_backup_of_an_older_version_is_brought_forward(home, database_url, restored):
    old = open_engine(database_url)
    row = {"at": stored(old, "2026-01-02 03:04:05.000006"), "signer": OTHER, "document": b"{}", "digest": b"\x07" * 32}
    with alone(old) as connection:
        upgrade(connection, "0001")
        connection.execute(
            text(
                "INSERT INTO captures (id, received_at, signer, behaviour, state, events_total, events_done, document)"
                " VALUES ('old', :at, :signer, 'rollback', 'success', 1, 1, :document)"
            ),
            row,
        )
        keys = text("INSERT INTO api_keys (digest, name, signer, created_at) VALUES (:digest, 'ERP', :signer, :at)")
        connection.execute(keys, row)
    old.dispose()
    with reading(backed_up(home, database_url)) as backup:
        assert backup.manifest.schema == "0001"
        load(backup, restored)
    with open_sessions(restored)() as session:
        one = session.scalars(select(Capture)).one()
        assert (one.id, one.received_at.isoformat()) == ("old", "2026-01-02T03:04:05.000006+00:00")
        assert people.by_name(session, "erp-1").signer == OTHER  # as the migration carries old keys over
    migrate(restored)


def test_a_document_that_was_being_worked_on_is_worked_off_also_by_a_newer_key_file(home, database_url, sessions, restored):
    with sessions.begin() as session:
        capture.accept(session, OTHER, document(event(number) for number in range(5)))
    first = backed_up(home, database_url)
    captured(sessions, range(10, 11))  # works both off, and so destroys both documents
    backed_up(home, database_url)
    loaded(first, restored, home)
    captured(open_sessions(restored), range(20, 21))
    assert len(contents_of(open_sessions(restored))) == 6
    assert not any(fault for _, _, fault in contents_of(open_sessions(restored)).values())


def test_a_document_that_was_destroyed_since_comes_back_without_what_nothing_opens(home, database_url, sessions, restored):
    with sessions.begin() as session:
        job = capture.accept(session, OTHER, document([event(1), {}])).id
    captured(sessions, range(10, 11))
    first = backed_up(home, database_url)
    with sessions.begin() as session:
        assert documents.destroy(session, [job]) == 1
    backed_up(home, database_url)
    loaded(first, restored, home)
    with open_sessions(restored)() as session:
        assert session.scalars(select(Capture.id).where(Capture.sealed.is_not(None))).all() == []


def test_a_key_file_that_is_missing_older_or_shut_is_said_before_anything_is_restored(home, database_url, sessions, restored):
    captured(sessions, range(2))
    first = backed_up(home, database_url)
    [keys] = (home.path / "backup-keys").iterdir()
    old = keys.rename(home.path / "old.keys")
    with pytest.raises(InvalidInput, match="--keys: is needed: the contents are sealed"):
        loaded(first, restored, home)
    second = backed_up(home, database_url)
    with pytest.raises(InvalidInput, match="older than the backup, so keys are missing"):
        loaded(second, restored, home, old)
    (home.path / "passphrase").write_text("another")
    with pytest.raises(InvalidInput, match="does not open with this passphrase"):
        loaded(second, restored, home)
    assert inspect(restored).get_table_names() == []


def test_a_backup_holds_no_data_key(home, database_url, sessions):
    captured(sessions, range(3))
    with reading(backed_up(home, database_url)) as backup:
        assert not {member.name for member in backup.manifest.members} & {"tables/record_keys.jsonl", "tables/capture_keys.jsonl"}
        dump = b"".join(piece for member in backup.manifest.members for piece in backup.pieces(member))
    with sessions() as session:
        for row in session.scalars(select(RecordKey)):
            assert row.wrapped.hex().encode() not in dump
            key = seals.unwrap(keyring_of(session).kek(row.kek_version), row.wrapped, contents.PURPOSE)
            assert key.hex().encode() not in dump
    assert b"readPoint" not in dump


def test_a_row_too_few_restores_nothing_at_all(home, database_url, sessions, restored):
    captured(sessions, range(10))
    with reading(backed_up(home, database_url)) as backup:
        members = list(backup.manifest.members)
        place = next(i for i, member in enumerate(members) if member.name == "tables/records.jsonl")
        wrong = type(members[place])(members[place].name, members[place].size, members[place].sha256, 11, members[place].columns)
        object.__setattr__(backup.manifest, "members", (*members[:place], wrong, *members[place + 1 :]))
        with pytest.raises(InvalidInput, match="table records has 10 rows, its manifest says 11"):
            load(backup, restored)
    assert inspect(restored).get_table_names() == []


def test_a_changed_moment_or_text_in_the_dump_is_the_databases_own(engine, sessions):
    """The dump is spelt by the database: times to the microsecond in UTC, JSON as it was stored."""
    captured(sessions, range(1))
    moment = now().replace(microsecond=7) - timedelta(days=1)
    with sessions.begin() as session:
        session.execute(update(Capture).values(received_at=moment))
    [line] = dumped(engine, newest(engine))["captures"]
    assert moment.strftime("%Y-%m-%dT%H:%M:%S.000007Z").encode() in line
