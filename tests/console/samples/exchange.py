"""The exchange: nobody told yet, webhooks and deliveries in every state, the form as it was refused, a secret."""

from __future__ import annotations

from api.console.exchange import exchange_page, new_webhook_page, secret_page
from exchange.models import Delivery, DeliveryState, HappeningKind, State, Subscription
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence
from tests.console.sampled import HOSTILE, NOW


def hook(number: int, name: str, **more: object) -> Subscription:
    values = {"kinds": ["event.stored", "codes.ready"], "dest": "https://erp.example.com/traceledger/" + "x" * 60, "state": State.ACTIVE}
    values |= {"failures": 0, "problem": None, "notified_at": NOW, "query_id": None, "made_at": NOW, "next_at": NOW}
    return Subscription(id=f"df5a33e3-5aa3-4403-ae01-99b83234e2{number:02}", name=name, **(values | more))


def delivery(number: int, state: DeliveryState, **more: object) -> Delivery:
    values = {"subscription_id": HOOKS[number % 2].id, "kind": HappeningKind.STORED, "tries": 1, "problem": None, "made_at": NOW} | more
    return Delivery(id=number, key=f"5b1f7f0e-6c0e-4d0e-9a5e-0d8a4a1f2c{number:02}", state=state, **values)


HOOKS = [
    hook(1, HOSTILE, failures=3, problem="erp.example.com: answered 503"),
    hook(2, "", kinds=["query"], query_id=7, notified_at=None),
]
LOG = [
    delivery(9, DeliveryState.WAITING, tries=0),
    delivery(8, DeliveryState.WAITING, tries=4, problem=HOSTILE),
    delivery(
        7,
        DeliveryState.GIVEN_UP,
        tries=60,
        problem=sentence("{host}: did not answer within {seconds:g} s", host="erp.example.com", seconds=10.0),
    ),
    delivery(6, DeliveryState.DELIVERED),
    delivery(5, DeliveryState.CANCELLED, subscription_id="gone"),
]

PAGES = {
    "empty": lambda visit: exchange_page(visit, [], {}, {}, []),
    "full": lambda visit: exchange_page(visit, HOOKS, {HOOKS[0].id: 1200}, {7: "outgoing"}, LOG, more=True),
    "narrowed": lambda visit: exchange_page(visit, HOOKS, {}, {}, LOG[1:2], state=DeliveryState.WAITING, only=HOOKS[0]),
    "new": lambda visit: new_webhook_page(visit, ["outgoing"], {"kind.event.stored": "on"}),
    "refused": lambda visit: new_webhook_page(
        visit, [], {"name": HOSTILE, "dest": HOSTILE}, InvalidInput("dest", HOSTILE, "give an address that is public")
    ),
    "secret": lambda visit: secret_page(visit, HOOKS[0], "whs_8Yh1oQ2mJmVbTz0v1m8Wk3dYp6sR4uXcN7aBfLgEiHk"),
}
