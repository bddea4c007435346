"""GET and POST /console/links and below: where the company's codes lead, and what a scan gets."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as InPath
from fastapi.responses import Response

from accounts.roles import Right
from api import resolving
from api.console.links.form import link_page, typed_of, wanted_in
from api.console.links.listing import links_page
from api.console.links.parts import HOME
from api.console.links.preview import no_preview, preview_page
from api.console.refusals import refusal
from api.console.visit import Refilled, Visit, visiting
from api.dependencies import Configured, Db
from api.forms import Fields
from api.members_here import member_of, seen_by
from api.pages.words import Words
from api.routes.links import note
from api.routes.pages import path_of
from ledger_client.codes.scan import scan
from ledger_client.errors import Conflict, InvalidInput, Refused
from resolver import links
from resolver.types import curie

router = APIRouter()
Reading = Annotated[Visit, Depends(visiting(Right.READ), scope="function")]
Linking = Annotated[Visit, Depends(visiting(Right.CODES), scope="function")]
Number = Annotated[int, InPath(ge=1, le=2**62)]
LINES = 50  # on a page
COMMON = curie("pip")  # the type that is chosen at first


@router.get("/console/links")
def list_links(db: Db, visit: Reading, after: Annotated[int, Query(ge=0, le=2**62)] = 0) -> Response:
    """The member's links, by number."""
    rows = links.listed(db, seen_by(db, visit.acting), after, LINES + 1)
    may = visit.may(Right.CODES)
    return visit.show(links_page(visit, rows[:LINES], begun=after > 0, more=len(rows) > LINES, may_set=may))


@router.get("/console/links/new")
def new_link(request: Request, visit: Linking) -> Response:
    """The empty form, or with the code that the address names."""
    return visit.show(link_page(visit, None, {"linkType": COMMON, **request.query_params}))


@router.post("/console/links/new")
def make_link(db: Db, visit: Linking, fields: Fields) -> Response:
    """A new link, or the form again with what is wrong with it."""
    caller = visit.acting
    member = member_of(db, caller)
    try:
        row = links.make(db, member, wanted_in(fields), caller.display_name or caller.name)
    except (InvalidInput, Refused, Conflict) as problem:
        raise Refilled(visit.show(link_page(visit, None, fields, problem), _status(problem))) from None
    note(caller, row)
    return visit.go(HOME, done="links.done.made")


@router.get("/console/links/preview")
def preview(request: Request, db: Db, visit: Reading, settings: Configured, code: Annotated[str, Query(max_length=2048)] = "") -> Response:
    """What a phone, readers of each language and a program get for a code."""
    if not code.strip():
        return visit.show(no_preview(visit))
    try:
        told = scan(code)
    except InvalidInput as problem:
        return visit.show(no_preview(visit, code, refusal(problem, visit.words)), 400)
    server = settings.public_url or str(request.base_url).rstrip("/")
    place = resolving.Place(server + path_of(told.item), server, told.parts)
    found = resolving.found_for(db, told.item, place, Words(visit.words.language))
    known = {"recorded": resolving.recorded(db, told.item), "is_set": links.is_set(db, told.item)}
    return visit.show(preview_page(visit, code, found, **known))


@router.get("/console/links/{link_id}")
def show_link(db: Db, visit: Linking, link_id: Number) -> Response:
    """The form filled with what the link says now."""
    row = links.one(db, link_id, member_of(db, visit.acting))
    return visit.show(link_page(visit, row, typed_of(row)))


@router.post("/console/links/{link_id}")
def change_link(db: Db, visit: Linking, link_id: Number, fields: Fields) -> Response:
    """The whole link anew, or the form again with what is wrong with it."""
    caller = visit.acting
    row = links.one(db, link_id, member_of(db, caller))
    try:
        links.change(db, row, wanted_in(fields), caller.display_name or caller.name)
    except (InvalidInput, Refused, Conflict) as problem:
        raise Refilled(visit.show(link_page(visit, row, fields, problem), _status(problem))) from None
    note(caller, row)
    return visit.go(HOME, done="links.done.changed")


@router.post("/console/links/{link_id}/end")
def remove_link(db: Db, visit: Linking, link_id: Number) -> Response:
    """Scans lead to the item's own page again, or to a link that is less specific."""
    row = links.one(db, link_id, member_of(db, visit.acting))
    note(visit.acting, row)
    links.remove(db, row)
    return visit.go(HOME, done="links.done.ended")


def _status(problem: InvalidInput | Refused | Conflict) -> int:
    return 400 if isinstance(problem, InvalidInput) else 403 if isinstance(problem, Refused) else 409
