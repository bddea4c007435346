"""The document of a running capture: read once, cut into pieces, judged here or, some pieces ahead, by other processes.

From the stored document (`documents`) to events ready to be stored (`prepare`), for `capture.step`. What is kept here between two steps is
only a memory of what is in the database.
"""

from __future__ import annotations

import threading
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from ledger_client.epcis.document import Document, read
from ledger_client.epcis.pieces import Piece, Pieces, cut
from records import documents
from records.keyring import Sealing
from records.models import Capture
from records.prepare import Prepared, Rejected, prepare_part

PIECES_AHEAD = 4  # handed to the pool while this process stores


@dataclass(slots=True)
class Work:
    """A capture that this process works on: read once, and with `rollback` judged as far as this. A restart begins it anew."""

    capture_id: str
    document: Document  # without its events where `pieces` has them
    pieces: Pieces | None
    judged: list[Prepared | Rejected] = field(default_factory=list)
    ahead: dict[tuple[int, int], Future[list[Prepared | Rejected]]] = field(default_factory=dict)  # pieces in the pool, by their bounds


class _Memory(threading.local):
    """The last capture a thread worked on; only a memory of what is in the database."""

    work: Work | None = None


_memory = _Memory()


def work_on(session: Session, job: Capture) -> Work | None:
    """The document of a job; None if it was taken away or changed."""
    work = _memory.work
    if work is None or work.capture_id != job.id:
        body = documents.opened(session, job)
        if body is None:
            return None
        pieces = cut(body)
        if pieces is None or len(pieces.spans) != job.events_total:  # `accept` read the document as a whole, so that is what counts
            work = Work(job.id, read(body), None)
        else:
            work = Work(job.id, pieces.around, pieces)
        _memory.work = work
    return work


def judged(work: Work, job: Capture, start: int, piece: int, sealing: Sealing, pool: Executor | None) -> list[Prepared | Rejected]:
    """Events number `start` to `start + piece`, judged and sealed here or, some pieces ahead, in the pool."""
    if pool is None:
        return prepare_part(_part(work, start, piece), sealing)
    try:
        for begin in range(start, min(start + PIECES_AHEAD * piece, job.events_total), piece):
            if (begin, piece) not in work.ahead:
                work.ahead[begin, piece] = pool.submit(prepare_part, _part(work, begin, piece), sealing)
        return work.ahead.pop((start, piece)).result() if start < job.events_total else []
    except BrokenExecutor:  # a process of the pool was killed; the work is not lost with it
        work.ahead.clear()
        return prepare_part(_part(work, start, piece), sealing)


def forget() -> None:
    """Let go of the document: no capture is running, or what was judged may not be stored any more."""
    _memory.work = None


def _part(work: Work, start: int, piece: int) -> Piece | Document:
    """Some of the events, with what the document says for all of them; small enough to be sent to another process."""
    if work.pieces:
        return work.pieces.piece(start, piece)
    events, paths = work.document.events[start : start + piece], work.document.paths[start : start + piece]
    return replace(work.document, events=events, paths=paths, vocabulary=[], envelope={})
