"""What the console refuses, as somebody meets it who reads Chinese: no English sentence is left on the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import httpx
import orjson
import pytest

from accounts.roles import Role
from api.console.refusals import refusal
from api.console.words import ConsoleWords
from indexer.run import turn
from ledger_client.chain import Chain
from ledger_client.errors import WrongChain
from records import publish
from sentinel.rounds import Memory
from sentinel.rounds import step as sentinel
from tests.api.served import Server, document, event
from tests.conftest import address_of
from tests.console.test_codes import FORM, ORDERS, RULES

GTIN = "https://id.gs1.org/01/06901234567892"
ENGLISH = re.compile(r"\b(?:is|has|the|no|give|write|use|leave|give|names|holds)\b \w+")  # words between which a sentence stands


def seen(answer: httpx.Response, status: int) -> str:
    """The words of a page, without those of other languages that it marks."""
    assert answer.status_code == status, answer.text
    main = re.sub(r"<(?:script|style|pre|code)\b.*?</(?:script|style|pre|code)>", "", answer.text.partition("<main")[2], flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_every_refusal_is_told_in_chinese(server: Server, as_role: Callable[..., httpx.Client]):
    signer = address_of(server.installation.ledger.signers[0])
    server.installation.mirror()
    lin, zhou = as_role(Role.QUALITY, signer=signer), as_role(Role.PARTNER, signer=signer)
    saved = lin.post(f"{RULES}/new", data=FORM)
    assert saved.status_code == 303, seen(saved, 400)
    order = {"rule": "1", "quantity": "5", "key": "PO-1", "name.line": "3", "purpose": "own"}
    wrong = {"name": "a b", "query": "{}"}
    asked = [
        (zhou.get("/console/accounts"), 403, "没有“管理账号与密钥”权限"),
        (lin.get("/console/codes/orders/99"), 404, "没有编号为 99 的订单"),
        (lin.post(f"{ORDERS}/new", data=order | {"quantity": "five"}), 400, "“five”不是整数"),
        (lin.post(f"{ORDERS}/new", data=order | {"day": "26.11."}), 400, "“26.11.”不是日期"),
        (lin.get("/console/scan", params={"text": "3074257BF7194E4000001A8500FF"}), 200, "有 28 位十六进制数字"),
        (lin.get("/console/scan", params={"text": "urn:epc:id:sgtin:6901234.56789.1"}), 200, "的参考代码是“56789”"),
        (lin.get("/console/scan", params={"text": f"{GTIN}?17=2713"}), 200, "已略去：(17) 2713 的格式不对"),
        (lin.get("/console/events", params={"code": "69"}), 400, "有 2 位数字"),
        (lin.get("/console/events/ni:nothing"), 404, "这里没有记录此事件"),
        (
            lin.post("/console/links/new", data={"code": GTIN, "linkType": "gs1:pip", "target": "http://a.example", "title": "a"}),
            400,
            "只能用 https://",
        ),
        (lin.post("/console/queries/new", data=wrong), 400, "“a b”不能作查询名"),
        (lin.post("/console/queries/new", data={"name": "a", "query": '{"EQ_nonsense": ["1"]}'}), 400, "EQ_nonsense：不是事件查询的参数"),
    ]
    for answer, status, said in asked:
        told = seen(answer, status)
        assert said in told, (answer.url, told)
        assert ENGLISH.findall(told) == [], (answer.url, told)


@pytest.mark.parametrize(
    ("change", "said"),
    [({"action": "CREATE"}, "'CREATE' 不在允许之列"), ({"epcList": ["urn:epc:id:sgtin:6901234.56789.1"]}, "的参考代码是“56789”")],
)
def test_a_refused_event_of_a_document_is_told_in_chinese(
    server: Server, as_role: Callable[..., httpx.Client], change: dict[str, object], said: str
):
    sent = document(event(), event(**change))
    answer = server.http.post(
        "/capture", content=orjson.dumps(sent), headers=server.as_writer() | {"GS1-Capture-Error-Behaviour": "proceed"}
    )
    server.installation.work()
    capture = answer.headers["Location"].rpartition("/")[2]
    zhou = as_role(Role.PARTNER, signer=address_of(server.installation.ledger.signers[0]))
    told = seen(zhou.get(f"/console/captures/{capture}"), 200)
    assert said in told
    assert ENGLISH.findall(told) == [], told


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"p.eventID": "partners"}, "属性：eventID 不能隐藏：它标识事件"),
        ({"p.*": "public"}, "受众：会把还没人想到的属性也公开给所有人。请逐个写明公开的属性"),
        ({"new": "re\u0430dPoint", "new_audience": "public"}, "混用了 Cyrillic 和 Latin 字母。它们看起来相同"),
        ({"new": "oven", "new_audience": "public"}, "“oven”不是 EPCIS 2.0 的属性。扩展属性要带前缀"),
        ({"p.readPoint": "partners", "reason": ""}, "理由：没有填写。请用一句话说明为什么修改"),
        ({}, "规则：与现行版本相同"),
    ],
)
def test_what_may_not_be_a_policy_is_told_in_chinese(
    server: Server, as_role: Callable[..., httpx.Client], fields: dict[str, str], said: str
):
    server.installation.mirror()
    lin = as_role(Role.QUALITY, signer=address_of(server.installation.ledger.signers[0]))
    told = seen(lin.post("/console/audiences", data={"based_on": "0", "reason": "不行"} | fields), 400)
    assert said in told
    assert ENGLISH.findall(told) == [], told


def test_a_node_that_is_away_is_told_in_chinese_wherever_it_hinders(server: Server, as_role: Callable[..., httpx.Client]):
    here = server.installation
    assert server.post(event()).status_code == 201
    here.mirror()
    away = server.app.state.chain = Chain("http://127.0.0.1:9", here.ledger.deployment, 0.5)
    for _ in range(2):
        with here.sessions.begin() as session:
            publish.step(session, away, here.ledger.signers[0])
    turn(here.sessions, away, here.memory)
    with here.sessions.begin() as session:
        sentinel(session, away, Memory())
    operator = as_role(Role.OPERATOR)
    for page in ("", "/records", "/sentinel", "/settings", "/members", f"/verdict?code={GTIN}/21/A1"):
        told = seen(operator.get(f"/console{page}"), 200)
        assert "http://127.0.0.1:9 没有回答：连接被拒绝" in told, (page, told)
        assert ENGLISH.findall(told) == [], (page, told)


def test_another_chain_is_told_in_chinese():
    wrong = WrongChain("genesis block", b"\x01", b"\x02")
    assert refusal(wrong, ConsoleWords("zh")) == "创世区块：应为 0x01，实为 0x02"
