"""/console/imports: tables in, as events: choose a file, map its columns, try it, import it, see what became of each row."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from accounts.roles import Right
from api.console.imports.editor import Draft, of_definition, of_form
from api.console.imports.form import NEW, NewImportPage, Notice, new_page
from api.console.imports.guess import guessed
from api.console.imports.jobs import IMPORTS, ROWS, import_page, imports_page
from api.console.refusals import refusal
from api.console.visit import Refilled, Visit, visiting
from api.dependencies import Db
from api.members_here import member_of
from api.routes.imports import LISTED, report_file, whose_of
from api.uploads import Upload, Uploaded
from exchange.imports import files, jobs, mappings, report
from exchange.imports.jobs import Wanted
from exchange.imports.mapping import of_json
from exchange.imports.models import ImportMapping
from exchange.imports.table import Table
from ledger_client.errors import Conflict, InvalidInput
from recall.gate import gate
from records.models import Behaviour

router = APIRouter()
Writing = Annotated[Visit, Depends(visiting(Right.WRITE), scope="function")]
_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@router.get(IMPORTS)
def list_imports_page(db: Db, visit: Writing) -> Response:
    """The newest imports of the company."""
    member = member_of(db, visit.acting)
    found = jobs.listed(db, member, LISTED + 1)
    names = {number: mappings.one(db, number, member) for number in {one.mapping_id for one in found}}
    return visit.show(imports_page(visit, found[:LISTED], names, more=len(found) > LISTED))


@router.get(NEW)
def new_import(db: Db, visit: Writing) -> Response:
    """An empty form."""
    return visit.show(new_page(visit, str(uuid.uuid4()), mappings.listed(db, member_of(db, visit.acting))))


@router.post(NEW)
def import_table(request: Request, db: Db, visit: Writing, upload: Uploaded) -> Response:
    """The form again, further on, whatever its button says; after an import, what became of its rows."""
    if not _FORM.fullmatch(upload.fields.get("form", "")):
        raise InvalidInput("form", "is no form's id", "open the form anew")
    try:
        table = files.read(upload.content)
    except InvalidInput as error:
        raise Refilled(visit.show(_page(db, visit, upload, notice=_wrong(visit, error, empty=not upload.content)))) from None
    draft = _draft(db, visit, upload, table)
    try:
        return _done(request, db, visit, upload, table, draft)
    except (InvalidInput, Conflict) as error:
        raise Refilled(visit.show(_page(db, visit, upload, table, draft, notice=_wrong(visit, error)))) from None


@router.get(IMPORTS + "/{import_id}")
def show_import(
    db: Db, visit: Writing, import_id: str, outcome: str = "", after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0
) -> Response:
    """One import, row by row."""
    member = member_of(db, visit.acting)
    one = jobs.one(db, import_id, member)
    counts, running = report.counts(db, one), report.running(db, one)
    chosen = outcome if outcome in counts else ""
    found = report.told(db, one, after, ROWS + 1, chosen)
    mapping = mappings.one(db, one.mapping_id, member)
    return visit.show(import_page(visit, one, mapping, counts, found, outcome=chosen, after=after, running=running))


@router.get(IMPORTS + "/{import_id}/report")
def download_report(db: Db, visit: Writing, import_id: str) -> Response:
    """The same as a file for a spreadsheet."""
    return report_file(db, jobs.one(db, import_id, member_of(db, visit.acting)))


def _draft(db: Session, visit: Visit, upload: Upload, table: Table) -> Draft:
    """The mapping as the form has it; for a file that was just chosen the saved one, or what its headings let us guess."""
    form = upload.fields
    if "dates" in form and form.get("do") != "show":
        return of_form(form)
    begin = form.get("begin", "")
    if begin.isascii() and begin.isdigit() and len(begin) < 19:
        row = mappings.one(db, int(begin), member_of(db, visit.acting))
        return of_definition(row.definition, row.name, row.id)
    zone = getattr(visit.words.zone, "key", "UTC")
    return Draft(
        guessed(table, upload.file_name), upload.file_name.rpartition(".")[0][:60], zone="Asia/Shanghai" if zone == "UTC" else zone
    )


def _done(request: Request, db: Session, visit: Visit, upload: Upload, table: Table, draft: Draft) -> Response:
    act = upload.fields.get("do", "")
    if act not in ("try", "save", "import"):
        raise Refilled(visit.show(_page(db, visit, upload, table, draft)))
    mapping = of_json(draft.as_json())
    if act == "try":
        told = jobs.trial(db, whose_of(db, visit.acting), table, mapping, draft.name.strip(), gate)
        raise Refilled(visit.show(new_page(visit, upload.fields["form"], _saved(db, visit), table=table, draft=draft, told=told)))
    whose = whose_of(db, visit.acting)
    row, _ = mappings.save(db, whose.member_id, draft.name, mapping, whose.by)
    if act == "save":
        visit.acting.note(f"import mapping {row.id}", name=row.name, version=row.version)
        notice = Notice("good", visit.words.say("imports.saved.done", name=row.name, version=row.version))
        return visit.show(_page(db, visit, upload, table, replace(draft, saved=str(row.id)), notice=notice))
    behaviour = Behaviour.ROLLBACK if upload.fields.get("behaviour") == Behaviour.ROLLBACK else Behaviour.PROCEED
    one, _ = jobs.place(db, whose, Wanted(upload.content, row, upload.fields["form"], behaviour, upload.file_name))
    visit.acting.note(f"import {one.id}", rows=one.rows, events=one.events, mapping=one.mapping_id)
    there = f"{IMPORTS}/{one.id}"
    return Response(headers={"HX-Redirect": there}) if request.headers.get("hx-request") else visit.go(there)


def _page(
    db: Session, visit: Visit, upload: Upload, table: Table | None = None, draft: Draft | None = None, *, notice: Notice | None = None
) -> NewImportPage:
    return new_page(visit, upload.fields["form"], _saved(db, visit), table=table, draft=draft, notice=notice)


def _saved(db: Session, visit: Visit) -> list[ImportMapping]:
    return list(mappings.listed(db, member_of(db, visit.acting)))


def _wrong(visit: Visit, error: InvalidInput | Conflict, *, empty: bool = False) -> Notice:
    if empty:
        return Notice("bad", visit.words.say("imports.no_file"))
    return Notice("bad", visit.words.say("imports.refused"), refusal(error, visit.words))
