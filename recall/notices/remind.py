"""Reminds owners that have not answered: counts it, notes it on the case's code, and lets webhooks hear of it (`told`). A job of `keep`."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from recall import cases
from recall.notices.models import RecallNotice
from recall.writing import Person
from records import row_seals
from records.columns import milliseconds, now
from records.models import Record

BATCH = 200  # notices of one step
NAME = "TraceLedger"  # who reminds


def step(session: Session, moment: datetime | None = None) -> int:
    """Remind of the notices that are due for it; returns how many. The caller commits."""
    moment = milliseconds(moment or now())
    waiting = select(RecallNotice).where(RecallNotice.remind_at <= moment).order_by(RecallNotice.case_id, RecallNotice.number)
    rows = session.scalars(waiting.limit(BATCH).with_for_update(skip_locked=True).execution_options(populate_existing=True)).all()
    for case_id, some in groupby(rows, key=lambda row: row.case_id):
        _remind(session, case_id, list(some), moment)
    return len(rows)


def _remind(session: Session, case_id: str, some: list[RecallNotice], moment: datetime) -> None:
    """By the key that sent the first of them, which is of the member that recalls; a case that was closed is not reminded of."""
    case = cases.one(session, case_id)
    if case.closed_at is None:
        by = Person(NAME, session.get_one(Record, some[0].sent_record).signer)
        cases.note(session, case, by, {"act": "reminded", "notices": [row.id for row in some]})
    for row in some:
        row.remind_at = None if case.closed_at else moment + timedelta(minutes=row.remind_every)
        if case.closed_at is None:
            row.reminded, row.reminded_at = row.reminded + 1, moment
    session.flush()
    row_seals.seal(session, *some)
