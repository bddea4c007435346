"""Phase 5: documents that came in, and what became of each of their events, against the records that they name.

A finished document has one result for each of its events; a result that speaks of a record names that record's own id and signer, and one
that speaks of none says why. What still lies there of a document opens with its key. Nothing of this is on the chain; where two sides
differ, the record is the one that phase 1 holds against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import exists, func, select, true
from sqlalchemy.orm import Session

from ledger_client.sentences import sentence
from records import seals
from records.key_models import CaptureKey, KeyVersion
from records.keyring import KeyMissing, keyring_of
from records.models import Capture, CaptureResult, CaptureState, Outcome, Record
from records.parts import parts
from records.rotation import DOCUMENT as PURPOSE
from sentinel.suspicion import Piece, Suspicion, added, altered, missing

CAPTURES, RESULTS, KEYS = (model.__tablename__ for model in (Capture, CaptureResult, CaptureKey))
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_JOBS = select(
    Capture.id, Capture.received_at, Capture.finished_at, Capture.signer, Capture.state, Capture.events_total, Capture.events_done
)
_RESULTS = (
    select(
        CaptureResult.index,
        CaptureResult.outcome,
        CaptureResult.event_id,
        CaptureResult.record_id,
        CaptureResult.problem.is_not(None),
        Record.event_id,
        Record.signer,
    )
    .outerjoin(Record, Record.id == CaptureResult.record_id)
    .order_by(CaptureResult.index)
)
_WITH_RECORD = (Outcome.STORED, Outcome.DUPLICATE)
_NAMED = 1000  # rows that belong to no document, which are named at once


class Job(NamedTuple):
    """A document's row."""

    id: str
    received_at: datetime
    finished_at: datetime | None
    signer: bytes
    state: str
    events_total: int
    events_done: int


class Result(NamedTuple):
    """What became of one event, and of the record that it names the event id and signer."""

    number: int
    outcome: str
    event_id: str | None
    record_id: int | None
    problem: bool
    of_record: str | None
    signer: bytes | None


def check(session: Session, place: int, size: int) -> Piece:
    """Check the documents that came next after moment `place` (microseconds since 1970), with some `size` results or a single document."""
    jobs = _next(session, place, size)
    suspicions = {one for job in jobs for one in _differences(session, job)}
    if suspicions:  # read again: what was only in motion agrees now
        again = {Job(*row) for part in parts([job.id for job in jobs]) for row in session.execute(_JOBS.where(Capture.id.in_(part)))}
        suspicions &= {one for job in again for one in _differences(session, job)}
    if not jobs:
        return Piece(place, 0, True, tuple(_orphans(session)))
    last = (jobs[-1].received_at - _EPOCH) // _MICROSECOND
    return Piece(last, sum(job.events_done for job in jobs), False, tuple(sorted(suspicions)))


def _next(session: Session, place: int, size: int) -> list[Job]:
    """The next documents; those that came in one moment together."""
    after = Capture.received_at > _EPOCH + place * _MICROSECOND if place else true()
    last, results = None, 0
    for job in session.execute(_JOBS.where(after).order_by(Capture.received_at).limit(size)):
        last, results = job.received_at, results + max(1, job.events_done)
        if results >= size:
            break
    if last is None:
        return []
    rows = session.execute(_JOBS.where(after, Capture.received_at <= last).order_by(Capture.received_at, Capture.id))
    return [Job(*row) for row in rows]


def _differences(session: Session, job: Job) -> Iterator[Suspicion]:
    rows = [Result(*row) for row in session.execute(_RESULTS.where(CaptureResult.capture_id == job.id))]
    yield from _document(session, job.id)
    if job.state != CaptureState.RUNNING:
        yield from _job(job, rows)
    strangers = [row for row in rows if row.signer is not None and row.signer != job.signer]
    if strangers and len(strangers) == sum(row.signer is not None for row in rows):
        yield altered(CAPTURES, job.id, "signer", strangers[0].signer, job.signer)
        strangers = []
    yield from (altered(RESULTS, f"{job.id} {row.number}", "record_id", "a record of its signer", row.record_id) for row in strangers)
    yield from (one for row in rows for one in _result(session, job, row))
    yield from _stored_before(session, job, [row.record_id for row in rows if row.outcome == Outcome.STORED and row.record_id])


