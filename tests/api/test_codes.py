"""Rules, orders and codes over HTTP: from a definition to a code that capture activates, and to one that it refuses."""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest

from accounts import api_keys, people
from accounts.roles import RIGHTS, Role
from issuing import issue
from tests.api.served import Server, event
from tests.conftest import address_of

GTIN = "06901234567892"
STEM = f"https://id.gs1.org/01/{GTIN}/21/"
RULE: dict[str, Any] = {
    "name": "Fresh milk 1 l",
    "scheme": "sgtin",
    "level": "item",
    "base": GTIN,
    "segments": [
        {"kind": "date", "part": "YY"},
        {"kind": "counter", "width": 7, "reset": "year"},
        {"kind": "random", "width": 4, "alphabet": "clear"},
    ],
    "yearly": 600_000,
    "onlyIssued": True,
}


class Plant:
    """A server on which both members have a quality manager, and member 1 a machine."""

    def __init__(self, server: Server) -> None:
        self.server = server
        server.installation.mirror()
        self.lin, self.foreign = self.key("lin", Role.QUALITY, 0), self.key("mei", Role.QUALITY, 1)
        self.mes, self.auditor = self.key("mes", Role.MACHINE, 0), self.key("audit", Role.AUDITOR)

    def key(self, name: str, role: Role, member: int | None = None) -> dict[str, str]:
        signer = address_of(self.server.installation.ledger.signers[member]) if member is not None else None
        with self.server.installation.sessions.begin() as session:
            account = people.create(session, name, role, signer=signer)
            return {"Authorization": f"Bearer {api_keys.issue(session, account, 'a key', RIGHTS[role])}"}

    def post(self, path: str, who: dict[str, str], status: int = 200, **body: Any) -> Any:
        answer = self.server.http.post(path, json=body, headers=who)
        assert answer.status_code == status, answer.text
        return answer.json()

    def get(self, path: str, who: dict[str, str], status: int = 200, **query: Any) -> Any:
        answer = self.server.http.get(path, params=query, headers=who)
        assert answer.status_code == status, answer.text
        return answer.json()

    def made(self) -> None:
        with self.server.installation.sessions.begin() as session:
            while issue.step(session):
                pass

    def ordered(self, quantity: int = 5, **more: Any) -> tuple[dict[str, Any], list[str]]:
        """An order of a rule of its own, made; and its codes."""
        rule = self.get("/coding-rules", self.lin)["rules"] or [self.post("/coding-rules", self.lin, 201, **RULE)]
        order = self.post("/code-orders", self.mes, 201, rule=rule[0]["id"], quantity=quantity, **more)
        self.made()
        file = self.server.http.get(f"/code-orders/{order['id']}/codes", headers=self.mes)
        return order, [row["code"] for row in csv.DictReader(file.text.splitlines())]


@pytest.fixture
def plant(server: Server) -> Plant:
    return Plant(server)


def test_a_definition_is_tried_before_it_becomes_a_rule(plant: Plant):
    given = json.dumps({name: value for name, value in RULE.items() if name != "name"})
    found = plant.get("/coding-rules/preview", plant.lin, definition=given)
    assert [one["printed"][:24] for one in found["examples"]] == [f"(01){GTIN}(21)26"] * 3
    assert (found["length"], found["warnings"]) == (13, [])
    assert found["statement"].startswith("9,999,999 codes a year")
    assert plant.get("/coding-rules", plant.lin)["rules"] == []
    wrong = json.dumps({**json.loads(given), "segments": [{"kind": "counter", "width": 21}]})
    refused = plant.get("/coding-rules/preview", plant.lin, 400, definition=wrong)
    assert refused["errors"][0]["field"] == "segments"
    plant.get("/coding-rules/preview", plant.lin, 400, definition="{")


def test_a_costly_choice_is_made_only_when_it_is_confirmed(plant: Plant):
    countable = {**RULE, "segments": [{"kind": "counter", "width": 8}]}
    refused = plant.post("/coding-rules", plant.lin, 400, **countable)
    assert refused["errors"][0]["field"] == "confirmed"
    assert "countable" in refused["errors"][0]["problem"]
    assert plant.post("/coding-rules", plant.lin, 201, **countable, confirmed=["countable"])["versions"][0]["confirmed"] == ["countable"]
    assert "type" in plant.post("/coding-rules", plant.lin, 409, **countable, confirmed=["countable"])


def test_a_rule_is_changed_by_a_version_that_says_why(plant: Plant):
    rule = plant.post("/coding-rules", plant.lin, 201, **RULE)
    longer = {name: value for name, value in RULE.items() if name != "name"} | {
        "segments": [{"kind": "random", "width": 14, "alphabet": "clear"}]
    }
    found = plant.post(f"/coding-rules/{rule['id']}/versions", plant.lin, 201, **longer, basedOn=1, reason="longer")
    assert [(one["version"], one["reason"]) for one in found["versions"]] == [(2, "longer"), (1, "")]
    plant.post(f"/coding-rules/{rule['id']}/versions", plant.lin, 409, **{**longer, "yearly": 7}, basedOn=1, reason="late")


