"""POST /capture and GET /capture/{id}: accepted means stored, and every event has a result."""

from __future__ import annotations

import socket
from typing import Any

import httpx
import orjson
import pytest

from tests.api.served import Server, document, event, serving

GOOD = [event("receiving", day) for day in (1, 2, 3)]
BAD = event("receiving", 4, action="SHOUT")


def capture(server: Server, told: Any, **headers: str) -> httpx.Response:
    return server.http.post("/capture", content=orjson.dumps(told), headers=server.as_writer() | headers)


def job(server: Server, answer: httpx.Response, **params: Any) -> dict[str, Any]:
    return server.http.get(answer.headers["Location"], params=params).json()


def test_a_document_is_accepted_at_once_and_worked_through_with_a_result_per_event(server: Server):
    answer = capture(server, document(*GOOD))
    assert (answer.status_code, answer.json()["eventsTotal"]) == (202, 3)
    assert answer.headers["Location"] == f"/capture/{answer.json()['captureID']}"
    before = job(server, answer)
    assert (before["running"], before["success"], before["results"]) == (True, True, [])
    server.installation.capture()
    after = job(server, answer)
    assert (after["running"], after["success"], after["counts"], after["eventsDone"]) == (False, True, {"stored": 3}, 3)
    assert [one["index"] for one in after["results"]] == [0, 1, 2]
    assert all(one["eventID"].startswith("ni:///sha-256;") for one in after["results"])


def test_rollback_keeps_the_whole_document_out_and_says_which_event_was_in_the_way(server: Server):
    answer = capture(server, document(GOOD[0], BAD, GOOD[1]))
    server.installation.capture()
    told = job(server, answer)
    assert (told["success"], told["captureErrorBehaviour"]) == (False, "rollback")
    assert [(one["type"], one["instance"]) for one in told["errors"]] == [
        ("epcisException:ValidationException", "$.epcisBody.eventList[1].action")
    ]
    assert [one["outcome"] for one in told["results"]] == ["rolled_back", "invalid", "rolled_back"]
    problem = told["results"][1]["problem"]
    assert problem["path"] == "$.epcisBody.eventList[1].action"
    assert problem["problem"]
    assert server.http.get("/records").json()["events"] == []


def test_proceed_keeps_the_good_events(server: Server):
    answer = capture(server, document(GOOD[0], BAD, GOOD[1]), **{"GS1-Capture-Error-Behaviour": "proceed"})
    server.installation.capture()
    told = job(server, answer)
    assert [one["outcome"] for one in told["results"]] == ["stored", "invalid", "stored"]
    assert job(server, answer, outcome="invalid")["results"] == [told["results"][1]]


def test_results_come_in_pages(server: Server):
    answer = capture(server, document(*GOOD))
    server.installation.capture()
    first = job(server, answer, limit=2)
    second = job(server, answer, limit=2, **{"from": first["next"]})
    assert [one["index"] for one in first["results"] + second["results"]] == [0, 1, 2]
    assert (first["next"], second["next"]) == (2, None)


def test_the_same_document_again_is_duplicates(server: Server):
    for outcome in ("stored", "duplicate"):
        answer = capture(server, document(*GOOD))
        server.installation.capture()
        assert job(server, answer)["counts"] == {outcome: 3}


def test_a_document_that_is_none_is_refused_with_its_place(server: Server):
    answer = server.http.post("/capture", content=b'{"type": "EPCISDocument", "oops"', headers=server.as_writer())
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["errors"][0]["field"].startswith("$")


def test_another_media_type_is_415_and_names_those_that_are_taken(server: Server):
    answer = server.http.post("/capture", content=b"a,b", headers=server.as_writer() | {"Content-Type": "text/csv"})
    assert answer.status_code == 415
    assert "application/json" in answer.json()["errors"][0]["fix"]


def test_an_unknown_error_behaviour_is_refused(server: Server):
    answer = capture(server, document(*GOOD), **{"GS1-Capture-Error-Behaviour": "hope"})
    assert answer.status_code == 400
    assert "GS1-Capture-Error-Behaviour" in answer.json()["errors"][0]["field"]


def test_more_than_the_allowed_number_of_events_is_413(server: Server):
    told = document(event())
    told["epcisBody"]["eventList"] *= 10_001
    answer = capture(server, told)
    assert answer.status_code == 413
    assert "10,000" in answer.json()["detail"]


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_of_50_mb_is_refused_while_it_arrives(server: Server, announced: bool):
    sent = 0

    def body():
        nonlocal sent
        for _ in range(50):
            sent += 1
            yield b" " * 1024 * 1024

    headers = server.as_writer() | ({"Content-Length": str(50 * 1024 * 1024)} if announced else {})
    answer = server.http.post("/capture", content=body(), headers=headers)
    assert (answer.status_code, answer.json()["title"]) == (413, "Too large")
    assert "20 MB" in answer.json()["detail"]
    assert sent < 50  # the rest was never read


def test_an_announced_50_mb_is_refused_before_a_byte_of_it_is_read(server: Server):
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        key = server.installation.keys[0]
        lines = [
            "POST /capture HTTP/1.1",
            f"Host: {host}",
            f"Authorization: Bearer {key}",
            "Content-Type: application/json",
            "Content-Length: 52428800",
        ]
        raw.sendall("\r\n".join([*lines, "", ""]).encode())
        assert raw.recv(65536).startswith(b"HTTP/1.1 413")


def test_an_unknown_capture_is_404(server: Server):
    answer = server.http.get("/capture/5a1c8a3e-0000-0000-0000-000000000000")
    assert (answer.status_code, answer.json()["status"]) == (404, 404)


def test_an_accepted_document_survives_the_server(server: Server):
    answer = capture(server, document(*GOOD))
    with serving(server.installation) as another:
        another.installation.capture()
        assert job(another, answer)["success"] is True
