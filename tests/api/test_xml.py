"""XML over HTTP: captured like JSON of the same content, refused with the line and element."""

from __future__ import annotations

import pytest
from lxml import etree

from ledger_client.epcis.document import read
from tests.api.served import CONTEXT, Server, event
from tests.epcis.vectors import VECTORS

OWN = (VECTORS / "xml" / "own__all_fields.xml").read_bytes()
JSON = (VECTORS / "xml" / "own__all_fields.json").read_bytes()
SECOND = b"<certificationInfo>https://cert.example.cn/2</certificationInfo>"  # of which XML 2.0 holds one
EVENT = b"""<epcis:ObjectEvent xmlns:epcis="urn:epcglobal:epcis:xsd:2"><eventTime>2026-09-01T06:10:00+08:00</eventTime>
<eventTimeZoneOffset>+08:00</eventTimeZoneOffset><epcList><epc>urn:epc:id:sgtin:6901234.056789.1002</epc></epcList>
<action>OBSERVE</action></epcis:ObjectEvent>"""


def posted(server: Server, path: str, body: bytes, kind: str, **headers: str):
    return server.http.post(path, content=body, headers=server.as_writer() | {"Content-Type": kind} | headers)


@pytest.mark.parametrize("kind", ["application/xml", "text/xml; charset=utf-8"])
def test_a_document_in_xml_is_captured_and_the_same_in_json_is_a_duplicate(server: Server, kind: str):
    for body, media, outcome in ((OWN, kind, "stored"), (JSON, "application/json", "duplicate")):
        answer = posted(server, "/capture", body, media)
        assert answer.status_code == 202, answer.text
        server.installation.capture()
        assert server.http.get(answer.headers["Location"]).json()["counts"] == {outcome: 5}


def test_with_proceed_the_good_events_of_an_xml_document_are_kept_and_the_bad_one_is_named(server: Server):
    body = OWN.replace(b"<action>OBSERVE", b"<action>WATCH")
    answer = posted(server, "/capture", body, "application/xml", **{"GS1-Capture-Error-Behaviour": "proceed"})
    server.installation.capture()
    told = server.http.get(answer.headers["Location"]).json()
    assert told["counts"] == {"stored": 4, "invalid": 1}
    assert told["results"][2]["problem"]["path"] == "line 96: /EPCISDocument/EPCISBody/EventList/TransactionEvent[1]/action"


def test_one_event_in_xml_is_stored_and_known_again(server: Server):
    assert posted(server, "/events", EVENT, "application/xml").status_code == 201
    assert posted(server, "/events", EVENT, "text/xml").status_code == 200


def test_a_document_type_is_refused_with_the_fix(server: Server):
    for path in ("/capture", "/events"):
        answer = posted(server, path, b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "application/xml")
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
        assert answer.json()["errors"] == [
            {
                "field": "line 1",
                "problem": "has a document type (<!DOCTYPE …>), which may name files and entities",
                "fix": "leave it out; EPCIS needs none",
            }
        ]


def test_events_and_capture_jobs_are_given_in_xml_to_who_asks(server: Server):
    job = posted(server, "/capture", OWN.replace(SECOND, b""), "application/xml")
    server.installation.capture()
    mine = server.as_writer()
    server.http.post("/queries", json={"name": "all", "query": {}}, headers=mine)
    plain = server.http.get("/events", headers=mine)
    told = [one["eventID"] for one in plain.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]]
    for path in ("/events", "/queries/all/events", "/eventTypes/ObjectEvent/events", f"/events/{told[0].replace('?', '%3F')}"):
        asked = mine | {"Accept": "text/html, application/xml;q=0.9", "GS1-CBV-XML-Format": "Always_Web_URI"}
        answer = server.http.get(path, headers=asked)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml"), answer.text
        assert (answer.headers["GS1-CBV-XML-Format"], answer.headers["Vary"].split(",")[0]) == ("Always_Web_URI", "Accept")
        found = read(answer.content).events
        assert {one["eventID"] for one in found} <= set(told)
        assert found[0]["bizStep"] == "https://ref.gs1.org/cbv/BizStep-commissioning"
    assert server.http.get("/events", headers=mine | {"Accept": "text/xml"}).headers["content-type"].startswith("text/xml")
    assert server.http.get("/events", headers=mine | {"Accept": "*/*, application/xml;q=0.1"}).headers["content-type"] == "application/json"
    told_job = etree.fromstring(server.http.get(job.headers["Location"], headers={"Accept": "application/xml"}).content)
    assert (told_job.tag, told_job.get("success")) == ("{urn:epcglobal:epcis:xsd:2}EPCISCaptureJob", "true")


