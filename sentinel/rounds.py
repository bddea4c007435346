"""Round and round: `step` does the next bounded piece of the running round, or begins one.

The place lies in SQL and moves in the transaction of what was found up to it: a kill repeats one piece and skips none. What hinders a
round (the node is down, a fork is being followed, the mirror is being built) is written into it for everybody to see, and is no finding.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import func, inspect, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from indexer.models import Cursor
from indexer.pace import Pace
from ledger_client.chain import Chain
from ledger_client.epcis.document import no_collection
from ledger_client.errors import EvidenceError, NodeRefused, NotFound, Retryable
from records.columns import now
from records.database import StorageUnavailable, changed, once_committed
from records.models import Record, Transaction
from sentinel import anchors, captures, findings, members, receipts, records, transactions
from sentinel.models import Phase, Round
from sentinel.suspicion import Piece
from telemetry.logs import log
from telemetry.metrics import SENTINEL_CHECKED

SIZE = 2000  # records in one piece: a commit waits for the disk
ANSWERS = 8  # times as many anchors, which are compared faster than records are hashed
_ORDER = tuple(Phase)


@dataclass(slots=True)
class Memory:
    """What a running sentinel has between steps, for speed only: how much the node answers well at once, and processes that hash."""

    pace: Pace = field(default_factory=lambda: Pace(size=1))
    pool: Executor | None = None  # `records.pool`


def step(session: Session, chain: Chain, memory: Memory, size: int = SIZE) -> int:
    """Check the next piece; returns how many rows that were, 0 when the round waits. The caller commits.

    Every call needs its own transaction. Raises only what the database's trouble is, and Retryable when another sentinel was faster.
    """
    current = running(session) or _begin(session)
    try:
        with no_collection():
            piece = _piece(session, chain, memory, current, size)
    except StorageUnavailable:
        raise
    except (Retryable, EvidenceError, NotFound, NodeRefused) as trouble:
        _wait(session, current, trouble.text)
        return 0
    _move(session, current, piece)
    return piece.checked or 1


def running(session: Session) -> Round | None:
    """The round that is under way."""
    return session.scalar(select(Round).where(Round.open.is_(True)).execution_options(populate_existing=True))


def _piece(session: Session, chain: Chain, memory: Memory, current: Round, size: int) -> Piece:
    match Phase(current.phase):
        case Phase.RECORDS:
            return records.check(session, chain, current.place, size, memory.pool)
        case Phase.TRANSACTIONS:
            return transactions.check(session, chain, current.place, size)
        case Phase.ANCHORS:
            return anchors.check(session, chain, current.place, current.position, memory.pace, ANSWERS * size)
        case Phase.MEMBERS:
            return members.check(session, chain)
        case Phase.CAPTURES:
            return captures.check(session, current.place, size)
        case Phase.RECEIPTS:
            return receipts.check(session)


def _begin(session: Session) -> Round:
    moment = now()
    counts = dict.fromkeys(("place", "position", "records", "transactions", "anchors", "foreign_anchors", "found", "unlisted"), 0)
    begun = Round(open=True, began_at=moment, worked_at=moment, phase=Phase.RECORDS, total=_total(session), **counts)
    session.add(begun)
    try:
        session.flush()
    except IntegrityError:
        raise Retryable("another sentinel began a round at the same time; only one should run") from None
    return begun


def _total(session: Session) -> int:
    """How much there is to check: records, transactions, anchors."""
    stored = [session.scalar(select(func.count()).select_from(model)) or 0 for model in (Record, Transaction)]
    mirror = inspect(session.connection()).has_table(Cursor.__tablename__)
    return sum(stored) + ((session.scalar(select(Cursor.position)) or 0) if mirror else 0)


def _move(session: Session, current: Round, piece: Piece) -> None:
    """Keep what was found and move on, unless another sentinel did."""
    column = {Phase.RECORDS: "records", Phase.TRANSACTIONS: "transactions", Phase.ANCHORS: "anchors"}.get(Phase(current.phase))
    values: dict[str, Any] = {"place": piece.place, "worked_at": now(), "waits": None, "waits_since": None}
    if column:
        values[column] = getattr(current, column) + piece.checked
    if piece.position is not None:
        values |= {"position": piece.position, "foreign_anchors": current.foreign_anchors + piece.foreign}
    if piece.over:
        values |= _next(Phase(current.phase))
    listed, unlisted = findings.keep(session, current.id, piece.suspicions)
    values |= {"found": current.found + listed + unlisted, "unlisted": current.unlisted + unlisted}
    _set(session, current, values)
    if piece.over and current.phase == _ORDER[-1]:
        gone = findings.resolve(session, current.id)
        told = {"records": current.records, "anchors": current.anchors, "found": current.found, "resolved": gone}
        once_committed(session, partial(log.info, "sentinel.round", **told))
    if current.phase == Phase.RECORDS:
        once_committed(session, partial(SENTINEL_CHECKED.inc, piece.checked))


def _next(phase: Phase) -> dict[str, Any]:
    """The next phase from its beginning; after the last the round is over."""
    if phase is _ORDER[-1]:
        return {"open": None, "ended_at": now()}
    return {"phase": _ORDER[_ORDER.index(phase) + 1], "place": 0}


def _wait(session: Session, current: Round, reason: str) -> None:
    if current.waits != reason:
        values = {"waits": reason, "waits_since": current.waits_since or now()}
        _set(session, current, values)
        once_committed(session, partial(log.warning, "sentinel.waits", reason=reason))


def _set(session: Session, current: Round, values: dict[str, Any]) -> None:
    """Compare and set: of two sentinels that did the same piece one moves the round, and nothing of the other's is kept."""
    there = (Round.id == current.id, Round.open.is_(True))
    mine = (Round.phase == current.phase, Round.place == current.place, Round.position == current.position)
    if changed(session, update(Round).where(*there, *mine).values(**values)) != 1:
        raise Retryable("another sentinel moved this round at the same time; only one should run")
