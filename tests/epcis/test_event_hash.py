"""The CBV event hash: published vectors, pairs that must agree or differ, and the traps that other programs fell into."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger_client.epcis.document import read
from ledger_client.epcis.event_hash import event_id, prehash
from ledger_client.epcis.hash_values import plain_number, time_value
from ledger_client.errors import InvalidEvent, InvalidInput
from tests.epcis.vectors import VECTORS, load

DOCUMENTS = load("event-hash.json")
EXPECTED = [
    (document["file"], event["index"], dialect, event[dialect])
    for document in DOCUMENTS
    for event in document["events"]
    for dialect in ("CBV2.0", "CBV2.1")
    if event.get(dialect) and event[dialect]["hash"]
]
PAIRS = load("hash-relations.json")
OBJECT = {
    "type": "ObjectEvent",
    "eventTime": "2026-09-01T06:10:00+08:00",
    "eventTimeZoneOffset": "+08:00",
    "action": "OBSERVE",
    "epcList": ["urn:epc:id:sgtin:6901234.056789.1001"],
}
HEAD = (
    "eventType=ObjectEventeventTime=2026-08-31T22:10:00.000ZeventTimeZoneOffset=+08:00"
    "epcListepc=https://id.gs1.org/01/06901234567892/21/1001action=OBSERVE"
)
EX = {"ex": "https://ns.example.cn/"}


def test_no_vector_is_left_out():
    assert len(DOCUMENTS) == len(list((VECTORS / "documents").iterdir())) == 34
    assert sum(len(document["events"]) for document in DOCUMENTS) == 61
    assert [sum(dialect == one for _, _, one, _ in EXPECTED) for dialect in ("CBV2.0", "CBV2.1")] == [58, 57]
    assert len(PAIRS) == 74


@pytest.mark.parametrize(
    ("file", "index", "dialect", "expected"), EXPECTED, ids=lambda value: str(value)[:60] if not isinstance(value, dict) else ""
)
def test_published_hashes_come_out(file, index, dialect, expected):
    document = read((VECTORS / file).read_bytes())
    event = document.events[index]
    assert prehash(event, document.prefixes, dialect) == expected["prehash"]
    assert event_id(event, document.prefixes, dialect) == expected["hash"]


def _ids(document: dict) -> list[str]:
    content = read(json.dumps(document).encode())
    return [event_id(event, content.prefixes) for event in content.events]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["name"])
def test_equal_events_hash_alike_and_different_ones_do_not(pair):
    a, b = _ids(pair["a"]), _ids(pair["b"])
    assert (a == b) == pair["same"]
    for side, ids in (("a", a), ("b", b)):
        if pair.get("CBV2.0", {}).get(side):
            assert ids == [pair["CBV2.0"][side]]


def hashed(dialect: str = "CBV2.0", prefixes: dict[str, str] | None = None, **more: object) -> str:
    """What the object event writes behind its head."""
    text = prehash({**OBJECT, **more}, prefixes or EX, dialect)
    assert text.startswith(HEAD)
    return text.removeprefix(HEAD)


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("2026-09-01T06:10:00+08:00", "2026-08-31T22:10:00.000Z"),
        ("2026-09-01T06:10:00.1Z", "2026-09-01T06:10:00.100Z"),
        ("2026-09-01T06:10:30.1425Z", "2026-09-01T06:10:30.143Z"),
        ("2026-09-01T06:10:30.14249999999Z", "2026-09-01T06:10:30.142Z"),
        ("2026-09-01T06:10:30.9996Z", "2026-09-01T06:10:31.000Z"),
        ("2026-12-31T23:59:59.9995Z", "2027-01-01T00:00:00.000Z"),
        ("2026-03-01T00:30:00.000+05:45", "2026-02-28T18:45:00.000Z"),
        ("2026-09-01T06:10:00-00:00", "2026-09-01T06:10:00.000Z"),
        ("2026-06-30T23:59:60Z", "2026-07-01T00:00:00.000Z"),
        ("2026-09-01t06:10:00z", "2026-09-01T06:10:00.000Z"),
        (" 2026-09-01T06:10:00Z ", "2026-09-01T06:10:00.000Z"),
        ("0999-09-01T06:10:00Z", "0999-09-01T06:10:00.000Z"),
        ("9999-12-31T23:59:59.9999Z", "9999-12-31T23:59:59.9999Z"),
        ("2026-02-30T00:00:00Z", "2026-02-30T00:00:00Z"),
        ("yesterday", "yesterday"),
    ],
)
def test_times_are_written_in_utc_with_milliseconds_half_up(given, written):
    assert time_value(given) == written


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("81234567890123456789", "81234567890123456789"),
        ("0012", "12"),
        ("+12", "12"),
        ("-0.50", "-0.5"),
        ("-0", "0"),
        ("000", "0"),
        ("1E5", "100000"),
        ("1.25e-3", "0.00125"),
        ("0.10000000000000000000000000000000000001", "0.10000000000000000000000000000000000001"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1E999999999", "1E999999999"),
        ("1_000", "1_000"),
        ("１２", "１２"),
        ("Infinity", "Infinity"),
        ("NaN", "NaN"),
        ("12 kg", "12 kg"),
        ("0x10", "0x10"),
        ("", ""),
    ],
)
def test_numbers_are_exact_decimals_without_exponent(given, written):
    assert plain_number(given) == written


def test_a_time_in_an_extension_is_left_alone():
    assert hashed(**{"ex:madeAt": "2026-09-01T06:10:00+08:00"}) == "{https://ns.example.cn/}madeAt=2026-09-01T06:10:00+08:00"


def test_json_numbers_and_their_texts_write_the_same():
    numbers = hashed(**{"ex:a": Decimal("200.50"), "ex:b": 7, "ex:c": True, "ex:d": False})
    assert numbers == hashed(**{"ex:a": "200.5", "ex:b": "07", "ex:c": "true", "ex:d": "false"})


def test_arrays_repeat_their_name_and_children_are_sorted_at_every_level():
    nested = {"ex:z": ["b", "a", {"ex:q": ["2", "1"], "ex:p": "x"}], "ex:y": {"plain": "v", "ex:o": {}}}
    n = "{https://ns.example.cn/}"
    assert hashed(**nested) == f"{n}yplain=v{n}o{n}z=a{n}z=b{n}z{n}p=x{n}q=1{n}q=2"


def test_sorting_is_by_code_point_and_not_by_utf_16():
    assert hashed(**{"ex:a": ["\U0001f600", "\uffee"]}) == "{https://ns.example.cn/}a=\uffee{https://ns.example.cn/}a=\U0001f600"


def test_a_language_tagged_value_is_written_with_its_tag():
    n = "{https://ns.example.cn/}"
    assert hashed(**{"ex:name": [{"@value": "鲜奶", "@language": "zh"}]}) == f"{n}name@language=zh@value=鲜奶"


def test_identifiers_and_standard_words_are_recognised_inside_extensions_but_bare_words_are_not():
    text = hashed(bizStep="receiving", **{"ex:a": "urn:epc:id:sgln:6901234.00001.0", "ex:b": "cbv:BizStep-packing", "ex:c": "receiving"})
    n = "{https://ns.example.cn/}"
    assert text == (
        "bizStep=https://ref.gs1.org/cbv/BizStep-receiving"
        f"{n}a=https://id.gs1.org/414/6901234000016{n}b=https://ref.gs1.org/cbv/BizStep-packing{n}c=receiving"
    )


def test_a_prefix_of_another_namespace_stays_in_values():
    assert hashed(bizStep="ex:milking") == "bizStep=ex:milking"


def test_an_unknown_prefix_and_a_full_uri_stay_in_names():
    assert hashed(**{"zz:a": "1", "https://ns.example.cn/b": "2"}) == "https://ns.example.cn/b=2zz:a=1"


def test_the_key_order_inside_a_pair_does_not_matter():
    pairs = [{"type": "po", "bizTransaction": "urn:x:1"}, {"bizTransaction": "urn:x:0", "type": "po"}]
    written = "bizTransactionList" + "".join(f"type=https://ref.gs1.org/cbv/BTT-pobizTransaction=urn:x:{number}" for number in (0, 1))
    assert hashed(bizTransactionList=pairs) == written
    assert hashed(bizTransactionList=[{"bizTransaction": "urn:x:9"}]) == "bizTransactionListbizTransaction=urn:x:9"


def test_old_urns_of_standard_words_become_web_uris():
    assert hashed(bizStep="urn:epcglobal:cbv:bizstep:shipping") == hashed(bizStep="shipping")
    assert hashed(sourceList=[{"type": "urn:epcglobal:cbv:sdt:location", "source": "urn:x:1"}]) == (
        "sourceListtype=https://ref.gs1.org/cbv/SDT-locationsource=urn:x:1"
    )


def test_extensions_inside_standard_fields_stay_there_or_move_by_dialect():
    fields = {
        "readPoint": {"id": "urn:epc:id:sgln:6901234.00001.0", "ex:dock": "3"},
        "sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": Decimal("4.5"), "ex:probe": "a"}], "ex:line": "7"}],
        "ilmd": {"ex:lot": "L1"},
        "ex:note": "x",
    }
    n, place = "{https://ns.example.cn/}", "readPointid=https://id.gs1.org/414/6901234000016"
    report = "sensorReporttype=https://ref.gs1.org/voc/Temperaturevalue=4.5"
    assert hashed("CBV2.0", **fields) == (
        f"{place}sensorElement{report}ilmd{n}lot=L1readPoint{n}dock=3sensorElementsensorReport{n}probe=a{n}line=7{n}note=x"
    )
    assert hashed("CBV2.1", **fields) == f"{place}{n}dock=3sensorElementListsensorElement{report}{n}probe=a{n}line=7ilmd{n}lot=L1{n}note=x"


def test_several_sensor_elements_in_any_order_hash_alike():
    elements = [{"sensorReport": [{"type": "Temperature", "value": value, "ex:probe": str(value)}]} for value in (1, 2, 3)]
    for dialect in ("CBV2.0", "CBV2.1"):
        assert hashed(dialect, sensorElementList=elements) == hashed(dialect, sensorElementList=elements[::-1])


def test_what_is_never_hashed():
    ignored = {"recordTime": "2026-09-01T07:00:00Z", "eventID": "urn:uuid:1", "certificationInfo": ["https://a.example/1"]}
    ignored |= {"errorDeclaration": {"declarationTime": "2026-09-01T07:00:00Z"}, "@context": [EX], "rdfs:comment": "x", "comment": "y"}
    assert hashed(**ignored) == ""


def test_empty_lists_and_nothing_write_nothing():
    empty = {"quantityList": [], "sensorElementList": [], "ilmd": {}, "bizStep": None, "ex:a": [], "ex:b": None, "disposition": ""}
    assert hashed(**empty) == ""


def test_a_zero_and_a_false_are_not_nothing():
    report = {"type": "Temperature", "value": 0, "booleanValue": False}
    assert "value=0booleanValue=false" in hashed(sensorElementList=[{"sensorReport": [report]}])


def test_a_prefix_of_one_event_does_not_leak_into_the_next():
    events = [{**OBJECT, "@context": [{"ex": "https://one.example/"}], "ex:a": "1"}, {**OBJECT, "ex:a": "1"}]
    assert [prehash(event).removeprefix(HEAD) for event in events] == ["{https://one.example/}a=1", "ex:a=1"]


def test_the_prefixes_of_an_event_lie_over_those_of_the_document():
    assert prehash({**OBJECT, "@context": {"ex": "https://own.example/"}, "ex:a": "1"}, EX).endswith("{https://own.example/}a=1")
    assert prehash({**OBJECT, "@context": "https://a.example/c.jsonld", "ex:a": "1"}, EX).endswith("{https://ns.example.cn/}a=1")


def test_an_event_cannot_redefine_a_standard_prefix():
    with pytest.raises(InvalidEvent, match="redefines the standard prefix gs1"):
        event_id({**OBJECT, "@context": [{"gs1": "https://evil.example/"}]})


def test_the_uris_under_which_gs1_published_its_vocabulary_mean_the_same():
    report = [{"sensorReport": [{"type": "gs1:Temperature", "value": 1}]}]
    texts = {
        prehash({**OBJECT, "@context": [{"gs1": uri}], "sensorElementList": report})
        for uri in ("https://gs1.org/voc/", "https://ref.gs1.org/voc/")
    }
    assert texts == {prehash({**OBJECT, "sensorElementList": report})}


def test_an_unknown_dialect_is_refused():
    with pytest.raises(InvalidInput, match=r"choose CBV2\.0 or CBV2\.1"):
        event_id(OBJECT, dialect="CBV3")


def _shuffled(content, random):
    if isinstance(content, dict):
        names = list(content)
        random.shuffle(names)
        return {name: _shuffled(content[name], random) for name in names}
    return [_shuffled(entry, random) for entry in content] if isinstance(content, list) else content


@settings(deadline=None, max_examples=60)
@given(st.sampled_from([vector["file"] for vector in DOCUMENTS]), st.randoms())
def test_the_order_of_json_keys_never_changes_the_hash(file, random):
    document = read((VECTORS / file).read_bytes())
    for event in document.events:
        for dialect in ("CBV2.0", "CBV2.1"):
            assert prehash(_shuffled(event, random), document.prefixes, dialect) == prehash(event, document.prefixes, dialect)


_JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.sampled_from(["ex:a", "id", "type"]), inner, max_size=3)
    ),
    max_leaves=8,
)
_FIELDS = [
    "epcList",
    "quantityList",
    "readPoint",
    "sensorElementList",
    "bizTransactionList",
    "ilmd",
    "eventTime",
    "persistentDisposition",
    "ex:a",
]


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(_FIELDS) | st.text(max_size=5), _JSON, max_size=4), st.sampled_from(["CBV2.0", "CBV2.1"]))
def test_any_json_object_has_a_hash(event, dialect):
    assert event_id(event, EX, dialect).startswith("ni:///sha-256;")


def test_the_example_of_the_documentation_is_right():
    text = (VECTORS.parents[1] / "docs" / "event-hash.md").read_text(encoding="utf-8")
    document = read(text.split("```json\n")[1].split("```")[0].encode())
    lines = text.split("(the moved line is rule 9):\n```\n")[1].split("```")[0]
    assert prehash(document.events[0], document.prefixes) == lines.replace("\n", "")
    assert f"`{event_id(document.events[0], document.prefixes)}`" in text
