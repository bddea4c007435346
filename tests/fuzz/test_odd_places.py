"""An event, a document and a bundle with anything in any place: stored, judged or refused, and never a 500."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
from hypothesis import given
from hypothesis import strategies as st

from tests.api.served import document, event
from tests.fuzz.fuzzed import CODE, Fuzzed, drawn

ODD = [
    None, True, False, 0, -1, 0.5, 2**63, 10**400, "", " ", "\0", "\ud800", "\u202e\u200b\ufeff", "a\nb", "<script>alert(1)</script>",
    "x" * 70_000, "%00", "../..", "urn:", "urn:epc:id:sgtin:", "https://", "https://id.gs1.org/01/", "０６９０１２３４５６７８９２", "0x",
    "0x" + "f" * 64, "1e999", "9999-12-31T23:59:59.999999999-14:00", "0001-01-01T00:00:00+14:00", "2026-02-30T00:00:00Z", "+99:99",
    [], {}, [[]], [None], {"": ""}, {"\0": 1}, {"@id": "x"}, json.loads("[" * 60 + "]" * 60),
]  # fmt: skip


@st.composite
def spoiled(draw: st.DrawFn, whole: Any) -> Any:
    """The same JSON with one or two places replaced, taken away or doubled."""
    spoilt = json.loads(json.dumps(whole))
    for _ in range(draw(st.integers(1, 2))):
        holders = [(holder, key) for holder in _holders(spoilt) for key in (holder if isinstance(holder, dict) else range(len(holder)))]
        if not holders:
            return draw(st.sampled_from(ODD))
        holder, key = draw(st.sampled_from(holders))
        act = draw(st.sampled_from(["replace", "replace", "remove", "rename", "wrap"]))
        if act == "remove":
            del holder[key]
        elif act == "rename" and isinstance(holder, dict):
            holder[draw(st.sampled_from(["", "\0", "@type", "@context", "eventID", "tl:x", "__proto__", "ｔype"]))] = holder.pop(key)
        else:
            holder[key] = [holder[key]] * 2 if act == "wrap" else copy.deepcopy(draw(st.sampled_from(ODD)))
    return spoilt


def _holders(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _holders(inner)


RICH = event(
    eventID="urn:uuid:0b7c3c0e-0000-4000-8000-000000000001",
    quantityList=[{"epcClass": "https://id.gs1.org/01/06901234567892/10/L1", "quantity": 4.5, "uom": "KGM"}],
    readPoint={"id": "https://id.gs1.org/414/6901234000047"},
    bizTransactionList=[{"type": "desadv", "bizTransaction": "urn:x:1"}],
    sensorElementList=[{"sensorReport": [{"type": "Temperature", "value": 4.3, "uom": "CEL"}]}],
    errorDeclaration={"declarationTime": "2026-09-01T06:10:00+08:00", "reason": "incorrect_data"},
    **{"@context": [event()["@context"][0], {"tl": "https://id.traceledger.org/voc/"}], "tl:note": {"tl:inner": ["x", 1]}},
)
HEADER = {
    "epcisMasterData": {
        "vocabularyList": [
            {"type": "urn:x", "vocabularyElementList": [{"id": CODE, "attributes": [{"id": "cbvmda:name", "attribute": "milk"}]}]}
        ]
    }
}


def told(answer: httpx.Response, *statuses: int) -> None:
    assert answer.status_code in statuses, answer.text[:500]
    assert answer.status_code < 400 or (answer.json()["status"] == answer.status_code and answer.json()["detail"])


def test_an_event_with_anything_in_any_place_is_stored_or_refused(fuzzed: Fuzzed):
    @drawn(60)
    @given(spoiled(RICH))
    def post(odd: Any) -> None:
        told(fuzzed.server.http.post("/events", content=json.dumps(odd), headers=fuzzed.server.as_writer()), 200, 201, 400, 409)

    post()
    assert fuzzed.server.http.get("/records?limit=500").status_code == 200
    assert fuzzed.server.http.get("/events?perPage=500").status_code == 200


def test_a_document_with_anything_in_any_place_is_worked_off(fuzzed: Fuzzed):
    jobs: list[str] = []
    headers = {**fuzzed.server.as_writer(), "GS1-Capture-Error-Behaviour": "proceed"}

    @drawn(30)
    @given(spoiled({**document(RICH, event(), header=HEADER), "@context": RICH["@context"]}))
    def post(odd: Any) -> None:
        answer = fuzzed.server.http.post("/capture", content=json.dumps(odd), headers=headers)
        told(answer, 202, 400)
        jobs.extend([answer.headers["location"]] if answer.status_code == 202 else [])

    post()
    fuzzed.installation.capture()
    assert jobs
    assert [job for job in jobs if fuzzed.server.http.get(job).json()["running"]] == []


def test_a_bundle_with_anything_in_any_place_is_judged_or_refused(fuzzed: Fuzzed):
    bundle = fuzzed.server.http.get(f"/items/{quote(CODE, safe='')}/bundle").json()

    @drawn(30)
    @given(spoiled(bundle))
    def post(odd: Any) -> None:
        told(fuzzed.server.http.post("/verify", content=json.dumps(odd), headers={"Content-Type": "application/json"}), 200, 400)

    post()
