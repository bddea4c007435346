"""The rows that a walk asks for, a level at a time: who took part in what, and what kind of record says so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from ledger_client.genealogy import Role
from records.genealogy.models import Participation, Thing
from records.many import among
from records.models import Record
from records.parts import parts

AT_ONCE = 10_000  # numbers in one statement: few enough that the database goes by the index


class Row(NamedTuple):
    """A thing in one role of one event."""

    thing: int
    at: int  # microseconds since 1970
    record: int
    place: int
    role: int
    action: int
    quantity: float | None
    uom: str


class Said(NamedTuple):
    """What a record says in clear."""

    record: int
    event_id: str
    time: datetime
    type: str
    step: str
    signer: bytes
    declared: bool

    @property
    def is_lost(self) -> bool:
        """Whether the record was taken away behind our back; its participations are still there."""
        return not self.signer


_COLUMNS = (
    Participation.thing_id,
    Participation.at,
    Participation.record_id,
    Participation.place,
    Participation.role,
    Participation.action,
    Participation.quantity,
    Participation.uom,
)


def of_things(session: Session, things: Collection[int]) -> list[Row]:
    """Everything the things took part in."""
    asked = (select(*_COLUMNS).where(among(session, Participation.thing_id, some)) for some in parts(things, AT_ONCE))
    return [row for one in asked for row in _rows(session, one)]


def of_records(session: Session, records: Iterable[int], *roles: Role) -> list[Row]:
    """Who took part in these records in one of the roles."""
    of = select(*_COLUMNS).where(Participation.role.in_(roles))
    asked = (of.where(among(session, Participation.record_id, some)) for some in parts(sorted(set(records)), AT_ONCE))
    return [row for one in asked for row in _rows(session, one)]


def said(session: Session, records: Iterable[int]) -> dict[int, Said]:
    """What the records say in clear, and whether they were declared to be in error; of one that somebody took away, nothing."""
    later = aliased(Record)
    declared = (later.event_id == Record.event_id) & (later.signer == Record.signer) & later.original.is_(None)
    columns = (Record.id, Record.event_id, Record.event_time, Record.event_type, Record.biz_step, Record.signer)
    found: dict[int, Said] = {}
    for some in parts(sorted(set(records)), AT_ONCE):
        rows = select(*columns, later.id).outerjoin(later, declared).where(among(session, Record.id, some))
        for number, event_id, time, kind, step, signer, error in session.connection().execute(rows).all():
            found[number] = Said(number, event_id, time, kind, step or "", signer, error is not None)
        found |= {number: Said(number, "", _NEVER, "", "", b"", False) for number in some if number not in found}
    return found


_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def codes(session: Session, things: Iterable[int]) -> dict[int, str]:
    """Number -> canonical code."""
    found: dict[int, str] = {}
    for some in parts(things, AT_ONCE):
        rows = session.connection().execute(select(Thing.id, Thing.code).where(among(session, Thing.id, some))).all()
        found |= {number: code for number, code in rows}  # noqa: C416 (rows are no pairs to mypy)
    return found


def _rows(session: Session, wanted: Select[*tuple[object, ...]]) -> Iterator[Row]:
    return map(Row._make, session.connection().execute(wanted).all())
