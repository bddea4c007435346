"""The figures of a case, counted from its own rows: whole numbers, which stand in the event that closes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from recall.drill.score import NOTIFIED_WITHIN, TABLE, score
from recall.models import RecallCase, RecallUnit
from recall.notices.models import RecallNotice
from recall.notices.owners import owners
from recall.notices.send import standing
from records.models import Record

UNKNOWN = "unknown"  # state of a unit of which nobody knows where it is


def figures(session: Session, case: RecallCase) -> dict[str, int]:
    """All figures that there are by now; a time is missing while what it measures has not happened."""
    told = standing(session, case.id)
    return _units(session, case) | _notices(session, case, told) | _times(session, case, told) | _amounts(told)


def facts(session: Session, case: RecallCase) -> dict[str, str | int]:
    """What the closing event says of it: the figures, and of a drill the points for them."""
    found = figures(session, case)
    if case.kind != "drill":
        return dict(found)
    scored = score(found)
    points = {f"points_{line.criterion}": line.points for line in scored.lines}
    return {**found, **points, "points": scored.points, "passed": "yes" if scored.passed else "no", "table": TABLE}


def _units(session: Session, case: RecallCase) -> dict[str, int]:
    """Things, however many stays each has; a thing is located when all of it is."""
    mine = select(func.count(func.distinct(RecallUnit.thing_id))).where(RecallUnit.case_id == case.id)
    whole, lost = session.scalar(mine) or 0, session.scalar(mine.where(RecallUnit.state == UNKNOWN)) or 0
    return {"unitsAffected": whole, "unitsLocated": whole - lost, "openEnds": 0 if case.complete else max(len(case.ends), 1)}


def _notices(session: Session, case: RecallCase, told: Sequence[RecallNotice]) -> dict[str, int]:
    """Owners beside the recalling member; one whose notice is of another amount than it has now was not told of all of it."""
    latest = case.opened_at + timedelta(seconds=NOTIFIED_WITHIN)
    return {
        "owners": max(len(owners(session, case)), len(told)),
        "ownersNotified": len(told),
        "ownersNotifiedInTime": sum(one.sent_at <= latest for one in told),
        "ownersAnswered": sum(one.acknowledged_at is not None for one in told),
        "ownersAnsweredInTime": sum(one.acknowledged_at is not None and one.acknowledged_at <= one.due_at for one in told),
        "reminders": sum(one.reminded for one in told),
    }


def _times(session: Session, case: RecallCase, told: Sequence[RecallNotice]) -> dict[str, int]:
    """Seconds from the opening of the case. The set stands when the event that tells it is stored, or when its last unit was found."""
    kept = session.get_one(Record, case.opened_record).captured_at
    found = max(kept, session.scalar(select(func.max(RecallUnit.seen_at)).where(RecallUnit.case_id == case.id)) or kept)
    sent, answered = [one.sent_at for one in told], [one.acknowledged_at for one in told if one.acknowledged_at]
    moments: dict[str, datetime | None] = {
        "secondsToAffectedSet": found,
        "secondsToFirstNotice": min(sent, default=None),
        "secondsToLastNotice": max(sent, default=None),
        "secondsToFirstAnswer": min(answered, default=None),
        "secondsToLastAnswer": max(answered, default=None) if len(answered) == len(told) else None,
    }
    return {name: max(0, round((moment - case.opened_at).total_seconds())) for name, moment in moments.items() if moment}


def _amounts(told: Sequence[RecallNotice]) -> dict[str, int]:
    """Amounts that owners were told of; one that nobody counted does not add up."""
    pairs = [(Decimal(amount), (one.found or {}).get(uom)) for one in told for uom, amount in one.amounts.items()]
    return {"amountsToCount": len(pairs), "amountsAddingUp": sum(found is not None and Decimal(found) == amount for amount, found in pairs)}
