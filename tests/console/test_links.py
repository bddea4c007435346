"""Links in the console: set, seen on the item's page and in the preview, changed, ended; and what the form says when it is refused."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx

from accounts.roles import Role
from tests.api.served import Server, event
from tests.conftest import address_of
from tests.console.signed_in import as_role

__all__ = ["as_role"]
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
        ({"code": ""}, 400, "give one of them"),
        ({"code": "(01)06909876000012"}, 403, "这个编码不归本企业"),
        ({"companyPrefix": "6901234", "code": "", "language": "e"}, 400, "不是语言标记"),
    ):
        again = lin.post(f"{HOME}/new", data={**TYPED, **change})
        assert (again.status_code, told in again.text, "https://milk.example/zh" in again.text or "target" in change) == (
            status,
            True,
            True,
        )
