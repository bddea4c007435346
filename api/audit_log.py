"""The audit log as it leaves this server: a page of entries, a file of them, and what a walk along the chain of hashes found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy.orm import Session, sessionmaker

from accounts import audit, audit_entries
from accounts.audit import FIRST, Break
from accounts.audit_entries import Entry, Wanted
from api.schemas import Hex, Reply
from api.spelling import hexed
from ledger_client.errors import NotFound
from records.lists.paging import Place

PIECE = 1000  # entries that an export reads at a time


class EntryOut(Reply):
    """One thing that somebody did."""

    number: int = Field(description="1, 2, 3 … without a gap")
    at: datetime
    account_id: int | None = Field(description="null for nobody in particular and for the system itself")
    actor: str = Field(description="the account's name then")
    action: str = Field(examples=["post_event"])
    subject: str = Field(description="what it was done to: an id, a code, a name")
    details: dict[str, Any]
    request_id: Annotated[str, Field(alias="requestID")]
    address: str = Field(description="of the client")
    previous: Hex = Field(description="hash of the entry before; zeros for the first")
    hash: Hex = Field(description="SHA-256 of the canonical JSON of the rest")
    whole: bool = Field(description="whether the hash is right; false for an entry that was edited")


class EntriesOut(Reply):
    """One page of entries, newest first."""

    entries: list[EntryOut]
    next: int | None = Field(description="the `before` of the next page; null when this is the last one")
    complete: bool = Field(description="whether this page and those before it hold everything that was asked for")


class BreakOut(Reply):
    """Where the log is not what was written."""

    kind: str = Field(description="changed, replaced, missing or inserted")
    first: int
    last: int
    problem: str = Field(examples=["entry 7 is changed after being written"])


class CheckOut(Reply):
    """What a walk along some entries found."""

    first: int = Field(description="number of the first entry that was looked at")
    last: int = Field(description="number of the last one")
    entries: int = Field(description="how many there are between them; fewer than their numbers say if some are missing")
    breaks: list[BreakOut]
    next: int | None = Field(description="the `after` to go on with; null at the end of the log")


def listed(session: Session, wanted: Wanted, before: int | None, limit: int) -> EntriesOut:
    """Up to `limit` entries before the one of that number."""
    found = audit_entries.entries(session, wanted, Place((before,)) if before is not None else None, limit)
    following = found.older[0] if found.older else None
    return EntriesOut(entries=[_entry(one) for one in found.rows], next=following, complete=following is None)


def walked(session: Session, after: int, limit: int) -> CheckOut:
    """Check up to `limit` entries after the one of that number; NotFound when there is no such entry to go on from."""
    before = audit_entries.hashes(session, [after]).get(after, FIRST if after == 0 else None)
    if before is None:
        raise NotFound(f"entry {after}: there is none of that number in the audit log")
    found = audit_entries.following(session, after, limit)
    breaks = [*(audit.inserted(session) if after == 0 else []), *audit.broken(found, after, before)]
    more = len(found) == limit
    last = found[-1].id if found else after
    return CheckOut(first=after + 1, last=last, entries=len(found), breaks=list(map(break_out, breaks)), next=last if more else None)


def pieces(sessions: sessionmaker[Session], wanted: Wanted) -> Iterator[list[Entry]]:
    """Every entry that is asked for, oldest first, in pieces read one by one, up to the one that is the newest now."""
    with sessions() as session:
        newest = audit_entries.newest(session)
    number, until = 0, newest.id if newest else 0
    while True:
        with sessions() as session:
            piece = audit_entries.following(session, number, PIECE, wanted, until)
        if not piece:
            return
        yield piece
        number = piece[-1].id


def break_out(one: Break) -> BreakOut:
    """A break as it leaves."""
    return BreakOut(kind=one.kind, first=one.first, last=one.last, problem=str(one))


def _entry(entry: Entry) -> EntryOut:
    return EntryOut(
        number=entry.id,
        at=entry.at,
        account_id=entry.account_id,
        actor=entry.actor,
        action=entry.action,
        subject=entry.subject,
        details=entry.details,
        request_id=entry.request_id,
        address=entry.address,
        previous=hexed(entry.previous),
        hash=hexed(entry.hash),
        whole=audit_entries.whole(entry),
    )
