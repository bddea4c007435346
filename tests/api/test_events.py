"""POST /events, GET /events/{id}, GET /records, GET /items/{code}/events. What GET /events finds is in test_epcis_query.py."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.api.served import Server, event

CODE = "https://id.gs1.org/01/06901234567892/21/A1"
SPELLINGS = [
    CODE,
    "(01)06901234567892(21)A1",
    "]d201069012345678922" + "1A1",
    "urn:epc:id:sgtin:6901234.056789.A1",
    "https://shop.example/01/06901234567892/21/A1?x=1",
]


def test_an_event_is_stored_once_and_a_duplicate_is_called_so(server: Server):
    first, second = server.post(event()), server.post(event())
    assert (first.status_code, second.status_code) == (201, 200)
    assert (first.json()["outcome"], second.json()["outcome"]) == ("stored", "duplicate")
    assert first.json() | {"outcome": "duplicate"} == second.json()
    assert first.json()["items"] == [CODE]


def test_another_content_under_a_recorded_event_id_is_a_conflict_that_names_the_difference(server: Server):
    server.post(event(eventID="https://maker.example/events/1"))
    answer = server.post(event("shipping", eventID="https://maker.example/events/1"))
    assert answer.status_code == 409
    assert "bizStep" in answer.json()["detail"]


def test_a_malformed_event_is_refused_with_path_and_fix(server: Server):
    answer = server.post(event(eventTime="yesterday"))
    assert answer.status_code == 400
    assert "eventTime" in answer.json()["errors"][0]["field"]


def test_a_wrong_check_digit_is_refused_with_the_right_one(server: Server):
    answer = server.post(event(code="https://id.gs1.org/01/06901234567891/21/A1"))
    assert answer.status_code == 400
    assert "06901234567892" in answer.text


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer tlk_wrong"}, {"Authorization": "Basic abc"}])
def test_writing_needs_a_known_key(server: Server, headers: dict[str, str]):
    answer = server.http.post("/events", json=event(), headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="traceledger"')
    assert server.http.get("/records").json()["events"] == []


def test_the_public_sees_public_properties_and_a_partner_sees_more(server: Server):
    server.post(event(sourceList=[{"type": "owning_party", "source": "https://id.gs1.org/417/6901234000001"}]))
    public = server.http.get("/records").json()["events"][0]
    partner = server.http.get("/records", headers=server.as_writer(1)).json()["events"][0]
    assert ("sourceList" in public["event"], "sourceList" in partner["event"]) == (False, True)
    assert (public["withheld"], partner["withheld"]) == (2, 0)


def test_paging_gives_each_event_once_also_while_others_are_captured(server: Server):
    for day in (1, 2, 3):
        server.post(event(day=day))
    found: list[Any] = []
    after, complete = None, False
    while not complete:
        page = server.http.get("/records", params={"limit": 2} | ({"after": after} if after else {})).json()
        found += page["events"]
        if after is None:
            server.post(event(day=4))
        after, complete = page["next"], page["complete"]
    assert [one["event"]["eventTime"][8:10] for one in found] == ["01", "02", "03", "04"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_item_is_found_by_any_spelling_of_its_code(server: Server, spelling: str):
    server.post(event())
    server.post(event(code="https://id.gs1.org/01/06901234567892/21/A2"))
    by_path = server.http.get(f"/items/{quote(spelling, safe='')}/events").json()["events"]
    by_query = server.http.get("/records", params={"code": spelling}).json()["events"]
    assert by_path == by_query
    assert [one["items"] for one in by_path] == [[CODE]]


def test_a_serial_with_a_slash_is_not_cut_in_two(server: Server):
    server.post(event(code="https://id.gs1.org/01/06901234567892/21/A%2F1"))
    path = quote("https://id.gs1.org/01/06901234567892/21/A%2F1", safe="")
    assert len(server.http.get(f"/items/{path}/events").json()["events"]) == 1


def test_an_event_is_found_by_its_id_encoded_or_not(server: Server):
    event_id = server.post(event()).json()["eventID"]
    encoded = server.http.get("/events/" + quote(event_id, safe=""))
    plain = server.http.get("/events/" + event_id)
    assert encoded.status_code == 200
    assert [one.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"][0]["eventID"] for one in (encoded, plain)] == [event_id] * 2
    assert server.http.get("/events/" + quote("ni:///sha-256;00?ver=CBV2.0", safe="")).status_code == 404
    assert [one["eventID"] for one in server.http.get("/records", params={"event": event_id}).json()["events"]] == [event_id]


def test_an_event_tells_how_far_its_anchoring_is(server: Server):
    server.post(event())
    states = [server.http.get("/records").json()["events"][0]["state"]]
    server.installation.publish()
    states.append(server.http.get("/records").json()["events"][0]["state"])
    assert states == ["pending", "final"]


def test_events_are_filtered_by_type_and_time(server: Server):
    for day in (1, 2, 3):
        server.post(event(day=day))
    params = {"eventType": "ObjectEvent", "GE_eventTime": "2026-09-02T00:00:00+08:00", "LT_eventTime": "2026-09-03T00:00:00+08:00"}
    assert len(server.http.get("/records", params=params).json()["events"]) == 1
    assert server.http.get("/records", params={"eventType": "TransformationEvent"}).json()["events"] == []
    assert server.http.get("/records", params={"eventType": "Nonsense"}).status_code == 400
