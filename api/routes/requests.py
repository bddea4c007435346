"""From a request's id to the transactions and blocks that its events came into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Path
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import AuditEntry
from api.dependencies import Db
from api.problems import documented
from api.routes.metrics import Operator
from api.schemas import ActOut, CarriedOut, TrailOut
from api.spelling import hexed
from ledger_client.errors import NotFound
from records import queries, trail

router = APIRouter(tags=["operate"])
MOST = 100  # acts of a request, records of an act


@router.get(
    "/requests/{request_id}",
    operation_id="followRequest",
    summary="Follow a request to the chain",
    responses=documented(400, 401, 403, 404, 503),
)
def follow(request_id: Annotated[str, Path(max_length=64)], db: Db, _caller: Operator) -> TrailOut:
    """By the id that an answer carried in `X-Request-ID`: what the request did, the records that came of it, the transaction and block of
    each. Requests that only read, or that failed, leave no trace here; their line is in the log."""
    acts = db.scalars(select(AuditEntry).where(AuditEntry.request_id == request_id).order_by(AuditEntry.id).limit(MOST)).all()
    if not acts:
        raise NotFound(f"request {request_id}: nothing was written by a request of that id")
    numbers = [number for act in acts for number in _records(db, act)]
    return TrailOut(
        request_id=request_id,
        acts=[ActOut(at=act.at, actor=act.actor, action=act.action, subject=act.subject) for act in acts],
        captures=[act.subject for act in acts if act.action == "capture"],
        anchors=_anchors(db, numbers),
        truncated=len(acts) == MOST or any(len(_records(db, act)) == MOST for act in acts),
    )


def _records(db: Session, act: AuditEntry) -> Sequence[int]:
    if act.action == "capture":
        return trail.records_of_capture(db, act.subject, MOST)
    return [act.details["record"]] if isinstance(act.details.get("record"), int) else []


def _anchors(db: Session, numbers: Sequence[int]) -> list[CarriedOut]:
    names = queries.event_ids(db, numbers)
    return [
        CarriedOut(
            record=one.record_id,
            event_id=names[one.record_id],
            anchors=one.anchors,
            transaction=hexed(one.transaction) if one.transaction else None,
            state=one.state,
            block=one.block,
            block_hash=hexed(one.block_hash) if one.block_hash else None,
        )
        for one in trail.carried(db, numbers)
    ]
