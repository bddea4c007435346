"""The audit log's head goes to the chain: once a day it is recorded as an ordinary event about an item of its own.

The item is `https://id.traceledger.org/audit/<installation>`. Each seal says how many entries the log had and the hash of the newest one;
publisher, mirror and verifier treat it like every event. The item's head on the chain binds all seals and their order, so that whoever
rewrites the log, its seals and its records together is found all the same (`compare`): the chain is not theirs to rewrite.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import audit, audit_entries
from accounts.audit import Break
from accounts.models import Installation, Seal
from records.capture import store_event
from records.columns import milliseconds, now

ITEMS = "https://id.traceledger.org/audit/"
TERMS = "https://id.traceledger.org/terms/"  # namespace of the two properties
ENTRIES, HASH = "traceledger:auditEntries", "traceledger:auditHash"
EVERY = timedelta(days=1)
_HASH = re.compile("0x[0-9a-f]{64}")
_CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"traceledger": TERMS}]


@dataclass(frozen=True, slots=True)
class Anchored:
    """A seal as its verified record tells it, and where on the chain it stands; block 0 while it waits."""

    entries: int
    hash: bytes
    event_id: str
    block: int = 0
    block_time: int = 0  # Unix seconds


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the chain says of the log: the newest seal that agrees with it, how many there are, and what does not agree."""

    newest: Anchored | None
    seals: int
    waiting: int  # recorded, and in no block yet
    breaks: tuple[Break, ...] = ()
    problem: str = ""  # why the chain could not be asked


def item_code(session: Session) -> str:
    """The log's item; it bears the installation's name."""
    return ITEMS + session.scalars(select(Installation.id)).one()


def step(session: Session, signer: bytes, moment: datetime | None = None) -> int:
    """Seal the log if it grew since the last seal and that one is a day old; returns how many seals were made."""
    moment = milliseconds(moment or now())
    last = _last(session)
    if last is not None and moment - last.at < EVERY:
        return 0
    audit.hold(session)  # of two that seal at once, the second sees the first one's seal
    newest, last = audit_entries.newest(session), _last(session)
    if newest is None or (last is not None and (newest.id <= last.entries or moment - last.at < EVERY)):
        return 0
    _, event_id = store_event(session, signer, orjson.dumps(_event(item_code(session), newest.id, newest.hash, moment)))
    session.add(Seal(entries=newest.id, hash=newest.hash, at=moment, event_id=event_id))
    session.flush()
    return 1


def seals(session: Session) -> list[Seal]:
    """All seals that were made here, oldest first."""
    return list(session.scalars(select(Seal).order_by(Seal.entries)))


def told_in(event: Mapping[str, Any], block: int = 0, block_time: int = 0) -> Anchored | None:
    """The seal that an event tells; None for one that is no seal."""
    entries, digest = event.get(ENTRIES), str(event.get(HASH))
    if not isinstance(entries, int) or not 1 <= entries < 2**53 or not _HASH.fullmatch(digest):
        return None
    return Anchored(entries, bytes.fromhex(digest[2:]), str(event.get("eventID")), block, block_time)


def compare(session: Session, anchored: Sequence[Anchored], waiting: Sequence[Anchored]) -> list[Break]:
    """The log and its seals' rows against what the verified records tell; entries are named from the last seal that agrees."""
    newest = audit_entries.newest(session)
    stored = audit_entries.hashes(session, [one.entries for one in anchored])
    return [*_prefixes(anchored, stored, newest.id if newest else 0), *_rows(seals(session), [*anchored, *waiting])]


def agreed(session: Session, anchored: Sequence[Anchored]) -> Anchored | None:
    """The newest seal on the chain that tells what the log says."""
    stored = audit_entries.hashes(session, [one.entries for one in anchored])
    return max((one for one in anchored if stored.get(one.entries) == one.hash), key=lambda one: one.entries, default=None)


def _prefixes(anchored: Sequence[Anchored], stored: Mapping[int, bytes], newest: int) -> list[Break]:
    """The log up to each seal is what it was then; a hash binds all entries before it."""
    agreeing = [0, *(one.entries for one in anchored if stored.get(one.entries) == one.hash)]
    breaks = []
    for one in sorted(anchored, key=lambda one: one.entries):
        if stored.get(one.entries) == one.hash:
            continue
        if one.entries > newest:
            breaks.append(Break("cut", newest + 1, one.entries, one.event_id))
        else:
            good = max(entries for entries in agreeing if entries < one.entries)
            breaks.append(Break("rewritten", good + 1, one.entries, one.event_id))
    return breaks


def _rows(rows: Sequence[Seal], told: Sequence[Anchored]) -> list[Break]:
    """Each seal's row has its record, and each record its row."""
    here = {(row.entries, row.hash, row.event_id) for row in rows}
    there = {(one.entries, one.hash, one.event_id) for one in told}
    return [Break("seal", entries, entries, event_id) for entries, _, event_id in sorted(here ^ there)]


def _last(session: Session) -> Seal | None:
    return session.scalar(select(Seal).order_by(Seal.entries.desc()).limit(1))


def _event(item: str, entries: int, digest: bytes, moment: datetime) -> dict[str, Any]:
    return {
        "@context": _CONTEXT,
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "eventTime": moment.isoformat(timespec="milliseconds"),
        "eventTimeZoneOffset": "+00:00",
        "epcList": [item],
        ENTRIES: entries,
        HASH: "0x" + digest.hex(),
    }
