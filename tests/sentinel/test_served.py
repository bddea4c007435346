"""What the sentinel found, over HTTP, in the figures and in the console."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families as prometheus_text
from sqlalchemy import text

from accounts import api_keys, people
from accounts.roles import Right, Role
from sentinel import findings
from sentinel.models import Finding
from tests.api.served import Server
from tests.console.markup import faults
from tests.sentinel.watched import by_hand, checked, fill

As = Callable[..., httpx.Client]


@pytest.fixture
def altered(server: Server) -> Server:
    """A server with one record altered by hand, and found."""
    made = server.installation
    fill(made)
    with by_hand(made.engine) as connection:
        connection.execute(text("UPDATE records SET event_id = 'urn:x:<b>Forged</b>' WHERE id = 2"))
    assert len(checked(made)) == 1
    return server


@pytest.fixture
def operator(altered: Server) -> dict[str, str]:
    with altered.installation.sessions.begin() as session:
        account = people.create(session, "watcher", Role.MACHINE, display_name="Watcher")
        return {"Authorization": f"Bearer {api_keys.issue(session, account, 'watcher', (Right.OPERATE,))}"}


def test_status_and_findings_by_http(altered: Server, operator: dict[str, str]):
    said = altered.http.get("/sentinel", headers=operator).json()
    assert (said["round"], said["coverage"], said["silent"]) == (None, 1.0, False)
    assert said["unresolved"] == {"altered": 1, "missing": 0, "added": 0}
    assert (said["lastRound"]["records"], said["lastRound"]["findings"]) == (5, 1)
    assert 0 <= said["sinceFullPass"] < 60
    (one,) = altered.http.get("/sentinel/findings", headers=operator).json()["findings"]
    assert (one["kind"], one["table"], one["row"], one["column"], one["state"]) == ("altered", "records", "2", "event_id", "open")
    assert (one["expected"][:14], one["found"], one["times"]) == ("ni:///sha-256;", "urn:x:<b>Forged</b>", 1)
    taken = altered.http.post(f"/sentinel/findings/{one['id']}/acknowledge", headers=operator, json={"note": "restoring"})
    assert (taken.status_code, taken.json()["state"], taken.json()["stateBy"], taken.json()["note"]) == (
        200,
        "acknowledged",
        "Watcher",
        "restoring",
    )
    assert altered.http.get("/sentinel/findings?state=resolved", headers=operator).json() == {"findings": [], "next": None}
    assert altered.http.post("/sentinel/findings/99/acknowledge", headers=operator).status_code == 404
    assert altered.http.post(f"/sentinel/findings/{one['id']}/acknowledge", headers=operator, json={"note": "x" * 1001}).status_code == 400
    assert altered.http.get("/sentinel/findings?state=odd", headers=operator).status_code == 400
    assert altered.http.get("/sentinel", headers=altered.as_writer()).status_code in (200, 403)
    assert altered.http.get("/sentinel").status_code == 401


def test_the_figures_count_it(altered: Server, operator: dict[str, str]):
    lines = {
        line.name: line
        for family in prometheus_text(altered.http.get("/metrics", headers=operator).text)
        for line in family.samples
        if line.labels.get("kind", "altered") == "altered"
    }
    assert lines["traceledger_sentinel_findings"].value == 1
    assert lines["traceledger_sentinel_coverage_ratio"].value == 1
    assert lines["traceledger_sentinel_full_pass_age_seconds"].value < 60
    assert lines["traceledger_sentinel_records_total"].value >= 5


def test_the_page_tells_it_in_words_and_an_operator_takes_it_on(altered: Server, as_role: As):
    client = as_role(Role.OPERATOR)
    page = client.get("/console/sentinel?lang=en").text
    assert faults(page) == []
    assert "Record: altered" in page
    assert "records · 2 · event_id" in page
    assert "urn:x:&lt;b&gt;Forged&lt;/b&gt;" in page
    assert "restore the row from a backup" in page
    assert "Neither mail nor webhook is set" in page
    with altered.installation.sessions() as session:
        number = session.query(Finding.id).scalar()
    answer = client.post(f"/console/sentinel/{number}/acknowledge", data={"note": "restoring"}, follow_redirects=True)
    assert "operator One looks after it" in answer.text
    assert "restoring" in answer.text
    assert client.get("/console/sentinel?state=resolved").status_code == 200
    with altered.installation.sessions() as session:
        assert session.execute(text("SELECT action FROM audit_log WHERE subject = :s"), {"s": f"finding {number}"}).all() == [
            ("acknowledge_on_page",)
        ]


@pytest.mark.parametrize(("role", "sees"), [(Role.AUDITOR, True), (Role.OPERATOR, True), (Role.QUALITY, False), (Role.PARTNER, False)])
def test_who_watches_sees_it_on_the_overview(altered: Server, as_role: As, role: Role, sees: bool):
    client = as_role(role)
    assert ("哨兵发现 1 项" in client.get("/console").text) == sees
    answer = client.get("/console/sentinel")
    assert answer.status_code == (200 if sees else 403)
    if role == Role.AUDITOR:
        assert "我来处理" not in answer.text
        with altered.installation.sessions() as session:
            number = findings.listed(session, ["open"])[0].id  # type: ignore[list-item]  # its value
        assert client.post(f"/console/sentinel/{number}/acknowledge", data={}).status_code == 403


def test_before_the_first_round_everything_answers(server: Server, as_role: As):
    answer = as_role(Role.OPERATOR).get("/console/sentinel?lang=en")
    assert "Nothing was checked yet" in answer.text
    with server.installation.sessions.begin() as session:
        account = people.create(session, "watcher", Role.MACHINE)
        key = {"Authorization": f"Bearer {api_keys.issue(session, account, 'watcher', (Right.OPERATE,))}"}
    said: dict[str, Any] = server.http.get("/sentinel", headers=key).json()
    assert (said["round"], said["lastRound"], said["coverage"], said["sinceFullPass"]) == (None, None, None, None)
