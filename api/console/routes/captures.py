"""GET /console/captures and /console/captures/{capture_id}"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from accounts.roles import Right
from api.callers import Caller
from api.console.captures import capture_page, captures_page
from api.console.paging import ROWS, downwards, instant, place_in
from api.console.visit import Visit, visiting
from api.dependencies import Db
from indexer import queries as mirror
from ledger_client.errors import NotFound
from ledger_client.sentences import sentence
from records import queries
from records.lists.captures import captures, results
from records.lists.paging import Page
from records.models import CaptureState, Outcome

router = APIRouter()
Reading = Annotated[Visit, Depends(visiting(Right.READ), scope="function")]


@router.get("/console/captures")
def list_captures(db: Db, visit: Reading, state: str = "") -> Response:
    """Documents by the time they came in. What is wrong with an event may quote it, so whoever may not see all sees their own."""
    chosen = state if state in tuple(CaptureState) else ""
    own = not _all(visit.acting)
    place = place_in(visit.request.query_params, instant, str)
    if own and visit.acting.signer is None:
        return visit.show(captures_page(visit, chosen, Page([]), {}, own=own))
    found = captures(db, CaptureState(chosen) if chosen else None, place, ROWS, signer=visit.acting.signer if own else None)
    return visit.show(captures_page(visit, chosen, found, mirror.member_names(db), own=own))


@router.get("/console/captures/{capture_id}")
def show_capture(capture_id: str, db: Db, visit: Reading, outcome: str = "") -> Response:
    """One document with a result for each event; those that could not be stored with path, rule and fix."""
    job = queries.capture(db, capture_id)
    if not _all(visit.acting) and job.signer != visit.acting.signer:
        raise NotFound(sentence("capture {id}: there is none of that id that you may see", id=capture_id[:80]))
    chosen = outcome if outcome in tuple(Outcome) else ""
    found = results(db, job.id, Outcome(chosen) if chosen else None, place_in(visit.request.query_params, downwards), ROWS)
    member = mirror.member_names(db).get(job.signer, "")
    return visit.show(capture_page(visit, job, chosen, queries.outcomes(db, job.id), found, member))


def _all(caller: Caller) -> bool:
    return caller.may(Right.READ_ALL) or caller.may(Right.OPERATE)
