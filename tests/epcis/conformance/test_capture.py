"""POST /capture and its jobs with both error behaviours, POST /events, and what is refused."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from tests.epcis.conformance.events import CONTEXT, Event, Maker, document
from tests.epcis.conformance.run import Server, listed, place_of

JOB = {"captureID", "createdAt", "running", "success", "captureErrorBehaviour", "errors"}


@pytest.fixture
def make() -> Maker:
    """Events that no other test has."""
    return Maker(uuid.uuid4().hex)


def seen(make: Maker, number: int, **fields: Any) -> Event:
    return make.event("ObjectEvent", number, "receiving", **{"action": "OBSERVE", "epcList": [make.item(number)], **fields})


def mixed(make: Maker) -> list[Event]:
    """Two good events and a bad one between them."""
    return [seen(make, 0), seen(make, 1, action="SHOUT"), seen(make, 2)]


def stored(server: Server, events: list[Event]) -> list[int]:
    """Which of them the server has."""
    found = {one["eventID"] for one in server.events(EQ_eventID="|".join(event["eventID"] for event in events))}
    return [at for at, event in enumerate(events) if event["eventID"] in found]


def test_a_captured_document_has_a_job_and_its_events_are_found(server: Server, make: Maker):
    events = [seen(make, 0), seen(make, 1)]
    job = server.capture(*events)
    assert job.keys() >= JOB
    assert (job["running"], job["success"], job["errors"]) == (False, True, [])
    assert stored(server, events) == [0, 1]


def test_rollback_stores_nothing_of_a_document_with_a_bad_event(server: Server, make: Maker):
    for behaviour in ("rollback", None):  # rollback if nothing is said
        answer = server.ask(
            "POST", "/capture", json=document(*mixed(make)), headers={"GS1-Capture-Error-Behaviour": behaviour} if behaviour else {}
        )
        if answer.status_code == 202:  # else the server judges before it answers
            job = server.finished(answer)
            assert (job["success"], job["captureErrorBehaviour"]) == (False, "rollback")
            assert all(one["type"].startswith("epcisException:") for one in job["errors"])
            assert job["errors"]
        else:
            assert answer.status_code == 400
        assert stored(server, mixed(make)) == []


def test_proceed_stores_the_good_events(server: Server, make: Maker):
    job = server.capture(*mixed(make), behaviour="proceed")
    assert (job["success"], job["captureErrorBehaviour"], len(job["errors"])) == (False, "proceed", 1)
    assert stored(server, mixed(make)) == [0, 2]


def test_a_document_that_is_sent_twice_is_stored_once(server: Server, make: Maker):
    events = [seen(make, 0)]
    for _ in range(2):
        server.capture(*events)
    assert len(server.events(EQ_eventID=events[0]["eventID"])) == 1


def test_jobs_are_listed(server: Server, make: Maker):
    job = server.capture(seen(make, 0))
    page = next(server.pages("/capture", perPage=100))
    assert job["captureID"] in [one["captureID"] for one in page.json()]


def test_a_single_event_is_stored_at_its_address(server: Server, make: Maker):
    event = {"@context": [CONTEXT]} | seen(make, 0)
    answer = server.ask("POST", "/events", json=event)
    assert answer.status_code == 201
    assert [one["eventID"] for one in listed(server.ask("GET", place_of(answer)))] == [event["eventID"]]


def test_another_event_of_the_same_id_is_a_conflict(server: Server, make: Maker):
    event = {"@context": [CONTEXT]} | seen(make, 0)
    assert server.ask("POST", "/events", json=event).status_code == 201
    assert server.ask("POST", "/events", json=event | {"disposition": "damaged"}).status_code == 409
    assert "disposition" not in server.events(EQ_eventID=event["eventID"])[0]


WRONG = {
    "no action": lambda event: {name: value for name, value in event.items() if name != "action"},
    "no time": lambda event: {name: value for name, value in event.items() if name != "eventTime"},
    "an unknown type": lambda event: event | {"type": "PartyEvent"},
    "an unknown field": lambda event: event | {"colour": "red"},
    "a word that the CBV does not have": lambda event: event | {"bizStep": "shippign"},
    "a time without a zone": lambda event: event | {"eventTime": "2026-09-01T00:00:00"},
    "text for a list": lambda event: event | {"epcList": "urn:epc:id:sgtin:9521321.012345.1"},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_an_event_that_breaks_the_schema_is_refused_with_a_problem_document(server: Server, make: Maker, wrong: str):
    refused = server.ask("POST", "/events", json=WRONG[wrong]({"@context": [CONTEXT]} | seen(make, 0)))
    assert (refused.status_code, refused.headers["content-type"].partition(";")[0]) == (400, "application/problem+json")
    assert refused.json()["type"] == "epcisException:ValidationException"
    assert stored(server, [seen(make, 0)]) == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [("{", "application/json", 400), ("[]", "application/json", 400), ("{}", "application/json", 400), ("a;b", "text/csv", 415)],
)
def test_what_is_no_document_is_refused(server: Server, body: str, kind: str, status: int):
    assert server.ask("POST", "/capture", content=body, headers={"Content-Type": kind}).status_code == status


def test_a_document_beyond_the_limits_that_options_tell_is_413(server: Server, make: Maker):
    told = server.http.options("/capture").headers
    limit, size = (int(told.get(f"GS1-EPCIS-Capture-{name}", 0)) for name in ("Limit", "File-Size-Limit"))
    if not limit and not size:
        pytest.skip("POST /capture: OPTIONS tells no limit")
    if 0 < limit <= 20_000:
        body = json.dumps(document(*[seen(make, 0)] * (limit + 1)))
        assert server.http.post("/capture", content=body, headers={"Content-Type": "application/json"}).status_code == 413
    if 0 < size <= 50_000_000:
        body = json.dumps(document(seen(make, 0) | {"ex:long": "x" * size}))
        assert server.http.post("/capture", content=body, headers={"Content-Type": "application/json"}).status_code == 413
