"""GET /search and the console's search field: whatever is recorded is found, with a link, and by nobody who may not see it."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest

from accounts.roles import Role
from ledger_client.disclosure import Policy
from records import audiences
from records.search import code_index, name_index, text_index
from tests.api.served import CONTEXT, Server, document, event
from tests.console.markup import Page, faults
from tests.console.signed_in import as_role
from tests.console.test_routes import As

__all__ = ["as_role"]
GTIN, PLACE = "https://id.gs1.org/01/06901234567892", "https://id.gs1.org/414/6901234000009"
NAMESPACES = [CONTEXT, {"acme": "https://ns.acme.example/"}]
ORDER = {"bizTransactionList": [{"type": "po", "bizTransaction": "https://acme.example/po/4711-A"}]}


def named(code: str, kind: str, name: str) -> dict[str, Any]:
    element = {"id": code, "attributes": [{"id": "cbvmda:name", "attribute": name}]}
    return {"type": f"urn:epcglobal:epcis:vtype:{kind}", "vocabularyElementList": [element]}


@pytest.fixture
def filled(server: Server) -> Server:
    """Three events with what people wrote, and names of a product and a place."""
    server.record(
        event("commissioning", 1, f"{GTIN}/21/A1", **{"@context": NAMESPACES, "action": "ADD", "acme:operator": "王建国"}),
        event("shipping", 2, f"{GTIN}/21/A1", **{"@context": NAMESPACES, "acme:note": "7号冷库温度偏高, door was open"}, **ORDER),
        event("shipping", 3, f"{GTIN}/21/B2", **{"@context": NAMESPACES, "acme:note": "door closed"}, **ORDER),
    )
    header = {
        "epcisMasterData": {"vocabularyList": [named(GTIN, "EPCClass", "澄露鲜牛奶"), named(PLACE, "BusinessLocation", "王家庄冷库")]}
    }
    sent = orjson.dumps(document(event("receiving", 4, f"{GTIN}/21/A1"), header=header))
    assert server.http.post("/capture", content=sent, headers=server.as_writer()).status_code == 202
    server.installation.work()
    return server


def asked(client: httpx.Client, text: str, **more: Any) -> dict[str, Any]:
    answer = client.get("/search", params={"q": text, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def counted(found: dict[str, Any]) -> dict[str, int]:
    """Group -> how many, for those that have some."""
    return {name: len(group["found"]) for name, group in found.items() if isinstance(group, dict) and group.get("found")}


@pytest.mark.parametrize("indexed", [False, True])
def test_one_box_finds_every_kind_of_thing(filled: Server, as_role: As, *, indexed: bool):
    client = as_role(Role.AUDITOR)
    if indexed:
        for step in (text_index.step, code_index.step, name_index.step):
            filled.installation._all(step)
    for text, right in {
        "王建国": {"records": 1},
        "冷库": {"records": 1, "places": 1},
        "door": {"records": 2},
        "温度 door": {"records": 1},
        "鲜牛": {"products": 1},
        "67892": {"items": 2, "products": 1},
        "/21/b": {"items": 1},
        "4711": {"documents": 1, "records": 2},
        "牧场": {"members": 1},
        "湿度": {},
    }.items():
        found = asked(client, text)
        assert counted(found) == right, text
        assert found["complete"] is True
    found = asked(client, "温度")
    (record,) = found["records"]["found"]
    assert record["where"] == [{"property": "acme:note", "field": "acme:note", "text": "7号冷库温度偏高, door was open"}]
    assert (record["bizStep"], record["member"], record["type"]) == ("shipping", "青山牧场", "ObjectEvent")
    assert asked(client, "67892")["products"]["found"][0] | {"console": ""} == {
        "code": GTIN,
        "name": "澄露鲜牛奶",
        "text": "",
        "console": "",
    }
    assert asked(client, "(01)06901234567892(21)A1")["recognised"]["recorded"] is True
    assert asked(client, record["eventID"])["event"]["record"] == record["record"]
    first = asked(client, "door", limit=1)
    assert (first["records"]["more"], first["complete"], len(first["records"]["found"])) == (True, False, 1)
    assert counted(asked(client, "冷库", group="places")) == {"places": 1}


def test_every_result_leads_to_a_page_that_has_it(filled: Server, as_role: As):
    client = as_role(Role.AUDITOR)
    for text in ("67892", "door", "4711", "冷库", "牧场", "鲜牛"):
        found = asked(client, text)
        for group in ("items", "products", "places", "members", "documents", "records"):
            for one in found[group]["found"]:
                page = client.get(one["console"], follow_redirects=True)
                assert page.status_code == 200
                assert faults(page.text) == []
    assert filled.url in str(client.base_url)


@pytest.mark.usefixtures("filled")
def test_what_a_reader_may_not_see_is_not_found(as_role: As):
    assert counted(asked(as_role(Role.PARTNER), "4711")) == {}
    assert counted(asked(as_role(Role.QUALITY), "4711")) == {"documents": 1, "records": 2}


@pytest.mark.usefixtures("filled")
def test_a_member_that_hides_its_items_has_them_found_by_nobody_else(filled: Server, as_role: As):
    rules = {"rules": [{"property": "epcList", "audience": "regulator"}, {"property": "acme:*", "audience": "regulator"}]}
    with filled.installation.sessions.begin() as session:
        audiences.change(session, 1, Policy.from_json(rules), 0, "quality", "kept to ourselves")
    partner, auditor = as_role(Role.PARTNER), as_role(Role.AUDITOR)
    for text in ("67892", "door", "王建国"):
        told = asked(partner, text)
        assert (counted(told).get("items"), counted(told).get("records"), told["complete"]) == (None, None, True)
        assert counted(asked(auditor, text))


@pytest.mark.usefixtures("server")
def test_what_cannot_be_looked_up_is_told_with_the_fix(as_role: As, server: Server):
    client = as_role(Role.PARTNER)
    for text in ("", " ", "牛", "a", "-", "% %"):
        answer = client.get("/search", params={"q": text}, headers={"Accept": "application/json"})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == "q"
    assert client.get("/search", params={"q": "x" * 3000}).status_code == 400
    assert client.get("/search", params={"q": "milk", "group": "x"}).status_code == 400
    assert server.http.get("/search", params={"q": "milk"}).status_code == 401


def test_the_console_shows_where_words_stand_and_goes_to_what_was_scanned(filled: Server, as_role: As):
    client = as_role(Role.QUALITY)
    known = client.get("/records", params={"code": f"{GTIN}/21/B2"}).json()["events"][0]
    html = client.get("/console/search", params={"q": "温度", "lang": "en"}).text
    assert faults(html) == []
    assert [one.text for one in Page(html).all("mark")] == ["温度"]
    for scan, way in {
        "]d2010690123456789221A1": "/console/items/", "(01)06901234567892(21)B2": "/console/items/", known["eventID"]: "/console/events/",
        known["commitment"]: "/console/events/",
    }.items():  # fmt: skip
        assert client.get("/console/search", params={"q": scan}).headers["location"].startswith(way), scan
    assert "of which nothing is recorded here" in client.get("/console/search", params={"q": "6901234567908", "lang": "en"}).text
    assert "Nothing found" in client.get("/console/search", params={"q": "湿度", "lang": "en"}).text
    assert "Too short" in client.get("/console/search", params={"q": "牛", "lang": "en"}).text
    suggested = client.get("/console/search/suggestions", params={"q": "678"}).text
    assert len([one for one in Page(suggested).all("strong") if "06901234567892" in one.text or "鲜牛奶" in one.text]) >= 2
    assert client.get("/console/search/suggestions").status_code == 200
    assert filled.url in str(client.base_url)
