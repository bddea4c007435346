"""Named queries and subscriptions over HTTP, as EPCIS 2.0 has them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from accounts import api_keys, people
from accounts.roles import Role
from tests.api.served import Installation, Server, event, serving
from tests.exchange.receiver import LOOPBACK, Receiver, receiver
from tests.exchange.telling import told

SECRET = "13df38d8275b13f05704629e5f1cf3d45d6132d5"
QUERY = {"name": "outgoing", "query": {"EQ_bizStep": ["shipping"], "eventType": ["ObjectEvent"]}}


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


@pytest.fixture
def near(installation: Installation) -> Iterator[Server]:
    with serving(installation, outgoing=LOOPBACK) as server:
        yield server


def other(server: Server, role: Role = Role.PARTNER) -> dict[str, str]:
    with server.installation.sessions.begin() as session:
        return {"Authorization": "Bearer " + api_keys.issue(session, people.create(session, "other", role), "other", ["read"])}


def test_a_named_query_lives_from_post_to_delete(server: Server):
    mine = server.as_writer()
    made = server.http.post("/queries", json=QUERY, headers=mine)
    assert (made.status_code, made.headers["Location"], made.headers["GS1-EPCIS-Version"]) == (201, "/queries/outgoing", "2.0.0")
    assert server.http.post("/queries", json=QUERY, headers=mine).status_code == 409
    assert server.http.get("/queries", headers=mine).json() == [QUERY]
    assert server.http.get(made.headers["Location"], headers=mine).json() == QUERY
    server.record(event(), *(event("shipping", day) for day in (2, 3, 4)))
    page = server.http.get("/queries/outgoing/events", params={"perPage": 2}, headers=mine)
    rest = server.http.get(page.links["next"]["url"], headers=mine)
    found = [each["eventTime"][:10] for one in (page, rest) for each in one.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]]
    assert found == ["2026-09-02", "2026-09-03", "2026-09-04"]
    assert page.json()["epcisBody"]["queryResults"]["queryName"] == "outgoing"
    assert server.http.get("/queries/outgoing/events", params={"EQ_bizStep": "x"}, headers=mine).status_code == 400
    alone = server.http.get("/queries/outgoing/events", params={"stream": "true"}, headers=mine)
    assert (alone.status_code, "Upgrade: websocket" in alone.text) == (400, True)
    assert server.http.options("/queries/outgoing/subscriptions").headers["Allow"] == "OPTIONS, GET, POST"
    assert server.http.delete("/queries/outgoing", headers=other(server)).status_code == 403
    assert server.http.delete("/queries/outgoing", headers=mine).status_code == 204
    assert server.http.get("/queries/outgoing", headers=mine).status_code == 404
    assert server.http.get("/queries/outgoing/events", headers=mine).status_code == 404


def test_lists_are_paged(server: Server):
    mine = server.as_writer()
    for number in range(5):
        assert server.http.post("/queries", json=QUERY | {"name": f"q{number}"}, headers=mine).status_code == 201
    names, url = [], "/queries?perPage=2"
    while url:
        page = server.http.get(url, headers=mine)
        names += [one["name"] for one in page.json()]
        url = page.links.get("next", {}).get("url", "")
    assert names == [f"q{number}" for number in range(5)]


def test_a_subscription_is_told_and_left(near: Server, there: Receiver):
    mine = near.as_writer()
    near.http.post("/queries", json=QUERY, headers=mine)
    wanted = {"dest": there.url, "signatureToken": SECRET, "stream": True}
    made = near.http.post("/queries/outgoing/subscriptions", json=wanted, headers=mine)
    assert made.status_code == 201, made.text
    number = made.json()["subscriptionID"]
    assert made.headers["Location"] == f"/queries/outgoing/subscriptions/{number}"
    assert SECRET not in made.text
    assert {name: made.json()[name] for name in ("queryName", "dest", "stream")} == {
        "queryName": "outgoing",
        "dest": there.url,
        "stream": True,
    }
    near.record(event(), event("shipping", 2))
    told(near.installation.sessions)
    [one] = there.taken
    assert one.signed_with(SECRET)
    results = one.said["epcisBody"]["queryResults"]
    assert (results["queryName"], results["subscriptionID"], len(results["resultsBody"]["eventList"])) == ("outgoing", number, 1)
    shown = near.http.get(made.headers["Location"], headers=mine).json()
    assert shown["lastNotifiedAt"]
    assert [each["subscriptionID"] for each in near.http.get("/queries/outgoing/subscriptions", headers=mine).json()] == [number]
    foreign = other(near)
    assert near.http.get("/queries/outgoing/subscriptions", headers=foreign).json() == []
    assert near.http.delete(made.headers["Location"], headers=foreign).status_code == 404
    assert near.http.delete(made.headers["Location"], headers=mine).status_code == 204
    assert near.http.get(made.headers["Location"], headers=mine).status_code == 404
    near.record(event("shipping", 3))
    told(near.installation.sessions)
    assert len(there.taken) == 1


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"name": "a b", "query": {}}, 400, "name"),
        ({"name": "", "query": {}}, 400, "name"),
        ({"name": "q", "query": {"EQ_nonsense": ["x"]}}, 400, "EQ_nonsense"),
        ({"name": "q", "query": {"GE_eventTime": "yesterday"}}, 400, "GE_eventTime"),
        ({"name": "q", "query": {"GE_quantity": 10**400}}, 400, "GE_quantity"),
        ({"name": "q", "query": {"EQ_bizStep": [None]}}, 400, "EQ_bizStep"),
        ({"name": "q", "query": []}, 400, "query"),
        ({"name": "q"}, 400, "query"),
        ({"name": "q", "query": {"EQ_eventID": ["x" * 70_000]}}, 413, None),
    ],
)
def test_a_query_that_is_none_names_what_is_wrong(server: Server, body: Any, status: int, field: str | None):
    answer = server.http.post("/queries", content=json.dumps(body), headers=server.as_writer())
    assert answer.status_code == status, answer.text
    assert field is None or answer.json()["errors"][0]["field"] == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"dest": "https://169.254.169.254/latest/meta-data"}, "dest"),
        ({"dest": "http://8.8.8.8/"}, "dest"),
        ({"dest": None}, "dest"),
        ({"signatureToken": None}, "signatureToken"),
        ({"secret": "another secret than the token"}, "signatureToken"),
        ({"stream": False}, "stream"),
        ({"schedule": {"minute": "5"}}, "stream"),
        ({"stream": False, "schedule": {"minute": "61"}}, "schedule.minute"),
        ({"stream": False, "schedule": {"minutes": "1"}}, "schedule.minutes"),
        ({"stream": False, "schedule": {}}, "schedule"),
        ({"initialRecordTime": "2026-09-01T00:00:00"}, "initialRecordTime"),
        ({"initialRecordTime": "0001-01-01T00:00:00+14:00"}, "initialRecordTime"),
        ({"callback": "x"}, "callback"),
    ],
)
def test_a_subscription_that_is_none_names_what_is_wrong(server: Server, changes: dict[str, Any], field: str):
    mine = server.as_writer()
    server.http.post("/queries", json=QUERY, headers=mine)
    wanted = {"dest": "https://8.8.8.8/", "signatureToken": SECRET, "stream": True, **changes}
    answer = server.http.post("/queries/outgoing/subscriptions", json=wanted, headers=mine)
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"][0]["field"] == field
    assert server.http.post("/queries/none/subscriptions", json=wanted | {"callback": 1}, headers=mine).status_code in (400, 404)
