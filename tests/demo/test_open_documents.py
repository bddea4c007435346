"""Other projects' documents: those that the ledger takes whole, each with its source; the rest stays out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scripts.demo.document import envelope
from scripts.demo.events import objects
from scripts.demo.open_documents import SOURCES, open_documents

VECTORS = Path(__file__).parents[1] / "vectors"
WHEN = datetime(2026, 9, 1, 8, tzinfo=UTC)


def _document(code: str) -> dict:
    return envelope([objects(WHEN, "receiving", "in_progress", "https://id.gs1.org/414/6999241700005", epcs=[code])], WHEN)


@pytest.fixture
def folder(tmp_path):
    query = _document("urn:epc:id:sscc:4012345.0000000001") | {"type": "EPCISQueryDocument"}
    query["epcisBody"] = {"queryResults": {"queryName": "all", "resultsBody": query["epcisBody"]}}
    files = {
        "ralphtro__pallet.json": _document("urn:epc:id:sscc:4012345.0000000001"),
        "openepcis__carton.json": _document("https://id.gs1.org/01/06999241703020/21/A1"),
        "openepcis__wrong_check_digit.json": _document("https://id.gs1.org/01/06999241703021/21/A1"),
        "openepcis__query.json": query,
        "unknown__carton.json": _document("https://id.gs1.org/01/06999241703020/21/A1"),
    }
    for name, document in files.items():
        (tmp_path / name).write_text(json.dumps(document))
    (tmp_path / "ralphtro__torn.json").write_text('{"type": "EPCISDocument"')
    return tmp_path


def test_only_documents_that_the_ledger_takes_whole_and_whose_source_is_known_are_given(folder):
    assert [(found.name, found.source) for found in open_documents(folder)] == [
        ("openepcis__carton", "openepcis/openepcis-test-resources, Apache-2.0"),
        ("ralphtro__pallet", "RalphTro/epcis-event-hash-generator, MIT"),
    ]


def test_a_document_is_given_byte_for_byte(folder):
    assert [found.data for found in open_documents(folder)] == [
        (folder / f"{name}.json").read_bytes() for name in ("openepcis__carton", "ralphtro__pallet")
    ]


def test_most_of_the_projects_documents_among_our_vectors_are_welcome():
    found = list(open_documents(VECTORS / "documents"))
    assert len(found) >= 20
    assert {document.source for document in found} == set(SOURCES.values())
