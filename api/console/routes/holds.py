"""GET and POST /console/holds and below: what is frozen; freeze a thing, and let it go."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from accounts.roles import Right
from api.console.holds import HOLDS, NEW, holds_page, place_form, release_form
from api.console.paging import ROWS, instant, place_in
from api.console.refusals import refusal
from api.console.visit import Refilled, Visit, visiting
from api.dependencies import Db
from api.forms import Fields
from api.routes.holds import Identity, placed, released
from indexer import queries as mirror
from indexer.audiences import members_of_keys
from ledger_client.errors import Conflict, InvalidInput
from recall import holds
from recall.cases.listing import open_cases

router = APIRouter()
Reading = Annotated[Visit, Depends(visiting(Right.READ), scope="function")]
Holder = Annotated[Visit, Depends(visiting(Right.HOLD), scope="function")]


@router.get(HOLDS)
def list_holds(db: Db, visit: Reading, show: str = "") -> Response:
    """Newest first; with `show=all` those that were released among them."""
    found = holds.page_of(db, place_in(visit.request.query_params, instant, str), ROWS, open_only=show != "all")
    names = {member.member_id: member.name for member in mirror.members(db)}
    signer = visit.caller.signer if visit.caller else None
    own = members_of_keys(db).get(signer) if signer else None
    cases = {case.id for case in open_cases(db, own)} if own else set()
    return visit.show(holds_page(visit, found, names, own, everything=show == "all", cases=cases))


@router.get(NEW)
def show_place(visit: Holder, code: Annotated[str, Query(max_length=2048)] = "") -> Response:
    """The form, with the code of the page that led here."""
    return visit.show(place_form(visit, {"code": code}))


@router.post(NEW)
def place_hold(db: Db, visit: Holder, fields: Fields) -> Response:
    """Freeze it; the form again when something is missing."""
    try:
        placed(db, visit.acting, fields.get("code", ""), fields.get("reason", ""))
    except (InvalidInput, Conflict) as problem:
        status = 409 if isinstance(problem, Conflict) else 400
        raise Refilled(visit.show(place_form(visit, fields, refusal(problem, visit.words)), status)) from None
    return visit.go(HOLDS, done="holds.done.placed")


@router.get(HOLDS + "/{hold_id}/release")
def show_release(db: Db, visit: Holder, hold_id: Identity) -> Response:
    """The form for one hold."""
    return visit.show(release_form(visit, holds.one(db, hold_id), {}))


@router.post(HOLDS + "/{hold_id}/release")
def release_hold(db: Db, visit: Holder, hold_id: Identity, fields: Fields) -> Response:
    """Let it go; the form again when something is missing."""
    try:
        released(db, visit.acting, hold_id, fields.get("reason", ""))
    except (InvalidInput, Conflict) as problem:
        status = 409 if isinstance(problem, Conflict) else 400
        one = holds.one(db, hold_id)
        raise Refilled(visit.show(release_form(visit, one, fields, refusal(problem, visit.words)), status)) from None
    return visit.go(HOLDS, done="holds.done.released")
