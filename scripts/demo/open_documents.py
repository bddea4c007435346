"""The open EPCIS documents of other projects, to be loaded beside the generated consortium (licences: SOURCES.md beside them)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ledger_client.epcis.document import read
from ledger_client.epcis.judge import judge_all
from ledger_client.epcis.schema import document_problems
from ledger_client.errors import InvalidEvent

SOURCES = {
    "ralphtro": "RalphTro/epcis-event-hash-generator, MIT",
    "openepcis": "openepcis/openepcis-test-resources, Apache-2.0",
}


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """One document as its project published it: `data` are its bytes, `source` names project and licence."""

    name: str
    source: str
    data: bytes


def open_documents(folder: Path) -> Iterator[OpenDocument]:
    """The EPCIS documents in `folder`, by name, that the ledger accepts; query results and the rest are left out."""
    for path in sorted(folder.glob("*.json")):
        source = SOURCES.get(path.name.partition("__")[0])
        data = path.read_bytes()
        if source and _is_welcome(data):
            yield OpenDocument(path.stem, source, data)


def _is_welcome(data: bytes) -> bool:
    """Whether capture would take the document whole."""
    try:
        document = read(data)
    except InvalidEvent:
        return False
    is_capture = document.envelope is not None and document.envelope.get("type") == "EPCISDocument"
    return is_capture and not document_problems(document) and not any(judged.problems for judged in judge_all(document))
