"""The top-level resources of EPCIS 2.0: the values that event types, EPCs, steps, places and dispositions have, and the events of each.

Two tables, of resources and of what is answered below each; the routes are made from both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Path, Request, Response
from starlette.requests import HTTPConnection

from api.callers import Reader, view_of
from api.dependencies import Db
from api.epcis import answers, tokens
from api.epcis.asked import declared, page_asked
from api.epcis.negotiation import EPC_FORMAT, agreed, agreed_also_xml, epc_format
from api.problems import documented
from api.rates import lists
from api.routes.epcis import DOCUMENT, EPCS, EVENTS, PAGING, events_page
from ledger_client.epcis.epc_format import spelled
from ledger_client.epcis.query import Condition, Query
from ledger_client.epcis.query.asked import condition
from ledger_client.epcis.query.parameters import EVENT_TYPES
from ledger_client.errors import NotFound
from records.keyring import keyring_of
from records.query import resources
from records.query.run import run

router = APIRouter(tags=["read"], dependencies=[Depends(lists)], responses=documented(406, 429))
COLLECTION: dict[str, Any] = {"description": "A Collection", "content": {"application/json": {"schema": {"type": "object"}}}}


class Resource(NamedTuple):
    """What its values are called, and the query parameter that finds the events of one."""

    path: str
    one: str
    parameter: str
    said: str


RESOURCES = (
    Resource("eventTypes", "eventType", "eventType", "event types"),
    Resource("epcs", "epc", "MATCH_anyEPC", "EPCs"),
    Resource("bizSteps", "bizStep", "EQ_bizStep", "business steps"),
    Resource("bizLocations", "bizLocation", "EQ_bizLocation", "business locations"),
    Resource("readPoints", "readPoint", "EQ_readPoint", "read points"),
    Resource("dispositions", "disposition", "EQ_disposition", "dispositions"),
)
OF_EPCS = frozenset({"epcs", "bizLocations", "readPoints"})  # whose values have two spellings


def _lister(resource: Resource) -> Callable[..., Response]:
    def values(request: Request, db: Db, reader: Reader) -> Response:
        """Those that recorded events have, as far as this reader sees it; what was captured in the last second may be missing."""
        wanted, key = page_asked(request), keyring_of(db).lookup()
        place = tokens.read(key, wanted.subject, wanted.token) if wanted.token else None
        found = resources.values(db, resource.path, view_of(db, reader), tuple(place) if place else None, wanted.limit)
        first = EVENT_TYPES if resource.path == "eventTypes" and place is None else ()
        members = [*first, *(value for value in found.values if value not in EVENT_TYPES)]
        following = answers.following(request, key, wanted.subject, found.next)
        if resource.path not in OF_EPCS:
            return answers.collection(members, following)
        form = epc_format(request)
        [told] = spelled([{"epcList": members}], form)
        return answers.collection(told["epcList"], following | {EPC_FORMAT: form})

    return values


def _below(resource: Resource) -> Callable[..., Response]:
    def below(request: Request, db: Db, reader: Reader, value: Annotated[str, Path(description="percent-encoded")]) -> Response:
        """The sub-resource `events`; 404 where no recorded event has the value, or none that this reader sees."""
        if value not in EVENT_TYPES and not run(db, Query((_asked(request, resource, value),)), view_of(db, reader), limit=1).events:
            raise NotFound(f"{resource.one} {value}: no event that you may see has it")
        return answers.collection(["events"])

    return below


def _events(resource: Resource) -> Callable[..., Response]:
    def events(request: Request, db: Db, reader: Reader, value: Annotated[str, Path(description="percent-encoded")]) -> Response:
        """As an EPCISQueryDocument, narrowed further by any query parameter."""
        return events_page(request, db, reader, (_asked(request, resource, value),))

    return events


def _asked(request: Request, resource: Resource, value: str) -> Condition:
    found = condition(resource.parameter, [value], declared(request))
    if found is None:
        raise NotFound(f"{resource.one} {value}: there is none")
    return found


class Answer(NamedTuple):
    """What is answered below each resource, by which handler, and what OpenAPI says of it; `{…}` are fields of the resource."""

    below: str
    handler: Callable[[Resource], Callable[..., Response]]
    name: str
    summary: str
    told: dict[str, Any]
    parameters: list[dict[str, Any]]
    agreed: Callable[[HTTPConnection], None]
    refusals: tuple[int, ...]


ANSWERS = (
    Answer("", _lister, "list{many}", "Known {said}", COLLECTION, [*PAGING, EPCS], agreed, (401, 503)),
    Answer(
        "/{value:path}/events", _events, "{one}Events", "Events of one of {said}", DOCUMENT, EVENTS, agreed_also_xml, (401, 413, 414, 503)
    ),
    Answer("/{value:path}", _below, "get{One}", "What there is about one of the {said}", COLLECTION, [], agreed, (401, 404, 503)),
)
for _resource in RESOURCES:
    _many = _resource.path[0].upper() + _resource.path[1:]
    _words = {"one": _resource.one, "One": _many[:-1], "many": _many, "said": _resource.said}
    for _answer in ANSWERS:
        _name = _answer.name.format(**_words)
        router.add_api_route(
            f"/{_resource.path}{_answer.below}",
            _answer.handler(_resource),
            operation_id=_name,
            name=_name,
            summary=_answer.summary.format(**_words),
            response_class=Response,
            dependencies=[Depends(_answer.agreed)],
            responses=documented(*_answer.refusals, http_200=_answer.told),
            openapi_extra={"parameters": _answer.parameters} if _answer.parameters else None,
        )