def test_what_xml_has_no_place_for_is_406_and_json_as_ever(server: Server):
    server.record(event("shipping", **{"@context": [CONTEXT, {"ex": "https://ex.example/"}], "ex:note": [["1"]]}))
    refused = server.http.get("/events", headers=server.as_writer() | {"Accept": "application/xml"})
    told = etree.fromstring(refused.content)
    assert (refused.status_code, refused.headers["content-type"]) == (406, "application/problem+xml")
    assert "ex:note is a list in a list" in told.findtext("detail")
    assert told.findtext("type") == "epcisException:NotAcceptableException"
    assert server.http.get("/events", headers=server.as_writer()).status_code == 200
    for path in ("/epcs", "/queries/none"):
        assert server.http.get(path, headers=server.as_writer() | {"Accept": "application/xml"}).status_code in (404, 406)
    assert server.http.get("/events", headers={"GS1-CBV-XML-Format": "Never"}).status_code == 406


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(VECTORS / "xsd" / "EPCglobal-epcis-2_0.xsd")))


def test_a_problem_is_told_in_xml_to_who_likes_it_better(server: Server, schema: etree.XMLSchema):
    asked = (
        ("GET", "/events?EQ_nonsense=1&x=%07", 400, "epcisException:QueryParameterException"),
        ("GET", "/events/ni:nothing", 404, "epcisException:NoSuchResourceException"),
        ("GET", "/epcs", 406, "epcisException:NotAcceptableException"),
        ("GET", "/queries/all/events", 401, "epcisException:SecurityException"),
        ("PUT", "/events", 405, "about:blank"),
    )
    for method, path, status, kind in asked:
        for accepted in ("application/xml", "application/problem+xml, application/json;q=0.5", "text/xml"):
            answer = server.http.request(method, path, headers={"Accept": accepted})
            if accepted.startswith("application/problem") and path == "/epcs":
                assert answer.status_code == 200  # JSON is liked less, and is what there is
                continue
            assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+xml"), (path, accepted)
            told = etree.fromstring(answer.content)
            schema.assertValid(told)
            json = server.http.request(method, path, headers={"Accept": "application/problem+json"} if status == 406 else {}).json()
            assert told.findtext("type") == kind
            assert told.findtext("status") == str(status)
            if status != 406:
                assert told.findtext("detail") == json["detail"].replace("\x07", "\ufffd")
                errors = told.findall("{https://id.traceledger.org/terms/}error")
                assert [one.findtext("{*}field") for one in errors] == [one["field"] for one in json["errors"]]
    for accepted in ("*/*", "application/json", "application/xml;q=0.5, application/json"):
        assert server.http.get("/events?EQ_nonsense=1", headers={"Accept": accepted}).headers["content-type"] == "application/problem+json"
    assert server.http.get("/records?limit=0", headers={"Accept": "application/xml"}).headers["content-type"] == "application/problem+json"


def test_a_query_that_is_too_long_for_an_address_is_414(server: Server):
    codes = "|".join(f"urn:epc:id:sgtin:6901234.056789.{number}" for number in range(1000))
    for path in ("/events", "/bizSteps/shipping/events"):
        answer = server.http.get(path, params={"MATCH_epc": codes})
        assert (answer.status_code, answer.json()["type"]) == (414, "epcisException:URITooLongException")
        assert "POST /queries" in answer.json()["errors"][0]["fix"]
    assert server.http.get("/events", params={"MATCH_epc": codes[:20_000].rpartition("|")[0]}).status_code == 200
