"""A full disk is said clearly, loses nothing that was accepted, and everything goes on once there is room."""

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, func, select, text

from records import capture
from records.database import StorageUnavailable, migrate, open_sessions
from records.models import Capture, CaptureResult, Record, RecordItem
from records.policy import Policy
from tests.postgres import open_engine
from tests.records import documents
from tests.records.fake_chain import FakeChain
from tests.records.queue import SIGNER, turn, wanted

SAID = r"(?i)(full|no space left).*nothing of this request was stored, earlier records are safe"
PROMPT = Policy(batch=50, resend_after=0)

CHILD = """
import resource, sys
from records import capture
from records.database import open_sessions
from tests.postgres import open_engine
from tests.records.documents import document, event, SIGNER
sessions = open_sessions(open_engine(sys.argv[1]))
size = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
for number in range(1000):
    try:
        with sessions.begin() as session:
            job = capture.accept(session, SIGNER, document([event(number)]) + b" " * 20_000)
    except Exception as error:
        print(type(error).__name__, error)
        break
    print("accepted", job.id, flush=True)
"""


def body(first, count=40):
    return documents.document(documents.event(number) for number in range(first, first + count))


def accept(sessions, first):
    with sessions.begin() as session:
        return capture.accept(session, SIGNER, body(first)).id


def accept_until_full(sessions, counted):
    for first in range(1000, 5000, 100):
        accept(sessions, first)
        counted[0] += 1  # there was some room left after all


def work_off(sessions):
    while True:
        with sessions.begin() as session:
            if not capture.step(session, 10):
                return


def counts(sessions):
    with sessions() as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in (Capture, CaptureResult, Record, RecordItem)]


@contextmanager
def full(engine):
    """No room for anything more, as far as the database can tell."""
    if engine.dialect.name == "sqlite":
        engine.dispose()
        listener = lambda connection, _record: connection.execute("PRAGMA max_page_count = 1")  # noqa: E731 (never below what is used)
        event.listen(engine, "connect", listener)
        yield
        event.remove(engine, "connect", listener)
        engine.dispose()
        return
    raising = "BEGIN RAISE 'No space left on device' USING ERRCODE = '53100'; END"
    tables = ("captures", "records", "transactions")
    with engine.begin() as connection:
        connection.execute(text(f"CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $${raising}$$"))
        for table in tables:
            connection.execute(text(f"CREATE TRIGGER full_disk BEFORE INSERT ON {table} EXECUTE FUNCTION full_disk()"))
    yield
    with engine.begin() as connection:
        for table in tables:
            connection.execute(text(f"DROP TRIGGER full_disk ON {table}"))


def test_what_was_accepted_before_the_disk_was_full_is_worked_off_when_there_is_room(engine, sessions):
    accept(sessions, 0)
    work_off(sessions)
    waiting = accept(sessions, 100)
    before = counts(sessions)
    with full(engine):
        with pytest.raises(StorageUnavailable, match=SAID):
            accept_until_full(sessions, before)
        with pytest.raises(StorageUnavailable):
            work_off(sessions)
        assert counts(sessions)[2:] == before[2:]
    work_off(sessions)
    with sessions() as session:
        assert session.get_one(Capture, waiting).state == "success"
        assert set(session.scalars(select(Capture.state))) == {"success"}
    assert counts(sessions) == [before[0], 40 * before[0], 40 * before[0], 40 * before[0]]


def test_nothing_is_sent_that_could_not_be_stored(engine, sessions):
    chain = FakeChain()
    accept(sessions, 0)
    work_off(sessions)
    with full(engine), pytest.raises(StorageUnavailable, match=SAID):
        turn(sessions, chain, Policy(batch=1, resend_after=0), 20)
    mine_all(sessions, chain)
    assert chain.anchored() == wanted(sessions)


def mine_all(sessions, chain):
    for _ in range(20):
        turn(sessions, chain, PROMPT, 3)
        chain.mine()
    turn(sessions, chain, PROMPT, 2)


def test_a_file_that_cannot_grow_is_an_answer_and_what_was_acknowledged_is_there(sqlite_url):
    engine = open_engine(sqlite_url)
    migrate(engine)
    engine.dispose()
    done = subprocess.run(
        [sys.executable, "-c", CHILD, sqlite_url, str(1 << 20)], capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False
    )
    *accepted, last = done.stdout.splitlines()
    assert last.startswith("StorageUnavailable database: "), done.stdout + done.stderr
    assert "earlier records are safe" in last
    assert len(accepted) > 3
    sessions = open_sessions(engine)
    work_off(sessions)
    with sessions() as session:
        assert set(session.scalars(select(Capture.id))) == {line.split()[1] for line in accepted}
        assert set(session.scalars(select(Capture.state))) == {"success"}
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
    engine.dispose()
