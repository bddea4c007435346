"""The form in which events are stored (spec 3.3) and the items they speak of (spec 3.5)."""

from __future__ import annotations

import json

import pytest

from ledger_client.epcis.document import Document, read
from ledger_client.epcis.event_hash import event_id
from ledger_client.epcis.items import items
from ledger_client.epcis.judge import judge
from ledger_client.epcis.normalise import normalise, payload
from ledger_client.epcis.prefixes import EPCIS_CONTEXT
from ledger_client.errors import InvalidEvent, InvalidInput
from tests.epcis.vectors import VECTORS, load

EVENT = {
    "type": "ObjectEvent",
    "eventTime": "2026-09-01T06:10:00+08:00",
    "eventTimeZoneOffset": "+08:00",
    "action": "OBSERVE",
    "epcList": ["urn:epc:id:sgtin:6901234.056789.1001"],
    "recordTime": "2026-09-01T07:00:00Z",
}
DOCUMENT = Document(
    [],
    prefixes={"ex": "https://ns.example.cn/", "unused": "https://u.example/", "late": "https://document.example/"},
    context=[
        "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
        "https://a.example/extra.jsonld",
        {"ex": "https://ns.example.cn/"},
    ],
)
DOCUMENTS = load("event-hash.json")


def test_the_example_of_the_specification():
    event = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        **{"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "receiving"},
        **{"eventTime": "2026-09-01T06:10:00+08:00", "eventTimeZoneOffset": "+08:00"},
        "quantityList": [{"epcClass": "urn:epc:class:lgtin:6901234.056780.RAW01", "quantity": 1200, "uom": "KGM"}],
        "readPoint": {"id": "urn:epc:id:sgln:6901234.00004.0"},
    }
    judged = judge(event, read(json.dumps(event).encode()))
    assert judged.problems == []
    assert judged.items == ["https://id.gs1.org/01/06901234567809/10/RAW01"]
    assert judged.event == {**event, "eventID": event_id(event)}


def test_the_record_time_goes_and_the_event_id_comes():
    normal = normalise(EVENT, DOCUMENT)
    assert "recordTime" not in normal
    assert normal["eventID"] == event_id(EVENT)
    assert "eventID" not in EVENT, "the given event is left as it is"


def test_the_context_holds_the_epcis_context_other_documents_and_the_prefixes_in_use():
    event = {**EVENT, "@context": ["https://b.example/own.jsonld", {"late": "https://event.example/"}], "ex:a": {"plain": ["late:word"]}}
    assert normalise(event, DOCUMENT)["@context"] == [
        EPCIS_CONTEXT,
        "https://a.example/extra.jsonld",
        "https://b.example/own.jsonld",
        {"ex": "https://ns.example.cn/", "late": "https://event.example/"},
    ]


def test_a_context_without_prefixes_in_use_has_no_object():
    event = {**EVENT, "disposition": "ex"}
    assert normalise(event, DOCUMENT)["@context"] == [EPCIS_CONTEXT, "https://a.example/extra.jsonld"]
    assert normalise(EVENT)["@context"] == [EPCIS_CONTEXT]


@pytest.mark.parametrize("prefix", ["ex", "备注", 'a"b', "a\\b", ""])
@pytest.mark.parametrize("spelling", ["{}:word", "\t{} :word", "\u3000{}:a:b"])
def test_a_prefix_is_found_in_whatever_spelling_it_stands(prefix, spelling):
    document = Document([], prefixes={prefix: "https://ns.example.cn/", "unused": "https://u.example/"})
    event = {**EVENT, "ex2:a": [{"plain": spelling.format(prefix)}]}
    assert normalise(event, document)["@context"] == [EPCIS_CONTEXT, {prefix: "https://ns.example.cn/"}]


def test_a_prefix_that_only_occurs_inside_a_word_is_not_in_use():
    event = {**EVENT, "note:a": "ex", "note:b": "next:word"}
    assert normalise(event, DOCUMENT)["@context"] == [EPCIS_CONTEXT, "https://a.example/extra.jsonld"]


def test_an_event_id_of_its_own_is_kept():
    own = {**EVENT, "eventID": "urn:uuid:5d3c82cc-3fb2-4b70-af4a-914f1f839c5b"}
    assert normalise(own)["eventID"] == "urn:uuid:5d3c82cc-3fb2-4b70-af4a-914f1f839c5b"


