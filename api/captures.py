"""A capture job as JSON, with one page of its results."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.schemas import CaptureOut, FailureOut, ResultOut
from records import queries
from records.models import Capture, CaptureResult, CaptureState


def capture_out(session: Session, job: Capture, start: int, limit: int, outcome: str | None) -> CaptureOut:
    """The job, its counts, and up to `limit` results from event number `start` on."""
    query = select(CaptureResult).where(CaptureResult.capture_id == job.id, CaptureResult.index >= start)
    if outcome:
        query = query.where(CaptureResult.outcome == outcome)
    rows = session.scalars(query.order_by(CaptureResult.index).limit(limit + 1)).all()
    return CaptureOut(
        capture_id=job.id,
        created_at=job.received_at,
        finished_at=job.finished_at,
        running=job.state == CaptureState.RUNNING,
        success=job.state == CaptureState.SUCCESS,
        error_behaviour="proceed" if job.behaviour == "proceed" else "rollback",
        events_total=job.events_total,
        events_done=job.events_done,
        counts={str(name): count for name, count in queries.outcomes(session, job.id).items()},
        results=[_result(row) for row in rows[:limit]],
        next=rows[limit].index if len(rows) > limit else None,
    )


def _result(row: CaptureResult) -> ResultOut:
    problem = FailureOut.model_validate(row.problem) if row.problem else None
    return ResultOut.model_validate({"index": row.index, "outcome": row.outcome, "event_id": row.event_id, "problem": problem})
