"""What values a field has among the events that somebody may see: places, business steps, codes … (the top-level resources of EPCIS 2.0).

Values are not stored, only that a record has one (`KnownValue`): each is read from a record that shows it to the asker. A list goes by the
first record that has a value, or by the code, so that what comes new stands at the end or in its place and nothing is told twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from ledger_client.epcis.query import Condition, Query
from ledger_client.epcis.query.conditions import key_of, prefixes_in
from ledger_client.epcis.query.fields import Field
from ledger_client.epcis.query.parameters import EVENT_TYPE, FIXED
from ledger_client.epcis.vocabulary import CBV
from records import contents
from records.audiences import View
from records.key_models import RecordKey
from records.keyring import keyring_of
from records.lists.items import codes_between
from records.models import Record
from records.query.hashing import hashed
from records.query.models import KnownValue, RecordTerm
from records.query.run import run
from records.query.visibility import shown

LOOKED_AT = 300  # values that one page may cost
TRIED = 20  # records that are read for one value
FIELDS: dict[str, Field] = {
    "eventTypes": EVENT_TYPE,
    "bizSteps": FIXED["bizStep"].field,
    "dispositions": FIXED["disposition"].field,
    "readPoints": FIXED["readPoint"].field,
    "bizLocations": FIXED["bizLocation"].field,
}
_EPCS = FIXED["anyEPC"].field


@dataclass(frozen=True, slots=True)
class Values:
    """A page of values. `next`: where the following one begins; None on the last."""

    values: list[str]
    next: tuple[Any, ...] | None = None


def values(session: Session, resource: str, view: View, place: tuple[Any, ...] | None = None, limit: int = 30) -> Values:
    """A page of the values of one of `FIELDS`, or of `epcs`, that the asker may see."""
    field = FIELDS.get(resource, _EPCS)
    if shown(view, Condition(resource, "EQ", field)) is False:
        return Values([])
    if resource == "epcs":
        return _page(_codes(session, place), lambda code: _seen(session, view, code), limit)
    return _page(_known(session, field, place), lambda key: _read(session, view, field, key[1]), limit)


def _page(listed: list[Any], told: Callable[[Any], str | None], limit: int) -> Values:
    found: list[str] = []
    for key in listed[:LOOKED_AT]:
        value = told(key)
        if value is not None:
            found.append(value)
        if len(found) == limit:
            return Values(found, _place(key) if key != listed[-1] else None)
    return Values(found, _place(listed[LOOKED_AT - 1]) if len(listed) > LOOKED_AT else None)


def _place(key: Any) -> tuple[Any, ...]:  # noqa: ANN401 (a code, or a key of `KnownValue`)
    return (key,) if isinstance(key, str) else tuple(key)


def _codes(session: Session, place: tuple[Any, ...] | None) -> list[str]:
    return codes_between(session, place[0] if place else "", LOOKED_AT + 1, inclusive=place is None)


def _seen(session: Session, view: View, code: str) -> str | None:
    """The code, if an event that names it as an EPC shows it."""
    asked = Condition("epcs", "EQ", _EPCS, frozenset((code,)))
    return code if run(session, Query((asked,)), view, limit=1).events else None


def _known(session: Session, field: Field, place: tuple[Any, ...] | None) -> list[Any]:
    key = (KnownValue.record_id, KnownValue.term)
    rows = select(*key).where(KnownValue.field == field.label).order_by(*key).limit(LOOKED_AT + 1)
    return list(session.execute(rows if place is None else rows.where(tuple_(*key) > tuple_(*place))))


def _read(session: Session, view: View, field: Field, term: int) -> str | None:
    """The value whose term has this hash, from a record that shows it."""
    rows = select(Record.id, *contents.COLUMNS).outerjoin(RecordKey, RecordKey.record_id == Record.id)
    rows = rows.join(RecordTerm, RecordTerm.record_id == Record.id).where(RecordTerm.term == term)
    visible, ring = shown(view, Condition("", "EQ", field)), keyring_of(session)
    rows = rows if isinstance(visible, bool) else rows.where(visible)
    for row in session.execute(rows.order_by(RecordTerm.record_id).limit(TRIED)):
        held = contents.of_row(ring, row)
        event = view.shown(held.signer, held.event() or {})
        for value in field.found(event, prefixes := prefixes_in(event)):
            key = key_of(field, value, prefixes) if isinstance(value, str) else ""
            if hashed(ring.lookup(), f"{field.label} {key}") == term:
                return key.removeprefix(f"{CBV}{field.vocabulary}-")
    return None