def test_an_order_is_placed_once_followed_and_taken_along(plant: Plant):
    rule = plant.post("/coding-rules", plant.lin, 201, **RULE)
    body = {"rule": rule["id"], "quantity": 3, "key": "PO-17", "day": "2026-11-26", "note": "night shift"}
    order = plant.post("/code-orders", plant.mes, 201, **body)
    assert (order["state"], order["done"], order["interval"]) == ("running", 0, {"period": "2026", "first": 1, "last": 3})
    assert plant.post("/code-orders", plant.mes, 200, **body)["id"] == order["id"]
    plant.post("/code-orders", plant.mes, 409, **{**body, "quantity": 4})
    assert plant.server.http.get(f"/code-orders/{order['id']}/codes", headers=plant.mes).status_code == 409
    plant.made()
    followed = plant.get(f"/code-orders/{order['id']}", plant.mes)
    assert (followed["state"], followed["states"]) == ("done", {"issued": 3})
    lines = plant.server.http.get(f"/code-orders/{order['id']}/codes", headers=plant.mes).text.splitlines()
    assert lines[0] == "number,code,printed,state"
    assert lines[1].startswith(f"0,{STEM}260000001")
    assert lines[1].endswith(",issued")
    whole = plant.get(f"/code-orders/{order['id']}/codes", plant.mes, format="json")
    assert [one["number"] for one in whole["codes"]] == [0, 1, 2]
    assert whole["order"]["key"] == "PO-17"


def test_a_range_comes_back_used_and_the_rest_is_void(plant: Plant):
    order, codes = plant.ordered(5, purpose="range", holder="Co-packer Qingshan")
    assert plant.get("/code-orders", plant.mes, purpose="range")["orders"][0]["holder"] == "Co-packer Qingshan"
    used = [f"(01){GTIN}(21){code.removeprefix(STEM)}" for code in codes[:3]]
    assert plant.post("/codes", plant.mes, codes=used, state="applied", order=order["id"]) == {"state": "applied", "codes": 3}
    rest = plant.post(f"/code-orders/{order['id']}/state", plant.mes, state="void", reason="came back unused")
    assert rest["states"] == {"applied": 3, "void": 2}
    told = plant.get(f"/codes/{codes[4]}", plant.mes)
    assert [(one["state"], one["reason"]) for one in told["history"]] == [("issued", ""), ("void", "came back unused")]
    plant.post("/codes", plant.mes, 409, codes=codes, state="printed")
    plant.post("/codes", plant.mes, 404, codes=[STEM + "X"], state="printed")


def test_capture_activates_an_issued_code_and_refuses_the_others(plant: Plant):
    _, codes = plant.ordered()
    [stored] = plant.server.record(event("commissioning", 1, codes[0], action="ADD"))
    told = plant.get(f"/codes/{codes[0]}", plant.auditor)
    assert (told["state"], told["eventID"]) == ("activated", stored["eventID"])
    for code, words in ((STEM + "COUNTERFEIT", "never issued"), (codes[0], "second thing")):
        answer = plant.server.post(event("commissioning", 2, code, action="ADD"))
        assert answer.status_code == 400
        assert words in answer.json()["errors"][0]["problem"]
        assert answer.json()["errors"][0]["field"] == "$.epcList[0]"
    plant.get(f"/codes/{STEM}COUNTERFEIT", plant.auditor, 404)


def test_each_member_has_its_own_rules_and_orders(plant: Plant):
    order, codes = plant.ordered()
    assert plant.get("/coding-rules", plant.foreign)["rules"] == []
    assert len(plant.get("/coding-rules", plant.auditor)["rules"]) == 1
    for path in (
        f"/code-orders/{order['id']}",
        f"/coding-rules/{order['rule']}",
        f"/codes/{codes[0]}",
        f"/code-orders/{order['id']}/codes",
    ):
        plant.get(path, plant.foreign, 404)
    plant.post("/codes", plant.foreign, 404, codes=codes, state="printed")
    plant.post("/coding-rules", plant.foreign, 409, **RULE)


def test_whoever_may_not_is_told_so(plant: Plant):
    plant.post("/coding-rules", plant.mes, 403, **RULE)
    plant.post("/code-orders", plant.auditor, 403, rule=1, quantity=1)
    assert plant.server.http.get("/coding-rules").status_code == 401


CRATES: dict[str, Any] = {
    "name": "Crates",
    "scheme": "company",
    "level": "asset",
    "base": "https://code.example.com/crate/",
    "segments": [
        {"kind": "fixed", "text": "MK"},
        {"kind": "date", "part": "YY"},
        {"kind": "line", "width": 1},
        {"kind": "counter", "width": 5},
        {"kind": "random", "width": 4, "alphabet": "clear"},
        {"kind": "check", "system": "37,36"},
    ],
    "yearly": 1000,
    "onlyIssued": False,
}


def test_a_companys_own_code_is_recognised_by_its_rule_when_it_is_scanned(plant: Plant):
    rule = plant.post("/coding-rules", plant.lin, 201, **CRATES)
    order = plant.post("/code-orders", plant.mes, 201, rule=rule["id"], quantity=1, names={"line": "B"})
    plant.made()
    file = plant.server.http.get(f"/code-orders/{order['id']}/codes", headers=plant.mes)
    (code,) = (row["code"] for row in csv.DictReader(file.text.splitlines()))
    text = code.removeprefix(CRATES["base"])
    for given in (text, code, f"]Q1{text}"):
        told = plant.get("/scan", plant.mes, text=given)
        assert (told["scheme"], told["rule"], told["code"]) == ("own", "Crates", code)
        assert told["parts"] == {"YY": text[2:4], "line": "B", "counter": "00001", "random": text[10:14], "check": text[14:]}
    wrong = text[:9] + "2" + text[10:]
    for given in (wrong, CRATES["base"] + wrong):
        assert "check characters" in plant.get("/scan", plant.mes, 400, text=given)["errors"][0]["problem"]
    for stranger in ({}, plant.foreign):
        plant.get("/scan", stranger, 400, text=text)
        assert plant.get("/scan", stranger, text=code)["scheme"] == "uri"
