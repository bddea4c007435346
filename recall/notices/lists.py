"""Which notices there are: of a case, to a member, and how many wait for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy import case as either
from sqlalchemy.orm import Session

from ledger_client.errors import NotFound
from ledger_client.sentences import sentence
from recall.models import RecallCase
from recall.notices.models import RecallNotice
from records.lists.paging import Page, Place, page

_WAITS = and_(RecallNotice.acknowledged_at.is_(None), RecallNotice.replaced_at.is_(None))


def one(session: Session, notice_id: str) -> RecallNotice:
    """The notice of that id; NotFound."""
    found = session.get(RecallNotice, notice_id)
    if found is None:
        raise NotFound(sentence("notice {id}: there is none of that id", id=notice_id[:40]))
    return found


def newest(session: Session, case_id: str, member_id: int) -> RecallNotice | None:
    """The last that a member was told of a case."""
    mine = select(RecallNotice).where(RecallNotice.case_id == case_id, RecallNotice.member_id == member_id)
    return session.scalar(mine.order_by(RecallNotice.number.desc()).limit(1))


def of_case(session: Session, case_id: str, moment: datetime, limit: int = 500) -> Sequence[RecallNotice]:
    """Those that stand: overdue ones first, then those that wait, then those that were answered."""
    mine = select(RecallNotice).where(RecallNotice.case_id == case_id, RecallNotice.replaced_at.is_(None))
    rank = either((and_(_WAITS, RecallNotice.due_at < moment), 0), (_WAITS, 1), else_=2)
    return session.scalars(mine.order_by(rank, RecallNotice.due_at, RecallNotice.number).limit(limit)).all()


def to_member(session: Session, member_id: int | None, place: Place | None, limit: int, *, waiting: bool) -> Page[RecallNotice]:
    """Notices to a member, None: to anybody; newest first. A place's key is (sent at, id)."""
    rows = select(RecallNotice.sent_at, RecallNotice.id, RecallNotice).where(*_to(member_id))
    found = page(session, rows.where(_open()) if waiting else rows, (RecallNotice.sent_at, RecallNotice.id), place, limit)
    return Page([row.RecallNotice for row in found.rows], found.newer, found.older)


def waiting_for(session: Session, member_id: int) -> int:
    """How many notices to a member have no answer, in cases that are open."""
    return session.scalar(select(func.count()).select_from(RecallNotice).where(RecallNotice.member_id == member_id, _open())) or 0


def _to(member_id: int | None) -> list[ColumnElement[bool]]:
    return [] if member_id is None else [RecallNotice.member_id == member_id]


def _open() -> ColumnElement[bool]:
    closed = select(RecallCase.id).where(RecallCase.closed_at.is_not(None))
    return and_(_WAITS, RecallNotice.case_id.not_in(closed))
