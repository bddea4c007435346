"""The example of the docs, run: an ERP writes an event once, and takes what a webhook tells of it."""

from __future__ import annotations

from runpy import run_path

from accounts import api_keys, people
from accounts.roles import Right, Role
from tests.api.served import Installation, serving
from tests.exchange.receiver import LOOPBACK, receiver
from tests.exchange.telling import told

ERP = run_path("docs/examples/erp.py")
DELIVERY = ("https://erp.example.com/delivery/4711", "2026-09-01T06:10:00+08:00", ["https://id.gs1.org/01/06901234567892/21/A1"])


def test_the_example_writes_once_and_takes_what_is_genuine(installation: Installation):
    with installation.sessions.begin() as session:
        account = people.create(session, "op", Role.OPERATOR)
        operator = {"Authorization": "Bearer " + api_keys.issue(session, account, "op", [Right.READ, Right.OPERATE])}
    with serving(installation, outgoing=LOOPBACK) as server, receiver() as there:
        wanted = {"name": "ERP", "kinds": ["event.stored"], "dest": there.url}
        secret = server.http.post("/webhooks", json=wanted, headers=operator).json()["secret"]
        assert [ERP["record"](server.url, installation.keys[0], *DELIVERY) for _ in range(2)] == ["stored", "duplicate"]
        installation.work()
        told(installation.sessions)
        [message] = there.taken
        seen: dict[str, dict] = {}
        assert [ERP["take"](message.headers, message.body, secret, seen) for _ in range(2)] == [204, 204]
        assert [one["events"][0]["epcList"] for one in seen.values()] == [DELIVERY[2]]
        assert ERP["take"](message.headers, message.body + b" ", secret, seen) == 401
