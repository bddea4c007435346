"""Holds: a quality manager freezes a thing, and releases it with a reason. Both are events on the chain about the thing itself."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from indexer.audiences import members_of_keys
from ledger_client.codes import ItemCode, parse
from ledger_client.errors import Conflict, InvalidInput, NotFound, Refused
from recall.models import Hold
from records import row_seals
from records.capture import store_event
from records.columns import milliseconds, now
from records.database import changed, insert_for
from records.lists.paging import Page, Place, page
from records.models import Outcome
from records.parts import parts

LONGEST = 500  # characters of a reason
_CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"traceledger": "https://id.traceledger.org/terms/"}]


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: the name of the account, and the key that writes for its member."""

    name: str
    signer: bytes


def place(session: Session, item: ItemCode, reason: str, by: Person) -> Hold:
    """Freeze a thing. InvalidInput without a reason, Conflict when it is on hold already."""
    reason, moment, number = _sentence(reason), milliseconds(now()), str(uuid.uuid4())
    event = _event(item, number, reason, by, step="holding", disposition="non_sellable_other")
    row = {"id": number, "code": item.uri, "member_id": _member(session, by), "reason": reason, "placed_at": moment}
    row |= {"placed_name": by.name[:200], "placed_record": _stored(session, by, event)}
    if session.scalar(insert_for(session, Hold).values(row).on_conflict_do_nothing().returning(Hold.id)) is None:
        raise Conflict(f"{item.uri} is on hold already; release that hold before placing another")
    found = one(session, number)
    row_seals.seal(session, found)
    return found


def release(session: Session, hold_id: str, reason: str, by: Person) -> Hold:
    """Let a thing go again. Refused for another member's hold, Conflict when it was released already."""
    reason, found = _sentence(reason), one(session, hold_id)
    if found.member_id != _member(session, by):
        raise Refused("another member placed this hold, and only that member releases it")
    event = _event(parse(found.code), hold_id, reason, by, step="inspecting", disposition="available")
    said = {"release_reason": reason, "released_at": milliseconds(now()), "released_name": by.name[:200]}
    mine = (Hold.id == hold_id, Hold.released_at.is_(None))
    if not changed(session, update(Hold).where(*mine).values(said | {"released_record": _stored(session, by, event)})):
        raise Conflict(f"this hold was released already, by {found.released_name}")
    session.refresh(found)
    row_seals.seal(session, found)
    return found


def one(session: Session, hold_id: str) -> Hold:
    """The hold of that id; NotFound."""
    found = session.get(Hold, hold_id)
    if found is None:
        raise NotFound(f"hold {hold_id[:40]}: there is none of that id")
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


def _member(session: Session, by: Person) -> int:
    found = members_of_keys(session).get(by.signer)
    if found is None:
        raise Refused("the key of this account belongs to no member of the consortium")
    return found


def _stored(session: Session, by: Person, event: dict[str, Any]) -> int:
    stored, _ = store_event(session, by.signer, orjson.dumps(event))
    if stored.outcome != Outcome.STORED or stored.record_id is None:
        raise Conflict(f"the event of this hold could not be stored: {stored.outcome}")
    return stored.record_id


def _event(item: ItemCode, number: str, reason: str, by: Person, *, step: str, disposition: str) -> dict[str, Any]:
    moment = milliseconds(now())
    many = item.key == "01" and "21" not in item.parts
    named = {"quantityList": [{"epcClass": item.uri}]} if many else {"epcList": [item.uri]}
    return {
        "@context": _CONTEXT,
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "eventTime": moment.isoformat(timespec="milliseconds"),
        "eventTimeZoneOffset": "+00:00",
        "bizStep": step,
        "disposition": disposition,
        **named,
        "traceledger:hold": number,
        "traceledger:holdReason": reason,
        "traceledger:holdBy": by.name,
    }


def _sentence(text: str) -> str:
    found = " ".join(text.split())
    if not found:
        raise InvalidInput("reason", "is missing", "say it in a sentence; it stands in the event")
    if len(found) > LONGEST or not found.isprintable():
        raise InvalidInput("reason", "is too long or holds a control character", f"write plain text of at most {LONGEST} characters")
    return found
