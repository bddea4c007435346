"""Phase 1 too: the genealogy, which traces are walked over, against the events that it was drawn from.

`drawn` reads what stands there for a batch of records, `rehash` compares it with `rows` of what each event says, `differences` names what
does not agree. Records whose rows are still to be drawn (`records.genealogy.fill`) are passed over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from ledger_client.onchain import item_id
from ledger_client.sentences import sentence
from records.genealogy import fill
from records.genealogy.draw import micros
from records.genealogy.models import Participation, Thing
from sentinel.facts import Facts
from sentinel.suspicion import Suspicion, added, altered, missing

PARTICIPATIONS, THINGS = Participation.__tablename__, Thing.__tablename__
_ROWS = (
    select(
        Participation.record_id,
        Participation.place,
        Thing.item_id,
        Thing.code,
        Participation.at,
        Participation.role,
        Participation.action,
        Participation.quantity,
        Participation.uom,
        Participation.thing_id,
    )
    .outerjoin(Thing, Thing.id == Participation.thing_id)
    .order_by(Participation.record_id, Participation.place)
)

Drawn = Mapping[int, list[tuple[Any, ...]] | None]
"""Record number -> its rows as `rows` has them; None for one that waits to be drawn."""


class Row(NamedTuple):
    """Who took part, as it stands in the database; `thing` and `code` are None where there is no such thing."""

    place: int
    thing: bytes | None
    code: str | None
    at: int
    role: int
    action: int
    quantity: float | None
    uom: str
    thing_id: int


def drawn(session: Session, after: int, last: int | None, numbers: Sequence[int]) -> Drawn:
    """What stands there of the records behind number `after` up to `last`, also of those that are not among `numbers`."""
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    query = _ROWS.where(Participation.record_id > after)
    rows = session.connection().execute(query if last is None else query.where(Participation.record_id <= last))
    for row in rows.cursor.fetchall():  # straight from the driver, as there is one for each code of each event
        found[row[0]].append(row[1:9])
    begin, end = fill.undrawn(session)
    return {**dict.fromkeys(number for number in numbers if begin < number <= end), **found}


def rows(known: Facts) -> list[tuple[Any, ...]]:
    """What has to stand there of an event."""
    ids, at = {code: item for item, code in known.items}, micros(known.event_time)
    return [
        (place, ids.get(part.code) or item_id(part.code), part.code, at, part.role, part.action, part.quantity, part.uom)
        for place, part in enumerate(known.parts)
    ]


def differences(session: Session, number: int, known: Facts | None) -> Iterator[Suspicion]:
    """What is wrong with the rows of one record; `known`: what its event says, None where there may be none."""
    found = {row.place: row for row in (Row(*tuple(row)[1:]) for row in session.execute(_ROWS.where(Participation.record_id == number)))}
    begin, end = fill.undrawn(session)
    if known is not None and not found and begin < number <= end:
        return
    wanted = {row[0]: row for row in rows(known)} if known else {}
    for place in wanted.keys() - found.keys():
        yield missing(
            PARTICIPATIONS, f"{number} {place}", sentence("that {code} took part in record {number}", code=wanted[place][2], number=number)
        )
    for place, row in found.items():
        if place not in wanted:
            yield added(PARTICIPATIONS, f"{number} {place}", "a part of the record's event", row.code or "nothing of that number")
        else:
            yield from _row(session, number, row, wanted[place])


def _row(session: Session, number: int, row: Row, wanted: tuple[Any, ...]) -> Iterator[Suspicion]:
    key = f"{number} {row.place}"
    for column, expected, told in zip(("at", "role", "action", "quantity", "uom"), wanted[3:], row[3:8], strict=True):
        if expected != told:
            yield altered(PARTICIPATIONS, key, column, int(expected) if column in ("role", "action") else expected, told)
    _, thing, code, *_ = wanted
    if (row.thing, row.code) != (thing, code):
        yield _thing(session, key, row, thing, code)


def _thing(session: Session, key: str, row: Row, thing: bytes, code: str) -> Suspicion:
    """Another thing than the event names: the row of the thing was changed, or the number that leads to it."""
    if row.thing == thing:
        return altered(THINGS, row.thing_id, "code", code, row.code)
    if row.code == code:
        return altered(THINGS, row.thing_id, "item_id", thing, row.thing)
    other = session.scalar(select(Thing.id).where(Thing.item_id == thing))
    if row.thing is None and (other is None or not session.scalar(select(exists().where(Participation.thing_id == other)))):
        return missing(
            THINGS,
            row.thing_id,
            sentence("the thing {code}", code=code),
            "no such row" if other is None else sentence("{other} instead", other=other),
        )
    return altered(PARTICIPATIONS, key, "thing_id", other or sentence("the number of {code}", code=code), row.thing_id)
