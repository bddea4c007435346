"""The numbers that a rule's counter gives out: a range at a time, under the lock of one row, so that no two orders share one."""

from __future__ import annotations

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from issuing.models import CodeCounter
from issuing.segments import Segment
from records.database import insert_for


def reserve(session: Session, rule_id: int, period: str, counter: Segment, count: int) -> int | None:
    """The first of `count` numbers that follow each other and are nobody else's; None when the counter has not so many left.

    The caller's transaction holds the row until it ends: what it takes back, nobody has had.
    """
    row = insert_for(session, CodeCounter).values(rule_id=rule_id, period=period, next=counter.start)
    session.execute(row.on_conflict_do_nothing())
    first = case((CodeCounter.next < counter.start, counter.start), else_=CodeCounter.next)  # a later version may begin higher
    mine = (CodeCounter.rule_id == rule_id, CodeCounter.period == period, first + count <= counter.variants)
    taken = update(CodeCounter).where(*mine).values(next=first + count).returning(CodeCounter.next)
    after = session.scalar(taken.execution_options(synchronize_session=False))
    return None if after is None else after - count


def given_out(session: Session, rule_id: int, period: str) -> int:
    """Up to which number the counter has come in a period; 0 before its first."""
    return session.scalar(select(CodeCounter.next).where(CodeCounter.rule_id == rule_id, CodeCounter.period == period)) or 0
