"""The whole history of some goods: what happened to them, to the serial items of a lot, and to what carried them. Not what they became.

It is told as a trace, so that `tracing.whereabouts` says where all of it was. Nobody in particular asks for it: everything is read, and who
may be told is judged later (`inventory.seen`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from inventory.expiry import day_of, expiry_of
from inventory.opening import Told, opened
from ledger_client.genealogy import Action, Role, is_serial
from tracing import read
from tracing.answer import How, Link, Thing, Trace
from tracing.answer import Level as Sort
from tracing.containers import stays
from tracing.level import Level, Wanted, creates, load
from tracing.loads import MOST_NESTED
from tracing.products import product_of
from tracing.reach import Span
from tracing.read import Row, Said, by_time

Kind = tuple[bytes, str, str]  # signer, event type, business step
_LEADS_TO = {Role.LOT: (Role.OBJECT, Role.OUTPUT), Role.PARENT: (Role.CHILD,)}
_ROLES = {int(role): role.name.lower() for role in Role}


@dataclass(frozen=True, slots=True)
class History:
    """`goods`: thing -> the goods that it is, or belongs to; `kinds`, `expires`: of goods, the kinds of its events, its last day."""

    trace: Trace
    goods: Mapping[int, int]
    kinds: Mapping[int, Collection[Kind]]
    expires: Mapping[int, int]


@dataclass(slots=True)
class _Read:
    """What was read so far. `spans`: carrier -> when something of it was inside; `holds`: carrier -> whose."""

    goods: dict[int, int]
    rows: dict[tuple[int, int], Row] = field(default_factory=dict)
    said: dict[int, Said] = field(default_factory=dict)
    spans: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    holds: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def keep(self, rows: Iterable[Row]) -> None:
        """Rows of the history."""
        self.rows |= {(row.record, row.place): row for row in rows if row.role != Role.PROCESS}

    def of(self, thing: int) -> set[int]:
        """The goods that a thing is, belongs to, or holds."""
        return {self.goods[thing], *self.holds[thing]} if thing in self.goods else self.holds[thing]


def history(session: Session, goods: Mapping[int, str]) -> History:
    """Of these goods, number -> code."""
    found = _Read({thing: thing for thing in goods})
    lots = _load(session, goods, found, Role.LOT, Role.PARENT)
    found.goods |= members(session, goods, lots)
    items = _load(session, found.goods.keys() - goods.keys(), found, Role.PARENT)
    for level in (lots, items):
        found.keep((*level.own, *_parents(level, level.own), *_contents(level, level.own)))
        _follow(session, level, level.own, found)
    return _told(session, goods, found)


def _load(session: Session, things: Collection[int], found: _Read, *more: Role) -> Level:
    wanted: Wanted = {Role.CHILD: (Role.PARENT,)} | {role: _LEADS_TO[role] for role in more}
    return load(session, things, wanted, found.said, lambda _said, _role: True)


def lot_level(session: Session, goods: Collection[int]) -> Level:
    """The events that give items of these lots their codes."""
    return load(session, goods, {Role.LOT: _LEADS_TO[Role.LOT]}, {}, lambda _said, _role: True)


def members(session: Session, goods: Mapping[int, str], lots: Level) -> dict[int, int]:
    """Serial item -> its lot."""
    pairs = {
        one.thing: row.thing
        for row in sorted(lots.own, key=by_time)
        if row.role == Role.LOT and row.record not in lots.declared
        for role in (Role.OBJECT, Role.OUTPUT)
        for one in lots.in_role(row.record, role)
        if one.quantity is None and one.thing not in goods
    }
    codes = read.codes(session, pairs)
    return {item: lot for item, lot in pairs.items() if product_of(codes[item]) == product_of(goods[lot])}


def _parents(level: Level, rows: Iterable[Row]) -> Iterable[Row]:
    return (parent for row in rows if row.role == Role.CHILD for parent in level.in_role(row.record, Role.PARENT))


def _contents(level: Level, rows: Iterable[Row]) -> Iterable[Row]:
    """A case that was emptied is none any more, so it matters what lay in it."""
    return (child for row in rows if row.role == Role.PARENT for child in level.in_role(row.record, Role.CHILD))


def _follow(session: Session, level: Level, rows: Iterable[Row], found: _Read) -> None:
    """To what carried them, and what carried that, for as long as they were inside."""
    for _ in range(MOST_NESTED):
        carriers = _carriers(level, [row for row in rows if row.role == Role.CHILD and row.record not in level.declared], found)
        if not carriers:
            return
        level = _load(session, carriers, found)
        _cut(session, level, found)
        within = [row for row in level.own if row.role != Role.PARENT and any(span.holds(row.at) for span in found.spans[row.thing])]
        found.keep((*within, *_parents(level, within)))
        rows = within


def _carriers(level: Level, rows: Iterable[Row], found: _Read) -> set[int]:
    """Those of which something new is known."""
    new = set[int]()
    for row, parent, stay in stays(level, rows):
        spans, holds = found.spans[parent.thing], found.holds[parent.thing]
        outer = [Span()] if row.thing in found.goods else found.spans[row.thing]
        for both in (stay.within(span) for span in outer):
            if both.since <= both.until and not any(span.since <= both.since and both.until <= span.until for span in spans):
                spans.append(both)
                new.add(parent.thing)
        if not found.of(row.thing) <= holds:
            holds |= found.of(row.thing)
            new.add(parent.thing)
    return new


def _cut(session: Session, level: Level, found: _Read) -> None:
    """Nothing is inside after a carrier was emptied as a whole: a DELETE that names no child (EPCIS 2.0 7.4.3)."""
    rows = [row for row in level.own if row.role == Role.PARENT and row.action == Action.DELETE and row.record not in level.declared]
    partly = {row.record for row in read.of_records(session, {row.record for row in rows}, Role.CHILD)}
    for row in sorted(rows, key=by_time):
        if row.record not in partly:
            spans = found.spans[row.thing]
            spans[:] = [Span(span.since, row.at) if span.since < row.at < span.until else span for span in spans]


def _told(session: Session, goods: Mapping[int, str], found: _Read) -> History:
    rows = sorted(found.rows.values(), key=by_time)
    told = opened(session, found.said, rows)
    codes = read.codes(session, {row.thing for row in rows} | goods.keys())
    things = [_thing(thing, codes[thing], found.goods.get(thing), goods) for thing in codes if thing in found.goods or found.holds[thing]]
    links = [Link(row.thing, row.record, _ROLES[row.role], "", row.quantity, row.uom) for row in rows]
    steps = sorted((one.step for one in told.values()), key=lambda step: (step.at, step.record))
    trace = Trace(next(iter(goods)), "forward", tuple(things), tuple(steps), tuple(links), (), 0)
    return History(trace, found.goods, _kinds(rows, found), _expires(rows, told, found))


def _thing(number: int, code: str, of: int | None, goods: Mapping[int, str]) -> Thing:
    level: Sort = (
        "item" if is_serial(code) else "lot" if "/10/" in code else "product" if code.startswith("https://id.gs1.org/01/") else "other"
    )
    how: How = "start" if number in goods else "carrier" if of is None else "member"
    return Thing(number, code, level, product_of(code), 0, how)


def _kinds(rows: Iterable[Row], found: _Read) -> dict[int, set[Kind]]:
    kinds: dict[int, set[Kind]] = defaultdict(set)
    for row in rows:
        said = found.said[row.record]
        for one in found.of(row.thing):
            kinds[one].add((said.signer, said.type, said.step))
    return kinds


def _expires(rows: Iterable[Row], told: Mapping[int, Told], found: _Read) -> dict[int, int]:
    """The newest word of an event that made something of it; what was declared wrong says nothing."""
    dates: dict[int, int] = {}
    for row in rows:
        one = told[row.record]
        if row.thing in found.goods and (creates(row) or row.role == Role.LOT) and not one.step.declared:
            day = expiry_of(one.ilmd)
            if day is not None:
                dates[found.goods[row.thing]] = day_of(day)
    return dates
