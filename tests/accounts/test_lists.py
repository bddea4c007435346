"""Accounts, keys and sessions page by page, on both databases: nothing is skipped or repeated while others are added."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session, sessionmaker

from accounts import api_keys, people
from accounts import sessions as browsers
from accounts.models import ApiKey, SignIn
from accounts.roles import Role
from records.lists.paging import Place

CLERKS = [f"clerk-{number}" for number in range(7)]


def test_accounts_follow_their_names(sessions: sessionmaker[Session]):
    with sessions.begin() as session:
        for name in (*CLERKS, "chief", "张莹", "a_b", "a-b"):
            people.create(session, name, Role.PARTNER)
        first = people.listed(session, limit=3, begins="clerk")
        second = people.listed(session, first[-1].name, 10, begins="clerk")
        assert [one.name for one in (*first, *second)] == CLERKS
        assert [one.name for one in people.listed(session, begins="a_")] == ["a_b"]  # no wildcard
        assert [one.name for one in people.listed(session, begins="张")] == ["张莹"]


def test_keys_and_sessions_go_on_behind_a_row_also_when_many_are_of_one_moment(sessions: sessionmaker[Session]):
    with sessions.begin() as session:
        account = people.create(session, "lin", Role.QUALITY)
        for name in CLERKS:
            api_keys.issue(session, account, name)
            sign_in_of(session, account)
        for row in (*session.query(ApiKey), *session.query(SignIn)):
            row.created_at = account.created_at
    with sessions.begin() as session:
        for listed in (api_keys.listed, open_sessions):
            there = {one.digest for one in listed(session, account.id, limit=50).rows}
            found, page = [], listed(session, account.id, limit=3)
            while True:
                found += [one.digest for one in page.rows]
                if page.older is None:
                    break
                api_keys.issue(session, people.account(session, account.id), "late")
                sign_in_of(session, people.account(session, account.id))
                page = listed(session, account.id, place=Place(page.older), limit=3)
            assert len(found) == len(there)
            assert set(found) == there
            back = listed(session, account.id, place=Place((account.created_at + timedelta(days=1), bytes(32)), newer=True), limit=3)
            assert back.rows == []


def open_sessions(session: Session, account_id: int, place: Place | None = None, limit: int = 50):
    return browsers.listed(session, account_id, place=place, limit=limit)


def sign_in_of(session: Session, account) -> None:
    browsers.start(session, account, "password")
