"""A capture job as JSON: the form of EPCIS 2.0, and with one page of its results."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.schemas import CaptureErrorOut, CaptureJobOut, CaptureOut, FailureOut, ResultOut
from records import queries
from records.lists.captures import CaptureRow
from records.models import Capture, CaptureResult, CaptureState, Outcome

MOST_ERRORS = 20  # of a job, in the form of EPCIS 2.0; `results` has all


def job_out(session: Session, job: CaptureRow) -> CaptureJobOut:
    """A job in a list."""
    return CaptureJobOut(**_standard(session, job.capture_id, job))


def capture_out(session: Session, job: Capture, start: int, limit: int, outcome: str | None) -> CaptureOut:
    """The job, its counts, and up to `limit` results from event number `start` on."""
    query = select(CaptureResult).where(CaptureResult.capture_id == job.id, CaptureResult.index >= start)
    if outcome:
        query = query.where(CaptureResult.outcome == outcome)
    rows = session.scalars(query.order_by(CaptureResult.index).limit(limit + 1)).all()
    return CaptureOut(
        **_standard(session, job.id, job),
        error_behaviour=_behaviour(job),
        events_total=job.events_total,
        events_done=job.events_done,
        counts={str(name): count for name, count in queries.outcomes(session, job.id).items()},
        results=[_result(row) for row in rows[:limit]],
        next=rows[limit].index if len(rows) > limit else None,
    )


def _standard(session: Session, capture_id: str, job: Capture | CaptureRow) -> dict[str, Any]:
    errors = [] if job.state == CaptureState.SUCCESS else _errors(session, capture_id)
    return {
        "capture_id": capture_id,
        "created_at": job.received_at,
        "finished_at": job.finished_at,
        "running": job.state == CaptureState.RUNNING,
        "success": job.state != CaptureState.FAILURE and not errors,
        "capture_error_behaviour": _behaviour(job),
        "errors": errors,
    }


def _behaviour(job: Capture | CaptureRow) -> Literal["rollback", "proceed"]:
    return "proceed" if job.behaviour == "proceed" else "rollback"


def _errors(session: Session, capture_id: str) -> list[CaptureErrorOut]:
    wrong = (CaptureResult.capture_id == capture_id, CaptureResult.outcome == Outcome.INVALID)
    rows = session.scalars(select(CaptureResult).where(*wrong).order_by(CaptureResult.index).limit(MOST_ERRORS))
    return [_error(FailureOut.model_validate(row.problem)) for row in rows if row.problem]


def _error(failure: FailureOut) -> CaptureErrorOut:
    detail = f"{failure.path}: {failure.problem}" + (f" — {failure.fix}" if failure.fix else "")
    return CaptureErrorOut(title="An event breaks a rule", detail=detail, instance=failure.path)


def _result(row: CaptureResult) -> ResultOut:
    problem = FailureOut.model_validate(row.problem) if row.problem else None
    return ResultOut.model_validate({"index": row.index, "outcome": row.outcome, "event_id": row.event_id, "problem": problem})
