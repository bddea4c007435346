"""Named queries in the console: from the filters of the list of events to what a subscriber takes, seen, ended and deleted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape

import httpx

from accounts.roles import Role
from ledger_client.epcis.document import read
from tests.api.served import Server, event
from tests.console.outgoing import server, there
from tests.console.signed_in import as_role
from tests.exchange.receiver import Receiver
from tests.exchange.telling import told

__all__ = ["as_role", "server", "there"]
HOME = "/console/queries"


def form_of(html: str) -> str:
    return unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", html, re.DOTALL)[1])


def test_filters_become_a_query_that_is_subscribed_to_and_ended(server: Server, as_role: Callable[..., httpx.Client], there: Receiver):
    partner, other = as_role(Role.PARTNER), as_role(Role.QUALITY)
    filters = "step=shipping&kind=ObjectEvent&since=2026-08-01&member=1&code=06901234567892"
    link = unescape(re.search(rf'href="({HOME}/new[^"]*)"', partner.get(f"/console/events?{filters}").text)[1])
    form = partner.get(link).text
    asked = json.loads(form_of(form))
    assert asked == {
        "eventType": ["ObjectEvent"],
        "EQ_bizStep": ["shipping"],
        "MATCH_anyEPCClass": ["https://id.gs1.org/01/06901234567892"],
        "GE_eventTime": "2026-08-01T00:00:00Z",
    }
    assert "已略去" in form  # who recorded it cannot be asked
    del asked["MATCH_anyEPCClass"]
    made = partner.post(f"{HOME}/new", data={"name": "outgoing", "query": json.dumps(asked)})
    assert made.headers["location"] == f"{HOME}/outgoing?done=queries.done.made"
    page = partner.get(f"{HOME}/outgoing").text
    assert "发货" in page
    assert f"ws{server.url.removeprefix('http')}/queries/outgoing/events?stream=true" in page
    wanted = {"dest": there.url, "when": "stream", "form": "xml", "epcs": "Always_EPC_URN"}
    secret = re.search(r"whs_[\w-]{43}", partner.post(f"{HOME}/outgoing/subscriptions", data=wanted).text)[0]
    [stored] = server.record(event("shipping", epcList=["urn:epc:id:sgtin:6901234.056789.1002"]))
    told(server.installation.sessions)
    [one] = there.taken
    assert (one.signed_with(secret), read(one.body).events[0]["eventID"]) == (True, stored["eventID"])
    page = partner.get(f"{HOME}/outgoing").text
    assert "已收下" in page
    assert "/again" not in page  # that is for operators
    assert there.url not in other.get(f"{HOME}/outgoing").text
    assert other.post(f"{HOME}/outgoing/delete").status_code == 403
    end = re.search(rf'action="({HOME}/outgoing/subscriptions/[\w-]+/end)"', page)[1]
    assert other.post(end).status_code == 404
    assert partner.post(end).headers["location"] == f"{HOME}/outgoing?done=exchange.done.ended"
    assert "还没有订阅" in partner.get(f"{HOME}/outgoing").text
    assert partner.post(f"{HOME}/outgoing/delete").headers["location"] == f"{HOME}?done=queries.done.deleted"
    assert "还没有命名查询" in partner.get(HOME).text


def test_what_cannot_be_comes_back_with_the_form(as_role: Callable[..., httpx.Client]):
    console = as_role(Role.PARTNER)
    assert console.post(f"{HOME}/new", data={"name": "all", "query": "{}"}).status_code == 303
    for typed, said in (
        ({"name": "two words", "query": "{}"}, "这个名称不能用"),
        ({"name": "all", "query": "{}"}, "已有名为“all”的查询"),
        ({"name": "x", "query": "[1]"}, "不是 JSON 对象"),
        ({"name": "x", "query": "{"}, "不是 JSON 对象"),
        ({"name": "x", "query": '{"EQ_nonsense": ["1"]}'}, "EQ_nonsense"),
    ):
        answer = console.post(f"{HOME}/new", data=typed)
        assert (answer.status_code, said in unescape(answer.text)) == (400, True), typed
    for typed, said in (
        ({"dest": "https://10.0.0.1/"}, "本机或内部网络"),
        ({"dest": "https://8.8.8.8/", "when": "daily", "time": "25:00"}, "请写成 06:00"),
    ):
        answer = console.post(f"{HOME}/all/subscriptions", data=typed)
        assert (answer.status_code, said in unescape(answer.text)) == (400, True), typed
    assert console.get(f"{HOME}/none").status_code == 404
