"""The audit log: every write and every sign-in, each entry bound to the one before it by its hash.

`write` appends in the transaction of what it tells, so that neither exists without the other. Entries are numbered without a gap and
chained: a changed, removed or inserted row breaks the chain at its number (`broken`). The newest hash is anchored on the chain daily
(`sealing`), so that not even the whole log can be replaced. `audit_entries` reads the log, `audit_rounds` walks it round and round.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from accounts import audit_entries
from accounts.audit_entries import Entry
from accounts.models import AuditEntry
from records.columns import now
from records.database import once_committed
from telemetry.metrics import ACTIONS

FIRST = bytes(32)
_LOCK = 7417  # any number, the same in every process: key of PostgreSQL's advisory lock
_PIECE = 1000
MOST_BREAKS = 100
_SAID = {
    "changed": "{which} changed after being written",
    "replaced": "{which} not what followed the entry before; one of the two was replaced",
    "missing": "{which} missing",
    "inserted": "{which} inserted: numbers begin at 1",
    "cut": "{which} missing at the end of the log, where there were entries before",
    "differs": "{which} not what stood there when the log was walked before",
    "rewritten": "{which} not all what was anchored on the chain",
    "seal": "the row of the seal at entry {first} is not what is on the chain",
    "record": "the record of seal {first} on the chain was altered or removed",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and from where. `account_id` is None for nobody in particular and for the system itself."""

    account_id: int | None
    name: str
    address: str = ""
    request_id: str = ""


SYSTEM = Actor(None, "system")


@dataclass(frozen=True, slots=True)
class Break:
    """Where the log is not what was written: a kind of `_SAID`, and the first and last entry of that kind in a row."""

    kind: str
    first: int
    last: int
    detail: str = ""  # an event id or a hash, where one names the evidence

    def __str__(self) -> str:
        """In words."""
        which = f"entry {self.first} is" if self.first == self.last else f"entries {self.first} to {self.last} are"
        return _SAID[self.kind].format(which=which, first=self.first) + (f" ({self.detail})" if self.detail else "")


def write(session: Session, actor: Actor, action: str, subject: str = "", **details: Any) -> AuditEntry:  # noqa: ANN401 (JSON)
    """Append an entry; other writers wait until this transaction ends. `details` must be JSON and free of payloads and secrets."""
    hold(session)
    last = session.execute(select(AuditEntry.id, AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)).first()
    entry = AuditEntry(
        id=last.id + 1 if last else 1,
        at=now(),
        account_id=actor.account_id,
        actor=actor.name[:200],
        action=action,
        subject=subject[:2000],
        details=details,
        request_id=actor.request_id,
        address=actor.address,
        previous=last.hash if last else FIRST,
    )
    entry.hash = audit_entries.entry_hash(entry)
    session.add(entry)
    session.flush()
    once_committed(session, ACTIONS.labels(action).inc)
    return entry


def broken(entries: Iterable[Entry], number: int = 0, previous: bytes = FIRST) -> list[Break]:
    """What is wrong with a run of entries that follows entry `number` with the hash `previous`; neighbours of one kind as one."""
    return merged(_broken(entries, number, previous))


def check(session: Session) -> tuple[int, list[Break]]:
    """Walk the whole log; how many entries there are, and the first hundred breaks."""
    count, number, previous, breaks = 0, 0, FIRST, inserted(session)
    while piece := audit_entries.following(session, number, _PIECE):
        breaks = merged([*breaks, *_broken(piece, number, previous)])
        count, number, previous = count + len(piece), piece[-1].id, piece[-1].hash
    return count, breaks[:MOST_BREAKS]


def inserted(session: Session) -> list[Break]:
    """Rows before the first entry."""
    numbers = session.scalars(select(AuditEntry.id).where(AuditEntry.id < 1).order_by(AuditEntry.id).limit(MOST_BREAKS))
    return merged(Break("inserted", number, number) for number in numbers)


def merged(breaks: Iterable[Break]) -> list[Break]:
    """Neighbouring breaks of one kind joined."""
    found: list[Break] = []
    for one in breaks:
        before = found[-1] if found else None
        if before and (before.kind, before.last + 1, before.detail) == (one.kind, one.first, one.detail):
            found[-1] = replace(before, last=one.last)
        else:
            found.append(one)
    return found


def hold(session: Session) -> None:
    """Make other writers of the log wait until this transaction ends.

    SQLite has one writer anyway, once it has begun to write; on PostgreSQL an advisory lock.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    else:
        session.execute(text("DELETE FROM audit_log WHERE id IS NULL"))  # takes SQLite's write lock before the last entry is read


def _broken(entries: Iterable[Entry], number: int, previous: bytes) -> Iterator[Break]:
    for entry in entries:
        if entry.id != number + 1:
            yield Break("missing", number + 1, entry.id - 1)
        elif entry.previous != previous:
            yield Break("replaced", entry.id, entry.id)
        if not audit_entries.whole(entry):
            yield Break("changed", entry.id, entry.id)
        number, previous = entry.id, entry.hash
