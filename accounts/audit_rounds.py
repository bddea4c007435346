"""Walks the audit log from its first entry to its last, again and again, piece by piece, and remembers what it found.

At the end of a round the log is also held against the chain (`sealing`), and against the last entry that an earlier round saw, so that an
entry that is cut off before the next seal is missed too. A row is the state of one round; the last two are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from accounts import audit, audit_entries
from accounts.audit import FIRST, MOST_BREAKS, Break
from accounts.models import AuditRound
from accounts.sealing import Anchored, Sealed
from records.columns import now
from records.database import changed, insert_for

PIECE = 5000
REST = timedelta(minutes=10)  # between two rounds


def step(session: Session, ask: Callable[[Session], Sealed], piece: int = PIECE, moment: datetime | None = None) -> int:
    """Walk the next `piece` entries, and at the end of the log hold it against what `ask` says of it; how many were walked, 0 at rest."""
    moment = moment or now()
    walk = newest(session)
    if walk is None or walk.finished_at is not None:
        return _begin(session, walk, moment)
    session.expunge(walk)  # written once, below
    found = audit_entries.following(session, walk.entries, piece)
    breaks = audit.merged([*breaks_of(walk.breaks), *audit.broken(found, walk.entries, walk.hash)])
    seen = walk.entries
    if found:
        walk.entries, walk.hash = found[-1].id, found[-1].hash
    values: dict[str, Any] = {"entries": walk.entries, "hash": walk.hash}
    if len(found) < piece:
        values |= _finished(session, walk, breaks, ask, moment)
    else:
        values["breaks"] = [asdict(one) for one in breaks[:MOST_BREAKS]]
    mine = (AuditRound.number == walk.number, AuditRound.entries == seen, AuditRound.finished_at.is_(None))
    return max(1, len(found)) if changed(session, update(AuditRound).where(*mine).values(**values)) else 0


def newest(session: Session, *, finished: bool = False) -> AuditRound | None:
    """The round that is under way or was the last; with `finished`, the last that came to its end."""
    query = select(AuditRound).order_by(AuditRound.number.desc()).limit(1)
    return session.scalar(query.where(AuditRound.finished_at.is_not(None)) if finished else query)


def last_found(session: Session) -> list[Break] | None:
    """What is wrong with the log by the last whole round; None before there was one."""
    walk = newest(session, finished=True)
    return None if walk is None else breaks_of(walk.breaks)


def breaks_of(stored: list[dict[str, Any]]) -> list[Break]:
    """Breaks as a round keeps them."""
    return [Break(**one) for one in stored]


def sealed_of(stored: dict[str, Any] | None) -> Sealed | None:
    """What the chain said at the end of a round, without its breaks, which are among the round's."""
    if stored is None:
        return None
    told = stored["newest"]
    anchored = Anchored(**{**told, "hash": bytes.fromhex(told["hash"])}) if told else None
    return Sealed(anchored, stored["seals"], stored["waiting"], problem=stored["problem"])


def _begin(session: Session, last: AuditRound | None, moment: datetime) -> int:
    if last is not None and last.finished_at is not None and moment - last.finished_at < REST:
        return 0
    number = last.number + 1 if last else 1
    fresh = {
        "number": number,
        "started_at": moment,
        "entries": 0,
        "hash": FIRST,
        "breaks": [asdict(one) for one in audit.inserted(session)],
        "reached": last.reached if last else 0,
        "reached_hash": last.reached_hash if last else FIRST,
    }
    session.execute(insert_for(session, AuditRound).values(**fresh).on_conflict_do_nothing())
    session.execute(delete(AuditRound).where(AuditRound.number < number - 1))
    return 1


def _finished(
    session: Session, walk: AuditRound, breaks: list[Break], ask: Callable[[Session], Sealed], moment: datetime
) -> dict[str, Any]:
    """What a round says at its end."""
    sealed, seen = ask(session), _since(session, walk)
    every = audit.merged([*breaks, *seen, *(one for one in sealed.breaks if one.kind != "cut" or not seen)])
    told = asdict(sealed.newest) | {"hash": sealed.newest.hash.hex()} if sealed.newest else None
    values = {
        "finished_at": moment,
        "breaks": [asdict(one) for one in every[:MOST_BREAKS]],
        "sealed": {"newest": told, "seals": sealed.seals, "waiting": sealed.waiting, "problem": sealed.problem},
    }
    return values if seen else values | {"reached": walk.entries, "reached_hash": walk.hash}


def _since(session: Session, walk: AuditRound) -> list[Break]:
    """Whether the last entry that an earlier round saw still stands; if not, it is remembered until it does."""
    if not walk.reached or audit_entries.hashes(session, [walk.reached]).get(walk.reached) == walk.reached_hash:
        return []
    if walk.entries < walk.reached:
        return [Break("cut", walk.entries + 1, walk.reached)]
    return [Break("differs", walk.reached, walk.reached)]
