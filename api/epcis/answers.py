"""Answers of the query interface: what is in them, and the headers that EPCIS 2.0 wants beside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson
from fastapi import Request, Response

from api.epcis import tokens
from api.epcis.negotiation import EPC_FORMAT, VERSION
from ledger_client.epcis.epc_format import EpcFormat, spelled
from ledger_client.epcis.prefixes import EPCIS_CONTEXT
from ledger_client.epcis.query.document import SIMPLE, query_document
from records.columns import now
from records.query.run import Found

VERSIONS = {"GS1-EPCIS-Version": VERSION, "GS1-CBV-Version": VERSION}
TERMS = "https://id.traceledger.org/terms/"  # what the prefix `traceledger` means
EXTENSIONS = {"GS1-Extensions": f"traceledger={TERMS}"}
ABILITIES = VERSIONS | EXTENSIONS
ABILITIES |= {"GS1-EPCIS-Min": VERSION, "GS1-EPCIS-Max": VERSION, "GS1-CBV-Min": VERSION, "GS1-CBV-Max": VERSION}
ABILITIES |= {EPC_FORMAT: "No_Preference", "GS1-CBV-XML-Format": "Never_Translates", "GS1-Vendor-Version": "1"}
WITHHELD = "TraceLedger-Withheld"  # how many properties of the answer's events the asker is not shown


def document(found: Iterable[Found], wanted: EpcFormat, more: dict[str, str] | None = None, query_name: str = SIMPLE) -> Response:
    """Events as an EPCISQueryDocument, their EPCs spelled as wanted."""
    events = list(found)
    told = {WITHHELD: str(sum(one.withheld for one in events)), EPC_FORMAT: wanted}
    return _json(query_document(spelled([one.event for one in events], wanted), now(), query_name), told | (more or {}))


def collection(members: Iterable[str], more: dict[str, str] | None = None) -> Response:
    """Values, or the names of what lies below, as a Collection."""
    return _json({"@context": [EPCIS_CONTEXT], "type": "Collection", "member": list(members)}, more or {})


def following(request: Request, key: bytes, subject: str, place: Iterable[Any] | None) -> dict[str, str]:
    """The headers that lead to the next page; none on the last."""
    if place is None:
        return {}
    token, expires = tokens.made(key, subject, place)
    return {"Link": f'<{request.url.include_query_params(nextPageToken=token)}>; rel="next"', "GS1-Next-Page-Token-Expires": zulu(expires)}


def _json(content: object, more: dict[str, str]) -> Response:
    return Response(orjson.dumps(content), media_type="application/json", headers=VERSIONS | EXTENSIONS | more)


def zulu(moment: datetime) -> str:
    """A moment as headers have it."""
    return moment.isoformat().replace("+00:00", "Z")
