"""GET /events and the top-level resources: what EPCIS 2.0 says an answer is, page by page, for whoever asks."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson
import pytest

from ledger_client.disclosure import Policy, Rule
from ledger_client.epcis.document import read
from ledger_client.epcis.judge import judge_all
from ledger_client.epcis.schema import document_problems
from records import audiences
from records.query import index
from tests.api.served import Server, event

CODE = "https://id.gs1.org/01/06901234567892/21/A1"
DOCK = {"readPoint": {"id": "urn:epc:id:sgln:6901234.00001.0"}}
ORDER = {"bizTransactionList": [{"type": "po", "bizTransaction": "https://acme.example/po/4711"}]}


def found(server: Server, path: str = "/events", headers: dict[str, str] | None = None, **asked: Any) -> list[dict[str, Any]]:
    answer = server.http.get(path, params=asked, headers=headers or server.as_writer())
    assert answer.status_code == 200, answer.text
    return answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]


def filled(server: Server) -> None:
    done = 1
    while done:
        with server.installation.sessions.begin() as session:
            done = index.step(session)


def test_the_answer_is_a_query_document_whose_events_are_what_was_captured(server: Server):
    sent = event(**DOCK, **{"@context": [*event()["@context"], {"ex": "https://ns.example.cn/"}], "ex:lot": "0012"})
    server.post(sent)
    answer = server.http.get("/events", params={"EQ_ex:lot": "0012"}, headers=server.as_writer())
    assert answer.headers["content-type"] == "application/json"
    assert (answer.headers["gs1-epcis-version"], answer.headers["gs1-cbv-version"]) == ("2.0.0", "2.0.0")
    assert (answer.headers["traceledger-withheld"], "link" in answer.headers) == ("0", False)
    document = read(answer.content)
    assert document_problems(document) == []
    (judged,) = judge_all(document)
    assert judged.problems == []
    got = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"][0]
    assert judged.event_id == got["eventID"]  # recomputed from what was answered
    assert got.items() >= {name: value for name, value in sent.items() if name != "@context"}.items()
    assert got["recordTime"].endswith("Z")


def test_prefixes_are_declared_by_a_header(server: Server):
    server.post(event(**{"@context": [*event()["@context"], {"ex": "https://ns.example.cn/"}], "ex:lot": "L"}))
    declared = server.as_writer() | {"GS1-Extensions": "mine=https://ns.example.cn/, other=https://other.example/"}
    assert len(found(server, headers=declared, **{"EQ_mine:lot": "L"})) == 1
    assert found(server, headers=declared, **{"EQ_other:lot": "L"}) == []
    wrong = server.http.get("/events", headers={"GS1-Extensions": "mine"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "GS1-Extensions")


@pytest.mark.parametrize("order", [{}, {"orderBy": "eventTime", "orderDirection": "ASC"}, {"orderBy": "ex:n", "orderDirection": "ASC"}])
def test_following_the_links_gives_each_event_once_while_others_are_captured(server: Server, order: dict[str, str]):
    context = [*event()["@context"], {"ex": "https://ns.example.cn/"}]
    for day in range(1, 8):
        server.post(event(day=day, **{"@context": context, "ex:n": day}))
    filled(server)
    seen, address, pages = [], f"/events?perPage=3&{'&'.join(f'{name}={value}' for name, value in order.items())}", 0
    while address:
        answer = server.http.get(address, headers=server.as_writer())
        seen += [one["ex:n"] for one in answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]]
        address = answer.headers["link"].partition("<")[2].partition(">")[0] if "link" in answer.headers else ""
        assert ("gs1-next-page-token-expires" in answer.headers) == bool(address)
        pages += 1
        server.post(event(day=20 + pages, **{"@context": context, "ex:n": 100 + pages}))
        if pages == 2:
            filled(server)
    assert [n for n in seen if n < 100] == list(range(1, 8))
    assert len(seen) == len(set(seen))


def test_a_token_is_good_for_its_own_query_only(server: Server):
    for day in (1, 2, 3):
        server.post(event(day=day))
    answer = server.http.get("/events", params={"perPage": 1, "EQ_bizStep": "receiving"})
    token = answer.headers["link"].partition("nextPageToken=")[2].partition(">")[0]
    assert len(found(server, perPage=2, EQ_bizStep="receiving", nextPageToken=token)) == 2
    for asked in ({"EQ_bizStep": "shipping", "nextPageToken": token}, {"nextPageToken": token[:-4] + "AAAA"}, {"nextPageToken": "ü"}):
        refused = server.http.get("/events", params=asked)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "nextPageToken")
    assert server.http.delete(f"/nextPageToken/{token}").status_code == 204
    assert server.http.delete("/nextPageToken/none").status_code == 400


@pytest.mark.parametrize(
    ("asked", "status", "field", "kind"),
    [
        ({"EQ_bizStepp": "shipping"}, 400, "EQ_bizStepp", "QueryParameterException"),
        ({"GE_eventTime": "yesterday"}, 400, "GE_eventTime", "QueryParameterException"),
        ({"MATCH_epc": "https://id.gs1.org/01/06901234567891/21/A1"}, 400, "MATCH_epc", "QueryParameterException"),
        ({"perPage": "0"}, 400, "perPage", "QueryParameterException"),
        ({"eventCountLimit": "1"}, 400, "eventCountLimit", "QueryParameterException"),
        ({"maxEventCount": "1"}, 413, "maxEventCount", "QueryTooLargeException"),
    ],
)
def test_what_is_wrong_with_a_query_is_a_problem_that_names_the_parameter(server: Server, asked, status, field, kind):
    server.post(event(day=1))
    server.post(event(day=2))
    answer = server.http.get("/events", params=asked)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    told = answer.json()
    assert (told["type"], told["errors"][0]["field"]) == (f"epcisException:{kind}", field)
    assert told["errors"][0]["fix"]


def test_nobody_finds_an_event_by_what_is_withheld_from_them(server: Server):
    server.post(event(**ORDER, **DOCK))
    filled(server)
    po, epc = {"EQ_bizTransaction_po": "https://acme.example/po/4711"}, {"MATCH_epc": CODE}
    partner, public = server.as_writer(), {"Accept": "application/json"}
    assert [len(found(server, headers=who, **epc)) for who in (partner, public)] == [1, 0]
    assert [found(server, headers=who, **po) for who in (partner, public)] == [[], []]
    shown = found(server, headers=public, EQ_bizStep="receiving", EQ_readPoint="https://id.gs1.org/414/6901234000016")
    assert "epcList" not in shown[0]
    installation = server.installation
    installation.mirror()
    with installation.sessions.begin() as session:
        audiences.change(session, 1, Policy((Rule("readPoint", "partners"),)), 0, "somebody", "docks are our own")
    assert found(server, headers=public, EQ_readPoint="https://id.gs1.org/414/6901234000016") == []
    assert server.http.get("/readPoints", headers=public).json()["member"] == []
    assert server.http.get("/readPoints", headers=partner).json()["member"] == ["https://id.gs1.org/414/6901234000016"]


def test_an_error_declaration_stands_beside_its_event(server: Server):
    first = server.post(event(eventID="https://maker.example/events/1")).json()["eventID"]
    declared = {"declarationTime": "2026-09-02T00:00:00Z", "reason": "incorrect_data", "correctiveEventIDs": ["https://maker.example/2"]}
    server.post(event(eventID=first, errorDeclaration=declared))
    assert ["errorDeclaration" in one for one in found(server, f"/events/{quote(first, safe='')}")] == [False, True]
    assert len(found(server, EXISTS_errorDeclaration="true", EQ_errorReason="incorrect_data")) == 1


def collection(server: Server, path: str, **asked: Any) -> list[str]:
    answer = server.http.get(path, params=asked, headers=server.as_writer())
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["type"] == "Collection"
    return told["member"]


def test_the_top_level_resources_list_what_events_hold(server: Server):
    lot = "https://id.gs1.org/01/06901234567892/10/L1"
    server.post(event("shipping", disposition="in_transit", bizLocation={"id": "https://acme.example/site"}, **DOCK))
    server.post(event("https://acme.example/steps/smoking", code="https://id.gs1.org/01/06901234567892/21/A2", day=2,
                      quantityList=[{"epcClass": lot, "quantity": 3}]))  # fmt: skip
    filled(server)
    assert collection(server, "/eventTypes") == [
        "ObjectEvent",
        "AggregationEvent",
        "TransactionEvent",
        "TransformationEvent",
        "AssociationEvent",
    ]
    assert collection(server, "/bizSteps") == ["shipping", "https://acme.example/steps/smoking"]
    assert collection(server, "/dispositions") == ["in_transit"]
    assert collection(server, "/readPoints") == ["https://id.gs1.org/414/6901234000016"]
    assert collection(server, "/bizLocations") == ["https://acme.example/site"]
    assert collection(server, "/epcs") == [CODE, CODE.replace("A1", "A2")]
    for path, value, other in (
        ("/eventTypes", "ObjectEvent", "https://acme.example/NoSuchEvent"),
        ("/bizSteps", "urn:epcglobal:cbv:bizstep:shipping", "packing"),
        ("/dispositions", "in_transit", "recalled"),
        ("/readPoints", "urn:epc:id:sgln:6901234.00001.0", "https://acme.example/nowhere"),
        ("/bizLocations", "https://acme.example/site", "https://acme.example/nowhere"),
        ("/epcs", "urn:epc:id:sgtin:6901234.056789.A1", CODE + "9"),
    ):
        assert collection(server, f"{path}/{quote(value, safe='')}") == ["events"]
        assert server.http.get(f"{path}/{quote(other, safe='')}", headers=server.as_writer()).status_code == 404
        assert len(found(server, f"{path}/{quote(value, safe='')}/events")) == (2 if path == "/eventTypes" else 1)
        assert found(server, f"{path}/{quote(value, safe='')}/events", EQ_action="DELETE") == []
    refused = server.http.get("/epcs", params={"EQ_action": "ADD"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "EQ_action")


def test_lists_of_values_are_paged(server: Server):
    for number in range(5):
        server.post(
            event(code=f"https://id.gs1.org/01/06901234567892/21/{number}", **{"readPoint": {"id": f"https://acme.example/{number}"}})
        )
    filled(server)
    for path in ("/epcs", "/readPoints"):
        seen, address = [], f"{path}?perPage=2"
        while address:
            answer = server.http.get(address, headers=server.as_writer())
            seen.append(answer.json()["member"])
            address = answer.headers["link"].partition("<")[2].partition(">")[0] if "link" in answer.headers else ""
        assert [len(page) for page in seen] == [2, 2, 1]
        assert len({value for page in seen for value in page}) == 5


def test_a_stored_event_has_an_address(server: Server):
    answer = server.post(event())
    assert found(server, answer.headers["location"])[0]["eventID"] == answer.json()["eventID"]
    assert orjson.loads(answer.content)["outcome"] == "stored"
