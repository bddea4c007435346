"""Named queries: none yet, some; a new one with and without conditions and as it was refused; one with its subscriptions."""

from __future__ import annotations

from datetime import timedelta

from api.console.queries.list import queries_page
from api.console.queries.new import new_query_page
from api.console.queries.one import Told, query_page, signing_page
from exchange.models import Delivery, DeliveryState, HappeningKind, NamedQuery, State, Subscription
from ledger_client.errors import InvalidInput
from tests.console.sampled import HOSTILE, NOW

ASKED = {
    "eventType": ["ObjectEvent"],
    "EQ_bizStep": ["shipping", "https://ns.example.cn/steps/" + "x" * 60],
    "MATCH_anyEPC": ["https://id.gs1.org/01/06901234567892/21/A1"],
    "GE_eventTime": "2026-09-01T00:00:00Z",
    "EXISTS_errorDeclaration": True,
    f"EQ_ex:{HOSTILE}": [1, HOSTILE],
}
QUERIES = [
    NamedQuery(id=1, name="outgoing-milk", query=ASKED, prefixes={}, account_id=1, made_at=NOW),
    NamedQuery(id=2, name="all", query={}, prefixes={}, account_id=2, made_at=NOW - timedelta(days=400)),
]


def subscription(number: int, **more: object) -> Subscription:
    values = {"dest": "https://erp.example.com/epcis/" + "x" * 60, "state": State.ACTIVE, "failures": 0, "problem": None, "schedule": None}
    values |= {"notified_at": NOW, "query_id": 1, "made_at": NOW, "next_at": NOW, "name": "", "kinds": ["query"]}
    values |= {"epc_format": "Never_Translates", "cbv_xml_format": None}
    return Subscription(id=f"df5a33e3-5aa3-4403-ae01-99b83234e2{number:02}", **(values | more))


SUBSCRIPTIONS = [
    subscription(1, schedule={"hour": "1", "minute": "5"}, cbv_xml_format="No_Preference", epc_format="Always_EPC_URN"),
    subscription(2, failures=3, problem=HOSTILE, notified_at=None, schedule={"dayOfMonth": "1"}, epc_format="Always_GS1_Digital_Link"),
]
LOG = [
    Delivery(
        id=number,
        key=f"5b1f7f0e-6c0e-4d0e-9a5e-0d8a4a1f2c{number:02}",
        state=state,
        subscription_id=SUBSCRIPTIONS[number % 2].id,
        kind=HappeningKind.QUERY,
        tries=number,
        problem=HOSTILE if number == 2 else None,
        made_at=NOW,
    )
    for number, state in ((2, DeliveryState.WAITING), (1, DeliveryState.DELIVERED))
]
TOLD = Told(SUBSCRIPTIONS, {SUBSCRIPTIONS[1].id: 12}, LOG, may_send_again=True)
BASE = "https://trace.example.com"

PAGES = {
    "empty": lambda visit: queries_page(visit, [], {}, {}),
    "list": lambda visit: queries_page(visit, QUERIES, {1: HOSTILE}, {1: 1200}),
    "new": lambda visit: new_query_page(visit, ASKED, note=True),
    "new_empty": lambda visit: new_query_page(visit, {}),
    "refused": lambda visit: new_query_page(visit, None, HOSTILE, HOSTILE, InvalidInput("EQ_x", HOSTILE, "write it otherwise")),
    "one": lambda visit: query_page(visit, QUERIES[0], HOSTILE, BASE, TOLD, {}, may_delete=True),
    "one_alone": lambda visit: query_page(visit, QUERIES[1], "", BASE, Told([], {}, []), {}),
    "not_subscribed": lambda visit: query_page(
        visit, QUERIES[1], "", BASE, Told([], {}, []), {"dest": HOSTILE, "when": "daily"}, InvalidInput("dest", HOSTILE, "use https")
    ),
    "secret": lambda visit: signing_page(visit, SUBSCRIPTIONS[0], "outgoing-milk", "whs_8Yh1oQ2mJmVbTz0v1m8Wk3dYp6sR4uXcN7aBfLgEiHk"),
}
