"""Capture jobs, newest first, and what became of the events of one, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.lists.paging import Page, Place, page
from records.models import Capture, CaptureResult, CaptureState, Outcome


@dataclass(frozen=True, slots=True)
class CaptureRow:
    """A capture job in a list."""

    capture_id: str
    received_at: datetime
    finished_at: datetime | None
    signer: bytes
    behaviour: str
    state: CaptureState
    events_total: int
    events_done: int


def captures(
    session: Session, state: CaptureState | None, place: Place | None, limit: int, *, signer: bytes | None = None
) -> Page[CaptureRow]:
    """One page of jobs, of one state or signer if asked; a place's key is (time of receipt, id)."""
    told = (Capture.id, Capture.received_at, Capture.finished_at, Capture.signer, Capture.behaviour, Capture.state)
    query = select(*told, Capture.events_total, Capture.events_done)
    if state:
        query = query.where(Capture.state == state)
    if signer is not None:
        query = query.where(Capture.signer == signer)
    found = page(session, query, (Capture.received_at, Capture.id), place, limit)
    rows = [
        CaptureRow(
            capture_id=row.id,
            received_at=row.received_at,
            finished_at=row.finished_at,
            signer=row.signer,
            behaviour=row.behaviour,
            state=CaptureState(row.state),
            events_total=row.events_total,
            events_done=row.events_done,
        )
        for row in found.rows
    ]
    return Page(rows, found.newer, found.older)


@dataclass(frozen=True, slots=True)
class ResultRow:
    """What became of one event of a capture."""

    index: int
    outcome: Outcome
    event_id: str
    record_id: int | None
    problem: Mapping[str, Any]  # `Problem.as_json` of `records.prepare`, or empty


def results(session: Session, capture_id: str, outcome: Outcome | None, place: Place | None, limit: int) -> Page[ResultRow]:
    """One page of results, of one outcome if asked; a place's key is the event's number, negative, because it counts upwards."""
    place_of = (-CaptureResult.index).label("place")
    told = (
        CaptureResult.index.label("number"),
        CaptureResult.outcome,
        CaptureResult.event_id,
        CaptureResult.record_id,
        CaptureResult.problem,
    )
    query = select(place_of, *told).where(CaptureResult.capture_id == capture_id)
    if outcome:
        query = query.where(CaptureResult.outcome == outcome)
    found = page(session, query, (place_of,), place, limit)
    rows = [ResultRow(row.number, Outcome(row.outcome), row.event_id or "", row.record_id, row.problem or {}) for row in found.rows]
    return Page(rows, found.newer, found.older)
