"""The audit log: every write and every sign-in, each entry bound to the one before it by its hash.

`write` appends in the transaction of what it tells, so that neither exists without the other. Entries are numbered without a gap and
chained: a changed, removed or inserted row breaks the chain at its number (`broken`). The newest hash is anchored on the chain daily
(`sealing`), so that not even the whole log can be replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from accounts.models import AuditEntry
from ledger_client import canonical
from records.columns import now
from records.database import once_committed
from telemetry.metrics import ACTIONS

FIRST = bytes(32)
_LOCK = 7417  # any number, the same in every process: key of PostgreSQL's advisory lock
_PIECE = 1000
_MOST_BREAKS = 100


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
    """Where the log is not what was written: the entry's number, and what is wrong with it."""

    entry: int
    problem: str


def write(session: Session, actor: Actor, action: str, subject: str = "", **details: Any) -> AuditEntry:  # noqa: ANN401 (JSON)
    """Append an entry; other writers wait until this transaction ends. `details` must be JSON and free of payloads and secrets."""
    _one_at_a_time(session)
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
    entry.hash = entry_hash(entry)
    session.add(entry)
    session.flush()
    once_committed(session, ACTIONS.labels(action).inc)
    return entry


def entry_hash(entry: AuditEntry) -> bytes:
    """SHA-256 of the RFC 8785 text of every column but the hash itself; times in UTC to the microsecond, bytes in hex."""
    told = {
        "id": entry.id,
        "at": _stamp(entry.at),
        "account": entry.account_id,
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "details": entry.details,
        "request": entry.request_id,
        "address": entry.address,
        "previous": entry.previous.hex(),
    }
    return sha256(canonical.encode(told)).digest()


def broken(entries: Iterable[AuditEntry], number: int = 0, previous: bytes = FIRST) -> Iterator[Break]:
    """What is wrong with a run of entries that follows entry `number` with the hash `previous`."""
    for entry in entries:
        if entry.id != number + 1:
            missing = f"entry {number + 1} is missing" if entry.id == number + 2 else f"entries {number + 1} to {entry.id - 1} are missing"
            yield Break(number + 1, missing)
        elif entry.previous != previous:
            yield Break(entry.id, f"does not follow entry {number}: one of the two was replaced")
        if entry.hash != entry_hash(entry):
            yield Break(entry.id, "was changed after it was written")
        number, previous = entry.id, entry.hash


def check(session: Session) -> tuple[int, list[Break]]:
    """Walk the whole log; how many entries there are, and the first hundred breaks."""
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=_PIECE))
    count = 0

    def counted() -> Iterator[AuditEntry]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    breaks = list(broken(counted()))
    return count, breaks[:_MOST_BREAKS]


def _one_at_a_time(session: Session) -> None:
    """SQLite has one writer anyway, once it has begun to write; on PostgreSQL an advisory lock until the end of the transaction."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    else:
        session.execute(text("DELETE FROM audit_log WHERE id < 0"))  # takes SQLite's write lock before the last entry is read


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
