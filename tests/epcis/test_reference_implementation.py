"""The released reference implementation must agree where the vectors say that it does: it shares no code with ours."""

from __future__ import annotations

import json
import warnings

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of its own dependencies
    from epcis_event_hash_generator import hash_generator
    from epcis_event_hash_generator.json_to_py import event_list_from_epcis_document_str

from ledger_client.epcis.document import read
from ledger_client.epcis.event_hash import event_id
from tests.epcis.vectors import VECTORS, load

DOCUMENTS = load("event-hash.json")
AGREED = [(document["file"], event["index"]) for document in DOCUMENTS for event in document["events"] if event["pypi_1.9.3_agrees"]]
OFFLINE = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"  # the context that the package carries with it


def test_no_vector_is_left_out():
    assert len(AGREED) == 28


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("file", "index"), AGREED)
def test_the_reference_gives_the_same_hash(file, index):
    content = json.loads((VECTORS / file).read_bytes())
    contexts = content["@context"] if isinstance(content["@context"], list) else [content["@context"]]
    content["@context"] = [OFFLINE if isinstance(context, str) else context for context in contexts]
    content["epcisBody"]["eventList"] = [content["epcisBody"]["eventList"][index]]
    events = event_list_from_epcis_document_str(json.dumps(content))
    theirs = hash_generator.calculate_hashes_from_pre_hashes(hash_generator.derive_prehashes_from_events(events))
    document = read((VECTORS / file).read_bytes())
    assert theirs == [event_id(document.events[index], document.prefixes)]
