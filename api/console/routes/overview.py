"""GET /console"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from accounts import audit_rounds
from accounts.roles import Right
from api.callers import audience_of
from api.console.overview import Expiring, overview_page
from api.console.stock.frame import warned_days
from api.console.visit import Visit, visiting
from api.dependencies import Db
from api.stocked import Desk
from api.told_items import tellable
from indexer import queries as mirror
from inventory import lots
from inventory.lots import Asked
from records.lists.counts import lanes, open_counts
from records.lists.events import Wanted, events
from sentinel.status import status as watched

router = APIRouter()
LATEST = 12


@router.get("/console")
def overview(db: Db, visit: Annotated[Visit, Depends(visiting(Right.READ), scope="function")]) -> Response:
    """What happened lately, what needs me, whether the chain is well."""
    names = mirror.member_names(db)
    latest = events(db, Wanted(), None, LATEST)
    breaks = audit_rounds.last_found(db) or []
    told = tellable(db, latest.rows, audience_of(visit.caller))
    days, desk = warned_days(visit.request), Desk.of(db, audience_of(visit.caller))
    expired, soon = lots.expiring(db, desk.asked(Asked(("here",), until=desk.today + days)), desk.today)
    found = (mirror.status(db), open_counts(db), lanes(db), watched(db), breaks, latest, names, told, Expiring(expired, soon, days))
    return visit.show(overview_page(visit, *found))
