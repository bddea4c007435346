"""Events given in XML: valid by the official schema, and read back they are the same events."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from ledger_client.epcis.document import Document, read
from ledger_client.epcis.event_hash import event_id
from ledger_client.epcis.judge import judge_all
from ledger_client.epcis.query.document import About, Form, query_document
from ledger_client.epcis.xml import write
from ledger_client.epcis.xml.spelling import CBV_FORMATS, CbvFormat
from ledger_client.errors import NoXml
from tests.epcis.vectors import VECTORS

ABOUT = About(datetime(2026, 9, 1, tzinfo=UTC), "shipped", "32d2aec1-a6d2-46d9-900a-24124288cce1", "left-here")
FILES = sorted([*VECTORS.glob("documents/*.json"), *VECTORS.glob("xml/*.json"), *VECTORS.glob("xml/*.xml")])
CONTEXT = {"ex": "https://ns.example.cn/trace/", "xmlx": "https://ns.example.cn/x/", "void": ""}
EVENT: dict[str, Any] = {
    "@context": [CONTEXT],
    "type": "ObjectEvent",
    "eventID": "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8",
    "eventTime": "2026-09-01T06:10:00+08:00",
    "eventTimeZoneOffset": "+08:00",
    "epcList": ["urn:epc:id:sgtin:6901234.056789.1002"],
    "action": "OBSERVE",
    "bizStep": "shipping",
}


@cache
def official() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(VECTORS / "xsd" / "EPCglobal-epcis-query-2_0.xsd")))


def given(events: list[Any], cbv: CbvFormat = "No_Preference", prefixes: dict[str, str] | None = None) -> bytes:
    return write.query_document(events, ABOUT, cbv, prefixes)


def ids(document: Document) -> list[str]:
    return [event_id(event, document.prefixes) for event in document.events]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_vector_is_the_same_after_two_ways_there_and_back(path: Path):
    document = read(path.read_bytes())
    for one in document.events:  # XML holds one certificationInfo; it is no part of the event id
        if isinstance(one.get("certificationInfo"), list):
            one["certificationInfo"] = one["certificationInfo"][0]
    sound = all(not judged.problems for judged in judge_all(document))
    for cbv in CBV_FORMATS:
        once = given(document.events, cbv, document.prefixes)
        assert official().validate(etree.fromstring(once)) or not sound, official().error_log
        first = read(once)
        second = read(given(first.events, cbv, first.prefixes))
        assert ids(second) == ids(first) == ids(document)
        assert all(not judged.problems for judged in judge_all(first)) or not sound


def test_there_are_as_many_vectors_as_there_were():
    assert len(FILES) == 62


def test_what_is_said_about_the_events_is_read_back():
    document = read(given([EVENT]))
    assert document.envelope is not None
    results = document.envelope["epcisBody"]["queryResults"]
    assert (results["queryName"], results["subscriptionID"]) == ("shipped", ABOUT.subscription_id)
    assert etree.fromstring(given([EVENT])).get("{https://id.traceledger.org/terms/}next") == "left-here"


@pytest.mark.parametrize(
    ("written", "wanted", "told"),
    [
        ("shipping", "No_Preference", "urn:epcglobal:cbv:bizstep:shipping"),
        ("shipping", "Never_Translates", "urn:epcglobal:cbv:bizstep:shipping"),
        ("https://ref.gs1.org/cbv/BizStep-shipping", "Never_Translates", "https://ref.gs1.org/cbv/BizStep-shipping"),
        ("https://ref.gs1.org/cbv/BizStep-shipping", "Always_URN", "urn:epcglobal:cbv:bizstep:shipping"),
        ("cbv:BizStep-shipping", "Always_URN", "urn:epcglobal:cbv:bizstep:shipping"),
        ("urn:epcglobal:cbv:bizstep:shipping", "Always_Web_URI", "https://ref.gs1.org/cbv/BizStep-shipping"),
        ("https://ns.example.cn/steps/curing", "Always_URN", "https://ns.example.cn/steps/curing"),
    ],
)
def test_words_of_the_cbv_are_spelled_as_wanted(written: str, wanted: CbvFormat, told: str):
    assert etree.fromstring(given([EVENT | {"bizStep": written}], wanted)).findtext(".//bizStep") == told


def test_types_languages_lists_and_nested_objects_of_extensions_come_back_as_they_were():
    more = {
        "ex:count": 3,
        "ex:ratio": 0.125,
        "ex:whole": True,
        "ex:code": "0012",
        "ex:parts": [{"ex:name": "a<b&c"}, {"ex:name": "牛", "ex:of": {"ex:x": ["1", "2"]}}],
        "ex:said": {"@value": "早", "@language": "zh"},
    }
    [back] = read(given([EVENT | more])).events
    assert {name: back[name] for name in more} == more


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"ex:none": None}, "ex:none is null"),
        ({"ex:a": [["1"]]}, "ex:a is a list in a list"),
        ({"ex:a": {"@type": "x"}}, "@type is a word of JSON-LD"),
        ({"ex:a": {}}, "ex:a is an empty object"),
        ({"other:a": "1"}, "other:a has a prefix that is not declared"),
        ({"xmlx:a": "1"}, "XML keeps for itself"),
        ({"void:a": "1"}, "void:a has a prefix that is not declared"),
        ({"ex:1st": "1"}, "Invalid tag name"),
        ({"ex:a": "\x01"}, "XML compatible"),
        ({"certificationInfo": ["https://a.example", "https://b.example"]}, "certificationInfo is a list"),
        ({"type": "ex:Event"}, "ex:Event is an event type of an extension"),
        ({"quantityList": [{"epcClass": "urn:x:y", "grade": "A"}]}, "grade has no place in a quantityElement"),
    ],
)
def test_what_xml_has_no_place_for_is_named_with_its_event(more: dict[str, Any], told: str):
    with pytest.raises(NoXml) as refused:
        query_document([EVENT | more], ABOUT, Form("application/xml"))
    assert EVENT["eventID"] in str(refused.value)
    assert told in str(refused.value)
