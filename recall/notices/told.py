"""What webhooks hear of notices (`recall.notice`): the sending and each reminder, only those to the member whose webhook it is.

Handed to `exchange.gather`, which stands before this package and does not know it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from exchange.bodies import zulu
from exchange.happenings import Happening, Looked, Marks, moment_of, moved
from exchange.models import HappeningKind
from recall.models import RecallCase
from recall.notices.models import RecallNotice

KIND = HappeningKind.NOTICE


def notices(session: Session, marks: Marks, member_id: int | None) -> Looked:
    """What was sent to a member, and what it was reminded of, since the mark."""
    since = moment_of(marks[KIND])
    mine = (
        select(RecallNotice, RecallCase).join(RecallCase, RecallCase.id == RecallNotice.case_id).where(RecallNotice.member_id == member_id)
    )
    lately = or_(RecallNotice.sent_at >= since, RecallNotice.reminded_at >= since)
    rows = session.execute(mine.where(lately).order_by(RecallNotice.sent_at, RecallNotice.number)).all()
    return Looked([one for notice, case in rows for one in _told(notice, case, since)], moved(KIND, since))


def _told(notice: RecallNotice, case: RecallCase, since: datetime) -> Iterator[Happening]:
    if notice.sent_at >= since:
        yield Happening(KIND, f"{notice.id} 0", _content(notice, case, 0))
    if notice.reminded_at is not None and notice.reminded_at >= since:
        yield Happening(KIND, f"{notice.id} {notice.reminded}", _content(notice, case, notice.reminded))


def _content(notice: RecallNotice, case: RecallCase, reminded: int) -> dict[str, object]:
    told = {"notice": notice.id, "case": case.number, "drill": case.kind == "drill", "reason": case.reason, "units": notice.units}
    return told | {"actions": notice.actions, "words": notice.words, "answerBy": zulu(notice.due_at), "reminder": reminded}
