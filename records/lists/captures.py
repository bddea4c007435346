"""Capture jobs of every signer, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.lists.paging import Page, Place, page
from records.models import Capture, CaptureState


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


def captures(session: Session, state: CaptureState | None, place: Place | None, limit: int) -> Page[CaptureRow]:
    """One page of jobs, of one state if asked; a place's key is (time of receipt, id)."""
    told = (Capture.id, Capture.received_at, Capture.finished_at, Capture.signer, Capture.behaviour, Capture.state)
    query = select(*told, Capture.events_total, Capture.events_done)
    if state:
        query = query.where(Capture.state == state)
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
