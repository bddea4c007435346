"""Puts prepared events into the tables, many with few statements; the unique constraints decide what is new.

Who inserts first wins, also against another process in the same instant: nothing is looked for beforehand. What was not
inserted is then either the same event again (a duplicate), or another content under an id that is taken (a conflict).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ledger_client.onchain import item_id
from records.columns import now
from records.database import insert_for
from records.models import Outcome, Record, RecordItem
from records.prepare import Prepared

_DECLARATION = "errorDeclaration"
_ASKED_AT_ONCE = 5000  # values in one IN; SQLite takes 32,766 parameters


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of one event: its record, or why it has none."""

    outcome: Outcome  # STORED, DUPLICATE or INVALID
    record_id: int | None  # the record of an event that is stored; of a conflict, the record that is in the way
    problem: str = ""


def store(session: Session, signer: bytes, events: Sequence[Prepared]) -> list[Stored]:
    """Store events of one signer, each once, and put their items into the queue; results in the order given."""
    refused = _contradicting(session, signer, events)
    wanted = {event.payload_hash: event for event in reversed(events) if event.payload_hash not in refused}
    fresh = _insert(session, signer, [event for event in events if wanted.get(event.payload_hash) is event])
    _enqueue(session, signer, [(fresh[event.payload_hash], event) for event in wanted.values() if event.payload_hash in fresh])
    left = [event for event in wanted.values() if event.payload_hash not in fresh]
    known = _known(session, signer, left)
    refused |= _conflicts(session, signer, [event for event in left if event.payload_hash not in known])
    return _results(events, fresh, known, refused)


def _results(events: Sequence[Prepared], fresh: dict[bytes, int], known: dict[bytes, int], refused: dict[bytes, Stored]) -> list[Stored]:
    """Of two equal events in one document the first is stored, the second its duplicate."""
    told: set[bytes] = set()
    results = []
    for event in events:
        key = event.payload_hash
        if key in refused:
            results.append(refused[key])
        elif key in fresh:
            results.append(Stored(Outcome.DUPLICATE if key in told else Outcome.STORED, fresh[key]))
        else:
            results.append(Stored(Outcome.DUPLICATE, known[key]))
        told.add(key)
    return results


def _insert(session: Session, signer: bytes, events: Sequence[Prepared]) -> dict[bytes, int]:
    """Insert what is new, in the order given; payload hash -> record id."""
    if not events:
        return {}
    moment = now()
    rows = [
        {
            "event_id": event.event_id,
            "event_type": event.event_type,
            "event_time": event.event_time,
            "payload": event.payload,
            "payload_hash": event.payload_hash,
            "secret": event.secret,
            "commitment": event.commitment,
            "signer": signer,
            "captured_at": moment,
            "original": None if event.declaration else True,
        }
        for event in events
    ]
    statement = insert_for(session, Record).on_conflict_do_nothing().returning(Record.payload_hash, Record.id)
    return {row.payload_hash: row.id for row in session.execute(statement, rows)}


def _enqueue(session: Session, signer: bytes, records: Iterable[tuple[int, Prepared]]) -> None:
    rows = [
        {"record_id": record_id, "item_id": item_id(code), "item_code": code, "signer": signer}
        for record_id, event in sorted(records, key=lambda pair: pair[0])
        for code in event.items
    ]
    if rows:
        session.execute(insert(RecordItem.__table__), rows)  # type: ignore[arg-type]  # __table__ is a Table


def _known(session: Session, signer: bytes, events: Sequence[Prepared]) -> dict[bytes, int]:
    """The records that hold exactly these payloads already."""
    found: dict[bytes, int] = {}
    for part in _parts([event.payload_hash for event in events]):
        same = select(Record.payload_hash, Record.id).where(Record.payload_hash.in_(part), Record.signer == signer)
        found |= {row.payload_hash: row.id for row in session.execute(same)}
    return found


def _conflicts(session: Session, signer: bytes, events: Sequence[Prepared]) -> dict[bytes, Stored]:
    """Neither inserted nor known: the event id is taken by another content."""
    taken = _originals(session, signer, [event.event_id for event in events])
    return {event.payload_hash: _conflict(event, *taken[event.event_id]) for event in events}


def _contradicting(session: Session, signer: bytes, events: Sequence[Prepared]) -> dict[bytes, Stored]:
    """Error declarations that change more of the event they declare than the declaration itself (EPCIS 2.0 7.4.1.4)."""
    declarations = [event for event in events if event.declaration]
    if not declarations:
        return {}
    originals = _originals(session, signer, [event.event_id for event in declarations])
    found = {}
    for event in declarations:
        if event.event_id in originals:
            record_id, payload = originals[event.event_id]
            if set(_differing(event.payload, payload)) - {_DECLARATION, "@context"}:
                found[event.payload_hash] = _conflict(event, record_id, payload)
    return found


def _originals(session: Session, signer: bytes, event_ids: Sequence[str]) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    for part in _parts(event_ids):
        rows = select(Record.event_id, Record.id, Record.payload).where(Record.event_id.in_(part), Record.signer == signer)
        found |= {event_id: (number, payload) for event_id, number, payload in session.execute(rows.where(Record.original.is_(True)))}
    return found


def _conflict(event: Prepared, record_id: int, payload: str) -> Stored:
    names = [name for name in _differing(event.payload, payload) if not (event.declaration and name == _DECLARATION)]
    reason = f"event id {event.event_id} is already recorded (record {record_id}) with other content in {', '.join(names)}"
    return Stored(Outcome.INVALID, record_id, reason)


def _differing(one: str, other: str) -> list[str]:
    """Top-level properties in which two payloads differ. Payloads are canonical, so equal values are equal here too."""
    first, second = orjson.loads(one), orjson.loads(other)
    return sorted(name for name in first.keys() | second.keys() if first.get(name, _ABSENT) != second.get(name, _ABSENT))


_ABSENT: Any = object()


def _parts(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + _ASKED_AT_ONCE] for start in range(0, len(values), _ASKED_AT_ONCE))
