"""The answer to a query as EPCIS 2.0 has it: an EPCISQueryDocument (9.2, REST bindings)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ledger_client.epcis.prefixes import EPCIS_CONTEXT

SIMPLE = "SimpleEventQuery"


def query_document(
    events: Sequence[dict[str, Any]], created: datetime, query_name: str = SIMPLE, subscription_id: str | None = None
) -> dict[str, Any]:
    """The document of some events, each with the `@context` of its own; `created` has a time zone."""
    results = {"subscriptionID": subscription_id} if subscription_id else {}
    return {
        "@context": [EPCIS_CONTEXT],
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": created.isoformat(timespec="milliseconds"),
        "epcisBody": {"queryResults": results | {"queryName": query_name, "resultsBody": {"eventList": list(events)}}},
    }
