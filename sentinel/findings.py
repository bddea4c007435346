"""What was found: one row for each thing, however often it is seen, and what became of it.

A finding opens when it is first seen, may be acknowledged by somebody, and is resolved by the sentinel itself when a whole round did not
see it any more; if it comes back, it opens again. Of a flood the first thousand are kept one by one, the others are counted (`Round`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from ledger_client.errors import Conflict, InvalidInput, NotFound
from ledger_client.sentences import sentence
from records.columns import now
from records.database import changed, once_committed
from sentinel.models import Finding, FindingState, Kind
from sentinel.suspicion import Suspicion
from telemetry.logs import log

MOST_OPEN = 1000
LONGEST_NOTE = 1000


def keep(session: Session, round_id: int, suspicions: Iterable[Suspicion]) -> tuple[int, int]:
    """Write what a piece of a round found; how many are listed, and how many had no room any more."""
    listed, unlisted, room = 0, 0, None
    for one in {_key(each): each for each in suspicions}.values():
        known = session.scalar(_same(one).execution_options(populate_existing=True))
        if known is not None:
            _again(known, one, round_id)
        elif (room := MOST_OPEN - unresolved(session) if room is None else room) > 0:
            session.add(_new(one, round_id))
            told = {"kind": one.kind, "table": one.table, "row": one.row.replace(" ", "_"), "column": one.column or None}
            once_committed(session, partial(log.error, "sentinel.finding", **told))
            room -= 1
        else:
            unlisted += 1
            continue
        listed += 1
    session.flush()
    return listed, unlisted


def resolve(session: Session, round_id: int) -> int:
    """At the end of a round: what it did not see is gone. Returns how many."""
    unseen = (Finding.state != FindingState.RESOLVED, Finding.round_id < round_id)
    return changed(session, update(Finding).where(*unseen).values(state=FindingState.RESOLVED, state_at=now(), state_by=""))


def acknowledge(session: Session, number: int, by: str, note: str = "") -> Finding:
    """Somebody takes a finding on. NotFound; Conflict when it is resolved already; InvalidInput for a note that is too long."""
    if len(note) > LONGEST_NOTE:
        raise InvalidInput("note", sentence("has {count} characters", count=len(note)), sentence("at most {most}", most=LONGEST_NOTE))
    row = session.get(Finding, number, populate_existing=True)
    if row is None:
        raise NotFound(sentence("finding {number}: there is none of that number", number=number))
    if row.state == FindingState.RESOLVED:
        raise Conflict(sentence("finding {number} is resolved: the sentinel does not find it any more", number=number))
    row.state, row.state_at, row.state_by, row.note = FindingState.ACKNOWLEDGED, now(), by[:200], " ".join(note.split())
    session.flush()
    return row


def unresolved(session: Session) -> int:
    """How many are open or acknowledged."""
    return session.scalar(select(func.count()).select_from(Finding).where(Finding.state != FindingState.RESOLVED)) or 0


def by_kind(session: Session) -> dict[Kind, int]:
    """How many unresolved ones there are of each kind."""
    rows = select(Finding.kind, func.count()).where(Finding.state != FindingState.RESOLVED).group_by(Finding.kind)
    found = {Kind(kind): count for kind, count in session.execute(rows)}
    return {kind: found.get(kind, 0) for kind in Kind}


def listed(session: Session, states: Sequence[FindingState], before: int | None = None, limit: int = 100) -> Sequence[Finding]:
    """Findings in these states, newest first; go on with the last one's number as `before`."""
    rows = select(Finding).where(Finding.state.in_(states)).order_by(Finding.id.desc()).limit(limit)
    return session.scalars(rows if before is None else rows.where(Finding.id < before)).all()


def untold(session: Session, limit: int) -> Sequence[Finding]:
    """Findings that opened, or went away after they were told, and of which no message speaks yet."""
    opened = (Finding.state == FindingState.OPEN) & (Finding.told != FindingState.OPEN)
    gone = (Finding.state == FindingState.RESOLVED) & (Finding.told == FindingState.OPEN)
    return session.scalars(select(Finding).where(or_(opened, gone)).order_by(Finding.id).limit(limit)).all()


def _key(one: Suspicion) -> tuple[str, str, str, str]:
    return one.kind, one.table, one.row, one.column


def _same(one: Suspicion) -> Select[Finding]:
    place = (Finding.table_name == one.table, Finding.row_key == one.row, Finding.column_name == one.column)
    return select(Finding).where(*place, Finding.kind == one.kind)


def _again(known: Finding, one: Suspicion, round_id: int) -> None:
    moment = now()
    known.times += known.round_id != round_id
    known.round_id, known.last_seen, known.expected, known.found = round_id, moment, one.expected, one.found
    if known.state == FindingState.RESOLVED:
        known.state, known.state_at, known.state_by, known.note = FindingState.OPEN, moment, "", ""


def _new(one: Suspicion, round_id: int) -> Finding:
    moment = now()
    seen = {"first_seen": moment, "last_seen": moment, "times": 1, "round_id": round_id}
    named = {"kind": one.kind, "table_name": one.table, "row_key": one.row, "column_name": one.column}
    state = {"state": FindingState.OPEN, "state_at": moment, "state_by": "", "note": "", "told": ""}
    return Finding(**named, expected=one.expected, found=one.found, **seen, **state)
