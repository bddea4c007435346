"""The cases, one by one and as a list."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger_client.errors import Conflict, NotFound, Refused
from ledger_client.sentences import sentence
from recall.models import RecallCase
from recall.writing import Person, member_of
from records.lists.paging import Page, Place, page


def one(session: Session, case_id: str) -> RecallCase:
    """The case of that id, or of that number (R-2026-001); NotFound."""
    found = session.get(RecallCase, case_id) or session.scalar(select(RecallCase).where(RecallCase.number == case_id))
    if found is None:
        raise NotFound(sentence("recall {number}: there is none of that id", number=case_id[:40]))
    return found


def for_change(session: Session, case_id: str, by: Person) -> RecallCase:
    """The same, locked until the transaction ends. Refused for a case of another member, Conflict for one that is closed."""
    found = one(session, case_id)
    session.refresh(found, with_for_update=True)
    if found.member_id != member_of(session, by):
        raise Refused("another member opened this case, and only that member works on it")
    if found.closed_at is not None:
        raise Conflict(sentence("{number} was closed already, by {name}", number=found.number, name=found.closed_name or ""))
    return found


def page_of(session: Session, place: Place | None, limit: int, *, member: int | None = None, open_only: bool = False) -> Page[RecallCase]:
    """Cases, newest first, of one member or of all; a place's key is (opened at, id)."""
    rows = select(RecallCase.opened_at, RecallCase.id, RecallCase)
    if member is not None:
        rows = rows.where(RecallCase.member_id == member)
    if open_only:
        rows = rows.where(RecallCase.closed_at.is_(None))
    found = page(session, rows, (RecallCase.opened_at, RecallCase.id), place, limit)
    return Page([row.RecallCase for row in found.rows], found.newer, found.older)


def open_cases(session: Session, member: int | None) -> Iterator[RecallCase]:
    """Those that are not closed, oldest first."""
    rows = select(RecallCase).where(RecallCase.closed_at.is_(None)).order_by(RecallCase.opened_at)
    yield from session.scalars(rows if member is None else rows.where(RecallCase.member_id == member))
