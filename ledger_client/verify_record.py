"""Steps 1 to 3 of verification: what a record's own disclosure proves, without the chain (spec 7.1).

Takes one `Shown` entry of a bundle, or a record `Whole` as its keeper has it; gives its steps and the event id it names.
A hostile entry gets a failed step, never a traceback.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from ledger_client import canonical, strict_json
from ledger_client.bundle import Shown
from ledger_client.commitment import EVENT_ID, Disclosure, commit_values, commitment_of, leaf, seal
from ledger_client.epcis import schema
from ledger_client.epcis.event_hash import DIALECTS, event_id
from ledger_client.errors import InvalidInput
from ledger_client.merkle import root
from ledger_client.verdict import Step, failed, not_checked, passed

_SMALL = 8192  # characters of a payload that may be remembered
_HASH_FORM = "ni:///sha-256;"


class Whole(NamedTuple):
    """A record as its keeper has it: payload (JSON text) and secret. It is verified in place and never goes into a bundle.

    `fault`: why its keeper does not have what was recorded, if it knows. A tuple, because it is looked up among what is known.
    """

    commitment: bytes
    payload: str
    secret: bytes
    fault: str = ""


class Checked(NamedTuple):
    """What a record says of itself: the event id that it names, and the outcomes of steps 1, 2 and 3."""

    commitment: bytes
    event_id: str | None
    steps: tuple[Step, ...]


def checked(record: Shown | Whole) -> Checked:
    """A record with the outcomes of its steps."""
    return Checked(record.commitment, *check(record))


def check(record: Shown | Whole) -> tuple[str | None, tuple[Step, ...]]:
    """The event id that the record names, and the outcomes of steps 1, 2 and 3, which need nothing of the chain."""
    if not isinstance(record, Whole):
        small = sum(len(item.value) for item in record.disclosure.properties) <= _SMALL
        return _remembered_shown(record) if small else _check_shown(record)
    return _remembered(record) if len(record.payload) <= _SMALL else _check_whole(record)


@lru_cache(maxsize=4096)  # a pure function of bytes: one changed letter is another record. At most 32 MB, as only small ones are kept
def _remembered(record: Whole) -> tuple[str | None, tuple[Step, ...]]:
    """Records that are asked for again and again, such as those of a lot whose cartons are in the shops, are hashed once."""
    return _check_whole(record)


@lru_cache(maxsize=2048)  # as pure
def _remembered_shown(record: Shown) -> tuple[str | None, tuple[Step, ...]]:
    return _check_shown(record)


def forget() -> None:
    """Drop what is remembered of records, because one of them was erased."""
    _remembered.cache_clear()
    _remembered_shown.cache_clear()


def _check_shown(record: Shown) -> tuple[str | None, tuple[Step, ...]]:
    try:
        event = _event(record.disclosure)
    except InvalidInput as problem:
        form = failed(1, "form", "the record is not a well-formed event", "properties in canonical JSON, eventID among them", problem)
        return None, (form, not_checked(2, "event id", "the record is not well-formed"), _commitment(record))
    form = passed(1, "form", f"{len(event)} of {record.disclosure.size} properties are shown, in canonical form")
    return str(event[EVENT_ID]), (form, _named(event, record.disclosure.size), _commitment(record))


def _check_whole(record: Whole) -> tuple[str | None, tuple[Step, ...]]:
    """The same from payload and secret: every leaf is at hand, so that the tree is built once and no path is needed (spec 7.1)."""
    try:
        event = _kept(record)
    except InvalidInput as problem:
        form = failed(1, "form", "the record is not a well-formed event", "a JSON object with an eventID", problem)
        why = "the record is not well-formed"
        nothing = failed(3, "commitment", "there is no event to compute the commitment from", record.commitment, problem)
        return None, (form, not_checked(2, "event id", why), nothing)
    form = passed(1, "form", f"the payload is an event of {len(event)} properties")
    return str(event[EVENT_ID]), (form, _named(event, len(event)), _recomputed(record, event))


def _kept(record: Whole) -> dict[str, object]:
    """(1) The payload is a JSON object and names the event id; what is hashed of it is its canonical form. InvalidInput otherwise."""
    if record.fault:
        raise InvalidInput("record", record.fault)
    event = strict_json.parse(record.payload)
    if not isinstance(event, dict):
        raise InvalidInput("payload", "is not a JSON object")
    _require_id(event)
    return event


def _recomputed(record: Whole, event: Mapping[str, object]) -> Step:
    """(3) The whole tree gives the commitment."""
    try:
        found = commit_values(canonical.properties_exact(event), record.secret)
    except (InvalidInput, UnicodeEncodeError) as problem:
        return failed(3, "commitment", "no commitment can be computed of this event", record.commitment, problem)
    if found != record.commitment:
        return failed(3, "commitment", "the properties together give another commitment", record.commitment, found)
    return passed(3, "commitment", f"all {len(event)} properties give the commitment")


def _event(disclosure: Disclosure) -> dict[str, object]:
    """(1) Each value is JSON in its canonical form (RFC 8785), and the event id is among them; InvalidInput otherwise."""
    event: dict[str, object] = {}
    for item in disclosure.properties:
        value = strict_json.parse(item.value)
        if _canonical(value) != item.value:
            raise InvalidInput(item.name, "is not in canonical form")
        event[item.name] = value
    _require_id(event)
    return event


def _require_id(event: Mapping[str, object]) -> None:
    if not isinstance(event.get(EVENT_ID), str):
        raise InvalidInput(EVENT_ID, "is not disclosed" if EVENT_ID not in event else "is not a text")


def _canonical(value: object) -> str:
    try:
        return canonical.text(value)
    except RecursionError:
        raise InvalidInput("value", "is nested too deeply") from None


def _named(event: dict[str, object], size: int) -> Step:
    """(2) The event id is the hash of the event, where it claims to be and everything hashed is shown."""
    named = str(event[EVENT_ID])
    dialect = named.rpartition("?ver=")[2]
    if not named.startswith(_HASH_FORM) or dialect not in DIALECTS:
        return not_checked(2, "event id", "the writer gave the event an id of its own, which is no hash")
    if len(event) != size:
        return not_checked(2, "event id", "not every property that the event id hashes is shown")
    if problems := schema.problems(event, bare=True):
        return not_checked(2, "event id", f"the writer's event does not keep the EPCIS 2.0 schema: {problems[0]}")
    try:
        right = event_id(event, dialect=dialect)
    except InvalidInput as problem:
        return failed(2, "event id", "the event id cannot be computed", named, problem)
    if right != named:
        return failed(2, "event id", "the event id is not the hash of this event", named, right)
    return passed(2, "event id", "the event id is the hash of this event")


def _commitment(record: Shown) -> Step:
    """(3) Every shown property leads to the commitment; if all are shown, they are the whole tree."""
    try:
        found = commitment_of(record.disclosure)
    except InvalidInput as problem:
        return failed(3, "commitment", "the shown properties do not lead to one commitment", record.commitment, problem)
    if found != record.commitment:
        return failed(3, "commitment", "the shown properties lead to another commitment", record.commitment, found)
    shown = record.disclosure.properties
    if len(shown) < record.disclosure.size:
        return passed(3, "commitment", f"{len(shown)} of {record.disclosure.size} properties lead to the commitment")
    whole = seal(len(shown), root([leaf(item.name, item.value, item.salt) for item in shown]))
    if whole != record.commitment:
        return failed(3, "commitment", "the properties together give another commitment", record.commitment, whole)
    return passed(3, "commitment", f"all {len(shown)} properties give the commitment")
