"""Puts prepared events into the tables, many with few statements; the unique constraints decide what is new.

Who inserts first wins, also against another process in the same instant: nothing is looked for beforehand. What was not
inserted is then either the same event again (a duplicate), or another content under an id that is taken (a conflict).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger_client.onchain import item_id
from records.bulk import insert_rows
from records.columns import now
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
    wanted = _each_once(event for event in events if event.payload_hash not in refused)
    _insert(session, signer, wanted.values())
    kept = _kept(session, signer, wanted)
    fresh = {key: record_id for key, (record_id, commitment) in kept.items() if commitment == wanted[key].commitment}
    _enqueue(session, signer, [(record_id, wanted[key]) for key, record_id in fresh.items()])
    refused |= _conflicts(session, signer, [event for key, event in wanted.items() if key not in kept])
    return _results(events, fresh, {key: record_id for key, (record_id, _) in kept.items()}, refused)


def _each_once(events: Iterable[Prepared]) -> dict[bytes, Prepared]:
    """Payload hash -> the first event with that payload."""
    found: dict[bytes, Prepared] = {}
    for event in events:
        found.setdefault(event.payload_hash, event)
    return found


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


def _insert(session: Session, signer: bytes, events: Iterable[Prepared]) -> None:
    """Insert what is new, in the order given."""
    moment = now()
    rows = [
        {
            "event_id": event.event_id,
            "event_type": event.event_type,
            "event_time": event.event_time,
            "biz_step": event.biz_step,
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
    insert_rows(session, Record, rows, skip_known=True)


def _kept(session: Session, signer: bytes, events: Collection[bytes]) -> dict[bytes, tuple[int, bytes]]:
    """Payload hash -> (record id, commitment) of what the database holds now.

    Our commitment there means that we inserted it: every attempt has a fresh secret, so no two attempts have the same.
    """
    found: dict[bytes, tuple[int, bytes]] = {}
    for part in _parts(list(events)):
        same = select(Record.payload_hash, Record.id, Record.commitment).where(Record.payload_hash.in_(part), Record.signer == signer)
        found |= {key: (record_id, commitment) for key, record_id, commitment in session.execute(same)}
    return found


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
