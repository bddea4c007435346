"""GET /console/search: the search field of every page, what it finds, and what it suggests while one types."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from accounts.roles import Right
from api.console.event_rows import event_url, item_url
from api.console.search.links import SEARCH, SUGGESTIONS
from api.console.search.page import Names, search_page
from api.console.search.suggestions import QUICK, suggestions_page
from api.console.visit import Visit, visiting
from api.console.words import ConsoleWords
from api.dependencies import Db
from api.names import product_names, stated_names
from api.searching import GROUPS, Results, search
from ledger_client.codes import parse

router = APIRouter()
Reading = Annotated[Visit, Depends(visiting(Right.READ), scope="function")]
EACH, ALONE, SUGGESTED = 8, 100, 4  # results of a group among others, by itself, and as suggestions


@router.get(SEARCH)
def show_results(db: Db, visit: Reading, q: str = "", group: str = "") -> Response:
    """On to the item that was scanned, or the event of that id or hash; else everything that the text finds."""
    only = group if group in GROUPS else ""
    found = search(db, visit.acting, q, ALONE if only else EACH, (only,) if only else GROUPS)
    if not only and found.exact:
        return RedirectResponse(event_url(found.exact.event_id, found.exact.id), 303)
    if not only and found.scan and found.recorded:
        return RedirectResponse(item_url(found.scan.item.uri), 303)
    return visit.show(search_page(visit, found, _names(db, found, visit.words), only, ALONE))


@router.get(SUGGESTIONS)
def suggest(db: Db, visit: Reading, q: str = "") -> Response:
    """A few things that begin to look like it; nothing that would have to be opened first."""
    found = search(db, visit.acting, q, SUGGESTED, QUICK)
    return visit.show(suggestions_page(visit, found, _names(db, found, visit.words), SUGGESTED))


def _names(db: Session, found: Results, words: ConsoleWords) -> Names:
    others = [one.code for group in (found.products, found.places) for one in group.rows]
    return Names(product_names(db, [parse(row.code) for row in found.items.rows], words), stated_names(db, others, words))
