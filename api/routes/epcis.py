"""The query interface of EPCIS 2.0: events by any parameter, page by page, and single events."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from sqlalchemy.orm import Session

from api.callers import Caller, Reader, view_of
from api.dependencies import Db
from api.epcis import answers, tokens
from api.epcis.asked import MOST_PER_PAGE, PER_PAGE, asked, require_short
from api.epcis.negotiation import CBV_FORMAT, EPC_FORMAT, agreed_also_xml, form_of
from api.problems import documented
from api.rates import lists
from ledger_client.epcis.epc_format import FORMATS
from ledger_client.epcis.query import Condition, Query, of_json
from ledger_client.epcis.xml.spelling import CBV_FORMATS
from ledger_client.errors import NotFound
from records.keyring import keyring_of
from records.query.run import Place, run

router = APIRouter(tags=["read"], dependencies=[Depends(agreed_also_xml), Depends(lists)], responses=documented(406, 429))
DOCUMENT: dict[str, Any] = {
    "description": "An EPCISQueryDocument; `Link` leads to the next page",
    "content": {"application/json": {"schema": {"type": "object"}}, "application/xml": {"schema": {"type": "string"}}},
}
PAGING = [
    {
        "name": "perPage",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "default": PER_PAGE},
        "description": f"entries on a page, at most {MOST_PER_PAGE}; a page may hold fewer and still have a next one",
    },
    {
        "name": "nextPageToken",
        "in": "query",
        "schema": {"type": "string"},
        "description": "from the header `Link` of the page before; better follow that address",
    },
    {
        "name": "GS1-Extensions",
        "in": "header",
        "schema": {"type": "string"},
        "description": "prefixes of extensions that the query names: `ex=https://ns.example.cn/`",
    },
]
EPCS = {
    "name": EPC_FORMAT,
    "in": "header",
    "schema": {"type": "string", "enum": list(FORMATS), "default": "Never_Translates"},
    "description": "spelling of EPCs in the answer; a link becomes a URN only where a URN in the answer tells the company prefix",
}
CBV = {
    "name": CBV_FORMAT,
    "in": "header",
    "schema": {"type": "string", "enum": list(CBV_FORMATS), "default": "No_Preference"},
    "description": "spelling of the CBV's words in XML (docs/xml.md)",
}
PARAMETERS = {
    "name": "query",
    "in": "query",
    "style": "form",
    "explode": True,
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
    "description": "any parameter of EPCIS 2.0 8.2.7.1 by its name, lists with | between the values: EQ_bizStep, GE_eventTime, MATCH_epc …",
    "example": {"EQ_bizStep": "shipping|receiving", "GE_eventTime": "2026-09-01T00:00:00Z"},
}
EVENTS: list[dict[str, Any]] = [*PAGING, EPCS, CBV, PARAMETERS]


@router.get(
    "/events",
    operation_id="queryEvents",
    summary="EPCIS events by any query parameter",
    response_class=Response,
    responses=documented(400, 401, 413, 414, 503, http_200=DOCUMENT),
    openapi_extra={"parameters": EVENTS},
)
def query_events(request: Request, db: Db, reader: Reader) -> Response:
    """In the order of capture, unless `orderBy` says otherwise. Following `Link` gives each event once, also while others are captured.

    Each event is found by and shown with what its reader may see; the header `TraceLedger-Withheld` counts the properties that are not.
    """
    return events_page(request, db, reader)


@router.get(
    "/events/{event_id:path}",
    operation_id="getEvent",
    summary="One EPCIS event and its error declarations",
    response_class=Response,
    responses=documented(400, 401, 404, 503, http_200=DOCUMENT),
)
def get_event(
    request: Request, db: Db, reader: Reader, event_id: Annotated[str, Path(description="percent-encoded; error declarations share it")]
) -> Response:
    """As an EPCISQueryDocument. Several members may have recorded an event of the same id."""
    address = request.url.query  # `?ver=CBV2.0` belongs to the id, though whoever did not encode it sent it as a query
    name = f"{event_id}?{address}" if address.startswith("ver=") else event_id
    found = run(db, of_json({"EQ_eventID": [name]}), view_of(db, reader), limit=MOST_PER_PAGE)
    if not found.events:
        raise NotFound(f"event {name}: no such event is recorded here, or it was erased")
    return answers.document(found.events, form_of(request))


@router.delete(
    "/nextPageToken/{token}",
    operation_id="forgetPageToken",
    summary="Give a page token back",
    status_code=204,
    responses=documented(400, 401, 503),
)
def forget_token(db: Db, token: str) -> None:
    """Nothing is kept for a token, so there is nothing to be released: 204 for any that is this server's and has not expired."""
    tokens.read(keyring_of(db).lookup(), None, token)


def events_page(request: Request, db: Session, reader: Caller | None, more: tuple[Condition, ...] = ()) -> Response:
    """The page of events that a request asks for, with further conditions that its path makes."""
    require_short(request)
    wanted, key = asked(request), keyring_of(db).lookup()
    query: Query = replace(wanted.query, conditions=wanted.query.conditions + more)
    place = Place(*tokens.read(key, wanted.subject, wanted.token)) if wanted.token else None
    answer = run(db, query, view_of(db, reader), place=place, limit=wanted.limit)
    following = (answer.next.key, answer.next.given, answer.next.upto) if answer.next else None
    return answers.document(answer.events, form_of(request), answers.following(request, key, wanted.subject, following))
