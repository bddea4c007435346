"""GET /console/items"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from accounts.roles import Right
from api.callers import audience_of
from api.console.event_rows import item_url
from api.console.items import beginnings, items_page
from api.console.paging import ROWS, place_in, whole
from api.console.visit import Visit, visiting
from api.dependencies import Db
from api.names import product_names
from api.scanning import scanned
from api.told_items import tellable
from indexer import queries as mirror
from ledger_client.codes import ItemCode, parse
from ledger_client.errors import InvalidCode
from records.lists import items
from records.lists.paging import Page

router = APIRouter()
Reading = Annotated[Visit, Depends(visiting(Right.READ), scope="function")]
LONGEST = 2048
BLANKS = " \t\r\n"  # str.strip alone would eat the separator of scanners, FNC1


@router.get("/console/items")
def list_items(db: Db, visit: Reading, q: str = "") -> Response:
    """Items by their newest record; with `q` the item of that code, or those whose code begins so."""
    asked = q.strip(BLANKS)[:LONGEST]
    item = _item(db, visit, asked) if asked else None
    if item and items.known(db, item.item_id):
        return RedirectResponse(item_url(item.uri), 303)
    prefix = next((one for one in beginnings(asked) if items.any_beginning_with(db, one)), "") if asked else ""
    if not asked:
        found = items.latest(db, place_in(visit.request.query_params, whole), ROWS)
    else:
        found = items.beginning_with(db, prefix, place_in(visit.request.query_params, str), ROWS) if prefix else Page([])
    products = product_names(db, [parse(row.code) for row in found.rows], visit.words)
    told = tellable(db, found.rows, audience_of(visit.caller))
    return visit.show(items_page(visit, asked, prefix, found, mirror.member_names(db), products, told))


def _item(db: Session, visit: Visit, text: str) -> ItemCode | None:
    try:
        return scanned(db, visit.acting, text).item
    except InvalidCode:
        return None
