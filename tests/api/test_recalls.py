"""Recall cases over JSON: from a suspicion to a closed case, and who may see one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from accounts.roles import Role
from tests.api.served import Server, event
from tests.conftest import address_of
from tests.console.signed_in import as_role

__all__ = ["as_role"]
As = Callable[..., httpx.Client]
CODE = "https://id.gs1.org/01/06901234567892/21/{}"
SUSPICION = {"suspicion": {"codes": ["(01)06901234567892(21)A1"]}}
CASE = SUSPICION | {"title": "A1", "reason": "antibiotics", "grade": 1}


def opened(lin: httpx.Client, **changes: Any) -> dict[str, Any]:
    """A case of one item."""
    answer = lin.post("/recalls", json=CASE | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_recall_from_the_suspicion_to_its_end(server: Server, as_role: As):
    server.record(event("commissioning", 1, action="ADD"), event("storing", 2, readPoint={"id": "urn:epc:id:sgln:6901234.00004.0"}))
    lin = as_role(Role.QUALITY, signer=address_of(server.installation.ledger.signers[0]))
    found = lin.post("/recalls/preview", json=SUSPICION).json()
    assert (found["events"], found["things"], found["firstThings"]) == (0, 1, [CODE.format("A1")])
    case = opened(lin)
    assert (case["units"], case["complete"], [one["missed"] for one in case["deadlines"]]) == (1, True, [False, False])
    here = f"/recalls/{case['id']}"
    assert lin.post(f"{here}/freeze").json()["held"] == 1
    refused = server.post(event("shipping", eventTime="2030-01-01T00:00:00Z"), member=1)
    assert "on hold since" in refused.text

    (unit,) = lin.get(f"{here}/units").json()["units"]
    assert (unit["state"], unit["place"], unit["member"], unit["quantity"]) == ("here", "urn:epc:id:sgln:6901234.00004.0", 1, 1)
    exported = lin.get(f"{here}/export", params={"form": "json"}).json()
    lines = ["\t".join((one["code"], one["quantity"], one["unit"], one["state"])) + "\n" for one in exported["units"]]
    assert hashlib.sha256("".join(sorted(lines)).encode()).hexdigest() == exported["sha256"] == case["sha256"]
    assert CODE.format("A1") in lin.get(f"{here}/export").text

    (line,) = lin.get(here).json()["lines"]
    assert lin.post(f"{here}/close", json={"conclusion": "done", "release": True}).status_code == 400
    said = {"owner": line["owner"], "product": line["product"], "outcome": "destroyed", "quantity": 1}
    assert lin.post(f"{here}/accounts", json=said | {"quantity": 2}).status_code == 400
    assert lin.post(f"{here}/accounts", json=said).status_code == 201
    assert lin.get(f"{here}/accounts").json()["accounts"][0]["outcome"] == "destroyed"
    closed = lin.post(f"{here}/close", json={"conclusion": "done", "release": True}).json()
    assert (closed["holds"], closed["effectivenessPercent"], closed["lines"][0]["left"]) == (0, 100, 0)
    assert lin.post(f"{here}/refresh").status_code == 409
    server.installation.work()
    verified = server.http.get("/verify", params={"code": case["code"]}).json()
    assert verified["verdict"] == "verified", verified


def test_a_case_is_seen_by_its_member_and_by_who_sees_everything(server: Server, as_role: As):
    server.record(event("commissioning", 1, action="ADD"))
    first, second = map(address_of, server.installation.ledger.signers[:2])
    lin = as_role(Role.QUALITY, signer=first)
    case = opened(lin)["number"]
    for client, status in (
        (as_role(Role.PARTNER, signer=second), 404),
        (as_role(Role.MACHINE, signer=first), 200),
        (as_role(Role.AUDITOR), 200),
    ):
        assert client.get(f"/recalls/{case}").status_code == status
        assert len(client.get("/recalls").json()["recalls"]) == (status == 200)
        assert client.post(f"/recalls/{case}/freeze").status_code == 403


def test_when_the_complaint_came_in_is_part_of_the_timing_and_never_in_the_future(server: Server, as_role: As):
    lin = as_role(Role.QUALITY, signer=address_of(server.installation.ledger.signers[0]))
    server.record(event("commissioning", 1, action="ADD"))
    for wrong in ("2126-09-01T00:00:00Z", "0001-01-01T00:00:00+08:00"):
        assert "awareAt" in lin.post("/recalls", json=CASE | {"awareAt": wrong}).text
    early = datetime.now(UTC) - timedelta(hours=30)
    case = opened(lin, kind="drill", awareAt=early.isoformat())
    assert datetime.fromisoformat(case["deadlines"][0]["due"]) - early < timedelta(hours=24, seconds=1)
    assert case["deadlines"][0]["missed"]
    score = lin.get(f"/recalls/{case['id']}/score").json()
    assert score["figures"]["secondsBeforeOpening"] // 60 == 30 * 60
    assert {line["criterion"]: line["points"] for line in score["lines"]}["traced"] == 0


def test_what_cannot_be_read_is_refused_by_name(server: Server, as_role: As):
    lin = as_role(Role.QUALITY, signer=address_of(server.installation.ledger.signers[0]))
    server.record(event())
    for said, field in (
        ({"codes": [CODE.format("Z9")]}, "suspicion"),
        ({"codes": ["(01)1"]}, "suspicion.codes"),
        ({}, "suspicion"),
        ({"colour": ["red"]}, "colour"),
    ):
        answer = lin.post("/recalls", json=CASE | {"suspicion": said})
        assert (answer.status_code, field in answer.text) == (400, True), (said, answer.status_code, answer.headers)
    assert lin.get("/recalls/R-2026-999").status_code == 404
