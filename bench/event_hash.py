"""Event hash: our pure-Python program against the reference implementation from the package index, same documents, JSON parsing included.

Documents: those of tests/vectors that the reference can read, with the context's address as the reference ships it (it would
fetch the other spelling from the network); each is hashed as a whole, in turn, by both.
"""

from __future__ import annotations

import json
import logging
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from epcis_event_hash_generator import hash_generator
from epcis_event_hash_generator.json_to_py import event_list_from_epcis_document_json as reference_read

from bench.figure import Figure
from ledger_client.epcis.document import read
from ledger_client.epcis.event_hash import event_id

DOCUMENTS = Path(__file__).parent.parent / "tests" / "vectors" / "documents"
ROUNDS = 5
CONTEXT = b"https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
SHIPPED_CONTEXT = b"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def figures() -> Iterator[Figure]:
    """One ratio: our events per second over the reference's."""
    logging.disable(logging.WARNING)
    contents = [file.read_bytes().replace(CONTEXT, SHIPPED_CONTEXT) for file in sorted(DOCUMENTS.glob("*.json"))]
    documents = [data for data in contents if _readable(data)]
    events = sum(len(read(data).events) for data in documents)
    pairs = [(_seconds(ours, documents, 20), _seconds(reference, documents, 1)) for _ in range(ROUNDS)]
    mine, theirs = (events / statistics.median(times) for times in zip(*pairs, strict=True))
    measured, peer = (
        f"{mine:,.0f} events/s ({events} events of {len(documents)} documents)",
        f"epcis-event-hash-generator 1.9.3: {theirs:,.0f} events/s",
    )
    yield Figure("event hash", statistics.median(b / a for a, b in pairs), 20, higher=True, ours=measured, peer=peer)


def ours(data: bytes) -> list[str]:
    """Event ids of a document."""
    document = read(data)
    return [event_id(event, document.prefixes) for event in document.events]


def reference(data: bytes) -> list[str]:
    """The same by the reference implementation."""
    return list(hash_generator.epcis_hashes_from_events(reference_read(json.loads(data))))


def _readable(data: bytes) -> bool:
    """Whether the reference hashes the document at all."""
    try:
        return len(reference(data)) == len(read(data).events)
    except Exception:  # noqa: BLE001 (it raises whatever its parts raise)
        return False


def _seconds(hashes: Callable[[bytes], list[str]], documents: list[bytes], times: int) -> float:
    """Seconds for all documents once."""
    start = time.perf_counter()
    for _ in range(times):
        for data in documents:
            hashes(data)
    return (time.perf_counter() - start) / times
