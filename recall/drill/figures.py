"""The figures of a case, counted from its own rows: whole numbers, and amounts by unit of measure, as its closing event tells them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from recall.cases.accounting import balance
from recall.cases.deadlines import known_at
from recall.drill.quantity import Quantity, quantities, told
from recall.drill.score import NOTIFIED_WITHIN, TABLE, Score, score
from recall.models import RecallCase, RecallUnit
from recall.notices.models import RecallNotice
from recall.notices.owners import owners
from recall.notices.send import standing
from records.models import Record

UNKNOWN = "unknown"  # state of a unit of which nobody knows where it is


class Figures(NamedTuple):
    """`counts`: name -> whole number; a time is missing while what it measures has not happened. `amounts`: by unit of measure."""

    counts: dict[str, int]
    amounts: list[Quantity]

    def score(self) -> Score:
        """The points that they are worth in a drill."""
        return score(self.counts, self.amounts)


def figures(session: Session, case: RecallCase) -> Figures:
    """All that there are by now."""
    notices = standing(session, case.id)
    counts = _units(session, case) | _notices(session, case, notices) | _times(session, case, notices)
    return Figures(counts, quantities(balance(session, case), notices))


def facts(session: Session, case: RecallCase) -> dict[str, Any]:
    """What the closing event says of it: the figures, and of a drill the points for them."""
    found = figures(session, case)
    said: dict[str, Any] = found.counts | {"quantities": told(found.amounts)}
    if case.kind != "drill":
        return said
    scored = found.score()
    points = {f"points_{line.criterion}": line.points for line in scored.lines}
    return {**said, **points, "points": scored.points, "passed": "yes" if scored.passed else "no", "table": TABLE}


def _units(session: Session, case: RecallCase) -> dict[str, int]:
    """Things, however many stays each has; a thing is located when all of it is."""
    mine = select(func.count(func.distinct(RecallUnit.thing_id))).where(RecallUnit.case_id == case.id)
    whole, lost = session.scalar(mine) or 0, session.scalar(mine.where(RecallUnit.state == UNKNOWN)) or 0
    return {"unitsAffected": whole, "unitsLocated": whole - lost, "openEnds": 0 if case.complete else max(len(case.ends), 1)}


def _notices(session: Session, case: RecallCase, notices: Sequence[RecallNotice]) -> dict[str, int]:
    """Owners beside the recalling member; one whose notice is of another amount than it has now was not told of all of it."""
    latest = known_at(case) + timedelta(seconds=NOTIFIED_WITHIN)
    return {
        "owners": max(len(owners(session, case)), len(notices)),
        "ownersNotified": len(notices),
        "ownersNotifiedInTime": sum(one.sent_at <= latest for one in notices),
        "ownersAnswered": sum(one.acknowledged_at is not None for one in notices),
        "ownersAnsweredInTime": sum(one.acknowledged_at is not None and one.acknowledged_at <= one.due_at for one in notices),
        "reminders": sum(one.reminded for one in notices),
    }


def _times(session: Session, case: RecallCase, notices: Sequence[RecallNotice]) -> dict[str, int]:
    """Seconds from `known_at`. The set stands when the event that tells it is stored, or when its last unit was found."""
    kept = session.get_one(Record, case.opened_record).captured_at
    found = max(kept, session.scalar(select(func.max(RecallUnit.seen_at)).where(RecallUnit.case_id == case.id)) or kept)
    sent, answered = [one.sent_at for one in notices], [one.acknowledged_at for one in notices if one.acknowledged_at]
    moments: dict[str, datetime | None] = {
        "secondsBeforeOpening": case.opened_at if case.aware_at else None,
        "secondsToAffectedSet": found,
        "secondsToFirstNotice": min(sent, default=None),
        "secondsToLastNotice": max(sent, default=None),
        "secondsToFirstAnswer": min(answered, default=None),
        "secondsToLastAnswer": max(answered, default=None) if len(answered) == len(notices) else None,
    }
    return {name: max(0, round((moment - known_at(case)).total_seconds())) for name, moment in moments.items() if moment}