@pytest.mark.parametrize("dialect", ["CBV2.0", "CBV2.1"])
def test_a_hash_id_has_to_be_the_right_one_in_its_dialect(dialect):
    right = event_id(EVENT, dialect=dialect)
    assert normalise({**EVENT, "eventID": right})["eventID"] == right
    with pytest.raises(InvalidEvent, match="is not the hash ID of this event") as refused:
        normalise({**EVENT, "action": "DELETE", "eventID": right})
    assert refused.value.field == "$.eventID"


@pytest.mark.parametrize("file", [vector["file"] for vector in DOCUMENTS])
def test_the_normalised_event_has_the_hash_of_the_original_without_its_document(file):
    document = read((VECTORS / file).read_bytes())
    for event in document.events:
        original = {name: value for name, value in event.items() if name != "eventID"}
        normal = normalise(original, document)
        for dialect in ("CBV2.0", "CBV2.1"):
            assert event_id(normal, dialect=dialect) == event_id(event, document.prefixes, dialect)


@pytest.mark.parametrize("vector", DOCUMENTS, ids=lambda vector: vector["file"])
def test_normalising_twice_changes_nothing_and_neither_does_storing(vector):
    document = read((VECTORS / vector["file"]).read_bytes())
    for event in document.events:
        normal = normalise({name: value for name, value in event.items() if name != "eventID"}, document)
        assert normalise(normal) == normal
        stored = read(payload(normal))
        assert payload(stored.events[0]) == payload(normal)
        assert normalise(stored.events[0], stored) == normal


def test_a_payload_that_jcs_cannot_write_is_refused():
    with pytest.raises(InvalidInput):
        payload({**EVENT, "ex:a": 2**60})


def test_items_are_all_codes_once_in_the_order_of_the_rule():
    def serial(number: int) -> str:
        return f"urn:epc:id:sgtin:6901234.056789.{number}"

    event = {
        "eventID": "urn:uuid:1",
        "outputQuantityList": [{"epcClass": "urn:epc:class:lgtin:6901234.056780.L9"}],
        "quantityList": [{"epcClass": "urn:epc:class:lgtin:6901234.056780.L8"}],
        "outputEPCList": [serial(6)],
        "inputEPCList": [serial(5), serial(1)],
        "childEPCs": [serial(4), "https://a.example/01/6901234567892/21/1"],
        "parentID": serial(3),
        "epcList": [serial(1), serial(2), serial(1)],
    }
    ends = [code.removeprefix("https://id.gs1.org/01/") for code in items(event)]
    assert ends == [f"06901234567892/21/{number}" for number in (1, 2, 3, 4, 5, 6)] + ["06901234567809/10/L8", "06901234567809/10/L9"]


def test_an_event_without_items_is_its_own_item():
    assert items({"eventID": "ni:///sha-256;00ff?ver=CBV2.0", "epcList": []}) == ["ni:///sha-256;00ff?ver=CBV2.0"]


@pytest.mark.parametrize(
    ("event", "path", "says"),
    [
        ({"epcList": ["urn:epc:id:sgtin:6901234.056789.1", "6901234567893"]}, "$.epcList[1]", "the right one is 2"),
        ({"parentID": "069012340000000178"}, "$.parentID", "the right one is 7"),
        ({"quantityList": [{"epcClass": "x"}]}, "$.quantityList[0].epcClass", "no known form"),
        ({"epcList": [{"id": "x"}]}, "$.epcList[0]", "is not a text"),
        ({"quantityList": ["x"]}, "$.quantityList[0].epcClass", "no known form"),
        ({"quantityList": [{"quantity": 1}]}, "$.quantityList[0].epcClass", "is not a text"),
        ({"quantityList": 7}, "$.quantityList.epcClass", "is not a text"),
        ({"@context": [{"ex": "https://ns.example.cn/"}], "epcList": ["ex:7"]}, "$.epcList[0]", "write the whole URI"),
        (
            {"@context": [{"urn": "https://ns.example.cn/"}], "parentID": "urn:epc:id:sscc:6901234.0000000017"},
            "$.parentID",
            "is a prefix here",
        ),
        ({"epcList": ["gs1:7"]}, "$.epcList[0]", "is a prefix here"),
    ],
)
def test_a_wrong_code_is_refused_with_its_path(event, path, says):
    with pytest.raises(InvalidEvent, match=says) as refused:
        items({"eventID": "urn:uuid:1", **event})
    assert refused.value.field == path
