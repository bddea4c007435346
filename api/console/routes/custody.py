"""GET /console/custody"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from sqlalchemy.orm import Session

from accounts.roles import Right
from api.callers import view_of
from api.console.custody import TABS, Filters, codes_of, custody_page, filters_in
from api.console.paging import ROWS, instant, place_in, whole
from api.console.tracing.named import Names
from api.console.visit import Visit, visiting
from api.dependencies import Db
from api.names import place_names, product_names
from api.rates import lists
from indexer import queries as mirror
from ledger_client.codes import parse
from records.columns import now
from records.query.resources import values
from tracing.custody.handover import same_code
from tracing.custody.listing import Asked, listed

router = APIRouter()
MOST_PLACES = 200  # to choose from


@router.get("/console/custody", dependencies=[Depends(lists, scope="function")])
def list_custody(db: Db, visit: Annotated[Visit, Depends(visiting(Right.READ), scope="function")]) -> Response:
    """Handovers whose other end lacks or differs, newest first."""
    query, words = visit.request.query_params, visit.words
    filters, after, view = filters_in(query), place_in(query, instant, whole), view_of(db, visit.caller)
    found = listed(db, _asked(db, filters), view, after.key if after else None, ROWS)
    choices = values(db, "readPoints", view, limit=MOST_PLACES).values
    places = place_names(db, {*choices, *codes_of(found), filters.place} - {""}, words)
    products = product_names(db, [parse(one.code) for line in found.lines for one in line.goods], words)
    named = {code: places.get(code, code) for code in sorted(choices, key=lambda code: places.get(code, code)) if code in places}
    return visit.show(
        custody_page(visit, filters, found, named, mirror.members(db), Names(words, places, products, mirror.member_names(db)))
    )


def _asked(db: Session, filters: Filters) -> Asked:
    """A member that there is none of finds nothing."""
    signers = [one.address for one in mirror.signers(db, int(filters.member[:18]))] if filters.member else None
    place = same_code(filters.place) if filters.place else ""
    return Asked(now() - timedelta(days=filters.days), TABS[filters.state], place, signers)
