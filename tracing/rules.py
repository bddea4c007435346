"""Which things a thing leads to, forward and backward, and for how long those are affected (docs/trace.md, rules 3 and 4).

Forward: inputs to outputs, a lot to its serial items, an affected container to what it holds, anything to the container that carries it.
Backward: outputs to inputs, a serial item to its lot, a container to what it held, anything to the container that carried it until then.
A carrier leads to larger carriers and, if it was poured into a transformation, to what came out; never to what else it carried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from ledger_client.genealogy import Role
from tracing.answer import Direction, How
from tracing.containers import contents, stays
from tracing.level import Level, Wanted, creates
from tracing.reach import ALWAYS, EVER, Reach, Span
from tracing.read import Row


class Tie(NamedTuple):
    """A thing leads to another: the other's row, as what it is reached, and for how long it is affected."""

    row: Row
    how: How
    span: Span


WANTED: dict[Direction, Wanted] = {
    "forward": {
        Role.INPUT: (Role.PROCESS, Role.OUTPUT),
        Role.CHILD: (Role.PARENT,),
        Role.PARENT: (Role.CHILD,),
        Role.LOT: (Role.OBJECT, Role.OUTPUT),
    },
    "backward": {
        Role.OUTPUT: (Role.PROCESS, Role.INPUT, Role.LOT),
        Role.OBJECT: (Role.LOT,),
        Role.CHILD: (Role.PARENT,),
        Role.PARENT: (Role.CHILD,),
    },
}


def ties(direction: Direction, level: Level, reached: Mapping[int, Reach], rows: Mapping[int, Sequence[Row]]) -> Iterator[Tie]:
    """What the things of a level lead to. `rows`: role -> those of their rows that count."""
    yield from _forward(level, rows) if direction == "forward" else _backward(level, rows)
    held = [row for row in rows[Role.PARENT] if not reached[row.thing].carrier]
    yield from _contents(direction, level, reached, held)
    put = [row for row in rows[Role.CHILD] if direction == "forward" or _was_brought(reached[row.thing], row)]
    yield from _carriers(level, reached, _alike(reached, put))


def _was_brought(reach: Reach, row: Row) -> bool:
    """Backward, of a lot that is on many pallets none says more of what is asked for, unless they brought it as a material."""
    return reach.how != "lot" and (reach.how == "used" or row.quantity is None)


def _forward(level: Level, rows: Mapping[int, Sequence[Row]]) -> Iterator[Tie]:
    for row in rows[Role.INPUT]:
        yield from (Tie(out, "made", Span(out.at)) for out in level.in_role(row.record, Role.OUTPUT))
    for row in rows[Role.LOT]:
        for role in (Role.OBJECT, Role.OUTPUT):
            yield from (Tie(item, "member", ALWAYS) for item in level.in_role(row.record, role) if item.quantity is None)


def _backward(level: Level, rows: Mapping[int, Sequence[Row]]) -> Iterator[Tie]:
    for row in rows[Role.OUTPUT]:
        yield from (Tie(used, "used", Span(until=used.at)) for used in level.in_role(row.record, Role.INPUT))
    for row in (*rows[Role.OUTPUT], *rows[Role.OBJECT]):
        if creates(row):
            yield from (Tie(lot, "lot", Span(until=row.at)) for lot in level.in_role(row.record, Role.LOT))


def _contents(direction: Direction, level: Level, reached: Mapping[int, Reach], rows: Sequence[Row]) -> Iterator[Tie]:
    """Forward what was put in while it was affected; backward what a transformation found in it, or all that it ever held."""
    for row, child, stay in contents(level, rows):
        reach = reached[row.thing]
        if direction == "forward" and stay.until >= reach.since:
            yield Tie(child, "contents", Span(stay.since))
        elif direction == "backward" and (reach.until == EVER or stay.holds(reach.until)):
            yield Tie(child, "contents", Span(until=stay.since))


def _alike(reached: Mapping[int, Reach], rows: Sequence[Row]) -> Iterable[Row]:
    """Without those that say nothing new: of twenty items that one event put into a case, and that were in nothing else, one is enough."""
    times, found = Counter(map(_thing, rows)), dict[object, Row]()
    for row in rows:
        found.setdefault((row.record, *reached[row.thing].spans) if times[row.thing] == 1 else row, row)
    return found.values()


_thing = itemgetter(0)


def _carriers(level: Level, reached: Mapping[int, Reach], rows: Iterable[Row]) -> Iterator[Tie]:
    told = set[tuple[int, int, Span]]()  # twenty items of one lot that lie in one case lead to it once
    for row, parent, stay in stays(level, rows):
        for both in map(stay.within, reached[row.thing].spans):
            tie = (parent.record, parent.place, both)
            if both.since <= both.until and tie not in told:
                told.add(tie)
                yield Tie(parent, "carrier", both)
