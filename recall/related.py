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

Way = tuple[bool, int]  # whether inwards, to what lies in it and the lots of this, or outwards; to which thing
Ways = dict[Way, set[Way]]


def stopped(session: Session, codes: Collection[str], at: int) -> Iterator[tuple[Hold, list[str]]]:
    """Every hold that stands on one of the codes, or on what one goes with at a moment (microseconds since 1970); with those of the codes,
    itself first. Nothing is looked up while nothing is on hold.
    """
    if not holds.any_open(session):
        return
    asked, ways = set(codes), _ways(session, _numbers(session, codes), at)
    named = read.codes(session, {thing for _, thing in ways})
    numbers = {code: thing for thing, code in named.items()}
    for hold in holds.open_among(session, asked | numbers.keys()):
        led = _origins(ways, numbers[hold.code]) if hold.code in numbers else ()
        yield hold, sorted(asked & {hold.code, *(named[thing] for thing in led)}, key=lambda code: (code != hold.code, code))


def standing_on(session: Session, code: ItemCode) -> Hold | None:
    """The hold that stands on a thing now, or on what it goes with."""
    return next((hold for hold, _ in stopped(session, [code.uri], micros(now()))), None)


def _ways(session: Session, things: Collection[int], at: int) -> Ways:
    """All that is reached from these things inwards, and outwards: each with those that led to it."""
    found: Ways = {(inwards, thing): set() for thing in things for inwards in (True, False)}
    new, said = set(found), dict[int, Said]()
    for _ in range(DEEPEST):
        if not new:
            break
        level = levels.load(session, {thing for _, thing in new}, WANTED, said, lambda _said, _role: True)
        rows = _rows(level, at)
        ties = [((True, row.thing), (True, other)) for row, other in _inside(level, rows, at)]
        ties += [((False, row.thing), (False, other)) for row, other in _around(level, rows, at)]
        ties = [(one, other) for one, other in ties if one in new]
        new = {other for _, other in ties} - found.keys()
        for one, other in ties:
            found.setdefault(other, set()).add(one)
    return found


def _origins(ways: Ways, thing: int) -> set[int]:
    """All that led to a thing, over however many others, and it itself."""
    waiting = [way for way in ((True, thing), (False, thing)) if way in ways]
    done = set(waiting)
    while waiting:
        more = ways[waiting.pop()] - done
        done |= more
        waiting += more
    return {one for _, one in done}


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
