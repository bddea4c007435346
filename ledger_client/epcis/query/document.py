"""The answer to a query as EPCIS 2.0 has it: an EPCISQueryDocument (9.2, REST bindings), in JSON or XML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from ledger_client.epcis.epc_format import EpcFormat, spelled
from ledger_client.epcis.prefixes import EPCIS_CONTEXT
from ledger_client.epcis.xml.spelling import CbvFormat

SIMPLE = "SimpleEventQuery"
JSON: Final = "application/json"
TERMS: Final = "https://id.traceledger.org/terms/"  # what the prefix `traceledger` means


@dataclass(frozen=True, slots=True)
class Form:
    """How events are told: their media type (JSON, or any other for XML), the spelling of EPCs, and that of the CBV's words in XML."""

    media_type: str = JSON
    epcs: EpcFormat = "Never_Translates"
    cbv: CbvFormat = "No_Preference"


@dataclass(frozen=True, slots=True)
class About:
    """What a document says beside its events. `following`: where a stream goes on behind it."""

    created: datetime  # with a time zone
    query_name: str = SIMPLE
    subscription_id: str | None = None
    following: str | None = None


def query_document(events: Sequence[dict[str, Any]], about: About, form: Form) -> bytes:
    """The document of some events, each with the `@context` of its own; NoXml for what XML has no place for."""
    told = spelled(events, form.epcs)
    if form.media_type == JSON:
        return _json(told, about)
    from ledger_client.epcis.xml import write  # noqa: PLC0415 (who reads JSON loads no XML library)

    return write.query_document(told, about, form.cbv)


def _json(events: Sequence[dict[str, Any]], about: About) -> bytes:
    results = {"subscriptionID": about.subscription_id} if about.subscription_id else {}
    own = [{"traceledger": TERMS}] if about.following else []
    document = {
        "@context": [EPCIS_CONTEXT, *own],
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": about.created.isoformat(timespec="milliseconds"),
        "epcisBody": {"queryResults": results | {"queryName": about.query_name, "resultsBody": {"eventList": list(events)}}},
    }
    return orjson.dumps(document | ({"traceledger:next": about.following} if about.following else {}))
