"""The audit log in the console: found by filters, paged, told in words; and what was done to it by hand, in red."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import text

from accounts import audit, audit_rounds, sealing
from accounts.roles import Role
from api import sealed_log
from records.columns import now
from tests.api.served import Server
from tests.conftest import address_of
from tests.console.markup import Page, faults

As = Callable[..., httpx.Client]


@pytest.fixture
def logged(server: Server) -> Server:
    """A log of 120 entries, sealed on the chain at the last one."""
    with server.installation.sessions.begin() as session:
        for number in range(1, 121):
            actor = audit.Actor(7, "ying" if number % 2 else "li", "10.0.0.7", f"r{number}")
            audit.write(session, actor, "sign_in" if number % 3 else "capture", f"job {number}")
        sealing.step(session, address_of(server.installation.ledger.signers[0]))
    server.installation.work()
    return server


def walk(server: Server) -> None:
    """One whole round, as if the last one were long ago."""
    for _ in range(2):
        with server.installation.sessions.begin() as session:
            last = audit_rounds.newest(session, finished=True)
            moment = (last.finished_at if last and last.finished_at else now()) + audit_rounds.REST
            audit_rounds.step(session, lambda held: sealed_log.ask(held, server.installation.ledger.chain), moment=moment)


def numbers(html: str) -> list[str]:
    return re.findall(r'<a class="strong" href="/console/audit/(\d+)">', html)


def told(html: str) -> str:
    return re.sub(r"\s+", " ", Page(html).all("main")[0].text)


@pytest.mark.usefixtures("logged")
def test_only_who_may_audit_opens_it(as_role: As):
    for role in Role:
        status = as_role(role).get("/console/audit").status_code
        assert status == (200 if role in (Role.AUDITOR, Role.OPERATOR) else 403), role


@pytest.mark.usefixtures("logged")
def test_pages_lead_to_the_oldest_entry_and_back(as_role: As):
    client = as_role(Role.AUDITOR)
    first = client.get("/console/audit").text
    assert faults(first) == []
    second = client.get(links(first)["page-older"]).text
    third = client.get(links(second)["page-older"]).text
    assert [*numbers(first), *numbers(second), *numbers(third)] == [str(number) for number in range(120, 0, -1)]
    assert "page-older" not in links(third)
    assert numbers(client.get(links(third)["page-newer"]).text) == numbers(second)


def links(html: str) -> dict[str, str]:
    return {one.attributes["id"]: one.attributes["href"] for one in Page(html).all("a") if one.attributes.get("id", "").startswith("page-")}


@pytest.mark.usefixtures("logged")
def test_the_address_holds_the_filters(as_role: As):
    client = as_role(Role.AUDITOR)
    found = client.get("/console/audit?actor=li&action=capture&lang=en").text
    assert numbers(found)[:2] == ["120", "114"]
    assert 'value="li"' in found
    assert "Handed in a document" in told(found)
    export = next(one.attributes["href"] for one in Page(found).all("a") if "format=jsonl" in one.attributes.get("href", ""))
    assert client.get(export).text.count("\n") == 21
    today = f"{now():%Y-%m-%d}"
    assert len(numbers(client.get(f"/console/audit?from={today}&to={today}").text)) == 50
    assert "No entry matches" in client.get("/console/audit?to=2020-01-01").text
    assert "Write it like 2026-09-01" in client.get("/console/audit?from=gestern").text
    assert client.get("/console/audit?older=x").status_code == 400


@pytest.mark.usefixtures("logged")
def test_an_entry_is_told_whole(as_role: As):
    client = as_role(Role.AUDITOR)
    page = client.get("/console/audit/7?lang=en").text
    assert faults(page) == []
    assert all(one in told(page) for one in ("Entry 7", "Signed in", "ying", "job 7", "r7", "10.0.0.7", "whole and follows the one before"))
    assert client.get("/console/audit/999").status_code == 404


def test_the_page_says_that_all_is_whole_and_where_it_is_anchored(logged: Server, as_role: As):
    client = as_role(Role.AUDITOR)
    assert "尚未检查" in client.get("/console/audit").text
    walk(logged)
    assert "全部 120 条记录完整" in client.get("/console/audit").text
    assert re.search(r"Anchored up to entry 120 in block \d+", told(client.get("/console/audit?lang=en").text))
    assert "The seal in block" in told(client.get("/console/audit/120").text)


def test_what_was_done_by_hand_is_named_in_red(logged: Server, as_role: As):
    walk(logged)
    with logged.installation.sessions.begin() as session:
        session.execute(text("UPDATE audit_log SET subject = 'another job' WHERE id = 118"))
        session.execute(text("DELETE FROM audit_log WHERE id = 50"))
    client = as_role(Role.AUDITOR)
    at_once = client.get("/console/audit?lang=en").text
    assert 'class="altered"' in at_once  # the row itself, before any walk
    assert "The log was tampered with: 1 finding" in told(at_once)
    assert "was changed after it was written" in told(client.get("/console/audit/118").text)
    assert "does not follow the one before" in told(client.get("/console/audit/51").text)
    walk(logged)
    page = client.get("/console/audit").text
    assert faults(page) == []
    assert "The log was tampered with: 2 findings" in told(page)
    assert "Entry 118 was changed after it was written" in told(page)
    assert "Entry 50 is missing" in told(page)
    assert "The audit log is not what was written" in told(client.get("/console").text)
    assert "The audit log is not what was written" not in told(as_role(Role.PARTNER).get("/console?lang=en").text)
