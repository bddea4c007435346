"""GET /console/records"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from accounts.roles import Right
from api.callers import audience_of
from api.console.paging import ROWS, place_in, whole
from api.console.records import FAILED, TABS, records_page
from api.console.visit import Visit, visiting
from api.dependencies import Db
from api.told_items import ALL, tellable
from indexer import queries as mirror
from records.lists.anchorings import Anchoring, Sending, anchorings, sendings
from records.lists.counts import lanes, open_counts
from records.lists.paging import Page
from records.models import TransactionState
from records.queries import RecordState

router = APIRouter()


@router.get("/console/records")
def list_records(db: Db, visit: Annotated[Visit, Depends(visiting(Right.READ), scope="function")], state: str = "") -> Response:
    """Anchors in one state, by their number in the queue; or the transactions that failed."""
    chosen = state if state in TABS else str(RecordState.PENDING)
    place = place_in(visit.request.query_params, whole)
    found: Page[Anchoring] | Page[Sending]
    if chosen == FAILED:
        found, told = sendings(db, TransactionState.FAILED, place, ROWS), ALL
    else:
        found = anchorings(db, RecordState(chosen), place, ROWS)
        told = tellable(db, found.rows, audience_of(visit.caller))
    return visit.show(records_page(visit, chosen, found, open_counts(db), lanes(db), mirror.member_names(db), told))
