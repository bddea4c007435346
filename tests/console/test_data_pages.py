"""Items, events and their verdicts over HTTP and in a browser: what is recorded is found, and shown to whom it may be shown."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest

from accounts.roles import Role
from ledger_client.disclosure import Kind, Policy, Rule
from records import audiences
from tests.api.served import Server, event, serving
from tests.console.markup import Page, faults
from tests.console.signed_in import cookie_for
from tests.console.test_routes import As
from tests.records.tampering import reseal

A1, A2 = (f"https://id.gs1.org/01/06901234567892/21/A{number}" for number in (1, 2))
BOX = "https://id.gs1.org/00/069012345000000011"
PACKED = {"type": "AggregationEvent", "action": "ADD", "parentID": BOX, "childEPCs": [A1, A2], "epcList": None}


def item(code: str) -> str:
    return f"/console/items/{quote(code, safe='')}"


def packed(day: int = 3, **more: Any) -> dict[str, Any]:
    told = event("packing", day) | PACKED | more
    return {name: value for name, value in told.items() if value is not None}


def rows(html: str) -> list[str]:
    """The text of each row of a list."""
    return [" ".join(row.text.split()) for row in Page(html).all("tr")[1:]]


def linked(html: str, text: str) -> str:
    """Where the link of that text leads."""
    return next(one.attributes["href"] for one in Page(html).all("a") if text in one.text)


@pytest.fixture
def filled(server: Server) -> Server:
    server.record(
        event("commissioning", 1, A1, action="ADD"),
        event("commissioning", 2, A2, action="ADD"),
        packed(),
        *(event("inspecting", day, A1, disposition="conformant") for day in range(4, 8)),
    )
    return server


@pytest.mark.usefixtures("filled")
def test_events_are_narrowed_by_their_address(as_role: As):
    """Their days are those of UTC here: 06:10 in China is the day before."""
    client = as_role(Role.QUALITY)
    found = {
        query: len(rows(client.get(f"/console/events?lang=en&{query}").text))
        for query in (
            "",
            "step=inspecting",
            "kind=AggregationEvent",
            "kind=declaration",
            f"code={quote('(01)06901234567892(21)A2')}",
            "since=2026-09-02&until=2026-09-03",
            "member=1",
            "member=2",
            "state=final",
            "state=pending",
            "step=inspecting&until=2026-09-05",
        )
    }
    assert list(found.values()) == [7, 4, 1, 0, 2, 2, 7, 0, 7, 0, 3]
    wrong = client.get("/console/events?code=06901234567891&since=yesterday&lang=en")
    assert wrong.status_code == 400
    assert "check digit" in wrong.text
    assert "is no date" in wrong.text
    assert faults(wrong.text) == []
    assert client.get("/console/events?older=nowhere").status_code == 400


@pytest.mark.usefixtures("filled")
def test_a_list_is_walked_down_and_up_again(as_role: As, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("api.console.routes.events.ROWS", 3)
    client, pages = as_role(Role.PARTNER), []
    html = client.get("/console/events?lang=en&member=1").text
    while True:
        pages.append(rows(html))
        if "Older" not in html:
            break
        html = client.get(linked(html, "Older")).text
    assert [len(page) for page in pages] == [3, 3, 1]
    assert len({row for page in pages for row in page}) == 7
    assert rows(client.get(linked(html, "Newer")).text) == pages[1]
    assert "member=1" in linked(html, "Newer")


@pytest.mark.usefixtures("filled")
def test_an_item_is_found_by_any_spelling_and_by_how_its_code_begins(as_role: As):
    client = as_role(Role.PARTNER)
    for asked in ("(01)06901234567892(21)A1", "]d2010690123456789221A1", "010690123456789210L7{GS}21A1", "\x1d010690123456789221A1\x1d"):
        assert client.get("/console/items", params={"q": asked}).headers["location"] == item(A1), asked
    assert len(rows(client.get("/console/items").text)) == 3
    for asked in ("0690123456", "06901234567892", "01/0690123456", "(01)06901234567892", A1[:-1], "6901234"):
        assert [row.split()[0] for row in rows(client.get("/console/items", params={"q": asked}).text)] == [A1[19:], A2[19:]], asked
    nothing = client.get("/console/items?q=%25&lang=en").text
    assert rows(nothing) == []
    assert "No such code" in nothing


@pytest.mark.usefixtures("filled")
def test_the_search_field_leads_to_what_is_meant(as_role: As):
    client = as_role(Role.PARTNER)
    known = client.get("/records", params={"code": A2}).json()["events"][0]
    ways = {known["eventID"]: "/console/events/", known["commitment"]: "/console/events/", A2: "/console/items/"}
    assert {
        asked: client.get("/console/search", params={"q": asked}).headers["location"].startswith(way) for asked, way in ways.items()
    } == (dict.fromkeys(ways, True))
    assert client.get("/console/search", params={"q": known["commitment"]}, follow_redirects=True).status_code == 200


@pytest.mark.usefixtures("filled")
def test_one_item_shows_its_history_its_relations_and_its_proofs(as_role: As):
    client = as_role(Role.AUDITOR)
    html = client.get(item(A1) + "?lang=en").text
    assert faults(html) == []
    titles = [one.text for one in Page(html).all("a") if "strong" in one.attributes.get("class", "")]
    assert titles == ["Inspected"] * 4 + ["Packed", "Made and given its code"]
    assert linked(html, BOX.removeprefix("https://id.gs1.org/")) == item(BOX)
    box = client.get(item(BOX) + "?lang=en").text
    assert "Holds" in box
    assert {linked(box, "21/A1"), linked(box, "21/A2")} == {item(A1), item(A2)}
    links = {unescape(link) for link in re.findall(r'(?:href|hx-get)="(/[^"]*)"', html)}
    assert {link: found for link in links if (found := client.get(link, follow_redirects=True).status_code) != 200} == {}
    assert [link.partition("audience=")[2] for link in sorted(links) if "/bundle?" in link] == ["partners", "public", "regulator"]
    partner = as_role(Role.PARTNER).get(item(A1)).text
    assert "audience=partners" in partner
    assert "audience=regulator" not in partner


def test_what_was_taken_out_again_is_held_no_longer(filled: Server, as_role: As):
    filled.record(packed(8, action="DELETE", childEPCs=[A1], bizStep="unpacking"))
    client = as_role(Role.PARTNER)
    assert "21/A1" not in client.get(item(BOX) + "?lang=en").text.partition("Holds")[2].partition("</section>")[0]
    assert "Packed in" not in client.get(item(A1) + "?lang=en").text
    assert "Packed in" in client.get(item(A2) + "?lang=en").text


def test_the_items_code_comes_as_a_picture_of_either_kind(as_role: As):
    client = as_role(Role.PARTNER)
    svg, png = (client.get("/console/qr", params={"code": A1, "kind": kind}) for kind in ("svg", "png"))
    assert (svg.headers["content-type"], svg.text[:5]) == ("image/svg+xml", "<svg ")
    assert (png.headers["content-type"], png.content[:4]) == ("image/png", b"\x89PNG")
    assert client.get("/console/qr?code=x").status_code == 400


@pytest.mark.parametrize(
    ("code", "status"), [("nonsense", 400), ("https://id.gs1.org/01/06901234567892/21/NOBODY", 404), ("a" * 3000, 400)]
)
def test_an_item_that_there_is_none_of_is_said_so(as_role: As, code: str, status: int):
    assert as_role(Role.PARTNER).get(item(code)).status_code == status


@pytest.mark.usefixtures("filled")
def test_odd_characters_in_an_address_are_refused_and_never_a_fault_of_ours(as_role: As):
    client = as_role(Role.AUDITOR)
    wholes = (
        "items/%00",
        "events/%00",
        "captures/%00",
        "items?q=a%00",
        "items?q=01&older=%00",
        "search?q=%00",
        "verdict?code=%00",
        "qr?code=%00",
    )
    assert {path: client.get(f"/console/{path}").status_code for path in wholes} == dict.fromkeys(wholes, 400)
    for query in ("member=²", "member=٣", "step=%F0%9F%90%84", "code=%E2%80%8B", "since=0001-01-01", "until=9999-12-31", "kind=%ED%A0%80"):
        assert client.get(f"/console/events?{query}").status_code in (200, 400), query
    for path in ("events?older=9999-12-31T23:59:59-23:59~1", "records?older=99999999999999999999", "items?older=-1", "captures?older=x~y"):
        assert client.get(f"/console/{path}").status_code == 400, path


def test_what_a_policy_hides_from_partners_is_named_to_them_nowhere(filled: Server, as_role: As):
    with filled.installation.sessions.begin() as session:
        rule = [Rule(name, "regulator", Kind("AggregationEvent")) for name in ("parentID", "childEPCs")]
        audiences.change(session, 1, Policy(tuple(rule)), 0, "test", "test")
    partner, quality = as_role(Role.PARTNER), as_role(Role.QUALITY)
    assert any(BOX[19:] in row for row in rows(quality.get("/console/items").text))
    assert not any(BOX[19:] in row for row in rows(partner.get("/console/items").text))
    listed = partner.get("/console/events?kind=AggregationEvent&lang=en").text
    assert "not shown to you" in rows(listed)[0]
    one = partner.get(linked(listed, "Packed")).text
    assert BOX not in one
    assert BOX[19:] not in one
    assert BOX[19:] in quality.get(linked(listed, "Packed")).text
    assert "Packed in" not in partner.get(item(A1) + "?lang=en").text
    assert "withholds 2 properties" in partner.get(item(A1) + "?lang=en").text


def test_an_event_that_was_declared_wrong_says_so_and_leads_to_the_declaration(filled: Server, as_role: As):
    wrong = event("inspecting", 4, A1, disposition="conformant")
    filled.record(wrong | {"errorDeclaration": {"declarationTime": "2026-09-09T00:00:00Z", "reason": "incorrect_data"}})
    client = as_role(Role.PARTNER)
    listed = client.get("/console/events?lang=en&step=inspecting&until=2026-09-03").text
    html = client.get(linked(listed, "Inspected")).text
    assert "declared this event to be in error" in html
    assert "This record declares" in client.get(linked(html, "See the declaration")).text
    assert "<del>" in client.get(item(A1)).text


@pytest.mark.usefixtures("filled")
def test_an_event_tells_its_way_from_the_request_to_the_block(as_role: As):
    client = as_role(Role.OPERATOR)
    html = client.get(linked(client.get("/console/events?lang=en&step=packing").text, "Packed")).text
    assert faults(html) == []
    way = html.partition("Way to the chain")[2]
    assert [text in way for text in ("Request", "Stored as a record", "Transaction", "Anchors of 3 items", "Block ")] == [True] * 5


def test_the_verdict_is_the_verifiers_and_a_node_that_is_away_is_a_state(filled: Server, as_role: As):
    client = as_role(Role.PARTNER)
    whole = client.get("/console/verdict", params={"code": A1, "lang": "en"}).text
    assert "Complete and unaltered" in whole
    with filled.installation.sessions.begin() as session:
        reseal(session, 4, "conformant", "recalled")
    altered = client.get("/console/verdict", params={"code": A1, "lang": "en"}).text
    assert "Something does not match" in altered
    event_url = linked(altered, "ni:")
    one = client.get(linked(client.get(event_url).text, "Open by itself") + "&lang=en").text
    assert "altered" in one
    with serving(filled.installation, rpc_url="http://127.0.0.1:9") as cut_off:
        away = client.get(f"{cut_off.url}/console/verdict", params={"code": A1, "lang": "en"})
    assert away.status_code == 200
    assert "Cannot be checked right now" in away.text


def test_a_browser_asks_for_the_verdict_by_itself(filled: Server, visit: Any):
    cookie = {"name": "traceledger_session", "value": cookie_for(filled.installation, Role.PARTNER), "url": filled.url}
    opened = visit(filled.url + "/sign-in")
    opened.page.context.add_cookies([cookie])
    opened.page.goto(filled.url + item(A1) + "?lang=en")
    opened.page.wait_for_selector("#verdict .checks")
    assert "Complete and unaltered" in opened.page.inner_text("#verdict")
    assert opened.page.title().startswith("01/06901234567892/21/A1")
    assert opened.complaints == []
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
