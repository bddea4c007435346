"""What was shipped and never received, received and never shipped, or differs between both ends: newest first, page by page.

Goes down the index of records by step and time, and by the index of things to the other ends, so a page costs what it looks at and not
what is stored. It stops after `LOOKED_AT` handovers and says so, because a list of few lines may lie far apart.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from ledger_client.genealogy import Role
from ledger_client.units import base
from records.audiences import View
from records.genealogy import fill
from records.genealogy.models import Participation
from records.models import Record
from tracing import read
from tracing.custody.abroad import abroad
from tracing.custody.handover import RECEIVING, SENDING, Handover, Leg, hands_over, leg, opened, same_code
from tracing.custody.matching import Consignment, Surplus, matched
from tracing.level import Sees
from tracing.read import Row
from tracing.visible import sees

State = Literal["open", "left", "unsent", "differs", "withheld"]
TO_LOOK_INTO: frozenset[State] = frozenset({"open", "unsent", "differs", "withheld"})
LOOKED_AT = 3_000  # handovers for one page
AT_ONCE = 300
MOST_THINGS = 20_000  # for one piece of them, and thrice that for a page: a shipment may name ten thousand serial items
MOST_GOODS = 20  # things that one line names
Place = tuple[datetime, int]  # event time and number of a record


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines: not older than `since`; of `states`; at or bound for `place` (canonical); recorded by one of the keys `signers`."""

    since: datetime
    states: frozenset[State] = TO_LOOK_INTO
    place: str = ""
    signers: Collection[bytes] | None = None


@dataclass(frozen=True, slots=True)
class Goods:
    """One thing of a line. `said`: by the line's handover; `other`: by the other end. A single thing is one piece."""

    code: str
    said: float
    other: float
    uom: str


@dataclass(frozen=True, slots=True)
class Line:
    """One handover whose other end lacks, or differs. `count` things, of which `goods` are the first."""

    state: State
    handover: Handover
    goods: tuple[Goods, ...]
    count: int
    differences: tuple[str, ...] = ()  # quantity, time, temperature
    counterpart: Handover | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page. `older`: where to go on; None: nothing older was asked for. `looked`: handovers that were looked at.

    `undrawn`: records from a backup are not drawn yet, so that ends may seem to lack that do not.
    """

    lines: tuple[Line, ...]
    older: Place | None
    looked: int
    undrawn: bool = False


@dataclass(slots=True)
class _Ends:
    """What is known of the things of some handovers: their consignments and surpluses by record, and whether some are hidden."""

    consignments: dict[int, list[Consignment]] = field(default_factory=lambda: defaultdict(list))
    surpluses: dict[int, list[Surplus]] = field(default_factory=lambda: defaultdict(list))
    hidden: set[int] = field(default_factory=set)  # things


def listed(session: Session, asked: Asked, view: View, after: Place | None = None, limit: int = 50) -> Found:
    """A page of lines."""
    lines, looked, weight, seeing, undrawn = list[Line](), 0, 0, sees(view), fill.waiting(session) > 0
    while looked < LOOKED_AT and weight < 3 * MOST_THINGS:
        records = _next(session, asked, after)
        piece, things = _piece(session, records)
        weight += things
        for place, line in _lines(session, piece, asked, view, seeing):
            looked, after = looked + 1, place
            if line is not None:
                lines.append(line)
            if len(lines) == limit:
                return Found(tuple(lines), after, looked, undrawn)
        if len(records) < AT_ONCE and len(piece) == len(records):
            return Found(tuple(lines), None, looked, undrawn)
    return Found(tuple(lines), after, looked, undrawn)


def _piece(session: Session, records: Sequence[Place]) -> tuple[Sequence[Place], int]:
    """As many of them as name few enough things, at least one; and how many things."""
    rows = select(Participation.record_id, func.count()).where(
        Participation.record_id.in_([number for _, number in records]), Participation.role == Role.OBJECT
    )
    named = {number: count for number, count in session.execute(rows.group_by(Participation.record_id))}  # noqa: C416
    things = 0
    for place, (_, number) in enumerate(records):
        if place and things + named.get(number, 0) > MOST_THINGS:
            return records[:place], things
        things += named.get(number, 0)
    return records, things


def _next(session: Session, asked: Asked, after: Place | None) -> list[Place]:
    """The next handovers back in time, by an index for each step."""
    rows = (_of_step(session, step, asked.since, after) for step in (SENDING, RECEIVING))
    return list(heapq.merge(*rows, reverse=True))[:AT_ONCE]


def _of_step(session: Session, step: str, since: datetime, after: Place | None) -> list[Place]:
    of_step = (Record.biz_step == step, Record.event_time >= since, Record.original.is_(True))
    query = select(Record.event_time, Record.id).where(*of_step).order_by(Record.event_time.desc(), Record.id.desc()).limit(AT_ONCE)
    beyond = query if after is None else query.where(tuple_(Record.event_time, Record.id) < tuple_(*after))
    return [(time, number) for time, number in session.execute(beyond)]


def _lines(session: Session, places: Sequence[Place], asked: Asked, view: View, seeing: Sees) -> Iterator[tuple[Place, Line | None]]:
    """Each handover, with its line if there is anything to tell of it."""
    said = read.said(session, [number for _, number in places])
    ours = [row for row in read.of_records(session, said, Role.OBJECT) if hands_over(said[row.record])]
    ends, handovers = _ends(session, {row.thing for row in ours}, view, seeing)
    left = abroad(session, (one for number, one in handovers.items() if number in said and one.step == SENDING))
    codes = read.codes(session, {row.thing for row in ours})
    for place in places:
        handover = handovers.get(place[1])
        line = _line(handover, ends, codes, left) if handover else None
        yield place, line if line and _is_asked(line, asked) else None


def _ends(session: Session, things: Collection[int], view: View, seeing: Sees) -> tuple[_Ends, Mapping[int, Handover]]:
    """Everything that was ever handed over of these things, paired."""
    rows = [row for row in read.of_things(session, things) if row.role == Role.OBJECT]
    said = {number: one for number, one in read.said(session, {row.record for row in rows}).items() if hands_over(one)}
    shown = {number: one for number, one in said.items() if seeing(one, Role.OBJECT)}
    handovers, ends = opened(session, shown.values(), view), _Ends()
    for rows_of in by_thing(row for row in rows if row.record in said):
        if any(row.record not in shown for row in rows_of):
            ends.hidden.add(rows_of[0].thing)
        consignments, surpluses = matched(leg(handovers[row.record], row) for row in rows_of if row.record in shown)
        for one in consignments:
            ends.consignments[one.sent.handover.record].append(one)
        for more in surpluses:
            ends.surpluses[more.received.handover.record].append(more)
    return ends, handovers


def by_thing(rows: Iterable[Row]) -> Iterable[list[Row]]:
    """Rows in lists, one a thing."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.thing].append(row)
    return found.values()