def _job(job: Job, rows: Sequence[Result]) -> Iterator[Suspicion]:
    """A finished document: as many results as events, and its state what they say."""
    count = len(rows)
    if not rows and job.events_total:
        yield added(
            CAPTURES,
            job.id,
            sentence("{count} results that name it", count=job.events_total),
            "none, or its document was lost before it was read",
            "id",
        )
        return
    if job.events_total == job.events_done != count:
        there = {row.number for row in rows}
        gone = [index for index in range(job.events_total) if index not in there]
        yield from (
            missing(RESULTS, f"{job.id} {index}", sentence("one of {count} results", count=job.events_total)) for index in gone[:_NAMED]
        )
    for column in ("events_total", "events_done"):
        if getattr(job, column) != count and job.events_total != job.events_done:
            yield altered(CAPTURES, job.id, column, sentence("{count}, unless its document was lost", count=count), getattr(job, column))
    for row in rows:
        if not 0 <= row.number < count:
            yield altered(RESULTS, f"{job.id} {row.number}", "index", sentence("0 to {last}", last=count - 1), row.number)
    state = CaptureState.SUCCESS if all(row.outcome in _WITH_RECORD for row in rows) else CaptureState.FAILURE
    if job.state != state and job.events_done == job.events_total:
        yield altered(CAPTURES, job.id, "state", state, job.state)
    if job.finished_at is None:
        yield altered(CAPTURES, job.id, "finished_at", "the moment at which it was finished", None)


def _result(session: Session, job: Job, row: Result) -> Iterator[Suspicion]:
    """One result against the record that it names, or the reason why it names none."""
    key = f"{job.id} {row.number}"
    if (row.outcome in _WITH_RECORD) == row.problem:
        column = "outcome" if row.problem or row.record_id is not None else "problem"
        yield altered(RESULTS, key, column, "a record, or a reason why there is none", row.outcome)
    elif row.outcome == Outcome.ROLLED_BACK and row.record_id is not None:
        yield altered(RESULTS, key, "record_id", None, row.record_id)
    if row.record_id is None:
        if row.outcome in _WITH_RECORD:
            yield altered(RESULTS, key, "record_id", "the record that was stored", None)
    elif row.of_record != row.event_id:
        theirs = session.scalar(select(Record.id).where(Record.event_id == row.event_id, Record.signer == job.signer).limit(1))
        if row.of_record is None or theirs is not None:
            yield altered(RESULTS, key, "record_id", theirs or "a record", row.record_id)
        else:
            yield altered(RESULTS, key, "event_id", row.of_record, row.event_id)


def _stored_before(session: Session, job: Job, numbers: Sequence[int]) -> Iterator[Suspicion]:
    """A record is stored once; whatever names it later found it there."""
    stored = (CaptureResult.outcome == Outcome.STORED, CaptureResult.capture_id == Capture.id)
    for part in parts(numbers):
        rows = select(CaptureResult.record_id).where(*stored, CaptureResult.record_id.in_(part)).group_by(CaptureResult.record_id)
        for number in session.scalars(rows.having(func.count() > 1)).all():
            places = select(CaptureResult.capture_id, CaptureResult.index).where(*stored, CaptureResult.record_id == number)
            _, *later = session.execute(places.order_by(Capture.received_at, CaptureResult.capture_id, CaptureResult.index)).all()
            for capture, index in later:
                if capture == job.id:
                    yield altered(RESULTS, f"{capture} {index}", "outcome", "that an earlier result stored it", Outcome.STORED)


def _document(session: Session, job: str) -> Iterator[Suspicion]:
    """What lies there of a document, if anything, opens with its key."""
    columns = select(Capture.sealed, CaptureKey.kek_version, CaptureKey.wrapped)
    joined = columns.outerjoin(CaptureKey, CaptureKey.capture_id == Capture.id).where(Capture.id == job)
    sealed, version, wrapped = session.execute(joined).one()
    if wrapped is None:
        if sealed is not None:
            yield missing(KEYS, job, "the key of a document that is kept")
        return
    if sealed is None:
        yield altered(CAPTURES, job, "sealed", "the document that its key opens", "taken away")
        return
    ring = keyring_of(session)
    try:
        seals.unseal(ring.kek(version), sealed, wrapped, PURPOSE)
    except KeyMissing:
        if session.get(KeyVersion, version) is not None:
            raise
        yield altered(KEYS, job, "kek_version", "a master key of this installation", version)
    except seals.Broken as broken:
        if broken.part == "sealed":
            yield altered(CAPTURES, job, "sealed", "the document that its key opens", "other bytes")
        else:
            yield altered(KEYS, job, "wrapped", sentence("a key that master key {version} opens", version=version), "other bytes")


def _orphans(session: Session) -> Iterator[Suspicion]:
    """Results and keys of documents that are not there."""
    lost = select(CaptureResult.capture_id).where(~exists().where(Capture.id == CaptureResult.capture_id)).distinct()
    for job in session.scalars(lost.limit(_NAMED)):
        yield missing(CAPTURES, job, "the document whose results are there")
    strange = select(CaptureKey.capture_id).where(~exists().where(Capture.id == CaptureKey.capture_id))
    for job in session.scalars(strange.limit(_NAMED)):
        yield added(KEYS, job, "the key of a document", "there is no such document", "capture_id")
