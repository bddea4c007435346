"""Another master key while everything runs: nothing is unreadable at any moment, and the old key is gone in the end."""

import threading
import time
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from records import capture, contents, rotation
from records.database import migrate, open_engine, open_sessions
from records.key_models import RecordKey
from records.keyring import KeyRetired, keyring_of
from records.models import Record
from records.pool import open_pool
from scripts.keyring import main as command
from tests.records.documents import SIGNER, alone, document, event

AT_ONCE = timedelta(0)
PAUSE = 0.01  # seconds: SQLite lets no second writer in between two writes that follow at once


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "keyring"


@pytest.fixture
def sessions(database_url, folder):
    engine = open_engine(database_url, folder)
    migrate(engine)
    yield open_sessions(engine)
    engine.dispose()


def fill(sessions, first, count):
    with sessions.begin() as session:
        capture.accept(session, SIGNER, document([event(first + number) for number in range(count)]))
    with sessions.begin() as session:
        capture.step(session)


def rotate(sessions):
    with sessions.begin() as session:
        return rotation.begin(session)


def settle(sessions, grace=AT_ONCE):
    """Steps until there is nothing to do."""
    done = 1
    while done:
        with sessions.begin() as session:
            done = rotation.step(session, grace)


def readable(sessions):
    with sessions() as session:
        rows = session.scalars(select(Record)).all()
        held = contents.opened(session, rows).values()
    assert [one.fault for one in held if one.fault] == []
    return len(held)


def counts(sessions):
    with sessions() as session:
        return [(one.number, one.in_keyring, one.records) for one in rotation.status(session)]


def test_what_is_new_is_sealed_under_the_new_key_and_what_is_old_is_led_over(sessions, folder, monkeypatch):
    monkeypatch.setattr(rotation, "AT_ONCE", 7)
    fill(sessions, 0, 20)
    old = (folder / "kek-1.key").read_text()
    assert rotate(sessions) == 2
    fill(sessions, 100, 5)
    assert counts(sessions) == [(1, True, 20), (2, True, 5)]
    with sessions.begin() as session:
        assert rotation.step(session) == 7
    assert counts(sessions) == [(1, True, 13), (2, True, 12)]
    assert readable(sessions) == 25
    settle(sessions, timedelta(minutes=2))
    assert counts(sessions) == [(1, True, 0), (2, True, 25)]
    settle(sessions)
    assert counts(sessions) == [(2, True, 25)]
    assert sorted(file.name for file in folder.iterdir()) == ["kek-2.key", "lookup.key"]
    assert readable(sessions) == 25
    assert old not in (folder / "kek-2.key").read_text()


def test_what_was_judged_under_a_retired_key_is_not_stored_but_sealed_anew(sessions, database_url, folder):
    engine = open_engine(database_url, folder)
    slow = open_sessions(engine)
    with slow.begin() as session:
        capture.store_event(session, SIGNER, alone(event(1)))
    rotate(sessions)
    settle(sessions)
    with pytest.raises(KeyRetired), slow.begin() as session:
        capture.store_event(session, SIGNER, alone(event(2)))  # this process has not looked into the folder yet
    with slow() as session:
        keyring_of(session).versions()
    with slow.begin() as session:
        capture.store_event(session, SIGNER, alone(event(2)))
    engine.dispose()
    assert readable(sessions) == 2


def test_a_document_judged_before_and_stored_after_a_rotation_loses_nothing(sessions):
    with open_pool(1) as pool:
        with sessions.begin() as session:
            capture.accept(session, SIGNER, document([event(number) for number in range(30)]))
        with sessions.begin() as session:
            assert capture.step(session, 10, pool) == 10
        rotate(sessions)
        settle(sessions)
        with pytest.raises(KeyRetired):
            until_idle(sessions, pool)
        until_idle(sessions, pool)
    assert readable(sessions) == 30


def until_idle(sessions, pool):
    done = 1
    while done:
        with sessions.begin() as session:
            done = capture.step(session, 10, pool)


def test_records_are_written_and_read_all_the_time_while_keys_change(sessions):
    stop, faults, written = threading.Event(), [], [0]

    def busy():
        number = 0
        while not stop.is_set():
            try:
                with sessions.begin() as session:
                    capture.store_event(session, SIGNER, alone(event(number)))
                readable(sessions)
            except KeyRetired:  # without the two minutes of grace that is possible; tried again it is stored
                continue
            except BaseException as error:  # noqa: BLE001 (told below)
                faults.append(error)
            number += 1
            written[0] = number
            time.sleep(PAUSE)

    worker = threading.Thread(target=busy)
    worker.start()
    try:
        for _ in range(4):
            before = written[0]
            rotate(sessions)
            while written[0] < before + 2 and not faults:
                time.sleep(PAUSE)
            settle(sessions)
    finally:
        stop.set()
        worker.join()
    assert faults == []
    assert readable(sessions) == written[0]
    assert [number for number, _, _ in counts(sessions)] == [5]


def test_a_damaged_data_key_does_not_stop_the_others(sessions):
    fill(sessions, 0, 3)
    with sessions.begin() as session:
        session.get_one(RecordKey, 2).wrapped = bytes(60)
    rotate(sessions)
    settle(sessions)
    with sessions() as session:
        held = contents.opened(session, session.scalars(select(Record)).all())
    assert [bool(held[number].fault) for number in (1, 2, 3)] == [False, True, False]
    assert counts(sessions) == [(2, True, 3)]


@pytest.mark.parametrize("crash", ["key drawn", "row gone"])
def test_a_kill_between_two_steps_is_gone_on_from(sessions, folder, crash):
    fill(sessions, 0, 3)
    with sessions.begin() as session:
        ring = keyring_of(session)
        if crash == "key drawn":
            ring.add()  # and its row was never written
        else:
            rotation.begin(session)
    if crash == "row gone":
        for _ in range(3):  # wrapped anew, seen to be empty, row taken away
            with sessions.begin() as session:
                rotation.step(session, AT_ONCE)
        assert (folder / "kek-1.key").exists()
    settle(sessions)
    assert counts(sessions) == [(2, True, 3)]
    assert not (folder / "kek-1.key").exists()
    assert readable(sessions) == 3


def test_the_command_rotates_and_tells_how_much_is_under_which_key(sessions, database_url, folder, tmp_path, monkeypatch):
    def said(*words):
        return CliRunner().invoke(command, ["--home", str(tmp_path), "--database", database_url, *words])

    monkeypatch.setenv("TRACELEDGER_KEYRING", str(folder))
    fill(sessions, 0, 3)
    assert said("status").stdout == "kek-1\t3 records\t0 documents\t0 secrets\tthere\n"
    assert said("rotate", "--no-wait").stdout.startswith("kek-2 is in use")
    (folder / "kek-1.key").unlink()
    told = said("status")
    assert (told.exit_code, told.stdout.splitlines()[0]) == (1, "kek-1\t3 records\t0 documents\t0 secrets\tMISSING")
    assert (folder / "kek-2.key").read_text().strip() not in told.output
