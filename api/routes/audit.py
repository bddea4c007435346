"""The audit log for those who have the right `audit`: read, taken along as a file, and checked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from accounts import audit_file
from accounts.audit_entries import Wanted
from accounts.roles import Right
from api import audit_log
from api.audit_log import CheckOut, EntriesOut
from api.callers import Caller, allowed
from api.dependencies import Db
from api.moments import Moment
from api.problems import documented

router = APIRouter(prefix="/audit", tags=["audit"])
Auditor = Annotated[Caller, Depends(allowed(Right.AUDIT), scope="function")]
MOST_NUMBER = 2**53
FORMS = {"jsonl": ("application/jsonl", audit_file.json_lines), "csv": ("text/csv; charset=utf-8", audit_file.csv_lines)}


def wanted_in(
    actor: Annotated[str, Query(max_length=200, description="name of an account")] = "",
    action: Annotated[str, Query(max_length=64, examples=["sign_in_failed"])] = "",
    subject: Annotated[str, Query(max_length=2000, description="the whole subject")] = "",
    request: Annotated[str, Query(max_length=64, description="a request id")] = "",
    since: Annotated[Moment | None, Query(alias="from", description="entries from this moment on; without a zone it is UTC")] = None,
    before: Annotated[Moment | None, Query(alias="to", description="entries before this moment")] = None,
) -> Wanted:
    """The filters that both the list and the file take; all of them must hold."""
    return Wanted(actor, action, subject, request, since, before)


Filters = Annotated[Wanted, Depends(wanted_in)]


@router.get("", operation_id="listAudit", summary="Entries of the audit log, newest first", responses=documented(400, 401, 403, 503))
def list_audit(
    db: Db,
    _caller: Auditor,
    wanted: Filters,
    number: Annotated[int | None, Query(alias="before", ge=1, le=MOST_NUMBER, description="the `next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=500, description="entries on a page")] = 50,
) -> EntriesOut:
    """Every write and every sign-in, with who, when, from where, and the request's id. Each entry tells whether its own hash is right;
    whether one is missing only `/audit/check` says."""
    return audit_log.listed(db, wanted, number, limit)


@router.get(
    "/export",
    operation_id="exportAudit",
    summary="The audit log as a file that can be checked",
    response_class=StreamingResponse,
    responses=documented(
        400,
        401,
        403,
        503,
        http_200={"description": "the file", "content": {kind: {"schema": {"type": "string"}} for kind, _ in FORMS.values()}},
    ),
)
def export_audit(
    request: Request,
    _caller: Auditor,
    wanted: Filters,
    form: Annotated[Literal["jsonl", "csv"], Query(alias="format", description="JSON Lines, or CSV for spreadsheets")] = "jsonl",
) -> StreamingResponse:
    """Oldest first, an entry a line with all that its hash is of. The last line tells number and hash of the last entry: a file without it
    is cut off. `python -m scripts.audit file FILE` checks one."""
    media_type, lines = FORMS[form]
    name = f"audit-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(_bytes(lines(audit_log.pieces(request.app.state.sessions, wanted))), media_type=media_type, headers=headers)


@router.get(
    "/check", operation_id="checkAudit", summary="Walk the audit log's chain of hashes", responses=documented(400, 401, 403, 404, 503)
)
def check_audit(
    db: Db,
    _caller: Auditor,
    after: Annotated[int, Query(ge=0, le=MOST_NUMBER, description="go on after this entry: the `next` of the answer before")] = 0,
    limit: Annotated[int, Query(ge=1, le=10_000, description="entries to look at")] = 5000,
) -> CheckOut:
    """Recomputes the hashes of the entries that follow `after` and compares each with what the next one says of it. Call it until `next`
    is null: then the whole log was walked. Every break is named by its entries."""
    return audit_log.walked(db, after, limit)


def _bytes(texts: Iterator[str]) -> Iterator[bytes]:
    for text in texts:
        yield text.encode(errors="backslashreplace")
