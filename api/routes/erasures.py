"""Erasures over JSON: ask for one, list them, approve or reject another's."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath
from sqlalchemy.orm import Session

from accounts.roles import Right
from api import memory
from api.body import described, json_of
from api.callers import Caller, allowed
from api.dependencies import Db
from api.erasure_schemas import ErasureIn, ErasureOut, ErasuresOut
from api.places import place, word
from api.problems import NotAllowed, documented
from api.spelling import hexed
from indexer.audiences import members_of_keys
from ledger_client.errors import InvalidInput, NotFound
from ledger_client.sentences import sentence
from records import erasure, queries
from records.database import once_committed
from records.erasure import Person
from records.erasure_models import Erasure, ErasureState
from records.models import Record

router = APIRouter(tags=["erasure"])
Eraser = Annotated[Caller, Depends(allowed(Right.ERASE), scope="function")]
Identity = Annotated[str, InPath(min_length=1, max_length=36, description="id of the erasure")]
PROBLEMS = (400, 401, 403, 503)


@router.post(
    "/erasures",
    operation_id="askErasure",
    summary="Ask for a record to be erased",
    status_code=201,
    responses=documented(*PROBLEMS, 404, 409, 413, 415),
    openapi_extra=described(ErasureIn),
)
def ask_erasure(db: Db, caller: Eraser, wanted: Annotated[ErasureIn, Depends(json_of(ErasureIn))]) -> ErasureOut:
    """Another account approves it; until then nothing is erased."""
    record = record_of(db, wanted.event_id, wanted.record)
    return told(db, asked(db, caller, record, wanted.ordered_by, wanted.reason))


@router.get("/erasures", operation_id="listErasures", summary="Requests to erase records", responses=documented(*PROBLEMS))
def list_erasures(
    db: Db,
    _caller: Eraser,
    state: Annotated[ErasureState | None, Query(description="only those in this state")] = None,
    after: Annotated[str | None, Query(description="the `next` of the page before", max_length=80)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> ErasuresOut:
    """Newest first, those that were decided among them."""
    found = erasure.page_of(db, state, place(after, of=str), limit)
    return ErasuresOut(erasures=[told(db, one) for one in found.rows], next=word(found.older))


@router.get("/erasures/{erasure_id}", operation_id="getErasure", summary="One request", responses=documented(*PROBLEMS, 404))
def get_erasure(db: Db, _caller: Eraser, erasure_id: Identity) -> ErasureOut:
    """With the item of its receipt, whose bundle proves it."""
    return told(db, erasure.one(db, erasure_id))


@router.post(
    "/erasures/{erasure_id}/approve",
    operation_id="approveErasure",
    summary="Erase the record",
    responses=documented(*PROBLEMS, 404, 409),
)
def approve_erasure(db: Db, caller: Eraser, erasure_id: Identity) -> ErasureOut:
    """By another account than the one that asked, whether it signs in or comes with a key. Nothing brings the content back."""
    return told(db, approved(db, caller, erasure_id))


@router.post(
    "/erasures/{erasure_id}/reject",
    operation_id="rejectErasure",
    summary="Decide against it",
    responses=documented(*PROBLEMS, 404, 409),
)
def reject_erasure(db: Db, caller: Eraser, erasure_id: Identity) -> ErasureOut:
    """Whoever asked may take it back so."""
    return told(db, rejected(db, caller, erasure_id))


def record_of(db: Session, event_id: str, number: int | None = None) -> Record:
    """The record under an event id; `number` tells apart several. NotFound, or InvalidInput when it is not clear which is meant."""
    rows = queries.records_of_event(db, event_id)
    chosen = [row for row in rows if row.id == number] if number else list(rows)
    if not chosen:
        raise NotFound(sentence("event {event_id}: no such event is recorded here", event_id=event_id[:200]))
    if len(chosen) > 1:
        raise InvalidInput(
            "record",
            sentence("{count} records share this event id", count=len(chosen)),
            sentence("name one: {known}", known=", ".join(str(row.id) for row in chosen)),
        )
    return chosen[0]


def asked(db: Session, caller: Caller, record: Record, ordered_by: str, reason: str) -> Erasure:
    """Ask for it as the caller, whose member's record it must be if the caller speaks for one."""
    _own(db, caller, record)
    found = erasure.ask(db, record, Person(caller.account_id, caller.name), ordered_by, reason)
    caller.note(record.event_id, erasure=found.id)
    return found


def approved(db: Session, caller: Caller, erasure_id: str) -> Erasure:
    """Approve it as the caller."""
    _own(db, caller, queries.record(db, erasure.one(db, erasure_id).record_id))
    found = erasure.approve(db, erasure_id, Person(caller.account_id, caller.name))
    once_committed(db, memory.forget)
    caller.note(queries.record(db, found.record_id).event_id, erasure=found.id)
    return found


def rejected(db: Session, caller: Caller, erasure_id: str) -> Erasure:
    """Reject it as the caller."""
    _own(db, caller, queries.record(db, erasure.one(db, erasure_id).record_id))
    found = erasure.reject(db, erasure_id, Person(caller.account_id, caller.name))
    caller.note(queries.record(db, found.record_id).event_id, erasure=found.id)
    return found


def _own(db: Session, caller: Caller, record: Record) -> None:
    """An account that signs for a member erases that member's records only; one without a signer keeps all of them."""
    if caller.signer is None or caller.signer == record.signer:
        return
    keys = members_of_keys(db)
    if keys.get(caller.signer) is None or keys.get(caller.signer) != keys.get(record.signer):
        raise NotAllowed(sentence("the account {name} speaks for another member than the one that recorded this event", name=caller.name))


def told(db: Session, one: Erasure) -> ErasureOut:
    """A request as JSON."""
    record = queries.record(db, one.record_id)
    done = one.state == ErasureState.ERASED
    return ErasureOut(
        id=one.id,
        state=ErasureState(one.state),
        event_id=record.event_id,
        record=record.id,
        commitment=hexed(record.commitment),
        ordered_by=one.ordered_by,
        reason=one.reason,
        asked_at=one.asked_at,
        asked_by=one.asked_name,
        decided_at=one.decided_at,
        decided_by=one.decided_name,
        receipt_item=erasure.item_of(one) if done else None,
        receipt_event_id=queries.record(db, one.receipt_id).event_id if one.receipt_id else None,
    )
