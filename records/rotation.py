"""From one master key to the next while everything runs: data keys are wrapped anew in pieces, then the old master key is destroyed.

1. `begin` draws the next master key; what is new is sealed under it at once.
2. `step` wraps some of the older data keys anew, as often as there are any.
3. When none has been left under a master key for a while, `step` takes its row away, and after that its file. The row is what data keys
   refer to: the database refuses whatever a slow process would still store under the old key (KeyRetired).
A kill anywhere leaves a state that the next `step` goes on from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from ledger_client.errors import Retryable
from ledger_client.sentences import sentence
from records import seals
from records.columns import Utc, now
from records.contents import PURPOSE as RECORD
from records.database import changed, insert_for, once_committed
from records.key_models import CaptureKey, HeldSecret, KeyVersion, RecordKey
from records.keyring import Keyring, keyring_of
from telemetry.logs import log

DOCUMENT = b"traceledger document 1"
SECRET = b"traceledger secret 1"
AT_ONCE = 500
GRACE = timedelta(minutes=2)  # longer than a process goes without looking into the folder

_TABLES: tuple[tuple[type[RecordKey | CaptureKey | HeldSecret], InstrumentedAttribute[Any], bytes], ...] = (
    (RecordKey, RecordKey.record_id, RECORD),
    (CaptureKey, CaptureKey.capture_id, DOCUMENT),
    (HeldSecret, HeldSecret.id, SECRET),
)


@dataclass(frozen=True, slots=True)
class Version:
    """A master key and what is wrapped by it."""

    number: int
    in_keyring: bool
    entered_at: datetime | None  # None: not used yet
    records: int
    documents: int
    secrets: int


def status(session: Session) -> list[Version]:
    """Every master key that the database or the keyring knows, oldest first."""
    there = keyring_of(session).versions()
    entered = {row.version: row.entered_at for row in session.scalars(select(KeyVersion))}
    counts = [_counts(session, table) for table, _, _ in _TABLES]
    return [
        Version(number, number in there, entered.get(number), *(found.get(number, 0) for found in counts))
        for number in sorted({*there, *entered})
    ]


def begin(session: Session) -> int:
    """Draw the next master key and let data keys refer to it; returns its version. The caller commits."""
    known = session.scalar(select(func.max(KeyVersion.version))) or 0
    version = keyring_of(session).add(above=known)
    enter(session, version)
    return version


def enter(session: Session, version: int) -> None:
    """Let data keys refer to a master key, if it is the newest; one that was retired stays out."""
    ring = keyring_of(session)
    if version in ring.entered:
        return
    row = select(literal(version), literal(now(), Utc)).where(~exists().where(KeyVersion.version >= version))
    session.execute(insert_for(session, KeyVersion).from_select(["version", "entered_at"], row).on_conflict_do_nothing())
    once_committed(session, lambda: ring.entered.add(version))


def step(session: Session, grace: timedelta = GRACE) -> int:
    """One bounded piece of leading over to the newest master key; returns how much was done. The caller commits."""
    ring = keyring_of(session)
    newest = ring.newest()
    versions = {row.version: row for row in session.scalars(select(KeyVersion))}
    if newest > max(versions, default=0):
        enter(session, newest)
        return 1
    if newest < max(versions):
        return 0  # the keyring is older than the database; readers say which file is missing
    for number in sorted(versions.keys() - {newest}):
        if done := _wrap_anew(session, ring, number, newest):
            versions[number].emptied_at = None
            return done
        if done := _retire(session, versions[number], grace):
            return done
    for number in {number for number in ring.versions() if number < newest} - versions.keys():
        ring.destroy(number)
        log.info("key.destroyed", key_version=number)
    return 0


def _wrap_anew(session: Session, ring: Keyring, old: int, new: int) -> int:
    for table, name, purpose in _TABLES:
        rows = session.execute(select(name, table.wrapped).where(table.kek_version == old).order_by(name).limit(AT_ONCE)).all()
        if not rows:
            continue
        values = [{"name": number, "again": _again(ring, old, new, wrapped, purpose)} for number, wrapped in rows]
        same = update(table).where(name == bindparam("name"), table.kek_version == old)
        session.connection().execute(same.values(kek_version=new, wrapped=bindparam("again")), values)
        return len(rows)
    return 0


def _again(ring: Keyring, old: int, new: int, wrapped: bytes, purpose: bytes) -> bytes:
    """Wrapped by the new key; a data key that does not open stays as it is, and its record stays one that was altered."""
    try:
        return seals.rewrap(ring.kek(old), ring.kek(new), wrapped, purpose)
    except seals.Broken:
        log.error("key.does_not_open", key_version=old)
        return wrapped


def _retire(session: Session, old: KeyVersion, grace: timedelta) -> int:
    """Take the row away once nothing has been under it for `grace`; its file follows in a step of its own."""
    if old.emptied_at is None:
        return changed(session, update(KeyVersion).where(KeyVersion.version == old.version).values(emptied_at=now()))
    if now() - old.emptied_at < grace:
        return 0
    try:
        session.execute(delete(KeyVersion).where(KeyVersion.version == old.version).execution_options(synchronize_session=False))
    except IntegrityError:
        raise Retryable(
            sentence("keyring: something was stored under master key {version} just now; it is wrapped anew first", version=old.version)
        ) from None
    once_committed(session, lambda: log.info("key.retired", key_version=old.version))
    return 1


def _counts(session: Session, table: type[RecordKey | CaptureKey | HeldSecret]) -> dict[int, int]:
    return {row[0]: row[1] for row in session.execute(select(table.kek_version, func.count()).group_by(table.kek_version))}
