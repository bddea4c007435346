"""Versions of policies on both databases: added, never changed, and of two editors the second is told what the first did."""

from __future__ import annotations

import threading
import uuid

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from ledger_client.disclosure import DEFAULT, NARROWEST, Kind, Policy, Rule
from ledger_client.errors import Conflict, InvalidInput
from records import audiences
from records.audiences import Overtaken, change

Sessions = sessionmaker[Session]
FIRST = Policy((Rule("readPoint", "partners"),))
SECOND = Policy((Rule("readPoint", "regulator"), Rule("acme:*", "public", Kind("", "shipping"))))


def save(sessions: Sessions, policy: Policy, based_on: int, member: int = 1, by: str = "li", reason: str = "because") -> int:
    with sessions.begin() as session:
        return change(session, member, policy, based_on, by, reason).version


def test_a_change_is_a_new_version_and_the_newest_holds(sessions: Sessions) -> None:
    assert (save(sessions, FIRST, 0), save(sessions, SECOND, 1), save(sessions, FIRST, 0, member=2)) == (1, 2, 1)
    with sessions() as session:
        assert audiences.policies(session) == {1: SECOND, 2: FIRST}
        assert [(row.version, row.made_by, row.reason) for row in audiences.versions(session, 1)] == [
            (2, "li", "because"),
            (1, "li", "because"),
        ]
        assert [row.version for row in audiences.versions(session, 1, before=2)] == [1]
        assert [audiences.version(session, 1, number) for number in (0, 1, 2, 9)] == [DEFAULT, FIRST, SECOND, DEFAULT]
        newest = audiences.newest(session, 1)
        assert newest is not None
        assert newest.made_at.tzinfo is not None
        assert audiences.newest(session, 3) is None


def test_of_two_editors_the_second_is_told_what_the_first_changed(sessions: Sessions) -> None:
    save(sessions, FIRST, 0)
    save(sessions, SECOND, 1, by="wang")
    with pytest.raises(Overtaken, match=r"changed by wang meanwhile \(version 2\): readPoint in all events: partners → regulator") as late:
        save(sessions, Policy(), 1)
    assert [(told.property, told.before, told.after) for told in late.value.theirs] == [
        ("readPoint", "partners", "regulator"),
        ("acme:*", None, "public"),
    ]
    with sessions() as session:
        assert len(audiences.versions(session, 1)) == 2


def test_of_two_editors_at_the_same_moment_one_wins(sessions: Sessions) -> None:
    outcomes: list[object] = []
    together = threading.Barrier(2)

    def edit(policy: Policy) -> None:
        with sessions() as session:
            audiences.newest(session, 1)
            together.wait()
            try:
                outcomes.append(change(session, 1, policy, 0, "li", "because").version)
                session.commit()
            except Overtaken as late:
                outcomes.append(late.newest.version)

    threads = [threading.Thread(target=edit, args=[policy]) for policy in (FIRST, SECOND)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [1, 1]
    with sessions() as session:
        assert len(audiences.versions(session, 1)) == 1


@pytest.mark.parametrize("based_on", [-1, 2, 2**31 - 1])
def test_a_version_that_never_was_is_no_base(sessions: Sessions, based_on: int) -> None:
    with pytest.raises(Conflict):
        save(sessions, FIRST, based_on)


@pytest.mark.parametrize(
    ("reason", "said"), [("", "is missing"), (" \n\t", "is missing"), ("x" * 501, "501 characters"), ("a\0b", "control character")]
)
def test_a_change_needs_a_reason_that_can_be_read(sessions: Sessions, reason: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        save(sessions, FIRST, 0, reason=reason)


def test_a_change_that_changes_nothing_is_refused(sessions: Sessions) -> None:
    for based_on, policy in ((0, DEFAULT), (1, FIRST)):
        with pytest.raises(InvalidInput, match="hold already"):
            save(sessions, policy, based_on)
        if not based_on:
            save(sessions, FIRST, 0)


def test_a_stored_policy_that_somebody_spoiled_hides_what_can_be_hidden(sessions: Sessions, capsys: pytest.CaptureFixture[str]) -> None:
    save(sessions, FIRST, 0)
    with sessions.begin() as session:
        spoiled = f'[{{"property": "no property {uuid.uuid4()}", "audience": "partners"}}]'  # never read before: it is told once
        session.execute(text("UPDATE disclosure_policies SET rules = :rules"), {"rules": spoiled})
    with sessions() as session:
        assert audiences.policies(session) == {1: NARROWEST}
    assert "policy.unreadable" in capsys.readouterr().err
