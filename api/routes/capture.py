"""Whole EPCIS documents in: accepted at once, worked through by a background job, a result for every event."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from accounts.roles import Right
from api.body import EPCIS, EPCIS_BODY, body_of
from api.callers import Caller, Writer, allowed
from api.captures import capture_out, job_out
from api.dependencies import Db
from api.epcis import tokens
from api.epcis.answers import VERSIONS, following
from api.epcis.jobs import job_in_xml
from api.epcis.negotiation import agreed_also_xml, form_of
from api.problems import TooLarge, documented
from api.rates import lists
from api.schemas import AcceptedOut, CaptureJobOut, CaptureOut
from api.spelling import hexed
from ledger_client.epcis.query.document import JSON
from ledger_client.errors import InvalidEvent, InvalidInput
from records import capture as capturing
from records import queries
from records.keyring import keyring_of
from records.lists.captures import captures
from records.lists.paging import Place

router = APIRouter(tags=["write"], dependencies=[Depends(agreed_also_xml)], responses=documented(406))
LIMITS = {"GS1-EPCIS-Capture-Limit": str(capturing.MAX_EVENTS), "GS1-EPCIS-Capture-File-Size-Limit": str(capturing.MAX_BYTES)}
Reading = Annotated[Caller, Depends(allowed(Right.READ), scope="function")]
PerPage = Annotated[int, Query(alias="perPage", ge=1, le=500, description="jobs on a page")]
PageToken = Annotated[str | None, Query(alias="nextPageToken", max_length=1000, description="from the header `Link` of the page before")]
Behaviour = Annotated[
    Literal["rollback", "proceed"],
    Header(alias="GS1-Capture-Error-Behaviour", description="whether one invalid event keeps the whole document out, or itself only"),
]


@router.post(
    "/capture",
    operation_id="capture",
    summary="Hand in an EPCIS document, JSON or XML",
    status_code=202,
    responses=documented(400, 401, 403, 413, 415, 503),
    openapi_extra={"requestBody": EPCIS_BODY},
)
def capture(
    request: Request,
    response: Response,
    db: Db,
    caller: Writer,
    body: Annotated[bytes, Depends(body_of(EPCIS))],
    behaviour: Behaviour = "rollback",
) -> AcceptedOut:
    """Up to 20 MB and 10,000 events. 202 means that the document is stored, safe from any crash.

    `Location` is the job with a result per event."""
    try:
        job = capturing.accept(db, caller.signs_with, body, behaviour, caller.actor.request_id or None)
    except InvalidInput as error:
        raise _told(error) from None
    caller.note(job.id, events=job.events_total)
    response.headers["Location"] = str(request.app.url_path_for("captureJob", capture_id=job.id))
    response.headers.update(LIMITS | VERSIONS)
    return AcceptedOut(capture_id=job.id, events_total=job.events_total)


@router.get(
    "/capture",
    operation_id="listCaptures",
    summary="Capture jobs, newest first",
    dependencies=[Depends(lists)],
    responses=documented(400, 401, 403, 429, 503),
)
def list_captures(
    request: Request, response: Response, db: Db, caller: Reading, per_page: PerPage = 30, token: PageToken = None
) -> list[CaptureJobOut]:
    """Those of the caller's signer; all of them for who may see all or operates. `Link` leads to the next page."""
    whole = caller.may(Right.READ_ALL) or caller.may(Right.OPERATE)
    if not whole and caller.signer is None:
        return []
    key, subject = keyring_of(db).lookup(), f"captures of {'all' if whole else hexed(caller.signs_with)}"
    place = Place(tuple(tokens.read(key, subject, token))) if token else None
    found = captures(db, None, place, per_page, signer=None if whole else caller.signer)
    response.headers.update(following(request, key, subject, found.older))
    return [job_out(db, row) for row in found.rows]


@router.get(
    "/capture/{capture_id}",
    operation_id="captureJob",
    name="captureJob",
    summary="How a capture goes, with a result per event",
    response_model=CaptureOut,
    responses=documented(400, 404, 503),
)
def capture_job(
    request: Request,
    capture_id: str,
    db: Db,
    start: Annotated[
        int, Query(alias="from", ge=0, le=capturing.MAX_EVENTS, description="number of the first event whose result is wanted")
    ] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    outcome: Annotated[Literal["stored", "duplicate", "invalid", "rolled_back"] | None, Query(description="only such results")] = None,
) -> CaptureOut | Response:
    """Results come page by page in the order of the document; `next` is the `from` of the following page. In XML there are no results."""
    told, form = capture_out(db, queries.capture(db, capture_id), start, limit, outcome), form_of(request)
    return told if form.media_type == JSON else Response(job_in_xml(told), media_type=form.media_type, headers=VERSIONS)


def _told(error: InvalidInput) -> InvalidInput:
    """Too many events are, as too many bytes, 413."""
    too_many = error.field in {"eventList", "body"} and not isinstance(error, InvalidEvent)
    return TooLarge(error.field, error.problem, error.fix) if too_many else error
