"""Links in the console: set, seen on the item's page and in the preview, changed, ended; and what the form says when it is refused."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
from sqlalchemy import text

from accounts.roles import Role
from api.callers import COOKIE
from resolver import links
from resolver.links import Wanted
from tests.api.served import Installation, Server, event, installed, serving
from tests.conftest import LedgerChain, address_of
from tests.console.signed_in import BROWSER, as_role, cookie_for
from tests.postgres import postgres_server, postgres_url

__all__ = ["as_role", "postgres_server", "postgres_url"]
HOME, CODE = "/console/links", "(01)06901234567892"
TYPED = {"code": CODE, "linkType": "gs1:instructions", "target": "https://milk.example/zh", "title": "怎样保存", "language": "zh"}


def test_a_link_from_the_form_to_its_end(server: Server, as_role: Callable[..., httpx.Client]):
    server.record(event("commissioning", action="ADD"))
    lin = as_role(Role.QUALITY, signer=address_of(server.installation.ledger.signers[0]))
    assert "还没有链接" in lin.get(HOME).text
    assert lin.post(f"{HOME}/new", data=TYPED).headers["location"] == f"{HOME}?done=links.done.made"
    english = {**TYPED, "target": "https://milk.example/en", "title": "How to keep it", "language": "en", "first": "on"}
    assert lin.post(f"{HOME}/new", data=english).status_code == 303
    assert lin.post(f"{HOME}/new", data=english).status_code == 409
    page = lin.get(HOME).text
    assert ("怎样保存" in page, "使用说明" in page, "首选" in page) == (True, True, True)
    seen = lin.get(f"{HOME}/preview", params={"code": f"{CODE}(21)A1"}).text
    rows = re.findall(r"<tr>.*?gs1:instructions.*?</tr>", seen, re.DOTALL)
    assert [("中文" in row, "English" in row, "milk.example/zh" in row) for row in rows] == [(True, False, True), (False, True, False)]
    assert "打开追溯与核验页" in seen
    assert "&#34;anchor&#34;: &#34;" + server.url + "/01/06901234567892&#34;" in seen
    link = re.search(rf'href="({HOME}/\d+)"', page)[1]
    assert 'value="https://milk.example/zh"' in lin.get(link).text
    assert lin.post(link, data={**TYPED, "title": "保存方法"}).headers["location"] == f"{HOME}?done=links.done.changed"
    assert "保存方法" in lin.get("/01/06901234567892/21/A1").text
    assert lin.post(f"{link}/end").headers["location"] == f"{HOME}?done=links.done.ended"
    assert "保存方法" not in lin.get("/01/06901234567892/21/A1").text
    assert lin.get(link).status_code == 404
    partner = as_role(Role.PARTNER, signer=address_of(server.installation.ledger.signers[0]))
    assert ("How to keep it" in partner.get(HOME).text, f"{HOME}/new" in partner.get(HOME).text) == (True, False)
    assert partner.get(f"{HOME}/new").status_code == 403
    assert "查无此码" in lin.get(f"{HOME}/preview", params={"code": f"{CODE}(21)FORGED"}).text
    assert [lin.get(f"{HOME}/preview?code={code}").status_code for code in ("", "nothing at all")] == [200, 400]
    for change, status, told in (
        ({"target": "javascript:alert(1)"}, 400, "地址不能用"),
        ({"code": "(01)06901234567893"}, 400, "编码不对"),
        ({"code": ""}, 400, "请只给其中一个"),
        ({"code": "(01)06909876000012"}, 403, "这个编码不归本企业"),
        ({"companyPrefix": "6901234", "code": "", "language": "e"}, 400, "不是语言标记"),
    ):
        again = lin.post(f"{HOME}/new", data={**TYPED, **change})
        assert (again.status_code, told in again.text, "https://milk.example/zh" in again.text or "target" in change) == (
            status,
            True,
            True,
        )


def test_two_at_once_make_the_same_link_of_two_and_one_is_told(ledger_chain: LedgerChain, postgres_url: str):
    with installed(ledger_chain, postgres_url) as installation, serving(installation) as server:
        server.record(event("commissioning", action="ADD"))
        cookie = cookie_for(installation, Role.QUALITY, signer=address_of(ledger_chain.signers[0]))
        lin = httpx.Client(base_url=server.url, headers=BROWSER, cookies={COOKIE: cookie}, timeout=30)
        other = TYPED | {"target": "https://milk.example/other"}
        for typed in (TYPED, other):
            assert lin.post(f"{HOME}/new", data=typed).status_code == 303
        made = f"{HOME}/new", TYPED | {"target": "https://milk.example/new"}
        for path, typed in (made, (f"{HOME}/2", TYPED | {"target": "https://milk.example/changed"})):
            with installation.sessions.begin() as session, ThreadPoolExecutor(1) as pool:
                wanted = Wanted("gs1:instructions", typed["target"], "by JSON", code=CODE, language="zh")
                links.make(session, 1, wanted, "erp")
                answer = pool.submit(lin.post, path, data=typed)
                until_one_waits(installation)
                session.commit()
                told = answer.result(30)
            assert (told.status_code, "此链接刚刚由另一个请求设定" in told.text) == (409, True), path
            assert typed["target"] in told.text
        lin.close()


def until_one_waits(installation: Installation) -> None:
    """Return once a request waits for the lock of another transaction."""
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with installation.engine.connect() as connection:
            if connection.scalar(waiting):
                return
        time.sleep(0.02)
    raise AssertionError("no request waits")
