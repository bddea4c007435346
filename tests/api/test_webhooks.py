"""Webhooks over HTTP, on a real ledger: from an event that is posted to the message that another system takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from accounts import api_keys, people
from accounts.roles import Right, Role
from tests.api.served import Installation, Server, event, serving
from tests.exchange.receiver import LOOPBACK, Receiver, answered, receiver
from tests.exchange.telling import later, told


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


@pytest.fixture
def near(installation: Installation) -> Iterator[Server]:
    """A server that may send into this machine's own network."""
    with serving(installation, outgoing=LOOPBACK) as server:
        yield server


def operator(server: Server) -> dict[str, str]:
    with server.installation.sessions.begin() as session:
        account = people.create(session, "op", Role.OPERATOR)
        return {"Authorization": "Bearer " + api_keys.issue(session, account, "op", [Right.READ, Right.OPERATE])}


def made(server: Server, headers: dict[str, str], **wanted: Any) -> Any:
    answer = server.http.post("/webhooks", json={"name": "ERP", "kinds": ["event.stored"], **wanted}, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_from_an_event_to_the_systems_that_are_told(near: Server, there: Receiver):
    headers = operator(near)
    hook = made(near, headers, dest=there.url, kinds=["event.anchored", "event.stored"])
    [stored] = near.record(event())
    told(near.installation.sessions)
    by_kind = {one.said["kind"]: one for one in there.taken}
    assert all(one.signed_with(hook["secret"]) for one in there.taken)
    assert by_kind["event.stored"].said["events"][0]["eventID"] == stored["eventID"]
    anchored = by_kind["event.anchored"].said
    assert anchored["anchors"] == [{"eventID": stored["eventID"], "item": "https://id.gs1.org/01/06901234567892/21/A1"}]
    assert anchored["blockNumber"] > 0
    near.installation.ledger.chain.block(anchored["blockNumber"])
    log = near.http.get("/deliveries", headers=headers).json()
    assert [one["state"] for one in log["deliveries"]] == ["delivered", "delivered"]
    [shown] = near.http.get("/webhooks", headers=headers).json()["webhooks"]
    assert (shown["waiting"], shown["failures"], shown["problem"]) == (0, 0, None)
    assert "secret" not in shown


def test_a_delivery_is_seen_failing_and_sent_again(near: Server, there: Receiver):
    headers = operator(near)
    hook = made(near, headers, dest=there.url)
    there.answer = lambda handler: answered(handler, 500)
    near.record(event())
    told(near.installation.sessions)
    [one] = near.http.get("/deliveries", params={"webhook": hook["id"], "state": "waiting"}, headers=headers).json()["deliveries"]
    assert (one["tries"], one["status"], one["problem"], one["events"]) == (1, 500, "127.0.0.1: answered 500", 1)
    there.answer = lambda handler: answered(handler, 200)
    again = near.http.post(f"/deliveries/{one['key']}/again", headers=headers)
    assert (again.status_code, again.json()["state"]) == (200, "waiting")
    told(near.installation.sessions)
    assert [each.key for each in there.taken] == [one["key"]] * 2
    ended = near.http.delete(f"/webhooks/{hook['id']}", headers=headers).json()
    assert (ended["state"], ended["problem"]) == ("ended", "ended by op")
    assert near.http.get("/webhooks", headers=headers).json()["webhooks"] == []
    assert near.http.post(f"/deliveries/{one['key']}/again", headers=headers).status_code == 409
    assert near.http.post(f"/webhooks/{hook['id']}/secret", headers=headers).status_code == 409


def test_another_secret_signs_from_now_on(near: Server, there: Receiver):
    headers = operator(near)
    hook = made(near, headers, dest=there.url)
    fresh = near.http.post(f"/webhooks/{hook['id']}/secret", headers=headers).json()["secret"]
    near.record(event())
    told(near.installation.sessions)
    assert there.taken[0].signed_with(fresh)
    assert not there.taken[0].signed_with(hook["secret"])


def test_the_webhook_of_a_key_ends_with_the_key(near: Server, there: Receiver):
    headers = operator(near)
    made(near, headers, dest=there.url)
    with near.installation.sessions.begin() as session:
        api_keys.revoke(session, "op")
    near.record(event())
    told(near.installation.sessions)
    later(near.installation.sessions)
    told(near.installation.sessions)
    assert there.taken == []


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"dest": "https://127.0.0.1/hook"}, 400, "dest"),
        ({"dest": "https://[::ffff:169.254.169.254]/latest"}, 400, "dest"),
        ({"dest": "http://8.8.8.8/"}, 400, "dest"),
        ({"dest": "ftp://8.8.8.8/"}, 400, "dest"),
        ({"dest": "https://8.8.8.8/" + "x" * 3000}, 400, "dest"),
        ({"kinds": []}, 400, "kinds"),
        ({"kinds": ["event.eaten"]}, 400, "kinds/0"),
        ({"kinds": ["capture.failed"], "query": "none"}, 404, None),
        ({"name": "x" * 101}, 400, "name"),
        ({"secret": "mine"}, 400, "secret"),
    ],
)
def test_bad_wishes_name_the_field(server: Server, changes: dict[str, Any], status: int, field: str | None):
    wanted = {"name": "ERP", "dest": "https://8.8.8.8/in", "kinds": ["event.stored"], **changes}
    answer = server.http.post("/webhooks", json=wanted, headers=operator(server))
    assert answer.status_code == status, answer.text
    assert field is None or answer.json()["errors"][0]["field"] == field
