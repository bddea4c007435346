"""From a partner's document to records: `accept` keeps it, `step` works through it, `store_event` takes a single event.

Accepted means stored: `accept` keeps the document as received (`documents`), so that a kill at any later instruction loses nothing.
`step` judges some events at a time (`judging`). With `proceed` each piece is stored with its results and the progress in one transaction;
with `rollback` (default) everything is judged first and then stored in one transaction, or nothing is. A step that is
repeated after a kill stores nothing twice, because the unique constraints of `records` decide (`store`).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import timedelta
from functools import partial
from typing import Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ledger_client import canonical
from ledger_client.epcis.document import Document, read
from ledger_client.epcis.judge import faults_around
from ledger_client.errors import Conflict, InvalidEvent, InvalidInput
from ledger_client.sentences import sentence
from records import documents, judging, results, vocabulary
from records.columns import now
from records.database import changed, once_committed
from records.judging import Work
from records.keyring import KeyRetired, keyring_of
from records.models import Behaviour, Capture, CaptureState, Outcome
from records.prepare import LARGEST, Prepared, Rejected, check_size, prepare
from records.results import Result
from records.store import Stored, store
from telemetry.logs import log
from telemetry.metrics import CAPTURES, EVENTS

MAX_BYTES = 20 * 1024 * 1024
MAX_EVENTS = 10_000
ROOM = 4  # times the largest event: what a single one may weigh with its spaces and escapes, before it is judged
EVENTS_PER_STEP = 1000


class Passed(Protocol):
    """What a check lets through: the same events, with those that it refuses as `Rejected`."""

    judged: list[Prepared | Rejected]

    def settle(self, session: Session, stored: Sequence[Prepared]) -> None:
        """What follows once these of them are stored, in the same transaction."""


Check = Callable[[Session, list[Prepared | Rejected]], Passed]  # of packages that come after this one: the running process hands it in


def accept(session: Session, signer: bytes, body: bytes, behaviour: str = Behaviour.ROLLBACK, request_id: str | None = None) -> Capture:
    """Keep a document for capturing and return its job; nothing of it is judged but its size and shape.

    Raises InvalidInput for a document that is too large or of unknown behaviour, InvalidEvent (with the path) for one
    that is neither JSON nor XML, no EPCIS document, or wrong around its events.
    """
    if behaviour not in tuple(Behaviour):
        raise InvalidInput("GS1-Capture-Error-Behaviour", sentence("is {behaviour!r}", behaviour=behaviour), "choose rollback or proceed")
    document = _readable(body)
    job = Capture(
        id=str(uuid.uuid4()),
        received_at=now(),
        finished_at=None,
        signer=signer,
        behaviour=behaviour,
        state=CaptureState.RUNNING,
        events_total=len(document.events),
        events_done=0,
        request_id=request_id,
    )
    session.add(job)
    documents.keep(session, job, body)
    once_committed(session, partial(log.info, "capture.accepted", capture=job.id, events=job.events_total, behaviour=job.behaviour))
    return job


def step(session: Session, piece: int = EVENTS_PER_STEP, pool: Executor | None = None, check: Check | None = None) -> int:
    """Work on the next `piece` events of the oldest running capture; returns how many, 0 if no capture is running.

    The caller commits. Every call needs its own transaction. With a `pool` (`records.pool`) the pieces that come next
    are judged by other processes while this one stores. A `check` has a say in what is stored.
    """
    oldest = select(Capture).where(Capture.state == CaptureState.RUNNING).order_by(Capture.received_at).limit(1)
    job = session.scalar(oldest.with_for_update(skip_locked=True))
    if job is None:
        judging.forget()
        return 0
    work, sealing = judging.work_on(session, job), keyring_of(session).sealing(job.signer)
    if work is None:
        return _give_up(session, job)
    try:
        if job.behaviour == Behaviour.PROCEED:
            return _proceed(session, job, work, judging.judged(work, job, job.events_done, piece, sealing, pool), check)
        return _all_or_nothing(session, job, work, judging.judged(work, job, len(work.judged), piece, sealing, pool), check)
    except KeyRetired:
        judging.forget()  # what was judged is sealed under the old key
        raise


def store_event(session: Session, signer: bytes, body: bytes, check: Check | None = None) -> tuple[Stored, str]:
    """Store one event now; returns the record, new or the same event's earlier one, and its event id.

    Raises InvalidEvent with the path and rule, Conflict if its event id belongs to another content.
    """
    if len(body) > ROOM * LARGEST:
        raise InvalidEvent(
            "$",
            sentence("has {count:,} bytes", count=len(body)),
            sentence("an event has at most {largest:,} (1 MB), its spaces and escapes aside", largest=LARGEST),
        )
    document = read(body)
    if document.envelope is not None or len(document.events) != 1:
        raise InvalidEvent("$", "is not one single event", "send documents with several events to /capture")
    if len(body) > LARGEST:  # told before so much is judged
        check_size(canonical.encode(document.events[0]), document.paths[0])
    prepared = prepare(document.events[0], document, document.paths[0], keyring_of(session).sealing(signer))
    judged, passed = _let_through(session, [prepared], check)
    prepared = judged[0]
    if isinstance(prepared, Rejected):
        raise prepared.problems[0].error()
    stored = store(session, signer, [prepared])[0]
    if passed and stored.outcome == Outcome.STORED:
        passed.settle(session, [prepared])
    once_committed(session, partial(_tell_event, stored))
    if stored.outcome == Outcome.INVALID:
        raise Conflict(
            sentence(
                "{problem}; give the event an eventID of its own, or declare the recorded one to be in error",
                problem=sentence(stored.problem),
            )
        )
    return stored, prepared.event_id


def _readable(body: bytes) -> Document:
    _check_size(body)
    document = read(body)
    if document.envelope is None:
        raise InvalidEvent("$", "is no EPCISDocument", "wrap the events in one, or send a single event to /events")
    for problem in faults_around(document):
        raise problem
    if len(document.events) > MAX_EVENTS:
        raise InvalidInput(
            "eventList",
            sentence("has {count:,} events, at most {most:,} are taken at once", count=len(document.events), most=MAX_EVENTS),
            "split the document",
        )
    vocabulary.entries(document)
    return document


def _check_size(body: bytes) -> None:
    if len(body) > MAX_BYTES:
        raise InvalidInput(
            "body",
            sentence("has {count:,} bytes, at most {most:,} (20 MB) are taken at once", count=len(body), most=MAX_BYTES),
            "split the document",
        )


def _proceed(session: Session, job: Capture, work: Work, judged: list[Prepared | Rejected], check: Check | None) -> int:
    """Store the good ones of a piece, with the result of each."""
    start, done = job.events_done, job.events_done + len(judged)
    if not _advance(session, job, start, done):
        return 0
    results.write(session, job.id, start, _stored(session, job.signer, judged, check))
    if done == job.events_total:
        _finish(session, job, work, success=not results.any_failed(session, job.id), keep_vocabulary=True)
    return len(judged) or 1


def _all_or_nothing(session: Session, job: Capture, work: Work, judged: list[Prepared | Rejected], check: Check | None) -> int:
    """Keep what was judged; after the last piece store all of them, unless one of them may not be stored."""
    work.judged += judged
    if not _advance(session, job, job.events_done, len(work.judged)):
        return 0
    if len(work.judged) == job.events_total:
        kept = _store_all(session, job, work.judged, check)
        _finish(session, job, work, success=kept, keep_vocabulary=kept)
    return len(judged) or 1


def _store_all(session: Session, job: Capture, judged: list[Prepared | Rejected], check: Check | None) -> bool:
    """Store every event or none. The transaction already writes, so a savepoint can take back what was stored."""
    savepoint = session.begin_nested()
    valid = all(isinstance(event, Prepared) for event in judged)
    found = _stored(session, job.signer, judged, check) if valid else _judged(judged)
    failed = any(result.outcome == Outcome.INVALID for result in found)
    if failed:
        savepoint.rollback()
        found = results.rolled_back(found)
    else:
        savepoint.commit()
    results.write(session, job.id, 0, found)
    return not failed


def _stored(session: Session, signer: bytes, judged: list[Prepared | Rejected], check: Check | None) -> list[Result]:
    judged, passed = _let_through(session, judged, check)
    good = [event for event in judged if isinstance(event, Prepared)]
    kept = store(session, signer, good)
    if passed:
        passed.settle(session, [event for event, one in zip(good, kept, strict=True) if one.outcome == Outcome.STORED])
    stored = iter(kept)
    return [results.of_stored(event, next(stored)) if isinstance(event, Prepared) else results.of_rejected(event) for event in judged]


def _let_through(
    session: Session, judged: list[Prepared | Rejected], check: Check | None
) -> tuple[list[Prepared | Rejected], Passed | None]:
    passed = check(session, judged) if check else None
    return (passed.judged if passed else judged), passed


def _judged(judged: list[Prepared | Rejected]) -> list[Result]:
    """Results of events that are not to be stored because at least one of them is invalid."""
    return [results.of_valid(event) if isinstance(event, Prepared) else results.of_rejected(event) for event in judged]


def _advance(session: Session, job: Capture, seen: int, done: int) -> bool:
    """Move the progress on, unless another process did; takes SQLite's write lock, PostgreSQL holds the row already."""
    mine = (Capture.id == job.id, Capture.state == CaptureState.RUNNING, Capture.events_done == seen)
    return changed(session, update(Capture).where(*mine).values(events_done=done)) == 1


