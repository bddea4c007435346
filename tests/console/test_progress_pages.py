"""What waits for the chain, what hinders it, and what became of each document, over HTTP."""

from __future__ import annotations

import orjson
import pytest

from accounts.roles import Role
from records.columns import now
from records.models import Lane, LaneState, RecordItem, Transaction
from tests.api.served import Server, document, event
from tests.conftest import address_of
from tests.console.markup import Page, faults
from tests.console.test_data_pages import linked, rows
from tests.console.test_routes import As


def hand_in(server: Server, *events: dict[str, object], behaviour: str = "proceed") -> str:
    """Capture a document; gives the id of its job."""
    headers = server.as_writer() | {"GS1-Capture-Error-Behaviour": behaviour}
    return str(server.http.post("/capture", content=orjson.dumps(document(*events)), headers=headers).json()["captureID"])


def tabs(html: str) -> list[str]:
    """The tabs of a list with their counts."""
    return [
        " ".join(one.text.split()) for one in Page(html).all("a") if "hx-boost" in one.attributes and "state=" in one.attributes["href"]
    ]


def test_records_are_listed_by_how_far_they_have_come(server: Server, as_role: As):
    server.record(event("commissioning", 1, action="ADD"))
    server.post(event("inspecting", 2))
    client = as_role(Role.PARTNER)
    pending = client.get("/console/records?lang=en").text
    assert faults(pending) == []
    assert tabs(pending) == ["Pending 1", "Sent 0", "Anchored 0", "Final", "Failed transactions 0"]
    assert [row.split()[:2] for row in rows(pending)] == [["01/06901234567892/21/A1", "Inspected"]]
    assert "What waits longest was stored" in pending
    assert "Made and given its code" in rows(client.get("/console/records?lang=en&state=final").text)[0]
    assert "Nothing here" in client.get("/console/records?lang=en&state=sent").text
    assert tabs(client.get("/console/records?lang=en&state=<b>").text)[0] == "Pending 1"


def test_a_long_queue_is_not_counted_to_its_end(server: Server, as_role: As, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("records.lists.counts.MOST", 2)
    monkeypatch.setattr("api.console.records.MOST", 2)
    for day in range(1, 5):
        server.post(event("inspecting", day))
    assert tabs(as_role(Role.PARTNER).get("/console/records?lang=en").text)[0] == "Pending over 2"


def test_what_hinders_a_signer_is_said_with_what_to_do(server: Server, as_role: As):
    server.record(event())
    signer = address_of(server.installation.ledger.signers[0])
    with server.installation.sessions.begin() as session:
        session.merge(Lane(signer=signer, state=LaneState.PAUSED, since=now(), problem="NotActive(0x12)", failures=1))
        session.get_one(Transaction, 1).state, session.get_one(Transaction, 1).problem = "failed", "out of gas"
        session.get_one(RecordItem, 1).transaction_id = None
    client = as_role(Role.OPERATOR)
    html = client.get("/console/records?lang=en").text
    assert "publishing is paused" in html
    assert "NotActive(0x12)" in html
    assert "waits until it may write again" in html
    assert "out of gas" in rows(client.get("/console/records?lang=en&state=failed").text)[0]
    overview = client.get("/console?lang=en").text
    assert linked(overview, "publishing is paused") == "/console/records"
    assert linked(overview, "Failed transactions: 1") == "/console/records?state=failed"


def test_a_capture_tells_of_each_event_what_became_of_it_and_how_to_mend_it(server: Server, as_role: As):
    job = hand_in(server, event("commissioning", 1, action="ADD"), event("inspecting", 2, action="LOOK"), event("inspecting", 3))
    server.installation.work()
    client = as_role(Role.AUDITOR)
    listed = client.get("/console/captures?lang=en").text
    assert faults(listed) == []
    assert "With problems" in rows(listed)[0]
    html = client.get(f"/console/captures/{job}?lang=en").text
    assert faults(html) == []
    assert [row.split()[:2] for row in rows(html)] == [["1", "Stored"], ["2", "Invalid"], ["3", "Stored"]]
    assert "$.epcisBody.eventList[1].action" in rows(html)[1]
    assert "Fix:" in rows(html)[1]
    assert len(rows(client.get(f"/console/captures/{job}?lang=en&outcome=invalid").text)) == 1
    one = client.get(linked(html, rows(html)[0].split()[2])).text
    assert linked(one, job[:8]) == f"/console/captures/{job}"


def test_the_results_of_a_long_document_are_walked_in_their_order(server: Server, as_role: As, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("api.console.routes.captures.ROWS", 2)
    job = hand_in(server, *(event("inspecting", day) for day in range(1, 6)))
    server.installation.capture()
    client, html = as_role(Role.AUDITOR), ""
    html = client.get(f"/console/captures/{job}?lang=en").text
    seen = [rows(html)]
    while "Next" in html:
        html = client.get(linked(html, "Next")).text
        seen.append(rows(html))
    assert [[row.split()[0] for row in page] for page in seen] == [["1", "2"], ["3", "4"], ["5"]]
    assert rows(client.get(linked(html, "Previous")).text) == seen[1]
    assert client.get(f"/console/captures/{job}?older=x").status_code == 400


def test_who_may_not_see_all_sees_their_own_documents(server: Server, as_role: As):
    job = hand_in(server, event(), behaviour="rollback")
    mine, others = (address_of(account) for account in server.installation.ledger.signers)
    own, stranger = as_role(Role.PARTNER, signer=mine), as_role(Role.MACHINE, signer=others)
    assert len(rows(own.get("/console/captures").text)) == 1
    assert own.get(f"/console/captures/{job}").status_code == 200
    assert len(rows(stranger.get("/console/captures").text)) == 1  # a machine operates: it may see all
    with server.installation.sessions.begin() as session:
        session.connection().exec_driver_sql("UPDATE accounts SET signer = NULL WHERE name = 'partner.one'")
    assert "No captures yet" in own.get("/console/captures?lang=en").text
    assert own.get(f"/console/captures/{job}").status_code == 404
