"""Guessing is slow, nobody locks somebody else out, and a thousand at once get no more tries, on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from accounts import people, throttle
from accounts.models import Attempts, Device
from accounts.roles import Role
from accounts.throttle import ACCOUNT, ADDRESS, DEVICE, Limit

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)


def attempt(
    sessions: sessionmaker[Session], at: datetime, name: str = "ying", address: str = "10.0.0.7", device: str | None = None
) -> float:
    with sessions.begin() as session:
        return throttle.claim(session, throttle.counted(session, name, address, device), at)


def test_the_wait_doubles_from_the_first_failure_that_is_not_free():
    limit = Limit(free=3, first=2, longest=20)
    assert [limit.wait(failures).total_seconds() for failures in range(1, 9)] == [0, 0, 2, 4, 8, 16, 20, 20]
    assert limit.wait(10_000).total_seconds() == 20


def test_a_few_failures_cost_nothing_and_then_they_cost_more_and_more(sessions: sessionmaker[Session]):
    assert [attempt(sessions, NOW) for _ in range(ACCOUNT.free)] == [0.0] * ACCOUNT.free
    assert attempt(sessions, NOW) == 1.0
    assert attempt(sessions, NOW + timedelta(seconds=1)) == 0.0
    assert attempt(sessions, NOW + timedelta(seconds=1.5)) == pytest.approx(1.5)
    assert attempt(sessions, NOW + timedelta(seconds=3)) == 0.0
    assert attempt(sessions, NOW + timedelta(seconds=3)) == 4.0


def test_a_refused_attempt_does_not_lengthen_the_wait(sessions: sessionmaker[Session]):
    for _ in range(ACCOUNT.free):
        attempt(sessions, NOW)
    assert {attempt(sessions, NOW) for _ in range(50)} == {1.0}


def test_another_account_is_not_held_up(sessions: sessionmaker[Session]):
    for _ in range(10):
        attempt(sessions, NOW)
    assert attempt(sessions, NOW, name="li") == 0.0


def test_one_address_that_tries_many_names_is_slowed_down_and_its_ipv6_neighbours_with_it(sessions: sessionmaker[Session]):
    waits = [attempt(sessions, NOW, name=f"guess{number}", address=f"2001:db8::{number:x}") for number in range(ADDRESS.free + 1)]
    assert waits == [0.0] * ADDRESS.free + [1.0]
    assert attempt(sessions, NOW, name="other", address="2001:db8:0:1::1") == 0.0


def test_who_signed_in_on_a_device_is_not_locked_out_there_by_anybody_else(sessions: sessionmaker[Session]):
    with sessions.begin() as session:
        cookie = throttle.know(session, people.create(session, "ying", Role.PARTNER))
    for _ in range(100):
        attempt(sessions, NOW, address="203.0.113.9")
        attempt(sessions, NOW)
    assert attempt(sessions, NOW) > 0
    assert attempt(sessions, NOW, device=cookie) == 0.0


def test_a_device_has_a_limit_of_its_own_and_knows_one_account_only(sessions: sessionmaker[Session]):
    with sessions.begin() as session:
        cookie = throttle.know(session, people.create(session, "ying", Role.PARTNER))
        people.create(session, "li", Role.PARTNER)
    assert [attempt(sessions, NOW, device=cookie) for _ in range(DEVICE.free)] == [0.0] * DEVICE.free
    assert attempt(sessions, NOW, device=cookie) == 5.0
    with sessions() as session:
        stranger = throttle.counted(session, "li", "10.0.0.7", cookie)
        assert stranger == throttle.counted(session, "li", "10.0.0.7", None)
        assert throttle.counted(session, "ying", "10.0.0.7", cookie + "x") == throttle.counted(session, "ying", "10.0.0.7", None)


def test_a_device_is_forgotten_in_time_and_with_the_password(sessions: sessionmaker[Session]):
    with sessions.begin() as session:
        ying = people.create(session, "ying", Role.PARTNER)
        cookie = throttle.know(session, ying)
        assert throttle.known(session, ying, cookie)
        people.set_password(session, ying, "correct horse battery")
        assert not throttle.known(session, ying, cookie)
        old = throttle.know(session, ying)
        session.scalars(select(Device)).one().expires_at = NOW - timedelta(days=1)
        session.flush()
        assert not throttle.known(session, ying, old)


def test_success_starts_the_account_anew_and_gives_the_address_one_attempt_back(sessions: sessionmaker[Session]):
    for number in range(4):
        attempt(sessions, NOW, name=f"guess{number}")
    with sessions.begin() as session:
        what = throttle.counted(session, "ying", "10.0.0.7", None)
        throttle.claim(session, what, NOW)
        throttle.forgive(session, what)
        failures = {row.key: row.failures for row in session.scalars(select(Attempts))}
    assert [failures[key] for key, _ in what.keys] == [0, 4]


def test_failures_of_yesterday_count_no_more(sessions: sessionmaker[Session]):
    for _ in range(ACCOUNT.free):
        attempt(sessions, NOW)
    later = NOW + timedelta(days=1, seconds=1)
    assert [attempt(sessions, later) for _ in range(ACCOUNT.free)] == [0.0] * ACCOUNT.free
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Attempts)) == 2


def test_many_at_once_get_no_more_tries_than_one_after_the_other(sessions: sessionmaker[Session]):
    waits: list[float] = []

    def some() -> None:
        waits.extend(attempt(sessions, NOW) for _ in range(5))

    threads = [threading.Thread(target=some) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == [0.0] * ACCOUNT.free + [1.0] * (30 - ACCOUNT.free)
