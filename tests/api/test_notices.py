"""Two companies and somebody outside, over HTTP: a drill is told, answered, closed and certified; the told one sees its own and no more."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pypdf import PdfReader

from accounts import api_keys, people
from accounts.roles import Role, rights_of
from ledger_client.bundle import Bundle
from ledger_client.verify import verify
from tests.api.served import Server
from tests.recall.told import CODES, OUTSIDE, closed, lin_of, opened, sold

Told = dict[str, Any]


@pytest.fixture
def lin(server: Server) -> Iterator[httpx.Client]:
    """The dairy's quality manager, by a key."""
    sold(server)
    with server.installation.sessions.begin() as session:
        account = people.create(session, "lin", Role.QUALITY, signer=lin_of(server).signer)
        key = api_keys.issue(session, account, "lin", rights_of(Role.QUALITY))
    with httpx.Client(base_url=server.url, timeout=30, headers={"Authorization": f"Bearer {key}"}) as made:
        yield made


def test_a_drill_is_told_answered_closed_and_certified(server: Server, lin: httpx.Client):
    number = opened(server)
    sent = lin.post(f"/recalls/{number}/notices", json={"actions": ["quarantine"], "words": "call 021-1234"})
    assert sent.status_code == 201, sent.text
    assert lin.post(f"/recalls/{number}/notices", json={"actions": ["quarantine"]}).status_code == 409
    shop, outside = sorted(sent.json()["notices"], key=lambda one: one["party"])
    assert (shop["amounts"], shop["party"], outside["party"]) == ({"units": "3"}, "", OUTSIDE)

    partner = server.as_writer(1)
    (own,) = server.http.get("/notices?waiting=true", headers=partner).json()["notices"]
    assert (own["id"], own["kind"], own["actions"]) == (shop["id"], "drill", ["quarantine"])
    units = server.http.get(f"/notices/{shop['id']}/units?limit=2", headers=partner).json()
    rest = server.http.get(f"/notices/{shop['id']}/units?after={units['next']}", headers=partner).json()
    assert sorted(one["code"] for one in units["units"] + rest["units"]) == CODES[:3]
    for path in (f"/notices/{outside['id']}", f"/notices/{outside['id']}/units"):
        assert server.http.get(path, headers=partner).status_code == 404, path
    for below in ("", "/units", "/notices", "/score", "/certificate", "/export", "/accounts"):
        answer = server.http.get(f"/recalls/{number}{below}", headers=partner)
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (403, "their-notice"), below
        assert f"/notices/{shop['id']}" in answer.json()["detail"]
        assert "antibiotics" not in answer.text
    assert server.http.get(f"/notices/{shop['id']}/letter", headers=partner).status_code == 403
    assert lin.get("/notices").json()["notices"] == []

    answer = server.http.post(f"/notices/{shop['id']}/acknowledge", headers=partner, json={"found": {"units": 3}, "note": "in B2"})
    assert answer.status_code == 200, answer.text
    assert server.http.post(f"/notices/{outside['id']}/acknowledge", headers=partner, json={"found": {"units": 2}}).status_code == 404
    assert lin.post(f"/notices/{outside['id']}/acknowledge", json={"found": {"units": 2}}).status_code == 400
    written = lin.post(f"/notices/{outside['id']}/acknowledge", json={"found": {"units": 2}, "answeredBy": "Ms Li"}).json()
    assert (written["acknowledgedBy"], written["enteredBy"]) == ("Ms Li", "lin")
    assert lin.get(f"/recalls/{number}/certificate").status_code == 409

    score = lin.get(f"/recalls/{number}/score").json()
    assert score["figures"]["ownersAnsweredInTime"] == 2
    assert score["quantities"] == [{"uom": "units", "affected": "6", "located": "5", "accounted": "0", "toCount": "5", "addingUp": "5"}]
    closed(server, number)
    made = lin.get(f"/recalls/{number}/certificate?format=json")
    assert made.status_code == 200, made.text
    check = server.http.post("/certificates/verify", content=made.content, headers={"Content-Type": "application/json"}).json()
    assert check["genuine"], check
    assert check["problems"] == []
    certificate = made.json()
    assert certificate["facts"]["points"] == lin.get(f"/recalls/{number}/score").json()["points"]
    assert verify(Bundle.from_json(certificate["bundle"])).verdict == "verified"
    assert OUTSIDE not in made.text
    assert "in B2" not in made.text
    _altered(server, certificate)

    paper = lin.get(f"/recalls/{number}/certificate").content
    assert server.http.post("/certificates/verify", content=paper, headers={"Content-Type": "application/pdf"}).json()["genuine"]
    letter = lin.get(f"/notices/{outside['id']}/letter").content
    assert "演练" in PdfReader(io.BytesIO(letter)).pages[0].extract_text()


def _altered(server: Server, certificate: Told) -> None:
    """One figure is changed, in the facts or in the proof; a fact is left out; another case's proof."""

    def checked(changed: Told) -> Told:
        return server.http.post("/certificates/verify", json=changed).json()  # type: ignore[no-any-return]

    told = certificate["facts"]
    found = checked(certificate | {"facts": told | {"points": told["points"] - 1}})
    assert not found["genuine"]
    assert [one["name"] for one in found["facts"] if not one["matches"]] == ["points"]
    assert not checked(certificate | {"facts": {name: value for name, value in told.items() if name != "reminders"}})["genuine"]
    records = certificate["bundle"]["records"]
    forged = [
        one
        | {"disclosed": [each | {"value": "100"} if each["name"] == "traceledger:points" else each for each in one.get("disclosed", [])]}
        for one in records
    ]
    found = checked(certificate | {"facts": told | {"points": 100}, "bundle": certificate["bundle"] | {"records": forged}})
    assert not found["genuine"]
    assert "event" in found["problems"]
    assert checked(certificate | {"item": "https://id.gs1.org/01/06901234567892/21/A1"})["problems"] == ["item"]
    assert server.http.post("/certificates/verify", json={"facts": 1}).status_code == 400
