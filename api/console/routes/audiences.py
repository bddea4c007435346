"""GET and POST /console/audiences, its forms, versions and previews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles import Right
from api.callers import Caller
from api.console.audiences.draft import Draft, draft_in
from api.console.audiences.kind import Wrong, empty_draft, kind_page, overtaken, refused
from api.console.audiences.known import Known, known
from api.console.audiences.matrix import matrix_page
from api.console.audiences.named import HOME
from api.console.audiences.preview import preview_page
from api.console.audiences.versions import versions_page
from api.console.refusals import refusal
from api.console.shown import with_query
from api.console.visit import Refilled, Visit, visiting
from api.dependencies import Configured, Db, Node
from api.forms import Fields
from api.members_here import member_of
from api.pages.item import as_preview
from api.pages.render import render
from api.pages.words import Words
from api.routes.pages import history_of, page_of
from indexer import queries as mirror
from indexer.audiences import members_of_keys, policies
from ledger_client.codes import ItemCode, parse
from ledger_client.disclosure import Kind, Policy
from ledger_client.errors import InvalidInput, NotFound
from ledger_client.sentences import sentence
from records import audiences, contents, queries
from records.audiences import Overtaken, Policies, told_change
from records.models import Record

router = APIRouter()
LOOKED_AT = 300  # newest events, to know kinds and properties
VERSIONS = 20  # on a page

Editor = Annotated[Visit, Depends(visiting(Right.POLICY), scope="function")]


@dataclass(frozen=True, slots=True)
class Ruled:
    """The member whose policy is edited, its keys, and the version that holds."""

    member_id: int
    name: str
    signers: Sequence[bytes]
    version: int
    policy: Policy


@router.get("/console/audiences")
def show_audiences(db: Db, visit: Editor) -> Response:
    """Kinds × properties at a glance."""
    ruled = _ruled(db, visit.acting)
    before = audiences.version(db, ruled.member_id, ruled.version - 1)
    return visit.show(matrix_page(visit, ruled.name, _known(db, ruled), ruled.policy, audiences.newest(db, ruled.member_id), before))


@router.get("/console/audiences/kind")
def edit_audiences(request: Request, db: Db, visit: Editor) -> Response:
    """The form of one kind, with a draft filled in if the address holds one."""
    ruled, draft = _ruled(db, visit.acting), draft_in(request.query_params)
    draft = draft if draft.choices else empty_draft(draft.kind, ruled.version)
    return visit.show(kind_page(visit, ruled.name, _known(db, ruled), ruled.policy, draft, reason=request.query_params.get("reason", "")))


@router.post("/console/audiences")
def save_audiences(db: Db, visit: Editor, fields: Fields) -> Response:
    """A new version, or the form again with what is wrong with it."""
    ruled, draft, reason, caller = _ruled(db, visit.acting), draft_in(fields), fields.get("reason", ""), visit.acting
    try:
        saved = audiences.change(db, ruled.member_id, draft.over(ruled.policy), draft.based_on, caller.display_name, reason)
    except Overtaken as late:
        newest = Draft(draft.kind, late.newest.version, draft.choices, draft.added, draft.added_audience)
        wrong = overtaken(late.newest.made_by, late.newest.version, late.theirs, visit.words)
        raise Refilled(_again(db, visit, newest, wrong, reason, 409)) from None
    except InvalidInput as problem:
        raise Refilled(_again(db, visit, draft, refused(refusal(problem, visit.words), visit.words), reason, 400)) from None
    told = [told_change(one) for one in audiences.changed_by(db, saved)]
    caller.note(f"member {ruled.member_id}", version=saved.version, changes=told, reason=saved.reason)
    return visit.go(HOME, done="audiences.done.saved")


@router.get("/console/audiences/versions")
def list_audiences(db: Db, visit: Editor, before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None) -> Response:
    """Who changed what, when and why."""
    ruled = _ruled(db, visit.acting)
    rows = audiences.versions(db, ruled.member_id, before, VERSIONS + 1)
    told = [(row, audiences.policy_of(row.rules), audiences.version(db, ruled.member_id, row.version - 1)) for row in rows[:VERSIONS]]
    return visit.show(versions_page(visit, ruled.name, told, more=len(rows) > VERSIONS))


@router.get("/console/audiences/preview")
def preview_audiences(request: Request, db: Db, visit: Editor, code: str = "", reason: str = "") -> Response:
    """An item's events under a draft that is not saved; where none is named, that of the member's newest event of the draft's kind."""
    ruled, draft = _ruled(db, visit.acting), draft_in(request.query_params)
    try:
        draft.over(ruled.policy)
    except InvalidInput as error:
        wrong = refused(refusal(error, visit.words), visit.words)
        return visit.show(kind_page(visit, ruled.name, _known(db, ruled), ruled.policy, draft, wrong, reason), 400)
    try:
        item = parse(code) if code else _newest_item(db, ruled, draft.kind)
    except InvalidInput as error:
        return visit.show(preview_page(visit, ruled.name, ruled.policy, draft, code, [], refusal(error, visit.words), reason), 400)
    events = _events(db, item, ruled) if item else []
    problem = "" if events else visit.words.say("audiences.preview.none")
    return visit.show(preview_page(visit, ruled.name, ruled.policy, draft, item.uri if item else "", events, problem, reason))


