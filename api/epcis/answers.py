"""Answers of the query interface: what is in them, and the headers that EPCIS 2.0 wants beside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson
from fastapi import Request, Response

from api.epcis import tokens
from api.epcis.negotiation import CBV_FORMAT, EPC_FORMAT, VERSION
from ledger_client.epcis.prefixes import EPCIS_CONTEXT
from ledger_client.epcis.query.document import JSON, SIMPLE, TERMS, About, Form, query_document
from records.columns import now
from records.query.run import Found

VERSIONS = {"GS1-EPCIS-Version": VERSION, "GS1-CBV-Version": VERSION}
EXTENSIONS = {"GS1-Extensions": f"traceledger={TERMS}"}
ABILITIES = VERSIONS | EXTENSIONS
ABILITIES |= {"GS1-EPCIS-Min": VERSION, "GS1-EPCIS-Max": VERSION, "GS1-CBV-Min": VERSION, "GS1-CBV-Max": VERSION}
ABILITIES |= {EPC_FORMAT: "No_Preference", CBV_FORMAT: "No_Preference", "GS1-Vendor-Version": "1"}
WITHHELD = "TraceLedger-Withheld"  # how many properties of the answer's events the asker is not shown


def document(found: Iterable[Found], form: Form, more: dict[str, str] | None = None, query_name: str = SIMPLE) -> Response:
    """Events as an EPCISQueryDocument of the form that is wanted; NoXml for what XML has no place for."""
    events = list(found)
    told = {WITHHELD: str(sum(one.withheld for one in events)), "Vary": "Accept", **formed(form)} | (more or {})
    body = query_document([one.event for one in events], About(now(), query_name), form)
    return Response(body, media_type=form.media_type, headers=VERSIONS | EXTENSIONS | told)


def formed(form: Form) -> dict[str, str]:
    """The headers that say how EPCs, and in XML words of the CBV, are spelled."""
    return {EPC_FORMAT: form.epcs} | ({} if form.media_type == JSON else {CBV_FORMAT: form.cbv})


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
