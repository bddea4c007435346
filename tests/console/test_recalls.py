"""Recalls in the console: a quality manager says what is suspected, looks, opens the case, freezes it, accounts for it and closes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import httpx

from accounts.roles import Role
from tests.api.served import Server, event
from tests.conftest import address_of
from tests.console.markup import faults

As = Callable[..., httpx.Client]
CODE = "https://id.gs1.org/01/06901234567892/21/A1"
FORM = {"title": "7 号罐", "reason": "抗生素残留", "kind": "recall", "grade": "1", "codes": "(01)06901234567892(21)A1"}


def test_a_recall_from_the_trace_of_a_thing_to_its_end(server: Server, as_role: As):
    server.record(event("commissioning", 1, action="ADD"), event("storing", 2, readPoint={"id": "urn:epc:id:sgln:6901234.00004.0"}))
    lin = as_role(Role.QUALITY, signer=address_of(server.installation.ledger.signers[0]))
    trace = lin.get("/console/trace", params={"text": CODE, "direction": "forward"}).text
    (start,) = {unescape(url) for url in re.findall(r'href="(/console/recalls/new\?[^"]+)"', trace)}
    form = lin.get(start).text
    assert faults(form) == []
    assert CODE in form
    found = lin.post("/console/recalls/new", data=FORM | {"do": "preview"}).text
    assert "1 件物品或批次" in found
    assert faults(found) == []
    refused = lin.post("/console/recalls/new", data=FORM | {"codes": "", "do": "open"})
    assert refused.status_code == 400
    opened = lin.post("/console/recalls/new", data=FORM | {"do": "open"})
    assert opened.status_code == 303, opened.text
    case = opened.headers["location"].partition("?")[0]

    page = lin.get(case).text
    assert faults(page) == []
    assert "1 个单元受影响，尚未全部冻结" in page
    assert lin.post(f"{case}/freeze").status_code == 303
    assert "已全部冻结" in lin.get(case).text
    assert "on hold since" in server.post(event("shipping", eventTime="2030-01-01T00:00:00Z"), member=1).text
    assert lin.post(f"{case}/refresh").status_code == 303
    units = lin.get(f"{case}/units").text
    assert faults(units) == []
    assert "urn:epc:id:sgln:6901234.00004.0" in units

    assert lin.post(f"{case}/close", data={"conclusion": "完成"}).status_code == 400
    (account,) = {unescape(url) for url in re.findall(r'href="(/console/recalls/[^"]+/account\?[^"]+)"', lin.get(case).text)}
    assert faults(lin.get(account).text) == []
    assert lin.post(account, data={"outcome": "destroyed", "quantity": "one"}).status_code == 400
    assert lin.post(account, data={"outcome": "destroyed", "quantity": "1"}).status_code == 303
    assert lin.post(f"{case}/close", data={"conclusion": "全部销毁", "holds": "release"}).status_code == 303
    assert lin.get(f"{case}/close").status_code == 409
    closed = lin.get(case).text
    assert "已结案" in closed
    assert "100.0 %" in closed
    assert "7 号罐" in lin.get("/console/recalls?show=all").text


def test_who_may_not_hold_sees_no_way_to_open_a_recall(server: Server, as_role: As):
    server.record(event("commissioning", 1, action="ADD"))
    zhou = as_role(Role.PARTNER, signer=address_of(server.installation.ledger.signers[0]))
    assert "/console/recalls/new" not in zhou.get("/console/recalls").text
    assert "/console/recalls/new" not in zhou.get("/console/trace", params={"text": CODE}).text
    assert zhou.get("/console/recalls/new").status_code == 403


def test_names_of_places_stand_for_their_codes_and_times_are_those_of_the_reader(server: Server, as_role: As):
    lin = as_role(Role.QUALITY, signer=address_of(server.installation.ledger.signers[0]))
    server.record(event("storing", 2, readPoint={"id": "https://id.gs1.org/414/6901234000047"}))
    where = {"places": "https://id.gs1.org/414/6901234000047", "since": "2026-09-01T00:00", "until": "2026-09-30T00:00", "do": "preview"}
    assert "1 个事件" in lin.post("/console/recalls/new", data=where).text
    assert lin.post("/console/recalls/new", data=where | {"places": "dock"}).status_code == 400
    assert lin.post("/console/recalls/new", data=where | {"since": "yesterday"}).status_code == 400
