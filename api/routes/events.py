"""Single events in; what is recorded out, in our own form: with commitment, state, and what is withheld. EPCIS's form is in `epcis`."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Response

from api import recorded
from api.body import EPCIS, EPCIS_BODY, body_of
from api.callers import Reader, Writer, audience_of
from api.dependencies import Db
from api.moments import Moment
from api.problems import documented
from api.rates import lists
from api.recorded import Wanted
from api.schemas import EventsOut, StoredOut
from api.spelling import hexed
from ledger_client.codes import parse
from recall.gate import gate
from records import capture as capturing
from records import queries
from records.models import Outcome

router = APIRouter()
Limit = Annotated[int, Query(ge=1, le=500, description="events on a page")]
After = Annotated[str | None, Query(description="the `next` of the page before", max_length=18)]
EventType = Literal["ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent"]


@router.post(
    "/events",
    operation_id="postEvent",
    summary="Store one EPCIS event",
    tags=["write"],
    status_code=201,
    responses=documented(
        400,
        401,
        403,
        409,
        413,
        415,
        503,
        http_200={"model": StoredOut, "description": "Already recorded: the same event of the same signer"},
    ),
    openapi_extra={"requestBody": EPCIS_BODY},
)
def post_event(db: Db, caller: Writer, response: Response, body: Annotated[bytes, Depends(body_of(EPCIS))]) -> StoredOut:
    """201 when it is stored, 200 when the same event was recorded before, 409 when its event id belongs to another content."""
    stored, event_id = capturing.store_event(db, caller.signs_with, body, gate)
    caller.note(event_id, outcome=stored.outcome.value, record=stored.record_id)
    if stored.outcome == Outcome.DUPLICATE:
        response.status_code = 200
    response.headers["Location"] = f"/events/{quote(event_id, safe='')}"
    record = queries.record(db, stored.record_id or 0)
    outcome: Literal["stored", "duplicate"] = "duplicate" if stored.outcome == Outcome.DUPLICATE else "stored"
    return StoredOut(
        outcome=outcome, event_id=event_id, commitment=hexed(record.commitment), items=list(queries.items_of_record(db, record.id))
    )


@router.get(
    "/records",
    operation_id="listRecords",
    summary="Recorded events, with how far their anchoring is",
    tags=["read"],
    dependencies=[Depends(lists)],
    responses=documented(400, 401, 429, 503),
)
def list_records(
    db: Db,
    reader: Reader,
    code: Annotated[str | None, Query(description="only events of this item, in any spelling", max_length=2048)] = None,
    event: Annotated[str | None, Query(description="only records of this event id", max_length=2048)] = None,
    event_type: Annotated[EventType | None, Query(alias="eventType")] = None,
    since: Annotated[Moment | None, Query(alias="GE_eventTime")] = None,
    before: Annotated[Moment | None, Query(alias="LT_eventTime")] = None,
    after: After = None,
    limit: Limit = 50,
) -> EventsOut:
    """In the order of capture, so that a reader who goes on from `next` misses nothing that is captured meanwhile.

    Without a key the public properties are shown, with one those that partners share; `withheld` counts the others. Erased records are
    listed too. To ask by what an event holds, use `/events`.
    """
    item = parse(code) if code else None
    return recorded.page(db, Wanted(item, event, event_type, since, before), after, limit, audience_of(reader))


@router.get(
    "/items/{code:path}/events",
    operation_id="itemEvents",
    summary="Recorded events of one item",
    tags=["read"],
    dependencies=[Depends(lists)],
    responses=documented(400, 401, 404, 429, 503),
)
def item_events(
    db: Db,
    reader: Reader,
    code: Annotated[str, Path(description="an item code in any spelling, percent-encoded", examples=["(01)06901234567892(21)A1"])],
    after: After = None,
    limit: Limit = 50,
) -> EventsOut:
    """What this server has recorded for an item; whether that is all of it is what `/verify` answers."""
    return recorded.page(db, Wanted(item=parse(code)), after, limit, audience_of(reader))
