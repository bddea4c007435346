"""Holds over JSON: freeze a thing, list what is frozen, release it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath
from sqlalchemy.orm import Session

from accounts.roles import Right
from api.body import described, json_of
from api.callers import Caller, allowed
from api.dependencies import Db
from api.hold_schemas import HoldIn, HoldOut, HoldsOut, ReleaseIn
from api.places import place, word
from api.problems import documented
from api.recalls import person_of
from ledger_client.codes import parse
from recall import holds
from recall.models import Hold
from records import queries

router = APIRouter(tags=["recall"])
Holder = Annotated[Caller, Depends(allowed(Right.HOLD), scope="function")]
Reading = Annotated[Caller, Depends(allowed(Right.READ), scope="function")]
Identity = Annotated[str, InPath(min_length=1, max_length=36, description="id of the hold")]
PROBLEMS = (400, 401, 403, 503)


@router.post(
    "/holds",
    operation_id="placeHold",
    summary="Freeze a thing, so that nobody ships it",
    status_code=201,
    responses=documented(*PROBLEMS, 409, 413, 415),
    openapi_extra=described(HoldIn),
)
def place_hold(db: Db, caller: Holder, wanted: Annotated[HoldIn, Depends(json_of(HoldIn))]) -> HoldOut:
    """From now on capture refuses to ship it, what holds it, what lies in it, and the items of its lot. It is an event on the chain."""
    return told(db, placed(db, caller, wanted.code, wanted.reason))


@router.get("/holds", operation_id="listHolds", summary="What is frozen, and what was", responses=documented(*PROBLEMS))
def list_holds(
    db: Db,
    _caller: Reading,
    *,
    standing: Annotated[bool, Query(description="only those that were not released")] = False,
    after: Annotated[str | None, Query(description="the `next` of the page before", max_length=80)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> HoldsOut:
    """Newest first."""
    found = holds.page_of(db, place(after, of=str), limit, open_only=standing)
    return HoldsOut(holds=[told(db, one) for one in found.rows], next=word(found.older))


@router.post(
    "/holds/{hold_id}/release",
    operation_id="releaseHold",
    summary="Release a thing",
    responses=documented(*PROBLEMS, 404, 409, 413, 415),
    openapi_extra=described(ReleaseIn),
)
def release_hold(db: Db, caller: Holder, hold_id: Identity, wanted: Annotated[ReleaseIn, Depends(json_of(ReleaseIn))]) -> HoldOut:
    """By an account of the member that placed it."""
    return told(db, released(db, caller, hold_id, wanted.reason))


def placed(db: Session, caller: Caller, code: str, reason: str) -> Hold:
    """Place it as the caller."""
    found = holds.place(db, parse(code), reason, person_of(caller))
    caller.note(found.code, hold=found.id)
    return found


def released(db: Session, caller: Caller, hold_id: str, reason: str) -> Hold:
    """Release it as the caller."""
    found = holds.release(db, hold_id, reason, person_of(caller))
    caller.note(found.code, hold=found.id)
    return found


def told(db: Session, one: Hold) -> HoldOut:
    """A hold as JSON."""
    return HoldOut(
        id=one.id,
        code=one.code,
        member=one.member_id,
        recall=one.case_id,
        reason=one.reason,
        placed_at=one.placed_at,
        placed_by=one.placed_name,
        placed_event_id=queries.record(db, one.placed_record).event_id,
        release_reason=one.release_reason,
        released_at=one.released_at,
        released_by=one.released_name,
        released_event_id=queries.record(db, one.released_record).event_id if one.released_record else None,
    )
