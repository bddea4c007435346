"""The rows that a walk asks for, a level at a time: who took part in what, and what kind of record says so.

`upto`: a record's number; what was stored later is left out, so that an answer can be asked for again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache, partial
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import CursorResult, Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from ledger_client.genealogy import Role
from records.database import BINARY
from records.genealogy.models import Participation, Thing
from records.many import among, listed
from records.models import Record
from records.parts import parts

AT_ONCE = 10_000  # numbers in one statement: few enough that the database goes by the index
_FEW = 500  # rows
_UPTO = "upto"
_LARGE = {BINARY: True}
_Statement = Callable[[str], Select[*tuple[Any, ...]]]  # for a dialect


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


Links = Mapping[int, Mapping[int, Row]]  # record -> place -> row
by_time: Callable[[Row], tuple[int, int, int]] = itemgetter(1, 2, 3)  # the order of events: (at, record, place)
_row: Callable[[Any], Row] = partial(tuple.__new__, Row)  # as `Row._make`, for a million of them


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


def of_things(session: Session, things: Collection[int], *, most: int | None = None, upto: int | None = None) -> list[Row]:
    """Everything the things took part in, or the first `most` rows that are found."""
    return list(islice(_rows(session, partial(_of_things, most=most, bounded=upto is not None), things, upto), most))


def of_records(session: Session, records: Iterable[int], *roles: Role, most: int | None = None) -> list[Row]:
    """Who took part in these records in one of the roles, or the first `most` rows that are found."""
    return list(islice(_rows(session, partial(_of_records, roles=roles, most=most), sorted(set(records))), most))


def counts(session: Session, records: Iterable[int]) -> dict[int, int]:
    """Record -> how many took part in it."""
    return {number: count for rows in _asked(session, _counts, records) for number, count in rows.cursor.fetchall()}


def said(session: Session, records: Iterable[int], upto: int | None = None) -> dict[int, Said]:
    """What the records say in clear, and whether they were declared to be in error; of one that somebody took away, nothing."""
    wanted = sorted(set(records))
    found = {number: Said(number, "", _NEVER, "", "", b"", False) for number in wanted}
    for rows in _asked(session, partial(_said, bounded=upto is not None), wanted, upto):
        for number, event_id, time, kind, step, signer, error in rows.all():
            found[number] = Said(number, event_id, time, kind, step or "", signer, error is not None)
    return found


def codes(session: Session, things: Iterable[int]) -> dict[int, str]:
    """Number -> canonical code."""
    return {number: code for rows in _asked(session, _codes, things) for number, code in rows.cursor.fetchall()}


_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def _rows(session: Session, wanted: _Statement, numbers: Iterable[int], upto: int | None = None) -> Iterator[Row]:
    """Straight from the driver, a few at a time: its tuples are garbage before they leave the processor's cache."""
    for result in _asked(session, wanted, numbers, upto):
        while some := result.cursor.fetchmany(_FEW):
            yield from map(_row, some)


def _asked(
    session: Session, wanted: _Statement, numbers: Iterable[int], upto: int | None = None
) -> Iterator[CursorResult[*tuple[Any, ...]]]:
    """The results of a statement for some of the numbers after the other."""
    dialect, bound = session.get_bind().dialect.name, {} if upto is None else {_UPTO: upto}
    for some in parts(numbers, AT_ONCE):
        yield session.connection().execute(wanted(dialect), {**listed(dialect, some), **bound})


# Statements are built once: a walk asks them level by level, and building one takes longer than a small answer.
@lru_cache
def _of_things(dialect: str, *, most: int | None, bounded: bool) -> Select[*tuple[Any, ...]]:
    rows = select(*_COLUMNS).where(among(dialect, Participation.thing_id)).limit(most).execution_options(**_LARGE)
    return rows.where(Participation.record_id <= bindparam(_UPTO)) if bounded else rows


@lru_cache
def _of_records(dialect: str, roles: tuple[Role, ...], most: int | None) -> Select[*tuple[Any, ...]]:
    rows = select(*_COLUMNS).where(Participation.role.in_(roles), among(dialect, Participation.record_id)).limit(most)
    return rows.execution_options(**_LARGE)


@lru_cache
def _counts(dialect: str) -> Select[*tuple[Any, ...]]:
    number = Participation.record_id
    return select(number, func.count()).where(among(dialect, number)).group_by(number)


@lru_cache
def _said(dialect: str, *, bounded: bool) -> Select[*tuple[Any, ...]]:
    later = aliased(Record)
    declared = (later.event_id == Record.event_id) & (later.signer == Record.signer) & later.original.is_(None)
    declared = declared & (later.id <= bindparam(_UPTO)) if bounded else declared
    columns = (Record.id, Record.event_id, Record.event_time, Record.event_type, Record.biz_step, Record.signer, later.id)
    return select(*columns).outerjoin(later, declared).where(among(dialect, Record.id))


@lru_cache
def _codes(dialect: str) -> Select[*tuple[Any, ...]]:
    return select(Thing.id, Thing.code).where(among(dialect, Thing.id)).execution_options(**_LARGE)
