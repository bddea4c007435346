"""The top-level resources of EPCIS 2.0: the values that event types, EPCs, steps, places and dispositions have, and the events of each.

One table of resources; the three routes of each are made from it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Path, Request, Response

from api.callers import Reader
from api.dependencies import Db
from api.epcis import answers, tokens
from api.epcis.asked import declared, page_asked
from api.epcis.negotiation import agreed
from api.problems import documented
from api.routes.epcis import DOCUMENT, EPCS, PAGING, PARAMETERS, events_page, view_of
from ledger_client.epcis.query import Condition, Query
from ledger_client.epcis.query.asked import condition
from ledger_client.epcis.query.parameters import EVENT_TYPES
from ledger_client.errors import NotFound
from records.keyring import keyring_of
from records.query import resources
from records.query.run import run

router = APIRouter(tags=["read"], dependencies=[Depends(agreed)], responses=documented(406))
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


def _lister(resource: Resource) -> Callable[..., Response]:
    def values(request: Request, db: Db, reader: Reader) -> Response:
        """Those that recorded events have, as far as this reader sees it; what was captured in the last second may be missing."""
        wanted, key = page_asked(request), keyring_of(db).lookup()
        place = tokens.read(key, wanted.subject, wanted.token) if wanted.token else None
        found = resources.values(db, resource.path, view_of(db, reader), tuple(place) if place else None, wanted.limit)
        first = EVENT_TYPES if resource.path == "eventTypes" and place is None else ()
        members = [*first, *(value for value in found.values if value not in EVENT_TYPES)]
        return answers.collection(members, answers.following(request, key, wanted.subject, found.next))

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


for _one in RESOURCES:
    _upper = _one.path[0].upper() + _one.path[1:]
    router.add_api_route(
        f"/{_one.path}",
        _lister(_one),
        operation_id=f"list{_upper}",
        name=f"list{_upper}",
        summary=f"Known {_one.said}",
        response_class=Response,
        responses=documented(400, 401, 503, http_200=COLLECTION),
        openapi_extra={"parameters": PAGING},
    )
    router.add_api_route(
        f"/{_one.path}/{{value:path}}/events",
        _events(_one),
        operation_id=f"{_one.one}Events",
        name=f"{_one.one}Events",
        summary=f"EPCIS events of one of the {_one.said}",
        response_class=Response,
        responses=documented(400, 401, 413, 503, http_200=DOCUMENT),
        openapi_extra={"parameters": [*PAGING, EPCS, PARAMETERS]},
    )
    router.add_api_route(
        f"/{_one.path}/{{value:path}}",
        _below(_one),
        operation_id=f"get{_upper[:-1]}",
        name=f"get{_upper[:-1]}",
        summary=f"What there is about one of the {_one.said}",
        response_class=Response,
        responses=documented(400, 401, 404, 503, http_200=COLLECTION),
    )
