"""The audit log is a chain: what was changed, removed, swapped or slipped in afterwards is found and named, on both databases."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from accounts import audit
from accounts.audit import Break
from accounts.audit_entries import Wanted, entries, entry_hash, numbered
from accounts.models import AuditEntry

COLUMNS = [
    ("at", "'2020-01-01 00:00:00.000000+00'"), ("account_id", "2"), ("account_id", "NULL"), ("actor", "'li'"), ("action", "'captur'"),
    ("subject", "''"), ("details", "'{\"events\": 4}'"), ("details", "'[]'"), ("request_id", "'r2'"), ("address", "'10.0.0.8'"),
    ("previous", "hash"), ("hash", "previous"),
]  # fmt: skip
ONLY_SQLITE = [
    ("at", "'yesterday'"), ("at", "7"), ("details", "'{'"), ("details", "X'FF'"), ("actor", "CAST(X'FF' AS TEXT)"),
    ("actor", "X'79696e67'"), ("account_id", "'one'"), ("account_id", "1.5"), ("previous", "'abc'"), ("hash", "12"), ("address", "X''"),
]  # fmt: skip
ONLY_POSTGRESQL = [("at", "'infinity'"), ("at", "'0044-03-15 BC'"), ("details", '\'{"a": "\\ud800"}\''), ("details", "'1e999'")]

COPY = "INSERT INTO audit_log SELECT 3, at, account_id, actor, action, subject, details, request_id, address, previous, hash FROM audit_log"
MOVED = [
    (["DELETE FROM audit_log WHERE id = 2"], [Break("missing", 2, 2)]),
    (["DELETE FROM audit_log WHERE id = 1"], [Break("missing", 1, 1)]),
    (["DELETE FROM audit_log WHERE id IN (2, 3)"], [Break("missing", 2, 3)]),
    (["UPDATE audit_log SET id = 99 WHERE id = 4"], [Break("missing", 4, 4), Break("missing", 6, 98), Break("changed", 99, 99)]),
    (
        [f"UPDATE audit_log SET id = {to} WHERE id = {number}" for number, to in ((2, 99), (3, 2), (99, 3))],
        [Break("replaced", 2, 2), Break("changed", 2, 2), Break("replaced", 3, 3), Break("changed", 3, 3), Break("replaced", 4, 4)],
    ),
    (["UPDATE audit_log SET id = 0 WHERE id = 5"], [Break("inserted", 0, 0)]),
    (
        ["UPDATE audit_log SET id = id + 100 WHERE id >= 3", "UPDATE audit_log SET id = id - 99 WHERE id >= 3", f"{COPY} WHERE id = 2"],
        [Break("replaced", 3, 3), Break("changed", 3, 6)],
    ),
]


@pytest.fixture
def written(sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    with sessions.begin() as session:
        for number in range(1, 6):
            audit.write(session, audit.Actor(1, "ying", "10.0.0.7", "r1"), "capture", f"job {number}", events=number, 结果="好")
    return sessions


def test_an_untouched_log_holds(written):
    with written() as session:
        assert audit.check(session) == (5, [])


def test_a_changed_column_is_found_and_its_entry_named_and_still_shown(written):
    odd = ONLY_SQLITE if written.kw["bind"].dialect.name == "sqlite" else ONLY_POSTGRESQL
    for column, value in COLUMNS + odd:
        with written() as session:
            session.execute(text(f"UPDATE audit_log SET {column} = {value} WHERE id = 3"))
            found = audit.check(session)[1]
            assert Break("changed", 3, 3) in found, (column, value)
            assert {number for one in found for number in range(one.first, one.last + 1)} <= {3, 4}, (column, value)
            assert [one.id for one in entries(session, Wanted(), None, 10).rows] == [5, 4, 3, 2, 1], (column, value)
            session.rollback()


def test_every_column_of_the_table_is_walked():
    assert {column for column, _ in COLUMNS} | {"id"} == set(AuditEntry.__table__.columns.keys())


def test_an_entry_that_was_rehashed_after_the_change_no_longer_fits_the_next(written):
    with written.begin() as session:
        entry = session.get_one(AuditEntry, 3)
        entry.subject = "another job"
        entry.hash = entry_hash(entry)
    with written() as session:
        assert audit.check(session)[1] == [Break("replaced", 4, 4)]


def test_a_removed_moved_swapped_or_inserted_entry_is_named(written):
    for statements, expected in MOVED:
        with written() as session:
            for statement in statements:
                session.execute(text(statement))
            assert sorted(audit.check(session)[1], key=str) == sorted(expected, key=str), statements
            session.rollback()


def test_breaks_are_told_in_words():
    assert str(Break("missing", 2, 3)) == "entries 2 to 3 are missing"
    assert str(Break("changed", 4, 4)) == "entry 4 is changed after being written"


def test_writers_at_the_same_time_make_one_chain(sessions):
    def some() -> None:
        for number in range(10):
            with sessions.begin() as session:
                audit.write(session, audit.SYSTEM, "tick", str(number))

    threads = [threading.Thread(target=some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sessions() as session:
        assert audit.check(session) == (40, [])
        assert session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).all() == list(range(1, 41))


def test_what_is_rolled_back_leaves_no_entry(sessions):
    with sessions() as session:
        audit.write(session, audit.SYSTEM, "capture")
        session.rollback()
        assert audit.check(session) == (0, [])


def test_one_entry_is_found_by_its_number(written):
    with written() as session:
        found = numbered(session, 3)
        assert (found.subject, found.details, numbered(session, 6)) == ("job 3", {"events": 3, "结果": "好"}, None)
