"""The resolver over HTTP: what a scan, an application and a browser get at an item's path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete

from accounts import api_keys, people
from accounts.roles import RIGHTS, Role
from issuing import rules
from issuing.definition import definition
from ledger_client.codes import digital_link
from resolver.models import ItemLink
from tests.api.served import Server, event, installed, serving
from tests.codes.test_compressed import compressed
from tests.conftest import address_of, deploy_ledger

GTIN = "06901234567892"
ITEM = f"/01/{GTIN}/21/A1"
CODE = "https://id.gs1.org" + ITEM
VOC = "https://ref.gs1.org/voc/"
PHONE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
RULE = {
    "scheme": "sgtin",
    "level": "item",
    "base": GTIN,
    "segments": [{"kind": "random", "width": 12, "alphabet": "clear"}],
    "yearly": 1000,
}
LINK = {"code": GTIN, "linkType": "gs1:instructions", "target": "https://milk.example/use?from=pack#top", "title": "怎样保存"}


class Shop:
    """A server with an item, and a quality manager of each member; the first member has a coding rule for the product."""

    def __init__(self, server: Server) -> None:
        self.server = server
        server.record(event("commissioning", 1, CODE, action="ADD"))
        self.lin, self.foreign, self.staff = (
            self.key("lin", Role.QUALITY, 0),
            self.key("mei", Role.QUALITY, 1),
            self.key("li", Role.PARTNER, 0),
        )
        with server.installation.sessions.begin() as session:
            rules.make(session, 1, "milk", definition({**RULE, "onlyIssued": False}), ("recorded_before",), "lin")

    def key(self, name: str, role: Role, member: int) -> dict[str, str]:
        with self.server.installation.sessions.begin() as session:
            account = people.create(session, name, role, signer=address_of(self.server.installation.ledger.signers[member]))
            return {"Authorization": f"Bearer {api_keys.issue(session, account, 'a key', RIGHTS[role])}"}

    def ask(self, method: str, path: str, status: int, who: dict[str, str], **body: Any) -> Any:
        answer = self.server.http.request(method, path, headers=who, **({"json": body} if body else {}))
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def set(self, **changes: Any) -> Any:
        return self.ask("POST", "/links", 201, self.lin, **{**LINK, **changes})

    def get(self, path: str, status: int, **headers: str) -> Any:
        answer = self.server.http.get(path, headers={"Accept": "*/*", **headers}, follow_redirects=False)
        assert answer.status_code == status, answer.text
        return answer


@pytest.fixture(scope="module")
def opened(anvil: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    ledger = deploy_ledger(anvil)
    with installed(ledger, f"sqlite:///{tmp_path_factory.mktemp('shop') / 'ledger.db'}") as made, serving(made) as server:
        yield Shop(server)
    ledger.chain.close()


@pytest.fixture
def shop(opened: Shop) -> Iterator[Shop]:
    """The shop without links; one for all tests of this file."""
    yield opened
    with opened.server.installation.sessions.begin() as session:
        session.execute(delete(ItemLink))


def test_a_scan_without_a_link_type_gets_the_items_page_whatever_links_there_are(shop: Shop):
    shop.set(linkType="gs1:pip", first=True)
    page = shop.get(ITEM, 200, **PHONE)
    assert 'data-verdict="verified"' in page.text
    own = f"{shop.server.url}{ITEM}"
    assert page.headers["link"] == f'<{own}?linkType=linkset>; rel="linkset"; type="application/linkset+json"'
    assert page.headers["access-control-allow-origin"] == "*"
    assert page.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert "Accept" in page.headers["vary"].split(", ")
    assert 'data-verdict="verified"' in shop.get(f"{ITEM}/", 200, **PHONE).text
    for asked in ("gs1:defaultLink", "gs1:traceability", VOC + "defaultLink"):
        assert 'data-verdict="verified"' in shop.get(f"{ITEM}?linkType={asked}", 200, **PHONE).text


def test_a_compressed_address_is_answered_as_its_long_form(shop: Shop):
    shop.set()
    full, partly = "/" + compressed({"01": GTIN, "21": "A1", "17": "270105"}), f"/01/{GTIN}/" + compressed({"21": "A1"})
    long = f"{ITEM}?17=270105"
    for short, path in ((full, long), (partly, ITEM), (f"{partly}/", ITEM)):
        page = shop.get(short, 200, **PHONE)
        assert 'data-verdict="verified"' in page.text
        assert page.headers.get_list("link") == [
            f'<{shop.server.url}{ITEM}?linkType=linkset>; rel="linkset"; type="application/linkset+json"',
            f'<{shop.server.url}{path}>; rel="owl:sameAs"',
        ]
    answer = shop.get(f"{full}?linkType=gs1:instructions&lang=en", 307, **PHONE)
    assert answer.headers["location"] == "https://milk.example/use?from=pack&17=270105&lang=en#top"
    assert shop.get(f"{full}?linkType=linkset", 200).json() == shop.get(f"{ITEM}?linkType=linkset", 200).json()
    assert shop.server.http.post(full).status_code == 404
    unknown = shop.get("/" + compressed({"01": GTIN, "21": "FORGED"}), 404, **PHONE)
    assert "FORGED" in unknown.text


def test_no_path_of_our_own_is_a_compressed_link(shop: Shop):
    paths = {getattr(route, "path", "") for route in shop.server.app.routes}
    assert [path for path in paths if digital_link.decompressed("https://id.gs1.org" + path)] == []


def test_a_link_type_leads_to_the_members_page_and_takes_the_query_along(shop: Shop):
    shop.set()
    asked = "17=261231;3103=000189&linkType=gs1:instructions&context=CN&lang=en&x=%0D%0ASet-Cookie:%20a"
    answer = shop.get(f"{ITEM}?{asked}", 307, **PHONE)
    passed = "17=261231;3103=000189&context=CN&lang=en&x=%0D%0ASet-Cookie:%20a"
    assert answer.headers["location"] == f"https://milk.example/use?from=pack&{passed}#top"
    assert "set-cookie" not in answer.headers
    assert answer.headers["link"] == f'<{shop.server.url}{ITEM}?linkType=linkset>; rel="linkset"; type="application/linkset+json"'
    assert shop.get(f"/01/{GTIN}?linkType={VOC}instructions", 307).headers["location"] == LINK["target"]
    assert shop.get(f"/gtin/{GTIN}?linkType=gs1:instructions", 404).status_code == 404  # only numeric paths are pages here
    events = shop.get(f"{ITEM}?linkType=gs1:epcis", 307).headers["location"]
    assert shop.server.http.get(events).json()


def test_a_members_own_traceability_page_stands_before_ours(shop: Shop):
    shop.set(linkType="gs1:traceability", target="https://milk.example/trace")
    assert shop.get(f"{ITEM}?linkType=gs1:traceability", 307, **PHONE).headers["location"] == "https://milk.example/trace"
    [told, _] = shop.get(f"{ITEM}?linkType=linkset", 200).json()["linkset"]
    assert [one["href"] for one in told[VOC + "traceability"]] == [shop.server.url + ITEM]


def test_the_reader_gets_the_link_in_a_language_of_theirs(shop: Shop):
    shop.set(language="zh", target="https://milk.example/zh")
    shop.set(language="en", target="https://milk.example/en", first=True)
    for wished, wanted in (("zh-CN,zh;q=0.9", "zh"), ("en-US,en;q=0.9", "en"), ("fr", "en"), ("", "en")):
        found = shop.get(f"{ITEM}?linkType=gs1:instructions", 307, **{**PHONE, "Accept-Language": wished})
        assert found.headers["location"] == f"https://milk.example/{wanted}", wished
    said = shop.get(f"{ITEM}?linkType=gs1:instructions&lang=en", 307, **{**PHONE, "Accept-Language": "zh"})
    assert said.headers["location"] == "https://milk.example/en?lang=en"


def test_links_that_suit_alike_are_all_told(shop: Shop):
    shop.set(target="https://milk.example/1", title="One")
    shop.set(target="https://milk.example/2", title='Two"; rel="x')
    answer = shop.get(f"{ITEM}?linkType=gs1:instructions", 300)
    assert [one["href"] for one in answer.json()["linkset"][0][VOC + "instructions"]] == [
        "https://milk.example/1",
        "https://milk.example/2",
    ]
    assert "Two" not in answer.headers["link"]
    assert answer.headers["content-type"] == "application/linkset+json"
    assert 'href="https://milk.example/2"' in shop.get(f"{ITEM}?linkType=gs1:instructions", 300, **PHONE).text
    shop.set(target="https://milk.example/3", mediaType="application/pdf")
    assert shop.get(f"{ITEM}?linkType=gs1:instructions", 307, Accept="application/pdf").headers["location"] == "https://milk.example/3"


WHOLE = [
    ("?linkType=all", "*/*"),
    ("?linkType=linkset", "application/json"),
    ("", "application/linkset+json"),
    ("", "application/linkset+json, text/html;q=0.5"),
]


def test_all_links_are_a_linkset(shop: Shop):
    shop.set(language="zh", mediaType="text/html")
    for query, accept in WHOLE:
        answer = shop.get(ITEM + query, 200, Accept=accept)
        own = f"{shop.server.url}{ITEM}"
        found, product = answer.json()["linkset"]
        assert answer.headers["content-type"] == "application/linkset+json"
        assert 'rel="http://www.w3.org/ns/json-ld#context"' in answer.headers["link"]
        assert set(found) == {"anchor", *(VOC + name for name in ("defaultLink", "traceability", "epcis"))}
        assert found["anchor"] == own
        assert [(one["href"], set(one)) for one in found[VOC + "defaultLink"]] == [(own, {"href", "title"})]
        told = {"href": LINK["target"], "title": LINK["title"], "type": "text/html", "hreflang": ["zh"]}
        assert product == {"anchor": f"{shop.server.url}/01/{GTIN}", VOC + "instructions": [told]}
    linked = shop.get(f"{ITEM}?linkType=linkset", 200, Accept="application/ld+json")
    assert linked.headers["content-type"] == "application/ld+json"
    assert linked.json() == {"@context": "https://ref.gs1.org/standards/resolver/linkset-context"} | answer.json()


def test_a_linkset_is_one_that_the_standards_schema_takes(shop: Shop):
    """The rules of ref.gs1.org/standards/resolver/linkset-schema."""
    shop.set(language="zh-CN", mediaType="application/ld+json")
    for level in shop.get(f"{ITEM}?linkType=linkset", 200).json()["linkset"]:
        assert re.match(r"https?://[a-zA-z0-9./]+", level.pop("anchor"))
        for relation, links in level.items():
            assert re.fullmatch(r"https?://[a-zA-z0-9./]+", relation)
            assert all({"href", "title"} <= set(one) <= {"href", "title", "type", "hreflang"} for one in links)


def test_a_browser_gets_them_as_a_page(shop: Shop):
    shop.set(title="<b>bold</b>")
    page = shop.get(f"{ITEM}?linkType=all", 200, **PHONE, **{"Accept-Language": "en"})
    assert page.headers["content-type"].startswith("text/html")
    assert "&lt;b&gt;bold" in page.text
    assert "All links of this code" in page.text


def test_a_type_without_a_link_is_not_found_and_the_answer_names_those_that_are(shop: Shop):
    shop.set()
    for asked in ("gs1:recallStatus", "gs1:nonsense", "nonsense", "%01x", "a" * 5000):
        answer = shop.get(f"{ITEM}?linkType={asked}", 404)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"].endswith("no-such-link")
        assert "there are gs1:defaultLink, gs1:traceability, gs1:epcis, gs1:instructions" in answer.json()["detail"]
        assert LINK["title"] in shop.get(f"{ITEM}?linkType={asked}", 404, **PHONE).text


def test_a_code_of_which_nothing_is_known_has_no_linkset(shop: Shop):
    assert shop.get("/01/06909876000012?linkType=all", 404).json()["type"].endswith("no-such-link")
    assert shop.get("/01/06909876000011?linkType=all", 400)
    assert shop.get(f"/01/{GTIN}/17/261231", 400, **PHONE)


def test_a_product_without_records_shows_its_links_and_a_serial_nobody_recorded_stays_unknown(shop: Shop):
    assert "怎样保存" not in shop.get(f"/01/{GTIN}", 404, **PHONE).text
    shop.set()
    page = shop.get(f"/01/{GTIN}", 200, **PHONE)
    assert ("怎样保存" in page.text, "没有追溯记录" in page.text) == (True, True)
    assert 'rel="linkset"' in page.headers["link"]
    assert "怎样保存" not in shop.get(f"/01/{GTIN}/21/FORGED", 404, **PHONE).text
    assert shop.get(f"/01/{GTIN}/21/FORGED?linkType=gs1:instructions", 307).headers["location"] == LINK["target"]


def test_the_items_page_shows_the_links_in_the_readers_language(shop: Shop):
    shop.set(language="zh", title="怎样保存")
    shop.set(language="en", title="How to keep it", target="https://milk.example/en")
    shop.set(linkType="gs1:recallStatus", title="召回查询", code=f"(01){GTIN}(10)L1")
    page = shop.get(ITEM, 200, **PHONE, **{"Accept-Language": "zh"}).text
    assert ("怎样保存" in page, "How to keep it" in page, "召回查询" in page) == (True, False, False)
    assert "召回查询" in shop.get(f"/01/{GTIN}/10/L1/21/A1", 200, **PHONE, **{"Accept-Language": "zh"}).text


def test_head_and_options_are_answered_at_an_items_path(shop: Shop):
    shop.set()
    http = shop.server.http
    head = http.head(f"{ITEM}?linkType=gs1:instructions")
    assert (head.status_code, head.headers["location"], head.content) == (307, LINK["target"], b"")
    assert (http.head(ITEM).status_code, http.head("/01/06909876000012").status_code) == (200, 404)
    asked = http.options(ITEM)
    assert (asked.status_code, asked.headers["allow"], asked.headers["access-control-allow-origin"]) == (204, "GET, HEAD, OPTIONS", "*")


def test_the_resolver_describes_itself(shop: Shop):
    told = shop.get("/.well-known/gs1resolver", 200).json()
    assert told["resolverRoot"] == shop.server.url
    assert "01" in told["supportedPrimaryKeys"]
    assert told["jsonLdContextLocation"] == "https://ref.gs1.org/standards/resolver/linkset-context"
    assert told["supportedLinkType"] == [{"namespace": VOC, "prefix": "gs1:"}]


def test_links_are_listed_changed_and_removed_by_their_member_alone(shop: Shop):
    made = shop.set(first=True)
    assert (made["code"], made["companyPrefix"], made["linkType"]) == (f"https://id.gs1.org/01/{GTIN}", "", "gs1:instructions")
    changed = shop.ask("PUT", f"/links/{made['id']}", 200, shop.lin, **{**LINK, "target": "https://milk.example/new"})
    assert (changed["target"], changed["first"]) == ("https://milk.example/new", False)
    shop.ask("POST", "/links", 409, shop.lin, **{**LINK, "target": "https://milk.example/new"})
    second = shop.set(code="", companyPrefix="6901234567", linkType="gs1:support")
    first_page = shop.ask("GET", "/links?limit=1", 200, shop.staff)
    assert ([one["id"] for one in first_page["links"]], first_page["next"]) == ([made["id"]], made["id"])
    assert [one["id"] for one in shop.ask("GET", f"/links?after={made['id']}", 200, shop.staff)["links"]] == [second["id"]]
    assert shop.ask("GET", "/links", 200, shop.foreign)["links"] == []
    shop.ask("POST", "/links", 403, shop.staff, **LINK)
    shop.ask("POST", "/links", 403, shop.foreign, **{**LINK, "target": "https://evil.example/"})
    for who, status in ((shop.foreign, 404), (shop.staff, 403), (shop.lin, 204)):
        shop.ask("DELETE", f"/links/{made['id']}", status, who)
    assert shop.get(f"{ITEM}?linkType=gs1:instructions", 404)


WRONG: list[tuple[dict[str, Any], str | None]] = [
    ({"target": "javascript:alert(1)"}, "target"),
    ({"target": "http://milk.example/"}, "target"),
    ({"target": "https://milk.example/\r\nSet-Cookie: a=b"}, "target"),
    ({"title": "two\x07lines"}, "title"),
    ({"title": " "}, "title"),
    ({"companyPrefix": "6901234"}, "code"),
    ({"code": ""}, "code"),
    ({"code": "06901234567893"}, None),
    ({"linkType": "gs1:defaultLink"}, "linkType"),
    ({"language": "en\r\nX: y"}, "language"),
    ({"mediaType": 'text/html"'}, "mediaType"),
]


def test_what_is_wrong_with_a_link_is_named(shop: Shop):
    for change, field in WRONG:
        refused = shop.ask("POST", "/links", 400, shop.lin, **{**LINK, **change})
        assert refused["errors"][0]["fix"]
        assert field in (None, refused["errors"][0]["field"])


def test_a_code_is_whose_who_was_first_to_claim_it(shop: Shop):
    """A rule that somebody makes afterwards for another's things takes nothing away; a packer that uses the owner's rule gets nothing."""
    crate = "https://id.gs1.org/8003/06909876000012A1"
    shop.server.record(event("commissioning", 2, crate, action="ADD"), member=1)
    shop.server.record(event("commissioning", 2, f"https://id.gs1.org/01/{GTIN}/21/PACKED", action="ADD"), member=1)
    with shop.server.installation.sessions.begin() as session:
        given = {**RULE, "scheme": "grai", "level": "asset", "base": "6909876000012", "onlyIssued": False}
        rules.make(session, 1, "crates", definition(given), (), "lin")
    for who, code, status in ((shop.lin, crate, 403), (shop.foreign, crate, 201), (shop.foreign, GTIN, 403), (shop.lin, GTIN, 201)):
        shop.ask("POST", "/links", status, who, **{**LINK, "code": code, "linkType": "gs1:pip"})
    assert shop.get("/8003/06909876000012A1?linkType=gs1:pip", 307)
