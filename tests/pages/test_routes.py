"""The pages at their own paths, on a real chain: every spelling, every kind of item, and what is said when something is wrong."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from ledger_client.codes import parse
from ledger_client.codes.check_digit import check_digit
from ledger_client.onchain import item_id
from tests.api.served import Server, document, event, serving
from tests.records.tampering import reseal

PATH = "/01/06901234567892/21/A1"
CODE = "https://id.gs1.org" + PATH
ENGLISH = {"accept-language": "en", "accept": "text/html"}
PLACE = "https://id.gs1.org/414/6901234000047"


def page(server: Server, path: str, status: int = 200) -> str:
    answer = server.http.get(path, headers=ENGLISH)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8"), answer.text[:300]
    return answer.text


@pytest.fixture
def told(server: Server) -> Server:
    server.record(event("commissioning", 1, action="ADD"), event("shipping", 2))
    return server


@pytest.mark.parametrize(
    "path", [PATH, PATH + "/", "/01/6901234567892/21/A1", "/01/06901234567892/21/A1?utm_source=x&15=270101", "/01/06901234567892/21/%41%31"]
)
def test_any_spelling_of_the_path_is_the_same_item(told: Server, path: str):
    html = page(told, path)
    assert "Complete and unaltered" in html
    assert f'data-item="{CODE}"' in html


@pytest.mark.parametrize(
    "code",
    [
        "https://id.gs1.org/00/06901234000000001" + check_digit("06901234000000001"),
        "https://id.gs1.org/01/06901234567892/10/L%2F7",
        "https://id.gs1.org/253/6901234000009X1",
        "https://id.gs1.org/401/6901234ABC",
        "https://id.gs1.org/414/6901234000047",
        "https://id.gs1.org/8003/06901234000009A1",
        "https://id.gs1.org/8004/6901234ASSET",
        "https://id.gs1.org/8018/690123400000000018",
        "https://id.traceledger.org/drug20/81234567890123456789",
        "https://maker.example/things/7",
    ],
)
def test_every_kind_of_key_has_its_page(server: Server, code: str):
    parsed = parse(code)
    ledger = server.installation.ledger
    ledger.anchor([(item_id(parsed.uri), b"\x07" * 32)])
    path = code.removeprefix("https://id.gs1.org") if parsed.scheme == "gs1" else "/item/" + quote(code, safe="")
    assert "Parts of the history are missing" in page(server, path)


def test_a_gs1_code_in_the_other_path_and_in_the_field_is_sent_to_its_own(server: Server):
    for path in (f"/item/{quote('(01)06901234567892(21)A1')}", f"/find?code={quote('(01)06901234567892(21)A1')}"):
        answer = server.http.get(path + ("&" if "?" in path else "?") + "lang=en")
        assert (answer.status_code, answer.headers["location"]) == (303, PATH + "?lang=en")


def test_an_unknown_item_is_404_and_says_what_that_may_mean(server: Server):
    html = page(server, PATH, 404)
    assert "Nothing is recorded under this code" in html
    assert "may be a copy" in html


@pytest.mark.parametrize("path", ["/01/06901234567891/21/A1", "/find?code=6901234567891"])
def test_a_wrong_check_digit_is_400_and_names_the_right_one(server: Server, path: str):
    assert "The check digit should be 2" in page(server, path, 400)


@pytest.mark.parametrize("path", ["/01/123/21/A1", "/01/06901234567892/21/" + "A" * 30, "/00/x", "/find?code=", "/item/%28"])
def test_a_code_that_is_none_is_400_and_says_what_is_wrong(server: Server, path: str):
    assert "This code is not valid" in page(server, path, 400)


def test_an_altered_item_says_so_at_first_glance_and_at_the_step(told: Server):
    with told.installation.sessions.begin() as session:
        reseal(session, 2, '"shipping"', '"receiving"')
    html = page(told, PATH)
    assert "Something does not match!" in html
    assert 'data-tone="bad"' in html
    assert html.count('data-step="3" data-outcome="failed"') == 1
    assert "(3) the shown properties lead to another commitment" in html


def test_a_recalled_item_says_so_on_top(told: Server):
    told.record(event("holding", 3, disposition="recalled"))
    html = page(told, PATH)
    assert html.index("This product has been recalled") < html.index("<h1>")
    assert "Complete and unaltered" in html


def test_with_the_node_down_stored_facts_are_shown_and_labelled_unchecked(told: Server):
    with serving(told.installation, rpc_url="http://127.0.0.1:9", node_seconds=0.5) as cut_off:
        html = page(cut_off, PATH)
        assert "Cannot be checked right now" in html
        assert "Shipped" in html
        assert "Complete and unaltered" not in html
        assert "data-bundle" not in html
        assert "can say neither" in page(cut_off, "/01/06901234567892/21/NEVER", 503)


def test_a_correction_is_shown_as_one(server: Server):
    wrong = event("receiving", 2, sensorElementList=[{"sensorReport": [{"type": "Temperature", "value": 38, "uom": "CEL"}]}])
    first = server.record(wrong)[0]
    right = event("receiving", 2, sensorElementList=[{"sensorReport": [{"type": "Temperature", "value": 3.8, "uom": "CEL"}]}])
    second = server.record(right)[0]
    declaration = {
        "declarationTime": "2026-09-03T08:00:00+08:00",
        "reason": "incorrect_data",
        "correctiveEventIDs": [second["eventID"]],
    }
    server.record(wrong | {"eventID": first["eventID"], "errorDeclaration": declaration})
    html = page(server, PATH)
    assert "<del>Received</del>" in html
    assert "Reason: the data were wrong" in html
    assert "See the correcting record" in html


def test_names_of_places_and_products_come_from_master_data(server: Server):
    named = [{"id": "cbvmda:name", "attribute": "灌装车间"}, {"id": "tl:nameEn", "attribute": "Filling hall"}]
    vocabulary = [
        {"type": "urn:epcglobal:epcis:vtype:BusinessLocation", "vocabularyElementList": [{"id": PLACE, "attributes": named}]},
        {
            "type": "urn:epcglobal:epcis:vtype:EPCClass",
            "vocabularyElementList": [
                {"id": "https://id.gs1.org/01/06901234567892", "attributes": [{"id": "cbvmda:descriptionShort", "attribute": "鲜牛奶"}]}
            ],
        },
    ]
    told = document(event("shipping", readPoint={"id": PLACE}), header={"epcisMasterData": {"vocabularyList": vocabulary}})
    told["@context"].append({"tl": "https://id.traceledger.org/terms/", "cbvmda": "urn:epcglobal:cbv:mda:"})
    answer = server.http.post("/capture", json=told, headers=server.as_writer())
    assert answer.status_code == 202, answer.text
    server.installation.work()
    html = page(server, PATH)
    assert "Filling hall" in html
    assert "<h1>鲜牛奶</h1>" in html
    assert "not proven by the chain" in html


def test_a_hostile_path_is_only_text(server: Server):
    html = page(server, "/find?code=" + quote("<script>alert(1)</script>"), 400)
    assert "<script>alert" not in html


def test_static_files_are_kept_for_ever_under_the_digest_of_their_content(server: Server):
    html = page(server, "/")
    address = html.split('rel="stylesheet" href="')[1].split('"')[0]
    answer: Any = server.http.get(address)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    assert server.http.get("/static/page.css").headers["cache-control"] == "no-cache"
    assert server.http.get("/").headers["cache-control"] == "no-store"


def test_the_interface_is_described_for_people(server: Server):
    html = page(server, "/docs")
    described = server.http.get("/openapi.json").json()["paths"]
    assert html.count('<section class="card"') == sum(len(methods) for methods in described.values())
    assert "application/problem+json" not in html
    assert page(server, "/nowhere", 404).count("There is no such page") >= 1
