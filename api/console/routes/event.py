"""GET /console/events/{event_id}"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import AuditEntry
from accounts.roles import Right
from api.callers import audience_of
from api.console.event import Seen, Sibling, event_page
from api.console.shown import link
from api.console.values import places_in
from api.console.visit import Visit, visiting
from api.dependencies import Db
from api.names import place_names
from api.pages.facts import Names
from api.routes.pages import path_of
from indexer import queries as mirror
from indexer.audiences import policies
from ledger_client.codes import parse
from ledger_client.disclosure import Audience
from ledger_client.epcis.items import items_shown
from ledger_client.errors import NotFound
from ledger_client.sentences import sentence
from records import contents, erasure, queries, trail
from records.models import Capture, Record

router = APIRouter()
MOST_RECORDS = 50  # under one event id


@router.get("/console/events/{event_id:path}")
def show_event(
    event_id: str,
    db: Db,
    visit: Annotated[Visit, Depends(visiting(Right.READ), scope="function")],
    record: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
) -> Response:
    """The event under an id; with `record` another of the records that share it, such as an error declaration."""
    rows = queries.records_of_event(db, event_id)
    if not rows:
        raise NotFound(sentence("event {event_id}: no such event is recorded here", event_id=event_id[:200]))
    chosen = next((row for row in rows if row.id == record), None) or next((row for row in rows if row.original), rows[0])
    seen = _seen(db, chosen, rows[:MOST_RECORDS], audience_of(visit.caller))
    places = Names(place_names(db, places_in(seen.event), visit.words))
    first = seen.items[0] if seen.items else ""
    public = path_of(parse(first)) if first else ""
    preview = link("/console/audiences/preview", code=first) if first and visit.may(Right.POLICY) else ""
    erase = link("/console/erasures/new", event=event_id, record=chosen.id) if visit.acting.may(Right.ERASE) else ""
    return visit.show(event_page(visit, seen, mirror.member_names(db), places, public, preview, erase))


def _seen(db: Session, record: Record, rows: Sequence[Record], audience: Audience) -> Seen:
    """What the audience may see of a record, and everything else that the page says of it."""
    held = contents.opened(db, rows)
    whole, policy = held[record.id].event() or {}, policies(db).of(held[record.id].signer)
    names = policy.shown(audience, whole)
    states = queries.states(db, [row.id for row in rows])
    anchor, captures = mirror.anchor_with(db, record.commitment), trail.captures_of_record(db, record.id)
    return Seen(
        record=record,
        state=states[record.id],
        event={name: value for name, value in whole.items() if name in names},
        withheld=len(whole) - len(names),
        policy=policy,
        items=items_shown(whole, names, queries.items_of_record(db, record.id)) if whole else [],
        captures=captures,
        request_id=_request_id(db, record, captures),
        carried=trail.carried(db, [record.id]),
        block_time=anchor.time if anchor else None,
        siblings=[Sibling(row, held[row.id].event() or {}, states[row.id]) for row in rows if row is not record],
        erasure=erasure.of_record(db, record.id),
    )


def _request_id(db: Session, record: Record, captures: Sequence[Capture]) -> str:
    """Of the request that brought the record: its capture's, or that of the single event's entry in the audit log."""
    if captures:
        return captures[0].request_id or ""
    posted = select(AuditEntry.request_id).where(AuditEntry.subject == record.event_id, AuditEntry.action == "post_event")
    return db.scalar(posted.order_by(AuditEntry.id).limit(1)) or ""
