"""Documents as they were received: kept sealed while they are worked on, and destroyed once every event of them is a record.

A document of which an event was refused is kept for some days more, so that its sender can be helped; `step` destroys it then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from records import seals
from records.columns import now
from records.database import changed
from records.key_models import CaptureKey
from records.keyring import keyring_of
from records.models import Capture, CaptureState
from records.rotation import DOCUMENT as PURPOSE
from records.rotation import enter
from telemetry.logs import log

KEPT_DAYS = 30
_AT_ONCE = 100


def keep(session: Session, job: Capture, body: bytes) -> None:
    """Seal a document under a key of its own and keep it with its job, which is added to the session."""
    ring = keyring_of(session)
    version = ring.newest()
    job.sealed, wrapped = seals.seal(ring.kek(version), body, PURPOSE)
    session.add(job)
    enter(session, version)
    session.flush()
    session.add(CaptureKey(capture_id=job.id, kek_version=version, wrapped=wrapped))
    session.flush()


def opened(session: Session, job: Capture) -> bytes | None:
    """The document of a job; None when it is gone or its seal does not open, KeyMissing while its master key is away."""
    columns = select(Capture.sealed, CaptureKey.kek_version, CaptureKey.wrapped)
    row = session.execute(columns.join(CaptureKey, CaptureKey.capture_id == Capture.id).where(Capture.id == job.id)).one_or_none()
    if row is None or row.sealed is None:
        return None
    try:
        return seals.unseal(keyring_of(session).kek(row.kek_version), row.sealed, row.wrapped, PURPOSE)
    except seals.Broken:
        return None


def destroy(session: Session, captures: Sequence[str]) -> int:
    """Destroy the documents of these jobs, and their keys; returns how many there were."""
    session.execute(delete(CaptureKey).where(CaptureKey.capture_id.in_(captures)).execution_options(synchronize_session=False))
    return changed(session, update(Capture).where(Capture.id.in_(captures), Capture.sealed.is_not(None)).values(sealed=None))


def step(session: Session, days: int = KEPT_DAYS) -> int:
    """Destroy some documents whose time is over; returns how many."""
    over = (Capture.state == CaptureState.FAILURE, Capture.received_at < now() - timedelta(days=days))
    found = session.scalars(
        select(Capture.id).where(*over, Capture.sealed.is_not(None)).order_by(Capture.received_at).limit(_AT_ONCE)
    ).all()
    if not found:
        return 0
    log.info("documents.destroyed", documents=len(found))
    return destroy(session, found)
