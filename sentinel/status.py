"""How watching goes, for whoever asks: the running round, the last whole one, what is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.columns import now
from sentinel import findings
from sentinel.models import Kind, Round
from sentinel.rounds import running

SILENT = timedelta(minutes=10)  # without a move or a reason to wait: the process is gone


@dataclass(frozen=True, slots=True)
class Status:
    """Where the sentinel stands. `coverage`: share of this round that is done, 0 to 1; 1 between two rounds; None before the first."""

    round: Round | None  # under way
    last: Round | None  # the last whole one
    coverage: float | None
    ends_at: datetime | None  # as far as this round's own speed tells
    unresolved: Mapping[Kind, int]
    silent: bool  # nothing was heard for long, although there is no reason to wait


def status(session: Session) -> Status:
    """As of now."""
    current, last = running(session), next(iter(history(session, 1)), None)
    moved = current.worked_at if current else last.ended_at if last else None
    return Status(
        round=current,
        last=last,
        coverage=coverage(current) if current else 1.0 if last else None,
        ends_at=_ends_at(current) if current else None,
        unresolved=findings.by_kind(session),
        silent=moved is not None and now() - moved > SILENT and not (current and current.waits),
    )


def history(session: Session, limit: int = 10) -> Sequence[Round]:
    """The last rounds that are over, newest first."""
    return session.scalars(select(Round).where(Round.ended_at.is_not(None)).order_by(Round.id.desc()).limit(limit)).all()


def done(current: Round) -> int:
    """Rows that a round has checked."""
    return current.records + current.transactions + current.anchors


def coverage(current: Round) -> float:
    """Its share of what there is, 0 to 1. What was added since it began counts as done only when it is."""
    return min(1.0, done(current) / max(current.total, 1))


def _ends_at(current: Round) -> datetime | None:
    share, spent = coverage(current), current.worked_at - current.began_at
    return current.began_at + spent / share if share > 0.01 and not current.waits else None
