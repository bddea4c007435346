"""GET /console/events"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from sqlalchemy.orm import Session

from accounts.roles import Right
from api.callers import audience_of
from api.console.events import DECLARATION, Filters, events_page, filters_in
from api.console.paging import ROWS, instant, place_in, whole
from api.console.visit import Visit, visiting
from api.dependencies import Db
from api.told_items import tellable
from indexer import queries as mirror
from ledger_client.disclosure import standard_step
from records.lists.events import Wanted, busy, events
from records.lists.paging import Page
from records.queries import RecordState

router = APIRouter()
Reading = Annotated[Visit, Depends(visiting(Right.READ), scope="function")]


@router.get("/console/events")
def list_events(db: Db, visit: Reading) -> Response:
    """Events by the time they happened, as the address narrows them."""
    query = visit.request.query_params
    filters, place = filters_in(query, visit.words.zone), place_in(query, instant, whole)
    found = Page([]) if filters.problems else events(db, _wanted(db, filters), place, ROWS)
    told = tellable(db, found.rows, audience_of(visit.caller))
    many = filters.item is not None and busy(db, filters.item.item_id)
    page = events_page(visit, filters, found, mirror.members(db), mirror.member_names(db), told, busy=many)
    return visit.show(page, 400 if filters.problems else 200)


def _wanted(db: Session, filters: Filters) -> Wanted:
    """A member or a state that there is none of finds nothing."""
    kind, member = filters["kind"], filters["member"]
    signers = [one.address for one in mirror.signers(db, int(member))] if member.isascii() and member.isdigit() and len(member) < 19 else []
    return Wanted(
        kind=kind if kind != DECLARATION else None,
        step=standard_step(filters["step"]) if filters["step"] else None,
        declarations=kind == DECLARATION,
        signers=signers if member else None,
        item_id=filters.item.item_id if filters.item else None,
        since=filters.since,
        before=filters.before,
        state=RecordState(filters["state"]) if filters["state"] in tuple(RecordState) else None,
    )
