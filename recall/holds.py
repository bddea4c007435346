"""Holds: a quality manager freezes a thing, and releases it with a reason. Both are events on the chain about the thing itself."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ledger_client.codes import ItemCode, parse
from ledger_client.errors import Conflict, NotFound, Refused
from ledger_client.sentences import sentence
from recall.models import Hold, RecallCase
from recall.writing import LONGEST, Person, member_of, observed, sentence_of, stored
from records import row_seals
from records.columns import milliseconds, now
from records.database import changed, insert_for
from records.lists.paging import Page, Place, page
from records.parts import parts

__all__ = ["LONGEST", "Person"]


def place(session: Session, item: ItemCode, reason: str, by: Person) -> Hold:
    """Freeze a thing. InvalidInput without a reason, Conflict when it is on hold already."""
    reason, moment, number = sentence_of(reason), milliseconds(now()), str(uuid.uuid4())
    event = _event(item, number, reason, by, step="holding", disposition="non_sellable_other")
    row = {"id": number, "code": item.uri, "member_id": member_of(session, by), "reason": reason, "placed_at": moment}
    row |= {"placed_name": by.name[:200], "placed_record": stored(session, by, event)}
    if session.scalar(insert_for(session, Hold).values(row).on_conflict_do_nothing().returning(Hold.id)) is None:
        raise Conflict(sentence("{code} is on hold already; release that hold before placing another", code=item.uri))
    found = one(session, number)
    row_seals.seal(session, found)
    return found


def release(session: Session, hold_id: str, reason: str, by: Person) -> Hold:
    """Let a thing go again. Refused for another member's hold, Conflict when it was released already."""
    reason, found = sentence_of(reason), one(session, hold_id)
    if found.member_id != member_of(session, by):
        raise Refused("another member placed this hold, and only that member releases it")
    if found.case_id and session.scalar(select(RecallCase.closed_at).where(RecallCase.id == found.case_id)) is None:
        raise Refused("a recall case placed this hold; it is released with the case")
    event = _event(parse(found.code), hold_id, reason, by, step="inspecting", disposition="available")
    said = {"release_reason": reason, "released_at": milliseconds(now()), "released_name": by.name[:200]}
    mine = (Hold.id == hold_id, Hold.released_at.is_(None))
    if not changed(session, update(Hold).where(*mine).values(said | {"released_record": stored(session, by, event)})):
        raise Conflict(sentence("this hold was released already, by {name}", name=found.released_name or ""))
    session.refresh(found)
    row_seals.seal(session, found)
    return found


def one(session: Session, hold_id: str) -> Hold:
    """The hold of that id; NotFound."""
    found = session.get(Hold, hold_id)
    if found is None:
        raise NotFound(sentence("hold {number}: there is none of that id", number=hold_id[:40]))
    return found


def page_of(session: Session, place: Place | None, limit: int, *, open_only: bool) -> Page[Hold]:
    """Holds, newest first; a place's key is (placed at, id)."""
    rows = select(Hold.placed_at, Hold.id, Hold)
    found = page(session, rows.where(Hold.released_at.is_(None)) if open_only else rows, (Hold.placed_at, Hold.id), place, limit)
    return Page([row.Hold for row in found.rows], found.newer, found.older)


def any_open(session: Session) -> bool:
    """Whether anything is on hold."""
    return session.scalar(select(Hold.id).where(Hold.released_at.is_(None)).limit(1)) is not None


def open_among(session: Session, codes: Collection[str]) -> Iterator[Hold]:
    """The holds that stand on these codes."""
    for part in parts(codes):
        yield from session.scalars(select(Hold).where(Hold.code.in_(part), Hold.released_at.is_(None)))


def _event(item: ItemCode, number: str, reason: str, by: Person, *, step: str, disposition: str) -> dict[str, Any]:
    many = item.key == "01" and "21" not in item.parts
    named = {"quantityList": [{"epcClass": item.uri}]} if many else {"epcList": [item.uri]}
    said = {"hold": number, "holdReason": reason, "holdBy": by.name}
    return observed(milliseconds(now()), named, bizStep=step, disposition=disposition, **said)
