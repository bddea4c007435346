"""Puts prepared events into the tables, many with few statements; the unique constraints decide what is new.

Who inserts first wins, also against another process in the same instant: nothing is looked for beforehand. What was not
inserted is then either the same event again (a duplicate), or another content under an id that is taken (a conflict).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ledger_client.onchain import item_id
from records import contents
from records.bulk import insert_rows
from records.contents import Content
from records.genealogy.draw import draw
from records.key_models import RecordKey
from records.keyring import KeyRetired, keyring_of
from records.models import Outcome, Record, RecordItem
from records.parts import parts
from records.prepare import Prepared, opened
from records.query import settled
from records.rotation import enter

_DECLARATION = "errorDeclaration"
Original = tuple[int, Content]  # a record's number and content


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of one event: its record, or why it has none."""

    outcome: Outcome  # STORED, DUPLICATE or INVALID
    record_id: int | None  # the record of an event that is stored; of a conflict, the record that is in the way
    problem: str = ""


def store(session: Session, signer: bytes, events: Sequence[Prepared]) -> list[Stored]:
    """Store events of one signer, each once, and put their items into the queue; results in the order given."""
    settled.announce(session)
    refused = _contradicting(session, signer, events)
    wanted = _each_once(event for event in events if event.payload_mac not in refused)
    _insert(session, signer, wanted.values())
    kept = _kept(session, signer, wanted)
    fresh = {key: record_id for key, (record_id, commitment) in kept.items() if commitment == wanted[key].commitment}
    added = [(record_id, wanted[key]) for key, record_id in fresh.items()]
    _keep_keys(session, added)
    _enqueue(session, signer, added)
    draw(session, [(record_id, event.event_time, event.took) for record_id, event in added])
    refused |= _conflicts(session, signer, [event for key, event in wanted.items() if key not in kept])
    return _results(events, fresh, {key: record_id for key, (record_id, _) in kept.items()}, refused)


def _each_once(events: Iterable[Prepared]) -> dict[bytes, Prepared]:
    """Payload MAC -> the first event with that payload."""
    found: dict[bytes, Prepared] = {}
    for event in events:
        found.setdefault(event.payload_mac, event)
    return found


def _results(events: Sequence[Prepared], fresh: dict[bytes, int], known: dict[bytes, int], refused: dict[bytes, Stored]) -> list[Stored]:
    """Of two equal events in one document the first is stored, the second its duplicate."""
    told: set[bytes] = set()
    results = []
    for event in events:
        key = event.payload_mac
        if key in refused:
            results.append(refused[key])
        elif key in fresh:
            results.append(Stored(Outcome.DUPLICATE if key in told else Outcome.STORED, fresh[key]))
        else:
            results.append(Stored(Outcome.DUPLICATE, known[key]))
        told.add(key)
    return results


def _insert(session: Session, signer: bytes, events: Iterable[Prepared]) -> None:
    """Insert what is new, in the order given."""
    rows = [
        {
            "event_id": event.event_id,
            "event_type": event.event_type,
            "event_time": event.event_time,
            "biz_step": event.biz_step,
            "sealed": event.sealed,
            "payload_mac": event.payload_mac,
            "commitment": event.commitment,
            "signer": signer,
            "captured_at": event.captured_at,
            "original": None if event.declaration else True,
        }
        for event in events
    ]
    insert_rows(session, Record, rows, skip_known=True)


def _kept(session: Session, signer: bytes, events: Collection[bytes]) -> dict[bytes, tuple[int, bytes]]:
    """Payload MAC -> (record id, commitment) of what the database holds now.

    Our commitment there means that we inserted it: every attempt has a fresh secret, so no two attempts have the same.
    """
    found: dict[bytes, tuple[int, bytes]] = {}
    for part in parts(events):
        same = select(Record.payload_mac, Record.id, Record.commitment).where(Record.payload_mac.in_(part), Record.signer == signer)
        found |= {key: (record_id, commitment) for key, record_id, commitment in session.execute(same) if key}
    return found


def _keep_keys(session: Session, records: Sequence[tuple[int, Prepared]]) -> None:
    """One row for the data key of each record. KeyRetired when the master key that wrapped them is gone: they are sealed again."""
    for version in {event.kek_version for _, event in records}:
        enter(session, version)
    rows = [{"record_id": record_id, "kek_version": event.kek_version, "wrapped": event.wrapped} for record_id, event in records]
    try:
        insert_rows(session, RecordKey, rows)
    except IntegrityError:
        raise KeyRetired from None


def _enqueue(session: Session, signer: bytes, records: Iterable[tuple[int, Prepared]]) -> None:
    """One row for each item of each record; the order of records is the order in which they are published."""
    rows = [
        {"record_id": record_id, "item_id": item_id(code), "item_code": code, "signer": signer}
        for record_id, event in sorted(records, key=lambda pair: pair[0])
        for code in event.items
    ]
    insert_rows(session, RecordItem, rows)


def _conflicts(session: Session, signer: bytes, events: Sequence[Prepared]) -> dict[bytes, Stored]:
    """Not there after inserting: the event id is taken by another content."""
    if not events:
        return {}
    taken = _originals(session, signer, [event.event_id for event in events])
    return {event.payload_mac: _conflict(session, event, taken[event.event_id]) for event in events}


def _contradicting(session: Session, signer: bytes, events: Sequence[Prepared]) -> dict[bytes, Stored]:
    """Error declarations that change more of the event they declare than the declaration itself (EPCIS 2.0 7.4.1.4)."""
    declarations = [event for event in events if event.declaration]
    if not declarations:
        return {}
    originals = _originals(session, signer, [event.event_id for event in declarations])
    found = {}
    for event in declarations:
        if event.event_id in originals:
            original = originals[event.event_id]
            if set(_differing(session, event, original)) - {_DECLARATION, "@context"}:
                found[event.payload_mac] = _conflict(session, event, original)
    return found


def _originals(session: Session, signer: bytes, event_ids: Sequence[str]) -> dict[str, Original]:
    found: dict[str, Original] = {}
    for part in parts(event_ids):
        named = select(Record).where(Record.event_id.in_(part), Record.signer == signer, Record.original.is_(True))
        rows = session.scalars(named).all()
        held = contents.opened(session, rows)
        found |= {row.event_id: (row.id, held[row.id]) for row in rows}
    return found


def _conflict(session: Session, event: Prepared, original: Original) -> Stored:
    record_id, held = original
    names = [name for name in _differing(session, event, original) if not (event.declaration and name == _DECLARATION)]
    if held.erased:
        return Stored(Outcome.INVALID, record_id, f"event id {event.event_id} was erased (record {record_id}), and is not recorded again")
    where = f"and cannot be compared: {held.fault}" if held.fault else f"with other content in {', '.join(names)}"
    return Stored(Outcome.INVALID, record_id, f"event id {event.event_id} is already recorded (record {record_id}) {where}")


def _differing(session: Session, event: Prepared, original: Original) -> list[str]:
    """Top-level properties in which an event differs from the recorded one. Payloads are canonical, so equal values are equal here too."""
    new = opened(keyring_of(session), event)
    first, second = new.event() or {}, original[1].event() or {}
    return sorted(name for name in first.keys() | second.keys() if first.get(name, _ABSENT) != second.get(name, _ABSENT))


_ABSENT: Any = object()
