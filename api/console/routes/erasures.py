"""GET and POST /console/erasures and below: ask for a record to be erased, approve or reject another's request."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from sqlalchemy.orm import Session

from accounts.roles import Right
from api.console.erasures import ERASURES, ErasuresPage, ask_page, erasures_page, numbers
from api.console.paging import ROWS, instant, place_in
from api.console.refusals import refusal
from api.console.visit import Refilled, Visit, visiting
from api.dependencies import Db
from api.forms import Fields
from api.routes.erasures import Identity, approved, asked, record_of, rejected
from ledger_client.errors import Conflict, InvalidInput, Retryable
from records import erasure, queries
from records.erasure_models import ErasureState

router = APIRouter()
Eraser = Annotated[Visit, Depends(visiting(Right.ERASE), scope="function")]


@router.get("/console/erasures")
def list_erasures(db: Db, visit: Eraser, state: str = "") -> Response:
    """Requests, newest first."""
    return visit.show(_listed(db, visit, state))


@router.get("/console/erasures/new")
def show_ask(
    db: Db, visit: Eraser, event: Annotated[str, Query(max_length=2048)], record: Annotated[int, Query(ge=1, le=2**62)]
) -> Response:
    """The empty form."""
    return visit.show(ask_page(visit, record_of(db, event, record), {}))


@router.post("/console/erasures/new")
def ask_erasure(db: Db, visit: Eraser, fields: Fields) -> Response:
    """Ask; the form again when something is missing."""
    number = fields.get("record", "")
    record = record_of(db, fields.get("event", ""), int(number) if number.isascii() and number.isdigit() and len(number) < 18 else None)
    try:
        asked(db, visit.acting, record, fields.get("orderedBy", ""), fields.get("reason", ""))
    except (InvalidInput, Conflict) as problem:
        status = 409 if isinstance(problem, Conflict) else 400
        raise Refilled(visit.show(ask_page(visit, record, fields, refusal(problem, visit.words)), status)) from None
    return visit.go(ERASURES, done="erasures.done.asked")


@router.post("/console/erasures/{erasure_id}/approve")
def approve_erasure(db: Db, visit: Eraser, erasure_id: Identity) -> Response:
    """Erase; the list with the reason when it may not be."""
    try:
        approved(db, visit.acting, erasure_id)
    except Conflict as problem:
        raise Refilled(visit.show(_listed(db, visit, "", refusal(problem, visit.words)), 409)) from None
    except Retryable as problem:
        raise Refilled(visit.show(_listed(db, visit, "", refusal(problem, visit.words)), 503)) from None
    return visit.go(ERASURES, done="erasures.done.erased")


@router.post("/console/erasures/{erasure_id}/reject")
def reject_erasure(db: Db, visit: Eraser, erasure_id: Identity) -> Response:
    """Decide against it."""
    try:
        rejected(db, visit.acting, erasure_id)
    except Conflict as problem:
        raise Refilled(visit.show(_listed(db, visit, "", refusal(problem, visit.words)), 409)) from None
    return visit.go(ERASURES, done="erasures.done.rejected")


def _listed(db: Session, visit: Visit, state: str, problem: str = "") -> ErasuresPage:
    chosen = ErasureState(state) if state in tuple(ErasureState) else None
    found = erasure.page_of(db, chosen, place_in(visit.request.query_params, instant, str), ROWS)
    return erasures_page(visit, chosen, found, queries.records(db, set(numbers(found.rows))), problem)