def _line(handover: Handover, ends: _Ends, codes: Mapping[int, str], left: Collection[int]) -> Line | None:
    if handover.step == SENDING:
        return _sent(handover, ends, codes, gone=handover.record in left)
    more = ends.surpluses.get(handover.record, [])
    if not more:
        return None
    state: State = "withheld" if any(one.received.thing in ends.hidden for one in more) else "unsent"
    goods = [_goods(one.received, one.received.amount - one.amount, codes) for one in more]
    return Line(state, handover, tuple(goods[:MOST_GOODS]), len(goods))


def _sent(handover: Handover, ends: _Ends, codes: Mapping[int, str], *, gone: bool) -> Line | None:
    consignments = ends.consignments.get(handover.record, [])
    missing = [one for one in consignments if one.missing]
    told = missing or [one for one in consignments if one.differences]
    if not told:
        return None
    hidden = any(one.sent.thing in ends.hidden for one in missing)
    arrived = next((receipt.handover for one in told for receipt, _ in one.receipts), None)
    state: State = "withheld" if hidden else "left" if missing and gone else "open" if missing and not arrived else "differs"
    differences = dict.fromkeys((*(("quantity",) if missing and arrived else ()), *(name for one in told for name in one.differences)))
    goods = [_goods(one.sent, one.arrived, codes) for one in told]
    return Line(state, handover, tuple(goods[:MOST_GOODS]), len(goods), tuple(differences), arrived)


def _goods(one: Leg, other: Decimal, codes: Mapping[int, str]) -> Goods:
    return Goods(codes[one.thing], float(one.amount), float(other), base(one.kind))


def _is_asked(line: Line, asked: Asked) -> bool:
    here = line.handover
    places = {*here.places, *(same_code(one) for one in (here.destination.place, here.source.place) if one)}
    ours = asked.signers is None or here.signer in asked.signers
    return line.state in asked.states and ours and (not asked.place or asked.place in places)
