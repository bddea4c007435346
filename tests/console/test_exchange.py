"""The exchange in the console: a webhook from the form to what the receiver takes, seen failing, sent again, ended."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest

from accounts.roles import Role
from tests.api.served import Server, event
from tests.console.outgoing import server, there
from tests.console.signed_in import as_role
from tests.exchange.receiver import Receiver, answered
from tests.exchange.telling import told

__all__ = ["as_role", "server", "there"]
HOME = "/console/exchange"


def test_a_webhook_from_the_form_to_its_end(server: Server, as_role: Callable[..., httpx.Client], there: Receiver):
    console = as_role(Role.OPERATOR)
    made = console.post(f"{HOME}/new", data={"name": "ERP", "dest": there.url, "kind.event.stored": "on"})
    secret = re.search(r"whs_[\w-]{43}", made.text)
    assert (made.status_code, bool(secret)) == (200, True), made.text
    there.answer = lambda handler: answered(handler, 503)
    server.record(event())
    told(server.installation.sessions)
    page = console.get(HOME).text
    assert "未收下，将重试" in page
    assert page.count("127.0.0.1：回答了 503") == 2
    assert secret[0] not in page
    there.answer = lambda handler: answered(handler, 200)
    again = re.search(rf'action="({HOME}/deliveries/[\w-]+/again)"', page)
    assert console.post(again[1]).headers["location"] == f"{HOME}?done=exchange.done.again"
    told(server.installation.sessions)
    assert [one.signed_with(secret[0]) for one in there.taken] == [True, True]
    page = console.get(f"{HOME}?state=delivered").text
    assert "已收下" in page
    renewed = console.post(re.search(rf'action="({HOME}/[\w-]+/secret)"', page)[1]).text
    assert secret[0] not in renewed
    ended = console.post(re.search(rf'action="({HOME}/[\w-]+/end)"', page)[1])
    assert ended.status_code == 303
    assert "还没有推送" in console.get(HOME).text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": "ERP", "dest": "https://10.0.0.1/", "kind.event.stored": "on"}, "10.0.0.1 是 10.0.0.1：本机或内部网络；请用公网地址"),
        ({"name": "ERP", "dest": "https://8.8.8.8/"}, "请至少选一项"),
        ({"name": "", "dest": "https://8.8.8.8/", "kind.event.stored": "on"}, "请填写 1 到 100 个可见字符"),
        ({"name": "E", "dest": "https://8.8.8.8/", "kind.event.stored": "on", "query": "none"}, "没有名为“none”的查询"),
    ],
)
def test_the_form_comes_back_with_what_is_wrong(as_role: Callable[..., httpx.Client], typed: dict[str, str], told: str):
    answer = as_role(Role.OPERATOR).post(f"{HOME}/new", data=typed)
    assert answer.status_code == 400
    assert told in answer.text.replace("&#39;", "'")
    assert "whs_" not in answer.text
