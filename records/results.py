"""What became of each event of a capture, as rows for the partner to read.

Written by `capture` in the transaction that stores the events, so that a result never speaks of what is not there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.bulk import insert_rows
from records.database import once_committed
from records.models import CaptureResult, Outcome
from records.prepare import Prepared, Rejected
from records.store import Stored
from telemetry.metrics import EVENTS


@dataclass(frozen=True, slots=True)
class Result:
    """One event's outcome."""

    outcome: Outcome
    path: str  # of the event in its document
    event_id: str | None = None
    record_id: int | None = None
    problem: dict[str, object] | None = None  # {"path", "problem", "rule", "fix"} and perhaps "others"


def of_rejected(event: Rejected) -> Result:
    """An event that breaks a rule."""
    return Result(Outcome.INVALID, event.problems[0].path, problem=event.as_json())


def of_valid(event: Prepared) -> Result:
    """An event that could be stored."""
    return Result(Outcome.STORED, event.path, event.event_id)


def of_stored(event: Prepared, stored: Stored) -> Result:
    """An event that was given to `store`."""
    if stored.outcome != Outcome.INVALID:
        return Result(stored.outcome, event.path, event.event_id, stored.record_id)
    fix = "give the event an eventID of its own, or declare the recorded one to be in error"
    problem: dict[str, object] = {
        "path": f"{event.path}.eventID",
        "problem": stored.problem,
        "rule": "one content for an event id",
        "fix": fix,
    }
    return Result(Outcome.INVALID, event.path, event.event_id, stored.record_id, problem)


def rolled_back(found: Sequence[Result]) -> list[Result]:
    """The results of a document of which nothing was stored: the good events say which one was in the way."""
    culprit = next(result for result in found if result.outcome == Outcome.INVALID)
    count = sum(result.outcome == Outcome.INVALID for result in found)
    where = culprit.problem["path"] if culprit.problem else culprit.path
    reason = f"not stored, because {count} of {len(found)} events may not be stored, the first at {where}"
    fix = "mend it and send the document again, or send it with GS1-Capture-Error-Behaviour: proceed"
    taken_back = {result.record_id for result in found if result.outcome == Outcome.STORED}
    return [_refused(result, taken_back) if result.outcome == Outcome.INVALID else _held_back(result, reason, fix) for result in found]


def _refused(result: Result, taken_back: Collection[int | None]) -> Result:
    """An invalid event; the record that stood in its way may have been another event of the same document, and is gone."""
    return replace(result, record_id=None) if result.record_id in taken_back else result


def _held_back(result: Result, reason: str, fix: str) -> Result:
    problem: dict[str, object] = {"path": result.path, "problem": reason, "rule": "rollback: all events of a document or none", "fix": fix}
    return replace(result, outcome=Outcome.ROLLED_BACK, record_id=None, problem=problem)


def write(session: Session, capture_id: str, first: int, found: Sequence[Result]) -> None:
    """Write the results of events number `first` and following."""
    rows = [
        {
            "capture_id": capture_id,
            "index": first + place,
            "outcome": result.outcome,
            "event_id": result.event_id,
            "record_id": result.record_id,
            "problem": result.problem,
        }
        for place, result in enumerate(found)
    ]
    insert_rows(session, CaptureResult, rows)
    once_committed(session, partial(_count, Counter(result.outcome for result in found)))


def _count(outcomes: Counter[Outcome]) -> None:
    for outcome, events in outcomes.items():
        EVENTS.labels(outcome).inc(events)


def any_failed(session: Session, capture_id: str) -> bool:
    """Whether an event of the capture has no record."""
    failed = select(CaptureResult.index).where(CaptureResult.capture_id == capture_id, CaptureResult.outcome == Outcome.INVALID)
    return session.scalar(failed.limit(1)) is not None
