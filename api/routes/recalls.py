"""Recall cases over JSON: try a suspicion, open a case, freeze what it affects, account for it, close it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.orm import Session

from accounts.roles import Right
from api.body import described, json_of
from api.callers import Caller, allowed, view_of
from api.dependencies import Db
from api.members_here import seen_by
from api.places import place, word
from api.problems import documented
from api.recall_schemas import (
    AccountIn,
    AccountOut,
    AccountsOut,
    CloseIn,
    FoundEvent,
    FrozenOut,
    PreviewIn,
    PreviewOut,
    RecallIn,
    RecallOut,
    RecallsOut,
    RecallWhole,
    State,
    SuspicionIn,
    UnitOut,
    UnitsOut,
)
from api.recalls import person_of, told, told_account, told_whole
from api.recalls_here import own_case
from api.routes.notices import CaseId
from recall import cases
from recall.cases import accounting, closing, export, freezing, opening, units
from recall.cases.preview import preview
from recall.drill.figures import facts
from recall.models import RecallCase, RecallUnit
from recall.suspicion import asked
from recall.suspicion.asked import Suspicion

router = APIRouter(prefix="/recalls", tags=["recall"])
Holder = Annotated[Caller, Depends(allowed(Right.HOLD), scope="function")]
Reading = Annotated[Caller, Depends(allowed(Right.READ), scope="function")]
PROBLEMS = (400, 401, 403, 503)
_BODY = (*PROBLEMS, 413, 415)
_CHANGE = (*_BODY, 404, 409)


@router.post(
    "/preview",
    operation_id="previewRecall",
    summary="What a suspicion finds",
    responses=documented(*_BODY),
    openapi_extra=described(PreviewIn),
)
def preview_recall(db: Db, caller: Holder, wanted: Annotated[PreviewIn, Depends(json_of(PreviewIn))]) -> PreviewOut:
    """These events, these things: nothing is opened, held or written."""
    found = preview(db, _suspicion(wanted.suspicion), view_of(db, caller))
    events = [
        FoundEvent(record=one.record, event_id=one.event_id, at=one.time, type=one.type, biz_step=one.step) for one in found.first_events
    ]
    return PreviewOut(
        events=found.events, first_events=events, things=found.things, first_things=list(found.first_things), unknown=list(found.unknown)
    )


@router.post(
    "",
    operation_id="openRecall",
    summary="Open a recall, or a drill",
    status_code=201,
    responses=documented(*_BODY),
    openapi_extra=described(RecallIn),
)
def open_recall(db: Db, caller: Holder, wanted: Annotated[RecallIn, Depends(json_of(RecallIn))]) -> RecallOut:
    """Every unit that the suspicion leads to is worked out and kept, with where it is and whose. Nothing is held until `/freeze`."""
    wish = opening.Wanted(wanted.title, wanted.reason, _suspicion(wanted.suspicion), wanted.kind, wanted.grade, wanted.aware_at)
    case = opening.open_case(db, wish, person_of(caller), view_of(db, caller))
    caller.note(case.code, number=case.number, units=case.units)
    return told(db, case)


@router.get("", operation_id="listRecalls", summary="Recalls and drills", responses=documented(*PROBLEMS))
def list_recalls(
    db: Db,
    caller: Reading,
    *,
    standing: Annotated[bool, Query(description="only those that are not closed")] = False,
    after: Annotated[str | None, Query(description="the `next` of the page before", max_length=80)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> RecallsOut:
    """Newest first: those of the caller's member, or all for who may see everything."""
    found = cases.page_of(db, place(after, of=str), limit, member=seen_by(db, caller), open_only=standing)
    return RecallsOut(recalls=[told(db, one) for one in found.rows], next=word(found.older))


@router.get("/{recall_id}", operation_id="getRecall", summary="A case with its accounting", responses=documented(*PROBLEMS, 404))
def get_recall(db: Db, caller: Reading, recall_id: CaseId) -> RecallWhole:
    """By owner and product: what is affected, where it is, what came back, and what is not accounted for."""
    return told_whole(db, own_case(db, caller, recall_id))


