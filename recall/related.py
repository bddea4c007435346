"""What a thing cannot be moved without: what lies in it, the lots these belong to, and the containers it lies in, at a moment."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger_client.codes import ItemCode
from ledger_client.genealogy import Role
from ledger_client.onchain import item_id
from recall import holds
from recall.models import Hold
from records.columns import now
from records.genealogy.draw import micros
from records.genealogy.models import Thing
from records.parts import parts
from tracing import level as levels
from tracing import read
from tracing.containers import contents, stays
from tracing.level import Level, Wanted, creates
from tracing.read import Row, Said

DEEPEST = 10  # containers in containers
WANTED: Wanted = {Role.PARENT: (Role.CHILD,), Role.CHILD: (Role.PARENT,), Role.OBJECT: (Role.LOT,), Role.OUTPUT: (Role.LOT,)}


def related(session: Session, codes: Collection[str], at: int) -> dict[str, str]:
    """Code -> the one of `codes` that it goes with, at a moment (microseconds since 1970); the codes themselves among them."""
    numbers = _numbers(session, codes)
    reached, inside, around = {number: number for number in numbers}, set(numbers), set(numbers)
    said: dict[int, Said] = {}
    for _ in range(DEEPEST):
        if not inside | around:
            break
        level = levels.load(session, inside | around, WANTED, said, lambda _said, _role: True)
        rows = _rows(level, at)
        deeper = [(row.thing, other) for row, other in _inside(level, rows, at) if row.thing in inside]
        wider = [(row.thing, other) for row, other in _around(level, rows, at) if row.thing in around]
        inside = _arrived(reached, deeper)
        around = _arrived(reached, wider)
    named = read.codes(session, reached)
    return {named[number]: named[start] for number, start in reached.items()} | {code: code for code in codes}


def standing_on(session: Session, code: ItemCode) -> Hold | None:
    """The hold that stands on a thing now, or on what it goes with; nothing is looked up while nothing is on hold."""
    if not holds.any_open(session):
        return None
    return next(holds.open_among(session, related(session, [code.uri], micros(now())).keys()), None)


def _numbers(session: Session, codes: Collection[str]) -> list[int]:
    ids = [item_id(code) for code in codes]
    return [number for part in parts(ids) for number in session.scalars(select(Thing.id).where(Thing.item_id.in_(part)))]


def _rows(level: Level, at: int) -> Mapping[int, list[Row]]:
    """Role -> rows until then, without what was declared to be in error."""
    found: dict[int, list[Row]] = {role: [] for role in Role}
    for row in level.own:
        if row.at <= at and row.record not in level.declared:
            found[row.role].append(row)
    return found


def _inside(level: Level, rows: Mapping[int, list[Row]], at: int) -> Iterator[tuple[Row, int]]:
    """What lies in a thing, and the lots that it belongs to."""
    for row, child, stay in contents(level, rows[Role.PARENT]):
        if stay.since <= at < stay.until:
            yield row, child.thing
    for row in (*rows[Role.OBJECT], *rows[Role.OUTPUT]):
        if creates(row):
            yield from ((row, lot.thing) for lot in level.in_role(row.record, Role.LOT))


def _around(level: Level, rows: Mapping[int, list[Row]], at: int) -> Iterator[tuple[Row, int]]:
    """What a thing lies in."""
    for row, parent, stay in stays(level, rows[Role.CHILD]):
        if stay.since <= at < stay.until:
            yield row, parent.thing


def _arrived(reached: dict[int, int], found: Collection[tuple[int, int]]) -> set[int]:
    new = set()
    for thing, other in found:
        if other not in reached:
            reached[other] = reached[thing]
            new.add(other)
    return new
