"""Reading the audit log: its entries as the database holds them now, whatever somebody did to them by hand, and what an entry's hash is of.

A row is read column by column without the mapper's conversions, because a time or a JSON text that was edited into something else must be
shown as an altered entry, and not end in an error. On SQLite, where a column holds values of any type, another type is an alteration too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from hashlib import sha256
from typing import Any, cast

import orjson
from sqlalchemy import ColumnElement, LargeBinary, Row, Select, Text, func, literal, select, type_coerce
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from accounts.models import AuditEntry
from ledger_client import canonical
from ledger_client.errors import LedgerError
from records.lists.paging import Page, Place, page

CLOCK_ERROR = timedelta(days=1)  # how far the clock may have been wrong for the filter by time to stay exact
_TEXTS = ("at", "actor", "action", "subject", "details", "request_id", "address")
_OTHERS = ("account_id", "previous", "hash")
_TYPES = "/".join(("text",) * len(_TEXTS)) + "/{}/blob/blob"  # of SQLite
_UNREADABLE = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is stored. `readable`: every column is of its type; one that is not is shown as well as can be."""

    id: int
    at: datetime
    account_id: int | None
    actor: str
    action: str
    subject: str
    details: dict[str, Any]
    request_id: str
    address: str
    previous: bytes
    hash: bytes
    readable: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are asked for; empty fields ask for all. `since` is within, `before` is not."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    request_id: str = ""
    since: datetime | None = None
    before: datetime | None = None


ALL = Wanted()


def told(entry: Entry | AuditEntry) -> dict[str, Any]:
    """What an entry's hash is of: every column but the hash; times in UTC to the microsecond, bytes in hex."""
    return {
        "id": entry.id,
        "at": entry.at.isoformat(timespec="microseconds"),
        "account": entry.account_id,
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "details": entry.details,
        "request": entry.request_id,
        "address": entry.address,
        "previous": entry.previous.hex(),
    }


def entry_hash(entry: Entry | AuditEntry) -> bytes:
    """SHA-256 of the RFC 8785 text of what is `told`."""
    return sha256(canonical.encode(told(entry))).digest()


def whole(entry: Entry) -> bool:
    """Whether an entry is what was written, by its own hash."""
    try:
        return entry.readable and entry.hash == entry_hash(entry)
    except LedgerError:  # what was edited into it cannot be hashed
        return False


def newest(session: Session) -> Entry | None:
    """The last entry."""
    return next(iter(entries(session, ALL, None, 1).rows), None)


def numbered(session: Session, number: int) -> Entry | None:
    """The entry of that number."""
    return next(iter(following(session, number - 1, 1, until=number)), None)


def entries(session: Session, wanted: Wanted, place: Place | None, limit: int) -> Page[Entry]:
    """One page of the entries that are asked for, newest first; a place's key is (number,). Nothing is counted."""
    found = page(session, _narrowed(session, wanted), (AuditEntry.id,), place, limit)
    return Page([_entry(row) for row in found.rows], found.newer, found.older)


def following(session: Session, number: int, limit: int, wanted: Wanted = ALL, until: int | None = None) -> list[Entry]:
    """Up to `limit` entries after entry `number`, oldest first, those up to `until` only."""
    query = _narrowed(session, wanted).where(AuditEntry.id > number).order_by(AuditEntry.id).limit(limit)
    return [_entry(row) for row in session.execute(query if until is None else query.where(AuditEntry.id <= until))]


def hashes(session: Session, numbers: Sequence[int]) -> dict[int, bytes]:
    """The stored hashes of some entries by their numbers."""
    stored: ColumnElement[Any] = type_coerce(AuditEntry.hash, NullType())
    return {row[0]: row[1] for row in session.execute(select(AuditEntry.id, stored).where(AuditEntry.id.in_(numbers)))}


def _narrowed(session: Session, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    query = select(AuditEntry.id, *_columns(session.get_bind().dialect.name == "sqlite"))
    for column, value in (
        (AuditEntry.actor, wanted.actor),
        (AuditEntry.action, wanted.action),
        (AuditEntry.subject, wanted.subject),
        (AuditEntry.request_id, wanted.request_id),
    ):
        query = query.where(column == value) if value else query
    if wanted.since:
        query = query.where(AuditEntry.at >= wanted.since, AuditEntry.id > _edge(session, wanted.since - CLOCK_ERROR, last=True))
    if wanted.before:
        query = query.where(AuditEntry.at < wanted.before, AuditEntry.id < _edge(session, wanted.before + CLOCK_ERROR, last=False))
    return query


def _edge(session: Session, at: datetime, *, last: bool) -> int:
    """The number of the last entry before a moment, or of the first one from it on: numbers grow with time, and pages follow numbers."""
    query = select(AuditEntry.id).where(AuditEntry.at < at if last else AuditEntry.at >= at)
    found = session.scalar(query.order_by(AuditEntry.at.desc() if last else AuditEntry.at).limit(1))
    return found if found is not None else 0 if last else 2**62


def _columns(sqlite: bool) -> list[ColumnElement[Any]]:
    """Every column but the number, with as little conversion as can be: drivers stop at a text that is not UTF-8, at a time without end."""
    columns = AuditEntry.__table__.c
    texts = _TEXTS if sqlite else ("at", "details")
    found: list[ColumnElement[Any]] = [
        type_coerce(sql_cast(columns[name], LargeBinary if sqlite else Text) if name in texts else columns[name], NullType()).label(name)
        for name in (*_TEXTS, *_OTHERS)
    ]
    kinds = [func.typeof(columns[name], type_=Text) for name in (*_TEXTS, *_OTHERS)] if sqlite else [literal("")]
    return [*found, reduce(lambda before, kind: before + "/" + kind, kinds).label("types")]


def _entry(row: Row[*tuple[Any, ...]]) -> Entry:
    values = cast("Mapping[str, Any]", row._mapping)
    faults: list[str] = []
    texts = {name: _text(values[name], faults) for name in ("actor", "action", "subject", "request_id", "address")}
    at, details = _moment(values["at"], faults), _object(values["details"], faults)
    previous, digest = (_bytes(values[name], faults) for name in ("previous", "hash"))
    account = values["account_id"] if isinstance(values["account_id"], int) else None
    typed = values["types"] in ("", _TYPES.format("integer"), _TYPES.format("null"))
    return Entry(
        id=values["id"], at=at, account_id=account, details=details, previous=previous, hash=digest, readable=typed and not faults, **texts
    )


def _text(value: object, faults: list[str]) -> str:
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            faults.append("text")
            return value.decode(errors="backslashreplace")
    if not isinstance(value, str):
        faults.append("text")
    return str(value)


def _moment(value: object, faults: list[str]) -> datetime:
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(_text(value, faults))
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        faults.append("at")
        return _UNREADABLE


def _object(value: object, faults: list[str]) -> dict[str, Any]:
    try:
        found = orjson.loads(value) if isinstance(value, bytes | str) else value
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        faults.append("details")
        return {}
    return found


def _bytes(value: object, faults: list[str]) -> bytes:
    if not isinstance(value, bytes):
        faults.append("bytes")
        return b""
    return value