@router.get("/{recall_id}/units", operation_id="listRecallUnits", summary="The units of a case", responses=documented(*PROBLEMS, 404))
def list_recall_units(
    db: Db,
    caller: Reading,
    recall_id: CaseId,
    *,
    owner: Annotated[str | None, Query(pattern="^[0-9]{1,19}$", description="of one owner: `owner` of a line")] = None,
    state: Annotated[State | None, Query(description="in one state")] = None,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="the `next` of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> UnitsOut:
    """One row for each part of a thing that is somewhere. A refresh of the case numbers them anew."""
    case = own_case(db, caller, recall_id)
    rows = units.page_of(db, case, after, limit + 1, owner=None if owner is None else min(int(owner), 2**63 - 1), state=state or "")
    shown = rows[:limit]
    keys = {row.place_key: row.place_record for row in shown} | {row.owner_key: row.owner_record for row in shown}
    known = units.names(db, {key: record for key, record in keys.items() if record})
    return UnitsOut(
        units=[_unit(row, known) for row in shown], complete=case.complete, next=shown[-1].number if len(rows) > limit else None
    )


@router.post(
    "/{recall_id}/refresh",
    operation_id="refreshRecall",
    summary="Work the affected set out again",
    responses=documented(*PROBLEMS, 404, 409),
)
def refresh_recall(db: Db, caller: Holder, recall_id: CaseId) -> RecallOut:
    """What events that arrived since have affected is added; `fresh` says how many things. Hold it by `/freeze`."""
    case = opening.refresh(db, own_case(db, caller, recall_id).id, person_of(caller), view_of(db, caller))
    caller.note(case.code, number=case.number, fresh=case.fresh)
    return told(db, case)


@router.post(
    "/{recall_id}/freeze",
    operation_id="freezeRecall",
    summary="Hold everything that is affected",
    responses=documented(*PROBLEMS, 404, 409),
)
def freeze_recall(db: Db, caller: Holder, recall_id: CaseId) -> FrozenOut:
    """For every company on this server, until the case is closed. Again after a refresh: what is new. A drill holds nothing."""
    case = own_case(db, caller, recall_id)
    held = freezing.freeze(db, case.id, person_of(caller))
    caller.note(case.code, number=case.number, held=held)
    return FrozenOut(held=held, recall=told(db, case))


@router.get(
    "/{recall_id}/accounts", operation_id="listRecallAccounts", summary="What people state of units", responses=documented(*PROBLEMS, 404)
)
def list_recall_accounts(db: Db, caller: Reading, recall_id: CaseId) -> AccountsOut:
    """Oldest first; each is an event on the case's code."""
    return AccountsOut(accounts=[told_account(db, one) for one in accounting.accounts(db, own_case(db, caller, recall_id))])


@router.post(
    "/{recall_id}/accounts",
    operation_id="stateRecallAccount",
    summary="State what became of units",
    status_code=201,
    responses=documented(*_CHANGE),
    openapi_extra=described(AccountIn),
)
def state_recall_account(
    db: Db, caller: Holder, recall_id: CaseId, wanted: Annotated[AccountIn, Depends(json_of(AccountIn))]
) -> AccountOut:
    """No more than is not accounted for. What events say of a return or a destruction counts by itself, after a refresh."""
    case = own_case(db, caller, recall_id)
    said = accounting.Statement(int(wanted.owner), wanted.product, wanted.uom, wanted.outcome, wanted.quantity, wanted.note.strip())
    row = accounting.state(db, case.id, said, person_of(caller))
    caller.note(case.code, number=case.number, outcome=row.outcome, quantity=row.quantity)
    return told_account(db, row)


@router.post(
    "/{recall_id}/close",
    operation_id="closeRecall",
    summary="Close a case",
    responses=documented(*_CHANGE),
    openapi_extra=described(CloseIn),
)
def close_recall(db: Db, caller: Holder, recall_id: CaseId, wanted: Annotated[CloseIn, Depends(json_of(CloseIn))]) -> RecallWhole:
    """When everything is accounted for, or with a reason for what is not. What it holds is released, or stays held."""
    case = own_case(db, caller, recall_id)
    closing.close(
        db, case.id, wanted.conclusion, person_of(caller), release=wanted.release, remainder=wanted.remainder_reason, facts=facts(db, case)
    )
    caller.note(case.code, number=case.number, release=wanted.release)
    return told_whole(db, case)


@router.get(
    "/{recall_id}/export",
    operation_id="exportRecall",
    summary="The list of units as a file",
    response_class=Response,
    responses=documented(*PROBLEMS, 404) | {200: {"content": {"text/csv": {}, "application/json": {}}, "description": "all units"}},
)
def export_recall(
    db: Db, caller: Reading, recall_id: CaseId, form: Annotated[Literal["csv", "json"], Query(description="of the file")] = "csv"
) -> Response:
    """Its hash, made by rule 6 of docs/recall.md, stands in the newest event that opened or refreshed the case."""
    return exported(db, own_case(db, caller, recall_id), form)


def exported(db: Session, case: RecallCase, form: str) -> Response:
    """The file."""
    if form == "csv":
        body, kind = "".join(export.csv_lines(db, case)).encode(), "text/csv; charset=utf-8"
    else:
        body, kind = b"".join(export.json_lines(db, case)), "application/json"
    name = f'attachment; filename="{case.number}.{"complete" if case.complete else "truncated"}.{form}"'
    return Response(body, media_type=kind, headers={"Content-Disposition": name, "Cache-Control": "no-store"})


def _suspicion(said: SuspicionIn) -> Suspicion:
    return asked.of({name: value for name, value in said.model_dump(exclude_none=True).items() if value})


def _unit(row: RecallUnit, known: dict[int, str]) -> UnitOut:
    same = ("number", "code", "product", "level", "how", "quantity", "uom", "state", "outcome", "since", "record", "seen_at")
    return UnitOut(
        **{name: getattr(row, name) for name in same},
        place=known.get(row.place_key, ""),
        owner=str(row.owner_key),
        member=row.owner_member_id,
        party=known.get(row.owner_key, "") if row.owner_member_id is None else "",
    )
