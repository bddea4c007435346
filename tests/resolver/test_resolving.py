"""The resolver over HTTP: what a scan, an application and a browser get at an item's path."""

from __future__ import annotations

from typing import Any

import pytest

from accounts import api_keys, people
from accounts.roles import RIGHTS, Role
from issuing import rules
from issuing.definition import definition
from tests.api.served import Server, event
from tests.conftest import address_of

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


@pytest.fixture
def shop(server: Server) -> Shop:
    return Shop(server)


def test_a_scan_without_a_link_type_gets_the_items_page_whatever_links_there_are(shop: Shop):
    shop.set(linkType="gs1:pip", first=True)
    page = shop.get(ITEM, 200, **PHONE)
    assert 'data-verdict="verified"' in page.text
    own = f"{shop.server.url}{ITEM}"
    assert page.headers["link"] == f'<{own}?linkType=all>; rel="linkset"; type="application/linkset+json"'
    assert page.headers["access-control-allow-origin"] == "*"
    assert "Accept" in page.headers["vary"].split(", ")
    for asked in ("gs1:defaultLink", "gs1:traceability", VOC + "defaultLink"):
        assert 'data-verdict="verified"' in shop.get(f"{ITEM}?linkType={asked}", 200, **PHONE).text


def test_a_link_type_leads_to_the_members_page_and_takes_the_query_along(shop: Shop):
    shop.set()
    answer = shop.get(f"{ITEM}?17=261231&linkType=gs1:instructions&lang=en&x=%0D%0ASet-Cookie:%20a", 307, **PHONE)
    assert answer.headers["location"] == "https://milk.example/use?from=pack&17=261231&x=%0D%0ASet-Cookie:%20a#top"
    assert "set-cookie" not in answer.headers
    assert f'rel="{VOC}instructions"' in answer.headers["link"]
    assert "title*=UTF-8''%E6%80%8E%E6%A0%B7%E4%BF%9D%E5%AD%98" in answer.headers["link"]
    assert shop.get(f"/01/{GTIN}?linkType={VOC}instructions", 307).headers["location"] == LINK["target"]
    assert shop.get(f"/gtin/{GTIN}?linkType=gs1:instructions", 404).status_code == 404  # only numeric paths are pages here
    events = shop.get(f"{ITEM}?linkType=gs1:epcis", 307).headers["location"]
    assert shop.server.http.get(events).json()


def test_the_reader_gets_the_link_in_a_language_of_theirs(shop: Shop):
    shop.set(language="zh", target="https://milk.example/zh")
    shop.set(language="en", target="https://milk.example/en", first=True)
    for wished, wanted in (("zh-CN,zh;q=0.9", "zh"), ("en-US,en;q=0.9", "en"), ("fr", "en"), ("", "en")):
        found = shop.get(f"{ITEM}?linkType=gs1:instructions", 307, **{**PHONE, "Accept-Language": wished})
        assert found.headers["location"] == f"https://milk.example/{wanted}", wished


def test_links_that_suit_alike_are_all_told(shop: Shop):
    shop.set(target="https://milk.example/1", title="One")
    shop.set(target="https://milk.example/2", title='Two"; rel="x')
    answer = shop.get(f"{ITEM}?linkType=gs1:instructions", 300)
    assert [one["href"] for one in answer.json()["linkset"][0][VOC + "instructions"]] == [
        "https://milk.example/1",
        "https://milk.example/2",
    ]
    assert "Two%22%3B%20rel%3D%22x" in answer.headers["link"]
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
        [found] = answer.json()["linkset"]
        assert answer.headers["content-type"] == "application/linkset+json"
        assert 'rel="http://www.w3.org/ns/json-ld#context"' in answer.headers["link"]
        assert found["anchor"] == own
        assert [one["href"] for one in found[VOC + "defaultLink"]] == [own]
        assert found[VOC + "instructions"] == [{"href": LINK["target"], "title": LINK["title"], "type": "text/html", "hreflang": ["zh"]}]
        assert set(found) == {"anchor", *(VOC + name for name in ("defaultLink", "instructions", "traceability", "epcis"))}


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
        assert "there are gs1:defaultLink, gs1:instructions, gs1:traceability, gs1:epcis" in answer.json()["detail"]
        assert LINK["title"] in shop.get(f"{ITEM}?linkType={asked}", 404, **PHONE).text


def test_a_code_of_which_nothing_is_known_has_no_linkset(shop: Shop):
    assert shop.get("/01/06909876000012?linkType=all", 404).json()["type"].endswith("no-such-link")
    assert shop.get("/01/06909876000011?linkType=all", 400)


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


def test_the_commissioner_owns_an_item_that_nobody_has_a_rule_for(shop: Shop):
    pallet = "https://id.gs1.org/00/069012345000000011"
    shop.server.record(event("commissioning", 2, pallet, action="ADD"), member=1)
    shop.ask("POST", "/links", 403, shop.lin, **{**LINK, "code": pallet})
    shop.ask("POST", "/links", 201, shop.foreign, **{**LINK, "code": pallet, "linkType": "gs1:pip"})
    assert shop.get("/00/069012345000000011?linkType=gs1:pip", 307)