def _give_up(session: Session, job: Capture) -> int:
    """The document was taken away or changed behind our back: its job fails, and holds up nobody else's."""
    log.error("capture.document_lost", capture=job.id)
    changed(session, update(Capture).where(Capture.id == job.id).values(state=CaptureState.FAILURE, finished_at=now()))
    return 1


def _finish(session: Session, job: Capture, work: Work, *, success: bool, keep_vocabulary: bool) -> None:
    if keep_vocabulary:
        vocabulary.write(session, job.signer, work.document)
    state = CaptureState.SUCCESS if success else CaptureState.FAILURE
    changed(session, update(Capture).where(Capture.id == job.id).values(state=state, finished_at=now()))
    if success:
        documents.destroy(session, [job.id])  # all that it held is in records now
    once_committed(session, partial(_tell, job, state, now() - job.received_at))


def _tell(job: Capture, state: CaptureState, age: timedelta) -> None:
    CAPTURES.labels(state).inc()
    seconds = age.total_seconds()
    log.info("capture.finished", request_id=job.request_id, capture=job.id, state=state, events=job.events_total, seconds=seconds)


def _tell_event(stored: Stored) -> None:
    EVENTS.labels(stored.outcome).inc()
    log.info("event.stored", record=stored.record_id, outcome=stored.outcome)
