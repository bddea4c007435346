"""Recall cases for routes and pages: who acts in one, and what is told of the case as JSON."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from api.callers import Caller
from api.recall_schemas import AccountOut, DeadlineOut, EndOut, LineOut, RecallOut, RecallWhole
from recall.cases.accounting import Line, balance, effectiveness
from recall.cases.deadlines import deadlines
from recall.cases.freezing import held, waiting
from recall.models import RecallAccount, RecallCase
from recall.writing import Person
from records import queries
from records.columns import now


def person_of(caller: Caller) -> Person:
    """Who acts in a case."""
    return Person(caller.name, caller.signs_with)


def told(db: Session, case: RecallCase) -> RecallOut:
    """A case as JSON."""
    return RecallOut(**_plain(db, case))


def told_whole(db: Session, case: RecallCase) -> RecallWhole:
    """The same with its accounting."""
    lines = balance(db, case)
    share = effectiveness(lines)
    return RecallWhole(
        **_plain(db, case),
        holds=held(db, case),
        waiting=waiting(db, case),
        effectiveness_percent=None if share is None else round(share, 2),
        lines=[_line(one) for one in lines],
    )


def told_account(db: Session, one: RecallAccount) -> AccountOut:
    """A statement as JSON."""
    return AccountOut(
        id=one.id,
        owner=str(one.owner_key),
        member=one.member_id,
        party=one.party,
        product=one.product,
        uom=one.uom,
        outcome=one.outcome,
        quantity=one.quantity,
        note=one.note,
        at=one.at,
        by=one.by_name,
        event_id=queries.record(db, one.record).event_id,
    )


def _plain(db: Session, case: RecallCase) -> dict[str, Any]:
    moment = now()
    same = (
        *(
            "id",
            "number",
            "code",
            "kind",
            "title",
            "reason",
            "grade",
            "suspicion",
            "aware_at",
            "opened_at",
            "refreshed_at",
            "events",
            "starts",
        ),
        *("units", "fresh", "gone", "complete", "frozen_at", "moving", "closed_at", "conclusion", "remainder_reason"),
    )
    return {name: getattr(case, name) for name in same} | {
        "member": case.member_id,
        "opened_by": case.opened_name,
        "opened_event_id": queries.record(db, case.opened_record).event_id,
        "ends": [EndOut(**one) for one in case.ends],
        "sha256": case.digest,
        "frozen_by": case.frozen_name,
        "closed_by": case.closed_name,
        "deadlines": [DeadlineOut(what=one.what, due=one.due, done=one.done, missed=one.is_missed(moment)) for one in deadlines(case)],
    }


def _line(one: Line) -> LineOut:
    return LineOut(
        owner=str(one.key),
        member=one.member_id,
        party=one.party,
        product=one.product,
        uom=one.uom,
        affected=one.affected,
        **{name: one.states.get(name, 0.0) for name in ("here", "transit", "sold", "unknown")},
        **{name: one.events.get(name, 0.0) for name in ("used", "ended", "returned", "destroyed")},
        stated=dict(one.stated),
        left=one.left,
        unsaid=one.unsaid,
    )
