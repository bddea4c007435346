"""What follows from a record's contents: the pure part of a round.

From the payload and secret that `records.contents` read to the values that clear columns, queue and chain must agree with (spec 3.4, 3.5,
4.4). The same functions of `ledger_client` as everywhere; no SQL, no chain.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

from ledger_client import canonical, strict_json
from ledger_client.codes import canonical as code_of
from ledger_client.commitment import EVENT_ID, commit_values
from ledger_client.epcis.event_hash import DIALECTS, event_id
from ledger_client.epcis.items import items
from ledger_client.epcis.json_value import Event, Json
from ledger_client.errors import InvalidInput
from ledger_client.genealogy import Part, parts_of
from ledger_client.onchain import item_id
from ledger_client.sentences import sentence
from records import seals
from records.keyring import Keyring
from records.prepare import business_step

_HASH_FORM = "ni:///sha-256;"
_DECLARATION = "errorDeclaration"


class Unreadable(Exception):
    """The contents cannot be read, or are no event; the reason names no value."""


class Facts(NamedTuple):
    """What follows from a record's contents."""

    event_id: str  # as the event names it
    right_id: str  # as it hashes; the same as `event_id` for an id that is no hash
    event_type: str
    event_time: datetime
    biz_step: str | None
    original: bool | None
    commitment: bytes
    items: list[tuple[bytes, str]]  # (item id, code), in the order of the queue
    parts: tuple[Part, ...]  # who took part, for the genealogy


_FAULTS = (InvalidInput, KeyError, ValueError, OverflowError, UnicodeError)


def facts(payload: str, secret: bytes) -> Facts:
    """Re-hash a record; Unreadable if it is no event."""
    try:
        return _facts([(payload, secret)])[0]
    except _FAULTS as problem:
        raise Unreadable(sentence("is no event any more ({kind})", kind=type(problem).__name__)) from None


def facts_of(contents: Sequence[tuple[str, bytes]]) -> list[Facts | None]:
    """The same of many (payload, secret), None for what is no event."""
    try:
        return list(_facts(contents))
    except _FAULTS:
        return [_facts_or_none(one) for one in contents]


def _facts_or_none(one: tuple[str, bytes]) -> Facts | None:
    try:
        return _facts([one])[0]
    except _FAULTS:
        return None


def _facts(contents: Sequence[tuple[str, bytes]]) -> list[Facts]:
    """One kind of work after the other over all of them, which is an eighth faster than one record after the other."""
    events = [_event(payload) for payload, _ in contents]
    codes = [items(event) for event in events]
    columns = (
        [str(event[EVENT_ID]) for event in events],
        [_right_id(event) for event in events],
        [str(event["type"]) for event in events],
        [datetime.fromisoformat(str(event["eventTime"])).astimezone(UTC) for event in events],
        [business_step(event) for event in events],
        [None if _DECLARATION in event else True for event in events],
        [commit_values(canonical.properties_exact(event), secret) for event, (_, secret) in zip(events, contents, strict=True)],
        [[(item_id(code), code) for code in some] for some in codes],
        [_parts(event, some) for event, some in zip(events, codes, strict=True)],
    )
    return list(map(Facts, *columns))


def _parts(event: Event, codes: Collection[str]) -> tuple[Part, ...]:
    """A spelling that is a code of the event is its own canonical form."""
    known = frozenset(codes)
    return parts_of(event, lambda text: text if text in known else code_of(text))


def _event(payload: str) -> Event:
    event = strict_json.parse(payload)
    if not isinstance(event, dict):
        raise InvalidInput("payload", "is no JSON object")
    return event


def payload_mac(ring: Keyring, payload: str) -> bytes:
    """What is stored of the payload's hash (spec 3.4)."""
    return seals.payload_mac(ring.lookup(), sha256(payload.encode()).digest())


def _right_id(event: Mapping[str, Json]) -> str:
    named = str(event[EVENT_ID])
    dialect = named.rpartition("?ver=")[2]
    return event_id(event, dialect=dialect) if named.startswith(_HASH_FORM) and dialect in DIALECTS else named
