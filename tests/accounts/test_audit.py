"""The audit log is a chain: what was changed, removed or slipped in afterwards is found and named, on both databases."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from accounts import audit
from accounts.models import AuditEntry


@pytest.fixture
def written(sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    with sessions.begin() as session:
        for number in range(1, 6):
            audit.write(session, audit.Actor(1, "ying", "10.0.0.7", "r1"), "capture", f"job {number}", events=number, 结果="好")
    return sessions


def test_an_untouched_log_holds(written):
    with written() as session:
        assert audit.check(session) == (5, [])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "'2020-01-01 00:00:00+00'"), ("account_id", "2"), ("actor", "'li'"), ("action", "'captur'"), ("subject", "''"),
        ("details", "'{\"events\": 4}'"), ("request_id", "'r2'"), ("address", "'10.0.0.8'"),
    ],
)  # fmt: skip
def test_a_changed_column_is_found_and_its_entry_named(written, column, value):
    if column == "at":
        value = value.removesuffix("+00'") + ".000000'" if written.kw["bind"].dialect.name == "sqlite" else value
    with written.begin() as session:
        session.execute(text(f"UPDATE audit_log SET {column} = {value} WHERE id = 3"))
    with written() as session:
        assert audit.check(session)[1] == [audit.Break(3, "was changed after it was written")]


def test_an_entry_that_was_rehashed_after_the_change_no_longer_fits_the_next(written):
    with written.begin() as session:
        entry = session.get_one(AuditEntry, 3)
        entry.subject = "another job"
        entry.hash = audit.entry_hash(entry)
    with written() as session:
        assert audit.check(session)[1] == [audit.Break(4, "does not follow entry 3: one of the two was replaced")]


def test_a_removed_entry_is_named(written):
    with written.begin() as session:
        session.execute(text("DELETE FROM audit_log WHERE id = 2"))
    with written() as session:
        assert audit.check(session)[1] == [audit.Break(2, "entry 2 is missing")]


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
