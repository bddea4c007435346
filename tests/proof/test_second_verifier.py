"""A second verifier, written from the guide alone, agrees with ours: on every vector, on a running server's bundles, on what is flipped."""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ledger_client.bundle import Bundle
from ledger_client.epcis.event_hash import prehash
from ledger_client.errors import InvalidBundle
from ledger_client.verify import verify as ours
from tests.second_verifier import canonical, event_id, identifiers, strict
from tests.second_verifier.strict import NotABundle
from tests.second_verifier.verifier import Verdict, verify

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "vectors"
BUNDLES = json.loads((VECTORS / "bundle.json").read_text())
BY_NAME = {one["name"]: one["bundle"] for one in BUNDLES["valid"]}
PUBLISHED = BUNDLES["deployment"]


def changed(vector: dict[str, Any]) -> str:
    """The bundle of a vector that is described as a change of a valid one."""
    bundle = copy.deepcopy(BY_NAME[vector["of"]])
    place = bundle
    for step in vector["path"][:-1]:
        place = place[step]
    if "value" in vector:
        place[vector["path"][-1]] = vector["value"]
    else:
        del place[vector["path"][-1]]
    return json.dumps(bundle, ensure_ascii=False)


def named(vectors: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(one, id=one["name"]) for one in vectors]


def failures(found: Verdict) -> set[str]:
    steps = [*found.steps.items(), *(step for _, steps in found.records.values() for step in steps.items())]
    return {part for part, outcome in steps if outcome == "failed"}


def test_it_imports_nothing_of_ours():
    files = sorted((ROOT / "tests" / "second_verifier").glob("*.py"))
    nodes = [node for path in files for node in ast.walk(ast.parse(path.read_text()))]
    names = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    names += [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    ours_too = {name for name in names if name.partition(".")[0] not in {"tests", "Crypto"} and (ROOT / name.partition(".")[0]).exists()}
    assert len(files) >= 6
    assert ours_too == set()
    assert {name for name in names if name.startswith("tests")} <= {"tests.second_verifier"} | {
        f"tests.second_verifier.{path.stem}" for path in files
    }


@pytest.mark.parametrize("vector", named(BUNDLES["valid"]))
def test_a_valid_bundle_has_the_documented_verdicts(vector: dict[str, Any]):
    found = verify(json.dumps(vector["bundle"]), PUBLISHED)
    assert (found.verdict, found.complete, failures(found)) == (vector["verdict"], vector["complete"], set())
    assert {"0x" + commitment.hex(): verdict for commitment, (verdict, _) in found.records.items()} == {
        one["commitment"]: one["verdict"] for one in vector["records"]
    }


@pytest.mark.parametrize("vector", named(BUNDLES["altered"]))
def test_an_altered_bundle_fails_in_the_documented_part(vector: dict[str, Any]):
    found = verify(changed(vector), PUBLISHED)
    assert found.verdict == vector["verdict"]
    assert vector["part"] in failures(found)


@pytest.mark.parametrize("vector", named(BUNDLES["malformed"]))
def test_a_malformed_file_is_no_bundle(vector: dict[str, Any]):
    with pytest.raises(NotABundle):
        verify(changed(vector), PUBLISHED)


def outcomes(text: str) -> tuple[Any, Any]:
    """What both say of a file: no bundle, or verdict, completeness and those of the records."""
    try:
        second = verify(text)
        theirs: Any = (second.verdict, second.complete, {commitment: verdict for commitment, (verdict, _) in second.records.items()})
    except NotABundle:
        theirs = "no bundle"
    try:
        first = ours(Bundle.of_bytes(text))
        mine: Any = (first.verdict, first.complete, {record.commitment: record.verdict for record in first.records})
    except InvalidBundle:
        mine = "no bundle"
    return mine, theirs


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every text and number in a file."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))
    else:
        yield path


def flipped(value: Any) -> list[Any]:
    """A few other values: one digit or letter changed, one more, one less, another kind."""
    if isinstance(value, int):
        return [value + 1, max(0, value - 1), -1, str(value), 2**53]
    last = value[-1:] or "x"
    return [value[:-1] + ("0" if last != "0" else "1"), value + "00", value[:-2], value.upper(), value + "\ud800", 7]


@pytest.mark.parametrize("name", BY_NAME)
def test_whatever_value_is_changed_both_say_the_same(name: str):
    seen = set()
    for path in leaves(BY_NAME[name]):
        shape = tuple("#" if isinstance(key, int) and key > 1 else key for key in path)
        if shape in seen:
            continue
        seen.add(shape)
        bundle = copy.deepcopy(BY_NAME[name])
        place = bundle
        for key in path[:-1]:
            place = place[key]
        for other in flipped(place[path[-1]]):
            place[path[-1]] = other
            mine, theirs = outcomes(json.dumps(bundle))
            assert mine == theirs, (path, other)
    assert len(seen) > 20


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"format":"traceledger/1"}', "[" * 5000, '{"a":1,"a":2}', '{"x":NaN}', "\ufeff{}"]
)
def test_what_is_no_bundle_is_none_for_both(text: str):
    assert outcomes(text) == ("no bundle", "no bundle")


