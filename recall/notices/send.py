"""Write the notices of a case: one to each owner of affected units that was not told yet, or whose units are other than it was told."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger_client.errors import Conflict, InvalidInput
from ledger_client.sentences import sentence
from recall import cases
from recall.cases.listing import for_change
from recall.models import RecallCase
from recall.notices.models import RecallNotice
from recall.notices.owners import Owner, owners
from recall.writing import Person, remark_of
from records import row_seals
from records.columns import milliseconds, now

ACTIONS = ("stop_using", "quarantine", "return", "destroy")  # what an owner may be asked to do, in the order in which they are told
LONGEST = 2000  # characters of one's own words
AN_EVENT = 500  # notices that one event tells of
MONTHS = 90 * 24  # hours: no deadline and no pause is longer
LEAST = 0.1  # hours: none is shorter


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the owners are told. Times are hours: until the answer is due, to the first reminder, between the later ones."""

    actions: Sequence[str]
    words: str = ""
    due: float = 24
    first: float = 2
    every: float = 4


def send(session: Session, case_id: str, wanted: Wanted, by: Person) -> list[RecallNotice]:
    """Send them, in their order. Conflict when the case is closed or every owner was told of what it has; Refused, InvalidInput."""
    wanted = _checked(wanted)
    case = for_change(session, case_id, by)  # two who send at once, one by one
    told = _told(session, case)
    fresh = to_tell(session, case)
    if not fresh:
        raise Conflict("every owner was told of what it has; there is nobody to send a notice to")
    _replace(session, [told[key] for one in fresh if (key := (one.member_id, one.key)) in told])
    found = [
        row for start in range(0, len(fresh), AN_EVENT) for row in _written(session, case, wanted, fresh[start : start + AN_EVENT], by)
    ]
    row_seals.seal(session, *found)
    return found


def to_tell(session: Session, case: RecallCase) -> list[Owner]:
    """The owners that a sending would reach now."""
    told = _told(session, case)
    return [one for one in owners(session, case) if _differs(told.get((one.member_id, one.key)), one)]


def standing(session: Session, case_id: str) -> Sequence[RecallNotice]:
    """The notices of a case that no newer one replaced, in their order."""
    mine = select(RecallNotice).where(RecallNotice.case_id == case_id, RecallNotice.replaced_at.is_(None))
    return session.scalars(mine.order_by(RecallNotice.number)).all()


def _told(session: Session, case: RecallCase) -> dict[tuple[int | None, int], RecallNotice]:
    return {(one.member_id, one.owner_key): one for one in standing(session, case.id)}


def _written(session: Session, case: RecallCase, wanted: Wanted, some: Sequence[Owner], by: Person) -> list[RecallNotice]:
    moment = milliseconds(now())
    due = moment + timedelta(hours=wanted.due)
    rows = [
        {
            "id": str(uuid.uuid4()),
            "member_id": one.member_id,
            "party": one.party,
            "owner_key": one.key,
            "units": one.units,
            "amounts": one.amounts,
        }
        for one in some
    ]
    said = {"act": "notified", "notices": [row["id"] for row in rows], "units": sum(one.units for one in some)}
    record = cases.note(session, case, by, said | {"asked": list(wanted.actions), "answerBy": due.isoformat(timespec="milliseconds")})
    first = (session.scalar(select(func.max(RecallNotice.number)).where(RecallNotice.case_id == case.id)) or 0) + 1
    shared: dict[str, Any] = {
        "case_id": case.id,
        "actions": list(wanted.actions),
        "words": wanted.words,
        "due_at": due,
        "reminded": 0,
    }
    shared |= {"sent_at": moment, "sent_name": by.name[:200], "sent_record": record, "remind_every": round(60 * wanted.every)}
    shared |= {"remind_at": moment + timedelta(hours=wanted.first)}
    found = [RecallNotice(number=number, **shared, **row) for number, row in enumerate(rows, first)]
    session.add_all(found)
    session.flush()
    return found


def _replace(session: Session, old: Sequence[RecallNotice]) -> None:
    """What was told before holds no longer, and nobody is reminded of it."""
    for row in old:
        row.replaced_at, row.remind_at = now(), None
    session.flush()
    row_seals.seal(session, *old)


def _differs(told: RecallNotice | None, one: Owner) -> bool:
    return told is None or (told.units, told.amounts) != (one.units, one.amounts)


def _checked(wanted: Wanted) -> Wanted:
    """The same, its words as they are kept."""
    if not wanted.actions or not set(wanted.actions) <= set(ACTIONS):
        raise InvalidInput(
            "actions", "name nothing that an owner can be asked to do", sentence("choose from {known}", known=", ".join(ACTIONS))
        )
    times: Mapping[str, float] = {"due_hours": wanted.due, "remind_after_hours": wanted.first, "remind_every_hours": wanted.every}
    for name, hours in times.items():
        if not LEAST <= hours <= MONTHS:
            fix = sentence("give hours from {least} to {most}", least=LEAST, most=MONTHS)
            raise InvalidInput(name, sentence("is {hours}", hours=hours), fix)
    return replace(wanted, words=remark_of(wanted.words, "words", LONGEST))
