"""An SSCC that was shipped names that one load: nothing else may be loaded under it for a year (GS1 General Specifications 4.4.1.1).

Packing goes on until the load is shipped, so a second packing event alone is no reuse; one that follows the shipping is. A shipping that
was declared to be in error, or undone (`void_shipping`), does not count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from indexer.models import MirroredSigner
from ledger_client.codes import canonical
from ledger_client.epcis.json_value import Event
from ledger_client.errors import InvalidCode
from ledger_client.sentences import sentence
from records.keyring import keyring_of
from records.models import Record, RecordItem
from records.parts import parts
from records.prepare import Prepared, Problem, Rejected, opened

SSCC = "https://id.gs1.org/00/"
YEAR = timedelta(days=365)
_SHIPPING, _VOID = "shipping", "void_shipping"


class Moved(NamedTuple):
    """A shipping of a load, or its undoing."""

    at: datetime
    step: str
    event_id: str


def reloaded(session: Session, judged: Sequence[Prepared | Rejected], ours: Mapping[int, list[str]]) -> dict[int, tuple[str, Problem]]:
    """Place -> the first SSCC of that event that is loaded anew within a year of its shipping, and why it may not be."""
    asked = {place: loads for place, own in ours.items() if (loads := _may_load(judged[place], own))}
    moved = _moved(session, judged, {code for loads in asked.values() for code in loads}) if asked else {}
    found: dict[int, tuple[str, Problem]] = {}
    for place, loads in asked.items():
        event = judged[place]
        if not isinstance(event, Prepared):
            continue
        for code in loads:
            before = _shipped(event, moved.get(code, ()))
            if before and _loads(session, event, code):
                found[place] = (code, _problem(event, code, before))
                break
    return found


def _may_load(event: Prepared | Rejected, own: Sequence[str]) -> list[str]:
    """SSCCs that an event may put things under, as far as can be said without opening it."""
    if not isinstance(event, Prepared) or event.declaration:
        return []
    named = own if event.event_type == "AggregationEvent" else [code for code in own if code in event.creates]
    return [code for code in named if code.startswith(SSCC)]


def _moved(session: Session, judged: Sequence[Prepared | Rejected], codes: set[str]) -> dict[str, list[Moved]]:
    """What is recorded of the shipping of these codes by their own member, and what this document adds, without what is in error."""
    events = [event for event in judged if isinstance(event, Prepared)]
    found: dict[str, list[Moved]] = {code: [] for code in codes}
    for event in events:
        if event.biz_step in (_SHIPPING, _VOID) and not event.declaration:
            for code in codes.intersection(event.items):
                found[code].append(Moved(event.event_time, event.biz_step or "", event.event_id))
    member = select(MirroredSigner.member_id).where(MirroredSigner.address == events[0].signer)
    keys = select(MirroredSigner.address).where(MirroredSigner.member_id.in_(member))
    columns = select(RecordItem.item_code, Record.event_time, Record.biz_step, Record.event_id)
    rows = columns.join(Record, Record.id == RecordItem.record_id).where(
        Record.biz_step.in_((_SHIPPING, _VOID)), Record.original.is_(True), Record.signer.in_(keys)
    )
    for part in parts(sorted(codes)):
        for code, at, step, event_id in session.execute(rows.where(RecordItem.item_code.in_(part))):
            found[code].append(Moved(at, step or "", event_id))
    wrong = _in_error(session, {one.event_id for moves in found.values() for one in moves})
    wrong |= {event.event_id for event in events if event.declaration}
    return {code: sorted(one for one in moves if one.event_id not in wrong) for code, moves in found.items()}


def _in_error(session: Session, event_ids: set[str]) -> set[str]:
    found = set[str]()
    for part in parts(sorted(event_ids)):
        found |= set(session.scalars(select(Record.event_id).where(Record.event_id.in_(part), Record.original.is_(None))))
    return found


def _shipped(event: Prepared, moves: Sequence[Moved]) -> Moved | None:
    """The shipping before an event that no undoing followed, if it is less than a year ago."""
    before = [one for one in moves if one.at < event.event_time and one.event_id != event.event_id]
    last = before[-1] if before else None
    return last if last and last.step == _SHIPPING and event.event_time - last.at < YEAR else None


def _loads(session: Session, event: Prepared, code: str) -> bool:
    """Whether it puts something under that code: opened only now, because hardly any event comes this far."""
    if code in event.creates:
        return True
    held = opened(keyring_of(session), event)
    told: Event = held.event() or {}
    return told.get("action") == "ADD" and _canonical(told.get("parentID")) == code


def _canonical(given: object) -> str:
    try:
        return canonical(str(given))
    except InvalidCode:
        return ""


def _problem(event: Prepared, code: str, before: Moved) -> Problem:
    text = "loads {code} anew, which was shipped on {day} (event {event_id})"
    told = sentence(text, code=code, day=f"{before.at:%Y-%m-%d}", event_id=before.event_id)
    fix = "give the new load an SSCC of its own; one may be used again after a year. If it was never shipped, record void_shipping first"
    return Problem(event.path, told, "one load for one SSCC in a year", fix)
