"""Wraps events into EPCIS 2.0 documents, as a company's own system would."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from ledger_client.epcis.event_hash import event_id
from scripts.demo.diary import Event

PREFIXES = {"tl": "https://id.traceledger.org/voc/"}
CONTEXT: list[Any] = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", PREFIXES]


def envelope(events: list[Event], created: datetime, vocabularies: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """An EPCISDocument of `events`, with master data in its header if there are any."""
    header = {"epcisHeader": {"epcisMasterData": {"vocabularyList": vocabularies}}} if vocabularies else {}
    document = {"@context": CONTEXT, "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": created.isoformat()}
    return document | header | {"epcisBody": {"eventList": events}}


def identity(event: Event) -> str:
    """The event id (CBV 2.0 hash) that `event` will have once captured."""
    return event_id(json.loads(json.dumps(event), parse_float=Decimal), PREFIXES)
