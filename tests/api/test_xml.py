"""XML over HTTP: captured like JSON of the same content, refused with the line and element."""

from __future__ import annotations

import pytest

from tests.api.served import Server
from tests.epcis.vectors import VECTORS

OWN = (VECTORS / "xml" / "own__all_fields.xml").read_bytes()
JSON = (VECTORS / "xml" / "own__all_fields.json").read_bytes()
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
