"""GET /console/audit and its entries."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from accounts import audit_entries, audit_rounds
from accounts.audit import FIRST
from accounts.roles import Right
from api.console.audit.entry import entry_page
from api.console.audit.health import health
from api.console.audit.log import asked_in, log_page
from api.console.visit import Visit, visiting
from api.dependencies import Db
from ledger_client.errors import NotFound
from ledger_client.sentences import sentence

router = APIRouter()
ENTRIES = 50  # on a page
Auditor = Annotated[Visit, Depends(visiting(Right.AUDIT), scope="function")]


@router.get("/console/audit")
def show_audit(request: Request, db: Db, visit: Auditor) -> Response:
    """The state of the log, and its entries."""
    asked = asked_in(request.query_params, visit.words)
    found = audit_entries.entries(db, asked.wanted, asked.place, ENTRIES)
    state = health(audit_rounds.newest(db, finished=True), audit_rounds.newest(db), found.rows, visit.words)
    return visit.show(log_page(visit, state, asked, found))


@router.get("/console/audit/{number}")
def show_audit_entry(db: Db, visit: Auditor, number: Annotated[int, Path(ge=1, le=2**53)]) -> Response:
    """One entry, whole."""
    found = audit_entries.numbered(db, number)
    if found is None:
        raise NotFound(sentence("entry {number}: there is none of that number in the audit log", number=number))
    before = FIRST if number == 1 else audit_entries.hashes(db, [number - 1]).get(number - 1)
    finished, newest = audit_rounds.newest(db, finished=True), audit_entries.newest(db)
    sealed = audit_rounds.sealed_of(finished.sealed) if finished else None
    last = newest is None or newest.id <= number
    return visit.show(entry_page(visit, found, found.previous == before, last, sealed))