def documents() -> list[Any]:
    vectors = json.loads((VECTORS / "event-hash.json").read_text())["vectors"]
    return [pytest.param(one, id=one["file"].rpartition("/")[2]) for one in vectors]


@pytest.mark.parametrize("vector", documents())
def test_event_ids_are_those_of_the_vectors(vector: dict[str, Any]):
    document = strict.parse((VECTORS / vector["file"]).read_bytes())
    body = document.get("epcisBody", {})
    events = body.get("eventList") or body.get("queryResults", {}).get("resultsBody", {}).get("eventList") or [document]
    shared = document.get("@context") if "epcisBody" in document else None
    for event, wanted in zip(events, vector["events"], strict=True):
        agreed = {dialect: wanted[dialect]["hash"] for dialect in event_id.DIALECTS if wanted[dialect]["hash"]}
        assert {dialect: event_id.event_id(event, shared, dialect) for dialect in agreed} == agreed, event_id.prehash(event, shared)


@pytest.mark.parametrize("dialect", event_id.DIALECTS)
def test_event_ids_of_what_no_vector_holds_are_the_same_too(dialect: str):
    report = {"type": "Temperature", "value": Decimal("3.10"), "uom": "CEL", "x:a": [1, [2, {"x:b": None}]], "component": "x"}
    sensors = [{"sensorMetadata": {"time": "2026-01-01T00:00:00Z", "x:m": True}, "sensorReport": [report, {"x:only": 1}], "x:e": 0}]
    event = {
        "@context": [{"x": "https://x.example/", "z": "https://ref.gs1.org/cbv/"}],
        "type": "ObjectEvent", "eventTime": "2026-02-28T23:59:59.9995+08:00", "eventTimeZoneOffset": "+08:00",
        "bizStep": "z:BizStep-shipping",
        "persistentDisposition": {"set": ["recalled", "damaged"], "unset": ["completeness_inferred"]},
        "readPoint": {"id": "urn:epc:id:sgln:6901234.00004.0", "x:dock": ["3", 1]}, "bizLocation": {"id": "urn:x:y", "x:empty": ""},
        "bizTransactionList": [{"bizTransaction": "urn:x:2", "type": "po"}, {"bizTransaction": "urn:x:1"}], "sensorElementList": sensors,
        "ilmd": {"cbvmda:lotNumber": "0012", "x:names": [{"@language": "zh", "@value": "奶"}, {"@language": "en", "@value": "milk"}]},
        "x:null": None, "x:list": [], "x:nested": [["b", "a"], []], "comment": "no",
        "x:deep": {"x:c": {"rdfs:comment": "no", "x:d": " 1E3 "}},
    }  # fmt: skip
    assert event_id.prehash(event, None, dialect) == prehash(event, None, dialect)


@pytest.mark.parametrize(
    "vector", json.loads((VECTORS / "identifier-normalisation.json").read_text())["vectors"], ids=lambda one: one["input"]
)
def test_identifiers_are_those_of_the_vectors(vector: dict[str, Any]):
    assert identifiers.normalise(vector["input"]) == vector["canonical"]


@pytest.mark.parametrize(
    ("text", "canonical_text"),
    [
        ("1e21", "1e+21"),
        ("100000000000000000000", "100000000000000000000"),
        ("1E-7", "1e-7"),
        ("0.000001", "0.000001"),
        ("-0", "0"),
        ("4.50", "4.5"),
    ],
)
def test_numbers_are_written_as_rfc_8785_does(text: str, canonical_text: str):
    assert canonical.text(strict.parse(text)) == canonical_text
