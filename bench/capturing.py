"""What capturing costs: judging an event on one core, and documents over HTTP against the same documents stored without it.

Judging: one document of a thousand different events, made of those of tests/vectors (every type, sensors, all fields), is read, each event
validated, named by its event hash, and committed to. Over HTTP: the API and the capture job of an installation take documents of the demo's
milk chain; the peer hands the same documents to `records.capture` in this one process, on a database of its own. Nobody anchors in
either (`publishing` measures that).
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from bench.event_hash import DOCUMENTS
from bench.figure import Figure
from bench.issuing import opened
from bench.publishing import milk, plain, plan
from ledger_client import canonical, commitment
from ledger_client.epcis.document import Document, read
from ledger_client.epcis.judge import judge, judge_all
from ledger_client.partner import Partner
from records import capture
from scripts.up import prepare, start, start_node

EVENTS = 1_000  # of a document
WANTED = 5_000  # events a second on one core
DOCUMENTS_SENT = 10
ROUNDS = 5


def figures() -> Iterator[Figure]:
    """Two ratios: events judged a second over those wanted; the rate over HTTP over the rate without it."""
    yield judging(mixed())
    yield over_http([_part(number) for number in range(DOCUMENTS_SENT)])


def judging(data: bytes) -> Figure:
    """Events a second of CPU time, reading included."""
    rates = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        document = read(data)
        done = [commitment.commit_values(canonical.properties_exact(one.event), commitment.secret()) for one in judge_all(document)]
        rates.append(len(done) / (time.process_time() - begun))
    rate = statistics.median(rates)
    measured = f"{rate:,.0f} events/s of CPU time ({EVENTS:,} events, {len(data) / EVENTS:,.0f} bytes each)"
    name, peer = "validation, event id and commitment", f"{WANTED:,} events/s on one core"
    return Figure(name, rate / WANTED, 1, higher=True, ours=measured, peer=peer)


def mixed() -> bytes:
    """A document of a thousand valid events, no two alike."""
    found = [
        _alone(event, document)
        for file in sorted(DOCUMENTS.glob("*.json"))
        for document in [read(file.read_bytes())]
        for event in document.events
    ]
    good = [event for event in found if not judge(event, Document([event])).problems]
    events = [_varied(good[number % len(good)], number) for number in range(EVENTS)]
    body = {"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"], "type": "EPCISDocument", "schemaVersion": "2.0"}
    data = canonical.encode({**body, "creationDate": "2026-09-01T00:00:00Z", "epcisBody": {"eventList": events}})
    if any(judged.problems for judged in judge_all(read(data))):
        raise RuntimeError("an event of the mixed document is not valid")
    return data


def _alone(event: dict[str, Any], document: Document) -> dict[str, Any]:
    """An event with its document's context, and without an id that would no longer be its own."""
    kept = {name: value for name, value in event.items() if name != "eventID"}
    own = event.get("@context", [])
    return {**kept, "@context": [*document.context, *(own if isinstance(own, list) else [own])]}


def _varied(event: dict[str, Any], number: int) -> dict[str, Any]:
    """The same event at a time of its own, about items of its own where their serial can be lengthened."""
    changed = {
        name: [f"{code}{number}" if isinstance(code, str) and code.startswith("urn:epc:id:sgtin:") else code for code in codes]
        for name, codes in event.items()
        if name in ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
    }
    return {**event, **changed, "eventTime": f"2026-09-{number % 28 + 1:02}T{number // 60 % 24:02}:{number % 60:02}:00.{number:03}+00:00"}


def over_http(bodies: list[bytes]) -> Figure:
    """Events a second from the first byte posted to the last event stored."""
    events = EVENTS * len(bodies)
    with tempfile.TemporaryDirectory() as folder:
        sent, alone = events / _sent(Path(folder), bodies), events / _alone_stored(Path(folder), bodies)
    measured = f"{sent:,.0f} events/s ({len(bodies)} documents of {EVENTS:,} events)"
    peer = f"the same documents stored by one process, without HTTP: {alone:,.0f} events/s"
    return Figure("capture over HTTP", sent / alone, 0.6, higher=True, ours=measured, peer=peer)


def _sent(folder: Path, bodies: list[bytes]) -> float:
    whole = plan(folder / "whole")
    node = start_node(whole)
    prepare(whole)
    node.stop()
    children = start(whole)
    try:
        for child in children:
            if child.name not in ("api", "capture"):
                child.stop()
        partner = Partner(whole.public_url, whole.home.api_key_file.read_text())
        partner.wait(partner.capture(json.dumps(plain(2)).encode()))
        begun = time.perf_counter()
        jobs = [partner.capture(body, proceed=True) for body in bodies]
        done = [partner.wait(job) for job in jobs]
        seconds = time.perf_counter() - begun
        if any(job["counts"].get("stored", 0) < EVENTS * 0.99 for job in done):
            raise RuntimeError(f"not every event was stored: {[job['counts'] for job in done]}")
    finally:
        for child in reversed(children):
            child.stop()
    return seconds


def _alone_stored(folder: Path, bodies: list[bytes]) -> float:
    sessions = opened(f"sqlite:///{folder / 'alone.db'}", folder / "keyring")
    begun = time.perf_counter()
    for body in bodies:
        with sessions.begin() as session:
            capture.accept(session, b"\1" * 20, body, "proceed")
    worked = 1
    while worked:
        with sessions.begin() as session:
            worked = capture.step(session)
    return time.perf_counter() - begun


def _part(number: int) -> bytes:
    """One of the documents of the milk chain."""
    whole = milk(EVENTS * DOCUMENTS_SENT)
    events = whole["epcisBody"]["eventList"][number * EVENTS : (number + 1) * EVENTS]
    return orjson.dumps(whole | {"epcisBody": {"eventList": events}})
