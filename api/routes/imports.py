"""Tables in, as EPCIS events: tried, imported, and told row by row."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi import Path as InPath
from sqlalchemy.orm import Session

from api.body import FORM, body_of
from api.callers import Caller, Writer
from api.dependencies import Db
from api.import_schemas import ImportOut, ImportsOut, Outcome, RowsOut, TrialOut, import_out, row_out
from api.members_here import member_of
from api.problems import documented
from api.routes.import_mappings import PROBLEMS
from exchange.imports import files, jobs, mappings, report
from exchange.imports.jobs import LONGEST_KEY, Wanted, Whose
from exchange.imports.models import Import
from recall.gate import gate
from records.models import Behaviour

router = APIRouter(prefix="/imports", tags=["imports"])
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLES = ("text/csv", EXCEL, "application/octet-stream", FORM)
LISTED = 50
FileBody = Annotated[bytes, Depends(body_of(TABLES))]
ImportId = Annotated[str, InPath(max_length=36, description="id of the import")]
MappingNumber = Annotated[int, Query(ge=1, le=2**62, description="number of the mapping's version, of `/import-mappings`")]
KINDS = {"requestBody": {"required": True, "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in TABLES[:3]}}}
CSV = {"description": "the report", "content": {"text/csv": {"schema": {"type": "string"}}}}


@router.post(
    "/trial",
    operation_id="tryImport",
    summary="What an import of a table would do",
    responses=documented(*PROBLEMS, 404, 413, 415),
    openapi_extra=KINDS,
)
def try_import(db: Db, caller: Writer, content: FileBody, mapping: MappingNumber) -> TrialOut:
    """Row by row what would be stored, is there already, or is wrong: column, problem, fix. Nothing is stored."""
    whose, row = whose_of(db, caller), mappings.one(db, mapping, member_of(db, caller))
    told = jobs.trial(db, whose, files.read(content), mappings.said(row), row.name, gate)
    caller.note(f"import mapping {row.id}", rows=len(told))
    return TrialOut(rows=[row_out(one) for one in told], counts=dict(Counter(str(one.outcome) for one in told)))


@router.post(
    "",
    operation_id="importTable",
    summary="Import a table as EPCIS events",
    status_code=202,
    responses=documented(
        *PROBLEMS, 404, 409, 413, 415, http_200={"model": ImportOut, "description": "Imported before: the same import under the same key"}
    ),
    openapi_extra=KINDS,
)
def import_table(
    request: Request,
    response: Response,
    db: Db,
    caller: Writer,
    content: FileBody,
    mapping: MappingNumber,
    key: Annotated[
        str,
        Header(alias="Idempotency-Key", min_length=1, max_length=LONGEST_KEY, description="your own: sent again, it is the same import"),
    ],
    behaviour: Annotated[
        Literal["proceed", "rollback"], Query(description="whether the good rows are stored, or none if one is wrong")
    ] = "proceed",
    name: Annotated[str, Query(max_length=200, description="of the file, for people")] = "",
) -> ImportOut:
    """CSV (UTF-8 or GB18030; comma, semicolon or tab) or Excel (.xlsx), up to 20 MB and 10,000 rows; the first row names the columns.

    202 means stored, safe from any crash; `Location` is the import, which tells what became of each row. The same key with another file
    is 409."""
    wanted = Wanted(content, mappings.one(db, mapping, member_of(db, caller)), key, Behaviour(behaviour), name)
    one, new = jobs.place(db, whose_of(db, caller), wanted)
    caller.note(f"import {one.id}", rows=one.rows, events=one.events, mapping=one.mapping_id)
    response.headers["Location"] = str(request.app.url_path_for("getImport", import_id=one.id))
    response.status_code = 202 if new else 200
    return _out(db, one)


@router.get("", operation_id="listImports", summary="Imports, newest first", responses=documented(*PROBLEMS))
def list_imports(db: Db, caller: Writer) -> ImportsOut:
    """The newest 50 of the caller's member."""
    found = jobs.listed(db, member_of(db, caller), LISTED + 1)
    shown = [import_out(one, None, running=report.running(db, one)) for one in found[:LISTED]]
    return ImportsOut(imports=shown, complete=len(found) <= LISTED)


@router.get(
    "/{import_id}",
    operation_id="getImport",
    name="getImport",
    summary="How an import goes",
    responses=documented(*PROBLEMS, 404),
)
def get_import(db: Db, caller: Writer, import_id: ImportId) -> ImportOut:
    """Its rows by outcome; every row of the file is among them."""
    return _out(db, jobs.one(db, import_id, member_of(db, caller)))


@router.get(
    "/{import_id}/rows", operation_id="listImportRows", summary="What became of each row of an import", responses=documented(*PROBLEMS, 404)
)
def list_rows(
    db: Db,
    caller: Writer,
    import_id: ImportId,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="number of the last row of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="rows on a page")] = 100,
    outcome: Annotated[Outcome | None, Query(description="only such rows")] = None,
) -> RowsOut:
    """In the order of the file, with column, problem and fix of those that were not stored."""
    one = jobs.one(db, import_id, member_of(db, caller))
    found = report.told(db, one, after, limit + 1, outcome or "")
    return RowsOut(rows=[row_out(row) for row in found[:limit]], next=found[limit - 1].number if len(found) > limit else None)


@router.get(
    "/{import_id}/report",
    operation_id="exportImport",
    summary="What became of each row, as a file",
    response_class=Response,
    responses=documented(*PROBLEMS, 404, http_200=CSV),
)
def export_import(db: Db, caller: Writer, import_id: ImportId) -> Response:
    """CSV for a spreadsheet, which computes nothing of it: a cell that begins with = + - or @ is quoted."""
    return report_file(db, jobs.one(db, import_id, member_of(db, caller)))


def report_file(session: Session, one: Import) -> Response:
    """The report as a download; its mark of UTF-8 makes Excel read Chinese."""
    body = "\ufeff" + report.as_csv(list(report.every(session, one)))
    headers = {"Content-Disposition": f'attachment; filename="import-{one.id}.csv"', "Cache-Control": "no-store"}
    return Response(body.encode(), media_type="text/csv; charset=utf-8", headers=headers)


def whose_of(session: Session, caller: Caller) -> Whose:
    """For whom the caller imports; NotAllowed for an account that records nothing."""
    by = caller.display_name or caller.name
    return Whose(member_of(session, caller), caller.signs_with, by, caller.actor.request_id or None)


def _out(session: Session, one: Import) -> ImportOut:
    return import_out(one, report.counts(session, one), running=report.running(session, one))
