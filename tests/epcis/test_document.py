"""Reading documents: what is kept, and what is refused as a whole."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from ledger_client.epcis.document import read
from ledger_client.errors import InvalidEvent
from tests.epcis.vectors import VECTORS

EVENT = {"type": "ObjectEvent", "action": "OBSERVE"}


def _document(**more) -> bytes:
    content = {"@context": [{"ex": "https://ns.example.cn/"}], "type": "EPCISDocument", "epcisBody": {"eventList": [EVENT]}, **more}
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        (_document(), ["$.epcisBody.eventList[0]"]),
        (
            json.dumps({"type": "EPCISQueryDocument", "epcisBody": {"queryResults": {"resultsBody": {"eventList": [EVENT]}}}}).encode(),
            ["$.epcisBody.queryResults.resultsBody.eventList[0]"],
        ),
        (json.dumps(EVENT).encode(), ["$"]),
        (json.dumps([EVENT, EVENT]).encode(), ["$[0]", "$[1]"]),
        (b"\xef\xbb\xbf" + _document(), ["$.epcisBody.eventList[0]"]),
        (b"[]", []),
    ],
    ids=["document", "query document", "event", "list", "with a byte order mark", "empty list"],
)
def test_events_are_found_in_every_kind_of_document(data, paths):
    document = read(data)
    assert document.events == [EVENT] * len(paths)
    assert document.paths == paths


def test_numbers_are_exact():
    document = read(b'[{"a": 0.10000000000000000001, "b": 12345678901234567890, "c": 1e2, "d": -0.0}]')
    assert document.events == [{"a": Decimal("0.10000000000000000001"), "b": 12345678901234567890, "c": Decimal(100), "d": Decimal(0)}]
    assert all(type(number) in (int, Decimal) for number in document.events[0].values())


def test_prefixes_are_collected_from_every_context_object():
    context = [
        "https://a.example/c.jsonld",
        {"a": "https://a/"},
        {"b": "https://b/", "a": "https://late/"},
        {"c": {"@id": "https://c/"}},
        {"@version": "1.1"},
    ]
    assert read(_document(**{"@context": context})).prefixes == {"a": "https://late/", "b": "https://b/", "c": "https://c/"}
    assert read(_document(**{"@context": {"a": "https://a/"}})).prefixes == {"a": "https://a/"}
    assert read(_document(**{"@context": "https://a.example/c.jsonld"})).prefixes == {}


@pytest.mark.parametrize("prefix", ["gs1", "cbv", "cbvmda", "epcis"])
def test_a_document_cannot_redefine_a_standard_prefix(prefix):
    with pytest.raises(InvalidEvent, match=f"redefines the standard prefix {prefix}"):
        read(_document(**{"@context": [{prefix: "https://evil.example/"}]}))


def test_a_standard_prefix_may_be_repeated():
    context = [
        {
            "gs1": "https://gs1.org/voc/",
            "cbv": "https://ref.gs1.org/cbv/",
            "cbvmda": "urn:epcglobal:cbv:mda:",
            "epcis": "https://ref.gs1.org/epcis/",
        }
    ]
    assert len(read(_document(**{"@context": context})).prefixes) == 4


def test_master_data_of_the_header_is_kept():
    vocabulary = [{"type": "urn:epcglobal:epcis:vtype:Location", "vocabularyElementList": [{"id": "urn:epc:id:sgln:6901234.00001.0"}]}]
    document = read(_document(epcisHeader={"epcisMasterData": {"vocabularyList": vocabulary}}))
    assert document.vocabulary == vocabulary
    assert read(_document()).vocabulary == []


def test_the_envelope_is_the_document_without_its_events():
    document = read(_document(schemaVersion="2.0"))
    assert document.envelope == {**json.loads(_document(schemaVersion="2.0")), "epcisBody": {"eventList": []}}
    assert document.events == [EVENT], "and the events are still there"
    assert read(json.dumps(EVENT).encode()).envelope is None


def test_nesting_is_counted_and_brackets_in_texts_are_not():
    assert read(b'[{"a": "' + b"[{" * 500 + b'"}]').events
    deepest = b'{"a": ' * 64 + b"1" + b"}" * 64
    assert read(deepest).events
    with pytest.raises(InvalidEvent, match="nests deeper than 64 levels"):
        read(b'{"a": ' + deepest + b"}")


def test_every_document_of_the_vectors_is_read():
    counts = [len(read(path.read_bytes()).events) for path in (VECTORS / "documents").iterdir()]
    assert (len(counts), sum(counts)) == (34, 61)