@router.get("/console/audiences/preview/page")
def preview_page_of_item(request: Request, db: Db, chain: Node, settings: Configured, visit: Editor, code: str) -> Response:
    """The consumer's page of an item as it would be under a draft, labelled as such and without the browser's own check of it."""
    ruled, draft, item = _ruled(db, visit.acting), draft_in(request.query_params), parse(code)
    holding = policies(db)
    drafted = Policies({**holding.of_member, ruled.member_id: draft.over(ruled.policy)}, holding.members or members_of_keys(db))
    history = history_of(db, chain, item, drafted)
    if history is None or history.verdict == "unknown":
        raise NotFound(sentence("{uri}: nothing is recorded under it", uri=item.uri))
    here, other = request.url.path, "zh" if visit.words.language == "en" else "en"
    page = page_of(request, db, history, item, settings, Words(visit.words.language))
    page = as_preview(page, visit.words.say("audiences.preview.label"), with_query(here, dict(request.query_params), lang=other))
    return HTMLResponse(render(page), headers={"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"})


def _ruled(db: Session, caller: Caller) -> Ruled:
    """The member that the caller speaks for: see `member_of`."""
    keys = members_of_keys(db)
    own = member_of(db, caller)
    name = next((member.name for member in mirror.members(db) if member.member_id == own), str(own))
    newest = audiences.newest(db, own)
    policy = audiences.policy_of(newest.rules if newest else [])
    return Ruled(own, name, [key for key, member in keys.items() if member == own], newest.version if newest else 0, policy)


def _again(db: Session, visit: Visit, draft: Draft, wrong: Wrong, reason: str, status: int) -> Response:
    ruled = _ruled(db, visit.acting)
    return visit.show(kind_page(visit, ruled.name, _known(db, ruled), ruled.policy, draft, wrong, reason), status)


def _known(db: Session, ruled: Ruled) -> Known:
    """What the member's newest events are like."""
    newest = select(Record).where(Record.signer.in_(ruled.signers)).order_by(Record.event_time.desc(), Record.id.desc()).limit(LOOKED_AT)
    return known(_readable(db, db.scalars(newest).all()))


def _newest_item(db: Session, ruled: Ruled, kind: Kind) -> ItemCode | None:
    """An item of the member's newest event of that kind."""
    newest = select(Record.id).where(Record.signer.in_(ruled.signers)).order_by(Record.event_time.desc(), Record.id.desc()).limit(1)
    for column, wanted in ((Record.event_type, kind.type), (Record.biz_step, kind.step)):
        newest = newest.where(column == wanted) if wanted else newest
    number = db.scalar(newest)
    codes = queries.items_of_record(db, number) if number is not None else []
    return parse(codes[0]) if codes else None


def _events(db: Session, item: ItemCode, ruled: Ruled) -> list[Mapping[str, Any]]:
    """The member's own events of an item; what others recorded follows their policies."""
    return _readable(db, [one.record for one in queries.records_of_item(db, item.uri) if one.record.signer in set(ruled.signers)])


def _readable(db: Session, rows: Sequence[Record]) -> list[Mapping[str, Any]]:
    """The events of records, without those that cannot be read any more."""
    return [event for held in contents.opened(db, rows).values() if (event := held.event()) is not None]
